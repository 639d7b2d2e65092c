//! The steppers: allocated once, reused for every learned step.
use super::control::{Controller, Law};
use super::tableau::{DOPRI5, DOPRI5_ERROR, RK4, Tableau};
use super::{Field, Interval, OdeOptions, Rk4Options, Rk45Options, Status};
use crate::error::{Error, Result};
use crate::param::{Options, join};

/// How an integration ended and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Why it ended.
    pub status: Status,
    /// Accepted steps.
    pub steps: usize,
    /// Rejected steps.
    pub rejected: usize,
}

/// Steps of an integration that sets no bound.
const MOST_STEPS: usize = 1_000_000;

fn given_steps(options: &OdeOptions) -> Option<usize> {
    match options {
        OdeOptions::Rk4(options) => options.max_steps,
        OdeOptions::Rk45(options) => options.max_steps,
    }
}

/// How an adaptive integration comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The last step is shortened to land on it.
    Landed,
    /// The last step goes as far as the error allows; the state at the end is interpolated.
    Interpolated,
}

/// Shampine's error weights, which the published integrator uses, are two thirds of Dormand and Prince's.
const SHAMPINE: f64 = 2.0 / 3.0;

/// A Runge-Kutta stepper for fields of one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Integrator {
    options: OdeOptions,
    ending: Ending,
    max_steps: usize,
    /// Number of stage derivatives that are kept.
    rows: usize,
    /// Stage derivatives, one row of length d each. These buffers follow the length of the state.
    stages: Vec<f64>,
    probe: Vec<f64>,
    next: Vec<f64>,
    error: Vec<f64>,
}

impl Integrator {
    /// A stepper; `path` prefixes the names in errors.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option.
    pub fn new(options: OdeOptions, path: &str) -> Result<Self> {
        options.check(path)?;
        // The fixed method keeps a fifth row: the derivative at the end, for interpolation.
        let rows = match &options {
            OdeOptions::Rk4(_) => RK4.b.len() + 1,
            OdeOptions::Rk45(Rk45Options { rtol, atol, .. }) if *rtol == 0.0 && *atol == 0.0 => {
                return Err(Error::argument_error(&join(path, "atol"), 0, "a number in (0, ∞) where rtol is 0"));
            }
            OdeOptions::Rk45(_) => DOPRI5.b.len(),
        };
        let ending = Ending::Landed;
        let max_steps = given_steps(&options).unwrap_or(MOST_STEPS);
        Ok(Self {
            options,
            ending,
            max_steps,
            rows,
            stages: Vec::new(),
            probe: Vec::new(),
            next: Vec::new(),
            error: Vec::new(),
        })
    }

    /// The same stepper with no more steps than these.
    pub(crate) fn with_at_most(mut self, steps: usize) -> Self {
        self.max_steps = self.max_steps.min(steps);
        self
    }

    /// The same stepper with another bound on the steps where the options set none.
    pub(crate) fn with_default_steps(mut self, steps: usize) -> Self {
        self.max_steps = given_steps(&self.options).unwrap_or(steps);
        self
    }

    /// The same stepper as the published runs used it: adaptive steps are not shortened at the end, the state there is interpolated to
    /// order 4; step sizes follow the last error alone, weighed as Shampine does.
    ///
    /// The interpolant is less accurate than the steps: at a relative tolerance of 1e-10 the ends of learned steps differ by about 1e-9
    /// from those of an integration that lands. Published trajectories can only be reproduced to better than that in this way.
    pub(crate) fn with_published_ending(mut self) -> Self {
        self.ending = Ending::Interpolated;
        self
    }

    /// Moves `x` along the field from `from` to `to`, backwards where `to < from`, and shows every accepted step to `observe`.
    ///
    /// When the run ends early `x` is the last state that was finite and within tolerance.
    ///
    /// # Errors
    /// Those of the field. No allocation once it has seen a state of this length; cost 4 evaluations a fixed step, 6 an adaptive one.
    pub fn run(
        &mut self,
        field: &mut dyn Field,
        from: f64,
        to: f64,
        x: &mut [f64],
        mut observe: Option<&mut dyn FnMut(&Interval<'_>)>,
    ) -> Result<Outcome> {
        if from == to {
            return Ok(Outcome {
                status: Status::Completed,
                steps: 0,
                rejected: 0,
            });
        }
        if self.next.len() != x.len() {
            self.stages.resize(self.rows * x.len(), 0.0);
            for buffer in [&mut self.probe, &mut self.next, &mut self.error] {
                buffer.resize(x.len(), 0.0);
            }
        }
        match self.options.clone() {
            OdeOptions::Rk4(options) => self.run_fixed(&options, field, from, to, x, &mut observe),
            OdeOptions::Rk45(options) => self.run_adaptive(&options, field, from, to, x, &mut observe),
        }
    }

    fn run_fixed(
        &mut self,
        options: &Rk4Options,
        field: &mut dyn Field,
        from: f64,
        to: f64,
        x: &mut [f64],
        observe: &mut Option<&mut dyn FnMut(&Interval<'_>)>,
    ) -> Result<Outcome> {
        let d = x.len();
        let ratio = options.step.map_or(1.0, |step| (to - from).abs() / step);
        // 0.3 / 0.1 is not 3 in doubles: a step count within rounding of an integer is that integer.
        let count = (ratio * (1.0 - 4.0 * f64::EPSILON)).ceil().max(1.0);
        let step = options.step.map_or(to - from, |step| step.copysign(to - from));
        let mut outcome = Outcome {
            status: Status::Completed,
            steps: 0,
            rejected: 0,
        };
        let mut t = from;
        let mut first_known = false;
        while (outcome.steps as f64) < count {
            if outcome.steps == self.max_steps {
                return Ok(Outcome {
                    status: Status::MaxSteps,
                    ..outcome
                });
            }
            let end = if (outcome.steps + 1) as f64 >= count {
                to
            } else {
                from + (outcome.steps + 1) as f64 * step
            };
            if first_known {
                self.stages.copy_within(RK4.b.len() * d.., 0);
            } else {
                field.derivative(t, x, &mut self.stages[..d])?;
            }
            self.stages_after_first(&RK4, field, t, end - t, x)?;
            self.finish_step(RK4.b, end - t, x);
            if self.next.iter().any(|v| !v.is_finite()) {
                return Ok(Outcome {
                    status: Status::NonFinite,
                    ..outcome
                });
            }
            outcome.steps += 1;
            if let Some(observe) = observe {
                field.derivative(end, &self.next, &mut self.stages[RK4.b.len() * d..])?;
                first_known = true;
                observe(&Interval {
                    from: t,
                    to: end,
                    start: x,
                    end: &self.next,
                    stages: &self.stages,
                    adaptive: false,
                });
            }
            x.copy_from_slice(&self.next);
            t = end;
        }
        Ok(outcome)
    }

    fn run_adaptive(
        &mut self,
        options: &Rk45Options,
        field: &mut dyn Field,
        from: f64,
        to: f64,
        x: &mut [f64],
        observe: &mut Option<&mut dyn FnMut(&Interval<'_>)>,
    ) -> Result<Outcome> {
        let d = x.len();
        let last = (DOPRI5.b.len() - 1) * d;
        let mut outcome = Outcome {
            status: Status::Completed,
            steps: 0,
            rejected: 0,
        };
        let landed = self.ending == Ending::Landed;
        let mut controller = Controller::new(if landed { Law::ProportionalIntegral } else { Law::Integral });
        field.derivative(from, x, &mut self.stages[..d])?;
        let mut h = self.first_step(options, field, from, to, x)?;
        let mut t = from;
        while t != to {
            if outcome.steps + outcome.rejected == self.max_steps {
                return Ok(Outcome {
                    status: Status::MaxSteps,
                    ..outcome
                });
            }
            // A remainder below a tenth of a step is not worth one of its own.
            let end = if landed && (to - t).abs() <= 1.1 * h {
                to
            } else {
                t + h.copysign(to - from)
            };
            if (end - t).abs() <= 4.0 * f64::EPSILON * t.abs().max(to.abs() * f64::EPSILON) {
                return Ok(Outcome {
                    status: Status::StepTooSmall,
                    ..outcome
                });
            }
            self.stages_after_first(&DOPRI5, field, t, end - t, x)?;
            self.finish_step(DOPRI5.b, end - t, x);
            let stages = &self.stages;
            self.error.fill(0.0);
            add_combination(&DOPRI5_ERROR, end - t, stages, d, &mut self.error);
            let error = field.error_norm(options, &self.error, x, &self.next) * if landed { 1.0 } else { SHAMPINE };
            let finite = self.next.iter().all(|v| v.is_finite());
            let (accepted, factor) = controller.judge(if finite { error } else { f64::INFINITY });
            if accepted {
                outcome.steps += 1;
                let interval = Interval {
                    from: t,
                    to: end,
                    start: x,
                    end: &self.next,
                    stages,
                    adaptive: true,
                };
                if let Some(observe) = observe {
                    observe(&interval);
                }
                if !landed && (end - to) * (to - from).signum() >= 0.0 {
                    interval.at(to, &mut self.probe);
                    x.copy_from_slice(&self.probe);
                    return Ok(outcome);
                }
                x.copy_from_slice(&self.next);
                self.stages.copy_within(last.., 0);
                h = (end - t).abs() * factor;
                t = end;
            } else {
                outcome.rejected += 1;
                h = (end - t).abs() * factor;
                // The field itself is not finite: halving for ever would end in the same place.
                if !finite && h < 1e-12 * (to - from).abs() {
                    return Ok(Outcome {
                        status: Status::NonFinite,
                        ..outcome
                    });
                }
            }
        }
        Ok(outcome)
    }

    /// `next = x + h sum b k`.
    fn finish_step(&mut self, b: &[f64], h: f64, x: &[f64]) {
        self.next.copy_from_slice(x);
        add_combination(b, h, &self.stages, x.len(), &mut self.next);
    }

    /// Stages beyond the first, which is in place.
    fn stages_after_first(&mut self, tableau: &Tableau, field: &mut dyn Field, t: f64, h: f64, x: &[f64]) -> Result<()> {
        let (d, read) = (x.len(), field.read());
        for (s, (row, c)) in tableau.a.iter().zip(tableau.c).enumerate().skip(1) {
            let (done, rest) = self.stages.split_at_mut(s * d);
            let probe = &mut self.probe[..read];
            probe.copy_from_slice(&x[..read]);
            add_combination(row, h, done, d, probe);
            field.derivative(t + c * h, &self.probe, &mut rest[..d])?;
        }
        Ok(())
    }

    /// A first step that one explicit Euler step judges safe. Hairer, Norsett, Wanner, Solving ODE I, II.4.
    fn first_step(&mut self, options: &Rk45Options, field: &mut dyn Field, from: f64, to: f64, x: &[f64]) -> Result<f64> {
        let d = x.len();
        // A step that may pass the end is not bounded by it.
        let span = if self.ending == Ending::Landed {
            (to - from).abs()
        } else {
            f64::INFINITY
        };
        let (first, rest) = self.stages.split_at_mut(d);
        let size = field.error_norm(options, x, x, x);
        let slope = field.error_norm(options, first, x, x);
        let tiny = 1e-5;
        let h0 = if size < tiny || slope < tiny || !slope.is_finite() {
            1e-6_f64.min(span)
        } else {
            (0.01 * size / slope).min(span)
        };
        let signed = h0.copysign(to - from);
        for (i, probe) in self.probe.iter_mut().enumerate() {
            *probe = x[i] + signed * first[i];
        }
        field.derivative(from + signed, &self.probe, &mut rest[..d])?;
        for (error, (b, a)) in self.error.iter_mut().zip(rest[..d].iter().zip(first.iter())) {
            *error = b - a;
        }
        let curvature = field.error_norm(options, &self.error, x, x) / h0;
        let steepest = slope.max(curvature);
        let h1 = if steepest <= 1e-15 || !steepest.is_finite() {
            (h0 * 1e-3).max(1e-6)
        } else {
            (0.01 / steepest).powf(0.2)
        };
        Ok((100.0 * h0).min(h1).min(span))
    }
}

/// States shorter than this fit into a few registers: going through them entry by entry costs less than going through the stages.
const SHORT: usize = 16;

/// `out += h sum_j w_j k_j` with stages `k_j` of length d, of which as many entries count as `out` has. Long ones take one pass over each
/// stage: contiguous, so that it runs at the speed of memory.
fn add_combination(weights: &[f64], h: f64, stages: &[f64], d: usize, out: &mut [f64]) {
    if d < SHORT {
        for (i, out) in out.iter_mut().enumerate() {
            *out += h * weights.iter().enumerate().map(|(j, w)| w * stages[j * d + i]).sum::<f64>();
        }
        return;
    }
    for (w, stage) in weights.iter().zip(stages.chunks_exact(d)).filter(|(w, _)| **w != 0.0) {
        let w = h * w;
        out.iter_mut().zip(stage).for_each(|(out, k)| *out += w * k);
    }
}

//! The steppers: allocated once, reused for every learned step.
use super::control::{Controller, Law};
use super::stages::Stages;
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
    /// Stage derivatives, and the state that is being made: of a stage, then of the end. These buffers follow the length of the state.
    stages: Stages,
    probe: Vec<f64>,
    /// Of the adaptive method alone.
    error: Vec<f64>,
}

impl Integrator {
    /// A stepper; `path` prefixes the names in errors.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option.
    pub fn new(options: OdeOptions, path: &str) -> Result<Self> {
        options.check(path)?;
        if let OdeOptions::Rk45(Rk45Options { rtol, atol, .. }) = &options
            && *rtol == 0.0
            && *atol == 0.0
        {
            return Err(Error::argument_error(&join(path, "atol"), 0, "a number in (0, ∞) where rtol is 0"));
        }
        let ending = Ending::Landed;
        let max_steps = given_steps(&options).unwrap_or(MOST_STEPS);
        Ok(Self {
            options,
            ending,
            max_steps,
            stages: Stages::default(),
            probe: Vec::new(),
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
    /// Those of the field. No allocation once it has seen a state of this length. A fixed step costs 4 evaluations and, beside them, four passes
    /// that read 14 vectors in all and write 4; an adaptive one 6 evaluations and eight passes that read 35 and write 7. Room is for 5 vectors
    /// (6 where steps are shown), or 9.
    pub fn run(
        &mut self,
        field: &mut dyn Field,
        from: f64,
        to: f64,
        x: &mut Vec<f64>,
        mut observe: Option<&mut dyn FnMut(&Interval<'_>)>,
    ) -> Result<Outcome> {
        if from == to {
            return Ok(Outcome {
                status: Status::Completed,
                steps: 0,
                rejected: 0,
            });
        }
        self.probe.resize(x.len(), 0.0);
        // The fixed method keeps a fifth row where steps are shown: the derivative at the end, for interpolation.
        let rows = match self.options {
            OdeOptions::Rk4(_) => RK4.b.len() + usize::from(observe.is_some()),
            OdeOptions::Rk45(_) => {
                self.error.resize(x.len(), 0.0);
                DOPRI5.b.len()
            }
        };
        self.stages.fit(rows, x.len());
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
        x: &mut Vec<f64>,
        observe: &mut Option<&mut dyn FnMut(&Interval<'_>)>,
    ) -> Result<Outcome> {
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
                self.stages.start_over();
            } else {
                field.derivative(t, x, self.stages.row_mut(0))?;
            }
            self.stages_after_first(&RK4, 3, field, t, end - t, x)?;
            if !self.stages.combine(Some(x), RK4.b, end - t, &mut self.probe) {
                return Ok(Outcome {
                    status: Status::NonFinite,
                    ..outcome
                });
            }
            outcome.steps += 1;
            if let Some(observe) = observe {
                field.derivative(end, &self.probe, self.stages.row_mut(RK4.b.len()))?;
                first_known = true;
                observe(&Interval {
                    from: t,
                    to: end,
                    start: x,
                    end: &self.probe,
                    stages: &self.stages,
                    adaptive: false,
                });
            }
            std::mem::swap(x, &mut self.probe);
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
        x: &mut Vec<f64>,
        observe: &mut Option<&mut dyn FnMut(&Interval<'_>)>,
    ) -> Result<Outcome> {
        let last = DOPRI5.b.len() - 1;
        let mut outcome = Outcome {
            status: Status::Completed,
            steps: 0,
            rejected: 0,
        };
        let landed = self.ending == Ending::Landed;
        let mut controller = Controller::new(if landed { Law::ProportionalIntegral } else { Law::Integral });
        field.derivative(from, x, self.stages.row_mut(0))?;
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
            self.stages_after_first(&DOPRI5, last - 1, field, t, end - t, x)?;
            // First same as last: the state of the last stage is the end of the step.
            let mut finite = self.stages.combine(Some(x), DOPRI5.a[last], end - t, &mut self.probe);
            field.derivative(end, &self.probe, self.stages.row_mut(last))?;
            finite &= self.stages.is_long() || self.stages.row(last).iter().all(|k| k.is_finite());
            self.stages.combine(None, &DOPRI5_ERROR, end - t, &mut self.error);
            let error = field.error_norm(options, &self.error, x, &self.probe) * if landed { 1.0 } else { SHAMPINE };
            let (accepted, factor) = controller.judge(if finite { error } else { f64::INFINITY });
            if accepted {
                outcome.steps += 1;
                let interval = Interval {
                    from: t,
                    to: end,
                    start: x,
                    end: &self.probe,
                    stages: &self.stages,
                    adaptive: true,
                };
                if let Some(observe) = observe {
                    observe(&interval);
                }
                if !landed && (end - to) * (to - from).signum() >= 0.0 {
                    interval.at(to, &mut self.error);
                    std::mem::swap(x, &mut self.error);
                    return Ok(outcome);
                }
                std::mem::swap(x, &mut self.probe);
                self.stages.start_over();
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

    /// Stages beyond the first, which is in place, up to the stage `last`.
    fn stages_after_first(&mut self, tableau: &Tableau, last: usize, field: &mut dyn Field, t: f64, h: f64, x: &[f64]) -> Result<()> {
        let read = field.read();
        for s in 1..=last {
            self.stages.combine(Some(x), tableau.a[s], h, &mut self.probe[..read]);
            field.derivative(t + tableau.c[s] * h, &self.probe, self.stages.row_mut(s))?;
        }
        Ok(())
    }

    /// A first step that one explicit Euler step judges safe. Hairer, Norsett, Wanner, Solving ODE I, II.4.
    fn first_step(&mut self, options: &Rk45Options, field: &mut dyn Field, from: f64, to: f64, x: &[f64]) -> Result<f64> {
        // A step that may pass the end is not bounded by it.
        let span = if self.ending == Ending::Landed {
            (to - from).abs()
        } else {
            f64::INFINITY
        };
        let size = field.error_norm(options, x, x, x);
        let slope = field.error_norm(options, self.stages.row(0), x, x);
        let tiny = 1e-5;
        let h0 = if size < tiny || slope < tiny || !slope.is_finite() {
            1e-6_f64.min(span)
        } else {
            (0.01 * size / slope).min(span)
        };
        let signed = h0.copysign(to - from);
        self.stages.combine(Some(x), &[1.0], signed, &mut self.probe);
        field.derivative(from + signed, &self.probe, self.stages.row_mut(1))?;
        self.stages.combine(None, &[-1.0, 1.0], 1.0, &mut self.error);
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

//! The published learned gradient flow.
use super::phase::Schedule;
use super::progress::Progress;
use super::{Begin, Direction, Optimizer, Phase, StepReport, Want};
use crate::error::{Error, Result};
use crate::fit::{Fitter, ModelOptions};
use crate::history::History;
use crate::integrate::{Integrator, OdeOptions, Rk4Options, Status};
use crate::param::{Domain, Options, options};
use crate::regress::SolverOptions;
use crate::surrogate::{Frame, Model, ReducedFlow, Room};
use crate::targets::Method;

options! {
    /// Learned gradient flow.
    pub struct GradientFlowOptions as "LGFGradientFlowOptions" {
        /// Step length of the base optimizer per unit of direction; the recorded iterates lie this far apart in flow time.
        learning_rate: f64 = 1e-3, Domain::Positive;
        /// Flow time of one learned step.
        dt: f64 = 1e-3, Domain::Positive;
        /// Iterates recorded before the flow is learned.
        history_size: usize = 100, Domain::AtLeast(1);
        /// Steps of both kinds after which the model is thrown away; at least `historySize`.
        retrain_interval: usize = 200, Domain::Within(1, 1_000_000_000);
        /// What the objective writes to its second argument.
        direction: Direction = Direction::Gradient, Domain::OfType;
        /// What is learned.
        model: ModelOptions = ModelOptions::default(), Domain::OfType;
        /// How the regression is solved.
        solver: SolverOptions = SolverOptions::default(), Domain::OfType;
        /// How the learned flow is integrated; by default one fixed step of length `dt`.
        ode: OdeOptions = OdeOptions::default(), Domain::OfType;
        /// Whether learned steps ask for the value at their end, to report it; such evaluations are not counted.
        report_learned_values: bool = false, Domain::OfType;
    }
}

/// Gradient or Newton descent that learns its own flow and follows it without evaluations.
///
/// With `epoch` counting all steps from 0, one step is:
/// 1. `epoch % retrainInterval == 0`: forget the history, drop the model.
/// 2. Fewer than `historySize` samples: a true step `a <- a - lr p(a)`, one evaluation; record the new iterate (for the method `tracked`,
///    the old one with its direction).
/// 3. Otherwise fit the model if there is none, integrate `da/dt = f(a)` over `dt` and take the end.
///
/// A fit or learned step that leaves the finite numbers is not taken: the history is forgotten, true steps take over and
/// [`Optimizer::fallbacks`] counts it. Adaptive integration ends as published: the last step passes the end, the state there is interpolated
/// to order 4.
/// # Source
/// Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513. In a reduced space the published
/// code integrates the lifted flow; here the mode coordinates alone are integrated and the increment of a phase is lifted, which is the
/// same flow.
#[derive(Clone)]
pub struct GradientFlow {
    options: GradientFlowOptions,
    schedule: Schedule,
    progress: Progress,
    history: History,
    fitter: Fitter,
    model: Model,
    integrator: Integrator,
    room: Room,
    /// Whether the model drives the current phase.
    learned: bool,
    /// Where the learned flow is, in the coordinates of the model, and where it was a step before.
    z: Vec<f64>,
    last_z: Vec<f64>,
    /// Where the phase began; empty in the full space, where `z` is the iterate itself.
    start_z: Vec<f64>,
    start_x: Vec<f64>,
    /// Room to measure errors of the adaptive integrator in the full space; empty where no mode or no adaptive step asks for it.
    lifted: [Vec<f64>; 3],
    fits: u64,
    fallbacks: u64,
}

/// Steps of the integrator within one learned step: a flow that needs more is blowing up, and nobody should wait for it to do so.
const MOST_STEPS: usize = 10_000;
/// Coordinates beyond it count as not finite.
const LARGEST: f64 = 1e300;

impl GradientFlow {
    /// A run from `start`.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option; `start` empty or non-finite.
    pub fn new(start: &[f64], options: &GradientFlowOptions) -> Result<Self> {
        options.check("")?;
        let progress = Progress::new(start)?;
        let (d, n) = (start.len(), options.history_size);
        if options.retrain_interval < n {
            let domain = format!("an integer not below historySize, {n}");
            return Err(Error::argument_error("retrainInterval", options.retrain_interval, domain));
        }
        let (fitter, model) = Fitter::new(d, n, options.learning_rate, &options.model, &options.solver, "historySize")?;
        let tracked = options.model.method == Method::Tracked;
        let Some(history) = History::new(d, n, tracked) else {
            return Err(Error::argument_error(
                "historySize",
                n,
                format!("a size whose states of {d} variables fit into memory"),
            ));
        };
        let r = model.inputs();
        if let OdeOptions::Rk4(Rk4Options {
            step: Some(step),
            max_steps,
        }) = options.ode
        {
            let smallest = options.dt / max_steps.unwrap_or(MOST_STEPS) as f64;
            if step < smallest * (1.0 - 1e-9) {
                return Err(Error::argument_error(
                    "ode.step",
                    step,
                    format!("a number in [{smallest:e}, ∞): dt / maxSteps"),
                ));
            }
        }
        let integrator = Integrator::new(options.ode.clone(), r, "ode")?
            .with_published_ending()
            .with_default_steps(MOST_STEPS);
        let measured = model.modes.is_some() && matches!(options.ode, OdeOptions::Rk45(_));
        Ok(Self {
            schedule: Schedule {
                history_size: n,
                retrain_interval: options.retrain_interval,
            },
            options: options.clone(),
            progress,
            history,
            fitter,
            integrator,
            room: Room::default(),
            learned: false,
            z: vec![0.0; r],
            last_z: vec![0.0; r],
            start_z: vec![0.0; if model.modes.is_some() { r } else { 0 }],
            start_x: vec![0.0; if model.modes.is_some() { d } else { 0 }],
            lifted: [(); 3].map(|()| vec![0.0; if measured { d } else { 0 }]),
            model,
            fits: 0,
            fallbacks: 0,
        })
    }

    /// Forgets history and model.
    fn restart(&mut self) {
        self.history.clear();
        self.learned = false;
    }

    /// Fits the model and enters its coordinates.
    fn learn(&mut self) -> Result<()> {
        self.fitter.fit(self.history.snapshots(), self.history.rates(), &mut self.model)?;
        self.fits += 1;
        match &self.model.modes {
            None => self.z.copy_from_slice(&self.progress.x),
            Some(modes) => {
                modes.project(&self.progress.x, &mut self.start_z);
                self.z.copy_from_slice(&self.start_z);
                self.start_x.copy_from_slice(&self.progress.x);
            }
        }
        self.learned = true;
        Ok(())
    }

    /// One learned step in the model's coordinates; `false` if it left the finite numbers, and then nothing has moved.
    fn flow(&mut self) -> Result<bool> {
        self.last_z.copy_from_slice(&self.z);
        let mut field = ReducedFlow::new(&self.model, &mut self.room);
        if !self.lifted[0].is_empty() {
            field = field.measured_in(Frame {
                start_x: &self.start_x,
                start_z: &self.start_z,
                lifted: &mut self.lifted,
            });
        }
        let outcome = self.integrator.run(&mut field, 0.0, self.options.dt, &mut self.z, None)?;
        // Lifting adds up to r such numbers: they have to stay clear of the end of the range.
        Ok(outcome.status == Status::Completed && self.z.iter().all(|z| z.abs() < LARGEST))
    }

    /// Brings the iterate to where the learned flow is.
    fn lift(&mut self) {
        match &self.model.modes {
            None => self.progress.x.copy_from_slice(&self.z),
            // Always from the start of the phase, so that steps one by one and a whole phase at once give the same bits.
            Some(modes) => modes.lift(
                &self.start_x,
                self.z.iter().zip(&self.start_z).map(|(z, z0)| z - z0),
                &mut self.progress.x,
            ),
        }
    }

    /// One learned step without lifting; `false` when the phase had to be given up.
    fn learned_step(&mut self) -> Result<bool> {
        let learned = if self.learned { Ok(()) } else { self.learn() };
        let moved = match learned {
            Ok(()) => self.flow()?,
            // Powers of the states overflowed, or the factorisation gave up: nothing that the caller's options must answer for.
            Err(Error::NonFinite { .. } | Error::Numerical { .. }) => false,
            Err(other) => return Err(other),
        };
        if !moved {
            if self.learned {
                // The integrator may have come part of the way, and the steps before this one may not be lifted yet.
                self.z.copy_from_slice(&self.last_z);
                self.lift();
            }
            self.fallbacks += 1;
            self.restart();
        }
        Ok(moved)
    }
}

impl Optimizer for GradientFlow {
    fn progress(&self) -> &Progress {
        &self.progress
    }
    fn phase(&self) -> Phase {
        self.schedule.phase(self.progress.epoch, self.history.len())
    }
    fn begin(&mut self) -> Result<Begin> {
        if let Some(request) = self.progress.pending {
            return Ok(Begin::Evaluate(request));
        }
        if self.schedule.restarts_at(self.progress.epoch) {
            self.restart();
        }
        if self.phase() == Phase::Learned && self.learned_step()? {
            self.lift();
            return Ok(if self.options.report_learned_values {
                Begin::Evaluate(self.progress.request(Want::Value))
            } else {
                Begin::Done(self.progress.finish(Phase::Learned, None))
            });
        }
        Ok(Begin::Evaluate(self.progress.request(Want::Gradient)))
    }

    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<StepReport> {
        if self.progress.answered(id)? == Want::Value {
            // A value that could not be computed is reported as not evaluated; the run does not depend on it.
            return Ok(self.progress.finish(Phase::Learned, Some(value).filter(|v| v.is_finite())));
        }
        let direction = self.progress.check(value, gradient)?;
        self.progress.descend(self.options.learning_rate, direction)?;
        if self.options.model.method == Method::Tracked {
            self.history.push_tracked(&self.progress.x, direction);
        }
        let report = self.progress.commit(value);
        if self.options.model.method != Method::Tracked {
            self.history.push(&self.progress.x);
        }
        Ok(report)
    }

    fn advance(&mut self, most: u64) -> Result<u64> {
        self.progress.require_closed("advance")?;
        let mut steps = 0;
        while steps < most && self.phase() == Phase::Learned && self.learned_step()? {
            self.progress.finish(Phase::Learned, None);
            steps += 1;
        }
        if steps > 0 {
            self.lift();
        }
        Ok(steps)
    }

    fn model(&self) -> Option<&Model> {
        self.learned.then_some(&self.model)
    }
    fn fits(&self) -> u64 {
        self.fits
    }
    fn fallbacks(&self) -> u64 {
        self.fallbacks
    }
}

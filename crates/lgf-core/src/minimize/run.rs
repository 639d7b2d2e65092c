//! The run as a state machine.
use super::profiled::Profiling;
use super::rules::{self, Memory};
use super::status::{Counts, Iteration, Outcome, Profile, Status};
use super::{Plan, StoppingOptions};
use crate::bounds::Bounds;
use crate::error::{Error, Result, require_length};
use crate::linalg::pass::all_between;
use crate::optimizer::{Begin, Ending, Optimizer, Phase, Request, StepReport, Verdict, Want, restore};
use crate::profile::{self, span, span_of};
use crate::snapshot;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Name of what a snapshot holds.
const KIND: &str = "Minimization";

/// What a snapshot keeps beside the optimizer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    counts: Counts,
    rules: Memory,
    best: Vec<f64>,
    best_value: Option<f64>,
    best_norm: Option<f64>,
    seconds: f64,
    profile: Profile,
    status: Option<Status>,
    message: String,
    method: String,
    bounds: Option<Bounds>,
}

/// One run of an optimizer until it ends.
pub struct Minimization {
    optimizer: Box<dyn Optimizer>,
    stopping: StoppingOptions,
    state: State,
    /// Whether the answer that is told has completed an iteration: one may complete a step and, its successor being known, that too.
    stepped: bool,
    started: Option<Instant>,
    asked: Option<Instant>,
    /// Of a resumed run, what its problem is to remember before the first evaluation.
    memory: Vec<u8>,
    /// Not of the state: snapshots know nothing of it.
    pub(super) profiling: Profiling,
}

impl Minimization {
    /// A run from `start`, or from the point of the bounds that is nearest to it.
    ///
    /// # Errors
    /// [`Error::Argument`] naming an option, or `bounds` where the method takes none; [`Error::Shape`] naming `bounds`; `start` empty or
    /// non-finite.
    pub fn new(start: &[f64], plan: &Plan, bounds: Option<Bounds>) -> Result<Self> {
        let mut start = start.to_vec();
        if let Some(bounds) = &bounds {
            require_length("bounds", bounds.dimension(), start.len())?;
            bounds.project(&mut start);
        }
        let optimizer = plan.optimizer(&start, bounds.as_ref())?;
        Self::of(optimizer, plan.method.name, plan.stopping.clone(), bounds)
    }

    fn of(optimizer: Box<dyn Optimizer>, method: &str, stopping: StoppingOptions, bounds: Option<Bounds>) -> Result<Self> {
        let mut run = Self {
            state: State {
                counts: Counts::default(),
                rules: Memory::default(),
                best: optimizer.point().to_vec(),
                best_value: None,
                best_norm: None,
                seconds: 0.0,
                profile: Profile::default(),
                status: None,
                message: String::new(),
                method: method.into(),
                bounds,
            },
            optimizer,
            stopping,
            stepped: false,
            started: None,
            asked: None,
            memory: Vec::new(),
            profiling: Profiling::default(),
        };
        run.go_on()?;
        Ok(run)
    }

    /// What the problem of a resumed run is to remember, once.
    pub(super) fn take_memory(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.memory)
    }

    /// The open question: the point is [`Minimization::point`]. Nothing once the run has ended.
    pub fn ask(&mut self) -> Option<Request> {
        let now = Instant::now();
        self.started.get_or_insert(now);
        if self.state.status.is_none()
            && let Some(most) = self.stopping.max_seconds
            && self.seconds() >= most
        {
            self.end(Status::MaxSeconds);
        }
        if self.state.status.is_some() {
            return None;
        }
        self.asked = Some(now);
        self.optimizer.pending()
    }

    /// Answers the open question; comes back with the iteration that it completed. A value or gradient that is not finite is a failed
    /// evaluation, from which the optimizer steps back where it can.
    ///
    /// # Errors
    /// [`Error::State`] for an `id` that is not the open one or a run that has ended; [`Error::Shape`] or [`Error::Argument`] naming
    /// `gradient`. A refused answer changes nothing.
    pub fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<Option<Iteration>> {
        self.tell_weighted(id, value, gradient, None)
    }

    /// The same with the weights of the variables; see [`Optimizer::tell_weighted`]. Norms of the direction are then of weighted entries.
    ///
    /// # Errors
    /// As [`Minimization::tell`], and naming `weights`.
    pub fn tell_weighted(&mut self, id: u64, value: f64, gradient: Option<&[f64]>, weights: Option<&[f64]>) -> Result<Option<Iteration>> {
        if let Some(status) = self.state.status {
            return Err(Error::state("id", format!("the run has ended: {}", status.name())));
        }
        let question = self.optimizer.progress().answered(id)?;
        let told_at = Instant::now();
        self.started.get_or_insert(told_at);
        if question.request.want == Want::Value {
            self.spend(told_at);
            return self.recorded(|run| run.value_told(id, value, told_at)).map(|()| None);
        }
        let gradient = self.optimizer.progress().check(value, gradient, false)?;
        self.spend(told_at);
        self.recorded(|run| run.gradient_told(id, value, [gradient, weights.unwrap_or_default()], told_at))
    }

    fn value_told(&mut self, id: u64, value: f64, told_at: Instant) -> Result<()> {
        let _span = span("optimizer");
        self.stepped = false;
        let report = self.optimizer.tell(id, value, None)?;
        self.count(report);
        self.go_on()?;
        self.state.profile.optimizer += told_at.elapsed().as_secs_f64();
        Ok(())
    }

    /// `gradient` and the weights of its entries, if there are any.
    fn gradient_told(&mut self, id: u64, value: f64, [gradient, weights]: [&[f64]; 2], told_at: Instant) -> Result<Option<Iteration>> {
        let _span = span("optimizer");
        self.stepped = false;
        let weights = (!weights.is_empty()).then_some(weights);
        let norm = self.look(value, gradient, weights);
        let rejections = self.optimizer.rejections();
        let (model, step_norm) = {
            let d = self.optimizer.point().len();
            let _span = span_of("step norm", d).moved(16 * d);
            (self.optimizer.driver(), step_norm(&*self.optimizer))
        };
        let told = self.optimizer.tell_weighted(id, value, Some(gradient), weights);
        let told = match told {
            Ok(report) => {
                self.count(report);
                true
            }
            // What cannot step back gives up.
            Err(Error::NonFinite { .. }) => false,
            Err(other) => return Err(other),
        };
        let verdict = match self.optimizer.verdict() {
            _ if norm.is_none() => Verdict::Failed,
            Some(verdict) => verdict,
            None if self.optimizer.rejections() > rejections => Verdict::Rejected,
            None => Verdict::Accepted,
        };
        self.state.counts.rejected += u64::from(verdict != Verdict::Accepted);
        if !told {
            self.end(Status::EvaluationFailed);
        }
        self.go_on()?;
        let completed = self.stepped;
        if completed && verdict == Verdict::Accepted {
            self.state.rules.push(value);
            if let Some(status) = rules::settled(&self.stopping, &self.state.rules) {
                self.end(status);
            }
        }
        self.close();
        self.state.profile.optimizer += told_at.elapsed().as_secs_f64();
        Ok(completed.then(|| Iteration {
            iteration: self.state.counts.iterations,
            evaluations: self.state.counts.evaluations,
            value: norm.map(|_| value),
            best_value: self.state.best_value,
            gradient_norm: norm,
            verdict,
            model,
            step_norm,
        }))
    }

    /// Ends the run for a reason of the caller: `Aborted`, `StoppedByCallback`. Of a run that has ended nothing changes.
    pub fn stop(&mut self, status: Status) {
        self.end(status);
        self.close();
    }

    /// How the run ended, once it has.
    pub fn status(&self) -> Option<Status> {
        self.state.status
    }

    /// The point of the open question, or the iterate.
    pub fn point(&self) -> &[f64] {
        self.optimizer.point()
    }

    /// Counts so far.
    pub fn counts(&self) -> Counts {
        let learned = self.state.counts.learned_steps + self.optimizer.learned_steps();
        Counts {
            fits: self.optimizer.fits(),
            learned_steps: learned,
            ..self.state.counts
        }
    }

    /// The optimizer that does the work.
    pub fn optimizer(&self) -> &dyn Optimizer {
        &*self.optimizer
    }

    /// The method, as it is named in options.
    pub fn method(&self) -> &str {
        &self.state.method
    }

    /// What the run has come to so far.
    pub fn outcome(&self) -> Outcome {
        Outcome {
            x: self.state.best.clone(),
            value: self.state.best_value,
            gradient_norm: self.state.best_norm,
            status: self.state.status,
            message: self.state.message.clone(),
            counts: self.counts(),
            seconds: self.seconds(),
            profile: self.state.profile,
        }
    }

    /// Everything about the run as bytes, from which [`Minimization::restore`] makes one that goes on bit for bit.
    pub fn snapshot(&self) -> Vec<u8> {
        self.snapshot_with(&[])
    }

    /// The same with the memory of a native problem, which [`run`](super::run) hands back to it.
    pub fn snapshot_with(&self, memory: &[u8]) -> Vec<u8> {
        // What waits to be handed over is still to come.
        let memory = if self.memory.is_empty() { memory } else { &self.memory };
        let state = State {
            seconds: self.seconds(),
            ..self.state.clone()
        };
        let d = self.state.best.len();
        snapshot::write(KIND, &self.stopping, d, 1, &(state, self.optimizer.snapshot(), memory))
    }

    /// A run that goes on where a snapshot was taken, to other stopping rules where some are given: one that had ended goes on too where
    /// they allow it.
    ///
    /// # Errors
    /// [`Error::Snapshot`].
    pub fn restore(bytes: &[u8], stopping: Option<StoppingOptions>) -> Result<Self> {
        let whole = snapshot::read(bytes)?;
        snapshot::require_kind(&whole, KIND)?;
        let (state, inner, memory): (State, Vec<u8>, Vec<u8>) = snapshot::read_state(whole.state)?;
        let method = super::METHODS.iter().find(|method| method.name == state.method);
        snapshot::require(method.is_some())?;
        let optimizer = restore(method.map_or("", |method| method.kind), &inner)?;
        let d = optimizer.point().len();
        let sound = state.best.len() == d && state.rules.is_sound() && state.seconds >= 0.0 && state.seconds.is_finite();
        snapshot::require(sound && state.bounds.as_ref().is_none_or(|bounds| bounds.is_sound(d)))?;
        let stored: StoppingOptions = crate::param::Options::read(Some(&whole.options), "").map_err(|error| Error::Snapshot {
            reason: format!("its options are refused: {error}"),
        })?;
        let mut run = Self {
            optimizer,
            stopping: stopping.unwrap_or(stored),
            state,
            stepped: false,
            started: None,
            asked: None,
            memory,
            profiling: Profiling::default(),
        };
        run.state.status = None;
        run.state.message.clear();
        if let (Some(value), Some(norm)) = (run.state.best_value, run.state.best_norm)
            && let Some(status) = rules::found(&run.stopping, &run.state.rules, value, norm)
        {
            run.end(status);
        }
        run.go_on()?;
        run.close();
        Ok(run)
    }

    /// [`Minimization::restore`] with the options of a call: its stopping rules hold, the optimizer and its options come from the snapshot.
    ///
    /// # Errors
    /// [`Error::Snapshot`]; [`Error::Argument`] naming a stopping rule, or `method` where one is named that is not that of the snapshot.
    pub fn resume(bytes: &[u8], options: Option<&crate::param::Value>) -> Result<Self> {
        let plan = Plan::read(options)?;
        let run = Self::restore(bytes, Some(plan.stopping))?;
        if plan.named && plan.method.name != run.method() {
            let domain = format!("'{}', the method of the run that is resumed", run.method());
            return Err(Error::argument_error("method", format!("'{}'", plan.method.name), domain));
        }
        Ok(run)
    }

    fn seconds(&self) -> f64 {
        self.state.seconds + self.started.map_or(0.0, |started| started.elapsed().as_secs_f64())
    }

    /// Time between question and answer.
    fn spend(&mut self, told_at: Instant) {
        if let Some(asked) = self.asked.take() {
            self.state.profile.objective += told_at.duration_since(asked).as_secs_f64();
            self.profiling.evaluated(asked, told_at);
        }
    }

    /// Counts an evaluation at the point of the question and keeps the best; its norm, if it did not fail.
    fn look(&mut self, value: f64, gradient: &[f64], weights: Option<&[f64]>) -> Option<f64> {
        let x = self.optimizer.point();
        let _span = span_of("look", x.len()).moved(16 * x.len());
        self.state.counts.evaluations += 1;
        let finite = all_between(gradient, f64::MIN, f64::MAX) || gradient.iter().all(|g| g.is_finite());
        let own = if finite { self.optimizer.projected_norm(gradient) } else { None };
        let norm = match (own, &self.state.bounds, weights) {
            _ if !finite => f64::NAN,
            (Some(norm), ..) => norm,
            (None, None, None) => largest(gradient.iter().copied()),
            (None, None, Some(weights)) => largest(gradient.iter().zip(weights).map(|(g, w)| g * w)),
            (None, Some(bounds), None) => bounds.projected_norm(x, gradient),
            (None, Some(bounds), Some(weights)) => {
                let weighted: Vec<f64> = gradient.iter().zip(weights).map(|(g, w)| g * w).collect();
                bounds.projected_norm(x, &weighted)
            }
        };
        if !(value.is_finite() && norm.is_finite() && finite) {
            return None;
        }
        let state = &mut self.state;
        state.rules.first_norm.get_or_insert(norm);
        if state
            .best_value
            .is_none_or(|best| value < best || (value == best && state.best_norm.is_none_or(|best| norm < best)))
        {
            state.best.copy_from_slice(x);
            (state.best_value, state.best_norm) = (Some(value), Some(norm));
            if let Some(status) = rules::found(&self.stopping, &self.state.rules, value, norm) {
                self.end(status);
            }
        }
        Some(norm)
    }

    fn count(&mut self, report: Option<StepReport>) {
        match report.map(|report| report.kind) {
            Some(Phase::True) => self.state.counts.iterations += u64::from(!std::mem::replace(&mut self.stepped, true)),
            Some(Phase::Learned) => self.state.counts.learned_steps += 1,
            None => {}
        }
    }

    /// Learned steps and steps whose evaluations are known, until there is a question or the run ends.
    fn go_on(&mut self) -> Result<()> {
        // Learned steps are short: one span is around all of them.
        let mut follow = None;
        loop {
            if self.state.status.is_some() {
                return Ok(());
            }
            match self.optimizer.ending() {
                Some(Ending::Stalled) => self.end(Status::Stalled),
                Some(Ending::Converged) => self.end(Status::Converged),
                Some(Ending::GaveUp) => self.end(Status::EvaluationFailed),
                None => {}
            }
            if let Some(status) = rules::used_up(&self.stopping, &self.state.counts, self.seconds()) {
                self.end(status);
            }
            if self.state.status.is_some() {
                return Ok(());
            }
            if follow.is_none() && profile::is_on() && self.optimizer.phase() == Phase::Learned {
                follow = Some(span("follow"));
            }
            match self.optimizer.begin() {
                Ok(Begin::Evaluate(_)) => return Ok(()),
                Ok(Begin::Done(report)) => {
                    self.count(Some(report));
                    follow = follow.filter(|_| report.kind == Phase::Learned);
                }
                Err(Error::NonFinite { .. }) => self.end(Status::EvaluationFailed),
                Err(other) => return Err(other),
            }
        }
    }

    /// The first reason stands.
    fn end(&mut self, status: Status) {
        if self.state.status.is_some() {
            return;
        }
        self.state.status = Some(status);
        let Counts {
            iterations, evaluations, ..
        } = self.state.counts;
        self.state.message = match status {
            Status::Converged => {
                "converged: the gradient vanished, or the value or the variables stopped changing, to the tolerances".into()
            }
            Status::TargetReached => "a value is at most the target".into(),
            Status::MaxEvaluations => format!("all {evaluations} evaluations were used"),
            Status::MaxIterations => format!("all {iterations} iterations were used"),
            Status::MaxSeconds => "the time was used up".into(),
            Status::Aborted => "the signal was aborted".into(),
            Status::StoppedByCallback => "a callback ended the run".into(),
            Status::Stalled => {
                "no step goes down any more: the gradient is as small as rounding lets it be, or is not that of the value".into()
            }
            Status::EvaluationFailed if self.state.best_value.is_none() => {
                "the objective has no finite value and gradient at the start".into()
            }
            Status::EvaluationFailed => {
                "a value, a gradient or a step left the finite numbers and the optimizer could not step back".into()
            }
        };
    }

    /// Stops the clock of a run that has ended.
    fn close(&mut self) {
        if self.state.status.is_some() {
            self.state.seconds = self.seconds();
            self.started = None;
        }
    }
}

/// Length of the step from the iterate to the point of the open question, of any scale; nothing where they are the same.
fn step_norm(optimizer: &dyn Optimizer) -> Option<f64> {
    let steps = || optimizer.point().iter().zip(optimizer.iterates()).map(|(to, from)| to - from);
    let longest = steps().fold(0.0, |most: f64, step| most.max(step.abs()));
    if longest == 0.0 || !longest.is_finite() {
        return None;
    }
    Some(longest * steps().map(|step| (step / longest).powi(2)).sum::<f64>().sqrt())
}

/// Largest magnitude.
fn largest(entries: impl Iterator<Item = f64>) -> f64 {
    entries.fold(0.0, |most, g| if g.abs() > most { g.abs() } else { most })
}

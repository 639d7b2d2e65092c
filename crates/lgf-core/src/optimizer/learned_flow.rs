//! Base update, learner and policy at work: true steps and learned steps.
use super::base::{Base, Tools};
use super::learner::{Learned, Learner};
use super::policy::Policy;
use super::progress::{At, Progress, Question};
use super::recipe::{Learning, Recipe, check_ode};
use super::run::Run;
use super::{Begin, Fallback, Optimizer, Phase, StepReport, Want};
use crate::error::{Error, Result, require_length};
use crate::fit::{Fitter, Samples};
use crate::integrate::{Integrator, OdeOptions};
use crate::profile::span_of;
use crate::snapshot;
use crate::surrogate::{FitReport, Model, Room};

/// A base optimizer that learns its own flow and follows it without evaluations.
///
/// With `epoch` counting all steps from 0, one step is:
/// 1. Where the policy says so, forget the history, drop the model.
/// 2. Without a full history: a true step of the base optimizer, one evaluation; record the new iterate (for the method `tracked`, the
///    old one with its direction).
/// 3. Otherwise fit the model if there is none, follow the learned flow over `dt` and take the end.
///
/// A fit or learned step that leaves the finite numbers is not taken: the history is forgotten, true steps take over and
/// [`Optimizer::fallbacks`] counts it. Adaptive integration ends as published: the last step passes the end, the state there is interpolated
/// to order 4.
///
/// With a safeguard, and always in a trust region, the learned steps to the next true evaluation are made in advance: the evaluation at
/// their end judges them before any of them is taken, and is that of the true step which follows.
/// # Source
/// Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513. In a reduced space the published
/// code integrates the lifted flow; here the mode coordinates alone are integrated and the increment of a phase is lifted, which is the
/// same flow.
#[derive(Clone)]
pub struct LearnedFlow<O: Recipe> {
    pub(super) options: O,
    pub(super) run: Run<O::Base>,
    pub(super) learner: Learner,
    pub(super) tools: Tools,
    pub(super) report_learned_values: bool,
    /// Whether learned phases are made in advance, and whether they are judged.
    pub(super) looks_ahead: bool,
    pub(super) judges: bool,
    /// Whether they also are by their slope, and base steps by what is known since the history began.
    pub(super) descends: bool,
}

/// Steps of the integrator within one learned step: a flow that needs more is blowing up, and nobody should wait for it to do so.
const MOST_STEPS: usize = 10_000;

impl<O: Recipe> LearnedFlow<O> {
    /// A run from `start`.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option; `start` empty or non-finite.
    pub fn new(start: &[f64], options: &O) -> Result<Self> {
        Self::build(start, start.len(), options, "start")
    }

    pub(super) fn build(starts: &[f64], dimension: usize, options: &O, name: &str) -> Result<Self> {
        options.check("")?;
        let progress = Progress::of_trajectories(starts, dimension, name)?;
        let policy = options.policy(dimension)?;
        let method = options.method()?;
        let Learning {
            learning_rate,
            dt,
            history_size,
            history_precision,
            model,
            solver,
            ode,
            report_learned_values,
            safeguard,
            all_rows,
            descends,
        } = options.learner();
        let of = Samples {
            dimension,
            trajectories: progress.trajectories(),
            samples: history_size,
            dt: learning_rate,
            name: "historySize",
        };
        let (fitter, model) = Fitter::new(of, model, method, solver)?;
        let learner = Learner::new(fitter, model, of, method, all_rows, history_precision)?;
        check_ode(ode, dt, MOST_STEPS)?;
        let integrator = Integrator::new(ode.clone(), "ode")?
            .with_published_ending()
            .with_default_steps(MOST_STEPS);
        let base = options.base(dimension);
        Ok(Self {
            looks_ahead: safeguard || matches!(policy, Policy::TrustRegion(_)),
            judges: safeguard,
            descends: safeguard && descends,
            run: Run::new(progress, policy, base),
            learner,
            tools: Tools {
                integrator,
                room: Room::default(),
                work: Default::default(),
                lifted: Default::default(),
                adaptive: matches!(ode, OdeOptions::Rk45(_)),
            },
            report_learned_values,
            options: options.clone(),
        })
    }

    pub(super) fn restored(starts: &[f64], dimension: usize, options: &O, state: &[u8]) -> Result<Self> {
        let mut fresh = Self::build(starts, dimension, options, "starts")?;
        let (run, learned): (Run<O::Base>, Learned) = snapshot::read_state(state)?;
        snapshot::require(fresh.learner.adopt(learned))?;
        let entered = run.entered.then_some(&fresh.learner.model);
        let follows = run.entered || run.ahead > 0;
        snapshot::require(
            run.is_sound(&fresh.run, entered) && (!follows || fresh.learner.learned) && (run.ahead == 0 || fresh.looks_ahead),
        )?;
        fresh.run = run;
        Ok(fresh)
    }

    /// Enters the coordinates of the model at the iterates, fitting one first where there is none.
    fn enter(&mut self) -> Result<()> {
        if !self.learner.learned {
            self.learner.fit()?;
        }
        let Run {
            progress, bases, entered, ..
        } = &mut self.run;
        if !*entered {
            for (base, x) in bases.iter_mut().zip(progress.x.chunks_exact(progress.dimension())) {
                base.enter(&self.learner.model, x);
            }
            *entered = true;
        }
        Ok(())
    }

    /// Makes of the learned flow what true steps go on from.
    pub(super) fn leave(&mut self) {
        if std::mem::take(&mut self.run.entered) {
            self.run.bases.iter_mut().for_each(|base| base.leave(&self.learner.model));
        }
    }

    /// Brings the iterates, or the candidates, to where the learned flow is.
    pub(super) fn lift(&mut self, at: At) {
        let progress = &mut self.run.progress;
        let (d, r) = (progress.dimension(), self.learner.model.inputs());
        let numbers = progress.x.len() * if r < d { r } else { 1 };
        let _span = span_of("lift", numbers).moved(8 * numbers).computed(2 * numbers);
        let points = if at == At::Iterate { &mut progress.x } else { &mut progress.next };
        for (base, x) in self.run.bases.iter().zip(points.chunks_exact_mut(d)) {
            base.lift(&self.learner.model, x);
        }
    }

    /// Forgets histories and model.
    pub(super) fn restart(&mut self) {
        self.leave();
        self.learner.restart();
        (self.run.ahead, self.run.due, self.run.streak) = (0, false, 0);
        self.run.highest.clear();
    }

    /// Leaves the learned phase where it is: true steps take over.
    pub(super) fn give_up(&mut self, reason: Fallback) {
        if self.run.entered {
            // Steps before this one may not be lifted yet.
            self.lift(At::Iterate);
        }
        // What is known then belongs to where the steps ahead would have led.
        self.run.known &= self.run.ahead == 0;
        self.run.fallen_back(reason);
        self.restart();
    }

    /// One step of every learned flow; if one left the finite numbers none has moved.
    pub(super) fn flow(&mut self) -> Result<bool> {
        // A derivative goes through at least one table of inputs by features.
        let model = &self.learner.model;
        let _span = span_of("integrate", model.inputs().saturating_mul(model.basis().len()));
        for row in 0..self.run.bases.len() {
            if !self.run.bases[row].flow(&self.learner.model, &mut self.tools)? {
                self.run.bases[..row].iter_mut().for_each(Base::undo);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// In the coordinates of the model; `false` when the phase had to be given up.
    pub(super) fn ready_to_flow(&mut self) -> Result<bool> {
        match self.enter() {
            Ok(()) => Ok(true),
            // Powers of the states overflowed, or the factorisation gave up: nothing that the caller's options must answer for.
            Err(Error::NonFinite { .. } | Error::Numerical { .. }) => {
                self.learner.forget();
                self.give_up(Fallback::NonFinite);
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }

    /// One learned step without lifting; `false` when the phase had to be given up.
    fn learned_step(&mut self) -> Result<bool> {
        if !self.ready_to_flow()? {
            return Ok(false);
        }
        let moved = self.flow()?;
        if !moved {
            self.give_up(Fallback::NonFinite);
        } else if self.looks_ahead {
            self.run.one_taken();
        }
        Ok(moved)
    }

    /// The report of a learned step, or the question for its value.
    fn after_learned_step(&mut self) -> Begin {
        self.lift(At::Iterate);
        let run = &mut self.run;
        let known = (self.looks_ahead && run.ahead == 0).then(|| run.here.lowest());
        if self.report_learned_values && known.is_none() {
            Begin::Evaluate(run.progress.request(Want::Value, At::Iterate, 0))
        } else {
            Begin::Done(run.progress.finish(Phase::Learned, known.flatten(), None))
        }
    }

    /// A true step from the iterates, with the answers that are known there, or the question whether it climbs.
    pub(super) fn true_step(&mut self) -> Begin {
        self.leave();
        self.run.propose_known();
        if self.descends && self.run.highest.is_empty() {
            self.run.highest.clone_from(&self.run.here.values);
        }
        // Its end is evaluated next in any case, except where a learned phase follows in a trust region: there the end of that judges both.
        if self.judges && !self.run.due && self.run.moves() {
            self.run.looked = 0;
            return Begin::Evaluate(self.run.progress.request(Want::Gradient, At::Candidate, 0));
        }
        if self.judges {
            self.run.set_anchor();
        }
        Begin::Done(self.take_true_step(None))
    }

    /// Takes the step that was proposed.
    pub(super) fn take_true_step(&mut self, single: Option<(f64, &[f64])>) -> StepReport {
        let run = &mut self.run;
        let value = single.map_or_else(|| run.here.lowest(), |(value, _)| Some(value));
        run.bases.iter_mut().for_each(Base::accept);
        if run.due && !run.judge_prediction() {
            self.restart();
        }
        let run = &mut self.run;
        // In a trust region true steps in a row become the history of the next model: one that is not followed is not worth keeping.
        if std::mem::take(&mut run.due) && self.learner.learned && (run.streak == 0 || self.learner.is_full()) {
            self.learner.clear();
        }
        run.streak += 1;
        let (d, room) = (run.progress.dimension(), !self.learner.is_full());
        let tracked = self.learner.is_tracked();
        let _span = span_of("record", run.progress.x.len()).moved(16 * run.progress.x.len());
        let all = &run.here.directions;
        for row in (0..run.bases.len()).filter(|_| room) {
            let at = row * d..(row + 1) * d;
            let history = self.learner.history(row);
            if tracked {
                let direction = single.map_or_else(|| &all[at.clone()], |(_, direction)| direction);
                history.push_with_rate(&run.progress.x[at], direction.iter().map(|g| -g));
            } else {
                history.push(&run.progress.next[at]);
            }
        }
        if self.learner.is_full() {
            self.learner.learned = false;
            if self.descends {
                run.lengthen_steps();
            }
        }
        run.known = false;
        match single {
            Some((value, _)) => run.progress.leave(value),
            None => run.progress.advance(),
        }
        if let Policy::TrustRegion(region) = &mut run.policy {
            region.recenter(&run.progress.x);
        }
        let reason = run.reason.take();
        run.progress.finish(Phase::True, value, reason)
    }
}

impl<O: Recipe> Optimizer for LearnedFlow<O> {
    fn progress(&self) -> &Progress {
        &self.run.progress
    }
    fn phase(&self) -> Phase {
        self.run.phase(self.learner.is_ready())
    }
    fn is_plain(&self) -> bool {
        !self.looks_ahead && self.run.bases.len() == 1 && self.pending().is_none() && self.phase() == Phase::True
    }
    fn begin(&mut self) -> Result<Begin> {
        loop {
            if let Some(request) = self.pending() {
                return Ok(Begin::Evaluate(request));
            }
            if self.run.policy.restarts_at(self.run.progress.epoch) {
                self.restart();
            }
            if self.phase() == Phase::True {
                if self.run.known {
                    return Ok(self.true_step());
                }
                self.run.progress.request(Want::Gradient, At::Iterate, 0);
            } else if self.looks_ahead && self.run.ahead == 0 {
                self.look_ahead()?;
            } else if self.learned_step()? {
                return Ok(self.after_learned_step());
            }
        }
    }

    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<Option<StepReport>> {
        let question = self.run.progress.answered(id)?;
        let last = question.row + 1 == self.run.bases.len();
        if question.request.want == Want::Value {
            // A value that could not be computed is reported as not evaluated; the run does not depend on it.
            let known = self.run.shown(value, question.row);
            return Ok(if last {
                Some(self.run.progress.finish(Phase::Learned, known, None))
            } else {
                self.run.progress.request(Want::Value, At::Iterate, question.row + 1);
                None
            });
        }
        let direction = self.run.progress.check(value, gradient, !self.undoes(question.at))?;
        if !self.looks_ahead && self.run.bases.len() == 1 {
            self.leave();
            let Run { progress, bases, .. } = &mut self.run;
            bases[0].propose(1.0, &progress.x, direction, &mut progress.next)?;
            return Ok(Some(self.take_true_step(Some((value, direction)))));
        }
        self.run.answer(question, value, direction);
        if !last {
            self.run.progress.request(Want::Gradient, question.at, question.row + 1);
            return Ok(None);
        }
        self.run.progress.pending = None;
        match question.at {
            At::Iterate => self.iterates_known(),
            At::Candidate => self.candidates_known(),
        }
    }

    fn tell_all(&mut self, id: u64, values: &[f64], gradients: Option<&[f64]>) -> Result<Option<StepReport>> {
        let Question { request, at, row } = self.run.progress.answered(id)?;
        let (d, k) = (self.run.progress.dimension(), self.run.bases.len());
        require_length("values", values.len(), k)?;
        let rows = |j: usize| gradients.and_then(|g| g.get(j * d..(j + 1) * d));
        if request.want == Want::Gradient {
            if let Some(gradients) = gradients {
                require_length("gradient", gradients.len(), k * d)?;
            }
            for (j, &value) in values.iter().enumerate().skip(row) {
                self.run.progress.check(value, rows(j), !self.undoes(at))?;
            }
        }
        let mut report = None;
        for (id, j) in (id..).zip(row..k) {
            report = self.tell(id, values[j], rows(j))?;
        }
        Ok(report)
    }

    fn advance(&mut self, most: u64) -> Result<u64> {
        self.run.progress.require_closed("advance")?;
        let mut steps = 0;
        while steps < most && self.phase() == Phase::Learned && (!self.looks_ahead || self.run.ahead > 0) && self.learned_step()? {
            self.run.progress.finish(Phase::Learned, None, None);
            steps += 1;
        }
        if steps > 0 && self.run.entered {
            self.lift(At::Iterate);
        }
        Ok(steps)
    }

    fn snapshot(&self) -> Vec<u8> {
        let state = (&self.run, self.learner.state());
        let progress = &self.run.progress;
        snapshot::write(O::KIND, &self.options, progress.dimension(), progress.trajectories(), &state)
    }

    fn model(&self) -> Option<&Model> {
        self.learner.learned.then_some(&self.learner.model)
    }
    fn last_fit(&self) -> Option<FitReport> {
        self.learner.last_fit
    }
    fn fits(&self) -> u64 {
        self.learner.fits
    }
    fn fallbacks(&self) -> u64 {
        self.run.fallbacks
    }
    fn rejections(&self) -> u64 {
        self.run.rejections
    }
    fn radius(&self) -> Option<f64> {
        match &self.run.policy {
            Policy::TrustRegion(region) => Some(region.radius),
            Policy::Schedule(_) => None,
        }
    }
}

impl LearnedFlow<super::BatchOptions> {
    /// Several runs in step; `starts` holds them one behind the other, `dimension` numbers each.
    ///
    /// # Errors
    /// As [`LearnedFlow::new`], naming `starts`.
    pub fn of_trajectories(starts: &[f64], dimension: usize, options: &super::BatchOptions) -> Result<Self> {
        if dimension == 0 || !starts.len().is_multiple_of(dimension) {
            return Err(Error::shape("starts", starts.len(), format!("a multiple of {dimension}")));
        }
        Self::build(starts, dimension, options, "starts")
    }
}

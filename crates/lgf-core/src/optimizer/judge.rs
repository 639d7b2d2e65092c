//! True evaluations that judge: learned phases made in advance, base steps before they are taken.
use super::base::Base;
use super::learned_flow::LearnedFlow;
use super::policy::Policy;
use super::progress::At;
use super::recipe::Recipe;
use super::run::Run;
use super::{Begin, Fallback, Phase, Request, StepReport, Want};
use crate::error::Result;
use crate::optimizer::Optimizer;

/// Times that a base step is halved before it is given up: it then is far below rounding.
const MOST_HALVINGS: u32 = 60;

impl<O: Recipe> LearnedFlow<O> {
    /// Whether what an evaluation there judges can be undone: then it may fail, while anything else is the caller's to mend.
    pub(super) fn undoes(&self, at: At) -> bool {
        self.judges && (at == At::Candidate || self.run.unproved)
    }

    /// The learned steps to the next true evaluation: what to ask for. Nothing where there are none; then a true step is next.
    pub(super) fn look_ahead(&mut self) -> Result<Option<Request>> {
        if self.judges && !self.run.known && matches!(self.run.policy, Policy::Schedule(_)) {
            // What the phase starts from is what its end is compared with.
            return Ok(Some(self.run.progress.request(Want::Gradient, At::Iterate, 0)));
        }
        if !self.ready_to_flow()? {
            return Ok(None);
        }
        self.run.bases.iter_mut().for_each(Base::mark);
        let most = self.run.policy.horizon(self.run.progress.epoch);
        let (mut steps, mut ending) = (0, None);
        match &mut self.run.policy {
            Policy::Schedule(_) => {
                while steps < most && self.flow()? {
                    steps += 1;
                }
            }
            Policy::TrustRegion(region) => {
                region.predicted.clear();
                ending = Some(Fallback::NonFinite);
                while self.flow()? {
                    self.lift(At::Candidate);
                    let Policy::TrustRegion(region) = &mut self.run.policy else { break };
                    let left = !region.holds(&self.run.progress.next);
                    if left || steps == most {
                        ending = left.then_some(Fallback::Radius);
                        // One step too far: that is the prediction for the true step.
                        region.predicted.extend_from_slice(&self.run.progress.next);
                        self.run.bases.iter_mut().for_each(Base::undo);
                        break;
                    }
                    steps += 1;
                }
            }
        }
        self.lift(At::Candidate);
        self.run.predict_from_candidate();
        if self.judges && self.descends && steps > 0 {
            self.remember_motion();
        }
        self.run.bases.iter_mut().for_each(Base::rewind);
        self.run.ending = ending;
        if steps > 0 {
            self.run.looked = steps;
            return Ok(Some(self.run.progress.request(Want::Gradient, At::Candidate, 0)));
        }
        if self.run.has_prediction() {
            self.run.due = true;
            self.run.fallen_back(ending.unwrap_or(Fallback::Worse));
        } else {
            self.give_up(Fallback::NonFinite);
        }
        Ok(None)
    }

    /// Keeps the way that the last learned step came to the candidates.
    fn remember_motion(&mut self) {
        self.run.motion.clone_from(&self.run.progress.next);
        self.run.bases.iter_mut().for_each(Base::undo);
        self.lift(At::Candidate);
        let Run { motion, progress, .. } = &mut self.run;
        for (motion, next) in motion.iter_mut().zip(&mut progress.next) {
            let before = std::mem::replace(next, *motion);
            *motion -= before;
        }
    }

    /// The iterates are evaluated: a true step, unless they show that the last one climbed or a learned phase comes next.
    pub(super) fn iterates_known(&mut self) -> Result<Option<StepReport>> {
        if self.judges && self.run.climbed() {
            self.run.step_back(MOST_HALVINGS)?;
            self.restart();
            return Ok(None);
        }
        self.run.accept_answers();
        if self.phase() == Phase::Learned {
            return Ok(None);
        }
        Ok(match self.true_step() {
            Begin::Done(report) => Some(report),
            Begin::Evaluate(_) => None,
        })
    }

    /// The end of a base step is evaluated: the step is taken, or becomes a shorter one.
    pub(super) fn base_step_known(&mut self) -> Option<StepReport> {
        if self.run.would_climb() {
            self.run.shorten_steps();
            // Samples of steps of another length are no samples of the same flow.
            self.restart();
            return None;
        }
        let report = self.take_true_step(None);
        self.run.take_candidates();
        Some(report)
    }

    /// What may come next is evaluated: a learned phase is taken, or undone.
    pub(super) fn candidates_known(&mut self) -> Result<Option<StepReport>> {
        if self.run.looked == 0 {
            return Ok(self.base_step_known());
        }
        let run = &mut self.run;
        if !self.judges || (run.improved() && !run.overshot()) {
            run.take_candidates();
            run.ahead = run.looked;
            if let Policy::Schedule(schedule) = &mut run.policy {
                schedule.lengthen();
            }
            return Ok(None);
        }
        run.rejections += 1;
        match &mut run.policy {
            Policy::Schedule(schedule) => {
                if !schedule.shorten(run.looked) {
                    self.give_up(Fallback::Worse);
                }
            }
            Policy::TrustRegion(region) => region.shrink(&run.progress.next, run.looked),
        }
        Ok(None)
    }
}

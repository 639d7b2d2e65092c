//! Stage 6: optimizers as ask/tell state machines.
//!
//! An optimizer never calls the objective. [`Optimizer::begin`] either takes a step that needs no evaluation or says what it wants to
//! know; [`Optimizer::tell`] gives the answer. Synchronous, asynchronous and remote evaluation are drivers around these two.
//!
//! Every optimizer is put together from the same parts: a base update (descent, Adam), with or without a learner of its flow, and a policy
//! that says when to follow what was learned (a schedule, a trust region).
//! ```text
//!                    base       learner            policy
//! GradientDescent    descent
//! BaseAdam           Adam
//! GradientFlow       descent    one trajectory     schedule
//! AdamFlow           Adam       one trajectory     schedule
//! TrustRegionFlow    descent    one trajectory     trust region
//! AdamTrustRegion    Adam       one trajectory     trust region
//! Batch              descent    all trajectories   schedule
//! ```
//! `Adaptive` has neither: its council of models stands in [`adaptive`](Adaptive).
//! `Lbfgs` and `Anderson`, which learn nothing but choose their own step length, stand beside these for comparison, as do
//! `OptimalityCriteria` and `MovingAsymptotes` for problems with one linear constraint.
/// What optimizers that try points one after the other, and accept or undo each, have in common; their `state` says what became of it.
macro_rules! of_trials {
    () => {
        fn progress(&self) -> &Progress {
            &self.progress
        }
        fn phase(&self) -> Phase {
            Phase::True
        }
        fn advance(&mut self, _: u64) -> Result<u64> {
            self.progress.require_closed("advance").map(|()| 0)
        }
        fn is_plain(&self) -> bool {
            // Every answer needs its question: the point is not always the iterate.
            false
        }
        fn rejections(&self) -> u64 {
            self.state.rejections
        }
        fn verdict(&self) -> Option<Verdict> {
            self.state.verdict
        }
        fn ending(&self) -> Option<Ending> {
            self.state.stalled.then_some(Ending::Stalled)
        }
    };
}

mod adaptive;
mod anderson;
mod base;
mod constrained;
mod judge;
mod learned_flow;
mod learner;
mod options;
mod phase;
mod plain;
mod policy;
mod progress;
mod quasi_newton;
mod recipe;
mod restore;
mod run;
mod trust_region;

pub use adaptive::{Adaptive, AdaptiveOptions, BaseUpdate, adaptive};
pub use anderson::{Anderson, AndersonOptions};
pub use base::{Direction, Stepping};
pub use constrained::{Constrained, MovingAsymptotesOptions, OptimalityCriteriaOptions};
pub use learned_flow::LearnedFlow;
pub use options::{
    AdamFlowOptions, AdamOptions, AdamTrustRegionOptions, BatchOptions, GradientDescentOptions, GradientFlowOptions, TrustRegionOptions,
};
pub use phase::{Fallback, Phase};
pub use plain::Plain;
pub use quasi_newton::{Lbfgs, LbfgsOptions};
pub use restore::restore;

/// Descent along the direction that the objective returns: `a <- a - lr p(a)`, with `p` the gradient, the Newton direction or another.
pub type GradientDescent = Plain<GradientDescentOptions>;
/// Adam, with bias correction; `amsgrad` takes the running maximum over the uncorrected second moment.
pub type Adam = Plain<AdamOptions>;
/// Gradient or Newton descent that learns its own flow and follows it without evaluations, on the published schedule.
pub type GradientFlow = LearnedFlow<GradientFlowOptions>;
/// Adam that learns the gradient and follows the Adam flow of it, on the published schedule.
pub type AdamFlow = LearnedFlow<AdamFlowOptions>;
/// [`GradientFlow`] that follows the learned flow within a radius of the last true iterate.
pub type TrustRegionFlow = LearnedFlow<TrustRegionOptions>;
/// [`AdamFlow`] that follows the learned flow within a radius of the last true iterate.
pub type AdamTrustRegion = LearnedFlow<AdamTrustRegionOptions>;
/// [`GradientFlow`] of several starts in step that learn one model from the rows of all.
pub type Batch = LearnedFlow<BatchOptions>;
/// Optimality criteria, for `min f(x)` where `w'x <= limit`, `lower <= x <= upper`.
pub type OptimalityCriteria = Constrained<constrained::Criteria>;
/// The method of moving asymptotes, for `min f(x)` where `w'x <= limit`, `lower <= x <= upper`.
pub type MovingAsymptotes = Constrained<constrained::Asymptotes>;

use crate::error::Result;
use crate::surrogate::{FitReport, Model};
use progress::Progress;
use serde::{Deserialize, Serialize};

/// What an optimizer wants to know at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Want {
    /// The value and the descent direction: a counted evaluation.
    Gradient,
    /// The value, to be reported only: not counted.
    Value,
}

impl Want {
    /// The name used in requests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gradient => "gradient",
            Self::Value => "value",
        }
    }
}

/// An open question: the point is [`Optimizer::point`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Names the question; the answer must carry it.
    pub id: u64,
    /// What is wanted.
    pub want: Want,
}

/// One step that was taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepReport {
    /// Index of the step, from 0.
    pub epoch: u64,
    /// Its kind.
    pub kind: Phase,
    /// Of a true step, the value at the point it started from; of a learned one, the value at its end where that was asked for or is known
    /// from a safeguard. Of several trajectories the lowest.
    pub value: Option<f64>,
    /// Counted evaluations so far.
    pub evaluations: u64,
    /// Why a true step took the place of a learned one, where it did.
    pub fallback: Option<Fallback>,
}

/// What became of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// The run goes on from its point.
    Accepted,
    /// Its point was found worse and is left.
    Rejected,
    /// It had no finite value or gradient.
    Failed,
}

impl Verdict {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

/// Why an optimizer has nothing more to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// No step that doubles can tell from none goes down.
    Stalled,
    /// Nothing can be evaluated where it could go.
    GaveUp,
    /// No variable is about to move any more, to a tolerance. Whoever asks further gets the next point all the same.
    Converged,
}

/// What [`Optimizer::begin`] did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Begin {
    /// The next step needs an answer to this.
    Evaluate(Request),
    /// A step was taken.
    Done(StepReport),
}

/// An ask/tell state machine. Two that are in the same state do the same, bit for bit, whoever drives them.
pub trait Optimizer: Send {
    /// The bookkeeping that all optimizers share.
    #[doc(hidden)]
    fn progress(&self) -> &Progress;
    /// What the next step is.
    fn phase(&self) -> Phase;
    /// Starts the next step; while a question is open, repeats it.
    ///
    /// # Errors
    /// None that finite answers can cause.
    fn begin(&mut self) -> Result<Begin>;
    /// Answers the open question. A refused answer changes nothing: the question stays open.
    ///
    /// Nothing comes back where the answer did not complete a step: another trajectory is to be evaluated, or a learned phase was found
    /// worse than its start and something else is asked for.
    ///
    /// # Errors
    /// [`crate::Error::State`] for an `id` that is not the open one; [`crate::Error::NonFinite`] or [`crate::Error::Shape`] naming
    /// `value` or `gradient`.
    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<Option<StepReport>>;
    /// As [`Optimizer::tell`], with the weights of the variables: how much each one says where steps and directions are compared. Who has no use
    /// for them takes no notice.
    ///
    /// # Errors
    /// As [`Optimizer::tell`], and naming `weights`.
    fn tell_weighted(&mut self, id: u64, value: f64, gradient: Option<&[f64]>, weights: Option<&[f64]>) -> Result<Option<StepReport>> {
        let _ = weights;
        self.tell(id, value, gradient)
    }
    /// Answers the open question and those about the trajectories after it at once: one value and one row of `gradients` for every trajectory;
    /// those that were told of before are not looked at. A refused answer changes nothing.
    ///
    /// # Errors
    /// As [`Optimizer::tell`], and [`crate::Error::Shape`] naming `values`.
    fn tell_all(&mut self, id: u64, values: &[f64], gradients: Option<&[f64]>) -> Result<Option<StepReport>> {
        crate::error::require_length("values", values.len(), 1)?;
        self.tell(id, values[0], gradients)
    }
    /// Takes learned steps only, at most `most`, and returns how many: a whole learned phase in one call. Values are not asked for; where a
    /// phase must be judged by a true evaluation first, no step is taken.
    ///
    /// # Errors
    /// [`crate::Error::State`] while a question is open.
    fn advance(&mut self, most: u64) -> Result<u64>;
    /// Everything about the run as bytes, from which [`restore`] makes an optimizer that goes on bit for bit.
    fn snapshot(&self) -> Vec<u8>;
    /// Whether the next step is a true one that needs nothing but the evaluation at the iterate.
    fn is_plain(&self) -> bool {
        self.pending().is_none() && self.phase() == Phase::True
    }
    /// The model that drives learned steps, while there is one.
    fn model(&self) -> Option<&Model> {
        None
    }
    /// What the last fit reported, whether its model is still in use or not.
    fn last_fit(&self) -> Option<FitReport> {
        None
    }
    /// Models fitted so far.
    fn fits(&self) -> u64 {
        0
    }
    /// True steps that took the place of learned ones; [`StepReport::fallback`] says why.
    fn fallbacks(&self) -> u64 {
        0
    }
    /// Learned phases and base steps that a true evaluation found worse, and that were undone.
    fn rejections(&self) -> u64 {
        0
    }
    /// What became of the last evaluation that was told; nothing where its reports say it all.
    fn verdict(&self) -> Option<Verdict> {
        None
    }
    /// Learned steps taken that no report tells of.
    fn learned_steps(&self) -> u64 {
        0
    }
    /// Why it has nothing more to try, once that is so. Whoever asks further gets the iterate to evaluate.
    fn ending(&self) -> Option<Ending> {
        None
    }
    /// The learned model that the open question follows, by name, where several compete.
    fn driver(&self) -> Option<&'static str> {
        None
    }
    /// Radius of the trust region, where there is one.
    fn radius(&self) -> Option<f64> {
        None
    }
    /// Number of trajectories that run in step.
    fn trajectories(&self) -> usize {
        self.progress().trajectories()
    }
    /// Iterates of all trajectories, one row each.
    fn iterates(&self) -> &[f64] {
        &self.progress().x
    }
    /// The point of the open question; where none is open, the iterate (of several trajectories, of the first).
    fn point(&self) -> &[f64] {
        self.progress().point()
    }
    /// Copies [`Optimizer::point`], on all threads where it is long.
    ///
    /// # Errors
    /// [`crate::Error::Shape`] naming `x`.
    fn copy_point(&self, x: &mut [f64]) -> Result<()> {
        let point = self.point();
        crate::error::require_length("x", x.len(), point.len())?;
        crate::linalg::pass::copy(point, x);
        Ok(())
    }
    /// The points that the open question and those of the other trajectories are about, one row each; where none is open, the iterates.
    fn points(&self) -> &[f64] {
        self.progress().points()
    }
    /// Which trajectory the open question is about; 0 where none is open.
    fn trajectory(&self) -> usize {
        self.progress().pending.map_or(0, |question| question.row)
    }
    /// Steps taken.
    fn epoch(&self) -> u64 {
        self.progress().epoch
    }
    /// Counted evaluations: all true ones that were of use.
    fn evaluations(&self) -> u64 {
        self.progress().evaluations
    }
    /// The open question, if there is one.
    fn pending(&self) -> Option<Request> {
        self.progress().pending.map(|question| question.request)
    }
    /// The best point that was truly evaluated and its value.
    fn best(&self) -> Option<(f64, &[f64])> {
        self.progress().best()
    }
    /// Learned steps until the end of this phase, then the open question: for a driver that needs no steps between.
    ///
    /// # Errors
    /// As [`Optimizer::begin`].
    fn ask(&mut self) -> Result<Request> {
        loop {
            if let Begin::Evaluate(request) = self.begin()? {
                return Ok(request);
            }
        }
    }
}

//! Stage 6: optimizers as ask/tell state machines.
//!
//! An optimizer never calls the objective. [`Optimizer::begin`] either takes a step that needs no evaluation or says what it wants to
//! know; [`Optimizer::tell`] gives the answer. Synchronous, asynchronous and remote evaluation are drivers around these two.
mod gradient_descent;
mod gradient_flow;
mod phase;
mod progress;

pub use gradient_descent::{GradientDescent, GradientDescentOptions};
pub use gradient_flow::{GradientFlow, GradientFlowOptions};
pub use phase::Phase;

use crate::error::Result;
use crate::param::choices;
use crate::surrogate::Model;
use progress::Progress;

choices! {
    /// What the objective writes to its second argument; the algorithm is the same.
    pub enum Direction {
        /// The gradient: gradient flow.
        Gradient = "gradient",
        /// The inverse Hessian times the gradient: Newton flow.
        Newton = "newton",
        /// Any other descent direction.
        Custom = "custom",
    }
}

/// What an optimizer wants to know at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Of a true step, the value at the point it started from; of a learned one, the value at its end where that was asked for.
    pub value: Option<f64>,
    /// Counted evaluations so far.
    pub evaluations: u64,
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
    /// # Errors
    /// [`crate::Error::State`] for an `id` that is not the open one; [`crate::Error::NonFinite`] or [`crate::Error::Shape`] naming
    /// `value` or `gradient`.
    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<StepReport>;
    /// Takes learned steps only, at most `most`, and returns how many: a whole learned phase in one call. Values are not asked for.
    ///
    /// # Errors
    /// [`crate::Error::State`] while a question is open.
    fn advance(&mut self, most: u64) -> Result<u64>;
    /// The model that drives learned steps, while there is one.
    fn model(&self) -> Option<&Model> {
        None
    }
    /// Models fitted so far.
    fn fits(&self) -> u64 {
        0
    }
    /// Learned phases given up because the model or its flow left the finite numbers; true steps took over.
    fn fallbacks(&self) -> u64 {
        0
    }
    /// The current iterate.
    fn point(&self) -> &[f64] {
        &self.progress().x
    }
    /// Steps taken.
    fn epoch(&self) -> u64 {
        self.progress().epoch
    }
    /// Counted evaluations: true ones that moved the iterate.
    fn evaluations(&self) -> u64 {
        self.progress().evaluations
    }
    /// The open question, if there is one.
    fn pending(&self) -> Option<Request> {
        self.progress().pending
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

//! The base optimizer by itself.
use super::progress::Progress;
use super::{Begin, Direction, Optimizer, Phase, Request, StepReport, Want};
use crate::error::Result;
use crate::param::{Domain, Options, options};
use crate::surrogate::Model;

options! {
    /// Gradient descent.
    pub struct GradientDescentOptions as "GradientDescentOptions" {
        /// Step length per unit of direction.
        learning_rate: f64 = 1e-3, Domain::Positive;
        /// What the objective writes to its second argument.
        direction: Direction = Direction::Gradient, Domain::OfType;
    }
}

/// Descent along the direction that the objective returns: `a <- a - lr p(a)`, with `p` the gradient, the Newton direction or another.
#[derive(Debug, Clone, PartialEq)]
pub struct GradientDescent {
    options: GradientDescentOptions,
    progress: Progress,
}

impl GradientDescent {
    /// A run from `start`.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] naming the option; `start` empty or non-finite.
    pub fn new(start: &[f64], options: &GradientDescentOptions) -> Result<Self> {
        options.check("")?;
        Ok(Self {
            options: options.clone(),
            progress: Progress::new(start)?,
        })
    }
}

impl Optimizer for GradientDescent {
    fn point(&self) -> &[f64] {
        &self.progress.x
    }
    fn epoch(&self) -> u64 {
        self.progress.epoch
    }
    fn evaluations(&self) -> u64 {
        self.progress.evaluations
    }
    fn phase(&self) -> Phase {
        Phase::True
    }
    fn pending(&self) -> Option<Request> {
        self.progress.pending
    }
    fn begin(&mut self) -> Result<Begin> {
        Ok(Begin::Evaluate(
            self.progress.pending.unwrap_or_else(|| self.progress.request(Want::Gradient)),
        ))
    }
    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<StepReport> {
        self.progress.answered(id)?;
        let direction = self.progress.check(value, gradient)?;
        self.progress.descend(self.options.learning_rate, direction)?;
        Ok(self.progress.commit(value))
    }
    fn advance(&mut self, _: u64) -> Result<u64> {
        Ok(0)
    }
    fn model(&self) -> Option<&Model> {
        None
    }
    fn fits(&self) -> u64 {
        0
    }
    fn fallbacks(&self) -> u64 {
        0
    }
    fn best(&self) -> Option<(f64, &[f64])> {
        self.progress.best()
    }
}

//! The base optimizer by itself.
use super::progress::Progress;
use super::{Begin, Direction, Optimizer, Phase, StepReport, Want};
use crate::error::Result;
use crate::param::{Domain, Options, options};

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
    fn progress(&self) -> &Progress {
        &self.progress
    }
    fn phase(&self) -> Phase {
        Phase::True
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
        self.progress.require_closed("advance").map(|()| 0)
    }
}

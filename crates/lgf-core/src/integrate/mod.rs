//! Stage 5: following a vector field.
mod control;
mod integrator;
mod interval;
mod solve;
mod stages;
mod tableau;

pub use integrator::{Integrator, Outcome};
pub use interval::Interval;
pub use solve::{IntervalOptions, Solution, integrate};

pub(crate) use control::{scaled_norm, scaled_square};

use crate::error::Result;
use crate::param::{Domain, choices, options, variants};

/// A vector field `dx/dt = f(t, x)`.
pub trait Field {
    /// Number of components.
    fn dimension(&self) -> usize;
    /// How many of the leading components the field reads; the others are only summed up, and their states inside of a step are not made.
    fn read(&self) -> usize {
        self.dimension()
    }
    /// Writes `f(t, x)` to `dx`; of `x` only the first [`Field::read`] components mean anything.
    ///
    /// # Errors
    /// [`crate::Error::Interrupted`] ends the integration at once.
    fn derivative(&mut self, t: f64, x: &[f64], dx: &mut [f64]) -> Result<()>;
    /// Size of `v`, an error or a change between the states `x` and `y`, relative to the tolerances: the root mean square of
    /// `v / (atol + rtol max(|x|, |y|))`. A field in reduced coordinates may measure in those that the tolerances are meant for.
    fn error_norm(&mut self, tolerances: &Rk45Options, v: &[f64], x: &[f64], y: &[f64]) -> f64 {
        scaled_norm(tolerances, v, x, y)
    }
}

options! {
    /// Fixed steps, 3/8 rule of order 4.
    pub struct Rk4Options as "Rk4Options" {
        /// Step size; the last step is shortened to land on the end. By default one step over the whole interval.
        step: Option<f64> = None, Domain::Positive;
        /// Most steps of one integration; 1,000,000 by default, 10,000 of a learned step.
        max_steps: Option<usize> = None, Domain::AtLeast(1);
    }
}

options! {
    /// Adaptive steps, Dormand-Prince 5(4).
    pub struct Rk45Options as "Rk45Options" {
        /// Relative tolerance.
        rtol: f64 = 1e-7, Domain::NonNegative;
        /// Absolute tolerance.
        atol: f64 = 1e-9, Domain::NonNegative;
        /// Most steps of one integration, rejected ones included; 1,000,000 by default, 10,000 of a learned step.
        max_steps: Option<usize> = None, Domain::AtLeast(1);
    }
}

variants! {
    /// The integrator of the learned flow.
    pub enum OdeOptions as "OdeOptions" by "method" {
        /// Fixed steps.
        Rk4(Rk4Options) = "rk4",
        /// Adaptive steps.
        Rk45(Rk45Options) = "rk45",
    }
}

choices! {
    /// How an integration ended.
    pub enum Status {
        /// The end of the interval was reached.
        Completed = "completed",
        /// The next state would not have been finite.
        NonFinite = "non-finite",
        /// The error stayed above tolerance at the smallest step that the time can resolve.
        StepTooSmall = "step-too-small",
        /// `maxSteps` steps did not reach the end.
        MaxSteps = "max-steps",
    }
}

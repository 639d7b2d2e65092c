//! Stage 3: the right sides of the regression and the rows of features that belong to them.
mod strong;
mod weak;

pub use strong::{StrongOptions, strong_form};
pub(crate) use strong::{difference, rows as strong_rows, strong_targets};
pub(crate) use weak::TestFunctions;
pub use weak::{TestFunctionOptions, weak_form};

use crate::error::{Error, Result};
use crate::library::{matrix_finite, non_empty};
use crate::param::{Domain, choices, options};
use faer::{Mat, MatRef};

choices! {
    /// Where the derivatives of the regression come from.
    pub enum Method {
        /// Finite differences of the states.
        Strong = "strong",
        /// Integrals against test functions: no differentiation of noisy states.
        Weak = "weak",
        /// Derivatives recorded along with the states.
        Tracked = "tracked",
    }
}

options! {
    /// The time grid of a recorded trajectory.
    pub struct TimeStepOptions as "TimeStepOptions" {
        /// Time between consecutive states.
        dt: f64 = f64::NAN, Domain::Positive;
    }
}

/// The two sides of a regression: find coefficients with `regression * coefficients ~ target`.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// Right sides, one row an equation, one column a target.
    pub target: Mat<f64>,
    /// Features, one row an equation.
    pub regression: Mat<f64>,
}

fn check_pair(states: MatRef<'_, f64>, features: MatRef<'_, f64>) -> Result<()> {
    non_empty("states", states)?;
    non_empty("features", features)?;
    if states.nrows() != features.nrows() {
        let shape = |a: MatRef<'_, f64>| format!("{}×{}", a.nrows(), a.ncols());
        return Err(Error::shape(
            "features",
            shape(features),
            format!("{}×P, one row for each of states", states.nrows()),
        ));
    }
    matrix_finite("states", states)?;
    matrix_finite("features", features)
}

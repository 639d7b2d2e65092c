//! Newton directions `p = H^-1 g`, for optimizers that descend along them: from the Hessian, or from products with it.
mod cg;
mod dense;

pub use cg::{NewtonCg, NewtonCgOptions, NewtonCgReport};
pub use dense::{NewtonDirection, NewtonOptions, NewtonReport, NewtonSolver, newton_direction};

use crate::error::{Error, Result, require_finite};
use crate::param::choices;

choices! {
    /// What to do where the Hessian is not positive definite.
    pub enum Indefinite {
        /// `|H|^-1 g`, with the absolute values of the eigenvalues: it always descends.
        Absolute = "absolute",
        /// `H^-1 g` itself: attracted by saddles and maxima as by minima.
        Plain = "plain",
    }
}

choices! {
    /// Which eigenvalues the Hessian has.
    pub enum Curvature {
        /// None below zero, up to rounding.
        Positive = "positive",
        /// Some below zero.
        Indefinite = "indefinite",
    }
}

/// Refuses gradients that are empty or not finite.
fn check_gradient(gradient: &[f64]) -> Result<()> {
    if gradient.is_empty() {
        return Err(Error::shape("gradient", 0, "at least 1"));
    }
    require_finite("gradient", gradient)
}

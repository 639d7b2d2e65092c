//! When a run ends.
use crate::param::{Domain, options};

options! {
    /// When a run ends. Every run does: both counts are bounded.
    pub struct StoppingOptions as "StoppingOptions" {
        /// `'converged'` when the largest entry of the gradient at the best point is at most this, in units of the gradient; with bounds, of the
        /// gradient projected onto them. By default 1e-8 of what it was at the start, so that no scale of the problem matters.
        gradient_tolerance: Option<f64> = None, Domain::NonNegative;
        /// `'converged'` when the values of six accepted iterations in a row lie within this share of the last one.
        value_tolerance: f64 = 1e-12, Domain::NonNegative;
        /// `'target-reached'` when a value is at most this.
        target: Option<f64> = None, Domain::OfType;
        /// `'max-evaluations'` after so many evaluations, failed ones included.
        max_evaluations: usize = 15_000, Domain::AtLeast(1);
        /// `'max-iterations'` after so many iterations.
        max_iterations: usize = 15_000, Domain::AtLeast(1);
        /// `'max-seconds'` after so many seconds, looked at between evaluations.
        max_seconds: Option<f64> = None, Domain::Positive;
    }
}

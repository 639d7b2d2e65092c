//! What a user may say about the adaptive flow.
use crate::optimizer::Direction;
use crate::param::{Domain, options};

options! {
    /// Learned flow without a schedule: every true evaluation judges the last learned flow and teaches the next one.
    pub struct AdaptiveOptions as "LGFAdaptiveOptions" {
        /// What the objective writes to its second argument. Directions that are no gradients are learned without a potential.
        direction: Direction = Direction::Gradient, Domain::OfType;
        /// Most secants that are kept. Fewer are, where `memoryLimit` says so.
        window: usize = 100, Domain::Within(1, 1000);
        /// Most memory of the window, in bytes: `16 (window + 1)` for each variable.
        memory_limit: f64 = 1_073_741_824.0, Domain::Positive;
        /// Highest order of the polynomials that are learned for the field. Orders above 1 are tried where there are few variables, or where
        /// neighbours alone act on each other.
        max_order: usize = 3, Domain::Within(1, 3);
        /// Length of the first step, in the units of the variables. By default from the sizes of the start and of the value there.
        first_step: Option<f64> = None, Domain::Positive;
        /// Whether to follow the learned flow from where the run is, negative curvature included, instead of jumping to the end of it: design
        /// problems then end where descent would.
        faithful: bool = false, Domain::OfType;
    }
}

impl AdaptiveOptions {
    /// Most secants for so many variables.
    pub(super) fn capacity(&self, dimension: usize) -> usize {
        let most = self.memory_limit / (16.0 * dimension as f64) - 1.0;
        self.window.min(most.max(1.0) as usize)
    }
}

//! What a user may say about the adaptive flow.
use crate::error::{Error, Result, require_length};
use crate::optimizer::Direction;
use crate::param::{Domain, Options, choices, options};

choices! {
    /// The flow that is learned, `da/dt = -P g(a)`; steps of it are taken where nothing is known yet.
    pub enum BaseUpdate {
        /// `P = 1`, or the `preconditioner`.
        Descent = "descent",
        /// `P = 1 / (sqrt(v) + eps)`, `v` the mean of squared gradients at iterates, weighted and corrected as in Adam.
        Adam = "adam",
        /// `P = 1 / D`, `D^2` the quotient of the squared changes of each gradient entry and the squared steps of its variable.
        Diagonal = "diagonal",
    }
}

options! {
    /// Learned flow without a schedule: every true evaluation judges the last learned flow and teaches the next one.
    pub struct AdaptiveOptions as "LGFAdaptiveOptions" {
        /// What the objective writes to its second argument. Directions that are no gradients are learned without a potential.
        direction: Direction = Direction::Gradient, Domain::OfType;
        /// Metric of the flow that is learned, `da/dt = -P g(a)` with a diagonal `P`: `'descent'` the variables as they are, `'adam'` that of Adam,
        /// `'diagonal'` the curvatures seen along each variable, for variables that have units of their own. Not with Newton's directions.
        base: BaseUpdate = BaseUpdate::Descent, Domain::OfType;
        /// The diagonal of `P`, one entry for each variable: inverse curvatures, or squares of typical sizes, up to a common factor. With `'adam'` the
        /// second moment is that of the preconditioned gradient, with `'diagonal'` it holds until curvatures are known. Not with Newton's directions.
        preconditioner: Option<Vec<f64>> = None, Domain::Range(1e-100, 1e100);
        /// Most secants that are kept. Fewer are, where `memoryLimit` says so.
        window: usize = 100, Domain::Within(1, 1000);
        /// Most memory of the window, in bytes: `16 (window + 1)` for each variable.
        memory_limit: f64 = 1_073_741_824.0, Domain::Positive;
        /// Highest order of the polynomials that are learned for the field: of all variables up to six, of few at a time up to 256.
        max_order: usize = 3, Domain::Within(1, 3);
        /// Length of the first step, in the units of the variables. By default from the sizes of the start and of the value there.
        first_step: Option<f64> = None, Domain::Positive;
        /// Whether to follow the learned flow from where the run is, negative curvature included, instead of jumping to the end of it: design
        /// problems then end where descent would. With `direction: 'custom'` the direction is a field whose first step is the direction itself, learned
        /// from the newest five secants and followed for a time; weights of the variables that are told with it say how much each one counts.
        faithful: bool = false, Domain::OfType;
    }
}

impl AdaptiveOptions {
    /// What single options do not say.
    pub(super) fn check_for(&self, dimension: usize) -> Result<()> {
        self.check("")?;
        if let Some(entries) = &self.preconditioner {
            require_length("preconditioner", entries.len(), dimension)?;
        }
        let newton = self.direction == Direction::Newton;
        if self.follows_field() {
            // Weights are told with each direction.
            let domain = "not given where a field is followed faithfully: its metric is that of the weights";
            if self.base != BaseUpdate::Descent {
                return Err(Error::argument_error("base", format!("'{}'", self.base.name()), domain));
            }
            if let Some(entries) = &self.preconditioner {
                return Err(Error::argument_error(
                    "preconditioner",
                    format!("an array of {}", entries.len()),
                    domain,
                ));
            }
        }
        let domain = "none with the direction 'newton', which has a metric of its own";
        match &self.preconditioner {
            Some(entries) if newton => {
                let value = format!("an array of {}", entries.len());
                Err(Error::argument_error("preconditioner", value, domain))
            }
            None if newton && self.base != BaseUpdate::Descent => {
                let domain = "'descent' with the direction 'newton', which has a metric of its own";
                Err(Error::argument_error("base", format!("'{}'", self.base.name()), domain))
            }
            _ => Ok(()),
        }
    }

    /// Most secants for so many variables.
    pub(super) fn capacity(&self, dimension: usize) -> usize {
        let most = self.memory_limit / (16.0 * dimension as f64) - 1.0;
        self.window.min(most.max(1.0) as usize)
    }
}

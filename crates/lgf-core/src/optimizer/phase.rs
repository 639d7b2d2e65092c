//! What kind of step comes next.
use crate::param::choices;
use serde::{Deserialize, Serialize};

/// What the next step of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// A step of the base optimizer: one evaluation.
    True,
    /// A step along the learned flow: no evaluation.
    Learned,
}

impl Phase {
    /// The name used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::Learned => "learned",
        }
    }
}

choices! {
    /// Why a true step took the place of a learned one.
    pub enum Fallback {
        /// The fit or the learned flow left the finite numbers, or its integration needed too many steps.
        NonFinite = "non-finite",
        /// The learned step would have left the trust region.
        Radius = "radius",
        /// True evaluations found every learned phase worse than where it was to be compared with, the shortest too.
        Worse = "worse",
    }
}

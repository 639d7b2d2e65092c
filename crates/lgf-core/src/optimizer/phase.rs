//! The published schedule: true steps until the history is full, learned steps until the interval ends.

/// What the next step of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// The single copy of the epoch rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub history_size: usize,
    pub retrain_interval: usize,
}

impl Schedule {
    /// Whether the step of this epoch starts over: the history is forgotten, the model dropped.
    pub fn restarts_at(self, epoch: u64) -> bool {
        epoch.is_multiple_of(self.retrain_interval as u64)
    }

    /// The phase of the step of this epoch with so many samples recorded.
    pub fn phase(self, epoch: u64, samples: usize) -> Phase {
        if self.restarts_at(epoch) || samples < self.history_size {
            Phase::True
        } else {
            Phase::Learned
        }
    }
}

//! When a run steps truly and when it follows the learned flow: the single copy of the epoch rule.
use super::Phase;
use super::trust_region::TrustRegion;
use serde::{Deserialize, Serialize};

/// What decides between true and learned steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Policy {
    /// A fixed number of learned steps after a fixed number of true ones.
    Schedule(Schedule),
    /// Learned steps as long as they stay near the last true iterate.
    TrustRegion(TrustRegion),
}

/// The published schedule: true steps until the history is full, learned steps until the interval ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    retrain_interval: u64,
    /// Learned steps to the next true evaluation where phases are safeguarded; at most the length of a phase.
    horizon: u64,
    longest: u64,
}

impl Schedule {
    pub fn new(history_size: usize, retrain_interval: usize) -> Self {
        let longest = ((retrain_interval - history_size) as u64).max(1);
        Self {
            retrain_interval: retrain_interval as u64,
            horizon: longest,
            longest,
        }
    }

    /// A phase of so many steps was worth its evaluation: the next one may be longer.
    pub fn lengthen(&mut self) {
        self.horizon = (2 * self.horizon).min(self.longest);
    }

    /// A phase of so many steps was not: the next one is a quarter of it. Whether that leaves a step.
    pub fn shorten(&mut self, steps: u64) -> bool {
        self.horizon = (steps / 4).max(1);
        steps > 1
    }
}

impl Policy {
    /// Whether this is a policy that `fresh` could have become.
    pub fn is_like(&self, fresh: &Self, dimension: usize) -> bool {
        match (self, fresh) {
            (Self::Schedule(this), Self::Schedule(fresh)) => {
                (this.retrain_interval, this.longest) == (fresh.retrain_interval, fresh.longest)
                    && (1..=fresh.longest).contains(&this.horizon)
            }
            (Self::TrustRegion(this), Self::TrustRegion(fresh)) => this.is_sound(fresh, dimension),
            _ => false,
        }
    }

    /// Whether the step of this epoch starts over: the history is forgotten, the model dropped.
    pub fn restarts_at(&self, epoch: u64) -> bool {
        match self {
            Self::Schedule(schedule) => epoch.is_multiple_of(schedule.retrain_interval),
            Self::TrustRegion(_) => false,
        }
    }

    /// The phase of the step of this epoch, with something to follow or not.
    pub fn phase(&self, epoch: u64, ready: bool) -> Phase {
        if ready && !self.restarts_at(epoch) {
            Phase::Learned
        } else {
            Phase::True
        }
    }

    /// Most learned steps that are ever made in advance.
    pub fn longest(&self) -> u64 {
        match self {
            Self::Schedule(schedule) => schedule.longest,
            Self::TrustRegion(region) => region.most_steps(),
        }
    }

    /// Most learned steps from this epoch on before the next true evaluation, where phases are looked at in advance.
    pub fn horizon(&self, epoch: u64) -> u64 {
        match self {
            Self::Schedule(schedule) => schedule.horizon.min(schedule.retrain_interval - epoch % schedule.retrain_interval),
            Self::TrustRegion(region) => region.most_steps(),
        }
    }
}

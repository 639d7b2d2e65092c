//! Noise that is a function of seed and point.
use crate::random::{mix, normal};

/// Standard normal numbers that belong to a point: equal seeds and points give equal bits.
pub(super) struct Noise(u64);

impl Noise {
    pub fn at(seed: u64, x: &[f64]) -> Self {
        // Zeros of either sign are the same point.
        Self(x.iter().fold(mix(seed), |state, &x| mix(state ^ (x + 0.0).to_bits())))
    }

    pub fn normal(&self, index: u64) -> f64 {
        normal(self.0, index)
    }
}

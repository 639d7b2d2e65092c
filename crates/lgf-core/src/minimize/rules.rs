//! The stopping rules.
use super::status::Counts;
use super::{Status, StoppingOptions};
use serde::{Deserialize, Serialize};

/// Accepted values that must agree.
const WINDOW: usize = 6;

/// What the rules remember.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Memory {
    /// Norm of the gradient at the first point that could be evaluated.
    pub first_norm: Option<f64>,
    /// Of accepted iterations, the newest last.
    pub values: Vec<f64>,
}

impl Memory {
    /// An accepted iteration ended with this value.
    pub fn push(&mut self, value: f64) {
        if self.values.len() == WINDOW {
            self.values.remove(0);
        }
        self.values.push(value);
    }

    pub fn is_sound(&self) -> bool {
        self.values.len() <= WINDOW
    }

    fn is_flat(&self, tolerance: f64) -> bool {
        let Some(last) = self.values.last().filter(|_| self.values.len() == WINDOW) else {
            return false;
        };
        self.values.iter().all(|value| (value - last).abs() <= tolerance * last.abs())
    }
}

/// Of an evaluation that found a new best point: its value and norm.
pub fn found(rules: &StoppingOptions, memory: &Memory, value: f64, norm: f64) -> Option<Status> {
    if rules.target.is_some_and(|target| value <= target) {
        return Some(Status::TargetReached);
    }
    let tolerance = rules.gradient_tolerance.unwrap_or(1e-8 * memory.first_norm.unwrap_or(0.0));
    (norm <= tolerance).then_some(Status::Converged)
}

/// Of an iteration.
pub fn settled(rules: &StoppingOptions, memory: &Memory) -> Option<Status> {
    memory.is_flat(rules.value_tolerance).then_some(Status::Converged)
}

/// Of what was used up.
pub fn used_up(rules: &StoppingOptions, counts: &Counts, seconds: f64) -> Option<Status> {
    if counts.evaluations >= rules.max_evaluations as u64 {
        Some(Status::MaxEvaluations)
    } else if counts.iterations >= rules.max_iterations as u64 {
        Some(Status::MaxIterations)
    } else if rules.max_seconds.is_some_and(|most| seconds >= most) {
        Some(Status::MaxSeconds)
    } else {
        None
    }
}

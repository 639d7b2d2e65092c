//! The radius within which a learned flow is believed.
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Radius control by the cosine between the true update and the predicted one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrustRegion {
    /// Current radius, in the units of the variables.
    pub radius: f64,
    control: Control,
    /// Most learned steps to the next true evaluation.
    limit: u64,
    /// Last true iterate.
    pub center: Vec<f64>,
    /// What the learned flow would have done next where the phase ended; empty where it had no answer.
    pub predicted: Vec<f64>,
}

/// Constants of the control.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// Updates shorter than this agree whatever their direction.
    pub shortest: f64,
    pub good_cosine: f64,
    pub bad_cosine: f64,
    pub good_factor: f64,
    pub okay_factor: f64,
    pub bad_factor: f64,
    pub initial_radius: f64,
    pub max_radius: f64,
    pub max_learned_steps: u64,
}

/// Growth of the radius where nothing moves any more.
const STILL_FACTOR: f64 = 1.25;

impl TrustRegion {
    /// # Errors
    /// [`Error::Argument`] naming the option.
    pub fn new(control: Control, dimension: usize) -> Result<Self> {
        let refuse = |name: &str, value: f64, domain: String| Err(Error::argument_error(name, value, domain));
        if control.bad_cosine > control.good_cosine {
            return refuse(
                "badCosine",
                control.bad_cosine,
                format!("a number not above goodCosine, {}", control.good_cosine),
            );
        }
        if control.initial_radius > control.max_radius {
            let domain = format!("a number not above maxRadius, {} (by default 2 dt)", control.max_radius);
            return refuse("initialRadius", control.initial_radius, domain);
        }
        Ok(Self {
            radius: control.initial_radius,
            limit: control.max_learned_steps,
            control,
            center: Vec::with_capacity(dimension),
            predicted: Vec::with_capacity(dimension),
        })
    }

    /// Learned steps after which a true one is due, however near they stay; none after a phase of one was refused.
    pub fn most_steps(&self) -> u64 {
        self.limit
    }

    /// Whether a point is near enough to the last true iterate.
    pub fn holds(&self, x: &[f64]) -> bool {
        distance(x, &self.center) <= self.radius
    }

    /// The learned phase of so many steps that ended at `x` was worse than its start: the radius shrinks, below the distance that it came
    /// too, and the next one has a quarter of its steps at most.
    pub fn shrink(&mut self, x: &[f64], steps: u64) {
        self.scale_from(self.radius.min(distance(x, &self.center)), self.control.bad_factor);
        self.limit = steps / 4;
    }

    /// A true step ended here.
    pub fn recenter(&mut self, x: &[f64]) {
        self.limit = self.control.max_learned_steps;
        self.center.clear();
        self.center.extend_from_slice(x);
    }

    /// Judges the prediction by the true update from `x` to `next`; whether the model may stay.
    pub fn judge(&mut self, x: &[f64], next: &[f64]) -> bool {
        let control = self.control;
        if self.predicted.is_empty() {
            self.scale(control.bad_factor);
            return false;
        }
        let (mut dot, mut predicted) = (0.0, 0.0);
        for ((p, next), x) in self.predicted.iter().zip(next).zip(x) {
            dot += p * (next - x);
            predicted += p * p;
        }
        let (predicted, actual) = (f64::sqrt(predicted), distance(next, x));
        if predicted < control.shortest && actual < control.shortest {
            self.scale(STILL_FACTOR);
            return true;
        }
        // An update of length zero points nowhere.
        let cosine = if dot == 0.0 { 0.0 } else { dot / predicted / actual };
        if cosine < control.bad_cosine {
            self.scale(control.bad_factor);
            return false;
        }
        self.scale(if cosine < control.good_cosine {
            control.okay_factor
        } else {
            control.good_factor
        });
        true
    }

    fn scale(&mut self, factor: f64) {
        self.scale_from(self.radius, factor);
    }

    fn scale_from(&mut self, radius: f64, factor: f64) {
        // A radius of zero could never grow again.
        self.radius = (radius * factor).max(f64::MIN_POSITIVE).min(self.control.max_radius);
    }

    /// Whether this is a region that `fresh` could have become.
    pub fn is_sound(&self, fresh: &Self, dimension: usize) -> bool {
        self.control == fresh.control
            && self.radius > 0.0
            && self.radius <= self.control.max_radius
            && self.limit <= self.control.max_learned_steps
            && [&self.center, &self.predicted].iter().all(|v| v.is_empty() || v.len() == dimension)
    }
}

fn distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}

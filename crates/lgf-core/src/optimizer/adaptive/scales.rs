//! What the entries of a diagonal metric are learned from.
use crate::linalg::pass::{Entrywise, pass};
use pulp::Simd;
use serde::{Deserialize, Serialize};

/// Decay of the second moment in one iterate, and what is added to its root relative to the first gradient: Adam's defaults.
const BETA: f64 = 0.999;
const EPSILON: f64 = 1e-8;
/// Decay of the squares of steps and changes in one accepted step, and steps that must be known.
const DECAY: f64 = 0.9;
const FEWEST: u32 = 6;
/// Curvatures differ from their geometric mean by no more than this: what was seen of single variables can be rounding.
const SPREAD: f64 = 1e4;

/// Adam's second moment of the gradients at iterates, in the coordinates of the preconditioner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// The mean of squares before bias correction, in squares of `unit`; empty before the first gradient.
    v: Vec<f64>,
    gradients: i32,
    /// What gradients are divided by, a power of two.
    unit: f64,
    /// What is added to the root, in units.
    epsilon: f64,
    /// The root of the preconditioner; empty where it is 1.
    given: Vec<f64>,
}

impl Moment {
    pub fn new(given: &[f64]) -> Self {
        Self {
            v: Vec::new(),
            gradients: 0,
            unit: 1.0,
            epsilon: EPSILON,
            given: given.to_vec(),
        }
    }

    /// Whether this is a moment that `fresh` could have become.
    pub fn is_like(&self, fresh: &Self, dimension: usize) -> bool {
        if self.v.is_empty() {
            return self == fresh;
        }
        let sound = self.v.len() == dimension && self.v.iter().all(|v| v.is_finite() && *v >= 0.0);
        let units = [self.unit, self.epsilon].into_iter().all(|v| v > 0.0 && v.is_finite());
        sound && units && self.gradients > 0 && self.given == fresh.given
    }

    /// `sqrt(P)` with another gradient, `P = 1 / (sqrt(v) + epsilon)`, if it is one.
    pub fn see(&mut self, gradient: &[f64]) -> Option<Vec<f64>> {
        let scaled: Vec<f64>;
        let gradient = if self.given.is_empty() {
            gradient
        } else {
            scaled = gradient.iter().zip(&self.given).map(|(g, p)| g * p).collect();
            &scaled
        };
        if self.v.is_empty() {
            let most = gradient.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
            if most > 0.0 && most.is_finite() {
                // The exponent alone: other units of the objective leave the same bits.
                self.unit = f64::from_bits(most.to_bits() & 0x7FF0_0000_0000_0000).max(f64::MIN_POSITIVE);
                self.epsilon = EPSILON * (most / self.unit);
            }
            self.v = vec![0.0; gradient.len()];
        }
        let update = Update {
            unit: self.unit,
            correction: 1.0 - BETA.powi(self.gradients.saturating_add(1)),
            epsilon: self.epsilon,
        };
        let (mut v, mut root) = (vec![0.0; gradient.len()], vec![0.0; gradient.len()]);
        // A square that overflows is not taken in.
        if !pass(update, [gradient, &self.v], [&mut v, &mut root]) {
            return None;
        }
        self.v = v;
        self.gradients = self.gradients.saturating_add(1);
        root.iter_mut().zip(&self.given).for_each(|(root, given)| *root *= given);
        Some(root)
    }
}

/// Curvature along each variable, `D_i^2 = sum y_i^2 / sum s_i^2` over the accepted steps, older ones for less.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curvatures {
    /// Sums of squares of steps and of changes; empty before the first.
    steps: Vec<f64>,
    changes: Vec<f64>,
    count: u32,
}

impl Curvatures {
    /// Whether these are curvatures of so many variables.
    pub fn is_sound(&self, dimension: usize) -> bool {
        let sums = [&self.steps, &self.changes];
        let length = if self.count == 0 { 0 } else { dimension };
        sums.iter()
            .all(|sums| sums.len() == length && sums.iter().all(|v| v.is_finite() && *v >= 0.0))
    }

    /// `sqrt(P)` with another secant, `P = 1 / D`, if it is known. Variables that never moved have the geometric mean of the others.
    pub fn see(&mut self, s: &[f64], y: &[f64]) -> Option<Vec<f64>> {
        let d = s.len();
        let old = [&self.steps, &self.changes].map(|sums| if sums.is_empty() { vec![0.0; d] } else { sums.clone() });
        let [mut steps, mut changes] = old;
        // A square that overflows is not taken in.
        if !(pass(Sum, [s], [&mut steps]) && pass(Sum, [y], [&mut changes])) {
            return None;
        }
        (self.steps, self.changes, self.count) = (steps, changes, self.count.saturating_add(1));
        if self.count < FEWEST {
            return None;
        }
        let squares = || self.steps.iter().zip(&self.changes).map(|(s, y)| s / y);
        let known = |v: &f64| v.is_normal() && *v > 0.0;
        let (sum, count) = squares().filter(known).fold((0.0, 0.0), |(sum, n), v| (sum + v.ln(), n + 1.0));
        // The exponent alone: other units of the objective leave the same bits.
        let mean = f64::from_bits((sum / f64::max(count, 1.0)).exp().to_bits() & 0x7FF0_0000_0000_0000);
        let bounded = |v: f64| {
            if known(&v) {
                v.clamp(mean * SPREAD.powi(-2), mean * SPREAD.powi(2))
            } else {
                mean
            }
        };
        // P^2 = s^2 / y^2.
        Some(squares().map(|v| bounded(v).sqrt().sqrt()).collect())
    }
}

/// `v <- decay v + s^2`.
#[derive(Clone, Copy)]
struct Sum;

impl Entrywise<1, 1> for Sum {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [s]: [S::f64s; 1], [v]: [S::f64s; 1]) -> [S::f64s; 1] {
        [simd.add_f64s(simd.mul_f64s(simd.splat_f64s(DECAY), v), simd.mul_f64s(s, s))]
    }
}

/// `v <- b v + (1 - b) g^2`, and `1 / sqrt(sqrt(v / (1 - b^k)) + epsilon)`.
#[derive(Clone, Copy)]
struct Update {
    unit: f64,
    correction: f64,
    epsilon: f64,
}

impl Entrywise<2, 2> for Update {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [g, v]: [S::f64s; 2], _: [S::f64s; 2]) -> [S::f64s; 2] {
        let g = simd.div_f64s(g, simd.splat_f64s(self.unit));
        let square = simd.mul_f64s(simd.splat_f64s(1.0 - BETA), simd.mul_f64s(g, g));
        let v = simd.add_f64s(simd.mul_f64s(simd.splat_f64s(BETA), v), square);
        let root = simd.sqrt_f64s(simd.div_f64s(v, simd.splat_f64s(self.correction)));
        let weight = simd.sqrt_f64s(simd.add_f64s(root, simd.splat_f64s(self.epsilon)));
        [v, simd.div_f64s(simd.splat_f64s(1.0), weight)]
    }
}

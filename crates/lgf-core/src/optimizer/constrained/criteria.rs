//! Optimality criteria.
//!
//! At a minimum `-df/dx_j = λ w_j` for every variable that no bound holds. Variables whose share `-df/dx_j / (λ w_j)` is above 1 grow, others
//! shrink, by a power of it:
//! ```text
//! x_j <- clip(x_j (-df/dx_j / (λ w_j))^η,  max(lower_j, x_j - m), min(upper_j, x_j + m))
//! ```
//! with the `λ` that makes `w'x` the limit, by bisection.
//!
//! Source: Bendsøe, Sigmund 2004, doi:10.1007/978-3-662-05086-6, §1.2; constants and the bisection of Andreassen, Clausen, Schevenels, Lazarov,
//! Sigmund 2011, doi:10.1007/s00158-010-0594-7.
use super::Rule;
use super::feasible::{Feasible, Limits};
use crate::linalg::unit;
use crate::param::{Domain, options};
use serde::{Deserialize, Serialize};

options! {
    /// Optimality criteria for `min f(x)` where `w'x <= limit`, `lower <= x <= upper`.
    pub struct OptimalityCriteriaOptions as "OptimalityCriteriaOptions" {
        /// The `w` of the constraint, one for each variable. A variable of weight 0 keeps its place. By default all `1 / d`: `w'x` is the mean.
        weights: Option<Vec<f64>> = None, Domain::NonNegative;
        /// The largest `w'x`; by default, where `x` are densities, half of the volume.
        limit: f64 = 0.5, Domain::OfType;
        /// Lower bound of every variable; `bounds` of `minimize` take its place.
        lower: f64 = 0.0, Domain::Range(0.0, 1e100);
        /// Upper bound of every variable, above `lower`; `bounds` of `minimize` take its place.
        upper: f64 = 1.0, Domain::Range(0.0, 1e100);
        /// The farthest that a variable moves in one step, as a share of the way between its bounds.
        move_limit: f64 = 0.2, Domain::Share;
        /// The power `η` of an update.
        damping: f64 = 0.5, Domain::Share;
        /// Where the bisection for the multiplier ends: half the width of its bracket over its middle. `w'x` is the limit up to about this share of
        /// it; with 0 it is never above.
        multiplier_tolerance: f64 = 1e-3, Domain::Fraction;
        /// `'converged'` when no variable is about to move by more than this share of the way between its bounds.
        tolerance: f64 = 0.01, Domain::NonNegative;
    }
}

/// Where the bisection begins.
const FIRST: f64 = 1e9;
/// Halvings that are taken at once while the bracket begins at 0.
const LEAP: f64 = 1.0 / (1 << 30) as f64;

/// Below, no leaps: the bisection ends among the smallest numbers at the latest.
const NEAR: f64 = 1e-290;

/// The update; it remembers nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Criteria {}

/// `clip(d t)` of the variables, `d = x (c / w)^η`.
struct Update<'a> {
    set: &'a Feasible,
    x: &'a [f64],
    share: f64,
}

impl Update<'_> {
    fn clip(&self, j: usize, v: f64) -> f64 {
        let (x, far) = (self.x[j], self.share * self.set.range(j));
        v.max((x - far).max(self.set.lower[j])).min((x + far).min(self.set.upper[j]))
    }

    /// Whether the weighted sum at `t` is above the limit.
    fn exceeds(&self, d: &[f64], t: f64) -> bool {
        let terms = self.set.weights.iter().zip(d).enumerate();
        let sum: f64 = terms.map(|(j, (w, d))| w * self.clip(j, d * t)).sum();
        sum > self.set.limit
    }
}

impl Rule for Criteria {
    type Options = OptimalityCriteriaOptions;
    const KIND: &'static str = "OptimalityCriteria";

    fn new(_: &Self::Options, _: usize) -> Self {
        Self {}
    }
    fn limits(options: &Self::Options) -> Limits<'_> {
        Limits {
            weights: options.weights.as_deref(),
            limit: options.limit,
            lower: options.lower,
            upper: options.upper,
            least: 0.0,
        }
    }
    fn tolerance(options: &Self::Options) -> f64 {
        options.tolerance
    }
    fn is_sound(&self, _: usize) -> bool {
        true
    }

    fn update(&mut self, options: &Self::Options, set: &Feasible, x: &[f64], gradient: &[f64], next: &mut [f64]) {
        let fits = unit(gradient);
        let power = |share: f64| {
            if options.damping == 0.5 {
                share.sqrt()
            } else {
                share.powf(options.damping)
            }
        };
        for (j, d) in next.iter_mut().enumerate() {
            let gain = (-gradient[j] / fits).max(0.0);
            // 0 stays 0, whatever the power of an infinite share.
            *d = if x[j] == 0.0 || gain == 0.0 {
                0.0
            } else {
                x[j] * power(gain / set.weights[j])
            };
        }
        let update = Update {
            set,
            x,
            share: options.move_limit,
        };
        let t = multiplier(&update, next, options);
        for (j, d) in next.iter_mut().enumerate() {
            *d = if set.weights[j] == 0.0 { x[j] } else { update.clip(j, *d * t) };
        }
    }
}

/// `λ^-η`.
fn multiplier(update: &Update<'_>, d: &[f64], options: &OptimalityCriteriaOptions) -> f64 {
    let at = |multiplier: f64| multiplier.powf(-options.damping);
    // As far as all may go: the constraint holds nothing back.
    if !update.exceeds(d, f64::MAX) {
        return f64::MAX;
    }
    let (mut low, mut high) = (0.0, FIRST);
    while update.exceeds(d, at(high)) {
        if high > f64::MAX / FIRST {
            return 0.0;
        }
        (low, high) = (high, high * FIRST);
    }
    if low == 0.0 {
        while high > NEAR && !update.exceeds(d, at(high * LEAP)) {
            high *= LEAP;
        }
    }
    let mut last = high;
    while (high - low) / (high + low) > options.multiplier_tolerance {
        let middle = 0.5 * (low + high);
        if !(middle > low && middle < high) {
            break;
        }
        last = middle;
        if update.exceeds(d, at(middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    at(if options.multiplier_tolerance > 0.0 { last } else { high })
}

//! The method of moving asymptotes.
//!
//! Each step minimises, exactly, a convex separable approximation between two asymptotes `L_j < x_j < U_j` of every variable,
//! ```text
//! min Σ p_j / (U_j - x_j) + q_j / (x_j - L_j)   where   Σ P_j / (U_j - x_j) + Q_j / (x_j - L_j) <= b,   α_j <= x_j <= β_j
//! p_j = (U_j - x_j)^2 (1.001 [g_j]+ + 0.001 [g_j]- + ε / r_j),   q_j = (x_j - L_j)^2 (0.001 [g_j]+ + 1.001 [g_j]- + ε / r_j)
//! ```
//! with `g` the gradient, `r_j` the way between the bounds and `ε = 1e-5`; `P`, `Q` are the same of the constraint, whose approximation is never
//! below it: no step leaves the feasible set. For a multiplier `λ` of the constraint the minimum is known in closed form,
//! `x_j = (L_j √(p_j + λ P_j) + U_j √(q_j + λ Q_j)) / (√(p_j + λ P_j) + √(q_j + λ Q_j))`, clipped, and the constraint decreases in `λ`: a root. The
//! asymptotes move apart where a variable keeps its direction and together where it turns back.
//!
//! The gradient is divided by the largest `|g_j| r_j` of the start, the constraint by the mean `|w_j| r_j`: `ε` is meant for numbers about 1.
//!
//! Source: Svanberg 1987, doi:10.1002/nme.1620240207; constants of Svanberg 2007, "MMA and GCMMA – two methods for nonlinear optimization".
use super::Rule;
use super::feasible::{FAR, Feasible, Limits};
use super::root::{At, root};
use crate::param::{Domain, options};
use serde::{Deserialize, Serialize};

options! {
    /// Method of moving asymptotes for `min f(x)` where `w'x <= limit`, `lower <= x <= upper`.
    pub struct MovingAsymptotesOptions as "MMAOptions" {
        /// The `w` of the constraint, one for each variable, of any sign. By default all `1 / d`: `w'x` is the mean.
        weights: Option<Vec<f64>> = None, Domain::OfType;
        /// The largest `w'x`; by default, where `x` are densities, half of the volume.
        limit: f64 = 0.5, Domain::OfType;
        /// Lower bound of every variable; `bounds` of `minimize` take its place.
        lower: f64 = 0.0, Domain::Range(-1e100, 1e100);
        /// Upper bound of every variable, above `lower`; `bounds` of `minimize` take its place.
        upper: f64 = 1.0, Domain::Range(-1e100, 1e100);
        /// The farthest that a variable moves in one step, as a share of the way between its bounds.
        move_limit: f64 = 0.5, Domain::Share;
        /// How far the asymptotes of the first two steps are, as a share of the way between the bounds; later between 0.01 and 10.
        asymptote_init: f64 = 0.5, Domain::Share;
        /// Factor of the distance of the asymptotes of a variable that went on in its direction.
        asymptote_increase: f64 = 1.2, Domain::Range(1.0, 1e6);
        /// Factor of the distance of the asymptotes of a variable that turned back.
        asymptote_decrease: f64 = 0.7, Domain::Share;
        /// `'converged'` when no variable is about to move by more than this share of the way between its bounds.
        tolerance: f64 = 0.01, Domain::NonNegative;
    }
}

/// Least curvature of an approximation, `raa0`; share of the wrong side, and of the way to an asymptote that is not gone, `albefa`.
const CURVATURE: f64 = 1e-5;
const OTHER_SIDE: f64 = 1e-3;
const CLEARANCE: f64 = 0.1;
/// Least and largest distance of an asymptote.
const NEAREST: f64 = 0.01;
const FARTHEST: f64 = 10.0;

/// What is remembered of earlier steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asymptotes {
    /// Steps before, two at most.
    steps: u8,
    /// What the gradient and the constraint are divided by.
    scale: f64,
    constraint_scale: f64,
    /// The multiplier of the last step.
    multiplier: f64,
    low: Vec<f64>,
    high: Vec<f64>,
    /// The last two points.
    before: Vec<f64>,
    earlier: Vec<f64>,
}

/// The approximation along one variable.
struct Term {
    low: f64,
    high: f64,
    x: f64,
    /// `α`, `β`.
    within: [f64; 2],
    /// `p`, `q` and `P`, `Q`.
    objective: [f64; 2],
    constraint: [f64; 2],
}

impl Term {
    /// The minimum for a multiplier.
    fn minimum(&self, multiplier: f64) -> f64 {
        let root = |i: usize| (self.objective[i] + multiplier * self.constraint[i]).sqrt();
        let (p, q) = (root(0), root(1));
        // Of infinite weights, where the multiplier left the range of doubles, those of the constraint alone count.
        let (p, q) = if p.is_finite() && q.is_finite() {
            (p, q)
        } else {
            (self.constraint[0].sqrt(), self.constraint[1].sqrt())
        };
        ((p * self.low + q * self.high) / (p + q)).max(self.within[0]).min(self.within[1])
    }

    /// What the constraint gains from the point to another one, its slope there, and that of the other one along the multiplier.
    fn gain(&self, x: f64, multiplier: f64) -> [f64; 2] {
        let [p, q] = self.constraint;
        let (up, down) = (self.high - x, x - self.low);
        let gain = (x - self.x) * (p / (up * (self.high - self.x)) - q / (down * (self.x - self.low)));
        if x <= self.within[0] || x >= self.within[1] {
            return [gain, 0.0];
        }
        let slope = p / (up * up) - q / (down * down);
        let curvature = |i: usize, over: f64| 2.0 * (self.objective[i] + multiplier * self.constraint[i]) / (over * over * over);
        [gain, slope * slope / (curvature(0, up) + curvature(1, down))]
    }
}

/// `p`, `q` of a slope.
fn sides(slope: f64, range: f64, up: f64, down: f64) -> [f64; 2] {
    let (rise, fall) = (slope.max(0.0), (-slope).max(0.0));
    let both = OTHER_SIDE * slope.abs() + CURVATURE / range;
    [(rise + both) * up * up, (fall + both) * down * down]
}

impl Asymptotes {
    /// Moves the asymptotes of a variable; between bounds without a way between them there is nothing to move.
    fn place(&mut self, options: &MovingAsymptotesOptions, j: usize, x: f64, range: f64) {
        let share = |low: f64, high: f64| [x - low, high - x];
        let [down, up] = if self.steps < 2 {
            share(x - options.asymptote_init * range, x + options.asymptote_init * range)
        } else {
            let turned = (x - self.before[j]) * (self.before[j] - self.earlier[j]);
            let factor = match turned {
                turned if turned > 0.0 => options.asymptote_increase,
                turned if turned < 0.0 => options.asymptote_decrease,
                _ => 1.0,
            };
            [factor * (self.before[j] - self.low[j]), factor * (self.high[j] - self.before[j])]
        };
        let within = |distance: f64| distance.max(NEAREST * range).min(FARTHEST * range);
        (self.low[j], self.high[j]) = (x - within(down), x + within(up));
    }

    fn term(&self, options: &MovingAsymptotesOptions, set: &Feasible, [x, gradient]: [&[f64]; 2], j: usize) -> Option<Term> {
        let (x, range, low, high) = (x[j], set.range(j), self.low[j], self.high[j]);
        let (up, down, far) = (high - x, x - low, options.move_limit * range);
        // Held by its bounds, or by doubles that are no closer.
        if !(range > 0.0 && up > 0.0 && down > 0.0) {
            return None;
        }
        Some(Term {
            low,
            high,
            x,
            within: [
                (low + CLEARANCE * down).max(x - far).max(set.lower[j]),
                (high - CLEARANCE * up).min(x + far).min(set.upper[j]),
            ],
            objective: sides(gradient[j] / self.scale, range, up, down),
            constraint: sides(set.weights[j] / self.constraint_scale, range, up, down),
        })
    }
}

impl Rule for Asymptotes {
    type Options = MovingAsymptotesOptions;
    const KIND: &'static str = "MMA";

    fn new(_: &Self::Options, dimension: usize) -> Self {
        let zeros = || vec![0.0; dimension];
        Self {
            steps: 0,
            scale: 1.0,
            constraint_scale: 1.0,
            multiplier: 1.0,
            low: zeros(),
            high: zeros(),
            before: zeros(),
            earlier: zeros(),
        }
    }
    fn limits(options: &Self::Options) -> Limits<'_> {
        Limits {
            weights: options.weights.as_deref(),
            limit: options.limit,
            lower: options.lower,
            upper: options.upper,
            least: -FAR,
        }
    }
    fn tolerance(options: &Self::Options) -> f64 {
        options.tolerance
    }
    fn is_sound(&self, dimension: usize) -> bool {
        let vectors = [&self.low, &self.high, &self.before, &self.earlier];
        let positive = |v: f64| v > 0.0 && v.is_finite();
        positive(self.scale)
            && positive(self.constraint_scale)
            && positive(self.multiplier)
            && vectors.iter().all(|v| v.len() == dimension && v.iter().all(|v| v.is_finite()))
    }

    fn update(&mut self, options: &Self::Options, set: &Feasible, x: &[f64], gradient: &[f64], next: &mut [f64]) {
        if self.steps == 0 {
            let usable = |v: f64| if v > 0.0 && v.is_finite() { v } else { 1.0 };
            let steepest = gradient.iter().enumerate().map(|(j, g)| g.abs() * set.range(j));
            self.scale = usable(steepest.fold(0.0, f64::max));
            let widest = set.weights.iter().enumerate().map(|(j, w)| w.abs() * set.range(j));
            self.constraint_scale = usable(widest.sum::<f64>() / x.len() as f64);
        }
        for (j, &x) in x.iter().enumerate() {
            self.place(options, j, x, set.range(j));
        }
        let at = [x, gradient];
        let (excess, size) = set.excess(x);
        let constraint = |multiplier: f64| {
            let mut at_multiplier = At {
                value: -excess / self.constraint_scale,
                slope: 0.0,
                size: size.max(set.limit.abs()) / self.constraint_scale,
            };
            for term in (0..x.len()).filter_map(|j| self.term(options, set, at, j)) {
                let [gain, slope] = term.gain(term.minimum(multiplier), multiplier);
                at_multiplier.value -= gain;
                at_multiplier.slope += slope;
            }
            at_multiplier
        };
        let multiplier = if constraint(0.0).value >= 0.0 {
            0.0
        } else {
            root(self.multiplier, constraint)
        };
        for (j, next) in next.iter_mut().enumerate() {
            *next = self.term(options, set, at, j).map_or(x[j], |term| term.minimum(multiplier));
        }
        if multiplier > 0.0 {
            self.multiplier = multiplier;
        }
        self.steps = (self.steps + 1).min(2);
        self.earlier.copy_from_slice(&self.before);
        self.before.copy_from_slice(x);
    }
}

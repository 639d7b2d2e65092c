//! The points that a constrained problem allows: a box cut by one plane.
use super::root::{At, root};
use crate::bounds::Bounds;
use crate::error::{Error, Result, require_length};

/// Largest magnitude of a bound: what is computed from it stays within the range of doubles.
pub const FAR: f64 = 1e100;
/// Share of the sum of the terms of `w'x` that rounding may make of it.
const ROUNDING: f64 = 1e-10;

/// What the options say of a set.
pub struct Limits<'a> {
    pub weights: Option<&'a [f64]>,
    pub limit: f64,
    pub lower: f64,
    pub upper: f64,
    /// Bound of the bounds themselves from below.
    pub least: f64,
}

/// `w'x <= limit`, `lower <= x <= upper`, with weights and limit divided by the mean magnitude of the weights: no scale of them matters.
#[derive(Debug, Clone)]
pub struct Feasible {
    pub weights: Vec<f64>,
    pub limit: f64,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

impl Feasible {
    /// The set of these options, of `dimension` variables; bounds take the place of `lower` and `upper`.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `upper`, `weights`, `limit` or an entry of `bounds`; [`Error::Shape`] naming `weights` or `bounds`.
    pub fn new(dimension: usize, limits: &Limits<'_>, bounds: Option<&Bounds>) -> Result<Self> {
        if limits.upper <= limits.lower {
            return Err(Error::argument_error(
                "upper",
                limits.upper,
                format!("a number above lower, {}", limits.lower),
            ));
        }
        let [lower, upper] = match bounds {
            Some(bounds) => sides(bounds, dimension, limits.least)?,
            None => [vec![limits.lower; dimension], vec![limits.upper; dimension]],
        };
        let (weights, limit) = match limits.weights {
            None => (vec![1.0; dimension], limits.limit * dimension as f64),
            Some(weights) => scaled(weights, limits.limit, dimension)?,
        };
        let set = Self {
            weights,
            limit,
            lower,
            upper,
        };
        let least: f64 = set
            .weights
            .iter()
            .enumerate()
            .map(|(j, w)| (w * set.lower[j]).min(w * set.upper[j]))
            .sum();
        if least > limit && !set.admits(&Self::lowest(&set)) {
            return Err(Error::argument_error(
                "limit",
                limits.limit,
                "not below the least weighted sum that the bounds allow",
            ));
        }
        Ok(set)
    }

    /// The corner of the box with the least weighted sum.
    fn lowest(set: &Self) -> Vec<f64> {
        let corner = |(j, w): (usize, &f64)| if *w < 0.0 { set.upper[j] } else { set.lower[j] };
        set.weights.iter().enumerate().map(corner).collect()
    }

    /// How far variable `j` may go.
    pub fn range(&self, j: usize) -> f64 {
        self.upper[j] - self.lower[j]
    }

    /// Excess of the weighted sum over the limit, and the sum of the magnitudes of its terms.
    pub fn excess(&self, x: &[f64]) -> (f64, f64) {
        let (sum, size) = self.weights.iter().zip(x).fold((0.0, 0.0), |(sum, size), (w, x)| {
            let term: f64 = w * x;
            (sum + term, size + term.abs())
        });
        (sum - self.limit, size)
    }

    /// Whether the weighted sum is at most the limit, to rounding.
    pub fn admits(&self, x: &[f64]) -> bool {
        let (excess, size) = self.excess(x);
        excess <= ROUNDING * size.max(self.limit.abs())
    }

    /// Moves a point to the nearest one of the set: `x_j = clip(x_j - t w_j)`, with the smallest `t >= 0` that does.
    pub fn project(&self, x: &mut [f64]) {
        let inside = |j: usize, t: f64, x: f64| (x - t * self.weights[j]).max(self.lower[j]).min(self.upper[j]);
        let clipped: Vec<f64> = x.iter().enumerate().map(|(j, x)| inside(j, 0.0, *x)).collect();
        if self.admits(&clipped) {
            x.copy_from_slice(&clipped);
            return;
        }
        let t = root(1.0, |t| {
            let mut at = At {
                value: self.limit,
                slope: 0.0,
                size: self.limit.abs(),
            };
            for (j, x) in x.iter().enumerate() {
                let (moved, w) = (x - t * self.weights[j], self.weights[j]);
                let term = w * inside(j, t, *x);
                at.value -= term;
                at.size += term.abs();
                if moved > self.lower[j] && moved < self.upper[j] {
                    at.slope += w * w;
                }
            }
            at
        });
        x.iter_mut().enumerate().for_each(|(j, x)| *x = inside(j, t, *x));
    }
}

/// Both sides of bounds that every variable has.
fn sides(bounds: &Bounds, dimension: usize, least: f64) -> Result<[Vec<f64>; 2]> {
    require_length("bounds", bounds.dimension(), dimension)?;
    for (name, side) in [("lower", bounds.lower()), ("upper", bounds.upper())] {
        if let Some(j) = side.iter().position(|&v| !(least..=FAR).contains(&v)) {
            return Err(Error::argument_error(
                &format!("bounds.{name}.{j}"),
                side[j],
                format!("a number in [{least}, {FAR:e}]: this method moves between bounds"),
            ));
        }
    }
    Ok([bounds.lower().to_vec(), bounds.upper().to_vec()])
}

/// Weights and limit divided by the mean magnitude of the weights.
fn scaled(weights: &[f64], limit: f64, dimension: usize) -> Result<(Vec<f64>, f64)> {
    require_length("weights", weights.len(), dimension)?;
    let most = weights.iter().fold(0.0, |most: f64, w| most.max(w.abs()));
    if most == 0.0 {
        return Err(Error::argument_error(
            "weights",
            format!("{dimension} times 0"),
            "weights of which one at least is not 0",
        ));
    }
    // By the largest first: sums of large ones would overflow.
    let mean = weights.iter().map(|w| (w / most).abs()).sum::<f64>() / dimension as f64;
    let limit = (limit / most / mean).max(-f64::MAX).min(f64::MAX);
    Ok((weights.iter().map(|w| w / most / mean).collect(), limit))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]
mod tests {
    use super::*;

    fn set(weights: &[f64], limit: f64) -> Result<Feasible> {
        let limits = Limits {
            weights: Some(weights),
            limit,
            lower: 0.0,
            upper: 1.0,
            least: -FAR,
        };
        Feasible::new(weights.len(), &limits, None)
    }

    #[test]
    fn projects_to_the_nearest_point() {
        let set = set(&[1.0, 2.0, -1.0], 0.5).unwrap();
        let mut inside = [0.25, 0.0, 1.0];
        set.project(&mut inside);
        assert_eq!(inside, [0.25, 0.0, 1.0]);
        // Of (2, 1, 0) the box takes (1, 1, 0); the plane is reached along its normal: x = clip((2, 1, 0) - t (1, 2, -1)).
        let mut x = [2.0, 1.0, 0.0];
        set.project(&mut x);
        let t = 0.4375;
        for (found, expected) in x.iter().zip([1.0, 1.0 - 2.0 * t, t]) {
            assert!((found - expected).abs() < 1e-15, "{x:?}");
        }
    }

    #[test]
    fn weights_of_any_scale_give_the_same_set() {
        for scale in [1e-300, 1e-5, 7.0, 1e300] {
            let set = set(&[scale, 3.0 * scale], 1.5 * scale).unwrap();
            assert!((set.weights[1] - 1.5).abs() < 1e-15 && (set.limit - 0.75).abs() < 1e-15);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let named = |result: Result<Feasible>| result.unwrap_err().argument().map(String::from);
        assert_eq!(named(set(&[0.0, 0.0], 0.5)).as_deref(), Some("weights"));
        assert_eq!(named(set(&[1.0, 1.0], -0.1)).as_deref(), Some("limit"));
        assert_eq!(named(set(&[1.0, -1.0], -1.1)).as_deref(), Some("limit"));
        assert!(set(&[1.0, -1.0], -1.0).is_ok());
    }
}

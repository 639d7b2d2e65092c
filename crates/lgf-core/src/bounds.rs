//! A box that the variables must stay in, `lower <= x <= upper`, and what it makes of points and gradients.
use crate::error::{Error, Result, require_length};
use serde::{Deserialize, Serialize};

/// Bounds of each variable, in its units; `-inf` and `inf` where there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl Bounds {
    /// A box of as many variables as both sides have entries.
    ///
    /// # Errors
    /// [`Error::Shape`] naming `bounds.upper` for sides of different lengths; [`Error::Argument`] naming the entry of `bounds.lower` or
    /// `bounds.upper` that is NaN, an infinity of the wrong sign, or below the other side.
    /// # Examples
    /// ```
    /// use lgf_core::bounds::Bounds;
    /// let bounds = Bounds::new(vec![0.0, f64::NEG_INFINITY], vec![1.0, 5.0])?;
    /// let mut x = [-3.0, 2.0];
    /// bounds.project(&mut x);
    /// assert_eq!((x, bounds.projected_norm(&x, &[4.0, 0.5])), ([0.0, 2.0], 0.5));
    /// # Ok::<(), lgf_core::Error>(())
    /// ```
    pub fn new(lower: Vec<f64>, upper: Vec<f64>) -> Result<Self> {
        require_length("bounds.upper", upper.len(), lower.len())?;
        for (i, (&low, &high)) in lower.iter().zip(&upper).enumerate() {
            if low.is_nan() || low == f64::INFINITY {
                return Err(Error::argument_error(&format!("bounds.lower.{i}"), low, "a number below infinity"));
            }
            if high.is_nan() || high < low || high == f64::NEG_INFINITY {
                return Err(Error::argument_error(
                    &format!("bounds.upper.{i}"),
                    high,
                    format!("a number not below bounds.lower.{i}, {low}"),
                ));
            }
        }
        Ok(Self { lower, upper })
    }

    /// Whether bounds that were read are a box of so many variables.
    pub(crate) fn is_sound(&self, dimension: usize) -> bool {
        self.dimension() == dimension && Self::new(self.lower.clone(), self.upper.clone()).is_ok()
    }

    /// Number of variables.
    pub fn dimension(&self) -> usize {
        self.lower.len()
    }

    /// Lower bounds.
    pub fn lower(&self) -> &[f64] {
        &self.lower
    }

    /// Upper bounds.
    pub fn upper(&self) -> &[f64] {
        &self.upper
    }

    /// Moves every variable that is outside to the bound it passed.
    pub fn project(&self, x: &mut [f64]) {
        for ((x, &low), &high) in x.iter_mut().zip(&self.lower).zip(&self.upper) {
            *x = x.max(low).min(high);
        }
    }

    /// Whether descent along `-g` would push variable `i` through the bound at which it is.
    pub fn is_active(&self, i: usize, x: f64, g: f64) -> bool {
        (x <= self.lower[i] && g > 0.0) || (x >= self.upper[i] && g < 0.0)
    }

    /// Whether a move of variable `i` in this direction leaves the box at once.
    pub fn blocks(&self, i: usize, x: f64, direction: f64) -> bool {
        self.is_active(i, x, -direction)
    }

    /// `max_i |P(x - g)_i - x_i|`: how far from stationary a point is; without bounds the infinity norm of the gradient.
    pub fn projected_norm(&self, x: &[f64], g: &[f64]) -> f64 {
        let sides = self.lower.iter().zip(&self.upper);
        x.iter()
            .zip(g)
            .zip(sides)
            .map(|((x, g), (low, high))| if *g < 0.0 { (x - high).max(*g) } else { (x - low).min(*g) })
            .fold(0.0, |most, entry| most.max(entry.abs()))
    }

    /// The longest step from `x` along `direction` that stays inside; infinity where nothing ends it.
    pub fn longest_step(&self, x: &[f64], direction: &[f64]) -> f64 {
        let sides = self.lower.iter().zip(&self.upper);
        x.iter()
            .zip(direction)
            .zip(sides)
            .map(|((x, d), (low, high))| match *d {
                d if d > 0.0 => (high - x) / d,
                d if d < 0.0 => (low - x) / d,
                _ => f64::INFINITY,
            })
            .fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]
mod tests {
    use super::*;

    fn unit() -> Bounds {
        Bounds::new(vec![0.0, f64::NEG_INFINITY, -1.0], vec![1.0, 2.0, f64::INFINITY]).unwrap()
    }

    #[test]
    fn refuses_sides_that_are_none() {
        let at = |lower: f64, upper: f64| {
            Bounds::new(vec![0.0, lower], vec![1.0, upper])
                .unwrap_err()
                .argument()
                .map(String::from)
        };
        assert_eq!(at(f64::NAN, 1.0).as_deref(), Some("bounds.lower.1"));
        assert_eq!(at(f64::INFINITY, f64::INFINITY).as_deref(), Some("bounds.lower.1"));
        assert_eq!(at(0.0, f64::NAN).as_deref(), Some("bounds.upper.1"));
        assert_eq!(at(2.0, 1.0).as_deref(), Some("bounds.upper.1"));
        assert_eq!(at(f64::NEG_INFINITY, f64::NEG_INFINITY).as_deref(), Some("bounds.upper.1"));
        assert_eq!(Bounds::new(vec![0.0], vec![]).unwrap_err().argument(), Some("bounds.upper"));
        assert!(Bounds::new(vec![1.0], vec![1.0]).is_ok());
    }

    #[test]
    fn projects_and_knows_what_is_active() {
        let bounds = unit();
        let mut x = [2.0, 3.0, -4.0];
        bounds.project(&mut x);
        assert_eq!(x, [1.0, 2.0, -1.0]);
        assert!(bounds.is_active(0, 1.0, -1.0) && !bounds.is_active(0, 1.0, 1.0) && !bounds.is_active(0, 0.5, -1.0));
        assert!(bounds.blocks(2, -1.0, -0.1) && !bounds.blocks(2, -1.0, 0.1));
        // The first is pushed against its bound, the second may go a quarter, the third is free.
        assert_eq!(bounds.projected_norm(&[1.0, 1.75, 0.0], &[-9.0, -1.0, 0.125]), 0.25);
    }

    #[test]
    fn steps_end_at_the_first_bound() {
        assert_eq!(unit().longest_step(&[0.5, 0.0, 0.0], &[0.25, -1.0, 1.0]), 2.0);
        assert_eq!(unit().longest_step(&[0.5, 0.0, 0.0], &[0.0, -1.0, 1.0]), f64::INFINITY);
    }
}

//! Interpolation of a recorded, equidistant path: more rows for a regression.
use crate::library::MAX_ENTRIES;
use crate::linalg::{multiply, view};
use faer::{MatMut, MatRef};

/// Largest order, and with it the half-width of every band here.
const MAX_ORDER: usize = 3;

/// Weights that map n samples at `t = 0, 1, .., n - 1` to `N' = (n - 1) (added + 1) + 1` values at `t = j / (added + 1)`.
///
/// They are the interpolating spline's: broken line (order 1), knots half-way between the samples (2), not-a-knot (3).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Interpolation {
    added: usize,
    samples: usize,
    /// `W = E C^-1`, N'×n column-major: `C` holds the B-splines at the samples, `E` at all points.
    weights: Vec<f64>,
}

impl Interpolation {
    /// Weights of the spline of degree `order` in {1, 2, 3} through `samples > order` points, both the caller's to check; `added` more between
    /// neighbours. `None` if there are more than [`MAX_ENTRIES`] weights, or no memory for them.
    /// # Source
    /// Knots of scipy's `make_interp_spline`; de Boor, "A Practical Guide to Splines" (2001), chapters X and XIII.
    pub fn new(samples: usize, added: usize, order: usize) -> Option<Self> {
        debug_assert!((1..=MAX_ORDER).contains(&order) && samples > order);
        let step = added.checked_add(1)?;
        let rows = (samples - 1).checked_mul(step)?.checked_add(1)?;
        let size = rows.checked_mul(samples).filter(|&size| size <= MAX_ENTRIES)?;
        let mut weights = Vec::new();
        weights.try_reserve_exact(size).ok()?;
        weights.resize(size, 0.0);
        let (band, mut row) = (factor(samples, order), vec![0.0; samples]);
        for j in 0..rows {
            row.fill(0.0);
            if j % step == 0 {
                row[j / step] = 1.0; // exactly, not up to the rounding of the division
            } else {
                let (first, values) = splines(samples, order, j as f64 / step as f64);
                row[first..=first + order].copy_from_slice(&values[..=order]);
                divide(&mut row, &band);
            }
            weights[j..].iter_mut().step_by(rows).zip(&row).for_each(|(to, w)| *to = *w);
        }
        Some(Self { added, samples, weights })
    }

    /// Number of points `N'`.
    pub fn points(&self) -> usize {
        (self.samples - 1) * (self.added + 1) + 1
    }

    /// `out = W states`; rows that are samples are copies.
    /// # Shapes
    /// `states` n×r and `out` N'×r.
    pub fn apply(&self, states: MatRef<'_, f64>, mut out: MatMut<'_, f64>) {
        multiply(out.as_mut(), view(&self.weights, self.points(), self.samples), states);
        // The product's sums turn -0 into 0.
        for i in 0..self.samples {
            out.as_mut().row_mut(i * (self.added + 1)).copy_from(states.row(i));
        }
    }
}

/// Index of the first B-spline that does not vanish at `x`, and the values of the `order + 1` from there on, by de Boor's recursion.
fn splines(n: usize, order: usize, x: f64) -> (usize, [f64; MAX_ORDER + 1]) {
    // `order + 1` knots at either end, between them one a sample distance, symmetric about the middle.
    let shift = (order + 1) as f64 / 2.0;
    let knot = |m: usize| match m {
        _ if m <= order => 0.0,
        _ if m >= n => (n - 1) as f64,
        _ => m as f64 - shift,
    };
    let span = ((x + shift) as usize).clamp(order, n - 1);
    let mut values = [1.0, 0.0, 0.0, 0.0];
    for degree in 1..=order {
        let mut carry = 0.0;
        for (a, value) in values[..degree].iter_mut().enumerate() {
            let (left, right) = (knot(span + 1 + a - degree), knot(span + 1 + a));
            let share = *value / (right - left);
            *value = carry + (right - x) * share;
            carry = (x - left) * share;
        }
        values[degree] = carry;
    }
    (span - order, values)
}

/// Row of a banded matrix: entry (i, c) stands at `c + MAX_ORDER - i`.
type BandRow = [f64; 2 * MAX_ORDER + 1];

/// Factors `C = L U` in one band, L with unit diagonal. `C` is totally positive, so that elimination without pivoting is stable.
fn factor(n: usize, order: usize) -> Vec<BandRow> {
    let mut band: Vec<BandRow> = Vec::with_capacity(n);
    for i in 0..n {
        let (first, values) = splines(n, order, i as f64);
        let mut row = BandRow::default();
        // No entry lies outside of the band: sample i is at most `order` splines away from spline i.
        row[first + MAX_ORDER - i..][..=order].copy_from_slice(&values[..=order]);
        let start = i.saturating_sub(MAX_ORDER);
        for (at, above) in (start + MAX_ORDER - i..).zip(&band[start..]) {
            row[at] /= above[MAX_ORDER];
            (1..=MAX_ORDER).for_each(|a| row[at + a] -= row[at] * above[MAX_ORDER + a]);
        }
        band.push(row);
    }
    band
}

/// `w <- w (L U)^-1` of a row: `U` from the left, then `L` from the right.
fn divide(w: &mut [f64], band: &[BandRow]) {
    let n = w.len();
    let entry = |m: usize, c: usize| band[m][c + MAX_ORDER - m];
    for c in 0..n {
        w[c] -= (c.saturating_sub(MAX_ORDER)..c).map(|m| w[m] * entry(m, c)).sum::<f64>();
        w[c] /= entry(c, c);
    }
    for c in (0..n).rev() {
        w[c] -= (c + 1..n.min(c + MAX_ORDER + 1)).map(|m| w[m] * entry(m, c)).sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::Mat;

    /// Values at the points of the spline through `f(0), f(dt), ..`.
    fn interpolated(n: usize, added: usize, order: usize, f: impl Fn(f64) -> f64) -> Mat<f64> {
        let interpolation = Interpolation::new(n, added, order).unwrap();
        let mut out = Mat::zeros(interpolation.points(), 1);
        interpolation.apply(Mat::from_fn(n, 1, |i, _| f(i as f64)).as_ref(), out.as_mut());
        out
    }

    /// Largest error at the points.
    fn error(n: usize, added: usize, order: usize, f: impl Fn(f64) -> f64) -> f64 {
        let out = interpolated(n, added, order, &f);
        let errors = (0..out.nrows()).map(|j| (out[(j, 0)] - f(j as f64 / (added + 1) as f64)).abs());
        errors.fold(0.0, f64::max)
    }

    #[test]
    fn agrees_with_scipy() {
        // x = np.arange(n); make_interp_spline(x, x * x * 7 % 11, order)(np.array(points) / (added + 1)) # scipy 1.17.1
        let table = [
            (4, 1, 1, [1, 3, 5], [3.5, 6.5, 7.0]),
            (4, 2, 2, [1, 5, 8], [3.425925925925926, 6.407407407407408, 6.796296296296298]),
            (9, 3, 2, [1, 17, 31], [2.7194447711123764, 2.930655189274838, 4.846013808769279]),
            (4, 1, 3, [1, 3, 5], [5.1875, 6.8125, 5.937499999999999]),
            (5, 2, 3, [1, 7, 11], [4.2407407407407405, 6.537037037037037, 5.907407407407408]),
            (8, 1, 3, [1, 7, 13], [5.763157894736843, 4.480263157894737, 6.388157894736843]),
            (12, 3, 3, [1, 22, 43], [3.6032429245283026, 11.965094339622642, 3.6032429245283026]),
        ];
        for (n, added, order, points, expected) in table {
            let out = interpolated(n, added, order, |x| x * x * 7.0 % 11.0);
            for (j, expected) in points.into_iter().zip(expected) {
                assert!((out[(j, 0)] - expected).abs() < 1e-13, "{n} {added} {order} {j}: {}", out[(j, 0)]);
            }
        }
    }

    #[test]
    fn reproduces_polynomials() {
        for (order, n, added) in (1..=3).flat_map(|k| [(k, k + 1, 1), (k, k + 2, 0), (k, k + 3, 2), (k, 33, 4)]) {
            for degree in 0..=order as i32 {
                let error = error(n, added, order, |x| (x / n as f64 - 0.3).powi(degree));
                assert!(error < 1e-14, "order {order}, degree {degree}, n {n}: {error:e}");
            }
        }
    }

    #[test]
    fn error_falls_with_the_order_of_the_spline() {
        for order in 1..=3 {
            let error = |n: usize| error(n, 3, order, |x| (1.0 + x / (n - 1) as f64).sin());
            let rate = (error(41) / error(81)).log2();
            assert!((rate - (order + 1) as f64).abs() < 0.15, "order {order}: {rate}");
        }
    }

    #[test]
    fn samples_stay_bit_for_bit() {
        let wild = |x: f64| if x % 5.0 == 1.0 { -0.0 } else { x.sin() * 10f64.powf(x) };
        for (n, added, order) in [(2, 3, 1), (3, 1, 2), (4, 2, 3), (40, 0, 3), (40, 3, 2), (40, 6, 3)] {
            let out = interpolated(n, added, order, wild);
            let weights = Interpolation::new(n, added, order).unwrap().weights;
            for (i, j) in (0..n).map(|i| (i, i * (added + 1))) {
                assert_eq!(out[(j, 0)].to_bits(), wild(i as f64).to_bits());
                assert!((0..n).all(|c| weights[c * out.nrows() + j] == f64::from(i == c)));
            }
        }
    }

    #[test]
    fn refuses_what_is_too_large() {
        assert!(Interpolation::new(1 << 14, 1, 3).is_none() && Interpolation::new(4, usize::MAX - 1, 3).is_none());
    }
}

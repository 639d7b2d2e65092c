//! Interpolation of a recorded, equidistant path: more rows for a regression.
//!
//! By hand, since the splines' matrix has a band of at most seven entries and needs no pivoting: a dense factorisation costs n^3, and a sparse one
//! another feature of the linear algebra for these thirty lines.
use crate::library::MAX_ENTRIES;
use faer::{MatMut, MatRef};

/// Largest order, and with it the half-width of every band here.
const MAX_ORDER: usize = 3;

/// The spline through n samples at `t = 0, 1, .., n - 1`, at the `N' = (n - 1) (added + 1) + 1` points `t = j / (added + 1)`.
///
/// Broken line (order 1), knots half-way between the samples (2), not-a-knot (3).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Interpolation {
    order: usize,
    added: usize,
    samples: usize,
    /// `C = L U`: the B-splines at the samples.
    band: Vec<BandRow>,
    /// Room for the coefficients of one column.
    coefficients: Vec<f64>,
}

impl Interpolation {
    /// The spline of degree `order` in {1, 2, 3} through `samples > order` points, both the caller's to check; `added` more between
    /// neighbours. `None` if there are more than [`MAX_ENTRIES`] points.
    /// # Source
    /// Knots of scipy's `make_interp_spline`; de Boor, "A Practical Guide to Splines" (2001), chapters X and XIII.
    pub fn new(samples: usize, added: usize, order: usize) -> Option<Self> {
        debug_assert!((1..=MAX_ORDER).contains(&order) && samples > order);
        let points = (samples - 1).checked_mul(added.checked_add(1)?)?.checked_add(1)?;
        (points <= MAX_ENTRIES).then(|| Self {
            order,
            added,
            samples,
            band: factor(samples, order),
            coefficients: vec![0.0; samples],
        })
    }

    /// Number of points `N'`.
    pub fn points(&self) -> usize {
        (self.samples - 1) * (self.added + 1) + 1
    }

    /// The spline of every column at all points; rows that are samples are copies, bit for bit. Cost: a few products a point and column.
    /// # Shapes
    /// `states` n×r and `out` N'×r.
    pub fn apply(&mut self, states: MatRef<'_, f64>, mut out: MatMut<'_, f64>) {
        let (n, order, step) = (self.samples, self.order, self.added + 1);
        for column in 0..states.ncols() {
            let coefficients = &mut self.coefficients;
            coefficients.iter_mut().zip(states.col(column).iter()).for_each(|(c, s)| *c = *s);
            solve(&self.band, coefficients);
            for j in 0..out.nrows() {
                out[(j, column)] = if j % step == 0 {
                    states[(j / step, column)]
                } else {
                    let (first, values) = splines(n, order, j as f64 / step as f64);
                    values[..=order].iter().zip(&coefficients[first..]).map(|(b, c)| b * c).sum()
                };
            }
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

/// `c <- (L U)^-1 c`.
fn solve(band: &[BandRow], c: &mut [f64]) {
    let n = c.len();
    let entry = |i: usize, m: usize| band[i][m + MAX_ORDER - i];
    for i in 0..n {
        c[i] -= (i.saturating_sub(MAX_ORDER)..i).map(|m| entry(i, m) * c[m]).sum::<f64>();
    }
    for i in (0..n).rev() {
        c[i] -= (i + 1..n.min(i + MAX_ORDER + 1)).map(|m| entry(i, m) * c[m]).sum::<f64>();
        c[i] /= entry(i, i);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::Mat;

    /// Values at the points of the spline through `f(0), f(dt), ..`.
    fn interpolated(n: usize, added: usize, order: usize, f: impl Fn(f64) -> f64) -> Mat<f64> {
        let mut interpolation = Interpolation::new(n, added, order).unwrap();
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
            for (i, j) in (0..n).map(|i| (i, i * (added + 1))) {
                assert_eq!(out[(j, 0)].to_bits(), wild(i as f64).to_bits());
            }
        }
    }

    #[test]
    fn refuses_what_is_too_large() {
        assert!(Interpolation::new(1 << 28, 1, 3).is_none() && Interpolation::new(4, usize::MAX - 1, 3).is_none());
    }
}

//! Weak form: integrals of the states against test functions of compact support.
use super::{Regression, check_pair};
use crate::error::{Error, Result};
use crate::param::{Domain, Options, Setting, join, options};
use faer::{Mat, MatMut, MatRef};

options! {
    /// Test functions of the weak form, `phi(t) ~ (t - a)^p (b - t)^p` on a support of `2 width + 1` samples.
    pub struct TestFunctionOptions as "TestFunctionOptions" {
        /// Half-width of the support in samples. By default `max(1, floor(floor(n / 25) / 2))` for n samples, points that were
        /// added between them included: with `pointsAdded` choose it.
        width: Option<usize> = None, Domain::AtLeast(1);
        /// Exponent `p`; at least 2, so that the derivative vanishes at the ends of the support too.
        exponent: usize = 5, Domain::AtLeast(2);
        /// Distance between the supports of neighbouring test functions, in samples.
        stride: usize = 1, Domain::AtLeast(1);
        /// Whether the time grid is extended by one step at both ends, so that the first and the last sample take part.
        include_endpoints: bool = true, Domain::OfType;
    }
}

/// Sampled test functions: all are shifts of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TestFunctions {
    /// Values at the inner samples of the support, largest scaled to 1; at both ends the function is zero.
    phi: Vec<f64>,
    /// Derivatives times the sample distance.
    slope: Vec<f64>,
    /// Sample index of the first inner point of the first function, the rightmost.
    first: usize,
    stride: usize,
    /// Number of samples.
    samples: usize,
    /// Number of functions `K`.
    pub count: usize,
}

impl TestFunctions {
    /// Functions over `n` samples, `K = floor((N - L) / stride) + 1`, placed from the right end leftwards.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `path.width` when the support is longer than the grid.
    pub fn new(n: usize, options: &TestFunctionOptions, path: &str) -> Result<Self> {
        let width = options.width.unwrap_or_else(|| (n / 25 / 2).max(1));
        let extension = usize::from(options.include_endpoints);
        let grid = n + 2 * extension;
        let too_wide = || {
            let widest = grid.saturating_sub(1) / 2;
            Err(Error::argument_error(
                &join(path, "width"),
                width,
                format!("an integer in [1, {widest}] for {n} samples"),
            ))
        };
        let Some(support) = width.checked_mul(2).and_then(|w| w.checked_add(1)).filter(|&s| s <= grid) else {
            return too_wide();
        };
        let count = (grid - support) / options.stride + 1;
        let (w, p) = (width as f64, options.exponent as f64);
        let inner = (1..2 * width).map(|j| j as f64);
        let bump = |j: f64| j * (2.0 * w - j) / (w * w);
        Ok(Self {
            phi: inner.clone().map(|j| bump(j).powf(p)).collect(),
            slope: inner.map(|j| p * bump(j).powf(p - 1.0) * 2.0 * (w - j) / (w * w)).collect(),
            // The support ends with the extended grid; one more sample at each of its ends carries no weight.
            first: n + extension + 1 - support,
            stride: options.stride,
            samples: n,
            count,
        })
    }

    /// `out[k] = scale * sum_i weights[i] columns[first - k stride + i]` for every column, by the trapezoid rule over the samples: the first
    /// and the last sample weigh half, the ends of a support nothing.
    fn apply(&self, weights: &[f64], scale: f64, columns: MatRef<'_, f64>, mut out: MatMut<'_, f64>) {
        let end = |i: usize| if i == 0 || i + 1 == self.samples { 0.5 } else { 1.0 };
        for j in 0..columns.ncols() {
            for k in 0..self.count {
                let start = self.first - k * self.stride;
                let terms = weights
                    .iter()
                    .enumerate()
                    .map(|(i, w)| w * end(start + i) * columns[(start + i, j)]);
                out[(k, j)] = scale * terms.sum::<f64>();
            }
        }
    }

    /// Left sides `int phi'_k x dt`, K×d.
    pub fn targets(&self, states: MatRef<'_, f64>, out: MatMut<'_, f64>) {
        // phi' carries 1/dt and the integral dt.
        self.apply(&self.slope, 1.0, states, out);
    }

    /// Right sides `-int phi_k Theta dt`, K×P.
    pub fn regression(&self, features: MatRef<'_, f64>, dt: f64, out: MatMut<'_, f64>) {
        self.apply(&self.phi, -dt, features, out);
    }
}

/// Both sides of the weak form: `int phi'_k x dt = -int phi_k Theta dt * coefficients`, by the trapezoid rule over the samples.
///
/// Rows run from the last test function in time to the first, as they are placed.
/// # Shapes
/// `states` n×d and `features` n×P at the same times; K test functions, so target K×d and regression K×P.
/// # Errors
/// [`Error::Argument`] for an option; [`Error::Shape`] for row counts that differ.
/// # Source
/// Messenger, Bortz, "Weak SINDy" (2021), doi:10.1137/20M1343166, for the form; Norman et al. 2026 for the test functions and defaults.
/// # Examples
/// ```
/// use faer::Mat;
/// use lgf_core::targets::{TestFunctionOptions, weak_form};
/// let states = Mat::from_fn(11, 1, |i, _| 3.0 * i as f64 * 0.1); // x' = 3
/// let ones = Mat::from_fn(11, 1, |_, _| 1.0);
/// let pair = weak_form(states.as_ref(), ones.as_ref(), 0.1, &TestFunctionOptions { width: Some(3), ..Default::default() })?;
/// let slope = pair.target[(4, 0)] / pair.regression[(4, 0)];
/// assert!((slope - 3.0).abs() < 0.03); // up to the trapezoid rule on seven samples
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn weak_form(states: MatRef<'_, f64>, features: MatRef<'_, f64>, dt: f64, options: &TestFunctionOptions) -> Result<Regression> {
    dt.check("dt", &Domain::Positive)?;
    Options::check(options, "")?;
    check_pair(states, features)?;
    let functions = TestFunctions::new(states.nrows(), options, "")?;
    let mut target = Mat::zeros(functions.count, states.ncols());
    let mut regression = Mat::zeros(functions.count, features.ncols());
    functions.targets(states, target.as_mut());
    functions.regression(features, dt, regression.as_mut());
    Ok(Regression { target, regression })
}

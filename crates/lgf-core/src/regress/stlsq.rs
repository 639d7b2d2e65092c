//! Sequentially thresholded least squares.
use super::{RegressReport, Regressor, SolverOptions, check};
use crate::error::Result;
use crate::linalg::{shaped, view};
use crate::param::{Domain, Options, options};
use faer::{Mat, MatRef};

options! {
    /// Sequentially thresholded least squares.
    pub struct StlsqOptions as "StlsqOptions" {
        /// Coefficients below it in magnitude are set to zero.
        threshold: f64 = 0.1, Domain::NonNegative;
        /// Weight of the ridge penalty; 0 for plain least squares.
        alpha: f64 = 0.05, Domain::NonNegative;
        /// Most ridge solves.
        max_iter: usize = 20, Domain::AtLeast(1);
        /// Whether the columns of the regression matrix are scaled to unit length first; the threshold then is in those units.
        normalize_columns: bool = false, Domain::OfType;
        /// Whether the surviving coefficients are refitted at the end without penalty.
        unbias: bool = true, Domain::OfType;
        /// Singular values at most this fraction of the largest count as zero where a solve has no penalty. By default the double's epsilon
        /// times the larger side; `2^-23` times it is the default of single precision.
        rcond: Option<f64> = None, Domain::Fraction;
    }
}

/// Result of [`stlsq`].
#[derive(Debug, Clone, PartialEq)]
pub struct StlsqFit {
    /// P×t, zero outside of the support.
    pub coefficients: Mat<f64>,
    /// Whether a feature takes part in a target, P×t column-major.
    pub support: Vec<bool>,
    /// Rank, condition and number of ridge solves.
    pub report: RegressReport,
}

impl Regressor {
    /// Thresholding on the loaded data; the support stays readable in `self.support`.
    pub(super) fn stlsq(&mut self, p: usize, t: usize, options: &StlsqOptions, coefficients: &mut Vec<f64>) -> Result<RegressReport> {
        self.support.clear();
        self.support.resize(p * t, true);
        let mut iterations = 0;
        let mut report = loop {
            let report = self.solve_supports(options.alpha, options.rcond, p, t, coefficients)?;
            iterations += 1;
            self.previous.clone_from(&self.support);
            for (keep, c) in self.support.iter_mut().zip(&mut coefficients[..p * t]) {
                if !*keep || c.abs() < options.threshold {
                    (*keep, *c) = (false, 0.0);
                }
            }
            if self.support == self.previous || iterations == options.max_iter {
                break report;
            }
        };
        if options.unbias {
            report = self.solve_supports(0.0, options.rcond, p, t, coefficients)?;
        }
        let mut unscaled = shaped(coefficients, p, t);
        for (i, &scale) in self.scale.iter().enumerate() {
            (0..t).for_each(|j| unscaled[(i, j)] /= scale);
        }
        Ok(RegressReport { iterations, ..report })
    }
}

/// Sparse coefficients: ridge solves `min |A c - y|^2 + alpha |c|^2` on a shrinking support, one for each target.
///
/// Starts with every feature; after each solve entries below `threshold` leave the support; ends when it no longer changes or after
/// `max_iter` solves; then, with `unbias`, plain least squares on what is left. `threshold = alpha = 0` is plain least squares.
/// # Shapes
/// `regression` n×P, `target` n×t, coefficients P×t.
/// # Errors
/// [`crate::Error::Argument`] for an option; [`crate::Error::Shape`] for rows that differ; non-finite entries.
/// # Outcome
/// When nothing survives, coefficients are zero and the support is empty: the flow stands still.
/// # Source
/// Brunton, Proctor, Kutz 2016, doi:10.1073/pnas.1517384113; ridge penalty and refit as in Norman et al. 2026. The ridge is solved by
/// singular values instead of normal equations, so that the condition is not squared.
/// # Examples
/// ```
/// use faer::mat;
/// use lgf_core::regress::{StlsqOptions, stlsq};
/// let a = mat![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
/// let y = mat![[2.0], [0.01], [2.01]];
/// let fit = stlsq(a.as_ref(), y.as_ref(), &StlsqOptions { threshold: 0.5, alpha: 0.0, ..Default::default() })?;
/// assert_eq!(fit.support, [true, false]);
/// assert!((fit.coefficients[(0, 0)] - 2.005).abs() < 1e-12);
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn stlsq(regression: MatRef<'_, f64>, target: MatRef<'_, f64>, options: &StlsqOptions) -> Result<StlsqFit> {
    options.check("")?;
    check(regression, target)?;
    let (mut regressor, mut coefficients) = (Regressor::default(), Vec::new());
    let report = regressor.solve(regression, target, &SolverOptions::Stlsq(options.clone()), &mut coefficients)?;
    let coefficients = view(&coefficients, regression.ncols(), target.ncols()).to_owned();
    Ok(StlsqFit {
        coefficients,
        support: regressor.support,
        report,
    })
}

//! Minimum-norm least squares.
use super::{RegressReport, Regressor, SolverOptions, check};
use crate::error::Result;
use crate::linalg::view;
use crate::param::{Domain, Options, options};
use faer::{Mat, MatRef};

options! {
    /// Minimum-norm least squares.
    pub struct DenseOptions as "DenseOptions" {
        /// Singular values at most this fraction of the largest count as zero. By default the double's epsilon times the larger side.
        /// Features too many to be formed are known by their inner products, the squares of singular values: there it is at least the root of
        /// epsilon times the samples.
        rcond: Option<f64> = None, Domain::Fraction;
    }
}

/// Result of [`least_squares`].
#[derive(Debug, Clone, PartialEq)]
pub struct DenseFit {
    /// P×t.
    pub coefficients: Mat<f64>,
    /// Rank and condition.
    pub report: RegressReport,
}

/// The coefficients of smallest norm among those that minimise `|regression * coefficients - target|`.
///
/// # Shapes
/// `regression` n×P, `target` n×t, coefficients P×t.
/// # Errors
/// [`crate::Error::Argument`] for `rcond`; [`crate::Error::Shape`] for rows that differ; non-finite entries.
/// # Cost
/// `2nP^2` flops for tall matrices, then one SVD of the smaller side.
/// # Examples
/// ```
/// use faer::mat;
/// use lgf_core::regress::{DenseOptions, least_squares};
/// let fit = least_squares(mat![[1.0, 1.0]].as_ref(), mat![[2.0]].as_ref(), &DenseOptions::default())?;
/// assert!((fit.coefficients - mat![[1.0], [1.0]]).norm_max() < 1e-15); // of all x + y = 2 the one of smallest norm
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn least_squares(regression: MatRef<'_, f64>, target: MatRef<'_, f64>, options: &DenseOptions) -> Result<DenseFit> {
    options.check("")?;
    check(regression, target)?;
    let mut coefficients = Vec::new();
    let report = Regressor::default().solve(regression, target, &SolverOptions::Dense(options.clone()), &mut coefficients)?;
    Ok(DenseFit {
        coefficients: view(&coefficients, regression.ncols(), target.ncols()).to_owned(),
        report,
    })
}

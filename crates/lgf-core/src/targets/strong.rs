//! Strong form: finite differences of the recorded states.
use super::{Regression, check_pair};
use crate::error::{Error, Result};
use crate::param::{Domain, Options, Setting, options};
use faer::{Mat, MatMut, MatRef};
use std::ops::Range;

options! {
    /// Finite differences of the strong form.
    pub struct StrongOptions as "StrongOptions" {
        /// Order of accuracy of the finite differences: 1 (forward), 2 or 4 (central).
        fd_order: usize = 2, Domain::OneOf(&[1, 2, 4]);
    }
}

/// Which of `n` samples get a derivative: `0..n-1` for order 1, all but one end sample on both sides for 2, but two for 4.
///
/// # Errors
/// Too few samples.
pub(crate) fn rows(n: usize, order: usize, samples_name: &str) -> Result<Range<usize>> {
    let (skip, needed) = match order {
        1 => (0..1, 2),
        2 => (1..1, 3),
        _ => (2..2, 5),
    };
    if n < needed {
        return Err(Error::shape(
            samples_name,
            format!("{n} samples"),
            format!("at least {needed} samples for differences of order {order}"),
        ));
    }
    Ok(skip.start..n - skip.end)
}

/// Derivatives at the samples of [`rows`], one row each.
pub(crate) fn strong_targets(states: MatRef<'_, f64>, dt: f64, order: usize, rows: Range<usize>, mut out: MatMut<'_, f64>) {
    for j in 0..states.ncols() {
        let x = |i: usize| states[(i, j)];
        for (k, i) in rows.clone().enumerate() {
            out[(k, j)] = difference(order, dt, i, x);
        }
    }
}

/// The derivative at sample `i`.
#[inline(always)]
pub(crate) fn difference(order: usize, dt: f64, i: usize, x: impl Fn(usize) -> f64) -> f64 {
    match order {
        1 => (x(i + 1) - x(i)) / dt,
        2 => (x(i + 1) - x(i - 1)) / (2.0 * dt),
        _ => (-x(i + 2) + 8.0 * x(i + 1) - 8.0 * x(i - 1) + x(i - 2)) / (12.0 * dt),
    }
}

/// Derivatives by finite differences and the rows of features at the same samples.
///
/// Order 1: `(x[i+1] - x[i]) / dt`; order 2: `(x[i+1] - x[i-1]) / 2dt`; order 4: `(-x[i+2] + 8x[i+1] - 8x[i-1] + x[i-2]) / 12dt`.
/// # Shapes
/// `states` n×d and `features` n×P at the same times; target and regression have n-1, n-2 or n-4 rows.
/// # Errors
/// [`Error::Argument`] for `dt` or `fdOrder`; [`Error::Shape`] for row counts that differ or too few rows.
/// # Examples
/// ```
/// use faer::mat;
/// use lgf_core::targets::{StrongOptions, strong_form};
/// let states = mat![[0.0], [1.0], [4.0], [9.0]]; // t^2 at t = 0, 1, 2, 3
/// let pair = strong_form(states.as_ref(), states.as_ref(), 1.0, &StrongOptions::default())?;
/// assert_eq!(pair.target, mat![[2.0], [4.0]]); // 2t at t = 1, 2
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn strong_form(states: MatRef<'_, f64>, features: MatRef<'_, f64>, dt: f64, options: &StrongOptions) -> Result<Regression> {
    dt.check("dt", &Domain::Positive)?;
    Options::check(options, "")?;
    check_pair(states, features)?;
    let rows = rows(states.nrows(), options.fd_order, "states")?;
    let mut target = Mat::zeros(rows.len(), states.ncols());
    strong_targets(states, dt, options.fd_order, rows.clone(), target.as_mut());
    Ok(Regression {
        target,
        regression: features.subrows(rows.start, rows.len()).to_owned(),
    })
}

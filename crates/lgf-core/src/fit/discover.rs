//! Learning from a trajectory that is all there.
use super::tall::Path;
use super::{DiscoverOptions, Fitter, Samples};
use crate::error::{Error, Result};
use crate::history::{History, HistoryPrecision};
use crate::library::{matrix_finite, non_empty};
use crate::param::{Domain, Setting, join};
use crate::surrogate::Model;
use crate::targets::Method;
use faer::MatRef;

/// Learns the flow of one recorded trajectory.
///
/// Finds `Xi` with `dx/dt ~ Theta(x) Xi`, see [`crate::regress`], in the full space or in `truncationRank` modes of the trajectory.
/// # Shapes
/// `trajectory` n×d, states at equal distances `dt`; `derivatives` n×d for the method `tracked` only.
/// # Errors
/// [`Error::Argument`] naming the option; [`Error::Shape`] for too few rows.
/// # Cost
/// About `2 n (P + d)^2` flops on all threads for many more samples than features; the trajectory is then read where it lies, and neither
/// features nor right sides are kept. The weak form and orthonormal features keep a table of n×P.
/// # Examples
/// ```
/// use faer::Mat;
/// use lgf_core::{discover, fit::DiscoverOptions};
/// let decay = Mat::from_fn(50, 1, |i, _| (-2.0 * 0.01 * i as f64).exp());
/// let model = discover(decay.as_ref(), None, 0.01, &DiscoverOptions::default())?;
/// assert!((model.coefficients()?[(1, 0)] + 2.0).abs() < 1e-3); // x' = -2 x
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn discover(trajectory: MatRef<'_, f64>, derivatives: Option<MatRef<'_, f64>>, dt: f64, options: &DiscoverOptions) -> Result<Model> {
    let DiscoverOptions { model: options, solver } = options;
    dt.check("dt", &Domain::Positive)?;
    non_empty("trajectory", trajectory)?;
    matrix_finite("trajectory", trajectory)?;
    let method = options.method.unwrap_or_default();
    match (method, derivatives) {
        (Method::Tracked, None) => {
            return Err(Error::argument_error(
                "derivatives",
                "undefined",
                "a matrix of the shape of trajectory, for the method 'tracked'",
            ));
        }
        (_, Some(derivatives)) if derivatives.shape() != trajectory.shape() => {
            let shape = |a: MatRef<'_, f64>| format!("{}×{}", a.nrows(), a.ncols());
            return Err(Error::shape("derivatives", shape(derivatives), shape(trajectory)));
        }
        (Method::Tracked, Some(derivatives)) => matrix_finite("derivatives", derivatives)?,
        (_, Some(_)) => {
            return Err(Error::argument_error(
                &join("model", "method"),
                format!("'{}'", method.name()),
                "'tracked' where derivatives are given",
            ));
        }
        _ => {}
    }
    let (n, d) = trajectory.shape();
    let of = Samples {
        dimension: d,
        trajectories: 1,
        samples: n,
        dt,
        name: "trajectory",
    };
    let (mut fitter, mut model) = Fitter::new(of, options, method, solver)?;
    let named = |error| match error {
        Error::NonFinite { index, value, .. } => Error::NonFinite {
            name: "trajectory".into(),
            index,
            value,
        },
        other => other,
    };
    if fitter.views(n, &model) {
        let path = Path {
            states: trajectory,
            targets: derivatives,
        };
        fitter.fit_paths(&[path], None, &mut model).map_err(named)?;
        return Ok(model);
    }
    let too_large = || Error::shape("trajectory", format!("{n}×{d}"), "a trajectory that fits into memory twice");
    let mut history = History::new(d, n, derivatives.is_some(), HistoryPrecision::Double).ok_or_else(too_large)?;
    let mut state = vec![0.0; d];
    for i in 0..n {
        state.iter_mut().zip(trajectory.row(i).iter()).for_each(|(to, from)| *to = *from);
        match derivatives {
            None => history.push(&state),
            Some(rates) => history.push_with_rate(&state, rates.row(i).iter().copied()),
        }
    }
    fitter.fit(std::slice::from_ref(&history), &mut model).map_err(named)?;
    Ok(model)
}

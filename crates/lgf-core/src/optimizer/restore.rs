//! From bytes to a run.
use super::recipe::{BaseRecipe, Recipe};
use super::{
    AdamFlowOptions, AdamOptions, AdamTrustRegionOptions, Adaptive, Anderson, BatchOptions, GradientDescentOptions, GradientFlowOptions,
    Lbfgs, LearnedFlow, MovingAsymptotes, OptimalityCriteria, Optimizer, Plain, TrustRegionOptions,
};
use crate::error::{Error, Result};
use crate::param::Options;
use crate::snapshot::{self, Snapshot};

/// An optimizer that goes on bit for bit where [`Optimizer::snapshot`] was taken. `kind` is the name of the class that is expected.
///
/// # Errors
/// [`Error::Snapshot`] for bytes that are foreign, damaged, of another version or of another kind of optimizer.
/// # Examples
/// ```
/// use lgf_core::optimizer::{GradientDescent, GradientDescentOptions, Optimizer, restore};
/// let descent = GradientDescent::new(&[1.0], &GradientDescentOptions::default())?;
/// let bytes = descent.snapshot();
/// assert_eq!(restore("GradientDescent", &bytes)?.iterates(), [1.0]);
/// assert_eq!(restore("GradientDescent", &bytes[1..]).err().unwrap().code(), "ERR_LGF_SNAPSHOT");
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn restore(kind: &str, bytes: &[u8]) -> Result<Box<dyn Optimizer>> {
    let snapshot = snapshot::read(bytes)?;
    snapshot::require_kind(&snapshot, kind)?;
    match kind {
        GradientDescentOptions::KIND => plain::<GradientDescentOptions>(&snapshot),
        AdamOptions::KIND => plain::<AdamOptions>(&snapshot),
        GradientFlowOptions::KIND => learned::<GradientFlowOptions>(&snapshot),
        AdamFlowOptions::KIND => learned::<AdamFlowOptions>(&snapshot),
        TrustRegionOptions::KIND => learned::<TrustRegionOptions>(&snapshot),
        AdamTrustRegionOptions::KIND => learned::<AdamTrustRegionOptions>(&snapshot),
        BatchOptions::KIND => learned::<BatchOptions>(&snapshot),
        Lbfgs::KIND => {
            let run = Lbfgs::restored(&sizes(&snapshot)?.0, &options(&snapshot)?, &snapshot);
            Ok(Box::new(run.map_err(refused)?))
        }
        Adaptive::KIND => {
            let run = super::adaptive::restored(&sizes(&snapshot)?.0, &options(&snapshot)?, &snapshot);
            run.map_err(refused)
        }
        Anderson::KIND => {
            let run = Anderson::restored(&sizes(&snapshot)?.0, &options(&snapshot)?, &snapshot);
            Ok(Box::new(run.map_err(refused)?))
        }
        OptimalityCriteria::KIND => {
            let run = OptimalityCriteria::restored(&sizes(&snapshot)?.0, &options(&snapshot)?, &snapshot);
            Ok(Box::new(run.map_err(refused)?))
        }
        MovingAsymptotes::KIND => {
            let run = MovingAsymptotes::restored(&sizes(&snapshot)?.0, &options(&snapshot)?, &snapshot);
            Ok(Box::new(run.map_err(refused)?))
        }
        _ => Err(Error::Snapshot {
            reason: format!("no optimizer is called {kind}"),
        }),
    }
}

fn sizes(snapshot: &Snapshot<'_>) -> Result<(Vec<f64>, usize)> {
    // The state holds several vectors of this length: more cannot be in so few bytes.
    let size = snapshot
        .dimension
        .checked_mul(snapshot.trajectories)
        .filter(|&n| n > 0 && n <= snapshot.state.len() as u64);
    snapshot::require(size.is_some())?;
    Ok((vec![0.0; size.unwrap_or(1) as usize], snapshot.dimension as usize))
}

fn options<O: Options>(snapshot: &Snapshot<'_>) -> Result<O> {
    O::read(Some(&snapshot.options), "").map_err(refused)
}

/// Options that no longer pass, alone or together, are damage, not the caller's to mend.
fn refused(error: Error) -> Error {
    match error {
        Error::Snapshot { .. } => error,
        other => Error::Snapshot {
            reason: format!("its options are refused: {other}"),
        },
    }
}

fn plain<O: BaseRecipe + 'static>(snapshot: &Snapshot<'_>) -> Result<Box<dyn Optimizer>> {
    let (start, _) = sizes(snapshot)?;
    let options = options::<O>(snapshot)?;
    Ok(Box::new(Plain::restored(&start, &options, snapshot.state).map_err(refused)?))
}

fn learned<O: Recipe + 'static>(snapshot: &Snapshot<'_>) -> Result<Box<dyn Optimizer>> {
    let (starts, dimension) = sizes(snapshot)?;
    let options = options::<O>(snapshot)?;
    let run = LearnedFlow::restored(&starts, dimension, &options, snapshot.state);
    Ok(Box::new(run.map_err(refused)?))
}

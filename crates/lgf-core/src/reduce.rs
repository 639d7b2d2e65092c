//! Stage 2: thin SVD of snapshots, the modes of reduced models.
use crate::error::{Error, Result};
use crate::library::{matrix_finite, non_empty};
use crate::linalg::ThinSvd;
use crate::param::{Domain, Options, options};
use faer::{Mat, MatRef};

options! {
    /// How many singular triplets are kept: all by default.
    pub struct SvdOptions as "SvdOptions" {
        /// Number of triplets; at most the smaller side of the matrix.
        rank: Option<usize> = None, Domain::AtLeast(1);
        /// Keep the fewest triplets whose squared singular values make up this share of the total.
        energy: Option<f64> = None, Domain::Share;
    }
}

/// Result of [`thin_svd`]: `A = U diag(s) V'`.
#[derive(Debug, Clone, PartialEq)]
pub struct Svd {
    /// Left singular vectors, m×k: the modes of a snapshot matrix.
    pub u: Mat<f64>,
    /// Singular values, not increasing.
    pub s: Vec<f64>,
    /// Right singular vectors, n×k.
    pub v: Mat<f64>,
}

/// How many leading singular values carry `energy` of the sum of squares.
pub(crate) fn energy_rank(s: &[f64], energy: f64) -> usize {
    let peak = s.first().copied().unwrap_or(0.0);
    if peak == 0.0 {
        return 1;
    }
    // Relative to the largest, so that squares stay in range.
    let square = |s: f64| (s / peak) * (s / peak);
    let total: f64 = s.iter().map(|&s| square(s)).sum();
    let mut sum = 0.0;
    let enough = s.iter().position(|&s| {
        sum += square(s);
        sum >= energy * total
    });
    enough.map_or(s.len(), |i| i + 1)
}

/// Thin singular value decomposition of a snapshot matrix, optionally truncated.
///
/// # Shapes
/// `snapshots` m×n; `u` m×k, `s` k, `v` n×k with `k = min(m, n)`, `rank`, or the rank that carries `energy`.
/// # Errors
/// [`Error::Argument`] for `rank` above `min(m, n)` or both options at once; non-finite entries.
/// # Examples
/// ```
/// use faer::mat;
/// use lgf_core::reduce::{SvdOptions, thin_svd};
/// let svd = thin_svd(mat![[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]].as_ref(), &SvdOptions::default())?;
/// assert!((svd.s[0] - 4.0).abs() < 1e-14 && (svd.s[1] - 3.0).abs() < 1e-14);
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn thin_svd(snapshots: MatRef<'_, f64>, options: &SvdOptions) -> Result<Svd> {
    options.check("")?;
    non_empty("snapshots", snapshots)?;
    matrix_finite("snapshots", snapshots)?;
    let full = snapshots.nrows().min(snapshots.ncols());
    match (options.rank, options.energy) {
        (Some(_), Some(energy)) => return Err(Error::argument_error("energy", energy, "undefined where rank is given")),
        (Some(rank), None) if rank > full => return Err(Error::argument_error("rank", rank, Domain::Within(1, full))),
        _ => {}
    }
    let mut svd = ThinSvd::default();
    svd.compute(snapshots)?;
    let rank = options
        .rank
        .unwrap_or_else(|| options.energy.map_or(full, |energy| energy_rank(svd.s(), energy)));
    Ok(Svd {
        u: svd.u().subcols(0, rank).to_owned(),
        s: svd.s()[..rank].to_vec(),
        v: svd.v().subcols(0, rank).to_owned(),
    })
}

//! Stage 2: thin SVD of snapshots, the modes of reduced models.
use crate::error::{Error, Result};
use crate::library::{matrix_finite, non_empty};
use crate::linalg::tall::{Keep, TallSvd};
use crate::param::{Domain, Options, options};
use faer::{Mat, MatMut, MatRef};

pub use crate::linalg::tall::SvdMethod;

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
    /// How it was made.
    pub method: SvdMethod,
    /// `s_1 / s_k`, which decides the method; infinite where a kept value is zero.
    pub condition: f64,
    /// About what `s_k` is wrong by at most, relative to it.
    pub error_bound: f64,
}

/// Kept values and vectors of tall matrices are wrong by no more, relative to each, or by what bidiagonalisation would be wrong by,
/// `n eps s_1 / s_k`.
const TOLERANCE: f64 = 1e-12;

/// A thin singular value decomposition whose vectors are written to where the caller wants them.
///
/// Matrices with eight times as many rows as columns, or columns as rows, and at least 2^17 entries are gone through block by block on all
/// threads, two to four times in all; what is not kept is not computed. Others are bidiagonalised. The bits do not depend on the number of
/// threads.
/// # Examples
/// ```
/// use faer::{Mat, mat};
/// use lgf_core::reduce::{SnapshotSvd, SvdOptions};
/// let snapshots = mat![[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]];
/// let mut svd = SnapshotSvd::new(snapshots.as_ref(), &SvdOptions { rank: Some(1), energy: None })?;
/// let mut mode = Mat::zeros(3, 1);
/// svd.left_into(mode.as_mut());
/// assert!((svd.s()[0] - 4.0).abs() < 1e-14 && (mode[(1, 0)].abs() - 1.0).abs() < 1e-14);
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub struct SnapshotSvd<'a> {
    /// The snapshots, or their transpose where they are wide.
    tall: MatRef<'a, f64>,
    wide: bool,
    svd: TallSvd,
}

impl<'a> SnapshotSvd<'a> {
    /// Singular values and the number of triplets.
    ///
    /// # Errors
    /// As [`thin_svd`].
    pub fn new(snapshots: MatRef<'a, f64>, options: &SvdOptions) -> Result<Self> {
        options.check("")?;
        non_empty("snapshots", snapshots)?;
        let (m, n) = snapshots.shape();
        let full = m.min(n);
        match (options.rank, options.energy) {
            (Some(_), Some(energy)) => return Err(Error::argument_error("energy", energy, "undefined where rank is given")),
            (Some(rank), None) if rank > full => return Err(Error::argument_error("rank", rank, Domain::Within(1, full))),
            _ => {}
        }
        let wide = TallSvd::is_tall(n, m);
        if !wide && !TallSvd::is_tall(m, n) {
            matrix_finite("snapshots", snapshots)?;
        }
        let tall = if wide { snapshots.transpose() } else { snapshots };
        let keep = Keep {
            rank: options.rank,
            energy: options.energy,
        };
        let mut svd = TallSvd::default();
        if let Err(error) = svd.compute(&tall, keep, TOLERANCE) {
            // Passes notice that a number is not finite by what becomes of it; which one it is takes another look.
            matrix_finite("snapshots", snapshots)?;
            return Err(error);
        }
        Ok(Self { tall, wide, svd })
    }

    /// Number of triplets `k`.
    pub fn rank(&self) -> usize {
        self.svd.kept()
    }

    /// Singular values, not increasing.
    pub fn s(&self) -> &[f64] {
        &self.svd.s()[..self.rank()]
    }

    /// How it is made.
    pub fn method(&self) -> SvdMethod {
        self.svd.method()
    }

    /// `s_1 / s_k`; infinite where `s_k` is zero.
    pub fn condition(&self) -> f64 {
        self.svd.condition()
    }

    /// About what `s_k` is wrong by at most, relative to it.
    pub fn error_bound(&self) -> f64 {
        self.svd.error()
    }

    /// Writes the left vectors, m×k.
    pub fn left_into(&mut self, out: MatMut<'_, f64>) {
        self.vectors(!self.wide, out);
    }

    /// Writes the right vectors, n×k.
    pub fn right_into(&mut self, out: MatMut<'_, f64>) {
        self.vectors(self.wide, out);
    }

    fn vectors(&mut self, long: bool, mut out: MatMut<'_, f64>) {
        if long {
            self.svd.left(&self.tall, out);
        } else {
            out.copy_from(self.svd.v());
        }
    }
}

/// Thin singular value decomposition of a snapshot matrix, optionally truncated: see [`SnapshotSvd`].
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
    let mut svd = SnapshotSvd::new(snapshots, options)?;
    let ((m, n), k) = (snapshots.shape(), svd.rank());
    let (mut u, mut v) = (Mat::zeros(m, k), Mat::zeros(n, k));
    svd.left_into(u.as_mut());
    svd.right_into(v.as_mut());
    Ok(Svd {
        u,
        v,
        s: svd.s().to_vec(),
        method: svd.method(),
        condition: svd.condition(),
        error_bound: svd.error_bound(),
    })
}

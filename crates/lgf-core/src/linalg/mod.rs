//! The one door to dense linear algebra: faer's kernels with grow-only buffers, so that a warm call allocates nothing.
pub(crate) mod kernel;
pub(crate) mod pass;
pub(crate) mod powers;
pub(crate) mod stream;
mod symmetric;
pub(crate) mod tall;

pub(crate) use symmetric::{Cholesky, SymmetricEvd};

use crate::error::{Error, Result};
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::linalg::{householder, matmul::matmul, qr::no_pivoting::factor as qr};
use faer::{Accum, Conj, MatMut, MatRef, Par, diag::DiagMut};

/// Column-major view of the first `rows * columns` entries of a buffer that grows when it must.
pub(crate) fn shaped(buffer: &mut Vec<f64>, rows: usize, columns: usize) -> MatMut<'_, f64> {
    let size = rows * columns;
    if buffer.len() < size {
        buffer.resize(size, 0.0);
    }
    MatMut::from_column_major_slice_mut(&mut buffer[..size], rows, columns)
}

/// Column-major view of a filled buffer.
pub(crate) fn view(buffer: &[f64], rows: usize, columns: usize) -> MatRef<'_, f64> {
    MatRef::from_column_major_slice(&buffer[..rows * columns], rows, columns)
}

/// `out = a b`.
pub(crate) fn multiply(out: MatMut<'_, f64>, a: MatRef<'_, f64>, b: MatRef<'_, f64>) {
    matmul(out, Accum::Replace, a, b, 1.0, Par::Seq);
}

/// `sum a_i b_i`, in eight sums side by side that are joined at the end: a single one would wait for itself.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(a, b)| a * b).sum();
    let mut sums = [0.0; 8];
    for (a, b) in a8.zip(b8) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// The power of two to divide a vector by so that its inner products neither overflow nor vanish: 1 where they do neither anyway.
pub(crate) fn unit(v: &[f64]) -> f64 {
    let most = v.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
    if most == 0.0 || (1e-100..=1e100).contains(&most) || !most.is_finite() {
        return 1.0;
    }
    // The exponent alone; subnormal numbers have none.
    f64::from_bits(most.to_bits() & 0x7FF0_0000_0000_0000).max(f64::MIN_POSITIVE)
}

/// `out += a b`.
pub(crate) fn accumulate(out: MatMut<'_, f64>, a: MatRef<'_, f64>, b: MatRef<'_, f64>) {
    matmul(out, Accum::Add, a, b, 1.0, Par::Seq);
}

/// `out -= a b`.
pub(crate) fn subtract_product(out: MatMut<'_, f64>, a: MatRef<'_, f64>, b: MatRef<'_, f64>) {
    matmul(out, Accum::Add, a, b, -1.0, Par::Seq);
}

/// `out = a diag(1 / scale)`.
pub(crate) fn copy_scaled(mut out: MatMut<'_, f64>, a: MatRef<'_, f64>, scale: &[f64]) {
    for (j, scale) in scale.iter().enumerate() {
        for (to, from) in out.as_mut().col_mut(j).iter_mut().zip(a.col(j).iter()) {
            *to = from / scale;
        }
    }
}

/// A power of two, so that nothing is rounded, by which a matrix with this largest entry can be decomposed: squares of entries beyond
/// about 1e±150 leave the range of a double.
pub(crate) fn tame(peak: f64) -> f64 {
    if peak == 0.0 || (1e-100..1e100).contains(&peak) {
        1.0
    } else {
        // Of the smallest numbers the inverse itself would overflow.
        (-peak.log2().floor()).min(1000.0).exp2()
    }
}

/// Stack memory for faer's kernels; grows to the largest request and stays there.
#[derive(Default)]
pub(crate) struct Scratch {
    memory: Option<MemBuffer>,
    bytes: usize,
}

impl Scratch {
    fn stack(&mut self, request: StackReq) -> &mut MemStack {
        // Alignment slack is part of the request's own size bound; faer aligns inside of the buffer.
        let needed = request.unaligned_bytes_required();
        if needed > self.bytes {
            self.memory = None;
            self.bytes = needed;
        }
        let bytes = self.bytes;
        MemStack::new(self.memory.get_or_insert_with(|| MemBuffer::new(StackReq::new::<u8>(bytes))))
    }
}

impl Clone for Scratch {
    /// Scratch has no content worth a copy.
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Thin singular value decomposition with buffers of its own: `A = U S V'`.
#[derive(Default, Clone)]
pub(crate) struct ThinSvd {
    u: Vec<f64>,
    s: Vec<f64>,
    v: Vec<f64>,
    scaled: Vec<f64>,
    scratch: Scratch,
    shape: (usize, usize),
}

impl ThinSvd {
    /// Decomposes; the factors stay readable until the next call. Entries must be finite.
    pub fn compute(&mut self, a: MatRef<'_, f64>) -> Result<()> {
        let (m, n) = a.shape();
        let k = m.min(n);
        self.shape = (m, n);
        if self.s.len() < k {
            self.s.resize(k, 0.0);
        }
        if k == 0 {
            return Ok(());
        }
        let scale = tame(a.norm_max());
        let a = if scale == 1.0 {
            a
        } else {
            let mut copy = shaped(&mut self.scaled, m, n);
            for (to, from) in (0..n).map(|j| (j, a.col(j))) {
                for (i, v) in from.iter().enumerate() {
                    copy[(i, to)] = v * scale;
                }
            }
            view(&self.scaled, m, n)
        };
        let vectors = ComputeSvdVectors::Thin;
        let request = svd_scratch::<f64>(m, n, vectors, vectors, Par::Seq, Default::default());
        let stack = self.scratch.stack(request);
        let (u, v) = (shaped(&mut self.u, m, k), shaped(&mut self.v, n, k));
        let s = DiagMut::from_slice_mut(&mut self.s[..k]);
        svd(a, s, Some(u), Some(v), Par::Seq, stack, Default::default()).map_err(|_| Error::Numerical { routine: "thin SVD" })?;
        self.s[..k].iter_mut().for_each(|s| *s /= scale);
        Ok(())
    }

    fn rank_bound(&self) -> usize {
        self.shape.0.min(self.shape.1)
    }

    /// Left vectors, m×k.
    pub fn u(&self) -> MatRef<'_, f64> {
        view(&self.u, self.shape.0, self.rank_bound())
    }

    /// Entries of the left vectors, one after the other.
    pub fn u_entries(&self) -> &[f64] {
        &self.u[..self.shape.0 * self.rank_bound()]
    }

    /// Singular values, not increasing.
    pub fn s(&self) -> &[f64] {
        &self.s[..self.rank_bound()]
    }

    /// Right vectors, n×k.
    pub fn v(&self) -> MatRef<'_, f64> {
        view(&self.v, self.shape.1, self.rank_bound())
    }

    /// How many singular values exceed `rcond` times the largest.
    pub fn rank(&self, rcond: f64) -> usize {
        let cut = rcond * self.s().first().copied().unwrap_or(0.0);
        self.s().iter().take_while(|&&s| s > cut).count()
    }
}

/// Householder QR of a tall matrix together with right sides: `R` (p×p) and the top of `Q'Y` (p×t).
///
/// Every least-squares problem on columns of the matrix is the one on columns of `R`.
#[derive(Default, Clone)]
pub(crate) struct TallQr {
    factor: Vec<f64>,
    coefficients: Vec<f64>,
    rhs: Vec<f64>,
    scratch: Scratch,
}

impl TallQr {
    /// Writes `R` and `Q'Y` of `A diag(1 / scale)` to column-major buffers.
    pub fn compress(&mut self, a: MatRef<'_, f64>, scale: &[f64], y: MatRef<'_, f64>, r: &mut Vec<f64>, qty: &mut Vec<f64>) {
        let ((m, p), t) = (a.shape(), y.ncols());
        let block = qr::recommended_block_size::<f64>(m, p);
        copy_scaled(shaped(&mut self.factor, m, p), a, scale);
        shaped(&mut self.rhs, m, t).copy_from(y);
        let request = qr::qr_in_place_scratch::<f64>(m, p, block, Par::Seq, Default::default())
            .or(householder::apply_block_householder_sequence_transpose_on_the_left_in_place_scratch::<f64>(m, block, t));
        let stack = self.scratch.stack(request);
        qr::qr_in_place(
            shaped(&mut self.factor, m, p),
            shaped(&mut self.coefficients, block, p),
            Par::Seq,
            stack,
            Default::default(),
        );
        householder::apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj(
            view(&self.factor, m, p),
            view(&self.coefficients, block, p),
            Conj::No,
            shaped(&mut self.rhs, m, t),
            Par::Seq,
            stack,
        );
        self.upper(m, p, r);
        shaped(qty, p, t).copy_from(view(&self.rhs, m, t).subrows(0, p));
    }

    /// Writes `R` of `A diag(1 / scale)` alone.
    pub fn triangle(&mut self, a: MatRef<'_, f64>, scale: &[f64], r: &mut Vec<f64>) {
        let (m, p) = a.shape();
        let block = qr::recommended_block_size::<f64>(m, p);
        copy_scaled(shaped(&mut self.factor, m, p), a, scale);
        let request = qr::qr_in_place_scratch::<f64>(m, p, block, Par::Seq, Default::default());
        let (factor, coefficients) = (shaped(&mut self.factor, m, p), shaped(&mut self.coefficients, block, p));
        qr::qr_in_place(factor, coefficients, Par::Seq, self.scratch.stack(request), Default::default());
        self.upper(m, p, r);
    }

    /// The upper triangle of the factor.
    fn upper(&self, m: usize, p: usize, r: &mut Vec<f64>) {
        let factor = view(&self.factor, m, p);
        let mut upper = shaped(r, p, p);
        for j in 0..p {
            for i in 0..p {
                upper[(i, j)] = if i <= j { factor[(i, j)] } else { 0.0 };
            }
        }
    }
}

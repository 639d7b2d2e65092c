//! Symmetric matrices: Cholesky factors and eigenvalues.
use super::{Scratch, multiply, shaped, view};
use crate::error::{Error, Result};
use faer::linalg::cholesky::llt::{factor, solve};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::{MatMut, MatRef, Par, diag::DiagMut};

/// Cholesky factor of a positive definite matrix, `A = L L'`.
#[derive(Default, Clone)]
pub(crate) struct Cholesky {
    factor: Vec<f64>,
    scratch: Scratch,
    order: usize,
}

impl Cholesky {
    /// Factorises `A + shift I`. The smallest pivot, an upper bound of the smallest eigenvalue; nothing if a pivot is not positive.
    pub fn compute(&mut self, a: MatRef<'_, f64>, shift: f64) -> Option<f64> {
        let n = a.nrows();
        self.order = n;
        let mut lower = shaped(&mut self.factor, n, n);
        lower.copy_from(a);
        (0..n).for_each(|i| lower[(i, i)] += shift);
        let stack = self
            .scratch
            .stack(factor::cholesky_in_place_scratch::<f64>(n, Par::Seq, Default::default()));
        factor::cholesky_in_place(lower.as_mut(), Default::default(), Par::Seq, stack, Default::default()).ok()?;
        let pivot = (0..n).map(|i| lower[(i, i)] * lower[(i, i)]).fold(f64::INFINITY, f64::min);
        (pivot > 0.0).then_some(pivot)
    }

    /// Replaces `x` by `A^-1 x`.
    pub fn solve(&mut self, x: &mut [f64]) {
        let n = self.order;
        let stack = self.scratch.stack(solve::solve_in_place_scratch::<f64>(n, 1, Par::Seq));
        let x = MatMut::from_column_major_slice_mut(x, n, 1);
        solve::solve_in_place(view(&self.factor, n, n), x, Par::Seq, stack);
    }
}

/// Eigenvalues and eigenvectors, `A = U diag(s) U'`.
#[derive(Default, Clone)]
pub(crate) struct SymmetricEvd {
    values: Vec<f64>,
    vectors: Vec<f64>,
    coordinates: Vec<f64>,
    scratch: Scratch,
}

impl SymmetricEvd {
    /// Decomposes; entries must be finite. The eigenvalues, not decreasing.
    pub fn compute(&mut self, a: MatRef<'_, f64>) -> Result<&[f64]> {
        let n = a.nrows();
        self.values.resize(n, 0.0);
        let request = self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, Par::Seq, Default::default());
        let (values, vectors) = (DiagMut::from_slice_mut(&mut self.values), shaped(&mut self.vectors, n, n));
        let stack = self.scratch.stack(request);
        self_adjoint_evd(a, values, Some(vectors), Par::Seq, stack, Default::default()).map_err(|_| Error::Numerical {
            routine: "symmetric eigenvalues",
        })?;
        Ok(&self.values)
    }

    /// The eigenvalues of the last call, not decreasing.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The eigenvectors that belong to them, one a column.
    pub fn vectors(&self) -> MatRef<'_, f64> {
        let n = self.values.len();
        view(&self.vectors, n, n)
    }

    /// `out = U diag(filter(s)) U' x`.
    pub fn apply(&mut self, filter: impl Fn(f64) -> f64, x: &[f64], out: &mut Vec<f64>) {
        let n = self.values.len();
        let vectors = view(&self.vectors, n, n);
        multiply(shaped(&mut self.coordinates, n, 1), vectors.transpose(), view(x, n, 1));
        self.coordinates.iter_mut().zip(&self.values).for_each(|(c, &s)| *c *= filter(s));
        multiply(shaped(out, n, 1), vectors, view(&self.coordinates, n, 1));
    }
}

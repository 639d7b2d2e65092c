//! Solutions of symmetric systems that are positive definite more often than not.
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::cholesky::{lblt, llt};
use faer::{Mat, MatMut, Par, diag::Diag};

/// Solves by Cholesky factors or, where there are none, by `L B L'` with pivoting (Bunch, Kaufman 1977).
#[derive(Default)]
pub(super) struct SymmetricSolver {
    memory: Option<MemBuffer>,
    permutation: [Vec<usize>; 2],
    subdiagonal: Option<Diag<f64>>,
}

impl SymmetricSolver {
    /// Replaces `x` by the solution; false where the matrix is singular or its factors are not finite. `assemble` writes the lower
    /// triangle, again for the second attempt, since factors take the place of the matrix in `room`.
    pub fn solve(&mut self, assemble: impl Fn(MatMut<'_, f64>), room: &mut Mat<f64>, x: &mut [f64]) -> bool {
        let n = room.nrows();
        let mut x = MatMut::from_column_major_slice_mut(x, n, 1);
        let request = StackReq::any_of(&[
            llt::factor::cholesky_in_place_scratch::<f64>(n, Par::Seq, Default::default()),
            llt::solve::solve_in_place_scratch::<f64>(n, 1, Par::Seq),
            lblt::factor::cholesky_in_place_scratch::<usize, f64>(n, Par::Seq, Default::default()),
            lblt::solve::solve_in_place_scratch::<usize, f64>(n, 1, Par::Seq),
        ]);
        let stack = MemStack::new(self.memory.get_or_insert_with(|| MemBuffer::new(request)));
        assemble(room.as_mut());
        if llt::factor::cholesky_in_place(room.as_mut(), Default::default(), Par::Seq, stack, Default::default()).is_ok() {
            llt::solve::solve_in_place(room.as_ref(), x.as_mut(), Par::Seq, stack);
            return true;
        }
        assemble(room.as_mut());
        let [forward, backward] = &mut self.permutation;
        forward.resize(n, 0);
        backward.resize(n, 0);
        let subdiagonal = self.subdiagonal.get_or_insert_with(|| Diag::zeros(n));
        let spec = Default::default();
        let (_, permutation) =
            lblt::factor::cholesky_in_place(room.as_mut(), subdiagonal.as_mut(), forward, backward, Par::Seq, stack, spec);
        let (factors, subdiagonal) = (room.as_ref(), subdiagonal.as_ref());
        lblt::solve::solve_in_place(factors, factors.diagonal(), subdiagonal, permutation, x, Par::Seq, stack);
        true
    }
}

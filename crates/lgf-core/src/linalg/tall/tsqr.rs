//! `A = Q R` by Householder reflections, leaf by leaf of a fixed tree: no digits are lost, whatever the condition.
//!
//! Leaves are blocks of rows. Their triangular factors are stacked eight by eight and factored again, up to one. `Q` is never stored: going
//! down, the leaves are factored a second time.
use super::passes::{Passes, Room, by_rows, mine};
use super::source::{Source, unpack};
use crate::linalg::{Scratch, shaped, view};
use crate::parallel::is_worth;
use faer::linalg::{householder, qr::no_pivoting::factor as qr};
use faer::{Conj, MatMut, MatRef, Par};
use rayon::prelude::*;

/// Rows of a leaf at least.
const ROWS: usize = 1024;
/// Triangular factors in a stack.
const FAN: usize = 8;

/// The upper part of the tree, of the last matrix factored.
#[derive(Default, Clone)]
pub(super) struct Tsqr {
    levels: Vec<Level>,
    r: Vec<f64>,
}

/// Stacks of triangular factors, factored: `(FAN n)×n` each, one behind the other.
#[derive(Default, Clone)]
struct Level {
    factors: Vec<f64>,
    coefficients: Vec<f64>,
    /// Coordinates of what the children are multiplied by, on the way down.
    parts: Vec<f64>,
    stacks: usize,
}

fn leaf_rows(n: usize) -> usize {
    ROWS.max(8 * n)
}

/// Factors in place; `coefficients` are columns of the recommended block size.
fn factor(a: MatMut<'_, f64>, coefficients: MatMut<'_, f64>, scratch: &mut Scratch) {
    let (m, n) = a.shape();
    let request = qr::qr_in_place_scratch::<f64>(m, n, coefficients.nrows(), Par::Seq, Default::default());
    qr::qr_in_place(a, coefficients, Par::Seq, scratch.stack(request), Default::default());
}

/// `x <- Q x` of a factored matrix.
fn apply(factor: MatRef<'_, f64>, coefficients: MatRef<'_, f64>, x: MatMut<'_, f64>, scratch: &mut Scratch) {
    let (m, block, k) = (factor.nrows(), coefficients.nrows(), x.ncols());
    let request = householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<f64>(m, block, k);
    let stack = scratch.stack(request);
    householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(factor, coefficients, Conj::No, x, Par::Seq, stack);
}

/// Copies the triangle on top, zeros below its diagonal.
fn triangle(factor: MatRef<'_, f64>, out: &mut [f64]) {
    let n = factor.ncols();
    for (j, out) in out.chunks_exact_mut(n).enumerate() {
        out.iter_mut()
            .enumerate()
            .for_each(|(i, out)| *out = if i <= j { factor[(i, j)] } else { 0.0 });
    }
}

/// Factors a leaf into the room of a thread: `(rows, size of the blocks of reflections)`.
fn leaf(a: &impl Source, scale: f64, index: usize, room: &mut Room) -> (usize, usize) {
    let (m, n) = a.shape();
    let from = index * leaf_rows(n);
    let to = (from + leaf_rows(n)).min(m);
    // A last leaf with fewer rows than columns has rows of zeros.
    let length = (to - from).max(n);
    let block = qr::recommended_block_size::<f64>(length, n);
    let _ = shaped(&mut room.packed, length, n);
    a.pack(from..to, scale, length, &mut room.packed);
    factor(
        shaped(&mut room.packed, length, n),
        shaped(&mut room.coefficients, block, n),
        &mut room.scratch,
    );
    (length, block)
}

impl Tsqr {
    /// `R`, column-major, of `scale A`. Cost: `2 m n²` flops.
    pub fn compute(&mut self, a: &impl Source, scale: f64, passes: &mut Passes) -> &[f64] {
        let (m, n) = a.shape();
        let leaves = m.div_ceil(leaf_rows(n));
        let rooms = passes.rooms();
        self.r.resize(leaves * n * n, 0.0);
        let each = |(index, r): (usize, &mut [f64])| {
            let room = &mut *mine(rooms);
            let (length, _) = leaf(a, scale, index, room);
            triangle(view(&room.packed, length, n), r);
        };
        if is_worth(m * n) {
            self.r.par_chunks_mut(n * n).enumerate().for_each(each);
        } else {
            self.r.chunks_mut(n * n).enumerate().for_each(each);
        }
        let (mut count, mut depth) = (leaves, 0);
        while count > 1 {
            if self.levels.len() == depth {
                self.levels.push(Level::default());
            }
            count = self.levels[depth].factor(&mut self.r, count, n, rooms);
            depth += 1;
        }
        self.levels.truncate(depth);
        &self.r[..n * n]
    }

    /// `out = Q C` with `C` n×r. Cost: `2 m n² + 4 m n r` flops, `out` written once.
    pub fn product(&mut self, a: &impl Source, scale: f64, c: MatRef<'_, f64>, passes: &mut Passes, out: MatMut<'_, f64>) {
        let ((m, n), r) = (a.shape(), c.ncols());
        let mut top = Vec::new();
        shaped(&mut top, n, r).copy_from(c);
        let mut parts: &[f64] = &top;
        for level in self.levels.iter_mut().rev() {
            parts = level.spread(parts, n, r, &mut mine(passes.rooms()));
        }
        let rooms = passes.rooms();
        by_rows(out, leaf_rows(n), is_worth(m * n), 0, &|index, out: MatMut<'_, f64>| {
            let room = &mut *mine(rooms);
            let (length, block) = leaf(a, scale, index, room);
            let mut x = shaped(&mut room.product, length, r);
            x.as_mut().subrows_mut(0, n).copy_from(view(&parts[index * n * r..], n, r));
            x.subrows_mut(n, length - n).fill(0.0);
            let (factor, coefficients) = (view(&room.packed, length, n), view(&room.coefficients, block, n));
            apply(factor, coefficients, shaped(&mut room.product, length, r), &mut room.scratch);
            unpack(&room.product, length, out);
        });
    }
}

impl Level {
    /// Stacks and factors the first `count` triangles of `r`; those of the stacks take their place. How many there are.
    fn factor(&mut self, r: &mut [f64], count: usize, n: usize, rooms: &[std::sync::Mutex<Room>]) -> usize {
        let block = qr::recommended_block_size::<f64>(FAN * n, n);
        self.stacks = count.div_ceil(FAN);
        self.factors.resize(self.stacks * FAN * n * n, 0.0);
        self.coefficients.resize(self.stacks * block * n, 0.0);
        let triangles: &[f64] = r;
        let each = |(i, (stack, coefficients)): (usize, (&mut [f64], &mut [f64]))| {
            let mut stack = MatMut::from_column_major_slice_mut(stack, FAN * n, n);
            stack.fill(0.0);
            for (at, child) in (i * FAN..((i + 1) * FAN).min(count)).enumerate() {
                let part = view(&triangles[child * n * n..], n, n);
                stack.as_mut().subrows_mut(at * n, n).copy_from(part);
            }
            let coefficients = MatMut::from_column_major_slice_mut(coefficients, block, n);
            factor(stack, coefficients, &mut mine(rooms).scratch);
        };
        let stacks = self.factors.chunks_exact_mut(FAN * n * n);
        let size = self.stacks * FAN * n * n;
        if is_worth(size) {
            let coefficients = self.coefficients.par_chunks_exact_mut(block * n);
            self.factors
                .par_chunks_exact_mut(FAN * n * n)
                .zip(coefficients)
                .enumerate()
                .for_each(each);
        } else {
            stacks.zip(self.coefficients.chunks_exact_mut(block * n)).enumerate().for_each(each);
        }
        for (stack, r) in self.factors.chunks_exact(FAN * n * n).zip(r.chunks_exact_mut(n * n)) {
            triangle(view(stack, FAN * n, n), r);
        }
        self.stacks
    }

    /// `Q` of each stack times its part: the parts of the children.
    fn spread(&mut self, parts: &[f64], n: usize, r: usize, room: &mut Room) -> &[f64] {
        let block = qr::recommended_block_size::<f64>(FAN * n, n);
        self.parts.resize(self.stacks * FAN * n * r, 0.0);
        for i in 0..self.stacks {
            let mut x = shaped(&mut room.product, FAN * n, r);
            x.as_mut().subrows_mut(0, n).copy_from(view(&parts[i * n * r..], n, r));
            x.as_mut().subrows_mut(n, (FAN - 1) * n).fill(0.0);
            let factor = view(&self.factors[i * FAN * n * n..], FAN * n, n);
            apply(factor, view(&self.coefficients[i * block * n..], block, n), x, &mut room.scratch);
            for child in 0..FAN {
                let part = view(&room.product, FAN * n, r).subrows(child * n, n);
                shaped_slice(&mut self.parts[(i * FAN + child) * n * r..], n, r).copy_from(part);
            }
        }
        &self.parts
    }
}

fn shaped_slice(slice: &mut [f64], rows: usize, columns: usize) -> MatMut<'_, f64> {
    MatMut::from_column_major_slice_mut(&mut slice[..rows * columns], rows, columns)
}

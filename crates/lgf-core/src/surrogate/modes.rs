//! Modes of a reduced space.
use crate::integrate::{Rk45Options, scaled_square};
use crate::linalg::kernel::Columns;
use crate::parallel::sum_blocks;
use std::cell::Cell;
use std::thread::LocalKey;

thread_local! {
    // Kept from pass to pass, so that a warm one allocates nothing.
    static SUMS: Cell<Vec<f64>> = const { Cell::new(Vec::new()) };
    static WEIGHTS: Cell<Vec<f64>> = const { Cell::new(Vec::new()) };
}

fn with_room<T>(room: &'static LocalKey<Cell<Vec<f64>>>, body: impl FnOnce(&mut Vec<f64>) -> T) -> T {
    let mut memory = room.take();
    let result = body(&mut memory);
    room.set(memory);
    result
}

fn with_weights<T>(weights: impl Iterator<Item = f64>, body: impl FnOnce(&[f64]) -> T) -> T {
    with_room(&WEIGHTS, |room| {
        room.clear();
        room.extend(weights);
        body(room)
    })
}

/// Orthonormal modes `U` (d×r) of a reduced model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Modes {
    pub u: Vec<f64>,
    pub dimension: usize,
    pub rank: usize,
}

/// Variables that are lifted at once where nobody keeps them.
const PART: usize = 512;

impl Modes {
    fn columns(&self) -> Columns<'_> {
        Columns::new(&self.u, self.dimension)
    }

    /// `z = U' x`.
    pub fn project(&self, x: &[f64], z: &mut [f64]) {
        with_room(&SUMS, |room| self.columns().dots(x, z, room));
    }

    /// `out = base + U dz`.
    pub fn lift(&self, base: &[f64], dz: impl Iterator<Item = f64>, out: &mut [f64]) {
        with_weights(dz, |dz| self.columns().lift(base, dz, out));
    }

    /// `out += U dz`.
    pub fn add(&self, dz: impl Iterator<Item = f64>, out: &mut [f64]) {
        with_weights(dz, |dz| self.columns().add_to(dz, out));
    }

    /// The sum of the squares of `e / (atol + rtol max(|x|, |y|))` in the full space, `e = U v` and `x`, `y` the states at the first and the
    /// second of `ends`, which lie that far from `start`: one pass over the modes, and nothing of length d is kept.
    pub fn scaled_square<I: Iterator<Item = f64>>(&self, tolerances: &Rk45Options, v: &[f64], start: &[f64], ends: [I; 2]) -> f64 {
        let columns = self.columns();
        let mut sum = [0.0];
        let weights = v.iter().copied().chain(ends.into_iter().flatten());
        with_weights(weights, |weights| {
            with_room(&SUMS, |room| {
                sum_blocks(self.dimension, self.u.len(), &mut sum, room, |block, sum| {
                    let mut lifted = [[0.0; PART]; 3];
                    for from in block.clone().step_by(PART) {
                        let at = from..(from + PART).min(block.end);
                        let [e, x, y] = lifted.each_mut().map(|part| &mut part[..at.len()]);
                        e.fill(0.0);
                        x.copy_from_slice(&start[at.clone()]);
                        y.copy_from_slice(&start[at.clone()]);
                        for (weights, out) in weights.chunks_exact(self.rank).zip([&mut *e, &mut *x, &mut *y]) {
                            columns.add_part(at.clone(), weights, out);
                        }
                        sum[0] += scaled_square(tolerances, e, x, y);
                    }
                });
            });
        });
        sum[0]
    }
}

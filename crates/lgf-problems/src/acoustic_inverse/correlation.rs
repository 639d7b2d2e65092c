//! Adjoint times acceleration, summed over the times for each pair of neighbours.
use super::sparse::Pattern;
use super::system::System;
use rayon::prelude::*;

/// Times that are summed at once, side by side in registers.
pub const LANES: usize = 8;
/// Rows of one block of work.
const ROWS: usize = 1 << 11;

/// `sum_i lambda_i[p] w_i[q] + lambda_i[q] w_i[p]` for each entry `(p, q)` of the lower triangle.
///
/// The adjoint and the second differences of eight times wait in rings, are turned so that the eight stand side by side for a node, and are
/// then added up for each pair. Pairs do not share sums: the bits do not depend on the threads.
pub struct Correlation {
    /// The adjoint at time `i` in row `i % 8`.
    pub adjoint: [Vec<f64>; LANES],
    /// `u_{i+1} - 2 u_i + u_{i-1}` in row `i % 8`.
    pub difference: [Vec<f64>; LANES],
    turned: [Vec<[f64; LANES]>; 2],
    /// One more than there are pairs, as assembly has it; the last one stays zero.
    pub sums: Vec<f64>,
}

impl Correlation {
    pub fn new(free: usize, pairs: usize) -> Self {
        let ring = || std::array::from_fn(|_| vec![0.0; free]);
        Self {
            adjoint: ring(),
            difference: ring(),
            turned: [vec![[0.0; LANES]; free], vec![[0.0; LANES]; free]],
            sums: vec![0.0; pairs + 1],
        }
    }

    /// Bytes for these sizes.
    pub fn bytes(free: usize, pairs: usize) -> usize {
        8 * (4 * LANES * free + pairs + 1)
    }

    pub fn clear(&mut self) {
        self.adjoint.iter_mut().chain(&mut self.difference).for_each(|row| row.fill(0.0));
        self.sums.fill(0.0);
    }

    /// Adds up the rings.
    pub fn flush(&mut self, system: &System) {
        let arch = pulp::Arch::new();
        let [adjoint, difference] = &mut self.turned;
        for (turned, ring) in [(&mut *adjoint, &self.adjoint), (&mut *difference, &self.difference)] {
            let turn = |b: usize, block: &mut [[f64; LANES]]| {
                for (k, lanes) in block.iter_mut().enumerate() {
                    *lanes = std::array::from_fn(|l| ring[l][b * ROWS + k]);
                }
            };
            if system.parallel() {
                turned.par_chunks_mut(ROWS).enumerate().for_each(|(b, block)| turn(b, block));
            } else {
                turned.chunks_mut(ROWS).enumerate().for_each(|(b, block)| turn(b, block));
            }
        }
        let (adjoint, difference, lower) = (&*adjoint, &*difference, &system.lower);
        let add = |first: usize, end: usize, sums: &mut [f64]| arch.dispatch(|| add(lower, adjoint, difference, first, end, sums));
        if !system.parallel() {
            return add(0, adjoint.len(), &mut self.sums);
        }
        let mut rest = &mut self.sums[..];
        let mut blocks = Vec::with_capacity(adjoint.len() / ROWS + 1);
        for first in (0..adjoint.len()).step_by(ROWS) {
            let end = (first + ROWS).min(adjoint.len());
            let (sums, behind) = rest.split_at_mut((lower.start[end] - lower.start[first]) as usize);
            blocks.push((first, end, sums));
            rest = behind;
        }
        blocks.into_par_iter().for_each(|(first, end, sums)| add(first, end, sums));
    }
}

/// The pairs of rows `first..end`, whose sums begin with those of `first`.
#[inline(always)]
fn add(lower: &Pattern, adjoint: &[[f64; LANES]], difference: &[[f64; LANES]], first: usize, end: usize, sums: &mut [f64]) {
    let base = lower.start[first] as usize;
    for i in first..end {
        let (ai, di) = (adjoint[i], difference[i]);
        for at in lower.range(i) {
            let j = lower.column[at] as usize;
            let (aj, dj) = (&adjoint[j], &difference[j]);
            let mut lanes = [0.0; LANES];
            for l in 0..LANES {
                lanes[l] = ai[l] * dj[l] + aj[l] * di[l];
            }
            sums[at - base] += ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
        }
    }
}

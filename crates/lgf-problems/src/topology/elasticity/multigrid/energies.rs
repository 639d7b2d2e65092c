//! Energies of elements, what the derivative of the compliance is made of.
use super::modal::{Law, cube, square};
use super::real::Real;
use crate::topology::elasticity::Grid;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Elements of a row that are computed together.
const BLOCK: usize = 64;

/// `u_eᵀ K0 u_e` of all elements.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Energies {
    grid: Grid,
    law: Law,
}

impl Energies {
    pub fn new(grid: Grid, poisson: f64) -> Self {
        Self {
            grid,
            law: Law::new(grid.dimension(), poisson),
        }
    }

    /// `out[e] = u_eᵀ K0 u_e`; `state` in the numbering of [`Grid`].
    pub fn fill(&self, state: &[f64], out: &mut [f64]) {
        self.rows(state, None, out);
    }

    /// `out[e] += weight u_eᵀ K0 u_e`.
    pub fn add(&self, state: &[f64], weight: f64, out: &mut [f64]) {
        self.rows(state, Some(weight), out);
    }

    fn rows(&self, state: &[f64], weight: Option<f64>, out: &mut [f64]) {
        let arch = Arch::new();
        let [x, y, _] = self.grid.elements();
        // Rows of one task, whatever the number of threads.
        let rows = if self.grid.dimension() == 3 { y } else { y.min(32) };
        out.par_chunks_mut(x * rows).enumerate().for_each(|(task, out)| {
            for (i, out) in out.chunks_exact_mut(x).enumerate() {
                let row = Row {
                    energies: self,
                    state,
                    weight,
                    first: self.grid.node(self.grid.element_at((task * rows + i) * x)),
                    out,
                };
                arch.dispatch(row);
            }
        });
    }
}

/// One row of elements.
struct Row<'a> {
    energies: &'a Energies,
    state: &'a [f64],
    weight: Option<f64>,
    /// Its first node.
    first: usize,
    out: &'a mut [f64],
}

impl WithSimd for Row<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let length = self.out.len();
        for begin in (0..length).step_by(BLOCK) {
            let end = (begin + BLOCK).min(length);
            let mut energies = [0.0; BLOCK];
            if self.energies.grid.dimension() == 3 {
                self.block::<S, 3, 8, 24>(simd, begin, end, &mut energies);
            } else {
                self.block::<S, 2, 4, 8>(simd, begin, end, &mut energies);
            }
            for (out, energy) in self.out[begin..end].iter_mut().zip(energies) {
                *out = self.weight.map_or(energy, |weight| weight.mul_add(energy, *out));
            }
        }
    }
}

impl Row<'_> {
    #[inline(always)]
    fn block<S: Simd, const D: usize, const C: usize, const N: usize>(
        &mut self,
        simd: S,
        begin: usize,
        end: usize,
        energies: &mut [f64; BLOCK],
    ) {
        let grid = &self.energies.grid;
        let (corners, nodes) = (grid.corners(), grid.node_count());
        let lanes = S::F64_LANES;
        let mut at = begin;
        while at < end {
            let mut modes = [simd.splat_f64s(0.0); N];
            for c in 0..D {
                for n in 0..C {
                    let from = c * nodes + self.first + corners[n] + at;
                    modes[c * C + n] = if at + lanes <= end {
                        <f64 as Real>::load::<S>(&self.state[from..])
                    } else {
                        simd.partial_load_f64s(&self.state[from..from + end - at])
                    };
                }
                for bit in [1, 2, 4] {
                    for n in 0..C {
                        if bit < C && n & bit == 0 {
                            let (a, b) = (modes[c * C + n], modes[c * C + (n | bit)]);
                            modes[c * C + n] = simd.add_f64s(a, b);
                            modes[c * C + (n | bit)] = simd.sub_f64s(b, a);
                        }
                    }
                }
            }
            let one = simd.splat_f64s(1.0);
            let mut sum = simd.splat_f64s(0.0);
            if D == 3 {
                let modes: [S::f64s; 24] = std::array::from_fn(|i| modes[i % N]);
                let forces = cube::<f64, S>(simd, &self.energies.law, one, modes);
                for i in 0..24 {
                    sum = simd.mul_add_e_f64s(modes[i], forces[i], sum);
                }
            } else {
                let modes: [S::f64s; 8] = std::array::from_fn(|i| modes[i % N]);
                let forces = square::<f64, S>(simd, &self.energies.law, one, modes);
                for i in 0..8 {
                    sum = simd.mul_add_e_f64s(modes[i], forces[i], sum);
                }
            }
            let to = &mut energies[at - begin..];
            if at + lanes <= end {
                <f64 as Real>::store::<S>(to, sum);
            } else {
                simd.partial_store_f64s(&mut to[..end - at], sum);
            }
            at += lanes;
        }
    }
}

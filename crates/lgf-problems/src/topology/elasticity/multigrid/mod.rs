//! Conjugate gradients preconditioned by a geometric multigrid cycle; nothing of the size of the finest matrix is stored.
//!
//! The finest product works on sums and differences of corners ([`modal`]), the coarse matrices are exact Galerkin products, element by
//! element ([`coarse`]), and one symmetric cycle in single precision ([`cycle`]) preconditions conjugate gradients in double precision
//! ([`gradients`]). The work is divided into slabs that depend on the grid alone, so that the bits do not depend on the number of threads.
mod bottom;
mod coarse;
mod cycle;
mod energies;
mod gradients;
mod modal;
mod real;
mod shape;
mod smooth;
mod spectrum;
mod sweep;
#[cfg(test)]
mod tests;
mod transfer;

pub(crate) use energies::Energies;

use super::{Elasticity, Grid, Solve};
use cycle::Cycle;
use gradients::{Gradients, Operator};
use lgf_core::profile::span;
use modal::Law;

/// A solver for grids of any size.
pub(crate) struct Multigrid {
    grid: Grid,
    fixed: Vec<bool>,
    law: Law,
    cycle: Cycle,
    gradients: Gradients,
    moduli: Vec<f64>,
}

impl Multigrid {
    /// `fixed` says of each unknown, in the numbering of [`Grid`], whether it is supported.
    pub fn new(grid: Grid, fixed: &[bool], poisson: f64) -> Self {
        let cycle = Cycle::new(grid, fixed, poisson);
        let shape = cycle.shape();
        Self {
            grid,
            fixed: fixed.to_vec(),
            law: Law::new(grid.dimension(), poisson),
            gradients: Gradients::new(&shape),
            moduli: vec![0.0; shape.element_layers() * shape.run],
            cycle,
        }
    }
}

impl Multigrid {
    /// Whether a load acts where nothing resists it: all moduli about a node are zero, or no numbers.
    fn tears(&self, load: &[f64]) -> bool {
        let (shape, nodes) = (self.cycle.shape(), self.grid.node_count());
        let stiff = |unknown: usize| self.cycle.inverse()[shape.at(self.grid.node_at(unknown % nodes), unknown / nodes)] != 0.0;
        (0..load.len()).any(|unknown| load[unknown] != 0.0 && !self.fixed[unknown] && !stiff(unknown))
    }
}

impl Elasticity for Multigrid {
    fn solve(&mut self, moduli: &[f64], loads: &[Vec<f64>], states: &mut [Vec<f64>], accuracy: f64) -> Solve {
        let shape = self.cycle.shape();
        for (row, moduli) in moduli.chunks_exact(self.grid.elements()[0]).enumerate() {
            let at = shape.element(self.grid.element_at(row * moduli.len()));
            self.moduli[at..at + moduli.len()].copy_from_slice(moduli);
        }
        {
            let _span = span("assembly");
            self.cycle.prepare(&self.moduli);
        }
        let operator = Operator {
            shape,
            moduli: &self.moduli,
            law: self.law,
        };
        let mut solve = Solve {
            iterations: 0,
            error: 0.0,
            converged: true,
        };
        for (load, state) in loads.iter().zip(states) {
            if self.tears(load) {
                solve = Solve {
                    error: 1.0,
                    converged: false,
                    ..solve
                };
                continue;
            }
            let outcome = self.gradients.solve(&operator, &mut self.cycle, load, state, accuracy);
            solve.iterations += outcome.iterations;
            solve.error = solve.error.max(outcome.error);
            solve.converged &= outcome.converged;
        }
        solve
    }
}

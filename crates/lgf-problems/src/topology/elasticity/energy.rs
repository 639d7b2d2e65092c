//! Energies of elements.
use super::Grid;
use super::element::stiffness;
use rayon::prelude::*;

/// `out_e = Σ u_eᵀ K0 u_e` over the load cases.
pub(crate) fn energies(grid: &Grid, poisson: f64, states: &[Vec<f64>], out: &mut [f64]) {
    let k = stiffness(grid.dimension(), poisson);
    let (order, nodes, dimension, corners) = (
        grid.dimension() * grid.corner_count(),
        grid.node_count(),
        grid.dimension(),
        grid.corners(),
    );
    out.par_iter_mut().with_min_len(256).enumerate().for_each(|(e, out)| {
        let first = grid.node(grid.element_at(e));
        *out = 0.0;
        for state in states {
            let mut u = [0.0; 24];
            for (i, u) in u[..order].iter_mut().enumerate() {
                *u = state[(i % dimension) * nodes + first + corners[i / dimension]];
            }
            for (row, ui) in k.chunks(order).zip(&u) {
                *out += ui * row.iter().zip(&u).map(|(k, u)| k * u).sum::<f64>();
            }
        }
    });
}

//! Linear elasticity on a regular grid: `K(E) u = f`, `K(E) = Σ_e E_e K0`, for moduli that differ from element to element.
mod direct;
pub(crate) mod element;
pub(crate) mod grid;
pub(crate) mod multigrid;

pub(crate) use direct::Direct;
pub(crate) use grid::Grid;

/// What solves for displacements. Matrices and hierarchies live in it and are made anew by each call of [`Elasticity::solve`].
pub(crate) trait Elasticity: Send {
    /// Solves `K(moduli) u = f` for all `loads`, which share what is made of the moduli. `states` go in as first guesses and come out as the
    /// displacements; supported unknowns are zero. `accuracy` bounds the relative error of the energy: `(c - fᵀu) / c`, `c = fᵀ K⁻¹ f`.
    fn solve(&mut self, moduli: &[f64], loads: &[Vec<f64>], states: &mut [Vec<f64>], accuracy: f64) -> Solve;
}

/// How a solve went.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Solve {
    /// Iterations of all load cases; 0 of a direct solve.
    pub iterations: usize,
    /// Largest relative error of the energy, as estimated; what is left of rounding for a direct solve.
    pub error: f64,
    /// Whether every load case has reached the accuracy.
    pub converged: bool,
}

//! Filters: what keeps designs free of checkerboards and gives them a length scale.
mod cone;
mod helmholtz;

use super::elasticity::Grid;
pub(super) use cone::Cone;
pub(super) use helmholtz::Helmholtz;

lgf_core::choices! {
    /// How densities are smoothed.
    pub enum FilterKind {
        /// Means with cone weights `radius - distance`.
        Density = "density",
        /// The equation `-R^2 Δy + y = x` with `R = radius / (2 sqrt 3)` and no flow through the boundary.
        Helmholtz = "helmholtz",
        /// The density itself; means with cone weights are taken of the derivatives, which then are no gradient (Sigmund 1997).
        Sensitivity = "sensitivity",
        /// The density itself.
        None = "none",
    }
}

/// A linear filter `y = W x` of element values that keeps constants.
pub(super) enum Filter {
    Cone(Cone),
    Helmholtz(Helmholtz),
    None,
}

impl Filter {
    pub fn new(kind: FilterKind, grid: &Grid, radius: f64) -> Self {
        match kind {
            FilterKind::Density => Self::Cone(Cone::new(grid, radius)),
            FilterKind::Helmholtz => Self::Helmholtz(Helmholtz::new(grid, radius)),
            FilterKind::Sensitivity | FilterKind::None => Self::None,
        }
    }

    /// `out = W x`.
    pub fn apply(&mut self, x: &[f64], out: &mut [f64]) {
        match self {
            Self::Cone(cone) => cone.apply(x, out),
            Self::Helmholtz(helmholtz) => helmholtz.apply(x, out),
            Self::None => out.copy_from_slice(x),
        }
    }

    /// `out = Wᵀ y`.
    pub fn transpose(&mut self, y: &[f64], out: &mut [f64]) {
        match self {
            Self::Cone(cone) => cone.transpose(y, out),
            // Symmetric.
            Self::Helmholtz(helmholtz) => helmholtz.apply(y, out),
            Self::None => out.copy_from_slice(y),
        }
    }
}

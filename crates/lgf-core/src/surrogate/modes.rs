//! Modes of a reduced space.
use crate::linalg::dot;

/// Orthonormal modes `U` (d×r) of a reduced model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Modes {
    pub u: Vec<f64>,
    pub dimension: usize,
    pub rank: usize,
}

impl Modes {
    /// `z = U' x`.
    pub fn project(&self, x: &[f64], z: &mut [f64]) {
        for (z, mode) in z.iter_mut().zip(self.u.chunks_exact(self.dimension)) {
            *z = dot(mode, x);
        }
    }

    /// `out = base + U dz`.
    pub fn lift(&self, base: &[f64], dz: impl Iterator<Item = f64>, out: &mut [f64]) {
        out.copy_from_slice(base);
        self.add(dz, out);
    }

    /// `out += U dz`.
    pub fn add(&self, dz: impl Iterator<Item = f64>, out: &mut [f64]) {
        for (dz, mode) in dz.zip(self.u.chunks_exact(self.dimension)) {
            for (out, u) in out.iter_mut().zip(mode) {
                *out += u * dz;
            }
        }
    }
}

//! Energy at the points of a tile, and its derivatives by what the network gives.
use pulp::{Simd, WithSimd};

use super::kernels::{CHANNELS, POINTS};
use super::network::SPACE;

/// Lame's constants of `E = 1`, `nu = 1/4`: `nu E / ((1 + nu) (1 - 2 nu))` and `E / (2 (1 + nu))`, both 2/5.
const LAMBDA: f64 = 0.4;
const MU: f64 = 0.4;
/// Size of the body force.
const LOAD: f64 = 10.0;

/// Displacement `u = z n`, gradient `h[i][k] = du_i/dx_k = z dn_i/dx_k + n_i [k = z]` of it, and the height `z`.
struct Field<V> {
    u: [V; SPACE],
    h: [[V; SPACE]; SPACE],
    z: V,
}

#[inline(always)]
fn field<S: Simd>(simd: S, points: &[S::f64s], output: &[S::f64s], p: usize) -> Field<S::f64s> {
    let n = POINTS / S::F64_LANES;
    let (z, zero) = (points[2 * n + p], simd.splat_f64s(0.0));
    let (mut u, mut h) = ([zero; SPACE], [[zero; SPACE]; SPACE]);
    for i in 0..SPACE {
        let row = &output[i * CHANNELS * n..][..CHANNELS * n];
        u[i] = simd.mul_f64s(z, row[p]);
        for k in 0..SPACE {
            h[i][k] = simd.mul_f64s(z, row[(k + 1) * n + p]);
        }
        h[i][SPACE - 1] = simd.add_f64s(h[i][SPACE - 1], row[p]);
    }
    Field { u, h, z }
}

/// Stress `lambda tr(e) I + 2 mu e`, symmetric, and strain energy density `e : stress / 2` of `e = (h + h')/2`.
#[inline(always)]
fn stress<S: Simd>(simd: S, h: &[[S::f64s; SPACE]; SPACE]) -> ([[S::f64s; SPACE]; SPACE], S::f64s) {
    let trace = simd.add_f64s(simd.add_f64s(h[0][0], h[1][1]), h[2][2]);
    let pressure = simd.mul_f64s(simd.splat_f64s(LAMBDA), trace);
    let (mu, mut density) = (simd.splat_f64s(MU), simd.splat_f64s(0.0));
    let mut sigma = *h;
    for i in 0..SPACE {
        for k in 0..SPACE {
            sigma[i][k] = simd.mul_f64s(mu, simd.add_f64s(h[i][k], h[k][i]));
        }
        sigma[i][i] = simd.add_f64s(sigma[i][i], pressure);
        // The stress is symmetric: its product with the strain is that with the gradient.
        for k in 0..SPACE {
            density = simd.mul_add_e_f64s(sigma[i][k], h[i][k], density);
        }
    }
    (sigma, simd.mul_f64s(simd.splat_f64s(0.5), density))
}

/// Adds strain energy less work of the force to `sums`, a lane each; writes the adjoints of the network's output. Points of mask 0 do
/// not count.
pub(super) struct Energy<'a> {
    pub points: &'a [f64],
    pub mask: &'a [f64],
    pub output: &'a [f64],
    pub adjoints: &'a mut [f64],
    pub sums: &'a mut [f64],
}

impl WithSimd for Energy<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = POINTS / S::F64_LANES;
        let (points, output) = (S::as_simd_f64s(self.points).0, S::as_simd_f64s(self.output).0);
        let (adjoints, sums) = (S::as_mut_simd_f64s(self.adjoints).0, S::as_mut_simd_f64s(self.sums).0);
        let (load, half) = (simd.splat_f64s(LOAD), simd.splat_f64s(0.5));
        for (p, mask) in S::as_simd_f64s(self.mask).0.iter().enumerate() {
            let Field { u, h, z } = field(simd, points, output, p);
            let (sigma, density) = stress(simd, &h);
            let minus_force = [
                simd.mul_f64s(load, simd.sub_f64s(points[n + p], half)),
                simd.mul_f64s(load, simd.sub_f64s(half, points[p])),
                simd.splat_f64s(0.0),
            ];
            let mut energy = density;
            for i in 0..SPACE {
                energy = simd.mul_add_e_f64s(minus_force[i], u[i], energy);
            }
            sums[0] = simd.mul_add_e_f64s(*mask, energy, sums[0]);
            let scale = simd.mul_f64s(*mask, z);
            for i in 0..SPACE {
                let row = &mut adjoints[i * CHANNELS * n..][..CHANNELS * n];
                let through_height = simd.mul_f64s(*mask, sigma[i][SPACE - 1]);
                row[p] = simd.mul_add_e_f64s(scale, minus_force[i], through_height);
                for k in 0..SPACE {
                    row[(k + 1) * n + p] = simd.mul_f64s(scale, sigma[i][k]);
                }
            }
        }
    }
}

/// Displacements, component after component, and strain energy densities at the points of a tile.
pub(super) struct View<'a> {
    pub points: &'a [f64],
    pub output: &'a [f64],
    pub displacement: &'a mut [f64],
    pub density: &'a mut [f64],
}

impl WithSimd for View<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = POINTS / S::F64_LANES;
        let (points, output) = (S::as_simd_f64s(self.points).0, S::as_simd_f64s(self.output).0);
        let displacement = S::as_mut_simd_f64s(self.displacement).0;
        for (p, density) in S::as_mut_simd_f64s(self.density).0.iter_mut().enumerate() {
            let Field { u, h, .. } = field(simd, points, output, p);
            *density = stress(simd, &h).1;
            for i in 0..SPACE {
                displacement[i * n + p] = u[i];
            }
        }
    }
}

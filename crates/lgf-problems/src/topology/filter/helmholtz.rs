//! The filter as a differential equation: its cost does not grow with the radius.
use super::super::elasticity::Grid;
use super::super::parallel::{BLOCK, pieces, sum};

/// Relative residual at which the equation counts as solved: below what optimizers and finite differences can see.
const TOLERANCE: f64 = 1e-13;
const MOST_ITERATIONS: usize = 1000;

/// `(I + R² L) y = x` with `R = radius / (2 √3)` and `L` the second differences between neighbours: finite volumes, no flow through the
/// boundary. `W = (I + R² L)⁻¹` is symmetric, keeps constants and sums, and has positive entries.
///
/// Source: Lazarov, Sigmund 2011, doi:10.1002/nme.3072, who use finite elements and nodes.
pub(in super::super) struct Helmholtz {
    size: [usize; 3],
    weight: f64,
    residual: Vec<f64>,
    direction: Vec<f64>,
    image: Vec<f64>,
}

impl Helmholtz {
    /// The radius in elements.
    pub fn new(grid: &Grid, radius: f64) -> Self {
        let room = || vec![0.0; grid.element_count()];
        Self {
            size: grid.elements(),
            weight: radius * radius / 12.0,
            residual: room(),
            direction: room(),
            image: room(),
        }
    }

    /// By conjugate gradients from `x` itself: the spectrum lies in `[1, 1 + 12 R²]`.
    pub fn apply(&mut self, x: &[f64], out: &mut [f64]) {
        let Self {
            size,
            weight,
            residual,
            direction,
            image,
        } = self;
        out.copy_from_slice(x);
        multiply(*size, *weight, out, image);
        let n = x.len();
        pieces(residual, BLOCK, n, |i, r| {
            let at = i * BLOCK..;
            r.iter_mut()
                .zip(x[at.clone()].iter().zip(&image[at]))
                .for_each(|(r, (x, i))| *r = x - i);
        });
        direction.copy_from_slice(residual);
        let target = TOLERANCE * TOLERANCE * sum(n, |i| x[i] * x[i]);
        let mut square = sum(n, |i| residual[i] * residual[i]);
        for _ in 0..MOST_ITERATIONS {
            if square.is_nan() || square <= target {
                break;
            }
            multiply(*size, *weight, direction, image);
            let step = square / sum(n, |i| direction[i] * image[i]);
            pieces(out, BLOCK, n, |i, out| {
                out.iter_mut().zip(&direction[i * BLOCK..]).for_each(|(out, d)| *out += step * d)
            });
            pieces(residual, BLOCK, n, |i, r| {
                r.iter_mut().zip(&image[i * BLOCK..]).for_each(|(r, i)| *r -= step * i)
            });
            let before = square;
            square = sum(n, |i| residual[i] * residual[i]);
            let share = square / before;
            pieces(direction, BLOCK, n, |i, d| {
                d.iter_mut().zip(&residual[i * BLOCK..]).for_each(|(d, r)| *d = r + share * *d)
            });
        }
    }
}

/// `out = (I + weight L) x`.
fn multiply([nx, ny, nz]: [usize; 3], weight: f64, x: &[f64], out: &mut [f64]) {
    pieces(out, nx, 8 * x.len(), |at, out| {
        let (j, k) = (at % ny, at / ny);
        let row = |at: usize| &x[at * nx..][..nx];
        let own = row(at);
        out.copy_from_slice(own);
        let mut add = |there: &[f64]| {
            for (out, (own, there)) in out.iter_mut().zip(own.iter().zip(there)) {
                *out += weight * (own - there);
            }
        };
        if j > 0 {
            add(row(at - 1));
        }
        if j + 1 < ny {
            add(row(at + 1));
        }
        if k > 0 {
            add(row(at - ny));
        }
        if k + 1 < nz {
            add(row(at + ny));
        }
        for i in 1..nx {
            let flow = weight * (own[i] - own[i - 1]);
            out[i] += flow;
            out[i - 1] -= flow;
        }
    });
}

//! Steady heat conduction with a conductivity that grows with the gradient, in modes. Derivation and rejected ways: `docs/design/nonlinear-heat.md`.
mod assembly;
mod direction;
mod fields;
mod grid;
mod kernel;
mod tables;

use assembly::Moments;
use direction::SymmetricSolver;
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};
use fields::Fields;
use grid::Grid;
use lgf_core::error::Result;
use lgf_core::param::{Domain, Options, Setting};
use lgf_core::problem::Problem;
use lgf_core::profile::span;

use crate::random::uniform;

lgf_core::options! {
    /// Settings of the nonlinear heat problem; the defaults are the published ones.
    pub struct NonlinearHeatOptions as "NonlinearHeatOptions" {
        /// Sine modes in each direction; fewer than `points`. There are `modes^2` variables.
        modes: usize = 15, Domain::Within(1, 64);
        /// Midpoints in each direction.
        points: usize = 300, Domain::Within(2, 8192);
        /// Seed of the starting point, whose entries are uniform in `[-3, 3)`; equal seeds give equal points everywhere. From that of the default
        /// the published schedule converges.
        seed: usize = 2, Domain::Within(0, (1 << 53) - 1);
        /// Conductivity inside of the closed centred square of half-width 1/4.
        conductivity_inside: f64 = 20.0, Domain::Range(1e-100, 1e100);
        /// Conductivity outside of it.
        conductivity_outside: f64 = 1.0, Domain::Range(1e-100, 1e100);
        /// Coefficient `sigma` of `u^5 / 5`.
        sigma: f64 = 4.0, Domain::Range(0.0, 1e100);
        /// Factor of the source `x sin(4 pi x) sin(3 pi y)`.
        source_amplitude: f64 = 1e7, Domain::Range(-1e100, 1e100);
    }
}

/// Nonlinear heat conduction on the unit square by minimisation of an energy over the coefficients of sine modes; everything without units.
///
/// With `phi_ij(x,y) = sin(i pi x) sin(j pi y)`, `i, j = 1..n`, and `P x P` midpoints `x_r = (r + 1/2) / P`, `y_c = (c + 1/2) / P`:
/// ```text
/// u = sum_ij a_ij phi_ij                      a: n^2 variables, row-major, j fastest
/// E(a) = P^-2 sum_rc K (grad u . grad u)^2 + sigma u^5 / 5 - B u
/// K = 20 where |x - 1/2| <= 1/4 and |y - 1/2| <= 1/4, else 1     sigma = 4     B = 1e7 x sin(4 pi x) sin(3 pi y)
/// r = dE/da       H = d^2E/da^2      newton: d = H^-1 r
/// ```
/// The residual and the Hessian are the exact derivatives of the discrete energy. Where `u < 0` the Hessian may be indefinite, and the
/// direction is the solution of `H d = r` all the same: it may lead upwards. `E` has no lower bound, since `u^5` has none.
///
/// A point that is not finite or at which something overflows gives a non-finite value and NaN for gradient or direction; so does a singular
/// Hessian (at 0, for one) in [`NonlinearHeat::newton`]. Nothing panics, and the next evaluation starts clean.
///
/// Cost, multiply-adds: `3 P^2 n` for the fields and the residual, `4 P^2 n` more for the moments of the Hessian, `n^4 / 2` sums of eight of
/// them for its entries, `n^6 / 6` for Cholesky; where it fails, the symmetric indefinite factors come on top. Memory: `n^4` numbers for the
/// Hessian and about `20 n P` for moments and tables; no table of points times modes. Rows of the grid are shared among rayon's threads
/// in blocks of fixed size: the bits do not depend on their number. A warm evaluation allocates nothing of its own; faer's products keep
/// their packing memory per thread.
///
/// Source: Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513.
pub struct NonlinearHeat {
    options: NonlinearHeatOptions,
    fields: Fields,
    moments: Moments,
    solver: SymmetricSolver,
    /// Room for the Hessian of `newton`, made by the first one.
    hessian: Mat<f64>,
}

impl NonlinearHeat {
    /// Makes the tables of sines and cosines. Errors: `Argument` for an option outside its domain.
    pub fn new(options: &NonlinearHeatOptions) -> Result<Self> {
        Options::check(options, "")?;
        options.modes.check("modes", &Domain::Within(1, options.points - 1))?;
        Ok(Self {
            options: options.clone(),
            fields: Fields::new(options),
            moments: Moments::new(options.modes),
            solver: SymmetricSolver::default(),
            hessian: Mat::new(),
        })
    }

    /// Writes the solution of `H(x) d = r(x)` to `direction` and returns `|r(x)|_2`. Both have length `d`. Where there is no solution, NaN.
    pub fn newton(&mut self, point: &[f64], direction: &mut [f64]) -> f64 {
        let size = self.dimension();
        let fields = span("fields");
        let energy = self.fields.evaluate::<true>(point, direction);
        drop(fields);
        let norm = MatRef::from_column_major_slice(&*direction, size, 1).norm_l2();
        let moments = span("moments");
        self.moments.load(&self.fields);
        drop(moments);
        let _span = span("solve").computed(size.pow(3) / 3);
        if self.hessian.nrows() != size {
            self.hessian = Mat::zeros(size, size);
        }
        let scale = self.moments.scale();
        let solved = (energy + norm).is_finite() && scale.is_finite() && {
            let (moments, hessian) = (&self.moments, &mut self.hessian);
            self.solver.solve(|room| moments.assemble(scale, room), hessian, direction)
        };
        direction.iter_mut().for_each(|d| *d *= scale);
        if solved && direction.iter().all(|d| d.is_finite()) {
            return norm;
        }
        direction.fill(f64::NAN);
        f64::NAN
    }

    /// The Hessian at `point`, `d x d`, symmetric to the bit. Entries are non-finite where they overflow.
    pub fn hessian(&mut self, point: &[f64]) -> Mat<f64> {
        let size = self.dimension();
        self.fields.evaluate::<true>(point, &mut vec![0.0; size]);
        self.moments.load(&self.fields);
        let mut hessian = Mat::zeros(size, size);
        self.moments.assemble(1.0, hessian.as_mut());
        for j in 0..size {
            for i in 0..j {
                hessian[(i, j)] = hessian[(j, i)];
            }
        }
        hessian
    }

    /// Midpoints in each direction.
    pub fn points(&self) -> usize {
        self.options.points
    }

    /// Temperature `u` at the midpoints, `P x P` row-major, one row for each `x`.
    pub fn temperature(&self, point: &[f64]) -> Vec<f64> {
        let (n, points) = (self.options.modes, self.options.points);
        let sines = Mat::from_fn(points, n, |r, i| Grid::new(points).sine(i + 1, r));
        let along_x = &sines * MatRef::from_row_major_slice(point, n, n);
        let mut out = vec![0.0; points * points];
        let view = MatMut::from_row_major_slice_mut(&mut out, points, points);
        matmul(view, Accum::Replace, &along_x, sines.transpose(), 1.0, Par::Seq);
        out
    }

    /// Conductivity `K` at the midpoints, as [`NonlinearHeat::temperature`].
    pub fn conductivity(&self) -> Vec<f64> {
        let grid = Grid::new(self.options.points);
        self.on_grid(|r, c| grid.conductivity(&self.options, grid.is_central(r) && grid.is_central(c)))
    }

    /// Source `B` at the midpoints, as [`NonlinearHeat::temperature`].
    pub fn source(&self) -> Vec<f64> {
        let grid = Grid::new(self.options.points);
        self.on_grid(|r, c| grid.source_x(&self.options, r) * grid.source_y(c))
    }

    fn on_grid(&self, value: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        let points = self.options.points;
        (0..points * points).map(|k| value(k / points, k % points)).collect()
    }
}

impl Problem for NonlinearHeat {
    fn name(&self) -> &str {
        "nonlinear-heat"
    }
    fn dimension(&self) -> usize {
        self.options.modes * self.options.modes
    }
    fn start(&self) -> Vec<f64> {
        let entry = |k| 6.0 * uniform(self.options.seed as u64, k as u64) - 3.0;
        (0..self.dimension()).map(entry).collect()
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let _span = span("fields");
        let energy = self.fields.evaluate::<false>(point, gradient);
        if gradient.iter().all(|g| g.is_finite()) && energy.is_finite() {
            return energy;
        }
        gradient.fill(f64::NAN);
        f64::NAN
    }
}

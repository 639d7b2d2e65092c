//! Two conductivities of a heated rod from its temperature history. Derivation and rejected ways: `docs/design/heat-rod.md`.
use std::f64::consts::PI;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::{factor, inverse};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, Par, unzip, zip};
use lgf_core::error::{Error, Result};
use lgf_core::param::{Domain, Options, Setting};
use lgf_core::problem::Problem;
use lgf_core::profile::span;

/// Modes are padded to whole blocks of this many, so that products run on full registers; padded coefficients stay zero.
const LANES: usize = 16;

/// Entries of the largest temperature field, cells times times (512 MiB): an allocation that fails would abort the process.
const MAX_FIELD: usize = 1 << 26;

lgf_core::options! {
    /// Settings of the heat rod; the defaults are the published ones.
    pub struct HeatRodOptions as "HeatRodOptions" {
        /// Sine modes; fewer than `cells`.
        modes: usize = 30, Domain::Within(2, 256);
        /// Midpoint cells of the rod.
        cells: usize = 250, Domain::Within(3, 65536);
        /// Equispaced times from 0 to `endTime`, both included; `cells * times` is at most 2^26.
        times: usize = 500, Domain::Within(2, 65536);
        /// Last time.
        end_time: f64 = 2.0, Domain::Range(1e-100, 1e100);
        /// Conductivities `(a1, a2)` that made the data; their temperature must be finite.
        truth: [f64; 2] = [2.0, 1.0], Domain::OfType;
        /// Starting point.
        start: [f64; 2] = [0.5, 4.05], Domain::OfType;
    }
}

/// Transient heat in a rod of two materials: an inverse problem with two unknowns `a = (a1, a2)`, everything without units.
///
/// On `x` in `[0,1]`, with `u = 0` at both ends and at time 0, `phi_k(x) = sin(k pi x)`, `x_c = (c + 1/2) / cells`:
/// ```text
/// u(x,t) = sum_k theta_k(t) phi_k(x),   k = 1..n
/// M theta' + (a1 K1 + a2 K2) theta = 1000 sin(2 pi t) e_2
/// M = (1/cells) sum_c phi phi' = I/2,   K1, K2 = sum over x_c <= 1/2, over x_c > 1/2 of dphi dphi'
/// A theta_i = f_i + M theta_{i-1} / dt,   A = M/dt + a1 K1 + a2 K2,   dt = end_time / (T - 1)
/// J(a) = (dt/cells) sum_i sum_c (u(x_c,t_i; a) - u(x_c,t_i; truth))^2,   value = log J
/// ```
/// As published, the stiffness lacks the cell width: a conductivity acts `cells` times stronger than in the differential equation.
///
/// The gradient is the exact derivative of the discrete value, by the adjoint recursion. At the truth `J = 0`: the value is `-inf` and
/// the gradient NaN. Negative conductivities are admissible as long as the recursion stays finite. Where it does not, where `A` is
/// singular and at non-finite points, the value is non-finite and the gradient NaN; nothing panics.
///
/// Cost of an evaluation: `3 T n^2` multiply-adds for both recursions and the gradient, about `2 n^3` for the inverse of `A`. It allocates
/// nothing of its own; faer's matrix product keeps its packing memory per thread.
///
/// Source: Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513.
pub struct HeatRod {
    options: HeatRodOptions,
    dt: f64,
    /// Modes x cells.
    basis: Mat<f64>,
    stiffness: [Mat<f64>; 2],
    /// Coefficients `theta*` of the data, modes x T, and their images under `K1` and `K2`.
    data: Mat<f64>,
    loads: [Mat<f64>; 2],
    state: Mat<f64>,
    /// Forcing of the forward recursion, then the adjoint.
    adjoint: Mat<f64>,
    rhs: Vec<f64>,
    /// `A`, its LU factors, then the product of adjoint and state.
    factors: Mat<f64>,
    inverse: Mat<f64>,
    permutation: [Vec<usize>; 2],
    memory: MemBuffer,
    misfit: Option<f64>,
}

impl HeatRod {
    /// Assembles the matrices and computes the data. Errors: `Argument` for an option outside its domain.
    pub fn new(options: &HeatRodOptions) -> Result<Self> {
        Options::check(options, "")?;
        options.modes.check("modes", &Domain::Within(2, options.cells - 1))?;
        options.times.check("times", &Domain::Within(2, MAX_FIELD / options.cells))?;
        let HeatRodOptions { modes, cells, times, .. } = *options;
        let truth = options.truth;
        let padded = modes.next_multiple_of(LANES);
        let frequency = |k: usize| if k < modes { PI * (k + 1) as f64 } else { 0.0 };
        let angle = |k, c: usize| frequency(k) * (c as f64 + 0.5) / cells as f64;
        let slopes = Mat::from_fn(padded, cells, |k, c| frequency(k) * angle(k, c).cos());
        // x_c <= 1/2: the middle one of an odd number of cells counts as left.
        let (left, right) = slopes.split_at_col(cells.div_ceil(2));
        let scratch = factor::lu_in_place_scratch::<usize, f64>(padded, padded, Par::Seq, Default::default())
            .or(inverse::inverse_scratch::<usize, f64>(padded, Par::Seq));
        let (square, series) = (|| Mat::zeros(padded, padded), || Mat::zeros(padded, times));
        let mut rod = Self {
            options: options.clone(),
            dt: options.end_time / (times - 1) as f64,
            basis: Mat::from_fn(padded, cells, |k, c| angle(k, c).sin()),
            stiffness: [left, right].map(|half| half * half.transpose()),
            data: Mat::new(),
            loads: [Mat::new(), Mat::new()],
            state: series(),
            adjoint: series(),
            rhs: vec![0.0; padded],
            factors: square(),
            inverse: square(),
            permutation: [vec![0; padded], vec![0; padded]],
            memory: MemBuffer::new(scratch),
            misfit: None,
        };
        rod.simulate(truth);
        let finite = rod.state.norm_l1().is_finite();
        if !finite {
            let domain = "two numbers with a finite temperature";
            return Err(Error::argument_error("truth", format!("{truth:?}"), domain));
        }
        rod.data.clone_from(&rod.state);
        rod.loads = rod.stiffness.each_ref().map(|k| k * &rod.data);
        Ok(rod)
    }

    /// Squared misfit `J` of the last evaluation, whose value was its logarithm; `None` before the first one.
    pub fn misfit(&self) -> Option<f64> {
        self.misfit
    }

    /// Numbers of cells and of times.
    pub fn grid(&self) -> (usize, usize) {
        (self.options.cells, self.options.times)
    }

    /// Temperature `u(x_c, t_i; a)`, cells x T, row-major. Entries are non-finite where the recursion for `a` is.
    pub fn temperature(&mut self, a: [f64; 2]) -> Vec<f64> {
        self.simulate(a);
        let HeatRodOptions { cells, times, .. } = self.options;
        let mut out = vec![0.0; cells * times];
        let view = MatMut::from_row_major_slice_mut(&mut out, cells, times);
        matmul(view, Accum::Replace, self.basis.transpose(), &self.state, 1.0, Par::Seq);
        out
    }

    /// The temperature's coefficients for `a` into `state`.
    fn simulate(&mut self, a: [f64; 2]) {
        self.adjoint.fill(0.0);
        for i in 1..self.options.times {
            self.adjoint[(1, i)] = 1000.0 * (2.0 * PI * self.dt * i as f64).sin();
        }
        self.march(a);
    }

    /// `A(a) state_i = forcing_i + M state_{i-1} / dt` from `state_0 = 0`; all NaN outside the domain. LU, since negative conductivities
    /// make `A` indefinite; a singular one ends in infinities and NaN.
    fn march(&mut self, a: [f64; 2]) {
        // Beyond the bound an entry of A could overflow.
        if !a.iter().all(|v| v.abs() <= 1e200) {
            return self.state.fill(f64::NAN);
        }
        let (inertia, modes, [k1, k2]) = (0.5 / self.dt, self.options.modes, &self.stiffness);
        let (size, steps) = (self.factors.nrows(), self.options.times - 1);
        let factoring = span("factor").moved(32 * size * size).computed(2 * size.pow(3));
        zip!(&mut self.factors, k1, k2).for_each(|unzip!(f, k1, k2)| *f = a[0] * k1 + a[1] * k2);
        for k in 0..self.factors.nrows() {
            self.factors[(k, k)] += inertia;
        }
        let (stack, [forward, backward]) = (MemStack::new(&mut self.memory), &mut self.permutation);
        let (_, rows) = factor::lu_in_place(self.factors.as_mut(), forward, backward, Par::Seq, stack, Default::default());
        let lu = self.factors.as_ref();
        inverse::inverse(self.inverse.as_mut(), lu, lu, rows, Par::Seq, stack);
        drop(factoring);
        let _span = span("march").moved(8 * size * modes * steps).computed(2 * size * modes * steps);
        self.state.col_as_slice_mut(0).fill(0.0);
        for i in 1..self.options.times {
            let terms = self.state.col_as_slice(i - 1).iter().zip(self.adjoint.col_as_slice(i));
            self.rhs.iter_mut().zip(terms).for_each(|(b, (past, f))| *b = inertia * past + f);
            apply(&self.inverse, &self.rhs[..modes], self.state.col_as_slice_mut(i));
        }
    }

    /// `J`, with `dJ/da` in `gradient`. The residual `r = theta - theta*` has a recursion of its own,
    /// `A r_i = M r_{i-1} / dt - (A - A*) theta*_i`: a difference of temperatures would lose its digits next to the truth.
    fn residual(&mut self, a: [f64; 2], gradient: &mut [f64]) -> f64 {
        let ([l1, l2], [t1, t2]) = (&self.loads, self.options.truth);
        let (d1, d2) = (t1 - a[0], t2 - a[1]);
        zip!(&mut self.adjoint, l1, l2).for_each(|unzip!(f, l1, l2)| *f = d1 * l1 + d2 * l2);
        self.march(a);
        let misfit = 0.5 * self.dt * self.state.squared_norm_l2();

        // dJ/d theta_i = 2 dt M r_i = dt r_i; A is symmetric, so the adjoint runs back through the same inverse.
        let (inertia, modes) = (0.5 / self.dt, self.options.modes);
        let (size, times) = (self.factors.nrows(), self.options.times);
        let adjoint = span("adjoint").moved(8 * size * modes * times).computed(2 * size * modes * times);
        self.rhs.fill(0.0);
        for i in (1..self.options.times).rev() {
            let (residual, adjoint) = (self.state.col_as_slice(i), self.adjoint.col_as_slice_mut(i));
            self.rhs.iter_mut().zip(residual).for_each(|(b, r)| *b += self.dt * r);
            apply(&self.inverse, &self.rhs[..modes], adjoint);
            self.rhs.iter_mut().zip(adjoint).for_each(|(b, l)| *b = inertia * *l);
        }
        // dJ/da_k = -sum_i lambda_i' K_k theta_i = -<K_k, sum_i lambda_i theta_i'>; at time 0 the state is zero.
        drop(adjoint);
        let _span = span("gradient").computed(2 * size * size * times);
        self.state += &self.data;
        let product = self.factors.as_mut();
        matmul(product, Accum::Replace, &self.adjoint, self.state.transpose(), 1.0, Par::Seq);
        for (g, k) in gradient.iter_mut().zip(&self.stiffness) {
            *g = 0.0;
            zip!(k, &self.factors).for_each(|unzip!(k, p)| *g -= k * p);
        }
        misfit
    }
}

/// `out = inverse * x` without the padded columns. A block of rows is summed over all columns in registers.
fn apply(inverse: &Mat<f64>, x: &[f64], out: &mut [f64]) {
    for (b, out) in out.chunks_exact_mut(LANES).enumerate() {
        let mut sum = [0.0; LANES];
        for (j, x) in x.iter().enumerate() {
            let column = &inverse.col_as_slice(j)[b * LANES..][..LANES];
            sum.iter_mut().zip(column).for_each(|(s, c)| *s += c * x);
        }
        out.copy_from_slice(&sum);
    }
}

impl Problem for HeatRod {
    fn name(&self) -> &str {
        "heat-rod"
    }
    fn dimension(&self) -> usize {
        2
    }
    fn start(&self) -> Vec<f64> {
        self.options.start.to_vec()
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let misfit = self.residual([point[0], point[1]], gradient);
        self.misfit = Some(misfit);
        let value = misfit.ln();
        let scale = if value.is_finite() { misfit } else { f64::NAN };
        gradient.iter_mut().for_each(|g| *g /= scale);
        value
    }
}

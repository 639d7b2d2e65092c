//! Preconditioned conjugate gradients, stopped by a bound of the error in energy.
use super::cycle::Cycle;
use super::modal::{Fine, Law};
use super::shape::Shape;
use super::share;
use super::smooth::{Product, dot};
use super::spectrum::eigenvalue;
use super::sweep::sweep;

/// Iterations at most.
const MOST: usize = 500;
/// The smallest eigenvalue of the preconditioned matrix is taken for this, if not known better.
const CAUTIOUS: f64 = 0.05;
/// Of the smallest eigenvalue that has shown, this part is relied on, and never more than this.
const RELIED: f64 = 0.5;

/// Vectors of the iteration, laid out by [`Shape`].
pub(super) struct Gradients {
    u: Vec<f64>,
    r: Vec<f64>,
    p: Vec<f64>,
    q: Vec<f64>,
    scratch: Vec<f64>,
    history: History,
}

/// How one load case went.
pub(super) struct Outcome {
    pub iterations: usize,
    pub error: f64,
    pub converged: bool,
}

/// `K` of the finest level in double precision.
pub(super) struct Operator<'a> {
    pub shape: Shape,
    pub moduli: &'a [f64],
    pub law: Law,
}

impl Operator<'_> {
    /// `out = K x`, and `x · K x`.
    fn apply(&self, inverse: &[f32], x: &[f64], out: &mut [f64], scratch: &mut Vec<f64>) -> f64 {
        let elements = Fine {
            moduli: self.moduli,
            run: self.shape.run,
            law: self.law,
        };
        sweep(&self.shape, &elements, x, out, scratch, &Product { inverse })
    }
}

impl Gradients {
    pub fn new(shape: &Shape) -> Self {
        let room = || vec![0.0; shape.len()];
        Self {
            u: room(),
            r: room(),
            p: room(),
            q: room(),
            scratch: Vec::new(),
            history: History::default(),
        }
    }

    pub fn solve(&mut self, operator: &Operator, cycle: &mut Cycle, load: &[f64], state: &mut [f64], accuracy: f64) -> Outcome {
        let shape = operator.shape;
        let slab = shape.slab_len();
        shape.pack(load, &mut self.r);
        shape.pack(state, &mut self.u);
        mask(&mut self.r, cycle.inverse(), slab);
        mask(&mut self.u, cycle.inverse(), slab);
        let size = sum(&self.r, &self.r, slab);
        if size == 0.0 {
            state.fill(0.0);
            return Outcome {
                iterations: 0,
                error: 0.0,
                converged: true,
            };
        }
        let mut energy = self.begin(operator, cycle, slab);
        self.history.clear();
        self.p.fill(0.0);
        let mut scale = 1.0 / sum(&self.r, &self.r, slab).sqrt();
        let (mut iterations, mut error, mut converged) = (0, 1.0, false);
        let mut step = 0.0;
        if scale.is_infinite() {
            (error, converged) = (0.0, true);
        }
        while !converged && scale.is_finite() && scale > 0.0 {
            let factor = scale;
            share::pieces(cycle.right(), slab, |i, b| {
                let r = share::piece(&self.r, slab, i);
                b.iter_mut().zip(r).for_each(|(b, r)| *b = (factor * r) as f32);
            });
            let rho = cycle.run() / (scale * scale);
            if !(rho.is_finite() && rho >= 0.0) {
                break;
            }
            let turn = self.history.residual(rho);
            error = self.history.error() / energy;
            converged = rho == 0.0 || error <= accuracy;
            // p ← z + β p, and the step before it.
            let (z, before, back) = (cycle.result(), step, 1.0 / factor);
            share::pairs(&mut self.u, &mut self.p, slab, |i, u, p| {
                for ((u, p), z) in u.iter_mut().zip(p).zip(share::piece(z, slab, i)) {
                    *u += before * *p;
                    *p = back * f64::from(*z) + turn * *p;
                }
            });
            if converged || iterations == MOST {
                break;
            }
            let curvature = operator.apply(cycle.inverse(), &self.p, &mut self.q, &mut self.scratch);
            step = rho / curvature;
            if !(step.is_finite() && step > 0.0) {
                break;
            }
            iterations += 1;
            energy += step * rho;
            self.history.step(step);
            share::pieces(&mut self.r, slab, |i, r| {
                let q = share::piece(&self.q, slab, i);
                r.iter_mut().zip(q).for_each(|(r, q)| *r -= step * q);
            });
            scale = 1.0 / sum(&self.r, &self.r, slab).sqrt();
            if scale.is_infinite() {
                self.u.iter_mut().zip(&self.p).for_each(|(u, p)| *u += step * p);
                (error, converged) = (0.0, true);
            }
        }
        self.settle(&shape, cycle, load, state);
        Outcome {
            iterations,
            error,
            converged,
        }
    }

    /// Scales the first guess so that its energy is the least, and leaves the residual in `r`; what the energy `fᵀu` is.
    fn begin(&mut self, operator: &Operator, cycle: &Cycle, slab: usize) -> f64 {
        let curvature = operator.apply(cycle.inverse(), &self.u, &mut self.q, &mut self.scratch);
        let work = sum(&self.r, &self.u, slab);
        let factor = work / curvature;
        if !(factor.is_finite() && curvature > 0.0) {
            self.u.fill(0.0);
            return 0.0;
        }
        share::pairs(&mut self.u, &mut self.r, slab, |i, u, r| {
            u.iter_mut().for_each(|u| *u *= factor);
            r.iter_mut().zip(share::piece(&self.q, slab, i)).for_each(|(r, q)| *r -= factor * q);
        });
        factor * work
    }

    /// Scales what was found so that `uᵀ(f - K u) = 0`: only then the error of `fᵀu` is the square of that of `u`.
    fn settle(&mut self, shape: &Shape, cycle: &Cycle, load: &[f64], state: &mut [f64]) {
        let slab = shape.slab_len();
        shape.pack(load, &mut self.q);
        mask(&mut self.q, cycle.inverse(), slab);
        let work = sum(&self.q, &self.u, slab);
        let factor = work / (work - sum(&self.r, &self.u, slab));
        if factor.is_finite() && factor > 0.0 {
            share::pieces(&mut self.u, slab, |_, u| u.iter_mut().for_each(|u| *u *= factor));
        }
        shape.unpack(&self.u, state);
    }
}

fn mask(x: &mut [f64], inverse: &[f32], slab: usize) {
    share::pieces(x, slab, |i, x| {
        for (x, d) in x.iter_mut().zip(share::piece(inverse, slab, i)) {
            *x = if *d == 0.0 { 0.0 } else { *x };
        }
    });
}

fn sum(a: &[f64], b: &[f64], slab: usize) -> f64 {
    share::sum(a.len().div_ceil(slab), a.len(), |i| {
        dot(share::piece(a, slab, i), share::piece(b, slab, i))
    })
}

/// The scalars of the iteration, which tell how large the error is.
///
/// `‖e‖² = rᵀ K⁻¹ r` is at most `γ ρ` with `ρ = rᵀ B r` and the coefficient `γ` of Gauss-Radau quadrature with a node below the smallest
/// eigenvalue of `B K` (Meurant and Tichý 2013, doi:10.1007/s11075-012-9591-9). What that eigenvalue is, the iteration tells by and by.
#[derive(Debug, Default)]
struct History {
    steps: Vec<f64>,
    /// `rᵀ B r` before each step and after the last.
    residuals: Vec<f64>,
}

impl History {
    fn clear(&mut self) {
        self.steps.clear();
        self.residuals.clear();
    }

    /// Takes a residual in; what the direction before is multiplied with.
    fn residual(&mut self, rho: f64) -> f64 {
        let turn = self.residuals.last().map_or(0.0, |before| rho / before);
        self.residuals.push(rho);
        turn
    }

    fn step(&mut self, step: f64) {
        self.steps.push(step);
    }

    /// A bound of the error in energy, squared, after the last step.
    fn error(&self) -> f64 {
        let Some(rho) = self.residuals.last() else { return f64::INFINITY };
        if self.steps.is_empty() {
            return rho / CAUTIOUS;
        }
        let turn = |i: usize| self.residuals[i] / self.residuals[i - 1];
        let diagonal: Vec<f64> = (0..self.steps.len())
            .map(|i| 1.0 / self.steps[i] + if i == 0 { 0.0 } else { turn(i) / self.steps[i - 1] })
            .collect();
        let off: Vec<f64> = (1..self.steps.len()).map(|i| turn(i).sqrt() / self.steps[i - 1]).collect();
        let smallest = RELIED * eigenvalue(&diagonal, &off, 0).min(1.0);
        let mut gamma = 1.0 / smallest;
        for (i, step) in self.steps.iter().enumerate() {
            let rest = gamma - step;
            gamma = rest / (smallest * rest + turn(i + 1));
            if gamma.is_nan() || gamma <= 0.0 {
                gamma = 1.0 / smallest;
            }
        }
        gamma * rho
    }
}

//! One symmetric V-cycle in single precision.
use super::bottom::{Bottom, LIMIT};
use super::matrices::Matrices;
use super::modal::Elements;
use super::shape::Shape;
use super::share;
use super::smooth::{self, DEGREE, Product, Residual, Step};
use super::spectrum::eigenvalue;
use super::sweep::sweep;
use super::transfer::Transfer;
use crate::topology::elasticity::Grid;
use crate::topology::elasticity::element::stiffness;
use faer::{Mat, Side};

/// Steps of Lanczos' method for the largest eigenvalue of a level.
const LANCZOS: usize = 8;
/// What the estimate is raised by.
const SAFETY: f64 = 1.05;

/// Room and smoother of one level.
struct Level {
    shape: Shape,
    /// Inverse of the diagonal, zero where there is no unknown.
    inverse: Vec<f32>,
    factors: [(f32, f32); DEGREE],
    b: Vec<f32>,
    x: Vec<f32>,
    y: Vec<f32>,
    scratch: Vec<f32>,
}

/// The levels, finest first.
pub(super) struct Cycle {
    matrices: Matrices,
    levels: Vec<Level>,
    transfers: Vec<Transfer>,
    bottom: Bottom,
    /// A bound of the eigenvalues of `D⁻¹ K` on the finest level, from one element.
    bound: f64,
}

/// The grid of the next level, if there is one.
fn halve(grid: &Grid) -> Option<Grid> {
    let size = &grid.elements()[..grid.dimension()];
    let coarse: Vec<usize> = size.iter().map(|n| n.div_ceil(2)).collect();
    (coarse != size && grid.unknown_count() > LIMIT).then(|| Grid::new(&coarse))
}

/// The largest eigenvalue of an element, over its diagonal: no assembled matrix has a larger one, since numerator and denominator of
/// `xᵀ K x / xᵀ D x` are sums over elements.
fn bound(dimension: usize, poisson: f64) -> f64 {
    let matrix = stiffness(dimension, poisson);
    let order = dimension << dimension;
    let matrix = Mat::from_fn(order, order, |i, j| matrix[order * i + j] / matrix[0]);
    let values = matrix.self_adjoint_eigenvalues(Side::Lower);
    values.ok().and_then(|values| values.last().copied()).unwrap_or(order as f64)
}

impl Cycle {
    pub fn new(grid: Grid, fixed: &[bool], poisson: f64) -> Self {
        let mut grids = vec![grid];
        while let Some(next) = grids.last().and_then(halve) {
            grids.push(next);
        }
        let shapes: Vec<Shape> = grids.into_iter().map(Shape::new).collect();
        let room = |shape: &Shape| vec![0.0; shape.len()];
        Self {
            levels: shapes
                .iter()
                .map(|shape| Level {
                    shape: *shape,
                    inverse: room(shape),
                    factors: Default::default(),
                    b: room(shape),
                    x: room(shape),
                    y: room(shape),
                    scratch: Vec::new(),
                })
                .collect(),
            transfers: shapes.windows(2).map(|pair| Transfer::new(pair[0], pair[1])).collect(),
            bottom: Bottom::default(),
            bound: bound(grid.dimension(), poisson),
            matrices: Matrices::new(shapes, fixed, poisson),
        }
    }

    pub fn shape(&self) -> Shape {
        self.levels[0].shape
    }

    /// Inverse of the diagonal of the finest level, zero where there is no unknown.
    pub fn inverse(&self) -> &[f32] {
        &self.levels[0].inverse
    }

    /// Makes the levels for moduli laid out by [`Shape::element`].
    pub fn prepare(&mut self, moduli: &[f64]) {
        let last = self.levels.len() - 1;
        for (l, level) in self.levels.iter_mut().enumerate() {
            if l == 0 {
                self.matrices.begin(moduli, &mut level.inverse);
            } else {
                self.matrices.coarsen(l, &mut level.inverse);
            }
            let largest = if l == 0 {
                self.bound
            } else if l == last {
                continue;
            } else if self.matrices.is_halved(l) {
                SAFETY * level.largest(&self.matrices.halved())
            } else {
                SAFETY * level.largest(&self.matrices.packed(l))
            };
            level.factors = smooth::factors(largest);
        }
        self.bottom = self.matrices.bottom(&self.levels[last].inverse);
    }

    /// The right-hand side of the finest level, to be filled in before [`Cycle::run`].
    pub fn right(&mut self) -> &mut [f32] {
        &mut self.levels[0].b
    }

    /// What came of it.
    pub fn result(&self) -> &[f32] {
        &self.levels[0].x
    }

    /// Applies the V-cycle to the right-hand side and hands back their scalar product.
    pub fn run(&mut self) -> f64 {
        self.descend(0);
        let level = &self.levels[0];
        smooth::dot_slabs(&level.b, &level.x, level.shape.slab_len())
    }

    fn descend(&mut self, l: usize) {
        if l + 1 == self.levels.len() {
            let level = &mut self.levels[l];
            return self.bottom.solve(&level.b, &mut level.x);
        }
        let down = |level: &mut Level, matrices: &Matrices| match l {
            0 => level.before(&matrices.fine()),
            1 if matrices.is_halved(1) => level.before(&matrices.halved()),
            _ => level.before(&matrices.packed(l)),
        };
        let (before, after) = self.levels.split_at_mut(l + 1);
        down(&mut before[l], &self.matrices);
        self.transfers[l].restrict(&before[l].y, &mut after[0].b);
        self.descend(l + 1);
        let (before, after) = self.levels.split_at_mut(l + 1);
        let level = &mut before[l];
        self.transfers[l].prolong(&after[0].x, &level.inverse, &mut level.x);
        match l {
            0 => level.after(&self.matrices.fine()),
            1 if self.matrices.is_halved(1) => level.after(&self.matrices.halved()),
            _ => level.after(&self.matrices.packed(l)),
        }
    }
}

impl Level {
    /// Smooths from zero into `x` and leaves the residual in `y`.
    fn before<E: Elements<f32, 8> + Elements<f32, 24>>(&mut self, elements: &E) {
        let (rate, slab) = (self.factors[0].1, self.shape.slab_len());
        share::pieces(&mut self.x, slab, |i, x| {
            let (b, inverse) = (share::piece(&self.b, slab, i), share::piece(&self.inverse, slab, i));
            x.iter_mut().zip(b).zip(inverse).for_each(|((x, b), d)| *x = rate * d * b);
        });
        for (i, &(momentum, rate)) in self.factors.iter().enumerate().skip(1) {
            let step = Step {
                b: &self.b,
                inverse: &self.inverse,
                momentum,
                rate,
                from_zero: i == 1,
            };
            sweep(&self.shape, elements, &self.x, &mut self.y, &mut self.scratch, &step);
            std::mem::swap(&mut self.x, &mut self.y);
        }
        let residual = Residual {
            b: &self.b,
            inverse: &self.inverse,
        };
        sweep(&self.shape, elements, &self.x, &mut self.y, &mut self.scratch, &residual);
    }

    /// Smooths `x`.
    fn after<E: Elements<f32, 8> + Elements<f32, 24>>(&mut self, elements: &E) {
        for &(momentum, rate) in &self.factors {
            let step = Step {
                b: &self.b,
                inverse: &self.inverse,
                momentum,
                rate,
                from_zero: false,
            };
            sweep(&self.shape, elements, &self.x, &mut self.y, &mut self.scratch, &step);
            std::mem::swap(&mut self.x, &mut self.y);
        }
    }

    /// The largest eigenvalue of `D⁻¹ K`, from below, by Lanczos' method.
    fn largest<E: Elements<f32, 8> + Elements<f32, 24>>(&mut self, elements: &E) -> f64 {
        let slab = self.shape.slab_len();
        let mut state = 0x9e37_79b9_u32;
        for (x, d) in self.x.iter_mut().zip(&self.inverse) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Of equal size in the norm of the diagonal.
            *x = d.sqrt() * if state >> 31 == 0 { 1.0 } else { -1.0 };
        }
        self.b.fill(0.0);
        let first = smooth::norm_slabs(&self.x, &self.inverse, slab);
        if first == 0.0 || !first.is_finite() {
            return 1.0;
        }
        self.x.iter_mut().for_each(|x| *x /= first as f32);
        let (mut diagonal, mut off) = (Vec::new(), Vec::new());
        let mut beta = 0.0_f64;
        for _ in 0..LANCZOS {
            let product = Product { inverse: &self.inverse };
            let alpha = sweep(&self.shape, elements, &self.x, &mut self.y, &mut self.scratch, &product);
            diagonal.push(alpha);
            share::pieces(&mut self.b, slab, |i, b| {
                let (x, y) = (share::piece(&self.x, slab, i), share::piece(&self.y, slab, i));
                for (((b, x), y), d) in b.iter_mut().zip(x).zip(y).zip(share::piece(&self.inverse, slab, i)) {
                    *b = d * y - alpha as f32 * x - beta as f32 * *b;
                }
            });
            beta = smooth::norm_slabs(&self.b, &self.inverse, slab);
            if beta.is_nan() || beta <= 1e-4 * alpha {
                break;
            }
            let scale = 1.0 / beta as f32;
            share::pieces(&mut self.b, slab, |_, b| b.iter_mut().for_each(|b| *b *= scale));
            std::mem::swap(&mut self.x, &mut self.b);
            off.push(beta);
        }
        eigenvalue(&diagonal, &off[..diagonal.len() - 1], diagonal.len() - 1)
    }
}

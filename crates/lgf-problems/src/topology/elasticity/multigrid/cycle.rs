//! One symmetric V-cycle in single precision.
use super::bottom::{Bottom, LIMIT};
use super::coarse::{Stored, Support, Unit, coarsen, diagonal, hold, length};
use super::modal::{Elements, Fine, Law, Packed, modal_matrix};
use super::shape::Shape;
use super::smooth::{self, DEGREE, Product, Residual, Step};
use super::spectrum::eigenvalue;
use super::sweep::sweep;
use super::transfer::Transfer;
use crate::topology::elasticity::Grid;

/// Steps of Lanczos' method for the largest eigenvalue of a level.
const LANCZOS: usize = 8;
/// What the estimate is raised by.
const SAFETY: f64 = 1.05;
/// Stiffness of the springs that hold supported unknowns on coarse levels, in terms of the diagonal.
const SPRING: f64 = 4.0;

/// One level: its matrix, unless it is the finest, and room.
struct Level {
    shape: Shape,
    matrices: Vec<f32>,
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
    levels: Vec<Level>,
    transfers: Vec<Transfer>,
    bottom: Bottom,
    moduli: Vec<f32>,
    law: Law,
    unit: Vec<f32>,
    supports: Vec<usize>,
}

/// The grid of the next level, if there is one.
fn halve(grid: &Grid) -> Option<Grid> {
    let size = &grid.elements()[..grid.dimension()];
    let coarse: Vec<usize> = size.iter().map(|n| n.div_ceil(2)).collect();
    (coarse != size && grid.unknown_count() > LIMIT).then(|| Grid::new(&coarse))
}

impl Cycle {
    pub fn new(grid: Grid, fixed: &[bool], poisson: f64) -> Self {
        let mut grids = vec![grid];
        while let Some(next) = grids.last().and_then(halve) {
            grids.push(next);
        }
        let shapes: Vec<Shape> = grids.into_iter().map(Shape::new).collect();
        let levels: Vec<Level> = shapes
            .iter()
            .enumerate()
            .map(|(l, shape)| Level {
                shape: *shape,
                matrices: vec![0.0; if l == 0 { 0 } else { length(shape) }],
                inverse: vec![0.0; shape.len()],
                factors: Default::default(),
                b: vec![0.0; shape.len()],
                x: vec![0.0; shape.len()],
                y: vec![0.0; shape.len()],
                scratch: Vec::new(),
            })
            .collect();
        let shape = shapes[0];
        Self {
            transfers: shapes.windows(2).map(|pair| Transfer::new(pair[0], pair[1])).collect(),
            bottom: Bottom::default(),
            moduli: vec![0.0; shape.element_layers() * shape.run],
            law: Law::new(grid.dimension(), poisson),
            unit: modal_matrix(grid.dimension(), poisson).iter().map(|&a| a as f32).collect(),
            supports: (0..fixed.len()).filter(|&unknown| fixed[unknown]).collect(),
            levels,
        }
    }

    pub fn shape(&self) -> Shape {
        self.levels[0].shape
    }

    /// Inverse of the diagonal, zero where there is no unknown.
    pub fn inverse(&self) -> &[f32] {
        &self.levels[0].inverse
    }

    /// Makes the levels for moduli laid out by [`Shape::element`].
    pub fn prepare(&mut self, moduli: &[f64]) {
        for (to, from) in self.moduli.iter_mut().zip(moduli) {
            *to = *from as f32;
        }
        let supports = self.invert_finest();
        for l in 1..self.levels.len() {
            let (before, after) = self.levels.split_at_mut(l);
            let (fine, coarse) = (&before[l - 1], &mut after[0]);
            let order = coarse.shape.components << coarse.shape.components;
            if l == 1 {
                let children = Unit {
                    shape: fine.shape,
                    moduli: &self.moduli,
                    matrix: &self.unit,
                };
                coarsen(&fine.shape, &coarse.shape, &children, &mut coarse.matrices);
                hold(&fine.shape, &coarse.shape, &supports, &mut coarse.matrices);
            } else {
                let children = Stored {
                    shape: fine.shape,
                    matrices: &fine.matrices,
                    order,
                };
                coarsen(&fine.shape, &coarse.shape, &children, &mut coarse.matrices);
            }
            coarse.inverse.fill(0.0);
            diagonal(&coarse.shape, &coarse.matrices, &mut coarse.inverse);
            coarse.inverse.iter_mut().for_each(|d| *d = if *d > 0.0 { 1.0 / *d } else { 0.0 });
        }
        let last = self.levels.len() - 1;
        let level = &self.levels[last];
        self.bottom = if last == 0 {
            let children = Unit {
                shape: level.shape,
                moduli: &self.moduli,
                matrix: &self.unit,
            };
            Bottom::new(&level.shape, &children, &level.inverse)
        } else {
            let order = level.shape.components << level.shape.components;
            let children = Stored {
                shape: level.shape,
                matrices: &level.matrices,
                order,
            };
            Bottom::new(&level.shape, &children, &level.inverse)
        };
        for (l, level) in self.levels[..last].iter_mut().enumerate() {
            let largest = if l == 0 {
                let run = level.shape.run;
                level.largest(&Fine {
                    moduli: &self.moduli,
                    run,
                    law: self.law,
                })
            } else {
                let (run, matrices) = (level.shape.run, std::mem::take(&mut level.matrices));
                let largest = level.largest(&Packed { matrices: &matrices, run });
                level.matrices = matrices;
                largest
            };
            level.factors = smooth::factors(SAFETY * largest);
        }
    }

    /// The inverse of the diagonal of the finest level, and what holds the supports on the coarse ones.
    fn invert_finest(&mut self) -> Vec<Support> {
        let level = &mut self.levels[0];
        let (shape, grid) = (level.shape, level.shape.grid);
        // Every corner of the element has the same.
        let order = shape.components << shape.components;
        let corners = 1 << shape.components;
        let unit: f32 = (0..corners).map(|mode| self.unit[mode * order + mode]).sum();
        let inverse = &mut level.inverse;
        inverse.fill(0.0);
        let layer = shape.layer();
        for (k, moduli) in self.moduli.chunks_exact(shape.run).enumerate() {
            let count = shape.row * shape.rows - shape.across();
            for corner in 0..corners {
                let (across, above) = if corners == 8 {
                    (corner >> 1 & 1, corner >> 2)
                } else {
                    (0, corner >> 1)
                };
                // The last of a run does not exist.
                let to = &mut inverse[(k + above) * layer + across * shape.across() + (corner & 1)..];
                to.iter_mut().zip(&moduli[..count - 1]).for_each(|(to, e)| *to += unit * e);
            }
        }
        for layer in inverse.chunks_exact_mut(layer) {
            let (first, others) = layer.split_at_mut(shape.plane);
            first.iter_mut().for_each(|d| *d = if *d > 0.0 { 1.0 / *d } else { 0.0 });
            others.chunks_exact_mut(shape.plane).for_each(|other| other.copy_from_slice(first));
        }
        let nodes = grid.node_count();
        let supports = self.supports.iter().map(|unknown| {
            let (node, component) = (grid.node_at(unknown % nodes), unknown / nodes);
            let at = shape.at(node, component);
            let spring = if inverse[at] > 0.0 { SPRING / f64::from(inverse[at]) } else { 0.0 };
            inverse[at] = 0.0;
            Support { node, component, spring }
        });
        supports.collect()
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
        if self.levels.len() == 1 {
            let level = &mut self.levels[0];
            self.bottom.solve(&level.b, &mut level.x);
            return smooth::dot_single(&level.b, &level.x);
        }
        let run = self.levels[0].shape.run;
        let moduli = std::mem::take(&mut self.moduli);
        let elements = Fine {
            moduli: &moduli,
            run,
            law: self.law,
        };
        let product = self.descend(0, &elements);
        self.moduli = moduli;
        product
    }

    fn descend<E: Elements<f32, 8> + Elements<f32, 24>>(&mut self, l: usize, elements: &E) -> f64 {
        let (before, after) = self.levels.split_at_mut(l + 1);
        let (fine, coarse) = (&mut before[l], &mut after[0]);
        fine.before(elements);
        self.transfers[l].restrict(&fine.y, &mut coarse.b);
        if l + 2 == self.levels.len() {
            let level = &mut self.levels[l + 1];
            self.bottom.solve(&level.b, &mut level.x);
        } else {
            let level = &mut self.levels[l + 1];
            let (run, matrices) = (level.shape.run, std::mem::take(&mut level.matrices));
            self.descend(l + 1, &Packed { matrices: &matrices, run });
            self.levels[l + 1].matrices = matrices;
        }
        let (before, after) = self.levels.split_at_mut(l + 1);
        let (fine, coarse) = (&mut before[l], &after[0]);
        self.transfers[l].prolong(&coarse.x, &fine.inverse, &mut fine.x);
        fine.after(elements)
    }
}

impl Level {
    /// Smooths from zero into `x` and leaves the residual in `y`.
    fn before<E: Elements<f32, 8> + Elements<f32, 24>>(&mut self, elements: &E) {
        let rate = self.factors[0].1;
        for ((x, b), d) in self.x.iter_mut().zip(&self.b).zip(&self.inverse) {
            *x = rate * d * b;
        }
        for (i, &(momentum, rate)) in self.factors.iter().enumerate().skip(1) {
            let step = Step {
                b: &self.b,
                inverse: &self.inverse,
                momentum,
                rate,
                from_zero: i == 1,
                product: false,
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

    /// Smooths `x`; hands back its scalar product with `b`.
    fn after<E: Elements<f32, 8> + Elements<f32, 24>>(&mut self, elements: &E) -> f64 {
        let mut sum = 0.0;
        for (i, &(momentum, rate)) in self.factors.iter().enumerate() {
            let step = Step {
                b: &self.b,
                inverse: &self.inverse,
                momentum,
                rate,
                from_zero: false,
                product: i + 1 == DEGREE,
            };
            sum = sweep(&self.shape, elements, &self.x, &mut self.y, &mut self.scratch, &step);
            std::mem::swap(&mut self.x, &mut self.y);
        }
        sum
    }

    /// The largest eigenvalue of `D⁻¹ K`, from below, by Lanczos' method.
    fn largest<E: Elements<f32, 8> + Elements<f32, 24>>(&mut self, elements: &E) -> f64 {
        let mut state = 0x9e37_79b9_u32;
        for (x, d) in self.x.iter_mut().zip(&self.inverse) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Of equal size in the norm of the diagonal.
            *x = d.sqrt() * if state >> 31 == 0 { 1.0 } else { -1.0 };
        }
        self.b.fill(0.0);
        let norm = |x: &[f32], inverse: &[f32]| {
            let squares = x.iter().zip(inverse).filter(|(_, d)| **d > 0.0);
            squares
                .map(|(x, d)| f64::from(*x) * f64::from(*x) / f64::from(*d))
                .sum::<f64>()
                .sqrt()
        };
        let first = norm(&self.x, &self.inverse);
        if first == 0.0 || !first.is_finite() {
            return 1.0;
        }
        self.x.iter_mut().for_each(|x| *x /= first as f32);
        let (mut diagonal, mut off) = (Vec::new(), Vec::new());
        let mut beta = 0.0;
        for _ in 0..LANCZOS {
            let product = Product { inverse: &self.inverse };
            let alpha = sweep(&self.shape, elements, &self.x, &mut self.y, &mut self.scratch, &product);
            diagonal.push(alpha);
            for (((b, x), y), d) in self.b.iter_mut().zip(&self.x).zip(&self.y).zip(&self.inverse) {
                *b = d * y - alpha as f32 * x - beta as f32 * *b;
            }
            beta = norm(&self.b, &self.inverse);
            if !(beta > 1e-4 * alpha) {
                break;
            }
            self.b.iter_mut().for_each(|b| *b /= beta as f32);
            std::mem::swap(&mut self.x, &mut self.b);
            off.push(beta);
        }
        eigenvalue(&diagonal, &off[..diagonal.len() - 1], diagonal.len() - 1)
    }
}

//! Learned potentials of higher order, `phi(z) = g'z + sum c_m m(z)`: the flow is the gradient of one polynomial and dissipates it.
use super::monomials::Monomials;
use super::quadratic::{Move, norm};
use super::span::Point;
use crate::linalg::{Cholesky, dot};
use faer::prelude::Solve;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMat};
use faer::{Mat, MatMut, Side};

/// Weight of the prior `c = 0` relative to the heaviest monomial, in units of the typical distance; higher orders are drawn to zero more.
const PRIOR: [f64; 5] = [1e-6, 1e-6, 1e-6, 3e-6, 1e-5];

/// A learned polynomial.
#[derive(Clone)]
pub struct Polynomial {
    pub(super) monomials: Monomials,
    pattern: Pattern,
    /// Order of the field: one less than that of the potential.
    pub(super) order: usize,
    pub(super) scale: f64,
    pub(super) c: Vec<f64>,
    pub(super) g: Vec<f64>,
    pub ok: bool,
}

/// The upper half of the normal matrix of a regression over monomials, by columns.
#[derive(Clone)]
struct Pattern {
    symbolic: SymbolicSparseColMat<usize>,
    factor: Option<SymbolicLlt<usize>>,
    /// By variable: where the products of two of its monomials belong.
    slots: Vec<Vec<u32>>,
}

impl Pattern {
    fn new(monomials: &Monomials) -> Option<Self> {
        let n = monomials.len();
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); n];
        for i in 0..monomials.dimension() {
            let own: Vec<usize> = monomials.containing(i).collect();
            for (a, &column) in own.iter().enumerate() {
                rows[column].extend(own[..=a].iter().map(|&row| row as u32));
            }
        }
        let (mut starts, mut indices) = (vec![0], Vec::new());
        for rows in &mut rows {
            rows.sort_unstable();
            rows.dedup();
            indices.extend(rows.iter().map(|&row| row as usize));
            starts.push(indices.len());
        }
        let slot = |row: usize, column: usize| {
            let own = &indices[starts[column]..starts[column + 1]];
            (starts[column] + own.partition_point(|&r| r < row)) as u32
        };
        let slots = (0..monomials.dimension())
            .map(|i| {
                let own: Vec<usize> = monomials.containing(i).collect();
                (0..own.len())
                    .flat_map(|a| (0..=a).map(move |b| (a, b)))
                    .map(|(a, b)| slot(own[b], own[a]))
                    .collect()
            })
            .collect();
        let symbolic = SymbolicSparseColMat::new_checked(n, n, starts, None, indices);
        Some(Self {
            factor: SymbolicLlt::try_new(symbolic.as_ref(), Side::Upper).ok(),
            symbolic,
            slots,
        })
    }
}

impl Polynomial {
    /// Over all variables of each group together; `order` is that of the field, 1 to 3.
    pub fn new(dimension: usize, groups: &[Vec<u32>], order: usize) -> Option<Self> {
        let monomials = Monomials::within(dimension, groups, order + 1);
        Some(Self {
            pattern: Pattern::new(&monomials)?,
            c: vec![0.0; monomials.len()],
            g: vec![0.0; dimension],
            monomials,
            order,
            scale: 1.0,
            ok: false,
        })
    }

    pub fn unknowns(&self) -> usize {
        self.monomials.len()
    }

    /// Least squares over the points: gradients and values, rows weighted by the truncation error at their distance, `1 / |z|^order`, and not
    /// heavier than at the distance `near` for which predictions are wanted.
    ///
    /// Returns the share of the weighted targets that is left.
    pub fn fit(&mut self, points: &[Point], g: &[f64], near: f64, most: usize) -> f64 {
        self.ok = false;
        let d = g.len();
        let points: Vec<(&Point, f64)> = points
            .iter()
            .map(|point| (point, norm(&point.z)))
            .filter(|&(_, r)| r > 0.0)
            .take(most)
            .collect();
        if points.is_empty() {
            return f64::INFINITY;
        }
        let mut distances: Vec<f64> = points.iter().map(|&(_, r)| r).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let scale = distances[distances.len() / 2].max(near);
        let n = self.monomials.len();
        let mut normal = vec![0.0; self.pattern.symbolic.row_idx().len()];
        let (mut right, mut all) = (vec![0.0; n], 0.0);
        let mut row = Vec::new();
        for (point, r) in points {
            let z = self.monomials.padded(&point.z, scale);
            let w = point.weight / (r.max(near) / scale).powi(self.order as i32);
            for i in 0..d {
                row.clear();
                row.extend(self.monomials.derivatives(i, &z).map(|v| w * v));
                let target = w * point.h[i] * scale;
                all += target * target;
                let mut slots = self.pattern.slots[i].iter();
                for (a, m) in self.monomials.containing(i).enumerate() {
                    let value = row[a];
                    right[m] += value * target;
                    for (&slot, b) in slots.by_ref().take(a + 1).zip(&row) {
                        normal[slot as usize] += value * b;
                    }
                }
            }
        }
        let top = normal.iter().fold(0.0_f64, |top, v| top.max(v.abs()));
        for m in 0..n {
            let prior = PRIOR[self.monomials.order(m)];
            let diagonal = self.pattern.symbolic.col_ptr()[m + 1] - 1;
            normal[diagonal] += prior * prior * top;
        }
        let Some(symbolic) = self.pattern.factor.clone() else {
            return f64::INFINITY;
        };
        let matrix = SparseColMatRef::new(self.pattern.symbolic.as_ref(), &normal);
        let Ok(factor) = Llt::try_new_with_symbolic(symbolic, matrix, Side::Upper) else {
            return f64::INFINITY;
        };
        let given = right.clone();
        factor.solve_in_place(MatMut::from_column_major_slice_mut(&mut right, n, 1));
        self.ok = right.iter().all(|c| c.is_finite());
        self.c = right;
        self.scale = scale;
        self.g = g.to_vec();
        // |A c - t|^2 = |t|^2 - c'A't, up to the prior.
        if self.ok {
            ((all - dot(&self.c, &given)) / all).max(0.0)
        } else {
            f64::INFINITY
        }
    }

    /// `phi(z)`.
    pub fn value(&self, z: &[f64]) -> f64 {
        dot(&self.g, z) + self.monomials.value(&self.c, &self.monomials.padded(z, self.scale))
    }

    /// `grad phi(z) - g`.
    pub fn change(&self, z: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; z.len()];
        let z = self.monomials.padded(z, self.scale);
        self.monomials.add_gradient(&self.c, &z, 1.0 / self.scale, &mut out);
        out
    }

    /// The flow from `z = 0` until it rests, or is `radius` away: implicit Euler steps, `(1/h + H) dz = -grad phi`, as long as `phi` falls.
    pub fn follow(&self, radius: f64) -> Move {
        let d = self.g.len();
        let (mut z, mut phi) = (vec![0.0; d], 0.0);
        let mut hessian = Mat::zeros(d, d);
        let mut cholesky = Cholesky::default();
        let mut rate: f64 = 0.0;
        let start = norm(&self.g);
        let mut reached = true;
        for _ in 0..100 {
            let padded = self.monomials.padded(&z, self.scale);
            let mut gradient = self.g.clone();
            self.monomials.add_gradient(&self.c, &padded, 1.0 / self.scale, &mut gradient);
            if norm(&gradient) <= 1e-12 * start {
                break;
            }
            self.monomials
                .hessian(&self.c, &padded, 1.0 / (self.scale * self.scale), &mut hessian);
            let top = (0..d)
                .map(|j| (0..d).map(|i| hessian[(i, j)].abs()).sum::<f64>())
                .fold(f64::MIN_POSITIVE, f64::max);
            rate = if rate < 1e-10 * top { 0.0 } else { 0.1 * rate };
            let mut taken = None;
            for _ in 0..40 {
                if cholesky.compute(hessian.as_ref(), rate + 1e-14 * top).is_some() {
                    let mut step: Vec<f64> = gradient.iter().map(|g| -g).collect();
                    cholesky.solve(&mut step);
                    let mut next: Vec<f64> = z.iter().zip(&step).map(|(z, s)| z + s).collect();
                    let outside = norm(&next) > radius;
                    if outside {
                        let (a, b, c) = (dot(&step, &step), dot(&z, &step), dot(&z, &z) - radius * radius);
                        let t = (((b * b - a * c).max(0.0)).sqrt() - b) / a;
                        next = z.iter().zip(&step).map(|(z, s)| z + t * s).collect();
                    }
                    let value = self.value(&next);
                    if value < phi {
                        taken = Some((next, value, outside));
                        break;
                    }
                }
                rate = (4.0 * rate).max(1e-4 * top);
            }
            let Some((next, value, outside)) = taken else { break };
            let gain = phi - value;
            (z, phi) = (next, value);
            if outside {
                reached = false;
                break;
            }
            if gain <= 1e-15 * phi.abs() {
                break;
            }
        }
        Move {
            z,
            promise: -phi,
            horizon: if reached { f64::INFINITY } else { 0.0 },
        }
    }
}

//! Learned potentials of higher order, `phi(z) = g'z + sum c_m m(z)`: the flow is the gradient of one polynomial and dissipates it.
use super::monomials::Monomials;
use super::quadratic::{Move, norm};
use super::span::Point;
use crate::linalg::{Cholesky, dot};
use faer::prelude::Solve;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMat};
use faer::{Mat, MatMut, Side};
use std::sync::Arc;

/// Weight of the prior `c = 0` by the number of factors, relative to the heaviest monomial and to each one's own weight. It is at the rounding
/// errors of the normal equations: what the points say at all is believed, and where they say the same of two monomials the prior chooses.
const PRIOR: [f64; 5] = [0.0, 0.0, 1e-18, 1e-17, 1e-16];
const OWN_PRIOR: f64 = 1e-16;
/// How much more a monomial of several variables is drawn to zero than a power of one.
const CROSS: f64 = 100.0;
/// Weight of a value relative to the gradient at the same point, where both are off by the truncation alone.
const VALUE: f64 = 3.0;
/// Units of variables differ by no more than this from the typical distance.
const UNITS: f64 = 1e6;

/// A learned polynomial.
#[derive(Clone)]
pub struct Polynomial {
    // Shared by copies: a fit in many units keeps the best of them.
    pub(super) monomials: Arc<Monomials>,
    pattern: Arc<Pattern>,
    /// Order of the field: one less than that of the potential.
    pub(super) order: usize,
    /// Whether values are learned from too.
    values: bool,
    /// Whether each variable has a unit of its own: the distance that it went. Else all have one.
    own_units: bool,
    /// Units in which the variables are about 1.
    pub(super) units: Vec<f64>,
    pub(super) c: Vec<f64>,
    pub(super) g: Vec<f64>,
    pub ok: bool,
}

/// A point in units of the variables, with its weight; `z` is padded.
struct Sample {
    z: Vec<f64>,
    targets: Vec<f64>,
    weight: f64,
    value: f64,
    value_weight: f64,
}

/// The upper half of the normal matrix of a regression over monomials, by columns.
struct Pattern {
    symbolic: SymbolicSparseColMat<usize>,
    factor: Option<SymbolicLlt<usize>>,
    /// By variable: where the products of two of its monomials belong.
    slots: Vec<Vec<u32>>,
}

impl Pattern {
    /// `whole` where rows for values, in which all monomials meet, are to have a place too.
    fn new(monomials: &Monomials, whole: bool) -> Option<Self> {
        let n = monomials.len();
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); n];
        for i in 0..monomials.dimension() {
            let own: Vec<usize> = monomials.containing(i).collect();
            for (a, &column) in own.iter().enumerate() {
                rows[column].extend(own[..=a].iter().map(|&row| row as u32));
            }
        }
        let (mut starts, mut indices) = (vec![0], Vec::new());
        for (column, rows) in rows.iter_mut().enumerate() {
            if whole {
                rows.extend(0..=column as u32);
            }
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
            pattern: Arc::new(Pattern::new(&monomials, groups.len() == 1)?),
            values: groups.len() == 1,
            c: vec![0.0; monomials.len()],
            g: vec![0.0; dimension],
            monomials: Arc::new(monomials),
            order,
            units: vec![1.0; dimension],
            own_units: groups.len() == 1 || groups.iter().all(|group| group.len() == 1),
            ok: false,
        })
    }

    pub fn unknowns(&self) -> usize {
        self.monomials.len()
    }

    /// Least squares over the points, of gradients and, where all variables are in one group, of values. Rows are weighted by the truncation
    /// error at their distance, `1 / |z|^order`, and not heavier than at the distance `near` for which predictions are wanted. Distances are in
    /// units of the variables, and so are gradients.
    ///
    /// Returns the share of the weighted targets that is left.
    pub fn fit(&mut self, points: &[Point], g: &[f64], near: f64, most: usize) -> f64 {
        self.ok = false;
        let points: Vec<&Point> = points.iter().filter(|point| norm(&point.z) > 0.0).take(most).collect();
        let Some(newest) = points.first() else {
            return f64::INFINITY;
        };
        let scale = median(points.iter().map(|point| norm(&point.z))).max(near);
        self.g = g.to_vec();
        self.units = vec![scale; g.len()];
        if self.own_units {
            let even = (g.len() as f64).sqrt();
            for (i, unit) in self.units.iter_mut().enumerate() {
                *unit = (even * median(points.iter().map(|point| point.z[i].abs()))).clamp(scale / UNITS, scale * UNITS);
            }
        }
        let near = if self.own_units { self.length(&newest.z) } else { near / scale };
        let samples: Vec<Sample> = points.iter().map(|point| self.sample(point, near)).collect();
        let n = self.monomials.len();
        let mut normal = vec![0.0; self.pattern.symbolic.row_idx().len()];
        let (mut right, mut all, mut row) = (vec![0.0; n], 0.0, Vec::new());
        for sample in &samples {
            for (i, target) in sample.targets.iter().enumerate() {
                self.row(i, sample, &mut row);
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
        for sample in samples.iter().filter(|_| self.values) {
            let values = self.value_row(sample);
            all += sample.value * sample.value;
            let mut slots = normal.iter_mut();
            for (column, &value) in values.iter().enumerate() {
                right[column] += value * sample.value;
                for (slot, b) in slots.by_ref().take(column + 1).zip(&values) {
                    *slot += value * b;
                }
            }
        }
        let top = normal.iter().fold(0.0_f64, |top, v| top.max(v.abs()));
        for m in 0..n {
            let own = &mut normal[self.pattern.symbolic.col_ptr()[m + 1] - 1];
            let weight = if self.monomials.is_power(m) { 1.0 } else { CROSS };
            *own += weight * (PRIOR[self.monomials.order(m)] * top + OWN_PRIOR * *own);
        }
        let Some(symbolic) = self.pattern.factor.clone() else {
            return f64::INFINITY;
        };
        let matrix = SparseColMatRef::new(self.pattern.symbolic.as_ref(), &normal);
        let Ok(factor) = Llt::try_new_with_symbolic(symbolic, matrix, Side::Upper) else {
            return f64::INFINITY;
        };
        let mut c = right.clone();
        factor.solve_in_place(MatMut::from_column_major_slice_mut(&mut c, n, 1));
        // What the normal equations lost of it, from the residuals of the points themselves.
        let mut rest = vec![0.0; n];
        for sample in &samples {
            for (i, target) in sample.targets.iter().enumerate() {
                self.row(i, sample, &mut row);
                let known: f64 = self.monomials.containing(i).zip(&row).map(|(m, v)| v * c[m]).sum();
                for (m, v) in self.monomials.containing(i).zip(&row) {
                    rest[m] += v * (target - known);
                }
            }
        }
        for sample in samples.iter().filter(|_| self.values) {
            let values = self.value_row(sample);
            let left = sample.value - dot(&values, &c);
            rest.iter_mut().zip(&values).for_each(|(rest, v)| *rest += v * left);
        }
        factor.solve_in_place(MatMut::from_column_major_slice_mut(&mut rest, n, 1));
        c.iter_mut().zip(&rest).for_each(|(c, rest)| *c += rest);
        self.ok = c.iter().all(|c| c.is_finite());
        self.c = c;
        // |A c - t|^2 = |t|^2 - c'A't, up to the prior.
        if self.ok {
            ((all - dot(&self.c, &right)) / all).max(0.0)
        } else {
            f64::INFINITY
        }
    }

    fn sample(&self, point: &Point, near: f64) -> Sample {
        let r = self.length(&point.z).max(near);
        let weight = point.weight / r.powi(self.order as i32);
        // The truncation error of a value is that of the gradient, integrated.
        let value_weight = VALUE * weight * (self.order + 1) as f64 / r;
        Sample {
            value: value_weight * (point.rise - dot(&self.g, &point.z)),
            value_weight,
            z: self.monomials.padded(&point.z, &self.units),
            targets: point.h.iter().zip(&self.units).map(|(h, unit)| weight * h * unit).collect(),
            weight,
        }
    }

    /// The weighted derivatives along variable `i` of the monomials that contain it.
    fn row(&self, i: usize, sample: &Sample, out: &mut Vec<f64>) {
        out.clear();
        out.extend(self.monomials.derivatives(i, &sample.z).map(|v| sample.weight * v));
    }

    /// The weighted monomials.
    fn value_row(&self, sample: &Sample) -> Vec<f64> {
        self.monomials.values(&sample.z).map(|v| sample.value_weight * v).collect()
    }

    /// Length in units of the variables.
    fn length(&self, z: &[f64]) -> f64 {
        z.iter().zip(&self.units).map(|(z, unit)| (z / unit).powi(2)).sum::<f64>().sqrt()
    }

    /// `phi(z)`.
    pub fn value(&self, z: &[f64]) -> f64 {
        dot(&self.g, z) + self.monomials.value(&self.c, &self.monomials.padded(z, &self.units))
    }

    /// `grad phi(z) - g`.
    pub fn change(&self, z: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; z.len()];
        let z = self.monomials.padded(z, &self.units);
        self.monomials.add_gradient(&self.c, &z, 1.0, &mut out);
        out.iter_mut().zip(&self.units).for_each(|(out, unit)| *out /= unit);
        out
    }

    /// Entries times the units.
    fn scaled(&self, v: &[f64]) -> Vec<f64> {
        v.iter().zip(&self.units).map(|(v, unit)| v * unit).collect()
    }

    /// The flow from `z = 0` until it rests, or is `radius` away: implicit Euler steps, `(1/h + H) dz = -grad phi`, as long as `phi` falls.
    pub fn follow(&self, radius: f64) -> Move {
        let d = self.g.len();
        let (mut z, mut phi) = (vec![0.0; d], 0.0);
        let g = self.scaled(&self.g);
        let mut hessian = Mat::zeros(d, d);
        let mut cholesky = Cholesky::default();
        let mut rate: f64 = 0.0;
        let start = norm(&g);
        let mut reached = true;
        for _ in 0..100 {
            let padded = with_one(&z);
            let mut gradient = g.clone();
            self.monomials.add_gradient(&self.c, &padded, 1.0, &mut gradient);
            if norm(&gradient) <= 1e-12 * start {
                break;
            }
            self.monomials.hessian(&self.c, &padded, 1.0, &mut hessian);
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
                    let outside = norm(&self.scaled(&next)) > radius;
                    if outside {
                        let (s, o) = (self.scaled(&step), self.scaled(&z));
                        let (a, b, c) = (dot(&s, &s), dot(&o, &s), dot(&o, &o) - radius * radius);
                        let t = (((b * b - a * c).max(0.0)).sqrt() - b) / a;
                        next = z.iter().zip(&step).map(|(z, s)| z + t * s).collect();
                    }
                    let value = dot(&g, &next) + self.monomials.value(&self.c, &with_one(&next));
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
            z: self.scaled(&z),
            promise: -phi,
            horizon: if reached { f64::INFINITY } else { 0.0 },
        }
    }
}

/// Coordinates that are in units already, and the one behind them that is 1.
fn with_one(z: &[f64]) -> Vec<f64> {
    z.iter().copied().chain([1.0]).collect()
}

/// The middle one of some numbers.
fn median(of: impl Iterator<Item = f64>) -> f64 {
    let mut of: Vec<f64> = of.collect();
    of.sort_unstable_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or(0.0)
}

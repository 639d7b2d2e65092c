//! Dense fits in the dual form: for features too many to be formed.
//!
//! With `Phi Theta Xi ~ Psi X`, where `Phi` picks rows of features or tests them and `Psi` makes derivatives of states (or picks recorded
//! ones), the solution of smallest norm is
//! ```text
//! Xi = Theta' C X      C = Phi' (Phi K Phi')^+ Psi      K = Theta Theta'
//! ```
//! All tables are as small as the samples are few. `K` is one pass over the rows, see [`crate::surrogate`]; the rows are not copied.
use super::ModelOptions;
use crate::error::{Error, Result};
use crate::history::{History, HistoryPrecision};
use crate::interpolate::Interpolation;
use crate::linalg::powers::{pair_sums, squares_of_combinations};
use crate::linalg::{SymmetricEvd, multiply, shaped, tame, view};
use crate::profile::span;
use crate::regress::{RegressReport, SolverOptions};
use crate::rows::{Part, Rows, count};
use crate::surrogate::{FitReport, Model, inner_product};
use crate::targets::{Method, TestFunctions, strong_rows, strong_targets};
use faer::{Mat, MatMut, MatRef};
use std::ops::Range;
use std::sync::Arc;

/// Features of all samples in numbers beyond which they are not formed: 32 MiB of doubles.
pub(crate) const MOST_FORMED: usize = 1 << 22;

/// Most samples of all trajectories: their products and the eigenvalues of that table are work of the third power.
pub(crate) const MOST_SAMPLES: usize = 1 << 12;

/// Fits models of one shape again and again; buffers only grow.
#[derive(Clone)]
pub(crate) struct KernelFit {
    rcond: f64,
    interpolation: Option<Interpolation>,
    /// Which points of each trajectory are anchors.
    anchors: Range<usize>,
    /// `Phi` of one trajectory, equations×anchors column-major; nothing where it is the identity.
    phi: Option<Vec<f64>>,
    /// `Psi` of one trajectory, equations×recorded rows column-major.
    psi: Vec<f64>,
    equations: usize,
    recorded: usize,
    tracked: bool,
    /// Points between the recorded ones, of all trajectories.
    points: Arc<Rows>,
    widened: Vec<f64>,
    sums: Vec<f64>,
    partial: Vec<f64>,
    products: Vec<f64>,
    left: Vec<f64>,
    matrix: Vec<f64>,
    scaled: Vec<f64>,
    inverse: Vec<f64>,
    error: Vec<f64>,
    tables: [Vec<f64>; 2],
    evd: SymmetricEvd,
}

/// `out = I`.
fn identity(n: usize) -> Mat<f64> {
    Mat::identity(n, n)
}

fn flat(a: &Mat<f64>) -> Vec<f64> {
    a.col_iter().flat_map(|column| column.iter().copied()).collect()
}

impl KernelFit {
    /// A fitter for trajectories of `samples` rows, `dt` apart with the points between them.
    ///
    /// # Errors
    /// [`Error::Shape`] naming `name` for too few samples.
    pub fn new(
        (samples, dt, name): (usize, f64, &str),
        (options, method, rcond): (&ModelOptions, Method, Option<f64>),
        interpolation: Option<&Interpolation>,
        test_functions: Option<&TestFunctions>,
    ) -> Result<Self> {
        let points = interpolation.map_or(samples, Interpolation::points);
        let unit = identity(points);
        let (anchors, phi, psi) = match (test_functions, method) {
            (Some(functions), _) => {
                let (mut phi, mut psi) = (Mat::zeros(functions.count, points), Mat::zeros(functions.count, points));
                functions.regression(unit.as_ref(), dt, phi.as_mut());
                functions.targets(unit.as_ref(), psi.as_mut());
                (0..points, Some(flat(&phi)), psi)
            }
            (None, Method::Strong) => {
                let rows = strong_rows(points, options.fd_order, name)?;
                let mut psi = Mat::zeros(rows.len(), points);
                strong_targets(unit.as_ref(), dt, options.fd_order, rows.clone(), psi.as_mut());
                (rows, None, psi)
            }
            (None, _) => (0..points, None, unit),
        };
        let psi = match interpolation.cloned() {
            None => psi,
            Some(mut interpolation) => {
                let mut spread = Mat::zeros(points, samples);
                interpolation.apply(identity(samples).as_ref(), spread.as_mut());
                psi * spread
            }
        };
        Ok(Self {
            rcond: rcond.unwrap_or(0.0),
            interpolation: interpolation.cloned(),
            anchors,
            phi,
            equations: psi.nrows(),
            recorded: samples,
            psi: flat(&psi),
            tracked: method == Method::Tracked,
            points: Arc::new(Rows::new(HistoryPrecision::Double)),
            widened: Vec::new(),
            sums: Vec::new(),
            partial: Vec::new(),
            products: Vec::new(),
            left: Vec::new(),
            matrix: Vec::new(),
            scaled: Vec::new(),
            inverse: Vec::new(),
            error: Vec::new(),
            tables: [Vec::new(), Vec::new()],
            evd: SymmetricEvd::default(),
        })
    }

    /// Learns the flow from full histories of the same number of samples.
    ///
    /// # Errors
    /// [`Error::NonFinite`] when powers of the states overflow; the model then is not to be used.
    pub fn fit(&mut self, histories: &[History], model: &mut Model) -> Result<()> {
        let (d, basis) = (model.dimension(), model.library.basis().clone());
        // Points of the last fit can only be written over once the model has let go of them.
        model.release();
        let Some(kernel) = model.form.kernel() else {
            return Err(Error::Numerical { routine: "dual form" });
        };
        self.load_points(histories, d)?;
        let (each, recorded) = (self.anchors.len(), self.recorded);
        let part = |i: usize, history: &History| match &self.interpolation {
            None => Part {
                from: self.anchors.start,
                count: each,
                ..history.all(false)
            },
            Some(interpolation) => Part {
                rows: self.points.clone(),
                from: i * interpolation.points() + self.anchors.start,
                count: each,
            },
        };
        kernel
            .anchors
            .extend(histories.iter().enumerate().map(|(i, history)| part(i, history)));
        kernel.outputs.extend(histories.iter().map(|history| history.all(self.tracked)));
        let (t, m) = (histories.len(), self.equations);
        let (n, all) = (each * t, m * t);
        self.load_products(&kernel.anchors, d, basis.order(), basis.has_bias())?;
        // A = Phi K Phi'
        let mut a = shaped(&mut self.matrix, all, all);
        match &self.phi {
            None => a.copy_from(view(&self.products, n, n)),
            Some(phi) => {
                let phi = view(phi, m, each);
                let mut left = shaped(&mut self.left, all, n);
                blocks(t, |i, j| {
                    multiply(
                        block(left.as_mut(), i, j, m, each),
                        phi,
                        block_of(view(&self.products, n, n), i, j, each, each),
                    )
                });
                let left = view(&self.left, all, n);
                blocks(t, |i, j| {
                    multiply(block(a.as_mut(), i, j, m, m), block_of(left, i, j, m, each), phi.transpose())
                });
            }
        }
        let regress = self.invert(all)?;
        // C = Phi' A^+ Psi
        let psi = view(&self.psi, m, recorded);
        let inverse = view(&self.inverse, all, all);
        let left = match &self.phi {
            None => inverse,
            Some(phi) => {
                let phi = view(phi, m, each);
                let mut left = shaped(&mut self.left, n, all);
                blocks(t, |i, j| {
                    multiply(block(left.as_mut(), i, j, each, m), phi.transpose(), block_of(inverse, i, j, m, m))
                });
                view(&self.left, n, all)
            }
        };
        let outputs = recorded * t;
        kernel.weights.resize(n * outputs, 0.0);
        let mut weights = MatMut::from_row_major_slice_mut(&mut kernel.weights, n, outputs);
        blocks(t, |i, j| {
            multiply(block(weights.as_mut(), i, j, each, recorded), block_of(left, i, j, each, m), psi)
        });
        // What is left of the target, (A A^+ - I) Psi X, with the rounding that the inverse brings.
        let mut error = shaped(&mut self.error, all, all);
        multiply(error.as_mut(), view(&self.matrix, all, all), inverse);
        (0..all).for_each(|i| error[(i, i)] -= 1.0);
        let error = view(&self.error, all, all);
        let [left, target] = &mut self.tables;
        left.resize(all * outputs, 0.0);
        target.clear();
        target.resize(all * outputs, 0.0);
        let mut rows = MatMut::from_row_major_slice_mut(left, all, outputs);
        blocks(t, |i, j| {
            multiply(block(rows.as_mut(), i, j, m, recorded), block_of(error, i, j, m, m), psi)
        });
        let mut rows = MatMut::from_row_major_slice_mut(target, all, outputs);
        (0..t).for_each(|i| block(rows.as_mut(), i, i, m, recorded).copy_from(psi));
        let _span = span("residual").moved(8 * outputs * d).computed(4 * all * outputs * d);
        let mut squares = [0.0; 2];
        squares_of_combinations(
            &kernel.outputs,
            d,
            [&self.tables[0], &self.tables[1]],
            &mut squares,
            &mut self.partial,
        );
        let [error, size] = squares.map(f64::sqrt);
        if !error.is_finite() || !size.is_finite() {
            return Err(non_finite());
        }
        model.report = Some(FitReport {
            samples: all,
            features: basis.len(),
            dropped: 0,
            regress,
            residual: if error == 0.0 { 0.0 } else { error / size },
            energy: None,
        });
        Ok(())
    }

    /// Points between the recorded ones, where there are any.
    fn load_points(&mut self, histories: &[History], d: usize) -> Result<()> {
        let Some(interpolation) = &mut self.interpolation else {
            return Ok(());
        };
        let size = interpolation.points() * d;
        if Arc::get_mut(&mut self.points).is_none() {
            self.points = Arc::new(Rows::new(HistoryPrecision::Double));
        }
        if let Some(Rows::Double(points)) = Arc::get_mut(&mut self.points) {
            let missing = (size * histories.len()).saturating_sub(points.len());
            points.try_reserve_exact(missing).map_err(|_| Error::Numerical {
                routine: "memory of the points added",
            })?;
            points.resize(size * histories.len(), 0.0);
            for (points, history) in points.chunks_exact_mut(size).zip(histories) {
                let states = history.snapshots(&mut self.widened).transpose();
                interpolation.apply(states, MatMut::from_row_major_slice_mut(points, size / d, d));
            }
        }
        Ok(())
    }

    /// `K`, anchors×anchors.
    fn load_products(&mut self, anchors: &[Part], d: usize, order: usize, bias: bool) -> Result<()> {
        let n = count(anchors);
        let _span = span("products").moved(8 * n * d).computed(n * (n + 1) * d);
        self.sums.resize(n * (n + 1) / 2 * order, 0.0);
        pair_sums(anchors, d, order, &mut self.sums, &mut self.partial);
        let mut sums = self.sums.chunks_exact(order);
        let mut products = shaped(&mut self.products, n, n);
        for (j, i) in (0..n).flat_map(|j| (j..n).map(move |i| (j, i))) {
            let product = sums.next().map_or(0.0, |sums| inner_product(sums, bias));
            if !product.is_finite() {
                return Err(non_finite());
            }
            products[(i, j)] = product;
            products[(j, i)] = product;
        }
        Ok(())
    }

    /// `A^+`, with eigenvalues below the cut left out.
    fn invert(&mut self, n: usize) -> Result<RegressReport> {
        let _span = span("regress").moved(16 * n * n);
        let a = view(&self.matrix, n, n);
        let scale = tame(a.norm_max());
        let mut scaled = shaped(&mut self.scaled, n, n);
        for (to, from) in scaled.as_mut().col_iter_mut().zip(a.col_iter()) {
            to.iter_mut().zip(from.iter()).for_each(|(to, from)| *to = from * scale);
        }
        self.evd.compute(view(&self.scaled, n, n))?;
        let values = self.evd.values();
        let largest = values.last().copied().unwrap_or(0.0).max(0.0);
        // Squares of singular values are known to rounding of the largest, no better.
        let cut = largest * (self.rcond * self.rcond).max(f64::EPSILON * n as f64);
        let first = values.iter().position(|&v| v > cut).unwrap_or(n);
        let (values, vectors) = (&values[first..], self.evd.vectors().subcols(first, n - first));
        let mut scaled = shaped(&mut self.scaled, n, n - first);
        for ((to, from), value) in scaled.as_mut().col_iter_mut().zip(vectors.col_iter()).zip(values) {
            to.iter_mut().zip(from.iter()).for_each(|(to, from)| *to = from * (scale / value));
        }
        multiply(
            shaped(&mut self.inverse, n, n),
            view(&self.scaled, n, n - first),
            vectors.transpose(),
        );
        Ok(RegressReport {
            rank: n - first,
            condition: values.first().map_or(1.0, |smallest| (largest / smallest).sqrt()),
            iterations: 0,
        })
    }
}

fn non_finite() -> Error {
    Error::NonFinite {
        name: "history".into(),
        index: 0,
        value: f64::NAN,
    }
}

/// All pairs of trajectories.
fn blocks(t: usize, mut body: impl FnMut(usize, usize)) {
    (0..t).flat_map(|i| (0..t).map(move |j| (i, j))).for_each(|(i, j)| body(i, j));
}

/// The block of trajectories i and j.
fn block(a: MatMut<'_, f64>, i: usize, j: usize, rows: usize, columns: usize) -> MatMut<'_, f64> {
    a.submatrix_mut(i * rows, j * columns, rows, columns)
}

fn block_of(a: MatRef<'_, f64>, i: usize, j: usize, rows: usize, columns: usize) -> MatRef<'_, f64> {
    a.submatrix(i * rows, j * columns, rows, columns)
}

/// Whether a dense fit of so many samples, features and inputs is one of inner products: there are more features than samples by far, and
/// more than are `formed`. Where none are to be formed, it always is.
pub(crate) fn suits(solver: &SolverOptions, options: &ModelOptions, samples: usize, inputs: usize, formed: usize) -> bool {
    let reduced = options.truncation_rank.is_some() || options.truncation_energy.is_some();
    if reduced || options.orthonormal || options.poly_order == 0 || !matches!(solver, SolverOptions::Dense(_)) {
        return false;
    }
    let Ok(basis) = crate::library::MonomialBasis::counted(inputs, options.poly_order, options.include_bias, "") else {
        return false;
    };
    let p = basis.len();
    (p / 4 > samples || formed == 0) && p.checked_mul(samples).is_none_or(|size| size > formed)
}

#[cfg(test)]
mod tests;

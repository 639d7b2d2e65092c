//! Stage 3: `regression * coefficients ~ target`, densely or sparsely.
mod dense;
mod stlsq;
mod tall;
mod wide;

pub use dense::{DenseFit, DenseOptions, least_squares};
pub use stlsq::{StlsqFit, StlsqOptions, stlsq};
pub(crate) use wide::{Wide, is_wide};

use crate::error::{Error, Result, require_finite};
use crate::library::{matrix_finite, non_empty};
use crate::linalg::stream::{Stream, is_tall};
use crate::linalg::{TallQr, ThinSvd, copy_scaled, multiply, shaped, view};
use crate::param::variants;
use crate::surrogate::Factored;
use faer::MatRef;

variants! {
    /// How the regression is solved.
    pub enum SolverOptions as "SolverOptions" by "kind" {
        /// Minimum-norm least squares.
        Dense(DenseOptions) = "dense",
        /// Sequentially thresholded least squares.
        Stlsq(StlsqOptions) = "stlsq",
    }
}

/// Counts and condition of one regression.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RegressReport {
    /// Numerical rank of the regression matrix; of a sparse fit, the smallest over the supports that were decomposed. A wide regression
    /// decomposes all features at once, and by themselves only supports that have lost nearly all of a direction.
    pub rank: usize,
    /// Largest singular value over the smallest kept one; of a sparse fit, the largest over the same supports.
    pub condition: f64,
    /// Ridge solves that thresholding took; 0 for a dense fit.
    pub iterations: usize,
}

/// Solver of every regression: buffers only grow, so that a warm solve allocates nothing.
///
/// A tall matrix is compressed once to its triangular factor; all supports, ridge solves and the final refit work on columns of that
/// factor. Each distinct support is decomposed once for all targets that share it, by SVD: rank-revealing, and the ridge solution is a
/// filter of its singular values, so that forming normal equations never squares the condition.
#[derive(Default, Clone)]
pub(crate) struct Regressor {
    qr: TallQr,
    stream: Stream,
    /// Squared lengths of what of each target no feature explains, where the matrix was streamed.
    left: Vec<f64>,
    matrix: Vec<f64>,
    rhs: Vec<f64>,
    rows: usize,
    original_rows: usize,
    scale: Vec<f64>,
    active: Vec<f64>,
    gathered: Vec<f64>,
    projected: Vec<f64>,
    solution: Vec<f64>,
    svd: ThinSvd,
    support: Vec<bool>,
    previous: Vec<bool>,
    done: Vec<bool>,
    members: Vec<usize>,
    features: Vec<usize>,
    wide: Wide,
    factored: Factored,
}

impl Regressor {
    /// Solves and writes the coefficients, P×t column-major.
    pub fn solve(
        &mut self,
        regression: MatRef<'_, f64>,
        target: MatRef<'_, f64>,
        options: &SolverOptions,
        coefficients: &mut Vec<f64>,
    ) -> Result<RegressReport> {
        let ((m, p), t) = (regression.shape(), target.ncols());
        if is_wide(m, p, t) {
            let (report, _) = self.wide.solve(regression, target, options)?;
            self.wide.write(&mut self.factored);
            self.factored.write(coefficients);
            let coefficients = &coefficients[..p * t];
            require_finite("coefficients", coefficients)?;
            self.support.clear();
            self.factored.support(&mut self.support);
            return Ok(report);
        }
        self.solve_one_by_one(regression, target, options, coefficients)
    }

    /// The same, each distinct support decomposed by itself and all coefficients written down.
    fn solve_one_by_one(
        &mut self,
        regression: MatRef<'_, f64>,
        target: MatRef<'_, f64>,
        options: &SolverOptions,
        coefficients: &mut Vec<f64>,
    ) -> Result<RegressReport> {
        let (p, t) = (regression.ncols(), target.ncols());
        if is_tall(regression.nrows(), p + t) {
            return self.solve_tall(regression, target, options, coefficients);
        }
        self.load(regression, target, options.normalizes());
        self.solve_loaded(p, t, options, coefficients)
    }

    /// The same for data that is loaded.
    fn solve_loaded(&mut self, p: usize, t: usize, options: &SolverOptions, coefficients: &mut Vec<f64>) -> Result<RegressReport> {
        let report = match options {
            SolverOptions::Dense(options) => {
                self.support.clear();
                self.support.resize(p * t, true);
                self.solve_supports(0.0, options.rcond, p, t, coefficients)
            }
            SolverOptions::Stlsq(options) => self.stlsq(p, t, options, coefficients),
        };
        // Features of 1e-310 have coefficients beyond the range of doubles.
        require_finite("coefficients", &coefficients[..p * t])?;
        report
    }

    /// The data in the form that the solves use: columns scaled if asked for, tall matrices compressed.
    fn load(&mut self, regression: MatRef<'_, f64>, target: MatRef<'_, f64>, normalize: bool) {
        let ((n, p), t) = (regression.shape(), target.ncols());
        self.original_rows = n;
        self.scale.clear();
        self.scale.resize(p, 1.0);
        if normalize {
            for (scale, column) in self.scale.iter_mut().zip(regression.col_iter()) {
                // Zero columns are left alone.
                *scale = Some(column.norm_l2()).filter(|&norm| norm > 0.0).unwrap_or(1.0);
            }
        }
        if n > p {
            self.rows = p;
            self.qr.compress(regression, &self.scale, target, &mut self.matrix, &mut self.rhs);
        } else {
            self.rows = n;
            copy_scaled(shaped(&mut self.matrix, n, p), regression, &self.scale);
            shaped(&mut self.rhs, n, t).copy_from(target);
        }
    }

    /// For every target: `min |A_S c - y|^2 + alpha |c|^2` on its support S, minimum norm where `alpha` is 0; zero outside.
    fn solve_supports(&mut self, alpha: f64, rcond: Option<f64>, p: usize, t: usize, coefficients: &mut Vec<f64>) -> Result<RegressReport> {
        let mut report = RegressReport {
            rank: self.original_rows.min(p),
            condition: 1.0,
            iterations: 0,
        };
        shaped(coefficients, p, t).fill(0.0);
        self.done.clear();
        self.done.resize(t, false);
        for first in 0..t {
            if self.done[first] {
                continue;
            }
            let Self {
                support,
                done,
                members,
                features,
                ..
            } = self;
            let shared = &support[first * p..(first + 1) * p];
            members.clear();
            members.extend((first..t).filter(|&k| !done[k] && support[k * p..(k + 1) * p] == *shared));
            members.iter().for_each(|&k| done[k] = true);
            features.clear();
            features.extend((0..p).filter(|&i| shared[i]));
            if self.features.is_empty() {
                report.rank = 0;
                continue;
            }
            self.solve_support(alpha, rcond, p, t, coefficients, &mut report)?;
        }
        Ok(report)
    }

    /// One support, all its targets.
    fn solve_support(
        &mut self,
        alpha: f64,
        rcond: Option<f64>,
        p: usize,
        t: usize,
        coefficients: &mut Vec<f64>,
        report: &mut RegressReport,
    ) -> Result<()> {
        let (m, q, k) = (self.rows, self.features.len(), self.members.len());
        let mut active = shaped(&mut self.active, m, q);
        for (to, &from) in self.features.iter().enumerate() {
            active.as_mut().col_mut(to).copy_from(view(&self.matrix, m, p).col(from));
        }
        let mut gathered = shaped(&mut self.gathered, m, k);
        for (to, &from) in self.members.iter().enumerate() {
            gathered.as_mut().col_mut(to).copy_from(view(&self.rhs, m, t).col(from));
        }
        self.svd.compute(view(&self.active, m, q))?;
        // LAPACK's customary cut: singular values below rounding of the largest carry no information.
        let cut = rcond.unwrap_or(f64::EPSILON * self.original_rows.max(q) as f64);
        let rank = self.svd.rank(cut);
        let s = self.svd.s();
        report.rank = report.rank.min(rank);
        if rank > 0 {
            report.condition = report.condition.max(s[0] / s[rank - 1]);
        }
        // A ridge damps small singular values by itself; plain least squares must drop them.
        let used = if alpha > 0.0 { s.len() } else { rank };
        let mut projected = shaped(&mut self.projected, used, k);
        multiply(
            projected.as_mut(),
            self.svd.u().subcols(0, used).transpose(),
            view(&self.gathered, m, k),
        );
        for (i, &s) in s[..used].iter().enumerate() {
            let filter = if alpha > 0.0 { s / (s * s + alpha) } else { 1.0 / s };
            (0..k).for_each(|j| projected[(i, j)] *= filter);
        }
        let solution = shaped(&mut self.solution, q, k);
        multiply(solution, self.svd.v().subcols(0, used), view(&self.projected, used, k));
        let solution = view(&self.solution, q, k);
        let mut out = shaped(coefficients, p, t);
        for (j, &target) in self.members.iter().enumerate() {
            for (i, &feature) in self.features.iter().enumerate() {
                out[(feature, target)] = solution[(i, j)];
            }
        }
        Ok(())
    }
}

impl SolverOptions {
    /// Whether columns are scaled to unit length first.
    fn normalizes(&self) -> bool {
        matches!(self, Self::Stlsq(options) if options.normalize_columns)
    }
}

/// Refuses pairs whose rows differ, empty ones and non-finite entries; those of tall matrices are found on the way.
fn check(regression: MatRef<'_, f64>, target: MatRef<'_, f64>) -> Result<()> {
    non_empty("regression", regression)?;
    non_empty("target", target)?;
    if regression.nrows() != target.nrows() {
        let actual = format!("{}×{}", target.nrows(), target.ncols());
        return Err(Error::shape(
            "target",
            actual,
            format!("{}×t, one row for each of regression", regression.nrows()),
        ));
    }
    if is_tall(regression.nrows(), regression.ncols() + target.ncols()) {
        return Ok(());
    }
    matrix_finite("regression", regression)?;
    matrix_finite("target", target)
}

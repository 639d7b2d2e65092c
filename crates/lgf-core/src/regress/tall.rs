//! Regressions of many more rows than columns: only the triangular factor is kept, see [`crate::linalg::stream`].
use super::{RegressReport, Regressor, SolverOptions};
use crate::error::{Error, Result};
use crate::library::{STRIP, matrix_finite};
use crate::linalg::stream::{NotFinite, Rows};
use crate::linalg::{subtract_product, view};
use faer::MatRef;
use pulp::Arch;

impl Regressor {
    /// Solves for rows that are made when they are asked for. What is found is the report and the residual,
    /// `|regression * coefficients - target| / |target|` in the Frobenius norm; 0 for a zero target that is met.
    ///
    /// # Errors
    /// The first entry that is not finite, outside; those of the solver, inside.
    pub fn solve_rows(
        &mut self,
        rows: &impl Rows,
        options: &SolverOptions,
        coefficients: &mut Vec<f64>,
    ) -> std::result::Result<Result<(RegressReport, f64)>, NotFinite> {
        let [p, t] = rows.columns();
        self.stream.compress(rows, &mut self.matrix, &mut self.rhs, &mut self.left)?;
        (self.rows, self.original_rows) = (p, rows.count());
        self.scale.clear();
        self.scale.resize(p, 1.0);
        if options.normalizes() {
            // Columns of R are as long as those of the matrix; zero columns are left alone.
            for (scale, column) in self.scale.iter_mut().zip(self.matrix.chunks_exact_mut(p)) {
                *scale = Some(view(column, p, 1).norm_l2()).filter(|&norm| norm > 0.0).unwrap_or(1.0);
                column.iter_mut().for_each(|v| *v /= *scale);
            }
        }
        Ok(self
            .solve_loaded(p, t, options, coefficients)
            .map(|report| (report, self.residual(p, t, coefficients))))
    }

    /// The residual of coefficients of the columns as they came.
    fn residual(&mut self, p: usize, t: usize, coefficients: &[f64]) -> f64 {
        let left: f64 = self.left.iter().sum();
        let target = view(&self.rhs, p, t);
        let size = target.squared_norm_l2() + left;
        let (mut missed, mut scaled) = (target.to_owned(), view(coefficients, p, t).to_owned());
        for (i, scale) in self.scale.iter().enumerate() {
            scaled.row_mut(i).iter_mut().for_each(|c| *c *= scale);
        }
        subtract_product(missed.as_mut(), view(&self.matrix, p, p), scaled.as_ref());
        let error = missed.squared_norm_l2() + left;
        if error == 0.0 { 0.0 } else { (error / size).sqrt() }
    }

    /// Solves for tall matrices that are given.
    pub(super) fn solve_tall(
        &mut self,
        regression: MatRef<'_, f64>,
        target: MatRef<'_, f64>,
        options: &SolverOptions,
        coefficients: &mut Vec<f64>,
    ) -> Result<RegressReport> {
        match self.solve_rows(&Given { regression, target }, options, coefficients) {
            Ok(solved) => solved.map(|(report, _)| report),
            Err(found) => {
                // The first by matrix, not by row.
                matrix_finite("regression", regression)?;
                matrix_finite("target", target)?;
                Err(Error::NonFinite {
                    name: "regression".into(),
                    index: found.row * regression.ncols() + found.column,
                    value: found.value,
                })
            }
        }
    }
}

/// Two matrices, row by row.
struct Given<'a> {
    regression: MatRef<'a, f64>,
    target: MatRef<'a, f64>,
}

impl Rows for Given<'_> {
    fn count(&self) -> usize {
        self.regression.nrows()
    }

    fn columns(&self) -> [usize; 2] {
        [self.regression.ncols(), self.target.ncols()]
    }

    fn strip(&self, _: Arch, from: usize, count: usize, out: &mut [f64]) {
        let (features, targets) = out.split_at_mut(self.regression.ncols() * STRIP);
        for (a, out) in [(self.regression, features), (self.target, targets)] {
            if count < STRIP {
                out.fill(0.0);
            }
            if let Some(rows) = a.transpose().try_as_col_major() {
                for p in 0..count {
                    let row = rows.col(from + p).as_slice();
                    out.chunks_exact_mut(STRIP).zip(row).for_each(|(column, v)| column[p] = *v);
                }
            } else {
                for (j, column) in out.chunks_exact_mut(STRIP).enumerate() {
                    let entries = a.col(j).subrows(from, count);
                    column.iter_mut().zip(entries.iter()).for_each(|(to, v)| *to = *v);
                }
            }
        }
    }
}

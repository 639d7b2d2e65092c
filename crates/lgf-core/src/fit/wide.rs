//! Fits of more features than equations.
use super::Fitter;
use crate::error::{Result, require_finite};
use crate::history::History;
use crate::linalg::{shaped, view};
use crate::parallel::pieces_mut;
use crate::profile::span;
use crate::regress::is_wide;
use crate::surrogate::{FitReport, Form, Model};
use crate::targets::{Method, strong_rows};

impl Fitter {
    /// Equations of each trajectory.
    fn equations(&self, histories: &[History]) -> usize {
        let each = self.points(histories[0].len());
        match &self.test_functions {
            Some(functions) => functions.count,
            None if self.method == Method::Strong => strong_rows(each, self.options.fd_order, "historySize").map_or(0, |rows| rows.len()),
            None => each,
        }
    }

    /// Whether these histories make a wide regression.
    pub(super) fn is_wide(&self, histories: &[History], model: &Model) -> bool {
        let equations = self.equations(histories) * histories.len();
        !self.options.orthonormal && is_wide(equations, model.basis().len(), model.inputs())
    }

    /// The same as [`Fitter::fit`], with the states loaded: features of a state lie side by side, coefficients are not written down.
    pub(super) fn fit_wide(&mut self, histories: &[History], model: &mut Model, energy: Option<f64>) -> Result<()> {
        let (each, r, p) = (self.points(histories[0].len()), model.inputs(), model.basis().len());
        let n = each * histories.len();
        let library = span("library").moved(8 * n * (r + p)).computed(n * p);
        shaped(&mut self.theta, p, n);
        self.row.resize(n * r, 0.0);
        let states = view(&self.states, n, r);
        for (i, row) in self.row.chunks_exact_mut(r).enumerate() {
            row.iter_mut().zip(states.row(i).iter()).for_each(|(x, state)| *x = *state);
        }
        let (basis, states) = (model.basis(), &self.row);
        pieces_mut(&mut self.theta[..n * p], p, n * p, |i, features| {
            basis.evaluate(&states[i * r..(i + 1) * r], features);
        });
        require_finite("history", &self.theta[..n * p])?;
        drop(library);
        let rows = self.load_target(histories, model)?;
        let m = rows.len() * histories.len();
        require_finite("history", &self.target[..m * r])?;
        let features = view(&self.theta, p, n);
        let transposed = if self.test_functions.is_none() && histories.len() == 1 {
            features.subcols(rows.start, rows.len())
        } else {
            let mut stacked = shaped(&mut self.regression, p, m);
            for i in 0..histories.len() {
                let block = stacked.as_mut().subcols_mut(i * rows.len(), rows.len());
                let features = features.subcols(i * each, each);
                match &self.test_functions {
                    None => { block }.copy_from(features.subcols(rows.start, rows.len())),
                    Some(functions) => functions.regression(features.transpose(), self.dt, block.transpose_mut()),
                }
            }
            view(&self.regression, p, m)
        };
        let target = view(&self.target, m, r);
        let _span = span("regress").moved(8 * m * (p + r));
        let (regress, error) = self.wide.solve(transposed.transpose(), target, &self.solver)?;
        let mut factored = model.form.take_factored();
        self.wide.write(&mut factored);
        let finite = factored.require_finite();
        model.form = Form::Factored(factored);
        finite?;
        let size = target.norm_l2();
        model.report = Some(FitReport {
            samples: m,
            features: p,
            dropped: 0,
            regress,
            residual: if error == 0.0 { 0.0 } else { error / size },
            energy,
        });
        Ok(())
    }
}

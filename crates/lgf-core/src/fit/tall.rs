//! Fits of many more samples than features: features and right sides are made row by row and never kept.
use super::{Fitter, ModelOptions};
use crate::error::{Error, Result};
use crate::history::History;
use crate::library::{MonomialBasis, STRIP, fill_strip, inputs_of};
use crate::linalg::stream::{Rows, is_tall};
use crate::linalg::view;
use crate::surrogate::{FitReport, Model};
use crate::targets::{Method, difference, strong_rows};
use faer::MatRef;
use pulp::Arch;
use std::ops::Range;

/// Most samples that a difference reaches beyond its own.
const REACH: usize = 2;

/// One trajectory: states (n×r) and, unless they are differences of the states, right sides of the rows that take part.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    pub states: MatRef<'a, f64>,
    pub targets: Option<MatRef<'a, f64>>,
}

impl Fitter {
    /// Whether fits of so many samples in all, features and targets together, are streamed: features that are sums over samples, of the weak
    /// form or orthonormal, are not.
    pub(super) fn streams(options: &ModelOptions, method: Method, samples: usize, columns: usize) -> bool {
        !options.orthonormal && method != Method::Weak && is_tall(samples, columns)
    }

    /// Whether one trajectory of so many samples is read where it lies.
    pub(super) fn views(&self, samples: usize, model: &Model) -> bool {
        let as_is = model.modes.is_none() && self.interpolation.is_none();
        as_is && Self::streams(&self.options, self.method, samples, model.basis().len() + model.inputs())
    }

    /// [`Fitter::fit`] row by row. A warm fit allocates a few matrices of order P, nothing that grows with the rows.
    pub(super) fn fit_tall(&mut self, histories: &[History], model: &mut Model) -> Result<()> {
        if model.modes.is_none() && self.interpolation.is_none() {
            let path = |history| {
                let states = History::doubles(history, false)?.transpose();
                let targets = match self.method {
                    Method::Tracked => Some(history.doubles(true)?.transpose()),
                    _ => None,
                };
                Some(Path { states, targets })
            };
            if let Some(paths) = histories.iter().map(path).collect::<Option<Vec<_>>>() {
                return self.fit_paths(&paths, None, model);
            }
        }
        let energy = self.load_states(histories, model)?;
        let (each, r) = (self.points(histories[0].len()), model.inputs());
        let tracked = self.method == Method::Tracked;
        if tracked {
            self.load_target(histories, model)?;
        }
        let (states, target) = (std::mem::take(&mut self.states), std::mem::take(&mut self.target));
        let n = each * histories.len();
        let all = view(&states, n, r);
        let targets = tracked.then(|| view(&target, n, r));
        let paths: Vec<Path<'_>> = (0..histories.len())
            .map(|i| Path {
                states: all.subrows(i * each, each),
                targets: targets.map(|all| all.subrows(i * each, each)),
            })
            .collect();
        let fitted = self.fit_paths(&paths, energy, model);
        (self.states, self.target) = (states, target);
        fitted
    }

    /// Learns from states in the coordinates of the polynomial, all trajectories of one length.
    pub(super) fn fit_paths(&mut self, paths: &[Path<'_>], energy: Option<f64>, model: &mut Model) -> Result<()> {
        let (each, p, r) = (paths[0].states.nrows(), model.basis().len(), model.inputs());
        let span = match self.method {
            Method::Strong => strong_rows(each, self.options.fd_order, "historySize")?,
            _ => 0..each,
        };
        let rows = Flow {
            basis: model.basis(),
            paths,
            span,
            dt: self.dt,
            order: self.options.fd_order,
        };
        let samples = rows.count();
        let solved = self.regressor.solve_rows(&rows, &self.solver, &mut self.coefficients);
        let (regress, residual) = solved.map_err(|found| Error::NonFinite {
            name: "history".into(),
            index: found.row * (p + r) + found.column,
            value: found.value,
        })??;
        let coefficients = view(&self.coefficients, p, r);
        model.form.write_explicit(coefficients, p);
        model.report = Some(FitReport {
            samples,
            features: p,
            dropped: 0,
            regress,
            residual,
            energy,
        });
        Ok(())
    }
}

/// Monomials of the states beside their derivatives.
struct Flow<'a> {
    basis: &'a MonomialBasis,
    paths: &'a [Path<'a>],
    /// Samples of each trajectory that have a right side.
    span: Range<usize>,
    dt: f64,
    order: usize,
}

impl Flow<'_> {
    /// Inputs and right sides of `count` rows of one trajectory, from sample `first` on, to the rows `at ..` of a strip.
    fn put(&self, path: Path<'_>, first: usize, at: usize, count: usize, out: &mut [f64]) {
        let (features, targets) = out.split_at_mut(self.basis.len() * STRIP);
        let inputs = inputs_of(self.basis, features);
        // With the samples around, as far as there are.
        let begin = first.saturating_sub(REACH);
        let end = (first + count + REACH).min(path.states.nrows());
        for (j, out) in targets.chunks_exact_mut(STRIP).enumerate() {
            let mut line = [0.0; STRIP + 2 * REACH];
            let states = path.states.col(j).subrows(begin, end - begin);
            line.iter_mut().zip(states.iter()).for_each(|(to, v)| *to = *v);
            let line = &line[..end - begin];
            let own = &line[first - begin..][..count];
            if let Some(column) = inputs.chunks_exact_mut(STRIP).nth(j) {
                column[at..at + count].iter_mut().zip(own).for_each(|(to, v)| *to = *v);
            }
            let out = &mut out[at..at + count];
            if let Some(given) = path.targets {
                let given = given.col(j).subrows(first, count);
                out.iter_mut().zip(given.iter()).for_each(|(to, v)| *to = *v);
            } else {
                for (k, out) in out.iter_mut().enumerate() {
                    *out = difference(self.order, self.dt, first - begin + k, |i| line[i]);
                }
            }
        }
    }
}

impl Rows for Flow<'_> {
    fn count(&self) -> usize {
        self.span.len() * self.paths.len()
    }

    fn columns(&self) -> [usize; 2] {
        [self.basis.len(), self.basis.dimension()]
    }

    fn strip(&self, arch: Arch, from: usize, count: usize, out: &mut [f64]) {
        if count < STRIP {
            out.fill(0.0);
        }
        let each = self.span.len();
        let mut at = 0;
        while at < count {
            let (path, row) = ((from + at) / each, (from + at) % each);
            let here = (count - at).min(each - row);
            self.put(self.paths[path], self.span.start + row, at, here, out);
            at += here;
        }
        fill_strip(self.basis, arch, count, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::Mat;

    /// Rows of several trajectories, whose ends fall into the middle of strips, are those of the whole tables.
    #[test]
    fn rows_are_those_of_the_tables() {
        let (each, r) = (37, 2);
        let all: Vec<Mat<f64>> = (0..3)
            .map(|k| Mat::from_fn(each, r, |i, j| (0.3 * i as f64 + j as f64 + 2.0 * k as f64).sin()))
            .collect();
        for (degree, bias) in [(3, true), (2, false), (0, true)] {
            let basis = MonomialBasis::new(r, degree, bias, "order").unwrap();
            let p = basis.len();
            for (given, order) in [(true, 2), (false, 1), (false, 2), (false, 4)] {
                let paths: Vec<Path<'_>> = all
                    .iter()
                    .map(|states| Path {
                        states: states.as_ref(),
                        targets: given.then(|| states.as_ref()),
                    })
                    .collect();
                let span = if given { 0..each } else { strong_rows(each, order, "n").unwrap() };
                let flow = Flow {
                    basis: &basis,
                    paths: &paths,
                    span: span.clone(),
                    dt: 0.3,
                    order,
                };
                let mut strip = vec![f64::NAN; (p + r) * STRIP];
                for from in (0..flow.count()).step_by(STRIP) {
                    let count = STRIP.min(flow.count() - from);
                    flow.strip(Arch::new(), from, count, &mut strip);
                    for row in 0..STRIP {
                        let mut expected = vec![0.0; p + r];
                        if row < count {
                            let (states, i) = (&all[(from + row) / span.len()], span.start + (from + row) % span.len());
                            basis.evaluate(&[states[(i, 0)], states[(i, 1)]], &mut expected[..p]);
                            for j in 0..r {
                                expected[p + j] = if given {
                                    states[(i, j)]
                                } else {
                                    difference(order, 0.3, i, |i| states[(i, j)])
                                };
                            }
                        }
                        let found: Vec<f64> = strip.chunks_exact(STRIP).map(|column| column[row]).collect();
                        assert_eq!(found, expected, "degree {degree}, order {order}, row {}", from + row);
                    }
                }
            }
        }
    }
}

//! Fits models of one shape again and again.
use super::ModelOptions;
use super::kernel::{KernelFit, MOST_FORMED, MOST_SAMPLES, suits};
use crate::error::{Error, Result, require_finite};
use crate::history::History;
use crate::interpolate::Interpolation;
use crate::library::{MAX_ENTRIES, MonomialBasis, PolynomialLibrary, evaluate_to_columns};
use crate::linalg::tall::TallSvd;
use crate::linalg::{multiply, shaped, subtract_product, view};
use crate::param::{Domain, Options, Setting};
use crate::profile::span;
use crate::regress::{Regressor, SolverOptions, Wide};
use crate::surrogate::{FitReport, Form, Kernel, Model, ModelState, Modes};
use crate::targets::{Method, TestFunctions, strong_rows};

/// Fewer samples are no history: where no more have room it is the order that is too high.
const FEWEST: usize = 3;

/// Orthonormal features below this fraction of the largest singular value are dropped, as published.
const ORTHONORMAL_RCOND: f64 = 1e-12;

/// Fits models of one shape again and again; buffers only grow, so that a warm fit allocates nothing.
#[derive(Clone)]
pub(crate) struct Fitter {
    pub(super) options: ModelOptions,
    pub(super) method: Method,
    pub(super) solver: SolverOptions,
    /// Time between the samples of the regression.
    pub(super) dt: f64,
    pub(super) interpolation: Option<Interpolation>,
    pub(super) test_functions: Option<TestFunctions>,
    pub(super) snapshots: TallSvd,
    pub(super) recorded: Vec<f64>,
    pub(super) states: Vec<f64>,
    pub(super) rates: Vec<f64>,
    pub(super) row: Vec<f64>,
    pub(super) theta: Vec<f64>,
    pub(super) features: Vec<f64>,
    pub(super) target: Vec<f64>,
    pub(super) regression: Vec<f64>,
    pub(super) regressor: Regressor,
    pub(super) wide: Wide,
    pub(super) coefficients: Vec<f64>,
    /// Room for rows of single precision.
    pub(super) widened: Vec<f64>,
    /// Where features are too many to be formed.
    kernel: Option<KernelFit>,
}

/// What a model is fitted to: `trajectories` recorded in step, `samples` states of `dimension` variables each, `dt` apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Samples<'a> {
    pub dimension: usize,
    pub trajectories: usize,
    pub samples: usize,
    pub dt: f64,
    /// The argument to blame for too few or too many samples.
    pub name: &'a str,
}

impl Fitter {
    /// A fitter and a model to fit. `method` is what the options leave open.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option, such as `model.fdOrder`.
    pub fn new(of: Samples<'_>, options: &ModelOptions, method: Method, solver: &SolverOptions) -> Result<(Self, Model)> {
        Self::forming_at_most(MOST_FORMED, of, options, method, solver)
    }

    /// The same with another bound on the features of all samples that are formed by a wide dense fit.
    pub(crate) fn forming_at_most(
        formed: usize,
        of: Samples<'_>,
        options: &ModelOptions,
        method: Method,
        solver: &SolverOptions,
    ) -> Result<(Self, Model)> {
        Options::check(options, "model")?;
        Options::check(solver, "solver")?;
        let Samples {
            dimension,
            trajectories,
            samples,
            ..
        } = of;
        let recorded = samples.saturating_mul(trajectories);
        let widest = dimension.min(recorded);
        if let Some(rank) = options.truncation_rank {
            rank.check("model.truncationRank", &Domain::Within(1, widest))?;
        }
        let added = options.points_added;
        let interpolation = match added {
            0 => None,
            _ if samples <= options.interpolation_order => {
                let domain = format!(
                    "0, or {} samples for order {}",
                    options.interpolation_order + 1,
                    options.interpolation_order
                );
                return Err(Error::argument_error("model.pointsAdded", added, domain));
            }
            _ => Some(Interpolation::new(samples, added, options.interpolation_order).ok_or_else(|| {
                let domain = format!("a number of points that fits into memory with {samples} samples");
                Error::argument_error("model.pointsAdded", added, domain)
            })?),
        };
        let points = interpolation.as_ref().map_or(samples, Interpolation::points);
        let reduced = options.truncation_rank.is_some() || options.truncation_energy.is_some();
        let inputs = if reduced {
            options.truncation_rank.unwrap_or(widest)
        } else {
            dimension
        };
        let all = points.saturating_mul(trajectories);
        let by_products = suits(solver, options, all, inputs, formed);
        let basis = if by_products {
            MonomialBasis::counted(inputs, options.poly_order, options.include_bias, "model.polyOrder")?
        } else {
            MonomialBasis::new(inputs, options.poly_order, options.include_bias, "model.polyOrder")
                .map_err(|error| with_way_out(error, options, solver))?
        };
        let p = basis.len();
        // What is stored is refused here where it does not fit, not by the allocator: of a wide regression four tables of features, for it
        // does not write its coefficients down; of a streamed one states and right sides, and the coefficients; of others features; where
        // features are not formed, points between the samples.
        let wide = !options.orthonormal && all < p;
        let (width, most) = if by_products {
            (inputs, MAX_ENTRIES.min(MOST_SAMPLES.saturating_mul(inputs)))
        } else if wide {
            (p, MAX_ENTRIES / 4)
        } else if Self::streams(options, method, all, p + inputs) {
            (2 * inputs, MAX_ENTRIES)
        } else {
            (p, MAX_ENTRIES)
        };
        if !wide && inputs.checked_mul(p).is_none_or(|entries| entries > MAX_ENTRIES) {
            let domain = format!(
                "an order that makes at most {MAX_ENTRIES} coefficients, or a smaller truncationRank; this one makes {p} features of {inputs} inputs"
            );
            let error = Error::argument_error("model.polyOrder", options.poly_order, domain);
            return Err(with_way_out(error, options, solver));
        }
        if all.checked_mul(width).is_none_or(|entries| entries > most) {
            if most / width < FEWEST {
                let domain = format!("an order whose features number at most {}; this one makes {p}", most / FEWEST);
                let error = Error::argument_error("model.polyOrder", options.poly_order, domain);
                return Err(with_way_out(error, options, solver));
            }
            let domain = format!(
                "at most {} samples, points between them included, for {p} features of {inputs} inputs",
                most / width
            );
            return Err(Error::argument_error(of.name, format!("{recorded} samples"), domain));
        }
        if method == Method::Strong {
            strong_rows(points, options.fd_order, of.name)?;
        }
        let test_functions = if method == Method::Weak {
            Some(TestFunctions::new(points, &options.test_functions, "model.testFunctions")?)
        } else {
            None
        };
        let modes = reduced.then(|| Modes {
            u: vec![0.0; dimension * inputs],
            dimension,
            rank: inputs,
        });
        let kernel = match solver {
            SolverOptions::Dense(dense) if by_products => {
                let dt = of.dt / (added + 1) as f64;
                let (path, functions) = (interpolation.as_ref(), test_functions.as_ref());
                Some(KernelFit::new(
                    (samples, dt, of.name),
                    (options, method, dense.rcond),
                    path,
                    functions,
                )?)
            }
            _ => None,
        };
        let model = Model {
            library: PolynomialLibrary::from_basis(basis, options.orthonormal.then_some(ORTHONORMAL_RCOND)),
            form: if by_products {
                Form::Kernel(Kernel::default())
            } else {
                Form::Explicit(Vec::new())
            },
            modes,
            report: None,
        };
        let fitter = Self {
            options: options.clone(),
            method,
            solver: solver.clone(),
            dt: of.dt / (added + 1) as f64,
            interpolation,
            test_functions,
            snapshots: TallSvd::default(),
            recorded: Vec::new(),
            states: Vec::new(),
            rates: Vec::new(),
            row: Vec::new(),
            theta: Vec::new(),
            features: Vec::new(),
            target: Vec::new(),
            regression: Vec::new(),
            regressor: Regressor::default(),
            wide: Wide::default(),
            coefficients: Vec::new(),
            widened: Vec::new(),
            kernel,
        };
        Ok((fitter, model))
    }

    /// How many trajectories of that many samples a fit can be made of.
    pub fn most_trajectories(&self, samples: usize, model: &Model) -> usize {
        let points = self.interpolation.as_ref().map_or(samples, Interpolation::points);
        if self.kernel.is_some() {
            return MOST_SAMPLES.min(MAX_ENTRIES / model.dimension()) / points.max(1);
        }
        // Wide regressions take four tables of features.
        let tables = if self.options.orthonormal { 1 } else { 4 };
        MAX_ENTRIES / (tables * points * model.basis().len().max(model.dimension())).max(1)
    }

    /// Whether a stored model is one that this could have fitted, given what a fresh one is like.
    pub fn admits(&self, model: &ModelState, fresh: &Model) -> bool {
        let (inputs, most) = (model.inputs(), fresh.inputs());
        model.is_of_form(fresh) && (inputs == most || (self.options.truncation_energy.is_some() && (1..most).contains(&inputs)))
    }

    /// Learns the flow from full histories of the same number of samples.
    ///
    /// # Errors
    /// [`Error::NonFinite`] when powers of the states overflow; the model then is not to be used.
    pub fn fit(&mut self, histories: &[History], model: &mut Model) -> Result<()> {
        if let Some(kernel) = &mut self.kernel {
            let _span = span("inner products");
            return kernel.fit(histories, model);
        }
        let samples = self.points(histories[0].len()) * histories.len();
        if Self::streams(&self.options, self.method, samples, model.basis().len() + model.inputs()) {
            let _span = span("tall");
            return self.fit_tall(histories, model);
        }
        let energy = self.load_states(histories, model)?;
        if self.is_wide(histories, model) {
            let _span = span("wide");
            return self.fit_wide(histories, model, energy);
        }
        let (each, r, p) = (self.points(histories[0].len()), model.inputs(), model.basis().len());
        let n = each * histories.len();
        let library = span("library").moved(8 * n * (r + p)).computed(n * p);
        let theta = shaped(&mut self.theta, n, p);
        evaluate_to_columns(model.basis(), view(&self.states, n, r), &mut self.row, theta);
        require_finite("history", &self.theta[..n * p])?;
        let k = match self.options.orthonormal {
            false => p,
            true => {
                model.library.fit_monomials(view(&self.theta, n, p))?;
                let kept = model.library.feature_count();
                if let Some(transform) = model.library.transform_matrix() {
                    multiply(shaped(&mut self.features, n, kept), view(&self.theta, n, p), transform);
                }
                kept
            }
        };
        drop(library);
        let rows = self.load_target(histories, model)?;
        let m = rows.len() * histories.len();
        require_finite("history", &self.target[..m * r])?;
        let features = if self.options.orthonormal {
            view(&self.features, n, k)
        } else {
            view(&self.theta, n, p)
        };
        let regression = if self.test_functions.is_none() && histories.len() == 1 {
            features.subrows(rows.start, rows.len())
        } else {
            let mut stacked = shaped(&mut self.regression, m, k);
            for i in 0..histories.len() {
                let block = stacked.as_mut().subrows_mut(i * rows.len(), rows.len());
                let features = features.subrows(i * each, each);
                match &self.test_functions {
                    None => { block }.copy_from(features.subrows(rows.start, rows.len())),
                    Some(functions) => functions.regression(features, self.dt, block),
                }
            }
            view(&self.regression, m, k)
        };
        let target = view(&self.target, m, r);
        let solving = span("regress").moved(8 * m * (k + r));
        let regress = self.regressor.solve(regression, target, &self.solver, &mut self.coefficients)?;
        drop(solving);
        let _span = span("residual").moved(8 * (m * (k + 2 * r) + k * r)).computed(2 * m * k * r);
        let size = target.norm_l2();
        let coefficients = view(&self.coefficients, k, r);
        subtract_product(shaped(&mut self.target, m, r), regression, coefficients);
        let error = view(&self.target, m, r).norm_l2();
        let residual = if error == 0.0 { 0.0 } else { error / size };
        model.form.write_explicit(coefficients, p);
        model.report = Some(FitReport {
            samples: m,
            features: k,
            dropped: p - k,
            regress,
            residual,
            energy,
        });
        Ok(())
    }
}

/// A refusal of too many features that says what would take them.
fn with_way_out(error: Error, options: &ModelOptions, solver: &SolverOptions) -> Error {
    let way = match (solver, options.orthonormal) {
        (SolverOptions::Stlsq(_), _) => "; the solver 'dense' forms no features and takes more, as a smaller truncationRank does",
        (SolverOptions::Dense(_), true) => "; without orthonormal none are formed and there may be more",
        (SolverOptions::Dense(_), false) => "",
    };
    match error {
        Error::Argument { name, value, domain } => Error::Argument {
            name,
            value,
            domain: domain + way,
        },
        other => other,
    }
}

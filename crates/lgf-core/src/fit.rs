//! Stages 3 to 4: the one place where a history becomes a model.
use crate::error::{Error, Result, require_finite};
use crate::library::{MAX_ENTRIES, MonomialBasis, PolynomialLibrary, evaluate_rows, matrix_finite, non_empty};
use crate::linalg::{ThinSvd, multiply, shaped, subtract_product, view};
use crate::param::{Domain, Options, Setting, join, options};
use crate::regress::{Regressor, SolverOptions};
use crate::surrogate::{FitReport, Model, Modes};
use crate::targets::{Method, TestFunctionOptions, TestFunctions, strong_rows, strong_targets};
use faer::MatRef;

options! {
    /// What is learned: the features, the space, the kind of regression.
    pub struct ModelOptions as "ModelOptions" {
        /// Highest degree of the monomials.
        poly_order: usize = 1, Domain::Within(0, 64);
        /// Whether the constant is a feature.
        include_bias: bool = true, Domain::OfType;
        /// Number of SVD modes of the snapshots in which the flow is learned; the full space by default. At most the number of samples
        /// and of variables.
        truncation_rank: Option<usize> = None, Domain::AtLeast(1);
        /// Where the derivatives come from.
        method: Method = Method::Strong, Domain::OfType;
        /// Order of accuracy of the finite differences of the strong form: 1 (forward), 2 or 4 (central).
        fd_order: usize = 2, Domain::OneOf(&[1, 2, 4]);
        /// Whether the features are made orthonormal on the samples before the regression.
        orthonormal: bool = false, Domain::OfType;
        /// Test functions of the weak form.
        test_functions: TestFunctionOptions = TestFunctionOptions::default(), Domain::OfType;
    }
}

options! {
    /// What is learned of a trajectory and how.
    pub struct DiscoverOptions as "DiscoverModelOptions" {
        /// What is learned.
        model: ModelOptions = ModelOptions::default(), Domain::OfType;
        /// How the regression is solved.
        solver: SolverOptions = SolverOptions::default(), Domain::OfType;
    }
}

/// Orthonormal features below this fraction of the largest singular value are dropped, as published.
const ORTHONORMAL_RCOND: f64 = 1e-12;

/// Fits models of one shape again and again; buffers only grow, so that a warm fit allocates nothing.
#[derive(Clone)]
pub(crate) struct Fitter {
    options: ModelOptions,
    solver: SolverOptions,
    dt: f64,
    test_functions: Option<TestFunctions>,
    snapshots: ThinSvd,
    states: Vec<f64>,
    row: Vec<f64>,
    theta: Vec<f64>,
    features: Vec<f64>,
    target: Vec<f64>,
    weak_regression: Vec<f64>,
    regressor: Regressor,
    coefficients: Vec<f64>,
}

impl Fitter {
    /// A fitter for `samples` snapshots of `dimension` variables and a model to fit.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option, such as `model.fdOrder`; `samples_name` is blamed for too few samples.
    pub fn new(
        dimension: usize,
        samples: usize,
        dt: f64,
        options: &ModelOptions,
        solver: &SolverOptions,
        samples_name: &str,
    ) -> Result<(Self, Model)> {
        Options::check(options, "model")?;
        Options::check(solver, "solver")?;
        if let Some(rank) = options.truncation_rank {
            rank.check("model.truncationRank", &Domain::Within(1, dimension.min(samples)))?;
        }
        let inputs = options.truncation_rank.unwrap_or(dimension);
        let basis = MonomialBasis::new(inputs, options.poly_order, options.include_bias, "model.polyOrder")?;
        let p = basis.len();
        // Features of all samples and coefficients of all targets are stored; what cannot be is refused here, not by the allocator.
        if inputs.checked_mul(p).is_none_or(|entries| entries > MAX_ENTRIES) {
            let domain = format!(
                "an order that makes at most {MAX_ENTRIES} coefficients, or a smaller truncationRank; this one makes {p} features of {inputs} inputs"
            );
            return Err(Error::argument_error("model.polyOrder", options.poly_order, domain));
        }
        if samples.checked_mul(p).is_none_or(|entries| entries > MAX_ENTRIES) {
            let domain = format!("at most {} samples for {p} features", MAX_ENTRIES / p);
            return Err(Error::argument_error(samples_name, format!("{samples} samples"), domain));
        }
        if options.method == Method::Strong {
            strong_rows(samples, options.fd_order, samples_name)?;
        }
        let weak = options.method == Method::Weak;
        let test_functions = if weak {
            Some(TestFunctions::new(samples, &options.test_functions, "model.testFunctions")?)
        } else {
            None
        };
        let orthonormal = options.orthonormal.then_some(ORTHONORMAL_RCOND);
        let modes = options.truncation_rank.map(|rank| Modes {
            u: vec![0.0; dimension * rank],
            dimension,
            rank,
        });
        let model = Model {
            library: PolynomialLibrary::from_basis(basis, orthonormal),
            coefficients: Vec::new(),
            modes,
            report: None,
        };
        let fitter = Self {
            options: options.clone(),
            solver: solver.clone(),
            dt,
            test_functions,
            snapshots: ThinSvd::default(),
            states: Vec::new(),
            row: Vec::new(),
            theta: Vec::new(),
            features: Vec::new(),
            target: Vec::new(),
            weak_regression: Vec::new(),
            regressor: Regressor::default(),
            coefficients: Vec::new(),
        };
        Ok((fitter, model))
    }

    /// Learns the flow from snapshots (d×n) and, where they are tracked, derivatives (d×n).
    ///
    /// # Errors
    /// [`Error::NonFinite`] when powers of the states overflow; the model then is not to be used.
    pub fn fit(&mut self, snapshots: MatRef<'_, f64>, rates: Option<MatRef<'_, f64>>, model: &mut Model) -> Result<()> {
        let (d, n) = snapshots.shape();
        let r = model.inputs();
        let energy = self.load_states(snapshots, model)?;
        let states = view(&self.states, n, r);
        let p = model.basis().len();
        let theta = shaped(&mut self.theta, n, p);
        evaluate_rows(model.basis(), states, &mut self.row, theta);
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
        let features = if self.options.orthonormal {
            view(&self.features, n, k)
        } else {
            view(&self.theta, n, p)
        };
        let regression = match (&self.test_functions, rates) {
            (None, Some(rates)) => {
                let target = shaped(&mut self.target, n, r);
                match &model.modes {
                    None => { target }.copy_from(rates.transpose()),
                    Some(modes) => multiply(target, rates.transpose(), view(&modes.u, d, r)),
                }
                features
            }
            (Some(functions), _) => {
                functions.targets(states, shaped(&mut self.target, functions.count, r));
                functions.regression(features, self.dt, shaped(&mut self.weak_regression, functions.count, k));
                view(&self.weak_regression, functions.count, k)
            }
            (None, None) => {
                let rows = strong_rows(n, self.options.fd_order, "historySize")?;
                strong_targets(
                    states,
                    self.dt,
                    self.options.fd_order,
                    rows.clone(),
                    shaped(&mut self.target, rows.len(), r),
                );
                features.subrows(rows.start, rows.len())
            }
        };
        let samples = regression.nrows();
        require_finite("history", &self.target[..samples * r])?;
        let regress = self
            .regressor
            .solve(regression, view(&self.target, samples, r), &self.solver, &mut self.coefficients)?;
        let size = view(&self.target, samples, r).norm_l2();
        let coefficients = view(&self.coefficients, k, r);
        subtract_product(shaped(&mut self.target, samples, r), regression, coefficients);
        let error = view(&self.target, samples, r).norm_l2();
        let residual = if error == 0.0 { 0.0 } else { error / size };
        model.coefficients.resize(p * r, 0.0);
        for (i, row) in model.coefficients.chunks_exact_mut(r).take(k).enumerate() {
            row.iter_mut().enumerate().for_each(|(j, c)| *c = coefficients[(i, j)]);
        }
        model.report = Some(FitReport {
            samples,
            features: k,
            dropped: p - k,
            regress,
            residual,
            energy,
        });
        Ok(())
    }

    /// States in the coordinates of the polynomial, n×r; new modes and their share of the energy in a reduced space.
    fn load_states(&mut self, snapshots: MatRef<'_, f64>, model: &mut Model) -> Result<Option<f64>> {
        let (d, n) = snapshots.shape();
        let Some(modes) = &mut model.modes else {
            shaped(&mut self.states, n, d).copy_from(snapshots.transpose());
            return Ok(None);
        };
        self.snapshots.compute(snapshots)?;
        let (u, s, v) = (self.snapshots.u(), self.snapshots.s(), self.snapshots.v());
        shaped(&mut modes.u, d, modes.rank).copy_from(u.subcols(0, modes.rank));
        let mut states = shaped(&mut self.states, n, modes.rank);
        for j in 0..modes.rank {
            for i in 0..n {
                // U'X = S V'
                states[(i, j)] = v[(i, j)] * s[j];
            }
        }
        // Relative to the largest, so that squares stay in range.
        let square = |values: &[f64]| values.iter().map(|v| (v / s[0]) * (v / s[0])).sum::<f64>();
        Ok(Some(if s[0] > 0.0 { square(&s[..modes.rank]) / square(s) } else { 1.0 }))
    }
}

/// Learns the flow of one recorded trajectory.
///
/// Finds `Xi` with `dx/dt ~ Theta(x) Xi`, see [`crate::regress`], in the full space or in `truncationRank` modes of the trajectory.
/// # Shapes
/// `trajectory` n×d, states at equal distances `dt`; `derivatives` n×d for the method `tracked` only.
/// # Errors
/// [`Error::Argument`] naming the option; [`Error::Shape`] for too few rows.
/// # Examples
/// ```
/// use faer::Mat;
/// use lgf_core::{discover, fit::DiscoverOptions};
/// let decay = Mat::from_fn(50, 1, |i, _| (-2.0 * 0.01 * i as f64).exp());
/// let model = discover(decay.as_ref(), None, 0.01, &DiscoverOptions::default())?;
/// assert!((model.coefficients()[(1, 0)] + 2.0).abs() < 1e-3); // x' = -2 x
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn discover(trajectory: MatRef<'_, f64>, derivatives: Option<MatRef<'_, f64>>, dt: f64, options: &DiscoverOptions) -> Result<Model> {
    let DiscoverOptions { model: options, solver } = options;
    dt.check("dt", &Domain::Positive)?;
    non_empty("trajectory", trajectory)?;
    matrix_finite("trajectory", trajectory)?;
    match (options.method, derivatives) {
        (Method::Tracked, None) => {
            return Err(Error::argument_error(
                "derivatives",
                "undefined",
                "a matrix of the shape of trajectory, for the method 'tracked'",
            ));
        }
        (_, Some(derivatives)) if derivatives.shape() != trajectory.shape() => {
            let shape = |a: MatRef<'_, f64>| format!("{}×{}", a.nrows(), a.ncols());
            return Err(Error::shape("derivatives", shape(derivatives), shape(trajectory)));
        }
        (Method::Tracked, Some(derivatives)) => matrix_finite("derivatives", derivatives)?,
        (_, Some(_)) => {
            return Err(Error::argument_error(
                &join("model", "method"),
                format!("'{}'", options.method.name()),
                "'tracked' where derivatives are given",
            ));
        }
        _ => {}
    }
    let (n, d) = trajectory.shape();
    let (mut fitter, mut model) = Fitter::new(d, n, dt, options, solver, "trajectory")?;
    let snapshots = trajectory.transpose().to_owned();
    let rates = derivatives.map(|rates| rates.transpose().to_owned());
    fitter
        .fit(snapshots.as_ref(), rates.as_ref().map(|m| m.as_ref()), &mut model)
        .map_err(|error| match error {
            Error::NonFinite { index, value, .. } => Error::NonFinite {
                name: "trajectory".into(),
                index,
                value,
            },
            other => other,
        })?;
    Ok(model)
}

//! Stages 3 to 4: the one place where a history becomes a model.
use crate::error::{Error, Result, require_finite};
use crate::history::History;
use crate::interpolate::Interpolation;
use crate::library::{MAX_ENTRIES, MonomialBasis, PolynomialLibrary, evaluate_rows, matrix_finite, non_empty};
use crate::linalg::{ThinSvd, multiply, shaped, subtract_product, view};
use crate::param::{Domain, Options, Setting, join, options};
use crate::reduce::energy_rank;
use crate::regress::{Regressor, SolverOptions};
use crate::surrogate::{FitReport, Model, ModelState, Modes};
use crate::targets::{Method, TestFunctionOptions, TestFunctions, strong_rows, strong_targets};
use faer::MatRef;
use std::ops::Range;

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
        /// Learn in as many modes as make up this share of the snapshots' energy, the sum of the squared singular values: anew at each
        /// fit, and no more than `truncationRank` where both are given.
        truncation_energy: Option<f64> = None, Domain::Share;
        /// Points that are put between each two recorded ones, by interpolation of the path, before the regression.
        points_added: usize = 0, Domain::Within(0, 1000);
        /// Degree of the interpolating spline: 1 (a broken line), 2 or 3 (smooth). It needs one sample more than its degree.
        interpolation_order: usize = 3, Domain::OneOf(&[1, 2, 3]);
        /// Where the derivatives come from: `'strong'` by default, `'tracked'` for Adam, which admits no other.
        method: Option<Method> = None, Domain::OfType;
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
    method: Method,
    solver: SolverOptions,
    /// Time between the samples of the regression.
    dt: f64,
    interpolation: Option<Interpolation>,
    test_functions: Option<TestFunctions>,
    snapshots: ThinSvd,
    stacked: Vec<f64>,
    recorded: Vec<f64>,
    states: Vec<f64>,
    rates: Vec<f64>,
    row: Vec<f64>,
    theta: Vec<f64>,
    features: Vec<f64>,
    target: Vec<f64>,
    regression: Vec<f64>,
    regressor: Regressor,
    coefficients: Vec<f64>,
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
        let basis = MonomialBasis::new(inputs, options.poly_order, options.include_bias, "model.polyOrder")?;
        let p = basis.len();
        // Features of all samples and coefficients of all targets are stored; what cannot be is refused here, not by the allocator.
        if inputs.checked_mul(p).is_none_or(|entries| entries > MAX_ENTRIES) {
            let domain = format!(
                "an order that makes at most {MAX_ENTRIES} coefficients, or a smaller truncationRank; this one makes {p} features of {inputs} inputs"
            );
            return Err(Error::argument_error("model.polyOrder", options.poly_order, domain));
        }
        if points
            .checked_mul(trajectories)
            .and_then(|n| n.checked_mul(p))
            .is_none_or(|entries| entries > MAX_ENTRIES)
        {
            let domain = format!("at most {} samples for {p} features", MAX_ENTRIES / p);
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
        let model = Model {
            library: PolynomialLibrary::from_basis(basis, options.orthonormal.then_some(ORTHONORMAL_RCOND)),
            coefficients: Vec::new(),
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
            snapshots: ThinSvd::default(),
            stacked: Vec::new(),
            recorded: Vec::new(),
            states: Vec::new(),
            rates: Vec::new(),
            row: Vec::new(),
            theta: Vec::new(),
            features: Vec::new(),
            target: Vec::new(),
            regression: Vec::new(),
            regressor: Regressor::default(),
            coefficients: Vec::new(),
        };
        Ok((fitter, model))
    }

    /// How many trajectories of that many samples a fit can be made of.
    pub fn most_trajectories(&self, samples: usize, model: &Model) -> usize {
        let points = self.interpolation.as_ref().map_or(samples, Interpolation::points);
        MAX_ENTRIES / (points * model.basis().len().max(model.dimension())).max(1)
    }

    /// Whether a stored model is one that this could have fitted, given what a fresh one is like.
    pub fn admits(&self, model: &ModelState, fresh: &Model) -> bool {
        let (inputs, most) = (model.inputs(), fresh.inputs());
        inputs == most || (self.options.truncation_energy.is_some() && (1..most).contains(&inputs))
    }

    /// Learns the flow from full histories of the same number of samples.
    ///
    /// # Errors
    /// [`Error::NonFinite`] when powers of the states overflow; the model then is not to be used.
    pub fn fit(&mut self, histories: &[History], model: &mut Model) -> Result<()> {
        let energy = self.load_states(histories, model)?;
        let (each, r, p) = (self.points(histories[0].len()), model.inputs(), model.basis().len());
        let n = each * histories.len();
        let theta = shaped(&mut self.theta, n, p);
        evaluate_rows(model.basis(), view(&self.states, n, r), &mut self.row, theta);
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
        let regress = self.regressor.solve(regression, target, &self.solver, &mut self.coefficients)?;
        let size = target.norm_l2();
        let coefficients = view(&self.coefficients, k, r);
        subtract_product(shaped(&mut self.target, m, r), regression, coefficients);
        let error = view(&self.target, m, r).norm_l2();
        let residual = if error == 0.0 { 0.0 } else { error / size };
        model.coefficients.resize(p * r, 0.0);
        for (i, row) in model.coefficients.chunks_exact_mut(r).take(k).enumerate() {
            row.iter_mut().enumerate().for_each(|(j, c)| *c = coefficients[(i, j)]);
        }
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

    /// Rows of the regression's states for so many recorded ones.
    fn points(&self, samples: usize) -> usize {
        self.interpolation.as_ref().map_or(samples, Interpolation::points)
    }

    /// States in the coordinates of the polynomial, n×r, all trajectories below each other, with the points added; new modes and their
    /// share of the energy in a reduced space.
    fn load_states(&mut self, histories: &[History], model: &mut Model) -> Result<Option<f64>> {
        let (d, each) = (model.dimension(), histories[0].len());
        let n = each * histories.len();
        let mut energy = None;
        let recorded = if self.interpolation.is_some() {
            &mut self.recorded
        } else {
            &mut self.states
        };
        if let Some(modes) = &mut model.modes {
            let snapshots = if let [history] = histories {
                history.snapshots()
            } else {
                let mut stacked = shaped(&mut self.stacked, d, n);
                for (i, history) in histories.iter().enumerate() {
                    stacked.as_mut().subcols_mut(i * each, each).copy_from(history.snapshots());
                }
                view(&self.stacked, d, n)
            };
            self.snapshots.compute(snapshots)?;
            let (u, s, v) = (self.snapshots.u(), self.snapshots.s(), self.snapshots.v());
            if let Some(share) = self.options.truncation_energy {
                let rank = energy_rank(s, share).min(self.options.truncation_rank.unwrap_or(usize::MAX));
                if rank != modes.rank {
                    modes.rank = rank;
                    let basis = MonomialBasis::new(rank, self.options.poly_order, self.options.include_bias, "model.polyOrder")?;
                    model.library = model.library.with_basis(basis);
                    model.coefficients.clear();
                }
            }
            let r = modes.rank;
            // Exactly as long as the modes of this rank: readers take columns by its length.
            modes.u.resize(d * r, 0.0);
            shaped(&mut modes.u, d, r).copy_from(u.subcols(0, r));
            let mut states = shaped(recorded, n, r);
            for j in 0..r {
                for i in 0..n {
                    // U'X = S V'
                    states[(i, j)] = v[(i, j)] * s[j];
                }
            }
            // Relative to the largest, so that squares stay in range.
            let square = |values: &[f64]| values.iter().map(|v| (v / s[0]) * (v / s[0])).sum::<f64>();
            energy = Some(if s[0] > 0.0 { square(&s[..r]) / square(s) } else { 1.0 });
        } else {
            let mut states = shaped(recorded, n, d);
            for (i, history) in histories.iter().enumerate() {
                states
                    .as_mut()
                    .subrows_mut(i * each, each)
                    .copy_from(history.snapshots().transpose());
            }
        }
        if let Some(interpolation) = &mut self.interpolation {
            let (r, points) = (model.inputs(), interpolation.points());
            let mut path = shaped(&mut self.states, points * histories.len(), r);
            for i in 0..histories.len() {
                let recorded = view(&self.recorded, n, r).subrows(i * each, each);
                interpolation.apply(recorded, path.as_mut().subrows_mut(i * points, points));
            }
        }
        Ok(energy)
    }

    /// Right sides of all trajectories below each other; which points of each trajectory have one.
    fn load_target(&mut self, histories: &[History], model: &Model) -> Result<Range<usize>> {
        let (d, r, each) = (model.dimension(), model.inputs(), self.points(histories[0].len()));
        let rows = match &self.test_functions {
            Some(functions) => 0..functions.count,
            None if self.method == Method::Strong => strong_rows(each, self.options.fd_order, "historySize")?,
            None => 0..each,
        };
        let (n, m) = (each * histories.len(), rows.len());
        let mut target = shaped(&mut self.target, m * histories.len(), r);
        for (i, history) in histories.iter().enumerate() {
            let mut block = target.as_mut().subrows_mut(i * m, m);
            let states = view(&self.states, n, r).subrows(i * each, each);
            match (&self.test_functions, history.rates()) {
                (Some(functions), _) => functions.targets(states, block),
                (None, Some(rates)) => {
                    let n = rates.ncols();
                    let mut recorded = if self.interpolation.is_some() {
                        shaped(&mut self.rates, n, r)
                    } else {
                        block.as_mut()
                    };
                    match &model.modes {
                        None => recorded.copy_from(rates.transpose()),
                        Some(modes) => multiply(recorded, rates.transpose(), view(&modes.u, d, r)),
                    }
                    if let Some(interpolation) = &mut self.interpolation {
                        interpolation.apply(view(&self.rates, n, r), block);
                    }
                }
                (None, None) => strong_targets(states, self.dt, self.options.fd_order, rows.clone(), block),
            }
        }
        Ok(rows)
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
    let method = options.method.unwrap_or_default();
    match (method, derivatives) {
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
                format!("'{}'", method.name()),
                "'tracked' where derivatives are given",
            ));
        }
        _ => {}
    }
    let (n, d) = trajectory.shape();
    let of = Samples {
        dimension: d,
        trajectories: 1,
        samples: n,
        dt,
        name: "trajectory",
    };
    let (mut fitter, mut model) = Fitter::new(of, options, method, solver)?;
    let too_large = || Error::shape("trajectory", format!("{n}×{d}"), "a trajectory that fits into memory twice");
    let mut history = History::new(d, n, derivatives.is_some()).ok_or_else(too_large)?;
    let mut state = vec![0.0; d];
    for i in 0..n {
        state.iter_mut().zip(trajectory.row(i).iter()).for_each(|(to, from)| *to = *from);
        match derivatives {
            None => history.push(&state),
            Some(rates) => history.push_with_rate(&state, rates.row(i).iter().copied()),
        }
    }
    fitter
        .fit(std::slice::from_ref(&history), &mut model)
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

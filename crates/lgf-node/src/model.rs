//! Learned flows and integration.
use crate::buffer::Owned;
use crate::error::{Result, fault, guard};
use crate::matrix::{NativeMatrix, NativeMatrixInput, owned_to_js, rows_to_js, to_js};
use crate::stages::tree;
use lgf_core::fit::DiscoverOptions;
use lgf_core::integrate::{Field, IntervalOptions, OdeOptions, Solution, integrate};
use lgf_core::library::MonomialBasis;
use lgf_core::param::{Value, read_flat};
use lgf_core::surrogate::{FitReport, InnerProducts, Model};
use lgf_core::targets::TimeStepOptions;
use napi::Env;
use napi::bindgen_prelude::{Float64ArraySlice, Function, Unknown};
use napi_derive::napi;

/// An integrated trajectory.
#[napi(object, object_from_js = false)]
pub struct NativeSolution {
    #[napi(ts_type = "Float64Array")]
    pub times: Owned,
    pub states: NativeMatrix,
    pub status: String,
    pub steps: u32,
    pub rejected: u32,
}

fn solution(solution: Solution, dimension: usize) -> NativeSolution {
    NativeSolution {
        states: rows_to_js(solution.states, solution.times.len(), dimension),
        times: Owned(solution.times),
        status: solution.status.name().into(),
        steps: solution.steps as u32,
        rejected: solution.rejected as u32,
    }
}

/// One flat object holds the interval and the method; unlike a learned step, an integration by itself is adaptive by default.
fn interval_and_method(o: Option<Unknown<'_>>) -> Result<(IntervalOptions, OdeOptions)> {
    let mut value = tree(o)?;
    if let Some(Value::Tree(entries)) = &mut value
        && !entries.iter().any(|(name, _)| name == "method")
    {
        entries.push(("method".into(), Value::Text("rk45".into())));
    }
    read_flat(value.as_ref()).map_err(fault)
}

/// A field whose derivative is computed in JavaScript. The callback answers whether it succeeded and never throws; state and derivative
/// travel in two arrays of the caller, looked up at each call because a callback may detach them.
struct CallbackField<'a> {
    env: &'a Env,
    derivative: &'a Function<'a, f64, bool>,
    x: Unknown<'a>,
    dx: Unknown<'a>,
    dimension: usize,
}

fn numbers<'a>(value: &Unknown<'a>, dimension: usize) -> lgf_core::Result<Float64ArraySlice<'a>> {
    // SAFETY: conversion checks that the value is a Float64Array.
    let slice: Option<Float64ArraySlice<'a>> = unsafe { value.cast() }.ok();
    slice.filter(|slice| slice.len() == dimension).ok_or(lgf_core::Error::Interrupted)
}

impl Field for CallbackField<'_> {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn derivative(&mut self, t: f64, x: &[f64], dx: &mut [f64]) -> lgf_core::Result<()> {
        // A scope for each call, or handles pile up over a long integration.
        let called = self.env.run_in_scope(|| {
            let answer = (|| {
                let mut to = numbers(&self.x, self.dimension)?;
                // SAFETY: the array is alive, and nothing else holds a view of it while no JavaScript runs.
                unsafe { to.as_mut() }.copy_from_slice(x);
                match self.derivative.call(t) {
                    Ok(true) => dx.copy_from_slice(&numbers(&self.dx, self.dimension)?),
                    _ => return Err(lgf_core::Error::Interrupted),
                }
                Ok(())
            })();
            Ok(answer)
        });
        called.unwrap_or(Err(lgf_core::Error::Interrupted))
    }
}

/// Follows a field given by a callback `derivative(t)` that reads `x` and fills `dx`.
#[napi]
pub fn integrate_callback(
    env: Env,
    derivative: Function<'_, f64, bool>,
    x: Unknown<'_>,
    dx: Unknown<'_>,
    start: &[f64],
    o: Option<Unknown<'_>>,
) -> Result<NativeSolution> {
    guard(|| {
        let (over, ode) = interval_and_method(o)?;
        let mut field = CallbackField {
            env: &env,
            derivative: &derivative,
            x,
            dx,
            dimension: start.len(),
        };
        let result = integrate(&mut field, start, &over, &ode).map_err(fault)?;
        Ok(solution(result, start.len()))
    })
}

/// What a fit reported.
#[napi(object, object_from_js = false)]
pub struct NativeFitReport {
    pub samples: u32,
    /// Beyond 2^32 where features are counted, but not formed.
    pub features: f64,
    pub dropped: u32,
    pub rank: u32,
    pub condition: f64,
    pub iterations: u32,
    pub residual: f64,
    pub energy: Option<f64>,
}

impl From<FitReport> for NativeFitReport {
    fn from(report: FitReport) -> Self {
        Self {
            samples: report.samples as u32,
            features: report.features as f64,
            dropped: report.dropped as u32,
            rank: report.regress.rank as u32,
            condition: report.regress.condition,
            iterations: report.regress.iterations as u32,
            residual: report.residual,
            energy: report.energy,
        }
    }
}

/// Anchors (n×d), table (n×m) and rows (m×d) of a model known by inner products of features; no rows where they are the anchors.
#[napi(object, object_from_js = false)]
pub struct NativeInnerProducts {
    pub anchors: NativeMatrix,
    pub weights: NativeMatrix,
    pub outputs: Option<NativeMatrix>,
}

/// A learned flow.
#[napi]
pub struct ModelHandle {
    model: Model,
}

impl From<Model> for ModelHandle {
    fn from(model: Model) -> Self {
        Self { model }
    }
}

#[napi]
impl ModelHandle {
    /// A model of known coefficients.
    #[napi(factory)]
    pub fn from_parts(
        inputs: u32,
        poly_order: u32,
        include_bias: bool,
        coefficients: &[f64],
        transform: Option<&[f64]>,
        modes: Option<&[f64]>,
    ) -> Result<Self> {
        guard(|| {
            let basis = MonomialBasis::new(inputs as usize, poly_order as usize, include_bias, "polyOrder").map_err(fault)?;
            let model = Model::new(basis, transform.map(<[_]>::to_vec), coefficients.to_vec(), modes.map(<[_]>::to_vec)).map_err(fault)?;
            Ok(Self { model })
        })
    }

    /// A model known by inner products of features: anchors (n×d), table (n×m) and rows (m×d), row-major; the anchors themselves by default.
    #[napi(factory)]
    pub fn from_inner_products(
        inputs: u32,
        poly_order: u32,
        include_bias: bool,
        anchors: &[f64],
        weights: &[f64],
        outputs: Option<&[f64]>,
    ) -> Result<Self> {
        guard(|| {
            let polynomial = (inputs as usize, poly_order as usize, include_bias);
            let model = Model::of_inner_products(polynomial, anchors, weights.to_vec(), outputs).map_err(fault)?;
            Ok(Self { model })
        })
    }

    #[napi(getter)]
    pub fn dimension(&self) -> u32 {
        self.model.dimension() as u32
    }
    #[napi(getter)]
    pub fn inputs(&self) -> u32 {
        self.model.inputs() as u32
    }
    #[napi(getter)]
    pub fn poly_order(&self) -> u32 {
        self.model.basis().order() as u32
    }
    #[napi(getter)]
    pub fn include_bias(&self) -> bool {
        self.model.basis().has_bias()
    }

    /// Of the monomials, P×r.
    #[napi]
    pub fn coefficients(&self) -> Result<NativeMatrix> {
        guard(|| self.model.coefficients().map(owned_to_js).map_err(fault))
    }

    /// Of the features as fitted, k×r.
    #[napi]
    pub fn feature_coefficients(&self) -> Result<NativeMatrix> {
        guard(|| self.model.feature_coefficients().map(owned_to_js).map_err(fault))
    }

    /// What a model known by inner products is made of.
    #[napi]
    pub fn inner_products(&self) -> Result<Option<NativeInnerProducts>> {
        let d = self.model.inputs();
        guard(|| {
            Ok(self
                .model
                .inner_products()
                .map(|InnerProducts { anchors, weights, outputs }| NativeInnerProducts {
                    weights: to_js(weights),
                    anchors: rows_to_js(anchors, weights.nrows(), d),
                    outputs: outputs.map(|outputs| rows_to_js(outputs, weights.ncols(), d)),
                }))
        })
    }

    /// Transform of orthonormal features, P×k, column-major in one row as [`ModelHandle::from_parts`] takes it.
    #[napi(ts_return_type = "Float64Array | null")]
    pub fn transform(&self) -> Result<Option<Owned>> {
        guard(|| Ok(self.model.transform().map(column_major)))
    }

    /// Modes of a reduced model, d×r.
    #[napi]
    pub fn modes(&self) -> Result<Option<NativeMatrix>> {
        guard(|| Ok(self.model.modes().map(to_js)))
    }

    /// Names of the monomials in the given inputs, or in `x1 ...` or `z1 ...`.
    #[napi]
    pub fn names(&self, inputs: Option<Vec<String>>) -> Result<Vec<String>> {
        guard(|| {
            let inputs = match inputs {
                Some(inputs) => inputs,
                None => {
                    self.model.require_formed("names").map_err(fault)?;
                    self.model.input_names()
                }
            };
            self.model.names(&inputs).map_err(fault)
        })
    }

    #[napi(ts_return_type = "Float64Array")]
    pub fn derivative(&self, x: &[f64]) -> Result<Owned> {
        guard(|| self.model.derivative(x).map(Owned).map_err(fault))
    }

    #[napi]
    pub fn integrate(&self, start: &[f64], o: Option<Unknown<'_>>) -> Result<NativeSolution> {
        guard(|| {
            let (over, ode) = interval_and_method(o)?;
            let result = self.model.integrate(start, &over, &ode).map_err(fault)?;
            Ok(solution(result, self.model.dimension()))
        })
    }

    #[napi]
    pub fn report(&self) -> Option<NativeFitReport> {
        self.model.report().map(NativeFitReport::from)
    }
}

fn column_major(a: faer::MatRef<'_, f64>) -> Owned {
    Owned(a.col_iter().flat_map(|column| column.iter().copied()).collect())
}

#[napi(js_name = "discover")]
pub fn discover_js(trajectory: NativeMatrixInput, derivatives: Option<NativeMatrixInput>, o: Option<Unknown<'_>>) -> Result<ModelHandle> {
    guard(|| {
        let (time, rest): (TimeStepOptions, DiscoverOptions) = read_flat(tree(o)?.as_ref()).map_err(fault)?;
        let rates = derivatives.as_ref().map(|m| m.view("derivatives")).transpose()?;
        lgf_core::discover(trajectory.view("trajectory")?, rates, time.dt, &rest)
            .map(ModelHandle::from)
            .map_err(fault)
    })
}

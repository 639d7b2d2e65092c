//! One-shot stages: features, targets, regression, SVD.
use crate::buffer::{Owned, Written};
use crate::error::{Result, fault, guard};
use crate::matrix::{NativeMatrix, NativeMatrixInput, features_to_js, owned_to_js};
use crate::value::options;
use faer::MatMut;
use lgf_core::library::{FeatureOptions, LibraryOptions, PolynomialLibrary, monomial_library};
use lgf_core::param::{Options, read_flat};
use lgf_core::reduce::{SnapshotSvd, SvdOptions};
use lgf_core::regress::{DenseOptions, RegressReport, StlsqOptions, least_squares, stlsq};
use lgf_core::targets::{Regression, StrongOptions, TestFunctionOptions, TimeStepOptions, strong_form, weak_form};
use napi::Env;
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;
use std::cell::RefCell;

/// Reads an options object, or blames its type.
pub fn read<T: Options>(value: Option<Unknown<'_>>) -> Result<T> {
    T::read(tree(value)?.as_ref(), "").map_err(fault)
}

/// The untyped options.
pub fn tree(value: Option<Unknown<'_>>) -> Result<Option<lgf_core::param::Value>> {
    options(value).map_err(|error| napi::Error::new("ERR_LGF_ARGUMENT:options".into(), error.reason.to_string()))
}

#[napi(js_name = "polynomialFeatures")]
pub fn polynomial_features_js(env: Env, states: NativeMatrixInput, o: Option<Unknown<'_>>) -> Result<NativeMatrix> {
    guard(|| {
        let o: FeatureOptions = read(o)?;
        let states = states.view("states")?;
        features_to_js(&env, &monomial_library(states, &o).map_err(fault)?, states)
    })
}

/// Both sides of a regression.
#[napi(object, object_from_js = false)]
pub struct NativeRegression {
    pub target: NativeMatrix,
    pub regression: NativeMatrix,
}

fn pair(form: lgf_core::Result<Regression>) -> Result<NativeRegression> {
    let form = form.map_err(fault)?;
    Ok(NativeRegression {
        target: owned_to_js(form.target),
        regression: owned_to_js(form.regression),
    })
}

#[napi(js_name = "strongForm")]
pub fn strong_form_js(states: NativeMatrixInput, features: NativeMatrixInput, o: Option<Unknown<'_>>) -> Result<NativeRegression> {
    guard(|| {
        let (time, o): (TimeStepOptions, StrongOptions) = read_flat(tree(o)?.as_ref()).map_err(fault)?;
        pair(strong_form(states.view("states")?, features.view("features")?, time.dt, &o))
    })
}

#[napi(js_name = "weakForm")]
pub fn weak_form_js(states: NativeMatrixInput, features: NativeMatrixInput, o: Option<Unknown<'_>>) -> Result<NativeRegression> {
    guard(|| {
        let (time, o): (TimeStepOptions, TestFunctionOptions) = read_flat(tree(o)?.as_ref()).map_err(fault)?;
        pair(weak_form(states.view("states")?, features.view("features")?, time.dt, &o))
    })
}

/// Result of a regression.
#[napi(object, object_from_js = false)]
pub struct NativeFit {
    pub coefficients: NativeMatrix,
    /// Of a sparse fit, 1 where a feature takes part in a target, row-major like the coefficients.
    #[napi(ts_type = "Float64Array")]
    pub support: Option<Owned>,
    pub iterations: u32,
    pub rank: u32,
    pub condition: f64,
}

fn fit(coefficients: faer::Mat<f64>, support: Option<Vec<f64>>, report: RegressReport) -> NativeFit {
    NativeFit {
        coefficients: owned_to_js(coefficients),
        support: support.map(Owned),
        iterations: report.iterations as u32,
        rank: report.rank as u32,
        condition: report.condition,
    }
}

#[napi(js_name = "leastSquares")]
pub fn least_squares_js(regression: NativeMatrixInput, target: NativeMatrixInput, o: Option<Unknown<'_>>) -> Result<NativeFit> {
    guard(|| {
        let o: DenseOptions = read(o)?;
        let result = least_squares(regression.view("regression")?, target.view("target")?, &o).map_err(fault)?;
        Ok(fit(result.coefficients, None, result.report))
    })
}

#[napi(js_name = "stlsq")]
pub fn stlsq_js(regression: NativeMatrixInput, target: NativeMatrixInput, o: Option<Unknown<'_>>) -> Result<NativeFit> {
    guard(|| {
        let o: StlsqOptions = read(o)?;
        let result = stlsq(regression.view("regression")?, target.view("target")?, &o).map_err(fault)?;
        let (p, t) = result.coefficients.shape();
        let support = (0..p)
            .flat_map(|i| (0..t).map(move |j| (i, j)))
            .map(|(i, j)| f64::from(result.support[j * p + i]))
            .collect();
        Ok(fit(result.coefficients, Some(support), result.report))
    })
}

/// Vectors of a thin SVD, row-major.
#[napi(object, object_from_js = false)]
pub struct NativeVectors {
    pub rows: u32,
    pub columns: u32,
    #[napi(ts_type = "Float64Array")]
    pub data: Written,
}

/// Factors of a thin SVD.
#[napi(object, object_from_js = false)]
pub struct NativeSvd {
    pub u: NativeVectors,
    #[napi(ts_type = "Float64Array")]
    pub s: Owned,
    pub v: NativeVectors,
    #[napi(ts_type = "'dense' | 'gram' | 'gramTwice' | 'tsqr'")]
    pub method: String,
    pub condition: f64,
    pub error_bound: f64,
}

/// Vectors that `write` puts into memory of the engine.
fn vectors(env: Env, rows: u32, columns: usize, write: impl FnOnce(MatMut<'_, f64>)) -> Result<NativeVectors> {
    let too_large = |_| lgf_core::Error::Shape {
        name: "snapshots".into(),
        actual: format!("{rows} rows"),
        expected: format!("as many as fit into memory with {columns} columns once more"),
    };
    let mut data = Written::new(env, rows as usize * columns).map_err(|error| fault(too_large(error)))?;
    write(MatMut::from_row_major_slice_mut(data.as_mut_slice(), rows as usize, columns));
    let columns = columns as u32;
    Ok(NativeVectors { rows, columns, data })
}

#[napi(js_name = "thinSvd")]
pub fn thin_svd_js(env: Env, snapshots: NativeMatrixInput, o: Option<Unknown<'_>>) -> Result<NativeSvd> {
    guard(|| {
        let o: SvdOptions = read(o)?;
        let mut svd = SnapshotSvd::new(snapshots.view("snapshots")?, &o).map_err(fault)?;
        let rank = svd.rank();
        Ok(NativeSvd {
            u: vectors(env, snapshots.rows, rank, |out| svd.left_into(out))?,
            v: vectors(env, snapshots.columns, rank, |out| svd.right_into(out))?,
            s: Owned(svd.s().to_vec()),
            method: svd.method().name().into(),
            condition: svd.condition(),
            error_bound: svd.error_bound(),
        })
    })
}

/// A feature library.
#[napi]
pub struct LibraryHandle {
    library: RefCell<PolynomialLibrary>,
}

#[napi]
impl LibraryHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            let library = PolynomialLibrary::new(&read::<LibraryOptions>(o)?).map_err(fault)?;
            Ok(Self {
                library: RefCell::new(library),
            })
        })
    }

    /// Returns how many features were dropped.
    #[napi]
    pub fn fit(&self, states: NativeMatrixInput) -> Result<u32> {
        guard(|| {
            let mut library = self.library.borrow_mut();
            library.fit(states.view("states")?).map_err(fault)?;
            Ok(library.dropped() as u32)
        })
    }

    #[napi]
    pub fn transform(&self, env: Env, states: NativeMatrixInput) -> Result<NativeMatrix> {
        guard(|| features_to_js(&env, &self.library.borrow(), states.view("states")?))
    }

    #[napi(getter)]
    pub fn dimension(&self) -> u32 {
        self.library.borrow().basis().dimension() as u32
    }

    #[napi(getter)]
    pub fn feature_count(&self) -> u32 {
        self.library.borrow().feature_count() as u32
    }

    #[napi]
    pub fn names(&self, inputs: Vec<String>) -> Result<Vec<String>> {
        guard(|| self.library.borrow().names(&inputs).map_err(fault))
    }
}

//! Newton directions. Objectives and products are called in TypeScript, between two calls into here.
use crate::buffer::{Numbers, Owned};
use crate::error::{Result, fault, guard};
use crate::matrix::NativeMatrixInput;
use crate::stages::read;
use faer::MatRef;
use lgf_core::newton::{NewtonCg, NewtonReport, NewtonSolver, newton_direction};
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;
use std::cell::RefCell;

/// What was found of a Hessian.
#[napi(object, object_from_js = false)]
pub struct NativeNewtonReport {
    #[napi(ts_type = "'positive' | 'indefinite'")]
    pub curvature: &'static str,
    pub rank: u32,
}

impl From<NewtonReport> for NativeNewtonReport {
    fn from(report: NewtonReport) -> Self {
        Self {
            curvature: report.curvature.name(),
            rank: report.rank as u32,
        }
    }
}

/// One Newton direction.
#[napi(object, object_from_js = false)]
pub struct NativeNewtonDirection {
    #[napi(ts_type = "Float64Array")]
    pub direction: Owned,
    pub report: NativeNewtonReport,
}

#[napi(js_name = "newtonDirection")]
pub fn newton_direction_js(gradient: &[f64], hessian: NativeMatrixInput, o: Option<Unknown<'_>>) -> Result<NativeNewtonDirection> {
    guard(|| {
        let newton = newton_direction(gradient, hessian.view("hessian")?, &read(o)?).map_err(fault)?;
        Ok(NativeNewtonDirection {
            direction: Owned(newton.direction),
            report: newton.report.into(),
        })
    })
}

/// Newton directions from Hessians.
#[napi]
pub struct NewtonHandle {
    solver: RefCell<NewtonSolver>,
}

#[napi]
impl NewtonHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            let solver = NewtonSolver::new(&read(o)?).map_err(fault)?;
            Ok(Self {
                solver: RefCell::new(solver),
            })
        })
    }

    /// Refuses a number of variables whose Hessian fits into no memory.
    #[napi]
    pub fn reserve(&self, dimension: f64) -> Result<()> {
        guard(|| self.solver.borrow_mut().reserve(dimension as usize).map_err(fault))
    }

    /// Replaces the gradient by the direction.
    #[napi]
    pub fn solve(
        &self,
        #[napi(ts_arg_type = "Float64Array")] mut gradient: Numbers,
        #[napi(ts_arg_type = "Float64Array")] hessian: Numbers,
    ) -> Result<NativeNewtonReport> {
        guard(|| {
            let (d, size) = (gradient.as_slice().len(), hessian.as_slice().len());
            if size != d * d {
                let name = "hessian".into();
                let (actual, expected) = (size.to_string(), (d * d).to_string());
                return Err(fault(lgf_core::Error::Shape { name, actual, expected }));
            }
            let mut solver = self.solver.borrow_mut();
            let hessian = MatRef::from_row_major_slice(hessian.as_slice(), d, d);
            let report = solver.solve(gradient.as_slice(), hessian).map_err(fault)?;
            gradient.as_mut_slice().copy_from_slice(solver.direction());
            Ok(report.into())
        })
    }
}

/// How conjugate gradients ended.
#[napi(object, object_from_js = false)]
pub struct NativeNewtonCgReport {
    pub iterations: u32,
    pub converged: bool,
    pub negative_curvature: bool,
}

/// Newton directions from products with the Hessian.
#[napi]
pub struct NewtonCgHandle {
    cg: RefCell<NewtonCg>,
}

#[napi]
impl NewtonCgHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            let cg = NewtonCg::new(&read(o)?).map_err(fault)?;
            Ok(Self { cg: RefCell::new(cg) })
        })
    }

    /// One more with the same options, for a direction that is made while another one is waited for.
    #[napi]
    pub fn another(&self) -> Self {
        Self {
            cg: RefCell::new(self.cg.borrow().clone()),
        }
    }

    /// Starts with the gradient in `v`, which receives the first probe; false, with the direction in `v`, if no product is wanted.
    #[napi]
    pub fn begin(&self, #[napi(ts_arg_type = "Float64Array")] mut v: Numbers) -> Result<bool> {
        guard(|| {
            let mut cg = self.cg.borrow_mut();
            cg.begin(v.as_slice()).map_err(fault)?;
            next(&cg, v.as_mut_slice())
        })
    }

    /// Takes the product with the probe; `v` receives the next one, or the direction, and the answer is false.
    #[napi]
    pub fn tell(
        &self,
        #[napi(ts_arg_type = "Float64Array")] product: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut v: Numbers,
    ) -> Result<bool> {
        guard(|| {
            let mut cg = self.cg.borrow_mut();
            cg.tell(product.as_slice()).map_err(fault)?;
            next(&cg, v.as_mut_slice())
        })
    }

    #[napi]
    pub fn report(&self) -> NativeNewtonCgReport {
        let report = self.cg.borrow().report();
        NativeNewtonCgReport {
            iterations: report.iterations as u32,
            converged: report.converged,
            negative_curvature: report.negative_curvature,
        }
    }
}

/// The probe, or else the direction.
fn next(cg: &NewtonCg, v: &mut [f64]) -> Result<bool> {
    let (wanted, numbers) = match cg.probe() {
        Some(probe) => (true, probe),
        None => (false, cg.direction()),
    };
    if v.len() != numbers.len() {
        let (actual, expected) = (v.len().to_string(), numbers.len().to_string());
        let name = "v".into();
        return Err(fault(lgf_core::Error::Shape { name, actual, expected }));
    }
    v.copy_from_slice(numbers);
    Ok(wanted)
}

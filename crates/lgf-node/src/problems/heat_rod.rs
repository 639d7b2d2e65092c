//! The heat rod.
use super::{check_length, evaluate};
use crate::buffer::Owned;
use crate::error::{Result, fault, guard};
use crate::matrix::{NativeMatrix, rows_to_js};
use crate::stages::read;
use lgf_core::problem::Problem;
use lgf_problems::HeatRod;
use napi::bindgen_prelude::{Float64ArraySlice, Unknown};
use napi_derive::napi;
use std::cell::RefCell;

/// The heat rod.
#[napi]
pub struct HeatRodHandle {
    problem: RefCell<HeatRod>,
}

#[napi]
impl HeatRodHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            Ok(Self {
                problem: RefCell::new(HeatRod::new(&read(o)?).map_err(fault)?),
            })
        })
    }

    #[napi(getter)]
    pub fn name(&self) -> String {
        self.problem.borrow().name().into()
    }

    #[napi(getter)]
    pub fn dimension(&self) -> u32 {
        self.problem.borrow().dimension() as u32
    }

    #[napi(ts_return_type = "Float64Array")]
    pub fn start(&self) -> Owned {
        Owned(self.problem.borrow().start())
    }

    #[napi]
    pub fn evaluate(&self, x: &[f64], gradient: Float64ArraySlice<'_>) -> Result<f64> {
        guard(|| evaluate(&mut *self.problem.borrow_mut(), x, gradient))
    }

    /// Squared misfit of the last evaluation.
    #[napi]
    pub fn misfit(&self) -> Option<f64> {
        self.problem.borrow().misfit()
    }

    /// Temperature at conductivities `a`, one row for each cell, one column for each time.
    #[napi]
    pub fn temperature(&self, a: &[f64]) -> Result<NativeMatrix> {
        guard(|| {
            let mut problem = self.problem.borrow_mut();
            check_length("a", a.len(), 2)?;
            let (cells, times) = problem.grid();
            Ok(rows_to_js(problem.temperature([a[0], a[1]]), cells, times))
        })
    }
}

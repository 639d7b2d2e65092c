//! The heat rod.
use super::{Shared, SharedProblem, check_length, evaluate};
use crate::buffer::Owned;
use crate::error::{Result, fault, guard};
use crate::matrix::{NativeMatrix, rows_to_js};
use crate::stages::read;
use lgf_core::problem::Problem;
use lgf_problems::HeatRod;
use napi::bindgen_prelude::{Float64ArraySlice, Unknown};
use napi_derive::napi;

/// The heat rod.
#[napi]
pub struct HeatRodHandle {
    problem: Shared<HeatRod>,
}

evaluated!(HeatRodHandle);

#[napi]
impl HeatRodHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            Ok(Self {
                problem: Shared::new(HeatRod::new(&read(o)?).map_err(fault)?),
            })
        })
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

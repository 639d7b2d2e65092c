//! Test functions.
use super::{Shared, SharedProblem, evaluate};
use crate::buffer::Owned;
use crate::error::{Result, fault, guard};
use crate::stages::read;
use lgf_core::problem::Problem;
use lgf_problems::TestFunction;
use napi::bindgen_prelude::{Float64ArraySlice, Unknown};
use napi_derive::napi;

/// A test function.
#[napi]
pub struct TestFunctionHandle {
    problem: Shared<TestFunction>,
}

evaluated!(TestFunctionHandle);

#[napi]
impl TestFunctionHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            Ok(Self {
                problem: Shared::new(TestFunction::new(&read(o)?).map_err(fault)?),
            })
        })
    }

    /// Least value as far as known.
    #[napi(getter)]
    pub fn minimum(&self) -> Option<f64> {
        self.problem.borrow().minimum()
    }
}

/// A line of the table of test functions.
#[napi(object, object_from_js = false)]
pub struct TestFunctionLine {
    pub name: String,
    pub dimension: u32,
    pub minimum: f64,
}

/// Every test function once.
#[napi]
pub fn test_functions() -> Vec<TestFunctionLine> {
    let line = |summary: lgf_problems::TestFunctionSummary| TestFunctionLine {
        name: summary.name.into(),
        dimension: summary.dimension as u32,
        minimum: summary.minimum,
    };
    TestFunction::all().into_iter().map(line).collect()
}

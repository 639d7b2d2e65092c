//! The nonlinear heat problem.
use super::{Shared, SharedProblem, check_length, evaluate, fill};
use crate::buffer::Owned;
use crate::error::{Result, fault, guard};
use crate::matrix::{NativeMatrix, owned_to_js, rows_to_js};
use crate::stages::read;
use lgf_core::problem::Problem;
use lgf_problems::NonlinearHeat;
use napi::bindgen_prelude::{Float64ArraySlice, Unknown};
use napi_derive::napi;

/// The nonlinear heat problem.
#[napi]
pub struct NonlinearHeatHandle {
    problem: Shared<NonlinearHeat>,
}

evaluated!(NonlinearHeatHandle);

#[napi]
impl NonlinearHeatHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            Ok(Self {
                problem: Shared::new(NonlinearHeat::new(&read(o)?).map_err(fault)?),
            })
        })
    }

    /// Newton direction to `direction`; the norm of the residual.
    #[napi]
    pub fn newton(&self, x: &[f64], direction: Float64ArraySlice<'_>) -> Result<f64> {
        guard(|| {
            let mut problem = self.problem.borrow_mut();
            let dimension = problem.dimension();
            fill(dimension, x, ("d", direction), |x, d| problem.newton(x, d))
        })
    }

    /// Hessian at `x`.
    #[napi]
    pub fn hessian(&self, x: &[f64]) -> Result<NativeMatrix> {
        guard(|| {
            let mut problem = self.problem.borrow_mut();
            check_length("x", x.len(), problem.dimension())?;
            Ok(owned_to_js(problem.hessian(x)))
        })
    }

    /// Temperature at `x`: one row for each abscissa, one column for each ordinate.
    #[napi]
    pub fn temperature(&self, x: &[f64]) -> Result<NativeMatrix> {
        guard(|| {
            let problem = self.problem.borrow();
            check_length("x", x.len(), problem.dimension())?;
            Ok(rows_to_js(problem.temperature(x), problem.points(), problem.points()))
        })
    }

    /// Conductivity on the same grid.
    #[napi]
    pub fn conductivity(&self) -> Result<NativeMatrix> {
        guard(|| {
            let problem = self.problem.borrow();
            Ok(rows_to_js(problem.conductivity(), problem.points(), problem.points()))
        })
    }

    /// Source on the same grid.
    #[napi]
    pub fn source(&self) -> Result<NativeMatrix> {
        guard(|| {
            let problem = self.problem.borrow();
            Ok(rows_to_js(problem.source(), problem.points(), problem.points()))
        })
    }
}

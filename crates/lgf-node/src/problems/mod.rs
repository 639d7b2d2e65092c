//! Native problems, evaluated from TypeScript: one handle each.
/// The methods that all handles share.
macro_rules! evaluated {
    ($handle:ident) => {
        #[napi]
        impl $handle {
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
        }
    };
}

mod acoustic_inverse;
mod deep_elasticity;
mod heat_rod;
mod nonlinear_heat;
pub mod test_function;

use crate::error::{Result, fault};
use lgf_core::problem::Problem;
use napi::bindgen_prelude::Float64ArraySlice;

/// Value at `x`, gradient to `gradient`, after a check of both lengths.
fn evaluate(problem: &mut impl Problem, x: &[f64], gradient: Float64ArraySlice<'_>) -> Result<f64> {
    fill(problem.dimension(), x, ("g", gradient), |x, g| problem.evaluate(x, g))
}

/// What `work` returns that fills the vector with this name at `x`, after a check of both lengths.
fn fill(
    dimension: usize,
    x: &[f64],
    (name, mut out): (&str, Float64ArraySlice<'_>),
    work: impl FnOnce(&[f64], &mut [f64]) -> f64,
) -> Result<f64> {
    check_length("x", x.len(), dimension)?;
    check_length(name, out.len(), dimension)?;
    // `x` and the vector may be the same array: the point is copied before the vector is written.
    let point = x.to_vec();
    // SAFETY: JavaScript does not run during this call, and `x` is not read any more.
    Ok(work(&point, unsafe { out.as_mut() }))
}

fn check_length(name: &str, actual: usize, expected: usize) -> Result<()> {
    if actual == expected {
        return Ok(());
    }
    Err(fault(lgf_core::Error::Shape {
        name: name.into(),
        actual: actual.to_string(),
        expected: expected.to_string(),
    }))
}

//! Native problems, evaluated from TypeScript: one handle each.
mod acoustic_inverse;
mod heat_rod;

use crate::error::{Result, fault};
use lgf_core::problem::Problem;
use napi::bindgen_prelude::Float64ArraySlice;

/// Value at `x`, gradient to `gradient`, after a check of both lengths.
fn evaluate(problem: &mut impl Problem, x: &[f64], mut gradient: Float64ArraySlice<'_>) -> Result<f64> {
    check_length("x", x.len(), problem.dimension())?;
    check_length("g", gradient.len(), problem.dimension())?;
    // `x` and the gradient may be the same array: the point is copied before the gradient is written.
    let point = x.to_vec();
    // SAFETY: JavaScript does not run during this call, and `x` is not read any more.
    Ok(problem.evaluate(&point, unsafe { gradient.as_mut() }))
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

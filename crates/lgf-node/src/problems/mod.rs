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

            /// The same problem for runs on other threads.
            #[napi]
            pub fn shared(&self) -> SharedProblem {
                self.problem.share()
            }
        }
    };
}

mod acoustic_inverse;
mod deep_elasticity;
mod heat_rod;
mod nonlinear_heat;
pub mod test_function;
mod topology;

use crate::error::{Result, fault};
use lgf_core::problem::Problem;
use napi::bindgen_prelude::Float64ArraySlice;
use napi_derive::napi;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A problem that runs on another thread may evaluate too: each evaluation has it to itself.
pub struct Shared<P>(Arc<Mutex<P>>);

impl<P: Problem + Send + 'static> Shared<P> {
    pub fn new(problem: P) -> Self {
        Self(Arc::new(Mutex::new(problem)))
    }

    pub fn borrow(&self) -> MutexGuard<'_, P> {
        lock(&self.0)
    }

    pub fn borrow_mut(&self) -> MutexGuard<'_, P> {
        lock(&self.0)
    }

    pub fn share(&self) -> SharedProblem {
        SharedProblem(self.0.clone())
    }
}

/// What a panic left behind is still a problem: its scratch is written anew by each evaluation.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A native problem of any kind.
#[napi]
pub struct SharedProblem(pub(crate) Arc<Mutex<dyn Problem + Send>>);

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

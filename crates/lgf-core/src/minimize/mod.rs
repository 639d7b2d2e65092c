//! A whole run of one optimizer: when it ends, and the best point it saw.
//!
//! [`Minimization`] is a state machine around any [`Optimizer`](crate::optimizer::Optimizer): it asks, is told, and at some time asks no more. Synchronous, asynchronous,
//! native and remote runs are loops around these two calls and give the same bits.
mod methods;
mod options;
mod profiled;
mod rules;
mod run;
mod status;

pub use methods::{METHODS, Method, Plan};
pub use options::StoppingOptions;
pub use run::Minimization;
pub use status::{Counts, Iteration, Outcome, Profile, Status};

use crate::error::Result;
use crate::problem::Problem;
use crate::profile::span;

/// Runs a native problem until `pause` says so, after each iteration, or the run ends. `gradient` is room for one, length d.
///
/// # Errors
/// [`crate::Error::Shape`] if the problem or `gradient` has another dimension.
/// # Examples
/// ```
/// use lgf_core::{minimize::{self, Minimization, Plan, Status}, problem::Problem};
/// struct Bowl;
/// impl Problem for Bowl {
///     fn name(&self) -> &str { "bowl" }
///     fn dimension(&self) -> usize { 2 }
///     fn start(&self) -> Vec<f64> { vec![1.0, 1.0] }
///     fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 { g[0] = x[0]; g[1] = 9.0 * x[1]; 0.5 * (x[0] * x[0] + 9.0 * x[1] * x[1]) }
/// }
/// let mut run = Minimization::new(&Bowl.start(), &Plan::read(None)?, None)?;
/// minimize::run(&mut run, &mut Bowl, &mut [0.0; 2], |_| false)?;
/// let outcome = run.outcome();
/// assert_eq!(outcome.status, Some(Status::Converged));
/// assert!(outcome.value.unwrap() < 1e-14 && outcome.counts.evaluations < 15);
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn run(
    run: &mut Minimization,
    problem: &mut (impl Problem + ?Sized),
    gradient: &mut [f64],
    mut pause: impl FnMut(Option<Iteration>) -> bool,
) -> Result<()> {
    crate::error::require_length("problem", problem.dimension(), run.point().len())?;
    crate::error::require_length("gradient", gradient.len(), run.point().len())?;
    let memory = run.take_memory();
    if !memory.is_empty() {
        problem.remember(&memory)?;
    }
    let mut weights = Vec::new();
    run.recorded(|run| {
        while let Some(request) = run.ask() {
            let value = {
                let _span = span("evaluate");
                problem.evaluate(run.point(), gradient)
            };
            let weighted = problem.weights(&mut weights);
            let told = run.tell_weighted(request.id, value, Some(gradient), weighted.then_some(&*weights))?;
            if pause(told) {
                break;
            }
        }
        Ok(())
    })
}

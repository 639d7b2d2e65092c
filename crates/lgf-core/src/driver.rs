//! Stages 6 to 7: the only loop of native runs, `begin -> evaluate -> tell`.
use crate::error::{Result, require_length};
use crate::optimizer::{Begin, Optimizer, StepReport, Want};
use crate::problem::Problem;

/// One step of an optimizer on a native problem. `gradient` is room for one direction, length d.
///
/// # Errors
/// [`crate::Error::Shape`] if the problem or `gradient` has another dimension; [`crate::Error::NonFinite`] for a failed evaluation, after
/// which the optimizer still asks the same question.
/// # Examples
/// ```
/// use lgf_core::{driver, optimizer::{GradientDescent, GradientDescentOptions, Optimizer}, problem::Problem};
/// struct Parabola;
/// impl Problem for Parabola {
///     fn name(&self) -> &str { "parabola" }
///     fn dimension(&self) -> usize { 1 }
///     fn start(&self) -> Vec<f64> { vec![1.0] }
///     fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 { g[0] = 2.0 * x[0]; x[0] * x[0] }
/// }
/// let mut descent = GradientDescent::new(&[1.0], &GradientDescentOptions { learning_rate: 0.25, ..Default::default() })?;
/// let report = driver::step(&mut descent, &mut Parabola, &mut [0.0])?;
/// assert_eq!((report.value, descent.point()), (Some(1.0), [0.5].as_slice()));
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn step(optimizer: &mut dyn Optimizer, problem: &mut dyn Problem, gradient: &mut [f64]) -> Result<StepReport> {
    let d = optimizer.point().len();
    require_length("problem", problem.dimension(), d)?;
    require_length("gradient", gradient.len(), d)?;
    let mut weights = Vec::new();
    loop {
        let request = match optimizer.begin()? {
            Begin::Done(report) => return Ok(report),
            Begin::Evaluate(request) => request,
        };
        let value = problem.evaluate(optimizer.point(), gradient);
        let direction = (request.want == Want::Gradient).then_some(&*gradient);
        let weighted = problem.weights(&mut weights);
        if let Some(report) = optimizer.tell_weighted(request.id, value, direction, weighted.then_some(&*weights))? {
            return Ok(report);
        }
    }
}

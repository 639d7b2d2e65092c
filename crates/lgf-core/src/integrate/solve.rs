//! Integration over an interval with the states kept.
use super::{Field, Integrator, OdeOptions, Status};
use crate::error::{Error, Result, require_finite, require_length};
use crate::library::MAX_ENTRIES;
use crate::param::{Domain, Options, options};

options! {
    /// The interval of an integration and the times at which its states are wanted.
    pub struct IntervalOptions as "IntervalOptions" {
        /// Time at the start.
        from: f64 = f64::NAN, Domain::OfType;
        /// Time at the end; below `from` the field is followed backwards.
        to: f64 = f64::NAN, Domain::OfType;
        /// Times in the order of integration, inside of the interval. By default the start and every accepted step.
        at: Option<Vec<f64>> = None, Domain::OfType;
    }
}

/// Result of [`integrate`].
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Times of the states; of an integration that ended early, those that were reached.
    pub times: Vec<f64>,
    /// States, one row of length d for each time, row-major.
    pub states: Vec<f64>,
    /// How the integration ended.
    pub status: Status,
    /// Accepted steps.
    pub steps: usize,
    /// Rejected steps.
    pub rejected: usize,
}

/// Follows `dx/dt = f(t, x)` from `start` over an interval.
///
/// Global error `O(step^4)` for the fixed method, controlled to `rtol |x| + atol` a step for the adaptive one; states between steps by
/// cubic Hermite interpolation or the continuous extension of order 4.
/// # Errors
/// [`Error::Argument`] naming the option; those of the field. An integration that ends early is no error, see [`Solution::status`].
/// # Examples
/// ```
/// use lgf_core::integrate::{Field, IntervalOptions, OdeOptions, Rk45Options, integrate};
/// struct Decay;
/// impl Field for Decay {
///     fn dimension(&self) -> usize { 1 }
///     fn derivative(&mut self, _: f64, x: &[f64], dx: &mut [f64]) -> lgf_core::Result<()> { dx[0] = -x[0]; Ok(()) }
/// }
/// let over = IntervalOptions { from: 0.0, to: 1.0, at: Some(vec![1.0]) };
/// let solution = integrate(&mut Decay, &[1.0], &over, &OdeOptions::Rk45(Rk45Options::default()))?;
/// assert!((solution.states[0] - (-1.0_f64).exp()).abs() < 1e-7);
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn integrate(field: &mut dyn Field, start: &[f64], over: &IntervalOptions, ode: &OdeOptions) -> Result<Solution> {
    over.check("")?;
    let d = field.dimension();
    if d == 0 {
        return Err(Error::shape("start", "0 numbers", "at least 1"));
    }
    require_length("start", start.len(), d)?;
    require_finite("start", start)?;
    if !(over.to - over.from).is_finite() {
        return Err(Error::argument_error("to", over.to, "a number whose distance to from is finite"));
    }
    let wanted = over.at.as_deref();
    if let Some(at) = wanted {
        check_times(at, over.from, over.to)?;
    }
    let mut integrator = Integrator::new(ode.clone(), "")?;
    if wanted.is_none() {
        // Every step is kept: a run ends with the status of too many steps before it fills the memory.
        integrator = integrator.with_at_most(MAX_ENTRIES / d);
    }
    let (mut times, mut states) = (Vec::new(), Vec::new());
    let begins = wanted.is_none_or(|at| at.first() == Some(&over.from));
    // Repeated times are allowed: all that equal the start are served by it.
    let at_start = wanted.map_or(1, |at| at.iter().take_while(|&&t| t == over.from).count());
    if begins {
        for _ in 0..at_start {
            times.push(over.from);
            states.extend_from_slice(start);
        }
    }
    let mut x = start.to_vec();
    let mut next = if begins { at_start } else { 0 };
    let mut row = vec![0.0; d];
    let direction = (over.to - over.from).signum();
    let outcome = integrator.run(
        field,
        over.from,
        over.to,
        &mut x,
        Some(&mut |step| match wanted {
            None => {
                times.push(step.to);
                states.extend_from_slice(step.end);
            }
            Some(at) => {
                while next < at.len() && (at[next] - step.to) * direction <= 0.0 {
                    if at[next] == step.to {
                        row.copy_from_slice(step.end)
                    } else {
                        step.at(at[next], &mut row)
                    }
                    times.push(at[next]);
                    states.extend_from_slice(&row);
                    next += 1;
                }
            }
        }),
    )?;
    Ok(Solution {
        times,
        states,
        status: outcome.status,
        steps: outcome.steps,
        rejected: outcome.rejected,
    })
}

fn check_times(at: &[f64], from: f64, to: f64) -> Result<()> {
    let direction = if to < from { -1.0 } else { 1.0 };
    let mut previous = from;
    for (i, &t) in at.iter().enumerate() {
        if (t - previous) * direction < 0.0 || (to - t) * direction < 0.0 {
            let domain = format!("a number between {previous} and {to}, in the order of integration");
            return Err(Error::argument_error(&format!("at.{i}"), t, domain));
        }
        previous = t;
    }
    Ok(())
}

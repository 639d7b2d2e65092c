//! Stage 1: what is minimised.

use crate::error::{Error, Result};

/// An objective with its derivative, evaluated natively.
///
/// Implementors keep their own scratch, hence `&mut self`; equal points must give equal bits, after equal histories where there is a
/// [`Problem::memory`].
pub trait Problem {
    /// Short name, as on the command line: `heat-rod`.
    fn name(&self) -> &str;
    /// Number of design variables `d`.
    fn dimension(&self) -> usize;
    /// The published starting point, length `d`.
    fn start(&self) -> Vec<f64>;
    /// Objective value at `point`; writes the descent direction's source, the gradient, to `gradient`. Both have length `d`.
    ///
    /// A point outside the domain gives a non-finite value: it is a failed evaluation, not an error.
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64;
    /// Writes the weights of the variables at the last point that was evaluated, if there are any: how much each one says where steps and directions
    /// are compared. Those of variables that have no effect any more are small.
    fn weights(&self, _weights: &mut Vec<f64>) -> bool {
        false
    }
    /// What the next evaluation starts from, as bytes: empty where it starts from nothing but its point.
    fn memory(&self) -> Vec<u8> {
        Vec::new()
    }
    /// Takes over what [`Problem::memory`] gave, so that evaluations go on with the same bits.
    ///
    /// # Errors
    /// [`crate::Error::Snapshot`] for bytes of another problem.
    fn remember(&mut self, memory: &[u8]) -> Result<()> {
        if memory.is_empty() {
            return Ok(());
        }
        Err(Error::Snapshot {
            reason: format!("of another problem than {}, which remembers nothing", self.name()),
        })
    }
}

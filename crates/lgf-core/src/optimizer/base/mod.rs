//! Base updates: what a true step does, and the learned flow that stands for it.
mod adam;
mod adam_flow;
mod descent;
mod sweep;

pub use adam::Stepping;
pub(crate) use adam::{Adam, AdamSettings};
pub(crate) use descent::Descent;

use crate::error::Result;
use crate::integrate::Integrator;
use crate::param::choices;
use crate::surrogate::{Model, Room};
use serde::Serialize;
use serde::de::DeserializeOwned;

choices! {
    /// What the objective writes to its second argument; the algorithm is the same.
    pub enum Direction {
        /// The gradient: gradient flow.
        Gradient = "gradient",
        /// The inverse Hessian times the gradient: Newton flow.
        Newton = "newton",
        /// Any other descent direction.
        Custom = "custom",
    }
}

/// What learned steps of all trajectories share: settings and room.
#[derive(Clone)]
pub struct Tools {
    pub(crate) integrator: Integrator,
    pub(crate) room: Room,
    /// Room for a learned gradient and for sums over blocks of variables.
    pub(crate) work: [Vec<f64>; 2],
    /// Room to measure errors of the adaptive integrator in the full space.
    pub(crate) lifted: [Vec<f64>; 3],
    /// Whether there are such errors to measure.
    pub(crate) adaptive: bool,
}

/// The update of one trajectory: its true steps and, between [`Base::enter`] and [`Base::leave`], the flow that was learned of them.
///
/// Public in name only: its module is not.
pub trait Base: Clone + Send + Serialize + DeserializeOwned {
    /// Writes the end of a true step to `next`: `scale` times the update that the direction makes. Nothing changes yet.
    ///
    /// # Errors
    /// [`crate::Error::NonFinite`] naming `gradient` when the end is beyond the range of doubles.
    fn propose(&mut self, scale: f64, x: &[f64], direction: &[f64], next: &mut [f64]) -> Result<()>;
    /// Takes the step that was proposed last.
    fn accept(&mut self);
    /// Enters the coordinates of the model at `x`.
    fn enter(&mut self, model: &Model, x: &[f64]);
    /// Takes along what a true step needs to know; the model may then be forgotten.
    fn leave(&mut self, model: &Model);
    /// One learned step without lifting; `false` if it left the finite numbers, and then nothing has moved.
    ///
    /// # Errors
    /// None that finite coefficients can cause.
    fn flow(&mut self, model: &Model, tools: &mut Tools) -> Result<bool>;
    /// Takes the last learned step back; once.
    fn undo(&mut self);
    /// Remembers where the learned flow is.
    fn mark(&mut self);
    /// Goes back to the mark.
    fn rewind(&mut self);
    /// Brings the iterate to where the learned flow is.
    fn lift(&self, model: &Model, x: &mut [f64]);
    /// Whether this is a state that a fresh one for `dimension` variables could have reached, with the model that is entered, if one is.
    fn is_sound(&self, fresh: &Self, dimension: usize, entered: Option<&Model>) -> bool;
}

/// Coordinates beyond it count as not finite: lifting adds up to r such numbers, which has to stay clear of the end of the range.
const LARGEST: f64 = 1e300;

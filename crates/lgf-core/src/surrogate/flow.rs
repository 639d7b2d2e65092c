//! The learned flow as a field.
use super::{Model, Room};
use crate::error::Result;
use crate::integrate::{Field, Rk45Options, scaled_norm};

/// The learned flow as a field in the coordinates of the polynomial.
pub(crate) struct ReducedFlow<'a> {
    model: &'a Model,
    room: &'a mut Room,
    frame: Option<Frame<'a>>,
}

/// Where reduced coordinates lie in the full space: at `z` the state is `start_x + U (z - start_z)`.
pub(crate) struct Frame<'a> {
    pub start_x: &'a [f64],
    pub start_z: &'a [f64],
    /// Room for an error and two states, length d each.
    pub lifted: &'a mut [Vec<f64>; 3],
}

impl<'a> ReducedFlow<'a> {
    pub fn new(model: &'a Model, room: &'a mut Room) -> Self {
        room.fit(model);
        Self { model, room, frame: None }
    }

    /// The same flow with errors measured in the full space, where the user's tolerances are meant and published runs measured them.
    pub fn measured_in(mut self, frame: Frame<'a>) -> Self {
        self.frame = Some(frame);
        self
    }
}

impl Field for ReducedFlow<'_> {
    fn dimension(&self) -> usize {
        self.model.inputs()
    }

    fn derivative(&mut self, _: f64, x: &[f64], dx: &mut [f64]) -> Result<()> {
        self.model.evaluate(x, self.room, dx);
        Ok(())
    }

    fn error_norm(&mut self, tolerances: &Rk45Options, v: &[f64], x: &[f64], y: &[f64]) -> f64 {
        let (Some(frame), Some(modes)) = (&mut self.frame, &self.model.modes) else {
            return scaled_norm(tolerances, v, x, y);
        };
        let [error, from, to] = &mut *frame.lifted;
        error.fill(0.0);
        modes.add(v.iter().copied(), error);
        for (state, z) in [(from, x), (to, y)] {
            modes.lift(frame.start_x, z.iter().zip(frame.start_z).map(|(z, z0)| z - z0), state);
        }
        scaled_norm(tolerances, &frame.lifted[0], &frame.lifted[1], &frame.lifted[2])
    }
}

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
        let (Some(frame), Some(modes)) = (&self.frame, &self.model.modes) else {
            return scaled_norm(tolerances, v, x, y);
        };
        let ends = [x, y].map(|z| z.iter().zip(frame.start_z).map(|(z, z0)| z - z0));
        (modes.scaled_square(tolerances, v, frame.start_x, ends) / modes.dimension as f64).sqrt()
    }
}

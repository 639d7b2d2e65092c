//! Descent along a direction, and the flow `da/dt = f(a)` of it.
use super::{Base, LARGEST, Tools};
use crate::error::{Result, require_finite};
use crate::integrate::Status;
use crate::linalg::pass::{Weighted, all_between, pass};
use crate::surrogate::{Frame, Model, ReducedFlow};
use serde::{Deserialize, Serialize};

/// `a <- a - rate p(a)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Descent {
    rate: f64,
    /// Flow time of a learned step.
    dt: f64,
    /// Where the learned flow is, in the coordinates of the model; one step before; at the mark.
    z: Vec<f64>,
    last: Vec<f64>,
    marked: Vec<f64>,
    /// Where the phase began; empty in the full space, where `z` is the iterate itself.
    start_z: Vec<f64>,
    start_x: Vec<f64>,
}

impl Descent {
    pub fn new(rate: f64, dt: f64) -> Self {
        Self {
            rate,
            dt,
            z: Vec::new(),
            last: Vec::new(),
            marked: Vec::new(),
            start_z: Vec::new(),
            start_x: Vec::new(),
        }
    }
}

impl Base for Descent {
    fn propose(&mut self, scale: f64, x: &[f64], direction: &[f64], next: &mut [f64]) -> Result<()> {
        if pass(Weighted([1.0, -(scale * self.rate)]), [x, direction], [next]) {
            return Ok(());
        }
        require_finite("gradient", next)
    }

    fn accept(&mut self) {}

    fn enter(&mut self, model: &Model, x: &[f64]) {
        self.z.resize(model.inputs(), 0.0);
        match &model.modes {
            None => self.z.copy_from_slice(x),
            Some(modes) => {
                modes.project(x, &mut self.z);
                self.start_z.clone_from(&self.z);
                self.start_x.resize(x.len(), 0.0);
                self.start_x.copy_from_slice(x);
            }
        }
        self.last.clone_from(&self.z);
        self.marked.clone_from(&self.z);
    }

    fn leave(&mut self, _: &Model) {}

    fn flow(&mut self, model: &Model, tools: &mut Tools) -> Result<bool> {
        self.last.copy_from_slice(&self.z);
        let mut field = ReducedFlow::new(model, &mut tools.room);
        if tools.adaptive && model.modes.is_some() {
            field = field.measured_in(Frame {
                start_x: &self.start_x,
                start_z: &self.start_z,
            });
        }
        let outcome = tools.integrator.run(&mut field, 0.0, self.dt, &mut self.z, None)?;
        let moved = outcome.status == Status::Completed && all_between(&self.z, -LARGEST, LARGEST);
        if !moved {
            // The integrator may have come part of the way.
            self.undo();
        }
        Ok(moved)
    }

    fn undo(&mut self) {
        self.z.copy_from_slice(&self.last);
    }

    fn mark(&mut self) {
        self.marked.copy_from_slice(&self.z);
    }

    fn rewind(&mut self) {
        self.z.copy_from_slice(&self.marked);
    }

    fn lift(&self, model: &Model, x: &mut [f64]) {
        match &model.modes {
            None => x.copy_from_slice(&self.z),
            // Always from the start of the phase, so that steps one by one and a whole phase at once give the same bits.
            Some(modes) => modes.lift(&self.start_x, self.z.iter().zip(&self.start_z).map(|(z, z0)| z - z0), x),
        }
    }

    fn is_sound(&self, fresh: &Self, dimension: usize, entered: Option<&Model>) -> bool {
        if (self.rate, self.dt) != (fresh.rate, fresh.dt) {
            return false;
        }
        let Some(model) = entered else { return true };
        let (r, reduced) = (model.inputs(), model.modes.is_some());
        [&self.z, &self.last, &self.marked].iter().all(|v| v.len() == r)
            && (!reduced || (self.start_z.len(), self.start_x.len()) == (r, dimension))
    }
}

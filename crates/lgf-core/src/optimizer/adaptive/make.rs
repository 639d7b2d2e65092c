//! Which state machine an adaptive flow is.
use super::field_flow::FieldFlow;
use super::{Adaptive, AdaptiveOptions};
use crate::bounds::Bounds;
use crate::error::Result;
use crate::optimizer::{Direction, Optimizer};
use crate::snapshot::Snapshot;

impl AdaptiveOptions {
    /// Whether a field that is no gradient is followed faithfully.
    pub(super) fn follows_field(&self) -> bool {
        self.faithful && self.direction == Direction::Custom
    }
}

/// The adaptive learned flow with these options; see [`Adaptive`].
///
/// # Errors
/// As [`Adaptive::within`].
pub fn adaptive(start: &[f64], options: &AdaptiveOptions, bounds: Option<Bounds>) -> Result<Box<dyn Optimizer>> {
    Ok(if options.follows_field() {
        Box::new(FieldFlow::within(start, options, bounds)?)
    } else {
        Box::new(Adaptive::within(start, options, bounds)?)
    })
}

pub(in super::super) fn restored(start: &[f64], options: &AdaptiveOptions, snapshot: &Snapshot<'_>) -> Result<Box<dyn Optimizer>> {
    Ok(if options.follows_field() {
        Box::new(FieldFlow::restored(start, options, snapshot)?)
    } else {
        Box::new(Adaptive::restored(start, options, snapshot)?)
    })
}

//! Base optimizers by themselves.
use super::base::Base;
use super::progress::{At, Progress};
use super::recipe::BaseRecipe;
use super::{Begin, Optimizer, Phase, StepReport, Want};
use crate::error::Result;
use crate::profile::span_of;
use crate::snapshot;

/// A base update without a learner: one evaluation a step.
#[derive(Clone)]
pub struct Plain<O: BaseRecipe> {
    options: O,
    progress: Progress,
    base: O::Base,
}

impl<O: BaseRecipe> Plain<O> {
    /// A run from `start`.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] naming the option; `start` empty or non-finite.
    pub fn new(start: &[f64], options: &O) -> Result<Self> {
        options.check("")?;
        Ok(Self {
            progress: Progress::new(start)?,
            base: options.base(start.len()),
            options: options.clone(),
        })
    }

    pub(super) fn restored(start: &[f64], options: &O, state: &[u8]) -> Result<Self> {
        let mut fresh = Self::new(start, options)?;
        let (progress, base): (Progress, O::Base) = snapshot::read_state(state)?;
        snapshot::require(progress.is_like(&fresh.progress) && base.is_sound(&fresh.base, start.len(), None))?;
        (fresh.progress, fresh.base) = (progress, base);
        Ok(fresh)
    }
}

impl<O: BaseRecipe> Optimizer for Plain<O> {
    fn progress(&self) -> &Progress {
        &self.progress
    }
    fn phase(&self) -> Phase {
        Phase::True
    }
    fn begin(&mut self) -> Result<Begin> {
        let open = self.pending();
        Ok(Begin::Evaluate(
            open.unwrap_or_else(|| self.progress.request(Want::Gradient, At::Iterate, 0)),
        ))
    }
    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<Option<StepReport>> {
        self.progress.answered(id)?;
        let direction = self.progress.check(value, gradient, true)?;
        let Progress { x, next, .. } = &mut self.progress;
        let _span = span_of("step", x.len());
        self.base.propose(1.0, x, direction, next)?;
        self.base.accept();
        self.progress.leave(value);
        Ok(Some(self.progress.finish(Phase::True, Some(value), None)))
    }
    fn advance(&mut self, _: u64) -> Result<u64> {
        self.progress.require_closed("advance").map(|()| 0)
    }
    fn snapshot(&self) -> Vec<u8> {
        snapshot::write(O::KIND, &self.options, self.progress.dimension(), 1, &(&self.progress, &self.base))
    }
}

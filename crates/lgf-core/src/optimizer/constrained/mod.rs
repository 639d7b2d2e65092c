//! Optimizers of problems with one linear constraint, `min f(x)` where `w'x <= limit`, `lower <= x <= upper`: what topology optimization is
//! usually solved with.
//!
//! Each evaluates at the iterate and moves to where a model made there, a [`Rule`], has its feasible minimum. Nothing is compared and nothing
//! rejected: values may rise. Where a point has no finite value or gradient the next one is half way back. The start is the feasible
//! point nearest to the one given, so that every point that counts is feasible.
mod criteria;
mod feasible;
mod moving_asymptotes;
mod root;

pub use criteria::{Criteria, OptimalityCriteriaOptions};
pub use moving_asymptotes::{Asymptotes, MovingAsymptotesOptions};

use super::progress::{At, MOST_COUNT, Progress};
use super::{Begin, Ending, Optimizer, Phase, StepReport, Verdict, Want};
use crate::bounds::Bounds;
use crate::error::Result;
use crate::param::Options;
use crate::snapshot::{self, Snapshot};
use feasible::{Feasible, Limits};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Ways back from failed evaluations, each half of the one before.
const MOST_FAILURES: u32 = 40;

/// Where to go from a point. Public in name only: its module is not.
pub trait Rule: Clone + Send + Serialize + DeserializeOwned {
    type Options: Options + Send;
    /// Name of the exported class.
    const KIND: &'static str;
    fn new(options: &Self::Options, dimension: usize) -> Self;
    fn limits(options: &Self::Options) -> Limits<'_>;
    fn tolerance(options: &Self::Options) -> f64;
    /// Writes the next point. Everything is finite, `x` in the set.
    fn update(&mut self, options: &Self::Options, set: &Feasible, x: &[f64], gradient: &[f64], next: &mut [f64]);
    /// Whether what was read from a snapshot fits.
    fn is_sound(&self, dimension: usize) -> bool;
}

/// What a snapshot keeps beside the progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State<R> {
    rule: R,
    /// At the iterate, once it is known.
    value: Option<f64>,
    /// Failed evaluations since the last that did not.
    failures: u32,
    rejections: u64,
    verdict: Option<Verdict>,
    converged: bool,
    gave_up: bool,
}

/// An optimizer of problems with one linear constraint.
#[derive(Clone)]
pub struct Constrained<R: Rule> {
    options: R::Options,
    bounds: Option<Bounds>,
    set: Feasible,
    progress: Progress,
    state: State<R>,
}

impl<R: Rule> Constrained<R> {
    /// Name of the exported class.
    pub const KIND: &'static str = R::KIND;

    /// A run from the feasible point that is nearest to `start`.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] naming the option, `limit` where no point is feasible; [`crate::Error::Shape`] naming `weights`; `start` empty
    /// or non-finite.
    pub fn new(start: &[f64], options: &R::Options) -> Result<Self> {
        Self::within(start, options, None)
    }

    /// As [`Constrained::new`], with bounds of each variable in place of the options `lower` and `upper`.
    ///
    /// # Errors
    /// As [`Constrained::new`]; naming `bounds` or an entry of them that is not finite or too large.
    pub fn within(start: &[f64], options: &R::Options, bounds: Option<Bounds>) -> Result<Self> {
        options.check("")?;
        let mut progress = Progress::new(start)?;
        let set = Feasible::new(start.len(), &R::limits(options), bounds.as_ref())?;
        set.project(&mut progress.x);
        Ok(Self {
            state: State {
                rule: R::new(options, start.len()),
                value: None,
                failures: 0,
                rejections: 0,
                verdict: None,
                converged: false,
                gave_up: false,
            },
            options: options.clone(),
            bounds,
            set,
            progress,
        })
    }

    pub(super) fn restored(start: &[f64], options: &R::Options, snapshot: &Snapshot<'_>) -> Result<Self> {
        let (progress, state, bounds): (Progress, State<R>, Option<Bounds>) = snapshot::read_state(snapshot.state)?;
        snapshot::require(bounds.as_ref().is_none_or(|bounds| bounds.is_sound(start.len())))?;
        let mut fresh = Self::within(start, options, bounds)?;
        snapshot::require(
            progress.is_like(&fresh.progress)
                && progress.x.iter().chain(&progress.next).all(|x| x.is_finite())
                && state.rule.is_sound(start.len())
                && (state.failures <= MOST_FAILURES && state.rejections < MOST_COUNT),
        )?;
        (fresh.progress, fresh.state) = (progress, state);
        Ok(fresh)
    }

    /// Writes the next point.
    fn propose(&mut self, gradient: &[f64]) {
        let Progress { x, next, .. } = &mut self.progress;
        self.state.rule.update(&self.options, &self.set, x, gradient, next);
        let tolerance = R::tolerance(&self.options);
        let moves = x.iter().zip(next.iter()).enumerate();
        self.state.converged = moves
            .into_iter()
            .all(|(j, (from, to))| (to - from).abs() <= tolerance * self.set.range(j));
    }

    /// Half of the way back to the iterate.
    fn step_back(&mut self) {
        self.state.failures += 1;
        self.state.converged = false;
        let Progress { x, next, .. } = &mut self.progress;
        for (next, x) in next.iter_mut().zip(x.iter()) {
            *next = x + 0.5 * (*next - x);
        }
        self.state.gave_up = next == x || self.state.failures >= MOST_FAILURES;
    }
}

impl<R: Rule> Optimizer for Constrained<R> {
    fn progress(&self) -> &Progress {
        &self.progress
    }
    fn phase(&self) -> Phase {
        Phase::True
    }
    fn begin(&mut self) -> Result<Begin> {
        let at = if self.state.value.is_some() && !self.state.gave_up {
            At::Candidate
        } else {
            At::Iterate
        };
        let open = self.pending();
        Ok(Begin::Evaluate(
            open.unwrap_or_else(|| self.progress.request(Want::Gradient, at, 0)),
        ))
    }
    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<Option<StepReport>> {
        let question = self.progress.answered(id)?;
        let trial = question.at == At::Candidate;
        let gradient = self.progress.check(value, gradient, !trial)?;
        let whole = value.is_finite() && gradient.iter().all(|g| g.is_finite());
        self.progress.evaluated(if whole { value } else { f64::INFINITY }, question.at, 0);
        self.progress.pending = None;
        if !whole {
            self.state.verdict = Some(Verdict::Failed);
            self.state.rejections += 1;
            self.step_back();
            let value = self.state.value;
            return Ok(self.state.gave_up.then(|| self.progress.finish(Phase::True, value, None)));
        }
        if trial {
            self.progress.advance();
        }
        let before = self.state.value.replace(value);
        (self.state.failures, self.state.gave_up) = (0, false);
        self.state.verdict = Some(Verdict::Accepted);
        self.propose(gradient);
        let over = trial || self.state.converged;
        Ok(over.then(|| self.progress.finish(Phase::True, before.or(Some(value)), None)))
    }
    fn advance(&mut self, _: u64) -> Result<u64> {
        self.progress.require_closed("advance").map(|()| 0)
    }
    fn is_plain(&self) -> bool {
        // Every answer needs its question: the point is not always the iterate.
        false
    }
    fn rejections(&self) -> u64 {
        self.state.rejections
    }
    fn verdict(&self) -> Option<Verdict> {
        self.state.verdict
    }
    fn ending(&self) -> Option<Ending> {
        match (self.state.gave_up, self.state.converged) {
            (true, _) => Some(Ending::GaveUp),
            (_, true) => Some(Ending::Converged),
            _ => None,
        }
    }
    fn snapshot(&self) -> Vec<u8> {
        let state = (&self.progress, &self.state, &self.bounds);
        snapshot::write(Self::KIND, &self.options, self.progress.dimension(), 1, &state)
    }
}

//! L-BFGS, with and without bounds.
//!
//! Without bounds the steps are those of L-BFGS-B 3.0 (SciPy's `L-BFGS-B`): `x <- x + t d`, `d = -H g` with the inverse Hessian `H` of the
//! last pairs, `t` from the search of Moré and Thuente that starts at 1, at first at `1 / ‖g‖`. With bounds `H` acts on the
//! variables that no bound holds; a first trial that would leave the box is projected onto it and shortened until it descends enough,
//! others are searched as without bounds, up to the first bound.
//!
//! A trial without a finite value or gradient is a failed evaluation: the next one is shorter. No step ends above where it began. A search that
//! finds none drops the pairs, and along descent itself goes on with ever shorter trials until none can be told from the iterate.
//!
//! Source: Liu, Nocedal 1989, doi:10.1007/BF01589116; Byrd, Lu, Nocedal, Zhu 1995, doi:10.1137/0916069; Bertsekas 1982,
//! doi:10.1137/0320018 (projection).
mod line_search;
mod memory;

use super::progress::{At, MOST_COUNT, Progress};
use super::{Begin, Ending, Optimizer, Phase, StepReport, Verdict, Want};
use crate::bounds::Bounds;
use crate::error::{Result, require_length};
use crate::linalg::dot;
use crate::param::{Domain, Options, options};
use crate::profile::span;
use crate::snapshot::{self, Snapshot};
use line_search::LineSearch;
use memory::Memory;
use serde::{Deserialize, Serialize};

options! {
    /// L-BFGS.
    pub struct LbfgsOptions as "LBFGSOptions" {
        /// Pairs of steps and gradient changes that are kept.
        memory: usize = 10, Domain::Within(1, 1000);
    }
}

/// Evaluated trials of one search at most, as in L-BFGS-B; and failed ones.
const MOST_TRIALS: u32 = 20;
const MOST_FAILURES: u32 = 100;
/// Longest step in units of the direction, or of the first trial where that is longer.
const LONGEST: f64 = 1e10;
/// Share of the decrease that the slope promises which a projected trial must reach.
const SUFFICIENT: f64 = 1e-4;

/// A search under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Search {
    /// Along a line inside of the box.
    Line(LineSearch),
    /// Along the projection of a line, with this step.
    Arc(f64),
}

/// What a snapshot keeps beside the progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    value: f64,
    gradient: Vec<f64>,
    direction: Vec<f64>,
    /// `g'd` at the iterate.
    slope: f64,
    memory: Memory,
    search: Option<Search>,
    trials: u32,
    failures: u32,
    rejections: u64,
    verdict: Option<Verdict>,
    stalled: bool,
}

/// Limited-memory BFGS; see the class `LBFGS` in TypeScript.
#[derive(Debug, Clone)]
pub struct Lbfgs {
    options: LbfgsOptions,
    bounds: Option<Bounds>,
    progress: Progress,
    state: State,
}

impl Lbfgs {
    /// Name of the exported class.
    pub const KIND: &'static str = "LBFGS";

    /// A run from `start`.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] naming the option; `start` empty or non-finite.
    pub fn new(start: &[f64], options: &LbfgsOptions) -> Result<Self> {
        Self::within(start, options, None)
    }

    /// A run from the point of the box that is nearest to `start`.
    ///
    /// # Errors
    /// As [`Lbfgs::new`]; [`crate::Error::Shape`] naming `bounds`.
    pub fn within(start: &[f64], options: &LbfgsOptions, bounds: Option<Bounds>) -> Result<Self> {
        options.check("")?;
        let mut progress = Progress::new(start)?;
        if let Some(bounds) = &bounds {
            require_length("bounds", bounds.dimension(), start.len())?;
            bounds.project(&mut progress.x);
        }
        Ok(Self {
            options: options.clone(),
            bounds,
            progress,
            state: State {
                value: f64::INFINITY,
                gradient: vec![0.0; start.len()],
                direction: vec![0.0; start.len()],
                slope: 0.0,
                memory: Memory::new(options.memory),
                search: None,
                trials: 0,
                failures: 0,
                rejections: 0,
                verdict: None,
                stalled: false,
            },
        })
    }

    pub(super) fn restored(start: &[f64], options: &LbfgsOptions, snapshot: &Snapshot<'_>) -> Result<Self> {
        let mut fresh = Self::new(start, options)?;
        let (progress, state, bounds): (Progress, State, Option<Bounds>) = snapshot::read_state(snapshot.state)?;
        let d = start.len();
        let searched = match &state.search {
            Some(Search::Line(search)) => search.is_sound(),
            Some(Search::Arc(step)) => step.is_finite(),
            None => true,
        };
        snapshot::require(
            progress.is_like(&fresh.progress)
                && searched
                && state.memory.is_sound(d, options.memory)
                && (state.gradient.len(), state.direction.len()) == (d, d)
                && (state.trials <= MOST_TRIALS && state.failures <= MOST_FAILURES && state.rejections < MOST_COUNT),
        )?;
        snapshot::require(bounds.as_ref().is_none_or(|bounds| bounds.is_sound(d)))?;
        (fresh.progress, fresh.state, fresh.bounds) = (progress, state, bounds);
        Ok(fresh)
    }

    /// Which variables no bound holds back; nothing without bounds.
    fn free(&self) -> Option<Vec<bool>> {
        let bounds = self.bounds.as_ref()?;
        let at = self.progress.x.iter().zip(&self.state.gradient).enumerate();
        Some(at.map(|(i, (&x, &g))| !bounds.is_active(i, x, g)).collect())
    }

    /// A descent direction at the iterate and its first trial; or nothing is left to try.
    fn aim(&mut self) {
        let mut free = self.free();
        loop {
            self.point_downhill(free.as_deref());
            let Some((bounds, free)) = self.bounds.as_ref().zip(free.as_mut()) else {
                break;
            };
            // Variables at a bound that the direction would leave by it are held there too.
            let mut held = false;
            for (i, free) in free.iter_mut().enumerate() {
                if *free && bounds.blocks(i, self.progress.x[i], self.state.direction[i]) {
                    (*free, held) = (false, true);
                }
            }
            if !held {
                break;
            }
        }
        let state = &mut self.state;
        state.slope = dot(&state.gradient, &state.direction);
        if !(state.slope < 0.0 && state.slope.is_finite()) {
            if state.memory.is_empty() && !state.memory.is_blank() {
                // What is left of the pairs is of another scale.
                state.memory.forget();
                return self.aim();
            }
            return self.start_over();
        }
        let longest = self
            .bounds
            .as_ref()
            .map_or(f64::INFINITY, |bounds| bounds.longest_step(&self.progress.x, &state.direction));
        let step = if state.memory.is_blank() {
            self.progress.first_length() / dot(&state.direction, &state.direction).sqrt()
        } else {
            1.0
        };
        state.search = Some(if step <= longest {
            Search::Line(LineSearch::new(
                state.value,
                state.slope,
                step,
                longest.min(LONGEST * step.max(1.0)),
            ))
        } else {
            Search::Arc(step)
        });
        (state.trials, state.failures, state.stalled) = (0, 0, false);
        self.propose();
    }

    /// `d = -H g` of the free variables.
    fn point_downhill(&mut self, free: Option<&[bool]>) {
        let _span = span("direction");
        let State {
            direction,
            gradient,
            memory,
            ..
        } = &mut self.state;
        for (i, (d, g)) in direction.iter_mut().zip(gradient.iter()).enumerate() {
            *d = if free.is_none_or(|free| free[i]) { -g } else { 0.0 };
        }
        memory.apply(direction, free);
    }

    /// Without what was remembered; without that already, the end.
    fn start_over(&mut self) {
        self.state.search = None;
        if self.state.memory.is_empty() {
            self.state.stalled = true;
        } else {
            self.state.memory.clear();
            self.aim();
        }
    }

    /// Writes the trial of the search; one beyond the range of doubles, or that is the iterate itself, is none.
    fn propose(&mut self) {
        let _span = span("propose").moved(40 * self.progress.x.len());
        loop {
            let step = match &self.state.search {
                Some(Search::Line(search)) => search.step,
                Some(Search::Arc(step)) => *step,
                None => return,
            };
            let Progress { x, next, .. } = &mut self.progress;
            for ((next, x), d) in next.iter_mut().zip(x.iter()).zip(&self.state.direction) {
                *next = x + step * d;
            }
            if let Some(bounds) = &self.bounds {
                bounds.project(next);
            }
            if next == x {
                // Of a function that bends at a far smaller scale than the trial, interpolation may fall short of anything.
                let went_back = match &mut self.state.search {
                    Some(Search::Line(search)) if self.state.memory.is_empty() => search.step_back(),
                    _ => false,
                };
                if !went_back {
                    return self.start_over();
                }
            } else if next.iter().all(|v| v.is_finite()) {
                return;
            }
            if !self.shorten() {
                return self.start_over();
            }
        }
    }

    /// The search found no step; along descent itself a shorter one may do.
    fn search_again(&mut self) {
        self.state.trials = 0;
        if let Some(Search::Line(search)) = &mut self.state.search {
            search.step_back();
        }
        if self.state.memory.is_empty() && self.shorten() {
            self.propose();
        } else {
            self.start_over();
        }
    }

    /// A shorter trial after a failed one, if that makes sense; the more of them failed, the shorter.
    fn shorten(&mut self) -> bool {
        let share = 0.25_f64.powi(1 + (self.state.failures / 4) as i32);
        self.state.failures += 1;
        match &mut self.state.search {
            Some(Search::Line(search)) => search.shorten(share),
            Some(Search::Arc(step)) => *step *= share,
            None => return false,
        }
        self.state.failures < MOST_FAILURES
    }

    /// A trial was evaluated; whether the search ends with it.
    fn judge(&mut self, value: f64, gradient: &[f64]) -> bool {
        let _span = span("judge").moved(16 * gradient.len()).computed(2 * gradient.len());
        self.state.trials += 1;
        let State {
            search,
            direction,
            slope,
            value: before,
            gradient: g,
            ..
        } = &mut self.state;
        match search {
            Some(Search::Line(search)) => search.tell(value, dot(gradient, direction)),
            Some(Search::Arc(step)) => {
                let Progress { x, next, .. } = &self.progress;
                let promised: f64 = g.iter().zip(next.iter().zip(x)).map(|(g, (next, x))| g * (next - x)).sum();
                if promised < 0.0 && value <= *before + SUFFICIENT * promised {
                    return true;
                }
                // The minimum of the parabola through both values and the slope.
                let quadratic = -0.5 * *slope * *step / (value - *before - *slope * *step);
                *step *= if quadratic.is_finite() { quadratic.clamp(0.1, 0.5) } else { 0.5 };
                false
            }
            None => false,
        }
    }

    /// The trial becomes the iterate.
    fn accept(&mut self, value: f64, gradient: &[f64]) -> StepReport {
        let Progress { x, next, .. } = &self.progress;
        self.state.memory.push([x, next], [&self.state.gradient, gradient]);
        self.progress.advance();
        self.state.gradient.copy_from_slice(gradient);
        let before = std::mem::replace(&mut self.state.value, value);
        self.state.verdict = Some(Verdict::Accepted);
        self.aim();
        self.progress.finish(Phase::True, Some(before), None)
    }

    /// The search came to nothing: a step is over where nothing is left to try.
    fn refuse(&mut self, verdict: Verdict) -> Option<StepReport> {
        self.state.verdict = Some(verdict);
        self.state.rejections += 1;
        let value = Some(self.state.value);
        self.state.stalled.then(|| self.progress.finish(Phase::True, value, None))
    }
}

impl Optimizer for Lbfgs {
    of_trials!();
    fn begin(&mut self) -> Result<Begin> {
        let at = if self.state.search.is_some() { At::Candidate } else { At::Iterate };
        let open = self.pending();
        Ok(Begin::Evaluate(
            open.unwrap_or_else(|| self.progress.request(Want::Gradient, at, 0)),
        ))
    }
    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<Option<StepReport>> {
        let question = self.progress.answered(id)?;
        let trial = self.state.search.is_some();
        let gradient = self.progress.check(value, gradient, !trial)?;
        let whole = value.is_finite() && gradient.iter().all(|g| g.is_finite());
        self.progress.evaluated(if whole { value } else { f64::INFINITY }, question.at, 0);
        self.progress.pending = None;
        if !trial {
            // The start, or a caller who goes on where nothing was left to try.
            self.state.value = value;
            self.state.gradient.copy_from_slice(gradient);
            self.state.memory.clear();
            self.state.verdict = Some(Verdict::Accepted);
            self.aim();
            return Ok(self.state.stalled.then(|| self.progress.finish(Phase::True, Some(value), None)));
        }
        if !whole {
            if self.shorten() {
                self.propose();
            } else {
                self.start_over();
            }
            return Ok(self.refuse(Verdict::Failed));
        }
        if self.judge(value, gradient) {
            if value <= self.state.value {
                return Ok(Some(self.accept(value, gradient)));
            }
            self.search_again();
        } else if self.state.trials >= MOST_TRIALS {
            if value < self.state.value {
                return Ok(Some(self.accept(value, gradient)));
            }
            self.search_again();
        } else {
            self.propose();
        }
        Ok(self.refuse(Verdict::Rejected))
    }
    fn snapshot(&self) -> Vec<u8> {
        let state = (&self.progress, &self.state, &self.bounds);
        snapshot::write(Self::KIND, &self.options, self.progress.dimension(), 1, &state)
    }
}

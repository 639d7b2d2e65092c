//! The adaptive learned flow: no schedule. Every true evaluation both judges the last learned flow and teaches the next one.
//!
//! A sliding window keeps the secants `(s, y)`: differences of points and of gradients between each evaluation, a rejected one too, and the
//! iterate that it started from. About the iterate several models of the field are fitted to it, in coordinates `z` of what the window
//! spans (or in the variables themselves, where there are few):
//! ```text
//! positive     B z, symmetric and positive, secant by secant (the form of Broyden, Fletcher, Goldfarb, Shanno)
//! potential    B z, symmetric, least squares over all secants
//! polynomial   the gradient of one polynomial of order 2 to 4, of all variables or few at a time
//! warp         the same for a monotone function of the objective
//! general      B z, for directions that are no gradients
//! ```
//! All of it in the coordinates of a diagonal metric, which carries points in and out and is the only part that knows of it.
//!
//! Each true gradient is a test that none of them has seen; the one that predicts best drives. Its flow `da/dt = -g(a)` is followed to its
//! end, or as far as it is trusted; the end is evaluated, accepted if it is not worse, and learned from in any case. No step ends above the
//! start, and none is taken on faith.
//!
//! Cost of a step beside the evaluation: two passes over the window where there are many variables, some ten over single vectors, and
//! `O(window^3)`; while bounds hold variables back `2 window + 1` passes more.
mod candidate;
mod council;
mod families;
mod field_flow;
mod general;
mod make;
mod metric;
mod monomials;
mod noise;
mod noisy_polynomial;
mod options;
mod polynomial;
mod positive;
mod potential;
mod quadratic;
mod scales;
mod span;
mod trust;
mod warp;
mod weighted;
mod window;

pub use make::adaptive;
pub(super) use make::restored;
pub use options::{AdaptiveOptions, BaseUpdate};

use super::progress::{At, MOST_COUNT, Progress};
use super::{Begin, Direction, Ending, Optimizer, Phase, StepReport, Verdict, Want};
use crate::bounds::Bounds;
use crate::error::{Result, require_length};
use crate::linalg::{pass, unit as unit_of};
use crate::profile::span_of;
use crate::snapshot::{self, Snapshot};
use council::Council;
use metric::Metric;
use serde::{Deserialize, Serialize};
use trust::{Outcome, Trust};
use window::{Record, Window, inner, length};

/// Rejections in a row after which the window is emptied, and after which there is nothing more to try.
const RESTART: u32 = 8;
const GIVE_UP: u32 = 60;
/// Where gradients are noisy every rejected one still sharpens the mean: nothing is thrown away, and so many times more are made.
const PATIENCE: u32 = 4;
/// Length of the first step relative to the start, and share of the value that descent would take away in it.
const FIRST_SHARE: f64 = 0.3;
const FIRST_DECREASE: f64 = 2.0;
/// Values closer than this, relative to their size, are told apart by their gradients.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// What a snapshot keeps beside progress, window and trust.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    /// What gradients and values are divided by, a power of two: 1 unless their squares would overflow or vanish.
    unit: f64,
    /// Gradient in the coordinates of the metric and value at the iterate, in units; no value before the first evaluation.
    g: Vec<f64>,
    value: Option<f64>,
    /// Time of a step of descent: the inverse curvature along the newest secant.
    gamma: f64,
    failures: u32,
    fits: u64,
    learned: u64,
    rejections: u64,
    verdict: Option<Verdict>,
    stalled: bool,
    gave_up: bool,
}

/// Vectors that only some runs need, kept from step to step.
#[derive(Default)]
struct Room {
    /// The gradient without the entries of variables that bounds hold back.
    free: Vec<f64>,
    /// The gradient that was told, in units.
    told: Vec<f64>,
}

/// The adaptive learned flow; see the class `LGFAdaptive` in TypeScript.
pub struct Adaptive {
    options: AdaptiveOptions,
    bounds: Option<Bounds>,
    progress: Progress,
    window: Window,
    council: Council,
    metric: Metric,
    state: State,
    room: Room,
    /// Whether the open question was asked before the snapshot that this was restored from: the council has to fit again what it asked with.
    forgot: bool,
}

impl Adaptive {
    /// Name of the exported class.
    pub const KIND: &'static str = "LGFAdaptive";

    /// A run from `start`.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] naming the option; `start` empty or non-finite.
    /// # Examples
    /// ```
    /// use lgf_core::optimizer::{Adaptive, AdaptiveOptions, Optimizer};
    /// let mut flow = Adaptive::new(&[-1.2, 1.0], &AdaptiveOptions::default())?;
    /// while flow.best().is_none_or(|(value, _)| value > 1e-12) && flow.evaluations() < 50 {
    ///     let request = flow.ask()?;
    ///     let &[a, b] = flow.point() else { unreachable!() };
    ///     let (r, s) = (b - a * a, 1.0 - a);
    ///     flow.tell(request.id, 100.0 * r * r + s * s, Some(&[-400.0 * a * r - 2.0 * s, 200.0 * r]))?;
    /// }
    /// assert!(flow.evaluations() < 35);
    /// # Ok::<(), lgf_core::Error>(())
    /// ```
    pub fn new(start: &[f64], options: &AdaptiveOptions) -> Result<Self> {
        Self::within(start, options, None)
    }

    /// A run from `start`, or from the point of the box that is nearest to it, that never leaves the box.
    ///
    /// # Errors
    /// As [`Adaptive::new`]; [`crate::Error::Shape`] naming `bounds`.
    pub fn within(start: &[f64], options: &AdaptiveOptions, bounds: Option<Bounds>) -> Result<Self> {
        options.check_for(start.len())?;
        let mut progress = Progress::new(start)?;
        if let Some(bounds) = &bounds {
            require_length("bounds", bounds.dimension(), start.len())?;
            bounds.project(&mut progress.x);
        }
        let council = Council::new(start.len(), options);
        Ok(Self {
            window: Window::new(start.len(), options.capacity(start.len()), !council.full),
            council,
            metric: Metric::new(options),
            state: State {
                unit: 1.0,
                g: vec![0.0; start.len()],
                value: None,
                gamma: 0.0,
                failures: 0,
                fits: 0,
                learned: 0,
                rejections: 0,
                verdict: None,
                stalled: false,
                gave_up: false,
            },
            progress,
            bounds,
            options: options.clone(),
            room: Room::default(),
            forgot: false,
        })
    }

    pub(super) fn restored(start: &[f64], options: &AdaptiveOptions, snapshot: &Snapshot<'_>) -> Result<Self> {
        let mut fresh = Self::new(start, options)?;
        type Kept = (Progress, State, Window, Trust, Option<Bounds>, Metric);
        let (progress, state, window, trust, bounds, metric): Kept = snapshot::read_state(snapshot.state)?;
        let counts = [state.fits, state.learned, state.rejections];
        snapshot::require(
            progress.is_like(&fresh.progress)
                && window.is_like(&fresh.window)
                && state.g.len() == start.len()
                && (state.gave_up || state.g.iter().chain(&state.value).all(|v| v.is_finite()))
                && state.gamma >= 0.0
                && state.unit > 0.0
                && state.unit.is_finite()
                && metric.is_like(&fresh.metric, start.len())
                && counts.into_iter().all(|count| count < MOST_COUNT)
                && bounds.as_ref().is_none_or(|bounds| bounds.is_sound(start.len()))
                && fresh.council.could_be(&trust, &window)
                && (progress.pending.is_none_or(|question| question.at == At::Iterate) || trust.is_open()),
        )?;
        fresh.council.trust = trust;
        fresh.forgot = true;
        (fresh.progress, fresh.state, fresh.window, fresh.bounds) = (progress, state, window, bounds);
        fresh.metric = metric;
        Ok(fresh)
    }

    /// Whether bounds hold variables back; the gradient without their entries is then in the room.
    fn hold(&mut self) -> bool {
        let Some(bounds) = &self.bounds else { return false };
        let (x, g) = (&self.progress.x, &self.state.g);
        let held = |i: usize| bounds.is_active(i, x[i], g[i]);
        let Some(first) = (0..x.len()).find(|&i| held(i)) else {
            return false;
        };
        let free = &mut self.room.free;
        free.clone_from(g);
        (first..x.len()).filter(|&i| held(i)).for_each(|i| free[i] = 0.0);
        true
    }

    /// Time of the first step, from what is known before anything was learned: the sizes of the start and of the value there.
    fn first_time(&self, g: &[f64]) -> f64 {
        // Length of the direction in the units of the variables.
        let (slope, length) = (length(g), length(&self.metric.times(g)));
        if self.options.direction == Direction::Newton {
            return self.options.first_step.map_or(self.state.unit, |step| step / length);
        }
        let by_size = FIRST_SHARE * self::length(&self.progress.x) / length;
        let by_value = FIRST_DECREASE * self.state.value.unwrap_or(0.0).abs() / slope / slope;
        let usable = |time: f64| time.is_finite() && time > 0.0;
        match (self.options.first_step, usable(by_size), usable(by_value)) {
            (Some(step), ..) => step / length,
            (None, true, true) => by_size.min(by_value),
            (None, true, false) => by_size,
            (None, false, true) => 0.5 * by_value,
            (None, false, false) => 1.0 / length,
        }
    }

    /// Writes the next point to evaluate.
    fn propose(&mut self) {
        self.progress.vacate();
        self.forgot = false;
        let held = self.hold();
        let known = self.window.records().iter().any(|record| !record.wild);
        if !known && self.state.gamma == 0.0 {
            self.state.gamma = self.first_time(if held { &self.room.free } else { &self.state.g });
        }
        let g = if held { &self.room.free } else { &self.state.g };
        let Progress { x, next, .. } = &mut self.progress;
        let (gamma, failures) = (self.state.gamma, self.state.failures);
        let origin = if self.metric.is_plain() { Vec::new() } else { vec![0.0; x.len()] };
        let base = if self.metric.is_plain() { x.as_slice() } else { &origin };
        self.council.level = self.state.value.unwrap_or(0.0).abs();
        let led = known && self.council.propose(&self.window, g, held, gamma, failures, base, next);
        if known {
            self.state.fits += 1;
        }
        if !led {
            let _span = span_of("descend", g.len()).moved(40 * g.len()).computed(4 * g.len());
            self.council.descend(gamma, 0.5 * gamma * inner(g, g));
            pass::combine([(1.0, base), (-gamma, g)].into_iter(), next);
        }
        if !self.metric.is_plain() {
            self.metric.carry(x, next);
        }
        if let Some(bounds) = &self.bounds {
            bounds.project(next);
            self.council.moved(|| self.metric.step(x, next));
        }
        let _span = span_of("check", x.len()).moved(16 * x.len());
        if !pass::all_between(next, f64::MIN, f64::MAX) {
            next.copy_from_slice(x);
        }
        if *next == *x {
            // Too short to tell: without what was learned a step of descent may still be longer.
            if led && !self.window.is_empty() {
                self.window.truncate(0);
                self.state.gamma = 0.0;
                self.council.restart();
                self.propose();
            } else {
                self.state.gave_up = self.state.verdict == Some(Verdict::Failed);
                self.state.stalled = !self.state.gave_up;
            }
        }
    }

    /// Takes in a finite answer about the candidate; whether it becomes the iterate.
    fn learn(&mut self, value: f64, gradient: &[f64]) -> bool {
        if self.forgot {
            self.council.level = self.state.value.map_or(f64::INFINITY, f64::abs);
            let held = self.hold();
            let g = if held { &self.room.free } else { &self.state.g };
            self.council.recall(&self.window, g, (self.state.gamma, self.state.failures), held);
        }
        let state = &mut self.state;
        let base = state.value.unwrap_or(f64::INFINITY);
        let Progress { x, next, .. } = &self.progress;
        self.council.level = base.abs();
        let step: Vec<f64>;
        let origin: Vec<f64>;
        let ends = if self.metric.is_plain() {
            [x.as_slice(), next.as_slice()]
        } else {
            (origin, step) = (vec![0.0; x.len()], self.metric.step(x, next));
            [origin.as_slice(), step.as_slice()]
        };
        self.window
            .push(ends, [&state.g, gradient], |slot| Record::new(slot, value - base, 0.0));
        let [slope, gy, ss, sy, yy] = self.window.newest_products(&state.g);
        self.window.set_slope(slope);
        // Where rounding hides which value is lower, the shorter gradient is better.
        let hidden = value > base && value - base <= ROUNDING * base.abs();
        let accepted = value <= base || (hidden && length(gradient) < 0.9 * length(&state.g));
        let outcome = Outcome {
            rise: value - base,
            slopes: [slope, slope + sy],
            gy,
            length: ss.sqrt(),
            yy,
            accepted,
        };
        let judgement = self.council.judge(&self.window, &outcome);
        if judgement.wild {
            self.window.set_wild();
        }
        let newton = self.options.direction == Direction::Newton;
        if sy > 0.0 && yy > 0.0 && !judgement.wild && !newton && self.council.tells(&self.window, yy) {
            state.gamma = sy / yy;
        } else if newton {
            // The step of Newton's method needs no learning.
            state.gamma = if accepted {
                (2.0 * state.gamma).min(state.unit)
            } else {
                0.25 * state.gamma
            };
        } else if !accepted && self.window.records().iter().all(|record| record.wild) {
            state.gamma *= judgement.shrink;
        }
        if accepted {
            let _span = span_of("accept", gradient.len()).moved(32 * gradient.len());
            self.window.accept();
            self.progress.advance();
            pass::copy(gradient, &mut state.g);
            state.value = Some(value);
        }
        accepted
    }

    /// Another metric of the flow comes into use, if the gradient at the new iterate asks for it: window and trust take its coordinates.
    fn update_metric(&mut self, gradient: &[f64]) {
        let _span = span_of("metric", gradient.len());
        let secant = [self.window.step(0), self.window.change(0)];
        let Some(ratio) = self.metric.see(gradient, Some(secant)) else {
            return;
        };
        let [.., ss, _, yy] = self.window.newest_products(&self.state.g);
        self.state.g.iter_mut().zip(&ratio).for_each(|(g, ratio)| *g *= ratio);
        self.window.rescale(&ratio, &self.state.g);
        let [.., new_ss, _, new_yy] = self.window.newest_products(&self.state.g);
        // Lengths and times as the newest secant has them.
        let usable = |factor: f64| if factor.is_normal() { factor } else { 1.0 };
        let time = usable(yy / new_yy);
        self.state.gamma *= time;
        self.council.rescale(usable((new_ss / ss).sqrt()), time);
    }

    /// After a rejected or failed answer.
    fn rejected(&mut self) {
        let state = &mut self.state;
        state.rejections += 1;
        state.failures += 1;
        let noisy = self.council.is_noisy();
        if state.failures > RESTART && !noisy {
            self.window.truncate(0);
            self.council.restart();
            state.gamma *= 0.1;
        }
        if state.failures > if noisy { PATIENCE * GIVE_UP } else { GIVE_UP } {
            state.stalled = state.verdict == Some(Verdict::Rejected);
            state.gave_up = !state.stalled;
        }
    }
}

impl Optimizer for Adaptive {
    fn progress(&self) -> &Progress {
        &self.progress
    }
    fn phase(&self) -> Phase {
        Phase::True
    }
    fn begin(&mut self) -> Result<Begin> {
        if let Some(open) = self.pending() {
            return Ok(Begin::Evaluate(open));
        }
        if self.state.value.is_none() || self.ending().is_some() {
            return Ok(Begin::Evaluate(self.progress.request(Want::Gradient, At::Iterate, 0)));
        }
        self.propose();
        Ok(Begin::Evaluate(self.progress.request(Want::Gradient, At::Candidate, 0)))
    }
    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<Option<StepReport>> {
        let question = self.progress.answered(id)?;
        // Without a value at its start a run cannot begin: the question stays open.
        let gradient = self.progress.check(value, gradient, question.at == At::Iterate)?;
        let finite = value.is_finite() && pass::all_between(gradient, f64::MIN, f64::MAX);
        self.progress.noted(if finite { value } else { f64::NAN }, question.at);
        let unit = self.state.unit;
        if question.at == At::Iterate {
            if self.state.value.is_none() {
                self.metric.see(gradient, None);
                let own = self.metric.times(gradient);
                self.state.unit = unit_of(&own);
                self.state.g = own.iter().map(|g| g / self.state.unit).collect();
                self.state.value = Some(value / self.state.unit);
                self.state.verdict = Some(Verdict::Accepted);
            }
            return Ok(Some(self.progress.finish(Phase::True, Some(value), None)));
        }
        let from = self.state.value.map(|value| value * unit);
        let mut told = std::mem::take(&mut self.room.told);
        let seen = gradient;
        let (value, gradient) = if unit == 1.0 && self.metric.is_plain() {
            (value, gradient)
        } else {
            told.clear();
            told.extend_from_slice(gradient);
            self.metric.scale(&mut told);
            told.iter_mut().for_each(|g| *g /= unit);
            (value / unit, told.as_slice())
        };
        self.state.learned += u64::from(self.council.driver().is_some());
        if finite {
            let accepted = self.learn(value, gradient);
            self.state.verdict = Some(if accepted { Verdict::Accepted } else { Verdict::Rejected });
            if accepted {
                self.state.failures = 0;
                self.update_metric(seen);
            } else {
                self.rejected();
            }
        } else {
            let Progress { x, next, .. } = &self.progress;
            self.council.failed(length(&self.metric.step(x, next)));
            self.state.verdict = Some(Verdict::Failed);
            if self.window.is_empty() {
                self.state.gamma *= 0.1;
            }
            self.rejected();
        }
        self.room.told = told;
        Ok(Some(self.progress.finish(Phase::True, from, None)))
    }
    fn advance(&mut self, _: u64) -> Result<u64> {
        self.progress.require_closed("advance").map(|()| 0)
    }
    fn snapshot(&self) -> Vec<u8> {
        let state = (
            &self.progress,
            &self.state,
            &self.window,
            &self.council.trust,
            &self.bounds,
            &self.metric,
        );
        snapshot::write(Self::KIND, &self.options, self.progress.dimension(), 1, &state)
    }
    fn is_plain(&self) -> bool {
        // The point is not always the iterate.
        false
    }
    fn fits(&self) -> u64 {
        self.state.fits
    }
    fn learned_steps(&self) -> u64 {
        self.state.learned
    }
    fn rejections(&self) -> u64 {
        self.state.rejections
    }
    fn verdict(&self) -> Option<Verdict> {
        self.state.verdict
    }
    fn ending(&self) -> Option<Ending> {
        match (self.state.gave_up, self.state.stalled) {
            (true, _) => Some(Ending::GaveUp),
            (_, true) => Some(Ending::Stalled),
            _ => None,
        }
    }
    fn driver(&self) -> Option<&'static str> {
        self.council.driver()
    }
}

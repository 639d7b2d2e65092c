//! Anderson acceleration of gradient descent.
//!
//! Of the last iterates it takes the combination whose gradient, were it linear, would be the smallest, and descends from there:
//! ```text
//! min_c ‖g - dG c‖,   x <- x - dX c - b (g - dG c)
//! ```
//! with the differences `dX`, `dG` of consecutive iterates and gradients, and `b` the mixing. Gradients are divided by a power of two, the unit,
//! where their products would leave the range of doubles. A step that ends above the highest of the last
//! values, above the start, or where nothing can be evaluated is undone: what was remembered is dropped and plain descent with halved
//! steps takes over until one goes down.
//!
//! Source: Anderson 1965, doi:10.1145/321296.321305 (type II); Walker, Ni 2011, doi:10.1137/10078356X; the mixing by default is the step of
//! Barzilai, Borwein 1988, doi:10.1093/imanum/8.1.141.
use super::progress::{At, MOST_COUNT, Progress};
use super::{Begin, Ending, Optimizer, Phase, StepReport, Verdict, Want};
use crate::error::Result;
use crate::linalg::{dot, unit};
use crate::param::{Domain, Options, options};
use crate::profile::{span, span_of};
use crate::snapshot::{self, Snapshot};
use serde::{Deserialize, Serialize};

options! {
    /// Anderson acceleration of gradient descent.
    pub struct AndersonOptions as "AndersonOptions" {
        /// Differences of iterates and gradients that are combined.
        memory: usize = 10, Domain::Within(1, 100);
        /// Step length of descent from the combination. By default estimated from the last two gradients.
        mixing: Option<f64> = None, Domain::Positive;
    }
}

/// Values that a new one is compared with.
const WINDOW: usize = 5;
/// Shortenings of one plain step at most.
const MOST_FAILURES: u32 = 200;
/// Share of the decrease that the slope promises which a plain step must reach.
const SUFFICIENT: f64 = 1e-4;
/// Of the diagonal of the scaled normal equations: differences closer to dependent than that count less.
const RIDGE: f64 = 1e-13;

/// What a snapshot keeps beside the progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    known: bool,
    /// At the start, then of the last accepted points, the newest last.
    start_value: f64,
    values: Vec<f64>,
    gradient: Vec<f64>,
    dx: Vec<Vec<f64>>,
    dg: Vec<Vec<f64>>,
    /// What the differences of gradients are divided by.
    unit: f64,
    /// Mixing in use, of gradients in units.
    mixing: f64,
    /// Whether the trial is a plain step, and how often it was shortened.
    plain: bool,
    failures: u32,
    rejections: u64,
    verdict: Option<Verdict>,
    stalled: bool,
}

/// Anderson acceleration; see the class `Anderson` in TypeScript.
#[derive(Debug, Clone)]
pub struct Anderson {
    options: AndersonOptions,
    progress: Progress,
    state: State,
    room: Room,
}

/// Room for the normal equations.
#[derive(Debug, Clone, Default)]
struct Room {
    norms: Vec<f64>,
    factor: Vec<f64>,
    /// The gradient in units.
    g: Vec<f64>,
    /// The solution.
    c: Vec<f64>,
}

impl Anderson {
    /// Name of the exported class.
    pub const KIND: &'static str = "Anderson";

    /// A run from `start`.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] naming the option; `start` empty or non-finite.
    pub fn new(start: &[f64], options: &AndersonOptions) -> Result<Self> {
        options.check("")?;
        Ok(Self {
            progress: Progress::new(start)?,
            options: options.clone(),
            room: Room::default(),
            state: State {
                known: false,
                start_value: f64::INFINITY,
                values: Vec::new(),
                gradient: vec![0.0; start.len()],
                dx: Vec::new(),
                dg: Vec::new(),
                unit: 1.0,
                mixing: 0.0,
                plain: true,
                failures: 0,
                rejections: 0,
                verdict: None,
                stalled: false,
            },
        })
    }

    pub(super) fn restored(start: &[f64], options: &AndersonOptions, snapshot: &Snapshot<'_>) -> Result<Self> {
        let mut fresh = Self::new(start, options)?;
        let (progress, state): (Progress, State) = snapshot::read_state(snapshot.state)?;
        let full = |columns: &[Vec<f64>]| columns.len() <= options.memory && columns.iter().all(|v| v.len() == start.len());
        snapshot::require(
            progress.is_like(&fresh.progress)
                && full(&state.dx)
                && full(&state.dg)
                && state.dx.len() == state.dg.len()
                && state.gradient.len() == start.len()
                && state.values.len() <= WINDOW
                && state.known != state.values.is_empty()
                && (state.failures <= MOST_FAILURES && state.rejections < MOST_COUNT && state.mixing.is_finite())
                && (state.unit > 0.0 && state.unit.is_finite()),
        )?;
        (fresh.progress, fresh.state) = (progress, state);
        Ok(fresh)
    }

    fn value(&self) -> f64 {
        self.state.values.last().copied().unwrap_or(f64::INFINITY)
    }

    /// Writes the accelerated trial, or the plain one where nothing can be combined.
    fn propose(&mut self) {
        let _span = span("propose").moved(16 * self.progress.x.len() * (2 + self.state.dx.len()));
        let unit = self.state.unit;
        self.room.g.clear();
        self.room.g.extend(self.state.gradient.iter().map(|g| g / unit));
        self.state.plain = !self.room.combine(&self.state.dg);
        let weights: &[f64] = if self.state.plain { &[] } else { &self.room.c };
        let State { dx, dg, mixing, .. } = &self.state;
        let Progress { x, next, .. } = &mut self.progress;
        for (i, (next, (x, g))) in next.iter_mut().zip(x.iter().zip(&self.room.g)).enumerate() {
            let (mut at, mut slope) = (*x, *g);
            for (weight, (dx, dg)) in weights.iter().zip(dx.iter().zip(dg)) {
                at -= weight * dx[i];
                slope -= weight * dg[i];
            }
            *next = at - mixing * slope;
        }
        if next.iter().any(|v| !v.is_finite()) || next == x {
            self.shorten();
        }
    }

    /// A plain step, after a plain one a shorter one; or nothing is left to try.
    fn shorten(&mut self) {
        self.state.dx.clear();
        self.state.dg.clear();
        let fits = unit(&self.state.gradient);
        // The units first: a short step of a large gradient, divided by its unit, would vanish.
        self.state.mixing = within_range(self.state.mixing * (fits / self.state.unit));
        self.state.unit = fits;
        loop {
            if self.state.plain {
                // The more of them failed, the shorter.
                self.state.mixing *= 0.5_f64.powi(1 + (self.state.failures / 8) as i32);
                self.state.failures += 1;
            }
            self.state.plain = true;
            let Progress { x, next, .. } = &mut self.progress;
            for ((next, x), g) in next.iter_mut().zip(x.iter()).zip(&self.state.gradient) {
                *next = x - self.state.mixing * (g / fits);
            }
            if next == x || self.state.failures >= MOST_FAILURES {
                self.state.stalled = true;
                return;
            }
            if next.iter().all(|v| v.is_finite()) {
                return;
            }
        }
    }

    /// Whether the trial may become the iterate.
    fn goes_down(&self, value: f64, gradient: &[f64]) -> bool {
        let state = &self.state;
        if state.plain {
            let slope = square(&state.gradient, state.unit);
            let promised = self.value() - SUFFICIENT * state.mixing * slope * state.unit;
            // Down to the last digit, a flatter point is the better one.
            return value <= promised || (value <= self.value() && square(gradient, state.unit) < slope);
        }
        let highest = state.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        value <= highest.min(state.start_value)
    }

    /// The trial becomes the iterate.
    fn accept(&mut self, value: f64, gradient: &[f64]) {
        let Progress { x, next, .. } = &self.progress;
        let state = &mut self.state;
        let most = self.options.memory;
        push(&mut state.dx, most, [next, x], 1.0);
        push(&mut state.dg, most, [gradient, &state.gradient], state.unit);
        if let (Some(dx), Some(dg)) = (state.dx.last(), state.dg.last()) {
            let estimate = dot(dx, dg) / dot(dg, dg);
            if estimate > 0.0 && estimate.is_finite() {
                state.mixing = self.options.mixing.map_or(estimate, |mixing| within_range(mixing * state.unit));
            }
        }
        if state.values.len() == WINDOW {
            state.values.remove(0);
        }
        state.values.push(value);
        state.gradient.copy_from_slice(gradient);
        state.failures = 0;
        state.verdict = Some(Verdict::Accepted);
        self.progress.advance();
        self.propose();
    }

    /// The first point, or one that the caller evaluates again where nothing was left to try.
    fn arrive(&mut self, value: f64, gradient: &[f64]) {
        let state = &mut self.state;
        if !state.known {
            state.start_value = value;
        }
        state.gradient.copy_from_slice(gradient);
        state.unit = unit(gradient);
        // A gradient of 0 leads nowhere with any mixing.
        let first = self.progress.first_length() / square(gradient, state.unit).sqrt().max(f64::MIN_POSITIVE);
        state.mixing = within_range(self.options.mixing.map_or(first, |mixing| mixing * state.unit));
        (state.known, state.stalled, state.failures) = (true, false, 0);
        state.values.clear();
        state.values.push(value);
        state.verdict = Some(Verdict::Accepted);
        self.propose();
    }
}

/// `‖g‖^2` in units.
fn square(g: &[f64], unit: f64) -> f64 {
    g.iter().map(|g| (g / unit).powi(2)).sum()
}

fn within_range(mixing: f64) -> f64 {
    mixing.clamp(f64::MIN_POSITIVE, f64::MAX)
}

/// The difference of two vectors in units behind the others; the oldest makes way.
fn push(columns: &mut Vec<Vec<f64>>, most: usize, [to, from]: [&[f64]; 2], unit: f64) {
    let mut column = if columns.len() == most {
        columns.remove(0)
    } else {
        Vec::with_capacity(to.len())
    };
    column.clear();
    column.extend(to.iter().zip(from).map(|(to, from)| to / unit - from / unit));
    columns.push(column);
}

impl Room {
    /// The `c` of `min ‖g - dG c‖` from scaled normal equations; false where there is none.
    fn combine(&mut self, dg: &[Vec<f64>]) -> bool {
        let m = dg.len();
        let Self { norms, factor, g, c } = self;
        let numbers = (m * (m + 5) / 2) * g.len();
        let _span = span_of("combine", numbers).moved(16 * numbers).computed(2 * numbers);
        norms.clear();
        norms.extend(dg.iter().map(|column| dot(column, column).sqrt()));
        if m == 0 || norms.iter().any(|&norm| norm.is_nan() || norm <= 0.0) {
            return false;
        }
        // Lower Cholesky factor, row by row, and the solution of its first triangular system beside it.
        factor.clear();
        factor.resize(m * m, 0.0);
        c.clear();
        c.resize(m, 0.0);
        for i in 0..m {
            for j in 0..=i {
                let mut entry = dot(&dg[i], &dg[j]) / (norms[i] * norms[j]);
                entry -= (0..j).map(|k| factor[i * m + k] * factor[j * m + k]).sum::<f64>();
                factor[i * m + j] = if i == j {
                    (entry + RIDGE).max(RIDGE).sqrt()
                } else {
                    entry / factor[j * m + j]
                };
            }
            let known: f64 = (0..i).map(|k| factor[i * m + k] * c[k]).sum();
            c[i] = (dot(&dg[i], g) / norms[i] - known) / factor[i * m + i];
        }
        for i in (0..m).rev() {
            let known: f64 = (i + 1..m).map(|k| factor[k * m + i] * c[k]).sum();
            c[i] = (c[i] - known) / factor[i * m + i];
        }
        c.iter_mut().zip(norms.iter()).for_each(|(c, norm)| *c /= norm);
        c.iter().all(|c| c.is_finite())
    }
}

impl Optimizer for Anderson {
    of_trials!();
    fn begin(&mut self) -> Result<Begin> {
        let at = if self.state.known && !self.state.stalled {
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
        let before = Some(self.value()).filter(|_| self.state.known);
        if !trial {
            self.arrive(value, gradient);
            let stalled = self.state.stalled;
            return Ok(stalled.then(|| self.progress.finish(Phase::True, Some(value), None)));
        }
        if whole && self.goes_down(value, gradient) {
            self.accept(value, gradient);
            return Ok(Some(self.progress.finish(Phase::True, before, None)));
        }
        self.state.verdict = Some(if whole { Verdict::Rejected } else { Verdict::Failed });
        self.state.rejections += 1;
        self.shorten();
        Ok(self.state.stalled.then(|| self.progress.finish(Phase::True, before, None)))
    }
    fn snapshot(&self) -> Vec<u8> {
        let state = (&self.progress, &self.state);
        snapshot::write(Self::KIND, &self.options, self.progress.dimension(), 1, &state)
    }
}

//! The learned flow of a field that is no gradient, followed faithfully: as far as it is trusted, along directions that grow too.
//!
//! The direction `p(a)` that the objective returns is the field, `da/dt = -p(a)`. About the iterate it is learned from the newest secants
//! `(s, y)`, differences of points and of directions, in coordinates of what their steps span:
//! ```text
//! S = U R,  U orthonormal,  J = U'Y R^-1,  dz/dt = -(U'p + J z),  z(0) = 0
//! a(T) = a - T (p - U U'p) + U z(T)
//! ```
//! Stiff directions, in which a step of descent would overshoot, end where the flow ends; directions that grow are followed for the time `T`
//! alone, so that no saddle is ever jumped to. Outside of the span it is a step of the field. Inner products are weighted: with the weights
//! that the objective gives of its variables, those that do nothing any more have no say.
//!
//! The time is doubled where the direction at the end is that at the start, shortened where it has turned, and after a rejection.
use super::super::progress::{At, MOST_COUNT, Progress};
use super::super::{Begin, Ending, Optimizer, Phase, StepReport, Verdict, Want};
use super::Adaptive;
use super::options::AdaptiveOptions;
use super::weighted::{MOST, inner_products, products};
use crate::bounds::Bounds;
use crate::error::{Error, Result, require_length};
use crate::linalg::pass;
use crate::profile::{span, span_of};
use crate::snapshot::{self, Snapshot};
use serde::{Deserialize, Serialize};

/// Time of the first step: that of the field itself.
const FIRST: f64 = 1.0;
/// Cosines between the directions at both ends of a step: above, the next is longer; below, shorter.
const STRAIGHT: f64 = 0.85;
const BENT: f64 = 0.2;
const LONGER: f64 = 2.0;
const SHORTER: f64 = 0.6;
const REJECTED: f64 = 0.4;
const FAILED: f64 = 0.1;
/// A step that is newer ones' combination up to this share of its length says nothing of its own.
const INDEPENDENT: f64 = 0.1;
/// Where what grows ends: so many times as far as the field at the iterate would lead.
const REACH: f64 = 3.0;
/// Steps of the integrator for each unit of time times norm, and most of them.
const STEPS: f64 = 2.0;
const MOST_STEPS: usize = 2000;
/// Rejections in a row after which there is nothing more to try.
const GIVE_UP: u32 = 30;
/// Values closer than this, relative to their size, are told apart by nothing.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// What a snapshot keeps beside progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    /// Direction at the iterate, and the value; none before the first evaluation.
    p: Vec<f64>,
    value: Option<f64>,
    /// Weights of the variables there; empty where all are 1.
    weights: Vec<f64>,
    /// Steps and changes of the direction, newest first.
    secants: Vec<[Vec<f64>; 2]>,
    /// Flow time of the next step; 0 before the first.
    time: f64,
    /// Whether the open question is at the end of a learned flow.
    led: bool,
    failures: u32,
    fits: u64,
    learned: u64,
    rejections: u64,
    verdict: Option<Verdict>,
    gave_up: bool,
    stalled: bool,
}

/// The learned flow of a field; the class `LGFAdaptive` with `faithful` and a direction that is no gradient.
pub struct FieldFlow {
    options: AdaptiveOptions,
    bounds: Option<Bounds>,
    progress: Progress,
    state: State,
}

impl FieldFlow {
    /// # Errors
    /// As [`Adaptive::within`].
    pub fn within(start: &[f64], options: &AdaptiveOptions, bounds: Option<Bounds>) -> Result<Self> {
        options.check_for(start.len())?;
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
                p: vec![0.0; start.len()],
                value: None,
                weights: Vec::new(),
                secants: Vec::new(),
                time: 0.0,
                led: false,
                failures: 0,
                fits: 0,
                learned: 0,
                rejections: 0,
                verdict: None,
                gave_up: false,
                stalled: false,
            },
        })
    }

    pub fn restored(start: &[f64], options: &AdaptiveOptions, snapshot: &Snapshot<'_>) -> Result<Self> {
        let mut fresh = Self::within(start, options, None)?;
        let (progress, state, bounds): (Progress, State, Option<Bounds>) = snapshot::read_state(snapshot.state)?;
        let vector = |v: &[f64]| v.len() == start.len() && v.iter().all(|v| v.is_finite());
        let counts = [state.fits, state.learned, state.rejections];
        snapshot::require(
            progress.is_like(&fresh.progress)
                && vector(&state.p)
                && state.value.is_none_or(f64::is_finite)
                && (state.weights.is_empty() || vector(&state.weights))
                && state.secants.len() <= fresh.most()
                && state.secants.iter().flatten().all(|v| vector(v))
                && state.time >= 0.0
                && state.time.is_finite()
                && counts.into_iter().all(|count| count < MOST_COUNT)
                && bounds.as_ref().is_none_or(|bounds| bounds.is_sound(start.len())),
        )?;
        (fresh.progress, fresh.state, fresh.bounds) = (progress, state, bounds);
        Ok(fresh)
    }

    /// Most secants: what the field was further back is not what it is here.
    fn most(&self) -> usize {
        self.options.capacity(self.state.p.len()).min(MOST)
    }

    /// Writes the next point to evaluate.
    fn propose(&mut self) {
        self.progress.vacate();
        let state = &mut self.state;
        let flow = fit(&state.p, &state.secants, &state.weights);
        let d = state.p.len();
        let Progress { x, next, .. } = &mut self.progress;
        let shares = {
            let _span = span("integrate");
            flow.map_or_else(Vec::new, |flow| flow.follow(state.time))
        };
        let lifting = span_of("lift", d)
            .moved(8 * d * (shares.len() + 3))
            .computed(2 * d * (shares.len() + 1));
        state.led = !shares.is_empty();
        state.fits += u64::from(state.led);
        let secants = shares.iter().map(|&(i, share)| (share, state.secants[i][0].as_slice()));
        let field = [(1.0, x.as_slice()), (-state.time, state.p.as_slice())];
        pass::combine(field.into_iter().chain(secants), next);
        drop(lifting);
        if let Some(bounds) = &self.bounds {
            bounds.project(next);
        }
        if !pass::all_between(next, f64::MIN, f64::MAX) {
            next.copy_from_slice(x);
        }
        if *next == *x || state.failures > GIVE_UP {
            state.gave_up = state.verdict == Some(Verdict::Failed);
            state.stalled = !state.gave_up;
        }
    }

    /// The first evaluation.
    fn arrive(&mut self, value: f64, direction: &[f64], weights: Option<&[f64]>) {
        let state = &mut self.state;
        pass::copy(direction, &mut state.p);
        state.value = Some(value);
        set(&mut state.weights, weights);
        let [_, square, _] = products(&[], direction, direction);
        state.time = self.options.first_step.map_or(FIRST, |step| step / square.sqrt());
        if !(state.time.is_finite() && state.time > 0.0) {
            state.time = FIRST;
        }
        state.verdict = Some(Verdict::Accepted);
    }

    /// A finite answer about the candidate; whether it becomes the iterate.
    fn learn(&mut self, value: f64, direction: &[f64], weights: Option<&[f64]>) -> bool {
        let most = self.most();
        let d = direction.len();
        let _span = span_of("window", d).moved(8 * d * 12).computed(8 * d);
        let state = &mut self.state;
        let base = state.value.unwrap_or(f64::INFINITY);
        let accepted = value <= base + ROUNDING * base.abs();
        let [product, old, new] = products(&state.weights, &state.p, direction);
        // The oldest makes way, and its memory is used again.
        let mut secant = if state.secants.len() == most {
            state.secants.pop().unwrap_or_default()
        } else {
            [vec![0.0; direction.len()], vec![0.0; direction.len()]]
        };
        let Progress { x, next, .. } = &self.progress;
        pass::combine([(1.0, next.as_slice()), (-1.0, x.as_slice())].into_iter(), &mut secant[0]);
        pass::combine([(1.0, direction), (-1.0, state.p.as_slice())].into_iter(), &mut secant[1]);
        state.secants.insert(0, secant);
        if accepted {
            let cosine = product / (old * new).sqrt();
            if cosine > STRAIGHT {
                state.time *= LONGER;
            } else if cosine < BENT {
                state.time *= SHORTER;
            }
            self.progress.advance();
            pass::copy(direction, &mut state.p);
            state.value = Some(value);
            set(&mut state.weights, weights);
        } else {
            state.time *= REJECTED;
        }
        state.time = state.time.clamp(f64::MIN_POSITIVE, f64::MAX);
        accepted
    }
}

fn set(own: &mut Vec<f64>, weights: Option<&[f64]>) {
    own.clear();
    own.extend_from_slice(weights.unwrap_or_default());
}

/// A linear model of the field in the coordinates of some steps.
struct Linear {
    /// Which secants the coordinates are made of.
    kept: Vec<usize>,
    /// Their steps are `U R`: `R` upper triangular, by columns.
    r: Vec<Vec<f64>>,
    /// `U'p`, and `J` by rows.
    p: Vec<f64>,
    j: Vec<Vec<f64>>,
}

/// The model of these secants, newest first; nothing where none says anything.
fn fit(p: &[f64], secants: &[[Vec<f64>; 2]], weights: &[f64]) -> Option<Linear> {
    let (n, d) = (secants.len(), p.len());
    if n == 0 {
        return None;
    }
    let _span = span_of("fit", d).moved(8 * d * (2 * n + 2)).computed(2 * d * (2 * n + 1) * n);
    let columns: Vec<&[f64]> = std::iter::once(p)
        .chain(secants.iter().flat_map(|[s, y]| [s.as_slice(), y.as_slice()]))
        .collect();
    let steps: Vec<&[f64]> = secants.iter().map(|[s, _]| s.as_slice()).collect();
    // Of each step with all columns.
    let gram = inner_products(weights, &steps, &columns);
    let (step, change) = (|i: usize| 1 + 2 * i, |i: usize| 2 + 2 * i);
    let (mut kept, mut r): (Vec<usize>, Vec<Vec<f64>>) = Default::default();
    for i in 0..n {
        let mut column = solve_transposed(&r, &kept.iter().map(|&k| gram[k][step(i)]).collect::<Vec<_>>());
        let whole = gram[i][step(i)];
        let rest = whole - column.iter().map(|c| c * c).sum::<f64>();
        if rest > INDEPENDENT * INDEPENDENT * whole {
            column.push(rest.sqrt());
            r.push(column);
            kept.push(i);
        }
    }
    let k = kept.len();
    let of = |v: usize| solve_transposed(&r, &kept.iter().map(|&i| gram[i][v]).collect::<Vec<_>>());
    // U'Y by columns, then each row of it by R.
    let images: Vec<Vec<f64>> = kept.iter().map(|&i| of(change(i))).collect();
    let rows = (0..k).map(|row| solve_transposed(&r, &images.iter().map(|image| image[row]).collect::<Vec<_>>()));
    let model = Linear {
        j: rows.collect(),
        p: of(0),
        kept,
        r,
    };
    let finite = model.p.iter().chain(model.j.iter().flatten()).all(|v| v.is_finite());
    (finite && k > 0).then_some(model)
}

/// `R'c = v`.
fn solve_transposed(r: &[Vec<f64>], v: &[f64]) -> Vec<f64> {
    let mut c: Vec<f64> = Vec::with_capacity(v.len());
    for (column, v) in r.iter().zip(v) {
        let known: f64 = column.iter().zip(&c).map(|(r, c)| r * c).sum();
        c.push((v - known) / column[c.len()]);
    }
    c
}

impl Linear {
    /// What of each step is added to the step of the field, `R^-1 (z(T) + T U'p)`, where the flow is followed for a time; by number of secant.
    fn follow(&self, time: f64) -> Vec<(usize, f64)> {
        let z = self.flow(time);
        let mut c: Vec<f64> = z.iter().zip(&self.p).map(|(z, p)| z + time * p).collect();
        for i in (0..c.len()).rev() {
            c[i] /= self.r[i][i];
            let value = c[i];
            c[..i].iter_mut().zip(&self.r[i]).for_each(|(c, r)| *c -= value * r);
        }
        if !c.iter().all(|c| c.is_finite()) {
            return Vec::new();
        }
        self.kept.iter().copied().zip(c).collect()
    }

    /// `z(T)`, by the classical method of Runge and Kutta: the model is no better than that. What grows beyond the reach is cut off there.
    fn flow(&self, time: f64) -> Vec<f64> {
        let length = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
        let stiffness = self.j.iter().flatten().map(|v| v * v).sum::<f64>().sqrt();
        let steps = ((STEPS * stiffness * time).ceil() as usize).clamp(1, MOST_STEPS);
        let (h, most) = (time / steps as f64, REACH * time * length(&self.p));
        let slope = |z: &[f64]| -> Vec<f64> {
            let row = |(p, row): (&f64, &Vec<f64>)| -(p + row.iter().zip(z).map(|(j, z)| j * z).sum::<f64>());
            self.p.iter().zip(&self.j).map(row).collect()
        };
        let along = |z: &[f64], h: f64, k: &[f64]| -> Vec<f64> { z.iter().zip(k).map(|(z, k)| z + h * k).collect() };
        let mut z = vec![0.0; self.p.len()];
        for _ in 0..steps {
            let k1 = slope(&z);
            let k2 = slope(&along(&z, 0.5 * h, &k1));
            let k3 = slope(&along(&z, 0.5 * h, &k2));
            let k4 = slope(&along(&z, h, &k3));
            for (i, z) in z.iter_mut().enumerate() {
                *z += h / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]);
            }
            let far = length(&z);
            if far > most {
                z.iter_mut().for_each(|z| *z *= most / far);
                break;
            }
        }
        z
    }
}

impl Optimizer for FieldFlow {
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
        let mut at = At::Iterate;
        if self.state.value.is_some() && self.ending().is_none() {
            self.propose();
            if self.ending().is_none() {
                at = At::Candidate;
            }
        }
        Ok(Begin::Evaluate(self.progress.request(Want::Gradient, at, 0)))
    }
    fn tell(&mut self, id: u64, value: f64, gradient: Option<&[f64]>) -> Result<Option<StepReport>> {
        self.tell_weighted(id, value, gradient, None)
    }
    fn tell_weighted(&mut self, id: u64, value: f64, gradient: Option<&[f64]>, weights: Option<&[f64]>) -> Result<Option<StepReport>> {
        let question = self.progress.answered(id)?;
        let first = question.at == At::Iterate;
        let direction = self.progress.check(value, gradient, first)?;
        if let Some(weights) = weights {
            require_length("weights", weights.len(), direction.len())?;
            if !pass::all_between(weights, -f64::MIN_POSITIVE, f64::MAX) {
                let wrong = weights.iter().find(|w| !(0.0..=f64::MAX).contains(*w)).unwrap_or(&0.0);
                return Err(Error::argument_error("weights", wrong, "finite numbers not below 0"));
            }
        }
        let finite = value.is_finite() && pass::all_between(direction, f64::MIN, f64::MAX);
        self.progress.noted(if finite { value } else { f64::NAN }, question.at);
        if first {
            if self.state.value.is_none() {
                self.arrive(value, direction, weights);
            }
            return Ok(Some(self.progress.finish(Phase::True, Some(value), None)));
        }
        let from = self.state.value;
        self.state.learned += u64::from(self.state.led);
        let accepted = finite && self.learn(value, direction, weights);
        let state = &mut self.state;
        state.verdict = Some(match (accepted, finite) {
            (true, _) => Verdict::Accepted,
            (_, true) => Verdict::Rejected,
            _ => Verdict::Failed,
        });
        if accepted {
            state.failures = 0;
        } else {
            state.failures += 1;
            state.rejections += 1;
        }
        if !finite {
            state.time = (FAILED * state.time).max(f64::MIN_POSITIVE);
        }
        Ok(Some(self.progress.finish(Phase::True, from, None)))
    }
    fn advance(&mut self, _: u64) -> Result<u64> {
        self.progress.require_closed("advance").map(|()| 0)
    }
    fn snapshot(&self) -> Vec<u8> {
        let state = (&self.progress, &self.state, &self.bounds);
        snapshot::write(Adaptive::KIND, &self.options, self.progress.dimension(), 1, &state)
    }
    fn is_plain(&self) -> bool {
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
        self.state.led.then_some("general")
    }
}

//! Adam's update and the learned flow of it.
use super::adam_flow::{AdamFlow, Clock};
use super::{Base, LARGEST, Tools};
use crate::error::{Result, require_finite};
use crate::integrate::Status;
use crate::linalg::pass::{Entrywise, all_between, copy, pass};
use crate::optimizer::progress::MOST_COUNT;
use crate::param::choices;
use crate::surrogate::Model;
use pulp::Simd;
use serde::{Deserialize, Serialize};

choices! {
    /// How a learned step of Adam is made.
    pub enum Stepping {
        /// The Adam flow, an ordinary differential equation, is integrated.
        Flow = "flow",
        /// One update of Adam itself with the learned gradient: the moments first, then the variables with the new moments.
        Discrete = "discrete",
    }
}

/// Constants of one run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AdamSettings {
    pub rate: f64,
    pub betas: [f64; 2],
    pub eps: f64,
    pub amsgrad: bool,
    /// Flow time of a learned step.
    pub dt: f64,
    pub discrete: bool,
}

/// ```text
/// m <- b1 m + (1 - b1) g      v <- b2 v + (1 - b2) g^2      w <- max(w, v) with amsgrad, else v
/// a <- a - rate (m / (1 - b1^k)) / (sqrt(w / (1 - b2^k)) + eps)
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    settings: AdamSettings,
    /// Steps of both kinds.
    steps: u64,
    moments: Moments,
    /// The moments after the step that was proposed.
    proposed: Moments,
    state: State,
    last: State,
    marked: State,
}

/// First and second moment and the largest second one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Moments {
    m: Vec<f64>,
    v: Vec<f64>,
    peak: Vec<f64>,
}

/// Where the learned flow is, see [`AdamFlow`] for the layout; with amsgrad, the largest second moment so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct State {
    flow: Vec<f64>,
    peak: Vec<f64>,
    steps: u64,
}

impl State {
    fn copy(&mut self, from: &Self) {
        self.resize_like(from);
        copy(&from.flow, &mut self.flow);
        copy(&from.peak, &mut self.peak);
        self.steps = from.steps;
    }
}

impl State {
    /// Room for another state of the same model.
    fn resize_like(&mut self, other: &Self) {
        self.flow.resize(other.flow.len(), 0.0);
        self.peak.resize(other.peak.len(), 0.0);
    }
}

/// The larger one.
#[derive(Clone, Copy)]
struct Raise;

impl Entrywise<1, 1> for Raise {
    const CHECKED: bool = false;

    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [v]: [S::f64s; 1], [peak]: [S::f64s; 1]) -> [S::f64s; 1] {
        [simd.max_f64s(v, peak)]
    }
}

impl Adam {
    pub fn new(dimension: usize, settings: AdamSettings) -> Self {
        let zeros = vec![0.0; dimension];
        let peak = if settings.amsgrad { zeros.clone() } else { Vec::new() };
        let moments = Moments {
            m: zeros.clone(),
            v: zeros,
            peak,
        };
        Self {
            settings,
            steps: 0,
            proposed: moments.clone(),
            moments,
            state: State::default(),
            last: State::default(),
            marked: State::default(),
        }
    }

    /// Time at which the next learned step starts.
    fn time(&self) -> f64 {
        self.state.steps as f64 * self.settings.dt
    }
}

/// A true step of one variable.
#[derive(Clone, Copy)]
struct Update {
    betas: [f64; 2],
    /// The rate over the correction of the first moment; the inverse correction of the second: products cost less than quotients.
    step: f64,
    inverse: f64,
    eps: f64,
}

impl Update {
    /// The new variable, from the old one, its new first moment and the second moment that counts.
    #[inline(always)]
    fn moved<S: Simd>(self, simd: S, x: S::f64s, m: S::f64s, w: S::f64s) -> S::f64s {
        let root = simd.sqrt_f64s(simd.mul_f64s(w, simd.splat_f64s(self.inverse)));
        let weight = simd.add_f64s(root, simd.splat_f64s(self.eps));
        simd.sub_f64s(x, simd.div_f64s(simd.mul_f64s(simd.splat_f64s(self.step), m), weight))
    }

    /// The new moments.
    #[inline(always)]
    fn moments<S: Simd>(self, simd: S, g: S::f64s, m: S::f64s, v: S::f64s) -> [S::f64s; 2] {
        let [b1, b2] = self.betas;
        let first = simd.mul_f64s(simd.splat_f64s(1.0 - b1), g);
        let second = simd.mul_f64s(simd.splat_f64s(1.0 - b2), simd.mul_f64s(g, g));
        [
            simd.add_f64s(simd.mul_f64s(simd.splat_f64s(b1), m), first),
            simd.add_f64s(simd.mul_f64s(simd.splat_f64s(b2), v), second),
        ]
    }
}

impl Entrywise<4, 3> for Update {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [x, g, m, v]: [S::f64s; 4], _: [S::f64s; 3]) -> [S::f64s; 3] {
        let [m, v] = self.moments(simd, g, m, v);
        [self.moved(simd, x, m, v), m, v]
    }
}

/// With the largest second moment so far.
impl Entrywise<5, 4> for Update {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [x, g, m, v, peak]: [S::f64s; 5], _: [S::f64s; 4]) -> [S::f64s; 4] {
        let [m, v] = self.moments(simd, g, m, v);
        let peak = simd.max_f64s(v, peak);
        [self.moved(simd, x, m, peak), m, v, peak]
    }
}

impl Base for Adam {
    fn propose(&mut self, scale: f64, x: &[f64], direction: &[f64], next: &mut [f64]) -> Result<()> {
        let AdamSettings {
            rate, betas, eps, amsgrad, ..
        } = self.settings;
        let k = (self.steps + 1) as f64;
        let [c1, c2] = betas.map(|b| 1.0 - b.powf(k));
        let update = Update {
            betas,
            step: scale * rate / c1,
            inverse: 1.0 / c2,
            eps,
        };
        let (Moments { m, v, peak }, new) = (&self.moments, &mut self.proposed);
        let finite = if amsgrad {
            pass(update, [x, direction, m, v, peak], [next, &mut new.m, &mut new.v, &mut new.peak])
        } else {
            pass(update, [x, direction, m, v], [next, &mut new.m, &mut new.v])
        };
        if finite {
            return Ok(());
        }
        require_finite("gradient", &new.v)?;
        require_finite("gradient", next)
    }

    fn accept(&mut self) {
        std::mem::swap(&mut self.moments, &mut self.proposed);
        self.steps += 1;
    }

    fn enter(&mut self, model: &Model, x: &[f64]) {
        let State { flow, peak, steps } = &mut self.state;
        AdamFlow::enter(model, x, &self.moments.m, &self.moments.v, flow);
        peak.clone_from(&self.moments.peak);
        *steps = self.steps;
        self.last.copy(&self.state);
        self.marked.copy(&self.state);
    }

    fn leave(&mut self, model: &Model) {
        let Moments { m, v, peak } = &mut self.moments;
        AdamFlow::leave(model, &self.state.flow, m, v);
        peak.clone_from(&self.state.peak);
        self.steps = self.state.steps;
    }

    fn flow(&mut self, model: &Model, tools: &mut Tools) -> Result<bool> {
        let AdamSettings { dt, amsgrad, discrete, .. } = self.settings;
        let (from, d) = (self.time(), self.moments.m.len());
        // What was is kept: by an exchange where all of the state is written anew, else by a copy.
        if discrete {
            std::mem::swap(&mut self.state, &mut self.last);
            self.state.resize_like(&self.last);
        } else {
            self.last.copy(&self.state);
        }
        tools.room.fit(model);
        let (state, last) = (&mut self.state, &self.last);
        let mut field = AdamFlow {
            model,
            clock: Clock::new(&self.settings),
            room: &mut tools.room,
            work: &mut tools.work,
            lifted: &mut tools.lifted,
            start_m: &self.moments.m,
            peak: amsgrad.then_some(&last.peak),
        };
        let moved = if discrete {
            field.update(from, dt, &last.flow, &mut state.flow, &mut state.peak);
            true
        } else {
            let outcome = tools.integrator.run(&mut field, from, from + dt, &mut state.flow, None)?;
            if amsgrad {
                pass(Raise, [&state.flow[AdamFlow::second_moment(model, d)]], [&mut state.peak]);
            }
            outcome.status == Status::Completed
        };
        // A second moment below zero has no root: the step was too long for the integrator.
        let seconds = AdamFlow::second_moment(model, d);
        let (before, rest) = state.flow.split_at(seconds.start);
        let (seconds, after) = rest.split_at(d);
        let below = -f64::from_bits(1);
        let sound = all_between(seconds, below, LARGEST) && [before, after].iter().all(|part| all_between(part, -LARGEST, LARGEST));
        state.steps = last.steps + 1;
        if !(moved && sound) {
            self.undo();
        }
        Ok(moved && sound)
    }

    fn undo(&mut self) {
        let Self { state, last, .. } = self;
        state.copy(last);
    }

    fn mark(&mut self) {
        let Self { state, marked, .. } = self;
        marked.copy(state);
    }

    fn rewind(&mut self) {
        let Self { state, marked, .. } = self;
        state.copy(marked);
    }

    fn lift(&self, model: &Model, x: &mut [f64]) {
        x.copy_from_slice(&self.state.flow[AdamFlow::variables(model, x.len())]);
    }

    fn is_sound(&self, fresh: &Self, dimension: usize, entered: Option<&Model>) -> bool {
        let peak = if self.settings.amsgrad { dimension } else { 0 };
        let moments = |s: &Moments| (s.m.len(), s.v.len(), s.peak.len()) == (dimension, dimension, peak);
        let size = entered.map(|model| AdamFlow::size(model, dimension));
        let state = |s: &State| size.is_none_or(|size| (s.flow.len(), s.peak.len()) == (size, peak));
        let steps = [self.steps, self.state.steps, self.last.steps, self.marked.steps];
        self.settings == fresh.settings
            && steps.into_iter().all(|steps| steps < MOST_COUNT)
            && [&self.moments, &self.proposed].into_iter().all(moments)
            && [&self.state, &self.last, &self.marked].into_iter().all(state)
    }
}

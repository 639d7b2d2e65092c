//! Adam's update and the learned flow of it.
use super::adam_flow::{AdamFlow, Clock};
use super::{Base, LARGEST, Tools};
use crate::error::{Result, require_finite};
use crate::integrate::Status;
use crate::optimizer::progress::MOST_COUNT;
use crate::param::choices;
use crate::surrogate::Model;
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
        self.flow.clone_from(&from.flow);
        self.peak.clone_from(&from.peak);
        self.steps = from.steps;
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

impl Base for Adam {
    fn propose(&mut self, scale: f64, x: &[f64], direction: &[f64], next: &mut [f64]) -> Result<()> {
        let AdamSettings {
            rate,
            betas: [b1, b2],
            eps,
            amsgrad,
            ..
        } = self.settings;
        let (old, new) = (&self.moments, &mut self.proposed);
        for ((new, old), g) in new.m.iter_mut().zip(&old.m).zip(direction) {
            *new = b1 * old + (1.0 - b1) * g;
        }
        for ((new, old), g) in new.v.iter_mut().zip(&old.v).zip(direction) {
            *new = b2 * old + (1.0 - b2) * (g * g);
        }
        for ((new, old), v) in new.peak.iter_mut().zip(&old.peak).zip(&new.v) {
            *new = old.max(*v);
        }
        let k = (self.steps + 1) as f64;
        let (c1, c2) = (1.0 - b1.powf(k), 1.0 - b2.powf(k));
        let second = if amsgrad { &new.peak } else { &new.v };
        let mut finite = true;
        for (((next, x), m), w) in next.iter_mut().zip(x).zip(&new.m).zip(second) {
            *next = x - scale * rate * (m / c1) / ((w / c2).sqrt() + eps);
            finite &= next.is_finite() & w.is_finite();
        }
        if finite {
            return Ok(());
        }
        require_finite("gradient", second)?;
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
        self.last.copy(&self.state);
        let AdamSettings { dt, amsgrad, discrete, .. } = self.settings;
        let from = self.time();
        let d = self.moments.m.len();
        tools.room.fit(model);
        let mut field = AdamFlow {
            model,
            clock: Clock::new(&self.settings),
            room: &mut tools.room,
            work: &mut tools.work,
            lifted: &mut tools.lifted,
            start_m: &self.moments.m,
            peak: amsgrad.then_some(&self.last.peak),
        };
        let moved = if discrete {
            field.update(from, dt, &mut self.state.flow, &mut self.state.peak);
            true
        } else {
            let outcome = tools.integrator.run(&mut field, from, from + dt, &mut self.state.flow, None)?;
            if amsgrad {
                let v = &self.state.flow[AdamFlow::second_moment(model, d)];
                self.state.peak.iter_mut().zip(v).for_each(|(peak, v)| *peak = peak.max(*v));
            }
            outcome.status == Status::Completed
        };
        // A second moment below zero has no root: the step was too long for the integrator.
        let sound = self.state.flow[AdamFlow::second_moment(model, d)].iter().all(|&v| v >= 0.0);
        let moved = moved && sound && self.state.flow.iter().all(|s| s.abs() < LARGEST);
        self.state.steps += 1;
        if !moved {
            self.undo();
        }
        Ok(moved)
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

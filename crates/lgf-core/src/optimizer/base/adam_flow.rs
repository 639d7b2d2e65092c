//! The Adam flow of a learned gradient.
use super::adam::AdamSettings;
use crate::error::Result;
use crate::integrate::{Field, Rk45Options, scaled_norm, scaled_square};
use crate::linalg::dot;
use crate::surrogate::{Model, Modes, Room};
use std::ops::Range;

/// Rates and bias corrections at a time `t`, which counts `rate` for one step of Adam.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    rate: f64,
    betas: [f64; 2],
    eps: f64,
}

/// No correction divides by less, as published.
const SMALLEST_CORRECTION: f64 = 1e-16;

impl Clock {
    pub fn new(settings: &AdamSettings) -> Self {
        Self {
            rate: settings.rate,
            betas: settings.betas,
            eps: settings.eps,
        }
    }

    fn at(self, t: f64) -> Corrected {
        Corrected {
            inverse: self.betas.map(|b| 1.0 / (1.0 - b.powf(t / self.rate)).max(SMALLEST_CORRECTION)),
            eps: self.eps,
        }
    }
}

/// ```text
/// dm/dt = (1 - b1)/rate (g(a) - m)      dv/dt = (1 - b2)/rate (g(a)^2 - v)
/// da/dt = -(m / c1(t)) / (sqrt(w / c2(t)) + eps)      c(t) = 1 - b^(t/rate)
/// ```
/// with `w = v`, or the largest `v` at the start of the step with amsgrad. The model is that of the gradient flow, `f = -g`.
///
/// The state in the full space is `[a, m, v]`. With modes, `g = U gamma(z)`, `z = U'a`, it is `[z, alpha, mu, v, a]`: the first moment obeys a
/// linear equation, so that it is `alpha m0 + U mu` at every stage; `z` goes along by `dz/dt = U' da/dt`; nothing reads `a`, which is only
/// summed up. The second moment takes squares of `g`, which leave the span: it stays as it is.
pub struct AdamFlow<'a> {
    pub model: &'a Model,
    pub clock: Clock,
    pub room: &'a mut Room,
    /// Room for a learned gradient and for a block of variables.
    pub work: &'a mut [Vec<f64>; 2],
    pub lifted: &'a mut [Vec<f64>; 3],
    /// The first moment where the phase began.
    pub start_m: &'a [f64],
    /// The largest second moment, with amsgrad.
    pub peak: Option<&'a Vec<f64>>,
}

/// Variables whose moments are lifted at once: a few pages of cache.
const BLOCK: usize = 1024;

impl AdamFlow<'_> {
    /// Length of the state for `d` variables.
    pub fn size(model: &Model, d: usize) -> usize {
        if model.modes.is_some() {
            2 * model.inputs() + 1 + 2 * d
        } else {
            3 * d
        }
    }

    /// Where `a` stands in the state.
    pub fn variables(model: &Model, d: usize) -> Range<usize> {
        if model.modes.is_some() {
            Self::size(model, d) - d..Self::size(model, d)
        } else {
            0..d
        }
    }

    /// Where `v` stands in the state.
    pub fn second_moment(model: &Model, d: usize) -> Range<usize> {
        let end = Self::size(model, d) - if model.modes.is_some() { d } else { 0 };
        end - d..end
    }

    /// The state at `x` with these moments.
    pub fn enter(model: &Model, x: &[f64], m: &[f64], v: &[f64], state: &mut Vec<f64>) {
        state.clear();
        match &model.modes {
            None => [x, m, v].iter().for_each(|part| state.extend_from_slice(part)),
            Some(modes) => {
                state.resize(2 * modes.rank + 1, 0.0);
                modes.project(x, &mut state[..modes.rank]);
                state[modes.rank] = 1.0;
                state.extend_from_slice(v);
                state.extend_from_slice(x);
            }
        }
    }

    /// The moments of a state; `m` comes in as it was where the phase began.
    pub fn leave(model: &Model, state: &[f64], m: &mut [f64], v: &mut [f64]) {
        v.copy_from_slice(&state[Self::second_moment(model, v.len())]);
        match &model.modes {
            None => m.copy_from_slice(&state[m.len()..2 * m.len()]),
            Some(modes) => {
                let r = modes.rank;
                m.iter_mut().for_each(|m| *m *= state[r]);
                modes.add(state[r + 1..=2 * r].iter().copied(), m);
            }
        }
    }

    /// One update of Adam over the flow time `dt`: for `dt = rate` Adam itself with the learned gradient, for others with the decay
    /// `b^(dt/rate)`. `peak` is raised before it is used, as in a true step.
    pub fn update(&mut self, t: f64, dt: f64, state: &mut [f64], peak: &mut [f64]) {
        let [b1, b2] = self.clock.betas.map(|b| b.powf(dt / self.clock.rate));
        let steps = self.clock.at(t + dt);
        let d = self.start_m.len();
        let second = |v: f64, g: f64| b2 * v + (1.0 - b2) * (g * g);
        let raised = |peak: &mut [f64], i: usize, v: f64| match peak.get_mut(i) {
            None => v,
            Some(peak) => {
                *peak = peak.max(v);
                *peak
            }
        };
        let [rate, block] = &mut *self.work;
        rate.resize(self.model.inputs(), 0.0);
        let Some(modes) = &self.model.modes else {
            let (a, moments) = state.split_at_mut(d);
            let (m, v) = moments.split_at_mut(d);
            self.model.evaluate(a, self.room, rate);
            for i in 0..d {
                m[i] = b1 * m[i] - (1.0 - b1) * rate[i];
                v[i] = second(v[i], rate[i]);
                a[i] += dt * steps.velocity(m[i], raised(peak, i, v[i]));
            }
            return;
        };
        let (head, full) = state.split_at_mut(2 * modes.rank + 1);
        let (z, decayed) = head.split_at_mut(modes.rank);
        let (v, a) = full.split_at_mut(d);
        self.model.evaluate(z, self.room, rate);
        decayed.iter_mut().for_each(|s| *s *= b1);
        for (mu, f) in decayed[1..].iter_mut().zip(rate.iter()) {
            *mu -= (1.0 - b1) * f;
        }
        sweep(modes, self.start_m, rate, decayed, block, z, |at, g, m, step| {
            for (j, i) in at.enumerate() {
                v[i] = second(v[i], g[j]);
                step[j] = dt * steps.velocity(m[j], raised(peak, i, v[i]));
                a[i] += step[j];
            }
        });
    }
}

/// What the corrections make of the moments at one time.
#[derive(Clone, Copy)]
struct Corrected {
    /// Inverse bias corrections: a product costs less than a quotient, and there is one for each variable and stage.
    inverse: [f64; 2],
    eps: f64,
}

impl Corrected {
    /// `da/dt`.
    fn velocity(self, m: f64, w: f64) -> f64 {
        -(m * self.inverse[0]) / ((w * self.inverse[1]).sqrt() + self.eps)
    }
}

/// Lifts, block by block, the learned flow `rate` and the first moment `alpha m0 + U mu`, lets `body` make of them a motion of the
/// variables, and adds to `z` what that is in the span: one pass over the modes.
fn sweep(
    modes: &Modes,
    start_m: &[f64],
    rate: &[f64],
    decayed: &[f64],
    block: &mut Vec<f64>,
    z: &mut [f64],
    mut body: impl FnMut(Range<usize>, &[f64], &[f64], &mut [f64]),
) {
    let d = start_m.len();
    let size = BLOCK.min(d);
    block.resize(3 * size, 0.0);
    for from in (0..d).step_by(size) {
        let at = from..(from + size).min(d);
        let (g, rest) = block.split_at_mut(size);
        let (m, step) = rest.split_at_mut(size);
        let [g, m, step] = [g, m, step].map(|part| &mut part[..at.len()]);
        g.fill(0.0);
        m.iter_mut().zip(&start_m[at.clone()]).for_each(|(m, m0)| *m = decayed[0] * m0);
        let columns = || modes.u.chunks_exact(d).map(|mode| &mode[at.clone()]);
        for ((mode, rate), mu) in columns().zip(rate).zip(&decayed[1..]) {
            for ((g, m), u) in g.iter_mut().zip(m.iter_mut()).zip(mode) {
                *g += u * rate;
                *m += u * mu;
            }
        }
        body(at.clone(), g, m, step);
        for (z, mode) in z.iter_mut().zip(columns()) {
            *z += dot(mode, step);
        }
    }
}

impl Field for AdamFlow<'_> {
    fn dimension(&self) -> usize {
        Self::size(self.model, self.start_m.len())
    }

    fn read(&self) -> usize {
        let d = self.start_m.len();
        // Nothing reads the variables of a reduced state.
        self.dimension() - if self.model.modes.is_some() { d } else { 0 }
    }

    fn derivative(&mut self, t: f64, state: &[f64], out: &mut [f64]) -> Result<()> {
        let [s1, s2] = self.clock.betas.map(|b| (1.0 - b) / self.clock.rate);
        let now = self.clock.at(t);
        let (d, peak) = (self.start_m.len(), self.peak);
        let weight = |i: usize, v: f64| peak.map_or(v, |peak| peak[i]);
        let Some(modes) = &self.model.modes else {
            let (a, moments) = state.split_at(d);
            let (m, v) = moments.split_at(d);
            let (da, rest) = out.split_at_mut(d);
            let (dm, dv) = rest.split_at_mut(d);
            self.model.evaluate(a, self.room, dm);
            for i in 0..d {
                let g = -dm[i];
                dm[i] = s1 * (g - m[i]);
                dv[i] = s2 * (g * g - v[i]);
                da[i] = now.velocity(m[i], weight(i, v[i]));
            }
            return Ok(());
        };
        let r = modes.rank;
        let [rate, block] = &mut *self.work;
        rate.resize(r, 0.0);
        let (z, decayed, v) = (&state[..r], &state[r..=2 * r], &state[2 * r + 1..2 * r + 1 + d]);
        let (head, full) = out.split_at_mut(2 * r + 1);
        let (dz, ddecayed) = head.split_at_mut(r);
        let (dv, da) = full.split_at_mut(d);
        self.model.evaluate(z, self.room, rate);
        ddecayed.iter_mut().zip(decayed).for_each(|(ds, s)| *ds = -s1 * s);
        for (dmu, f) in ddecayed[1..].iter_mut().zip(rate.iter()) {
            *dmu -= s1 * f;
        }
        dz.fill(0.0);
        sweep(modes, self.start_m, rate, decayed, block, dz, |at, g, m, step| {
            for (j, i) in at.enumerate() {
                dv[i] = s2 * (g[j] * g[j] - v[i]);
                step[j] = now.velocity(m[j], weight(i, v[i]));
                da[i] = step[j];
            }
        });
        Ok(())
    }

    fn error_norm(&mut self, tolerances: &Rk45Options, e: &[f64], x: &[f64], y: &[f64]) -> f64 {
        let Some(modes) = &self.model.modes else {
            return scaled_norm(tolerances, e, x, y);
        };
        // In the user's variables: the moments and the variables of the full space.
        let (r, d) = (modes.rank, self.start_m.len());
        for (moment, state) in self.lifted.iter_mut().zip([e, x, y]) {
            moment.clear();
            moment.extend(self.start_m.iter().map(|m0| state[r] * m0));
            modes.add(state[r + 1..=2 * r].iter().copied(), moment);
        }
        let [moment, from, to] = &*self.lifted;
        let full = 2 * r + 1..;
        let sum = scaled_square(tolerances, moment, from, to) + scaled_square(tolerances, &e[full.clone()], &x[full.clone()], &y[full]);
        (sum / (3 * d) as f64).sqrt()
    }
}

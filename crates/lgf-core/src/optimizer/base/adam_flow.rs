//! The Adam flow of a learned gradient.
use super::adam::AdamSettings;
use super::sweep::{Motion, Span, sweep};
use crate::error::Result;
use crate::integrate::{Field, Rk45Options, scaled_norm, scaled_square};
use crate::linalg::pass::{Entrywise, pass};
use crate::surrogate::{Model, Room};
use pulp::Simd;
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
    /// Room for a learned gradient and for sums over blocks of variables.
    pub work: &'a mut [Vec<f64>; 2],
    pub lifted: &'a mut [Vec<f64>; 3],
    /// The first moment where the phase began.
    pub start_m: &'a [f64],
    /// The largest second moment, with amsgrad.
    pub peak: Option<&'a Vec<f64>>,
}

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

    /// One update of Adam over the flow time `dt`, from a state to another: for `dt = rate` Adam itself with the learned gradient, for others
    /// with the decay `b^(dt/rate)`. The largest second moments are raised before they are used, as in a true step.
    pub fn update(&mut self, t: f64, dt: f64, old: &[f64], state: &mut [f64], peak: &mut [f64]) {
        let betas = self.clock.betas.map(|b| b.powf(dt / self.clock.rate));
        let step = Discrete {
            betas,
            dt,
            now: self.clock.at(t + dt),
        };
        let d = self.start_m.len();
        let [rate, partial] = &mut *self.work;
        rate.resize(self.model.inputs(), 0.0);
        let Some(modes) = &self.model.modes else {
            let ((old_a, old_moments), (a, moments)) = (old.split_at(d), state.split_at_mut(d));
            let ((old_m, old_v), (m, v)) = (old_moments.split_at(d), moments.split_at_mut(d));
            self.model.evaluate(old_a, self.room, rate);
            match self.peak {
                None => pass(step, [rate, old_a, old_m, old_v], [a, m, v]),
                Some(old) => pass(step, [rate, old_a, old_m, old_v, old], [a, m, v, peak]),
            };
            return;
        };
        let ((old_head, old_full), (head, full)) = (old.split_at(2 * modes.rank + 1), state.split_at_mut(2 * modes.rank + 1));
        let ((old_v, old_a), (v, a)) = (old_full.split_at(d), full.split_at_mut(d));
        head.copy_from_slice(old_head);
        let (z, decayed) = head.split_at_mut(modes.rank);
        self.model.evaluate(z, self.room, rate);
        let [b1, _] = betas;
        decayed.iter_mut().for_each(|s| *s *= b1);
        for (mu, f) in decayed[1..].iter_mut().zip(rate.iter()) {
            *mu -= (1.0 - b1) * f;
        }
        let span = Span {
            modes,
            rate,
            decayed,
            start_m: self.start_m,
        };
        match self.peak {
            None => sweep(span, step, [old_v, old_a], [v, a], z, partial),
            Some(old) => sweep(span, step, [old_v, old_a, old], [v, a, peak], z, partial),
        }
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
    #[inline(always)]
    fn velocity<S: Simd>(self, simd: S, m: S::f64s, w: S::f64s) -> S::f64s {
        let root = simd.sqrt_f64s(simd.mul_f64s(w, simd.splat_f64s(self.inverse[1])));
        let weight = simd.add_f64s(root, simd.splat_f64s(self.eps));
        simd.div_f64s(simd.mul_f64s(m, simd.splat_f64s(-self.inverse[0])), weight)
    }
}

/// The Adam flow of one variable.
#[derive(Clone, Copy)]
struct Slope {
    speeds: [f64; 2],
    now: Corrected,
}

impl Slope {
    /// `dv/dt`.
    #[inline(always)]
    fn second<S: Simd>(self, simd: S, f: S::f64s, v: S::f64s) -> S::f64s {
        simd.mul_f64s(simd.splat_f64s(self.speeds[1]), simd.sub_f64s(simd.mul_f64s(f, f), v))
    }

    /// `dm/dt`, with the learned flow `f = -g`.
    #[inline(always)]
    fn first<S: Simd>(self, simd: S, f: S::f64s, m: S::f64s) -> S::f64s {
        simd.mul_f64s(simd.splat_f64s(-self.speeds[0]), simd.add_f64s(f, m))
    }
}

/// In the full space, where the place of `dm` holds the learned flow.
impl Entrywise<2, 3> for Slope {
    const CHECKED: bool = false;

    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [m, v]: [S::f64s; 2], [_, f, _]: [S::f64s; 3]) -> [S::f64s; 3] {
        [self.now.velocity(simd, m, v), self.first(simd, f, m), self.second(simd, f, v)]
    }
}

/// With amsgrad.
impl Entrywise<3, 3> for Slope {
    const CHECKED: bool = false;

    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [m, v, w]: [S::f64s; 3], [_, f, _]: [S::f64s; 3]) -> [S::f64s; 3] {
        [self.now.velocity(simd, m, w), self.first(simd, f, m), self.second(simd, f, v)]
    }
}

impl Motion<1, 2> for Slope {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, f: S::f64s, m: S::f64s, [v]: [S::f64s; 1], _: [S::f64s; 2]) -> (S::f64s, [S::f64s; 2]) {
        let da = self.now.velocity(simd, m, v);
        (da, [self.second(simd, f, v), da])
    }
}

impl Motion<2, 2> for Slope {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, f: S::f64s, m: S::f64s, [v, w]: [S::f64s; 2], _: [S::f64s; 2]) -> (S::f64s, [S::f64s; 2]) {
        let da = self.now.velocity(simd, m, w);
        (da, [self.second(simd, f, v), da])
    }
}

/// An update of one variable.
#[derive(Clone, Copy)]
struct Discrete {
    betas: [f64; 2],
    dt: f64,
    now: Corrected,
}

impl Discrete {
    #[inline(always)]
    fn first<S: Simd>(self, simd: S, f: S::f64s, m: S::f64s) -> S::f64s {
        let kept = simd.mul_f64s(simd.splat_f64s(self.betas[0]), m);
        simd.sub_f64s(kept, simd.mul_f64s(simd.splat_f64s(1.0 - self.betas[0]), f))
    }

    #[inline(always)]
    fn second<S: Simd>(self, simd: S, f: S::f64s, v: S::f64s) -> S::f64s {
        let kept = simd.mul_f64s(simd.splat_f64s(self.betas[1]), v);
        simd.add_f64s(kept, simd.mul_f64s(simd.splat_f64s(1.0 - self.betas[1]), simd.mul_f64s(f, f)))
    }

    #[inline(always)]
    fn step<S: Simd>(self, simd: S, m: S::f64s, w: S::f64s) -> S::f64s {
        simd.mul_f64s(simd.splat_f64s(self.dt), self.now.velocity(simd, m, w))
    }
}

impl Entrywise<4, 3> for Discrete {
    const CHECKED: bool = false;

    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [f, a, m, v]: [S::f64s; 4], _: [S::f64s; 3]) -> [S::f64s; 3] {
        let (m, v) = (self.first(simd, f, m), self.second(simd, f, v));
        [simd.add_f64s(a, self.step(simd, m, v)), m, v]
    }
}

/// With amsgrad.
impl Entrywise<5, 4> for Discrete {
    const CHECKED: bool = false;

    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [f, a, m, v, w]: [S::f64s; 5], _: [S::f64s; 4]) -> [S::f64s; 4] {
        let (m, v) = (self.first(simd, f, m), self.second(simd, f, v));
        let w = simd.max_f64s(v, w);
        [simd.add_f64s(a, self.step(simd, m, w)), m, v, w]
    }
}

impl Motion<2, 2> for Discrete {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, f: S::f64s, m: S::f64s, [v, a]: [S::f64s; 2], _: [S::f64s; 2]) -> (S::f64s, [S::f64s; 2]) {
        let v = self.second(simd, f, v);
        let step = self.step(simd, m, v);
        (step, [v, simd.add_f64s(a, step)])
    }
}

impl Motion<3, 3> for Discrete {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, f: S::f64s, m: S::f64s, [v, a, w]: [S::f64s; 3], _: [S::f64s; 3]) -> (S::f64s, [S::f64s; 3]) {
        let v = self.second(simd, f, v);
        let w = simd.max_f64s(v, w);
        let step = self.step(simd, m, w);
        (step, [v, simd.add_f64s(a, step), w])
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
        let speeds = self.clock.betas.map(|b| (1.0 - b) / self.clock.rate);
        let slope = Slope {
            speeds,
            now: self.clock.at(t),
        };
        let d = self.start_m.len();
        let Some(modes) = &self.model.modes else {
            let (a, moments) = state.split_at(d);
            let (m, v) = moments.split_at(d);
            let (da, rest) = out.split_at_mut(d);
            let (dm, dv) = rest.split_at_mut(d);
            self.model.evaluate(a, self.room, dm);
            match self.peak {
                None => pass(slope, [m, v], [da, dm, dv]),
                Some(peak) => pass(slope, [m, v, peak], [da, dm, dv]),
            };
            return Ok(());
        };
        let r = modes.rank;
        let [rate, partial] = &mut *self.work;
        rate.resize(r, 0.0);
        let (z, decayed, v) = (&state[..r], &state[r..=2 * r], &state[2 * r + 1..2 * r + 1 + d]);
        let (head, full) = out.split_at_mut(2 * r + 1);
        let (dz, ddecayed) = head.split_at_mut(r);
        let (dv, da) = full.split_at_mut(d);
        self.model.evaluate(z, self.room, rate);
        let [s1, _] = speeds;
        ddecayed.iter_mut().zip(decayed).for_each(|(ds, s)| *ds = -s1 * s);
        for (dmu, f) in ddecayed[1..].iter_mut().zip(rate.iter()) {
            *dmu -= s1 * f;
        }
        dz.fill(0.0);
        let span = Span {
            modes,
            rate,
            decayed,
            start_m: self.start_m,
        };
        match self.peak {
            None => sweep(span, slope, [v], [dv, da], dz, partial),
            Some(peak) => sweep(span, slope, [v, peak], [dv, da], dz, partial),
        }
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

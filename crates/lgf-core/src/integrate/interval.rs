//! One accepted step and the states inside of it.
use super::stages::Stages;
use super::tableau::DOPRI5_DENSE;
use crate::linalg::pass::{Entrywise, pass};
use pulp::Simd;

/// An accepted step from `start` to `end` with its stage derivatives.
pub struct Interval<'a> {
    /// Time at the start of the step.
    pub from: f64,
    /// Time at its end.
    pub to: f64,
    /// State at `from`.
    pub start: &'a [f64],
    /// State at `to`.
    pub end: &'a [f64],
    /// Stage derivatives, one row of length d each; the last is the derivative at the end.
    pub(super) stages: &'a Stages,
    pub(super) adaptive: bool,
}

impl Interval<'_> {
    /// State at a time inside of the step: order 4 for the adaptive method, cubic Hermite for the fixed one.
    pub fn at(&self, t: f64, out: &mut [f64]) {
        let h = self.to - self.from;
        let s = (t - self.from) / h;
        let (first, last) = (self.stages.row(0), self.stages.last());
        let hermite = Hermite { h, s };
        if self.adaptive {
            let [k2, k3, k4, k5] = [2, 3, 4, 5].map(|j| self.stages.row(j));
            pass(hermite, [self.start, self.end, first, k2, k3, k4, k5, last], [out]);
        } else {
            pass(hermite, [self.start, self.end, first, last], [out]);
        }
    }
}

/// Hairer's nested form: Hermite interpolation plus, for the adaptive method, one more term.
#[derive(Clone, Copy)]
struct Hermite {
    h: f64,
    s: f64,
}

impl Hermite {
    #[inline(always)]
    fn bend<S: Simd>(self, simd: S, [start, end, first, last]: [S::f64s; 4], extra: Option<S::f64s>) -> S::f64s {
        let [h, s, rest] = [self.h, self.s, 1.0 - self.s].map(|v| simd.splat_f64s(v));
        let rise = simd.sub_f64s(end, start);
        let bend = simd.sub_f64s(simd.mul_f64s(h, first), rise);
        let mut twist = simd.sub_f64s(simd.sub_f64s(rise, simd.mul_f64s(h, last)), bend);
        if let Some(extra) = extra {
            twist = simd.add_f64s(twist, simd.mul_f64s(rest, extra));
        }
        let inner = simd.mul_f64s(rest, simd.add_f64s(bend, simd.mul_f64s(s, twist)));
        simd.add_f64s(start, simd.mul_f64s(s, simd.add_f64s(rise, inner)))
    }
}

impl Entrywise<4, 1> for Hermite {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ins: [S::f64s; 4], _: [S::f64s; 1]) -> [S::f64s; 1] {
        [self.bend(simd, ins, None)]
    }
}

impl Entrywise<8, 1> for Hermite {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [start, end, first, k2, k3, k4, k5, last]: [S::f64s; 8], _: [S::f64s; 1]) -> [S::f64s; 1] {
        let [w0, _, rest @ ..] = DOPRI5_DENSE;
        let mut sum = simd.mul_f64s(simd.splat_f64s(w0), first);
        for (w, k) in rest.into_iter().zip([k2, k3, k4, k5, last]) {
            sum = simd.add_f64s(sum, simd.mul_f64s(simd.splat_f64s(w), k));
        }
        let extra = simd.mul_f64s(simd.splat_f64s(self.h), sum);
        [self.bend(simd, [start, end, first, last], Some(extra))]
    }
}

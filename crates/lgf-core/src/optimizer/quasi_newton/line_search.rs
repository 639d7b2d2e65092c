//! The line search of Moré and Thuente as a state machine: a step is asked for, value and slope there are told.
//!
//! It looks for a step `t` with `f(t) <= f(0) + FTOL t f'(0)` and `|f'(t)| <= GTOL |f'(0)|`, and keeps an interval that contains one. The
//! routines are `dcsrch` and `dcstep` of MINPACK-2 with the constants of L-BFGS-B 3.0.
//!
//! Source: Moré, Thuente 1994, doi:10.1145/192115.192132.
use serde::{Deserialize, Serialize};

const FTOL: f64 = 1e-3;
const GTOL: f64 = 0.9;
const XTOL: f64 = 0.1;

/// One end of the interval: a step, the value and the slope there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Sample {
    at: f64,
    value: f64,
    slope: f64,
}

impl Sample {
    /// Of the function less the line that sufficient decrease allows.
    fn tilted(self, slope: f64) -> Self {
        Self {
            at: self.at,
            value: self.value - self.at * slope,
            slope: self.slope - slope,
        }
    }
}

/// A search along one direction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineSearch {
    /// The step to evaluate.
    pub step: f64,
    /// The one told of last; 0 at first.
    tried: f64,
    longest: f64,
    start: Sample,
    /// The best end so far, and the other one.
    best: Sample,
    other: Sample,
    bracketed: bool,
    /// Whether a step of sufficient decrease and rising slope was seen.
    settled: bool,
    low: f64,
    high: f64,
    width: f64,
    last_width: f64,
}

impl LineSearch {
    /// From a point with this value and this slope, below zero, along the direction.
    pub fn new(value: f64, slope: f64, step: f64, longest: f64) -> Self {
        let start = Sample { at: 0.0, value, slope };
        Self {
            step: step.min(longest),
            tried: 0.0,
            longest,
            start,
            best: start,
            other: start,
            bracketed: false,
            settled: false,
            low: 0.0,
            high: 5.0 * step.min(longest),
            width: longest,
            last_width: 2.0 * longest,
        }
    }

    /// Nothing could be evaluated at the step, or it led nowhere: starts over with this share of it, and never goes as far again.
    pub fn shorten(&mut self, share: f64) {
        let far = self.step;
        let step = self.best.at + share * (far - self.best.at);
        *self = Self::new(self.start.value, self.start.slope, step, self.best.at + 0.9 * (far - self.best.at));
    }

    /// Back to the step told of last, where the one made of it is too short to be one; false where there was none.
    pub fn step_back(&mut self) -> bool {
        let longer = self.tried > self.step;
        self.step = self.step.max(self.tried);
        longer
    }

    /// Whether the search is over: the step was found, or no better one can be told apart from it.
    pub fn tell(&mut self, value: f64, slope: f64) -> bool {
        self.tried = self.step;
        let allowed = FTOL * self.start.slope;
        let line = self.start.value + self.step * allowed;
        let here = Sample {
            at: self.step,
            value,
            slope,
        };
        if !self.settled && value <= line && slope >= FTOL.min(GTOL) * self.start.slope {
            self.settled = true;
        }
        let exhausted = self.bracketed && (here.at <= self.low || here.at >= self.high || self.high - self.low <= XTOL * self.high);
        let as_far_as_allowed = here.at == self.longest && value <= line && slope <= allowed;
        let as_short_as_can_be = here.at == 0.0;
        let found = value <= line && slope.abs() <= -GTOL * self.start.slope;
        if exhausted || as_far_as_allowed || as_short_as_can_be || found {
            return true;
        }
        if !self.settled && value <= self.best.value && value > line {
            let (mut best, mut other) = (self.best.tilted(allowed), self.other.tilted(allowed));
            self.step = safeguarded(
                &mut best,
                &mut other,
                here.tilted(allowed),
                &mut self.bracketed,
                self.low,
                self.high,
            );
            (self.best, self.other) = (best.tilted(-allowed), other.tilted(-allowed));
        } else {
            self.step = safeguarded(&mut self.best, &mut self.other, here, &mut self.bracketed, self.low, self.high);
        }
        let (a, b) = (self.best.at, self.other.at);
        if self.bracketed {
            if (b - a).abs() >= 0.66 * self.last_width {
                self.step = a + 0.5 * (b - a);
            }
            self.last_width = self.width;
            self.width = (b - a).abs();
            (self.low, self.high) = (a.min(b), a.max(b));
        } else {
            self.low = self.step + 1.1 * (self.step - a);
            self.high = self.step + 4.0 * (self.step - a);
        }
        self.step = self.step.clamp(0.0, self.longest);
        if self.bracketed && (self.step <= self.low || self.step >= self.high || self.high - self.low <= XTOL * self.high) {
            self.step = a;
        }
        false
    }

    /// Whether a state that was read could be one of a search.
    pub fn is_sound(&self) -> bool {
        let samples = [self.start, self.best, self.other];
        [self.step, self.tried, self.low].iter().all(|v| v.is_finite())
            && samples.iter().all(|s| s.at.is_finite() && !s.value.is_nan() && !s.slope.is_nan())
            && self.longest >= 0.0
    }
}

/// The step of `dcstep`: a cubic or quadratic through what is known, kept inside of the interval, which is updated.
fn safeguarded(best: &mut Sample, other: &mut Sample, here: Sample, bracketed: &mut bool, low: f64, high: f64) -> f64 {
    let opposite = here.slope * (best.slope / best.slope.abs());
    // Of the cubic through two ends: the sum of slopes, and the root that its minimum needs.
    let cubic = |from: Sample, to: Sample| {
        let theta = 3.0 * (from.value - to.value) / (to.at - from.at) + from.slope + to.slope;
        let scale = theta.abs().max(from.slope.abs()).max(to.slope.abs());
        let inside = (theta / scale).powi(2) - (from.slope / scale) * (to.slope / scale);
        (theta, scale, inside)
    };
    let nearer = |a: f64, b: f64| (a - here.at).abs() < (b - here.at).abs();
    let step;
    if here.value > best.value {
        // Higher: a minimum lies between.
        let (theta, scale, inside) = cubic(*best, here);
        let root = scale * inside.max(0.0).sqrt() * if here.at < best.at { -1.0 } else { 1.0 };
        let ratio = ((root - best.slope) + theta) / (((root - best.slope) + root) + here.slope);
        let by_cubic = best.at + ratio * (here.at - best.at);
        let fall = best.slope / ((best.value - here.value) / (here.at - best.at) + best.slope);
        let by_quadratic = best.at + fall / 2.0 * (here.at - best.at);
        step = if (by_cubic - best.at).abs() < (by_quadratic - best.at).abs() {
            by_cubic
        } else {
            by_cubic + (by_quadratic - by_cubic) / 2.0
        };
        *bracketed = true;
    } else if opposite < 0.0 {
        // Lower, and the slope has turned: a minimum lies between.
        let (theta, scale, inside) = cubic(*best, here);
        let root = scale * inside.max(0.0).sqrt() * if here.at > best.at { -1.0 } else { 1.0 };
        let ratio = ((root - here.slope) + theta) / (((root - here.slope) + root) + best.slope);
        let by_cubic = here.at + ratio * (best.at - here.at);
        let by_secant = here.at + here.slope / (here.slope - best.slope) * (best.at - here.at);
        step = if nearer(by_secant, by_cubic) { by_cubic } else { by_secant };
        *bracketed = true;
    } else if here.slope.abs() < best.slope.abs() {
        // Lower and flatter: the cubic counts where it goes to infinity along the step, or has its minimum beyond.
        let (theta, scale, inside) = cubic(*best, here);
        let root = scale * inside.max(0.0).sqrt() * if here.at > best.at { -1.0 } else { 1.0 };
        let ratio = ((root - here.slope) + theta) / ((root + (best.slope - here.slope)) + root);
        let by_cubic = if ratio < 0.0 && root != 0.0 {
            here.at + ratio * (best.at - here.at)
        } else if here.at > best.at {
            high
        } else {
            low
        };
        let by_secant = here.at + here.slope / (here.slope - best.slope) * (best.at - here.at);
        if *bracketed {
            let chosen = if nearer(by_cubic, by_secant) { by_cubic } else { by_secant };
            let limit = here.at + 0.66 * (other.at - here.at);
            step = if here.at > best.at { chosen.min(limit) } else { chosen.max(limit) };
        } else {
            let chosen = if nearer(by_secant, by_cubic) { by_cubic } else { by_secant };
            step = chosen.min(high).max(low);
        }
    } else if *bracketed {
        // Lower and as steep, inside of an interval.
        let (theta, scale, inside) = cubic(here, *other);
        let root = scale * inside.max(0.0).sqrt() * if here.at > other.at { -1.0 } else { 1.0 };
        let ratio = ((root - here.slope) + theta) / (((root - here.slope) + root) + other.slope);
        step = here.at + ratio * (other.at - here.at);
    } else {
        step = if here.at > best.at { high } else { low };
    }
    if here.value > best.value {
        *other = here;
    } else {
        if opposite < 0.0 {
            *other = *best;
        }
        *best = here;
    }
    // Flat to the last digit: the middle is as good as any.
    if step.is_finite() { step } else { 0.5 * (best.at + other.at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function of one variable with its slope.
    type Curve = fn(f64) -> (f64, f64);

    /// The first test function of Moré and Thuente, one that rises fast, and one that bends late.
    const CURVES: [Curve; 3] = [
        |t| (-t / (t * t + 2.0), (t * t - 2.0) / (t * t + 2.0).powi(2)),
        |t| (t.exp() - 3.0 * t, t.exp() - 3.0),
        |t| ((t - 30.0).powi(2) / 60.0, (t - 30.0) / 30.0),
    ];

    fn search(curve: Curve, first: f64) -> (f64, u32) {
        let (value, slope) = curve(0.0);
        let mut search = LineSearch::new(value, slope, first, 1e10);
        for trials in 1..50 {
            let (value, slope) = curve(search.step);
            if search.tell(value, slope) {
                return (search.step, trials);
            }
        }
        (f64::NAN, 50)
    }

    #[test]
    fn finds_steps_that_descend_enough_and_flatten() {
        for (i, curve) in CURVES.into_iter().enumerate() {
            for first in [1e-3, 0.1, 1.0, 10.0, 100.0] {
                let (step, trials) = search(curve, first);
                let ((before, fall), (value, slope)) = (curve(0.0), curve(step));
                assert!(value <= before + FTOL * step * fall, "{i} from {first}: {step}");
                assert!(slope.abs() <= GTOL * -fall, "{i} from {first}: {step}");
                assert!(trials <= 20, "{i} from {first}: {trials} trials");
            }
        }
    }

    #[test]
    fn goes_less_far_after_a_failure_and_never_as_far_again() {
        let mut search = LineSearch::new(0.0, -1.0, 1.0, 1e10);
        search.shorten(0.25);
        assert_eq!(search.step, 0.25);
        // Falling all the way: the longest step that is left is taken.
        let mut steps = Vec::new();
        while !search.tell(-search.step, -1.0) {
            steps.push(search.step);
        }
        assert!(steps.iter().all(|&step| step <= 0.9), "{steps:?}");
        assert_eq!(search.step, 0.9);
    }
}

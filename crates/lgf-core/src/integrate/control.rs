//! Step size control of the adaptive method.
use super::Rk45Options;

/// Step size control for an error of order 5.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Controller {
    law: Law,
    previous_error: f64,
    rejected: bool,
}

/// How the next step size follows from the errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Law {
    /// From this error and the one before. Gustafsson 1991; Hairer, Wanner, Solving ODE II, IV.2.
    ProportionalIntegral,
    /// From this error alone, never smaller after an accepted step: what the published runs used.
    Integral,
}

const SAFETY: f64 = 0.9;
const ALPHA: f64 = 0.7 / 5.0;
const BETA: f64 = 0.4 / 5.0;
const SMALLEST: f64 = 0.2;
const LARGEST: f64 = 10.0;

impl Controller {
    pub fn new(law: Law) -> Self {
        Self {
            law,
            previous_error: 1e-4,
            rejected: false,
        }
    }

    /// Whether a step of this scaled error stands, and the factor for the next step size.
    pub fn judge(&mut self, error: f64) -> (bool, f64) {
        if self.law == Law::Integral && error <= 1.0 {
            return (true, (SAFETY * error.powf(-0.2)).clamp(1.0, LARGEST));
        }
        if error <= 1.0 {
            let growth = SAFETY * error.max(1e-10).powf(-ALPHA) * self.previous_error.powf(BETA);
            // After a rejection growth would most likely be rejected again.
            let factor = growth.clamp(SMALLEST, if self.rejected { 1.0 } else { LARGEST });
            self.previous_error = error.max(1e-4);
            self.rejected = false;
            (true, factor)
        } else {
            self.rejected = true;
            // A non-finite error says nothing but "too far".
            let factor = if error.is_finite() {
                (SAFETY * error.powf(-0.2)).max(SMALLEST)
            } else {
                SMALLEST
            };
            (false, factor)
        }
    }
}

/// Root mean square of `v / (atol + rtol max(|x|, |y|))`.
pub(crate) fn scaled_norm(options: &Rk45Options, v: &[f64], x: &[f64], y: &[f64]) -> f64 {
    (scaled_square(options, v, x, y) / x.len() as f64).sqrt()
}

/// The sum of the squares of `v / (atol + rtol max(|x|, |y|))`.
pub(crate) fn scaled_square(options: &Rk45Options, v: &[f64], x: &[f64], y: &[f64]) -> f64 {
    v.iter()
        .zip(x.iter().zip(y))
        .map(|(v, (x, y))| {
            let ratio = v / (options.atol + options.rtol * x.abs().max(y.abs()));
            // 0/0: no error against no tolerance.
            if *v == 0.0 { 0.0 } else { ratio * ratio }
        })
        .sum()
}

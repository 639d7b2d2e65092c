//! Step size control of the adaptive method.
use super::Rk45Options;
use crate::parallel::sum_halves;
use pulp::{Arch, Simd, WithSimd};

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

/// The sum of the squares of `v / (atol + rtol max(|x|, |y|))`, of vectors of one length: one pass.
pub(crate) fn scaled_square(options: &Rk45Options, v: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let Rk45Options { atol, rtol, .. } = *options;
    let (x, y) = (&x[..v.len()], &y[..v.len()]);
    if v.len() < SHORT {
        return plainly(atol, rtol, v, x, y);
    }
    let arch = Arch::new();
    sum_halves(v.len(), v.len(), &|at| {
        arch.dispatch(Squares {
            atol,
            rtol,
            v: &v[at.clone()],
            x: &x[at.clone()],
            y: &y[at],
        })
    })
}

/// Vectors shorter than this are gone through entry by entry.
const SHORT: usize = 16;

#[inline(always)]
fn plainly(atol: f64, rtol: f64, v: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (v, (x, y)) in v.iter().zip(x.iter().zip(y)) {
        let ratio = v / (atol + rtol * x.abs().max(y.abs()));
        // 0/0: no error against no tolerance.
        sum += if *v == 0.0 { 0.0 } else { ratio * ratio };
    }
    sum
}

struct Squares<'a> {
    atol: f64,
    rtol: f64,
    v: &'a [f64],
    x: &'a [f64],
    y: &'a [f64],
}

impl WithSimd for Squares<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Self { atol, rtol, v, x, y } = self;
        let ((v, v_rest), (x, x_rest), (y, y_rest)) = (S::as_simd_f64s(v), S::as_simd_f64s(x), S::as_simd_f64s(y));
        let (absolute, relative, zero) = (simd.splat_f64s(atol), simd.splat_f64s(rtol), simd.splat_f64s(0.0));
        let mut sum = zero;
        for (v, (x, y)) in v.iter().zip(x.iter().zip(y)) {
            let size = simd.max_f64s(simd.abs_f64s(*x), simd.abs_f64s(*y));
            let ratio = simd.div_f64s(*v, simd.add_f64s(absolute, simd.mul_f64s(relative, size)));
            sum = simd.add_f64s(sum, simd.select_f64s(simd.equal_f64s(*v, zero), zero, simd.mul_f64s(ratio, ratio)));
        }
        simd.reduce_sum_f64s(sum) + plainly(atol, rtol, v_rest, x_rest, y_rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_the_plain_sum_on_any_number_of_threads() {
        let options = Rk45Options {
            rtol: 1e-3,
            atol: 0.0,
            ..Default::default()
        };
        for n in [1, 15, 16, 21, 1000, 200_003] {
            let wave = |seed: f64| (0..n).map(|i| (f64::from(i) * seed).sin()).collect::<Vec<_>>();
            let (mut v, mut x, mut y) = (wave(0.3), wave(0.7), wave(1.1));
            (v[n as usize / 2], x[n as usize / 2], y[n as usize / 2]) = (0.0, 0.0, 0.0);
            let plain: f64 = (0..n as usize)
                .filter(|&i| v[i] != 0.0)
                .map(|i| (v[i] / (1e-3 * x[i].abs().max(y[i].abs()))).powi(2))
                .sum();
            let on = |threads: usize| match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
                Ok(pool) => pool.install(|| scaled_square(&options, &v, &x, &y)),
                Err(_) => f64::NAN,
            };
            assert!((on(1) - plain).abs() <= 1e-12 * plain, "{n}");
            assert!([2, 8].into_iter().all(|threads| on(threads).to_bits() == on(1).to_bits()));
        }
    }
}

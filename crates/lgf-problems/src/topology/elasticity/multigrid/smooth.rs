//! Chebyshev smoothing with the inverse diagonal, fused with the product.
use super::sweep::Finish;

/// Steps before the coarse grid, and after it.
pub(super) const DEGREE: usize = 2;
/// The smoother damps the upper part of the spectrum: from the largest eigenvalue down to this part of it.
const PART: f64 = 0.16;

/// Factors `(momentum, rate)` of each step: `x⁺ = x + momentum (x - x⁻) + rate D⁻¹ (b - K x)`, for eigenvalues of `D⁻¹ K` up to `largest`.
pub(super) fn factors(largest: f64) -> [(f32, f32); DEGREE] {
    let (middle, half) = (0.5 * (1.0 + PART) * largest, 0.5 * (1.0 - PART) * largest);
    let sigma = middle / half;
    let mut rho = 1.0 / sigma;
    let mut out = [(0.0, (1.0 / middle) as f32); DEGREE];
    for out in &mut out[1..] {
        let next = 1.0 / (2.0 * sigma - rho);
        *out = ((next * rho) as f32, (2.0 * next / half) as f32);
        rho = next;
    }
    out
}

/// A step of the smoother; `out` goes in as the guess before `x`, unless `momentum` is zero. Adds up `b · out`.
pub(super) struct Step<'a> {
    pub b: &'a [f32],
    pub inverse: &'a [f32],
    pub momentum: f32,
    pub rate: f32,
    /// The guess before `x` is zero, whatever is in `out`.
    pub from_zero: bool,
    /// Whether `b · out` is wanted.
    pub product: bool,
}

impl Finish<f32> for Step<'_> {
    #[inline(always)]
    fn finish(&self, layer: usize, product: &[f32], x: &[f32], out: &mut [f32]) -> f64 {
        let at = layer * x.len();
        let (b, inverse) = (&self.b[at..][..x.len()], &self.inverse[at..][..x.len()]);
        let (rate, momentum) = (self.rate, self.momentum);
        let old = if self.from_zero { 0.0 } else { momentum };
        if momentum == 0.0 {
            for ((((out, x), k), b), d) in out.iter_mut().zip(x).zip(product).zip(b).zip(inverse) {
                *out = x + rate * d * (b - k);
            }
        } else {
            for ((((out, x), k), b), d) in out.iter_mut().zip(x).zip(product).zip(b).zip(inverse) {
                *out = x + (momentum * x - old * *out) + rate * d * (b - k);
            }
        }
        if self.product { dot_single(b, out) } else { 0.0 }
    }
}

/// `b - K x` where the diagonal has an inverse, zero elsewhere.
pub(super) struct Residual<'a> {
    pub b: &'a [f32],
    pub inverse: &'a [f32],
}

impl Finish<f32> for Residual<'_> {
    #[inline(always)]
    fn finish(&self, layer: usize, product: &[f32], x: &[f32], out: &mut [f32]) -> f64 {
        let at = layer * x.len();
        let (b, inverse) = (&self.b[at..][..x.len()], &self.inverse[at..][..x.len()]);
        for (((out, k), b), d) in out.iter_mut().zip(product).zip(b).zip(inverse) {
            *out = if *d == 0.0 { 0.0 } else { b - k };
        }
        0.0
    }
}

/// `K x` where the diagonal has an inverse, zero elsewhere; adds up `x · K x`.
pub(super) struct Product<'a> {
    pub inverse: &'a [f32],
}

impl Finish<f64> for Product<'_> {
    #[inline(always)]
    fn finish(&self, layer: usize, product: &[f64], x: &[f64], out: &mut [f64]) -> f64 {
        let inverse = &self.inverse[layer * x.len()..][..x.len()];
        for ((out, k), d) in out.iter_mut().zip(product).zip(inverse) {
            *out = if *d == 0.0 { 0.0 } else { *k };
        }
        dot(x, out)
    }
}

impl Finish<f32> for Product<'_> {
    #[inline(always)]
    fn finish(&self, layer: usize, product: &[f32], x: &[f32], out: &mut [f32]) -> f64 {
        let inverse = &self.inverse[layer * x.len()..][..x.len()];
        for ((out, k), d) in out.iter_mut().zip(product).zip(inverse) {
            *out = if *d == 0.0 { 0.0 } else { *k };
        }
        dot_single(x, out)
    }
}

/// Sums that are added up side by side; layers are multiples of it.
const WIDTH: usize = 16;

#[inline(always)]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; WIDTH];
    for (a, b) in a.as_chunks::<WIDTH>().0.iter().zip(b.as_chunks::<WIDTH>().0) {
        for i in 0..WIDTH {
            sums[i] += a[i] * b[i];
        }
    }
    sums.iter().sum()
}

#[inline(always)]
pub(super) fn dot_single(a: &[f32], b: &[f32]) -> f64 {
    let mut sums = [0.0; WIDTH];
    for (a, b) in a.as_chunks::<WIDTH>().0.iter().zip(b.as_chunks::<WIDTH>().0) {
        for i in 0..WIDTH {
            sums[i] += f64::from(a[i]) * f64::from(b[i]);
        }
    }
    sums.iter().sum()
}

//! Hyperbolic tangent of whole registers.
use pulp::Simd;
use pulp::bytemuck::cast;

/// `tanh` in every lane, odd to the last bit, within 3e-16 relative of the exact value; arguments must not be NaN.
///
/// With `x = n ln(2)/2 + t`, `|t| <= ln(2)/4`, `s = 2^n` and the addition theorem,
/// ```text
/// tanh t = N/D,   N = t (10395 + 1260 t^2 + 21 t^4),   D = 10395 + 4725 t^2 + 210 t^4 + t^6
/// tanh x = ((s-1) D + (s+1) N) / ((s+1) D + (s-1) N)
/// ```
/// `N/D` is the sixth convergent of Lambert's continued fraction, 5e-19 off at the ends. Nothing cancels by more than a factor of two:
/// at `n = 0` the value is `N/D` itself, elsewhere `(s+1) |N|` is at most 0.52 times `|s-1| D`.
#[inline(always)]
pub(super) fn tanh<S: Simd>(simd: S, x: S::f64s) -> S::f64s {
    let real = |v: f64| simd.splat_f64s(v);
    let fused = |a, b, c| simd.mul_add_e_f64s(a, b, c);
    // Beyond 20 the value is 1 to the last bit, and s would leave its range.
    let x = simd.max_f64s(simd.min_f64s(x, real(20.0)), real(-20.0));
    let shifted = fused(x, real(2.0 * std::f64::consts::LOG2_E), real(ROUND));
    let n = simd.sub_f64s(shifted, real(ROUND));
    let s = exponent::<S>(shifted);
    let t = fused(n, real(-HALF_LN2[1]), fused(n, real(-HALF_LN2[0]), x));
    let t2 = simd.mul_f64s(t, t);
    let upper = fused(fused(t2, real(21.0), real(1260.0)), t2, real(10395.0));
    let lower = fused(fused(simd.add_f64s(t2, real(210.0)), t2, real(4725.0)), t2, real(10395.0));
    let upper = simd.mul_f64s(upper, t);
    let (less, more) = (simd.sub_f64s(s, real(1.0)), simd.add_f64s(s, real(1.0)));
    let numerator = fused(less, lower, simd.mul_f64s(more, upper));
    let denominator = fused(more, lower, simd.mul_f64s(less, upper));
    simd.div_f64s(numerator, denominator)
}

/// Adding `1.5 * 2^52` rounds to an integer and leaves it in the low bits; with 1023 more it is the exponent of a double.
const ROUND: f64 = 6_755_399_441_055_744.0 + 1023.0;

/// `ln(2)/2` in two parts; the first ends in 20 zero bits, so that its product with `n` is exact.
const HALF_LN2: [f64; 2] = [0.346_573_590_242_769_57, 3.720_308_555_006_198_4e-11];

/// The low twelve bits of every lane moved to the place of sign and exponent.
#[inline(always)]
fn exponent<S: Simd>(v: S::f64s) -> S::f64s {
    // Vectors have no shift of their own for 64-bit lanes; of arrays as long as they are the compiler makes the instruction.
    let shift = |bits: u64| bits << 52;
    match S::F64_LANES {
        8 => cast(cast::<_, [u64; 8]>(v).map(shift)),
        4 => cast(cast::<_, [u64; 4]>(v).map(shift)),
        2 => cast(cast::<_, [u64; 2]>(v).map(shift)),
        _ => cast(cast::<_, [u64; 1]>(v).map(shift)),
    }
}

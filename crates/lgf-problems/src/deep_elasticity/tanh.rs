//! Hyperbolic tangent of whole registers.
use pulp::Simd;
use pulp::bytemuck::cast;

/// `tanh` in every lane, odd to the last bit, within 5e-16 relative of the exact value. A NaN may come out as a number.
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
    let (one, high) = (simd.splat_f64s(1.0), simd.splat_f64s(10395.0));
    // Beyond 20 the value is 1 to the last bit, and s would leave its range.
    let x = simd.max_f64s(simd.min_f64s(x, simd.splat_f64s(20.0)), simd.splat_f64s(-20.0));
    let shifted = simd.mul_add_e_f64s(x, simd.splat_f64s(2.0 * std::f64::consts::LOG2_E), simd.splat_f64s(ROUND));
    let n = simd.sub_f64s(shifted, simd.splat_f64s(ROUND));
    let s = exponent::<S>(shifted);
    let t = simd.mul_add_e_f64s(n, simd.splat_f64s(-HALF_LN2[0]), x);
    let t = simd.mul_add_e_f64s(n, simd.splat_f64s(-HALF_LN2[1]), t);
    let t2 = simd.mul_f64s(t, t);
    let upper = simd.mul_add_e_f64s(t2, simd.splat_f64s(21.0), simd.splat_f64s(1260.0));
    let upper = simd.mul_f64s(simd.mul_add_e_f64s(upper, t2, high), t);
    let lower = simd.mul_add_e_f64s(simd.add_f64s(t2, simd.splat_f64s(210.0)), t2, simd.splat_f64s(4725.0));
    let lower = simd.mul_add_e_f64s(lower, t2, high);
    let (less, more) = (simd.sub_f64s(s, one), simd.add_f64s(s, one));
    let numerator = simd.mul_add_e_f64s(less, lower, simd.mul_f64s(more, upper));
    let denominator = simd.mul_add_e_f64s(more, lower, simd.mul_f64s(less, upper));
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
    // (Loops and no closures: a closure is compiled without the instructions of the function around it.)
    macro_rules! shifted {
        ($lanes:literal) => {{
            let mut bits: [u64; $lanes] = cast(v);
            for bits in &mut bits {
                *bits <<= 52;
            }
            cast(bits)
        }};
    }
    match S::F64_LANES {
        8 => shifted!(8),
        4 => shifted!(4),
        2 => shifted!(2),
        _ => shifted!(1),
    }
}

#[cfg(test)]
mod tests {
    use super::tanh;
    use pulp::{Simd, WithSimd};

    struct All<'a>(&'a mut [f64]);
    impl WithSimd for All<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let (vectors, rest) = S::as_mut_simd_f64s(self.0);
            assert!(rest.is_empty());
            vectors.iter_mut().for_each(|v| *v = tanh(simd, *v));
        }
    }

    /// By the machine's widest registers, and one number at a time without fused multiply-adds.
    fn both_ways(x: &[f64]) -> [Vec<f64>; 2] {
        let (mut wide, mut single) = (x.to_vec(), x.to_vec());
        pulp::Arch::new().dispatch(All(&mut wide));
        All(&mut single).with_simd(pulp::Scalar::new());
        [wide, single]
    }

    /// `tanh x` as an unevaluated sum of two doubles, from `expm1` by Taylor's series in such sums.
    fn reference(x: f64) -> f64 {
        // tanh x = m / (m + 2), m = expm1(2x) after 10 halvings of the argument: m(2y) = m(y) (2 + m(y)).
        use double::Double;
        let y = Double::from(2.0 * x / 1024.0);
        let mut term = y;
        let mut m = y;
        for k in 2..30 {
            term = term.mul(y).div(Double::from(f64::from(k)));
            m = m.add(term);
        }
        for _ in 0..10 {
            m = m.mul(m.add(Double::from(2.0)));
        }
        m.div(m.add(Double::from(2.0))).high
    }

    /// Sums of two doubles, about 32 digits.
    mod double {
        #[derive(Clone, Copy)]
        pub struct Double {
            pub high: f64,
            low: f64,
        }
        fn sum(a: f64, b: f64) -> Double {
            let high = a + b;
            let part = high - a;
            Double {
                high,
                low: (a - (high - part)) + (b - part),
            }
        }
        fn product(a: f64, b: f64) -> Double {
            let high = a * b;
            Double {
                high,
                low: a.mul_add(b, -high),
            }
        }
        impl Double {
            pub fn from(high: f64) -> Self {
                Self { high, low: 0.0 }
            }
            pub fn add(self, other: Self) -> Self {
                let (s, t) = (sum(self.high, other.high), sum(self.low, other.low));
                let first = sum(s.high, s.low + t.high);
                sum(first.high, first.low + t.low)
            }
            pub fn mul(self, other: Self) -> Self {
                let p = product(self.high, other.high);
                sum(p.high, p.low + (self.high * other.low + self.low * other.high))
            }
            pub fn div(self, other: Self) -> Self {
                let first = self.high / other.high;
                let rest = self.add(other.mul(Self::from(-first)));
                let second = rest.high / other.high;
                let rest = rest.add(other.mul(Self::from(-second)));
                sum(first, second).add(Self::from(rest.high / other.high))
            }
        }
    }

    #[test]
    fn exact_to_5e_16_relative() {
        // Every scale from 2^-700 to saturation, and the joints of the argument reduction.
        let scales = (0..4096).map(|i| (f64::from(i) * 0.173 - 700.0).exp2());
        let even = (0..40_000).map(|i| f64::from(i) * 5.3e-4);
        let joints = (-60..60).map(|n| (f64::from(n) + 0.5) * 0.5 * std::f64::consts::LN_2);
        let mut x: Vec<f64> = scales.filter(|x| *x < 25.0).chain(even).chain(joints).collect();
        x.truncate(x.len() / 8 * 8);
        for way in both_ways(&x) {
            for (x, y) in x.iter().zip(way) {
                let expected = if *x > 20.0 { 1.0 } else { reference(*x) };
                assert!(
                    (y - expected).abs() <= 5e-16 * expected.abs(),
                    "tanh {x:e}: {y:e} instead of {expected:e}"
                );
            }
        }
    }

    #[test]
    fn odd_and_saturated() {
        let x: Vec<f64> = (0..8000)
            .map(|i| f64::from(i) * 3.7e-3 - 10.0)
            .chain([0.0, 19.1, 20.0, 30.0, 1e100, 1e300, f64::MAX, 1e-300])
            .collect();
        let minus: Vec<f64> = x.iter().map(|x| -x).collect();
        for (plus, minus) in both_ways(&x).iter().flatten().zip(both_ways(&minus).iter().flatten()) {
            assert_eq!(*plus, -minus);
        }
        for way in both_ways(&x) {
            assert_eq!(&way[8001..8007], [1.0; 6]);
        }
    }
}

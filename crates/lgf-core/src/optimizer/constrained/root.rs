//! Roots of functions that do not decrease.

/// Evaluations at most; each halves the bracket, or is a step of Newton less than half as long as the last.
const MOST: usize = 400;

/// A function at a point.
pub struct At {
    pub value: f64,
    pub slope: f64,
    /// Sum of the magnitudes of what was added up to the value: how much of it is rounding.
    pub size: f64,
}

/// The `t > 0` at which `f`, which does not decrease, leaves `f < 0`, to rounding and on the side of `f >= 0`. The largest double where it never
/// does. Newton's method in a bracket, from `guess > 0`.
pub fn root(guess: f64, mut f: impl FnMut(f64) -> At) -> f64 {
    let (mut low, mut high) = (0.0, if guess > 0.0 && guess < f64::MAX { guess } else { 1.0 });
    let (mut at, mut factor) = (f(high), 4.0);
    while at.value < 0.0 {
        if high == f64::MAX {
            return high;
        }
        low = high;
        high = (high * factor).min(f64::MAX);
        factor = (factor * factor).min(1e60);
        at = f(high);
    }
    let (mut t, mut last) = (high, f64::INFINITY);
    for _ in 0..MOST {
        if at.value.abs() <= f64::EPSILON * at.size {
            return t;
        }
        if at.value >= 0.0 {
            high = t;
        } else {
            low = t;
        }
        let newton = t - at.value / at.slope;
        let step = (newton - t).abs();
        t = if newton > low && newton < high && step < 0.5 * last {
            last = step;
            newton
        } else {
            last = f64::INFINITY;
            middle(low, high)
        };
        if !(t > low && t < high) {
            break;
        }
        at = f(t);
    }
    high
}

/// Between two numbers, of very different ones by their exponents.
fn middle(low: f64, high: f64) -> f64 {
    if low == 0.0 {
        high * 1e-3
    } else if high > 4.0 * low {
        low.sqrt() * high.sqrt()
    } else {
        low + 0.5 * (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(guess: f64, f: impl Fn(f64) -> [f64; 2]) -> (f64, usize) {
        let mut count = 0;
        let found = root(guess, |t| {
            count += 1;
            let [value, slope] = f(t);
            At { value, slope, size: 0.0 }
        });
        (found, count)
    }

    #[test]
    fn finds_roots_of_any_size_from_any_guess() {
        for target in [1e-250, 1e-9, 0.3, 1.0, 77.0, 1e200] {
            for guess in [1e-12, 1.0, 1e12] {
                let (found, count) = counted(guess, |t| [t.sqrt() - f64::sqrt(target), 0.5 / t.sqrt()]);
                assert!((found / target - 1.0).abs() < 1e-14, "{target} from {guess}: {found}");
                assert!(count < 120, "{target} from {guess}: {count} evaluations");
            }
        }
    }

    #[test]
    fn takes_steps_and_wrong_slopes_and_says_where_there_is_none() {
        let (found, _) = counted(1.0, |t| [if t < 5.0 { -1.0 } else { 1.0 }, 0.0]);
        assert_eq!(found, 5.0);
        let (found, _) = counted(1.0, |t| [t - 2.0, f64::NAN]);
        assert_eq!(found, 2.0);
        assert_eq!(counted(1.0, |_| [-1.0, 0.0]).0, f64::MAX);
        assert_eq!(counted(8.0, |_| [0.0, 0.0]).0, 8.0);
        assert_eq!(counted(f64::NAN, |_| [f64::NAN, 1.0]).0, 1.0);
    }
}

//! The adjoint gradient of the heat rod against differences of its value.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use lgf_core::problem::Problem;
use lgf_problems::{HeatRod, HeatRodOptions};
use proptest::prelude::*;

fn published() -> HeatRod {
    HeatRod::new(&HeatRodOptions::default()).unwrap()
}

fn central(rod: &mut HeatRod, a: [f64; 2], h: f64) -> [f64; 2] {
    [0, 1].map(|k| {
        let mut at = |step: f64| {
            let mut point = a;
            point[k] += step;
            rod.evaluate(&point, &mut [0.0; 2])
        };
        (at(h) - at(-h)) / (2.0 * h)
    })
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[test]
fn differences_converge_with_second_order() {
    let (mut rod, mut gradient) = (published(), [0.0; 2]);
    // Positive, next to the truth, negative with an indefinite matrix.
    for a in [[0.5, 4.05], [1.0, 3.0], [1.9, 1.2], [-3.0, 2.0], [-1.0, -1.0]] {
        rod.evaluate(&a, &mut gradient);
        let errors = [0.5, 0.25, 0.125].map(|h| distance(central(&mut rod, a, 0.02 * h), gradient));
        for pair in errors.windows(2) {
            let order = (pair[0] / pair[1]).log2();
            assert!((order - 2.0).abs() < 0.05, "order {order} at {a:?}: {errors:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn differences_agree(a1 in 0.2..5.0, a2 in 0.2..5.0) {
        let a: [f64; 2] = [a1, a2];
        // The logarithm's derivatives grow without bound towards the truth.
        prop_assume!(distance(a, [2.0, 1.0]) > 0.1);
        let (mut rod, mut gradient) = (published(), [0.0; 2]);
        rod.evaluate(&a, &mut gradient);
        let h = 2e-3;
        let (wide, narrow) = (central(&mut rod, a, h), central(&mut rod, a, h / 2.0));
        let extrapolated = [0, 1].map(|k| (4.0 * narrow[k] - wide[k]) / 3.0);
        prop_assert!(distance(extrapolated, gradient) <= 1e-6 * (1.0 + distance(gradient, [0.0; 2])), "{extrapolated:?} {gradient:?}");
    }

    #[test]
    fn any_point_gives_equal_bits_and_no_panic(a1 in any::<f64>(), a2 in any::<f64>(), s1 in -5.0..5.0, s2 in -5.0..5.0) {
        let options = HeatRodOptions { modes: 6, cells: 20, times: 30, ..Default::default() };
        let mut rod = HeatRod::new(&options).unwrap();
        for a in [[a1, a2], [s1, s2], [a1, s2], [s1, a2]] {
            let (mut first, mut second) = ([0.0; 2], [1.0; 2]);
            let (value, again) = (rod.evaluate(&a, &mut first), rod.evaluate(&a, &mut second));
            prop_assert_eq!(value.to_bits(), again.to_bits());
            prop_assert_eq!(first.map(f64::to_bits), second.map(f64::to_bits));
            prop_assert!(value.is_finite() || first.iter().all(|g| g.is_nan()));
        }
    }
}

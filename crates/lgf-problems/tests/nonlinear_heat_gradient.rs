//! Residual and Hessian of the nonlinear heat problem against differences of what they are derivatives of.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use lgf_core::problem::Problem;
use lgf_problems::{NonlinearHeat, NonlinearHeatOptions};
use proptest::prelude::*;

fn problem(modes: usize, points: usize, source_amplitude: f64) -> NonlinearHeat {
    let options = NonlinearHeatOptions {
        modes,
        points,
        source_amplitude,
        ..Default::default()
    };
    NonlinearHeat::new(&options).unwrap()
}

fn along(a: &[f64], v: &[f64], step: f64) -> Vec<f64> {
    a.iter().zip(v).map(|(a, v)| a + step * v).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// Modes, points, a point, a direction.
fn arbitrary() -> impl Strategy<Value = (usize, usize, Vec<f64>, Vec<f64>)> {
    (1..7usize, 0..40usize).prop_flat_map(|(modes, more)| {
        let numbers = |range: std::ops::Range<f64>| prop::collection::vec(range, modes * modes);
        (Just(modes), Just(modes + 1 + more), numbers(-3.0..3.0), numbers(-1.0..1.0))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Along a line the energy is a polynomial of degree 5: two differences of fourth order give its slope but for roundings.
    #[test]
    fn residual_is_the_slope_of_the_energy((modes, points, a, v) in arbitrary()) {
        let mut problem = problem(modes, points, 1e7);
        let mut residual = vec![0.0; a.len()];
        problem.evaluate(&a, &mut residual);
        let slopes = [0.25, 0.125].map(|h| {
            let mut at = |t: f64| problem.evaluate(&along(&a, &v, t * h), &mut vec![0.0; a.len()]);
            (at(-2.0) - 8.0 * at(-1.0) + 8.0 * at(1.0) - at(2.0)) / (12.0 * h)
        });
        let slope = (16.0 * slopes[1] - slopes[0]) / 15.0;
        // By symmetry the source may have no part in a mode: what is left of its sum is rounding, of terms of its own size.
        let source = problem.source().iter().map(|b| b.abs()).sum::<f64>() / (points * points) as f64;
        let size = (norm(&residual) + source) * norm(&v);
        prop_assert!((slope - dot(&residual, &v)).abs() <= 1e-10 * size, "{slope} {}", dot(&residual, &v));
    }

    /// Exact but for roundings: the residual is of degree 4. The source, which is not in the Hessian, would only add its own.
    #[test]
    fn hessian_is_the_slope_of_the_residual((modes, points, a, v) in arbitrary()) {
        let mut problem = problem(modes, points, 0.0);
        let hessian = problem.hessian(&a);
        let h = 0.25;
        let mut at = |t: f64| {
            let mut residual = vec![0.0; a.len()];
            problem.evaluate(&along(&a, &v, t * h), &mut residual);
            residual
        };
        let samples = [(-2.0, 1.0), (-1.0, -8.0), (1.0, 8.0), (2.0, -1.0)].map(|(t, w)| (at(t), w / (12.0 * h)));
        let size = samples.iter().map(|(r, w)| norm(r) * w.abs()).sum::<f64>();
        for i in 0..a.len() {
            let slope = samples.iter().map(|(r, w)| r[i] * w).sum::<f64>();
            let expected = (0..a.len()).map(|j| hessian[(i, j)] * v[j]).sum::<f64>();
            prop_assert!((slope - expected).abs() <= 1e-11 * size, "{slope} {expected}");
            for j in 0..i {
                prop_assert_eq!(hessian[(i, j)].to_bits(), hessian[(j, i)].to_bits());
            }
        }
    }

    #[test]
    fn any_point_gives_equal_bits_and_no_panic(points in 5..20usize, any in prop::collection::vec(any::<f64>(), 16), a in prop::collection::vec(-5.0..5.0, 16)) {
        let mut problem = problem(4, points, 1e7);
        for a in [any, a] {
            let bits = |v: &[f64]| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            let (mut first, mut second) = (vec![0.0; 16], vec![1.0; 16]);
            let (value, again) = (problem.evaluate(&a, &mut first), problem.evaluate(&a, &mut second));
            prop_assert_eq!(value.to_bits(), again.to_bits());
            prop_assert_eq!(bits(&first), bits(&second));
            prop_assert!(value.is_finite() || first.iter().all(|g| g.is_nan()));
            let gradient = first.clone();
            let (value, again) = (problem.newton(&a, &mut first), problem.newton(&a, &mut second));
            prop_assert_eq!(value.to_bits(), again.to_bits());
            prop_assert_eq!(bits(&first), bits(&second));
            prop_assert!(value.is_finite() == first.iter().all(|d| d.is_finite()));
            // The norm is that of the gradient, which `newton` computes alike.
            prop_assert!(!value.is_finite() || (value - norm(&gradient)).abs() <= 1e-14 * value || !norm(&gradient).is_finite());
        }
    }
}

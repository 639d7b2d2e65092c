//! What holds of Newton directions for any gradient and Hessian.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use faer::Mat;
use lgf_core::newton::{Curvature, Indefinite, NewtonCgOptions};
use proptest::prelude::*;
use support::newton::*;

/// An orthogonal matrix from any vector: a reflection.
fn reflection(v: &[f64]) -> Mat<f64> {
    let square = dot(v, v).max(1e-3);
    let reflect = |i: usize, j: usize| f64::from(i == j) - 2.0 * v[i] * v[j] / square;
    let q = Mat::from_fn(v.len(), v.len(), reflect);
    if dot(v, v) < 1e-3 { Mat::identity(v.len(), v.len()) } else { q }
}

fn with_eigenvalues(s: &[f64], v: &[f64]) -> Mat<f64> {
    let q = reflection(v);
    let d = s.len();
    Mat::from_fn(d, d, |i, j| (0..d).map(|k| q[(i, k)] * s[k] * q[(j, k)]).sum())
}

/// Eigenvalues between 0.1 and 10, a vector that turns them, a gradient and a point.
fn spectra() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>)> {
    (1_usize..=12).prop_flat_map(|d| {
        let vector = || prop::collection::vec(-3.0..3.0, d);
        (prop::collection::vec(0.1..10.0, d), vector(), vector())
    })
}

proptest! {
    #[test]
    fn the_direction_solves_the_system((s, v, p) in spectra(), damping in prop_oneof![Just(0.0), 0.0..5.0]) {
        let hessian = with_eigenvalues(&s, &v);
        let damped = Mat::from_fn(s.len(), s.len(), |i, j| hessian[(i, j)] + if i == j { damping } else { 0.0 });
        let gradient = times(&damped, &p);
        for indefinite in [Indefinite::Absolute, Indefinite::Plain] {
            let (found, curvature, rank) = dense(&gradient, &hessian, damping, indefinite);
            prop_assert!(distance(&found, &p) <= 1e-11 * (1.0 + norm(&p)));
            prop_assert_eq!((curvature, rank), (Curvature::Positive, s.len()));
        }
        let (found, report) = by_products(&gradient, &hessian, &NewtonCgOptions { damping, ..Default::default() });
        prop_assert!(report.converged && !report.negative_curvature, "{:?}", report);
        prop_assert!(distance(&found, &p) <= 1e-7 * (1.0 + norm(&p)));
    }

    #[test]
    fn absolute_directions_descend((s, v, g) in spectra(), signs in prop::collection::vec(any::<bool>(), 12), damping in prop_oneof![Just(0.0), 0.0..5.0]) {
        let s: Vec<f64> = s.iter().zip(&signs).map(|(s, &negative)| if negative { -s } else { *s }).collect();
        let hessian = with_eigenvalues(&s, &v);
        let (p, curvature, _) = dense(&g, &hessian, damping, Indefinite::Absolute);
        prop_assert!(norm(&g) == 0.0 || dot(&g, &p) > 0.0);
        prop_assert_eq!(curvature == Curvature::Indefinite, s.iter().any(|&s| s < 0.0));
        prop_assert!(damping == 0.0 || norm(&p) <= norm(&g) / damping * (1.0 + 1e-12));
        // Against |H| put together by itself.
        let magnitude = with_eigenvalues(&s.iter().map(|s| s.abs() + damping).collect::<Vec<_>>(), &v);
        prop_assert!(distance(&times(&magnitude, &p), &g) <= 1e-11 * (1.0 + norm(&g)));
        let (plain, ..) = dense(&g, &hessian, 0.0, Indefinite::Plain);
        prop_assert!(distance(&times(&hessian, &plain), &g) <= 1e-11 * (1.0 + norm(&g)));
        let (p, _) = by_products(&g, &hessian, &NewtonCgOptions { damping, ..Default::default() });
        prop_assert!(norm(&g) == 0.0 || dot(&g, &p) > 0.0);
    }

    #[test]
    fn any_symmetric_matrix_has_a_direction(d in 1_usize..=8, entries in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), -3.0..3.0], 72), exponent in -200_i32..=200) {
        let size = 10_f64.powi(exponent);
        let hessian = Mat::from_fn(d, d, |i, j| size * entries[i.max(j) * 8 + i.min(j)]);
        let (p, _, rank) = dense(&entries[64..64 + d], &hessian, 0.0, Indefinite::Absolute);
        prop_assert!(rank <= d && dot(&entries[64..64 + d], &p) >= 0.0);
    }

    #[test]
    fn value_and_variables_may_be_measured_in_other_units((s, v, g) in spectra(), factor in 1e-6..1e6_f64, negative in any::<bool>()) {
        let mut s = s;
        s[0] *= if negative { -1.0 } else { 1.0 };
        let hessian = with_eigenvalues(&s, &v);
        let p = absolute(&g, &hessian);
        // A multiple of the value has the same direction; variables in a unit that is 1 / factor as large have one that is larger.
        let multiple: Vec<f64> = g.iter().map(|g| factor * g).collect();
        prop_assert!(distance(&absolute(&multiple, &(factor * &hessian)), &p) <= 1e-12 * (1.0 + norm(&p)));
        let finer: Vec<f64> = g.iter().map(|g| g / factor).collect();
        let larger: Vec<f64> = p.iter().map(|p| p * factor).collect();
        prop_assert!(distance(&absolute(&finer, &(&hessian / factor / factor)), &larger) <= 1e-12 * factor * (1.0 + norm(&p)));
    }

    #[test]
    fn one_step_reaches_the_minimum_of_a_quadratic_in_any_coordinates((s, v, c) in spectra(), skew in prop::collection::vec(-1.0..1.0, 144)) {
        // f(x) = 1/2 (x - c)'H(x - c) in x = T y with a T that is no rotation.
        let d = s.len();
        let hessian = with_eigenvalues(&s, &v);
        let t = Mat::from_fn(d, d, |i, j| if i == j { 2.0 } else { skew[12 * i + j] / d as f64 });
        let start = vec![1.0; d];
        let x = times(&t, &start);
        let away: Vec<f64> = x.iter().zip(&c).map(|(x, c)| x - c).collect();
        let gradient = times(&t.transpose().to_owned(), &times(&hessian, &away));
        let p = absolute(&gradient, &(t.transpose() * &hessian * &t));
        let end: Vec<f64> = start.iter().zip(&p).map(|(y, p)| y - p).collect();
        prop_assert!(distance(&times(&t, &end), &c) <= 1e-9 * (1.0 + norm(&c)));
    }
}

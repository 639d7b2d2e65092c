//! Derivatives of the acoustic inverse problem: adjoint against tangent, both against differences.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use lgf_core::problem::Problem;
use lgf_problems::{AcousticInverse, AcousticInverseOptions, MassMatrix, TriangleMesh};
use proptest::prelude::*;

/// A small mesh of random shape: a lattice whose inner nodes are moved, with some triangles taken away at the upper corners.
fn problem(size: f64, mass: MassMatrix, shift: &[f64], times: usize) -> AcousticInverse {
    let mut mesh = TriangleMesh::unit_square(size).unwrap();
    for (i, p) in mesh.nodes.iter_mut().enumerate() {
        if p.iter().all(|v| *v > 0.0 && *v < 1.0) {
            p[0] += 0.2 * size * shift[2 * i % shift.len()];
            p[1] += 0.2 * size * shift[(2 * i + 1) % shift.len()];
        }
    }
    let options = AcousticInverseOptions {
        mass,
        times: Some(times),
        ..Default::default()
    };
    AcousticInverse::with_mesh(&options, mesh).unwrap()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn mass() -> impl Strategy<Value = MassMatrix> {
    prop_oneof![Just(MassMatrix::Consistent), Just(MassMatrix::Lumped)]
}

/// Entries from a seed: as many as are needed, in `[-1, 1]`.
fn vector(seed: f64, length: usize) -> Vec<f64> {
    (0..length).map(|i| (seed * 97.0 + i as f64 * (1.1 + seed)).sin()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_adjoint_is_the_transpose(size in 0.12..0.5, mass in mass(), seed in 0.0..1.0, shift in prop::collection::vec(-1.0..1.0, 9), times in 3_usize..60) {
        let mut problem = problem(size, mass, &shift, 150);
        let mut short = problem_times(&problem, mass, times);
        for p in [&mut problem, &mut short] {
            let (d, n) = (p.dimension(), p.mesh().nodes.len() * p.times().0);
            // Both signs of parameters.
            let a: Vec<f64> = vector(seed, d).iter().map(|v| v.signum() * (0.9 + 0.5 * v.abs())).collect();
            let (v, w) = (vector(seed + 0.3, d), vector(seed + 0.7, n));
            let (jv, jw) = (p.tangent(&a, &v).unwrap(), p.adjoint(&a, &w).unwrap());
            let (left, right) = (dot(&jv, &w), dot(&v, &jw));
            let scale = dot(&jv, &jv).sqrt() * dot(&w, &w).sqrt();
            prop_assert!((left - right).abs() <= 1e-12 * scale, "{left} {right} {scale}");
        }
    }

    #[test]
    fn differences_agree(size in 0.12..0.4, mass in mass(), seed in 0.0..1.0, shift in prop::collection::vec(-1.0..1.0, 9)) {
        let mut p = problem(size, mass, &shift, 150);
        let d = p.dimension();
        let a: Vec<f64> = vector(seed, d).iter().map(|v| v.signum() * (0.9 + 0.5 * v.abs())).collect();
        let v = vector(seed + 0.3, d);
        let mut gradient = vec![0.0; d];
        p.evaluate(&a, &mut gradient);
        let mut unused = vec![0.0; d];
        let mut at = |t: f64| p.evaluate(&a.iter().zip(&v).map(|(a, v)| a + t * v).collect::<Vec<_>>(), &mut unused);
        let central = [2e-3, 1e-3].map(|h: f64| (at(h) - at(-h)) / (2.0 * h));
        let extrapolated = (4.0 * central[1] - central[0]) / 3.0;
        let scale = dot(&gradient, &gradient).sqrt() * dot(&v, &v).sqrt();
        prop_assert!((extrapolated - dot(&gradient, &v)).abs() <= 1e-7 * scale, "{extrapolated} {}", dot(&gradient, &v));
    }

    #[test]
    fn the_tangent_is_the_derivative_of_the_pressure(mass in mass(), seed in 0.0..1.0) {
        let mut p = problem(0.25, mass, &[0.3, -0.5, 0.8], 120);
        let d = p.dimension();
        let (a, v) = (vector(seed, d).iter().map(|v| 1.0 + 0.4 * v).collect::<Vec<_>>(), vector(seed + 0.3, d));
        let tangent = p.tangent(&a, &v).unwrap();
        let mut at = |t: f64| p.pressure(&a.iter().zip(&v).map(|(a, v)| a + t * v).collect::<Vec<_>>()).unwrap();
        let (above, below) = (at(1e-4), at(-1e-4));
        let error: f64 = above.iter().zip(&below).zip(&tangent).map(|((p, m), t)| ((p - m) / 2e-4 - t).powi(2)).sum();
        prop_assert!(error.sqrt() <= 1e-6 * dot(&tangent, &tangent).sqrt());
    }
}

/// The same mesh with another number of times, whose step does not matter for transposition as long as it is stable.
fn problem_times(like: &AcousticInverse, mass: MassMatrix, times: usize) -> AcousticInverse {
    let end_time = like.times().1 * (times - 1) as f64;
    let options = AcousticInverseOptions {
        mass,
        times: Some(times),
        end_time,
        ..Default::default()
    };
    AcousticInverse::with_mesh(&options, like.mesh().clone()).unwrap()
}

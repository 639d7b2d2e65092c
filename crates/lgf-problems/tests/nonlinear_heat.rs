//! The nonlinear heat problem against stored reference numbers, a naive implementation and closed forms.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::f64::consts::PI;

use faer::Mat;
use lgf_core::error::Error;
use lgf_core::problem::Problem;
use lgf_problems::{NonlinearHeat, NonlinearHeatOptions};
use serde_json::Value;

fn options(modes: usize, points: usize) -> NonlinearHeatOptions {
    NonlinearHeatOptions {
        modes,
        points,
        seed: 0,
        ..Default::default()
    }
}

fn problem(modes: usize, points: usize) -> NonlinearHeat {
    NonlinearHeat::new(&options(modes, points)).unwrap()
}

fn cases() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/golden/nonlinear_heat.json");
    let stored: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    stored["cases"].as_array().unwrap().clone()
}

fn stored(case: &Value) -> NonlinearHeat {
    let count = |name: &str| case[name].as_u64().unwrap() as usize;
    problem(count("modes"), count("points"))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// Largest difference over the largest expected entry.
fn distance(actual: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(actual.len(), expected.len());
    let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, |m: f64, v| if v.abs() <= m { m } else { v.abs() });
    largest(&mut actual.iter().zip(expected).map(|(a, e)| a - e)) / largest(&mut expected.iter().copied())
}

#[test]
fn stored_energies_residuals_and_directions() {
    for case in cases() {
        let mut problem = stored(&case);
        let (a, residual) = (numbers(&case["a"]), numbers(&case["residual"]));
        let mut out = vec![0.0; a.len()];
        let (energy, expected) = (problem.evaluate(&a, &mut out), case["energy"].as_f64().unwrap());
        assert!((energy / expected - 1.0).abs() < 1e-10, "{energy} instead of {expected}");
        assert!(distance(&out, &residual) < 1e-12);
        let norm = problem.newton(&a, &mut out);
        assert!((norm / residual.iter().map(|r| r * r).sum::<f64>().sqrt() - 1.0).abs() < 1e-12);
        assert!(distance(&out, &numbers(&case["newtonDirection"])) < 1e-8);
    }
}

/// Newton damped by 0.15; a stored norm belongs to the iterate after as many updates as its key says.
#[test]
fn stored_damped_newton() {
    for case in cases() {
        let mut problem = stored(&case);
        let mut a = numbers(&case["a"]);
        let mut direction = vec![0.0; a.len()];
        let mut norms = Vec::new();
        for _ in 0..=200 {
            norms.push(problem.newton(&a, &mut direction));
            a.iter_mut().zip(&direction).for_each(|(a, d)| *a -= 0.15 * d);
        }
        let stored = case["newtonResidualNorm"].as_object().unwrap();
        assert_eq!(stored.len(), 8);
        for (key, expected) in stored {
            let (actual, expected) = (norms[key.parse::<usize>().unwrap()], expected.as_f64().unwrap());
            // Below, sums of terms as large as the first residual leave nothing but their roundings.
            let rounding = f64::EPSILON * norms[0];
            assert!(
                (actual - expected).abs() <= 1e-8 * expected + rounding,
                "{actual} instead of {expected} after {key}"
            );
        }
    }
}

/// Energy, residual and Hessian by the textbook: every mode at every point.
fn naive(o: &NonlinearHeatOptions, a: &[f64]) -> (f64, Vec<f64>, Mat<f64>) {
    let (n, p) = (o.modes, o.points);
    let d = n * n;
    let (mut energy, mut residual, mut hessian) = (0.0, vec![0.0; d], Mat::zeros(d, d));
    let weight = 1.0 / (p * p) as f64;
    for (r, c) in (0..p).flat_map(|r| (0..p).map(move |c| (r, c))) {
        let (x, y) = ((r as f64 + 0.5) / p as f64, (c as f64 + 0.5) / p as f64);
        let inside = (x - 0.5).abs() <= 0.25 && (y - 0.5).abs() <= 0.25;
        let k = if inside { o.conductivity_inside } else { o.conductivity_outside };
        let b = o.source_amplitude * x * (4.0 * PI * x).sin() * (3.0 * PI * y).sin();
        let modes = (0..d).map(|m| {
            let (i, j) = ((m / n + 1) as f64 * PI, (m % n + 1) as f64 * PI);
            let ((si, ci), (sj, cj)) = ((i * x).sin_cos(), (j * y).sin_cos());
            [si * sj, i * ci * sj, j * si * cj]
        });
        let modes = modes.collect::<Vec<_>>();
        let at = |f: usize| modes.iter().zip(a).map(|(m, a)| m[f] * a).sum::<f64>();
        let (u, ux, uy) = (at(0), at(1), at(2));
        let q = ux * ux + uy * uy;
        energy += weight * (k * q * q + o.sigma * u.powi(5) / 5.0 - b * u);
        for (m, v) in modes.iter().enumerate() {
            let along = ux * v[1] + uy * v[2];
            residual[m] += weight * (4.0 * k * q * along + (o.sigma * u.powi(4) - b) * v[0]);
            for (l, w) in modes.iter().enumerate() {
                let both = 8.0 * k * along * (ux * w[1] + uy * w[2]) + 4.0 * k * q * (v[1] * w[1] + v[2] * w[2]);
                hessian[(m, l)] += weight * (both + 4.0 * o.sigma * u.powi(3) * v[0] * w[0]);
            }
        }
    }
    (energy, residual, hessian)
}

#[test]
fn naive_implementation_gives_the_same() {
    // Odd and even numbers of modes and points, midpoints on the edge of the square (6, 10), more than a block of rows, hardly more points
    // than modes, and other constants.
    let other = NonlinearHeatOptions {
        conductivity_inside: 0.3,
        conductivity_outside: 7.0,
        sigma: 900.0,
        source_amplitude: -50.0,
        ..options(5, 31)
    };
    for o in [
        options(1, 2),
        options(2, 6),
        options(3, 10),
        options(4, 5),
        options(5, 12),
        options(6, 25),
        other,
    ] {
        let mut problem = NonlinearHeat::new(&o).unwrap();
        let a = problem.start();
        let (energy, residual, hessian) = naive(&o, &a);
        let mut out = vec![0.0; a.len()];
        assert!((problem.evaluate(&a, &mut out) / energy - 1.0).abs() < 1e-12, "{o:?}");
        assert!(distance(&out, &residual) < 1e-12, "{o:?}");
        let (ours, size) = (problem.hessian(&a), hessian.norm_max());
        assert!((&ours - &hessian).norm_max() < 1e-12 * size, "{o:?}");
        assert_eq!(ours, ours.transpose().to_owned());
        problem.newton(&a, &mut out);
        let back = (0..a.len()).map(|i| (0..a.len()).map(|j| hessian[(i, j)] * out[j]).sum());
        assert!(distance(&back.collect::<Vec<f64>>(), &residual) < 1e-10, "{o:?}");
    }
}

/// Without a source, the parts of the energy are homogeneous of degree 4 and 5: Euler's identities between energy, residual and Hessian.
#[test]
fn homogeneous_parts() {
    for (sigma, conductivity, degree) in [(0.0, 1.0, 4.0), (4.0, 1e-100, 5.0)] {
        let mut problem = NonlinearHeat::new(&NonlinearHeatOptions {
            sigma,
            conductivity_inside: conductivity,
            conductivity_outside: conductivity,
            source_amplitude: 0.0,
            ..Default::default()
        })
        .unwrap();
        let a = problem.start();
        let mut residual = vec![0.0; a.len()];
        let energy = problem.evaluate(&a, &mut residual);
        let work = a.iter().zip(&residual).map(|(a, r)| a * r).sum::<f64>();
        assert!((work / (degree * energy) - 1.0).abs() < 1e-12);
        let hessian = problem.hessian(&a);
        let product = (0..a.len()).map(|i| (0..a.len()).map(|j| hessian[(i, j)] * a[j]).sum::<f64>() / (degree - 1.0));
        assert!(distance(&product.collect::<Vec<_>>(), &residual) < 1e-12);
        // So H a = (degree - 1) r: the direction is known.
        problem.newton(&a, &mut residual);
        let expected = a.iter().map(|a| a / (degree - 1.0)).collect::<Vec<_>>();
        assert!(distance(&residual, &expected) < 1e-8);
    }
}

/// Below zero the term in `u^5` curves downwards: an indefinite Hessian, and the direction solves the system all the same.
#[test]
fn indefinite_hessian() {
    let mut problem = NonlinearHeat::new(&NonlinearHeatOptions {
        sigma: 1e6,
        ..options(6, 40)
    })
    .unwrap();
    let a = problem.start();
    let d = a.len();
    let hessian = problem.hessian(&a);
    let eigenvalues = hessian.self_adjoint_eigenvalues(faer::Side::Lower).unwrap();
    assert!(eigenvalues[0] < 0.0 && eigenvalues[d - 1] > 0.0);
    let (mut residual, mut direction) = (vec![0.0; d], vec![0.0; d]);
    problem.evaluate(&a, &mut residual);
    problem.newton(&a, &mut direction);
    let back = (0..d)
        .map(|i| (0..d).map(|j| hessian[(i, j)] * direction[j]).sum())
        .collect::<Vec<f64>>();
    assert!(distance(&back, &residual) < 1e-10);
}

#[test]
fn same_bits_for_any_number_of_threads() {
    // More blocks of rows than threads, and a last block that is not full.
    let answers = [1, 2, 8].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut problem = problem(15, 301);
            let a = problem.start();
            let (mut gradient, mut direction) = (vec![0.0; a.len()], vec![0.0; a.len()]);
            let (energy, norm) = (problem.evaluate(&a, &mut gradient), problem.newton(&a, &mut direction));
            let numbers = [energy, norm].into_iter().chain(gradient).chain(direction);
            numbers.map(f64::to_bits).collect::<Vec<_>>()
        })
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn a_problem_may_change_its_pool() {
    let mut problem = problem(4, 40);
    let a = problem.start();
    let mut gradient = vec![0.0; a.len()];
    let expected = problem.evaluate(&a, &mut gradient);
    for threads in [8, 1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| problem.evaluate(&a, &mut gradient)), expected);
    }
}

#[test]
fn failed_evaluations_leave_no_trace() {
    let mut problem = problem(4, 40);
    let start = problem.start();
    let (mut gradient, mut direction) = (vec![0.0; 16], vec![0.0; 16]);
    let energy = problem.evaluate(&start, &mut gradient);
    let norm = problem.newton(&start, &mut direction);
    let (first, second) = (gradient.clone(), direction.clone());
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e100, -1e300, f64::MAX] {
        let mut a = start.clone();
        a[5] = bad;
        assert!(!problem.evaluate(&a, &mut gradient).is_finite(), "{bad}");
        assert!(!problem.newton(&a, &mut direction).is_finite(), "{bad}");
        assert!(gradient.iter().chain(&direction).all(|v| v.is_nan()), "{bad}");
        assert_eq!(problem.evaluate(&start, &mut gradient), energy);
        assert_eq!(problem.newton(&start, &mut direction), norm);
        assert_eq!((&gradient, &direction), (&first, &second));
    }
}

/// At zero the Hessian is zero; at a point so small that it underflows, too.
#[test]
fn singular_hessian() {
    let mut problem = problem(3, 20);
    let (mut gradient, mut direction) = (vec![0.0; 9], vec![0.0; 9]);
    for a in [[0.0; 9], [1e-200; 9]] {
        assert!(problem.evaluate(&a, &mut gradient).is_finite());
        assert!(gradient.iter().all(|g| g.is_finite()));
        assert!(!problem.newton(&a, &mut direction).is_finite());
        assert!(direction.iter().all(|d| d.is_nan()));
    }
    // A Hessian of the order of 1e-100 is none of this.
    let norm = problem.newton(&[1e-50, 0.0, 2e-50, 0.0, 3e-50, 0.0, 0.0, 1e-50, 0.0], &mut direction);
    assert!(norm.is_finite() && direction.iter().all(|d| d.is_finite()));
}

#[test]
fn views() {
    let mut o = options(2, 6);
    o.source_amplitude = 3.0;
    let problem = NonlinearHeat::new(&o).unwrap();
    let x = |r: usize| (r as f64 + 0.5) / 6.0;
    let u = problem.temperature(&[0.5, -2.0, 3.0, 0.25]);
    let (k, b) = (problem.conductivity(), problem.source());
    for (r, c) in (0..6).flat_map(|r| (0..6).map(move |c| (r, c))) {
        let (sx, sy) = (|i: f64| (i * PI * x(r)).sin(), |j: f64| (j * PI * x(c)).sin());
        let expected = 0.5 * sx(1.0) * sy(1.0) - 2.0 * sx(1.0) * sy(2.0) + 3.0 * sx(2.0) * sy(1.0) + 0.25 * sx(2.0) * sy(2.0);
        assert!((u[6 * r + c] - expected).abs() < 1e-14);
        let central = (1..5).contains(&r) && (1..5).contains(&c);
        assert_eq!(k[6 * r + c], if central { 20.0 } else { 1.0 });
        assert!((b[6 * r + c] - 3.0 * x(r) * sx(4.0) * sy(3.0)).abs() < 1e-14);
    }
}

#[test]
fn seeds_give_starts() {
    let start = |seed| {
        let options = NonlinearHeatOptions {
            seed,
            ..Default::default()
        };
        NonlinearHeat::new(&options).unwrap().start()
    };
    let (a, b) = (start(0), start(1));
    assert_eq!(a, start(0));
    assert_ne!(a, b);
    for entries in [&a, &b, &start((1 << 53) - 1)] {
        assert!(entries.iter().all(|v| (-3.0..3.0).contains(v)));
        // Mean 0, variance 3: five standard errors.
        assert!(entries.iter().sum::<f64>().abs() / 225.0 < 5.0 * (3.0 / 225.0_f64).sqrt());
        assert!((entries.iter().map(|v| v * v).sum::<f64>() / 225.0 - 3.0).abs() < 5.0 * (81.0 / 5.0 - 9.0_f64).sqrt() / 15.0);
    }
    // The first modes do not depend on how many there are in a row of them.
    assert_eq!(problem(1, 2).start()[0], a[0]);
}

#[test]
fn options_are_refused_by_name() {
    let refused = |change: &dyn Fn(&mut NonlinearHeatOptions)| {
        let mut options = NonlinearHeatOptions::default();
        change(&mut options);
        match NonlinearHeat::new(&options) {
            Err(Error::Argument { name, .. }) => name,
            other => panic!("{:?}", other.err()),
        }
    };
    assert_eq!(refused(&|o| o.modes = 0), "modes");
    assert_eq!(refused(&|o| o.modes = 65), "modes");
    assert_eq!(refused(&|o| (o.modes, o.points) = (20, 20)), "modes");
    assert_eq!(refused(&|o| o.points = 1), "points");
    assert_eq!(refused(&|o| o.points = usize::MAX), "points");
    assert_eq!(refused(&|o| o.seed = 1 << 53), "seed");
    assert_eq!(refused(&|o| o.conductivity_inside = 0.0), "conductivityInside");
    assert_eq!(refused(&|o| o.conductivity_outside = f64::NAN), "conductivityOutside");
    assert_eq!(refused(&|o| o.sigma = -1.0), "sigma");
    assert_eq!(refused(&|o| o.source_amplitude = f64::INFINITY), "sourceAmplitude");
}

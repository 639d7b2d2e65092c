//! The heat rod against stored reference numbers, a naive implementation and closed forms.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::f64::consts::PI;

use lgf_core::error::Error;
use lgf_core::problem::Problem;
use lgf_problems::{HeatRod, HeatRodOptions};
use serde_json::Value;

fn published() -> HeatRod {
    HeatRod::new(&HeatRodOptions::default()).unwrap()
}

fn stored() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/golden/heat_rod.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn close(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs();
    assert!(error <= relative * expected.abs(), "{actual} instead of {expected}");
}

#[test]
fn stored_values_and_gradients() {
    let (mut rod, mut gradient) = (published(), [0.0; 2]);
    for case in stored()["evaluations"].as_array().unwrap() {
        let value = rod.evaluate(&numbers(&case["a"]), &mut gradient);
        let expected = case["logMisfit"].as_f64().unwrap();
        close(value, expected, 1e-10);
        close(rod.misfit().unwrap(), expected.exp(), 1e-9);
        for (g, e) in gradient.iter().zip(numbers(&case["gradient"])) {
            close(*g, e, 1e-9);
        }
    }
}

/// Descent with rate 1e-2. A stored misfit belongs to the iterate after as many updates as its key says; the stored points are those
/// after 1, 25, 50, 100, 375 and 750 updates.
#[test]
fn stored_descent() {
    let (mut rod, mut gradient) = (published(), [0.0; 2]);
    let stored = &stored()["gd"];
    let points = [1, 25, 50, 100, 375, 750].into_iter().zip(stored["iterates"].as_array().unwrap());
    let points: std::collections::HashMap<usize, &Value> = points.collect();
    let mut a = rod.start();
    let mut compared = 0;
    for updates in 0..=750 {
        rod.evaluate(&a, &mut gradient);
        if let Some(expected) = stored["misfitAt"].get(updates.to_string()) {
            close(rod.misfit().unwrap(), expected.as_f64().unwrap(), 1e-6);
            compared += 1;
        }
        if let Some(expected) = points.get(&updates) {
            for (a, e) in a.iter().zip(numbers(expected)) {
                close(*a, e, 1e-7);
            }
            compared += 1;
        }
        for (a, g) in a.iter_mut().zip(&gradient) {
            *a -= 1e-2 * g;
        }
    }
    assert_eq!(compared, stored["misfitAt"].as_object().unwrap().len() + points.len());
}

/// Temperatures at `cells x times` by the textbook: sums over cells for every matrix, Gaussian elimination at every step.
fn naive(o: &HeatRodOptions, a: [f64; 2]) -> Vec<Vec<f64>> {
    let (n, width, dt) = (o.modes, 1.0 / o.cells as f64, o.end_time / (o.times - 1) as f64);
    let x: Vec<f64> = (0..o.cells).map(|c| (c as f64 + 0.5) * width).collect();
    let phi = |k: usize, x: f64| ((k + 1) as f64 * PI * x).sin();
    let slope = |k: usize, x: f64| (k + 1) as f64 * PI * ((k + 1) as f64 * PI * x).cos();
    let sum = |f: &dyn Fn(f64) -> f64| x.iter().map(|x| f(*x)).sum::<f64>();
    let mass = |k, l| width * sum(&|x| phi(k, x) * phi(l, x));
    let stiffness = |k, l| sum(&|x| (if x <= 0.5 { a[0] } else { a[1] }) * slope(k, x) * slope(l, x));
    let mut theta = vec![0.0; n];
    let mut out = vec![vec![0.0; o.times]; o.cells];
    for i in 1..o.times {
        let right = |k: usize| (0..n).map(|l| mass(k, l) * theta[l] / dt).sum::<f64>();
        let source = |k| if k == 1 { 1000.0 * (2.0 * PI * i as f64 * dt).sin() } else { 0.0 };
        let row = |k| (0..n).map(move |l| mass(k, l) / dt + stiffness(k, l));
        let mut system: Vec<Vec<f64>> = (0..n).map(|k| row(k).chain([right(k) + source(k)]).collect()).collect();
        for k in 0..n {
            let pivot = system[k].iter().map(|v| v / system[k][k]).collect::<Vec<_>>();
            for row in system.iter_mut().enumerate().filter(|(l, _)| *l != k).map(|(_, row)| row) {
                let factor = row[k];
                row.iter_mut().zip(&pivot).for_each(|(r, p)| *r -= factor * p);
            }
            system[k] = pivot;
        }
        theta = system.iter().map(|row| row[n]).collect();
        for (row, x) in out.iter_mut().zip(&x) {
            row[i] = theta.iter().enumerate().map(|(k, t)| t * phi(k, *x)).sum();
        }
    }
    out
}

#[test]
fn naive_implementation_gives_the_same() {
    // An even and an odd number of cells, a block of modes and one more, as many modes as possible.
    for (modes, cells, times) in [(6, 12, 9), (4, 7, 12), (16, 40, 4), (17, 33, 3), (4, 5, 2)] {
        let options = HeatRodOptions {
            modes,
            cells,
            times,
            end_time: 0.7,
            truth: [0.03, 0.02],
            ..Default::default()
        };
        let mut rod = HeatRod::new(&options).unwrap();
        let a = [0.011, 0.07];
        let (u, data) = (naive(&options, a), naive(&options, options.truth));
        let peak = u.iter().flatten().fold(0.0, |m: f64, v| m.max(v.abs()));
        for (actual, expected) in rod.temperature(a).iter().zip(u.iter().flatten()) {
            assert!((actual - expected).abs() <= 1e-12 * peak, "{actual} instead of {expected}");
        }
        let squares = u.iter().flatten().zip(data.iter().flatten()).map(|(u, v)| (u - v).powi(2));
        let misfit = squares.sum::<f64>() * options.end_time / ((times - 1) * cells) as f64;
        close(rod.evaluate(&a, &mut [0.0; 2]), misfit.ln(), 1e-11);
        close(rod.misfit().unwrap(), misfit, 1e-11);
    }
}

/// With one conductivity only the second mode is excited: `theta' + s theta = 2000 sin(2 pi t)`, `s = 4 pi^2 cells a`.
#[test]
fn first_order_in_time() {
    let (cells, a, w) = (20, 0.02, 2.0 * PI);
    let s = w * w * cells as f64 * a;
    let exact = |t: f64| 2000.0 / (s * s + w * w) * (s * (w * t).sin() - w * (w * t).cos() + w * (-s * t).exp());
    let errors = [401, 801, 1601].map(|times| {
        let options = HeatRodOptions {
            modes: 4,
            cells,
            times,
            ..Default::default()
        };
        let u = HeatRod::new(&options).unwrap().temperature([a, a]);
        let error = |j: usize| {
            let (x, t) = (
                (0.5 + (j / times) as f64) / cells as f64,
                (j % times) as f64 * 2.0 / (times - 1) as f64,
            );
            (u[j] - exact(t) * (w * x).sin()).abs()
        };
        (0..u.len()).map(error).fold(0.0, f64::max)
    });
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        assert!((order - 1.0).abs() < 0.05, "order {order}");
    }
    assert!(errors[2] < 0.01 * exact(0.3));
}

/// The source is odd about the middle: exchanging the conductivities mirrors the rod and turns the sign.
#[test]
fn exchanged_conductivities_mirror_the_rod() {
    let (mut rod, times) = (published(), 500);
    let (u, v) = (rod.temperature([0.5, 4.05]), rod.temperature([4.05, 0.5]));
    let peak = u.iter().fold(0.0, |m: f64, u| m.max(u.abs()));
    for (u, v) in u.chunks(times).zip(v.chunks(times).rev()) {
        assert!(u.iter().zip(v).all(|(u, v)| (u + v).abs() <= 1e-13 * peak));
    }
    assert_eq!(u.len(), 250 * times);
}

#[test]
fn misfit_vanishes_at_the_truth_as_the_square_of_the_distance() {
    let (mut rod, mut gradient) = (published(), [0.0; 2]);
    assert_eq!(rod.misfit(), None);
    assert_eq!(rod.evaluate(&[2.0, 1.0], &mut gradient), f64::NEG_INFINITY);
    assert_eq!(rod.misfit(), Some(0.0));
    assert!(gradient.iter().all(|g| g.is_nan()));
    // Powers of two are exact steps; 2^-45 is 100 roundings of the point away.
    let [far, near] = [-20, -45].map(|e| rod.evaluate(&[2.0 + 2f64.powi(e), 1.0], &mut gradient));
    close(far - near, 50.0 * 2f64.ln(), 1e-6);
    close(gradient[0], 2f64.powi(46), 1e-6);
}

#[test]
fn failed_evaluations_leave_no_trace() {
    let (mut rod, mut gradient) = (published(), [0.0; 2]);
    let expected = rod.evaluate(&[0.5, 4.05], &mut gradient);
    let direction = gradient;
    // Not finite, an overflow of the matrix, an unstable recursion.
    for bad in [
        [f64::NAN, 1.0],
        [1.0, f64::INFINITY],
        [f64::NEG_INFINITY, 1.0],
        [1e308, 1e308],
        [-0.1, -0.1],
    ] {
        assert!(!rod.evaluate(&bad, &mut gradient).is_finite(), "{bad:?}");
        assert!(gradient.iter().all(|g| g.is_nan()), "{bad:?}");
        assert!(rod.temperature(bad).iter().any(|u| !u.is_finite()), "{bad:?}");
        assert_eq!(rod.evaluate(&[0.5, 4.05], &mut gradient), expected);
        assert_eq!(gradient, direction);
    }
}

#[test]
fn options_are_refused_by_name() {
    let refused = |change: &dyn Fn(&mut HeatRodOptions)| {
        let mut options = HeatRodOptions::default();
        change(&mut options);
        match HeatRod::new(&options) {
            Err(Error::Argument { name, .. }) => name,
            other => panic!("{:?}", other.err()),
        }
    };
    assert_eq!(refused(&|o| o.modes = 1), "modes");
    assert_eq!(refused(&|o| o.modes = 250), "modes");
    assert_eq!(refused(&|o| o.modes = 257), "modes");
    assert_eq!(refused(&|o| o.cells = 0), "cells");
    assert_eq!(refused(&|o| o.cells = usize::MAX), "cells");
    assert_eq!(refused(&|o| o.times = 1), "times");
    assert_eq!(refused(&|o| o.end_time = 0.0), "endTime");
    assert_eq!(refused(&|o| o.end_time = f64::NAN), "endTime");
    assert_eq!(refused(&|o| o.truth = [f64::NAN, 1.0]), "truth.0");
    assert_eq!(refused(&|o| o.truth = [-0.1, -0.1]), "truth");
    assert_eq!(refused(&|o| o.start = [f64::INFINITY, 1.0]), "start.0");
}

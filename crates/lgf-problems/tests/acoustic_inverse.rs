//! The acoustic inverse problem against stored numbers.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use lgf_core::problem::Problem;
use lgf_problems::{AcousticInverse, AcousticInverseOptions};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

fn norm(a: &[f64]) -> f64 {
    distance(a, &vec![0.0; a.len()])
}

#[test]
fn stored_values_and_gradients() {
    let stored: Value = serde_json::from_str(include_str!("../../../testdata/golden/acoustic_inverse.json")).unwrap();
    let mut problem = AcousticInverse::new(&AcousticInverseOptions::default()).unwrap();
    assert!(distance(problem.true_slowness(), &numbers(&stored["trueSlowness"])) < 1e-13);
    for case in stored["evaluations"].as_array().unwrap() {
        let (a, gradient) = (numbers(&case["a"]), numbers(&case["gradient"]));
        let mut g = vec![0.0; a.len()];
        let value = problem.evaluate(&a, &mut g);
        let expected = case["value"].as_f64().unwrap();
        println!("{} {}", (value / expected - 1.0).abs(), distance(&g, &gradient) / norm(&gradient));
        assert!((value / expected - 1.0).abs() < 1e-10, "{value} {expected}");
        assert!(distance(&g, &gradient) < 1e-8 * norm(&gradient));
    }
    let truth: Vec<f64> = problem.true_slowness().iter().map(|s| s - 0.01).collect();
    let pressure = problem.pressure(&truth).unwrap();
    let largest = pressure.iter().fold(0.0, |m: f64, p| m.max(p.abs()));
    assert!((largest / stored["maxPressure"].as_f64().unwrap() - 1.0).abs() < 1e-12);
}

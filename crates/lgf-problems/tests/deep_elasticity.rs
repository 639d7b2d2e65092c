//! Deep elasticity against stored reference numbers and closed forms.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use lgf_core::problem::Problem;
use lgf_problems::{DeepElasticity, DeepElasticityOptions};
use serde_json::Value;

fn stored() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/golden/deep_elasticity.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn norm(v: impl Iterator<Item = f64>) -> f64 {
    v.map(|v| v * v).sum::<f64>().sqrt()
}

#[test]
fn stored_values_and_gradients() {
    let stored = stored();
    let start = numbers(&stored["start"]);
    for case in stored["evaluations"].as_array().unwrap() {
        let cells = case["cells"].as_u64().unwrap() as usize;
        let mut problem = DeepElasticity::new(&DeepElasticityOptions {
            cells,
            ..Default::default()
        })
        .unwrap();
        let mut gradient = vec![0.0; problem.dimension()];
        let energy = problem.evaluate(&start, &mut gradient);
        let expected = case["energy"].as_f64().unwrap();
        assert!(
            (energy / expected - 1.0).abs() < 1e-12,
            "{cells} cells: {energy} instead of {expected}"
        );
        let expected = numbers(&case["gradient"]);
        let error = norm(gradient.iter().zip(&expected).map(|(g, e)| g - e));
        assert!(error < 1e-12 * norm(expected.into_iter()), "{cells} cells: {error}");
    }
}

//! Shared by the test files: expected numbers, closed-form problems, comparison.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test helper may fail loudly; not every file uses all of it"
)]
pub mod bytes;
pub mod newton;
pub mod plans;
pub mod smooth;
pub mod table;
use faer::Mat;
use lgf_core::problem::Problem;
use serde_json::Value;

/// One file of numbers computed by the published Python implementation.
pub fn golden(name: &str) -> Value {
    let path = format!("{}/../../testdata/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub fn vector(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

pub fn matrix(value: &Value) -> Mat<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(vector).collect();
    Mat::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

/// Relative on the largest entry of what is expected, `floor` where that is smaller.
pub fn assert_close(actual: &Mat<f64>, expected: &Mat<f64>, tolerance: f64, floor: f64, what: &str) {
    assert_eq!(actual.shape(), expected.shape(), "{what}");
    let error = (actual - expected).norm_max() / expected.norm_max().max(floor);
    assert!(error <= tolerance, "{what}: error {error:e} above {tolerance:e}");
}

/// The options of a golden file as the library reads them.
pub fn options(value: &Value) -> lgf_core::param::Value {
    use lgf_core::param::Value as Option;
    match value {
        Value::Number(n) => Option::Number(n.as_f64().unwrap()),
        Value::Bool(b) => Option::Bool(*b),
        Value::String(s) => Option::Text(s.clone()),
        Value::Array(items) => Option::List(items.iter().map(options).collect()),
        Value::Object(entries) => Option::Tree(
            entries
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (k.clone(), options(v)))
                .collect(),
        ),
        Value::Null => unreachable!("filtered by the object"),
    }
}

/// `1/2 (a-c)'A(a-c)` or `sum log cosh (A(a-c))`.
pub struct ClosedForm {
    pub a: Mat<f64>,
    pub c: Vec<f64>,
    pub start: Vec<f64>,
    pub logcosh: bool,
    pub calls: usize,
}

impl ClosedForm {
    pub fn golden(problem: &Value) -> Self {
        Self {
            a: matrix(&problem["A"]),
            c: vector(&problem["c"]),
            start: vector(&problem["start"]),
            logcosh: problem["kind"] == "logcosh",
            calls: 0,
        }
    }

    pub fn quadratic(diagonal: &[f64], start: &[f64]) -> Self {
        let a = Mat::from_fn(diagonal.len(), diagonal.len(), |i, j| if i == j { diagonal[i] } else { 0.0 });
        Self {
            a,
            c: vec![0.0; diagonal.len()],
            start: start.to_vec(),
            logcosh: false,
            calls: 0,
        }
    }
}

impl Problem for ClosedForm {
    fn name(&self) -> &str {
        if self.logcosh { "log-cosh" } else { "quadratic" }
    }
    fn dimension(&self) -> usize {
        self.c.len()
    }
    fn start(&self) -> Vec<f64> {
        self.start.clone()
    }
    fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 {
        self.calls += 1;
        let d = x.len();
        let residual = |i: usize| -> f64 { (0..d).map(|j| self.a[(i, j)] * (x[j] - self.c[j])).sum() };
        let mut value = 0.0;
        if self.logcosh {
            g.fill(0.0);
            for i in 0..d {
                let r = residual(i);
                value += r.cosh().ln();
                (0..d).for_each(|j| g[j] += self.a[(i, j)] * r.tanh());
            }
        } else {
            for i in 0..d {
                g[i] = residual(i);
                value += 0.5 * (x[i] - self.c[i]) * g[i];
            }
        }
        value
    }
}

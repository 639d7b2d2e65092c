//! Seconds an evaluation of the deep elasticity problem: `cargo run --release --example deep_elasticity -- [cells] [hidden] [layers]`.
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
use lgf_core::problem::Problem;
use lgf_problems::{DeepElasticity, DeepElasticityOptions};
use std::time::{Duration, Instant};

fn main() {
    let given: Vec<usize> = std::env::args().skip(1).map(|v| v.parse().unwrap()).collect();
    let at = |i: usize, default| given.get(i).copied().unwrap_or(default);
    let options = DeepElasticityOptions {
        cells: at(0, 99),
        hidden: at(1, 20),
        layers: at(2, 2),
        ..Default::default()
    };
    let mut problem = DeepElasticity::new(&options).unwrap();
    let start = problem.start();
    let mut gradient = vec![0.0; start.len()];
    let mut value = problem.evaluate(&start, &mut gradient);
    let (begin, mut times) = (Instant::now(), Vec::new());
    while times.len() < 5 || begin.elapsed() < Duration::from_secs(3) {
        let once = Instant::now();
        value = problem.evaluate(&start, &mut gradient);
        times.push(once.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let points = options.cells.pow(3) as f64;
    let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    let (median, least) = (times[times.len() / 2], times[0]);
    println!("value {value}, gradient {norm}");
    println!(
        "{} evaluations, median {median:.5} s, least {least:.5} s, {:.1} ns a point",
        times.len(),
        1e9 * least / points
    );
}

//! A reduced fit, a learned step and a lift, in JSON, beside streaming reads of the same memory by the same threads.
//! Arguments: variables, samples, modes, order.
#[path = "support/streaming.rs"]
mod streaming;

use lgf_core::fit::ModelOptions;
use lgf_core::optimizer::{GradientFlow, GradientFlowOptions, Optimizer};
use std::hint::black_box;
use std::time::Instant;
use streaming::stream;

/// Learned steps a cycle, of which so many are looked at one by one.
const LEARNED: usize = 2000;
const LIFTS: usize = 15;
const CYCLES: usize = 4;
const RATE: f64 = 0.05;

/// Seconds of the fastest of several calls.
fn fastest(rounds: usize, mut body: impl FnMut()) -> f64 {
    let once = |_| {
        let start = Instant::now();
        body();
        start.elapsed().as_secs_f64()
    };
    (0..rounds).map(once).fold(f64::INFINITY, f64::min)
}

/// Bytes of this process that are in memory, now and at most.
fn memory() -> [f64; 2] {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let entry = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
        line.split_whitespace()
            .next()
            .and_then(|kib| kib.parse::<f64>().ok())
            .unwrap_or(0.0)
            * 1024.0
    };
    [entry("VmRSS:"), entry("VmHWM:")]
}

fn main() -> lgf_core::Result<()> {
    let given: Vec<usize> = std::env::args().skip(1).filter_map(|v| v.parse().ok()).collect();
    let at = |i: usize, default: usize| given.get(i).copied().unwrap_or(default);
    let (d, samples, modes, order) = (at(0, 1_000_000), at(1, 40), at(2, 5), at(3, 2));
    // Descent on a separable bowl of curvatures between 0.5 and 5: the singular values of its history fall without end. Every cycle takes
    // the same path, so that every history is as hard as the first.
    let start: Vec<f64> = (0..d).map(|i| (0.37 * i as f64).sin()).collect();
    let (mut path, mut gradient) = (start.clone(), vec![1.0; d]);
    let [baseline, _] = memory();
    let options = GradientFlowOptions {
        learning_rate: RATE,
        dt: 1e-9,
        history_size: samples,
        retrain_interval: samples + LEARNED,
        model: ModelOptions {
            poly_order: order,
            truncation_rank: Some(modes),
            ..Default::default()
        },
        ..Default::default()
    };
    let mut run = GradientFlow::new(&start, &options)?;
    let (mut fits, mut lift, mut step) = (Vec::new(), f64::INFINITY, f64::INFINITY);
    let curvature = |i: usize| 0.5 + 4.5 * i as f64 / d as f64;
    for _ in 0..CYCLES {
        path.copy_from_slice(&start);
        for _ in 0..samples {
            let request = run.ask()?;
            let x = run.point();
            for i in 0..d {
                path[i] *= 1.0 - RATE * curvature(i);
                gradient[i] = (x[i] - path[i]) / RATE;
            }
            run.tell(request.id, 0.0, Some(&gradient))?;
        }
        let mut advance = |steps: usize| {
            let begin = Instant::now();
            let taken = run.advance(steps as u64);
            taken.map(|_| begin.elapsed().as_secs_f64())
        };
        fits.push(advance(1)?);
        for _ in 0..LIFTS {
            lift = lift.min(advance(1)?);
        }
        let rest = LEARNED - 1 - LIFTS;
        step = step.min((advance(rest)? - lift).max(0.0) / rest as f64);
    }
    let [_, peak] = memory();
    let history = vec![1.0; d * samples];
    let streaming = |numbers: usize| fastest(9, || assert!(stream(black_box(&history[..numbers])) > 0.0));
    let (whole, part) = (streaming(d * samples), streaming(d * modes));
    println!(
        "{{\"coldFit\":{},\"fit\":{},\"lift\":{lift},\"step\":{step},\"streamHistory\":{whole},\"streamModes\":{part},\"memory\":{},\"history\":{}}}",
        fits[0],
        fits[1..].iter().copied().fold(f64::INFINITY, f64::min),
        peak - baseline,
        8 * d * samples,
    );
    Ok(())
}

//! Time that `Adaptive` needs for a step itself, in JSON, beside streaming reads of as much memory as its window holds by the same threads.
//! Arguments: variables, secants of the window, steps.
#[path = "support/streaming.rs"]
mod streaming;

use lgf_core::optimizer::{Adaptive, AdaptiveOptions, Begin, Optimizer};
use std::hint::black_box;
use std::time::Instant;
use streaming::stream;

/// A convex function without structure of few dimensions: the window stays full of secants that differ.
fn evaluate(x: &[f64], g: &mut [f64]) -> f64 {
    let d = x.len() as f64;
    let each = |(i, (x, g)): (usize, (&f64, &mut f64))| {
        let weight = 1.0 + 1000.0 * i as f64 / d;
        *g = weight * x + 0.1 * x.powi(3);
        0.5 * weight * x * x + 0.025 * x.powi(4)
    };
    x.iter().zip(g).enumerate().map(each).sum()
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() -> lgf_core::Result<()> {
    let given: Vec<usize> = std::env::args().skip(1).filter_map(|v| v.parse().ok()).collect();
    let at = |i: usize, default: usize| given.get(i).copied().unwrap_or(default);
    let (d, window, steps) = (at(0, 1_000_000), at(1, 10), at(2, 40));
    let options = AdaptiveOptions {
        window,
        ..Default::default()
    };
    let mut run = Adaptive::new(&vec![1.0; d], &options)?;
    let (mut g, held) = (vec![0.0; d], vec![1.0; 2 * window * d]);
    let [mut reads, mut proposals, mut answers] = [(); 3].map(|()| Vec::with_capacity(steps));
    // Every step stands beside a read of its own: whoever else uses the machine slows down both.
    while reads.len() < steps && run.ending().is_none() {
        let begin = Instant::now();
        assert!(stream(black_box(&held)) > 0.0);
        let read = begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        let Begin::Evaluate(request) = run.begin()? else { continue };
        let proposal = begin.elapsed().as_secs_f64();
        let value = evaluate(run.point(), &mut g);
        let begin = Instant::now();
        run.tell(request.id, value, Some(&g))?;
        let answer = begin.elapsed().as_secs_f64();
        if run.evaluations() > 2 * window as u64 {
            reads.push(read);
            proposals.push(proposal);
            answers.push(answer);
        }
    }
    println!(
        "{{\"steps\":{},\"read\":{},\"propose\":{},\"learn\":{}}}",
        reads.len(),
        median(reads),
        median(proposals),
        median(answers)
    );
    Ok(())
}

//! What a span costs: without a recorder, with one, and with one whose room for single spans is used up; and a reading of the clock, of which
//! a recorded span takes two. Prints nanoseconds as JSON: medians of 21 rounds.
use lgf_core::profile::{Recorder, record, span};
use std::hint::black_box;
use std::time::Instant;

const CALLS: usize = 100_000;

/// Nanoseconds of one call.
fn median(mut body: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            (0..CALLS).for_each(|_| body());
            begun.elapsed().as_secs_f64() * 1e9 / CALLS as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

fn main() {
    let one = || {
        let _span = span("one").moved(black_box(8)).computed(black_box(2));
    };
    let off = median(one);
    let mut room = Recorder::with_events(22 * CALLS);
    let on = record(&mut room, || median(one));
    let mut none = Recorder::with_events(0);
    let full = record(&mut none, || median(one));
    let clock = median(|| {
        black_box(Instant::now());
    });
    println!("{{\"off\":{off},\"on\":{on},\"full\":{full},\"clock\":{clock}}}");
}

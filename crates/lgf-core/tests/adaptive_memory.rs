//! What `Adaptive` holds at most, and that a warm step asks for nothing of the length of the variables: counted by the allocator itself.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    unsafe_code,
    reason = "a counting global allocator is unsafe by nature"
)]
use lgf_core::bounds::Bounds;
use lgf_core::optimizer::{Adaptive, AdaptiveOptions, Optimizer};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Of all threads: passes over long vectors run on several.
static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
/// Largest request since it was last set to 0.
static LARGEST: AtomicUsize = AtomicUsize::new(0);

struct Counting;
// SAFETY: forwards to the system allocator; the provided `realloc` comes back here for both blocks, as copies everywhere do.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Relaxed);
        PEAK.fetch_max(HELD.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}
#[global_allocator]
static ALLOCATOR: Counting = Counting;

const D: usize = 100_000;
const WINDOW: usize = 10;
const VECTOR: usize = 8 * D;

/// A convex function whose window stays full of secants that differ, in some unit.
fn evaluate(x: &[f64], g: &mut [f64], unit: f64) -> f64 {
    let d = x.len() as f64;
    let each = |(i, (x, g)): (usize, (&f64, &mut f64))| {
        let weight = 1.0 + 1000.0 * i as f64 / d;
        *g = unit * (weight * x + 0.1 * x.powi(3));
        unit * (0.5 * weight * x * x + 0.025 * x.powi(4))
    };
    x.iter().zip(g).enumerate().map(each).sum()
}

/// Vectors of the length of the variables that a run holds at most, and the largest single request of its warm steps in such vectors.
fn measured(d: usize, bounds: Option<Bounds>, unit: f64) -> [f64; 2] {
    let options = AdaptiveOptions {
        window: WINDOW,
        ..Default::default()
    };
    let (start, mut g) = (vec![1.0; d], vec![0.0; d]);
    let before = HELD.load(Relaxed);
    PEAK.store(before, Relaxed);
    let mut run = Adaptive::within(&start, &options, bounds).unwrap();
    while run.evaluations() < 40 {
        if run.evaluations() == 25 {
            LARGEST.store(0, Relaxed);
        }
        let request = run.ask().unwrap();
        let value = evaluate(run.point(), &mut g, unit);
        run.tell(request.id, value, Some(&g)).unwrap();
    }
    // It has worked, with a full window.
    assert!(run.ending().is_none() && run.fits() > 30, "{} fits", run.fits());
    let vector = (8 * d) as f64;
    [PEAK.load(Relaxed) - before, LARGEST.load(Relaxed)].map(|bytes| bytes as f64 / vector)
}

/// At most so many vectors, and warm steps that ask for none; sums of blocks and models come to far less than one.
fn check(vectors: usize, bounds: Option<Bounds>, unit: f64) {
    // Decompositions of small matrices keep 4 MB a thread, however many variables there are: that is not counted.
    measured(1000, None, 1.0);
    let [most, request] = measured(D, bounds, unit);
    assert!(most <= vectors as f64 + 0.25, "{most} vectors");
    assert!(request < 0.25, "a warm step asked for {request} vectors at once");
}

fn the_counter_counts() {
    let before = HELD.load(Relaxed);
    PEAK.store(before, Relaxed);
    let held = std::hint::black_box(vec![0.0_f64; D]);
    assert!(HELD.load(Relaxed) >= before + VECTOR && LARGEST.load(Relaxed) >= VECTOR);
    drop(held);
    assert!(HELD.load(Relaxed) < before + VECTOR && PEAK.load(Relaxed) >= before + VECTOR);
}

/// `2 (m + 1)` vectors of the window, the iterate, the next, the best and the gradient.
fn a_run_holds_the_window_and_four_vectors() {
    check(2 * (WINDOW + 1) + 4, None, 1.0);
}

/// One vector more, for gradients in units, where squares of the objective's own leave the range of doubles.
fn units_cost_one_vector() {
    check(2 * (WINDOW + 1) + 5, None, 2.0_f64.powi(560));
}

/// Bounds cost nothing but themselves, which are there before the run begins, while they hold nothing back.
fn bounds_that_hold_nothing_back_cost_nothing() {
    let bounds = Bounds::new(vec![-1e9; D], vec![1e9; D]).unwrap();
    check(2 * (WINDOW + 1) + 4, Some(bounds), 1.0);
}

/// One after the other in one thread: a thread that ends gives back what decompositions kept for it, whoever is counting.
#[test]
fn memory_is_what_is_promised() {
    the_counter_counts();
    a_run_holds_the_window_and_four_vectors();
    units_cost_one_vector();
    bounds_that_hold_nothing_back_cost_nothing();
}

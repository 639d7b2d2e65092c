//! What a learned flow of many variables costs beside one streaming read of its history: JSON for `bench/suites/kernel.ts`.
//!
//! Arguments: variables, samples, order, precision (`double` or `single`).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    unsafe_code,
    reason = "a benchmark; a counting allocator is unsafe by nature"
)]
use lgf_core::driver;
use lgf_core::fit::ModelOptions;
use lgf_core::history::HistoryPrecision;
use lgf_core::optimizer::{GradientFlow, GradientFlowOptions, Optimizer, Phase};
use lgf_core::problem::Problem;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

static BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;
// SAFETY: forwards to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = BYTES.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}
#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// `sum_i (1 + i mod 7) (x_i - 1)^2 / 2`
struct Bowl(usize);

impl Problem for Bowl {
    fn name(&self) -> &str {
        "bowl"
    }
    fn dimension(&self) -> usize {
        self.0
    }
    fn start(&self) -> Vec<f64> {
        (0..self.0).map(|i| (i as f64).sin()).collect()
    }
    fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 {
        let mut value = 0.0;
        for (i, (x, g)) in x.iter().zip(g).enumerate() {
            *g = (1 + i % 7) as f64 * (x - 1.0);
            value += 0.5 * *g * (x - 1.0);
        }
        value
    }
}

struct Read<'a>(&'a [f64]);

impl WithSimd for Read<'_> {
    type Output = f64;
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (head, _) = S::as_simd_f64s(self.0);
        let mut sums = [simd.splat_f64s(0.0); 8];
        for eight in head.chunks_exact(8) {
            for (sum, v) in sums.iter_mut().zip(eight) {
                *sum = simd.add_f64s(*sum, *v);
            }
        }
        sums.into_iter().map(|sum| simd.reduce_sum_f64s(sum)).sum()
    }
}

/// The least of some rounds, in seconds: what others do on the machine only adds.
fn least(rounds: usize, mut body: impl FnMut()) -> f64 {
    let round = |_| {
        let start = Instant::now();
        body();
        start.elapsed().as_secs_f64()
    };
    (0..rounds).map(round).fold(f64::INFINITY, f64::min)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: usize| arguments.get(i).map_or(default, |text| text.parse().unwrap());
    let (d, n, order) = (number(0, 10_000), number(1, 20), number(2, 2));
    let single = arguments.get(3).is_some_and(|precision| precision == "single");
    let rounds = (400_000_000 / (d * n)).clamp(7, 200);
    let read = {
        let data = vec![1.0; d * n];
        let total = || data.par_chunks(1 << 16).map(|chunk| Arch::new().dispatch(Read(chunk))).sum::<f64>();
        assert!(total() > 0.0);
        least(rounds, || assert!(std::hint::black_box(total()) > 0.0))
    };
    let mut problem = Bowl(d);
    let start = problem.start();
    let options = GradientFlowOptions {
        learning_rate: 0.01,
        dt: 0.01,
        history_size: n,
        retrain_interval: n + 1_000_000,
        history_precision: if single {
            HistoryPrecision::Single
        } else {
            HistoryPrecision::Double
        },
        model: ModelOptions {
            poly_order: order,
            ..Default::default()
        },
        ..Default::default()
    };
    let mut gradient = vec![0.0; d];
    let mut x = vec![0.0; d];
    // A thread's first matrix product takes some megabytes of room for all that follow: they belong to no optimizer.
    {
        let mut small = GradientFlow::new(
            &start[..40.min(d)],
            &GradientFlowOptions {
                model: ModelOptions {
                    poly_order: 6,
                    ..options.model.clone()
                },
                ..options.clone()
            },
        )
        .unwrap();
        let mut bowl = Bowl(40.min(d));
        let mut gradient = vec![0.0; 40.min(d)];
        for _ in 0..n + 2 {
            driver::step(&mut small, &mut bowl, &mut gradient).unwrap();
        }
    }
    let before = BYTES.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let mut flow = GradientFlow::new(&start, &options).unwrap();
    while flow.phase() == Phase::True {
        driver::step(&mut flow, &mut problem, &mut gradient).unwrap();
    }
    let first = least(1, || assert_eq!(flow.advance(1).unwrap(), 1));
    let peak = PEAK.load(Ordering::Relaxed) - before;
    let step = least(rounds, || assert_eq!(flow.advance(1).unwrap(), 1));
    let many = least(rounds.div_ceil(10), || assert_eq!(flow.advance(10).unwrap(), 10)) / 10.0;
    let bytes = BYTES.load(Ordering::Relaxed) - before;
    x.copy_from_slice(flow.iterates());
    let model = flow.model().unwrap();
    let derivative = least(rounds, || model.derivative_into(&x, &mut gradient).unwrap());
    let report = model.report().unwrap();
    println!(
        "{{\"read\":{read},\"derivative\":{derivative},\"step\":{many},\"oneStep\":{step},\"fitAndStep\":{first},\"bytes\":{bytes},\"peak\":{peak},\"rank\":{},\"residual\":{}}}",
        report.regress.rank, report.residual
    );
}

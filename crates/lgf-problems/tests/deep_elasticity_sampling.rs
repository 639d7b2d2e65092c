//! Random points of the deep elasticity problem; the same bits for every number of threads; no allocation when warm.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    unsafe_code,
    reason = "tests fail by panicking; a counting global allocator is unsafe by nature"
)]
use lgf_core::problem::Problem;
use lgf_problems::{DeepElasticity, DeepElasticityOptions, Sampling};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    // Per thread: other tests allocate beside this one.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;
// SAFETY: forwards to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends may allocate after its locals are gone.
        let _ = COUNT.try_with(|c| c.set(c.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}
#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn with_threads<T: Send>(threads: usize, body: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(body)
}

fn random(points: usize, seed: usize, resample: bool) -> DeepElasticity {
    DeepElasticity::new(&DeepElasticityOptions {
        sampling: Sampling::Random,
        points,
        seed,
        resample,
        ..Default::default()
    })
    .unwrap()
}

fn midpoints(cells: usize) -> DeepElasticity {
    DeepElasticity::new(&DeepElasticityOptions {
        cells,
        ..Default::default()
    })
    .unwrap()
}

/// Bits of the value and of the gradient.
fn bits(problem: &mut DeepElasticity, x: &[f64]) -> Vec<u64> {
    let mut gradient = vec![0.0; problem.dimension()];
    let value = problem.evaluate(x, &mut gradient);
    std::iter::once(value).chain(gradient).map(f64::to_bits).collect()
}

fn value(problem: &mut DeepElasticity, x: &[f64]) -> f64 {
    f64::from_bits(bits(problem, x)[0])
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let x = midpoints(1).start();
    let at: Vec<f64> = (0..999).map(|i| f64::from(i).sin()).collect();
    let of = |threads| {
        with_threads(threads, || {
            let mut grid = midpoints(23);
            let views: Vec<u64> = grid
                .displacement(&x, &at)
                .into_iter()
                .chain(grid.energy_density(&x, &at))
                .map(f64::to_bits)
                .collect();
            [bits(&mut grid, &x), bits(&mut random(5000, 1, true), &x), views]
        })
    };
    let single = of(1);
    for threads in [2, 8] {
        assert!(of(threads) == single, "{threads} threads");
    }
}

#[test]
fn equal_draws_give_equal_bits() {
    let mut run = random(700, 5, true);
    let x = run.start();
    let drawn: Vec<_> = (0..4).map(|_| bits(&mut run, &x)).collect();
    assert_eq!(run.draw(), 4);
    for (i, a) in drawn.iter().enumerate() {
        assert!(drawn[..i].iter().all(|b| b[0] != a[0]), "draw {i} is an earlier one");
    }
    // Taken up in the middle by another problem of the same options, and once more by the same one.
    let mut resumed = random(700, 5, true);
    for problem in [&mut resumed, &mut run] {
        problem.set_draw(2).unwrap();
        assert_eq!([bits(problem, &x), bits(problem, &x)], drawn[2..]);
    }
    // Fixed points: any draw, again and again.
    let mut fixed = random(700, 5, false);
    fixed.set_draw(1).unwrap();
    assert_eq!([bits(&mut fixed, &x), bits(&mut fixed, &x)], [drawn[1].clone(), drawn[1].clone()]);
    assert_eq!(fixed.draw(), 1);
    assert_ne!(bits(&mut random(700, 6, true), &x), drawn[0]);
}

#[test]
fn a_failed_evaluation_uses_its_draw_up() {
    let mut cube = random(40, 0, true);
    let nan = vec![f64::NAN; cube.dimension()];
    assert!(value(&mut cube, &nan).is_nan());
    assert_eq!(cube.draw(), 1);
}

/// One point more changes the sum by that point alone: points do not depend on how many there are, nor on tiles and blocks.
#[test]
fn a_point_is_known_by_its_index() {
    let x = midpoints(1).start();
    let sums: Vec<f64> = (1..100).map(|n| n as f64 * value(&mut random(n, 3, false), &x)).collect();
    let terms: Vec<f64> = sums.windows(2).map(|s| s[1] - s[0]).collect();
    // A draw of 99 points is the mean of its terms, whatever prefix one begins with.
    for (i, sum) in sums.iter().enumerate() {
        let joined = sums[0] + terms[..i].iter().sum::<f64>();
        assert!((sum - joined).abs() < 1e-12);
    }
    let distinct = terms.iter().map(|t| t.to_bits()).collect::<std::collections::HashSet<_>>();
    assert_eq!(distinct.len(), terms.len());
}

#[test]
fn means_of_draws_approach_the_integral() {
    let x = midpoints(1).start();
    let integral = value(&mut midpoints(80), &x);
    let deviations = [500, 5000].map(|points| {
        let mut cube = random(points, 11, true);
        let draws: Vec<f64> = (0..400).map(|_| value(&mut cube, &x)).collect();
        let mean = draws.iter().sum::<f64>() / 400.0;
        let deviation = (draws.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 399.0).sqrt();
        assert!(
            (mean - integral).abs() < 4.0 * deviation / 20.0,
            "{mean} instead of {integral}, deviation {deviation}"
        );
        deviation
    });
    // Ten times the points: the deviation falls by the root of ten, known to 5 % of 400 draws each.
    let ratio = deviations[0] / deviations[1];
    assert!((ratio / 10.0_f64.sqrt() - 1.0).abs() < 0.15, "{ratio}");
}

#[test]
fn a_warm_evaluation_allocates_nothing() {
    with_threads(1, || {
        for mut cube in [midpoints(19), random(5000, 0, true)] {
            let (x, mut gradient) = (cube.start(), vec![0.0; cube.dimension()]);
            cube.evaluate(&x, &mut gradient);
            let before = COUNT.with(Cell::get);
            cube.evaluate(&x, &mut gradient);
            cube.evaluate(&x, &mut gradient);
            assert_eq!(COUNT.with(Cell::get) - before, 0);
        }
        drop(std::hint::black_box(vec![0.0_f64; 10]));
        assert!(COUNT.with(Cell::get) > 0, "the counter counts");
    });
}

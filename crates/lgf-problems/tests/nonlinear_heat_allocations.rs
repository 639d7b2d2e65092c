//! A warm evaluation of the nonlinear heat problem allocates nothing: counted by the allocator itself.
#![allow(clippy::unwrap_used, unsafe_code, reason = "a counting global allocator is unsafe by nature")]
use lgf_core::problem::Problem;
use lgf_problems::{NonlinearHeat, NonlinearHeatOptions};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    // Per thread: the test harness allocates on threads of its own.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;
// SAFETY: forwards to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|c| c.set(c.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}
#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// On one thread, where rayon has no work to hand over. With the large `sigma` the Hessian is indefinite.
#[test]
fn warm_evaluations_do_not_allocate() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        for sigma in [4.0, 1e6] {
            let options = NonlinearHeatOptions {
                sigma,
                modes: 6,
                points: 41,
                ..Default::default()
            };
            let mut problem = NonlinearHeat::new(&options).unwrap();
            let a = problem.start();
            let mut out = vec![0.0; a.len()];
            let mut both = || {
                assert!(problem.evaluate(&a, &mut out).is_finite());
                assert!(problem.newton(&a, &mut out).is_finite());
            };
            both();
            let before = COUNT.with(Cell::get);
            assert!(before > 0);
            both();
            assert_eq!(COUNT.with(Cell::get) - before, 0, "sigma {sigma}");
        }
    });
}

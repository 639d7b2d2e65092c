//! A warm step allocates nothing: counted by the allocator itself.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    unsafe_code,
    reason = "a counting global allocator is unsafe by nature"
)]
mod support;
use lgf_core::driver;
use lgf_core::fit::ModelOptions;
use lgf_core::history::HistoryPrecision;
use lgf_core::integrate::{OdeOptions, Rk45Options};
use lgf_core::newton::{NewtonCg, NewtonCgOptions, NewtonOptions, NewtonSolver};
use lgf_core::optimizer::*;
use lgf_core::problem::Problem;
use lgf_core::regress::{SolverOptions, StlsqOptions};
use lgf_core::targets::Method;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use support::ClosedForm;
use support::table::{adam, batch, flow, optimizers, rank, trust};

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

fn bowl(d: usize) -> ClosedForm {
    ClosedForm::quadratic(&(1..=d).map(|i| i as f64).collect::<Vec<_>>(), &vec![1.0; d])
}

fn allocations_of_warm_cycles(mut optimizer: impl Optimizer, cycle: usize, d: usize) -> usize {
    allocations(&mut optimizer, &mut bowl(d), 2 * cycle)
}

/// Warm is what took so many steps; as many again are counted.
fn allocations(optimizer: &mut dyn Optimizer, problem: &mut ClosedForm, steps: usize) -> usize {
    let mut gradient = vec![0.0; problem.dimension()];
    for _ in 0..steps {
        driver::step(optimizer, problem, &mut gradient).unwrap();
    }
    let before = COUNT.with(Cell::get);
    // Two whole cycles: true steps, fits, learned steps, restarts.
    for _ in 0..steps {
        driver::step(optimizer, problem, &mut gradient).unwrap();
    }
    COUNT.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    let before = COUNT.with(Cell::get);
    drop(std::hint::black_box(vec![0.0_f64; 10]));
    assert_eq!(COUNT.with(Cell::get) - before, 1);
}

#[test]
fn gradient_descent() {
    let o = GradientDescentOptions {
        learning_rate: 0.05,
        ..Default::default()
    };
    assert_eq!(allocations_of_warm_cycles(GradientDescent::new(&[1.0; 4], &o).unwrap(), 20, 4), 0);
}

#[test]
fn learned_flow_of_every_kind() {
    let stlsq = SolverOptions::Stlsq(StlsqOptions {
        threshold: 1e-8,
        alpha: 1e-6,
        normalize_columns: true,
        max_iter: 3,
        ..Default::default()
    });
    let models = [
        ModelOptions::default(),
        ModelOptions {
            poly_order: 2,
            ..Default::default()
        },
        ModelOptions {
            method: Some(Method::Weak),
            ..Default::default()
        },
        ModelOptions {
            method: Some(Method::Tracked),
            truncation_rank: Some(2),
            ..Default::default()
        },
        ModelOptions {
            truncation_rank: Some(2),
            poly_order: 3,
            orthonormal: true,
            ..Default::default()
        },
    ];
    for model in models {
        for solver in [SolverOptions::default(), stlsq.clone()] {
            for ode in [OdeOptions::default(), OdeOptions::Rk45(Rk45Options::default())] {
                let o = GradientFlowOptions {
                    learning_rate: 0.02,
                    dt: 0.02,
                    history_size: 12,
                    retrain_interval: 20,
                    model: model.clone(),
                    solver: solver.clone(),
                    ode: ode.clone(),
                    ..Default::default()
                };
                let count = allocations_of_warm_cycles(GradientFlow::new(&[1.0; 4], &o).unwrap(), 20, 4);
                assert_eq!(count, 0, "{model:?} {solver:?} {ode:?}");
            }
        }
    }
}

/// Many more features than equations: the fit is one of its own kind, on all threads. Lists of removed features grow with the longest
/// that was seen; here none are removed.
#[test]
fn wide_models() {
    for solver in [
        SolverOptions::default(),
        SolverOptions::Stlsq(StlsqOptions {
            threshold: 1e-30,
            alpha: 1e-6,
            normalize_columns: true,
            ..Default::default()
        }),
    ] {
        let o = GradientFlowOptions {
            learning_rate: 0.01,
            dt: 0.01,
            history_size: 12,
            retrain_interval: 20,
            model: ModelOptions {
                poly_order: 2,
                ..Default::default()
            },
            solver: solver.clone(),
            ..Default::default()
        };
        let count = allocations_of_warm_cycles(GradientFlow::new(&(1..=60).map(f64::from).collect::<Vec<_>>(), &o).unwrap(), 20, 60);
        assert_eq!(count, 0, "{solver:?}");
    }
}

/// Every variant there is, but for those that keep the rows of all cycles, or modes whose number changes.
#[test]
fn optimizers_of_every_kind() {
    let bounded = || ModelOptions {
        truncation_energy: Some(1.0),
        points_added: 2,
        ..rank(1)
    };
    let same_rank = vec![
        ("LGFGradientFlow of all energy", flow(move |o| o.model = bounded())),
        ("LGFAdam of all energy", adam(move |o| o.model = bounded())),
        ("LGFTrustRegion of all energy", trust(move |o| o.model = bounded())),
        ("LGFBatch of all energy", batch(3, move |o| o.model = bounded())),
    ];
    let mut fits = [0; 2];
    let rest = optimizers()
        .into_iter()
        // The council of the adaptive flow makes all its models anew for every evaluation.
        .filter(|(name, _)| !name.contains("all rows") && !name.contains("energy") && !name.contains("LGFAdaptive"));
    for (name, make) in rest.chain(same_rank) {
        // No linear flow, so that trust regions lose their model now and then.
        let mut problem = bowl(3);
        problem.logcosh = true;
        let mut optimizer = make(&[0.5, -0.6, 0.2]);
        let count = allocations(optimizer.as_mut(), &mut problem, 60);
        assert_eq!(count, 0, "{name}");
        let most = &mut fits[usize::from(name.contains("TrustRegion"))];
        *most = optimizer.fits().max(*most);
    }
    // Both policies threw models away and fitted others.
    assert!(fits[0] == 12 && fits[1] > 2, "{fits:?}");
}

#[test]
fn adam_and_batches_of_forty_variables() {
    let ranks = [ModelOptions::default(), rank(3)];
    for (model, stepping) in ranks
        .into_iter()
        .flat_map(|m| [(m.clone(), Stepping::Flow), (m, Stepping::Discrete)])
    {
        let adam = AdamFlowOptions {
            learning_rate: 0.01,
            history_size: 60,
            retrain_interval: 80,
            model: model.clone(),
            stepping,
            amsgrad: stepping == Stepping::Discrete,
            ..Default::default()
        };
        assert_eq!(allocations_of_warm_cycles(AdamFlow::new(&[1.0; 40], &adam).unwrap(), 80, 40), 0);
        let batch = BatchOptions {
            learning_rate: 0.01,
            history_size: 30,
            retrain_interval: 40,
            model,
            safeguard: stepping == Stepping::Flow,
            ..Default::default()
        };
        let starts: Vec<f64> = (0..120).map(|i| f64::from(i).sin()).collect();
        assert_eq!(
            allocations_of_warm_cycles(Batch::of_trajectories(&starts, 40, &batch).unwrap(), 40, 40),
            0
        );
    }
}

/// Features that are not formed, and histories that are shared with models: forty variables of order 5 have a million features.
#[test]
fn flows_of_inner_products() {
    let options = |points_added: usize, method| ModelOptions {
        poly_order: 5,
        points_added,
        method,
        ..Default::default()
    };
    let makes = [
        ("plain", flow(move |o| o.model = options(0, None))),
        ("points", flow(move |o| o.model = options(2, None))),
        ("weak", flow(move |o| o.model = options(0, Some(Method::Weak)))),
        ("tracked", flow(move |o| o.model = options(0, Some(Method::Tracked)))),
        (
            "single",
            flow(move |o| (o.model, o.history_precision) = (options(1, None), HistoryPrecision::Single)),
        ),
        ("guarded", flow(move |o| (o.model, o.safeguard) = (options(0, None), true))),
        ("Adam", adam(move |o| o.model = options(0, None))),
        ("trust region", trust(move |o| o.model = options(0, None))),
        ("trust region, points", trust(move |o| o.model = options(1, None))),
        ("batch", batch(3, move |o| o.model = options(0, None))),
    ];
    for (name, make) in makes {
        let mut problem = bowl(40);
        (0..40).for_each(|i| problem.a[(i, i)] = 1.0 + 0.3 * (i as f64).sin());
        problem.logcosh = true;
        let mut optimizer = make(&[0.5; 40]);
        assert_eq!(allocations(optimizer.as_mut(), &mut problem, 60), 0, "{name}");
        assert!(optimizer.fits() > 1, "{name}");
    }
}

/// Sizes at which blocked kernels take other paths than on tiny matrices.
#[test]
fn learned_flow_of_forty_variables() {
    let o = GradientFlowOptions {
        learning_rate: 0.01,
        dt: 0.01,
        history_size: 60,
        retrain_interval: 80,
        solver: SolverOptions::Stlsq(StlsqOptions {
            threshold: 1e-8,
            alpha: 1e-6,
            normalize_columns: true,
            max_iter: 3,
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(allocations_of_warm_cycles(GradientFlow::new(&[1.0; 40], &o).unwrap(), 80, 40), 0);
}

#[test]
fn newton_directions() {
    for d in [4, 40] {
        let of = |sign: f64| faer::Mat::from_fn(d, d, |i, j| if i == j { sign * (i + 1) as f64 } else { 0.1 });
        let (convex, concave, gradient) = (of(1.0), of(-1.0), vec![1.0; d]);
        let mut solver = NewtonSolver::new(&NewtonOptions::default()).unwrap();
        let mut cg = NewtonCg::new(&NewtonCgOptions::default()).unwrap();
        let mut product = vec![0.0; d];
        let mut run = || {
            solver.solve(&gradient, convex.as_ref()).unwrap();
            solver.solve(&gradient, concave.as_ref()).unwrap();
            cg.begin(&gradient).unwrap();
            while let Some(v) = cg.probe() {
                (0..d).for_each(|i| product[i] = (0..d).map(|j| convex[(i, j)] * v[j]).sum());
                cg.tell(&product).unwrap();
            }
        };
        run();
        let before = COUNT.with(Cell::get);
        run();
        assert_eq!(COUNT.with(Cell::get) - before, 0, "{d} variables");
    }
}

#[test]
fn problems_of_the_tests_do_not_allocate_themselves() {
    let mut problem = bowl(2);
    let mut gradient = [0.0; 2];
    let before = COUNT.with(Cell::get);
    problem.evaluate(&[1.0, 1.0], &mut gradient);
    assert_eq!(COUNT.with(Cell::get) - before, 0);
}

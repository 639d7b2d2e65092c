//! Steps and integrations of vectors long enough for several threads have the bits of one thread.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use lgf_core::Result;
use lgf_core::integrate::*;
use lgf_core::optimizer::*;
use lgf_core::problem::Problem;
use support::table::{rank, steps};

fn on<T: Send>(threads: usize, body: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(body)
}

fn bits(x: &[f64]) -> Vec<u64> {
    x.iter().map(|x| x.to_bits()).collect()
}

const D: usize = 180_003;

fn start() -> Vec<f64> {
    (0..D).map(|i| (0.37 * i as f64).sin()).collect()
}

/// Stiffness from 1 to 7, entry by entry.
struct Bowl;

impl Problem for Bowl {
    fn name(&self) -> &str {
        "bowl"
    }
    fn dimension(&self) -> usize {
        D
    }
    fn start(&self) -> Vec<f64> {
        start()
    }
    fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 {
        let mut value = 0.0;
        for (i, (g, x)) in g.iter_mut().zip(x).enumerate() {
            *g = (1 + i % 7) as f64 * x;
            value += 0.5 * *g * x;
        }
        value
    }
}

/// Iterate, best point and best value after some steps.
fn run(mut optimizer: Box<dyn Optimizer>, count: usize) -> (Vec<u64>, Vec<u64>, f64) {
    steps(optimizer.as_mut(), &mut Bowl, count);
    let (value, best) = optimizer.best().unwrap();
    (bits(optimizer.iterates()), bits(best), value)
}

#[test]
fn true_and_learned_steps() {
    let descent = || -> Box<dyn Optimizer> { Box::new(GradientDescent::new(&start(), &Default::default()).unwrap()) };
    let adam = |amsgrad| {
        move || -> Box<dyn Optimizer> {
            Box::new(
                Adam::new(
                    &start(),
                    &AdamOptions {
                        amsgrad,
                        ..Default::default()
                    },
                )
                .unwrap(),
            )
        }
    };
    let flow = |stepping, amsgrad| {
        move || -> Box<dyn Optimizer> {
            let o = AdamFlowOptions {
                amsgrad,
                stepping,
                history_size: 5,
                retrain_interval: 12,
                model: rank(3),
                ..Default::default()
            };
            Box::new(AdamFlow::new(&start(), &o).unwrap())
        }
    };
    let adaptive = |window, faithful, base| {
        move || -> Box<dyn Optimizer> {
            let o = AdaptiveOptions {
                window,
                faithful,
                base,
                ..Default::default()
            };
            Box::new(Adaptive::new(&start(), &o).unwrap())
        }
    };
    let makes: Vec<Box<dyn Fn() -> Box<dyn Optimizer> + Sync>> = vec![
        Box::new(descent),
        Box::new(adam(false)),
        Box::new(adam(true)),
        Box::new(flow(Stepping::Flow, false)),
        Box::new(flow(Stepping::Discrete, false)),
        Box::new(flow(Stepping::Flow, true)),
        Box::new(flow(Stepping::Discrete, true)),
        Box::new(adaptive(4, false, BaseUpdate::Descent)),
        Box::new(adaptive(20, true, BaseUpdate::Descent)),
        Box::new(adaptive(4, false, BaseUpdate::Adam)),
        Box::new(adaptive(4, false, BaseUpdate::Diagonal)),
    ];
    for (i, make) in makes.iter().enumerate() {
        let count = if i < 3 { 3 } else { 9 };
        let one = on(1, || run(make(), count));
        for threads in [2, 8] {
            assert!(on(threads, || run(make(), count)) == one, "{i} on {threads} threads");
        }
    }
}

/// `dx/dt = -c x`, entry by entry.
struct Decay;

impl Field for Decay {
    fn dimension(&self) -> usize {
        D
    }
    fn derivative(&mut self, _: f64, x: &[f64], dx: &mut [f64]) -> Result<()> {
        for (i, (dx, x)) in dx.iter_mut().zip(x).enumerate() {
            *dx = -((i % 5) as f64) * x;
        }
        Ok(())
    }
}

#[test]
fn integrations() {
    let over = IntervalOptions {
        from: 0.0,
        to: 0.5,
        at: Some(vec![0.2, 0.5]),
    };
    let fixed = Rk4Options {
        step: Some(0.02),
        ..Default::default()
    };
    for (ode, tolerance) in [(OdeOptions::Rk4(fixed), 1e-5), (OdeOptions::Rk45(Rk45Options::default()), 1e-6)] {
        let run = || bits(&integrate(&mut Decay, &start(), &over, &ode).unwrap().states);
        let one = on(1, run);
        assert!([2, 8].into_iter().all(|threads| on(threads, run) == one));
        let exact = [0.2, 0.5].into_iter().flat_map(|t| {
            let decayed = move |(i, x): (usize, f64)| x * (-((i % 5) as f64) * t).exp();
            start().into_iter().enumerate().map(decayed)
        });
        let off = one.iter().zip(exact).map(|(x, exact)| (f64::from_bits(*x) - exact).abs());
        assert!(off.fold(0.0, f64::max) < tolerance);
    }
}

/// The best point is kept by an exchange of vectors: it must be the one that was evaluated.
#[test]
fn the_best_point_is_the_one_that_was_evaluated() {
    let mut descent = GradientDescent::new(
        &[1.0, 2.0],
        &GradientDescentOptions {
            learning_rate: 0.5,
            ..Default::default()
        },
    )
    .unwrap();
    let mut best: Option<(f64, Vec<f64>)> = None;
    for value in [5.0, 7.0, 4.0, 3.0, 6.0, 3.0, 1.0, 2.0, 0.5] {
        let request = descent.ask().unwrap();
        let x = descent.point().to_vec();
        if best.as_ref().is_none_or(|(lowest, _)| value < *lowest) {
            best = Some((value, x.clone()));
        }
        let gradient = [value, -x[0]];
        descent.tell(request.id, value, Some(&gradient)).unwrap();
        assert_eq!(descent.point(), [x[0] - 0.5 * gradient[0], x[1] - 0.5 * gradient[1]]);
        let (value, point) = descent.best().unwrap();
        assert_eq!(best.as_ref().map(|(value, x)| (*value, x.as_slice())), Some((value, point)));
    }
}

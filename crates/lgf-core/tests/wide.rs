//! Models of more features than equations keep their coefficients in a short form: nobody should notice.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may fail loudly")]
mod support;
use faer::Mat;
use lgf_core::driver;
use lgf_core::fit::{DiscoverOptions, ModelOptions, discover};
use lgf_core::optimizer::*;
use lgf_core::problem::Problem;
use lgf_core::regress::{SolverOptions, StlsqOptions};
use lgf_core::surrogate::Model;
use lgf_core::targets::Method;
use support::ClosedForm;
use support::table::{copy, steps};

/// 60 variables and 1,891 features of order 2.
const D: usize = 60;

fn sparse(threshold: f64) -> SolverOptions {
    SolverOptions::Stlsq(StlsqOptions {
        threshold,
        alpha: 1e-6,
        max_iter: 3,
        normalize_columns: true,
        ..Default::default()
    })
}

fn model(method: Method) -> ModelOptions {
    ModelOptions {
        poly_order: 2,
        method: Some(method),
        ..Default::default()
    }
}

fn rate(j: usize) -> f64 {
    0.5 + (j as f64 * 0.7).sin().abs()
}

/// A coupled flow: every variable decays, and pulls at the next.
fn state(i: usize, j: usize) -> f64 {
    let t = 0.1 * i as f64;
    (1.0 + (j as f64).cos()) * (-rate(j) * t).exp() + 0.1 * (t * (j % 7) as f64).sin()
}

fn learned(method: Method, solver: SolverOptions) -> Model {
    let trajectory = Mat::from_fn(14, D, state);
    let rates = Mat::from_fn(14, D, |i, j| -rate(j) * state(i, j));
    let rates = (method == Method::Tracked).then_some(rates.as_ref());
    let options = DiscoverOptions {
        model: model(method),
        solver,
    };
    discover(trajectory.as_ref(), rates, 0.1, &options).unwrap()
}

/// Monomials of order 2 in the order of the library.
fn features(x: &[f64]) -> Vec<f64> {
    let pairs = (0..x.len()).flat_map(|i| (i..x.len()).map(move |j| (i, j)));
    let products: Vec<f64> = pairs.map(|(i, j)| x[i] * x[j]).collect();
    [&[1.0], x, &products].concat()
}

#[test]
fn the_flow_is_that_of_its_coefficients() {
    let x: Vec<f64> = (0..D).map(|j| state(5, j) + 0.01 * (j as f64).cos()).collect();
    let theta = features(&x);
    for method in [Method::Strong, Method::Weak, Method::Tracked] {
        for solver in [SolverOptions::default(), sparse(1e-8), sparse(1e-4), sparse(2e-2)] {
            let model = learned(method, solver.clone());
            let coefficients = model.coefficients().unwrap();
            assert_eq!(coefficients.shape(), (theta.len(), D));
            let derivative = model.derivative(&x).unwrap();
            for (j, f) in derivative.iter().enumerate() {
                let terms = theta.iter().zip(coefficients.col(j).iter()).map(|(t, c)| t * c);
                let (sum, size) = terms.fold((0.0, 0.0), |(sum, size), term| (sum + term, size + f64::abs(term)));
                assert!((f - sum).abs() <= 1e-12 * size, "{method:?} {solver:?}: {f} {sum}");
            }
        }
    }
}

#[test]
fn what_was_learned_explains_the_samples() {
    for solver in [SolverOptions::default(), sparse(1e-8)] {
        let report = learned(Method::Tracked, solver).report().unwrap();
        assert_eq!((report.samples, report.features, report.regress.rank), (14, 1891, 14));
        assert!(report.residual < 1e-8, "{report:?}");
    }
    let model = learned(Method::Tracked, sparse(1e-8));
    let state: Vec<f64> = (0..D).map(|j| state(3, j)).collect();
    for (j, f) in model.derivative(&state).unwrap().iter().enumerate() {
        assert!((f + rate(j) * state[j]).abs() < 1e-8);
    }
}

fn bowl() -> ClosedForm {
    let scales: Vec<f64> = (0..D).map(rate).collect();
    let start: Vec<f64> = (0..D).map(|j| 1.0 + (j as f64).sin()).collect();
    ClosedForm::quadratic(&scales, &start)
}

fn flow(solver: SolverOptions) -> GradientFlow {
    let options = GradientFlowOptions {
        learning_rate: 0.05,
        dt: 0.05,
        history_size: 10,
        retrain_interval: 20,
        model: model(Method::Strong),
        solver,
        ..Default::default()
    };
    GradientFlow::new(&bowl().start(), &options).unwrap()
}

#[test]
fn a_run_descends_and_resumes_bit_for_bit() {
    for solver in [SolverOptions::default(), sparse(1e-8), sparse(1e-3)] {
        let (mut p, mut optimizer) = (bowl(), flow(solver.clone()));
        let mut gradient = vec![0.0; D];
        let first = p.evaluate(optimizer.point(), &mut gradient);
        steps(&mut optimizer, &mut p, 14);
        assert!(optimizer.fits() == 1 && optimizer.phase() == Phase::Learned);
        let mut again = copy("LGFGradientFlow", &optimizer);
        for _ in 0..50 {
            driver::step(&mut optimizer, &mut p, &mut gradient).unwrap();
            driver::step(again.as_mut(), &mut p, &mut gradient).unwrap();
            assert_eq!(optimizer.point(), again.point());
        }
        assert_eq!(optimizer.snapshot(), again.snapshot());
        assert!(p.evaluate(optimizer.point(), &mut gradient) < 0.1 * first, "{solver:?}");
        assert_eq!(optimizer.fallbacks(), 0);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let on = |threads: usize| {
        let run = || {
            let (mut p, mut optimizer) = (bowl(), flow(sparse(1e-4)));
            steps(&mut optimizer, &mut p, 60);
            optimizer.snapshot()
        };
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
    };
    let one = on(1);
    assert!([2, 8].into_iter().all(|threads| on(threads) == one));
}

/// Features that no double can hold are refused, and a run goes on without them.
#[test]
fn powers_beyond_the_range_of_doubles_are_refused() {
    let trajectory = Mat::from_fn(14, D, |i, j| 1e160 * (1.0 + state(i, j)));
    let options = DiscoverOptions {
        model: model(Method::Strong),
        solver: sparse(1e-8),
    };
    let refused = discover(trajectory.as_ref(), None, 0.1, &options).err().unwrap();
    assert!(refused.to_string().starts_with("trajectory"), "{refused}");
}

#[test]
fn several_trajectories_share_a_model() {
    let starts: Vec<f64> = (0..2 * D).map(|j| 1.0 + (j as f64 * 0.3).sin()).collect();
    for method in [Method::Strong, Method::Weak] {
        let options = BatchOptions {
            learning_rate: 0.05,
            dt: Some(0.05),
            history_size: 10,
            retrain_interval: 20,
            model: model(method),
            solver: sparse(1e-8),
            ..Default::default()
        };
        let mut batch = Batch::of_trajectories(&starts, D, &options).unwrap();
        let mut p = bowl();
        steps(&mut batch, &mut p, 60);
        assert_eq!((batch.fits(), batch.fallbacks()), (3, 0));
        let size = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
        assert!(size(batch.iterates()) < 0.1 * size(&starts), "{method:?}");
    }
}

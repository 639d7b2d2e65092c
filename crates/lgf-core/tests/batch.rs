//! Trajectories in step that learn one model.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use faer::{Mat, concat};
use lgf_core::driver;
use lgf_core::fit::ModelOptions;
use lgf_core::library::{FeatureOptions, polynomial_features};
use lgf_core::optimizer::*;
use lgf_core::problem::Problem;
use lgf_core::regress::{DenseOptions, least_squares};
use lgf_core::targets::{Method, StrongOptions, strong_form};
use support::ClosedForm;
use support::table::{added, energy, orthonormal, problem, rank, rk45, steps, weak};

const RATE: f64 = 0.05;

fn options() -> BatchOptions {
    BatchOptions {
        learning_rate: RATE,
        history_size: 6,
        retrain_interval: 10,
        ..Default::default()
    }
}

fn batch(starts: &[f64], options: &BatchOptions) -> Batch {
    Batch::of_trajectories(starts, 3, options).unwrap()
}

const STARTS: [f64; 9] = [1.0, -2.0, 0.5, -0.5, 1.0, 1.5, 0.3, 0.2, -1.0];

#[test]
fn one_trajectory_gives_the_bits_of_the_flow() {
    let tracked = ModelOptions {
        method: Some(Method::Tracked),
        ..Default::default()
    };
    for model in [ModelOptions::default(), rank(2), weak(), tracked, orthonormal(), added(), energy()] {
        for (safeguard, ode) in [(false, Default::default()), (true, Default::default()), (false, rk45())] {
            let o = BatchOptions {
                dt: Some(1.5 * RATE),
                safeguard,
                model: model.clone(),
                ode,
                ..options()
            };
            let alone = GradientFlowOptions {
                learning_rate: RATE,
                dt: 1.5 * RATE,
                history_size: 6,
                retrain_interval: 10,
                safeguard,
                model: o.model.clone(),
                ode: o.ode.clone(),
                ..Default::default()
            };
            let mut p = problem();
            let (mut one, mut flow) = (batch(&p.start(), &o), GradientFlow::new(&p.start(), &alone).unwrap());
            let mut g = [0.0; 3];
            for _ in 0..35 {
                let reports = [&mut one as &mut dyn Optimizer, &mut flow].map(|optimizer| driver::step(optimizer, &mut p, &mut g).unwrap());
                assert_eq!(reports[0], reports[1]);
                assert_eq!(one.iterates(), flow.iterates(), "{model:?}");
            }
            assert_eq!(
                (one.best(), one.fits(), one.rejections()),
                (flow.best(), flow.fits(), flow.rejections())
            );
        }
    }
}

#[test]
fn equal_starts_stay_together() {
    let start = problem().start();
    let mut largest: f64 = 0.0;
    for model in [ModelOptions::default(), rank(2), weak()] {
        let o = BatchOptions { model, ..options() };
        let (mut alone, mut four) = (batch(&start, &o), batch(&start.repeat(4), &o));
        for _ in 0..35 {
            steps(&mut alone, &mut problem(), 1);
            steps(&mut four, &mut problem(), 1);
            for row in four.iterates().chunks_exact(3) {
                assert_eq!(row, &four.iterates()[..3]);
                // The same rows four times over have the same least squares, up to rounding.
                let errors = row.iter().zip(alone.iterates()).map(|(a, b)| (a - b).abs());
                largest = errors.fold(largest, f64::max);
            }
        }
    }
    assert!(largest < 1e-10, "{largest:e}");
}

/// `k` trajectories of descent, the states that are recorded: those after each step.
fn histories(p: &mut ClosedForm, starts: &[f64], samples: usize) -> Vec<Mat<f64>> {
    let mut g = [0.0; 3];
    let mut history = |start: &[f64]| {
        let (mut x, mut rows) = (start.to_vec(), Vec::new());
        for _ in 0..samples {
            p.evaluate(&x, &mut g);
            x.iter_mut().zip(&g).for_each(|(x, g)| *x -= RATE * g);
            rows.extend_from_slice(&x);
        }
        Mat::from_fn(samples, 3, |i, j| rows[3 * i + j])
    };
    starts.chunks_exact(3).map(&mut history).collect()
}

#[test]
fn the_model_is_that_of_the_stacked_rows() {
    let mut p = problem();
    p.logcosh = true; // no linear flow: each trajectory alone has other coefficients
    let mut three = batch(&STARTS, &options());
    steps(&mut three, &mut p, 7);
    let pairs: Vec<_> = histories(&mut p, &STARTS, 6)
        .iter()
        .map(|states| {
            let o = FeatureOptions {
                poly_order: 1,
                include_bias: true,
            };
            let features = polynomial_features(states.as_ref(), &o).unwrap();
            strong_form(states.as_ref(), features.as_ref(), RATE, &StrongOptions::default()).unwrap()
        })
        .collect();
    let [a, b, c] = &pairs[..] else { unreachable!() };
    let regression = concat![[a.regression], [b.regression], [c.regression]];
    let target = concat![[a.target], [b.target], [c.target]];
    let expected = least_squares(regression.as_ref(), target.as_ref(), &DenseOptions::default()).unwrap();
    let model = three.model().unwrap();
    let error = (model.coefficients().unwrap() - &expected.coefficients).norm_max() / expected.coefficients.norm_max();
    assert!(error < 1e-12, "{error:e}");
    assert_eq!(model.report().unwrap().samples, 12);
    let alone = least_squares(a.regression.as_ref(), a.target.as_ref(), &DenseOptions::default()).unwrap();
    assert!((alone.coefficients - &expected.coefficients).norm_max() > 1e-3);
}

#[test]
fn rows_of_all_cycles_are_kept_where_that_is_asked_for() {
    for (all_rows, trajectories) in [(false, 3), (true, 3), (true, 1)] {
        let o = BatchOptions { all_rows, ..options() };
        let mut p = problem();
        p.logcosh = true;
        let mut run = batch(&STARTS[..3 * trajectories], &o);
        for cycle in 1..=5 {
            steps(&mut run, &mut p, 7);
            let cycles = if all_rows { cycle } else { 1 };
            assert_eq!(run.model().unwrap().report().unwrap().samples, 4 * trajectories * cycles);
            steps(&mut run, &mut p, 3);
            let bytes = run.snapshot();
            let mut copy = restore("LGFBatch", &bytes).unwrap();
            assert_eq!(copy.snapshot(), bytes);
            steps(copy.as_mut(), &mut p, 20);
            let mut original = run.clone();
            steps(&mut original, &mut p, 20);
            assert_eq!((copy.iterates(), copy.snapshot()), (original.iterates(), original.snapshot()));
        }
    }
}

#[test]
fn a_true_step_counts_an_evaluation_for_each_trajectory() {
    let mut p = problem();
    let mut three = batch(&STARTS, &options());
    let mut g = [0.0; 3];
    assert_eq!((three.trajectories(), three.iterates()), (3, &STARTS[..]));
    let mut evaluations = 0;
    for epoch in 0..40 {
        let values: Vec<f64> = three.iterates().chunks_exact(3).map(|x| p.evaluate(x, &mut g)).collect();
        let before = p.calls;
        let report = driver::step(&mut three, &mut p, &mut g).unwrap();
        let (kind, calls) = if epoch % 10 < 6 { (Phase::True, 3) } else { (Phase::Learned, 0) };
        evaluations += calls;
        assert_eq!((report.epoch, report.kind, report.evaluations), (epoch, kind, evaluations));
        assert_eq!((p.calls - before) as u64, calls);
        let lowest = values.into_iter().reduce(f64::min);
        assert_eq!(report.value, lowest.filter(|_| kind == Phase::True));
    }
    assert_eq!(three.evaluations(), evaluations);
}

#[test]
fn questions_go_from_row_to_row() {
    let mut p = problem();
    let mut three = batch(&STARTS, &options());
    let mut g = [0.0; 3];
    for row in 0..3 {
        let request = three.ask().unwrap();
        assert_eq!(
            (three.trajectory(), three.point(), three.points()),
            (row, &STARTS[3 * row..3 * row + 3], &STARTS[..])
        );
        let value = p.evaluate(three.point(), &mut g);
        let report = three.tell(request.id, value, Some(&g)).unwrap();
        assert_eq!(report.is_some(), row == 2);
    }
    assert_eq!((three.trajectory(), three.epoch()), (0, 1));
    // Of the starts the third has the lowest value.
    assert_eq!(three.best().unwrap().1, &STARTS[6..]);
}

#[test]
fn starts_that_are_no_rows_are_refused() {
    for (starts, dimension) in [(&STARTS[..8], 3), (&STARTS[..0], 3), (&STARTS[..3], 0)] {
        let error = Batch::of_trajectories(starts, dimension, &options()).err().unwrap();
        assert_eq!((error.code(), error.argument()), ("ERR_LGF_SHAPE", Some("starts")));
    }
    let error = Batch::of_trajectories(&[1.0, f64::NAN, 1.0], 3, &options()).err().unwrap();
    assert_eq!((error.code(), error.argument()), ("ERR_LGF_NONFINITE", Some("starts")));
}

//! The dual form against formed features.
#![allow(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::fit::{Fitter, Samples};
use crate::regress::DenseOptions;
use crate::targets::TestFunctionOptions;

/// Both ways to the model of the same histories: through features, and through their inner products.
fn both(histories: &[History], dt: f64, options: &ModelOptions, rcond: Option<f64>) -> [Model; 2] {
    let solver = SolverOptions::Dense(DenseOptions { rcond });
    let tracked = histories[0].rates(&mut Vec::new()).is_some();
    let of = Samples {
        dimension: histories[0].snapshots(&mut Vec::new()).nrows(),
        trajectories: histories.len(),
        samples: histories[0].len(),
        dt,
        name: "historySize",
    };
    let method = options.method.unwrap_or(if tracked { Method::Tracked } else { Method::Strong });
    [usize::MAX, 0].map(|formed| {
        let (mut fitter, mut model) = Fitter::forming_at_most(formed, of, options, method, &solver).unwrap();
        fitter.fit(histories, &mut model).unwrap();
        assert_eq!(model.inner_products().is_some(), formed == 0);
        model
    })
}

/// A wave of `n` states of `d` variables, and the derivatives of `x_j' = -(j + 1) x_j / d + x_j^2 / 8`.
fn history(d: usize, n: usize, dt: f64, seed: f64, tracked: bool, precision: HistoryPrecision) -> History {
    let mut history = History::new(d, n, tracked, precision).unwrap();
    let mut x: Vec<f64> = (0..d).map(|j| ((j as f64 + 1.0) * seed).sin()).collect();
    for _ in 0..n {
        let rate: Vec<f64> = (0..d).map(|j| -((j + 1) as f64) / d as f64 * x[j] + x[j] * x[j] / 8.0).collect();
        if tracked {
            history.push_with_rate(&x, rate.iter().copied());
        } else {
            history.push(&x);
        }
        x.iter_mut().zip(&rate).for_each(|(x, rate)| *x += dt * rate);
    }
    history
}

fn wave(d: usize, seed: f64) -> Vec<f64> {
    (0..d).map(|j| 0.8 * ((j as f64 + 2.0) * seed).cos()).collect()
}

fn difference(a: &[f64], b: &[f64]) -> f64 {
    let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
    norm(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>()) / norm(b)
}

/// Every method, order, with and without a constant, one trajectory and three, points between and none.
fn cases() -> Vec<ModelOptions> {
    let mut all = Vec::new();
    for method in [Method::Strong, Method::Weak, Method::Tracked] {
        for poly_order in [1, 2, 3, 4, 6] {
            for include_bias in [true, false] {
                for points_added in [0, 2] {
                    let fd_order = [1, 2, 4][all.len() % 3];
                    let test_functions = TestFunctionOptions {
                        width: Some(2),
                        ..Default::default()
                    };
                    let method = Some(method);
                    all.push(ModelOptions {
                        poly_order,
                        include_bias,
                        points_added,
                        fd_order,
                        method,
                        test_functions,
                        ..Default::default()
                    });
                }
            }
        }
    }
    all
}

#[test]
fn is_the_model_of_formed_features() {
    let (n, dt) = (7, 0.3);
    for (i, options) in cases().iter().enumerate() {
        let d = [29, 17, 9, 6, 4, 4][options.poly_order - 1];
        let trajectories = 1 + 2 * (i % 2);
        let tracked = options.method == Some(Method::Tracked);
        let histories: Vec<_> = (0..trajectories)
            .map(|t| history(d, n, dt, 0.7 + 0.2 * t as f64, tracked, HistoryPrecision::Double))
            .collect();
        // Within the range of both cuts, or else they may leave out different directions.
        let [formed, dual] = both(&histories, dt, options, Some(1e-5));
        let (a, b) = (formed.report().unwrap(), dual.report().unwrap());
        assert_eq!(
            (a.samples, a.features, a.dropped, a.regress.rank),
            (b.samples, b.features, b.dropped, b.regress.rank),
            "{options:?}"
        );
        assert!(
            (a.regress.condition / b.regress.condition - 1.0).abs() < 1e-3,
            "{} {}",
            a.regress.condition,
            b.regress.condition
        );
        assert!((a.residual - b.residual).abs() < 1e-6, "{options:?} {} {}", a.residual, b.residual);
        let c = difference_of(&dual, &formed);
        assert!(c < 1e-6, "{options:?}: coefficients differ by {c:e}");
        for seed in [0.7, 0.31, 1.9] {
            let x = wave(d, seed);
            let error = difference(&dual.derivative(&x).unwrap(), &formed.derivative(&x).unwrap());
            assert!(error < 2e-6, "{options:?}: flows differ by {error:e}");
        }
    }
}

fn difference_of(a: &Model, b: &Model) -> f64 {
    let (a, b) = (a.coefficients().unwrap(), b.coefficients().unwrap());
    (&a - &b).norm_l2() / b.norm_l2()
}

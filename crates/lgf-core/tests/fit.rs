//! What becomes of a history before the regression: points between the samples, modes by their energy.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use faer::Mat;
use lgf_core::fit::{DiscoverOptions, ModelOptions};
use lgf_core::integrate::{Field, IntervalOptions, OdeOptions, Rk45Options, integrate};
use lgf_core::optimizer::{GradientFlow, GradientFlowOptions, Optimizer};
use lgf_core::reduce::{SvdOptions, thin_svd};
use lgf_core::surrogate::Model;
use lgf_core::targets::{Method, TestFunctionOptions};
use lgf_core::{Error, Result, discover};
use support::table::steps;

/// x' = y, y' = (1 - x^2) y - x: features of order three, far from linear.
struct VanDerPol;
impl Field for VanDerPol {
    fn dimension(&self) -> usize {
        2
    }
    fn derivative(&mut self, _: f64, x: &[f64], dx: &mut [f64]) -> Result<()> {
        dx[0] = x[1];
        dx[1] = (1.0 - x[0] * x[0]) * x[1] - x[0];
        Ok(())
    }
}

/// Samples of one orbit, states and rates.
fn orbit(samples: usize, dt: f64) -> (Mat<f64>, Mat<f64>) {
    let over = IntervalOptions {
        from: 0.0,
        to: dt * (samples - 1) as f64,
        at: Some((0..samples).map(|i| dt * i as f64).collect()),
    };
    let ode = OdeOptions::Rk45(Rk45Options {
        rtol: 1e-12,
        atol: 1e-14,
        ..Default::default()
    });
    let states = integrate(&mut VanDerPol, &[1.0, 0.5], &over, &ode).unwrap().states;
    let mut rates = vec![0.0; states.len()];
    for (x, dx) in states.chunks_exact(2).zip(rates.chunks_exact_mut(2)) {
        VanDerPol.derivative(0.0, x, dx).unwrap();
    }
    let rows = |v: &[f64]| Mat::from_fn(samples, 2, |i, j| v[2 * i + j]);
    (rows(&states), rows(&rates))
}

/// Largest error of the coefficients of an orbit.
fn error(model: ModelOptions, samples: usize, dt: f64) -> f64 {
    let (states, rates) = orbit(samples, dt);
    let rates = (model.method == Some(Method::Tracked)).then_some(rates.as_ref());
    let o = DiscoverOptions {
        model: ModelOptions { poly_order: 3, ..model },
        ..Default::default()
    };
    let coefficients = discover(states.as_ref(), rates, dt, &o).unwrap().coefficients().unwrap();
    // 1, x, y, x^2, xy, y^2, x^3, x^2 y, xy^2, y^3
    let mut exact = Mat::zeros(10, 2);
    (exact[(2, 0)], exact[(1, 1)], exact[(2, 1)], exact[(7, 1)]) = (1.0, -1.0, 1.0, -1.0);
    (coefficients - exact).norm_max()
}

fn added(points_added: usize, interpolation_order: usize) -> ModelOptions {
    ModelOptions {
        points_added,
        interpolation_order,
        ..Default::default()
    }
}

#[test]
fn points_between_coarse_samples_sharpen_the_regression() {
    let weak = |points: usize, order: usize| {
        let width = 3 * (points + 1);
        error(
            ModelOptions {
                method: Some(Method::Weak),
                test_functions: TestFunctionOptions {
                    width: Some(width),
                    include_endpoints: false,
                    ..Default::default()
                },
                ..added(points, order)
            },
            40,
            0.2,
        )
    };
    let strong = |points: usize, order: usize| error(added(points, order), 40, 0.2);
    // The integrals are those of a spline, not of a few samples; the differences are taken over shorter distances.
    assert!(weak(3, 3) < 0.4 * weak(0, 3) && strong(3, 3) < 0.2 * strong(0, 3));
    // A broken line has no more to say than its samples.
    assert!(weak(3, 3) < 0.2 * weak(3, 1) && strong(3, 3) < 0.5 * strong(3, 1));
}

#[test]
fn recorded_rates_are_interpolated_too() {
    let tracked = |points, order| {
        error(
            ModelOptions {
                method: Some(Method::Tracked),
                ..added(points, order)
            },
            40,
            0.2,
        )
    };
    // Exact without them; with them as good as the spline.
    assert!(tracked(0, 3) < 1e-9 && tracked(1, 3) < tracked(1, 1));
    let (states, rates) = orbit(12, 0.2);
    let o = DiscoverOptions {
        model: ModelOptions {
            method: Some(Method::Tracked),
            ..added(4, 3)
        },
        ..Default::default()
    };
    let model = discover(states.as_ref(), Some(rates.as_ref()), 0.2, &o).unwrap();
    assert_eq!(model.report().unwrap().samples, 11 * 5 + 1);
}

#[test]
fn a_history_too_short_for_the_spline_is_refused() {
    for order in 1..=3 {
        let (states, _) = orbit(order, 0.2);
        let o = DiscoverOptions {
            model: ModelOptions {
                fd_order: 1,
                ..added(2, order)
            },
            ..Default::default()
        };
        let error = discover(states.as_ref(), None, 0.2, &o).err().unwrap();
        assert_eq!(
            (error.code(), error.argument()),
            ("ERR_LGF_ARGUMENT", Some("model.pointsAdded")),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .contains(&format!("0, or {} samples for order {order}", order + 1)),
            "{error}"
        );
        // One sample more is enough, for differences that few points allow too.
        let (states, _) = orbit(order + 1, 0.2);
        discover(states.as_ref(), None, 0.2, &o).unwrap();
    }
    let (states, _) = orbit(20, 0.2);
    for (points_added, interpolation_order, argument) in [
        (1001, 3, "model.pointsAdded"),
        (1, 4, "model.interpolationOrder"),
        (1, 0, "model.interpolationOrder"),
    ] {
        let o = DiscoverOptions {
            model: added(points_added, interpolation_order),
            ..Default::default()
        };
        let error: Error = discover(states.as_ref(), None, 0.2, &o).err().unwrap();
        assert_eq!(error.argument(), Some(argument));
    }
}

/// Decays of four variables that differ in size by orders of magnitude.
fn decays() -> Mat<f64> {
    Mat::from_fn(30, 5, |i, j| {
        10f64.powi(-(j as i32)) * (-0.05 * (1 + 2 * j) as f64 * i as f64).exp()
    })
}

fn reduced(share: Option<f64>, rank: Option<usize>) -> Model {
    let o = DiscoverOptions {
        model: ModelOptions {
            truncation_energy: share,
            truncation_rank: rank,
            ..Default::default()
        },
        ..Default::default()
    };
    discover(decays().as_ref(), None, 0.05, &o).unwrap()
}

#[test]
fn as_many_modes_as_carry_the_energy() {
    let s = thin_svd(decays().transpose(), &SvdOptions::default()).unwrap().s;
    let total: f64 = s.iter().map(|s| s * s).sum();
    let carried: Vec<f64> = s
        .iter()
        .scan(0.0, |sum, s| {
            *sum += s * s;
            Some(*sum / total)
        })
        .collect();
    for rank in 1..=5 {
        // Just what the modes carry, and a little less than that; with one mode fewer it would not do.
        for share in [
            carried[rank - 1] * (1.0 - 1e-15),
            0.5 * carried[rank - 1] + 0.5 * carried.get(rank.wrapping_sub(2)).unwrap_or(&0.0),
        ] {
            let model = reduced(Some(share), None);
            let report = model.report().unwrap();
            assert_eq!(
                (model.inputs(), model.modes().unwrap().shape(), report.features),
                (rank, (5, rank), rank + 1),
                "{share}"
            );
            let energy = report.energy.unwrap();
            assert!(
                energy >= share * (1.0 - 1e-15) && (energy - carried[rank - 1]).abs() < 1e-14,
                "{energy} for {share}"
            );
        }
    }
}

#[test]
fn the_rank_caps_the_modes_and_alone_leaves_the_energy_to_be_told() {
    let free = reduced(Some(1.0 - 1e-12), None);
    assert!(free.inputs() > 2);
    let capped = reduced(Some(1.0 - 1e-12), Some(2));
    assert_eq!(capped.inputs(), 2);
    let plain = reduced(None, Some(2));
    assert_eq!((capped.coefficients(), capped.report()), (plain.coefficients(), plain.report()));
    assert!((0.9..1.0).contains(&plain.report().unwrap().energy.unwrap()));
    assert_eq!(reduced(Some(0.5), Some(4)).inputs(), 1, "fewer where fewer do");
    let all = reduced(None, Some(5)).report().unwrap().energy.unwrap();
    assert!((all - 1.0).abs() < 1e-15);
    let full = reduced(None, None);
    assert!(full.modes().is_none() && full.report().unwrap().energy.is_none());
}

/// A run that comes to rest needs fewer modes than at its start: the number is found anew at each fit.
#[test]
fn the_number_of_modes_follows_the_run() {
    let o = GradientFlowOptions {
        learning_rate: 0.05,
        dt: 0.05,
        history_size: 8,
        retrain_interval: 16,
        model: ModelOptions {
            truncation_energy: Some(0.999),
            ..Default::default()
        },
        ..Default::default()
    };
    let mut p = support::ClosedForm::quadratic(&[0.5, 2.0, 6.0, 12.0], &[1.0; 4]);
    let mut run = GradientFlow::new(&p.start.clone(), &o).unwrap();
    let mut ranks = Vec::new();
    for _ in 0..6 {
        steps(&mut run, &mut p, 12);
        let model = run.model().unwrap();
        assert!(model.report().unwrap().energy.unwrap() >= 0.999);
        ranks.push(model.inputs());
        let report = model.report();
        steps(&mut run, &mut p, 4);
        run.ask().unwrap();
        assert!(
            run.model().is_none() && report.is_some() && run.last_fit() == report,
            "the report outlives its model"
        );
    }
    assert!(
        ranks[0] > 1 && ranks.windows(2).all(|pair| pair[0] >= pair[1]) && ranks[5] == 1,
        "{ranks:?}"
    );
    assert_eq!(run.fallbacks(), 0);
}

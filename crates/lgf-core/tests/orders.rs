//! Orders of accuracy by convergence.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
use faer::Mat;
use lgf_core::integrate::{Field, IntervalOptions, OdeOptions, Rk4Options, Rk45Options, Status, integrate};
use lgf_core::targets::{StrongOptions, TestFunctionOptions, strong_form, weak_form};

/// x' = x cos t + y, y' = -x + y sin t has no symmetry that could hide an error term.
struct Swirl;
impl Field for Swirl {
    fn dimension(&self) -> usize {
        2
    }
    fn derivative(&mut self, t: f64, x: &[f64], dx: &mut [f64]) -> lgf_core::Result<()> {
        dx[0] = x[0] * t.cos() + x[1] * x[1];
        dx[1] = -x[0] + x[1] * t.sin();
        Ok(())
    }
}

fn over(at: Option<Vec<f64>>) -> IntervalOptions {
    IntervalOptions { from: 0.0, to: 1.0, at }
}

fn reference(at: f64) -> Vec<f64> {
    let ode = OdeOptions::Rk45(Rk45Options {
        rtol: 1e-13,
        atol: 1e-15,
        ..Default::default()
    });
    integrate(
        &mut Swirl,
        &[1.0, 0.5],
        &IntervalOptions {
            from: 0.0,
            to: at,
            at: Some(vec![at]),
        },
        &ode,
    )
    .unwrap()
    .states
}

fn error(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Least-squares slope of log error against log step.
fn order(steps: &[f64], errors: &[f64]) -> f64 {
    let n = steps.len() as f64;
    let (x, y): (Vec<f64>, Vec<f64>) = (steps.iter().map(|h| h.ln()).collect(), errors.iter().map(|e| e.ln()).collect());
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let cross: f64 = x.iter().zip(&y).map(|(x, y)| (x - mx) * (y - my)).sum();
    cross / x.iter().map(|x| (x - mx).powi(2)).sum::<f64>()
}

#[test]
fn fixed_steps_are_of_order_four() {
    let exact = reference(1.0);
    let steps = [0.04, 0.02, 0.01, 0.005];
    let errors = steps.map(|h| {
        let ode = OdeOptions::Rk4(Rk4Options {
            step: Some(h),
            ..Default::default()
        });
        let solution = integrate(&mut Swirl, &[1.0, 0.5], &over(Some(vec![1.0])), &ode).unwrap();
        assert_eq!(solution.steps as f64, (1.0 / h).round());
        error(&solution.states, &exact)
    });
    let p = order(&steps, &errors);
    assert!((3.8..4.3).contains(&p), "order {p}, errors {errors:?}");
}

#[test]
fn interpolated_states_are_of_order_four() {
    let at = 0.537;
    let exact = reference(at);
    let steps = [0.1, 0.05, 0.025, 0.0125];
    let errors = steps.map(|h| {
        let ode = OdeOptions::Rk4(Rk4Options {
            step: Some(h),
            ..Default::default()
        });
        error(
            &integrate(&mut Swirl, &[1.0, 0.5], &over(Some(vec![at])), &ode).unwrap().states,
            &exact,
        )
    });
    let p = order(&steps, &errors);
    assert!((3.4..5.0).contains(&p), "order {p}, errors {errors:?}");
}

#[test]
fn adaptive_error_follows_the_tolerance_and_work_its_fifth_root() {
    let exact = reference(1.0);
    let tolerances = [1e-8, 1e-9, 1e-10, 1e-11, 1e-12];
    let mut counts = Vec::new();
    for tolerance in tolerances {
        let ode = OdeOptions::Rk45(Rk45Options {
            rtol: tolerance,
            atol: tolerance,
            ..Default::default()
        });
        let solution = integrate(&mut Swirl, &[1.0, 0.5], &over(Some(vec![1.0])), &ode).unwrap();
        let e = error(&solution.states, &exact);
        assert!(e < 20.0 * tolerance, "error {e:e} at tolerance {tolerance:e}");
        counts.push(solution.steps as f64);
    }
    // Steps grow like tolerance^(-1/5): order 5 of the propagated solution.
    let p = -order(&tolerances, &counts);
    assert!((0.17..0.24).contains(&p), "exponent {p}, steps {counts:?}");
}

#[test]
fn dense_output_of_the_adaptive_method_is_as_good_as_its_steps() {
    let at: Vec<f64> = (0..=50).map(|i| f64::from(i) / 50.0).collect();
    let ode = OdeOptions::Rk45(Rk45Options {
        rtol: 1e-8,
        atol: 1e-8,
        ..Default::default()
    });
    let solution = integrate(&mut Swirl, &[1.0, 0.5], &over(Some(at.clone())), &ode).unwrap();
    assert_eq!(solution.times, at);
    assert!(solution.steps < 25);
    for (t, state) in at.iter().zip(solution.states.chunks_exact(2)) {
        assert!(*t == 0.0 || error(state, &reference(*t)) < 1e-6, "at {t}");
    }
}

#[test]
fn a_flow_followed_there_and_back_returns() {
    let ode = OdeOptions::Rk45(Rk45Options::default());
    let there = integrate(&mut Swirl, &[1.0, 0.5], &over(Some(vec![1.0])), &ode).unwrap();
    let back = integrate(
        &mut Swirl,
        &there.states,
        &IntervalOptions {
            from: 1.0,
            to: 0.0,
            at: Some(vec![0.0]),
        },
        &ode,
    )
    .unwrap();
    assert!(error(&back.states, &[1.0, 0.5]) < 1e-6);
}

/// x' = x^2 from 1 blows up at t = 1.
struct BlowUp;
impl Field for BlowUp {
    fn dimension(&self) -> usize {
        1
    }
    fn derivative(&mut self, _: f64, x: &[f64], dx: &mut [f64]) -> lgf_core::Result<()> {
        dx[0] = x[0] * x[0];
        Ok(())
    }
}

#[test]
fn a_blow_up_ends_the_run_with_a_status_and_finite_states() {
    for ode in [
        OdeOptions::Rk45(Rk45Options::default()),
        OdeOptions::Rk4(Rk4Options {
            step: Some(0.01),
            ..Default::default()
        }),
        OdeOptions::Rk45(Rk45Options {
            max_steps: Some(20),
            ..Default::default()
        }),
    ] {
        let solution = integrate(
            &mut BlowUp,
            &[1.0],
            &IntervalOptions {
                from: 0.0,
                to: 2.0,
                at: None,
            },
            &ode,
        )
        .unwrap();
        assert_ne!(solution.status, Status::Completed);
        assert!(solution.states.iter().all(|x| x.is_finite()));
        assert!(*solution.times.last().unwrap() < 2.0);
    }
}

#[test]
fn finite_differences_have_the_order_of_their_name() {
    for (fd_order, steps) in [
        (1, [0.1, 0.05, 0.025, 0.0125]),
        (2, [0.1, 0.05, 0.025, 0.0125]),
        (4, [0.2, 0.1, 0.05, 0.025]),
    ] {
        let errors = steps.map(|dt| {
            let states = Mat::from_fn(12, 1, |i, _| (1.0 + i as f64 * dt).sin());
            let slopes = Mat::from_fn(12, 1, |i, _| (1.0 + i as f64 * dt).cos());
            let pair = strong_form(states.as_ref(), slopes.as_ref(), dt, &StrongOptions { fd_order }).unwrap();
            (pair.target - pair.regression).norm_max()
        });
        let p = order(&steps, &errors);
        assert!(
            (p - fd_order as f64).abs() < 0.25,
            "order {p} of differences of order {fd_order}: {errors:?}"
        );
    }
}

#[test]
fn the_weak_form_converges_with_the_sampling_of_a_test_function() {
    // x = sin t, feature cos t: both sides agree up to the error of the trapezoid rule, which for a bump that is smooth at its ends is
    // far below second order.
    let errors = [4, 8, 16].map(|width: usize| {
        let dt = 1.0 / width as f64;
        let n = 4 * width + 1;
        let states = Mat::from_fn(n, 1, |i, _| (i as f64 * dt).sin());
        let rates = Mat::from_fn(n, 1, |i, _| (i as f64 * dt).cos());
        let o = TestFunctionOptions {
            width: Some(width),
            ..Default::default()
        };
        let pair = weak_form(states.as_ref(), rates.as_ref(), dt, &o).unwrap();
        (pair.target - pair.regression).norm_max()
    });
    assert!(errors[1] < errors[0] / 16.0 && errors[2] < errors[1] / 16.0, "{errors:?}");
}

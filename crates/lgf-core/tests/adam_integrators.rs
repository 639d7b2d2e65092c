//! The Adam flow under the integrators, and what Adam refuses to learn from.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use lgf_core::fit::ModelOptions;
use lgf_core::integrate::{OdeOptions, Rk4Options, Rk45Options};
use lgf_core::optimizer::*;
use lgf_core::targets::Method;
use support::ClosedForm;
use support::table::{rank, steps};

fn options() -> AdamFlowOptions {
    AdamFlowOptions {
        learning_rate: 0.04,
        betas: [0.9, 0.99],
        history_size: 9,
        retrain_interval: 20,
        ..Default::default()
    }
}

/// The end of a learned phase.
fn end(o: &AdamFlowOptions, ode: OdeOptions) -> Vec<f64> {
    let mut p = ClosedForm::quadratic(&[1.0, 2.0, 3.0, 4.0], &[1.3, 1.4, 1.1, -1.2]);
    let mut run = AdamFlow::new(&p.start, &AdamFlowOptions { ode, ..o.clone() }).unwrap();
    steps(&mut run, &mut p, 9);
    assert_eq!(run.advance(4).unwrap(), 4);
    run.iterates().to_vec()
}

fn error(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn fixed(step: f64) -> OdeOptions {
    OdeOptions::Rk4(Rk4Options {
        step: Some(step),
        ..Default::default()
    })
}

#[test]
fn the_flow_is_of_order_four_and_both_integrators_agree() {
    for model in [ModelOptions::default(), rank(2)] {
        let dt = 0.16;
        let o = AdamFlowOptions {
            dt: Some(dt),
            model,
            ..options()
        };
        let exact = end(&o, fixed(dt / 1024.0));
        let errors = [8.0, 16.0, 32.0].map(|parts| error(&end(&o, fixed(dt / parts)), &exact));
        for pair in errors.windows(2) {
            let order = (pair[0] / pair[1]).log2();
            assert!((3.9..4.1).contains(&order), "order {order}, errors {errors:?}");
        }
        let adaptive = |rtol: f64| {
            let ode = OdeOptions::Rk45(Rk45Options {
                rtol,
                atol: rtol,
                ..Default::default()
            });
            error(&end(&o, ode), &exact)
        };
        assert!(
            adaptive(1e-6) < 1e-4 && adaptive(1e-11) < 1e-9,
            "{:e} {:e}",
            adaptive(1e-6),
            adaptive(1e-11)
        );
    }
}

#[test]
fn adam_learns_from_recorded_gradients_only() {
    for method in [Method::Strong, Method::Weak] {
        let model = ModelOptions {
            method: Some(method),
            ..Default::default()
        };
        let trust = AdamTrustRegionOptions {
            model: model.clone(),
            ..Default::default()
        };
        let errors = [
            AdamFlow::new(&[1.0], &AdamFlowOptions { model, ..options() }).err().unwrap(),
            AdamTrustRegion::new(&[1.0], &trust).err().unwrap(),
        ];
        for error in errors {
            assert_eq!((error.code(), error.argument()), ("ERR_LGF_ARGUMENT", Some("model.method")));
            assert!(
                error.to_string().contains(&format!("got '{}', expected 'tracked'", method.name())),
                "{error}"
            );
        }
    }
    let model = ModelOptions {
        method: Some(Method::Tracked),
        ..Default::default()
    };
    AdamFlow::new(&[1.0], &AdamFlowOptions { model, ..options() }).unwrap();
}

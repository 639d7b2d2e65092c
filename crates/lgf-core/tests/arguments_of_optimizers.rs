//! One valid run of each optimizer; each case breaks one option, or two that do not fit each other, and is refused by name.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
use lgf_core::integrate::{OdeOptions, Rk4Options, Rk45Options};
use lgf_core::optimizer::*;
use lgf_core::param::{Options, Value};
use lgf_core::targets::Method;
use lgf_core::{Error, Result};

const START: [f64; 2] = [1.0, 2.0];
const ARGUMENT: &str = "ERR_LGF_ARGUMENT";

fn refused<T>(result: Result<T>, code: &str, argument: &str) {
    let error: Error = result.err().unwrap();
    assert_eq!((error.code(), error.argument()), (code, Some(argument)), "{error}");
    assert!(error.to_string().contains(argument), "{error}");
}

/// A function that makes a run with one change of valid options.
macro_rules! runs {
    ($function:ident, $class:ident, $options:ident { $($field:ident: $value:expr),* }) => {
        fn $function(change: impl Fn(&mut $options)) -> Result<()> {
            let mut options = $options { $($field: $value,)* ..Default::default() };
            change(&mut options);
            $class::new(&START, &options).map(|_| ())
        }
    };
}

runs!(base_adam, Adam, AdamOptions {});
runs!(adaptive, Adaptive, AdaptiveOptions {});
runs!(
    flow,
    GradientFlow,
    GradientFlowOptions {
        history_size: 10,
        retrain_interval: 20
    }
);
runs!(
    adam,
    AdamFlow,
    AdamFlowOptions {
        history_size: 10,
        retrain_interval: 20
    }
);
runs!(trust, TrustRegionFlow, TrustRegionOptions { history_size: 10 });
runs!(adam_trust, AdamTrustRegion, AdamTrustRegionOptions { history_size: 10 });
runs!(
    batch,
    Batch,
    BatchOptions {
        history_size: 10,
        retrain_interval: 20
    }
);

#[test]
fn what_is_valid_is_taken() {
    base_adam(|_| {}).unwrap();
    adaptive(|_| {}).unwrap();
    flow(|_| {}).unwrap();
    adam(|_| {}).unwrap();
    trust(|_| {}).unwrap();
    adam_trust(|_| {}).unwrap();
    batch(|_| {}).unwrap();
    // The ends of domains.
    base_adam(|o| o.betas = [0.0, 0.0]).unwrap();
    flow(|o| o.retrain_interval = 10).unwrap();
    trust(|o| (o.good_cosine, o.bad_cosine) = (-1.0, -1.0)).unwrap();
    trust(|o| (o.good_factor, o.okay_factor, o.gradient_tolerance) = (1.0, 1.0, 0.0)).unwrap();
    trust(|o| (o.initial_radius, o.max_radius) = (Some(0.1), 0.1)).unwrap();
    flow(|o| (o.model.truncation_energy, o.model.truncation_rank) = (Some(1.0), Some(2))).unwrap();
    flow(|o| (o.model.points_added, o.model.interpolation_order) = (1000, 1)).unwrap();
}

#[test]
fn options_of_the_adaptive_flow() {
    for window in [0, 1001] {
        refused(adaptive(|o| o.window = window), ARGUMENT, "window");
    }
    for order in [0, 4] {
        refused(adaptive(|o| o.max_order = order), ARGUMENT, "maxOrder");
    }
    for number in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused(adaptive(|o| o.memory_limit = number), ARGUMENT, "memoryLimit");
        refused(adaptive(|o| o.first_step = Some(number)), ARGUMENT, "firstStep");
    }
    // Room for less than one secant is room for one.
    adaptive(|o| (o.window, o.max_order, o.memory_limit, o.first_step) = (1000, 1, f64::MIN_POSITIVE, Some(5e-324))).unwrap();
    adaptive(|o| (o.memory_limit, o.first_step) = (f64::MAX, Some(f64::MAX))).unwrap();
}

#[test]
fn options_of_adam() {
    for betas in [[1.0, 0.9], [-0.1, 0.9], [f64::NAN, 0.9]] {
        refused(base_adam(|o| o.betas = betas), ARGUMENT, "betas.0");
        refused(adam(|o| o.betas = [betas[1], betas[0]]), ARGUMENT, "betas.1");
        refused(adam_trust(|o| o.betas = betas), ARGUMENT, "betas.0");
    }
    for rate in [0.0, -1.0, f64::INFINITY] {
        refused(base_adam(|o| o.learning_rate = rate), ARGUMENT, "learningRate");
        refused(adam(|o| o.learning_rate = rate), ARGUMENT, "learningRate");
        refused(adam(|o| o.dt = Some(rate)), ARGUMENT, "dt");
        refused(adam(|o| o.eps = rate), ARGUMENT, "eps");
    }
    for method in [Method::Strong, Method::Weak] {
        refused(adam(|o| o.model.method = Some(method)), ARGUMENT, "model.method");
        refused(adam_trust(|o| o.model.method = Some(method)), ARGUMENT, "model.method");
    }
    let read = |name: &str, value: Value| AdamFlowOptions::read(Some(&Value::Tree(vec![(name.into(), value)])), "");
    refused(read("stepping", Value::Text("implicit".into())), ARGUMENT, "stepping");
    refused(read("betas", Value::List(vec![Value::Number(0.9)])), ARGUMENT, "betas");
    refused(
        read("betas", Value::List(vec![Value::Number(0.9), Value::Bool(true)])),
        ARGUMENT,
        "betas.1",
    );
    refused(read("amsgrad", Value::Number(1.0)), ARGUMENT, "amsgrad");
}

#[test]
fn options_of_schedules() {
    refused(flow(|o| o.retrain_interval = 9), ARGUMENT, "retrainInterval");
    refused(adam(|o| o.retrain_interval = 9), ARGUMENT, "retrainInterval");
    refused(batch(|o| o.retrain_interval = 9), ARGUMENT, "retrainInterval");
    refused(flow(|o| o.retrain_interval = 1_000_000_001), ARGUMENT, "retrainInterval");
    refused(batch(|o| o.history_size = 0), ARGUMENT, "historySize");
    refused(batch(|o| o.dt = Some(0.0)), ARGUMENT, "dt");
    refused(trust(|o| o.history_size = 2), "ERR_LGF_SHAPE", "historySize");
}

#[test]
fn options_of_trust_regions() {
    for radius in [0.0, -1.0, f64::NAN] {
        refused(trust(|o| o.initial_radius = Some(radius)), ARGUMENT, "initialRadius");
        refused(trust(|o| o.max_radius = radius), ARGUMENT, "maxRadius");
        refused(adam_trust(|o| o.max_radius = radius), ARGUMENT, "maxRadius");
    }
    refused(trust(|o| o.initial_radius = Some(0.6)), ARGUMENT, "initialRadius");
    refused(adam_trust(|o| o.initial_radius = Some(0.6)), ARGUMENT, "initialRadius");
    refused(trust(|o| (o.good_cosine, o.bad_cosine) = (0.3, 0.4)), ARGUMENT, "badCosine");
    refused(trust(|o| o.good_cosine = 1.1), ARGUMENT, "goodCosine");
    refused(trust(|o| o.bad_cosine = -1.1), ARGUMENT, "badCosine");
    refused(trust(|o| o.gradient_tolerance = -1.0), ARGUMENT, "gradientTolerance");
    refused(trust(|o| o.good_factor = 0.9), ARGUMENT, "goodFactor");
    refused(trust(|o| o.okay_factor = 1.1), ARGUMENT, "okayFactor");
    refused(trust(|o| o.okay_factor = 0.0), ARGUMENT, "okayFactor");
    for factor in [0.0, 1.0] {
        refused(trust(|o| o.bad_factor = factor), ARGUMENT, "badFactor");
    }
    for steps in [0, 1_000_000_001] {
        refused(trust(|o| o.max_learned_steps = steps), ARGUMENT, "maxLearnedSteps");
    }
}

#[test]
fn options_of_models() {
    for share in [0.0, 1.1, f64::NAN] {
        refused(
            flow(|o| o.model.truncation_energy = Some(share)),
            ARGUMENT,
            "model.truncationEnergy",
        );
    }
    refused(flow(|o| o.model.truncation_rank = Some(3)), ARGUMENT, "model.truncationRank");
    // With more than one trajectory there may be more samples than one alone has.
    let few = BatchOptions {
        history_size: 3,
        retrain_interval: 4,
        ..Default::default()
    };
    let mut ranked = few.clone();
    ranked.model.truncation_rank = Some(5);
    let starts: Vec<f64> = (0..12).map(f64::from).collect();
    refused(Batch::of_trajectories(&starts[..6], 6, &ranked), ARGUMENT, "model.truncationRank");
    Batch::of_trajectories(&starts, 6, &ranked).unwrap();
    refused(flow(|o| o.model.points_added = 1001), ARGUMENT, "model.pointsAdded");
    refused(flow(|o| o.model.interpolation_order = 4), ARGUMENT, "model.interpolationOrder");
    refused(
        flow(|o| (o.history_size, o.model.fd_order, o.model.points_added) = (3, 1, 1)),
        ARGUMENT,
        "model.pointsAdded",
    );
    flow(|o| (o.history_size, o.retrain_interval, o.model.points_added) = (100_000, 100_000, 1)).unwrap();
    refused(
        flow(|o| (o.history_size, o.retrain_interval, o.model.points_added) = (1_000_000, 1_000_000, 1000)),
        ARGUMENT,
        "model.pointsAdded",
    );
    refused(
        batch(|o| (o.history_size, o.retrain_interval) = (900_000_000, 900_000_000)),
        ARGUMENT,
        "historySize",
    );
}

#[test]
fn options_of_integrators() {
    let step = |step: f64, max_steps| {
        OdeOptions::Rk4(Rk4Options {
            step: Some(step),
            max_steps,
        })
    };
    // What bounds the step is the time of a learned step: by default the learning rate.
    let rate = AdamFlowOptions::default().learning_rate;
    adam(|o| o.ode = step(rate / 10_000.0, None)).unwrap();
    refused(adam(|o| o.ode = step(rate / 10_001.0, None)), ARGUMENT, "ode.step");
    refused(
        adam(|o| (o.ode, o.dt) = (step(rate / 10_000.0, None), Some(2.0 * rate))),
        ARGUMENT,
        "ode.step",
    );
    trust(|o| o.ode = step(rate / 7.0, Some(7))).unwrap();
    refused(trust(|o| o.ode = step(rate / 7.1, Some(7))), ARGUMENT, "ode.step");
    refused(batch(|o| o.ode = step(0.0, None)), ARGUMENT, "ode.step");
    refused(batch(|o| o.ode = step(rate, Some(0))), ARGUMENT, "ode.maxSteps");
    let exact = OdeOptions::Rk45(Rk45Options {
        rtol: 0.0,
        atol: 0.0,
        ..Default::default()
    });
    refused(adam_trust(|o| o.ode = exact.clone()), ARGUMENT, "ode.atol");
}

/// The smallest of radii are radii too.
#[test]
fn a_radius_below_the_normal_numbers_does_not_panic() {
    let o = TrustRegionOptions {
        history_size: 4,
        max_radius: 1e-310,
        safeguard: false,
        ..Default::default()
    };
    let Ok(mut run) = TrustRegionFlow::new(&[1.0], &o) else { return };
    for _ in 0..8 {
        let id = run.ask().unwrap().id;
        run.tell(id, 1.0, Some(&[1.0])).unwrap();
    }
    assert!(run.radius().unwrap() <= 1e-310);
}

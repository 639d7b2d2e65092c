//! All optimizers and their variants on a problem of three variables. A name begins with that of the class.
use super::ClosedForm;
use lgf_core::driver;
use lgf_core::fit::ModelOptions;
use lgf_core::history::HistoryPrecision;
use lgf_core::integrate::{OdeOptions, Rk45Options};
use lgf_core::optimizer::*;
use lgf_core::problem::Problem;
use lgf_core::targets::Method;

pub type Make = Box<dyn Fn(&[f64]) -> Box<dyn Optimizer>>;

const RATE: f64 = 0.05;

/// Convex; with the rate of the table every true step descends.
pub fn problem() -> ClosedForm {
    ClosedForm::quadratic(&[1.0, 3.0, 7.0], &[1.0, -2.0, 0.5])
}

/// The class of an entry: what `restore` wants to know.
pub fn kind(name: &str) -> &str {
    name.split(' ').next().unwrap()
}

pub fn copy(name: &str, of: &dyn Optimizer) -> Box<dyn Optimizer> {
    restore(kind(name), &of.snapshot()).unwrap()
}

pub fn steps(optimizer: &mut dyn Optimizer, problem: &mut dyn Problem, steps: usize) {
    let mut gradient = vec![0.0; problem.dimension()];
    for _ in 0..steps {
        driver::step(optimizer, problem, &mut gradient).unwrap();
    }
}

pub fn rank(rank: usize) -> ModelOptions {
    ModelOptions {
        truncation_rank: Some(rank),
        ..Default::default()
    }
}

pub fn weak() -> ModelOptions {
    ModelOptions {
        method: Some(Method::Weak),
        ..Default::default()
    }
}

pub fn orthonormal() -> ModelOptions {
    ModelOptions {
        truncation_rank: Some(2),
        orthonormal: true,
        ..Default::default()
    }
}

pub fn added() -> ModelOptions {
    ModelOptions {
        points_added: 2,
        ..Default::default()
    }
}

pub fn energy() -> ModelOptions {
    ModelOptions {
        truncation_energy: Some(0.9999),
        ..Default::default()
    }
}

pub fn rk45() -> OdeOptions {
    OdeOptions::Rk45(Rk45Options::default())
}

/// A function of the entry: fields that all variants share, then its own.
macro_rules! entry {
    ($function:ident, $class:ident, $options:ident { $($field:ident: $value:expr),* }) => {
        pub fn $function(change: impl Fn(&mut $options)) -> Make {
            let mut options = $options { $($field: $value,)* ..Default::default() };
            change(&mut options);
            Box::new(move |start| Box::new($class::new(start, &options).unwrap()))
        }
    };
}

entry!(descent, GradientDescent, GradientDescentOptions { learning_rate: RATE });
entry!(base_adam, Adam, AdamOptions { learning_rate: RATE });
entry!(
    flow,
    GradientFlow,
    GradientFlowOptions {
        learning_rate: RATE,
        dt: RATE,
        history_size: 6,
        retrain_interval: 10
    }
);
entry!(
    adam,
    AdamFlow,
    AdamFlowOptions {
        learning_rate: RATE,
        history_size: 6,
        retrain_interval: 10
    }
);
entry!(
    trust,
    TrustRegionFlow,
    TrustRegionOptions {
        learning_rate: RATE,
        history_size: 6
    }
);
entry!(
    adam_trust,
    AdamTrustRegion,
    AdamTrustRegionOptions {
        learning_rate: RATE,
        history_size: 6
    }
);

/// Trajectories from fractions of the start.
pub fn batch(trajectories: usize, change: impl Fn(&mut BatchOptions)) -> Make {
    let mut options = BatchOptions {
        learning_rate: RATE,
        history_size: 6,
        retrain_interval: 10,
        ..Default::default()
    };
    change(&mut options);
    Box::new(move |start| {
        let scaled = |i: usize| start.iter().map(move |x| x * (1.0 - 0.25 * i as f64));
        let starts: Vec<f64> = (0..trajectories).flat_map(scaled).collect();
        Box::new(Batch::of_trajectories(&starts, start.len(), &options).unwrap())
    })
}

fn l_bfgs() -> Make {
    Box::new(|start| Box::new(Lbfgs::new(start, &LbfgsOptions { memory: 3 }).unwrap()))
}

fn adaptive(change: impl Fn(&mut AdaptiveOptions)) -> Make {
    let mut options = AdaptiveOptions::default();
    change(&mut options);
    Box::new(move |start| Box::new(Adaptive::new(start, &options).unwrap()))
}

fn anderson() -> Make {
    let options = AndersonOptions { memory: 2, mixing: None };
    Box::new(move |start| Box::new(Anderson::new(start, &options).unwrap()))
}

/// Within a box about the minimum of the problem and, of optimality criteria, from there on: they lower what gains nothing.
fn criteria() -> Make {
    let options = OptimalityCriteriaOptions {
        limit: 0.4,
        tolerance: 0.0,
        ..Default::default()
    };
    Box::new(move |start| Box::new(OptimalityCriteria::new(start, &options).unwrap()))
}

fn asymptotes() -> Make {
    let options = MovingAsymptotesOptions {
        lower: -2.0,
        upper: 2.0,
        tolerance: 0.0,
        ..Default::default()
    };
    Box::new(move |start| Box::new(MovingAsymptotes::new(start, &options).unwrap()))
}

pub fn optimizers() -> Vec<(&'static str, Make)> {
    vec![
        ("GradientDescent", descent(|_| {})),
        ("BaseAdam", base_adam(|_| {})),
        ("BaseAdam amsgrad", base_adam(|o| o.amsgrad = true)),
        ("LBFGS", l_bfgs()),
        ("Anderson", anderson()),
        ("OptimalityCriteria", criteria()),
        ("MMA", asymptotes()),
        ("LGFAdaptive", adaptive(|_| {})),
        ("LGFAdaptive small", adaptive(|o| (o.window, o.max_order) = (2, 1))),
        ("LGFAdaptive faithful", adaptive(|o| (o.faithful, o.first_step) = (true, Some(0.1)))),
        ("LGFAdaptive custom", adaptive(|o| o.direction = Direction::Custom)),
        ("LGFAdaptive adam", adaptive(|o| o.base = BaseUpdate::Adam)),
        ("LGFAdaptive diagonal", adaptive(|o| o.base = BaseUpdate::Diagonal)),
        ("LGFGradientFlow", flow(|_| {})),
        ("LGFGradientFlow reduced", flow(|o| o.model = rank(2))),
        ("LGFGradientFlow weak", flow(|o| o.model = weak())),
        ("LGFGradientFlow tracked", flow(|o| o.model.method = Some(Method::Tracked))),
        ("LGFGradientFlow orthonormal", flow(|o| o.model = orthonormal())),
        ("LGFGradientFlow points added", flow(|o| o.model = added())),
        ("LGFGradientFlow energy", flow(|o| o.model = energy())),
        ("LGFGradientFlow single", flow(|o| o.history_precision = HistoryPrecision::Single)),
        (
            "LGFAdam single reduced",
            adam(|o| (o.history_precision, o.model) = (HistoryPrecision::Single, rank(2))),
        ),
        ("LGFGradientFlow rk45", flow(|o| o.ode = rk45())),
        ("LGFGradientFlow rk45 reduced", flow(|o| (o.ode, o.model) = (rk45(), rank(2)))),
        ("LGFGradientFlow safeguard", flow(|o| o.safeguard = true)),
        (
            "LGFGradientFlow safeguard values",
            flow(|o| (o.safeguard, o.report_learned_values) = (true, true)),
        ),
        ("LGFGradientFlow values", flow(|o| o.report_learned_values = true)),
        ("LGFAdam", adam(|_| {})),
        ("LGFAdam dt", adam(|o| o.dt = Some(2.0 * RATE))),
        ("LGFAdam amsgrad", adam(|o| o.amsgrad = true)),
        ("LGFAdam reduced", adam(|o| o.model = rank(2))),
        ("LGFAdam discrete", adam(|o| o.stepping = Stepping::Discrete)),
        (
            "LGFAdam discrete amsgrad reduced",
            adam(|o| (o.stepping, o.amsgrad, o.model) = (Stepping::Discrete, true, rank(2))),
        ),
        ("LGFAdam energy added", adam(|o| (o.model, o.model.points_added) = (energy(), 1))),
        ("LGFAdam rk45", adam(|o| o.ode = rk45())),
        ("LGFAdam rk45 reduced", adam(|o| (o.ode, o.model) = (rk45(), rank(2)))),
        ("LGFAdam safeguard", adam(|o| o.safeguard = true)),
        ("LGFAdam safeguard reduced", adam(|o| (o.safeguard, o.model) = (true, rank(2)))),
        ("LGFTrustRegion", trust(|_| {})),
        ("LGFTrustRegion reduced", trust(|o| o.model = rank(2))),
        ("LGFTrustRegion values", trust(|o| o.report_learned_values = true)),
        ("LGFTrustRegion unguarded", trust(|o| o.safeguard = false)),
        ("LGFAdamTrustRegion", adam_trust(|_| {})),
        ("LGFAdamTrustRegion reduced", adam_trust(|o| o.model = rank(2))),
        ("LGFAdamTrustRegion unguarded", adam_trust(|o| o.safeguard = false)),
        (
            "LGFAdamTrustRegion discrete amsgrad",
            adam_trust(|o| (o.stepping, o.amsgrad) = (Stepping::Discrete, true)),
        ),
        ("LGFBatch of one", batch(1, |_| {})),
        ("LGFBatch", batch(3, |_| {})),
        ("LGFBatch all rows", batch(3, |o| o.all_rows = true)),
        ("LGFBatch safeguard", batch(3, |o| o.safeguard = true)),
        (
            "LGFBatch weak values",
            batch(2, |o| (o.model, o.report_learned_values) = (weak(), true)),
        ),
        (
            "LGFBatch all rows reduced safeguard",
            batch(2, |o| (o.model, o.all_rows, o.safeguard) = (energy(), true, true)),
        ),
    ]
}

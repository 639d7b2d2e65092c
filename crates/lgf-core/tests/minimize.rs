//! Whole runs: every stopping rule, failing evaluations, bounds, snapshots, and the evaluations that SciPy needs for the same.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test may fail loudly")]
#[path = "support/rosenbrock.rs"]
mod chain;

use chain::rosenbrock;
use lgf_core::bounds::Bounds;
use lgf_core::minimize::{METHODS, Minimization, Outcome, Plan, Status, StoppingOptions};
use lgf_core::optimizer::Verdict;
use lgf_core::param::Value;

type Objective = dyn Fn(&[f64], &mut [f64]) -> f64;

fn tree(entries: &[(&str, Value)]) -> Value {
    Value::Tree(entries.iter().map(|(name, value)| (name.to_string(), value.clone())).collect())
}
fn text(name: &str) -> Value {
    Value::Text(name.into())
}
fn start(x: &[f64], entries: &[(&str, Value)], bounds: Option<Bounds>) -> Minimization {
    Minimization::new(x, &Plan::read(Some(&tree(entries))).unwrap(), bounds).unwrap()
}
fn go_on(run: &mut Minimization, f: &Objective, most: usize) -> Vec<Vec<f64>> {
    let mut points = Vec::new();
    let mut g = vec![0.0; run.point().len()];
    while points.len() < most
        && let Some(request) = run.ask()
    {
        points.push(run.point().to_vec());
        let value = f(run.point(), &mut g);
        run.tell(request.id, value, Some(&g)).unwrap();
    }
    points
}
fn minimum(f: &Objective, x: &[f64], entries: &[(&str, Value)]) -> Outcome {
    let mut run = start(x, entries, None);
    go_on(&mut run, f, usize::MAX);
    run.outcome()
}

fn quartic(x: &[f64], g: &mut [f64]) -> f64 {
    let terms = x.iter().zip(g).enumerate().map(|(i, (x, g))| {
        let weight = i as f64 + 1.0;
        *g = weight * x.powi(3) + x - 1.0;
        weight * x.powi(4) / 4.0 + 0.5 * (x - 1.0).powi(2)
    });
    terms.sum()
}
fn bowl(x: &[f64], g: &mut [f64]) -> f64 {
    let d = x.len().max(2) as f64 - 1.0;
    let terms = x.iter().zip(g).enumerate().map(|(i, (x, g))| {
        let weight = 10f64.powf(3.0 * i as f64 / d);
        *g = weight * x;
        0.5 * weight * x * x
    });
    terms.sum()
}
fn beale(x: &[f64], g: &mut [f64]) -> f64 {
    let (a, b) = (x[0], x[1]);
    let t = [1.5 - a + a * b, 2.25 - a + a * b * b, 2.625 - a + a * b.powi(3)];
    g[0] = 2.0 * (t[0] * (b - 1.0) + t[1] * (b * b - 1.0) + t[2] * (b.powi(3) - 1.0));
    g[1] = 2.0 * a * (t[0] + 2.0 * b * t[1] + 3.0 * b * b * t[2]);
    t.iter().map(|t| t * t).sum()
}

#[test]
fn l_bfgs_needs_the_evaluations_of_scipy() {
    // `scipy.optimize.minimize(method='L-BFGS-B', options=dict(ftol=0, gtol=1e-6, maxcor=10))`, SciPy 1.17.1: nfev.
    let cases: [(&str, &Objective, Vec<f64>, u64); 5] = [
        ("Rosenbrock, 2", &rosenbrock, vec![-1.2, 1.0], 45),
        ("Rosenbrock, 20", &rosenbrock, [-1.2, 1.0].repeat(10), 162),
        ("quartic, 8", &quartic, vec![2.0; 8], 14),
        ("quadratic, 50", &bowl, vec![1.0; 50], 275),
        ("Beale", &beale, vec![1.0, 1.0], 16),
    ];
    for (name, f, x, scipy) in cases {
        let rules = [
            ("method", text("l-bfgs")),
            ("gradientTolerance", Value::Number(1e-6)),
            ("valueTolerance", Value::Number(0.0)),
        ];
        let outcome = minimum(f, &x, &rules);
        assert_eq!(outcome.status, Some(Status::Converged), "{name}");
        let ours = outcome.counts.evaluations;
        assert!(ours.abs_diff(scipy) * 20 <= scipy, "{name}: {ours} evaluations, SciPy {scipy}");
    }
}

#[test]
fn anderson_minimizes_without_a_learning_rate() {
    for (f, x) in [
        (&rosenbrock as &Objective, vec![-1.2, 1.0]),
        (&quartic, vec![2.0; 8]),
        (&bowl, vec![1.0; 50]),
        (&beale, vec![1.0, 1.0]),
    ] {
        let outcome = minimum(f, &x, &[("method", text("anderson"))]);
        assert_eq!(outcome.status, Some(Status::Converged), "{outcome:?}");
        assert!(outcome.counts.evaluations < 600, "{}", outcome.counts.evaluations);
    }
}

#[test]
fn every_rule_ends_a_run() {
    let end = |entries: &[(&str, Value)]| minimum(&rosenbrock, &[-1.2, 1.0], entries);
    let number = Value::Number;
    // Those with a constraint have rules of their own: constrained.rs.
    for method in METHODS
        .iter()
        .filter(|method| !["optimality-criteria", "mma"].contains(&method.name))
    {
        let m = ("method", text(method.name));
        let outcome = end(&[m.clone(), ("maxEvaluations", number(7.0))]);
        assert_eq!(
            (outcome.status, outcome.counts.evaluations),
            (Some(Status::MaxEvaluations), 7),
            "{}",
            method.name
        );
        let outcome = end(&[m.clone(), ("maxIterations", number(3.0))]);
        assert_eq!(
            (outcome.status, outcome.counts.iterations),
            (Some(Status::MaxIterations), 3),
            "{}",
            method.name
        );
        let outcome = end(&[m.clone(), ("target", number(24.3)), ("maxEvaluations", number(2000.0))]);
        assert_eq!(outcome.status, Some(Status::TargetReached), "{}", method.name);
        assert!(outcome.value.unwrap() <= 24.3);
        let outcome = end(&[m.clone(), ("maxSeconds", number(1e-9))]);
        assert_eq!(outcome.status, Some(Status::MaxSeconds), "{}", method.name);
        assert!(!outcome.status.unwrap().is_success() && !outcome.message.is_empty());
    }
    let outcome = end(&[("gradientTolerance", number(1e-3))]);
    assert!(outcome.status == Some(Status::Converged) && outcome.gradient_norm.unwrap() <= 1e-3);
    let shifted = |x: &[f64], g: &mut [f64]| rosenbrock(x, g) + 1.0;
    let outcome = minimum(
        &shifted,
        &[-1.2, 1.0],
        // Converges slowly enough for its values to settle before its gradient.
        &[
            ("method", text("l-bfgs")),
            ("gradientTolerance", number(0.0)),
            ("valueTolerance", number(1e-2)),
        ],
    );
    assert!(outcome.status == Some(Status::Converged) && outcome.gradient_norm.unwrap() > 1e-9);
    // Neither rule holds before rounding ends it.
    let outcome = minimum(
        &shifted,
        &[-1.2, 1.0],
        &[("gradientTolerance", number(0.0)), ("valueTolerance", number(0.0))],
    );
    assert!(
        matches!(outcome.status, Some(Status::Stalled | Status::Converged)),
        "{:?}",
        outcome.status
    );
    assert!((outcome.value.unwrap() - 1.0).abs() < 1e-14);
    // A gradient that points up leaves nothing to try.
    let wrong = |x: &[f64], g: &mut [f64]| {
        let value = bowl(x, g);
        g.iter_mut().for_each(|g| *g = -*g);
        value
    };
    for method in ["lgf-adaptive", "l-bfgs", "anderson"] {
        let outcome = minimum(&wrong, &[1.0, 1.0], &[("method", text(method))]);
        assert_eq!(
            (outcome.status, outcome.x.as_slice()),
            (Some(Status::Stalled), [1.0, 1.0].as_slice()),
            "{method}"
        );
    }
}

#[test]
fn the_default_tolerance_does_not_know_the_scale() {
    // Beyond 1e154 and below 1e-162 squares of the gradient are no doubles.
    for (scale, method) in [1e-200, 1e-12, 1.0, 1e9, 1e200]
        .into_iter()
        .flat_map(|scale| [(scale, "lgf-adaptive"), (scale, "l-bfgs"), (scale, "anderson")])
    {
        let scaled = move |x: &[f64], g: &mut [f64]| {
            let value = bowl(x, g);
            g.iter_mut().for_each(|g| *g *= scale);
            scale * value
        };
        let outcome = minimum(&scaled, &[1.0; 5], &[("method", text(method))]);
        assert_eq!(outcome.status, Some(Status::Converged), "{scale}, {method}: {outcome:?}");
        assert!(outcome.x.iter().all(|x| x.abs() < 1e-4), "{scale}: {:?}", outcome.x);
    }
}

#[test]
fn small_and_flat_problems_end() {
    for method in METHODS {
        let outcome = minimum(
            &|_, g| {
                g.fill(0.0);
                3.0
            },
            &[1.0],
            &[("method", text(method.name))],
        );
        assert_eq!(
            (outcome.status, outcome.value, outcome.counts.evaluations),
            (Some(Status::Converged), Some(3.0), 1),
            "{}",
            method.name
        );
    }
    for method in ["lgf-adaptive", "l-bfgs", "anderson"] {
        let outcome = minimum(
            &|x, g| {
                g[0] = 2.0 * (x[0] - 7.0);
                (x[0] - 7.0).powi(2)
            },
            &[0.0],
            &[("method", text(method))],
        );
        assert!((outcome.x[0] - 7.0).abs() < 1e-6 && outcome.status == Some(Status::Converged));
        // Without a minimum: to the end of the range of doubles, or of the evaluations.
        let outcome = minimum(
            &|_, g| {
                g[0] = 1.0;
                f64::NEG_INFINITY
            },
            &[0.0],
            &[("method", text(method))],
        );
        assert_eq!((outcome.status, outcome.value), (Some(Status::EvaluationFailed), None), "{method}");
        let outcome = minimum(
            &|x, g| {
                g[0] = -1.0;
                -x[0]
            },
            &[0.0],
            &[("method", text(method)), ("valueTolerance", Value::Number(0.0))],
        );
        assert!(outcome.value.unwrap() < -1e3 && outcome.status.is_some(), "{outcome:?}");
    }
}

#[test]
fn failed_evaluations_are_stepped_back_from() {
    // A wall just before the minimum of the line: nothing beyond it can be evaluated.
    for failure in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let walled = move |x: &[f64], g: &mut [f64]| {
            let value = rosenbrock(x, g);
            if x[0].hypot(x[1] - 0.5) > 1.4 { failure } else { value }
        };
        for method in ["lgf-adaptive", "l-bfgs", "anderson"] {
            let outcome = minimum(&walled, &[-1.2, 1.0], &[("method", text(method))]);
            assert_eq!(outcome.status, Some(Status::Converged), "{method} {failure}: {outcome:?}");
            assert!(outcome.value.unwrap() < 1e-8, "{method}");
        }
        let at_start = minimum(
            &move |_, g| {
                g.fill(1.0);
                failure
            },
            &[2.0, 2.0],
            &[],
        );
        assert_eq!(
            (at_start.status, at_start.value, at_start.gradient_norm),
            (Some(Status::EvaluationFailed), None, None)
        );
        assert_eq!(
            (at_start.x, at_start.counts.evaluations, at_start.counts.rejected),
            (vec![2.0, 2.0], 1, 1)
        );
        // Plain descent cannot step back: the best point is kept.
        let cliff = move |x: &[f64], g: &mut [f64]| {
            g[0] = x[0];
            if x[0] < 0.5 { failure } else { 0.5 * x[0] * x[0] }
        };
        let plain = minimum(
            &cliff,
            &[1.0],
            &[("method", text("gradient-descent")), ("learningRate", Value::Number(0.3))],
        );
        assert_eq!(
            (plain.status, plain.x, plain.value),
            (Some(Status::EvaluationFailed), vec![0.7], Some(0.5 * 0.7 * 0.7))
        );
    }
    // A gradient that is not finite is a failed evaluation as well.
    let cliff = |x: &[f64], g: &mut [f64]| {
        g[0] = if x[0] < 0.25 { f64::NAN } else { x[0] };
        0.5 * x[0] * x[0]
    };
    for method in ["lgf-adaptive", "l-bfgs", "anderson"] {
        let outcome = minimum(&cliff, &[1.0], &[("method", text(method))]);
        assert!(
            (0.25..0.26).contains(&outcome.x[0]) && outcome.counts.rejected > 5,
            "{method}: {outcome:?}"
        );
    }
}

#[test]
fn the_best_point_is_kept_whatever_comes_after() {
    let mut run = start(
        &[1.0],
        &[("method", text("gradient-descent")), ("learningRate", Value::Number(2.5))],
        None,
    );
    let diverging = |x: &[f64], g: &mut [f64]| {
        g[0] = x[0];
        0.5 * x[0] * x[0]
    };
    go_on(&mut run, &diverging, 30);
    assert_eq!(
        (run.outcome().x, run.outcome().value, run.outcome().gradient_norm),
        (vec![1.0], Some(0.5), Some(1.0))
    );
    run.stop(Status::Aborted);
    run.stop(Status::StoppedByCallback);
    assert_eq!((run.status(), run.ask()), (Some(Status::Aborted), None));
    assert_eq!(run.tell(0, 1.0, Some(&[1.0])).unwrap_err().code(), "ERR_LGF_STATE");
}

#[test]
fn bounds_hold_and_are_reached() {
    // Bounds 2 <= x1 <= 4, x2 <= 1.5 on Rosenbrock: the minimum is at (2, 1.5).
    let bounds = || Some(Bounds::new(vec![2.0, f64::NEG_INFINITY], vec![4.0, 1.5]).unwrap());
    for name in ["lgf-adaptive", "l-bfgs"] {
        let method = [("method", text(name))];
        let mut run = start(&[-1.2, 1.0], &method, bounds());
        let points = go_on(&mut run, &rosenbrock, usize::MAX);
        assert!(points.iter().all(|x| (2.0..=4.0).contains(&x[0]) && x[1] <= 1.5));
        assert_eq!((run.status(), run.outcome().x), (Some(Status::Converged), vec![2.0, 1.5]));
        assert_eq!(run.outcome().gradient_norm, Some(0.0));
        // A minimum inside of the box, from a start at its corner, and with half of the bounds active.
        let mut run = start(&[0.5, 0.5], &method, Some(Bounds::new(vec![0.5, 0.0], vec![3.0, 3.0]).unwrap()));
        go_on(&mut run, &rosenbrock, usize::MAX);
        assert!(run.outcome().x.iter().all(|x| (x - 1.0).abs() < 1e-6), "{:?}", run.outcome());
        let d = 40;
        let lower = (0..d).map(|i| if i % 2 == 0 { 0.3 } else { -5.0 }).collect();
        let mut run = start(&vec![2.0; d], &method, Some(Bounds::new(lower, vec![9.0; d]).unwrap()));
        go_on(&mut run, &bowl, usize::MAX);
        let outcome = run.outcome();
        assert_eq!(outcome.status, Some(Status::Converged), "{outcome:?}");
        assert!(
            outcome
                .x
                .iter()
                .enumerate()
                .all(|(i, x)| if i % 2 == 0 { *x == 0.3 } else { x.abs() < 1e-4 }),
            "{outcome:?}"
        );
    }
    let refused = Plan::read(Some(&tree(&[("method", text("adam"))]))).unwrap();
    assert_eq!(
        Minimization::new(&[0.0, 0.0], &refused, bounds()).err().unwrap().argument(),
        Some("bounds")
    );
}

#[test]
fn restored_runs_give_the_same_bits() {
    for method in METHODS {
        let options = [("method", text(method.name)), ("maxEvaluations", Value::Number(60.0))];
        let mut whole = start(&[-1.2, 1.0, 0.3], &options, None);
        let points = go_on(&mut whole, &rosenbrock, usize::MAX);
        let mut first = start(&[-1.2, 1.0, 0.3], &options, None);
        let mut pieces = go_on(&mut first, &rosenbrock, 17);
        let bytes = first.snapshot();
        let mut second = Minimization::restore(&bytes, None).unwrap();
        pieces.extend(go_on(&mut second, &rosenbrock, usize::MAX));
        assert_eq!(points, pieces, "{}", method.name);
        let parts = |o: Outcome| (o.x, o.value, o.gradient_norm, o.status, o.counts);
        assert_eq!(parts(whole.outcome()), parts(second.outcome()), "{}", method.name);
        // More evaluations than the run had that ended.
        let more = StoppingOptions {
            max_evaluations: 70,
            ..Default::default()
        };
        let mut third = Minimization::restore(&second.snapshot(), Some(more)).unwrap();
        assert!(
            third.status().is_some() || go_on(&mut third, &rosenbrock, usize::MAX).len() == 10,
            "{}",
            method.name
        );
        for cut in [0, 20, bytes.len() - 1] {
            assert_eq!(Minimization::restore(&bytes[..cut], None).err().unwrap().code(), "ERR_LGF_SNAPSHOT");
        }
    }
}

#[test]
fn iterations_say_what_became_of_an_evaluation() {
    let mut run = start(&[-1.2, 1.0], &[("method", text("l-bfgs"))], None);
    let (mut g, mut verdicts, mut last, mut lowest) = ([0.0; 2], Vec::new(), 0, f64::INFINITY);
    while let Some(request) = run.ask() {
        let value = rosenbrock(run.point(), &mut g);
        if let Some(told) = run.tell(request.id, value, Some(&g)).unwrap() {
            assert_eq!(told.iteration, last + 1);
            assert_eq!(told.value, Some(value));
            // No step of a line search ends above where it began.
            assert!(value <= lowest);
            lowest = value;
            (last, verdicts) = (told.iteration, [verdicts, vec![told.verdict]].concat());
        }
    }
    let counts = run.counts();
    assert_eq!((counts.iterations, counts.evaluations), (last, last + 1 + counts.rejected));
    assert!(verdicts.iter().all(|&verdict| verdict == Verdict::Accepted));
}

#[test]
fn iterations_of_the_adaptive_flow_tell_the_model_and_the_step() {
    let mut run = start(&[-1.2, 1.0], &[("maxEvaluations", Value::Number(25.0))], None);
    assert_eq!(run.method(), "lgf-adaptive");
    let (mut g, mut from, mut models) = ([0.0; 2], [-1.2, 1.0], Vec::new());
    while let Some(request) = run.ask() {
        let x = [run.point()[0], run.point()[1]];
        let value = rosenbrock(&x, &mut g);
        let told = run.tell(request.id, value, Some(&g)).unwrap().unwrap();
        let length = (x[0] - from[0]).hypot(x[1] - from[1]);
        assert!((told.step_norm.unwrap_or(0.0) - length).abs() <= 1e-14 * length);
        assert_eq!(told.step_norm.is_none(), told.iteration == 1);
        assert!(told.iteration > 2 || told.model.is_none());
        models.extend(told.model);
        if told.verdict == Verdict::Accepted {
            from = x;
        }
    }
    assert!(models.len() > 8, "{models:?}");
    assert_eq!(run.counts().learned_steps, models.len() as u64);
}

#[test]
fn refusals_name_what_is_wrong() {
    let refused = |entries: &[(&str, Value)]| {
        let plan = Plan::read(Some(&tree(entries)));
        let made = plan.and_then(|plan| Minimization::new(&[1.0], &plan, None));
        made.err().and_then(|error| error.argument().map(String::from))
    };
    assert_eq!(refused(&[("method", text("simplex"))]).as_deref(), Some("method"));
    assert_eq!(
        refused(&[("maxEvaluations", Value::Number(0.0))]).as_deref(),
        Some("maxEvaluations")
    );
    assert_eq!(refused(&[("learningRate", Value::Number(0.1))]).as_deref(), Some("learningRate"));
    assert_eq!(
        refused(&[("method", text("adam")), ("learningRate", Value::Number(0.0))]).as_deref(),
        Some("learningRate")
    );
    assert_eq!(
        refused(&[("method", text("lgf")), ("model", tree(&[("polyOrder", Value::Number(0.5))]))]).as_deref(),
        Some("model.polyOrder")
    );
    assert_eq!(refused(&[]), None);
    let mut run = start(&[1.0, 2.0], &[], None);
    let request = run.ask().unwrap();
    assert_eq!(run.tell(request.id + 1, 1.0, Some(&[0.0; 2])).unwrap_err().argument(), Some("id"));
    assert_eq!(run.tell(request.id, 1.0, Some(&[0.0; 3])).unwrap_err().argument(), Some("gradient"));
    assert_eq!(run.tell(request.id, 1.0, None).unwrap_err().argument(), Some("gradient"));
    assert_eq!(run.counts().evaluations, 0);
    assert_eq!(run.ask(), Some(request));
}

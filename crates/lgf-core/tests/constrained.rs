//! Optimality criteria and the method of moving asymptotes: known minima, feasible points, failures, snapshots, what they refuse.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test may fail loudly")]
mod support;

use lgf_core::bounds::Bounds;
use lgf_core::minimize::{Minimization, Outcome, Plan, Status};
use lgf_core::optimizer::{
    Ending, MovingAsymptotes, MovingAsymptotesOptions, OptimalityCriteria, OptimalityCriteriaOptions, Optimizer, Verdict, restore,
};
use lgf_core::param::Value;
use support::plans::{METHODS, list, number, plan};
use support::{golden, vector};

type Objective = dyn Fn(&[f64], &mut [f64]) -> f64;
/// What is wrong, the options that say so, the argument that is named.
type Refusal<'a> = (&'a str, &'a [(&'a str, Value)], &'a str);

/// A whole run; `see` gets every point.
fn run_within(
    f: &dyn Fn(&[f64], &mut [f64]) -> f64,
    start: &[f64],
    plan: &Plan,
    bounds: Option<Bounds>,
    mut see: impl FnMut(&[f64]),
) -> Outcome {
    let mut run = Minimization::new(start, plan, bounds).unwrap();
    let mut g = vec![0.0; start.len()];
    while let Some(request) = run.ask() {
        see(run.point());
        let value = f(run.point(), &mut g);
        run.tell(request.id, value, Some(&g)).unwrap();
    }
    run.outcome()
}
fn run(f: &dyn Fn(&[f64], &mut [f64]) -> f64, start: &[f64], plan: &Plan) -> Outcome {
    run_within(f, start, plan, None, |_| {})
}

/// `scale sum c_j / x_j`: where `w'x = limit`, the minimum is `x_j = t sqrt(c_j / w_j)`, clipped.
fn rods(c: &[f64], scale: f64) -> impl Fn(&[f64], &mut [f64]) -> f64 + use<> {
    let c = c.to_vec();
    move |x, g| {
        for ((g, x), c) in g.iter_mut().zip(x).zip(&c) {
            *g = -scale * c / (x * x);
        }
        scale * x.iter().zip(&c).map(|(x, c)| c / x).sum::<f64>()
    }
}

/// The minimum of [`rods`], by plain bisection.
fn minimum_of_rods(c: &[f64], w: &[f64], limit: f64, [lower, upper]: [f64; 2]) -> Vec<f64> {
    let at = |t: f64| -> Vec<f64> { c.iter().zip(w).map(|(c, w)| (t * (c / w).sqrt()).clamp(lower, upper)).collect() };
    let (mut low, mut high) = (0.0, 1e9);
    for _ in 0..200 {
        let t = 0.5 * (low + high);
        let used: f64 = at(t).iter().zip(w).map(|(x, w)| x * w).sum();
        if used > limit { high = t } else { low = t }
    }
    at(low)
}

fn assert_near(x: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    for (x, expected) in x.iter().zip(expected) {
        assert!((x - expected).abs() <= tolerance, "{what}: {x} instead of {expected}");
    }
}

#[test]
fn find_the_known_minimum_of_rods() {
    let (c, equal) = ([1.0, 4.0, 9.0, 16.0, 400.0, 1e-6], [1.0 / 6.0; 6]);
    let weights = [0.5, 1.0, 2.0, 0.25, 1.0, 3.0];
    for method in METHODS {
        for (weights, limit, given) in [(equal, 0.4, false), (weights, 2.0, true), (weights.map(|w| 1e-7 * w), 2e-7, true)] {
            let mut entries = vec![
                ("limit", number(limit)),
                ("lower", number(0.02)),
                ("tolerance", number(1e-7)),
                ("valueTolerance", number(0.0)),
                ("gradientTolerance", number(0.0)),
            ];
            if given {
                entries.push(("weights", list(&weights)));
            }
            if method == "optimality-criteria" {
                entries.push(("multiplierTolerance", number(0.0)));
            }
            let outcome = run(&rods(&c, 1.0), &[0.3; 6], &plan(method, &entries));
            assert_eq!(outcome.status, Some(Status::Converged), "{method}: {outcome:?}");
            let expected = minimum_of_rods(&c, &weights, limit, [0.02, 1.0]);
            assert!(
                expected.contains(&1.0) && expected.contains(&0.02),
                "bounds hold some: {expected:?}"
            );
            assert_near(&outcome.x, &expected, 2e-6, method);
        }
    }
}

#[test]
fn optimality_criteria_solve_rods_in_one_update() {
    // `x sqrt(c / x^2) = sqrt(c)` whatever `x`: the evaluation after the first sees the minimum.
    let options = OptimalityCriteriaOptions {
        lower: 0.01,
        move_limit: 1.0,
        multiplier_tolerance: 0.0,
        ..Default::default()
    };
    let mut criteria = OptimalityCriteria::new(&[0.5, 0.4, 0.6, 0.45], &options).unwrap();
    let f = rods(&[1.0, 4.0, 9.0, 16.0], 1.0);
    let mut g = [0.0; 4];
    for _ in 0..2 {
        let id = criteria.ask().unwrap().id;
        let value = f(criteria.point(), &mut g);
        criteria.tell(id, value, Some(&g)).unwrap();
    }
    assert_near(criteria.iterates(), &[0.2, 0.4, 0.6, 0.8], 1e-14, "sections");
    assert_eq!((criteria.ending(), criteria.evaluations()), (Some(Ending::Converged), 2));
    // Whoever asks further goes on.
    let id = criteria.ask().unwrap().id;
    let value = f(criteria.point(), &mut g);
    assert!(criteria.tell(id, value, Some(&g)).unwrap().is_some());
}

#[test]
fn moving_asymptotes_go_where_the_published_implementation_goes() {
    // Made by testdata/make_moving_asymptotes.py.
    let problem_of = |name: &str| -> Box<Objective> {
        if name == "rods" {
            return Box::new(rods(&[1.0, 4.0, 9.0, 0.25, 2.0, 30.0], 1.0));
        }
        Box::new(|x, g| {
            let a = [1.0, -2.0, 0.5, 3.0];
            let chain: Vec<f64> = (0..4).map(|i| x[(i + 1) % 4] - 0.5 * x[i]).collect();
            for i in 0..4 {
                g[i] = -a[i] * x[i].sin() + 0.2 * (chain[(i + 3) % 4] - 0.5 * chain[i]);
            }
            (0..4).map(|i| a[i] * x[i].cos() + 0.1 * chain[i] * chain[i]).sum()
        })
    };
    for case in golden("moving_asymptotes").as_array().unwrap() {
        let (name, f) = (case["problem"].as_str().unwrap(), problem_of(case["problem"].as_str().unwrap()));
        let options = MovingAsymptotesOptions {
            weights: Some(vector(&case["weights"])),
            limit: case["limit"].as_f64().unwrap(),
            lower: case["lower"].as_f64().unwrap(),
            upper: case["upper"].as_f64().unwrap(),
            ..Default::default()
        };
        let start = vector(&case["start"]);
        let mut asymptotes = MovingAsymptotes::new(&start, &options).unwrap();
        let mut g = vec![0.0; start.len()];
        let points = case["points"].as_array().unwrap();
        assert!(points.len() >= 8);
        for expected in std::iter::once(start).chain(points.iter().map(vector)) {
            let id = asymptotes.ask().unwrap().id;
            assert_near(asymptotes.point(), &expected, 2e-7, name);
            let value = f(asymptotes.point(), &mut g);
            asymptotes.tell(id, value, Some(&g)).unwrap();
        }
    }
}

#[test]
fn runs_end_where_the_projected_gradient_vanishes() {
    let c = [1.0, 4.0, 9.0, 16.0, 400.0, 1e-6];
    for method in METHODS {
        let rules = [
            ("tolerance", 0.0),
            ("valueTolerance", 0.0),
            ("gradientTolerance", 1e-5),
            ("lower", 0.02),
        ];
        let entries = rules.map(|(name, value)| (name, number(value)));
        let exact = [("multiplierTolerance", number(0.0))];
        let entries = [&entries[..], if method == "mma" { &[] } else { &exact }].concat();
        let outcome = run(&rods(&c, 1.0), &[0.3; 6], &plan(method, &entries));
        assert_eq!(outcome.status, Some(Status::Converged), "{method}: {outcome:?}");
        assert!(outcome.gradient_norm.unwrap() <= 1e-5, "{method}: {outcome:?}");
        // The gradient itself is far from 0; of the variables that no bound holds it is the same everywhere.
        let slopes: Vec<f64> = outcome.x.iter().zip(&c).map(|(x, c)| c / (x * x)).collect();
        let free: Vec<f64> = slopes
            .iter()
            .zip(&outcome.x)
            .filter(|(_, x)| **x > 0.021 && **x < 0.999)
            .map(|(s, _)| *s)
            .collect();
        assert!(
            free.len() >= 3 && free.iter().all(|s| *s > 1.0 && (s - free[0]).abs() < 3e-5),
            "{method}: {slopes:?}"
        );
    }
}

#[test]
fn no_scale_of_objective_weights_or_variables_matters() {
    let c = [1.0, 4.0, 9.0, 16.0];
    for method in METHODS {
        let mut found = Vec::new();
        for [f, w, x] in [
            [1.0; 3],
            [1e-150, 1e100, 1.0],
            [1e90, 1e-200, 1.0],
            [1.0, 1.0, 1e-40],
            [1.0, 1.0, 1e40],
        ] {
            let entries = [
                ("weights", list(&[w; 4])),
                ("limit", number(2.0 * x * w)),
                ("lower", number(0.01 * x)),
                ("upper", number(x)),
                ("tolerance", number(1e-3)),
                ("valueTolerance", number(0.0)),
            ];
            let objective = move |at: &[f64], g: &mut [f64]| {
                let unit: Vec<f64> = at.iter().map(|at| at / x).collect();
                let value = rods(&c, f)(&unit, g);
                g.iter_mut().for_each(|g| *g /= x);
                value
            };
            let outcome = run(&objective, &[0.5 * x; 4], &plan(method, &entries));
            let unit: Vec<f64> = outcome.x.iter().map(|at| at / x).collect();
            assert_near(&unit, &[0.2, 0.4, 0.6, 0.8], 2e-3, method);
            found.push(outcome.counts.evaluations);
        }
        assert!(found.iter().all(|n| n.abs_diff(found[0]) <= 1), "{method}: {found:?}");
    }
}

#[test]
fn bounds_of_each_variable_hold_some_in_place() {
    for method in METHODS {
        let bounds = Bounds::new(vec![0.01, 1.0, 0.0, 0.01], vec![1.0, 1.0, 0.0, 0.35]).unwrap();
        let f = |x: &[f64], g: &mut [f64]| {
            g.copy_from_slice(&[-1.0 / (x[0] * x[0]), 0.0, -7.0, -1.0 / (x[3] * x[3])]);
            1.0 / x[0] + 1.0 / x[3]
        };
        let outcome = run_within(
            &f,
            &[0.3, 0.2, 0.9, 0.3],
            &plan(method, &[("tolerance", number(1e-6))]),
            Some(bounds),
            |x| {
                assert_eq!(x[1..3], [1.0, 0.0], "{method}");
            },
        );
        assert_near(&outcome.x, &[0.65, 1.0, 0.0, 0.35], 2e-3, method);
        assert_eq!(outcome.status, Some(Status::Converged), "{method}");
    }
}

#[test]
fn an_infeasible_start_is_moved_before_it_counts() {
    let f = rods(&[1.0, 1.0], 1.0);
    for method in METHODS {
        let mut first = None;
        let outcome = run_within(&f, &[1.0, 0.9], &plan(method, &[("lower", number(0.1))]), None, |x| {
            first.get_or_insert_with(|| x.to_vec());
        });
        // The nearest point, and no value from beyond the constraint.
        assert_near(&first.unwrap(), &[0.55, 0.45], 1e-15, method);
        assert!(outcome.value.unwrap() >= 4.0 * (1.0 - 1e-3), "{method}: {outcome:?}");
    }
}

#[test]
fn what_nothing_is_gained_by_goes_without_breaking_anything() {
    // Derivatives of 0 (passive regions), of the wrong sign, all 0, and weights of 0.
    for method in METHODS {
        let f = |x: &[f64], g: &mut [f64]| {
            g.copy_from_slice(&[-1.0 / (x[0] * x[0]), 0.0, 3.0, 0.0]);
            1.0 / x[0] + 3.0 * x[2]
        };
        let outcome = run(
            &f,
            &[0.5; 4],
            &plan(method, &[("lower", number(0.01)), ("tolerance", number(1e-9))]),
        );
        assert_near(&[outcome.x[0], outcome.x[2]], &[1.0, 0.01], 1e-2, method);
        let flat = |_: &[f64], g: &mut [f64]| {
            g.fill(0.0);
            1.0
        };
        let outcome = run(&flat, &[0.25; 3], &plan(method, &[]));
        assert!(
            outcome.status.unwrap().is_success() && outcome.x == [0.25; 3],
            "{method}: {outcome:?}"
        );
    }
    let f = rods(&[1.0, 1.0, 1.0], 1.0);
    let weightless = [("weights", list(&[1.0, 0.0, 1.0])), ("limit", number(0.8)), ("lower", number(0.1))];
    run_within(&f, &[0.3, 0.7, 0.5], &plan("optimality-criteria", &weightless), None, |x| {
        assert_eq!(x[1], 0.7, "a variable of weight 0 keeps its place");
    });
    let outcome = run(&f, &[0.3, 0.7, 0.5], &plan("mma", &weightless));
    assert_near(&outcome.x, &[0.4, 1.0, 0.4], 2e-2, "mma");
}

#[test]
fn a_constraint_that_holds_nothing_back_is_none() {
    for method in METHODS {
        let outcome = run(
            &rods(&[1.0, 2.0], 1.0),
            &[0.5; 2],
            &plan(method, &[("limit", number(7.0)), ("tolerance", number(1e-6))]),
        );
        assert_near(&outcome.x, &[1.0, 1.0], 1e-4, method);
    }
    let bowl = |x: &[f64], g: &mut [f64]| {
        g.iter_mut().zip(x).for_each(|(g, x)| *g = x - 0.3);
        x.iter().map(|x| 0.5 * (x - 0.3) * (x - 0.3)).sum()
    };
    // Where no constraint holds, approximations that know of no curvature end at the nearest asymptotes.
    let outcome = run(&bowl, &[0.5, 0.1], &plan("mma", &[("maxEvaluations", number(200.0))]));
    assert_near(&outcome.x, &[0.3, 0.3], 1e-2, "mma");
}

#[test]
fn failed_evaluations_halve_the_step_until_none_fails() {
    for method in METHODS {
        // Nothing is known where the second variable is above 0.6; its minimum without that is 0.75.
        let f = |x: &[f64], g: &mut [f64]| {
            let value = rods(&[1.0, 9.0], 1.0)(x, g);
            if x[1] > 0.6 { f64::NAN } else { value }
        };
        let entries = [("lower", number(0.01)), ("maxEvaluations", number(60.0))];
        let outcome = run(&f, &[0.5; 2], &plan(method, &entries));
        assert!(
            outcome.counts.rejected > 0 && outcome.x[1] > 0.55 && outcome.x[1] <= 0.6,
            "{method}: {outcome:?}"
        );

        // Nothing but the start.
        let only = |x: &[f64], g: &mut [f64]| {
            g.fill(-1.0);
            g[0] = -2.0;
            if x == [0.5; 2] { 1.0 } else { f64::INFINITY }
        };
        let outcome = run(&only, &[0.5; 2], &plan(method, &[]));
        assert_eq!(outcome.status, Some(Status::EvaluationFailed), "{method}: {outcome:?}");
        assert!(
            (10..=50).contains(&outcome.counts.evaluations) && outcome.x == [0.5; 2],
            "{method}: {outcome:?}"
        );
        let nowhere = run(&|_: &[f64], _: &mut [f64]| f64::NAN, &[0.5; 2], &plan(method, &[]));
        assert_eq!((nowhere.status, nowhere.value), (Some(Status::EvaluationFailed), None), "{method}");
    }
}

#[test]
fn steps_that_end_higher_are_taken_all_the_same() {
    let mut criteria = OptimalityCriteria::new(&[0.5; 2], &OptimalityCriteriaOptions::default()).unwrap();
    for (k, value) in [1.0, 2.0, 3.0].into_iter().enumerate() {
        let id = criteria.ask().unwrap().id;
        let report = criteria.tell(id, value, Some(&[-1.0, -4.0])).unwrap();
        assert_eq!(criteria.verdict(), Some(Verdict::Accepted));
        assert_eq!(report.and_then(|report| report.value), (k > 0).then_some(value - 1.0));
    }
    assert_eq!((criteria.rejections(), criteria.best().unwrap().0), (0, 1.0));
    assert_eq!((criteria.evaluations(), criteria.epoch()), (3, 2));
}

#[test]
fn a_run_within_bounds_goes_on_from_a_snapshot_bit_for_bit() {
    let (c, bounds) = ([1.0, 4.0, 9.0], Bounds::new(vec![0.1, 0.2, 0.3], vec![0.8, 0.7, 0.9]).unwrap());
    for method in METHODS {
        let entries = [
            ("limit", number(0.45)),
            ("tolerance", number(1e-6)),
            ("lower", number(0.6)),
            ("weights", list(&[0.2, 0.3, 0.5])),
        ];
        let mut run = Minimization::new(&[0.5; 3], &plan(method, &entries), Some(bounds.clone())).unwrap();
        let f = rods(&c, 1.0);
        let mut g = [0.0; 3];
        for _ in 0..200 {
            let copy = Minimization::restore(&run.snapshot(), None).unwrap();
            assert_eq!(copy.optimizer().snapshot(), run.optimizer().snapshot(), "{method}");
            run = copy;
            let Some(request) = run.ask() else { break };
            let value = f(run.point(), &mut g);
            run.tell(request.id, value, Some(&g)).unwrap();
        }
        let whole = run_within(&f, &[0.5; 3], &plan(method, &entries), Some(bounds.clone()), |_| {});
        assert_eq!((run.outcome().x, run.outcome().counts), (whole.x, whole.counts), "{method}");
        assert_eq!(run.status(), Some(Status::Converged), "{method}");
        let bytes = run.optimizer().snapshot();
        let kind = if method == "mma" { "MMA" } else { "OptimalityCriteria" };
        assert_eq!(restore(kind, &bytes).unwrap().ending(), Some(Ending::Converged));
        assert_eq!(restore("LBFGS", &bytes).err().unwrap().code(), "ERR_LGF_SNAPSHOT");
    }
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let refused = |method: &str, entries: &[(&str, Value)], bounds: Option<Bounds>| {
        let error = Minimization::new(&[0.5; 3], &plan(method, entries), bounds).err().unwrap();
        error.argument().unwrap_or_default().to_string()
    };
    let boxed = |lower: f64, upper: f64| Some(Bounds::new(vec![0.0, lower, 0.0], vec![1.0, upper, 1.0]).unwrap());
    for method in METHODS {
        let cases: [Refusal<'_>; 8] = [
            ("upper at lower", &[("lower", number(1.0))], "upper"),
            ("one weight too few", &[("weights", list(&[1.0; 2]))], "weights"),
            ("no weight at all", &[("weights", list(&[0.0; 3]))], "weights"),
            ("a weight that is none", &[("weights", list(&[1.0, f64::NAN, 1.0]))], "weights.1"),
            ("nothing feasible", &[("limit", number(0.2)), ("lower", number(0.3))], "limit"),
            (
                "nothing feasible by far",
                &[("weights", list(&[5e-324; 3])), ("limit", number(-1e300))],
                "limit",
            ),
            ("no move", &[("moveLimit", number(0.0))], "moveLimit"),
            ("a negative tolerance", &[("tolerance", number(-1.0))], "tolerance"),
        ];
        for (what, entries, argument) in cases {
            assert_eq!(refused(method, entries, None), argument, "{method}: {what}");
        }
        assert_eq!(refused(method, &[], boxed(f64::NEG_INFINITY, 1.0)), "bounds.lower.1", "{method}");
        assert_eq!(refused(method, &[], boxed(0.0, f64::INFINITY)), "bounds.upper.1", "{method}");
        assert_eq!(refused(method, &[], boxed(0.0, 1e101)), "bounds.upper.1", "{method}");
        assert_eq!(
            refused(
                method,
                &[("limit", number(0.4))],
                Some(Bounds::new(vec![0.5; 3], vec![1.0; 3]).unwrap())
            ),
            "limit",
            "{method}"
        );
        let two = Bounds::new(vec![0.0; 2], vec![1.0; 2]).unwrap();
        assert_eq!(refused(method, &[], Some(two)), "bounds", "{method}");
    }
    assert_eq!(refused("optimality-criteria", &[("lower", number(-0.1))], None), "lower");
    assert_eq!(
        refused("optimality-criteria", &[("weights", list(&[1.0, -1.0, 1.0]))], None),
        "weights.1"
    );
    assert_eq!(refused("optimality-criteria", &[], boxed(-1.0, 1.0)), "bounds.lower.1");
}

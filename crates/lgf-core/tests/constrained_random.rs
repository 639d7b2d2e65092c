//! Whatever the derivatives, points of runs under a constraint are feasible.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test may fail loudly")]
mod support;

use lgf_core::bounds::Bounds;
use lgf_core::minimize::Minimization;
use proptest::prelude::*;
use support::plans::{METHODS, list, number, plan};

/// A run of random derivatives from a random start under a random constraint that something meets.
#[derive(Debug, Clone)]
struct Case {
    method: usize,
    bounds: Vec<(f64, f64)>,
    weights: Vec<f64>,
    room: f64,
    start: Vec<f64>,
    gradients: Vec<Vec<f64>>,
    exact: bool,
    share: f64,
}

fn cases() -> impl Strategy<Value = Case> {
    let size = prop_oneof![Just(1.0), Just(1e-8), Just(1e8), Just(0.0)];
    let signed = (-1.0..1.0f64, size).prop_map(|(v, size)| v * size);
    (1usize..7, 0usize..2).prop_flat_map(move |(d, method)| {
        let side = prop_oneof![4 => 0.0..1.0f64, 1 => Just(0.0), 1 => Just(1e-9)];
        (
            prop::collection::vec((side.clone(), side), d),
            prop::collection::vec(prop_oneof![5 => 0.01..1.0f64, 1 => Just(0.0), 2 => -1.0..1.0f64], d),
            0.0..1.0f64,
            prop::collection::vec(-1.0..3.0f64, d),
            prop::collection::vec(prop::collection::vec(signed.clone(), d), 12),
            any::<bool>(),
            0.01..1.0f64,
        )
            .prop_map(move |(bounds, weights, room, start, gradients, exact, share)| {
                let shift = if method == 1 { 0.5 } else { 0.0 };
                let bounds = bounds.into_iter().map(|(from, way)| (from - shift, from - shift + way)).collect();
                let weights = weights.into_iter().map(|w: f64| if method == 1 { w } else { w.abs() }).collect();
                Case {
                    method,
                    bounds,
                    weights,
                    room,
                    start,
                    gradients,
                    exact,
                    share,
                }
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn every_point_is_feasible(case in cases()) {
        prop_assume!(case.weights.iter().any(|w| w.abs() > 1e-3));
        let (lower, upper): (Vec<f64>, Vec<f64>) = case.bounds.iter().copied().unzip();
        let sum = |pick: fn(f64, f64) -> f64| -> f64 {
            case.weights.iter().zip(&case.bounds).map(|(w, (low, high))| pick(w * low, w * high)).sum()
        };
        let [least, most] = [sum(f64::min), sum(f64::max)];
        let limit = least + case.room * (most - least);
        let mut entries = vec![
            ("weights", list(&case.weights)),
            ("limit", number(limit)),
            ("moveLimit", number(case.share)),
            ("tolerance", number(0.0)),
        ];
        if case.method == 0 && case.exact {
            entries.push(("multiplierTolerance", number(0.0)));
        }
        let plan = plan(METHODS[case.method], &entries);
        let bounds = Bounds::new(lower, upper).unwrap();
        let mut run = Minimization::new(&case.start, &plan, Some(bounds)).unwrap();
        // To rounding; of bisections that end early to the share that they end at, of what the variables above their lower bounds add.
        let size: f64 = case.weights.iter().zip(&case.bounds).map(|(w, (low, high))| w.abs() * low.abs().max(high.abs())).sum();
        let slack = if case.method == 0 && !case.exact { 2.1e-3 * (limit - least).max(0.0) + 2.1e-3 * size } else { 1e-9 * size };
        for gradient in &case.gradients {
            let Some(request) = run.ask() else { break };
            let x = run.point();
            for (x, (low, high)) in x.iter().zip(&case.bounds) {
                prop_assert!(low <= x && x <= high, "{x} outside of {low}, {high}");
            }
            let used: f64 = x.iter().zip(&case.weights).map(|(x, w)| w * x).sum();
            prop_assert!(used <= limit + slack, "{used} above {limit}");
            run.tell(request.id, 1.0 / (2.0 + gradient[0]), Some(gradient)).unwrap();
        }
    }
}

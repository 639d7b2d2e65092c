//! The adaptive learned flow: what it reaches, what it must not depend on, and what it never does.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]
#[path = "support/rosenbrock.rs"]
mod chain;

use chain::rosenbrock;
use lgf_core::bounds::Bounds;
use lgf_core::optimizer::{Adaptive, AdaptiveOptions, Direction, Ending, Lbfgs, LbfgsOptions, Optimizer, Verdict, restore};

type Objective = fn(&[f64], &mut [f64]) -> f64;

/// A quadratic of condition 1e4 in a basis that no variable knows of.
fn ellipse(x: &[f64], g: &mut [f64]) -> f64 {
    let d = x.len();
    let mean = 2.0 * x.iter().sum::<f64>() / d as f64;
    let mut value = 0.0;
    // A reflection is its own inverse.
    let h: Vec<f64> = (0..d)
        .map(|i| {
            let curvature = 1e4_f64.powf(i as f64 / (d - 1) as f64);
            let u = x[i] - mean - 1.0;
            value += 0.5 * curvature * u * u;
            curvature * u
        })
        .collect();
    let mean = 2.0 * h.iter().sum::<f64>() / d as f64;
    g.iter_mut().zip(h).for_each(|(g, h)| *g = h - mean);
    value
}

/// A run on `f(x / size) * height`: verdicts and values, until a value is reached or so many evaluations are made.
fn run(
    objective: Objective,
    start: &[f64],
    [size, height]: [f64; 2],
    goal: f64,
    most: u64,
    options: &AdaptiveOptions,
) -> (Adaptive, Vec<(Verdict, f64)>) {
    let scaled: Vec<f64> = start.iter().map(|x| x * size).collect();
    let mut flow = Adaptive::new(&scaled, options).unwrap();
    let (mut g, mut log) = (vec![0.0; start.len()], Vec::new());
    while flow.evaluations() < most && flow.ending().is_none() {
        let request = flow.ask().unwrap();
        let x: Vec<f64> = flow.point().iter().map(|x| x / size).collect();
        let value = objective(&x, &mut g);
        g.iter_mut().for_each(|g| *g *= height / size);
        flow.tell(request.id, height * value, Some(&g)).unwrap();
        log.push((flow.verdict().unwrap(), value));
        if value <= goal {
            break;
        }
    }
    (flow, log)
}

#[test]
fn saves_evaluations_where_it_should() {
    let options = AdaptiveOptions::default();
    let (valley, _) = run(rosenbrock, &[0.3; 20], [1.0; 2], 1e-8, 200, &options);
    assert!(
        valley.best().unwrap().0 <= 1e-8 && valley.evaluations() <= 70,
        "{}",
        valley.evaluations()
    );
    let (quadratic, _) = run(ellipse, &[0.0; 40], [1.0; 2], 1e-6, 200, &options);
    assert!(
        quadratic.best().unwrap().0 <= 1e-6 && quadratic.evaluations() <= 70,
        "{}",
        quadratic.evaluations()
    );
}

#[test]
fn the_coordinates_of_a_span_are_as_good_as_the_variables() {
    // So small a window keeps 300 variables out of the full space. The rival with the same window has exact two-loop recursions.
    let options = AdaptiveOptions {
        window: 30,
        ..Default::default()
    };
    let (flow, _) = run(ellipse, &[0.0; 300], [1.0; 2], 1e-4, 800, &options);
    let mut rival = Lbfgs::new(&[0.0; 300], &LbfgsOptions { memory: 30 }).unwrap();
    let mut g = vec![0.0; 300];
    while rival.best().is_none_or(|(value, _)| value > 1e-4) {
        let request = rival.ask().unwrap();
        let value = ellipse(rival.point(), &mut g);
        rival.tell(request.id, value, Some(&g)).unwrap();
    }
    assert!(
        flow.best().unwrap().0 <= 1e-4 && flow.evaluations() <= rival.evaluations(),
        "{} {}",
        flow.evaluations(),
        rival.evaluations()
    );
}

#[test]
fn no_unit_changes_a_decision() {
    // Even powers of two, and their roots, scale without rounding: some 1e8 and 1e-8, of the variables and of the objective.
    let (large, small) = (2.0_f64.powi(26), 2.0_f64.powi(-26));
    for (objective, start) in [(rosenbrock as Objective, vec![-1.2, 1.0, -0.5, 0.8]), (ellipse, vec![0.25; 200])] {
        let reference = run(objective, &start, [1.0; 2], 0.0, 40, &AdaptiveOptions::default()).1;
        for units in [[large, 1.0], [small, 1.0], [1.0, large], [1.0, small], [large, small]] {
            assert_eq!(
                run(objective, &start, units, 0.0, 40, &AdaptiveOptions::default()).1,
                reference,
                "{units:?}"
            );
        }
    }
}

#[test]
fn stays_inside_of_bounds_and_ends_at_them() {
    let bounds = Bounds::new(vec![f64::NEG_INFINITY, -1.0, 0.0, -2.0], vec![0.5, 2.0, 2.0, 2.0]).unwrap();
    let mut flow = Adaptive::within(&[3.0, -1.0, 1.0, 1.0], &AdaptiveOptions::default(), Some(bounds.clone())).unwrap();
    let mut g = vec![0.0; 4];
    while flow.evaluations() < 80 && flow.ending().is_none() {
        let request = flow.ask().unwrap();
        let x = flow.point().to_vec();
        let mut inside = x.clone();
        bounds.project(&mut inside);
        assert_eq!(x, inside);
        let value = rosenbrock(&x, &mut g);
        flow.tell(request.id, value, Some(&g)).unwrap();
    }
    let x = flow.best().unwrap().1.to_vec();
    rosenbrock(&x, &mut g);
    assert_eq!(x[0], 0.5);
    assert!(bounds.projected_norm(&x, &g) < 1e-6, "{x:?} {g:?}");
}

#[test]
fn bounds_hold_in_the_coordinates_of_a_span_too() {
    let d = 400;
    let bounds = Bounds::new(vec![0.0; d], vec![0.9; d]).unwrap();
    let mut flow = Adaptive::within(
        &vec![0.5; d],
        &AdaptiveOptions {
            window: 20,
            ..Default::default()
        },
        Some(bounds.clone()),
    )
    .unwrap();
    let mut g = vec![0.0; d];
    while flow.evaluations() < 300 && flow.ending().is_none() {
        let request = flow.ask().unwrap();
        let x = flow.point().to_vec();
        let value: f64 = x
            .iter()
            .zip(&mut g)
            .enumerate()
            .map(|(i, (x, g))| {
                // Minima between -1 and 2: some below, some above, some inside of the box.
                let (a, c) = (1.0 + (i % 7) as f64, (i % 31) as f64 / 10.0 - 1.0);
                *g = a * (x - c);
                0.5 * a * (x - c) * (x - c)
            })
            .sum();
        flow.tell(request.id, value, Some(&g)).unwrap();
        if bounds.projected_norm(&x, &g) < 1e-8 {
            return;
        }
    }
    panic!("not stationary after {} evaluations", flow.evaluations());
}

#[test]
fn the_flow_of_newton_needs_no_schedule() {
    let mut flow = Adaptive::new(
        &[3.0, -4.0],
        &AdaptiveOptions {
            direction: Direction::Newton,
            ..Default::default()
        },
    )
    .unwrap();
    for _ in 0..14 {
        let request = flow.ask().unwrap();
        let &[a, b] = flow.point() else { unreachable!() };
        // sum cosh: Newton's direction is tanh.
        flow.tell(request.id, a.cosh() + 2.0 * b.cosh(), Some(&[a.tanh(), b.tanh()]))
            .unwrap();
    }
    assert!(flow.best().unwrap().0 - 3.0 < 1e-14);
}

#[test]
fn faithful_runs_stay_in_their_own_valley() {
    // A tilted double well: descent from 0.2 ends in the nearer, shallower well.
    let well: Objective = |x, g| {
        g[0] = 4.0 * x[0].powi(3) - 4.0 * x[0] + 0.3;
        g[1] = 2.0 * x[1];
        x[0].powi(4) - 2.0 * x[0] * x[0] + 0.3 * x[0] + x[1] * x[1]
    };
    let options = AdaptiveOptions {
        faithful: true,
        ..Default::default()
    };
    let (flow, _) = run(well, &[0.2, 1.0], [1.0; 2], f64::NEG_INFINITY, 60, &options);
    let (value, x) = flow.best().unwrap();
    assert!((x[0] - 0.96).abs() < 0.02 && x[1].abs() < 1e-4, "{value} {x:?}");
}

#[test]
fn failed_evaluations_are_stepped_back_from() {
    let walled: Objective = |x, g| {
        g.iter_mut().zip(x).for_each(|(g, x)| *g = -1.0 / x + 1.0);
        x.iter().map(|x| if *x > 0.0 { x - x.ln() } else { f64::NAN }).sum()
    };
    let (flow, log) = run(walled, &[0.01, 5.0, 3.0], [1.0; 2], 3.0 + 1e-10, 60, &AdaptiveOptions::default());
    assert!(flow.best().unwrap().0 <= 3.0 + 1e-10, "{log:?}");
    let mut nowhere = Adaptive::new(&[1.0], &AdaptiveOptions::default()).unwrap();
    let request = nowhere.ask().unwrap();
    assert_eq!(
        nowhere.tell(request.id, f64::NAN, Some(&[1.0])).unwrap_err().code(),
        "ERR_LGF_NONFINITE"
    );
    assert!(nowhere.tell(request.id, 2.0, Some(&[1.0])).is_ok());
    // Walled in on all sides: it gives up, and keeps the only point that there is.
    while nowhere.ending().is_none() {
        let request = nowhere.ask().unwrap();
        nowhere.tell(request.id, f64::NAN, Some(&[1.0])).unwrap();
    }
    assert_eq!(
        (nowhere.ending(), nowhere.best()),
        (Some(Ending::GaveUp), Some((2.0, [1.0].as_slice())))
    );
}

#[test]
fn goes_on_bit_for_bit_from_a_snapshot() {
    for (objective, d, window) in [(rosenbrock as Objective, 5, 100), (ellipse, 200, 8)] {
        let options = AdaptiveOptions {
            window,
            ..Default::default()
        };
        let mut flow: Box<dyn Optimizer> = Box::new(Adaptive::new(&vec![0.3; d], &options).unwrap());
        let mut twin: Box<dyn Optimizer> = Box::new(Adaptive::new(&vec![0.3; d], &options).unwrap());
        let mut g = vec![0.0; d];
        for _ in 0..30 {
            let (request, again) = (flow.ask().unwrap(), twin.ask().unwrap());
            assert_eq!((request, flow.point()), (again, twin.point()));
            // With a question open.
            twin = restore(Adaptive::KIND, &twin.snapshot()).unwrap();
            let value = objective(flow.point(), &mut g);
            flow.tell(request.id, value, Some(&g)).unwrap();
            twin.tell(request.id, value, Some(&g)).unwrap();
            // And with none.
            twin = restore(Adaptive::KIND, &twin.snapshot()).unwrap();
        }
        assert_eq!(flow.snapshot(), twin.snapshot());
    }
}

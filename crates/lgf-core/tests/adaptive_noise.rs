//! The adaptive learned flow where gradients are noisy: they are averaged, not chased.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]
#[path = "support/rosenbrock.rs"]
mod chain;

use chain::rosenbrock;
use lgf_core::optimizer::{Adaptive, AdaptiveOptions, Optimizer, restore};

type Objective = fn(&[f64], &mut [f64]) -> f64;

/// SplitMix64.
fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / 9_007_199_254_740_992.0
}

/// Box and Muller.
fn normal(state: &mut u64) -> f64 {
    (-2.0 * (1.0 - next(state)).ln()).sqrt() * (std::f64::consts::TAU * next(state)).cos()
}

/// Curvatures from 1 to 100.
fn quadratic(x: &[f64], g: &mut [f64]) -> f64 {
    let last = (x.len() - 1) as f64;
    let own = |(i, (x, g)): (usize, (&f64, &mut f64))| {
        let curvature = 100_f64.powf(i as f64 / last);
        *g = curvature * (x - 1.0);
        0.5 * *g * (x - 1.0)
    };
    x.iter().zip(g).enumerate().map(own).sum()
}

/// A run whose gradients have noise of this length, for so many evaluations or until a value is reached.
fn run(objective: Objective, start: &[f64], length: f64, goal: f64, most: u64, options: &AdaptiveOptions) -> Adaptive {
    let mut flow = Adaptive::new(start, options).unwrap();
    let (mut g, mut state) = (vec![0.0; start.len()], 7);
    let deviation = length / (start.len() as f64).sqrt();
    while flow.evaluations() < most && flow.ending().is_none() && flow.best().is_none_or(|(value, _)| value > goal) {
        let request = flow.ask().unwrap();
        let value = objective(flow.point(), &mut g);
        g.iter_mut().for_each(|g| *g += deviation * normal(&mut state));
        flow.tell(request.id, value, Some(&g)).unwrap();
    }
    flow
}

fn slope(objective: Objective, x: &[f64]) -> f64 {
    let mut g = vec![0.0; x.len()];
    objective(x, &mut g);
    g.iter().map(|g| g * g).sum::<f64>().sqrt()
}

#[test]
fn averages_down_to_where_descent_hovers() {
    for (objective, start, top, most) in [
        (quadratic as Objective, vec![0.0; 60], 100.0, 300),
        // Only polynomials that know the values get through the valley.
        (rosenbrock, vec![0.3; 12], 1500.0, 400),
    ] {
        let sigma = 0.01 * slope(objective, &start);
        let floor = sigma * sigma / (2.0 * top);
        let flow = run(objective, &start, sigma, floor, most, &AdaptiveOptions::default());
        assert!(
            flow.best().unwrap().0 <= floor,
            "{} > {floor} after {}",
            flow.best().unwrap().0,
            flow.evaluations()
        );
    }
}

#[test]
fn averages_in_the_coordinates_of_a_span_too() {
    let options = AdaptiveOptions {
        window: 30,
        ..Default::default()
    };
    let start = vec![0.0; 300];
    let sigma = 0.01 * slope(quadratic, &start);
    let flow = run(quadratic, &start, sigma, sigma * sigma / 20.0, 200, &options);
    assert!(
        flow.best().unwrap().0 <= sigma * sigma / 20.0,
        "{} {}",
        flow.best().unwrap().0,
        sigma * sigma / 20.0
    );
}

#[test]
fn units_change_nothing_with_noise_either() {
    let units = |[size, height]: [f64; 2]| {
        let mut flow = Adaptive::new(&[0.25 * size; 20], &AdaptiveOptions::default()).unwrap();
        let (mut g, mut state, mut values) = (vec![0.0; 20], 3, Vec::new());
        for _ in 0..60 {
            let request = flow.ask().unwrap();
            let x: Vec<f64> = flow.point().iter().map(|x| x / size).collect();
            let value = quadratic(&x, &mut g);
            g.iter_mut().for_each(|g| *g = (*g + normal(&mut state)) * height / size);
            flow.tell(request.id, height * value, Some(&g)).unwrap();
            values.push((flow.verdict().unwrap(), value));
        }
        values
    };
    let (large, small) = (2.0_f64.powi(26), 2.0_f64.powi(-26));
    let reference = units([1.0; 2]);
    for scales in [[large, 1.0], [1.0, small], [large, small]] {
        assert_eq!(units(scales), reference, "{scales:?}");
    }
}

#[test]
fn goes_on_bit_for_bit_from_a_snapshot_with_noise() {
    for (d, window) in [(12, 100), (140, 8)] {
        let options = AdaptiveOptions {
            window,
            ..Default::default()
        };
        let mut flow: Box<dyn Optimizer> = Box::new(Adaptive::new(&vec![0.25; d], &options).unwrap());
        let mut twin: Box<dyn Optimizer> = Box::new(Adaptive::new(&vec![0.25; d], &options).unwrap());
        let (mut g, mut state) = (vec![0.0; d], 3);
        for _ in 0..40 {
            let (request, again) = (flow.ask().unwrap(), twin.ask().unwrap());
            assert_eq!((request, flow.point()), (again, twin.point()));
            twin = restore(Adaptive::KIND, &twin.snapshot()).unwrap();
            let value = quadratic(flow.point(), &mut g);
            g.iter_mut().for_each(|g| *g += normal(&mut state));
            flow.tell(request.id, value, Some(&g)).unwrap();
            twin.tell(request.id, value, Some(&g)).unwrap();
            twin = restore(Adaptive::KIND, &twin.snapshot()).unwrap();
        }
        assert_eq!(flow.snapshot(), twin.snapshot());
    }
}

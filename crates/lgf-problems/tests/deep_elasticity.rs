//! Deep elasticity against stored reference numbers, a naive implementation and closed forms.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use lgf_core::error::Error;
use lgf_core::problem::Problem;
use lgf_problems::{DeepElasticity, DeepElasticityOptions, Sampling};
use proptest::prelude::*;
use serde_json::Value;

fn stored() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/golden/deep_elasticity.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn norm(v: impl Iterator<Item = f64>) -> f64 {
    v.map(|v| v * v).sum::<f64>().sqrt()
}

fn problem(options: DeepElasticityOptions) -> DeepElasticity {
    DeepElasticity::new(&options).unwrap()
}

fn on_cells(cells: usize, hidden: usize, layers: usize) -> DeepElasticity {
    problem(DeepElasticityOptions {
        cells,
        hidden,
        layers,
        ..Default::default()
    })
}

fn evaluate(problem: &mut DeepElasticity, x: &[f64]) -> (f64, Vec<f64>) {
    let mut gradient = vec![0.0; problem.dimension()];
    (problem.evaluate(x, &mut gradient), gradient)
}

#[test]
fn stored_values_and_gradients() {
    let stored = stored();
    let start = numbers(&stored["start"]);
    for case in stored["evaluations"].as_array().unwrap() {
        let cells = case["cells"].as_u64().unwrap() as usize;
        let (energy, gradient) = evaluate(&mut on_cells(cells, 20, 2), &start);
        let expected = case["energy"].as_f64().unwrap();
        assert!(
            (energy / expected - 1.0).abs() < 1e-13,
            "{cells} cells: {energy} instead of {expected}"
        );
        let expected = numbers(&case["gradient"]);
        let error = norm(gradient.iter().zip(&expected).map(|(g, e)| g - e));
        assert!(error < 1e-13 * norm(expected.into_iter()), "{cells} cells: {error}");
    }
}

/// Displacement and its gradient at a point, by matrices and vectors of one point.
fn naive_field(parameters: &[f64], hidden: usize, layers: usize, x: [f64; 3]) -> ([f64; 3], [[f64; 3]; 3]) {
    let mut at = 0;
    let mut a = x.to_vec();
    let mut slopes: Vec<[f64; 3]> = (0..3).map(|i| std::array::from_fn(|k| f64::from(i == k))).collect();
    for layer in 0..=layers {
        let rows = if layer == layers { 3 } else { hidden };
        let w: Vec<&[f64]> = parameters[at..at + rows * a.len()].chunks_exact(a.len()).collect();
        at += rows * a.len();
        let mut next: Vec<f64> = w.iter().map(|w| w.iter().zip(&a).map(|(w, a)| w * a).sum()).collect();
        let mut next_slopes: Vec<[f64; 3]> = w
            .iter()
            .map(|w| std::array::from_fn(|k| w.iter().zip(&slopes).map(|(w, s)| w * s[k]).sum()))
            .collect();
        if layer < layers {
            for (i, (a, slopes)) in next.iter_mut().zip(&mut next_slopes).enumerate() {
                let z = *a + parameters[at + i];
                *a = z.tanh();
                slopes.iter_mut().for_each(|s| *s /= z.cosh().powi(2));
            }
            at += rows;
        }
        (a, slopes) = (next, next_slopes);
    }
    assert_eq!(at, parameters.len());
    let gradient = std::array::from_fn(|i| std::array::from_fn(|k| x[2] * slopes[i][k] + if k == 2 { a[i] } else { 0.0 }));
    (std::array::from_fn(|i| x[2] * a[i]), gradient)
}

/// Strain energy density from Young's modulus and Poisson's ratio, by Hooke's law for each component of the strain.
fn naive_density(h: [[f64; 3]; 3]) -> f64 {
    let (young, poisson) = (1.0, 0.25);
    let strain = |i: usize, k: usize| 0.5 * (h[i][k] + h[k][i]);
    let trace = h[0][0] + h[1][1] + h[2][2];
    let factor = young / ((1.0 + poisson) * (1.0 - 2.0 * poisson));
    let mut density = 0.0;
    for i in 0..3 {
        for k in 0..3 {
            let volume = if i == k { poisson * trace } else { 0.0 };
            density += 0.5 * factor * (volume + (1.0 - 2.0 * poisson) * strain(i, k)) * strain(i, k);
        }
    }
    density
}

fn naive_energy(parameters: &[f64], hidden: usize, layers: usize, cells: usize) -> f64 {
    let at = |c: usize| (c as f64 + 0.5) / cells as f64;
    let mut sum = 0.0;
    for c in 0..cells.pow(3) {
        let x = [at(c % cells), at(c / cells % cells), at(c / cells / cells)];
        let (u, h) = naive_field(parameters, hidden, layers, x);
        sum += naive_density(h) - 10.0 * (u[1] * (x[0] - 0.5) - u[0] * (x[1] - 0.5));
    }
    sum / cells.pow(3) as f64
}

/// A network that is no start: weights of all sizes, saturated neurons among them.
fn parameters(dimension: usize, seed: u64, size: f64) -> Vec<f64> {
    (0..dimension as u64)
        .map(|i| size * ((i * 7919 + seed * 104_729) as f64).sin() * 1.3)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Widths beside whole panels of rows and blocks of columns, numbers of points beside whole tiles.
    #[test]
    fn naive_implementation_gives_the_same(hidden in 1_usize..24, layers in 1_usize..5, cells in 1_usize..6, seed in 0_u64..1000, size in 0.05..2.0) {
        let mut ours = on_cells(cells, hidden, layers);
        let x = parameters(ours.dimension(), seed, size);
        let (energy, _) = evaluate(&mut ours, &x);
        let expected = naive_energy(&x, hidden, layers, cells);
        // The strain energy is a sum of squares; only the work can cancel it.
        let scale = expected.abs().max(norm(x.iter().copied()));
        prop_assert!((energy - expected).abs() <= 1e-12 * scale, "{} instead of {}", energy, expected);
    }

    /// Along a random direction, differences of fourth order.
    #[test]
    fn gradient_is_the_derivative(hidden in 1_usize..24, layers in 1_usize..5, cells in 1_usize..6, seed in 0_u64..1000, size in 0.05..1.0) {
        let mut ours = on_cells(cells, hidden, layers);
        let x = parameters(ours.dimension(), seed, size);
        let direction = parameters(x.len(), seed + 17, 1.0);
        let direction: Vec<f64> = direction.iter().map(|v| v / norm(direction.iter().copied())).collect();
        let (_, gradient) = evaluate(&mut ours, &x);
        let mut along = |h: f64| {
            let moved: Vec<f64> = x.iter().zip(&direction).map(|(x, d)| x + h * d).collect();
            evaluate(&mut ours, &moved).0
        };
        let h = 2e-3;
        let difference = (8.0 * (along(h) - along(-h)) - (along(2.0 * h) - along(-2.0 * h))) / (12.0 * h);
        let slope: f64 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
        let scale = norm(gradient.iter().copied()).max(along(0.0).abs());
        prop_assert!((difference - slope).abs() <= 1e-7 * scale, "{} instead of {}, gradient {}", slope, difference, scale);
    }

    #[test]
    fn views_are_those_of_the_naive_implementation(hidden in 1_usize..24, layers in 1_usize..5, points in 0_usize..70, seed in 0_u64..1000) {
        let mut ours = on_cells(2, hidden, layers);
        let x = parameters(ours.dimension(), seed, 0.5);
        let at: Vec<f64> = parameters(3 * points, seed + 1, 1.0);
        let (u, density) = (ours.displacement(&x, &at), ours.energy_density(&x, &at));
        prop_assert_eq!((u.len(), density.len()), (3 * points, points));
        let scale = norm(x.iter().copied()).powi(2);
        for ((at, u), density) in at.chunks_exact(3).zip(u.chunks_exact(3)).zip(density) {
            let (expected, h) = naive_field(&x, hidden, layers, [at[0], at[1], at[2]]);
            for (u, expected) in u.iter().zip(expected) {
                prop_assert!((u - expected).abs() <= 1e-13 * scale);
            }
            prop_assert!((density - naive_density(h)).abs() <= 1e-12 * (naive_density(h) + scale));
        }
    }
}

#[test]
fn every_component_of_the_gradient() {
    for (hidden, layers) in [(3, 1), (4, 2), (7, 3)] {
        let mut ours = on_cells(3, hidden, layers);
        let x = parameters(ours.dimension(), 5, 0.6);
        let (_, gradient) = evaluate(&mut ours, &x);
        let scale = norm(gradient.iter().copied());
        for (i, g) in gradient.iter().enumerate() {
            let mut along = |h: f64| {
                let mut moved = x.clone();
                moved[i] += h;
                evaluate(&mut ours, &moved).0
            };
            let h = 1e-3;
            let difference = (8.0 * (along(h) - along(-h)) - (along(2.0 * h) - along(-2.0 * h))) / (12.0 * h);
            assert!(
                (g - difference).abs() < 1e-9 * scale,
                "{hidden}x{layers}, {i}: {g} instead of {difference}"
            );
        }
    }
}

/// With weights of zero in the hidden layers the network is a constant `c`: `u = z c`, one strain everywhere, and the work of the force
/// cancels.
#[test]
fn a_constant_strain_has_its_energy() {
    for cells in [1, 2, 5, 8] {
        let mut cube = on_cells(cells, 6, 1);
        let mut x = vec![0.0; cube.dimension()];
        let (first, last) = x.split_at_mut(24);
        first[18..].copy_from_slice(&[0.3, -0.2, 0.7, 1.5, -2.0, 0.0]);
        for (i, w) in last.iter_mut().enumerate() {
            *w = (i as f64).cos();
        }
        let c: Vec<f64> = last
            .chunks_exact(6)
            .map(|w| w.iter().zip(&first[18..]).map(|(w, b)| w * b.tanh()).sum())
            .collect();
        // lambda/2 tr(e)^2 + mu e:e with e33 = c3, e13 = c1/2, e23 = c2/2 and lambda = mu = 2/5.
        let expected = 0.2 * c[2] * c[2] + 0.4 * (c[2] * c[2] + 0.5 * (c[0] * c[0] + c[1] * c[1]));
        let (energy, _) = evaluate(&mut cube, &x);
        assert!(
            (energy / expected - 1.0).abs() < 1e-14,
            "{cells} cells: {energy} instead of {expected}"
        );
        for density in cube.energy_density(&x, &[0.1, 0.9, 0.4, 1.0, 0.0, 1.0]) {
            assert!((density / expected - 1.0).abs() < 1e-14);
        }
    }
}

#[test]
fn clamped_at_the_bottom() {
    let mut cube = on_cells(2, 20, 2);
    let x = cube.start();
    assert_eq!(cube.displacement(&x, &[0.2, 0.7, 0.0, 0.9, 0.1, 0.0]), [0.0; 6]);
}

#[test]
fn midpoints_converge_with_second_order() {
    let start = numbers(&stored()["start"]);
    let energies: Vec<f64> = [8, 16, 32, 64]
        .into_iter()
        .map(|cells| evaluate(&mut on_cells(cells, 20, 2), &start).0)
        .collect();
    for e in energies.windows(3) {
        let ratio = (e[1] - e[0]) / (e[2] - e[1]);
        assert!((ratio - 4.0).abs() < 0.1, "{ratio}");
    }
}

#[test]
fn the_start_is_that_of_linear_layers() {
    for (hidden, layers) in [(1, 1), (20, 2), (64, 8)] {
        let cube = on_cells(2, hidden, layers);
        let start = cube.start();
        assert_eq!(start.len(), cube.dimension());
        assert_eq!(start.len(), 4 * hidden + (layers - 1) * hidden * (hidden + 1) + 3 * hidden);
        let (first, rest) = start.split_at(4 * hidden);
        for (part, inputs) in [(first, 3), (rest, hidden)] {
            let bound = 1.0 / (inputs as f64).sqrt();
            assert!(part.iter().all(|v| v.abs() <= bound));
            if part.len() > 1000 {
                let square = part.iter().map(|v| v * v).sum::<f64>() / part.len() as f64;
                assert!((square / (bound * bound / 3.0) - 1.0).abs() < 0.1);
            }
        }
    }
    let of = |seed| {
        let options = DeepElasticityOptions {
            seed,
            ..Default::default()
        };
        problem(options).start()
    };
    assert_eq!(of(3), of(3));
    assert_ne!(of(3), of(4));
}

#[test]
fn failed_evaluations_leave_no_trace() {
    let mut cube = on_cells(4, 5, 2);
    let start = cube.start();
    let before = evaluate(&mut cube, &start);
    for (i, broken) in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e101, f64::MAX]
        .into_iter()
        .enumerate()
    {
        let mut x = start.clone();
        x[11 * i] = broken;
        let (energy, gradient) = evaluate(&mut cube, &x);
        assert!(energy.is_nan() && gradient.iter().all(|g| g.is_nan()), "{broken}");
        assert!(
            cube.displacement(&x, &[0.5; 3])
                .iter()
                .chain(&cube.energy_density(&x, &[0.5; 3]))
                .all(|v| v.is_nan())
        );
    }
    assert_eq!(evaluate(&mut cube, &start), before);
    let u = cube.displacement(&start, &[0.5, 0.5, 0.5, f64::NAN, 0.5, 0.5, 0.5, 0.5, f64::INFINITY]);
    assert!(u[..3].iter().all(|v| v.is_finite()) && u[3..].iter().all(|v| v.is_nan()));
}

/// On the diagonal of the cube the first neuron is 0 and its slope 1e100, the next ones have 1e200, 1e300 and infinity.
#[test]
fn slopes_that_overflow_are_no_energy() {
    let mut cube = on_cells(2, 1, 4);
    let huge = [1e100, -1e100, 0.0, 0.0, 1e100, 0.0, 1e100, 0.0, 1e100, 0.0, 1e100, 1e100, 1e100];
    assert!(!evaluate(&mut cube, &huge).0.is_finite());
    let start = cube.start();
    assert!(evaluate(&mut cube, &start).0.is_finite());
}

#[test]
fn options_outside_their_domains() {
    type Change = fn(&mut DeepElasticityOptions);
    let changes: [(&str, Change); 9] = [
        ("hidden", |o| o.hidden = 0),
        ("hidden", |o| o.hidden = 257),
        ("layers", |o| o.layers = 0),
        ("layers", |o| o.layers = 9),
        ("cells", |o| o.cells = 0),
        ("cells", |o| o.cells = 513),
        ("points", |o| o.points = 0),
        ("points", |o| o.points = usize::MAX),
        ("seed", |o| o.seed = usize::MAX),
    ];
    for (name, change) in changes {
        let mut options = DeepElasticityOptions::default();
        change(&mut options);
        assert!(matches!(DeepElasticity::new(&options), Err(Error::Argument { name: n, .. }) if n == name));
    }
    let mut cube = on_cells(2, 2, 1);
    assert!(cube.set_draw(0).is_ok());
    assert!(matches!(cube.set_draw(1), Err(Error::Argument { name, .. }) if name == "draw"));
    let mut random = problem(DeepElasticityOptions {
        sampling: Sampling::Random,
        ..Default::default()
    });
    assert!(random.set_draw(1 << 40).is_ok());
    assert!(matches!(random.set_draw(usize::MAX), Err(Error::Argument { name, .. }) if name == "draw"));
    assert_eq!(random.draw(), 1 << 40);
}

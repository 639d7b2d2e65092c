//! Gradients, minima and noise of every function.
use super::*;
use crate::random::normal;

fn make(name: TestFunctionName, dimension: Option<usize>) -> TestFunction {
    let options = TestProblemOptions {
        name,
        dimension,
        ..Default::default()
    };
    TestFunction::new(&options).unwrap_or_else(|error| panic!("{}: {error}", name.name()))
}

/// Error of the directional derivative against Richardson's difference of fourth order, relative to the derivative's terms.
fn gradient_error(function: &mut TestFunction, x: &[f64], direction: &[f64]) -> f64 {
    let n = x.len();
    let mut g = vec![0.0; n];
    let value = function.evaluate(x, &mut g);
    let exact: f64 = g.iter().zip(direction).map(|(g, d)| g * d).sum();
    let size = g.iter().zip(direction).map(|(g, d)| (g * d).abs()).sum::<f64>();
    let mut scratch = vec![0.0; n];
    let mut difference = |h: f64| {
        let mut at = |h: f64| {
            let moved: Vec<f64> = x.iter().zip(direction).map(|(x, d)| x + h * d).collect();
            function.evaluate(&moved, &mut scratch)
        };
        (at(h) - at(-h)) / (2.0 * h)
    };
    // Step sizes over a range: the best one is neither rounded nor curved.
    [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5]
        .into_iter()
        .map(|h| ((4.0 * difference(0.5 * h) - difference(h)) / 3.0 - exact).abs() / (size + 1e-9 * value.abs()))
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn gradients_are_derivatives() {
    for entry in TABLE {
        let mut function = make(entry.name, None);
        let start = function.start();
        for sample in 0..3 {
            let shift = |i: usize| 0.02 * f64::from(sample) * normal(90 + sample as u64, i as u64) * start[i].abs().max(0.1);
            let x: Vec<f64> = (0..start.len()).map(|i| start[i] + shift(i)).collect();
            let direction: Vec<f64> = (0..x.len())
                .map(|i| normal(70 + sample as u64, i as u64) * x[i].abs().clamp(0.01, 1e3))
                .collect();
            let error = gradient_error(&mut function, &x, &direction);
            assert!(error < 1e-7, "{} {sample}: {error}", entry.name.name());
        }
    }
}

#[test]
fn a_changed_gradient_would_be_seen() {
    let mut function = make(TestFunctionName::Watson, None);
    let inner = std::mem::replace(&mut function.function, Box::new(|_, _| 0.0));
    function.function = Box::new(move |x, g| {
        let value = inner(x, g);
        g[2] *= 1.0 + 1e-5;
        value
    });
    assert!(gradient_error(&mut function, &[0.1; 6], &[1.0; 6]) > 1e-7);
}

/// Component of a point by its number, from 0.
type Component = fn(usize) -> f64;

/// Solutions of the literature.
#[test]
fn known_solutions_have_the_known_values() {
    use TestFunctionName as N;
    let solutions: &[(N, Component, f64)] = &[
        (N::Rosenbrock, |_| 1.0, 0.0),
        (N::ExtendedRosenbrock, |_| 1.0, 0.0),
        (N::Srosenbr, |_| 1.0, 0.0),
        (N::PowellSingular, |_| 0.0, 0.0),
        (N::VariablyDimensioned, |_| 1.0, 0.0),
        (N::Trigonometric, |_| 0.0, 0.0),
        (N::Wood, |_| 1.0, 0.0),
        (N::Chainwoo, |_| 1.0, 1.0),
        (N::Beale, |i| [3.0, 0.5][i], 0.0),
        (N::HelicalValley, |i| [1.0, 0.0, 0.0][i], 0.0),
        (N::BrownBadlyScaled, |i| [1e6, 2e-6][i], 0.0),
        (N::PowellBadlyScaled, |i| [1.098_159_329_699_8e-5, 9.106_146_738_665_33][i], 0.0),
        (N::BiggsExp6, |i| [1.0, 10.0, 1.0, 5.0, 4.0, 3.0][i], 0.0),
        (N::Box3d, |i| [1.0, 10.0, 1.0][i], 0.0),
        (N::Gulf, |i| [50.0, 25.0, 1.5][i], 0.0),
        (N::FreudensteinRoth, |i| [5.0, 4.0][i], 0.0),
        (N::FreudensteinRoth, |i| [11.412_779, -0.896_805][i], 48.984_253_679_2),
        (N::LinearFullRank, |_| -1.0, 20.0),
        (N::BrownAlmostLinear, |_| 1.0, 0.0),
        (N::Arwhead, |i| if i == 99 { 0.0 } else { 1.0 }, 0.0),
        (N::Liarwhd, |_| 1.0, 0.0),
        (N::Nondia, |_| 1.0, 0.0),
        (N::Tridia, |i| 0.5_f64.powi(i as i32), 0.0),
        (N::Genrose, |_| 1.0, 1.0),
        (N::Dixmaana, |_| 0.0, 1.0),
        (N::Dixmaani, |_| 0.0, 1.0),
        (N::Sparsine, |_| 0.0, 0.0),
        (N::Dqrtic, |i| (i + 1) as f64, 0.0),
        (N::Dqdrtic, |_| 0.0, 0.0),
        (N::Power, |_| 0.0, 0.0),
        (N::Nondquar, |_| 0.0, 0.0),
        (N::Fletchcr, |_| 0.0, 4900.0),
        (N::LinearRank1, |i| [0.0, 3.0 / 82.0][usize::from(i == 1)], 380.0 / 82.0),
        (N::Tointgss, |_| 0.0, 980.0 / 102.0),
        (N::Sinquad, |_| 1.0, 0.0),
        (N::JennrichSampson, |_| 0.257_825_213_7, 124.362_182_355_6),
    ];
    for (name, component, expected) in solutions {
        let mut function = make(*name, None);
        let x: Vec<f64> = (0..function.dimension()).map(*component).collect();
        let value = function.evaluate(&x, &mut vec![0.0; x.len()]);
        assert!(
            (value - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
            "{}: {value:e}",
            name.name()
        );
    }
}

#[test]
fn starts_have_the_published_values() {
    use TestFunctionName as N;
    // Sums at the starts from the source's tables and direct evaluation by hand.
    let starts = [
        (N::ExtendedRosenbrock, 20.0 * 24.2),
        (N::PowellSingular, 10.0 * 215.0),
        (N::Wood, 19192.0),
        (N::Beale, 14.203125),
        (N::HelicalValley, 2500.0),
        (N::BrownBadlyScaled, 999_998_000_003.0),
        (N::FreudensteinRoth, 400.5),
        (N::Arwhead, 297.0),
        (N::Nondia, 39604.0),
        (N::Liarwhd, 100.0 * (4.0 * 144.0 + 9.0)),
    ];
    for (name, expected) in starts {
        let mut function = make(name, None);
        let value = function.evaluate(&function.start(), &mut vec![0.0; function.dimension()]);
        assert!((value - expected).abs() <= 1e-6 * expected, "{}: {value}", name.name());
    }
}

#[test]
fn noise_belongs_to_the_point() {
    let noisy = |noise_kind, noisy_value, seed| TestProblemOptions {
        name: TestFunctionName::Quadratic,
        noise: 0.01,
        noise_kind,
        noisy_value,
        seed,
        ..Default::default()
    };
    let mut exact = make(TestFunctionName::Quadratic, None);
    let n = exact.dimension();
    let (mut g, mut h, mut again) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let start = exact.start();
    let negative: Vec<f64> = start.iter().map(|x| -x).collect();
    for kind in [NoiseKind::Relative, NoiseKind::Absolute] {
        let mut function = TestFunction::new(&noisy(kind, false, 1)).unwrap_or_else(|error| panic!("{error}"));
        let value = exact.evaluate(&start, &mut g);
        assert_eq!(function.evaluate(&start, &mut h), value);
        // At the start both kinds have 1 % noise: within 15 % for 200 components.
        let distance = length(&g.iter().zip(&h).map(|(g, h)| g - h).collect::<Vec<_>>()) / length(&g);
        assert!((distance - 0.01).abs() < 0.0015, "{distance}");
        function.evaluate(&negative, &mut again);
        assert_eq!(h, again);
        let mut other = TestFunction::new(&noisy(kind, true, 2)).unwrap_or_else(|error| panic!("{error}"));
        let noisy_value = other.evaluate(&start, &mut again);
        assert_ne!(h, again);
        assert!(noisy_value != value && (noisy_value - value).abs() < 0.05 * value.abs());
    }
}

#[test]
fn dimensions_are_checked_by_function() {
    use TestFunctionName as N;
    for (name, wrong, right) in [
        (N::Wood, 6, 8),
        (N::Beale, 3, 2),
        (N::Bratu, 10, 9),
        (N::Network, 72, 67),
        (N::Watson, 32, 12),
        (N::Dixmaana, 91, 9),
    ] {
        let options = TestProblemOptions {
            name,
            dimension: Some(wrong),
            ..Default::default()
        };
        let error = TestFunction::new(&options)
            .err()
            .unwrap_or_else(|| panic!("{} took {wrong}", name.name()));
        assert_eq!(error.argument(), Some("dimension"));
        assert_eq!(make(name, Some(right)).dimension(), right);
    }
    assert_eq!(make(N::Watson, Some(12)).minimum(), None);
    assert_eq!(make(N::Cosine, Some(12)).minimum(), Some(-11.0));
}

#[test]
fn smallest_dimensions_and_wild_points_do_not_panic() {
    for entry in TABLE {
        let least = (1..2000)
            .find(|&n| entry.sizes.admits(n))
            .unwrap_or_else(|| panic!("{}", entry.name.name()));
        let mut function = make(entry.name, Some(least));
        let mut g = vec![0.0; least];
        for x in [0.0, 1e300, -1e300, f64::NAN, f64::INFINITY] {
            function.evaluate(&vec![x; least], &mut g);
        }
    }
}

//! Metrics of the adaptive flow: what they gain, that they are a change of variables and nothing else, and that directions other than the gradient
//! are accelerated.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]
use lgf_core::bounds::Bounds;
use lgf_core::optimizer::{Adaptive, AdaptiveOptions, BaseUpdate, Direction, Optimizer, restore};

/// Quartic wells about `centre`, each coupled to another one, of variables in units of their own: `u_i = a_i / unit_i`.
struct Wells {
    units: Vec<f64>,
    centre: f64,
}

impl Wells {
    fn new(d: usize, decades: f64, centre: f64) -> Self {
        let units = (0..d).map(|i| 10f64.powf(decades * (2.3 * i as f64).sin())).collect();
        Self { units, centre }
    }

    fn start(&self) -> Vec<f64> {
        let wave = |(i, unit): (usize, &f64)| (self.centre + 1.0 + (i as f64).sin()) * unit;
        self.units.iter().enumerate().map(wave).collect()
    }

    fn evaluate(&self, a: &[f64], g: &mut [f64]) -> f64 {
        let d = a.len();
        let u: Vec<f64> = a.iter().zip(&self.units).map(|(a, unit)| a / unit - self.centre).collect();
        let mut value = 0.0;
        g.fill(0.0);
        for i in 0..d {
            let (j, e) = ((7 * i + 3) % d, u[i] - u[(7 * i + 3) % d]);
            value += u[i].powi(2) + 0.1 * u[i].powi(4) + e * e;
            g[i] += 2.0 * u[i] + 0.4 * u[i].powi(3) + 2.0 * e;
            g[j] -= 2.0 * e;
        }
        g.iter_mut().zip(&self.units).for_each(|(g, unit)| *g /= unit);
        value
    }

    /// Inverse curvatures up to a factor.
    fn inverse(&self) -> Vec<f64> {
        self.units.iter().map(|unit| unit * unit).collect()
    }
}

fn of(base: BaseUpdate) -> AdaptiveOptions {
    AdaptiveOptions {
        base,
        ..Default::default()
    }
}

/// Values of so many evaluations; fewer where the run ended.
fn values(flow: &mut dyn Optimizer, mut f: impl FnMut(&[f64], &mut [f64]) -> f64, count: usize) -> Vec<f64> {
    let mut g = vec![0.0; flow.iterates().len()];
    let mut values = Vec::new();
    while values.len() < count && flow.ending().is_none() {
        let request = flow.ask().unwrap();
        let value = f(flow.point(), &mut g);
        flow.tell(request.id, value, Some(&g)).unwrap();
        values.push(value);
    }
    values
}

/// Evaluations until a share of the first value is left.
fn needed(values: &[f64], share: f64) -> usize {
    values.iter().position(|v| *v <= share * values[0]).map_or(usize::MAX, |i| i + 1)
}

#[test]
fn metrics_save_evaluations_where_variables_have_units_of_their_own() {
    // In all variables, and in the span of a short window.
    for (d, window) in [(60, 100), (300, 20)] {
        let wells = Wells::new(d, 1.0, 0.0);
        let count = |options: AdaptiveOptions| {
            let mut flow = Adaptive::new(&wells.start(), &AdaptiveOptions { window, ..options }).unwrap();
            needed(&values(&mut flow, |a, g| wells.evaluate(a, g), 300), 1e-6)
        };
        let known = count(AdaptiveOptions {
            preconditioner: Some(wells.inverse()),
            ..Default::default()
        });
        let [descent, adam, diagonal] = [BaseUpdate::Descent, BaseUpdate::Adam, BaseUpdate::Diagonal].map(|base| count(of(base)));
        assert!(known <= 20, "{d}: {known}");
        assert!(diagonal <= 60, "{d}: {diagonal}");
        assert!(adam < descent && diagonal < descent, "{d}: {adam} {diagonal} {descent}");
    }
}

#[test]
fn a_preconditioner_is_a_change_of_variables() {
    let unit = |i: usize| 2f64.powi((5 * i % 7) as i32 - 3);
    for (d, window, exact) in [(6, 100, true), (150, 10, false)] {
        // So far from zero that the first step is found from the value, which knows of no units.
        let mut wells = Wells::new(d, 0.0, 1024.0);
        wells.units = vec![1.0; d];
        let units: Vec<f64> = (0..d).map(unit).collect();
        let options = AdaptiveOptions {
            window,
            ..Default::default()
        };
        let given = AdaptiveOptions {
            preconditioner: Some(units.iter().map(|unit| unit * unit).collect()),
            ..options.clone()
        };
        let mut flow = Adaptive::new(&wells.start(), &given).unwrap();
        let ours = values(&mut flow, |a, g| wells.evaluate(a, g), 25);
        let start: Vec<f64> = wells.start().iter().zip(&units).map(|(a, unit)| a / unit).collect();
        let mut twin = Adaptive::new(&start, &options).unwrap();
        let theirs = values(
            &mut twin,
            |b, g| {
                let a: Vec<f64> = b.iter().zip(&units).map(|(b, unit)| b * unit).collect();
                let value = wells.evaluate(&a, g);
                g.iter_mut().zip(&units).for_each(|(g, unit)| *g *= unit);
                value
            },
            25,
        );
        if exact {
            assert_eq!(ours, theirs);
        } else {
            // Sums over the window are taken in another order.
            let close = ours.iter().zip(&theirs).take(12).all(|(a, b)| (a - b).abs() <= 1e-6 * b.abs());
            assert!(close, "{ours:?} {theirs:?}");
        }
    }
}

#[test]
fn no_unit_changes_a_decision() {
    // Even powers of two scale without rounding: some 1e8 and 1e-8, of all variables and of the objective.
    let (large, small) = (2.0_f64.powi(26), 2.0_f64.powi(-26));
    for (d, window) in [(5, 100), (150, 12)] {
        let wells = Wells::new(d, 1.0, 0.0);
        for base in [BaseUpdate::Adam, BaseUpdate::Diagonal] {
            let run = |size: f64, height: f64| {
                let start: Vec<f64> = wells.start().iter().map(|a| a * size).collect();
                let mut flow = Adaptive::new(&start, &AdaptiveOptions { window, ..of(base) }).unwrap();
                let scaled = |a: &[f64], g: &mut [f64]| {
                    let a: Vec<f64> = a.iter().map(|a| a / size).collect();
                    let value = wells.evaluate(&a, g);
                    g.iter_mut().for_each(|g| *g *= height / size);
                    value * height
                };
                let log = values(&mut flow, scaled, 30);
                log.into_iter().map(|value| value / height).collect::<Vec<f64>>()
            };
            let reference = run(1.0, 1.0);
            for [size, height] in [[large, 1.0], [small, 1.0], [1.0, large], [1.0, small], [large, small]] {
                assert_eq!(run(size, height), reference, "{base:?} {size} {height}");
            }
            // Other factors change no more than rounding does, which normal equations of polynomials enlarge.
            let other = run(1.0, 1e8);
            assert!(
                other
                    .iter()
                    .zip(&reference)
                    .take(10)
                    .all(|(a, b)| (a - b).abs() <= 1e-3 * reference[0]),
                "{base:?}"
            );
        }
    }
}

#[test]
fn bounds_hold_in_every_metric() {
    for (d, window) in [(40, 100), (300, 15)] {
        let wells = Wells::new(d, 1.0, 0.0);
        // Every third variable may not come nearer to its well than half of a unit.
        let lower: Vec<f64> = wells
            .units
            .iter()
            .enumerate()
            .map(|(i, unit)| if i % 3 == 0 { 0.5 * unit } else { f64::NEG_INFINITY })
            .collect();
        let bounds = Bounds::new(lower.clone(), vec![f64::INFINITY; d]).unwrap();
        for base in [BaseUpdate::Adam, BaseUpdate::Diagonal] {
            let options = AdaptiveOptions { window, ..of(base) };
            let mut flow = Adaptive::within(&wells.start(), &options, Some(bounds.clone())).unwrap();
            let mut outside = 0;
            values(
                &mut flow,
                |a, g| {
                    outside += a.iter().zip(&lower).filter(|(a, low)| a < low).count();
                    wells.evaluate(a, g)
                },
                400,
            );
            assert_eq!(outside, 0);
            let (_, x) = flow.best().unwrap();
            let mut g = vec![0.0; d];
            wells.evaluate(x, &mut g);
            // In units of each variable: the size of its share of the gradient that no bound holds.
            let free = |i: usize| {
                if x[i] <= lower[i] && g[i] > 0.0 {
                    0.0
                } else {
                    g[i].abs() * wells.units[i]
                }
            };
            let most = (0..d).map(free).fold(0.0, f64::max);
            assert!(most <= 1e-3, "{base:?} {d}: {most}");
            assert!((0..d).step_by(3).all(|i| x[i] == lower[i]), "{base:?} {d}");
        }
    }
}

#[test]
fn goes_on_bit_for_bit_from_a_snapshot() {
    for (d, window) in [(5, 100), (150, 8)] {
        let wells = Wells::new(d, 1.0, 0.0);
        for (base, given) in [
            (BaseUpdate::Descent, true),
            (BaseUpdate::Adam, false),
            (BaseUpdate::Adam, true),
            (BaseUpdate::Diagonal, false),
        ] {
            let options = AdaptiveOptions {
                window,
                preconditioner: given.then(|| wells.inverse()),
                ..of(base)
            };
            let mut flow: Box<dyn Optimizer> = Box::new(Adaptive::new(&wells.start(), &options).unwrap());
            let mut twin: Box<dyn Optimizer> = Box::new(Adaptive::new(&wells.start(), &options).unwrap());
            for _ in 0..20 {
                twin = restore(Adaptive::KIND, &twin.snapshot()).unwrap();
                let one = values(flow.as_mut(), |a, g| wells.evaluate(a, g), 1);
                // With a question open, and with none.
                twin.ask().unwrap();
                twin = restore(Adaptive::KIND, &twin.snapshot()).unwrap();
                assert_eq!(values(twin.as_mut(), |a, g| wells.evaluate(a, g), 1), one);
            }
            assert_eq!(flow.snapshot(), twin.snapshot(), "{base:?}");
        }
    }
}

#[test]
fn says_what_is_wrong_with_a_metric() {
    let refused = |options: AdaptiveOptions| Adaptive::new(&[1.0, 2.0], &options).err().unwrap();
    let with = |preconditioner: Vec<f64>| AdaptiveOptions {
        preconditioner: Some(preconditioner),
        ..Default::default()
    };
    let error = refused(with(vec![1.0; 3]));
    assert_eq!((error.code(), error.argument()), ("ERR_LGF_SHAPE", Some("preconditioner")));
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e101, 1e-101] {
        let error = refused(with(vec![1.0, wrong]));
        assert_eq!((error.code(), error.argument()), ("ERR_LGF_ARGUMENT", Some("preconditioner.1")));
        assert!(error.to_string().contains(&wrong.to_string()), "{error}");
    }
    let newton = |options: AdaptiveOptions| AdaptiveOptions {
        direction: Direction::Newton,
        ..options
    };
    assert_eq!(refused(newton(with(vec![1.0; 2]))).argument(), Some("preconditioner"));
    assert_eq!(refused(newton(of(BaseUpdate::Adam))).argument(), Some("base"));
    assert!(Adaptive::new(&[1.0, 2.0], &newton(of(BaseUpdate::Descent))).is_ok());
}

#[test]
fn entries_that_never_move_and_extreme_ones_do_no_harm() {
    // The third variable has no part in the objective, the second one next to none.
    let f = |a: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[2.0 * (a[0] - 1.0), 2e-30 * (a[1] - 1.0), 0.0]);
        (a[0] - 1.0).powi(2) + 1e-30 * (a[1] - 1.0).powi(2)
    };
    for base in [BaseUpdate::Descent, BaseUpdate::Adam, BaseUpdate::Diagonal] {
        for (preconditioner, most) in [(None, 1e-6), (Some(vec![1e-100, 1.0, 1e100]), 4.0)] {
            let options = AdaptiveOptions {
                preconditioner,
                ..of(base)
            };
            let mut flow = Adaptive::new(&[3.0, 3.0, 3.0], &options).unwrap();
            values(&mut flow, f, 60);
            let (value, x) = flow.best().unwrap();
            assert!(value <= most && x[2] == 3.0, "{options:?}: {value} {x:?}");
        }
    }
}

/// `-u'' + k u^3 = 10` on 100 points, its energy, and the direction that the inverse of the Laplacian makes of the gradient.
fn reaction(u: &[f64], p: &mut [f64]) -> f64 {
    let d = u.len();
    let h = 1.0 / (d as f64 + 1.0);
    let at = |i: usize| if i == 0 || i > d { 0.0 } else { u[i - 1] };
    let mut value = 0.0;
    for i in 0..=d {
        value += 0.5 * (at(i + 1) - at(i)).powi(2) / h;
    }
    let mut upper = vec![0.0; d];
    for i in 0..d {
        let k = 1000.0 * (1.0 + 9.0 * (7.0 * h * i as f64).sin().powi(2));
        value += h * (0.25 * k * u[i].powi(4) - 10.0 * u[i]);
        let g = 2.0 * u[i] - at(i) - at(i + 2) + h * h * (k * u[i].powi(3) - 10.0);
        // Elimination of the tridiagonal matrix (-1, 2, -1).
        let (before, last) = if i > 0 { (upper[i - 1], p[i - 1]) } else { (0.0, 0.0) };
        upper[i] = 1.0 / (2.0 - before);
        p[i] = (g + last) * upper[i];
    }
    for i in (0..d - 1).rev() {
        p[i] += upper[i] * p[i + 1];
    }
    value
}

#[test]
fn preconditioned_descent_is_accelerated() {
    let options = AdaptiveOptions {
        direction: Direction::Custom,
        ..Default::default()
    };
    let mut flow = Adaptive::new(&[0.0; 100], &options).unwrap();
    let learned = values(&mut flow, reaction, 60);
    let least = learned.iter().fold(f64::INFINITY, |a, &b| a.min(b));
    let excess = |log: &[f64]| needed(&log.iter().map(|v| v - least).collect::<Vec<f64>>(), 1e-8);
    // The best of many fixed steps.
    let plain = (-12..=0)
        .map(|half| {
            let (mut u, mut p) = (vec![0.0; 100], vec![0.0; 100]);
            let step = 2f64.powf(0.5 * f64::from(half));
            let log: Vec<f64> = (0..300)
                .map(|_| {
                    let value = reaction(&u, &mut p);
                    u.iter_mut().zip(&p).for_each(|(u, p)| *u -= step * p);
                    value
                })
                .collect();
            excess(&log)
        })
        .min()
        .unwrap();
    assert!(2 * excess(&learned) <= plain, "{} {plain}", excess(&learned));
}

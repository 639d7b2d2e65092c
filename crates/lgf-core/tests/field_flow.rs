//! Learned flows of fields that are no gradients, followed faithfully.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]
use lgf_core::bounds::Bounds;
use lgf_core::optimizer::{Adaptive, AdaptiveOptions, Begin, Direction, Ending, Optimizer, Verdict, adaptive, restore};

fn faithful() -> AdaptiveOptions {
    AdaptiveOptions {
        direction: Direction::Custom,
        faithful: true,
        ..Default::default()
    }
}

fn flow(start: &[f64], options: &AdaptiveOptions) -> Box<dyn Optimizer> {
    adaptive(start, options, None).unwrap()
}

/// One evaluation; the value that was told.
fn evaluate(flow: &mut dyn Optimizer, field: &mut dyn FnMut(&[f64], &mut [f64]) -> f64, weights: Option<&[f64]>) -> f64 {
    loop {
        if let Begin::Evaluate(request) = flow.begin().unwrap() {
            let mut direction = vec![0.0; flow.point().len()];
            let value = field(flow.point(), &mut direction);
            flow.tell_weighted(request.id, value, Some(&direction), weights).unwrap();
            return value;
        }
    }
}

/// Decay of all variables at rates from 0.02 to 3, which turns on the way: no potential has such a field, and one step of it overshoots.
fn spiral(x: &[f64], p: &mut [f64]) -> f64 {
    let n = x.len();
    let rate = |i: usize| 0.02 * 150.0_f64.powf(i as f64 / (n - 1) as f64);
    for i in 0..n {
        p[i] = rate(i) * (x[i] + 0.3 * x[(i + 1) % n] - 0.3 * x[(i + n - 1) % n]);
    }
    x.iter().map(|x| x * x).sum()
}

#[test]
fn stiff_directions_end_and_slow_ones_are_followed_for_longer_and_longer() {
    let start = [1.0; 6];
    let mut run = flow(&start, &faithful());
    while evaluate(&mut *run, &mut spiral, None) > 1e-6 {
        assert!(run.evaluations() < 80, "{:?}", run.best());
    }
    assert!(run.fits() > 10 && run.learned_steps() == run.fits());
    // The field itself, at the largest step that does not overshoot, needs many times as many.
    let (mut x, mut p, mut steps) = (start, [0.0; 6], 0);
    while spiral(&x, &mut p) > 1e-6 {
        x.iter_mut().zip(&p).for_each(|(x, p)| *x -= 0.6 * p);
        steps += 1;
    }
    assert!(steps > 5 * run.evaluations(), "{steps} {}", run.evaluations());
}

/// `x^2 + (y^2 - 1)^2 / 4`: a saddle at the origin, minima at `y = -1` and `1`. The field is the gradient, which it does not say.
fn wells(x: &[f64], p: &mut [f64]) -> f64 {
    (p[0], p[1]) = (2.0 * x[0], x[1] * (x[1] * x[1] - 1.0));
    x[0] * x[0] + 0.25 * (x[1] * x[1] - 1.0).powi(2)
}

#[test]
fn a_saddle_is_left_not_jumped_to() {
    for y in [1e-3, -1e-3, 0.2] {
        let mut run = flow(&[1.0, y], &faithful());
        let mut values = vec![evaluate(&mut *run, &mut wells, None)];
        while *values.last().unwrap() > 1e-10 {
            values.push(evaluate(&mut *run, &mut wells, None));
            assert!(values.len() < 60, "{y}: {values:?}");
        }
        assert_eq!(run.best().unwrap().1[1].signum(), y.signum());
    }
}

#[test]
fn variables_of_no_weight_have_no_say() {
    // Beside the spiral some that run away at the limit for ever, and change nothing.
    let (n, dead) = (6, 40);
    let mut field = |x: &[f64], p: &mut [f64]| {
        p[n..]
            .iter_mut()
            .enumerate()
            .for_each(|(i, p)| *p = if i % 2 == 0 { 0.6 } else { -0.6 });
        spiral(&x[..n], &mut p[..n])
    };
    let weights: Vec<f64> = (0..n + dead).map(|i| f64::from(i < n)).collect();
    let (mut with, mut without) = (flow(&vec![1.0; n + dead], &faithful()), flow(&vec![1.0; n], &faithful()));
    for _ in 0..30 {
        evaluate(&mut *with, &mut field, Some(&weights));
        evaluate(&mut *without, &mut spiral, None);
        for (a, b) in with.iterates()[..n].iter().zip(without.iterates()) {
            assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} {b}");
        }
    }
}

#[test]
fn no_run_ends_above_its_start_and_failed_evaluations_shorten_the_step() {
    // The first step leads to where nothing can be evaluated.
    let mut field = |x: &[f64], p: &mut [f64]| {
        let value = spiral(x, p);
        if x.iter().any(|x| x.abs() > 1.5) { f64::NAN } else { value }
    };
    let mut run = flow(&[1.0; 6], &faithful());
    let mut verdicts = Vec::new();
    for _ in 0..60 {
        let before = run.best().map(|(value, _)| value);
        evaluate(&mut *run, &mut field, None);
        verdicts.push(run.verdict().unwrap());
        assert!(before.is_none_or(|before| run.best().unwrap().0 <= before));
    }
    assert_eq!(verdicts[1], Verdict::Failed);
    assert!(run.best().unwrap().0 < 1e-2);
    // Uphill, nothing is accepted, and the run says that it has nothing more to try.
    let mut uphill = |x: &[f64], p: &mut [f64]| {
        p[0] = -2.0 * x[0];
        x[0] * x[0]
    };
    let mut lost = flow(&[1.0], &faithful());
    for _ in 0..100 {
        if lost.ending().is_some() {
            break;
        }
        evaluate(&mut *lost, &mut uphill, None);
    }
    assert_eq!(lost.ending(), Some(Ending::Stalled));
    assert_eq!(lost.best().unwrap().0, 1.0);
}

#[test]
fn a_run_goes_on_bit_for_bit_and_on_any_number_of_threads() {
    let d = 20_000;
    let mut field = |x: &[f64], p: &mut [f64]| {
        for (i, (p, x)) in p.iter_mut().zip(x).enumerate() {
            *p = (0.1 + 2.0 * (i as f64 / d as f64)) * (x - (i as f64).sin());
        }
        x.iter().zip(p.iter()).map(|(_, p)| p * p).sum()
    };
    let weights: Vec<f64> = (0..d).map(|i| 1.0 / (1.0 + i as f64)).collect();
    let mut one = flow(&vec![0.0; d], &faithful());
    let mut twin = flow(&vec![0.0; d], &faithful());
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for _ in 0..15 {
        let value = evaluate(&mut *one, &mut field, Some(&weights));
        let other = alone.install(|| evaluate(&mut *twin, &mut field, Some(&weights)));
        assert_eq!(value.to_bits(), other.to_bits());
        let bytes = twin.snapshot();
        twin = restore(Adaptive::KIND, &bytes).unwrap();
        assert_eq!(twin.snapshot(), bytes);
        // With its question open too.
        let _ = twin.begin().unwrap();
        twin = restore(Adaptive::KIND, &twin.snapshot()).unwrap();
    }
    // A byte of the state that makes no sense is damage.
    let bytes = one.snapshot();
    assert!(restore(Adaptive::KIND, &bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn the_first_step_is_the_direction_or_as_long_as_asked() {
    let after = |options: &AdaptiveOptions| {
        let mut run = flow(&[3.0, 4.0], options);
        let mut field = |x: &[f64], p: &mut [f64]| {
            p.copy_from_slice(x);
            x.iter().map(|x| x * x).sum()
        };
        evaluate(&mut *run, &mut field, None);
        let _ = run.begin().unwrap();
        run.point().to_vec()
    };
    assert_eq!(after(&faithful()), [0.0, 0.0]);
    let half = AdaptiveOptions {
        first_step: Some(2.5),
        ..faithful()
    };
    assert_eq!(after(&half), [1.5, 2.0]);
}

#[test]
fn bounds_are_kept() {
    let bounds = Bounds::new(vec![0.5, -1.0], vec![2.0, 1.0]).unwrap();
    let mut run = adaptive(&[1.0, 0.9], &faithful(), Some(bounds)).unwrap();
    let mut field = |x: &[f64], p: &mut [f64]| {
        assert!((0.5..=2.0).contains(&x[0]) && (-1.0..=1.0).contains(&x[1]));
        p.copy_from_slice(x);
        x.iter().map(|x| x * x).sum()
    };
    for _ in 0..10 {
        evaluate(&mut *run, &mut field, None);
    }
    let (value, x) = run.best().unwrap();
    assert!((value - 0.25).abs() < 1e-6 && x[0] == 0.5);
}

#[test]
fn nonsense_is_refused_and_changes_nothing() {
    let mut run = flow(&[1.0, 2.0], &faithful());
    let Begin::Evaluate(request) = run.begin().unwrap() else { return };
    let mut refuse = |value: f64, p: Option<&[f64]>, weights: Option<&[f64]>, argument: &str| {
        let error = run.tell_weighted(request.id, value, p, weights).err().unwrap();
        assert_eq!(error.argument(), Some(argument), "{error}");
        assert_eq!(run.pending().unwrap().id, request.id);
    };
    refuse(f64::NAN, Some(&[1.0, 1.0]), None, "value");
    refuse(1.0, None, None, "gradient");
    refuse(1.0, Some(&[1.0]), None, "gradient");
    refuse(1.0, Some(&[1.0, f64::INFINITY]), None, "gradient");
    refuse(1.0, Some(&[1.0, 1.0]), Some(&[1.0]), "weights");
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        refuse(1.0, Some(&[1.0, 1.0]), Some(&[1.0, wrong]), "weights");
    }
    assert!(run.tell_weighted(request.id, 1.0, Some(&[1.0, 1.0]), Some(&[1.0, 0.0])).is_ok());
    for options in [
        AdaptiveOptions {
            base: lgf_core::optimizer::BaseUpdate::Adam,
            ..faithful()
        },
        AdaptiveOptions {
            preconditioner: Some(vec![1.0, 2.0]),
            ..faithful()
        },
    ] {
        let error = adaptive(&[1.0, 2.0], &options, None).err().unwrap();
        assert!(["base", "preconditioner"].contains(&error.argument().unwrap()));
    }
}

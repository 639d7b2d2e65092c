//! The short form against every support decomposed by itself.
use super::*;
use crate::linalg::view;
use crate::regress::Regressor;
use faer::Mat;

/// States of a flow that decays at many rates, their features of order 1 and 2, and the slopes.
fn decay(m: usize, d: usize) -> (Mat<f64>, Mat<f64>) {
    let rate = |j: usize| 0.3 + 2.0 * ((j * j) as f64 * 0.37).sin().abs();
    let state = |i: usize, j: usize| (1.0 + (j as f64).cos()) * (-rate(j) * 0.1 * i as f64).exp();
    let p = d + d * (d + 1) / 2;
    let mut a = Mat::zeros(m, p);
    for i in 0..m {
        let mut k = d;
        for j in 0..d {
            a[(i, j)] = state(i, j);
            for l in j..d {
                a[(i, k)] = state(i, j) * state(i, l);
                k += 1;
            }
        }
    }
    (a, Mat::from_fn(m, d, |i, j| -rate(j) * state(i, j)))
}

fn stlsq(threshold: f64, alpha: f64, unbias: bool) -> SolverOptions {
    SolverOptions::Stlsq(StlsqOptions {
        threshold,
        alpha,
        unbias,
        max_iter: 4,
        normalize_columns: true,
        ..Default::default()
    })
}

fn both(m: usize, d: usize, options: &SolverOptions) -> (Mat<f64>, Mat<f64>, RegressReport, RegressReport, usize) {
    let (a, y) = decay(m, d);
    let (p, t) = (a.ncols(), y.ncols());
    let (mut wide, mut factored, mut short) = (Wide::default(), Factored::default(), Vec::new());
    let (report, left) = wide.solve(a.as_ref(), y.as_ref(), options).unwrap();
    wide.write(&mut factored);
    factored.write(&mut short);
    let mut long = Vec::new();
    let plain = Regressor::default()
        .solve_one_by_one(a.as_ref(), y.as_ref(), options, &mut long)
        .unwrap();
    let (short, long) = (view(&short, p, t).to_owned(), view(&long, p, t).to_owned());
    let exact = (&a * &short - &y).norm_l2();
    assert!((left - exact).abs() < 1e-9 * y.norm_l2(), "left over {left} {exact}");
    let own = wide.targets.iter().filter(|target| target.alone).count();
    (short, long, report, plain, own)
}

#[test]
fn supports_that_differ_little_share_one_factorisation() {
    for (threshold, alpha, unbias, most) in [
        (1e-8, 1e-6, true, 0),
        (1e-6, 1e-3, false, 0),
        (1e-5, 1e-3, true, 1),
        (1e-4, 1e-2, true, 30),
    ] {
        let (short, long, report, plain, own) = both(8, 30, &stlsq(threshold, alpha, unbias));
        let removed = long
            .col_iter()
            .flat_map(|c| c.iter().copied().collect::<Vec<_>>())
            .filter(|c| *c == 0.0)
            .count();
        assert!(
            removed > 0 && own <= most,
            "{threshold}: {removed} removed, {own} targets by themselves"
        );
        for j in 0..short.ncols() {
            for i in 0..short.nrows() {
                assert_eq!(short[(i, j)] == 0.0, long[(i, j)] == 0.0, "support of {threshold}");
            }
        }
        let apart = (&short - &long).norm_l2() / long.norm_l2();
        // Plain least squares multiplies rounding by the condition, whatever the method.
        assert!(
            apart <= f64::EPSILON * plain.condition,
            "{threshold} {alpha}: {apart:e} at {:e}",
            plain.condition
        );
        assert_eq!(report.iterations, plain.iterations);
    }
}

#[test]
fn supports_that_lost_a_direction_are_decomposed_by_themselves() {
    let (short, long, report, plain, own) = both(8, 12, &stlsq(0.05, 1e-3, true));
    assert!(own > 0);
    let apart = (&short - &long).norm_l2() / long.norm_l2();
    assert!(apart <= f64::EPSILON * plain.condition, "{apart:e} at {:e}", plain.condition);
    assert_eq!(report.iterations, plain.iterations);
    // Nothing survives.
    let (short, _, report, ..) = both(8, 12, &stlsq(1e9, 1e-3, true));
    assert_eq!((short.norm_l2(), report.rank), (0.0, 0));
}

#[test]
fn dense_fits_are_the_minimum_norm_solution() {
    let (short, long, report, plain, _) = both(9, 25, &SolverOptions::Dense(DenseOptions::default()));
    assert!((&short - &long).norm_l2() < 1e-8 * long.norm_l2());
    assert_eq!(report.rank, plain.rank);
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let (a, y) = decay(13, 90);
    let on = |threads: usize| {
        let run = || {
            let (mut wide, mut factored) = (Wide::default(), Factored::default());
            wide.solve(a.as_ref(), y.as_ref(), &stlsq(1e-5, 1e-4, true)).unwrap();
            wide.write(&mut factored);
            factored
        };
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
    };
    let one = on(1);
    assert!([2, 8].into_iter().all(|threads| on(threads) == one));
}

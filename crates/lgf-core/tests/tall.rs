//! Fits of many more samples than features: the same as those of the whole matrix, on any number of threads.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
use faer::linalg::solvers::SolveLstsq;
use faer::{Mat, MatRef};
use lgf_core::discover;
use lgf_core::fit::{DiscoverOptions, ModelOptions};
use lgf_core::library::{FeatureOptions, LibraryOptions, PolynomialLibrary, polynomial_features};
use lgf_core::regress::{DenseOptions, SolverOptions, StlsqOptions, least_squares, stlsq};
use lgf_core::targets::{Method, StrongOptions, strong_form};

const N: usize = 20_000;

fn lorenz(x: f64, y: f64, z: f64) -> [f64; 3] {
    [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z]
}

/// A discrete path near the attractor, with the derivatives of the flow.
fn path(n: usize) -> (Mat<f64>, Mat<f64>) {
    let (mut states, mut rates) = (Mat::zeros(n, 3), Mat::zeros(n, 3));
    let mut x = [-8.0, 7.0, 27.0];
    for i in 0..n {
        let dx = lorenz(x[0], x[1], x[2]);
        for j in 0..3 {
            (states[(i, j)], rates[(i, j)]) = (x[j], dx[j]);
            x[j] += 0.005 * dx[j];
        }
    }
    (states, rates)
}

fn options(poly_order: usize, method: Method, solver: SolverOptions) -> DiscoverOptions {
    DiscoverOptions {
        model: ModelOptions {
            poly_order,
            method: Some(method),
            ..Default::default()
        },
        solver,
    }
}

fn sparse(normalize_columns: bool) -> SolverOptions {
    SolverOptions::Stlsq(StlsqOptions {
        threshold: 0.1,
        normalize_columns,
        ..Default::default()
    })
}

#[test]
fn lorenz_is_found_to_rounding() {
    let (states, rates) = path(N);
    let model = discover(
        states.as_ref(),
        Some(rates.as_ref()),
        0.005,
        &options(5, Method::Tracked, sparse(false)),
    )
    .unwrap();
    let mut exact = Mat::zeros(56, 3);
    // 1, x, y, z, x^2, xy, xz, ...
    (exact[(1, 0)], exact[(2, 0)]) = (-10.0, 10.0);
    (exact[(1, 1)], exact[(2, 1)], exact[(6, 1)]) = (28.0, -1.0, -1.0);
    (exact[(3, 2)], exact[(5, 2)]) = (-8.0 / 3.0, 1.0);
    let found = model.coefficients().unwrap();
    assert!((&found - &exact).norm_max() < 1e-11);
    (0..56).for_each(|i| (0..3).for_each(|j| assert_eq!(found[(i, j)] == 0.0, exact[(i, j)] == 0.0)));
    let report = model.report().unwrap();
    assert_eq!((report.samples, report.features, report.regress.rank), (N, 56, 2));
    assert!(report.residual < 1e-14, "{:e}", report.residual);
}

/// Unscaled features of degree five have a condition of about 1e8: not a matter for normal equations.
#[test]
fn differences_of_all_orders_give_the_least_squares_of_the_whole_matrix() {
    let (states, _) = path(N);
    let features = polynomial_features(
        states.as_ref(),
        &FeatureOptions {
            poly_order: 4,
            include_bias: true,
        },
    )
    .unwrap();
    for fd_order in [1, 2, 4] {
        let mut o = options(4, Method::Strong, SolverOptions::default());
        o.model.fd_order = fd_order;
        let model = discover(states.as_ref(), None, 0.005, &o).unwrap();
        let pair = strong_form(states.as_ref(), features.as_ref(), 0.005, &StrongOptions { fd_order }).unwrap();
        // Scaled columns, so that the reference itself is good.
        let scale: Vec<f64> = pair.regression.col_iter().map(|c| c.norm_l2()).collect();
        let scaled = Mat::from_fn(pair.regression.nrows(), scale.len(), |i, j| pair.regression[(i, j)] / scale[j]);
        let reference = scaled.qr().solve_lstsq(&pair.target);
        let found = model.coefficients().unwrap();
        let size = reference.norm_max();
        for i in 0..scale.len() {
            (0..3).for_each(|j| assert!((found[(i, j)] * scale[i] - reference[(i, j)]).abs() < 1e-9 * size));
        }
        let report = model.report().unwrap();
        assert_eq!(report.samples, pair.target.nrows());
        let residual = (&pair.regression * &found - &pair.target).norm_l2() / pair.target.norm_l2();
        // The path is Euler's: differences of order one are met to rounding.
        assert!(
            (report.residual - residual).abs() < 1e-6 * residual + 1e-14,
            "{:e} {residual:e}",
            report.residual
        );
    }
}

#[test]
fn the_bits_do_not_depend_on_the_threads() {
    let (states, rates) = path(N);
    let features = polynomial_features(states.as_ref(), &FeatureOptions::default()).unwrap();
    let run = || {
        let tracked = discover(
            states.as_ref(),
            Some(rates.as_ref()),
            0.005,
            &options(5, Method::Tracked, sparse(true)),
        )
        .unwrap();
        let strong = discover(states.as_ref(), None, 0.005, &options(3, Method::Strong, SolverOptions::default())).unwrap();
        let given = least_squares(features.as_ref(), rates.as_ref(), &DenseOptions::default()).unwrap();
        (tracked.coefficients().unwrap(), strong.coefficients().unwrap(), given.coefficients)
    };
    let on = |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run);
    let one = on(1);
    assert!([2, 8].into_iter().all(|threads| on(threads) == one));
}

/// Two decaying modes inside of four variables.
#[test]
fn modes_and_points_between_samples_are_streamed_too() {
    let n = 30_000;
    let dt = 1e-4;
    let z = |i: usize| [(-dt * i as f64).exp(), 0.5 * (-3.0 * dt * i as f64).exp()];
    let embed = |v: [f64; 2]| [v[0], v[1], 0.6 * v[0] - 0.8 * v[1], 0.5 * v[1]];
    let states = Mat::from_fn(n, 4, |i, j| embed(z(i))[j]);
    let rates = Mat::from_fn(n, 4, |i, j| embed([-z(i)[0], -3.0 * z(i)[1]])[j]);
    let at = embed(z(1234));
    let exact = embed([-z(1234)[0], -3.0 * z(1234)[1]]);
    for points_added in [0, 1] {
        for tracked in [false, true] {
            let method = if tracked { Method::Tracked } else { Method::Strong };
            let mut o = options(1, method, SolverOptions::default());
            (o.model.truncation_rank, o.model.points_added) = (Some(2), points_added);
            let model = discover(states.as_ref(), tracked.then_some(rates.as_ref()), dt, &o).unwrap();
            let samples = n + points_added * (n - 1) - if tracked { 0 } else { 2 };
            assert_eq!(model.report().unwrap().samples, samples);
            let found = model.derivative(&at).unwrap();
            let error = found.iter().zip(exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(error < 1e-7, "{points_added} {tracked}: {error:e}");
        }
    }
}

#[test]
fn given_matrices_of_either_layout_are_read_where_they_lie() {
    let (states, rates) = path(N);
    let o = LibraryOptions {
        dimension: 3,
        poly_order: 3,
        ..Default::default()
    };
    let library = PolynomialLibrary::new(&o).unwrap();
    let columns = library.transform(states.as_ref()).unwrap();
    let mut rows = vec![f64::NAN; N * 20];
    library.transform_into(states.as_ref(), &mut rows).unwrap();
    let rows = MatRef::from_row_major_slice(&rows, N, 20);
    assert_eq!(columns.as_ref(), rows);
    for (normalize_columns, threshold) in [(false, 0.2), (true, 10.0)] {
        let o = StlsqOptions {
            threshold,
            alpha: 0.0,
            normalize_columns,
            ..Default::default()
        };
        let fits = [columns.as_ref(), rows].map(|a| stlsq(a, rates.as_ref(), &o).unwrap());
        assert_eq!(fits[0], fits[1]);
        let kept = fits[0].support.iter().filter(|&&s| s).count();
        assert_eq!(kept, 7, "normalized {normalize_columns}");
        assert!((fits[0].coefficients[(1, 1)] - 28.0).abs() < 1e-10);
    }
    let mut broken = columns.clone();
    (broken[(15_000, 2)], broken[(14_000, 7)]) = (f64::NAN, f64::INFINITY);
    let error = stlsq(broken.as_ref(), rates.as_ref(), &StlsqOptions::default()).unwrap_err();
    let expected = format!("{}", 14_000 * 20 + 7);
    assert_eq!(error.argument(), Some("regression"), "{error}");
    assert!(error.to_string().contains(&expected), "{error}");
    let mut target = rates.clone();
    target[(19_999, 2)] = f64::NAN;
    let error = least_squares(columns.as_ref(), target.as_ref(), &DenseOptions::default()).unwrap_err();
    assert_eq!(error.argument(), Some("target"), "{error}");
}

#[test]
fn features_that_overflow_are_told() {
    let (mut states, _) = path(N);
    states[(12_345, 1)] = 1e100;
    let error = discover(states.as_ref(), None, 0.005, &options(4, Method::Strong, SolverOptions::default()))
        .err()
        .unwrap();
    assert_eq!(
        (error.code(), error.argument()),
        ("ERR_LGF_NONFINITE", Some("trajectory")),
        "{error}"
    );
}

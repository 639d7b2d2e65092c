//! Newton directions: dense and by conjugate gradients.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use faer::{Mat, mat};
use lgf_core::newton::{Curvature, Indefinite, NewtonCg, NewtonCgOptions, NewtonOptions, NewtonSolver, newton_direction};
use lgf_core::{Error, Result};
use support::newton::*;

fn refused<T>(result: Result<T>, code: &str, argument: &str) {
    let error: Error = result.err().unwrap();
    assert_eq!((error.code(), error.argument()), (code, Some(argument)), "{error}");
    assert!(error.to_string().contains(argument), "{error}");
}

#[test]
fn a_positive_definite_system_is_solved() {
    let hessian = mat![[4.0, 2.0], [2.0, 3.0]];
    let (p, curvature, rank) = dense(&[8.0, 8.0], &hessian, 0.0, Indefinite::Absolute);
    assert!(distance(&p, &[1.0, 2.0]) < 1e-15);
    assert_eq!((curvature, rank), (Curvature::Positive, 2));
    let one = newton_direction(&[3.0], mat![[2.0]].as_ref(), &NewtonOptions::default()).unwrap();
    assert!(distance(&one.direction, &[1.5]) < 1e-15);
}

#[test]
fn a_saddle_is_left_or_approached() {
    let hessian = mat![[0.0, 2.0], [2.0, 0.0]];
    let g = [2.0, 6.0];
    // Eigenvalues 2 and -2 of (1, 1) and (1, -1): |H| = 2 I.
    let (p, curvature, rank) = dense(&g, &hessian, 0.0, Indefinite::Absolute);
    assert!(distance(&p, &[1.0, 3.0]) < 1e-14);
    assert_eq!((curvature, rank), (Curvature::Indefinite, 2));
    let (p, ..) = dense(&g, &hessian, 0.0, Indefinite::Plain);
    assert!(distance(&p, &[3.0, 1.0]) < 1e-14);
    // Damping is added to |H| and to H.
    assert!(distance(&dense(&g, &hessian, 2.0, Indefinite::Absolute).0, &[0.5, 1.5]) < 1e-14);
    assert!(distance(&dense(&g, &hessian, 1.0, Indefinite::Plain).0, &[10.0 / 3.0, -2.0 / 3.0]) < 1e-14);
    // A maximum.
    let (p, curvature, _) = dense(&[1.0, 1.0], &mat![[-1.0, 0.0], [0.0, -4.0]], 0.0, Indefinite::Absolute);
    assert_eq!((p, curvature), (vec![1.0, 0.25], Curvature::Indefinite));
}

#[test]
fn a_singular_system_has_the_solution_of_smallest_norm() {
    let ones = Mat::from_fn(3, 3, |_, _| 1.0);
    for indefinite in [Indefinite::Absolute, Indefinite::Plain] {
        let (p, curvature, rank) = dense(&[3.0, 3.0, 3.0], &ones, 0.0, indefinite);
        assert!(distance(&p, &[1.0, 1.0, 1.0]) < 1e-14);
        assert_eq!((curvature, rank), (Curvature::Positive, 1));
        // A part of the gradient that the Hessian knows nothing of is left out.
        let (p, ..) = dense(&[2.0, 1.0, 0.0], &ones, 0.0, indefinite);
        assert!(distance(&p, &[1.0 / 3.0; 3]) < 1e-14);
        // Damped, it takes part.
        let (p, _, rank) = dense(&[1.0, -1.0, 0.0], &ones, 0.5, indefinite);
        assert!(distance(&p, &[2.0, -2.0, 0.0]) < 1e-14);
        assert_eq!(rank, 3);
    }
    // A Gram matrix whose rounding makes Cholesky succeed.
    let columns = Mat::from_fn(5, 4, |i, j| ((i * 7 + 3 * (j % 2) + 1) as f64).sin());
    let gram = columns.transpose() * &columns;
    let (p, _, rank) = dense(&times(&gram, &[1.0, 2.0, 1.0, 2.0]), &gram, 0.0, Indefinite::Absolute);
    assert!(distance(&p, &[1.0, 2.0, 1.0, 2.0]) < 1e-12, "{p:?}");
    assert_eq!(rank, 2);
}

#[test]
fn without_any_curvature_the_direction_is_the_gradient() {
    let nothing = Mat::zeros(2, 2);
    for indefinite in [Indefinite::Absolute, Indefinite::Plain] {
        let found = dense(&[3.0, -4.0], &nothing, 0.0, indefinite);
        assert_eq!(found, (vec![3.0, -4.0], Curvature::Positive, 0));
        assert_eq!(dense(&[3.0, -4.0], &nothing, 2.0, indefinite).0, [1.5, -2.0]);
    }
    assert_eq!(by_products(&[3.0, -4.0], &nothing, &NewtonCgOptions::default()).0, [3.0, -4.0]);
}

#[test]
fn a_gradient_of_zeros_has_no_direction() {
    let hessian = mat![[1.0, 0.0], [0.0, -1.0]];
    assert_eq!(absolute(&[0.0, 0.0], &hessian), [0.0, 0.0]);
    let (p, report) = by_products(&[0.0, 0.0], &hessian, &NewtonCgOptions::default());
    assert_eq!((p, report.iterations, report.converged), (vec![0.0, 0.0], 0, true));
}

#[test]
fn of_the_hessian_the_symmetric_part_counts() {
    let lopsided = mat![[4.0, 1.0], [3.0, 3.0]];
    assert!(distance(&absolute(&[8.0, 8.0], &lopsided), &[1.0, 2.0]) < 1e-15);
}

#[test]
fn numbers_of_any_size() {
    let hessian = mat![[4.0, 2.0], [2.0, 3.0]];
    let saddle = mat![[0.0, 2.0], [2.0, 0.0]];
    for exponent in [-300, -160, 160, 300] {
        let size = 2.0_f64.powi(exponent) * 2.0_f64.powi(exponent / 8);
        for hessian in [&hessian, &saddle] {
            let expected = absolute(&[8.0, 8.0], hessian);
            let scaled = absolute(&[8.0 * size, 8.0 * size], &(hessian * size));
            assert!(distance(&scaled, &expected) < 1e-14, "{exponent}: {scaled:?}");
        }
        let (p, report) = by_products(&[8.0 * size, 8.0 * size], &(&hessian * size), &NewtonCgOptions::default());
        assert!(distance(&p, &[1.0, 2.0]) < 1e-9 && report.converged, "{exponent}: {p:?} {report:?}");
    }
    let tiny = mat![[1e-310]];
    refused(
        newton_direction(&[1e10], tiny.as_ref(), &NewtonOptions::default()),
        "ERR_LGF_NONFINITE",
        "direction",
    );
}

#[test]
fn a_solver_can_be_used_again_and_with_another_dimension() {
    let mut solver = NewtonSolver::new(&NewtonOptions::default()).unwrap();
    for d in [3, 1, 2, 40, 2] {
        for sign in [1.0, -1.0] {
            let hessian = Mat::from_fn(d, d, |i, j| if i == j { sign * (i + 1) as f64 } else { 0.0 });
            let gradient: Vec<f64> = (0..d).map(|i| (i + 1) as f64).collect();
            solver.solve(&gradient, hessian.as_ref()).unwrap();
            assert!(distance(solver.direction(), &vec![1.0; d]) < 1e-13);
        }
    }
}

#[test]
fn conjugate_gradients_stop_where_the_hessian_bends_down() {
    let options = NewtonCgOptions::default();
    let maximum = mat![[-1.0, 0.0], [0.0, -2.0]];
    let (p, report) = by_products(&[1.0, 1.0], &maximum, &options);
    assert_eq!(p, [1.0, 1.0]);
    assert_eq!((report.iterations, report.converged, report.negative_curvature), (1, false, true));
    // The first probe bends up, the second down.
    let saddle = mat![[2.0, 0.0], [0.0, -0.1]];
    let (p, report) = by_products(&[1.0, 1.0], &saddle, &options);
    assert_eq!((report.iterations, report.negative_curvature), (2, true));
    assert!(p[0] > 0.0 && p[1] > 0.0);
    // Enough damping and it is convex.
    let (p, report) = by_products(&[1.0, 1.0], &saddle, &NewtonCgOptions { damping: 1.1, ..options });
    assert!(report.converged && distance(&p, &[1.0 / 3.1, 1.0]) < 1e-9);
}

#[test]
fn conjugate_gradients_stop_when_told() {
    let d = 30;
    let hessian = Mat::from_fn(d, d, |i, j| if i == j { ((i + 1) * (i + 1)) as f64 } else { 0.0 });
    let gradient = vec![1.0; d];
    let run = |tolerance, max_iterations| {
        let options = NewtonCgOptions {
            tolerance,
            max_iterations,
            ..Default::default()
        };
        by_products(&gradient, &hessian, &options)
    };
    let (p, report) = run(1e-10, Some(5));
    assert!((report.iterations, report.converged) == (5, false) && dot(&p, &gradient) > 0.0);
    let exact = run(1e-10, None).1.iterations;
    let (p, report) = run(0.1, None);
    assert!(report.converged && report.iterations < exact, "{report:?}, {exact}");
    assert!(distance(&times(&hessian, &p), &gradient) <= 0.1 * norm(&gradient) * (1.0 + 1e-10));
    // Without a tolerance it goes on as long as it may.
    let (p, report) = run(0.0, None);
    assert!(report.iterations <= 2 * d && distance(&times(&hessian, &p), &gradient) < 1e-9);
    // A singular Hessian: what it knows nothing of ends the iteration.
    let ones = Mat::from_fn(3, 3, |_, _| 1.0);
    let (p, report) = by_products(&[2.0, 1.0, 0.0], &ones, &NewtonCgOptions::default());
    assert!(
        !report.converged && report.iterations <= 20 && dot(&p, &[2.0, 1.0, 0.0]) > 0.0,
        "{p:?} {report:?}"
    );
}

#[test]
fn wrong_arguments_are_refused_by_name() {
    const ARGUMENT: &str = "ERR_LGF_ARGUMENT";
    const SHAPE: &str = "ERR_LGF_SHAPE";
    const NONFINITE: &str = "ERR_LGF_NONFINITE";
    let options = NewtonOptions::default();
    let identity = Mat::<f64>::identity(2, 2);
    let solve = |gradient: &[f64], hessian: &Mat<f64>| newton_direction(gradient, hessian.as_ref(), &options);
    refused(
        NewtonSolver::new(&NewtonOptions {
            damping: -1.0,
            ..options.clone()
        })
        .map(|_| ()),
        ARGUMENT,
        "damping",
    );
    refused(solve(&[], &Mat::zeros(0, 0)), SHAPE, "gradient");
    refused(solve(&[1.0, f64::NAN], &identity), NONFINITE, "gradient");
    refused(solve(&[1.0], &identity), SHAPE, "hessian");
    refused(solve(&[1.0, 2.0], &Mat::zeros(2, 3)), SHAPE, "hessian");
    refused(solve(&[1.0, 2.0], &mat![[1.0, 0.0], [f64::INFINITY, 1.0]]), NONFINITE, "hessian");
    let mut solver = NewtonSolver::new(&options).unwrap();
    solver.reserve(2).unwrap();
    refused(solver.reserve(1 << 20), ARGUMENT, "dimension");
    refused(solver.reserve(usize::MAX), ARGUMENT, "dimension");

    let with = |change: &dyn Fn(&mut NewtonCgOptions)| {
        let mut options = NewtonCgOptions::default();
        change(&mut options);
        NewtonCg::new(&options).map(|_| ())
    };
    refused(with(&|o| o.tolerance = 1.0), ARGUMENT, "tolerance");
    refused(with(&|o| o.max_iterations = Some(0)), ARGUMENT, "maxIterations");
    refused(with(&|o| o.damping = f64::NAN), ARGUMENT, "damping");
    let mut cg = NewtonCg::new(&NewtonCgOptions::default()).unwrap();
    refused(cg.tell(&[1.0]), "ERR_LGF_STATE", "product");
    refused(cg.begin(&[]), SHAPE, "gradient");
    refused(cg.begin(&[f64::INFINITY]), NONFINITE, "gradient");
    cg.begin(&[2.0, 4.0]).unwrap();
    refused(cg.tell(&[1.0]), SHAPE, "product");
    refused(cg.tell(&[1.0, f64::NAN]), NONFINITE, "product");
    // Refused products leave no trace.
    while let Some(probe) = cg.probe() {
        let product = [2.0 * probe[0], 8.0 * probe[1]];
        cg.tell(&product).unwrap();
    }
    assert!(distance(cg.direction(), &[1.0, 0.5]) < 1e-12);
    assert_eq!(cg.report().iterations, 2);
}

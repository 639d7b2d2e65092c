//! What holds for any input.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
use faer::Mat;
use lgf_core::library::{FeatureOptions, polynomial_features};
use lgf_core::reduce::{SvdOptions, thin_svd};
use lgf_core::regress::{DenseOptions, StlsqOptions, least_squares, stlsq};
use proptest::prelude::*;

fn matrices(rows: std::ops::RangeInclusive<usize>, columns: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Mat<f64>> {
    (rows, columns)
        .prop_flat_map(|(m, n)| prop::collection::vec(-3.0..3.0, m * n).prop_map(move |data| Mat::from_fn(m, n, |i, j| data[i * n + j])))
}

/// Powers of each input in each graded monomial, by plain enumeration.
fn exponents(d: usize, order: usize) -> Vec<Vec<usize>> {
    fn extend(prefix: &[usize], first: usize, d: usize, left: usize, out: &mut Vec<Vec<usize>>) {
        if left == 0 {
            out.push((0..d).map(|i| prefix.iter().filter(|&&p| p == i).count()).collect());
        } else {
            (first..d).for_each(|i| extend(&[prefix, &[i]].concat(), i, d, left - 1, out));
        }
    }
    let mut out = Vec::new();
    (0..=order).for_each(|degree| extend(&[], 0, d, degree, &mut out));
    out
}

proptest! {
    #[test]
    fn features_are_the_monomials(states in matrices(1..=3, 1..=5), order in 0_usize..=4) {
        let features = polynomial_features(states.as_ref(), &FeatureOptions { poly_order: order, include_bias: true }).unwrap();
        let expected = exponents(states.ncols(), order);
        prop_assert_eq!(features.ncols(), expected.len());
        for (p, powers) in expected.iter().enumerate() {
            for i in 0..states.nrows() {
                let value: f64 = powers.iter().enumerate().map(|(j, &power)| states[(i, j)].powi(power as i32)).product();
                prop_assert!((features[(i, p)] - value).abs() <= 1e-12 * value.abs().max(1.0));
            }
        }
    }

    #[test]
    fn singular_factors_reconstruct_and_are_orthonormal(a in matrices(1..=9, 1..=9), exponent in -250_i32..=250) {
        // Any scale: squares of the entries may leave the range of doubles.
        let scaled = &a * 10_f64.powi(exponent);
        let svd = thin_svd(scaled.as_ref(), &SvdOptions::default()).unwrap();
        let k = svd.s.len();
        let product = Mat::from_fn(a.nrows(), a.ncols(), |i, j| (0..k).map(|l| svd.u[(i, l)] * svd.s[l] * svd.v[(j, l)]).sum::<f64>());
        prop_assert!((product - &scaled).norm_max() <= 1e-13 * scaled.norm_max());
        for factor in [&svd.u, &svd.v] {
            prop_assert!((factor.transpose() * factor - Mat::<f64>::identity(k, k)).norm_max() < 1e-13);
        }
        prop_assert!(svd.s.windows(2).all(|pair| pair[0] >= pair[1]) && svd.s.iter().all(|&s| s >= 0.0));
    }

    #[test]
    fn least_squares_is_stationary_and_of_minimum_norm(a in matrices(1..=8, 1..=8), columns in 1_usize..=3, doubled in any::<bool>()) {
        // A repeated column makes the solution ambiguous.
        let a = if doubled { Mat::from_fn(a.nrows(), 2 * a.ncols(), |i, j| a[(i, j % a.ncols())]) } else { a };
        let y = Mat::from_fn(a.nrows(), columns, |i, j| ((3 * i + 7 * j) as f64).sin());
        let fit = least_squares(a.as_ref(), y.as_ref(), &DenseOptions::default()).unwrap();
        let residual = &a * &fit.coefficients - &y;
        let scale = 1e-12 * fit.report.condition * (1.0 + fit.coefficients.norm_max());
        prop_assert!((a.transpose() * residual).norm_max() <= scale * (1.0 + a.norm_max().powi(2)));
        if doubled {
            let half = a.ncols() / 2;
            for j in 0..columns {
                for i in 0..half {
                    prop_assert!((fit.coefficients[(i, j)] - fit.coefficients[(i + half, j)]).abs() <= scale);
                }
            }
        }
    }

    #[test]
    fn thresholding_keeps_what_it_says(a in matrices(4..=10, 1..=6), threshold in 0.0..0.5_f64, alpha in 0.0..0.1_f64, unbias in any::<bool>()) {
        let y = Mat::from_fn(a.nrows(), 2, |i, j| ((5 * i + 3 * j) as f64).cos());
        let o = StlsqOptions { threshold, alpha, unbias, ..Default::default() };
        let fit = stlsq(a.as_ref(), y.as_ref(), &o).unwrap();
        let p = a.ncols();
        for (k, &active) in fit.support.iter().enumerate() {
            let c = fit.coefficients[(k % p, k / p)];
            prop_assert!(active || c == 0.0);
            // The last solve is followed by its own threshold.
            prop_assert!(unbias || !active || c.abs() >= threshold);
        }
        prop_assert!(fit.report.iterations <= o.max_iter);
    }
}

#[test]
fn the_smallest_numbers_are_decomposed_too() {
    let tiny = Mat::from_fn(3, 2, |i, j| (1.0 + (i * j) as f64) * 1e-310);
    let svd = thin_svd(tiny.as_ref(), &SvdOptions::default()).unwrap();
    assert!((svd.s[0] / 1e-310 - 4.24).abs() < 0.3);
    // Their least-squares coefficients lie beyond the range of doubles: an error, not an infinity.
    let one = Mat::from_fn(1, 1, |_, _| 1.0);
    let error = least_squares(tiny.subrows(0, 1), one.as_ref(), &DenseOptions::default()).unwrap_err();
    assert_eq!(error.code(), "ERR_LGF_NONFINITE");
}

#[test]
fn a_cut_leaves_out_what_the_dense_solver_leaves_out() {
    // Two columns that differ by 1e-5, and a right side that only their difference explains.
    let matrix = faer::mat![[1.0, 1.0], [1.0, 1.0 + 1e-5], [1.0, 1.0 - 1e-5]];
    let target = faer::mat![[0.0], [1.0], [-1.0]];
    let sparse = |rcond, alpha, unbias| {
        let options = StlsqOptions {
            threshold: 0.0,
            alpha,
            unbias,
            rcond,
            ..Default::default()
        };
        stlsq(matrix.as_ref(), target.as_ref(), &options).unwrap()
    };
    for rcond in [None, Some(1e-3)] {
        let dense = least_squares(matrix.as_ref(), target.as_ref(), &DenseOptions { rcond }).unwrap();
        // The first solve has no penalty, or the refit has none.
        for fit in [sparse(rcond, 0.0, false), sparse(rcond, 1e-3, true)] {
            assert_eq!(fit.report.rank, if rcond.is_none() { 2 } else { 1 });
            assert!((&fit.coefficients - &dense.coefficients).norm_max() <= 1e-9 * (1.0 + dense.coefficients.norm_max()));
        }
    }
    assert!(sparse(None, 0.0, false).coefficients.norm_max() > 1e4);
    assert!(sparse(Some(1e-3), 0.0, false).coefficients.norm_max() < 1e-3);
    // A penalty damps by itself: the cut changes nothing where no solve is without.
    assert_eq!(sparse(Some(1e-3), 1e-3, false).coefficients, sparse(None, 1e-3, false).coefficients);
}

#[test]
fn of_tall_matrices_the_number_that_is_not_finite_is_named() {
    let (m, n) = (20_000, 10);
    let mut a = Mat::from_fn(m, n, |i, j| ((i * n + j) as f64).sin());
    for wide in [false, true] {
        for bad in [f64::NAN, f64::INFINITY] {
            a[(123, 4)] = bad;
            let (of, index) = if wide {
                (a.transpose(), 4 * m + 123)
            } else {
                (a.as_ref(), 123 * n + 4)
            };
            match thin_svd(of, &SvdOptions::default()).unwrap_err() {
                lgf_core::Error::NonFinite { name, index: at, .. } => assert_eq!((name.as_str(), at), ("snapshots", index)),
                other => panic!("{other}"),
            }
        }
    }
}

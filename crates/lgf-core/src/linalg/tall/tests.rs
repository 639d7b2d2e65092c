use super::*;
use crate::linalg::view;
use faer::Mat;

fn random(m: usize, n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    (0..m * n).map(|_| next()).collect()
}

/// `X D Y'` with orthonormal `X` m×n, `Y` n×n and `D` from 1 to `1 / condition`, column-major.
fn conditioned(m: usize, n: usize, condition: f64) -> Vec<f64> {
    let orthonormal = |m, seed| Mat::from_fn(m, n, |i, j| random(m, n, seed)[j * m + i]);
    let data = random(m, n, 1);
    let x = MatRef::from_column_major_slice(&data, m, n).qr().compute_thin_Q();
    let y = orthonormal(n, 2).qr().compute_thin_Q();
    let scaled = Mat::from_fn(n, n, |i, j| y[(j, i)] * condition.powf(-(i as f64) / (n.max(2) - 1) as f64));
    let a = x * scaled;
    (0..n).flat_map(|j| a.col(j).iter().copied().collect::<Vec<_>>()).collect()
}

struct Parts {
    u: Mat<f64>,
    s: Vec<f64>,
    v: Mat<f64>,
    method: SvdMethod,
    error: f64,
}

fn decompose(a: MatRef<'_, f64>, keep: Keep, tolerance: f64) -> Parts {
    let mut svd = TallSvd::default();
    svd.compute(&a, keep, tolerance).unwrap();
    let mut u = Mat::zeros(a.nrows(), svd.kept());
    svd.left(&a, u.as_mut());
    Parts {
        u,
        s: svd.s()[..svd.kept()].to_vec(),
        v: svd.v().to_owned(),
        method: svd.method(),
        error: svd.error(),
    }
}

fn departure(u: &Mat<f64>) -> f64 {
    (u.transpose() * u - Mat::<f64>::identity(u.ncols(), u.ncols())).norm_max()
}

fn check(a: MatRef<'_, f64>, parts: &Parts, tolerance: f64) {
    let mut dense = ThinSvd::default();
    dense.compute(a).unwrap();
    check_against(a, parts, dense.s(), tolerance);
}

/// `s` are the singular values.
fn check_against(a: MatRef<'_, f64>, parts: &Parts, s: &[f64], tolerance: f64) {
    let peak = s[0];
    for (own, plain) in parts.s.iter().zip(s) {
        assert!(
            (own - plain).abs() <= tolerance * peak,
            "{own} {plain} {:?} {:?}",
            parts.method,
            a.shape()
        );
        assert!(
            own == plain || (own - plain).abs() <= (1e-14 + parts.error) * plain.max(*own),
            "{own} {plain} beyond {}",
            parts.error
        );
    }
    assert!(departure(&parts.u) <= tolerance, "{:e} {:?}", departure(&parts.u), parts.method);
    assert!(departure(&parts.v) <= tolerance);
    if parts.s.len() == a.ncols() && peak > 0.0 {
        let scaled = Mat::from_fn(a.ncols(), a.ncols(), |i, j| parts.v[(j, i)] * (parts.s[i] / peak));
        let rest = Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)] / peak) - &parts.u * scaled;
        assert!(rest.norm_max() <= tolerance, "{:e} {:?}", rest.norm_max(), parts.method);
    }
}

#[test]
fn the_condition_decides_and_no_digit_is_lost() {
    for (m, n) in [(10_007, 20), (4_099, 50), (30_000, 7)] {
        for (condition, method) in [
            (1.0, SvdMethod::Gram),
            (1e3, SvdMethod::GramTwice),
            (1e6, SvdMethod::GramTwice),
            // Squared they are lost in rounding: that is noticed.
            (1e8, SvdMethod::Tsqr),
            (1e15, SvdMethod::Tsqr),
        ] {
            let columns = conditioned(m, n, condition);
            let a = view(&columns, m, n);
            let parts = decompose(a, Keep::default(), 1e-12);
            assert_eq!(parts.method, method, "{m}×{n}, {condition:e}");
            // Those of bidiagonalisation are not known well enough below 1e-13 of the largest.
            let tolerance = if condition < RESOLVED { 1e-13 } else { DROPPED };
            let s: Vec<f64> = (0..n).map(|i| condition.powf(-(i as f64) / (n - 1) as f64)).collect();
            check_against(a, &parts, &s, tolerance);
            // The same numbers row by row.
            let rows: Vec<f64> = (0..m).flat_map(|i| (0..n).map(move |j| (i, j))).map(|at| a[at]).collect();
            let by_rows = decompose(MatRef::from_row_major_slice(&rows, m, n), Keep::default(), 1e-12);
            assert_eq!(by_rows.method, method);
            check_against(a, &by_rows, &s, tolerance);
        }
    }
}

#[test]
fn left_vectors_are_orthonormal_even_where_there_are_none() {
    let (m, n) = (20_001, 12);
    let mut columns = conditioned(m, n, 10.0);
    columns.copy_within(0..m, m);
    columns[5 * m..6 * m].fill(0.0);
    check(
        view(&columns, m, n),
        &decompose(view(&columns, m, n), Keep::default(), 1e-12),
        1e-13,
    );
    let zeros = vec![0.0; m * n];
    let nothing = decompose(view(&zeros, m, n), Keep::default(), 1e-12);
    assert!(nothing.s.iter().all(|&s| s == 0.0) && nothing.method == SvdMethod::Tsqr);
    assert!(departure(&nothing.u) < 1e-13 && departure(&nothing.v) < 1e-13);
    let one = random(200_003, 1, 9);
    check(
        view(&one, one.len(), 1),
        &decompose(view(&one, one.len(), 1), Keep::default(), 1e-12),
        1e-13,
    );
}

#[test]
fn extreme_scales_are_tamed() {
    let (m, n) = (10_000, 14);
    for condition in [1.0, 1e5, 1e12] {
        let plain = decompose(view(&conditioned(m, n, condition), m, n), Keep::default(), 1e-12);
        for scale in [1e200, 1e-200, 1e300, 1e-290] {
            let columns: Vec<f64> = conditioned(m, n, condition).iter().map(|v| v * scale).collect();
            let parts = decompose(view(&columns, m, n), Keep::default(), 1e-12);
            assert_eq!(parts.method, plain.method);
            assert!(departure(&parts.u) < 1e-13);
            for (own, plain) in parts.s.iter().zip(&plain.s) {
                assert!((own / scale - plain).abs() < 1e-13 * plain.max(1e-2));
            }
        }
    }
    let mut columns = random(m, n, 3);
    for bad in [f64::NAN, f64::INFINITY] {
        columns[m + 7] = bad;
        assert!(TallSvd::default().compute(&view(&columns, m, n), Keep::default(), 1e-12).is_err());
    }
}

#[test]
fn leading_triplets_are_those_of_all() {
    let (m, n) = (12_000, 24);
    for (condition, rank) in [(1e4, 5), (1e14, 6), (1e14, 12), (1e20, 3)] {
        let columns = conditioned(m, n, condition);
        let a = view(&columns, m, n);
        let mut dense = ThinSvd::default();
        dense.compute(a).unwrap();
        for tolerance in [1e-12, 1e-8] {
            let keep = Keep {
                rank: Some(rank),
                energy: None,
            };
            let parts = decompose(a, keep, tolerance);
            let kept = dense.s()[0] / dense.s()[rank - 1];
            assert!(parts.error <= tolerance.max(1e2 * f64::EPSILON * n as f64 * kept));
            for (own, plain) in parts.s.iter().zip(dense.s()) {
                assert!((own - plain).abs() <= parts.error * plain, "{own} {plain} {:?}", parts.method);
            }
            // Each left vector up to its sign; neighbours of these spectra lie well apart.
            for j in 0..rank {
                let cosine = (parts.u.col(j).transpose() * dense.u().col(j)).abs();
                assert!(
                    (1.0 - cosine) <= 4.0 * parts.error + 1e-14,
                    "{j}: {:e} {:?}",
                    1.0 - cosine,
                    parts.method
                );
            }
        }
    }
    // A share of the energy that the first pass cannot tell is told by a better one.
    let columns = conditioned(m, n, 1e9);
    let a = view(&columns, m, n);
    let energy = |energy| {
        let keep = Keep {
            rank: None,
            energy: Some(energy),
        };
        decompose(a, keep, 1e-12)
    };
    let mut dense = ThinSvd::default();
    dense.compute(a).unwrap();
    for share in [0.9, 1.0 - 1e-6, 1.0 - 1e-13] {
        assert_eq!(energy(share).s.len(), energy_rank(dense.s(), share), "{share}");
    }
}

#[test]
fn bits_do_not_depend_on_threads() {
    for (m, n) in [(40_003, 10), (8 * 512 * 9, 9)] {
        for condition in [1.0, 1e5, 1e10] {
            let columns = conditioned(m, n, condition);
            let on = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| decompose(view(&columns, m, n), Keep::default(), 1e-12))
            };
            let one = on(1);
            for other in [on(2), on(8)] {
                assert!(other.u == one.u && other.s == one.s && other.v == one.v, "{:?}", one.method);
            }
        }
    }
}

use super::*;
use faer::Mat;

/// A matrix that is there.
struct Given(Mat<f64>, usize);

impl Rows for Given {
    fn count(&self) -> usize {
        self.0.nrows()
    }
    fn columns(&self) -> [usize; 2] {
        [self.0.ncols() - self.1, self.1]
    }
    fn strip(&self, _: Arch, from: usize, count: usize, out: &mut [f64]) {
        for (j, column) in out.chunks_exact_mut(STRIP).enumerate() {
            column.fill(0.0);
            (0..count).for_each(|p| column[p] = self.0[(from + p, j)]);
        }
    }
}

/// Columns of different size and of different likeness to each other.
fn matrix(n: usize, q: usize, alike: f64) -> Mat<f64> {
    let wave = |i: usize, j: usize| ((1 + i * (j + 2)) as f64 * 0.37 + (i * i % 97) as f64).sin();
    Mat::from_fn(n, q, |i, j| {
        let own = if j == 0 { wave(i, 0) } else { wave(i, j - 1) + alike * wave(i, j) };
        own * 3f64.powi(j as i32 % 5 - 2)
    })
}

struct Out {
    r: Mat<f64>,
    qty: Mat<f64>,
    left: Vec<f64>,
    way: Way,
}

fn run(rows: &Given, reflect: bool) -> std::result::Result<Out, NotFinite> {
    let (mut stream, mut r, mut qty, mut left) = (Stream::default(), Vec::new(), Vec::new(), Vec::new());
    let [p, t] = rows.columns();
    let way = if reflect {
        let plan = Plan::new(rows.count(), rows.columns());
        stream.chains.resize_with(plan.chains, Chain::default);
        stream.sketch(rows, plan)?;
        stream.reflect(rows, plan);
        (r, qty) = (stream.factor.r.clone(), stream.factor.z.clone());
        left = stream.factor.left.iter().map(|v| v * v).collect();
        Way::Reflections
    } else {
        stream.compress(rows, &mut r, &mut qty, &mut left)?
    };
    Ok(Out {
        r: view(&r, p, p).to_owned(),
        qty: view(&qty, p, t).to_owned(),
        left,
        way,
    })
}

/// The largest error of `A'A` and `A'Y` relative to the lengths of the columns, and of what is left of `Y`.
fn error(rows: &Given, out: &Out) -> f64 {
    let [p, t] = rows.columns();
    let (a, y) = (rows.0.subcols(0, p), rows.0.subcols(p, t));
    let size = |m: faer::MatRef<'_, f64>, j: usize| m.col(j).norm_l2().max(f64::MIN_POSITIVE);
    let (gram, cross) = (
        a.transpose() * a - out.r.transpose() * &out.r,
        a.transpose() * y - out.r.transpose() * &out.qty,
    );
    let mut worst = 0.0_f64;
    for i in 0..p {
        (0..p).for_each(|j| worst = worst.max(gram[(i, j)].abs() / size(a, i) / size(a, j)));
        (0..t).for_each(|j| worst = worst.max(cross[(i, j)].abs() / size(a, i) / size(y, j)));
    }
    for j in 0..t {
        let all = out.qty.col(j).squared_norm_l2() + out.left[j];
        worst = worst.max((all / size(y, j).powi(2) - 1.0).abs());
    }
    worst
}

#[test]
fn the_factor_is_that_of_the_matrix() {
    for (n, q, t, alike) in [
        (5000, 7, 1, 1.0),
        (4111, 30, 3, 1.0),
        (9003, 61, 2, 1e-3),
        (70_000, 2, 1, 1e-7),
        (9100, 280, 1, 1.0),
    ] {
        let rows = Given(matrix(n, q, alike), t);
        for reflect in [false, true] {
            let out = run(&rows, reflect).unwrap();
            let error = error(&rows, &out);
            assert!(error < 1e-13, "{n}×{q}, {alike}, reflections {reflect}: {error:e}");
            assert_eq!(out.way, if reflect { Way::Reflections } else { Way::Gram }, "{n}×{q}");
        }
    }
}

/// Coefficients that are known are found as well as reflections of the whole matrix find them.
#[test]
fn ill_conditioned_columns_lose_no_more_than_by_reflections() {
    let (n, p) = (20_000, 12);
    // Powers of numbers in (0, 1): condition about 1e11.
    let a = Mat::from_fn(n, p, |i, j| ((i as f64 * 0.618_033_988_75) % 1.0).powi(j as i32));
    let exact = Mat::from_fn(p, 1, |i, _| if i % 2 == 0 { 1.0 } else { -0.5 });
    let y = &a * &exact;
    let rows = Given(Mat::from_fn(n, p + 1, |i, j| if j < p { a[(i, j)] } else { y[(i, 0)] }), 1);
    let solved = |out: &Out| {
        let mut x = out.qty.clone();
        faer::linalg::triangular_solve::solve_upper_triangular_in_place(out.r.as_ref(), x.as_mut(), Par::Seq);
        (x - &exact).norm_max()
    };
    let (fast, slow) = (run(&rows, false).unwrap(), run(&rows, true).unwrap());
    let (fast_error, slow_error) = (solved(&fast), solved(&slow));
    assert!(
        fast_error < 1e-6 && fast_error < 20.0 * slow_error.max(1e-8),
        "{fast_error:e} {slow_error:e}"
    );
    assert_eq!(fast.way, Way::Gram);
    // Explained to rounding, not to the root of it.
    assert!(fast.left[0].sqrt() < 1e-13 * y.norm_l2(), "{:e}", fast.left[0].sqrt() / y.norm_l2());
}

#[test]
fn dependent_and_zero_columns_are_left_to_reflections() {
    let base = matrix(6000, 9, 1.0);
    let entry = |i: usize, j: usize| match j {
        3 => base[(i, 0)] - 2.0 * base[(i, 1)],
        5 => 0.0,
        _ => base[(i, j)],
    };
    let rows = Given(Mat::from_fn(6000, 9, entry), 1);
    let out = run(&rows, false).unwrap();
    assert!(error(&rows, &out) < 1e-13 && out.way == Way::Reflections);
}

/// One row that no sample of rows would show.
#[test]
fn a_row_that_outweighs_all_others_counts() {
    let mut a = matrix(40_000, 6, 1.0);
    (0..6).for_each(|j| a[(31_234, j)] = 1e9 * (j as f64 + 1.0).cos());
    let rows = Given(a, 1);
    let (out, by_reflections) = (run(&rows, false).unwrap(), run(&rows, true).unwrap());
    assert!(error(&rows, &out) < 1e-13 && error(&rows, &by_reflections) < 1e-13);
    let s = |out: &Out| *out.r.singular_values().unwrap().last().unwrap();
    assert!((s(&out) / s(&by_reflections) - 1.0).abs() < 1e-6);
}

#[test]
fn sizes_at_the_ends_of_the_range_of_doubles() {
    let unscaled = matrix(6000, 8, 1.0);
    let factors = [1.0, 1e-280, 1e280, 1.0, 1e-160, 1e200, 1.0, 1e290];
    let out = run(&Given(unscaled.clone(), 1), false).unwrap();
    let scaled = run(&Given(Mat::from_fn(6000, 8, |i, j| unscaled[(i, j)] * factors[j]), 1), false).unwrap();
    for (j, factor) in factors[..7].iter().enumerate() {
        let size = out.r.col(j).norm_l2();
        (0..7).for_each(|i| assert!((scaled.r[(i, j)].abs() / factor - out.r[(i, j)].abs()).abs() < 1e-11 * size));
    }
}

#[test]
fn the_bits_do_not_depend_on_the_threads() {
    let tall = Given(matrix(30_000, 20, 1e-2), 2);
    for reflect in [false, true] {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(&tall, reflect)).unwrap()
        };
        let one = on(1);
        for other in [on(2), on(8)] {
            assert_eq!((&one.r, &one.qty, &one.left), (&other.r, &other.qty, &other.left));
        }
    }
}

#[test]
fn the_first_entry_that_is_not_finite_is_told() {
    let mut a = matrix(9000, 5, 1.0);
    (a[(8000, 1)], a[(8000, 3)], a[(8999, 0)]) = (f64::NAN, f64::INFINITY, f64::NAN);
    let found = run(&Given(a, 2), false).err().unwrap();
    assert_eq!((found.row, found.column, found.value.is_nan()), (8000, 1, true));
}

/// Substitution and Gram matrix on registers of other widths and numbers than this machine's.
#[test]
fn narrower_registers_give_the_same_sums() {
    struct On<'a> {
        q: usize,
        packed: &'a Packed,
        strips: Vec<f64>,
        gram: Vec<f64>,
    }
    impl pulp::WithSimd for &mut On<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: pulp::Simd>(self, simd: S) {
            let mut sums = vec![0.0; sums_length(self.q)];
            let (columns, factor, strips) = (self.q, self.packed, &mut self.strips[..]);
            let panel = Panel {
                columns,
                factor,
                strips,
                sums: &mut sums,
            };
            panel.with_simd(simd);
            let (gram, sums) = (&mut self.gram[..], &sums[..]);
            Collect { columns, sums, gram }.with_simd(simd);
        }
    }
    for q in [1, 4, 7, 13] {
        let mut packed = Packed::default();
        packed.pack(q, |i, j| if i == j { 2.0 + i as f64 } else { ((i + 3 * j) as f64).cos() });
        let data = |k: usize| if k % pitch(q) < q * STRIP { (k as f64 * 0.71).sin() } else { 0.0 };
        let on = || On {
            q,
            packed: &packed,
            strips: (0..5 * pitch(q)).map(data).collect(),
            gram: vec![0.0; padded(q) * padded(q)],
        };
        let mut here = on();
        Arch::new().dispatch(&mut here);
        // b R = a, entry by entry.
        for (strip, k) in (0..5).flat_map(|s| (0..STRIP).map(move |p| (s, p))) {
            let at = |values: &[f64], j: usize| values[strip * pitch(q) + j * STRIP + k];
            for j in 0..q {
                let entry = |i: usize| if i == j { 2.0 + i as f64 } else { ((i + 3 * j) as f64).cos() };
                let sum: f64 = (0..=j).map(|i| at(&here.strips, i) * entry(i)).sum();
                assert!((sum - at(&on().strips, j)).abs() < 1e-12);
            }
        }
        let mut others = vec![on()];
        pulp::Simd::vectorize(pulp::Scalar::new(), &mut others[0]);
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            let mut other = on();
            pulp::Simd::vectorize(simd, &mut other);
            others.push(other);
        }
        for other in others {
            let apart = other.gram.iter().zip(&here.gram).map(|(a, b)| (a - b).abs());
            assert!(apart.fold(0.0, f64::max) < 1e-11, "{q}");
        }
    }
}

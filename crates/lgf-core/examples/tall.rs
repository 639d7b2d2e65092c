//! Times of a thin SVD, step by step.
use faer::{Mat, MatRef};
use lgf_core::reduce::{SnapshotSvd, SvdOptions};
use std::time::Instant;

fn main() {
    let mut state = 1_u64;
    let mut random = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    for (m, n) in [(1_000_000, 20), (100_000, 50), (1_000_000, 40)] {
        let data: Vec<f64> = (0..m * n).map(|_| random()).collect();
        for decades in [0.0, 3.0, 6.0, 8.0, 15.0] {
            let scaled: Vec<f64> = data
                .iter()
                .enumerate()
                .map(|(i, v)| v * 10_f64.powf(-decades * (i % n) as f64 / (n - 1) as f64))
                .collect();
            let a = MatRef::from_row_major_slice(&scaled, m, n);
            let mut best = [f64::INFINITY; 2];
            let mut what = String::new();
            let mut u = vec![0.0; m * n];
            for _ in 0..5 {
                let start = Instant::now();
                let mut svd = SnapshotSvd::new(a, &SvdOptions::default()).unwrap();
                best[0] = best[0].min(start.elapsed().as_secs_f64());
                let start = Instant::now();
                svd.left_into(faer::MatMut::from_row_major_slice_mut(&mut u, m, n));
                best[1] = best[1].min(start.elapsed().as_secs_f64());
                what = format!("{:?} {:.1e} {:.1e}", svd.method(), svd.condition(), svd.error_bound());
            }
            let u = MatRef::from_row_major_slice(&u, m, n);
            let e = (u.transpose() * u - Mat::<f64>::identity(n, n)).norm_max();
            println!("{m}x{n} 1e{decades}: factors {:.1} ms, U {:.1} ms, {what}, orth {e:.1e}", 1e3 * best[0], 1e3 * best[1]);
        }
    }
}

//! Times of a thin SVD, step by step.
use faer::{Mat, MatRef};
use lgf_core::reduce::{SnapshotSvd, SvdOptions};
use std::time::Instant;

/// Nanoseconds on a processor, of all threads.
fn cpu() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let each = |path: std::path::PathBuf| std::fs::read_to_string(path.join("schedstat")).unwrap();
    tasks.map(|t| each(t.unwrap().path()).split(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}

fn main() {
    let mut state = 1_u64;
    let mut random = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let only: Vec<usize> = std::env::args().skip(1).filter_map(|v| v.parse().ok()).collect();
    for (m, n) in [(1_000_000, 20), (100_000, 50), (1_000_000, 40)].into_iter().filter(|(_, n)| only.is_empty() || only.contains(n)) {
        let data: Vec<f64> = (0..m * n).map(|_| random()).collect();
        for decades in [6.0] {
            let scaled: Vec<f64> = data
                .iter()
                .enumerate()
                .map(|(i, v)| v * 10_f64.powf(-decades * (i % n) as f64 / (n - 1) as f64))
                .collect();
            let a = MatRef::from_row_major_slice(&scaled, m, n);
            let mut best = [f64::INFINITY; 4];
            let mut what = String::new();
            let mut u = vec![0.0; m * n];
            for _ in 0..if only.is_empty() { 5 } else { 40 } {
                let (start, used) = (Instant::now(), cpu());
                let mut svd = SnapshotSvd::new(a, &SvdOptions::default()).unwrap();
                best[0] = best[0].min(start.elapsed().as_secs_f64());
                best[2] = best[2].min(cpu() - used);
                let (start, used) = (Instant::now(), cpu());
                svd.left_into(faer::MatMut::from_row_major_slice_mut(&mut u, m, n));
                best[1] = best[1].min(start.elapsed().as_secs_f64());
                best[3] = best[3].min(cpu() - used);
                what = format!("{:?} {:.1e} {:.1e}", svd.method(), svd.condition(), svd.error_bound());
            }
            let u = MatRef::from_row_major_slice(&u, m, n);
            let e = (u.transpose() * u - Mat::<f64>::identity(n, n)).norm_max();
            println!("{m}x{n} 1e{decades}: factors {:.1} ms ({:.1} cpu), U {:.1} ms ({:.1} cpu), {what}, orth {e:.1e}", 1e3 * best[0], 1e-6*best[2], 1e3 * best[1], 1e-6*best[3]);
        }
    }
}

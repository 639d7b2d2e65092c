//! A streaming read of memory by all threads: what times of passes are compared with.
use rayon::prelude::*;

/// The sum of all numbers.
pub fn stream(data: &[f64]) -> f64 {
    let part = |part: &[f64]| {
        let mut sums = [0.0; 32];
        for group in part.chunks_exact(32) {
            sums.iter_mut().zip(group).for_each(|(sum, v)| *sum += v);
        }
        sums.iter().sum::<f64>()
    };
    data.par_chunks(1 << 15).map(part).sum()
}

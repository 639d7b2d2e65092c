//! Weighted inner products of long vectors, `Σ w_i a_i b_i`, in one pass over all of them.
use crate::linalg::kernel::add_dots;
use crate::parallel::sum_blocks_of;

/// Entries of a block: of all vectors together it stays in the first-level caches.
const BLOCK: usize = 512;

/// `out[i][j] = Σ w a_i a_j`; empty weights are ones.
pub fn inner_products(weights: &[f64], columns: &[&[f64]]) -> Vec<Vec<f64>> {
    let (n, d) = (columns.len(), columns.first().map_or(0, |column| column.len()));
    let mut sums = vec![0.0; n * n];
    sum_blocks_of(BLOCK, d, n * d, &mut sums, &mut Vec::new(), |at, sums| {
        let mut room = [0.0; BLOCK];
        let scaled = &mut room[..at.len()];
        for (j, column) in columns.iter().enumerate() {
            scaled.copy_from_slice(&column[at.clone()]);
            scaled
                .iter_mut()
                .zip(weights.get(at.clone()).unwrap_or_default())
                .for_each(|(v, w)| *v *= w);
            let parts = columns[..=j].iter().map(|column| &column[at.clone()]);
            add_dots(parts, [&*scaled], &mut sums[n * j..n * j + j + 1]);
        }
    });
    let at = |i: usize, j: usize| sums[n * i.max(j) + i.min(j)];
    (0..n).map(|i| (0..n).map(|j| at(i, j)).collect()).collect()
}

/// `[Σ w a b, Σ w a a, Σ w b b]`.
pub fn products(weights: &[f64], a: &[f64], b: &[f64]) -> [f64; 3] {
    let gram = inner_products(weights, &[a, b]);
    [gram[0][1], gram[0][0], gram[1][1]]
}

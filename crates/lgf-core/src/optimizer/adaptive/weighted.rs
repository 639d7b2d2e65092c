//! Weighted inner products of long vectors, `Σ w_i a_i b_i`, in one pass over all of them.
use crate::linalg::kernel::add_dots;
use crate::parallel::sum_blocks_of;
use std::ops::Range;

/// Entries of a block: of all vectors together it stays in the first-level caches.
const BLOCK: usize = 512;
/// Vectors that are weighted, at most: each entry of the others is loaded once for all of them.
pub const MOST: usize = 5;

/// `out[i][j] = Σ w a_i b_j` of at most [`MOST`] vectors `a` with all `b`; empty weights are ones.
pub fn inner_products(weights: &[f64], a: &[&[f64]], b: &[&[f64]]) -> Vec<Vec<f64>> {
    let (n, d) = (b.len(), b.first().map_or(0, |v| v.len()));
    let mut sums = vec![0.0; n * a.len()];
    sum_blocks_of(BLOCK, d, (n + a.len()) * d, &mut sums, &mut Vec::new(), |at, sums| {
        let mut room = [[0.0; BLOCK]; MOST];
        for (scaled, a) in room.iter_mut().zip(a) {
            let scaled = &mut scaled[..at.len()];
            scaled.copy_from_slice(&a[at.clone()]);
            let weights = weights.get(at.clone()).unwrap_or_default();
            scaled.iter_mut().zip(weights).for_each(|(v, w)| *v *= w);
        }
        match a.len() {
            1 => add::<1>(&room, b, &at, sums),
            2 => add::<2>(&room, b, &at, sums),
            3 => add::<3>(&room, b, &at, sums),
            4 => add::<4>(&room, b, &at, sums),
            _ => add::<5>(&room, b, &at, sums),
        }
    });
    sums.chunks(n.max(1)).map(<[f64]>::to_vec).collect()
}

/// Adds products of the first `M` blocks with those of all vectors.
fn add<const M: usize>(room: &[[f64; BLOCK]; MOST], b: &[&[f64]], at: &Range<usize>, sums: &mut [f64]) {
    let mut scaled = [&[][..]; M];
    scaled.iter_mut().zip(room).for_each(|(scaled, room)| *scaled = &room[..at.len()]);
    add_dots(b.iter().map(|b| &b[at.clone()]), scaled, sums);
}

/// `[Σ w a b, Σ w a a, Σ w b b]`.
pub fn products(weights: &[f64], a: &[f64], b: &[f64]) -> [f64; 3] {
    let all = inner_products(weights, &[a, b], &[a, b]);
    [all[0][1], all[0][0], all[1][1]]
}

//! Work shared among threads: pieces of fixed size, sums in fixed order, so that the bits do not depend on how many threads there are.
use rayon::prelude::*;

/// Entries of a block.
pub(super) const BLOCK: usize = 1 << 12;
/// Operations below which waking another thread costs more than it saves.
const WORTH: usize = 1 << 17;

/// Calls `body` with each piece of `out`, all but the last of this length, and its index; `work` is how many operations there are in all.
pub(super) fn pieces(out: &mut [f64], length: usize, work: usize, body: impl Fn(usize, &mut [f64]) + Sync + Send) {
    if work < WORTH {
        out.chunks_mut(length).enumerate().for_each(|(i, piece)| body(i, piece));
    } else {
        out.par_chunks_mut(length).enumerate().for_each(|(i, piece)| body(i, piece));
    }
}

/// `out[i] = value(i)`.
pub(super) fn fill(out: &mut [f64], work: usize, value: impl Fn(usize) -> f64 + Sync + Send) {
    pieces(out, BLOCK, work * out.len(), |block, out| {
        out.iter_mut().enumerate().for_each(|(i, out)| *out = value(block * BLOCK + i));
    });
}

/// `Σ term(i)`, block by block.
pub(super) fn sum(length: usize, term: impl Fn(usize) -> f64 + Sync + Send) -> f64 {
    let mut parts = vec![0.0; length.div_ceil(BLOCK)];
    pieces(&mut parts, 1, length, |block, part| {
        part[0] = (block * BLOCK..((block + 1) * BLOCK).min(length)).map(&term).sum();
    });
    parts.iter().sum()
}

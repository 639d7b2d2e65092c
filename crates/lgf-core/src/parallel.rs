//! Work shared among threads: blocks of fixed size, reductions in fixed order, so that the bits do not depend on how many threads there are.
use rayon::prelude::*;
use std::ops::Range;

/// Entries of a vector that one block covers: 32 KiB of doubles, half of the smallest second-level caches taken with a second vector.
pub(crate) const BLOCK: usize = 1 << 12;

/// Numbers to go through below which handing them to another thread costs more than it saves (some ten microseconds).
const WORTH: usize = 1 << 17;

/// Whether work on so many numbers is worth a second thread.
pub(crate) fn is_worth(numbers: usize) -> bool {
    numbers >= WORTH
}

/// Calls `body` with each block of `out` and the place where it begins; `numbers` is how many are gone through in all.
pub(crate) fn blocks_mut(out: &mut [f64], numbers: usize, body: impl Fn(usize, &mut [f64]) + Sync + Send) {
    if is_worth(numbers) {
        out.par_chunks_mut(BLOCK).enumerate().for_each(|(i, block)| body(i * BLOCK, block));
    } else {
        out.chunks_mut(BLOCK).enumerate().for_each(|(i, block)| body(i * BLOCK, block));
    }
}

/// The same from the last block to the first: what a pass in the other direction has just read is read first.
pub(crate) fn blocks_mut_backwards(out: &mut [f64], numbers: usize, body: impl Fn(usize, &mut [f64]) + Sync + Send) {
    if is_worth(numbers) {
        out.par_chunks_mut(BLOCK)
            .enumerate()
            .rev()
            .for_each(|(i, block)| body(i * BLOCK, block));
    } else {
        out.chunks_mut(BLOCK)
            .enumerate()
            .rev()
            .for_each(|(i, block)| body(i * BLOCK, block));
    }
}

/// Sums over blocks of `0..length`: `body` adds what a block gives to its own zeroed sums, which are joined block by block from the first.
/// `partial` is room that only grows.
pub(crate) fn sum_blocks(
    length: usize,
    numbers: usize,
    sums: &mut [f64],
    partial: &mut Vec<f64>,
    body: impl Fn(Range<usize>, &mut [f64]) + Sync + Send,
) {
    sum_blocks_of(BLOCK, length, numbers, sums, partial, body);
}

/// The same over blocks of another size, for sums so many that those of all blocks would take much memory.
pub(crate) fn sum_blocks_of(
    size: usize,
    length: usize,
    numbers: usize,
    sums: &mut [f64],
    partial: &mut Vec<f64>,
    body: impl Fn(Range<usize>, &mut [f64]) + Sync + Send,
) {
    let width = sums.len();
    sums.fill(0.0);
    if width == 0 || length == 0 {
        return;
    }
    let count = length.div_ceil(size);
    if partial.len() < count * width {
        partial.resize(count * width, 0.0);
    }
    let partial = &mut partial[..count * width];
    partial.fill(0.0);
    let block = |i: usize| i * size..((i + 1) * size).min(length);
    if is_worth(numbers) {
        partial.par_chunks_mut(width).enumerate().for_each(|(i, sums)| body(block(i), sums));
    } else {
        partial.chunks_mut(width).enumerate().for_each(|(i, sums)| body(block(i), sums));
    }
    for part in partial.chunks(width) {
        sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
}

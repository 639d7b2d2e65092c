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
    pieces_mut(out, BLOCK, numbers, |i, block| body(i * BLOCK, block));
}

/// Calls `body` with each piece of `out`, all but the last of this length, and its index.
pub(crate) fn pieces_mut(out: &mut [f64], length: usize, numbers: usize, body: impl Fn(usize, &mut [f64]) + Sync + Send) {
    if is_worth(numbers) {
        out.par_chunks_mut(length).enumerate().for_each(|(i, piece)| body(i, piece));
    } else {
        out.chunks_mut(length).enumerate().for_each(|(i, piece)| body(i, piece));
    }
}

/// Calls `body` with each item.
pub(crate) fn each_mut<T: Send>(items: &mut [T], numbers: usize, body: impl Fn(&mut T) + Sync + Send) {
    if is_worth(numbers) {
        items.par_iter_mut().for_each(body);
    } else {
        items.iter_mut().for_each(body);
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

/// Calls `body` with each block of all of these vectors, which are of one length, and the place where it begins; whether all calls said
/// yes. `numbers` is how many are gone through in all; few make one block.
pub(crate) fn blocks_of<const N: usize>(
    outs: [&mut [f64]; N],
    numbers: usize,
    body: &(impl Fn(usize, [&mut [f64]; N]) -> bool + Sync),
) -> bool {
    if is_worth(numbers) { halve(0, outs, body) } else { body(0, outs) }
}

fn halve<const N: usize>(from: usize, outs: [&mut [f64]; N], body: &(impl Fn(usize, [&mut [f64]; N]) -> bool + Sync)) -> bool {
    let length = outs.first().map_or(0, |out| out.len());
    if length <= BLOCK {
        return body(from, outs);
    }
    let half = (length.div_ceil(BLOCK) / 2) * BLOCK;
    let (starts, ends) = split(outs, half);
    let (first, second) = rayon::join(|| halve(from, starts, body), || halve(from + half, ends, body));
    first & second
}

/// As [`blocks_of`], in blocks whatever the size, with sums: `body` adds what a block gives to its own zeroed ones, which are added to `sums`
/// block by block from the first. `partial` is room that only grows.
pub(crate) fn blocks_with_sums<const N: usize>(
    outs: [&mut [f64]; N],
    numbers: usize,
    sums: &mut [f64],
    partial: &mut Vec<f64>,
    body: &(impl Fn(usize, [&mut [f64]; N], &mut [f64]) + Sync),
) {
    let (width, count) = (sums.len(), outs.first().map_or(0, |out| out.len()).div_ceil(BLOCK));
    if partial.len() < count * width {
        partial.resize(count * width, 0.0);
    }
    let partial = &mut partial[..count * width];
    partial.fill(0.0);
    halve_with_sums(0, outs, (partial, width), is_worth(numbers), body);
    for part in partial.chunks(width.max(1)) {
        sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
}

fn halve_with_sums<const N: usize>(
    from: usize,
    outs: [&mut [f64]; N],
    (partial, width): (&mut [f64], usize),
    worth: bool,
    body: &(impl Fn(usize, [&mut [f64]; N], &mut [f64]) + Sync),
) {
    let length = outs.first().map_or(0, |out| out.len());
    if length <= BLOCK {
        return body(from, outs, partial);
    }
    let blocks = length.div_ceil(BLOCK) / 2;
    let (starts, ends) = split(outs, blocks * BLOCK);
    let (first, second) = partial.split_at_mut(blocks * width);
    let start = || halve_with_sums(from, starts, (first, width), worth, body);
    let end = || halve_with_sums(from + blocks * BLOCK, ends, (second, width), worth, body);
    if worth {
        rayon::join(start, end);
    } else {
        start();
        end();
    }
}

/// All vectors up to a place, and from there on.
fn split<const N: usize>(outs: [&mut [f64]; N], at: usize) -> ([&mut [f64]; N], [&mut [f64]; N]) {
    let (mut starts, mut ends) = ([(); N].map(|()| &mut [][..]), [(); N].map(|()| &mut [][..]));
    for ((start, end), out) in starts.iter_mut().zip(&mut ends).zip(outs) {
        (*start, *end) = out.split_at_mut(at);
    }
    (starts, ends)
}

/// The sum of what `body` gives for blocks of `0..length`, joined by halves: the tree depends on the length alone. It needs no room.
pub(crate) fn sum_halves(length: usize, numbers: usize, body: &(impl Fn(Range<usize>) -> f64 + Sync)) -> f64 {
    sum_of(0..length, is_worth(numbers), body)
}

fn sum_of(at: Range<usize>, worth: bool, body: &(impl Fn(Range<usize>) -> f64 + Sync)) -> f64 {
    if at.len() <= BLOCK {
        return body(at);
    }
    let middle = at.start + (at.len().div_ceil(BLOCK) / 2) * BLOCK;
    let (first, second) = (|| sum_of(at.start..middle, worth, body), || sum_of(middle..at.end, worth, body));
    let (first, second) = if worth { rayon::join(first, second) } else { (first(), second()) };
    first + second
}

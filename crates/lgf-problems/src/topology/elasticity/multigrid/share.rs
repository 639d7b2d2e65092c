//! Pieces of vectors shared among threads where they are worth it.
use rayon::prelude::*;

/// Numbers below which a second thread costs more than it saves.
const WORTH: usize = 1 << 15;

/// Whether work on so many numbers is worth a second thread.
pub(super) fn is_worth(numbers: usize) -> bool {
    numbers >= WORTH
}

/// Calls `body` with the index of each piece of this length and the piece.
pub(super) fn pieces<T: Send>(out: &mut [T], length: usize, body: impl Fn(usize, &mut [T]) + Sync) {
    if is_worth(out.len()) {
        out.par_chunks_mut(length).enumerate().for_each(|(i, piece)| body(i, piece));
    } else {
        out.chunks_mut(length).enumerate().for_each(|(i, piece)| body(i, piece));
    }
}

/// The same for two vectors of one length.
pub(super) fn pairs<T: Send, U: Send>(a: &mut [T], b: &mut [U], length: usize, body: impl Fn(usize, &mut [T], &mut [U]) + Sync) {
    if is_worth(a.len()) {
        let pairs = a.par_chunks_mut(length).zip(b.par_chunks_mut(length)).enumerate();
        pairs.for_each(|(i, (a, b))| body(i, a, b));
    } else {
        let pairs = a.chunks_mut(length).zip(b.chunks_mut(length)).enumerate();
        pairs.for_each(|(i, (a, b))| body(i, a, b));
    }
}

/// Sums over pieces of `0..count`, added up in order.
pub(super) fn sum(count: usize, numbers: usize, body: impl Fn(usize) -> f64 + Sync) -> f64 {
    if is_worth(numbers) {
        let parts: Vec<f64> = (0..count).into_par_iter().map(&body).collect();
        parts.iter().sum()
    } else {
        (0..count).map(body).sum()
    }
}

/// The piece of a vector with this index.
pub(super) fn piece<T>(v: &[T], length: usize, index: usize) -> &[T] {
    &v[index * length..((index + 1) * length).min(v.len())]
}

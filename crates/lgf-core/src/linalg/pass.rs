//! Arithmetic entry by entry over vectors of one length, each read once and written once: full vector registers of whatever the machine
//! has, all threads above a size, and on the way the answer whether what was written is finite.
use crate::parallel::{BLOCK, blocks_of, is_worth};
use pulp::{Arch, Scalar, Simd, WithSimd};
use rayon::prelude::*;

/// What is done to one entry of each vector. No sums over entries and no fused products where a compiler would not make them: the bits are
/// those of a plain loop, on any machine and any number of threads.
pub(crate) trait Entrywise<const I: usize, const O: usize>: Copy + Sync + Send {
    /// Whether anybody asks if what was written is finite.
    const CHECKED: bool = true;
    /// The new entries of the vectors that are written, from those of the vectors that are read and their own old ones.
    /// To be marked `#[inline(always)]` and to hold no closure: either would leave the wide instructions behind.
    fn at<S: Simd>(self, simd: S, ins: [S::f64s; I], outs: [S::f64s; O]) -> [S::f64s; O];
}

/// Vectors shorter than this are gone through entry by entry: asking for the instruction set would cost more.
const SHORT: usize = 16;

/// Numbers of a pass that count as one in the question whether a second thread is worth it: it does little with each.
const LIGHT: usize = 4;

/// Whether everything that was written is finite, where that is checked.
pub(crate) fn pass<const I: usize, const O: usize>(op: impl Entrywise<I, O>, ins: [&[f64]; I], outs: [&mut [f64]; O]) -> bool {
    let length = outs.first().map_or(0, |out| out.len());
    if length < SHORT {
        let sum = plainly(op, ins, outs);
        return sum == 0.0;
    }
    let arch = Arch::new();
    blocks_of(outs, (I + O) * length / LIGHT, &|from, outs: [&mut [f64]; O]| {
        let length = outs.first().map_or(0, |out| out.len());
        let ins = ins.map(|part| &part[from..from + length]);
        arch.dispatch(Pass { op, ins, outs })
    })
}

/// One by one; 0 if everything that was written is finite, else not a number.
#[inline(always)]
fn plainly<T: Entrywise<I, O>, const I: usize, const O: usize>(op: T, ins: [&[f64]; I], mut outs: [&mut [f64]; O]) -> f64 {
    let mut sum = 0.0;
    for i in 0..outs.first().map_or(0, |out| out.len()) {
        let mut old = [0.0; O];
        for (old, out) in old.iter_mut().zip(&outs) {
            *old = out[i];
        }
        let mut read = [0.0; I];
        for (read, part) in read.iter_mut().zip(&ins) {
            *read = part[i];
        }
        for (out, new) in outs.iter_mut().zip(op.at(Scalar, read, old)) {
            out[i] = new;
            if T::CHECKED {
                sum += 0.0 * new;
            }
        }
    }
    sum
}

struct Pass<'a, T, const I: usize, const O: usize> {
    op: T,
    ins: [&'a [f64]; I],
    outs: [&'a mut [f64]; O],
}

impl<T: Entrywise<I, O>, const I: usize, const O: usize> WithSimd for Pass<'_, T, I, O> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        let Self { op, ins, outs } = self;
        let ins = ins.map(|part| S::as_simd_f64s(part));
        let (mut heads, mut tails): ([&mut [S::f64s]; O], [&mut [f64]; O]) = ([(); O].map(|()| &mut [][..]), [(); O].map(|()| &mut [][..]));
        for ((head, tail), out) in heads.iter_mut().zip(&mut tails).zip(outs) {
            (*head, *tail) = S::as_mut_simd_f64s(out);
        }
        let count = heads.first().map_or(0, |head| head.len());
        // Two sums side by side: one would wait for itself.
        let mut sums = [simd.splat_f64s(0.0); 2];
        let mut at = 0;
        while at < count {
            let mut lane = 0;
            while lane < 2 && at + lane < count {
                let i = at + lane;
                let mut old = [simd.splat_f64s(0.0); O];
                for (old, head) in old.iter_mut().zip(&heads) {
                    *old = head[i];
                }
                let mut read = [simd.splat_f64s(0.0); I];
                for (read, (part, _)) in read.iter_mut().zip(&ins) {
                    *read = part[i];
                }
                for (head, new) in heads.iter_mut().zip(op.at(simd, read, old)) {
                    head[i] = new;
                    if T::CHECKED {
                        sums[lane] = simd.add_f64s(sums[lane], simd.sub_f64s(new, new));
                    }
                }
                lane += 1;
            }
            at += 2;
        }
        let rest = plainly(op, ins.map(|(_, rest)| rest), tails);
        simd.reduce_sum_f64s(simd.add_f64s(sums[0], sums[1])) + rest == 0.0
    }
}

/// `sum_j weights_j v_j`, added up from the first on.
#[derive(Clone, Copy)]
pub(crate) struct Weighted<const I: usize>(pub [f64; I]);

impl<const I: usize> Entrywise<I, 1> for Weighted<I> {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, ins: [S::f64s; I], _: [S::f64s; 1]) -> [S::f64s; 1] {
        let mut sum = simd.mul_f64s(simd.splat_f64s(self.0[0]), ins[0]);
        for (weight, v) in self.0.iter().zip(ins).skip(1) {
            sum = simd.add_f64s(sum, simd.mul_f64s(simd.splat_f64s(*weight), v));
        }
        [sum]
    }
}

/// Most vectors of one combination.
pub(crate) const MOST: usize = 8;

/// `out = sum_j weights_j v_j` of at most [`MOST`] vectors, of which as many entries count as `out` has; whether all of it is finite.
pub(crate) fn combine<'a>(parts: impl Iterator<Item = (f64, &'a [f64])>, out: &mut [f64]) -> bool {
    let (mut weights, mut vectors, mut count) = ([0.0; MOST], [&[][..]; MOST], 0);
    for (j, (weight, vector)) in parts.take(MOST).enumerate() {
        (weights[j], vectors[j], count) = (weight, &vector[..out.len()], j + 1);
    }
    fn of<const I: usize>(weights: &[f64; MOST], vectors: &[&[f64]; MOST], out: &mut [f64]) -> bool {
        let (mut w, mut v) = ([0.0; I], [&[][..]; I]);
        w.copy_from_slice(&weights[..I]);
        v.copy_from_slice(&vectors[..I]);
        pass(Weighted(w), v, [out])
    }
    match count {
        0 => {
            out.fill(0.0);
            true
        }
        1 => of::<1>(&weights, &vectors, out),
        2 => of::<2>(&weights, &vectors, out),
        3 => of::<3>(&weights, &vectors, out),
        4 => of::<4>(&weights, &vectors, out),
        5 => of::<5>(&weights, &vectors, out),
        6 => of::<6>(&weights, &vectors, out),
        7 => of::<7>(&weights, &vectors, out),
        _ => of::<8>(&weights, &vectors, out),
    }
}

/// `out = x`, with all threads where there is much of it.
pub(crate) fn copy(x: &[f64], out: &mut [f64]) {
    blocks_of([out], 2 * x.len() / LIGHT, &|from, [out]: [&mut [f64]; 1]| {
        out.copy_from_slice(&x[from..from + out.len()]);
        true
    });
}

/// Whether all entries lie strictly between two bounds; what is no number does not.
pub(crate) fn all_between(x: &[f64], low: f64, high: f64) -> bool {
    if x.len() < SHORT {
        return x.iter().all(|&x| low < x && x < high);
    }
    let arch = Arch::new();
    let block = |x: &[f64]| arch.dispatch(Between { x, low, high });
    if is_worth(x.len() / LIGHT) {
        x.par_chunks(BLOCK).all(block)
    } else {
        block(x)
    }
}

struct Between<'a> {
    x: &'a [f64],
    low: f64,
    high: f64,
}

impl WithSimd for Between<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        let Self { x, low, high } = self;
        let (head, tail) = S::as_simd_f64s(x);
        let (least, most) = (simd.splat_f64s(low), simd.splat_f64s(high));
        let (no, yes) = (simd.splat_f64s(0.0), simd.splat_f64s(1.0));
        let mut outside = no;
        for x in head {
            let inside = simd.and_m64s(simd.less_than_f64s(least, *x), simd.less_than_f64s(*x, most));
            outside = simd.or_f64s(outside, simd.select_f64s(inside, no, yes));
        }
        let mut all = simd.reduce_sum_f64s(outside) == 0.0;
        for &x in tail {
            all &= low < x && x < high;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(n: usize, seed: f64) -> Vec<f64> {
        (0..n).map(|i| ((i as f64 + 1.0) * seed).sin()).collect()
    }

    fn on<T: Send>(threads: usize, body: impl FnOnce() -> T + Send) -> T {
        match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
            Ok(pool) => pool.install(body),
            Err(_) => body(),
        }
    }

    #[test]
    fn combinations_have_the_bits_of_a_plain_loop_on_any_number_of_threads() {
        for n in [0, 1, 7, 16, 17, 1000, 300_003] {
            for count in 0..=MOST {
                let vectors: Vec<Vec<f64>> = (0..count).map(|j| wave(n, 0.3 + j as f64)).collect();
                let weights = wave(count, 1.7);
                for threads in [1, 2, 8] {
                    let mut out = wave(n, 9.0);
                    let parts = || weights.iter().copied().zip(vectors.iter().map(Vec::as_slice));
                    assert!(on(threads, || combine(parts(), &mut out)));
                    for (i, out) in out.iter().enumerate() {
                        let plain = (0..count).map(|j| weights[j] * vectors[j][i]).reduce(|sum, term| sum + term);
                        assert_eq!(*out, plain.unwrap_or(0.0));
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_is_not_finite_is_found_wherever_it_is() {
        for n in [1, 15, 16, 33, 1000, 300_001] {
            for place in [0, n / 2, n - 1] {
                for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                    let mut x = wave(n, 0.7);
                    x[place] = bad;
                    assert!(
                        !combine([(1.0, x.as_slice())].into_iter(), &mut vec![0.0; n]),
                        "{bad} at {place} of {n}"
                    );
                }
            }
            let largest = vec![f64::MAX; n];
            assert!(combine([(1.0, largest.as_slice())].into_iter(), &mut vec![0.0; n]));
            assert!(!combine([(2.0, largest.as_slice())].into_iter(), &mut vec![0.0; n]));
        }
    }

    #[test]
    fn entries_beyond_bounds_are_found_wherever_they_are() {
        for n in [1, 16, 33, 1000, 600_001] {
            let x = wave(n, 0.7);
            assert!(all_between(&x, -1.1, 1.1) && !all_between(&x, 2.0, 3.0));
            for place in [0, n / 2, n - 1] {
                for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.1, 1.1] {
                    let mut x = x.clone();
                    x[place] = bad;
                    assert!(!all_between(&x, -1.1, 1.1));
                }
            }
        }
        // The bound that admits every number that is not below zero.
        assert!(all_between(&[0.0; 20], -f64::from_bits(1), 1.0) && all_between(&[-0.0; 20], -f64::from_bits(1), 1.0));
        assert!(!all_between(&[-f64::from_bits(1); 20], -f64::from_bits(1), 1.0));
    }

    #[test]
    fn copies() {
        for n in [0, 5, 300_001] {
            let (x, mut out) = (wave(n, 0.2), vec![0.0; n]);
            copy(&x, &mut out);
            assert_eq!(x, out);
        }
    }
}

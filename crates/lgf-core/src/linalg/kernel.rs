//! Passes over the columns of tall matrices, on full vector registers of whatever the machine has and on all threads.
use crate::parallel::{blocks_mut, sum_blocks};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Columns of equal length that lie one behind the other.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'a> {
    data: &'a [f64],
    length: usize,
}

impl<'a> Columns<'a> {
    /// As many columns as there are in `data`.
    pub fn new(data: &'a [f64], length: usize) -> Self {
        Self { data, length }
    }

    /// The entries `at` of every column.
    fn part(self, at: Range<usize>) -> impl Iterator<Item = &'a [f64]> + Clone {
        self.data.chunks_exact(self.length).map(move |column| &column[at.clone()])
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.data.len() / self.length
    }

    /// `out_i = column_i . x`: one pass over the columns. `partial` is room that only grows.
    pub fn dots(self, x: &[f64], out: &mut [f64], partial: &mut Vec<f64>) {
        sum_blocks(self.length, self.data.len(), out, partial, |at, sums| {
            add_dots(self.part(at.clone()), [&x[at]], sums);
        });
    }

    /// `out += sum_i weights_i column_i`: one pass over the columns.
    pub fn add_to(self, weights: &[f64], out: &mut [f64]) {
        blocks_mut(out, self.data.len(), |from, out| {
            self.add_part(from..from + out.len(), weights, out)
        });
    }

    /// `out = base + sum_i weights_i column_i`: one pass over the columns.
    pub fn lift(self, base: &[f64], weights: &[f64], out: &mut [f64]) {
        blocks_mut(out, self.data.len(), |from, out| {
            let at = from..from + out.len();
            out.copy_from_slice(&base[at.clone()]);
            self.add_part(at, weights, out);
        });
    }

    /// `out += sum_i weights_i column_i` of the entries `at`, on this thread.
    pub fn add_part(self, at: Range<usize>, weights: &[f64], out: &mut [f64]) {
        debug_assert_eq!(weights.len(), self.count());
        add_weighted(weights.iter().copied().zip(self.part(at)), out);
    }
}

/// `out_(j, i) += column_i . x_j`, by `j`: every column is read once, on this thread.
pub(crate) fn add_dots<'a, const M: usize>(mut columns: impl Iterator<Item = &'a [f64]>, xs: [&[f64]; M], out: &mut [f64]) {
    fn add<const N: usize, const M: usize>(arch: Arch, columns: [&[f64]; 4], xs: [&[f64]; M], out: &mut [f64], from: usize) {
        let mut first = [&[][..]; N];
        first.copy_from_slice(&columns[..N]);
        let count = out.len() / M;
        for (j, dots) in arch.dispatch(Dots { columns: first, xs }).iter().enumerate() {
            let sums = out[j * count + from..].iter_mut();
            sums.zip(dots).for_each(|(sum, dot)| *sum += dot);
        }
    }
    let arch = Arch::new();
    for from in (0..out.len() / M).step_by(4) {
        let columns = [(); 4].map(|()| columns.next().unwrap_or_default());
        match out.len() / M - from {
            1 => add::<1, M>(arch, columns, xs, out, from),
            2 => add::<2, M>(arch, columns, xs, out, from),
            3 => add::<3, M>(arch, columns, xs, out, from),
            _ => add::<4, M>(arch, columns, xs, out, from),
        }
    }
}

/// `out += sum_i weight_i vector_i`, on this thread.
pub(crate) fn add_weighted<'a>(mut parts: impl Iterator<Item = (f64, &'a [f64])>, out: &mut [f64]) {
    fn add<const N: usize>(arch: Arch, weights: [f64; 4], columns: [&[f64]; 4], out: &mut [f64]) {
        let (mut first, mut factors) = ([&[][..]; N], [0.0; N]);
        first.copy_from_slice(&columns[..N]);
        factors.copy_from_slice(&weights[..N]);
        let (columns, weights) = (first, factors);
        arch.dispatch(Combine { columns, weights, out });
    }
    let arch = Arch::new();
    loop {
        let (mut weights, mut columns, mut count) = ([0.0; 4], [&[][..]; 4], 0);
        for (weight, column) in parts.by_ref().take(4) {
            (weights[count], columns[count], count) = (weight, column, count + 1);
        }
        match count {
            0 => return,
            1 => add::<1>(arch, weights, columns, out),
            2 => add::<2>(arch, weights, columns, out),
            3 => add::<3>(arch, weights, columns, out),
            _ => add::<4>(arch, weights, columns, out),
        }
    }
}

/// `column_i . x_j`, by `j`.
struct Dots<'a, const N: usize, const M: usize> {
    columns: [&'a [f64]; N],
    xs: [&'a [f64]; M],
}

impl<const N: usize, const M: usize> WithSimd for Dots<'_, N, M> {
    type Output = [[f64; N]; M];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [[f64; N]; M] {
        let Self { columns, xs } = self;
        let length = xs.first().map_or(0, |x| x.len());
        let xs = xs.map(|x| S::as_simd_f64s(&x[..length]));
        let parts = columns.map(|column| S::as_simd_f64s(&column[..length]));
        let mut lanes = [[simd.splat_f64s(0.0); N]; M];
        let steps = xs.first().map_or(0, |(head, _)| head.len());
        for i in 0..steps {
            for (lanes, (x, _)) in lanes.iter_mut().zip(&xs) {
                for (sum, (column, _)) in lanes.iter_mut().zip(&parts) {
                    *sum = simd.mul_add_e_f64s(column[i], x[i], *sum);
                }
            }
        }
        let mut out = [[0.0; N]; M];
        for ((out, lanes), (_, tail)) in out.iter_mut().zip(lanes).zip(xs) {
            for ((out, lanes), (_, rest)) in out.iter_mut().zip(lanes).zip(parts) {
                let rest: f64 = rest.iter().zip(tail).map(|(a, b)| a * b).sum();
                *out = simd.reduce_sum_f64s(lanes) + rest;
            }
        }
        out
    }
}

/// `out += sum_i weights_i column_i`.
struct Combine<'a, const N: usize> {
    columns: [&'a [f64]; N],
    weights: [f64; N],
    out: &'a mut [f64],
}

impl<const N: usize> WithSimd for Combine<'_, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { columns, weights, out } = self;
        let parts = columns.map(|column| S::as_simd_f64s(&column[..out.len()]));
        let lanes = weights.map(|w| simd.splat_f64s(w));
        let (head, tail) = S::as_mut_simd_f64s(out);
        for (i, out) in head.iter_mut().enumerate() {
            let mut sum = *out;
            for (weight, (column, _)) in lanes.iter().zip(&parts) {
                sum = simd.mul_add_e_f64s(column[i], *weight, sum);
            }
            *out = sum;
        }
        for (i, out) in tail.iter_mut().enumerate() {
            for (weight, (_, rest)) in weights.iter().zip(&parts) {
                *out += weight * rest[i];
            }
        }
    }
}

/// The smallest magnitudes of the entries `at` of `columns * w` for two vectors `w`; what is not a number may count as any.
pub(crate) fn smallest_products(columns: Columns<'_>, at: Range<usize>, w: [&[f64]; 2]) -> [f64; 2] {
    Arch::new().dispatch(SmallestProducts { columns, at, w })
}

struct SmallestProducts<'a> {
    columns: Columns<'a>,
    at: Range<usize>,
    w: [&'a [f64]; 2],
}

impl WithSimd for SmallestProducts<'_> {
    type Output = [f64; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [f64; 2] {
        let Self { columns, at, w } = self;
        let count = columns.count().min(w[0].len()).min(w[1].len());
        // Four registers of entries for each vector: the products neither wait for each other nor leave the registers.
        let tile = 4 * S::F64_LANES;
        let mut least = [simd.splat_f64s(f64::INFINITY); 2];
        let mut from = at.start;
        while from + tile <= at.end {
            let mut sums = [[simd.splat_f64s(0.0); 4]; 2];
            for k in 0..count {
                let (part, _) = S::as_simd_f64s(&columns.data[k * columns.length + from..][..tile]);
                for (sums, w) in sums.iter_mut().zip(w) {
                    let w = simd.splat_f64s(w[k]);
                    for (sum, v) in sums.iter_mut().zip(part) {
                        *sum = simd.mul_add_e_f64s(*v, w, *sum);
                    }
                }
            }
            for (least, sums) in least.iter_mut().zip(sums) {
                for sum in sums {
                    *least = simd.min_f64s(*least, simd.abs_f64s(sum));
                }
            }
            from += tile;
        }
        let mut out = least.map(|least| simd.reduce_min_f64s(least));
        for i in from..at.end {
            for (least, w) in out.iter_mut().zip(w) {
                let sum: f64 = (0..count).map(|k| columns.data[k * columns.length + i] * w[k]).sum();
                *least = least.min(sum.abs());
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parallel::BLOCK;

    fn wave(n: usize, seed: f64) -> Vec<f64> {
        (0..n).map(|i| ((i as f64 + 1.0) * seed).sin()).collect()
    }

    #[test]
    fn passes_are_the_plain_sums_on_any_number_of_threads() {
        for (length, count) in [(3, 1), (17, 7), (BLOCK + 5, 6), (40_000, 9)] {
            let (data, x) = (wave(length * count, 0.7), wave(length, 0.3));
            let weights = wave(count, 1.1);
            let columns = Columns::new(&data, length);
            let on = |threads: usize| {
                let run = || {
                    let (mut dots, mut sum) = (vec![1.0; count], x.clone());
                    columns.dots(&x, &mut dots, &mut Vec::new());
                    columns.add_to(&weights, &mut sum);
                    (dots, sum)
                };
                match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
                    Ok(pool) => pool.install(run),
                    Err(_) => run(),
                }
            };
            let (dots, sum) = on(1);
            for (dot, column) in dots.iter().zip(data.chunks(length)) {
                let plain: f64 = column.iter().zip(&x).map(|(a, b)| a * b).sum();
                assert!((dot - plain).abs() < 1e-12 * length as f64);
            }
            for (i, sum) in sum.iter().enumerate() {
                let plain: f64 = (0..count).map(|j| weights[j] * data[j * length + i]).sum();
                assert!((sum - x[i] - plain).abs() < 1e-13 * count as f64);
            }
            assert!([2, 8].into_iter().all(|threads| on(threads) == (dots.clone(), sum.clone())));
        }
    }
}

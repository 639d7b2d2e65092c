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
        self.dots_of(&[x], out, partial);
    }

    /// `out_(j, i) = column_i . xs_j`, by `j`: one pass over the columns for all `xs`, block by block from the cache.
    pub fn dots_of(self, xs: &[&[f64]], out: &mut [f64], partial: &mut Vec<f64>) {
        let (arch, count) = (Arch::new(), self.count());
        sum_blocks(self.length, xs.len() * self.data.len(), out, partial, |at, sums| {
            for (x, sums) in xs.iter().zip(sums.chunks_exact_mut(count)) {
                let x = &x[at.clone()];
                let mut columns = self.part(at.clone());
                let mut sums = sums.chunks_exact_mut(4);
                for sums in sums.by_ref() {
                    let columns = [(); 4].map(|()| columns.next().unwrap_or_default());
                    arch.dispatch(Dots { columns, x, sums });
                }
                for (sum, column) in sums.into_remainder().iter_mut().zip(columns) {
                    let sums = std::slice::from_mut(sum);
                    arch.dispatch(Dots {
                        columns: [column],
                        x,
                        sums,
                    });
                }
            }
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
        let arch = Arch::new();
        let mut columns = self.part(at);
        let mut weights = weights.chunks_exact(4);
        for weights in weights.by_ref() {
            let columns = [(); 4].map(|()| columns.next().unwrap_or_default());
            arch.dispatch(Combine { columns, weights, out });
        }
        for (weight, column) in weights.remainder().iter().zip(columns) {
            let weights = std::slice::from_ref(weight);
            arch.dispatch(Combine {
                columns: [column],
                weights,
                out,
            });
        }
    }
}

/// `sums_i += column_i . x`.
struct Dots<'a, const N: usize> {
    columns: [&'a [f64]; N],
    x: &'a [f64],
    sums: &'a mut [f64],
}

impl<const N: usize> WithSimd for Dots<'_, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { columns, x, sums } = self;
        let (head, tail) = S::as_simd_f64s(x);
        let parts = columns.map(|column| S::as_simd_f64s(&column[..x.len()]));
        let mut lanes = [simd.splat_f64s(0.0); N];
        for (i, x) in head.iter().enumerate() {
            for (sum, (column, _)) in lanes.iter_mut().zip(&parts) {
                *sum = simd.mul_add_e_f64s(column[i], *x, *sum);
            }
        }
        for ((sum, lanes), (_, rest)) in sums.iter_mut().zip(lanes).zip(parts) {
            let rest: f64 = rest.iter().zip(tail).map(|(a, b)| a * b).sum();
            *sum += simd.reduce_sum_f64s(lanes) + rest;
        }
    }
}

/// `out += sum_i weights_i column_i`.
struct Combine<'a, const N: usize> {
    columns: [&'a [f64]; N],
    weights: &'a [f64],
    out: &'a mut [f64],
}

impl<const N: usize> WithSimd for Combine<'_, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { columns, weights, out } = self;
        let parts = columns.map(|column| S::as_simd_f64s(&column[..out.len()]));
        let mut factors = [0.0; N];
        factors.copy_from_slice(weights);
        let lanes = factors.map(|w| simd.splat_f64s(w));
        let (head, tail) = S::as_mut_simd_f64s(out);
        for (i, out) in head.iter_mut().enumerate() {
            let mut sum = *out;
            for (weight, (column, _)) in lanes.iter().zip(&parts) {
                sum = simd.mul_add_e_f64s(column[i], *weight, sum);
            }
            *out = sum;
        }
        for (i, out) in tail.iter_mut().enumerate() {
            for (weight, (_, rest)) in factors.iter().zip(&parts) {
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

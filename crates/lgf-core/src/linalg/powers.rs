//! Passes over rows that are stored one behind the other, in either precision: sums of powers of products, and combinations.
use crate::parallel::{BLOCK, blocks_mut_backwards, sum_blocks, sum_blocks_of};
use crate::rows::{Entry, Part, Rows, STRETCH, count};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Highest power.
pub(crate) const MOST_POWERS: usize = 64;

/// `sums[i * order + q - 1] = sum_j (x_ij y_j)^q` for all rows `x_i` of the parts and `q = 1..=order`: one pass over them.
/// `partial` is room that only grows.
pub(crate) fn power_sums(parts: &[Part], y: &[f64], order: usize, sums: &mut [f64], partial: &mut Vec<f64>) {
    let (arch, d) = (Arch::new(), y.len());
    sum_blocks(d, d * count(parts), sums, partial, |at, sums| {
        let mut rest = sums;
        for part in parts {
            let (sums, behind) = rest.split_at_mut(part.count * order);
            add_powers(arch, part, d, at.clone(), &y[at.clone()], order, sums);
            rest = behind;
        }
    });
}

/// The same for all pairs of rows: first those of the first row with itself and all behind it, then those of the second, and so on.
pub(crate) fn pair_sums(parts: &[Part], d: usize, order: usize, sums: &mut [f64], partial: &mut Vec<f64>) {
    let (arch, n) = (Arch::new(), count(parts));
    // So that the sums of all blocks take a fraction of the memory of the rows.
    let block = BLOCK.max(4 * n * order);
    sum_blocks_of(block, d, d * n * n, sums, partial, |at, sums| {
        let mut buffer = [0.0; STRETCH];
        for from in at.clone().step_by(STRETCH) {
            let at = from..(from + STRETCH).min(at.end);
            let mut rest = &mut *sums;
            for (p, first) in parts.iter().enumerate() {
                for row in 0..first.count {
                    let y = stretch(first, row, d, at.clone(), &mut buffer);
                    let own = Part {
                        from: first.from + row,
                        count: first.count - row,
                        rows: first.rows.clone(),
                    };
                    for part in std::iter::once(&own).chain(&parts[p + 1..]) {
                        let (sums, behind) = rest.split_at_mut(part.count * order);
                        add_powers(arch, part, d, at.clone(), y, order, sums);
                        rest = behind;
                    }
                }
            }
        }
    });
}

/// `out = sum_i weights_i x_i` over all rows of the parts: one pass over them.
pub(crate) fn combine(parts: &[Part], weights: &[f64], out: &mut [f64]) {
    let (arch, d) = (Arch::new(), out.len());
    blocks_mut_backwards(out, d * count(parts), |from, out| add_rows(arch, parts, weights, d, from, out));
}

/// `sums[t] = |sum_i weights[t][i] x_i|^2` for every table of combinations, one after the other, each row by row: one pass over the rows.
pub(crate) fn squares_of_combinations(parts: &[Part], d: usize, tables: [&[f64]; 2], sums: &mut [f64; 2], partial: &mut Vec<f64>) {
    let (arch, n) = (Arch::new(), count(parts));
    let numbers = tables.iter().map(|table| table.len()).sum::<usize>() * d;
    sum_blocks(d, numbers, sums, partial, |at, sums| {
        let mut buffer = [0.0; STRETCH];
        for from in at.clone().step_by(STRETCH) {
            let out = &mut buffer[..STRETCH.min(at.end - from)];
            for (table, sum) in tables.iter().zip(sums.iter_mut()) {
                for weights in table.chunks_exact(n) {
                    add_rows(arch, parts, weights, d, from, out);
                    *sum += out.iter().map(|v| v * v).sum::<f64>();
                }
            }
        }
    });
}

/// A stretch of one row as doubles.
fn stretch<'a>(part: &'a Part, row: usize, d: usize, at: Range<usize>, room: &'a mut [f64; STRETCH]) -> &'a [f64] {
    let at = (part.from + row) * d + at.start..(part.from + row) * d + at.end;
    match &*part.rows {
        Rows::Double(numbers) => &numbers[at],
        Rows::Single(numbers) => {
            Entry::widen(&numbers[at.clone()], room);
            Entry::widened(&numbers[at], room)
        }
    }
}

fn add_powers(arch: Arch, part: &Part, d: usize, at: Range<usize>, y: &[f64], order: usize, sums: &mut [f64]) {
    match &*part.rows {
        Rows::Double(numbers) => powers_of(arch, &numbers[part.range(d)], d, at, y, order, sums),
        Rows::Single(numbers) => powers_of(arch, &numbers[part.range(d)], d, at, y, order, sums),
    }
}

fn powers_of<E: Entry>(arch: Arch, rows: &[E], d: usize, at: Range<usize>, y: &[f64], order: usize, sums: &mut [f64]) {
    let mut rows = rows.chunks_exact(d).map(|row| &row[at.clone()]);
    match order {
        1 => by_four::<E, 1>(arch, rows, y, sums),
        2 => by_four::<E, 2>(arch, rows, y, sums),
        3 => by_four::<E, 3>(arch, rows, y, sums),
        4 => by_four::<E, 4>(arch, rows, y, sums),
        _ => {
            for (sums, row) in sums.chunks_exact_mut(order).zip(&mut rows) {
                arch.dispatch(ManyPowers { row, y, sums });
            }
        }
    }
}

fn by_four<'a, E: Entry, const Q: usize>(arch: Arch, mut rows: impl Iterator<Item = &'a [E]>, y: &[f64], sums: &mut [f64]) {
    let mut sums = sums.chunks_exact_mut(4 * Q);
    for sums in sums.by_ref() {
        let rows = [(); 4].map(|()| rows.next().unwrap_or_default());
        arch.dispatch(Powers::<E, 4, Q> { rows, y, sums });
    }
    for (sums, row) in sums.into_remainder().chunks_exact_mut(Q).zip(rows) {
        arch.dispatch(Powers::<E, 1, Q> { rows: [row], y, sums });
    }
}

/// `out = sum_i weights_i x_i` for the entries of `out`, which begin at `from`.
fn add_rows(arch: Arch, parts: &[Part], weights: &[f64], d: usize, from: usize, out: &mut [f64]) {
    out.fill(0.0);
    let mut rest = weights;
    for part in parts {
        let (weights, behind) = rest.split_at(part.count);
        match &*part.rows {
            Rows::Double(numbers) => combine_of(arch, &numbers[part.range(d)], d, weights, from, out),
            Rows::Single(numbers) => combine_of(arch, &numbers[part.range(d)], d, weights, from, out),
        }
        rest = behind;
    }
}

fn combine_of<E: Entry>(arch: Arch, rows: &[E], d: usize, weights: &[f64], from: usize, out: &mut [f64]) {
    let to = from + out.len();
    let mut rows = rows.chunks_exact(d).map(|row| &row[from..to]);
    let mut weights = weights.chunks_exact(4);
    for weights in weights.by_ref() {
        let rows = [(); 4].map(|()| rows.next().unwrap_or_default());
        // Differences have two or four rows of many.
        if weights.iter().any(|w| *w != 0.0) {
            arch.dispatch(Combine { rows, weights, out });
        }
    }
    for (weight, row) in weights.remainder().iter().zip(rows) {
        let weights = std::slice::from_ref(weight);
        arch.dispatch(Combine { rows: [row], weights, out });
    }
}

/// `sums[i * Q + q - 1] += sum_j (row_ij y_j)^q`.
struct Powers<'a, E, const N: usize, const Q: usize> {
    rows: [&'a [E]; N],
    y: &'a [f64],
    sums: &'a mut [f64],
}

impl<E: Entry, const N: usize, const Q: usize> WithSimd for Powers<'_, E, N, Q> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { rows, y, sums } = self;
        let mut lanes = [[simd.splat_f64s(0.0); Q]; N];
        let mut ends = [[0.0; Q]; N];
        let mut room = [(); N].map(|()| E::room());
        let mut from = 0;
        while from < y.len() {
            let to = (from + STRETCH).min(y.len());
            let (head, tail) = S::as_simd_f64s(&y[from..to]);
            for (row, room) in rows.iter().zip(&mut room) {
                E::widen(&row[from..to], room);
            }
            let parts: [_; N] = std::array::from_fn(|k| S::as_simd_f64s(E::widened(&rows[k][from..to], &room[k])));
            for (i, y) in head.iter().enumerate() {
                for (lanes, (row, _)) in lanes.iter_mut().zip(&parts) {
                    let product = simd.mul_f64s(row[i], *y);
                    lanes[0] = simd.add_f64s(lanes[0], product);
                    if Q == 2 {
                        lanes[1] = simd.mul_add_e_f64s(product, product, lanes[1]);
                    } else {
                        let mut power = product;
                        for lane in &mut lanes[1..] {
                            power = simd.mul_f64s(power, product);
                            *lane = simd.add_f64s(*lane, power);
                        }
                    }
                }
            }
            for (ends, (_, row)) in ends.iter_mut().zip(&parts) {
                for (v, y) in row.iter().zip(tail) {
                    let mut power = 1.0;
                    for end in ends.iter_mut() {
                        power *= v * y;
                        *end += power;
                    }
                }
            }
            from = to;
        }
        for ((sums, lanes), ends) in sums.chunks_exact_mut(Q).zip(lanes).zip(ends) {
            for ((sum, lanes), end) in sums.iter_mut().zip(lanes).zip(ends) {
                *sum += simd.reduce_sum_f64s(lanes) + end;
            }
        }
    }
}

/// The same for one row and any number of powers, which then are beyond the registers.
struct ManyPowers<'a, E> {
    row: &'a [E],
    y: &'a [f64],
    sums: &'a mut [f64],
}

impl<E: Entry> WithSimd for ManyPowers<'_, E> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { row, y, sums } = self;
        let mut lanes = [simd.splat_f64s(0.0); MOST_POWERS];
        let lanes = &mut lanes[..sums.len()];
        let mut room = E::room();
        for (row, y) in row.chunks(STRETCH).zip(y.chunks(STRETCH)) {
            let (head, tail) = S::as_simd_f64s(y);
            E::widen(row, &mut room);
            let (row, end) = S::as_simd_f64s(E::widened(row, &room));
            for (row, y) in row.iter().zip(head) {
                let product = simd.mul_f64s(*row, *y);
                let mut power = product;
                for lane in &mut *lanes {
                    *lane = simd.add_f64s(*lane, power);
                    power = simd.mul_f64s(power, product);
                }
            }
            for (v, y) in end.iter().zip(tail) {
                let mut power = 1.0;
                for sum in &mut *sums {
                    power *= v * y;
                    *sum += power;
                }
            }
        }
        for (sum, lanes) in sums.iter_mut().zip(lanes) {
            *sum += simd.reduce_sum_f64s(*lanes);
        }
    }
}

/// `out += sum_i weights_i row_i`.
struct Combine<'a, E, const N: usize> {
    rows: [&'a [E]; N],
    weights: &'a [f64],
    out: &'a mut [f64],
}

impl<E: Entry, const N: usize> WithSimd for Combine<'_, E, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { rows, weights, out } = self;
        let mut factors = [0.0; N];
        factors.copy_from_slice(weights);
        let lanes = factors.map(|w| simd.splat_f64s(w));
        let mut room = [(); N].map(|()| E::room());
        for (k, out) in out.chunks_mut(STRETCH).enumerate() {
            let (from, to) = (k * STRETCH, k * STRETCH + out.len());
            for (row, room) in rows.iter().zip(&mut room) {
                E::widen(&row[from..to], room);
            }
            let parts: [_; N] = std::array::from_fn(|k| S::as_simd_f64s(E::widened(&rows[k][from..to], &room[k])));
            let (head, tail) = S::as_mut_simd_f64s(out);
            for (i, out) in head.iter_mut().enumerate() {
                let mut sum = *out;
                for (weight, (row, _)) in lanes.iter().zip(&parts) {
                    sum = simd.mul_add_e_f64s(row[i], *weight, sum);
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
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::rows::HistoryPrecision;
    use std::sync::Arc;

    fn wave(n: usize, seed: f64) -> Vec<f64> {
        (0..n).map(|i| ((i as f64 + 1.0) * seed).sin()).collect()
    }

    /// Rows in two pieces, the second one without its first row.
    fn parts(data: &[f64], d: usize, precision: HistoryPrecision) -> Vec<Part> {
        let half = data.len() / d / 2;
        let part = |numbers: &[f64], from: usize| {
            let mut rows = Rows::new(precision);
            rows.extend(numbers.iter().copied());
            Part {
                count: numbers.len() / d - from,
                rows: Arc::new(rows),
                from,
            }
        };
        let (first, second) = data.split_at(half * d);
        vec![part(first, 0), part(second, 1)]
    }

    /// The rows as doubles, whatever they are stored as.
    fn rows(parts: &[Part], d: usize) -> Vec<Vec<f64>> {
        let mut room = Vec::new();
        let all = parts.iter().flat_map(|part| part.rows.doubles(part.range(d), &mut room).to_vec());
        all.collect::<Vec<_>>().chunks_exact(d).map(<[f64]>::to_vec).collect()
    }

    #[test]
    fn passes_are_the_plain_sums_on_any_number_of_threads() {
        for precision in [HistoryPrecision::Double, HistoryPrecision::Single] {
            for (d, n, order) in [
                (3, 4, 1),
                (17, 9, 2),
                (700, 12, 3),
                (BLOCK + 5, 6, 2),
                (40_000, 11, 2),
                (9000, 5, 7),
                (300, 6, 4),
            ] {
                let (y, parts) = (wave(d, 0.3), parts(&wave(d * n, 0.7), d, precision));
                let rows = rows(&parts, d);
                let weights = wave(n - 1, 1.1);
                let plain = |x: &[f64], y: &[f64], q: i32| x.iter().zip(y).map(|(x, y)| (x * y).powi(q)).sum::<f64>();
                let on = |threads: usize| {
                    let run = || {
                        let (mut sums, mut pairs) = (vec![1.0; (n - 1) * order], vec![1.0; n * (n - 1) / 2 * order]);
                        let (mut out, mut squares) = (y.clone(), [0.0; 2]);
                        power_sums(&parts, &y, order, &mut sums, &mut Vec::new());
                        pair_sums(&parts, d, order, &mut pairs, &mut Vec::new());
                        combine(&parts, &weights, &mut out);
                        let table = [&weights[..], &weights].concat();
                        squares_of_combinations(&parts, d, [&weights, &table], &mut squares, &mut Vec::new());
                        (sums, pairs, out, squares)
                    };
                    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
                };
                let (sums, pairs, out, squares) = on(1);
                let close = |a: f64, b: f64| (a - b).abs() < 1e-13 * d as f64;
                for (i, x) in rows.iter().enumerate() {
                    for q in 1..=order {
                        assert!(close(sums[i * order + q - 1], plain(x, &y, q as i32)), "{d} {n} {order}");
                    }
                }
                let all = (0..rows.len()).flat_map(|j| (j..rows.len()).map(move |i| (j, i)));
                for ((j, i), sums) in all.zip(pairs.chunks_exact(order)) {
                    for (q, sum) in sums.iter().enumerate() {
                        assert!(close(*sum, plain(&rows[i], &rows[j], q as i32 + 1)));
                    }
                }
                let mut norm = 0.0;
                for (k, out) in out.iter().enumerate() {
                    let sum: f64 = rows.iter().zip(&weights).map(|(x, w)| w * x[k]).sum();
                    assert!((out - sum).abs() < 1e-14 * n as f64);
                    norm += sum * sum;
                }
                assert!((squares[0] - norm).abs() < 1e-12 * norm && (squares[1] - 2.0 * norm).abs() < 1e-12 * norm);
                for threads in [2, 8] {
                    assert!(on(threads) == (sums.clone(), pairs.clone(), out.clone(), squares));
                }
            }
        }
    }
}

//! Monomials of many points at once.
//!
//! Points are taken in strips of [`STRIP`]: the numbers of one feature at all points of a strip lie side by side, so that each product of the
//! recursion is a product of full vector registers, whatever the machine has; a strip of a few dozen features stays in the first-level cache.
//! Every feature is the same one product as in [`MonomialBasis::evaluate`], so the bits are the same.
use super::MonomialBasis;
use crate::parallel::is_worth;
use faer::{MatMut, MatRef};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Points of a strip: two of the widest registers.
pub(crate) const STRIP: usize = 16;

/// Strips that one thread takes at a time.
const CHUNK: usize = 64;

/// Features of the points of one strip, whose inputs are in their places.
struct Fill<'a> {
    basis: &'a MonomialBasis,
    strip: &'a mut [f64],
}

impl WithSimd for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { basis, strip } = self;
        let each = const { STRIP / S::F64_LANES };
        let (d, shift) = (basis.dimension, usize::from(!basis.bias));
        let (strip, _) = S::as_mut_simd_f64s(strip);
        for m in 2..=basis.order {
            let (done, mut rest) = strip.split_at_mut((basis.block[m] - shift) * each);
            let inputs = &done[(1 - shift) * each..];
            let previous = &done[(basis.block[m - 1] - shift) * each..];
            for (i, x) in inputs.chunks_exact(each).take(d).enumerate() {
                let tail = &previous[basis.suffix[(m - 1) * d + i] * each..];
                let (to, beyond) = rest.split_at_mut(tail.len());
                for (to, lower) in to.chunks_exact_mut(each).zip(tail.chunks_exact(each)) {
                    for ((to, lower), x) in to.iter_mut().zip(lower).zip(x) {
                        *to = simd.mul_f64s(*x, *lower);
                    }
                }
                rest = beyond;
            }
        }
    }
}

/// The places of the inputs in a strip of features, input after input; none of a basis of order 0.
pub(crate) fn inputs_of<'a>(basis: &MonomialBasis, strip: &'a mut [f64]) -> &'a mut [f64] {
    let from = usize::from(basis.bias) * STRIP;
    let inputs = if basis.order == 0 { 0 } else { basis.dimension };
    &mut strip[from..][..inputs * STRIP]
}

/// Monomials of the points of a strip whose inputs are in their places; those of missing points, beyond `count`, must be 0 and all their
/// features are.
pub(crate) fn fill_strip(basis: &MonomialBasis, arch: Arch, count: usize, strip: &mut [f64]) {
    if basis.bias {
        for (p, one) in strip[..STRIP].iter_mut().enumerate() {
            *one = f64::from(u8::from(p < count));
        }
    }
    let strip = &mut strip[..basis.count * STRIP];
    arch.dispatch(Fill { basis, strip });
}

/// Monomials of `count` rows of `states` from `from` on.
fn evaluate_strip(basis: &MonomialBasis, arch: Arch, states: MatRef<'_, f64>, from: usize, count: usize, strip: &mut [f64]) {
    for (i, column) in inputs_of(basis, strip).chunks_exact_mut(STRIP).enumerate() {
        let (filled, rest) = column.split_at_mut(count);
        let from = states.col(i).subrows(from, count);
        filled.iter_mut().zip(from.iter()).for_each(|(x, from)| *x = *from);
        rest.fill(0.0);
    }
    fill_strip(basis, arch, count, strip);
}

/// Most features of a strip: 64 KiB of doubles. Beyond it the features of one point are long enough to fill registers, and a strip would not
/// stay in the cache.
const WIDEST: usize = 512;

/// Monomials of each row of `states` (n×d), written row after row to `out` (n×P, row-major).
pub(crate) fn evaluate_to_rows(basis: &MonomialBasis, states: MatRef<'_, f64>, out: &mut [f64]) {
    let (d, p) = (basis.dimension, basis.len());
    let chunk = if p > WIDEST { 1 } else { CHUNK * STRIP };
    let body = |(i, out): (usize, &mut [f64])| {
        let from = i * chunk;
        if p > WIDEST {
            let x: Vec<f64> = (0..d).map(|j| states[(from, j)]).collect();
            basis.evaluate(&x, out);
            return;
        }
        let (arch, mut strip) = (Arch::new(), vec![0.0; p * STRIP]);
        for (i, out) in out.chunks_mut(STRIP * p).enumerate() {
            let from = from + i * STRIP;
            evaluate_strip(basis, arch, states, from, out.len() / p, &mut strip);
            for (row, out) in out.chunks_exact_mut(p).enumerate() {
                for (out, column) in out.iter_mut().zip(strip.chunks_exact(STRIP)) {
                    *out = column[row];
                }
            }
        }
    };
    if is_worth(out.len()) {
        out.par_chunks_mut(chunk * p).enumerate().for_each(body);
    } else {
        out.chunks_mut(chunk * p).enumerate().for_each(body);
    }
}

/// Monomials of each row of `states` (n×d) as columns of `out` (n×P). `room` only grows.
pub(crate) fn evaluate_to_columns(basis: &MonomialBasis, states: MatRef<'_, f64>, room: &mut Vec<f64>, out: MatMut<'_, f64>) {
    let (n, p) = (states.nrows(), basis.len());
    if !is_worth(n * p) || n <= CHUNK * STRIP {
        return columns(basis, states, room, out);
    }
    let half = (n / 2).next_multiple_of(STRIP);
    let (above, below) = states.split_at_row(half);
    let (to_above, to_below) = out.split_at_row_mut(half);
    rayon::join(
        || evaluate_to_columns(basis, above, room, to_above),
        || evaluate_to_columns(basis, below, &mut Vec::new(), to_below),
    );
}

fn columns(basis: &MonomialBasis, states: MatRef<'_, f64>, room: &mut Vec<f64>, mut out: MatMut<'_, f64>) {
    let (arch, d, p, n) = (Arch::new(), basis.dimension, basis.len(), states.nrows());
    if n < STRIP || p > WIDEST {
        room.resize(room.len().max(d + p), 0.0);
        let (x, features) = room[..d + p].split_at_mut(d);
        for i in 0..n {
            x.iter_mut().enumerate().for_each(|(j, x)| *x = states[(i, j)]);
            basis.evaluate(x, features);
            features.iter().enumerate().for_each(|(j, value)| out[(i, j)] = *value);
        }
        return;
    }
    room.resize(room.len().max(p * STRIP), 0.0);
    for from in (0..n).step_by(STRIP) {
        let count = STRIP.min(n - from);
        evaluate_strip(basis, arch, states, from, count, room);
        for (j, column) in room.chunks_exact(STRIP).take(p).enumerate() {
            let out = out.as_mut().col_mut(j).subrows_mut(from, count);
            out.iter_mut().zip(column).for_each(|(out, value)| *out = *value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::Mat;

    #[test]
    fn many_points_have_the_bits_of_one() {
        let shapes = [
            (1, 3, 0, true),
            (5, 2, 3, false),
            (16, 3, 5, true),
            (37, 4, 1, true),
            (40, 40, 2, true),
            (9000, 3, 5, true),
            (9000, 2, 4, false),
        ];
        for (n, d, order, bias) in shapes {
            let basis = MonomialBasis::new(d, order, bias, "order").unwrap();
            let p = basis.len();
            let states = Mat::from_fn(n, d, |i, j| ((3 * i + 7 * j + 1) as f64).sin());
            let (mut rows, mut room) = (vec![f64::NAN; n * p], vec![f64::NAN; 3]);
            evaluate_to_rows(&basis, states.as_ref(), &mut rows);
            let mut columns = Mat::from_fn(n, p, |_, _| f64::NAN);
            evaluate_to_columns(&basis, states.as_ref(), &mut room, columns.as_mut());
            let mut one = vec![0.0; p];
            for i in 0..n {
                basis.evaluate(&states.row(i).iter().copied().collect::<Vec<_>>(), &mut one);
                for (j, one) in one.iter().enumerate() {
                    assert_eq!(
                        [rows[i * p + j].to_bits(), columns[(i, j)].to_bits()],
                        [one.to_bits(); 2],
                        "{n} {d} {order} {i} {j}"
                    );
                }
            }
        }
    }
}

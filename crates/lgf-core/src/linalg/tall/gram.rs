//! `A'A` of a block of columns in cache, lower triangle only, in tiles of 4×4 dot products that stay in registers.
use pulp::{Simd, WithSimd};

/// Columns on a side of a tile.
pub(super) const TILE: usize = 4;
/// Dot products of a tile.
const DOTS: usize = TILE * TILE;
/// Doubles in the longest register there is.
const LANES: usize = 8;

/// Columns rounded up to whole tiles.
pub(super) fn tiled(columns: usize) -> usize {
    columns.next_multiple_of(TILE)
}

/// Sums that tiles of `n` columns need: one register a dot product, so that adding up its lanes waits for the end.
pub(super) fn lanes(n: usize) -> usize {
    let tiles = n.div_ceil(TILE);
    tiles * (tiles + 1) / 2 * DOTS * LANES
}

/// Adds the products of columns of a length divisible by every register to the lanes; whole tiles of columns.
pub(super) struct Accumulate<'a, C> {
    /// The columns one by one, of equal length.
    pub column: C,
    /// How many there are, in whole tiles.
    pub count: usize,
    pub lanes: &'a mut [f64],
}

impl<'c, C: Fn(usize) -> &'c [f64]> WithSimd for Accumulate<'_, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { column, count, lanes } = self;
        let at = |i: usize| [0, 1, 2, 3].map(|j| S::as_simd_f64s(column(i * TILE + j)).0);
        let mut sums = S::as_mut_simd_f64s(lanes).0.chunks_exact_mut(DOTS);
        for i in 0..count / TILE {
            let rows = at(i);
            for others in (0..=i).map(at) {
                let Some(sums) = sums.next() else { return };
                if S::REGISTER_COUNT >= 32 {
                    tile::<S, TILE>(simd, rows, others, sums);
                } else {
                    // Sixteen sums would leave no register for the columns.
                    let [a, b, c, d] = rows;
                    let (first, second) = sums.split_at_mut(DOTS / 2);
                    tile::<S, 2>(simd, [a, b], others, first);
                    tile::<S, 2>(simd, [c, d], others, second);
                }
            }
        }
    }
}

/// `sums_(i, j) += rows_i . others_j`.
#[inline(always)]
fn tile<S: Simd, const R: usize>(simd: S, rows: [&[S::f64s]; R], others: [&[S::f64s]; TILE], sums: &mut [S::f64s]) {
    let length = others[0].len();
    let mut dots = [[simd.splat_f64s(0.0); TILE]; R];
    for (dots, sums) in dots.iter_mut().zip(sums.chunks_exact(TILE)) {
        dots.copy_from_slice(sums);
    }
    let mut rows = rows;
    let mut others = others;
    for row in &mut rows {
        *row = &row[..length];
    }
    for other in &mut others {
        *other = &other[..length];
    }
    for k in 0..length {
        let with = [others[0][k], others[1][k], others[2][k], others[3][k]];
        for (dots, row) in dots.iter_mut().zip(&rows) {
            for (dot, with) in dots.iter_mut().zip(with) {
                *dot = simd.mul_add_e_f64s(row[k], with, *dot);
            }
        }
    }
    for (dots, sums) in dots.iter().zip(sums.chunks_exact_mut(TILE)) {
        sums.copy_from_slice(dots);
    }
}

/// Columns that are combined at once.
pub(super) const GROUP: usize = 8;

/// `out_k += sum_c weights_(k, c) columns_c`, all of one length divisible by every register.
pub(super) struct Spread<'a, const K: usize> {
    pub columns: [&'a [f64]; GROUP],
    pub weights: [[f64; GROUP]; K],
    pub out: [&'a mut [f64]; K],
}

impl<const K: usize> WithSimd for Spread<'_, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { columns, weights, out } = self;
        let length = columns[0].len() / S::F64_LANES;
        let columns = columns.map(|column| &S::as_simd_f64s(column).0[..length]);
        let mut out = out.map(|column| &mut S::as_mut_simd_f64s(column).0[..length]);
        for i in 0..length {
            let mut sums = [simd.splat_f64s(0.0); K];
            for (sum, out) in sums.iter_mut().zip(&out) {
                *sum = out[i];
            }
            for c in 0..GROUP {
                let v = columns[c][i];
                for (sum, weights) in sums.iter_mut().zip(&weights) {
                    *sum = simd.mul_add_e_f64s(v, simd.splat_f64s(weights[c]), *sum);
                }
            }
            for (sum, out) in sums.iter().zip(&mut out) {
                out[i] = *sum;
            }
        }
    }
}

/// Writes the lower triangle, column-major n×n, of what the lanes have come to.
pub(super) struct Collect<'a> {
    pub lanes: &'a [f64],
    pub n: usize,
    pub out: &'a mut [f64],
}

impl WithSimd for Collect<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { lanes, n, out } = self;
        let mut sums = S::as_simd_f64s(lanes).0.chunks_exact(DOTS);
        for i in (0..n).step_by(TILE) {
            for j in (0..=i).step_by(TILE) {
                let Some(sums) = sums.next() else { return };
                for (dot, sum) in sums.iter().enumerate() {
                    let (row, column) = (i + dot / TILE, j + dot % TILE);
                    if column <= row && row < n {
                        out[column * n + row] = simd.reduce_sum_f64s(*sum);
                    }
                }
            }
        }
    }
}

//! The inner loops: rows in strips of [`STRIP`], the numbers of one column at all rows of a strip side by side, so that every operation goes
//! over full registers and no row is ever transposed.
use crate::library::STRIP;
use pulp::{Simd, WithSimd};

/// Columns that are worked on together.
pub(super) const TILE: usize = 4;

/// Strips of a panel: 256 rows. Four columns of a panel stay in the first-level cache, a panel of some hundred in the second.
pub(super) const PANEL: usize = 16;

/// Lanes of the widest registers.
const LANES: usize = 8;

/// Columns of a matrix of `q` as they are stored: whole tiles.
pub(super) fn padded(q: usize) -> usize {
    q.next_multiple_of(TILE)
}

/// Numbers from one strip to the next; an odd number of columns, so that strips do not fall on the same places of a cache.
pub(super) fn pitch(q: usize) -> usize {
    (padded(q) | 1) * STRIP
}

/// Length of the sums of [`Gram`].
pub(super) fn sums_length(q: usize) -> usize {
    let tiles = padded(q) / TILE;
    tiles * (tiles + 1) / 2 * TILE * TILE * LANES
}

/// `into += diag(signs) strip`.
pub(super) struct Sketch<'a> {
    pub strip: &'a [f64],
    pub signs: &'a [f64; STRIP],
    pub into: &'a mut [f64],
}

impl WithSimd for Sketch<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let each = const { STRIP / S::F64_LANES };
        let (signs, _) = S::as_simd_f64s(self.signs);
        let (strip, _) = S::as_simd_f64s(self.strip);
        let (into, _) = S::as_mut_simd_f64s(self.into);
        for (into, strip) in into.chunks_exact_mut(each).zip(strip.chunks_exact(each)) {
            for ((into, value), sign) in into.iter_mut().zip(strip).zip(signs) {
                *into = simd.mul_add_e_f64s(*value, *sign, *into);
            }
        }
    }
}

/// An upper triangular factor in the order in which [`Panel`] reads it: for each tile of columns the rows above, then the rows of the
/// tile itself with the inverses of the diagonal.
#[derive(Default, Clone)]
pub(super) struct Packed(Vec<f64>);

impl Packed {
    /// Packs the factor of order `q`, `entry(i, j)` for `i <= j`.
    pub fn pack(&mut self, q: usize, entry: impl Fn(usize, usize) -> f64) {
        self.0.clear();
        for first in (0..q).step_by(TILE) {
            for i in 0..first + TILE {
                self.0.extend((first..first + TILE).map(|j| match () {
                    // Columns that fill up a tile are zero and stay so.
                    () if i >= q || j >= q || i > j => 0.0,
                    () if i == j => 1.0 / entry(i, i),
                    () => entry(i, j),
                }));
            }
        }
    }
}

/// Replaces the rows `a` of a panel by `b` with `b R = a` and adds `B'B` to `sums`.
pub(super) struct Panel<'a> {
    pub columns: usize,
    pub factor: &'a Packed,
    pub strips: &'a mut [f64],
    pub sums: &'a mut [f64],
}

impl WithSimd for Panel<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            columns,
            factor,
            strips,
            sums,
        } = self;
        let pitch = pitch(columns);
        for strip in strips.chunks_exact_mut(pitch) {
            solve(simd, columns, &factor.0, strip);
        }
        let (strips, _) = S::as_simd_f64s(strips);
        let (sums, _) = S::as_mut_simd_f64s(sums);
        let mut sums = sums.chunks_exact_mut(TILE * TILE);
        let tiles = padded(columns) / TILE;
        for i in 0..tiles {
            for j in i..tiles {
                let Some(sums) = sums.next() else { return };
                if S::REGISTER_COUNT >= 32 {
                    products::<S, TILE>(simd, strips, pitch, [i, j], 0, sums);
                } else {
                    let (above, below) = sums.split_at_mut(TILE * TILE / 2);
                    products::<S, { TILE / 2 }>(simd, strips, pitch, [i, j], 0, above);
                    products::<S, { TILE / 2 }>(simd, strips, pitch, [i, j], TILE / 2, below);
                }
            }
        }
    }
}

/// `b R = a` for the rows of one strip: two registers of rows and a tile of columns at a time.
#[inline(always)]
fn solve<S: Simd>(simd: S, columns: usize, factor: &[f64], strip: &mut [f64]) {
    let each = const { STRIP / S::F64_LANES };
    let (strip, _) = S::as_mut_simd_f64s(strip);
    let mut factor = factor;
    for first in (0..columns).step_by(TILE) {
        let (packed, rest) = factor.split_at((first + TILE) * TILE);
        factor = rest;
        let (above, triangle) = packed.split_at(first * TILE);
        let (done, open) = strip.split_at_mut(first * each);
        let tile = &mut open[..TILE * each];
        for g in (0..each).step_by(2) {
            let mut sums = [[simd.splat_f64s(0.0); 2]; TILE];
            for (c, sums) in sums.iter_mut().enumerate() {
                *sums = [tile[c * each + g], tile[c * each + g + 1]];
            }
            for (b, r) in done.chunks_exact(each).zip(above.chunks_exact(TILE)) {
                for (sums, r) in sums.iter_mut().zip(r) {
                    let r = simd.splat_f64s(*r);
                    sums[0] = simd.negate_mul_add_e_f64s(b[g], r, sums[0]);
                    sums[1] = simd.negate_mul_add_e_f64s(b[g + 1], r, sums[1]);
                }
            }
            for c in 0..TILE {
                let inverse = simd.splat_f64s(triangle[c * TILE + c]);
                let b = sums[c].map(|v| simd.mul_f64s(v, inverse));
                (tile[c * each + g], tile[c * each + g + 1]) = (b[0], b[1]);
                for later in c + 1..TILE {
                    let r = simd.splat_f64s(triangle[c * TILE + later]);
                    sums[later][0] = simd.negate_mul_add_e_f64s(b[0], r, sums[later][0]);
                    sums[later][1] = simd.negate_mul_add_e_f64s(b[1], r, sums[later][1]);
                }
            }
        }
    }
}

/// Adds the products of `ROWS` columns of tile `at[0]`, from `skip` on, with those of tile `at[1]`, over all strips.
#[inline(always)]
fn products<S: Simd, const ROWS: usize>(simd: S, strips: &[S::f64s], pitch: usize, at: [usize; 2], skip: usize, out: &mut [S::f64s]) {
    let each = const { STRIP / S::F64_LANES };
    let mut sums = [[simd.splat_f64s(0.0); TILE]; ROWS];
    for (sums, out) in sums.iter_mut().zip(out.chunks_exact(TILE)) {
        sums.copy_from_slice(out);
    }
    for strip in strips.chunks_exact(pitch / S::F64_LANES) {
        let left = &strip[(at[0] * TILE + skip) * each..][..ROWS * each];
        let right = &strip[at[1] * TILE * each..][..TILE * each];
        for k in 0..each {
            for (a, sums) in sums.iter_mut().enumerate() {
                for (b, sum) in sums.iter_mut().enumerate() {
                    *sum = simd.mul_add_e_f64s(left[a * each + k], right[b * each + k], *sum);
                }
            }
        }
    }
    for (sums, out) in sums.iter().zip(out.chunks_exact_mut(TILE)) {
        out.copy_from_slice(sums);
    }
}

/// Adds what the lanes of the sums of [`Panel`] come to, to `gram` (padded, column-major, upper triangle).
pub(super) struct Collect<'a> {
    pub columns: usize,
    pub sums: &'a [f64],
    pub gram: &'a mut [f64],
}

impl WithSimd for Collect<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (order, tiles) = (padded(self.columns), padded(self.columns) / TILE);
        let (sums, _) = S::as_simd_f64s(self.sums);
        let mut sums = sums.chunks_exact(TILE * TILE);
        for i in 0..tiles {
            for j in i..tiles {
                let Some(sums) = sums.next() else { return };
                for (at, sum) in sums.iter().enumerate() {
                    let (row, column) = (i * TILE + at / TILE, j * TILE + at % TILE);
                    self.gram[column * order + row] += simd.reduce_sum_f64s(*sum);
                }
            }
        }
    }
}

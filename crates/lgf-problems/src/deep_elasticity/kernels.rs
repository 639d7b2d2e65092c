//! Kernels on one tile of points, written once for every width of register.
//!
//! A *row* belongs to one neuron and holds `WIDTH` numbers: its value at the points of the tile, then its derivative by `x` at all of
//! them, by `y`, by `z`. Sums over points are kept a lane each until a block of tiles is done.
use pulp::{Simd, WithSimd};

use super::network::SPACE;
use super::tanh::tanh;

/// Points of a tile.
pub(super) const POINTS: usize = 32;
/// Values and three derivatives.
pub(super) const CHANNELS: usize = 1 + SPACE;
/// Numbers in a row.
pub(super) const WIDTH: usize = CHANNELS * POINTS;
/// Rows that a product computes at once.
pub(super) const PANEL: usize = 5;

/// Registers across a block of results: with `PANEL` rows of them, and the operands, as many as there are.
const fn across<S: Simd>() -> usize {
    if S::REGISTER_COUNT >= 32 { 4 } else { 2 }
}

/// Vectors of one channel in a row.
const fn vectors<S: Simd>() -> usize {
    POINTS / S::F64_LANES
}

#[inline(always)]
fn load<S: Simd>(v: &[f64]) -> &[S::f64s] {
    S::as_simd_f64s(v).0
}

#[inline(always)]
fn load_mut<S: Simd>(v: &mut [f64]) -> &mut [S::f64s] {
    S::as_mut_simd_f64s(v).0
}

/// `output = weights * input`, rows of a tile on both sides.
pub(super) struct Product<'a> {
    pub panels: &'a [f64],
    pub input: &'a [f64],
    pub output: &'a mut [f64],
}

impl WithSimd for Product<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if const { across::<S>() == 4 } {
            self.blocks::<S, 4>(simd);
        } else {
            self.blocks::<S, 2>(simd);
        }
    }
}

impl Product<'_> {
    #[inline(always)]
    fn blocks<S: Simd, const C: usize>(self, simd: S) {
        let width = const { CHANNELS * vectors::<S>() };
        let depth = self.input.len() / WIDTH;
        let (input, output) = (load::<S>(self.input), load_mut::<S>(self.output));
        for column in (0..width).step_by(C) {
            for (panel, out) in self.panels.chunks(PANEL * depth).zip(output.chunks_mut(PANEL * width)) {
                match out.len() / width {
                    5 => product_block::<S, 5, C>(simd, panel, input, column, out),
                    4 => product_block::<S, 4, C>(simd, panel, input, column, out),
                    3 => product_block::<S, 3, C>(simd, panel, input, column, out),
                    2 => product_block::<S, 2, C>(simd, panel, input, column, out),
                    _ => product_block::<S, 1, C>(simd, panel, input, column, out),
                }
            }
        }
    }
}

#[inline(always)]
fn product_block<S: Simd, const R: usize, const C: usize>(simd: S, panel: &[f64], input: &[S::f64s], column: usize, out: &mut [S::f64s]) {
    let width = const { CHANNELS * vectors::<S>() };
    let mut sums = [[simd.splat_f64s(0.0); C]; R];
    for (weights, row) in panel.chunks_exact(R).zip(input.chunks_exact(width)) {
        let row = &row[column..column + C];
        for r in 0..R {
            let weight = simd.splat_f64s(weights[r]);
            for c in 0..C {
                sums[r][c] = simd.mul_add_e_f64s(weight, row[c], sums[r][c]);
            }
        }
    }
    for (row, sums) in out.chunks_exact_mut(width).zip(sums) {
        row[column..column + C].copy_from_slice(&sums);
    }
}

/// Adds the scalar products of all rows of `left` with all rows of `right` to `sums`, row-major, a lane each.
pub(super) struct Outer<'a> {
    pub left: &'a [f64],
    pub right: &'a [f64],
    pub sums: &'a mut [f64],
}

impl WithSimd for Outer<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if const { across::<S>() == 4 } {
            self.blocks::<S, 4>(simd);
        } else {
            self.blocks::<S, 2>(simd);
        }
    }
}

impl Outer<'_> {
    #[inline(always)]
    fn blocks<S: Simd, const C: usize>(self, simd: S) {
        let width = const { CHANNELS * vectors::<S>() };
        let columns = self.right.len() / WIDTH;
        let (left, right, sums) = (load::<S>(self.left), load::<S>(self.right), load_mut::<S>(self.sums));
        for (left, sums) in left.chunks(PANEL * width).zip(sums.chunks_mut(PANEL * columns)) {
            match left.len() / width {
                5 => outer_rows::<S, 5, C>(simd, left, right, sums),
                4 => outer_rows::<S, 4, C>(simd, left, right, sums),
                3 => outer_rows::<S, 3, C>(simd, left, right, sums),
                2 => outer_rows::<S, 2, C>(simd, left, right, sums),
                _ => outer_rows::<S, 1, C>(simd, left, right, sums),
            }
        }
    }
}

#[inline(always)]
fn outer_rows<S: Simd, const R: usize, const C: usize>(simd: S, left: &[S::f64s], right: &[S::f64s], sums: &mut [S::f64s]) {
    let width = const { CHANNELS * vectors::<S>() };
    let columns = sums.len() / R;
    let whole = columns - columns % C;
    for column in (0..whole).step_by(C) {
        outer_block::<S, R, C>(simd, left, &right[column * width..], column, sums);
    }
    for column in whole..columns {
        outer_block::<S, R, 1>(simd, left, &right[column * width..], column, sums);
    }
}

#[inline(always)]
fn outer_block<S: Simd, const R: usize, const C: usize>(simd: S, left: &[S::f64s], right: &[S::f64s], column: usize, sums: &mut [S::f64s]) {
    let width = const { CHANNELS * vectors::<S>() };
    let columns = sums.len() / R;
    // Cut to length once, so that the loop below checks nothing.
    let (left, right) = (&left[..R * width], &right[..C * width]);
    let mut block = [[simd.splat_f64s(0.0); C]; R];
    for (r, block) in block.iter_mut().enumerate() {
        block.copy_from_slice(&sums[r * columns + column..][..C]);
    }
    for v in 0..width {
        for r in 0..R {
            for c in 0..C {
                block[r][c] = simd.mul_add_e_f64s(left[r * width + v], right[c * width + v], block[r][c]);
            }
        }
    }
    for (r, block) in block.iter().enumerate() {
        sums[r * columns + column..][..C].copy_from_slice(block);
    }
}

/// The first layer: `a = tanh(W x + b)` and its derivatives `(1 - a^2) W`.
pub(super) struct FirstLayer<'a> {
    pub weights: &'a [f64],
    pub biases: &'a [f64],
    pub points: &'a [f64],
    pub output: &'a mut [f64],
}

impl WithSimd for FirstLayer<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = const { vectors::<S>() };
        let points = load::<S>(self.points);
        let neurons = self.weights.chunks_exact(SPACE).zip(self.biases);
        for ((w, bias), row) in neurons.zip(load_mut::<S>(self.output).chunks_exact_mut(CHANNELS * n)) {
            let w = [simd.splat_f64s(w[0]), simd.splat_f64s(w[1]), simd.splat_f64s(w[2])];
            let bias = simd.splat_f64s(*bias);
            for p in 0..n {
                let mut z = bias;
                for k in 0..SPACE {
                    z = simd.mul_add_e_f64s(w[k], points[k * n + p], z);
                }
                let a = tanh(simd, z);
                let slope = simd.negate_mul_add_e_f64s(a, a, simd.splat_f64s(1.0));
                row[p] = a;
                for k in 0..SPACE {
                    row[(k + 1) * n + p] = simd.mul_f64s(slope, w[k]);
                }
            }
        }
    }
}

/// `tanh(z + b)` in place of `z`, and the derivatives that belong to it.
pub(super) struct Activate<'a> {
    pub biases: &'a [f64],
    pub rows: &'a mut [f64],
}

impl WithSimd for Activate<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = const { vectors::<S>() };
        for (bias, row) in self.biases.iter().zip(load_mut::<S>(self.rows).chunks_exact_mut(CHANNELS * n)) {
            let bias = simd.splat_f64s(*bias);
            for p in 0..n {
                let a = tanh(simd, simd.add_f64s(row[p], bias));
                let slope = simd.negate_mul_add_e_f64s(a, a, simd.splat_f64s(1.0));
                row[p] = a;
                for k in 1..CHANNELS {
                    row[k * n + p] = simd.mul_f64s(slope, row[k * n + p]);
                }
            }
        }
    }
}

/// Adjoint of an activation. With `a = tanh z` and `t_k = (1 - a^2) z_k` the adjoints are
/// `z_k* = (1 - a^2) t_k*` and `z* = (1 - a^2) a* - 2 a sum_k t_k t_k*`, in that order.
#[inline(always)]
fn adjoint<S: Simd>(simd: S, a: &[S::f64s], bar: &[S::f64s], p: usize) -> [S::f64s; CHANNELS] {
    let n = const { vectors::<S>() };
    let slope = simd.negate_mul_add_e_f64s(a[p], a[p], simd.splat_f64s(1.0));
    let mut mixed = simd.mul_f64s(a[n + p], bar[n + p]);
    for k in 2..CHANNELS {
        mixed = simd.mul_add_e_f64s(a[k * n + p], bar[k * n + p], mixed);
    }
    let mut z = [slope; CHANNELS];
    for k in 0..CHANNELS {
        z[k] = simd.mul_f64s(slope, bar[k * n + p]);
    }
    let curvature = simd.mul_f64s(simd.splat_f64s(-2.0), a[p]);
    z[0] = simd.mul_add_e_f64s(curvature, mixed, z[0]);
    z
}

/// Adjoints of `z` in place of those of `tanh z`; adds those of the biases to `biases`, a lane each.
pub(super) struct Deactivate<'a> {
    pub activations: &'a [f64],
    pub adjoints: &'a mut [f64],
    pub biases: &'a mut [f64],
}

impl WithSimd for Deactivate<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = const { vectors::<S>() };
        let rows = load::<S>(self.activations).chunks_exact(CHANNELS * n);
        let rows = rows.zip(load_mut::<S>(self.adjoints).chunks_exact_mut(CHANNELS * n));
        for ((a, bar), bias) in rows.zip(load_mut::<S>(self.biases)) {
            let mut sum = *bias;
            for p in 0..n {
                let z = adjoint(simd, a, bar, p);
                sum = simd.add_f64s(sum, z[0]);
                for k in 0..CHANNELS {
                    bar[k * n + p] = z[k];
                }
            }
            *bias = sum;
        }
    }
}

/// The same for the first layer, with the adjoints of its weights.
pub(super) struct FirstAdjoint<'a> {
    pub points: &'a [f64],
    pub activations: &'a [f64],
    pub adjoints: &'a [f64],
    pub weights: &'a mut [f64],
    pub biases: &'a mut [f64],
}

impl WithSimd for FirstAdjoint<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let n = const { vectors::<S>() };
        let points = load::<S>(self.points);
        let rows = load::<S>(self.activations).chunks_exact(CHANNELS * n);
        let rows = rows.zip(load::<S>(self.adjoints).chunks_exact(CHANNELS * n));
        let sums = load_mut::<S>(self.weights).chunks_exact_mut(SPACE).zip(load_mut::<S>(self.biases));
        for ((a, bar), (weights, bias)) in rows.zip(sums) {
            let mut sums = [*bias, weights[0], weights[1], weights[2]];
            for p in 0..n {
                let z = adjoint(simd, a, bar, p);
                sums[0] = simd.add_f64s(sums[0], z[0]);
                for k in 0..SPACE {
                    let along = simd.add_f64s(sums[k + 1], z[k + 1]);
                    sums[k + 1] = simd.mul_add_e_f64s(z[0], points[k * n + p], along);
                }
            }
            *bias = sums[0];
            weights.copy_from_slice(&sums[1..]);
        }
    }
}

//! Elements in sums and differences of their corners.
//!
//! Bit 0 of a mode stands for the difference along `x`, bit 1 along `y`, bit 2 along `z`: `m = H u` with `H[a][n] = Π_axis (±1)`, minus where
//! the mode differs along the axis and the corner is the lower one. `K = Hᵀ A H`, and `A` of a homogeneous square or cube couples few modes:
//! strains of different modes are products of different Legendre polynomials, orthogonal to each other.
use super::super::element::stiffness;
use super::real::Real;
use super::shape::CHUNK;
use pulp::Simd;

/// What makes forces of the modes of chunks of elements, mode `m` of component `c` at `c * corners + m`.
pub(super) trait Elements<T: Real, const N: usize>: Sync {
    /// Of the elements from `at` on in a layer of elements.
    fn forces<S: Simd>(&self, simd: S, layer: usize, at: usize, modes: [T::Register<S>; N]) -> [T::Register<S>; N];

    /// Adds what is not in the elements to a layer of `K x`.
    #[inline(always)]
    fn hold(&self, _layer: usize, _x: &[T], _product: &mut [T]) {}
}

/// The numbers in `A` of the unit element that differ from zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Law {
    /// Strains along the axes: their stiffness, and what couples them.
    pub normal: f64,
    pub coupled: f64,
    pub shear: f64,
    /// Modes of two axes, the component one of them: stiffness, and what couples two of the same bending.
    pub bend: f64,
    pub bend_coupled: f64,
    /// Modes of two axes, the component none of them: `twist` couples, twice it is the stiffness.
    pub twist: f64,
    /// Modes of all three axes.
    pub last: f64,
}

/// Sign of a corner in a mode.
pub(super) fn sign(mode: usize, corner: usize) -> f64 {
    if (mode & !corner).count_ones().is_multiple_of(2) {
        1.0
    } else {
        -1.0
    }
}

/// `A` in full, row-major, order `dimension * 2^dimension`.
pub(super) fn modal_matrix(dimension: usize, poisson: f64) -> Vec<f64> {
    let corners = 1 << dimension;
    let order = dimension * corners;
    let nodal = stiffness(dimension, poisson);
    let scale = 1.0 / (corners * corners) as f64;
    let mut out = vec![0.0; order * order];
    for (at, out) in out.iter_mut().enumerate() {
        let (a, b) = (at / order, at % order);
        let ((ca, ma), (cb, mb)) = ((a / corners, a % corners), (b / corners, b % corners));
        for p in 0..corners {
            for q in 0..corners {
                *out += scale * sign(ma, p) * sign(mb, q) * nodal[order * (dimension * p + ca) + dimension * q + cb];
            }
        }
    }
    out
}

impl Law {
    pub fn new(dimension: usize, poisson: f64) -> Self {
        let matrix = modal_matrix(dimension, poisson);
        let corners = 1 << dimension;
        let entry =
            |(ca, ma): (usize, usize), (cb, mb): (usize, usize)| matrix[(ca * corners + ma) * dimension * corners + cb * corners + mb];
        let solid = dimension == 3;
        Self {
            normal: entry((0, 1), (0, 1)),
            coupled: entry((0, 1), (1, 2)),
            shear: entry((0, 2), (0, 2)),
            bend: entry((0, 3), (0, 3)),
            bend_coupled: if solid { entry((0, 3), (2, 6)) } else { 0.0 },
            twist: if solid { entry((0, 6), (1, 5)) } else { 0.0 },
            last: if solid { entry((0, 7), (0, 7)) } else { 0.0 },
        }
    }
}

/// Elements of one material, each with its own modulus.
pub(super) struct Fine<'a, T> {
    pub moduli: &'a [T],
    pub run: usize,
    pub law: Law,
}

impl<T: Real> Fine<'_, T> {
    #[inline(always)]
    fn modulus<S: Simd>(&self, layer: usize, at: usize) -> T::Register<S> {
        T::load::<S>(&self.moduli[layer * self.run + at..])
    }
}

/// Forces of the unit square.
#[inline(always)]
pub(super) fn square<T: Real, S: Simd>(simd: S, law: &Law, e: T::Register<S>, m: [T::Register<S>; 8]) -> [T::Register<S>; 8] {
    let times = |factor: f64| T::mul(simd, e, T::splat(simd, factor));
    let (normal, coupled, shear, bend) = (times(law.normal), times(law.coupled), times(law.shear), times(law.bend));
    let mut f = [T::splat(simd, 0.0); 8];
    f[1] = T::mul_add(simd, normal, m[1], T::mul(simd, coupled, m[6]));
    f[6] = T::mul_add(simd, normal, m[6], T::mul(simd, coupled, m[1]));
    f[2] = T::mul(simd, shear, T::add(simd, m[2], m[5]));
    f[5] = f[2];
    f[3] = T::mul(simd, bend, m[3]);
    f[7] = T::mul(simd, bend, m[7]);
    f
}

/// Forces of the unit cube.
#[inline(always)]
pub(super) fn cube<T: Real, S: Simd>(simd: S, law: &Law, e: T::Register<S>, m: [T::Register<S>; 24]) -> [T::Register<S>; 24] {
    let times = |factor: f64| T::mul(simd, e, T::splat(simd, factor));
    let mut f = [T::splat(simd, 0.0); 24];
    // Component c differing along x, y, z: mode 1, 2, 4.
    let (own, coupled) = (times(law.normal - law.coupled), times(law.coupled));
    let sum = T::mul(simd, coupled, T::add(simd, T::add(simd, m[1], m[10]), m[20]));
    for i in [1, 10, 20] {
        f[i] = T::mul_add(simd, own, m[i], sum);
    }
    let shear = times(law.shear);
    for (i, j) in [(2, 9), (4, 17), (12, 18)] {
        f[i] = T::mul(simd, shear, T::add(simd, m[i], m[j]));
        f[j] = f[i];
    }
    // Bending: (ux_xy, uz_yz), (uy_xy, uz_xz), (ux_xz, uy_yz).
    let (own, coupled) = (times(law.bend), times(law.bend_coupled));
    for (i, j) in [(3, 22), (11, 21), (5, 14)] {
        f[i] = T::mul_add(simd, own, m[i], T::mul(simd, coupled, m[j]));
        f[j] = T::mul_add(simd, own, m[j], T::mul(simd, coupled, m[i]));
    }
    // Twist: ux_yz, uy_xz, uz_xy.
    let twist = times(law.twist);
    let sum = T::add(simd, T::add(simd, m[6], m[13]), m[19]);
    for i in [6, 13, 19] {
        f[i] = T::mul(simd, twist, T::add(simd, m[i], sum));
    }
    let last = times(law.last);
    for i in [7, 15, 23] {
        f[i] = T::mul(simd, last, m[i]);
    }
    f
}

impl<T: Real> Elements<T, 8> for Fine<'_, T> {
    #[inline(always)]
    fn forces<S: Simd>(&self, simd: S, layer: usize, at: usize, modes: [T::Register<S>; 8]) -> [T::Register<S>; 8] {
        square::<T, S>(simd, &self.law, self.modulus::<S>(layer, at), modes)
    }
}

impl<T: Real> Elements<T, 24> for Fine<'_, T> {
    #[inline(always)]
    fn forces<S: Simd>(&self, simd: S, layer: usize, at: usize, modes: [T::Register<S>; 24]) -> [T::Register<S>; 24] {
        cube::<T, S>(simd, &self.law, self.modulus::<S>(layer, at), modes)
    }
}

/// Entries of a packed triangle of this order.
pub(super) const fn packed(order: usize) -> usize {
    order * (order + 1) / 2
}

/// Rows of a triangle that are stored column by column, so that they are multiplied together.
const ROWS: usize = 4;

/// Place of an entry, `column <= row`.
pub(super) const fn entry(row: usize, column: usize) -> usize {
    let first = row / ROWS * ROWS;
    if column < first {
        packed(first) + ROWS * column + row - first
    } else {
        packed(first) + ROWS * first + packed(row - first) + column - first
    }
}

/// Elements with a matrix of their own: lower triangles, entry by entry for a chunk of elements.
pub(super) struct Packed<'a> {
    pub matrices: &'a [f32],
    pub run: usize,
}

impl<const N: usize> Elements<f32, N> for Packed<'_> {
    #[inline(always)]
    fn forces<S: Simd>(&self, simd: S, layer: usize, at: usize, modes: [S::f32s; N]) -> [S::f32s; N] {
        let from = (layer * self.run + at) / CHUNK * CHUNK * packed(N) + at % CHUNK;
        let entries = &self.matrices[from..][..CHUNK * (packed(N) - 1) + S::F32_LANES];
        let mut forces = [simd.splat_f32s(0.0); N];
        let mut place = 0;
        for first in (0..N).step_by(ROWS) {
            let mut own = [simd.splat_f32s(0.0); ROWS];
            own.copy_from_slice(&modes[first..first + ROWS]);
            let mut sums = [simd.splat_f32s(0.0); ROWS];
            for column in 0..first {
                let (mode, mut force) = (modes[column], forces[column]);
                for r in 0..ROWS {
                    let k = <f32 as Real>::load::<S>(&entries[(place + r) * CHUNK..]);
                    sums[r] = simd.mul_add_e_f32s(k, mode, sums[r]);
                    force = simd.mul_add_e_f32s(k, own[r], force);
                }
                forces[column] = force;
                place += ROWS;
            }
            for r in 0..ROWS {
                for c in 0..r {
                    let k = <f32 as Real>::load::<S>(&entries[place * CHUNK..]);
                    sums[r] = simd.mul_add_e_f32s(k, own[c], sums[r]);
                    sums[c] = simd.mul_add_e_f32s(k, own[r], sums[c]);
                    place += 1;
                }
                let k = <f32 as Real>::load::<S>(&entries[place * CHUNK..]);
                sums[r] = simd.mul_add_e_f32s(k, own[r], sums[r]);
                place += 1;
            }
            forces[first..first + ROWS].copy_from_slice(&sums);
        }
        forces
    }
}

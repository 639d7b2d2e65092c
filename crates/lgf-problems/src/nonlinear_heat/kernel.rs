//! The fields of one grid row, both halves of it at once, on full vector registers.
use pulp::{Simd, WithSimd};
use std::ops::{Add, Mul, Sub};

/// One grid row: a half of its columns, and what is known of the other half by symmetry. All slices have the same padded length.
pub(super) struct Row<'a> {
    /// Even and odd part about the middle of `u`, `du/dx`, `du/dy`: the near side is their sum, the far side their difference.
    pub u: [&'a [f64]; 2],
    pub ux: [&'a [f64]; 2],
    pub uy: [&'a [f64]; 2],
    /// Four times the conductivity, `sigma`, and the factor of the source along the row; all with the weight of the column.
    pub conductivity: &'a [f64],
    pub sigma: &'a [f64],
    pub source: &'a [f64],
    /// The factor of the source of this row.
    pub source_here: f64,
}

/// Near side plus far side and near side minus far side of each of `N` fields, one after the other.
pub(super) struct Sides<'a, const N: usize>(pub [&'a mut [f64]; 2]);

/// Writes the fields of a row and returns its part of the energy. With `k = 4 K`, `q = ux^2 + uy^2`:
/// ```text
/// cosines  k (q + 2 ux^2)   k (q + 2 uy^2)   4 sigma u^3        of the Hessian
/// sines    2 k ux uy
/// flux     k q uy                                               of the residual
/// load     k q ux           sigma u^4 - B
/// ```
pub(super) struct Pass<'a, const HESSIAN: bool> {
    pub row: Row<'a>,
    pub cosines: Sides<'a, 3>,
    pub sines: Sides<'a, 1>,
    pub flux: Sides<'a, 1>,
    pub load: Sides<'a, 2>,
}

/// A vector with the operators of its numbers. Closures would not do in its place: they are compiled without the instructions of the set chosen.
#[derive(Clone, Copy)]
struct Lanes<S: Simd>(S, S::f64s);

impl<S: Simd> Add for Lanes<S> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0, self.0.add_f64s(self.1, other.1))
    }
}

impl<S: Simd> Sub for Lanes<S> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0, self.0.sub_f64s(self.1, other.1))
    }
}

impl<S: Simd> Mul for Lanes<S> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(self.0, self.0.mul_f64s(self.1, other.1))
    }
}

/// What one side of a column gives.
struct Values<S: Simd> {
    cosines: [Lanes<S>; 3],
    sines: [Lanes<S>; 1],
    flux: [Lanes<S>; 1],
    load: [Lanes<S>; 2],
    energy: Lanes<S>,
}

/// Coefficients of a column.
#[derive(Clone, Copy)]
struct Column<S: Simd> {
    k: Lanes<S>,
    sigma: Lanes<S>,
    source: Lanes<S>,
}

impl<S: Simd> Column<S> {
    #[inline(always)]
    fn values(self, u: Lanes<S>, ux: Lanes<S>, uy: Lanes<S>) -> Values<S> {
        let (k, number) = (self.k, Number(self.k.0));
        let (xx, yy) = (ux * ux, uy * uy);
        let q = xx + yy;
        let (kq, k2) = (k * q, k + k);
        let cube = self.sigma * (u * u) * u;
        let fourth = cube * u;
        Values {
            cosines: [kq + k2 * xx, kq + k2 * yy, number.all(4.0) * cube],
            sines: [k2 * (ux * uy)],
            flux: [kq * uy],
            load: [kq * ux, fourth - self.source],
            energy: number.all(0.25) * (kq * q) + u * (number.all(0.2) * fourth - self.source),
        }
    }
}

/// Makes vectors.
#[derive(Clone, Copy)]
struct Number<S: Simd>(S);

impl<S: Simd> Number<S> {
    #[inline(always)]
    fn all(self, value: f64) -> Lanes<S> {
        Lanes(self.0, self.0.splat_f64s(value))
    }
    #[inline(always)]
    fn load(self, from: &[S::f64s], c: usize) -> Lanes<S> {
        Lanes(self.0, from[c])
    }
}

impl<const HESSIAN: bool> WithSimd for Pass<'_, HESSIAN> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Self {
            row,
            cosines,
            sines,
            flux,
            load,
        } = self;
        let sigma = S::as_simd_f64s(row.sigma).0;
        let length = sigma.len();
        let cut = |slice| &S::as_simd_f64s(slice).0[..length];
        let ([us, ua], [xs, xa], [ys, ya]) = (row.u.map(cut), row.ux.map(cut), row.uy.map(cut));
        let (conductivity, source) = (cut(row.conductivity), cut(row.source));
        let (mut cosines, mut sines) = (Vectors::<S, 3>::new(cosines, length), Vectors::<S, 1>::new(sines, length));
        let (mut flux, mut load) = (Vectors::<S, 1>::new(flux, length), Vectors::<S, 2>::new(load, length));
        let number = Number(simd);
        let here = number.all(row.source_here);
        let mut energy = number.all(0.0);
        for c in 0..length {
            let column = Column {
                k: number.load(conductivity, c),
                sigma: number.load(sigma, c),
                source: here * number.load(source, c),
            };
            let even = [number.load(us, c), number.load(xs, c), number.load(ys, c)];
            let odd = [number.load(ua, c), number.load(xa, c), number.load(ya, c)];
            let near = column.values(even[0] + odd[0], even[1] + odd[1], even[2] + odd[2]);
            let far = column.values(even[0] - odd[0], even[1] - odd[1], even[2] - odd[2]);
            if HESSIAN {
                cosines.write(c, near.cosines, far.cosines);
                sines.write(c, near.sines, far.sines);
            }
            flux.write(c, near.flux, far.flux);
            load.write(c, near.load, far.load);
            energy = energy + (near.energy + far.energy);
        }
        simd.reduce_sum_f64s(energy.1)
    }
}

/// [`Sides`] as vectors.
struct Vectors<'a, S: Simd, const N: usize> {
    sums: [&'a mut [S::f64s]; N],
    differences: [&'a mut [S::f64s]; N],
}

impl<'a, S: Simd, const N: usize> Vectors<'a, S, N> {
    #[inline(always)]
    fn new(sides: Sides<'a, N>, length: usize) -> Self {
        let [sums, differences] = sides.0.map(|side| {
            let mut rest = S::as_mut_simd_f64s(side).0;
            std::array::from_fn(|_| {
                let (field, others) = std::mem::take(&mut rest).split_at_mut(length);
                rest = others;
                field
            })
        });
        Self { sums, differences }
    }

    #[inline(always)]
    fn write(&mut self, c: usize, near: [Lanes<S>; N], far: [Lanes<S>; N]) {
        for f in 0..N {
            self.sums[f][c] = (near[f] + far[f]).1;
            self.differences[f][c] = (near[f] - far[f]).1;
        }
    }
}

//! The product with the stiffness matrix, and what is done with it while it is at hand.
use super::modal::Elements;
use super::real::Real;
use super::shape::{CHUNK, Shape};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Elements of a run whose forces are kept before they are added up: what is kept fits into the first-level cache.
const BLOCK: usize = 128;
/// Nodes below which a second thread costs more than it saves.
const WORTH: usize = 6000;

/// What becomes of one layer of `K x`, all components with their zeros. What it returns is added up.
pub(super) trait Finish<T>: Sync {
    fn finish(&self, layer: usize, product: &[T], x: &[T], out: &mut [T]) -> f64;
}

/// Calls `finish` for each layer of `K x`; `out` is what it writes. `scratch` is room that only grows.
pub(super) fn sweep<T: Real, E: Elements<T, 8> + Elements<T, 24>>(
    shape: &Shape,
    elements: &E,
    x: &[T],
    out: &mut [T],
    scratch: &mut Vec<T>,
    finish: &impl Finish<T>,
) -> f64 {
    let room = 2 * shape.layer();
    if scratch.len() < shape.slabs() * room {
        scratch.resize(shape.slabs() * room, T::default());
    }
    let arch = Arch::new();
    let slab = |(s, (out, scratch)): (usize, (&mut [T], &mut [T]))| {
        let first = s * shape.slab;
        if shape.components == 3 {
            arch.dispatch(Slab::<T, E, _, 3, 4, 12, 24> {
                shape,
                elements,
                x,
                out,
                scratch,
                finish,
                first,
            })
        } else {
            arch.dispatch(Slab::<T, E, _, 2, 2, 4, 8> {
                shape,
                elements,
                x,
                out,
                scratch,
                finish,
                first,
            })
        }
    };
    if shape.row * shape.rows * shape.layers < WORTH {
        let slabs = out.chunks_mut(shape.slab_len()).zip(scratch.chunks_mut(room));
        return slabs.enumerate().map(slab).sum();
    }
    let slabs = out.par_chunks_mut(shape.slab_len()).zip(scratch.par_chunks_mut(room));
    let sums: Vec<f64> = slabs.enumerate().map(slab).collect();
    sums.iter().sum()
}

/// Some layers: `D` components, `R` rows of nodes about an element, `W = D R`, `N = 2 W` unknowns of it.
struct Slab<'a, T, E, F, const D: usize, const R: usize, const W: usize, const N: usize> {
    shape: &'a Shape,
    elements: &'a E,
    x: &'a [T],
    out: &'a mut [T],
    scratch: &'a mut [T],
    finish: &'a F,
    first: usize,
}

impl<T: Real, E: Elements<T, N>, F: Finish<T>, const D: usize, const R: usize, const W: usize, const N: usize> WithSimd
    for Slab<'_, T, E, F, D, R, W, N>
{
    type Output = f64;
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let length = self.shape.layer();
        let (mut current, mut next) = self.scratch.split_at_mut(length);
        next = &mut next[..length];
        current.fill(T::default());
        next.fill(T::default());
        if self.first > 0 {
            let x = &self.x[(self.first - 1) * length..][..2 * length];
            run::<T, E, S, D, R, W, N>(simd, self.shape, self.elements, self.first - 1, x, current, next);
            std::mem::swap(&mut current, &mut next);
            next.fill(T::default());
        }
        let mut sum = 0.0;
        for (i, out) in self.out.chunks_exact_mut(length).enumerate() {
            let layer = self.first + i;
            if layer < self.shape.element_layers() {
                let x = &self.x[layer * length..][..2 * length];
                run::<T, E, S, D, R, W, N>(simd, self.shape, self.elements, layer, x, current, next);
            }
            sum += self.finish.finish(layer, current, &self.x[layer * length..][..length], out);
            std::mem::swap(&mut current, &mut next);
            next.fill(T::default());
        }
        sum
    }
}

/// Adds what a layer of elements gives to its two layers of nodes; `x` has both.
#[inline(always)]
fn run<T: Real, E: Elements<T, N>, S: Simd, const D: usize, const R: usize, const W: usize, const N: usize>(
    simd: S,
    shape: &Shape,
    elements: &E,
    layer: usize,
    x: &[T],
    lower: &mut [T],
    upper: &mut [T],
) {
    let lanes = T::lanes::<S>();
    let (plane, across, length) = (shape.plane, shape.across(), shape.layer());
    // Along y first, along z second; in the plane the two rows are two layers.
    let offset = |r: usize| if R == 4 { (r & 1) * across + (r >> 1) * length } else { r * length };
    let mut left = [[T::default(); BLOCK]; W];
    let mut right = [[T::default(); BLOCK + CHUNK]; W];
    for begin in (0..shape.run).step_by(BLOCK) {
        let count = BLOCK.min(shape.run - begin);
        for at in (0..count).step_by(lanes) {
            let mut modes = [T::splat(simd, 0.0); N];
            for c in 0..D {
                let mut near = [T::splat(simd, 0.0); R];
                let mut far = [T::splat(simd, 0.0); R];
                for r in 0..R {
                    let from = &x[c * plane + offset(r) + begin + at..][..lanes + 1];
                    near[r] = T::load::<S>(from);
                    far[r] = T::load::<S>(&from[1..]);
                }
                let (near, far) = (hadamard::<T, S, R>(simd, near), hadamard::<T, S, R>(simd, far));
                for r in 0..R {
                    modes[2 * (c * R + r)] = T::add(simd, near[r], far[r]);
                    modes[2 * (c * R + r) + 1] = T::sub(simd, far[r], near[r]);
                }
            }
            let forces = elements.forces(simd, layer, begin + at, modes);
            for w in 0..W {
                T::store::<S>(&mut left[w][at..], T::sub(simd, forces[2 * w], forces[2 * w + 1]));
                T::store::<S>(&mut right[w][at + 1..], T::add(simd, forces[2 * w], forces[2 * w + 1]));
            }
        }
        for at in (0..count).step_by(lanes) {
            for c in 0..D {
                let mut rows = [T::splat(simd, 0.0); R];
                for r in 0..R {
                    let (left, right) = (&left[c * R + r], &right[c * R + r]);
                    rows[r] = T::add(simd, T::load::<S>(&left[at..]), T::load::<S>(&right[at..]));
                }
                let rows = transposed::<T, S, R>(simd, rows);
                for r in 0..R {
                    let to = if offset(r) >= length { &mut *upper } else { &mut *lower };
                    let to = &mut to[c * plane + offset(r) % length + begin + at..][..lanes];
                    T::store::<S>(to, T::add(simd, T::load::<S>(to), rows[r]));
                }
            }
        }
        for row in &mut right {
            row[0] = row[count];
        }
    }
}

/// Sums and differences of rows.
#[inline(always)]
fn hadamard<T: Real, S: Simd, const R: usize>(simd: S, mut v: [T::Register<S>; R]) -> [T::Register<S>; R] {
    for bit in [1, 2] {
        for r in 0..R {
            if bit < R && r & bit == 0 {
                let (a, b) = (v[r], v[r | bit]);
                v[r] = T::add(simd, a, b);
                v[r | bit] = T::sub(simd, b, a);
            }
        }
    }
    v
}

/// The transpose of it.
#[inline(always)]
fn transposed<T: Real, S: Simd, const R: usize>(simd: S, mut v: [T::Register<S>; R]) -> [T::Register<S>; R] {
    for bit in [1, 2] {
        for r in 0..R {
            if bit < R && r & bit == 0 {
                let (a, b) = (v[r], v[r | bit]);
                v[r] = T::sub(simd, a, b);
                v[r | bit] = T::add(simd, a, b);
            }
        }
    }
    v
}

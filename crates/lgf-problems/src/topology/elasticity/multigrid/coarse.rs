//! Matrices of coarse elements: `Pᵀ K P`, element by element, which is exact since coarse shape functions are sums of fine ones.
//!
//! In modes (see `modal`) a child has, along an axis that is halved, the sum `s ∓ d/2` and the difference `d/2` of its parent's sum and
//! difference, minus for the lower child: translations of a coarse element stay without stiffness to the last bit, which they would not in
//! terms of corners.
use super::modal::{packed, sign};
use super::shape::{CHUNK, Shape};
use rayon::prelude::*;

/// An unknown of the finest level that is held: position of the node, component, and the spring that holds it on coarse levels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Support {
    pub node: [usize; 3],
    pub component: usize,
    pub spring: f64,
}

/// Matrices of the elements of one level.
pub(super) trait Children: Sync {
    /// Adds the matrix of an element, row-major in modes.
    fn add(&self, element: [usize; 3], to: &mut [f32]);
}

/// Those of the finest level.
pub(super) struct Unit<'a> {
    pub shape: Shape,
    pub moduli: &'a [f32],
    pub matrix: &'a [f32],
}

impl Children for Unit<'_> {
    fn add(&self, element: [usize; 3], to: &mut [f32]) {
        let modulus = self.moduli[self.shape.element(element)];
        to.iter_mut().zip(self.matrix).for_each(|(to, a)| *to += modulus * a);
    }
}

/// Those of a coarse level.
pub(super) struct Stored<'a> {
    pub shape: Shape,
    pub matrices: &'a [f32],
    pub order: usize,
}

impl Children for Stored<'_> {
    fn add(&self, element: [usize; 3], to: &mut [f32]) {
        let element = self.shape.element(element);
        let entries = &self.matrices[element / CHUNK * CHUNK * packed(self.order) + element % CHUNK..];
        let mut entry = 0;
        for a in 0..self.order {
            for b in 0..=a {
                let value = entries[entry * CHUNK];
                to[a * self.order + b] += value;
                if a != b {
                    to[b * self.order + a] += value;
                }
                entry += 1;
            }
        }
    }
}

/// Numbers that the matrices of a level take.
pub(super) fn length(shape: &Shape) -> usize {
    shape.element_layers() * shape.run * packed(shape.components << shape.components)
}

/// Fills `out` with the matrices of the level `coarse` from those of the level `fine`.
pub(super) fn coarsen(fine: &Shape, coarse: &Shape, children: &impl Children, out: &mut [f32]) {
    let order = coarse.components << coarse.components;
    let (counts, elements) = (fine.grid.elements(), coarse.grid.elements());
    let ratio: [usize; 3] = std::array::from_fn(|axis| if counts[axis] == elements[axis] { 1 } else { 2 });
    let chunk = CHUNK * packed(order);
    let row = [elements[0] + 1, if coarse.components == 3 { elements[1] } else { 1 }];
    out.par_chunks_mut(chunk).enumerate().for_each_init(
        || [vec![0.0; order * order], vec![0.0; order * order], vec![0.0; order * order]],
        |[child, turned, sum], (index, out)| {
            out.fill(0.0);
            let (layer, begin) = (index * CHUNK / coarse.run, index * CHUNK % coarse.run);
            for lane in 0..CHUNK {
                let (i, j) = ((begin + lane) % row[0], (begin + lane) / row[0]);
                if i == elements[0] || j >= row[1] {
                    continue;
                }
                let at = if coarse.components == 3 { [i, j, layer] } else { [i, layer, 0] };
                sum.fill(0.0);
                for side in 0..8 {
                    let bits: [usize; 3] = std::array::from_fn(|axis| side >> axis & 1);
                    let position: [usize; 3] = std::array::from_fn(|axis| at[axis] * ratio[axis] + bits[axis]);
                    if (0..3).any(|axis| bits[axis] >= ratio[axis] || position[axis] >= counts[axis]) {
                        continue;
                    }
                    child.fill(0.0);
                    children.add(position, child);
                    for _ in 0..2 {
                        for axis in (0..coarse.components).filter(|&axis| ratio[axis] == 2) {
                            rows(child, order, axis, bits[axis] == 1);
                        }
                        transpose(child, order, turned);
                        std::mem::swap(child, turned);
                    }
                    sum.iter_mut().zip(&*child).for_each(|(sum, child)| *sum += child);
                }
                let mut entry = 0;
                for a in 0..order {
                    for b in 0..=a {
                        out[entry * CHUNK + lane] = sum[a * order + b];
                        entry += 1;
                    }
                }
            }
        },
    );
}

/// Rows of modes of a child to those of its parent along an axis: `d ← (d ∓ s) / 2`.
fn rows(matrix: &mut [f32], order: usize, axis: usize, upper: bool) {
    let half = if upper { 0.5 } else { -0.5 };
    let bit = 1 << axis;
    for mode in (0..order).filter(|mode| mode & bit == 0) {
        let (low, high) = matrix.split_at_mut((mode | bit) * order);
        let low = &low[mode * order..][..order];
        high[..order].iter_mut().zip(low).for_each(|(d, s)| *d = 0.5 * *d + half * s);
    }
}

fn transpose(from: &[f32], order: usize, to: &mut [f32]) {
    for (a, from) in from.chunks_exact(order).enumerate() {
        for (b, from) in from.iter().enumerate() {
            to[b * order + a] = *from;
        }
    }
}

/// Adds the springs of supports to the matrices of the first coarse level.
pub(super) fn hold(fine: &Shape, coarse: &Shape, supports: &[Support], matrices: &mut [f32]) {
    let corners = 1 << coarse.components;
    let order = coarse.components * corners;
    let (counts, elements) = (fine.grid.elements(), coarse.grid.elements());
    for support in supports {
        // The coarse element about the node, and where in it, from -1 to 1.
        let mut element = [0; 3];
        let mut place = [0.0; 3];
        for axis in 0..coarse.components {
            let ratio = if counts[axis] == elements[axis] { 1 } else { 2 };
            element[axis] = (support.node[axis] / ratio).min(elements[axis] - 1);
            place[axis] = 2.0 * (support.node[axis] as f64 / ratio as f64 - element[axis] as f64) - 1.0;
        }
        // Value of the mode at the place: u = Hᵀ m / 2^D interpolated.
        let value = |mode: usize| -> f64 {
            let factors = (0..coarse.components).map(|axis| if mode >> axis & 1 == 1 { place[axis] } else { 1.0 });
            factors.product::<f64>() / corners as f64
        };
        let at = coarse.element(element);
        let from = at / CHUNK * CHUNK * packed(order) + at % CHUNK;
        for a in 0..corners {
            for b in 0..=a {
                let (row, column) = (support.component * corners + a, support.component * corners + b);
                matrices[from + (packed(row) + column) * CHUNK] += (support.spring * value(a) * value(b)) as f32;
            }
        }
    }
}

/// Adds the diagonal of the assembled matrix to `out`, laid out as a vector.
pub(super) fn diagonal(shape: &Shape, matrices: &[f32], out: &mut [f32]) {
    let corners = 1 << shape.components;
    let order = shape.components * corners;
    for (index, entries) in matrices.chunks_exact(CHUNK * packed(order)).enumerate() {
        let (layer, begin) = (index * CHUNK / shape.run, index * CHUNK % shape.run);
        for c in 0..shape.components {
            let mut sums = [[0.0_f32; CHUNK]; 8];
            for a in 0..corners {
                for b in 0..=a {
                    let entry = packed(c * corners + a) + c * corners + b;
                    let values = &entries[entry * CHUNK..][..CHUNK];
                    let twice = if a == b { 1.0 } else { 2.0 };
                    for (corner, sums) in sums.iter_mut().enumerate().take(corners) {
                        let factor = (twice * sign(a, corner) * sign(b, corner)) as f32;
                        sums.iter_mut().zip(values).for_each(|(sum, k)| *sum += factor * k);
                    }
                }
            }
            for (corner, sums) in sums.iter().enumerate().take(corners) {
                let (across, above) = if corners == 8 {
                    (corner >> 1 & 1, corner >> 2)
                } else {
                    (0, corner >> 1)
                };
                let at = (layer + above) * shape.layer() + c * shape.plane + across * shape.across() + begin + (corner & 1);
                // Elements that do not exist add zeros; those at the end of the run may lie beyond the plane.
                let length = CHUNK.min(shape.plane - across * shape.across() - begin - (corner & 1));
                out[at..at + length].iter_mut().zip(sums).for_each(|(out, sum)| *out += sum);
            }
        }
    }
}

//! The first coarse level, nothing of which is stored but the moduli of its children.
//!
//! A parent's sums and differences are those of its children after few additions (see `coarse`), so that forces are made from them and
//! handed back: in space that is three times as fast as reading matrices of 300 numbers from memory.
use super::coarse::{Children, Lanes, Side, Support, add_up};
use super::modal::{Elements, Law, cube, entry, packed, square};
use super::real::Real;
use super::shape::{CHUNK, Shape};
use pulp::Simd;

/// Sides of a parent that there are room for.
pub(super) const SIDES: usize = 8;

/// Coarse elements with the moduli of their children: for each chunk, those on each side.
pub(super) struct Halved<'a> {
    pub moduli: &'a [[Lanes; SIDES]],
    pub run: usize,
    pub law: Law,
    /// Axes along which an element has two children.
    pub axes: [bool; 3],
    /// One half for each of these axes along which a mode differs.
    pub halves: [f32; 8],
    pub springs: &'a Springs,
}

/// Sums and differences of parents, differences halved, to those of the children on one side of an axis: `s ∓ d`.
#[inline(always)]
fn lift<S: Simd, const N: usize, const BIT: usize>(simd: S, modes: &[S::f32s; N], upper: bool) -> [S::f32s; N] {
    let mut out = *modes;
    for first in (0..N).step_by(2 * BIT) {
        for s in first..first + BIT {
            let (sum, difference) = (modes[s], modes[s + BIT]);
            out[s] = if upper {
                simd.add_f32s(sum, difference)
            } else {
                simd.sub_f32s(sum, difference)
            };
        }
    }
    out
}

/// The transpose of it, for both children.
#[inline(always)]
fn join<S: Simd, const N: usize, const BIT: usize>(simd: S, lower: &[S::f32s; N], upper: &[S::f32s; N]) -> [S::f32s; N] {
    let mut out = *lower;
    for first in (0..N).step_by(2 * BIT) {
        for s in first..first + BIT {
            out[s] = simd.add_f32s(lower[s], upper[s]);
            let differences = simd.add_f32s(lower[s + BIT], upper[s + BIT]);
            out[s + BIT] = simd.add_f32s(differences, simd.sub_f32s(upper[s], lower[s]));
        }
    }
    out
}

/// Children of one chunk of parents.
struct Family<'a> {
    moduli: &'a [Lanes; SIDES],
    lane: usize,
    law: &'a Law,
    axes: [bool; 3],
}

impl Family<'_> {
    #[inline(always)]
    fn child<S: Simd, U: Unit<N>, const N: usize>(&self, simd: S, side: usize, modes: [S::f32s; N]) -> [S::f32s; N] {
        let modulus = <f32 as Real>::load::<S>(&self.moduli[side][self.lane..]);
        U::forces::<S>(simd, self.law, modulus, modes)
    }

    #[inline(always)]
    fn along_x<S: Simd, U: Unit<N>, const N: usize>(&self, simd: S, side: usize, modes: &[S::f32s; N]) -> [S::f32s; N] {
        if !self.axes[0] {
            return self.child::<S, U, N>(simd, side, *modes);
        }
        let lower = self.child::<S, U, N>(simd, side, lift::<S, N, 1>(simd, modes, false));
        let upper = self.child::<S, U, N>(simd, side + 1, lift::<S, N, 1>(simd, modes, true));
        join::<S, N, 1>(simd, &lower, &upper)
    }

    #[inline(always)]
    fn along_y<S: Simd, U: Unit<N>, const N: usize>(&self, simd: S, side: usize, modes: &[S::f32s; N]) -> [S::f32s; N] {
        if !self.axes[1] {
            return self.along_x::<S, U, N>(simd, side, modes);
        }
        let lower = self.along_x::<S, U, N>(simd, side, &lift::<S, N, 2>(simd, modes, false));
        let upper = self.along_x::<S, U, N>(simd, side + 2, &lift::<S, N, 2>(simd, modes, true));
        join::<S, N, 2>(simd, &lower, &upper)
    }

    #[inline(always)]
    fn along_z<S: Simd, U: Unit<N>, const N: usize>(&self, simd: S, modes: &[S::f32s; N]) -> [S::f32s; N] {
        if U::AXES == 2 || !self.axes[2] {
            return self.along_y::<S, U, N>(simd, 0, modes);
        }
        let lower = self.along_y::<S, U, N>(simd, 0, &lift::<S, N, 4>(simd, modes, false));
        let upper = self.along_y::<S, U, N>(simd, 4, &lift::<S, N, 4>(simd, modes, true));
        join::<S, N, 4>(simd, &lower, &upper)
    }
}

impl Halved<'_> {
    #[inline(always)]
    fn parents<S: Simd, U: Unit<N>, const N: usize>(&self, simd: S, layer: usize, at: usize, mut modes: [S::f32s; N]) -> [S::f32s; N] {
        let place = layer * self.run + at;
        let family = Family {
            moduli: &self.moduli[place / CHUNK],
            lane: place % CHUNK,
            law: &self.law,
            axes: self.axes,
        };
        for (mode, value) in modes.iter_mut().enumerate() {
            *value = simd.mul_f32s(*value, simd.splat_f32s(self.halves[mode % (1 << U::AXES)]));
        }
        let mut forces = family.along_z::<S, U, N>(simd, &modes);
        for (mode, value) in forces.iter_mut().enumerate() {
            *value = simd.mul_f32s(*value, simd.splat_f32s(self.halves[mode % (1 << U::AXES)]));
        }
        forces
    }
}

/// Square or cube.
trait Unit<const N: usize> {
    const AXES: usize;
    fn forces<S: Simd>(simd: S, law: &Law, modulus: S::f32s, modes: [S::f32s; N]) -> [S::f32s; N];
}

struct Square;
struct Cube;

impl Unit<8> for Square {
    const AXES: usize = 2;
    #[inline(always)]
    fn forces<S: Simd>(simd: S, law: &Law, modulus: S::f32s, modes: [S::f32s; 8]) -> [S::f32s; 8] {
        square::<f32, S>(simd, law, modulus, modes)
    }
}

impl Unit<24> for Cube {
    const AXES: usize = 3;
    #[inline(always)]
    fn forces<S: Simd>(simd: S, law: &Law, modulus: S::f32s, modes: [S::f32s; 24]) -> [S::f32s; 24] {
        cube::<f32, S>(simd, law, modulus, modes)
    }
}

impl Elements<f32, 8> for Halved<'_> {
    #[inline(always)]
    fn forces<S: Simd>(&self, simd: S, layer: usize, at: usize, modes: [S::f32s; 8]) -> [S::f32s; 8] {
        self.parents::<S, Square, 8>(simd, layer, at, modes)
    }
    #[inline(always)]
    fn hold(&self, layer: usize, x: &[f32], product: &mut [f32]) {
        self.springs.add(layer, x, product);
    }
}

impl Elements<f32, 24> for Halved<'_> {
    #[inline(always)]
    fn forces<S: Simd>(&self, simd: S, layer: usize, at: usize, modes: [S::f32s; 24]) -> [S::f32s; 24] {
        self.parents::<S, Cube, 24>(simd, layer, at, modes)
    }
    #[inline(always)]
    fn hold(&self, layer: usize, x: &[f32], product: &mut [f32]) {
        self.springs.add(layer, x, product);
    }
}

/// Springs between nodes of one level: what holds a node that lies between them.
#[derive(Debug, Default)]
pub(super) struct Springs {
    /// First entry of each layer, and their number.
    layers: Vec<usize>,
    /// Row within the layer, column within the vector, number of the support, part of its spring.
    entries: Vec<(u32, u32, u32, f32)>,
    values: Vec<f32>,
}

impl Springs {
    pub fn new(fine: &Shape, coarse: &Shape, supports: &[Support]) -> Self {
        let mut entries = Vec::new();
        for (number, support) in supports.iter().enumerate() {
            let parents = parents(fine, coarse, support.node);
            for (row, outer) in &parents {
                for (column, inner) in &parents {
                    let at = |node: [usize; 3]| coarse.at(node, support.component);
                    entries.push((at(*row), at(*column), number as u32, (outer * inner) as f32));
                }
            }
        }
        entries.sort_unstable_by_key(|entry| (entry.0, entry.1, entry.2));
        let layer = coarse.layer();
        Self {
            layers: (0..=coarse.layers)
                .map(|k| entries.partition_point(|entry| entry.0 < k * layer))
                .collect(),
            values: vec![0.0; entries.len()],
            entries: entries
                .into_iter()
                .map(|(row, column, number, part)| ((row % layer) as u32, column as u32, number, part))
                .collect(),
        }
    }

    pub fn set(&mut self, supports: &[Support]) {
        for (value, entry) in self.values.iter_mut().zip(&self.entries) {
            *value = entry.3 * supports[entry.2 as usize].spring as f32;
        }
    }

    #[inline(always)]
    fn add(&self, layer: usize, x: &[f32], product: &mut [f32]) {
        let range = self.layers[layer]..self.layers[layer + 1];
        for (value, (row, column, _, _)) in self.values[range.clone()].iter().zip(&self.entries[range]) {
            product[*row as usize] += value * x[*column as usize];
        }
    }

    /// Adds what they give to the diagonal.
    pub fn diagonal(&self, coarse: &Shape, out: &mut [f32]) {
        for (k, out) in out.chunks_exact_mut(coarse.layer()).enumerate() {
            let range = self.layers[k]..self.layers[k + 1];
            for (value, (row, column, _, _)) in self.values[range.clone()].iter().zip(&self.entries[range]) {
                if *row as usize + k * coarse.layer() == *column as usize {
                    out[*row as usize] += value;
                }
            }
        }
    }
}

/// Coarse nodes about a fine one, with their weights.
fn parents(fine: &Shape, coarse: &Shape, node: [usize; 3]) -> Vec<([usize; 3], f64)> {
    let mut out = vec![([0; 3], 1.0)];
    for axis in 0..coarse.components {
        let halved = fine.grid.elements()[axis] != coarse.grid.elements()[axis];
        let along: &[(usize, f64)] = match (halved, node[axis] % 2) {
            (false, _) => &[(node[axis], 1.0)],
            (true, 0) => &[(node[axis] / 2, 1.0)],
            (true, _) => &[(node[axis] / 2, 0.5), (node[axis] / 2 + 1, 0.5)],
        };
        out = out
            .into_iter()
            .flat_map(|(at, weight)| {
                along.iter().map(move |&(place, part)| {
                    let mut at = at;
                    at[axis] = place;
                    (at, weight * part)
                })
            })
            .collect();
    }
    out
}

/// Matrices of such elements as children of the next level; without springs.
pub(super) struct HalvedChildren<'a> {
    pub moduli: &'a [[Lanes; SIDES]],
    /// What each child of unit modulus adds to its parent, packed.
    pub sides: &'a [Vec<f32>],
    pub order: usize,
}

impl HalvedChildren<'_> {
    /// Sums of the matrices, for the diagonal.
    #[inline(always)]
    pub fn entries(&self, chunk: usize, entry: usize) -> Lanes {
        let mut out = [0.0; CHUNK];
        for (moduli, side) in self.moduli[chunk].iter().zip(self.sides).filter(|(_, side)| !side.is_empty()) {
            out.iter_mut().zip(moduli).for_each(|(out, modulus)| *out += side[entry] * modulus);
        }
        out
    }
}

impl Children for HalvedChildren<'_> {
    /// The coarsest level is never one of these.
    fn add(&self, _: [usize; 3], _: &mut [f32]) {}

    #[inline(always)]
    fn gather(&self, side: &Side, children: &[Option<usize>; CHUNK], room: &mut Vec<Lanes>, sum: &mut [Lanes]) {
        let order = self.order;
        room.resize(order * order + packed(order), [0.0; CHUNK]);
        let (room, entries) = room.split_at_mut(order * order);
        entries.fill([0.0; CHUNK]);
        for (number, matrix) in self.sides.iter().enumerate().filter(|(_, matrix)| !matrix.is_empty()) {
            let moduli = children.map(|child| child.map_or(0.0, |child| self.moduli[child / CHUNK][number][child % CHUNK]));
            add_up(matrix, &moduli, entries);
        }
        for a in 0..order {
            for b in 0..=a {
                room[a * order + b] = entries[entry(a, b)];
                room[b * order + a] = entries[entry(a, b)];
            }
        }
        side.lift(room);
        side.pack(room, sum);
    }
}

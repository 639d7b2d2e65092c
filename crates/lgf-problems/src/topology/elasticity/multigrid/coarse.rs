//! Matrices of coarse elements: `Pᵀ K P`, element by element, which is exact since coarse shape functions are sums of fine ones.
//!
//! In modes (see `modal`) a child has, along an axis that is halved, the sum `s ∓ d/2` and the difference `d/2` of its parent's sum and
//! difference, minus for the lower child: translations of a coarse element stay without stiffness to the last bit, which they would not in
//! terms of corners.
use super::modal::{entry, packed, sign};
use super::shape::{CHUNK, Shape};
use super::share;
use pulp::{Arch, NullaryFnOnce};

/// An unknown of the finest level that is held: position of the node, component, and the spring that holds it on coarse levels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Support {
    pub node: [usize; 3],
    pub component: usize,
    pub spring: f64,
}

/// Numbers of a chunk of elements.
pub(super) type Lanes = [f32; CHUNK];

/// Matrices of the elements of one level.
pub(super) trait Children: Sync {
    /// Adds the matrix of an element, row-major in modes.
    fn add(&self, element: [usize; 3], to: &mut [f32]);

    /// Adds the matrices of the children on one side of a chunk of coarse elements to `sum`, packed; an element of no number does not exist.
    fn gather(&self, side: &Side, children: &[Option<usize>; CHUNK], room: &mut Vec<Lanes>, sum: &mut [Lanes]);
}

/// Where a child is within its parent.
pub(super) struct Side {
    /// Axes that are halved.
    halved: [bool; 3],
    /// On which half it is.
    upper: [bool; 3],
    order: usize,
    index: usize,
}

/// Those of the finest level.
pub(super) struct Unit<'a> {
    pub shape: Shape,
    pub moduli: &'a [f32],
    pub matrix: &'a [f32],
    /// What each child of unit modulus adds to its parent, packed.
    pub sides: &'a [Vec<f32>],
}

impl Children for Unit<'_> {
    fn add(&self, element: [usize; 3], to: &mut [f32]) {
        let modulus = self.moduli[self.shape.element(element)];
        to.iter_mut().zip(self.matrix).for_each(|(to, a)| *to += modulus * a);
    }

    #[inline(always)]
    fn gather(&self, side: &Side, children: &[Option<usize>; CHUNK], _: &mut Vec<Lanes>, sum: &mut [Lanes]) {
        let moduli = children.map(|child| child.map_or(0.0, |child| self.moduli[child]));
        add_up(&self.sides[side.index], &moduli, sum);
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
        for a in 0..self.order {
            for b in 0..=a {
                let value = entries[entry(a, b) * CHUNK];
                to[a * self.order + b] += value;
                if a != b {
                    to[b * self.order + a] += value;
                }
            }
        }
    }

    #[inline(always)]
    fn gather(&self, side: &Side, children: &[Option<usize>; CHUNK], room: &mut Vec<Lanes>, sum: &mut [Lanes]) {
        let order = self.order;
        room.resize(order * order, [0.0; CHUNK]);
        // Where there is no child, the first of all stands in and counts nothing.
        let mut at = [0; CHUNK];
        let mut exists = [0.0; CHUNK];
        for lane in 0..CHUNK {
            if let Some(child) = children[lane] {
                at[lane] = child / CHUNK * CHUNK * packed(order) + child % CHUNK;
                exists[lane] = 1.0;
            }
        }
        for a in 0..order {
            for b in 0..=a {
                let place = entry(a, b) * CHUNK;
                let value: Lanes = std::array::from_fn(|lane| exists[lane] * self.matrices[at[lane] + place]);
                room[a * order + b] = value;
                room[b * order + a] = value;
            }
        }
        side.lift(room);
        side.pack(room, sum);
    }
}

/// Adds a matrix times moduli to packed matrices.
#[inline(always)]
pub(super) fn add_up(matrix: &[f32], moduli: &Lanes, sum: &mut [Lanes]) {
    for (sum, a) in sum.iter_mut().zip(matrix) {
        if *a != 0.0 {
            sum.iter_mut().zip(moduli).for_each(|(sum, modulus)| *sum += a * modulus);
        }
    }
}

impl Side {
    /// Adds a full matrix to packed ones.
    #[inline(always)]
    pub fn pack(&self, matrix: &[Lanes], sum: &mut [Lanes]) {
        for a in 0..self.order {
            for (b, value) in matrix[a * self.order..=a * self.order + a].iter().enumerate() {
                let sum = &mut sum[entry(a, b)];
                sum.iter_mut().zip(value).for_each(|(sum, value)| *sum += value);
            }
        }
    }

    /// Matrices of children to those of their parents: `d ← (d ∓ s) / 2` for rows and columns.
    #[inline(always)]
    pub fn lift(&self, matrix: &mut [Lanes]) {
        let order = self.order;
        for axis in (0..3).filter(|&axis| self.halved[axis]) {
            let half = if self.upper[axis] { 0.5 } else { -0.5 };
            let bit = 1 << axis;
            for mode in (0..order).filter(|mode| mode & bit == 0) {
                let (low, high) = matrix.split_at_mut((mode | bit) * order);
                let low = &low[mode * order..][..order];
                for (d, s) in high[..order].iter_mut().zip(low) {
                    d.iter_mut().zip(s).for_each(|(d, s)| *d = 0.5 * *d + half * s);
                }
            }
            for row in matrix.chunks_exact_mut(order) {
                for mode in (0..order).filter(|mode| mode & bit == 0) {
                    let s = row[mode];
                    row[mode | bit].iter_mut().zip(s).for_each(|(d, s)| *d = 0.5 * *d + half * s);
                }
            }
        }
    }
}

/// The sides of a parent that has children along these axes.
fn sides(halved: [bool; 3], order: usize) -> impl Iterator<Item = Side> {
    (0..8).filter_map(move |index| {
        let upper: [bool; 3] = std::array::from_fn(|axis| index >> axis & 1 == 1);
        (0..3).all(|axis| halved[axis] || !upper[axis]).then_some(Side {
            halved,
            upper,
            order,
            index,
        })
    })
}

/// Axes along which a level has half the elements of the one before it.
fn halved(fine: &Shape, coarse: &Shape) -> [bool; 3] {
    std::array::from_fn(|axis| fine.grid.elements()[axis] != coarse.grid.elements()[axis])
}

/// What children of this matrix, row-major, add to their parents: [`Unit::sides`].
pub(super) fn unit_sides(fine: &Shape, coarse: &Shape, matrix: &[f32]) -> Vec<Vec<f32>> {
    let order = coarse.components << coarse.components;
    let mut out = vec![Vec::new(); 8];
    for side in sides(halved(fine, coarse), order) {
        let mut room: Vec<Lanes> = matrix.iter().map(|&a| [a; CHUNK]).collect();
        side.lift(&mut room);
        out[side.index] = vec![0.0; packed(order)];
        for a in 0..order {
            for b in 0..=a {
                out[side.index][entry(a, b)] = room[a * order + b][0];
            }
        }
    }
    out
}

/// Numbers that the matrices of a level take.
pub(super) fn length(shape: &Shape) -> usize {
    shape.element_layers() * shape.run * packed(shape.components << shape.components)
}

/// Fills `out` with the matrices of the level `coarse` from those of the level `fine`.
pub(super) fn coarsen(fine: &Shape, coarse: &Shape, children: &impl Children, out: &mut [f32]) {
    let order = coarse.components << coarse.components;
    let chunk = CHUNK * packed(order);
    let arch = Arch::new();
    // Chunks of one task share the room that it makes.
    let task = 4;
    share::pieces(out, task * chunk, |index, out| {
        let mut room = Vec::new();
        for (i, out) in out.chunks_exact_mut(chunk).enumerate() {
            arch.dispatch(Parents {
                fine,
                coarse,
                children,
                room: &mut room,
                first: (task * index + i) * CHUNK,
                out: out.as_chunks_mut().0,
            });
        }
    });
}

/// A chunk of coarse elements.
struct Parents<'a, C> {
    fine: &'a Shape,
    coarse: &'a Shape,
    children: &'a C,
    room: &'a mut Vec<Lanes>,
    /// Number of the first among those of all layers.
    first: usize,
    out: &'a mut [Lanes],
}

impl<C: Children> NullaryFnOnce for Parents<'_, C> {
    type Output = ();
    #[inline(always)]
    fn call(self) {
        let (fine, coarse) = (self.fine, self.coarse);
        let (layer, begin) = (self.first / coarse.run, self.first % coarse.run);
        let (counts, elements) = (fine.grid.elements(), coarse.grid.elements());
        let halved = halved(fine, coarse);
        let solid = coarse.components == 3;
        self.out.fill([0.0; CHUNK]);
        for side in sides(halved, coarse.components << coarse.components) {
            let child = |lane: usize| {
                let (i, j) = ((begin + lane) % coarse.row, (begin + lane) / coarse.row);
                let at = if solid { [i, j, layer] } else { [i, layer, 0] };
                let exists = (0..3).all(|axis| at[axis] < elements[axis]) && (solid || j == 0);
                let child: [usize; 3] =
                    std::array::from_fn(|axis| at[axis] * (1 + usize::from(halved[axis])) + usize::from(side.upper[axis]));
                (exists && (0..3).all(|axis| child[axis] < counts[axis])).then(|| fine.element(child))
            };
            self.children.gather(&side, &std::array::from_fn(child), self.room, self.out);
        }
    }
}

/// Adds the springs of supports to the matrices of a coarse level; `fine` is the finest.
pub(super) fn hold(fine: &Shape, coarse: &Shape, supports: &[Support], matrices: &mut [f32]) {
    let corners = 1 << coarse.components;
    let order = coarse.components * corners;
    let (counts, elements) = (fine.grid.elements(), coarse.grid.elements());
    for support in supports {
        // The coarse element about the node, and where in it, from -1 to 1.
        let mut element = [0; 3];
        let mut place = [0.0; 3];
        for axis in 0..coarse.components {
            // A power of two, since halves are rounded up.
            let ratio = counts[axis].div_ceil(elements[axis]).next_power_of_two();
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
                matrices[from + entry(row, column) * CHUNK] += (support.spring * value(a) * value(b)) as f32;
            }
        }
    }
}

/// Adds the diagonal of the assembled matrix to `out`, laid out as a vector. `entries` hands out an entry of the matrices of a chunk.
pub(super) fn diagonal(shape: &Shape, entries: impl Fn(usize, usize) -> Lanes, out: &mut [f32]) {
    let corners = 1 << shape.components;
    for chunk in 0..shape.element_layers() * shape.run / CHUNK {
        let (layer, begin) = (chunk * CHUNK / shape.run, chunk * CHUNK % shape.run);
        for c in 0..shape.components {
            let mut sums = [[0.0_f32; CHUNK]; 8];
            for a in 0..corners {
                for b in 0..=a {
                    let values = entries(chunk, entry(c * corners + a, c * corners + b));
                    let twice = if a == b { 1.0 } else { 2.0 };
                    for (corner, sums) in sums.iter_mut().enumerate().take(corners) {
                        let factor = (twice * sign(a, corner) * sign(b, corner)) as f32;
                        sums.iter_mut().zip(&values).for_each(|(sum, k)| *sum += factor * k);
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

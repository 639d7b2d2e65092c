//! How vectors of one level lie in memory.
use super::super::Grid;

/// Elements that are worked on together; a multiple of the lanes of every register.
pub(super) const CHUNK: usize = 16;
/// Nodes of a slab, the work of one task. The slabs depend on the grid alone, and so do sums over them.
const SLAB: usize = 8192;

/// A vector is stored layer by layer (along `z`, in the plane along `y`); a layer has one plane for each component, its nodes `x` fastest and
/// then zeros up to `plane`. An element bears the number of its first corner within the layer, so that a layer of elements is one run without
/// edges: the last of each row does not exist and has no stiffness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub grid: Grid,
    /// 2 or 3.
    pub components: usize,
    /// Nodes of a row along `x`.
    pub row: usize,
    /// Rows of a layer; 1 in the plane.
    pub rows: usize,
    pub layers: usize,
    /// Numbers from one component to the next within a layer.
    pub plane: usize,
    /// Numbers of a layer of elements: chunks of them, in whole.
    pub run: usize,
    /// Layers of a slab.
    pub slab: usize,
}

impl Shape {
    pub fn new(grid: Grid) -> Self {
        let [x, y, z] = grid.nodes();
        let (rows, layers) = if grid.dimension() == 3 { (y, z) } else { (1, y) };
        let across = if rows > 1 { x } else { 0 };
        let run = (x * rows - across).next_multiple_of(CHUNK);
        // An element reads one node beyond its own in the next row.
        let plane = (run + across + 1).next_multiple_of(CHUNK);
        // The first layer of a slab computes a layer of elements that the slab before it computes as well.
        let slab = (SLAB / (x * rows)).max(6).min(layers);
        Self {
            grid,
            components: grid.dimension(),
            row: x,
            rows,
            layers,
            plane,
            run,
            slab,
        }
    }

    /// Numbers of a layer.
    pub fn layer(&self) -> usize {
        self.components * self.plane
    }

    /// Numbers of a vector.
    pub fn len(&self) -> usize {
        self.layers * self.layer()
    }

    /// Numbers of a slab.
    pub fn slab_len(&self) -> usize {
        self.slab * self.layer()
    }

    pub fn slabs(&self) -> usize {
        self.layers.div_ceil(self.slab)
    }

    /// Layers of elements.
    pub fn element_layers(&self) -> usize {
        self.layers - 1
    }

    /// From a node to the next one along `y` within a layer.
    pub fn across(&self) -> usize {
        if self.rows > 1 { self.row } else { 0 }
    }

    /// Where component `c` of the node at this position is.
    pub fn at(&self, [i, j, k]: [usize; 3], component: usize) -> usize {
        let (j, k) = if self.components == 3 { (j, k) } else { (0, j) };
        k * self.layer() + component * self.plane + j * self.row + i
    }

    /// Where the element at this position is among `element_layers() * run` numbers.
    pub fn element(&self, [i, j, k]: [usize; 3]) -> usize {
        let (j, k) = if self.components == 3 { (j, k) } else { (0, j) };
        k * self.run + j * self.row + i
    }

    /// Takes a vector in the numbering of [`Grid`] over.
    pub fn pack(&self, from: &[f64], to: &mut [f64]) {
        let (nodes, layer) = (self.grid.node_count(), self.row * self.rows);
        for (k, to) in to.chunks_exact_mut(self.layer()).enumerate() {
            for (c, to) in to.chunks_exact_mut(self.plane).enumerate() {
                to[..layer].copy_from_slice(&from[c * nodes + k * layer..][..layer]);
            }
        }
    }

    /// The other way.
    pub fn unpack(&self, from: &[f64], to: &mut [f64]) {
        let (nodes, layer) = (self.grid.node_count(), self.row * self.rows);
        for (k, from) in from.chunks_exact(self.layer()).enumerate() {
            for (c, from) in from.chunks_exact(self.plane).enumerate() {
                to[c * nodes + k * layer..][..layer].copy_from_slice(&from[..layer]);
            }
        }
    }
}

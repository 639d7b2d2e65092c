//! A regular grid of unit squares or cubes and the numbering of what lives on it.

/// A box of unit elements, `x` fastest, then `y` upwards, then `z`: element `(i, j, k)` is `i + nx (j + ny k)`, nodes likewise with one more
/// along each axis. A plane grid is one layer of elements on one layer of nodes.
///
/// Unknowns are stored component by component: component `c` of the displacement of node `n` is `u[c * nodes + n]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    elements: [usize; 3],
    dimension: usize,
}

impl Grid {
    /// Elements along each axis, two or three of them.
    pub fn new(size: &[usize]) -> Self {
        let mut elements = [1; 3];
        elements[..size.len()].copy_from_slice(size);
        Self {
            elements,
            dimension: size.len(),
        }
    }

    /// 2 or 3: axes, and components of a displacement.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Elements along each axis; 1 along the third of a plane grid.
    pub fn elements(&self) -> [usize; 3] {
        self.elements
    }

    /// Nodes along each axis; 1 along the third of a plane grid.
    pub fn nodes(&self) -> [usize; 3] {
        let [x, y, z] = self.elements;
        [x + 1, y + 1, if self.dimension == 3 { z + 1 } else { 1 }]
    }

    pub fn element_count(&self) -> usize {
        self.elements.iter().product()
    }

    pub fn node_count(&self) -> usize {
        self.nodes().iter().product()
    }

    pub fn unknown_count(&self) -> usize {
        self.dimension * self.node_count()
    }

    /// Corners of an element: `2^dimension`.
    pub fn corner_count(&self) -> usize {
        1 << self.dimension
    }

    /// Position of an element.
    pub fn element_at(&self, element: usize) -> [usize; 3] {
        split(element, self.elements)
    }

    /// Position of a node.
    pub fn node_at(&self, node: usize) -> [usize; 3] {
        split(node, self.nodes())
    }

    pub fn node(&self, [i, j, k]: [usize; 3]) -> usize {
        let [x, y, _] = self.nodes();
        i + x * (j + y * k)
    }

    /// Offsets of the corners of an element from its first node, corner `c` at bit 0 along `x`, bit 1 along `y`, bit 2 along `z`.
    pub fn corners(&self) -> [usize; 8] {
        std::array::from_fn(|corner| self.node([corner & 1, corner >> 1 & 1, corner >> 2 & 1]))
    }
}

fn split(index: usize, [x, y, _]: [usize; 3]) -> [usize; 3] {
    [index % x, index / x % y, index / (x * y)]
}

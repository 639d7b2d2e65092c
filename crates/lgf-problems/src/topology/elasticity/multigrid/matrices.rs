//! What all levels multiply with.
use super::bottom::Bottom;
use super::coarse::{Lanes, Stored, Support, Unit, coarsen, diagonal, hold, length, unit_sides};
use super::halved::{Halved, HalvedChildren, SIDES, Springs};
use super::modal::{Fine, Law, Packed, modal_matrix, packed};
use super::shape::{CHUNK, Shape};
use crate::topology::elasticity::Grid;

/// Stiffness of the springs that hold supported unknowns on coarse levels, in terms of the diagonal.
const SPRING: f64 = 4.0;

/// The matrices of all levels.
pub(super) struct Matrices {
    pub shapes: Vec<Shape>,
    law: Law,
    /// The matrix of an element of modulus one, in modes, and what each child of its kind adds to a parent.
    unit: Vec<f32>,
    sides: Vec<Vec<f32>>,
    moduli: Vec<f32>,
    /// For the first coarse level, unless it is the last as well: moduli of the children of each chunk.
    children: Vec<[Lanes; SIDES]>,
    springs: Springs,
    supports: Vec<Support>,
    /// Matrices of the other levels.
    stored: Vec<Vec<f32>>,
}

impl Matrices {
    pub fn new(shapes: Vec<Shape>, fixed: &[bool], poisson: f64) -> Self {
        let finest = shapes[0];
        let grid: Grid = finest.grid;
        let unit: Vec<f32> = modal_matrix(grid.dimension(), poisson).iter().map(|&a| a as f32).collect();
        let nodes = grid.node_count();
        let supports: Vec<Support> = (0..fixed.len())
            .filter(|&unknown| fixed[unknown])
            .map(|unknown| Support {
                node: grid.node_at(unknown % nodes),
                component: unknown / nodes,
                spring: 0.0,
            })
            .collect();
        let quick = shapes.len() > 2;
        let stored = |(l, shape): (usize, &Shape)| vec![0.0; if l == 0 || quick && l == 1 { 0 } else { length(shape) }];
        Self {
            law: Law::new(grid.dimension(), poisson),
            sides: shapes.get(1).map_or_else(Vec::new, |coarse| unit_sides(&finest, coarse, &unit)),
            unit,
            moduli: vec![0.0; finest.element_layers() * finest.run],
            children: if quick {
                vec![[[0.0; CHUNK]; SIDES]; shapes[1].element_layers() * shapes[1].run / CHUNK]
            } else {
                Vec::new()
            },
            springs: if quick {
                Springs::new(&finest, &shapes[1], &supports)
            } else {
                Springs::default()
            },
            supports,
            stored: shapes.iter().enumerate().map(stored).collect(),
            shapes,
        }
    }

    /// Whether the matrices of a level are made from moduli each time.
    pub fn is_halved(&self, l: usize) -> bool {
        l == 1 && !self.children.is_empty()
    }

    pub fn fine(&self) -> Fine<'_, f32> {
        Fine {
            moduli: &self.moduli,
            run: self.shapes[0].run,
            law: self.law,
        }
    }

    pub fn halved(&self) -> Halved<'_> {
        let (fine, coarse) = (self.shapes[0].grid.elements(), self.shapes[1].grid.elements());
        let axes: [bool; 3] = std::array::from_fn(|axis| fine[axis] != coarse[axis]);
        Halved {
            moduli: &self.children,
            run: self.shapes[1].run,
            law: self.law,
            halves: std::array::from_fn(|mode| {
                let halves = (0..3).filter(|&axis| axes[axis] && mode >> axis & 1 == 1);
                halves.map(|_| 0.5).product()
            }),
            axes,
            springs: &self.springs,
        }
    }

    pub fn packed(&self, l: usize) -> Packed<'_> {
        Packed {
            matrices: &self.stored[l],
            run: self.shapes[l].run,
        }
    }

    /// Takes moduli in, laid out by [`Shape::element`]; leaves the inverse of the diagonal of the finest level in `inverse`, zero where there
    /// is no unknown.
    pub fn begin(&mut self, moduli: &[f64], inverse: &mut [f32]) {
        for (to, from) in self.moduli.iter_mut().zip(moduli) {
            *to = *from as f32;
        }
        let shape = self.shapes[0];
        let order = shape.components << shape.components;
        let corners = 1 << shape.components;
        // Every corner of the element has the same.
        let unit: f32 = (0..corners).map(|mode| self.unit[mode * order + mode]).sum();
        inverse.fill(0.0);
        // The last of a run does not exist.
        let count = shape.row * shape.rows - shape.across() - 1;
        for (k, moduli) in self.moduli.chunks_exact(shape.run).enumerate() {
            for corner in 0..corners {
                let (across, above) = if corners == 8 {
                    (corner >> 1 & 1, corner >> 2)
                } else {
                    (0, corner >> 1)
                };
                let to = &mut inverse[(k + above) * shape.layer() + across * shape.across() + (corner & 1)..];
                to.iter_mut().zip(&moduli[..count]).for_each(|(to, e)| *to += unit * e);
            }
        }
        for layer in inverse.chunks_exact_mut(shape.layer()) {
            let (first, others) = layer.split_at_mut(shape.plane);
            first.iter_mut().for_each(|d| *d = if *d > 0.0 { 1.0 / *d } else { 0.0 });
            others.chunks_exact_mut(shape.plane).for_each(|other| other.copy_from_slice(first));
        }
        for support in &mut self.supports {
            let inverse = &mut inverse[shape.at(support.node, support.component)];
            support.spring = if *inverse > 0.0 { SPRING / f64::from(*inverse) } else { 0.0 };
            *inverse = 0.0;
        }
    }

    /// Makes the matrices of level `l` from those of the level before, and the inverse of its diagonal.
    pub fn coarsen(&mut self, l: usize, inverse: &mut [f32]) {
        let (fine, coarse) = (self.shapes[l - 1], self.shapes[l]);
        let order = coarse.components << coarse.components;
        inverse.fill(0.0);
        if self.is_halved(l) {
            self.gather_moduli();
            self.springs.set(&self.supports);
            let children = self.halved_children();
            diagonal(&coarse, |chunk, entry| children.entries(chunk, entry), inverse);
            self.springs.diagonal(&coarse, inverse);
        } else {
            let mut out = std::mem::take(&mut self.stored[l]);
            if l == 1 {
                coarsen(&fine, &coarse, &self.unit_children(), &mut out);
            } else if self.is_halved(l - 1) {
                coarsen(&fine, &coarse, &self.halved_children(), &mut out);
            } else {
                coarsen(&fine, &coarse, &self.stored_children(l - 1), &mut out);
            }
            if l == 1 || self.is_halved(l - 1) {
                hold(&self.shapes[0], &coarse, &self.supports, &mut out);
            }
            let (chunks, _) = out.as_chunks::<CHUNK>();
            diagonal(&coarse, |chunk, entry| chunks[chunk * packed(order) + entry], inverse);
            self.stored[l] = out;
        }
        inverse.iter_mut().for_each(|d| *d = if *d > 0.0 { 1.0 / *d } else { 0.0 });
    }

    pub fn bottom(&self, inverse: &[f32]) -> Bottom {
        let last = self.shapes.len() - 1;
        if last == 0 {
            Bottom::new(&self.shapes[0], &self.unit_children(), inverse)
        } else {
            Bottom::new(&self.shapes[last], &self.stored_children(last), inverse)
        }
    }

    fn unit_children(&self) -> Unit<'_> {
        Unit {
            shape: self.shapes[0],
            moduli: &self.moduli,
            matrix: &self.unit,
            sides: &self.sides,
        }
    }

    fn halved_children(&self) -> HalvedChildren<'_> {
        HalvedChildren {
            moduli: &self.children,
            sides: &self.sides,
            order: self.shapes[0].components << self.shapes[0].components,
        }
    }

    fn stored_children(&self, l: usize) -> Stored<'_> {
        Stored {
            shape: self.shapes[l],
            matrices: &self.stored[l],
            order: self.shapes[l].components << self.shapes[l].components,
        }
    }

    fn gather_moduli(&mut self) {
        let (fine, coarse) = (self.shapes[0], self.shapes[1]);
        let (counts, halves) = (fine.grid.elements(), coarse.grid.elements());
        for element in 0..coarse.grid.element_count() {
            let at = coarse.grid.element_at(element);
            let place = coarse.element(at);
            for side in 0..SIDES {
                let bits: [usize; 3] = std::array::from_fn(|axis| side >> axis & 1);
                let child: [usize; 3] = std::array::from_fn(|axis| {
                    if counts[axis] == halves[axis] {
                        at[axis]
                    } else {
                        2 * at[axis] + bits[axis]
                    }
                });
                let exists = (0..3).all(|axis| child[axis] < counts[axis] && (bits[axis] == 0 || counts[axis] != halves[axis]));
                let modulus = if exists { self.moduli[fine.element(child)] } else { 0.0 };
                self.children[place / CHUNK][side][place % CHUNK] = modulus;
            }
        }
    }
}

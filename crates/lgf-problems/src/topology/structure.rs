//! What is loaded, held and given, described without reference to a mesh.
use super::elasticity::Grid;
use lgf_core::error::{Error, Result};

/// A box in shares of the extents: `[0, 0]` to `[1, 1]` is all of a plane structure. Two and three dimensions alike; of a plane one the third
/// entries are not looked at. Nodes are those nearest to the box, so that a point is one node of any mesh.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Lowest corner.
    pub from: [f64; 3],
    /// Highest corner.
    pub to: [f64; 3],
}

/// Nodes that do not move along some axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Support {
    /// Which nodes.
    pub at: Place,
    /// Along which axes they are held.
    pub fixed: [bool; 3],
}

/// A force, spread evenly over nodes: those at an end of the place carry half.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Which nodes.
    pub at: Place,
    /// Their sum.
    pub force: [f64; 3],
}

/// Elements that are not designed: those whose centre lies in the place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Which elements.
    pub at: Place,
    /// Whether there is material.
    pub solid: bool,
}

/// Supports, loads and regions. All load cases count alike; the compliance is the sum over them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Structure {
    /// Where it is held.
    pub supports: Vec<Support>,
    /// The forces that act at once, for each load case.
    pub load_cases: Vec<Vec<Load>>,
    /// What is not designed; later ones prevail.
    pub regions: Vec<Region>,
}

impl Place {
    /// A box of a plane structure.
    pub const fn plane(from: [f64; 2], to: [f64; 2]) -> Self {
        Self {
            from: [from[0], from[1], 0.0],
            to: [to[0], to[1], 0.0],
        }
    }

    /// A point of a plane structure.
    pub const fn point(at: [f64; 2]) -> Self {
        Self::plane(at, at)
    }

    fn check(&self, name: &str, dimension: usize) -> Result<()> {
        for axis in 0..dimension {
            let (from, to) = (self.from[axis], self.to[axis]);
            if !(from >= 0.0 && from <= to && to <= 1.0) {
                return Err(Error::argument_error(
                    name,
                    format!("from {from} to {to} along axis {axis}"),
                    "0 <= from <= to <= 1",
                ));
            }
        }
        Ok(())
    }

    /// First and last node along an axis of so many elements.
    fn nodes(&self, axis: usize, elements: usize) -> (usize, usize) {
        let node = |share: f64| (share * elements as f64).round() as usize;
        (node(self.from[axis]), node(self.to[axis]))
    }

    /// The nodes with their shares of one.
    fn shares(&self, grid: &Grid) -> Vec<(usize, f64)> {
        let along = |axis: usize| -> Vec<(usize, f64)> {
            if axis >= grid.dimension() {
                return vec![(0, 1.0)];
            }
            let (first, last) = self.nodes(axis, grid.elements()[axis]);
            let length = (last - first).max(1) as f64;
            let half = if first == last { 1.0 } else { 0.5 };
            let share = |i: usize| if i == first || i == last { half / length } else { 1.0 / length };
            (first..=last).map(|i| (i, share(i))).collect()
        };
        let (x, y, z) = (along(0), along(1), along(2));
        let mut shares = Vec::with_capacity(x.len() * y.len() * z.len());
        for (k, third) in &z {
            for (j, second) in &y {
                shares.extend(x.iter().map(|(i, first)| (grid.node([*i, *j, *k]), first * second * third)));
            }
        }
        shares
    }

    fn holds(&self, grid: &Grid, element: usize) -> bool {
        let (at, elements) = (grid.element_at(element), grid.elements());
        (0..grid.dimension()).all(|axis| {
            let centre = (at[axis] as f64 + 0.5) / elements[axis] as f64;
            centre >= self.from[axis] && centre <= self.to[axis]
        })
    }
}

impl Structure {
    /// Whether places, forces and supports make sense.
    pub(super) fn check(&self, grid: &Grid) -> Result<()> {
        let dimension = grid.dimension();
        for (i, support) in self.supports.iter().enumerate() {
            support.at.check(&format!("supports.{i}"), dimension)?;
            if !support.fixed[..dimension].contains(&true) {
                return Err(Error::argument_error(&format!("supports.{i}.fixed"), "no axis", "one axis or more"));
            }
        }
        if self.load_cases.is_empty() {
            return Err(Error::argument_error("loadCases", "none", "one load case or more"));
        }
        for (i, loads) in self.load_cases.iter().enumerate() {
            for (j, load) in loads.iter().enumerate() {
                let name = format!("loadCases.{i}.{j}");
                load.at.check(&name, dimension)?;
                if !load.force[..dimension].iter().all(|f| f.is_finite()) {
                    return Err(Error::argument_error(
                        &format!("{name}.force"),
                        format!("{:?}", load.force),
                        "finite numbers",
                    ));
                }
            }
        }
        for (i, region) in self.regions.iter().enumerate() {
            region.at.check(&format!("regions.{i}"), dimension)?;
        }
        let fixed = self.fixed(grid);
        if !holds(grid, &fixed) {
            let domain = "supports that leave no rigid motion free";
            return Err(Error::argument_error(
                "supports",
                format!("{} of them", self.supports.len()),
                domain,
            ));
        }
        for (i, load) in self.loads(grid).iter().enumerate() {
            if load.iter().zip(&fixed).all(|(load, fixed)| *load == 0.0 || *fixed) {
                return Err(Error::argument_error(
                    &format!("loadCases.{i}"),
                    "no force on a free node",
                    "a force that does work",
                ));
            }
        }
        Ok(())
    }

    /// By unknown, whether it is held.
    pub(super) fn fixed(&self, grid: &Grid) -> Vec<bool> {
        let mut fixed = vec![false; grid.unknown_count()];
        for support in &self.supports {
            for (node, _) in support.at.shares(grid) {
                for axis in (0..grid.dimension()).filter(|&axis| support.fixed[axis]) {
                    fixed[axis * grid.node_count() + node] = true;
                }
            }
        }
        fixed
    }

    /// By load case and unknown, the force.
    pub(super) fn loads(&self, grid: &Grid) -> Vec<Vec<f64>> {
        let vector = |loads: &Vec<Load>| {
            let mut forces = vec![0.0; grid.unknown_count()];
            for load in loads {
                for (node, share) in load.at.shares(grid) {
                    for axis in 0..grid.dimension() {
                        forces[axis * grid.node_count() + node] += share * load.force[axis];
                    }
                }
            }
            forces
        };
        self.load_cases.iter().map(vector).collect()
    }

    /// By element, its density where it is not designed.
    pub(super) fn passive(&self, grid: &Grid) -> Vec<Option<bool>> {
        let region = |element| self.regions.iter().rev().find(|region| region.at.holds(grid, element));
        (0..grid.element_count())
            .map(|element| region(element).map(|region| region.solid))
            .collect()
    }
}

/// Whether no rigid motion of the whole grid is left: the held unknowns, as rows over translations and rotations, have full rank.
fn holds(grid: &Grid, fixed: &[bool]) -> bool {
    let (dimension, nodes) = (grid.dimension(), grid.node_count());
    let motions = if dimension == 2 { 3 } else { 6 };
    // A basis of the rows seen so far, by Gram and Schmidt; positions are of the order of one.
    let mut basis: Vec<[f64; 6]> = Vec::new();
    for unknown in (0..fixed.len()).filter(|&unknown| fixed[unknown]) {
        let (axis, node) = (unknown / nodes, grid.node_at(unknown % nodes));
        let length = grid.elements().into_iter().max().unwrap_or(1) as f64;
        let p = node.map(|i| i as f64 / length);
        let mut row = [0.0; 6];
        row[axis] = 1.0;
        let turns: [[f64; 3]; 3] = [[-p[1], p[0], 0.0], [p[2], 0.0, -p[0]], [0.0, -p[2], p[1]]];
        for (turn, slot) in turns.iter().zip(dimension..motions) {
            row[slot] = turn[axis];
        }
        for direction in &basis {
            let product: f64 = direction.iter().zip(&row).map(|(a, b)| a * b).sum();
            row.iter_mut().zip(direction).for_each(|(r, d)| *r -= product * d);
        }
        let norm = row.iter().map(|r| r * r).sum::<f64>().sqrt();
        if norm > 1e-6 {
            basis.push(row.map(|r| r / norm));
        }
        if basis.len() == motions {
            return true;
        }
    }
    false
}

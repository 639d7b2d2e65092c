//! Triangle meshes of the membrane: the published one, a lattice of any size, a user's own.
use super::published;
use lgf_core::error::{Error, Result};

/// A triangle no larger than this share of its longest edge squared counts as degenerate.
const FLAT: f64 = 1e-12;

/// A triangulation of a plane domain with the nodes at rest and the node under the force. Lengths have no unit.
#[derive(Debug, Clone, PartialEq)]
pub struct TriangleMesh {
    /// Coordinates `x, y`.
    pub nodes: Vec<[f64; 2]>,
    /// Corners of each triangle, from 0; counter-clockwise after [`TriangleMesh::check`].
    pub triangles: Vec<[u32; 3]>,
    /// Nodes whose pressure is zero.
    pub fixed_nodes: Vec<u32>,
    /// The node under the point force; not fixed.
    pub forced_node: u32,
}

impl TriangleMesh {
    /// The published mesh: unit square, 198 nodes, 346 triangles, all edges fixed but the upper one, force in its middle.
    pub fn published() -> Self {
        Self {
            nodes: published::NODES.to_vec(),
            triangles: published::TRIANGLES.to_vec(),
            fixed_nodes: published::FIXED.to_vec(),
            forced_node: published::FORCED,
        }
    }

    /// A mesh of plain numbers: `x, y` of all nodes, three corners of all triangles, the fixed nodes and the forced one. Checked, see
    /// [`TriangleMesh::check`].
    ///
    /// # Errors
    /// Those of [`TriangleMesh::check`]; [`Error::Shape`] for lengths that are no multiples of two and three; [`Error::Argument`] for an
    /// index that is no integer.
    pub fn from_numbers(nodes: &[f64], triangles: &[f64], fixed_nodes: &[f64], forced_node: f64) -> Result<Self> {
        let count = nodes.len() / 2;
        let whole = |name: &str, length: usize, group: usize| match length % group {
            0 => Ok(()),
            _ => Err(Error::Shape {
                name: name.into(),
                actual: length.to_string(),
                expected: format!("a multiple of {group}"),
            }),
        };
        whole("mesh.nodes", nodes.len(), 2)?;
        whole("mesh.triangles", triangles.len(), 3)?;
        let index = |name: &dyn Fn() -> String, v: f64| match v.fract() == 0.0 && (0.0..count as f64).contains(&v) {
            true => Ok(v as u32),
            false => Err(Error::argument_error(&name(), v, index_domain(count))),
        };
        let corners = triangles.iter().enumerate();
        let corners: Vec<u32> = corners
            .map(|(i, &v)| index(&|| format!("mesh.triangles.{}", i / 3), v))
            .collect::<Result<_>>()?;
        let fixed = fixed_nodes.iter().enumerate();
        let mut mesh = Self {
            nodes: nodes.as_chunks().0.to_vec(),
            triangles: corners.as_chunks().0.to_vec(),
            fixed_nodes: fixed
                .map(|(i, &v)| index(&|| format!("mesh.fixedNodes.{i}"), v))
                .collect::<Result<_>>()?,
            forced_node: index(&|| "mesh.forcedNode".into(), forced_node)?,
        };
        mesh.check()?;
        Ok(mesh)
    }

    /// A lattice of nearly equilateral triangles on the unit square, fixed and forced like the published mesh.
    ///
    /// With `n = 2 ceil(1 / (2 size))` edges along the lower and upper edge and `m`, the even number next to `2 n / sqrt(3)`, of rows,
    /// every other row of nodes is shifted by half an edge: `m (2n + 1)` triangles, about `2.3 / size^2`. The smallest angle is 26.5
    /// degrees on the coarsest lattices and at least 29 from `n = 8` on, in the half triangles at the sides; all others have angles of at
    /// least 53 degrees.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `size` outside of `[0.001, 0.5]`.
    pub fn unit_square(size: f64) -> Result<Self> {
        if !(0.001..=0.5).contains(&size) {
            return Err(Error::argument_error("size", size, "a number in [0.001, 0.5]"));
        }
        let n = 2 * (0.5 / size).ceil() as u32;
        let m = 2 * ((f64::from(n) / 3.0_f64.sqrt()).round() as u32).max(1);
        let (mut nodes, mut triangles, mut fixed_nodes, mut rows) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for row in 0..=m {
            let first = nodes.len() as u32;
            let y = f64::from(row) / f64::from(m);
            let count = if row % 2 == 0 { n + 1 } else { n + 2 };
            for i in 0..count {
                let x = match row % 2 {
                    0 => f64::from(i),
                    _ => (f64::from(i) - 0.5).clamp(0.0, f64::from(n)),
                };
                if row == 0 || i == 0 || i + 1 == count {
                    fixed_nodes.push(nodes.len() as u32);
                }
                nodes.push([x / f64::from(n), y]);
            }
            rows.push(first);
        }
        for (row, pair) in rows.windows(2).enumerate() {
            let (low, high) = (pair[0], pair[1]);
            for i in 0..=n {
                if row % 2 == 0 {
                    triangles.push([low + i, high + i + 1, high + i]);
                    if i < n {
                        triangles.push([low + i, low + i + 1, high + i + 1]);
                    }
                } else {
                    triangles.push([low + i, low + i + 1, high + i]);
                    if i < n {
                        triangles.push([low + i + 1, high + i + 1, high + i]);
                    }
                }
            }
        }
        let forced_node = rows[m as usize] + n / 2;
        Ok(Self {
            nodes,
            triangles,
            fixed_nodes,
            forced_node,
        })
    }

    /// Turns all triangles counter-clockwise and refuses what is no mesh. Overlapping triangles are not looked for.
    ///
    /// # Errors
    /// Naming `mesh.nodes`, `mesh.triangles`, `mesh.fixedNodes`, with the number of the entry, or `mesh.forcedNode`: fewer than three
    /// nodes, a coordinate that is not finite, a node at the place of another or in no triangle; no triangle, a corner out of range, a
    /// triangle without area, an edge in more than two triangles; a fixed node out of range or named twice; a forced node out of range or
    /// fixed.
    pub fn check(&mut self) -> Result<()> {
        self.check_nodes()?;
        self.check_triangles()?;
        let count = self.nodes.len();
        let mut fixed = vec![false; count];
        for (i, &node) in self.fixed_nodes.iter().enumerate() {
            let name = format!("mesh.fixedNodes.{i}");
            match fixed.get_mut(node as usize) {
                None => return Err(Error::argument_error(&name, node, index_domain(count))),
                Some(true) => return Err(Error::argument_error(&name, node, "every node once")),
                Some(fixed) => *fixed = true,
            }
        }
        match fixed.get(self.forced_node as usize) {
            None => Err(Error::argument_error("mesh.forcedNode", self.forced_node, index_domain(count))),
            Some(true) => Err(Error::argument_error(
                "mesh.forcedNode",
                self.forced_node,
                "a node that is not fixed",
            )),
            Some(false) => Ok(()),
        }
    }

    fn check_nodes(&self) -> Result<()> {
        // Half of the indices: positions in matrices have a few per node.
        if !(3..1 << 28).contains(&self.nodes.len()) {
            return Err(Error::argument_error(
                "mesh.nodes",
                format!("{} nodes", self.nodes.len()),
                "from 3 to 2^28 nodes",
            ));
        }
        if let Some(index) = self.nodes.as_flattened().iter().position(|v| !v.is_finite()) {
            let value = self.nodes.as_flattened()[index];
            let name = "mesh.nodes".into();
            return Err(Error::NonFinite { name, index, value });
        }
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        // Signed zeros are one place.
        let place = |i: usize| self.nodes[i].map(|v| v + 0.0);
        let compare = |a: [f64; 2], b: [f64; 2]| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]));
        order.sort_unstable_by(|&a, &b| compare(place(a), place(b)).then(a.cmp(&b)));
        match order.windows(2).find(|pair| place(pair[0]) == place(pair[1])) {
            None => Ok(()),
            Some(pair) => Err(Error::argument_error(
                &format!("mesh.nodes.{}", pair[1]),
                format!("the place of node {}", pair[0]),
                "a place of its own",
            )),
        }
    }

    fn check_triangles(&mut self) -> Result<()> {
        let count = self.nodes.len();
        if !(1..1 << 29).contains(&self.triangles.len()) {
            return Err(Error::argument_error(
                "mesh.triangles",
                format!("{} triangles", self.triangles.len()),
                "from 1 to 2^29 triangles",
            ));
        }
        let (mut used, mut edges) = (vec![false; count], Vec::with_capacity(3 * self.triangles.len()));
        for (e, corners) in self.triangles.iter_mut().enumerate() {
            let name = || format!("mesh.triangles.{e}");
            if let Some(&wrong) = corners.iter().find(|&&c| c as usize >= count) {
                return Err(Error::argument_error(&name(), wrong, index_domain(count)));
            }
            let [a, b, c] = corners.map(|c| self.nodes[c as usize]);
            let sides = [[b, c], [c, a], [a, b]].map(|[p, q]| [q[0] - p[0], q[1] - p[1]]);
            let longest = sides.iter().map(|[x, y]| x * x + y * y).fold(0.0, f64::max);
            let twice = sides[2][0] * sides[0][1] - sides[2][1] * sides[0][0];
            // Sides so long that their squares overflow leave no area to compare.
            if twice.is_nan() || longest.is_infinite() || twice.abs() <= 2.0 * FLAT * longest {
                return Err(Error::argument_error(
                    &name(),
                    "a triangle without area",
                    "three corners that are not in line",
                ));
            }
            if twice < 0.0 {
                corners.swap(1, 2);
            }
            for (i, &c) in corners.iter().enumerate() {
                used[c as usize] = true;
                let d = corners[(i + 1) % 3];
                edges.push((c.min(d), c.max(d)));
            }
        }
        if let Some(lonely) = used.iter().position(|used| !used) {
            return Err(Error::argument_error(
                &format!("mesh.nodes.{lonely}"),
                "a node in no triangle",
                "corners of triangles",
            ));
        }
        edges.sort_unstable();
        match edges.windows(3).find(|edge| edge[0] == edge[2]) {
            None => Ok(()),
            Some(edge) => Err(Error::argument_error(
                "mesh.triangles",
                format!("three triangles at the edge of nodes {} and {}", edge[0].0, edge[0].1),
                "at most two at an edge",
            )),
        }
    }
}

fn index_domain(count: usize) -> String {
    format!("the number of one of {count} nodes, from 0")
}

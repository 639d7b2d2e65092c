//! The matrices of a mesh and one step of central differences.
use super::mesh::TriangleMesh;
use super::order::nested_dissection;
use super::panels::{Factor, Sweep, Symbolic};
use super::sparse::Pattern;
use super::stiffness::Stiffness;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

/// Free nodes from which the parts of the mesh are computed side by side; below, threads would wait for each other for longer than they
/// work.
const PARALLEL: usize = 1 << 13;
/// Rows of one block of work where rows are independent.
const ROWS: usize = 1 << 11;

/// Everything of the mesh that does not depend on the slowness, in the order of elimination of the free nodes.
pub struct System {
    /// Node of each free one.
    pub nodes: Vec<u32>,
    /// The free node under the force.
    pub forced: usize,
    /// The pattern of the mass up to the diagonal.
    pub lower: Pattern,
    pub stiffness: Stiffness,
    /// Places in `lower` of the six pairs of corners of each triangle; one behind the last for a fixed corner. Corners with themselves
    /// first.
    pub pairs: Vec<[u32; 6]>,
    pub areas: Vec<f64>,
    /// Bounds of the parts, the last one where the separators begin; a single 0 without parts.
    bounds: Vec<usize>,
    /// The factor of the consistent mass, `None` for the lumped one.
    symbolic: Option<Symbolic>,
}

/// What solves with the mass matrix.
pub enum Mass {
    /// The inverse of a diagonal one.
    Lumped(Vec<f64>),
    /// The factor of a consistent one.
    Consistent(Box<Factor>),
}

/// Entries of the Cholesky factor, before it is made.
pub struct Sizes {
    pub free: usize,
    pub factor: u64,
}

impl System {
    /// The matrices of a checked mesh. `admit` sees the sizes before the factor takes memory; its error ends the assembly.
    pub fn new<E>(mesh: &TriangleMesh, consistent: bool, admit: impl FnOnce(Sizes, usize) -> Result<(), E>) -> Result<Option<Self>, E> {
        let mut number = vec![u32::MAX; mesh.nodes.len()];
        mesh.fixed_nodes.iter().for_each(|&node| number[node as usize] = u32::MAX - 1);
        let mut nodes: Vec<u32> = (0..mesh.nodes.len() as u32)
            .filter(|&node| number[node as usize] == u32::MAX)
            .collect();
        let renumber = |nodes: &[u32], number: &mut [u32]| nodes.iter().enumerate().for_each(|(i, &node)| number[node as usize] = i as u32);
        renumber(&nodes, &mut number);
        let points: Vec<[f64; 2]> = nodes.iter().map(|&node| mesh.nodes[node as usize]).collect();
        let levels = match nodes.len() {
            n if n >= 4 * PARALLEL => 3,
            n if n >= PARALLEL => 2,
            _ => 0,
        };
        let order = nested_dissection(&points, &neighbours(mesh, &number, nodes.len()), levels);
        nodes = order.old.iter().map(|&old| nodes[old as usize]).collect();
        renumber(&nodes, &mut number);
        let bounds = if levels == 0 { vec![0] } else { order.bounds };

        let full = neighbours(mesh, &number, nodes.len());
        let lower = Pattern::from_pairs(
            nodes.len(),
            (0..nodes.len() as u32)
                .flat_map(|i| full.row(i as usize).iter().filter(move |&&j| j <= i).map(move |&j| (i, j)))
                .collect(),
        );
        let free = nodes.len();
        let factor = if consistent { Symbolic::count(&lower) } else { 0 };
        admit(
            Sizes { free, factor },
            full.bytes() + lower.bytes() + 32 * mesh.triangles.len() + Stiffness::bytes(free) + 8 * full.column.len() + 4 * free,
        )?;
        let symbolic = if consistent { Symbolic::new(&lower, &bounds) } else { None };
        if consistent && symbolic.is_none() {
            return Ok(None);
        }
        let (mut pairs, mut areas) = (Vec::with_capacity(mesh.triangles.len()), Vec::with_capacity(mesh.triangles.len()));
        let mut stiffness = vec![0.0; full.column.len()];
        let place = |pattern: &Pattern, row: u32, column: u32| {
            let fixed = row.max(column) as usize >= free;
            if fixed { None } else { pattern.position(row, column) }
        };
        for corners in &mesh.triangles {
            let (area, local) = element(corners.map(|c| mesh.nodes[c as usize]));
            let free = corners.map(|c| number[c as usize]);
            for (i, row) in local.iter().enumerate() {
                for (j, k) in row.iter().enumerate() {
                    if let Some(at) = place(&full, free[i], free[j]) {
                        stiffness[at] += k;
                    }
                }
            }
            let last = lower.column.len();
            let pair = |i: usize, j: usize| {
                let (row, column) = (free[i].max(free[j]), free[i].min(free[j]));
                place(&lower, row, column).unwrap_or(last) as u32
            };
            pairs.push([pair(0, 0), pair(1, 1), pair(2, 2), pair(0, 1), pair(1, 2), pair(2, 0)]);
            areas.push(area);
        }
        Ok(Some(Self {
            forced: number[mesh.forced_node as usize] as usize,
            stiffness: Stiffness::new(&full, &stiffness),
            pairs,
            areas,
            nodes,
            lower,
            bounds,
            symbolic,
        }))
    }

    /// Room for a mass matrix.
    pub fn mass(&self) -> Mass {
        match &self.symbolic {
            None => Mass::Lumped(vec![0.0; self.nodes.len()]),
            Some(symbolic) => Mass::Consistent(Box::new(symbolic.factor())),
        }
    }

    /// Adds up `scale` times the mass of all triangles, densities given, to `lower` (one entry longer than its pattern).
    pub fn assemble(&self, density: impl Fn(usize) -> f64, scale: f64, lower: &mut [f64]) {
        lower.fill(0.0);
        let consistent = self.symbolic.is_some();
        for (e, (pairs, area)) in self.pairs.iter().zip(&self.areas).enumerate() {
            let weight = density(e) * area * scale;
            if consistent {
                pairs[..3].iter().for_each(|&p| lower[p as usize] += weight / 6.0);
                pairs[3..].iter().for_each(|&p| lower[p as usize] += weight / 12.0);
            } else {
                pairs[..3].iter().for_each(|&p| lower[p as usize] += weight / 3.0);
            }
        }
    }

    /// Prepares to solve with an assembled mass; `false` where it is not positive definite or not finite.
    pub fn factorize(&self, lower: &[f64], mass: &mut Mass) -> bool {
        let values = &lower[..self.lower.column.len()];
        if !values.iter().all(|v| v.is_finite()) {
            return false;
        }
        match (mass, &self.symbolic) {
            (Mass::Consistent(factor), Some(symbolic)) => symbolic.factorize(&self.lower, values, factor),
            (Mass::Lumped(inverse), _) => {
                // The diagonal is the last entry of each row.
                let diagonal = self.lower.start[1..].iter().map(|&end| values[end as usize - 1]);
                inverse.iter_mut().zip(diagonal).for_each(|(inverse, d)| *inverse = 1.0 / d);
                inverse.iter().all(|v| v.is_finite() && *v > 0.0)
            }
            (Mass::Consistent(_), None) => false,
        }
    }

    /// The assembled `lower` times a vector, to `out`.
    pub fn multiply(&self, lower: &[f64], x: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for i in 0..x.len() {
            for at in self.lower.range(i) {
                let j = self.lower.column[at] as usize;
                out[i] += lower[at] * x[j];
                if j != i {
                    out[j] += lower[at] * x[i];
                }
            }
        }
    }

    /// `next = 2 current - previous + M^-1 (load - K current)`, `M` with `1/dt^2` in it. `work` has [`System::room`].
    pub fn step(&self, mass: &Mass, load: &[f64], current: &[f64], previous: &[f64], work: &mut [f64], next: &mut [f64]) {
        let arch = pulp::Arch::new();
        let free = current.len();
        let balance = |out: &mut [f64]| {
            self.blocks(out, |first, out| {
                arch.dispatch(Balance {
                    stiffness: &self.stiffness,
                    load,
                    current,
                    first,
                    out,
                })
            })
        };
        match (mass, &self.symbolic) {
            (Mass::Consistent(factor), Some(symbolic)) => {
                balance(&mut work[..free]);
                self.solve(symbolic, factor, work);
                self.rows(next, |i, next| *next = 2.0 * current[i] - previous[i] + work[i]);
            }
            (Mass::Lumped(inverse), _) => {
                balance(next);
                self.rows(next, |i, next| *next = 2.0 * current[i] - previous[i] + inverse[i] * *next);
            }
            (Mass::Consistent(_), None) => next.fill(f64::NAN),
        }
    }

    /// `work <- (L L')^-1 work`. Parts run side by side; each takes its columns off a copy of the separators, which are added in the order
    /// of the parts.
    fn solve(&self, symbolic: &Symbolic, factor: &Factor, y: &mut [f64]) {
        let (arch, split, panels) = (pulp::Arch::new(), self.split(), &symbolic.bounds);
        let parts = self.bounds.len() - 1;
        let (y, copies) = y.split_at_mut(self.nodes.len());
        let (inner, top) = y.split_at_mut(split);
        let width = top.len();
        copies.fill(0.0);
        self.parts(inner, copies, width, |p, first, y, outer| {
            let range = panels[p]..panels[p + 1];
            arch.dispatch(Sweep::<true> {
                symbolic,
                factor,
                range,
                first,
                y,
                separators: split,
                outer,
            });
        });
        for copy in copies.chunks_exact(width) {
            top.iter_mut().zip(copy).for_each(|(y, c)| *y += c);
        }
        let range = panels[parts]..panels[parts + 1];
        let (first, separators) = (split, split);
        arch.dispatch(Sweep::<true> {
            symbolic,
            factor,
            range: range.clone(),
            first,
            y: top,
            separators,
            outer: &mut [],
        });
        arch.dispatch(Sweep::<false> {
            symbolic,
            factor,
            range,
            first,
            y: top,
            separators,
            outer: &mut [],
        });
        // Each part reads the separators in its copy.
        copies.chunks_exact_mut(width).for_each(|copy| copy.copy_from_slice(top));
        self.parts(inner, copies, width, |p, first, y, outer| {
            let range = panels[p]..panels[p + 1];
            arch.dispatch(Sweep::<false> {
                symbolic,
                factor,
                range,
                first,
                y,
                separators: split,
                outer,
            });
        });
    }

    /// Where the separators begin.
    fn split(&self) -> usize {
        self.bounds[self.bounds.len() - 1]
    }

    /// Whether threads pay.
    pub fn parallel(&self) -> bool {
        self.nodes.len() >= PARALLEL
    }

    /// Numbers of room that [`System::step`] needs.
    pub fn room(&self) -> usize {
        self.nodes.len() + (self.bounds.len() - 1) * (self.nodes.len() - self.split())
    }

    /// Does `work` on each part, with its number, its first row and its copy of the separators.
    fn parts(&self, mut y: &mut [f64], mut copies: &mut [f64], width: usize, work: impl Fn(usize, usize, &mut [f64], &mut [f64]) + Sync) {
        // A small mesh has no parts, and must not wake the threads.
        if self.bounds.len() == 1 {
            return;
        }
        let mut pieces = Vec::with_capacity(self.bounds.len() - 1);
        for (p, pair) in self.bounds.windows(2).enumerate() {
            let (part, rest) = y.split_at_mut(pair[1] - pair[0]);
            let (copy, others) = copies.split_at_mut(width);
            pieces.push((p, pair[0], part, copy));
            (y, copies) = (rest, others);
        }
        pieces.into_par_iter().for_each(|(p, first, part, copy)| work(p, first, part, copy));
    }

    /// Does `work` on each entry.
    #[inline(always)]
    pub fn rows(&self, out: &mut [f64], work: impl Fn(usize, &mut f64) + Sync) {
        self.blocks(out, |first, block| {
            block.iter_mut().enumerate().for_each(|(k, v)| work(first + k, v))
        });
    }

    /// Does `work` on blocks of entries, with the number of their first one.
    #[inline(always)]
    fn blocks(&self, out: &mut [f64], work: impl Fn(usize, &mut [f64]) + Sync) {
        if out.len() > ROWS && self.parallel() {
            out.par_chunks_mut(ROWS).enumerate().for_each(|(b, block)| work(b * ROWS, block));
        } else {
            work(0, out);
        }
    }
}

/// `load - K current` for the rows from `first` on.
struct Balance<'a> {
    stiffness: &'a Stiffness,
    load: &'a [f64],
    current: &'a [f64],
    first: usize,
    out: &'a mut [f64],
}

impl NullaryFnOnce for Balance<'_> {
    type Output = ();
    #[inline(always)]
    fn call(self) {
        self.stiffness.balance(self.load, self.current, self.first, self.out);
    }
}

/// The free neighbours of each free node, itself included.
fn neighbours(mesh: &TriangleMesh, number: &[u32], free: usize) -> Pattern {
    let mut pairs = Vec::with_capacity(9 * mesh.triangles.len());
    for corners in &mesh.triangles {
        let free = corners.map(|c| number[c as usize]).map(|i| (i, (i as usize) < free));
        for (i, _) in free.into_iter().filter(|(_, free)| *free) {
            pairs.extend(free.into_iter().filter(|(_, free)| *free).map(|(j, _)| (i, j)));
        }
    }
    Pattern::from_pairs(free, pairs)
}

/// Area and stiffness of a linear triangle.
pub fn element([a, b, c]: [[f64; 2]; 3]) -> (f64, [[f64; 3]; 3]) {
    let sides = [[b, c], [c, a], [a, b]].map(|[p, q]| [q[0] - p[0], q[1] - p[1]]);
    let area = 0.5 * (sides[2][0] * sides[0][1] - sides[2][1] * sides[0][0]);
    let stiffness = sides.map(|p| sides.map(|q| (p[0] * q[0] + p[1] * q[1]) / (4.0 * area)));
    (area, stiffness)
}

//! Sparse Cholesky factorisation, for small plane grids and as the reference of everything else.
use super::element::stiffness;
use super::{Elasticity, Grid, Solve};
use faer::prelude::Solve as _;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMat};
use faer::{MatMut, Side};
use lgf_core::profile::span;

/// Solves with the factor of the assembled matrix; the order of elimination is found once.
pub(crate) struct Direct {
    grid: Grid,
    /// Row-major element stiffness.
    element: Vec<f64>,
    /// By unknown of the grid: its place among the free ones.
    place: Vec<Option<u32>>,
    pattern: SymbolicSparseColMat<usize>,
    symbolic: Option<SymbolicLlt<usize>>,
    values: Vec<f64>,
    /// For each element, where its entries of the upper triangle belong; `u32::MAX` for a supported unknown.
    slots: Vec<u32>,
    right: Vec<f64>,
}

impl Direct {
    /// `fixed` says of each unknown whether it is supported.
    pub fn new(grid: Grid, fixed: &[bool], poisson: f64) -> Self {
        let mut count = 0;
        let place: Vec<Option<u32>> = fixed
            .iter()
            .map(|fixed| {
                (!fixed).then(|| {
                    count += 1;
                    count - 1
                })
            })
            .collect();
        let order = grid.dimension() * grid.corner_count();
        let unknowns = |element: usize| {
            let first = grid.node(grid.element_at(element));
            let (corners, nodes, dimension) = (grid.corners(), grid.node_count(), grid.dimension());
            (0..order).map(move |i| (i % dimension) * nodes + first + corners[i / dimension])
        };
        let mut columns: Vec<Vec<u32>> = vec![Vec::new(); count as usize];
        let mut at: Vec<Option<u32>> = vec![None; order];
        let pairs = |at: &[Option<u32>], mut each: &mut dyn FnMut(Option<(u32, u32)>)| {
            let each = &mut each;
            for i in 0..order {
                for j in 0..=i {
                    each(at[i].zip(at[j]).map(|(a, b)| (a.min(b), a.max(b))));
                }
            }
        };
        for element in 0..grid.element_count() {
            at.iter_mut().zip(unknowns(element)).for_each(|(at, u)| *at = place[u]);
            pairs(&at, &mut |pair| {
                if let Some((row, column)) = pair {
                    columns[column as usize].push(row);
                }
            });
        }
        for column in &mut columns {
            column.sort_unstable();
            column.dedup();
        }
        let starts: Vec<usize> = std::iter::once(0)
            .chain(columns.iter().scan(0, |sum, column| {
                *sum += column.len();
                Some(*sum)
            }))
            .collect();
        let mut slots = Vec::with_capacity(grid.element_count() * order * (order + 1) / 2);
        for element in 0..grid.element_count() {
            at.iter_mut().zip(unknowns(element)).for_each(|(at, u)| *at = place[u]);
            pairs(&at, &mut |pair| {
                slots.push(pair.map_or(u32::MAX, |(row, column)| {
                    let within = columns[column as usize].partition_point(|&r| r < row);
                    (starts[column as usize] + within) as u32
                }));
            });
        }
        let indices: Vec<usize> = columns.iter().flatten().map(|&row| row as usize).collect();
        let n = count as usize;
        let values = vec![0.0; indices.len()];
        let pattern = SymbolicSparseColMat::new_checked(n, n, starts, None, indices);
        Self {
            grid,
            element: stiffness(grid.dimension(), poisson),
            place,
            symbolic: SymbolicLlt::try_new(pattern.as_ref(), Side::Upper).ok(),
            pattern,
            values,
            slots,
            right: vec![0.0; n],
        }
    }

    fn assemble(&mut self, moduli: &[f64]) {
        let order = self.grid.dimension() * self.grid.corner_count();
        self.values.fill(0.0);
        for (slots, modulus) in self.slots.chunks(order * (order + 1) / 2).zip(moduli) {
            let mut slots = slots.iter();
            for i in 0..order {
                for (j, &slot) in (0..=i).zip(&mut slots) {
                    if slot != u32::MAX {
                        self.values[slot as usize] += modulus * self.element[order * i + j];
                    }
                }
            }
        }
    }
}

impl Elasticity for Direct {
    fn solve(&mut self, moduli: &[f64], loads: &[Vec<f64>], states: &mut [Vec<f64>], _: f64) -> Solve {
        const FAILED: Solve = Solve {
            iterations: 0,
            error: f64::INFINITY,
            converged: false,
        };
        {
            let _span = span("assembly");
            self.assemble(moduli);
        }
        let matrix = SparseColMatRef::new(self.pattern.as_ref(), &self.values);
        let Some(symbolic) = self.symbolic.clone() else { return FAILED };
        let factoring = span("factor");
        let Ok(factor) = Llt::try_new_with_symbolic(symbolic, matrix, Side::Upper) else {
            return FAILED;
        };
        drop(factoring);
        let _span = span("substitute");
        for (load, state) in loads.iter().zip(states) {
            for (place, load) in self.place.iter().zip(load) {
                if let Some(place) = place {
                    self.right[*place as usize] = *load;
                }
            }
            let n = self.right.len();
            factor.solve_in_place(MatMut::from_column_major_slice_mut(&mut self.right, n, 1));
            for (place, state) in self.place.iter().zip(state.iter_mut()) {
                *state = place.map_or(0.0, |place| self.right[place as usize]);
            }
        }
        Solve {
            iterations: 0,
            error: 0.0,
            converged: true,
        }
    }
}

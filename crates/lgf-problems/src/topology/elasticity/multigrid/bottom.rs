//! The coarsest level, solved by the inverse of its matrix.
use super::coarse::Children;
use super::modal::sign;
use super::shape::Shape;
use faer::linalg::solvers::DenseSolveCore;
use faer::{Mat, Side};

/// Unknowns up to which a level is solved directly.
pub(super) const LIMIT: usize = 400;

/// The inverse, symmetric.
pub(super) struct Bottom {
    inverse: Mat<f64>,
    right: Vec<f64>,
    /// Where unknowns are in a vector.
    places: Vec<usize>,
}

impl Default for Bottom {
    fn default() -> Self {
        Self {
            inverse: Mat::new(),
            right: Vec::new(),
            places: Vec::new(),
        }
    }
}

impl Bottom {
    /// Unknowns without an inverse of the diagonal are zero.
    pub fn new(shape: &Shape, children: &impl Children, inverse: &[f32]) -> Self {
        let grid = shape.grid;
        let (corners, components) = (grid.corner_count(), grid.dimension());
        let (order, nodes) = (corners * components, grid.node_count());
        let places: Vec<usize> = (0..grid.unknown_count())
            .map(|u| shape.at(grid.node_at(u % nodes), u / nodes))
            .collect();
        let mut matrix = Mat::<f64>::zeros(places.len(), places.len());
        let mut modal = vec![0.0_f32; order * order];
        let mut half = vec![0.0; order * order];
        for element in 0..grid.element_count() {
            let at = grid.element_at(element);
            modal.fill(0.0);
            children.add(at, &mut modal);
            // Hᵀ A H, one side after the other.
            for (row, half) in modal.chunks_exact(order).zip(half.chunks_exact_mut(order)) {
                for (q, half) in half.iter_mut().enumerate() {
                    let (c, corner) = (q / corners, q % corners);
                    *half = (0..corners).map(|m| sign(m, corner) * f64::from(row[c * corners + m])).sum();
                }
            }
            let first = grid.node(at);
            let unknown = |p: usize| p / corners * nodes + first + grid.corners()[p % corners];
            for p in 0..order {
                let (c, corner) = (p / corners, p % corners);
                for q in 0..order {
                    let sum: f64 = (0..corners).map(|m| sign(m, corner) * half[(c * corners + m) * order + q]).sum();
                    matrix[(unknown(p), unknown(q))] += sum;
                }
            }
        }
        let free: Vec<bool> = places.iter().map(|&place| inverse[place] != 0.0).collect();
        for (i, free_i) in free.iter().enumerate() {
            for (j, free_j) in free.iter().enumerate() {
                if !free_i || !free_j {
                    matrix[(i, j)] = if i == j { 1.0 } else { 0.0 };
                }
            }
        }
        let mut shift = 1e-14;
        let factor = loop {
            match matrix.llt(Side::Lower) {
                Ok(factor) => break Some(factor),
                Err(_) if shift < 1.0 => {
                    (0..places.len()).for_each(|i| matrix[(i, i)] *= 1.0 + shift);
                    shift *= 10.0;
                }
                Err(_) => break None,
            }
        };
        let mut inverse = factor.map_or_else(|| Mat::zeros(places.len(), places.len()), |factor| factor.inverse());
        for (i, free) in free.iter().enumerate() {
            if !free {
                inverse[(i, i)] = 0.0;
            }
        }
        Self {
            inverse,
            right: vec![0.0; places.len()],
            places,
        }
    }

    pub fn solve(&mut self, b: &[f32], x: &mut [f32]) {
        for (right, &place) in self.right.iter_mut().zip(&self.places) {
            *right = f64::from(b[place]);
        }
        for (column, &place) in self.inverse.col_iter().zip(&self.places) {
            let sum = column.try_as_col_major().map_or(0.0, |column| dot(column.as_slice(), &self.right));
            x[place] = sum as f32;
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

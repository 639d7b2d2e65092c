//! The stiffness matrix in rows of equal length.
use super::sparse::Pattern;

/// Entries of a row: a node of a triangle mesh seldom has more than seven neighbours.
const SLOTS: usize = 8;

/// Eight entries of a row, zeros beyond its end.
#[derive(Clone, Copy)]
struct Entries {
    values: [f64; SLOTS],
    columns: [u32; SLOTS],
}

/// A symmetric matrix, row by row. With rows of one length the products of a row are straight-line code; loops over rows as long as they are
/// took 6 % of an evaluation more on the published mesh.
pub struct Stiffness {
    rows: Vec<Entries>,
    /// What does not fit into a row, by row.
    more: Vec<(u32, Entries)>,
}

impl Stiffness {
    /// The matrix with these values in the places of a pattern.
    pub fn new(pattern: &Pattern, values: &[f64]) -> Self {
        let (mut rows, mut more) = (Vec::with_capacity(pattern.start.len() - 1), Vec::new());
        for i in 0..pattern.start.len() - 1 {
            let range = pattern.range(i);
            let mut pieces = values[range.clone()].chunks(SLOTS).zip(pattern.column[range].chunks(SLOTS));
            let entries = |(values, columns): (&[f64], &[u32])| {
                // The row itself is a column that there is.
                let mut entries = Entries {
                    values: [0.0; SLOTS],
                    columns: [i as u32; SLOTS],
                };
                entries.values[..values.len()].copy_from_slice(values);
                entries.columns[..columns.len()].copy_from_slice(columns);
                entries
            };
            rows.push(entries(pieces.next().unwrap_or_default()));
            more.extend(pieces.map(|piece| (i as u32, entries(piece))));
        }
        Self { rows, more }
    }

    /// Bytes for so many rows.
    pub fn bytes(rows: usize) -> usize {
        rows * size_of::<Entries>()
    }

    /// `out <- load - K x` for the rows from `first` on.
    #[inline(always)]
    pub fn balance(&self, load: &[f64], x: &[f64], first: usize, out: &mut [f64]) {
        let end = first + out.len();
        for ((out, entries), load) in out.iter_mut().zip(&self.rows[first..end]).zip(&load[first..end]) {
            *out = load - entries.times(x);
        }
        let begin = self.more.partition_point(|(row, _)| (*row as usize) < first);
        for (row, entries) in self.more[begin..].iter().take_while(|(row, _)| (*row as usize) < end) {
            out[*row as usize - first] -= entries.times(x);
        }
    }
}

impl Entries {
    #[inline(always)]
    fn times(&self, x: &[f64]) -> f64 {
        let mut products = [0.0; SLOTS];
        for k in 0..SLOTS {
            products[k] = self.values[k] * x[self.columns[k] as usize];
        }
        let pairs: [f64; 4] = std::array::from_fn(|k| products[k] + products[k + 4]);
        (pairs[0] + pairs[2]) + (pairs[1] + pairs[3])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rows_and_blocks_of_rows() {
        // Node 3 of 30 touches all others.
        let others = (0..30).flat_map(|j| [(3, j), (j, 3), (j, j)]);
        let pattern = Pattern::from_pairs(30, others.collect());
        let values: Vec<f64> = (0..pattern.column.len()).map(|k| (k as f64).sin()).collect();
        let (x, load): (Vec<f64>, Vec<f64>) = (0..30).map(|i| ((i as f64).cos(), f64::from(i))).unzip();
        let expected = |i: usize| load[i] - pattern.range(i).map(|k| values[k] * x[pattern.column[k] as usize]).sum::<f64>();
        let stiffness = Stiffness::new(&pattern, &values);
        for bounds in [vec![0, 30], vec![0, 3, 4, 30]] {
            for block in bounds.windows(2) {
                let mut out = vec![0.0; block[1] - block[0]];
                stiffness.balance(&load, &x, block[0], &mut out);
                for (k, out) in out.iter().enumerate() {
                    assert!((out - expected(block[0] + k)).abs() < 1e-13);
                }
            }
        }
    }
}

//! Where a tall matrix comes from, and blocks of its rows as columns in cache.
use faer::{MatMut, MatRef};
use std::ops::Range;

/// A tall matrix that is read block by block.
pub(crate) trait Source: Sync {
    /// Rows and columns.
    fn shape(&self) -> (usize, usize);

    /// Copies the rows `at`, times `scale`, to columns of `length >= at.len()` entries that lie one behind the other; zeros below.
    fn pack(&self, at: Range<usize>, scale: f64, length: usize, to: &mut [f64]);

    /// All of it, for kernels that take a matrix whole; in `room` where it does not lie together.
    fn whole<'a>(&'a self, room: &'a mut Vec<f64>) -> MatRef<'a, f64>;
}

/// Rows that are turned into columns at once.
const TURN: usize = 8;

impl Source for MatRef<'_, f64> {
    fn shape(&self) -> (usize, usize) {
        (self.nrows(), self.ncols())
    }

    fn pack(&self, at: Range<usize>, scale: f64, length: usize, to: &mut [f64]) {
        let (rows, part) = (at.len(), self.subrows(at.start, at.len()));
        let columns = to.chunks_exact_mut(length).take(part.ncols());
        if let Some(part) = part.try_as_row_major() {
            let row = |i: usize| part.row(i).as_slice();
            let turned = rows - rows % TURN;
            for i in (0..turned).step_by(TURN) {
                let rows: [&[f64]; TURN] = std::array::from_fn(|q| row(i + q));
                turn(rows, &mut to[i..], length);
            }
            for i in turned..rows {
                row(i).iter().enumerate().for_each(|(j, v)| to[j * length + i] = *v);
            }
        } else {
            for (j, column) in columns.enumerate() {
                match part.col(j).try_as_col_major() {
                    Some(from) => column[..rows].copy_from_slice(from.as_slice()),
                    None => column.iter_mut().zip(part.col(j).iter()).for_each(|(to, from)| *to = *from),
                }
            }
        }
        finish(scale, rows, length, &mut to[..length * part.ncols()]);
    }

    fn whole<'a>(&'a self, _: &'a mut Vec<f64>) -> MatRef<'a, f64> {
        *self
    }
}

/// Scales packed columns and clears what is below their entries.
fn finish(scale: f64, rows: usize, length: usize, columns: &mut [f64]) {
    if scale != 1.0 {
        columns.iter_mut().for_each(|v| *v *= scale);
    }
    if rows < length {
        columns.chunks_exact_mut(length).for_each(|column| column[rows..].fill(0.0));
    }
}

/// Eight rows become eight entries of each column.
fn turn(rows: [&[f64]; TURN], to: &mut [f64], length: usize) {
    let n = rows[0].len();
    let rows = rows.map(|row| &row[..n]);
    for j in 0..n {
        let entries: [f64; TURN] = std::array::from_fn(|q| rows[q][j]);
        to[j * length..j * length + TURN].copy_from_slice(&entries);
    }
}

/// Copies columns of `length` entries to a part of a matrix, of either layout, with no more rows.
pub(super) fn unpack(columns: &[f64], length: usize, mut to: MatMut<'_, f64>) {
    let (rows, n) = to.shape();
    if let Some(mut to) = to.as_mut().try_as_row_major_mut() {
        for i in 0..rows {
            let row = to.as_mut().row_mut(i).as_slice_mut();
            row.iter_mut().zip(columns[i..].iter().step_by(length)).for_each(|(to, from)| *to = *from);
        }
        return;
    }
    for (j, column) in columns.chunks_exact(length).take(n).enumerate() {
        match to.as_mut().col_mut(j).try_as_col_major_mut() {
            Some(to) => to.as_slice_mut().copy_from_slice(&column[..rows]),
            None => to.as_mut().col_mut(j).iter_mut().zip(column).for_each(|(to, from)| *to = *from),
        }
    }
}

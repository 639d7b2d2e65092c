//! Where a tall matrix comes from, and blocks of its rows as columns in cache.
use faer::{MatMut, MatRef};
use pulp::{Arch, NullaryFnOnce};
use std::ops::Range;

/// A tall matrix that is read block by block.
pub(crate) trait Source: Sync {
    /// Rows and columns.
    fn shape(&self) -> (usize, usize);

    /// Copies the rows `at`, times `scale`, to columns of `length >= at.len()` entries that lie one behind the other; zeros below.
    fn pack(&self, at: Range<usize>, scale: f64, length: usize, to: &mut [f64]);

    /// The rows `at` of column `j`, where they lie one behind the other.
    fn column(&self, j: usize, at: Range<usize>) -> Option<&[f64]>;

    /// The rows `at` where each of them lies in one piece, behind each other.
    fn rows(&self, _at: Range<usize>) -> Option<MatRef<'_, f64>> {
        None
    }

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
            let arch = Arch::new();
            for i in (0..turned).step_by(TURN) {
                let rows: [&[f64]; TURN] = std::array::from_fn(|q| row(i + q));
                let to = &mut to[i..];
                arch.dispatch(Turn { rows, to, length });
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

    fn column(&self, j: usize, at: Range<usize>) -> Option<&[f64]> {
        let column = (j < self.ncols()).then(|| self.get(at, j))?;
        Some(column.try_as_col_major()?.as_slice())
    }

    fn rows(&self, at: Range<usize>) -> Option<MatRef<'_, f64>> {
        (self.col_stride() == 1 && self.ncols() > 1).then(|| self.subrows(at.start, at.len()))
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
struct Turn<'a> {
    rows: [&'a [f64]; TURN],
    to: &'a mut [f64],
    length: usize,
}

impl NullaryFnOnce for Turn<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { rows, to, length } = self;
        let n = rows[0].len();
        let mut j = 0;
        while j + 8 <= n {
            turn_columns::<8>(&rows, j, to, length);
            j += 8;
        }
        if j + 4 <= n {
            turn_columns::<4>(&rows, j, to, length);
            j += 4;
        }
        for j in j..n {
            turn_columns::<1>(&rows, j, to, length);
        }
    }
}

#[inline(always)]
fn turn_columns<const N: usize>(rows: &[&[f64]; TURN], j: usize, to: &mut [f64], length: usize) {
    let mut part = [[0.0; N]; TURN];
    for (part, row) in part.iter_mut().zip(rows) {
        if let Some(row) = row[j..].first_chunk::<N>() {
            *part = *row;
        }
    }
    for c in 0..N {
        if let Some(to) = to[(j + c) * length..].first_chunk_mut::<TURN>() {
            *to = [
                part[0][c], part[1][c], part[2][c], part[3][c], part[4][c], part[5][c], part[6][c], part[7][c],
            ];
        }
    }
}

/// Entries of columns become eight rows.
struct TurnBack<'a> {
    columns: &'a [f64],
    length: usize,
    rows: [&'a mut [f64]; TURN],
}

impl NullaryFnOnce for TurnBack<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { columns, length, mut rows } = self;
        let n = rows[0].len();
        let mut j = 0;
        while j + 8 <= n {
            turn_rows::<8>(columns, length, j, &mut rows);
            j += 8;
        }
        if j + 4 <= n {
            turn_rows::<4>(columns, length, j, &mut rows);
            j += 4;
        }
        for j in j..n {
            turn_rows::<1>(columns, length, j, &mut rows);
        }
    }
}

#[inline(always)]
fn turn_rows<const N: usize>(columns: &[f64], length: usize, j: usize, rows: &mut [&mut [f64]; TURN]) {
    let mut part = [[0.0; TURN]; N];
    for (c, part) in part.iter_mut().enumerate() {
        if let Some(column) = columns[(j + c) * length..].first_chunk::<TURN>() {
            *part = *column;
        }
    }
    for (q, row) in rows.iter_mut().enumerate() {
        if let Some(row) = row[j..].first_chunk_mut::<N>() {
            for c in 0..N {
                row[c] = part[c][q];
            }
        }
    }
}

/// Copies columns of `length` entries to a part of a matrix, of either layout, with no more rows.
pub(super) fn unpack(columns: &[f64], length: usize, mut to: MatMut<'_, f64>) {
    let (rows, n) = to.shape();
    if let Some(mut to) = to.as_mut().try_as_row_major_mut() {
        let arch = Arch::new();
        let mut slices = to.as_mut().row_iter_mut().map(|row| row.as_slice_mut());
        let turned = rows - rows % TURN;
        for i in (0..turned).step_by(TURN) {
            let rows = [(); TURN].map(|()| slices.next().unwrap_or_default());
            let columns = &columns[i..];
            arch.dispatch(TurnBack { columns, length, rows });
        }
        for (i, row) in (turned..).zip(slices) {
            row.iter_mut()
                .zip(columns[i..].iter().step_by(length))
                .for_each(|(to, from)| *to = *from);
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

//! The Cholesky factor of the mass matrix in panels of four columns.
//!
//! faer analyses and factors; the values are then laid out anew for the two sweeps of each time step. A panel holds up to four neighbouring
//! columns over the union of their rows, zeros where a column has no entry: one index serves four values, which lie side by side in a
//! register.
use super::sparse::Pattern;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::sparse::linalg::cholesky::simplicial::{
    SymbolicSimplicialCholesky, factorize_simplicial_numeric_llt, factorize_simplicial_numeric_llt_scratch,
    factorize_simplicial_symbolic_cholesky, factorize_simplicial_symbolic_cholesky_scratch, prefactorize_symbolic_cholesky,
    prefactorize_symbolic_cholesky_scratch,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use pulp::NullaryFnOnce;

/// Columns of a panel.
const WIDTH: usize = 4;
/// What beginning a panel costs, in rows.
const BEGIN: usize = 4;

/// One panel: its first column, its number of columns, and where its rows begin and end; those from `split` on belong to the separators.
struct Panel {
    column: u32,
    width: u32,
    begin: u32,
    split: u32,
    end: u32,
}

/// Where the values of the factor stand.
pub struct Symbolic {
    columns: SymbolicSimplicialCholesky<u32>,
    panels: Vec<Panel>,
    /// First panel of each part, then of the separators, then the number of panels.
    pub bounds: Vec<usize>,
    /// Rows of the panels below their diagonal blocks, ascending.
    rows: Vec<u32>,
}

/// Values of the factor.
pub struct Factor {
    columns: Vec<f64>,
    /// Inverse of the diagonal block of each panel, by rows.
    corners: Vec<[[f64; WIDTH]; WIDTH]>,
    values: Vec<[f64; WIDTH]>,
    memory: MemBuffer,
}

impl Symbolic {
    /// Entries of the factor, which is found out in little memory.
    pub fn count(lower: &Pattern) -> u64 {
        let n = lower.start.len() - 1;
        let (mut tree, mut counts) = (vec![0; n], vec![0; n]);
        let mut memory = MemBuffer::new(prefactorize_symbolic_cholesky_scratch::<u32>(n, lower.column.len()));
        prefactorize_symbolic_cholesky(&mut tree, &mut counts, upper(lower), MemStack::new(&mut memory));
        counts.iter().map(|&count| u64::from(count)).sum()
    }

    /// Analyses the lower triangle of a symmetric matrix, diagonal included; `None` beyond 2^32 entries. No panel crosses one of the
    /// `bounds`, the last of which is where the separators begin.
    pub fn new(lower: &Pattern, bounds: &[usize]) -> Option<Self> {
        let n = lower.start.len() - 1;
        let scratch = prefactorize_symbolic_cholesky_scratch::<u32>(n, lower.column.len())
            .or(factorize_simplicial_symbolic_cholesky_scratch::<u32>(n));
        let mut memory = MemBuffer::new(scratch);
        let (mut tree, mut counts) = (vec![0; n], vec![0; n]);
        let tree = prefactorize_symbolic_cholesky(&mut tree, &mut counts, upper(lower), MemStack::new(&mut memory));
        let columns = factorize_simplicial_symbolic_cholesky(upper(lower), tree, &counts, MemStack::new(&mut memory)).ok()?;
        let separators = bounds[bounds.len() - 1];
        let (mut panels, mut rows, mut firsts) = (Vec::new(), Vec::new(), Vec::new());
        for (part, &first) in bounds.iter().enumerate() {
            firsts.push(panels.len());
            let last = bounds.get(part + 1).copied().unwrap_or(n);
            let mut column = first;
            while column < last {
                let (width, below) = gather(&columns, column, last);
                let begin = u32::try_from(rows.len()).ok()?;
                let split = begin + below.partition_point(|&i| (i as usize) < separators) as u32;
                rows.extend(below);
                let end = u32::try_from(rows.len()).ok()?;
                panels.push(Panel {
                    column: column as u32,
                    width: width as u32,
                    begin,
                    split,
                    end,
                });
                column += width;
            }
        }
        firsts.push(panels.len());
        Some(Self {
            columns,
            panels,
            bounds: firsts,
            rows,
        })
    }

    /// Room for values.
    pub fn factor(&self) -> Factor {
        Factor {
            columns: vec![0.0; self.columns.len_val()],
            corners: vec![[[0.0; WIDTH]; WIDTH]; self.panels.len()],
            values: vec![[0.0; WIDTH]; self.rows.len()],
            memory: MemBuffer::new(factorize_simplicial_numeric_llt_scratch::<u32, f64>(self.columns.nrows())),
        }
    }

    /// Factors the matrix with these entries of the lower triangle; `false` where it is not positive definite.
    pub fn factorize(&self, lower: &Pattern, values: &[f64], factor: &mut Factor) -> bool {
        let matrix = SparseColMatRef::new(upper(lower), values);
        let stack = MemStack::new(&mut factor.memory);
        if factorize_simplicial_numeric_llt(&mut factor.columns, matrix, Default::default(), &self.columns, stack).is_err() {
            return false;
        }
        let (start, row) = (self.columns.col_ptr(), self.columns.row_idx());
        for (panel, corner) in self.panels.iter().zip(&mut factor.corners) {
            let (first, width) = (panel.column as usize, panel.width as usize);
            let mut block = [[0.0; WIDTH]; WIDTH];
            for c in 0..width {
                let mut at = panel.begin as usize;
                let entries = start[first + c] as usize..start[first + c + 1] as usize;
                for (&i, &value) in row[entries.clone()].iter().zip(&factor.columns[entries]) {
                    let i = i as usize;
                    if i < first + width {
                        block[i - first][c] = value;
                        continue;
                    }
                    // Both are ascending, and the panel has every row of the column.
                    while (self.rows[at] as usize) < i {
                        factor.values[at][c] = 0.0;
                        at += 1;
                    }
                    factor.values[at][c] = value;
                    at += 1;
                }
                factor.values[at..panel.end as usize].iter_mut().for_each(|v| v[c] = 0.0);
            }
            *corner = inverse(&block, width);
        }
        true
    }
}

/// A sweep over some panels. `y` begins with entry `first`; `outer` holds the separators, from entry `separators` on, where `y` ends before
/// them. A struct, since a closure would not be compiled for the instruction set that is dispatched to.
pub struct Sweep<'a, const FORWARD: bool> {
    pub symbolic: &'a Symbolic,
    pub factor: &'a Factor,
    pub range: std::ops::Range<usize>,
    pub first: usize,
    pub y: &'a mut [f64],
    pub separators: usize,
    /// Written by the forward sweep, read by the other one.
    pub outer: &'a mut [f64],
}

impl<const FORWARD: bool> NullaryFnOnce for Sweep<'_, FORWARD> {
    type Output = ();
    #[inline(always)]
    fn call(self) {
        if FORWARD { self.forward() } else { self.backward() }
    }
}

impl<const FORWARD: bool> Sweep<'_, FORWARD> {
    /// `y <- L^-1 y` for these panels: solves with their diagonal blocks and takes their columns off what follows.
    #[inline(always)]
    fn forward(self) {
        let Self {
            symbolic,
            factor,
            range,
            first,
            y,
            separators,
            outer,
        } = self;
        for (panel, corner) in symbolic.panels[range.clone()].iter().zip(&factor.corners[range]) {
            let (at, width) = (panel.column as usize - first, panel.width as usize);
            let b = load(y, at, width);
            let mut x = [0.0; WIDTH];
            for c in 0..WIDTH {
                for r in 0..WIDTH {
                    x[r] += corner[r][c] * b[c];
                }
            }
            store(y, at, width, x);
            let (begin, split, end) = (panel.begin as usize, panel.split as usize, panel.end as usize);
            if separators == first {
                take(&factor.values[begin..end], &symbolic.rows[begin..end], &x, y, first);
            } else {
                take(&factor.values[begin..split], &symbolic.rows[begin..split], &x, y, first);
                take(&factor.values[split..end], &symbolic.rows[split..end], &x, outer, separators);
            }
        }
    }

    /// `y <- L'^-1 y`, panels from the last to the first.
    #[inline(always)]
    fn backward(self) {
        let Self {
            symbolic,
            factor,
            range,
            first,
            y,
            separators,
            outer,
        } = self;
        for (panel, corner) in symbolic.panels[range.clone()].iter().zip(&factor.corners[range]).rev() {
            let (begin, split, end) = (panel.begin as usize, panel.split as usize, panel.end as usize);
            let mut sum = [0.0; WIDTH];
            if separators == first {
                give(&factor.values[begin..end], &symbolic.rows[begin..end], y, first, &mut sum);
            } else {
                give(&factor.values[begin..split], &symbolic.rows[begin..split], y, first, &mut sum);
                give(&factor.values[split..end], &symbolic.rows[split..end], outer, separators, &mut sum);
            }
            let (at, width) = (panel.column as usize - first, panel.width as usize);
            let b = load(y, at, width);
            let mut x = [0.0; WIDTH];
            for r in 0..WIDTH {
                for c in 0..WIDTH {
                    x[c] += corner[r][c] * (b[r] - sum[r]);
                }
            }
            store(y, at, width, x);
        }
    }
}

/// Takes the columns of a panel, times `x`, off these rows.
#[inline(always)]
fn take(values: &[[f64; WIDTH]], rows: &[u32], x: &[f64; WIDTH], y: &mut [f64], first: usize) {
    for (l, &i) in values.iter().zip(rows) {
        y[i as usize - first] -= (l[0] * x[0] + l[1] * x[1]) + (l[2] * x[2] + l[3] * x[3]);
    }
}

/// Adds up the rows of a panel, times `y`. Four chains of additions, since one would wait for itself.
#[inline(always)]
fn give(values: &[[f64; WIDTH]], rows: &[u32], y: &[f64], first: usize, sum: &mut [f64; WIDTH]) {
    let mut chains = [[0.0; WIDTH]; 4];
    let (fours, rest) = values.as_chunks::<4>();
    let (row_fours, row_rest) = rows.as_chunks::<4>();
    for (values, rows) in fours.iter().zip(row_fours) {
        for (chain, (l, &i)) in chains.iter_mut().zip(values.iter().zip(rows)) {
            let x = y[i as usize - first];
            chain.iter_mut().zip(l).for_each(|(sum, l)| *sum += l * x);
        }
    }
    for (chain, (l, &i)) in chains.iter_mut().zip(rest.iter().zip(row_rest)) {
        let x = y[i as usize - first];
        chain.iter_mut().zip(l).for_each(|(sum, l)| *sum += l * x);
    }
    for c in 0..WIDTH {
        sum[c] += (chains[0][c] + chains[1][c]) + (chains[2][c] + chains[3][c]);
    }
}

/// A panel that begins with `column`: its width and the rows below its diagonal block. A column is taken in where that costs fewer rows
/// than a panel of its own.
fn gather(columns: &SymbolicSimplicialCholesky<u32>, column: usize, last: usize) -> (usize, Vec<u32>) {
    let (start, row) = (columns.col_ptr(), columns.row_idx());
    let below = |j: usize| &row[start[j] as usize + 1..start[j + 1] as usize];
    let (mut rows, mut width) = (below(column).to_vec(), 1);
    while width < WIDTH && column + width < last {
        let next = column + width;
        let mut union: Vec<u32> = rows
            .iter()
            .copied()
            .chain(below(next).iter().copied())
            .filter(|&i| i as usize > next)
            .collect();
        union.sort_unstable();
        union.dedup();
        if union.len() > rows.len() + below(next).len() + BEGIN {
            break;
        }
        (rows, width) = (union, width + 1);
    }
    (width, rows)
}

/// The entries of a panel, zeros beyond its width. Copies of so few numbers as a loop would become calls.
#[inline(always)]
fn load(y: &[f64], at: usize, width: usize) -> [f64; WIDTH] {
    match width {
        WIDTH => [y[at], y[at + 1], y[at + 2], y[at + 3]],
        3 => [y[at], y[at + 1], y[at + 2], 0.0],
        2 => [y[at], y[at + 1], 0.0, 0.0],
        _ => [y[at], 0.0, 0.0, 0.0],
    }
}

/// The other way.
#[inline(always)]
fn store(y: &mut [f64], at: usize, width: usize, x: [f64; WIDTH]) {
    y[at] = x[0];
    if width > 1 {
        y[at + 1] = x[1];
    }
    if width > 2 {
        y[at + 2] = x[2];
    }
    if width > 3 {
        y[at + 3] = x[3];
    }
}

/// The inverse of the leading lower triangle, row by row.
fn inverse(block: &[[f64; WIDTH]; WIDTH], width: usize) -> [[f64; WIDTH]; WIDTH] {
    let mut out = [[0.0; WIDTH]; WIDTH];
    for (r, row) in block.iter().enumerate().take(width) {
        let (above, rest) = out.split_at_mut(r);
        for (c, out) in rest[0].iter_mut().enumerate().take(r + 1) {
            let known: f64 = row.iter().zip(&*above).map(|(l, above)| l * above[c]).sum();
            *out = (f64::from(u8::from(r == c)) - known) / row[r];
        }
    }
    out
}

/// The rows of the lower triangle are the columns of the upper one.
fn upper(lower: &Pattern) -> SymbolicSparseColMatRef<'_, u32> {
    let n = lower.start.len() - 1;
    SymbolicSparseColMatRef::new_checked(n, n, &lower.start, None, &lower.column)
}

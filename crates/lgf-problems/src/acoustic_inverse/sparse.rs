//! Where the entries of a sparse matrix stand.
/// Where the entries of a sparse matrix stand, row by row, columns ascending.
#[derive(Debug, Default)]
pub struct Pattern {
    pub start: Vec<u32>,
    pub column: Vec<u32>,
}

impl Pattern {
    /// The pattern with these pairs of row and column, each once.
    pub fn from_pairs(rows: usize, mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut start = vec![0; rows + 1];
        for &(row, _) in &pairs {
            start[row as usize + 1] += 1;
        }
        for row in 0..rows {
            start[row + 1] += start[row];
        }
        let column = pairs.into_iter().map(|(_, column)| column).collect();
        Self { start, column }
    }

    pub fn range(&self, row: usize) -> std::ops::Range<usize> {
        self.start[row] as usize..self.start[row + 1] as usize
    }

    pub fn row(&self, row: usize) -> &[u32] {
        &self.column[self.range(row)]
    }

    /// Index of an entry that is there.
    pub fn position(&self, row: u32, column: u32) -> Option<usize> {
        let found = self.row(row as usize).binary_search(&column).ok()?;
        Some(self.start[row as usize] as usize + found)
    }

    pub fn bytes(&self) -> usize {
        4 * (self.start.len() + self.column.len())
    }
}

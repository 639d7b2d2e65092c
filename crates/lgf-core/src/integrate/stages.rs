//! Stage derivatives and what is made of them: each vector is read once, the result written once.
use crate::linalg::pass::combine;

/// Rows of one length.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Stages {
    data: Vec<f64>,
    rows: usize,
    length: usize,
    /// Whether the first row and the last have changed places.
    turned: bool,
}

/// States shorter than this fit into a few registers: going through them entry by entry costs less than going through the stages.
const SHORT: usize = 16;

impl Stages {
    /// Room for so many rows.
    pub fn fit(&mut self, rows: usize, length: usize) {
        (self.rows, self.length, self.turned) = (rows, length, false);
        if self.data.len() != rows * length {
            self.data.resize(rows * length, 0.0);
        }
    }

    /// Whether rows are long enough to be gone through one by one.
    pub fn is_long(&self) -> bool {
        self.length >= SHORT
    }

    /// The last row becomes the first, the first may be overwritten.
    pub fn start_over(&mut self) {
        if self.is_long() {
            self.turned = !self.turned;
        } else {
            self.data.copy_within((self.rows - 1) * self.length.., 0);
        }
    }

    fn place(&self, j: usize) -> usize {
        let last = self.rows - 1;
        let j = if self.turned && (j == 0 || j == last) { last - j } else { j };
        j * self.length
    }

    pub fn row(&self, j: usize) -> &[f64] {
        &self.data[self.place(j)..][..self.length]
    }

    pub fn row_mut(&mut self, j: usize) -> &mut [f64] {
        let from = self.place(j);
        &mut self.data[from..][..self.length]
    }

    pub fn last(&self) -> &[f64] {
        self.row(self.rows - 1)
    }

    /// `out = base + h sum_j w_j k_j`, of as many leading entries as `out` has; whether all of it is finite.
    pub fn combine(&self, base: Option<&[f64]>, weights: &[f64], h: f64, out: &mut [f64]) -> bool {
        if !self.is_long() {
            let mut finite = true;
            for (i, out) in out.iter_mut().enumerate() {
                let sum: f64 = weights.iter().enumerate().map(|(j, w)| w * self.data[j * self.length + i]).sum();
                *out = base.map_or(0.0, |x| x[i]) + h * sum;
                finite &= out.is_finite();
            }
            return finite;
        }
        let of_stages = weights.iter().enumerate().filter(|(_, w)| **w != 0.0);
        let terms = of_stages.map(|(j, w)| (h * w, self.row(j)));
        combine(base.map(|x| (1.0, x)).into_iter().chain(terms), out)
    }
}

//! Histories side by side as one tall matrix, d×n, without a copy.
use crate::history::History;
use crate::linalg::tall::Source;
use crate::linalg::{shaped, view};
use crate::rows::Rows;
use faer::MatRef;
use std::ops::Range;

/// The states of all histories, or their rates, of the same dimension: one column each.
pub(super) struct Recorded<'a> {
    pub histories: &'a [History],
    pub rates: bool,
}

impl Recorded<'_> {
    fn parts(&self) -> impl Iterator<Item = &Rows> {
        self.histories.iter().map(|history| &**history.memory(self.rates))
    }

    /// Writes part of each column to one of `length` entries.
    fn copy(&self, at: &Range<usize>, length: usize, to: &mut [f64]) {
        let d = self.shape().0;
        // A zip asks its left side first: that must be the one that ends.
        let mut columns = to.chunks_exact_mut(length);
        for rows in self.parts() {
            match rows {
                Rows::Double(numbers) => {
                    for (from, to) in numbers.chunks_exact(d).zip(columns.by_ref()) {
                        to[..at.len()].copy_from_slice(&from[at.clone()]);
                    }
                }
                Rows::Single(numbers) => {
                    for (from, to) in numbers.chunks_exact(d).zip(columns.by_ref()) {
                        to.iter_mut().zip(&from[at.clone()]).for_each(|(to, v)| *to = f64::from(*v));
                    }
                }
            }
        }
    }
}

impl Source for Recorded<'_> {
    fn shape(&self) -> (usize, usize) {
        let d = self.histories.first().map_or(0, History::dimension);
        (d, self.histories.iter().map(History::len).sum())
    }

    fn pack(&self, at: Range<usize>, scale: f64, length: usize, to: &mut [f64]) {
        let rows = at.len();
        self.copy(&at, length, to);
        let used = length * self.shape().1;
        for column in to[..used].chunks_exact_mut(length) {
            if scale != 1.0 {
                column[..rows].iter_mut().for_each(|v| *v *= scale);
            }
            column[rows..].fill(0.0);
        }
    }

    fn column(&self, mut j: usize, at: Range<usize>) -> Option<&[f64]> {
        let d = self.shape().0;
        for (rows, history) in self.parts().zip(self.histories) {
            if j < history.len() {
                let Rows::Double(numbers) = rows else { return None };
                return numbers.get(j * d + at.start..j * d + at.end);
            }
            j -= history.len();
        }
        None
    }

    fn whole<'a>(&'a self, room: &'a mut Vec<f64>) -> MatRef<'a, f64> {
        let (m, n) = self.shape();
        if let [only] = self.histories
            && let Rows::Double(numbers) = &**only.memory(self.rates)
        {
            return view(numbers, m, n);
        }
        shaped(room, m, n);
        self.copy(&(0..m), m, &mut room[..m * n]);
        view(room, m, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::HistoryPrecision;
    use crate::linalg::tall::{Keep, TallSvd};
    use faer::Mat;

    /// Histories of seven and eleven states, of this precision, and all of their columns.
    fn histories(precision: HistoryPrecision) -> (Vec<History>, Mat<f64>) {
        let d = 9_000;
        let value = |i: usize, j: usize| ((i * (j + 1)) as f64 * 0.37).sin() + 2.0 / (1 + i % (j + 3)) as f64;
        let rounded = |v: f64| match precision {
            HistoryPrecision::Double => v,
            HistoryPrecision::Single => f64::from(v as f32),
        };
        let make = |columns: Range<usize>| {
            let mut history = History::new(d, columns.len(), false, precision).unwrap();
            for j in columns {
                history.push(&(0..d).map(|i| value(i, j)).collect::<Vec<_>>());
            }
            history
        };
        (vec![make(0..7), make(7..18)], Mat::from_fn(d, 18, |i, j| rounded(value(i, j))))
    }

    #[test]
    fn histories_side_by_side_are_one_matrix() {
        for precision in [HistoryPrecision::Double, HistoryPrecision::Single] {
            let (histories, all) = histories(precision);
            let recorded = Recorded {
                histories: &histories,
                rates: false,
            };
            assert_eq!(recorded.whole(&mut Vec::new()), all.as_ref());
            let decompose = |a: &dyn Fn(&mut TallSvd) -> Mat<f64>| {
                let mut svd = TallSvd::default();
                let u = a(&mut svd);
                (svd.s().to_vec(), u)
            };
            let parts = decompose(&|svd| {
                svd.compute(&recorded, Keep::default(), 1e-12).unwrap();
                let mut u = Mat::zeros(all.nrows(), all.ncols());
                svd.left(&recorded, u.as_mut());
                u
            });
            let one = decompose(&|svd| {
                svd.compute(&all.as_ref(), Keep::default(), 1e-12).unwrap();
                let mut u = Mat::zeros(all.nrows(), all.ncols());
                svd.left(&all.as_ref(), u.as_mut());
                u
            });
            assert_eq!(parts, one);
        }
    }
}

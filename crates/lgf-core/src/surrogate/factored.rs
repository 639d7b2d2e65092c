//! Coefficients of a wide regression: a few rows that span them all, and what single targets leave out.
use crate::error::{Error, Result, require_finite};
use crate::library::MAX_ENTRIES;
use crate::linalg::kernel::Columns;
use crate::linalg::{multiply, shaped, view};
use crate::parallel::is_worth;
use faer::{Mat, MatRef};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// `f_t(x) = sum_i w_it (b_i . theta(x)) + sum over the corrections (j, c) of target t of c theta_j(x)`.
///
/// A model of P features and t targets that was learned of q < P equations takes P q + q t numbers and as many operations an evaluation
/// instead of P t. A feature that thresholding has removed from a target's support is corrected by minus what the product makes of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Factored {
    features: usize,
    targets: usize,
    rank: usize,
    /// Row i: b_i, length P.
    basis: Vec<f64>,
    /// Row i: w_i, length t.
    weights: Vec<f64>,
    /// Where the corrections of each target begin, and at the end their number.
    begins: Vec<usize>,
    corrections: Vec<(u32, f64)>,
    /// Whether a target has no weights: its corrections are all its coefficients.
    sparse: Vec<bool>,
    /// Whether a feature has no part in the basis: corrections are all its coefficients.
    absent: Vec<bool>,
}

impl Factored {
    /// Room for a model of this size; the basis is to be written, zero for absent features, the targets to be pushed one after the other.
    pub fn begin(&mut self, features: usize, targets: usize, rank: usize, absent: impl Iterator<Item = bool>) {
        (self.features, self.targets, self.rank) = (features, targets, rank);
        self.basis.resize(features * rank, 0.0);
        self.weights.clear();
        self.weights.resize(rank * targets, 0.0);
        self.begins.clear();
        self.begins.push(0);
        self.corrections.clear();
        self.sparse.clear();
        self.absent.clear();
        self.absent.extend(absent);
    }

    /// The rows of the basis.
    pub fn basis_mut(&mut self) -> impl Iterator<Item = &mut [f64]> {
        self.basis.chunks_exact_mut(self.features.max(1))
    }

    /// A target with these weights; minus what they make of features that it lacks, and its coefficients of absent ones.
    pub fn push_dense(&mut self, weights: &[f64], corrections: impl Iterator<Item = (u32, f64)>) {
        let t = self.sparse.len();
        for (i, w) in weights.iter().enumerate() {
            self.weights[i * self.targets + t] = *w;
        }
        self.corrections.extend(corrections);
        self.begins.push(self.corrections.len());
        self.sparse.push(false);
    }

    /// A target of these coefficients alone.
    pub fn push_sparse(&mut self, coefficients: impl Iterator<Item = (u32, f64)>) {
        self.corrections.extend(coefficients);
        self.begins.push(self.corrections.len());
        self.sparse.push(true);
    }

    /// Whether this is a model of so many features and targets with all its parts in place.
    pub fn fits(&self, features: usize, targets: usize) -> bool {
        let Self {
            rank, begins, corrections, ..
        } = self;
        (self.features, self.targets) == (features, targets)
            && rank.checked_mul(features) == Some(self.basis.len())
            && rank.checked_mul(targets) == Some(self.weights.len())
            && self.sparse.len() == targets
            && self.absent.len() == features
            && begins.len() == targets + 1
            && begins.first() == Some(&0)
            && begins.last() == Some(&corrections.len())
            && begins.windows(2).all(|pair| pair[0] <= pair[1])
            && corrections.iter().all(|&(feature, _)| (feature as usize) < features)
    }

    /// Refuses coefficients that are beyond the range of doubles, as those of features of 1e-310 are.
    pub fn require_finite(&self) -> Result<()> {
        require_finite("coefficients", &self.basis)?;
        require_finite("coefficients", &self.weights)?;
        let found = self.corrections.iter().find(|(_, c)| !c.is_finite());
        found.map_or(Ok(()), |(_, c)| require_finite("coefficients", std::slice::from_ref(c)))
    }

    /// `f` from the features of a point. `coordinates` and `partial` are room that only grows.
    pub fn evaluate(&self, theta: &[f64], coordinates: &mut Vec<f64>, partial: &mut Vec<f64>, out: &mut [f64]) {
        coordinates.resize(self.rank, 0.0);
        Columns::new(&self.basis, self.features).dots(theta, coordinates, partial);
        out.fill(0.0);
        Columns::new(&self.weights, self.targets).add_to(coordinates, out);
        let correct = |(out, ends): (&mut f64, &[usize])| {
            let corrections = &self.corrections[ends[0]..ends[1]];
            *out += corrections.iter().map(|&(feature, c)| c * theta[feature as usize]).sum::<f64>();
        };
        if is_worth(self.corrections.len()) {
            let work = out.par_iter_mut().zip(self.begins.par_windows(2));
            work.with_min_len(8).for_each(correct);
        } else {
            out.iter_mut().zip(self.begins.windows(2)).for_each(correct);
        }
    }

    /// All coefficients, P×t.
    ///
    /// # Errors
    /// [`Error::State`] where they would number more than 2^28.
    pub fn coefficients(&self) -> Result<Mat<f64>> {
        let (p, t) = (self.features, self.targets);
        if p.checked_mul(t).is_none_or(|entries| entries > MAX_ENTRIES) {
            let reason = format!("{p} features of {t} targets: their coefficients would number more than {MAX_ENTRIES}");
            return Err(Error::state("coefficients", reason));
        }
        let mut all = Vec::new();
        self.write(&mut all);
        Ok(view(&all, p, t).to_owned())
    }

    /// Whether a feature takes part in a target, P×t column-major, appended.
    pub fn support(&self, out: &mut Vec<bool>) {
        for (k, ends) in self.begins.windows(2).enumerate() {
            let begin = out.len();
            out.extend(self.absent.iter().map(|absent| !(*absent || self.sparse[k])));
            for &(feature, _) in &self.corrections[ends[0]..ends[1]] {
                out[begin + feature as usize] = self.sparse[k] || self.absent[feature as usize];
            }
        }
    }

    /// The same into a buffer, column-major.
    pub fn write(&self, out: &mut Vec<f64>) {
        let (p, t) = (self.features, self.targets);
        let weights = MatRef::from_row_major_slice(&self.weights, self.rank, t);
        multiply(shaped(out, p, t), view(&self.basis, p, self.rank), weights);
        for (k, ends) in self.begins.windows(2).enumerate() {
            for &(feature, c) in &self.corrections[ends[0]..ends[1]] {
                let whole = self.sparse[k] || self.absent[feature as usize];
                out[k * p + feature as usize] = if whole { c } else { 0.0 };
            }
        }
    }
}

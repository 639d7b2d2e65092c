//! How coefficients are kept.
use super::{Factored, Kernel};
use faer::MatRef;
use serde::{Deserialize, Serialize};

/// How a model knows its coefficients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Form {
    /// One by one, features times targets, row-major: those of one feature lie side by side.
    Explicit(Vec<f64>),
    /// By the few rows that span those of a wide regression.
    Factored(Factored),
    /// By inner products of features; kept beside the form where it is stored.
    Kernel(#[serde(skip)] Kernel),
}

impl Form {
    /// Takes coefficients one by one out, for their memory.
    fn take_explicit(&mut self) -> Vec<f64> {
        match std::mem::replace(self, Self::Explicit(Vec::new())) {
            Self::Explicit(coefficients) => coefficients,
            _ => Vec::new(),
        }
    }

    /// Writes coefficients one by one, features times targets, where there are `kept` features of `all`.
    pub fn write_explicit(&mut self, coefficients: MatRef<'_, f64>, all: usize) {
        let (kept, targets) = coefficients.shape();
        let mut explicit = self.take_explicit();
        explicit.resize(all * targets, 0.0);
        for (i, row) in explicit.chunks_exact_mut(targets).take(kept).enumerate() {
            row.iter_mut().enumerate().for_each(|(j, c)| *c = coefficients[(i, j)]);
        }
        *self = Self::Explicit(explicit);
    }

    /// Takes factors out, for their memory: to be put back when they are written anew.
    pub fn take_factored(&mut self) -> Factored {
        match std::mem::replace(self, Self::Explicit(Vec::new())) {
            Self::Factored(factored) => factored,
            _ => Factored::default(),
        }
    }

    /// What it knows by inner products.
    pub fn kernel(&mut self) -> Option<&mut Kernel> {
        match self {
            Self::Kernel(kernel) => Some(kernel),
            _ => None,
        }
    }

    /// Whether this is the form of a model of so many monomials and targets.
    pub fn fits(&self, monomials: usize, targets: usize) -> bool {
        match self {
            Self::Explicit(coefficients) => monomials.checked_mul(targets) == Some(coefficients.len()),
            Self::Factored(factored) => factored.fits(monomials, targets),
            Self::Kernel(kernel) => kernel.fits(targets),
        }
    }
}

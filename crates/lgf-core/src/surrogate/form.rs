//! How coefficients are kept.
use super::{Factored, Kernel};
use crate::error::{Result, require_finite};
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
    /// Room for coefficients one by one, with the memory that is there.
    pub fn explicit(&mut self) -> &mut Vec<f64> {
        if !matches!(self, Self::Explicit(_)) {
            *self = Self::Explicit(Vec::new());
        }
        match self {
            Self::Explicit(coefficients) => coefficients,
            _ => unreachable!("made explicit above"),
        }
    }

    /// Room for factors, with the memory that is there.
    pub fn factored(&mut self) -> &mut Factored {
        if !matches!(self, Self::Factored(_)) {
            *self = Self::Factored(Factored::default());
        }
        match self {
            Self::Factored(factored) => factored,
            _ => unreachable!("made factored above"),
        }
    }

    /// What it knows by inner products.
    pub fn kernel(&mut self) -> Option<&mut Kernel> {
        match self {
            Self::Kernel(kernel) => Some(kernel),
            _ => None,
        }
    }

    /// Refuses coefficients that are beyond the range of doubles, as those of features of 1e-310 are.
    pub fn require_finite(&self) -> Result<()> {
        match self {
            Self::Explicit(coefficients) => require_finite("coefficients", coefficients),
            Self::Factored(factored) => factored.numbers().try_for_each(|numbers| require_finite("coefficients", numbers)),
            // Its fit has looked at its tables, and the rows were finite when they were recorded.
            Self::Kernel(_) => Ok(()),
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

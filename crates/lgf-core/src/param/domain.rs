//! Admissible values of one option.
use super::Setting;
use std::fmt;

/// The set that an option must lie in; numbers must be finite in every domain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Domain {
    /// Whatever the type admits: booleans, named choices, nested objects.
    OfType,
    /// Real numbers above zero.
    Positive,
    /// Real numbers not below zero.
    NonNegative,
    /// Real numbers in `[0, 1)`.
    Fraction,
    /// Real numbers in `(0, 1]`.
    Share,
    /// Real numbers in `(0, 1)`.
    Between,
    /// Real numbers between two bounds, both included.
    Range(f64, f64),
    /// Integers not below this.
    AtLeast(usize),
    /// Integers between two bounds, both included.
    Within(usize, usize),
    /// One of a few integers.
    OneOf(&'static [usize]),
}

impl Domain {
    /// Whether a number lies in the domain.
    pub fn admits(&self, v: f64) -> bool {
        // Integers above 2^53 are not exact in a double; no count comes near.
        let integer = v.fract() == 0.0 && v.abs() <= 9_007_199_254_740_992.0;
        v.is_finite()
            && match *self {
                Self::OfType => true,
                Self::Positive => v > 0.0,
                Self::NonNegative => v >= 0.0,
                Self::Fraction => (0.0..1.0).contains(&v),
                Self::Share => v > 0.0 && v <= 1.0,
                Self::Between => v > 0.0 && v < 1.0,
                Self::Range(low, high) => v >= low && v <= high,
                Self::AtLeast(low) => integer && v >= low as f64,
                Self::Within(low, high) => integer && v >= low as f64 && v <= high as f64,
                Self::OneOf(values) => integer && values.iter().any(|&n| n as f64 == v),
            }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfType => write!(f, "a finite number"),
            Self::Positive => write!(f, "a number in (0, ∞)"),
            Self::NonNegative => write!(f, "a number in [0, ∞)"),
            Self::Fraction => write!(f, "a number in [0, 1)"),
            Self::Share => write!(f, "a number in (0, 1]"),
            Self::Between => write!(f, "a number in (0, 1)"),
            Self::Range(low, high) => write!(f, "a number in [{}, {}]", low.show(), high.show()),
            Self::AtLeast(low) => write!(f, "an integer in [{low}, ∞)"),
            Self::Within(low, high) => write!(f, "an integer in [{low}, {high}]"),
            Self::OneOf(values) => write!(f, "one of {}", values.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
        }
    }
}

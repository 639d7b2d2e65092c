//! What the caller must change. How a run ended is no error: see [`crate::integrate::Status`].
use crate::linalg::pass::all_between;
use std::fmt;

/// The caller's fault: every variant names the argument, what was given and what is admissible.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// An option or argument outside its domain.
    Argument {
        /// Dotted path of the argument, `solver.alpha`.
        name: String,
        /// The value given, as text.
        value: String,
        /// The admissible values.
        domain: String,
    },
    /// Sizes that do not fit together.
    Shape {
        /// The array at fault.
        name: String,
        /// Its shape.
        actual: String,
        /// The shape that would fit.
        expected: String,
    },
    /// A NaN or an infinity where a finite number is needed.
    NonFinite {
        /// The array or scalar at fault.
        name: String,
        /// Flat index of the first such entry.
        index: usize,
        /// The entry.
        value: f64,
    },
    /// A call that does not fit the state of the object: telling what was not asked, transforming before fitting.
    State {
        /// The argument or method at fault.
        name: String,
        /// What the object is waiting for.
        expected: String,
    },
    /// Bytes that are no snapshot of this library, of this version, of this optimizer, or damaged.
    Snapshot {
        /// What is wrong with them.
        reason: String,
    },
    /// A user's field gave up in the middle of an integration; the caller holds the reason.
    Interrupted,
    /// A dense factorisation did not converge: not reachable with finite input as far as known.
    Numerical {
        /// The routine.
        routine: &'static str,
    },
}

/// Result of every fallible function of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Stable code, the same in Rust and TypeScript.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Argument { .. } => "ERR_LGF_ARGUMENT",
            Self::Shape { .. } => "ERR_LGF_SHAPE",
            Self::NonFinite { .. } => "ERR_LGF_NONFINITE",
            Self::State { .. } => "ERR_LGF_STATE",
            Self::Snapshot { .. } => "ERR_LGF_SNAPSHOT",
            Self::Interrupted => "ERR_LGF_CALLBACK",
            Self::Numerical { .. } => "ERR_LGF_INTERNAL",
        }
    }

    /// Dotted path of the argument at fault, if one is.
    pub fn argument(&self) -> Option<&str> {
        match self {
            Self::Argument { name, .. } | Self::Shape { name, .. } | Self::NonFinite { name, .. } | Self::State { name, .. } => Some(name),
            Self::Snapshot { .. } => Some("bytes"),
            Self::Interrupted | Self::Numerical { .. } => None,
        }
    }

    /// An argument at this dotted path, the value given, what would have been taken.
    pub fn argument_error(name: &str, value: impl fmt::Display, domain: impl fmt::Display) -> Self {
        Self::Argument {
            name: name.into(),
            value: value.to_string(),
            domain: domain.to_string(),
        }
    }

    pub(crate) fn shape(name: &str, actual: impl fmt::Display, expected: impl fmt::Display) -> Self {
        Self::Shape {
            name: name.into(),
            actual: actual.to_string(),
            expected: expected.to_string(),
        }
    }

    pub(crate) fn state(name: &str, expected: impl fmt::Display) -> Self {
        Self::State {
            name: name.into(),
            expected: expected.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument { name, value, domain } => write!(f, "{name}: got {value}, expected {domain}"),
            Self::Shape { name, actual, expected } => write!(f, "{name}: shape is {actual}, expected {expected}"),
            Self::NonFinite { name, index, value } => write!(f, "{name}: entry {index} is {value}, expected a finite number"),
            Self::State { name, expected } => write!(f, "{name}: {expected}"),
            Self::Snapshot { reason } => write!(f, "bytes: {reason}"),
            Self::Interrupted => write!(f, "the field gave up"),
            Self::Numerical { routine } => write!(f, "{routine} did not converge"),
        }
    }
}

impl std::error::Error for Error {}

/// Refuses the first non-finite entry by name and flat index.
pub(crate) fn require_finite(name: &str, values: &[f64]) -> Result<()> {
    if all_between(values, f64::NEG_INFINITY, f64::INFINITY) {
        return Ok(());
    }
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(index) => Err(Error::NonFinite {
            name: name.into(),
            index,
            value: values[index],
        }),
    }
}

/// Refuses a length other than `expected`.
pub(crate) fn require_length(name: &str, actual: usize, expected: usize) -> Result<()> {
    if actual == expected {
        Ok(())
    } else {
        Err(Error::shape(name, actual, expected))
    }
}

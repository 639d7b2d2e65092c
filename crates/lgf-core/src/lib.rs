//! Numerics and ask/tell optimizers of learned gradient flow.
pub mod driver;
pub mod error;
pub mod fit;
pub mod history;
pub mod integrate;
pub mod library;
mod linalg;
pub mod optimizer;
pub mod param;
pub mod problem;
pub mod reduce;
pub mod regress;
pub mod surrogate;
pub mod targets;

pub use error::{Error, Result};
pub use fit::discover;

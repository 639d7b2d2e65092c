//! Numerics and ask/tell optimizers of learned gradient flow.
//!
//! Read the modules in the order in which data flows:
//! ```text
//!  problem --evaluate--> history --+--> targets --+
//!     ^                  (reduce)  +--> library --+--> regress --> fit --> surrogate --> integrate
//!     | ask / tell                                                                           |
//!  optimizer: true step | fit | learned step | restart <---------- next point ---------------+
//!     |
//!  driver --> report
//! ```
//! Beside the flow stand [`newton`] (directions for objectives that have second derivatives), [`error`] (what a caller must change),
//! [`param`] (every option, declared once) and the private door to dense linear algebra.
//!
//! # Symbols
//! | in formulas | in code | meaning |
//! |---|---|---|
//! | `a`, `x` | `x`, `point`, `state` | design variables, length `d` |
//! | `p(a)` | `direction`, `gradient` | what the objective returns beside its value |
//! | `f` | `Model`, `Field` | the flow `da/dt = f(a)` |
//! | `X` | `snapshots` (d×n), `states` (n×d) | recorded iterates |
//! | `U`, `z` | `Modes::u`, `z` | SVD modes of the snapshots (d×r), coordinates `z = U'x` |
//! | `Theta` | `features`, `theta`, `regression` | n×P |
//! | `Xi` | `coefficients` | P×d or P×r |
//! | `n`, `d`, `P`, `r` | `n`, `d`, `p`, `r` | samples, variables, features, modes |
//!
//! # Examples
//! ```
//! use lgf_core::optimizer::{GradientFlow, GradientFlowOptions, Optimizer};
//! let options = GradientFlowOptions { learning_rate: 0.1, dt: 0.1, history_size: 5, retrain_interval: 20, ..Default::default() };
//! let mut flow = GradientFlow::new(&[1.0], &options)?;
//! while flow.evaluations() < 10 {
//!     let request = flow.ask()?; // takes learned steps on the way to the next question
//!     let x = flow.point()[0];
//!     flow.tell(request.id, 0.5 * x * x, Some(&[x]))?;
//! }
//! assert_eq!((flow.epoch(), flow.fits()), (25, 1));
//! # Ok::<(), lgf_core::Error>(())
//! ```
pub mod bounds;
pub mod driver;
pub mod error;
pub mod fit;
pub mod history;
pub mod integrate;
mod interpolate;
pub mod library;
mod linalg;
pub mod minimize;
pub mod newton;
pub mod optimizer;
mod parallel;
pub mod param;
pub mod problem;
pub mod profile;
pub mod reduce;
pub mod regress;
mod rows;
mod snapshot;
pub mod surrogate;
pub mod targets;

pub use error::{Error, Result};
pub use fit::discover;

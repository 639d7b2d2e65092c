//! Numerics and ask/tell optimizers of learned gradient flow.
pub mod problem;

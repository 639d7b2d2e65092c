//! Topology optimization.
pub(crate) mod elasticity;

//! Benchmark problems of learned gradient flow, each an objective with its exact gradient.
//!
//! A problem is a struct that implements [`lgf_core::problem::Problem`], made from an options struct whose defaults are the published
//! settings.
//!
//! ```
//! use lgf_core::problem::Problem;
//! use lgf_problems::{HeatRod, HeatRodOptions};
//!
//! let mut rod = HeatRod::new(&HeatRodOptions::default())?;
//! let mut gradient = [0.0; 2];
//! let value = rod.evaluate(&[0.5, 4.05], &mut gradient);
//! assert!((value + 3.58585773552).abs() < 1e-9);
//! assert!((gradient[0] + 4.16881498297).abs() < 1e-9);
//! # Ok::<(), lgf_core::error::Error>(())
//! ```
mod acoustic_inverse;
mod deep_elasticity;
mod heat_rod;
mod nonlinear_heat;
mod random;
mod test_functions;
mod topology;

pub use acoustic_inverse::{AcousticInverse, AcousticInverseOptions, MassMatrix, TriangleMesh};
pub use deep_elasticity::{DeepElasticity, DeepElasticityOptions, Sampling};
pub use heat_rod::{HeatRod, HeatRodOptions};
pub use nonlinear_heat::{NonlinearHeat, NonlinearHeatOptions};
pub use test_functions::{NoiseKind, TestFunction, TestFunctionName, TestFunctionSummary, TestProblemOptions};
pub use topology::{
    DesignDirection, DesignMeasures, FilterKind, Load, Place, Preset2d, Preset3d, Region, SolverKind, Structure, Support, Topology,
    TopologyOptions, Variables,
};

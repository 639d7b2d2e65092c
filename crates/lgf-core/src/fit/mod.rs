//! Stages 3 to 4: the one place where a history becomes a model.
mod discover;
mod fitter;
mod kernel;
mod recorded;
mod states;
mod tall;
mod wide;

pub use discover::discover;
pub(crate) use fitter::{Fitter, Samples};

use crate::param::{Domain, options};
use crate::regress::SolverOptions;
use crate::targets::{Method, TestFunctionOptions};

options! {
    /// What is learned: the features, the space, the kind of regression.
    pub struct ModelOptions as "ModelOptions" {
        /// Highest degree of the monomials.
        poly_order: usize = 1, Domain::Within(0, 64);
        /// Whether the constant is a feature.
        include_bias: bool = true, Domain::OfType;
        /// Number of SVD modes of the snapshots in which the flow is learned; the full space by default. At most the number of samples
        /// and of variables.
        truncation_rank: Option<usize> = None, Domain::AtLeast(1);
        /// Learn in as many modes as make up this share of the snapshots' energy, the sum of the squared singular values: anew at each
        /// fit, and no more than `truncationRank` where both are given.
        truncation_energy: Option<f64> = None, Domain::Share;
        /// Points that are put between each two recorded ones, by interpolation of the path, before the regression.
        points_added: usize = 0, Domain::Within(0, 1000);
        /// Degree of the interpolating spline: 1 (a broken line), 2 or 3 (smooth). It needs one sample more than its degree.
        interpolation_order: usize = 3, Domain::OneOf(&[1, 2, 3]);
        /// Where the derivatives come from: `'strong'` by default, `'tracked'` for Adam, which admits no other.
        method: Option<Method> = None, Domain::OfType;
        /// Order of accuracy of the finite differences of the strong form: 1 (forward), 2 or 4 (central).
        fd_order: usize = 2, Domain::OneOf(&[1, 2, 4]);
        /// Whether the features are made orthonormal on the samples before the regression.
        orthonormal: bool = false, Domain::OfType;
        /// Test functions of the weak form.
        test_functions: TestFunctionOptions = TestFunctionOptions::default(), Domain::OfType;
    }
}

options! {
    /// What is learned of a trajectory and how.
    pub struct DiscoverOptions as "DiscoverModelOptions" {
        /// What is learned.
        model: ModelOptions = ModelOptions::default(), Domain::OfType;
        /// How the regression is solved.
        solver: SolverOptions = SolverOptions::default(), Domain::OfType;
    }
}

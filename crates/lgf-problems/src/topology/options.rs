//! What a user may say about topology optimization.
use super::design::Projection;
use super::filter::FilterKind;
use lgf_core::error::{Error, Result};
use lgf_core::param::{Domain, Options};

lgf_core::choices! {
    /// What the variables are.
    pub enum Variables {
        /// Any real numbers `a`: `x = σ(a + b)`, `b` such that the volume is kept.
        Latent = "latent",
        /// The densities before the filter, between 0 and 1; keeping the volume is left to the optimizer.
        Density = "density",
    }
}

lgf_core::choices! {
    /// What is returned as the direction.
    pub enum DesignDirection {
        /// The gradient.
        Gradient = "gradient",
        /// That of latent mirror descent, without the leading `σ'`: no gradient.
        Mirror = "mirror",
        /// That of the optimality criteria as a flow: half the logarithm of `λ w / -h`.
        Criteria = "criteria",
    }
}

lgf_core::choices! {
    /// How displacements are found.
    pub enum SolverKind {
        /// Direct for small plane problems, else multigrid.
        Auto = "auto",
        /// Sparse Cholesky factorisation.
        Direct = "direct",
        /// Conjugate gradients preconditioned by multigrid.
        Multigrid = "multigrid",
    }
}

lgf_core::options! {
    /// Settings of topology optimization.
    pub struct TopologyOptions as "TopologyOptions" {
        /// Share of the design domain that is material; given holes do not belong to it.
        volume_fraction: f64 = 0.5, Domain::Between;
        /// Exponent `p` of `E(ρ) = Emin + ρ^p (1 - Emin)`.
        penalty: f64 = 3.0, Domain::Range(1.0, 10.0);
        /// Young's modulus of void; that of material is 1.
        min_modulus: f64 = 1e-9, Domain::Range(1e-12, 0.1);
        /// Poisson's ratio.
        poisson: f64 = 0.3, Domain::Range(0.0, 0.45);
        /// How densities are smoothed.
        filter: FilterKind = FilterKind::Density, Domain::OfType;
        /// Radius of the filter, in elements. By default 4 % of the longest side, at least 1.5.
        filter_radius: Option<f64> = None, Domain::Range(0.5, 1000.0);
        /// Sharpness `β` of the projection of filtered densities to solid and void; 0 for none.
        sharpness: f64 = 0.0, Domain::Range(0.0, 512.0);
        /// The filtered density `η` that is projected to one half or so.
        threshold: f64 = 0.5, Domain::Between;
        /// What the variables are.
        variables: Variables = Variables::Latent, Domain::OfType;
        /// What is returned as the direction.
        direction: DesignDirection = DesignDirection::Gradient, Domain::OfType;
        /// Whether the value is the logarithm of the compliance.
        logarithm: bool = true, Domain::OfType;
        /// How displacements are found.
        solver: SolverKind = SolverKind::Auto, Domain::OfType;
        /// Relative error of the compliance at which multigrid iterations end. By default a hundredth of what the last evaluation changed, between
        /// 1e-10 and 1e-5: what an optimizer needs to tell two designs apart.
        accuracy: Option<f64> = None, Domain::Range(1e-14, 1e-2);
        /// Whether displacements of the last evaluation are the first guess of the next.
        warm_start: bool = true, Domain::OfType;
    }
}

/// What single options do not say.
pub(super) fn check(options: &TopologyOptions) -> Result<()> {
    options.check("")?;
    let densities = options.variables == Variables::Density;
    if densities && options.sharpness > 0.0 {
        return Err(Error::argument_error(
            "sharpness",
            options.sharpness,
            "0 where variables are densities: the volume is no linear constraint",
        ));
    }
    if densities && options.direction != DesignDirection::Gradient {
        let direction = format!("'{}'", options.direction.name());
        return Err(Error::argument_error(
            "direction",
            direction,
            "'gradient' where variables are densities",
        ));
    }
    if !densities && options.filter == FilterKind::Sensitivity {
        return Err(Error::argument_error(
            "filter",
            "'sensitivity'",
            "another one where variables are latent: its derivatives are no gradient",
        ));
    }
    Ok(())
}

impl TopologyOptions {
    pub(super) fn projection(&self) -> Projection {
        Projection {
            sharpness: self.sharpness,
            threshold: self.threshold,
        }
    }
}

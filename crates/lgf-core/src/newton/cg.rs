//! Newton directions from products with the Hessian, by conjugate gradients.
use super::check_gradient;
use crate::error::{Error, Result, require_finite, require_length};
use crate::param::{Domain, Options, options};

options! {
    /// Newton directions from products with the Hessian.
    pub struct NewtonCgOptions as "NewtonCgOptions" {
        /// Conjugate gradients end when the residual `H p - g` is at most this fraction of the gradient in length.
        tolerance: f64 = 1e-10, Domain::Fraction;
        /// Most products for one direction; by default twice the number of variables, at least 20.
        max_iterations: Option<usize> = None, Domain::AtLeast(1);
        /// Added to the diagonal of the Hessian.
        damping: f64 = 0.0, Domain::NonNegative;
    }
}

/// How conjugate gradients ended, or how far they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NewtonCgReport {
    /// Products that were used.
    pub iterations: usize,
    /// Whether the residual is within the tolerance.
    pub converged: bool,
    /// Whether a probe was met along which the damped Hessian does not curve upwards.
    pub negative_curvature: bool,
}

/// Truncated conjugate gradients for `(H + damping I) p = g` as a state machine: [`begin`](Self::begin) with a gradient, then
/// [`tell`](Self::tell) the product with each [`probe`](Self::probe) until there is none.
///
/// Ends early at a probe `v` with `v'Hv` not above zero: with the direction so far or, at the first probe, with the gradient. The direction
/// always descends, `g'p > 0`. No entry of the Hessian is needed; a told product allocates nothing.
/// # Source
/// Steihaug 1983, doi:10.1137/0720042, without its trust region; Nocedal, Wright, Numerical Optimization, algorithm 7.1.
/// # Examples
/// ```
/// use lgf_core::newton::{NewtonCg, NewtonCgOptions};
/// let mut cg = NewtonCg::new(&NewtonCgOptions::default())?;
/// cg.begin(&[2.0, 4.0])?;
/// while let Some(v) = cg.probe() {
///     let product = [2.0 * v[0], 8.0 * v[1]];
///     cg.tell(&product)?;
/// }
/// assert!((cg.direction()[0] - 1.0).abs() < 1e-12 && (cg.direction()[1] - 0.5).abs() < 1e-12);
/// assert!(cg.report().converged);
/// # Ok::<(), lgf_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct NewtonCg {
    options: NewtonCgOptions,
    /// Gradients enter times this power of two, so that their squares stay in the range of a double.
    scale: f64,
    probe: Vec<f64>,
    residual: Vec<f64>,
    direction: Vec<f64>,
    /// Squared length of the residual, and that at which it has converged.
    square: f64,
    goal: f64,
    /// Largest `|Hv| / |v|` so far: curvature below rounding of it counts as none.
    stiffness: f64,
    open: bool,
    report: NewtonCgReport,
}

impl NewtonCg {
    /// Conjugate gradients with these options.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option.
    pub fn new(options: &NewtonCgOptions) -> Result<Self> {
        options.check("")?;
        Ok(Self {
            options: options.clone(),
            scale: 1.0,
            probe: Vec::new(),
            residual: Vec::new(),
            direction: Vec::new(),
            square: 0.0,
            goal: 0.0,
            stiffness: 0.0,
            open: false,
            report: NewtonCgReport::default(),
        })
    }

    /// Starts with a gradient; what was under way is forgotten. A gradient of zeros needs no product.
    ///
    /// # Errors
    /// [`Error::Shape`] and [`Error::NonFinite`] naming `gradient`; nothing changes then.
    pub fn begin(&mut self, gradient: &[f64]) -> Result<()> {
        check_gradient(gradient)?;
        // Of the smallest numbers the inverse itself would overflow.
        self.scale = (-peak(gradient).log2().floor()).clamp(-1000.0, 1000.0).exp2();
        self.residual.clear();
        self.residual.extend(gradient.iter().map(|g| g * self.scale));
        self.probe.clone_from(&self.residual);
        self.direction.clear();
        self.direction.resize(gradient.len(), 0.0);
        self.square = dot(&self.residual, &self.residual);
        // Squares below the normal numbers are noise.
        self.goal = (self.square * self.options.tolerance * self.options.tolerance).max(f64::MIN_POSITIVE);
        self.stiffness = 0.0;
        self.report = NewtonCgReport {
            converged: self.square == 0.0,
            ..Default::default()
        };
        self.open = !self.report.converged;
        Ok(())
    }

    /// The vector whose product with the Hessian is wanted; nothing when the direction is ready.
    pub fn probe(&self) -> Option<&[f64]> {
        self.open.then_some(&*self.probe)
    }

    /// The product of the Hessian with the probe.
    ///
    /// # Errors
    /// [`Error::State`] if none is wanted; [`Error::Shape`] and [`Error::NonFinite`] naming `product`: nothing changes then. `direction`
    /// where its entries exceed the range of a double.
    pub fn tell(&mut self, product: &[f64]) -> Result<()> {
        if !self.open {
            return Err(Error::state("product", "no product is wanted: begin first"));
        }
        require_length("product", product.len(), self.probe.len())?;
        require_finite("product", product)?;
        let (probe, damping) = (&self.probe, self.options.damping);
        let length = dot(probe, probe);
        // The damping takes part in the curvature, not in a copy of the product.
        let curvature = dot(probe, product) + damping * length;
        require_finite("product", &[curvature])?;
        self.report.iterations += 1;
        self.stiffness = self.stiffness.max(peak(product) / peak(probe) + damping);
        let rounding = f64::EPSILON * self.stiffness * length;
        let descent = self.square / curvature;
        if curvature <= rounding || !descent.is_finite() {
            self.report.negative_curvature = true;
            if self.report.iterations == 1 {
                self.direction.copy_from_slice(&self.residual);
            }
            return self.end();
        }
        for (i, p) in self.direction.iter_mut().enumerate() {
            *p += descent * self.probe[i];
            self.residual[i] -= descent * (product[i] + damping * self.probe[i]);
        }
        let square = dot(&self.residual, &self.residual);
        let kept = square / self.square;
        self.square = square;
        self.report.converged = square <= self.goal;
        let most = self.options.max_iterations.unwrap_or((2 * self.probe.len()).max(20));
        if self.report.converged || self.report.iterations >= most {
            return self.end();
        }
        self.probe.iter_mut().zip(&self.residual).for_each(|(v, r)| *v = r + kept * *v);
        Ok(())
    }

    /// The direction, once no product is wanted any more; before that, how far it is, in a scale of its own.
    pub fn direction(&self) -> &[f64] {
        &self.direction
    }

    /// How it ended, or how far it is.
    pub fn report(&self) -> NewtonCgReport {
        self.report
    }

    fn end(&mut self) -> Result<()> {
        self.open = false;
        self.direction.iter_mut().for_each(|p| *p /= self.scale);
        require_finite("direction", &self.direction)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn peak(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |most, v| most.max(v.abs()))
}

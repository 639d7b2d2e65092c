//! Newton directions from the Hessian.
use super::{Curvature, Indefinite, check_gradient};
use crate::error::{Error, Result, require_finite};
use crate::library::{MAX_ENTRIES, matrix_finite};
use crate::linalg::{Cholesky, SymmetricEvd, shaped, tame, view};
use crate::param::{Domain, Options, options};
use faer::{ColRef, MatRef};

options! {
    /// Newton directions from the Hessian.
    pub struct NewtonOptions as "NewtonOptions" {
        /// Added to the diagonal of the Hessian, or to the absolute values of its eigenvalues where those are taken: the direction then is no
        /// longer than the gradient divided by it.
        damping: f64 = 0.0, Domain::NonNegative;
        /// Where the Hessian is not positive definite: `'absolute'` takes its eigenvalues without their signs, so that the direction always
        /// descends; `'plain'` is `H^-1 g` itself, which is attracted by saddles and maxima too and which damping can make longer.
        indefinite: Indefinite = Indefinite::Absolute, Domain::OfType;
    }
}

/// What was found of a Hessian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewtonReport {
    /// Signs of the eigenvalues of `H`, without damping.
    pub curvature: Curvature,
    /// Eigenvalues that took part, of the damped matrix; the others were zero up to rounding.
    pub rank: usize,
}

/// Result of [`newton_direction`].
#[derive(Debug, Clone, PartialEq)]
pub struct NewtonDirection {
    /// `p`, length d; descent is `a <- a - lr p`.
    pub direction: Vec<f64>,
    /// What was found of the Hessian.
    pub report: NewtonReport,
}

/// The Newton direction of one gradient and Hessian; see [`NewtonSolver`] for many.
///
/// # Shapes
/// `gradient` d, `hessian` d×d.
/// # Errors
/// As [`NewtonSolver::new`] and [`NewtonSolver::solve`].
/// # Examples
/// ```
/// use faer::mat;
/// use lgf_core::newton::{Curvature, NewtonOptions, newton_direction};
/// let saddle = mat![[2.0, 0.0], [0.0, -4.0]];
/// let newton = newton_direction(&[2.0, 4.0], saddle.as_ref(), &NewtonOptions::default())?;
/// assert_eq!((newton.direction, newton.report.curvature), (vec![1.0, 1.0], Curvature::Indefinite));
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn newton_direction(gradient: &[f64], hessian: MatRef<'_, f64>, options: &NewtonOptions) -> Result<NewtonDirection> {
    let mut solver = NewtonSolver::new(options)?;
    let report = solver.solve(gradient, hessian)?;
    let direction = solver.direction;
    Ok(NewtonDirection { direction, report })
}

/// Makes Newton directions `p = H^-1 g`; buffers only grow, so that a warm solve allocates nothing.
///
/// A positive definite Hessian is solved by Cholesky. Any other one is decomposed, and with [`Indefinite::Absolute`] its eigenvalues lose
/// their signs, so that `g'p > 0`. Eigenvalues of at most `d eps` times the largest are left out: the solution of smallest norm. Where all
/// are, there is no curvature to go by and the direction is the gradient.
/// # Cost
/// `d^3 / 3` flops for a positive definite Hessian, tens of times as many for the eigenvalues of another.
/// # Source
/// Dauphin et al. 2014, "Identifying and attacking the saddle point problem", arXiv 1406.2572.
#[derive(Clone)]
pub struct NewtonSolver {
    options: NewtonOptions,
    matrix: Vec<f64>,
    cholesky: Cholesky,
    eigen: SymmetricEvd,
    direction: Vec<f64>,
}

impl NewtonSolver {
    /// Directions with these options.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option.
    pub fn new(options: &NewtonOptions) -> Result<Self> {
        options.check("")?;
        Ok(Self {
            options: options.clone(),
            matrix: Vec::new(),
            cholesky: Cholesky::default(),
            eigen: SymmetricEvd::default(),
            direction: Vec::new(),
        })
    }

    /// Refuses a number of variables whose Hessian fits into no memory.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `dimension`.
    pub fn reserve(&mut self, dimension: usize) -> Result<()> {
        let size = dimension.checked_mul(dimension).filter(|&size| size <= MAX_ENTRIES);
        match size.map(|size| self.matrix.try_reserve(size.saturating_sub(self.matrix.len()))) {
            Some(Ok(())) => Ok(()),
            _ => {
                let domain = "fewer variables, whose Hessian fits into the memory; or products with the Hessian, which need none";
                Err(Error::argument_error("dimension", dimension, domain))
            }
        }
    }

    /// Makes the direction, to be read by [`NewtonSolver::direction`]. Of the Hessian the symmetric part `(H + H') / 2` counts.
    ///
    /// # Errors
    /// [`Error::Shape`] and [`Error::NonFinite`] naming `gradient` or `hessian`; `direction` where its entries exceed the range of a double.
    pub fn solve(&mut self, gradient: &[f64], hessian: MatRef<'_, f64>) -> Result<NewtonReport> {
        check_gradient(gradient)?;
        let d = gradient.len();
        if hessian.shape() != (d, d) {
            let (rows, columns) = hessian.shape();
            return Err(Error::shape(
                "hessian",
                format!("{rows}×{columns}"),
                format!("{d}×{d}, as gradient has {d} entries"),
            ));
        }
        self.reserve(d)?;
        matrix_finite("hessian", hessian)?;
        self.direction.clear();
        self.direction.extend_from_slice(gradient);
        let scale = self.load(hessian);
        let damping = self.options.damping * scale;
        // What rounding makes of zero; the Frobenius norm is an upper bound of the largest eigenvalue.
        let cut = f64::EPSILON * d as f64 * view(&self.matrix, d, d).norm_l2();
        let report = match self.positive(gradient, damping, cut) {
            Some(report) => report,
            None => self.any(gradient, damping)?,
        };
        if report.rank > 0 {
            self.direction.iter_mut().for_each(|p| *p *= scale);
        }
        require_finite("direction", &self.direction)?;
        Ok(report)
    }

    /// The last direction, length d.
    pub fn direction(&self) -> &[f64] {
        &self.direction
    }

    /// The symmetric part, scaled so that its squares stay in the range of a double; the scale.
    fn load(&mut self, hessian: MatRef<'_, f64>) -> f64 {
        let d = hessian.nrows();
        let scale = tame(hessian.norm_max().max(self.options.damping));
        let mut matrix = shaped(&mut self.matrix, d, d);
        for j in 0..d {
            for i in 0..=j {
                // Scaled first: the sum could overflow.
                let mean = 0.5 * (hessian[(i, j)] * scale) + 0.5 * (hessian[(j, i)] * scale);
                (matrix[(i, j)], matrix[(j, i)]) = (mean, mean);
            }
        }
        scale
    }

    /// The direction in place of the gradient by Cholesky; nothing if the Hessian is not positive definite beyond doubt.
    fn positive(&mut self, gradient: &[f64], damping: f64, cut: f64) -> Option<NewtonReport> {
        let d = gradient.len();
        let matrix = view(&self.matrix, d, d);
        if damping > 0.0 {
            // Damping must not hide negative eigenvalues; those that rounding makes of zero may hide.
            self.cholesky.compute(matrix, cut)?;
        }
        self.cholesky.compute(matrix, damping).filter(|&pivot| pivot > cut)?;
        self.cholesky.solve(&mut self.direction);
        // Pivots can overlook a tiny eigenvalue. The direction is longer then than any eigenvalue above the cut could make it.
        let [p, g] = [&self.direction, gradient].map(|v| ColRef::from_slice(v).norm_l2());
        (p * cut <= g).then_some(NewtonReport {
            curvature: Curvature::Positive,
            rank: d,
        })
    }

    /// The direction by eigenvalues.
    fn any(&mut self, gradient: &[f64], damping: f64) -> Result<NewtonReport> {
        let d = gradient.len();
        let indefinite = self.options.indefinite;
        let damped = |s: f64| match indefinite {
            Indefinite::Absolute => s.abs() + damping,
            Indefinite::Plain => s + damping,
        };
        let values = self.eigen.compute(view(&self.matrix, d, d))?;
        let cut_of = |size: &dyn Fn(f64) -> f64| f64::EPSILON * d as f64 * values.iter().fold(0.0, |most: f64, &s| most.max(size(s)));
        let (zero, cut) = (cut_of(&f64::abs), cut_of(&|s| damped(s).abs()));
        let negative = values.iter().any(|&s| s < -zero);
        let rank = values.iter().filter(|&&s| damped(s).abs() > cut).count();
        self.direction.copy_from_slice(gradient);
        if rank > 0 {
            let inverse = |s: f64| if damped(s).abs() > cut { 1.0 / damped(s) } else { 0.0 };
            self.eigen.apply(inverse, gradient, &mut self.direction);
        }
        Ok(NewtonReport {
            curvature: if negative { Curvature::Indefinite } else { Curvature::Positive },
            rank,
        })
    }
}

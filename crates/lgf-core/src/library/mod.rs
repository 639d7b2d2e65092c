//! Stage 3: the feature library, `states -> features`.
mod block;
mod monomial;

use block::evaluate_to_rows;
pub(crate) use block::{STRIP, evaluate_to_columns, fill_strip, inputs_of};
pub(crate) use monomial::MAX_ENTRIES;
pub use monomial::MonomialBasis;

use crate::error::{Error, Result, require_length};
use crate::linalg::{ThinSvd, multiply, shaped, view};
use crate::parallel::is_worth;
use crate::param::{Domain, Options, options};
use faer::{Mat, MatMut, MatRef};

options! {
    /// Monomials of the inputs.
    pub struct FeatureOptions as "FeatureOptions" {
        /// Highest degree of the monomials.
        poly_order: usize = 1, Domain::Within(0, 64);
        /// Whether the constant is a feature.
        include_bias: bool = true, Domain::OfType;
    }
}

options! {
    /// A polynomial feature library.
    pub struct LibraryOptions as "LibraryOptions" {
        /// Number of inputs `d`.
        dimension: usize = 0, Domain::AtLeast(1);
        /// Highest degree of the monomials.
        poly_order: usize = 1, Domain::Within(0, 64);
        /// Whether the constant is a feature.
        include_bias: bool = true, Domain::OfType;
        /// Whether the features are made orthonormal on the states given to `fit`.
        orthonormal: bool = false, Domain::OfType;
        /// Orthonormal features whose singular value is at most this fraction of the largest are dropped.
        rcond: f64 = 1e-12, Domain::Fraction;
    }
}

/// Monomials of every row of `states` (n×d): features n×P, graded, inside a degree lexicographic.
///
/// # Errors
/// `states` non-finite or without columns; `polyOrder` too large for memory.
/// # Cost
/// One multiplication a feature.
/// # Examples
/// ```
/// use faer::mat;
/// use lgf_core::library::{FeatureOptions, polynomial_features};
/// let features = polynomial_features(mat![[2.0, 3.0]].as_ref(), &FeatureOptions { poly_order: 2, include_bias: true })?;
/// assert_eq!(features, mat![[1.0, 2.0, 3.0, 4.0, 6.0, 9.0]]);
/// # Ok::<(), lgf_core::Error>(())
/// ```
pub fn polynomial_features(states: MatRef<'_, f64>, options: &FeatureOptions) -> Result<Mat<f64>> {
    monomial_library(states, options)?.transform(states)
}

/// The library whose features [`polynomial_features`] gives.
///
/// # Errors
/// As there, but for entries that are not finite, which [`PolynomialLibrary::transform`] looks for.
pub fn monomial_library(states: MatRef<'_, f64>, options: &FeatureOptions) -> Result<PolynomialLibrary> {
    options.check("")?;
    let basis = MonomialBasis::new(non_empty("states", states)?, options.poly_order, options.include_bias, "polyOrder")?;
    require_entries("polyOrder", options.poly_order, states.nrows(), basis.len())?;
    Ok(PolynomialLibrary::from_basis(basis, None))
}

/// Whether every entry is finite, on all threads where there are many.
fn all_finite(a: MatRef<'_, f64>) -> bool {
    let (n, m) = a.shape();
    if is_worth(n * m / 4) && n > 1 {
        let (above, below) = a.split_at_row(n / 2);
        let (above, below) = rayon::join(|| all_finite(above), || all_finite(below));
        return above && below;
    }
    // No way out of the loop before its end: that makes it one of full registers.
    let finite = |line: &[f64]| line.iter().fold(true, |finite, v| finite & v.is_finite());
    if let Some(rows) = a.transpose().try_as_col_major() {
        (0..n).all(|i| finite(rows.col(i).as_slice()))
    } else if let Some(columns) = a.try_as_col_major() {
        (0..m).all(|j| finite(columns.col(j).as_slice()))
    } else {
        a.col_iter().all(|column| column.iter().all(|v| v.is_finite()))
    }
}

/// Refuses non-finite entries of a matrix; the index is row-major.
pub(crate) fn matrix_finite(name: &str, a: MatRef<'_, f64>) -> Result<()> {
    if all_finite(a) {
        return Ok(());
    }
    for i in 0..a.nrows() {
        for j in 0..a.ncols() {
            if !a[(i, j)].is_finite() {
                return Err(Error::NonFinite {
                    name: name.into(),
                    index: i * a.ncols() + j,
                    value: a[(i, j)],
                });
            }
        }
    }
    Ok(())
}

/// Number of columns, or an error for a matrix with none.
pub(crate) fn non_empty(name: &str, a: MatRef<'_, f64>) -> Result<usize> {
    if a.nrows() > 0 && a.ncols() > 0 {
        Ok(a.ncols())
    } else {
        Err(Error::shape(name, format!("{}×{}", a.nrows(), a.ncols()), "at least 1×1"))
    }
}

/// Refuses an order whose table of features would not fit into memory.
pub(crate) fn require_entries(name: &str, order: usize, rows: usize, columns: usize) -> Result<()> {
    match rows.checked_mul(columns) {
        Some(size) if size <= MAX_ENTRIES => Ok(()),
        _ => Err(Error::argument_error(
            name,
            order,
            format!("an order that makes at most {MAX_ENTRIES} table entries; this one needs {rows}×{columns}"),
        )),
    }
}

/// Features of a state: monomials, or linear combinations of them that are orthonormal on the training rows.
///
/// With `orthonormal`, `Theta = U S V'` on the training rows and the features are `Theta V_k / s_k` for every `s_k > rcond s_1`; the
/// transform stays as it was fitted.
///
/// # Examples
/// ```
/// use faer::mat;
/// use lgf_core::library::{LibraryOptions, PolynomialLibrary};
/// let mut library = PolynomialLibrary::new(&LibraryOptions { dimension: 2, orthonormal: true, ..Default::default() })?;
/// let states = mat![[0.0, 1.0], [1.0, 0.5], [2.0, 0.0], [3.0, -0.5]]; // a line: the three features span two directions only
/// library.fit(states.as_ref())?;
/// assert_eq!((library.feature_count(), library.dropped()), (2, 1));
/// # Ok::<(), lgf_core::Error>(())
/// ```
#[derive(Clone)]
pub struct PolynomialLibrary {
    basis: MonomialBasis,
    orthonormal: Option<Orthonormal>,
}

/// The transform of orthonormal features, P×k column-major.
#[derive(Clone, Default)]
pub(crate) struct Orthonormal {
    rcond: f64,
    kept: Option<usize>,
    transform: Vec<f64>,
    svd: ThinSvd,
}

impl PolynomialLibrary {
    /// A library, fitted at once unless it is orthonormal.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the option.
    pub fn new(options: &LibraryOptions) -> Result<Self> {
        options.check("")?;
        let basis = MonomialBasis::new(options.dimension, options.poly_order, options.include_bias, "polyOrder")?;
        Ok(Self::from_basis(basis, options.orthonormal.then_some(options.rcond)))
    }

    pub(crate) fn from_basis(basis: MonomialBasis, orthonormal: Option<f64>) -> Self {
        Self {
            basis,
            orthonormal: orthonormal.map(|rcond| Orthonormal {
                rcond,
                ..Default::default()
            }),
        }
    }

    /// The same kind of library of other monomials, not fitted.
    pub(crate) fn with_basis(&self, basis: MonomialBasis) -> Self {
        Self::from_basis(basis, self.orthonormal.as_ref().map(|o| o.rcond))
    }

    /// Takes a transform (P×k, column-major) for the one of a fit; whether it is one of this library.
    pub(crate) fn adopt_transform(&mut self, transform: Option<Vec<f64>>) -> bool {
        let p = self.basis.len();
        match (&mut self.orthonormal, transform) {
            (None, None) => true,
            (Some(o), Some(transform)) if transform.len().is_multiple_of(p) && transform.len() <= p * p => {
                (o.kept, o.transform) = (Some(transform.len() / p), transform);
                true
            }
            _ => false,
        }
    }

    /// A library whose transform (P×k, column-major) is known already.
    pub(crate) fn with_transform(basis: MonomialBasis, transform: Vec<f64>) -> Self {
        let kept = Some(transform.len() / basis.len());
        Self {
            basis,
            orthonormal: Some(Orthonormal {
                kept,
                transform,
                ..Default::default()
            }),
        }
    }

    /// The monomials.
    pub fn basis(&self) -> &MonomialBasis {
        &self.basis
    }

    /// Number of features; before the fit of an orthonormal library, of its monomials.
    pub fn feature_count(&self) -> usize {
        self.orthonormal.as_ref().and_then(|o| o.kept).unwrap_or(self.basis.len())
    }

    /// Number of directions that the last fit found too small and dropped.
    pub fn dropped(&self) -> usize {
        self.basis.len() - self.feature_count()
    }

    /// Whether features can be computed: an orthonormal library needs a fit first.
    pub fn is_fitted(&self) -> bool {
        self.orthonormal.as_ref().is_none_or(|o| o.kept.is_some())
    }

    /// The transform of an orthonormal library once fitted, P×k.
    pub fn transform_matrix(&self) -> Option<MatRef<'_, f64>> {
        let o = self.orthonormal.as_ref()?;
        o.kept.map(|k| view(&o.transform, self.basis.len(), k))
    }

    /// Names of the features: monomials, or `q1 ... qk` of an orthonormal library.
    ///
    /// # Errors
    /// `inputs` must have length `d`.
    pub fn names(&self, inputs: &[String]) -> Result<Vec<String>> {
        require_length("inputs", inputs.len(), self.basis.dimension())?;
        Ok(match &self.orthonormal {
            None => self.basis.names(inputs),
            Some(_) => (1..=self.feature_count()).map(|i| format!("q{i}")).collect(),
        })
    }

    /// Fits the orthonormal transform to rows of states (n×d); does nothing but check them otherwise.
    ///
    /// # Errors
    /// `states` of the wrong width, empty, or non-finite.
    pub fn fit(&mut self, states: MatRef<'_, f64>) -> Result<()> {
        self.check_states(states)?;
        if self.orthonormal.is_some() {
            require_entries("polyOrder", self.basis.order(), states.nrows(), self.basis.len())?;
            let mut theta = Mat::zeros(states.nrows(), self.basis.len());
            evaluate_to_columns(&self.basis, states, &mut Vec::new(), theta.as_mut());
            matrix_finite("states", theta.as_ref())?;
            self.fit_monomials(theta.as_ref())?;
        }
        Ok(())
    }

    /// The same from monomials that are there already.
    pub(crate) fn fit_monomials(&mut self, theta: MatRef<'_, f64>) -> Result<()> {
        let Some(o) = &mut self.orthonormal else { return Ok(()) };
        o.svd.compute(theta)?;
        let kept = o.svd.rank(o.rcond);
        let p = theta.ncols();
        let mut transform = shaped(&mut o.transform, p, kept);
        for (k, &s) in o.svd.s()[..kept].iter().enumerate() {
            for i in 0..p {
                transform[(i, k)] = o.svd.v()[(i, k)] / s;
            }
        }
        o.kept = Some(kept);
        Ok(())
    }

    /// Features of every row of states (n×d).
    ///
    /// # Errors
    /// As [`PolynomialLibrary::fit`], and [`Error::State`] before the fit of an orthonormal library.
    pub fn transform(&self, states: MatRef<'_, f64>) -> Result<Mat<f64>> {
        let (n, k) = self.check_transform(states)?;
        let mut out = Mat::zeros(n, k);
        match self.transform_matrix() {
            None => evaluate_to_columns(&self.basis, states, &mut Vec::new(), out.as_mut()),
            Some(transform) => {
                let mut theta = Mat::zeros(n, self.basis.len());
                evaluate_to_columns(&self.basis, states, &mut Vec::new(), theta.as_mut());
                multiply(out.as_mut(), theta.as_ref(), transform);
            }
        }
        Ok(out)
    }

    /// Shape of the features of these states, n×k, if they can be computed.
    ///
    /// # Errors
    /// As [`PolynomialLibrary::transform`].
    pub fn check_transform(&self, states: MatRef<'_, f64>) -> Result<(usize, usize)> {
        self.check_states(states)?;
        if !self.is_fitted() {
            return Err(Error::state(
                "transform",
                "an orthonormal library must be fitted first: call fit(states)",
            ));
        }
        require_entries("polyOrder", self.basis.order(), states.nrows(), self.basis.len())?;
        Ok((states.nrows(), self.feature_count()))
    }

    /// Features of every row of states (n×d), written to `out` row after row.
    ///
    /// # Errors
    /// As [`PolynomialLibrary::transform`]; [`Error::Shape`] unless `out` has n k entries.
    /// # Cost
    /// One multiplication a feature, on all threads: the time is that of writing them. Nothing of the size of the result is made beside it.
    pub fn transform_into(&self, states: MatRef<'_, f64>, out: &mut [f64]) -> Result<()> {
        let (n, k) = self.check_transform(states)?;
        require_length("out", out.len(), n * k)?;
        let Some(transform) = self.transform_matrix().filter(|_| k > 0) else {
            evaluate_to_rows(&self.basis, states, out);
            return Ok(());
        };
        let (rows, mut room) = (1024, Vec::new());
        let mut theta = Mat::zeros(rows.min(n), self.basis.len());
        for (i, out) in out.chunks_mut(rows * k).enumerate() {
            let count = out.len() / k;
            let mut theta = theta.as_mut().subrows_mut(0, count);
            evaluate_to_columns(&self.basis, states.subrows(i * rows, count), &mut room, theta.as_mut());
            multiply(MatMut::from_row_major_slice_mut(out, count, k), theta.as_ref(), transform);
        }
        Ok(())
    }

    fn check_states(&self, states: MatRef<'_, f64>) -> Result<()> {
        let columns = non_empty("states", states)?;
        if columns != self.basis.dimension() {
            return Err(Error::shape(
                "states",
                format!("{}×{columns}", states.nrows()),
                format!("n×{}", self.basis.dimension()),
            ));
        }
        matrix_finite("states", states)
    }

    /// Features of one point. `monomials` has room for P, `out` for [`PolynomialLibrary::feature_count`] numbers.
    pub(crate) fn evaluate(&self, x: &[f64], monomials: &mut [f64], out: &mut [f64]) {
        match self.transform_matrix() {
            None => self.basis.evaluate(x, out),
            Some(transform) => {
                self.basis.evaluate(x, monomials);
                for (out, column) in out.iter_mut().zip(transform.col_iter()) {
                    *out = column.iter().zip(monomials.iter()).map(|(t, m)| t * m).sum();
                }
            }
        }
    }
}

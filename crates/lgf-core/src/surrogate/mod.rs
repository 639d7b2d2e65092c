//! Stage 4: the learned flow.
mod factored;
mod flow;
mod modes;
mod terms;

pub(crate) use factored::Factored;
pub(crate) use flow::{Frame, ReducedFlow};
pub(crate) use modes::Modes;
use terms::Terms;

use crate::error::{Error, Result, require_finite, require_length};
use crate::integrate::{IntervalOptions, OdeOptions, Solution, integrate};
use crate::library::{MonomialBasis, PolynomialLibrary};
use crate::linalg::view;
use crate::regress::RegressReport;
use faer::{Mat, MatRef};
use serde::{Deserialize, Serialize};

/// What a fit was made of and how well it went.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FitReport {
    /// Rows of the regression.
    pub samples: usize,
    /// Features, after orthonormalisation.
    pub features: usize,
    /// Features that orthonormalisation found dependent and dropped.
    pub dropped: usize,
    /// Rank, condition, iterations.
    pub regress: RegressReport,
    /// `|regression * coefficients - target| / |target|` in the Frobenius norm; 0 for a zero target that is met.
    pub residual: f64,
    /// Share of the squared singular values of the snapshots that the modes carry; none in the full space.
    pub energy: Option<f64>,
}

/// How a model knows its coefficients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Form {
    /// One by one, features times targets, row-major: those of one feature lie side by side.
    Explicit(Vec<f64>),
    /// By the few rows that span those of a wide regression.
    Factored(Factored),
}

impl Form {
    /// Room for coefficients one by one, with the memory that is there.
    pub fn explicit(&mut self) -> &mut Vec<f64> {
        if !matches!(self, Self::Explicit(_)) {
            *self = Self::Explicit(Vec::new());
        }
        match self {
            Self::Explicit(coefficients) => coefficients,
            Self::Factored(_) => unreachable!("made explicit above"),
        }
    }

    /// Room for factors, with the memory that is there.
    pub fn factored(&mut self) -> &mut Factored {
        if !matches!(self, Self::Factored(_)) {
            *self = Self::Factored(Factored::default());
        }
        match self {
            Self::Factored(factored) => factored,
            Self::Explicit(_) => unreachable!("made factored above"),
        }
    }

    /// Refuses coefficients that are beyond the range of doubles, as those of features of 1e-310 are.
    pub fn require_finite(&self) -> Result<()> {
        match self {
            Self::Explicit(coefficients) => require_finite("coefficients", coefficients),
            Self::Factored(factored) => factored.numbers().try_for_each(|numbers| require_finite("coefficients", numbers)),
        }
    }

    /// Whether this is the form of a model of so many monomials and targets.
    fn fits(&self, monomials: usize, targets: usize) -> bool {
        match self {
            Self::Explicit(coefficients) => monomials.checked_mul(targets) == Some(coefficients.len()),
            Self::Factored(factored) => factored.fits(monomials, targets),
        }
    }
}

/// A polynomial vector field `f(x) = Theta(x) Xi`, in the full space or, `f(x) = U Theta(U'x) Xi`, in the span of modes.
#[derive(Clone)]
pub struct Model {
    pub(crate) library: PolynomialLibrary,
    pub(crate) form: Form,
    pub(crate) modes: Option<Modes>,
    pub(crate) report: Option<FitReport>,
}

/// What makes a model, beside the options that it was fitted with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ModelState {
    inputs: usize,
    form: Form,
    transform: Option<Vec<f64>>,
    modes: Option<Vec<f64>>,
    report: Option<FitReport>,
}

impl ModelState {
    pub fn inputs(&self) -> usize {
        self.inputs
    }
}

/// Room for one evaluation of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Room {
    monomials: Vec<f64>,
    features: Vec<f64>,
    /// Of factored coefficients: the coordinates of a point, and sums of blocks.
    coordinates: Vec<f64>,
    partial: Vec<f64>,
}

impl Model {
    /// A model of known coefficients, one row of r numbers a feature: monomials, or the k columns of `transform` (P×k column-major).
    /// `modes` d×r column-major in a reduced space.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::NonFinite`] naming `coefficients`, `transform` or `modes`.
    pub fn new(basis: MonomialBasis, transform: Option<Vec<f64>>, coefficients: Vec<f64>, modes: Option<Vec<f64>>) -> Result<Self> {
        let r = basis.dimension();
        if let Some(t) = &transform {
            require_finite("transform", t)?;
            if t.len() % basis.len() != 0 {
                return Err(Error::shape("transform", t.len(), format!("a multiple of {}", basis.len())));
            }
        }
        let library = match transform {
            None => PolynomialLibrary::from_basis(basis, None),
            Some(transform) => PolynomialLibrary::with_transform(basis, transform),
        };
        require_length("coefficients", coefficients.len(), library.feature_count() * r)?;
        require_finite("coefficients", &coefficients)?;
        let modes = match modes {
            None => None,
            Some(u) if u.len() % r == 0 && u.len() >= r => {
                require_finite("modes", &u)?;
                Some(Modes {
                    dimension: u.len() / r,
                    rank: r,
                    u,
                })
            }
            Some(u) => return Err(Error::shape("modes", u.len(), format!("a multiple of {r}"))),
        };
        Ok(Self {
            library,
            form: Form::Explicit(coefficients),
            modes,
            report: None,
        })
    }

    pub(crate) fn state(&self) -> ModelState {
        ModelState {
            inputs: self.inputs(),
            form: self.form.clone(),
            transform: self
                .transform()
                .map(|t| t.col_iter().flat_map(|c| c.iter().copied().collect::<Vec<_>>()).collect()),
            modes: self.modes.as_ref().map(|modes| modes.u.clone()),
            report: self.report,
        }
    }

    /// Becomes the model of a state that one with the same options had; whether that fits.
    pub(crate) fn adopt(&mut self, state: ModelState) -> bool {
        let (order, bias) = (self.basis().order(), self.basis().has_bias());
        if state.inputs == 0 || state.inputs > self.dimension() || state.modes.is_some() != self.modes.is_some() {
            return false;
        }
        if state.inputs != self.inputs() {
            let Ok(basis) = MonomialBasis::new(state.inputs, order, bias, "model.polyOrder") else {
                return false;
            };
            self.library = self.library.with_basis(basis);
        }
        let p = self.basis().len();
        if let (Some(modes), Some(u)) = (&mut self.modes, state.modes) {
            if u.len() != modes.dimension * state.inputs {
                return false;
            }
            (modes.u, modes.rank) = (u, state.inputs);
        }
        let fits = state.form.fits(p, self.inputs()) && self.library.adopt_transform(state.transform);
        (self.form, self.report) = (state.form, state.report);
        fits && self.modes.as_ref().is_none_or(|modes| modes.rank == self.inputs())
    }

    /// Number of variables `d` of the space that the flow lives in.
    pub fn dimension(&self) -> usize {
        self.modes.as_ref().map_or(self.inputs(), |modes| modes.dimension)
    }

    /// Number of inputs of the polynomial: `d`, or `r` modes.
    pub fn inputs(&self) -> usize {
        self.library.basis().dimension()
    }

    /// The monomials.
    pub fn basis(&self) -> &MonomialBasis {
        self.library.basis()
    }

    /// The transform of orthonormal features, P×k, where the model has them.
    pub fn transform(&self) -> Option<MatRef<'_, f64>> {
        self.library.transform_matrix()
    }

    /// The modes, d×r, of a reduced model.
    pub fn modes(&self) -> Option<MatRef<'_, f64>> {
        self.modes.as_ref().map(|m| view(&m.u, m.dimension, m.rank))
    }

    /// What the fit reported; nothing for a model of given coefficients.
    pub fn report(&self) -> Option<FitReport> {
        self.report
    }

    /// Coefficients of the features as fitted (of the orthonormal ones where there are such), k×r.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `coefficients` where they would not fit into memory.
    pub fn feature_coefficients(&self) -> Result<Mat<f64>> {
        let (k, r) = (self.library.feature_count(), self.inputs());
        match &self.form {
            Form::Explicit(coefficients) => Ok(MatRef::from_row_major_slice(&coefficients[..k * r], k, r).to_owned()),
            Form::Factored(factored) => factored.coefficients(),
        }
    }

    /// Coefficients of the monomials, P×r.
    ///
    /// # Errors
    /// As [`Model::feature_coefficients`].
    pub fn coefficients(&self) -> Result<Mat<f64>> {
        let of_features = self.feature_coefficients()?;
        Ok(match self.transform() {
            None => of_features,
            Some(transform) => transform * of_features,
        })
    }

    /// Names of the inputs: `x1 ... xd`, or `z1 ... zr` in a reduced space.
    pub fn input_names(&self) -> Vec<String> {
        let letter = if self.modes.is_some() { 'z' } else { 'x' };
        (1..=self.inputs()).map(|i| format!("{letter}{i}")).collect()
    }

    /// `f(x)` in the full space.
    ///
    /// # Errors
    /// `x` of a length other than d, or non-finite.
    pub fn derivative(&self, x: &[f64]) -> Result<Vec<f64>> {
        require_length("x", x.len(), self.dimension())?;
        require_finite("x", x)?;
        let mut room = Room::default();
        room.fit(self);
        let mut out = vec![0.0; x.len()];
        match &self.modes {
            None => self.evaluate(x, &mut room, &mut out),
            Some(modes) => {
                let (mut z, mut dz) = (vec![0.0; modes.rank], vec![0.0; modes.rank]);
                modes.project(x, &mut z);
                self.evaluate(&z, &mut room, &mut dz);
                modes.lift(&vec![0.0; x.len()], dz.into_iter(), &mut out);
            }
        }
        Ok(out)
    }

    /// Follows the learned flow from `start`; in a reduced space the part of `start` outside of the modes stays as it is. Of a sparse model only
    /// the terms that it has are computed.
    ///
    /// # Errors
    /// As [`integrate`].
    pub fn integrate(&self, start: &[f64], over: &IntervalOptions, ode: &OdeOptions) -> Result<Solution> {
        let Some(modes) = &self.modes else {
            return self.integrate_reduced(start, over, ode);
        };
        require_length("start", start.len(), modes.dimension)?;
        require_finite("start", start)?;
        let mut z = vec![0.0; modes.rank];
        modes.project(start, &mut z);
        let mut solution = self.integrate_reduced(&z, over, ode)?;
        let mut lifted = vec![0.0; solution.times.len() * modes.dimension];
        for (row, reduced) in lifted
            .chunks_exact_mut(modes.dimension)
            .zip(solution.states.chunks_exact(modes.rank))
        {
            modes.lift(start, reduced.iter().zip(&z).map(|(end, begin)| end - begin), row);
        }
        solution.states = lifted;
        Ok(solution)
    }

    /// The same in the coordinates of the polynomial.
    fn integrate_reduced(&self, start: &[f64], over: &IntervalOptions, ode: &OdeOptions) -> Result<Solution> {
        match Terms::of(self) {
            Some(mut terms) => integrate(&mut terms, start, over, ode),
            None => integrate(&mut ReducedFlow::new(self, &mut Room::default()), start, over, ode),
        }
    }

    /// `f` in the coordinates of the polynomial.
    pub(crate) fn evaluate(&self, z: &[f64], room: &mut Room, out: &mut [f64]) {
        let k = self.library.feature_count();
        let Room {
            monomials,
            features,
            coordinates,
            partial,
        } = room;
        self.library.evaluate(z, monomials, &mut features[..k]);
        let features = &features[..k];
        match &self.form {
            Form::Factored(factored) => factored.evaluate(features, coordinates, partial, out),
            Form::Explicit(coefficients) => {
                out.fill(0.0);
                for (feature, row) in features.iter().zip(coefficients.chunks_exact(out.len())) {
                    for (out, c) in out.iter_mut().zip(row) {
                        *out += feature * c;
                    }
                }
            }
        }
    }
}

impl Room {
    pub(crate) fn fit(&mut self, model: &Model) {
        // Largest counts that any fit of this model can have, so that a warm evaluation allocates nothing.
        self.monomials.resize(model.basis().len(), 0.0);
        self.features.resize(model.basis().len(), 0.0);
    }
}

//! Stage 4: the learned flow.
mod factored;
mod flow;
mod form;
mod kernel;
mod modes;
mod terms;

pub(crate) use factored::Factored;
pub(crate) use flow::{Frame, ReducedFlow};
pub(crate) use form::Form;
pub(crate) use kernel::{Kernel, inner_product};
pub(crate) use modes::Modes;
use terms::Terms;

use crate::error::{Error, Result, require_finite, require_length};
use crate::history::History;
use crate::integrate::{IntervalOptions, OdeOptions, Solution, integrate};
use crate::library::{MonomialBasis, PolynomialLibrary};
use crate::linalg::view;
use crate::regress::RegressReport;
use crate::rows::{HistoryPrecision, Part, Rows};
use faer::{Mat, MatRef};
use kernel::{KernelRoom, StoredKernel, formed};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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

/// What makes a model of features that are not formed, `Xi = Theta(anchors)' weights outputs`.
#[derive(Debug, Clone, PartialEq)]
pub struct InnerProducts<'a> {
    /// Samples, n×d row-major.
    pub anchors: Vec<f64>,
    /// n×m.
    pub weights: MatRef<'a, f64>,
    /// Recorded states or derivatives, m×d row-major; nothing where they are the anchors.
    pub outputs: Option<Vec<f64>>,
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
    kernel: Option<StoredKernel>,
}

impl ModelState {
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Whether it knows its coefficients in the same way as this model.
    pub fn is_of_form(&self, model: &Model) -> bool {
        // Whether coefficients are written one by one may change with the number of equations.
        matches!(self.form, Form::Kernel(_)) == matches!(model.form, Form::Kernel(_))
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
    kernel: KernelRoom,
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

    /// A model of a polynomial whose coefficients are `Theta(anchors)' weights outputs`: of anchors (n×d), rows (m×d; the anchors themselves
    /// by default) and a table (n×m), all row-major. `f(x)` costs one pass over the anchors and one over the rows, however many features
    /// there are.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::NonFinite`] naming `anchors`, `outputs` or `weights`; [`Error::Argument`] naming `polyOrder` for more
    /// features than can be counted, or none that depends on x.
    pub fn of_inner_products(
        (inputs, order, bias): (usize, usize, bool),
        anchors: &[f64],
        weights: Vec<f64>,
        outputs: Option<&[f64]>,
    ) -> Result<Self> {
        if inputs == 0 {
            return Err(Error::argument_error("inputs", inputs, "an integer in [1, ∞)"));
        }
        if !(1..=64).contains(&order) {
            return Err(Error::argument_error("polyOrder", order, "an integer in [1, 64]"));
        }
        let basis = MonomialBasis::counted(inputs, order, bias, "polyOrder")?;
        let part = |name: &str, numbers: &[f64]| {
            if !numbers.len().is_multiple_of(inputs) || numbers.is_empty() {
                return Err(Error::shape(name, numbers.len(), format!("a multiple of {inputs}")));
            }
            require_finite(name, numbers)?;
            let mut rows = Rows::new(HistoryPrecision::Double);
            rows.extend(numbers.iter().copied());
            Ok(vec![Part {
                rows: Arc::new(rows),
                from: 0,
                count: numbers.len() / inputs,
            }])
        };
        let anchors = part("anchors", anchors)?;
        let outputs = outputs.map_or_else(|| Ok(anchors.clone()), |outputs| part("outputs", outputs))?;
        let size = anchors.iter().map(|part| part.count).sum::<usize>() * outputs.iter().map(|part| part.count).sum::<usize>();
        require_length("weights", weights.len(), size)?;
        require_finite("weights", &weights)?;
        Ok(Self {
            library: PolynomialLibrary::from_basis(basis, None),
            form: Form::Kernel(Kernel { anchors, outputs, weights }),
            modes: None,
            report: None,
        })
    }

    /// What a snapshot keeps, beside the rows of these histories.
    pub(crate) fn state(&self, histories: &[History]) -> ModelState {
        let (form, kernel) = match &self.form {
            Form::Kernel(kernel) => (Form::Kernel(Kernel::default()), Some(kernel.stored(histories))),
            other => (other.clone(), None),
        };
        ModelState {
            kernel,
            inputs: self.inputs(),
            form,
            transform: self
                .transform()
                .map(|t| t.col_iter().flat_map(|c| c.iter().copied().collect::<Vec<_>>()).collect()),
            modes: self.modes.as_ref().map(|modes| modes.u.clone()),
            report: self.report,
        }
    }

    /// Becomes the model of a state that one with the same options had, beside these histories; whether that fits.
    pub(crate) fn adopt(&mut self, mut state: ModelState, histories: &[History]) -> bool {
        if let Form::Kernel(kernel) = &mut state.form {
            let Some(restored) = state.kernel.and_then(|stored| stored.restored(histories)) else {
                return false;
            };
            *kernel = restored;
        }
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

    /// Lets go of what it shares with histories: it then is not to be used before the next fit.
    pub(crate) fn release(&mut self) {
        if let Form::Kernel(kernel) = &mut self.form {
            kernel.release();
        }
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
    /// As [`Model::coefficients`].
    pub fn feature_coefficients(&self) -> Result<Mat<f64>> {
        let (k, r) = (self.library.feature_count(), self.inputs());
        match &self.form {
            Form::Explicit(coefficients) => Ok(MatRef::from_row_major_slice(&coefficients[..k * r], k, r).to_owned()),
            Form::Factored(factored) => factored.coefficients(),
            Form::Kernel(kernel) => kernel.coefficients(self.basis()),
        }
    }

    /// Anchors (n×d), table (n×m) and rows (m×d, none where those are the anchors) of a model that knows its coefficients by inner
    /// products, as [`Model::of_inner_products`] takes them.
    pub fn inner_products(&self) -> Option<InnerProducts<'_>> {
        let (Form::Kernel(kernel), d) = (&self.form, self.inputs()) else {
            return None;
        };
        Some(InnerProducts {
            anchors: Kernel::rows(&kernel.anchors, d),
            weights: kernel.table(),
            outputs: (kernel.outputs != kernel.anchors).then(|| Kernel::rows(&kernel.outputs, d)),
        })
    }

    /// Refuses what needs the features one by one where there are more than can be formed.
    ///
    /// # Errors
    /// [`Error::State`] naming what was asked for.
    pub fn require_formed(&self, what: &str) -> Result<()> {
        match &self.form {
            Form::Kernel(_) => formed(self.basis(), what).map(drop),
            Form::Explicit(_) | Form::Factored(_) => Ok(()),
        }
    }

    /// Names of the monomials in the given inputs.
    ///
    /// # Errors
    /// [`Error::Shape`] naming `inputs`; [`Error::State`] naming `names` where there are more monomials than can be formed.
    pub fn names(&self, inputs: &[String]) -> Result<Vec<String>> {
        require_length("inputs", inputs.len(), self.inputs())?;
        match &self.form {
            Form::Kernel(_) => Ok(formed(self.basis(), "names")?.names(inputs)),
            Form::Explicit(_) | Form::Factored(_) => Ok(self.basis().names(inputs)),
        }
    }

    /// Coefficients of the monomials, P×r.
    ///
    /// # Errors
    /// [`Error::State`] naming `coefficients` of a model that never wrote them down, where they would number more than 2^28.
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
        let mut out = vec![0.0; x.len()];
        self.derivative_into(x, &mut out)?;
        Ok(out)
    }

    /// The same, written to `out`.
    ///
    /// # Errors
    /// `x` or `out` of a length other than d, or `x` non-finite.
    pub fn derivative_into(&self, x: &[f64], out: &mut [f64]) -> Result<()> {
        require_length("x", x.len(), self.dimension())?;
        require_length("out", out.len(), self.dimension())?;
        require_finite("x", x)?;
        let mut room = Room::default();
        room.fit(self);
        match &self.modes {
            None => self.evaluate(x, &mut room, out),
            Some(modes) => {
                let (mut z, mut dz) = (vec![0.0; modes.rank], vec![0.0; modes.rank]);
                modes.project(x, &mut z);
                self.evaluate(&z, &mut room, &mut dz);
                modes.lift(&vec![0.0; x.len()], dz.into_iter(), out);
            }
        }
        Ok(())
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
        if let Form::Kernel(kernel) = &self.form {
            // Its features are too many to be formed.
            return kernel.evaluate(self.basis(), z, &mut room.kernel, out);
        }
        let k = self.library.feature_count();
        let Room {
            monomials,
            features,
            coordinates,
            partial,
            ..
        } = room;
        self.library.evaluate(z, monomials, &mut features[..k]);
        let features = &features[..k];
        match &self.form {
            Form::Kernel(_) => {}
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
        if matches!(model.form, Form::Kernel(_)) {
            // Its room is as large as its rows are many, and grows with the first evaluation.
            return;
        }
        // Largest counts that any fit of this model can have, so that a warm evaluation allocates nothing.
        self.monomials.resize(model.basis().len(), 0.0);
        self.features.resize(model.basis().len(), 0.0);
    }
}

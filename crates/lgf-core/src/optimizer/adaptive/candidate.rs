//! What can drive: learned models of the field about the iterate, each with a way to follow it.
use super::general::General;
use super::polynomial::Polynomial;
use super::quadratic::{Move, Quadratic, norm};
use super::span::{Point, Reduced};
use super::warp::Warp;
use super::{noise, positive, potential};

/// Weight of a secant relative to the next newer one, in the potential fit.
const DECAY: f64 = 0.8;
/// Equations for each unknown of a polynomial, and points beside those.
const EQUATIONS: usize = 3;
const SPARE: usize = 2;
/// Fewest points that a polynomial is offered.
const FEWEST: usize = 6;

/// A model.
#[derive(Clone)]
pub enum Candidate {
    /// Symmetric and positive, secant by secant.
    Positive(Quadratic),
    /// Symmetric, least squares.
    Potential(Quadratic),
    /// Neither.
    General(General),
    /// The gradient of a polynomial of order above 2, or of one with few terms.
    Polynomial(Polynomial),
    /// The same for a monotone function of the objective.
    Warp(Warp),
}

/// What all candidates are fitted to.
pub struct Lesson<'a> {
    pub data: &'a Reduced,
    pub points: &'a [Point],
    /// Time of a descent step.
    pub gamma: f64,
    /// Length of the newest step.
    pub near: f64,
    /// Deviation of the gradient's components; 0 where they are exact. And the number of variables.
    pub sigma: f64,
    pub dimension: usize,
}

/// A true gradient at the end of a move.
pub struct Test<'a> {
    pub z: &'a [f64],
    /// Change of the gradient in reduced coordinates, and the square of its part outside of them.
    pub y: &'a [f64],
    pub outside: f64,
    pub rise: f64,
    pub g: &'a [f64],
}

impl Candidate {
    /// The name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Positive(_) => "positive",
            Self::Potential(_) => "potential",
            Self::General(_) => "general",
            Self::Polynomial(_) => "polynomial",
            Self::Warp(_) => "warp",
        }
    }

    pub fn fit(&mut self, lesson: &Lesson<'_>) {
        let Lesson {
            data,
            points,
            gamma,
            near,
            sigma,
            dimension,
        } = *lesson;
        let noisy = sigma > 0.0;
        let smooth = |model: &mut Quadratic| {
            if noisy && model.ok {
                let (g, values) = noise::smooth(model, &data.g, points, sigma, dimension);
                model.anchor(g, values);
            }
        };
        let most = |unknowns: usize| ((EQUATIONS * unknowns).div_ceil(data.k + 1) + SPARE).max(FEWEST);
        match self {
            Self::Positive(model) => {
                model.set(positive::fit(data, gamma, noisy), &data.g, true);
                smooth(model);
            }
            Self::Potential(model) => match potential::fit(data, gamma, DECAY) {
                Some(b) => {
                    model.set(b, &data.g, false);
                    smooth(model);
                }
                None => model.ok = false,
            },
            Self::General(model) => model.fit(data, gamma),
            Self::Polynomial(model) if noisy => model.fit_noisy(points, &data.g, near, sigma),
            // Levels of values are learned from many gradients: too many for what noise leaves of them.
            Self::Warp(model) if noisy => model.forget(),
            Self::Polynomial(model) => {
                let most = most(model.unknowns());
                model.fit(points, &data.g, near, most);
            }
            Self::Warp(model) => {
                let most = most(model.unknowns());
                model.fit(points, &data.g, near, most);
            }
        }
    }

    /// Whether the last fit came to something.
    pub fn is_ok(&self) -> bool {
        match self {
            Self::Positive(model) | Self::Potential(model) => model.ok,
            Self::General(model) => model.ok,
            Self::Polynomial(model) => model.ok,
            Self::Warp(model) => model.is_ok(),
        }
    }

    /// Along the learned flow for a time, or until it is `radius` away.
    pub fn follow(&self, horizon: f64, radius: f64) -> Move {
        match self {
            Self::Positive(model) | Self::Potential(model) => model.follow(horizon, radius),
            Self::General(model) => model.follow(radius),
            Self::Polynomial(model) => model.follow(radius),
            Self::Warp(model) => model.follow(radius),
        }
    }

    /// Error of the predicted change of the value, relative to the larger of both: where gradients are noisy.
    pub fn error_of_value(&self, test: &Test<'_>) -> f64 {
        let value = match self {
            Self::Positive(model) | Self::Potential(model) => model.value(test.z),
            Self::Polynomial(model) => model.value(test.z),
            Self::General(_) | Self::Warp(_) => return f64::INFINITY,
        };
        let error = (value - test.rise).abs() / value.abs().max(test.rise.abs()).max(f64::MIN_POSITIVE);
        if error.is_finite() { error } else { f64::INFINITY }
    }

    /// Error of the predicted change of the gradient, relative to the change.
    pub fn error(&self, test: &Test<'_>) -> f64 {
        let warped;
        let (prediction, y) = match self {
            Self::Positive(model) | Self::Potential(model) => (model.change(test.z), test.y),
            Self::General(model) => (model.change(test.z), test.y),
            Self::Polynomial(model) => (model.change(test.z), test.y),
            Self::Warp(model) => match model.seen(test.rise, test.y, test.g) {
                Some(seen) => {
                    warped = seen;
                    (model.change(test.z), warped.as_slice())
                }
                None => return f64::INFINITY,
            },
        };
        let inside: f64 = prediction.iter().zip(y).map(|(p, y)| (p - y) * (p - y)).sum();
        let scale = (norm(y).powi(2) + test.outside).sqrt();
        let error = (inside + test.outside).sqrt() / scale.max(f64::MIN_POSITIVE);
        if error.is_finite() { error } else { f64::INFINITY }
    }
}

//! What each optimizer is put together from.
use super::base::{Adam, AdamSettings, Base, Descent, Direction};
use super::options::{
    AdamFlowOptions, AdamOptions, AdamTrustRegionOptions, BatchOptions, GradientDescentOptions, GradientFlowOptions, TrustRegionOptions,
};
use super::policy::{Policy, Schedule};
use super::trust_region::{Control, TrustRegion};
use crate::error::{Error, Result};
use crate::fit::ModelOptions;
use crate::history::HistoryPrecision;
use crate::integrate::OdeOptions;
use crate::param::{Domain, Options, Setting};
use crate::regress::SolverOptions;
use crate::targets::Method;

/// A base update. Public in name only: its module is not.
pub trait BaseRecipe: Options + Send {
    type Base: Base;
    /// Name of the exported class.
    const KIND: &'static str;
    fn base(&self, dimension: usize) -> Self::Base;
}

/// A base update with a learner and a policy. Public in name only: its module is not.
pub trait Recipe: BaseRecipe {
    fn learner(&self) -> Learning<'_>;
    /// # Errors
    /// [`Error::Argument`] naming the option.
    fn policy(&self, dimension: usize) -> Result<Policy>;
    /// Targets of the regression where the options leave them open.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `model.method`.
    fn method(&self) -> Result<Method> {
        Ok(self.learner().model.method.unwrap_or_default())
    }
}

/// The options that all learned flows share.
#[derive(Clone, Copy)]
pub struct Learning<'a> {
    pub learning_rate: f64,
    pub dt: f64,
    pub history_size: usize,
    pub history_precision: HistoryPrecision,
    pub model: &'a ModelOptions,
    pub solver: &'a SolverOptions,
    pub ode: &'a OdeOptions,
    pub report_learned_values: bool,
    pub safeguard: bool,
    pub all_rows: bool,
    /// Whether true steps go along the gradient alone: then one that ends higher, or a flow that leads uphill, is too long.
    pub descends: bool,
}

macro_rules! learning {
    ($options:expr, $dt:expr, $all_rows:expr, $descends:expr) => {
        Learning {
            learning_rate: $options.learning_rate,
            dt: $dt,
            history_size: $options.history_size,
            history_precision: $options.history_precision,
            model: &$options.model,
            solver: &$options.solver,
            ode: &$options.ode,
            report_learned_values: $options.report_learned_values,
            safeguard: $options.safeguard,
            all_rows: $all_rows,
            descends: $descends,
        }
    };
}

macro_rules! adam {
    ($options:expr, $dimension:expr, $dt:expr, $discrete:expr) => {
        Adam::new(
            $dimension,
            AdamSettings {
                rate: $options.learning_rate,
                betas: $options.betas,
                eps: $options.eps,
                amsgrad: $options.amsgrad,
                dt: $dt,
                discrete: $discrete,
            },
        )
    };
}

fn scheduled(history_size: usize, retrain_interval: usize) -> Result<Policy> {
    if retrain_interval < history_size {
        let domain = format!("an integer not below historySize, {history_size}");
        return Err(Error::argument_error("retrainInterval", retrain_interval, domain));
    }
    Ok(Policy::Schedule(Schedule::new(history_size, retrain_interval)))
}

macro_rules! trusted {
    ($options:expr, $dt:expr, $dimension:expr) => {
        TrustRegion::new(
            Control {
                shortest: $options.gradient_tolerance * $dt,
                good_cosine: $options.good_cosine,
                bad_cosine: $options.bad_cosine,
                good_factor: $options.good_factor,
                okay_factor: $options.okay_factor,
                bad_factor: $options.bad_factor,
                initial_radius: $options.initial_radius.unwrap_or((2.0 * $dt).min($options.max_radius)),
                max_radius: $options.max_radius,
                max_learned_steps: $options.max_learned_steps as u64,
            },
            $dimension,
        )
        .map(Policy::TrustRegion)
    };
}

/// Adam learns the gradient as it was recorded, whatever the iterates did.
fn tracked(model: &ModelOptions) -> Result<Method> {
    match model.method {
        None | Some(Method::Tracked) => Ok(Method::Tracked),
        Some(other) => Err(Error::argument_error("model.method", format!("'{}'", other.name()), "'tracked'")),
    }
}

/// The bound on the smallest step of the fixed integrator: a learned step must not need more than its steps.
pub(crate) fn check_ode(ode: &OdeOptions, dt: f64, most_steps: usize) -> Result<()> {
    let OdeOptions::Rk4(rk4) = ode else { return Ok(()) };
    let Some(step) = rk4.step else { return Ok(()) };
    let smallest = dt / rk4.max_steps.unwrap_or(most_steps) as f64;
    if step < smallest * (1.0 - 1e-9) {
        let domain = format!("a number in [{smallest:e}, ∞): dt / maxSteps");
        return Err(Error::argument_error("ode.step", step, domain));
    }
    step.check("ode.step", &Domain::Positive)
}

impl BaseRecipe for GradientDescentOptions {
    type Base = Descent;
    const KIND: &'static str = "GradientDescent";
    fn base(&self, _: usize) -> Descent {
        Descent::new(self.learning_rate, self.learning_rate)
    }
}

impl BaseRecipe for AdamOptions {
    type Base = Adam;
    const KIND: &'static str = "BaseAdam";
    fn base(&self, dimension: usize) -> Adam {
        adam!(self, dimension, self.learning_rate, false)
    }
}

impl BaseRecipe for GradientFlowOptions {
    type Base = Descent;
    const KIND: &'static str = "LGFGradientFlow";
    fn base(&self, _: usize) -> Descent {
        Descent::new(self.learning_rate, self.dt)
    }
}

impl Recipe for GradientFlowOptions {
    fn learner(&self) -> Learning<'_> {
        learning!(self, self.dt, false, self.direction == Direction::Gradient)
    }
    fn policy(&self, _: usize) -> Result<Policy> {
        scheduled(self.history_size, self.retrain_interval)
    }
}

impl BaseRecipe for AdamFlowOptions {
    type Base = Adam;
    const KIND: &'static str = "LGFAdam";
    fn base(&self, dimension: usize) -> Adam {
        let discrete = self.stepping == super::Stepping::Discrete;
        adam!(self, dimension, self.learner().dt, discrete)
    }
}

impl Recipe for AdamFlowOptions {
    fn learner(&self) -> Learning<'_> {
        learning!(self, self.dt.unwrap_or(self.learning_rate), false, false)
    }
    fn policy(&self, _: usize) -> Result<Policy> {
        scheduled(self.history_size, self.retrain_interval)
    }
    fn method(&self) -> Result<Method> {
        tracked(&self.model)
    }
}

impl BaseRecipe for TrustRegionOptions {
    type Base = Descent;
    const KIND: &'static str = "LGFTrustRegion";
    fn base(&self, _: usize) -> Descent {
        Descent::new(self.learning_rate, self.learner().dt)
    }
}

impl Recipe for TrustRegionOptions {
    fn learner(&self) -> Learning<'_> {
        learning!(self, self.dt.unwrap_or(self.learning_rate), false, false)
    }
    fn policy(&self, dimension: usize) -> Result<Policy> {
        trusted!(self, self.learner().dt, dimension)
    }
}

impl BaseRecipe for AdamTrustRegionOptions {
    type Base = Adam;
    const KIND: &'static str = "LGFAdamTrustRegion";
    fn base(&self, dimension: usize) -> Adam {
        let discrete = self.stepping == super::Stepping::Discrete;
        adam!(self, dimension, self.learner().dt, discrete)
    }
}

impl Recipe for AdamTrustRegionOptions {
    fn learner(&self) -> Learning<'_> {
        learning!(self, self.dt.unwrap_or(self.learning_rate), false, false)
    }
    fn policy(&self, dimension: usize) -> Result<Policy> {
        trusted!(self, self.learner().dt, dimension)
    }
    fn method(&self) -> Result<Method> {
        tracked(&self.model)
    }
}

impl BaseRecipe for BatchOptions {
    type Base = Descent;
    const KIND: &'static str = "LGFBatch";
    fn base(&self, _: usize) -> Descent {
        Descent::new(self.learning_rate, self.learner().dt)
    }
}

impl Recipe for BatchOptions {
    fn learner(&self) -> Learning<'_> {
        learning!(
            self,
            self.dt.unwrap_or(self.learning_rate),
            self.all_rows,
            self.direction == Direction::Gradient
        )
    }
    fn policy(&self, _: usize) -> Result<Policy> {
        scheduled(self.history_size, self.retrain_interval)
    }
}

//! The options of all optimizers, put together like the optimizers themselves.
use super::base::{Direction, Stepping};
use crate::fit::ModelOptions;
use crate::history::HistoryPrecision;
use crate::integrate::OdeOptions;
use crate::param::{Domain, options};
use crate::regress::SolverOptions;

/// An options struct made of named parts, in order, and options of its own at the end.
macro_rules! composed {
    ($(#[doc = $doc:literal])* pub struct $name:ident as $ts:literal = $($parts:tt)*) => {
        composed! { @ { $(#[doc = $doc])* pub struct $name as $ts } {} $($parts)* }
    };
    (@ { $($head:tt)* } { $($done:tt)* } descent, $($rest:tt)*) => {
        composed! { @ { $($head)* } { $($done)*
            /// Step length of the base optimizer per unit of direction; the recorded iterates lie this far apart in flow time.
            learning_rate: f64 = 1e-3, Domain::Positive;
            /// What the objective writes to its second argument.
            direction: Direction = Direction::Gradient, Domain::OfType;
        } $($rest)* }
    };
    (@ { $($head:tt)* } { $($done:tt)* } adam, $($rest:tt)*) => {
        composed! { @ { $($head)* } { $($done)*
            /// Step length of Adam.
            learning_rate: f64 = 1e-3, Domain::Positive;
            /// Decay of the first and of the second moment in one step.
            betas: [f64; 2] = [0.9, 0.999], Domain::Fraction;
            /// Added to the root of the second moment.
            eps: f64 = 1e-8, Domain::Positive;
            /// Whether the second moment is replaced by its running maximum, taken before the bias correction.
            amsgrad: bool = false, Domain::OfType;
            /// What the objective writes to its second argument.
            direction: Direction = Direction::Gradient, Domain::OfType;
        } $($rest)* }
    };
    (@ { $($head:tt)* } { $($done:tt)* } dt, $($rest:tt)*) => {
        composed! { @ { $($head)* } { $($done)*
            /// Flow time of one learned step. By default the learning rate.
            dt: Option<f64> = None, Domain::Positive;
        } $($rest)* }
    };
    (@ { $($head:tt)* } { $($done:tt)* } stepping, $($rest:tt)*) => {
        composed! { @ { $($head)* } { $($done)*
            /// How a learned step is made: the Adam flow integrated, or one update of Adam itself with the learned gradient; `ode` then has no
            /// part in it.
            stepping: Stepping = Stepping::Flow, Domain::OfType;
        } $($rest)* }
    };
    (@ { $($head:tt)* } { $($done:tt)* } learner, $($rest:tt)*) => {
        composed! { @ { $($head)* } { $($done)*
            /// Iterates recorded before the flow is learned.
            history_size: usize = 100, Domain::AtLeast(1);
            /// How they are stored. Single precision takes half the memory, and half the time where reading them bounds it; states then are known
            /// to 6e-8 of their size, which differences of close ones (`'strong'`, `'weak'`) must stay clear of.
            history_precision: HistoryPrecision = HistoryPrecision::Double, Domain::OfType;
            /// What is learned.
            model: ModelOptions = ModelOptions::default(), Domain::OfType;
            /// How the regression is solved.
            solver: SolverOptions = SolverOptions::default(), Domain::OfType;
            /// How the learned flow is integrated; by default one fixed step of length `dt`.
            ode: OdeOptions = OdeOptions::default(), Domain::OfType;
            /// Whether learned steps ask for the value at their end, to report it; such evaluations are not counted.
            report_learned_values: bool = false, Domain::OfType;
        } $($rest)* }
    };
    (@ { $($head:tt)* } { $($done:tt)* } schedule, $($rest:tt)*) => {
        composed! { @ { $($head)* } { $($done)*
            /// Steps of both kinds after which the model is thrown away; at least `historySize`.
            retrain_interval: usize = 200, Domain::Within(1, 1_000_000_000);
            /// Whether learned phases are judged by one true evaluation of their end before they are taken: one that ends worse than it began,
            /// or past a minimum where the direction is the gradient, is undone and tried again over a quarter of its steps. Base steps that would
            /// end above the start of the run, gradient descent above where the history began, are halved. The published algorithm has no
            /// such thing.
            safeguard: bool = false, Domain::OfType;
        } $($rest)* }
    };
    (@ { $($head:tt)* } { $($done:tt)* } trust_region, $($rest:tt)*) => {
        composed! { @ { $($head)* } { $($done)*
            /// First radius, in the units of the variables. By default `2 dt`, at most `maxRadius`.
            initial_radius: Option<f64> = None, Domain::Positive;
            /// Largest radius.
            max_radius: f64 = 0.5, Domain::Positive;
            /// Where both updates are shorter than this times `dt` they agree, and the radius grows by 1.25.
            gradient_tolerance: f64 = 1e-8, Domain::NonNegative;
            /// Cosine between the true and the predicted update from which the radius grows by `goodFactor`.
            good_cosine: f64 = 0.7, Domain::Range(-1.0, 1.0);
            /// Cosine below which the model is dropped and the radius shrinks by `badFactor`; not above `goodCosine`.
            bad_cosine: f64 = 0.2, Domain::Range(-1.0, 1.0);
            /// Factor of the radius after a good prediction.
            good_factor: f64 = 1.5, Domain::Range(1.0, 1e6);
            /// Factor of the radius after a prediction between good and bad.
            okay_factor: f64 = 0.8, Domain::Share;
            /// Factor of the radius after a bad prediction or a phase that ended worse than it began.
            bad_factor: f64 = 0.5, Domain::Between;
            /// Learned steps after which a true one is taken, even inside of the radius.
            max_learned_steps: usize = 100, Domain::Within(1, 1_000_000);
            /// Whether learned phases are judged by the true evaluation that ends them and undone where the value is above that of the last
            /// one; base steps that would end above the start of the run are halved.
            safeguard: bool = true, Domain::OfType;
        } $($rest)* }
    };
    (@ { $($head:tt)* } { $($done:tt)* } { $($own:tt)* }) => {
        options! { $($head)* { $($done)* $($own)* } }
    };
}

composed! {
    /// Gradient descent.
    pub struct GradientDescentOptions as "GradientDescentOptions" = descent, {}
}

composed! {
    /// Adam.
    pub struct AdamOptions as "BaseAdamOptions" = adam, {}
}

composed! {
    /// Learned gradient flow.
    pub struct GradientFlowOptions as "LGFGradientFlowOptions" = descent, learner, schedule, {
        /// Flow time of one learned step.
        dt: f64 = 1e-3, Domain::Positive;
    }
}

composed! {
    /// Learned Adam flow.
    pub struct AdamFlowOptions as "LGFAdamOptions" = adam, dt, stepping, learner, schedule, {}
}

composed! {
    /// Learned gradient flow within a trust region.
    pub struct TrustRegionOptions as "LGFTrustRegionOptions" = descent, dt, learner, trust_region, {}
}

composed! {
    /// Learned Adam flow within a trust region.
    pub struct AdamTrustRegionOptions as "LGFAdamTrustRegionOptions" = adam, dt, stepping, learner, trust_region, {}
}

composed! {
    /// Learned gradient flow of several starts with one model.
    pub struct BatchOptions as "LGFBatchOptions" = descent, dt, learner, schedule, {
        /// Whether the model is fitted to the rows of all cycles so far; the oldest make way when a fit would not go into memory.
        all_rows: bool = false, Domain::OfType;
    }
}

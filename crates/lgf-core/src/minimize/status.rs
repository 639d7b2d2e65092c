//! How a run ended, and what it came to.
use serde::{Deserialize, Serialize};

/// How a run ended; no error: nothing has to be changed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// The gradient vanished, or the value or the variables stopped changing, to the tolerances.
    Converged,
    /// A value was at most the target.
    TargetReached,
    /// The evaluations were used up.
    MaxEvaluations,
    /// The iterations were used up.
    MaxIterations,
    /// The time was used up.
    MaxSeconds,
    /// The caller's signal was aborted.
    Aborted,
    /// The caller's callback said so, or threw.
    StoppedByCallback,
    /// No step that doubles can tell from none goes down.
    Stalled,
    /// The start, or everything that the optimizer tried, had no finite value and gradient.
    EvaluationFailed,
}

impl Status {
    /// The name used in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::TargetReached => "target-reached",
            Self::MaxEvaluations => "max-evaluations",
            Self::MaxIterations => "max-iterations",
            Self::MaxSeconds => "max-seconds",
            Self::Aborted => "aborted",
            Self::StoppedByCallback => "stopped-by-callback",
            Self::Stalled => "stalled",
            Self::EvaluationFailed => "evaluation-failed",
        }
    }

    /// Whether a minimum or the target was found.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Converged | Self::TargetReached)
    }
}

/// Where the time of a run went, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// Between a question and its answer: the objective, and what the caller did there.
    pub objective: f64,
    /// In the optimizer: its own arithmetic, fits and learned steps.
    pub optimizer: f64,
}

/// Counts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Steps of the optimizer that evaluations decided on.
    pub iterations: u64,
    /// Evaluations, failed ones included.
    pub evaluations: u64,
    /// Steps along learned flows, without evaluations.
    pub learned_steps: u64,
    /// Models fitted.
    pub fits: u64,
    /// Evaluations whose point was left again, failed ones included.
    pub rejected: u64,
}

/// What an evaluation that completed an iteration was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iteration {
    /// Its number, from 1.
    pub iteration: u64,
    /// Evaluations so far.
    pub evaluations: u64,
    /// The value; nothing where it failed.
    pub value: Option<f64>,
    /// The lowest value so far.
    pub best_value: Option<f64>,
    /// Largest entry of the (projected) gradient; nothing where it failed.
    pub gradient_norm: Option<f64>,
    /// What became of it.
    pub verdict: crate::optimizer::Verdict,
    /// The learned model that led there, by name, where several compete; nothing where the step was one of descent.
    pub model: Option<&'static str>,
    /// Length of the step from the iterate to the point; nothing where the iterate itself was evaluated.
    pub step_norm: Option<f64>,
}

/// What a run came to: the best true evaluation ever seen, whatever ended the run.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The best point; the start where nothing could be evaluated.
    pub x: Vec<f64>,
    /// The value there.
    pub value: Option<f64>,
    /// Largest entry of the (projected) gradient there.
    pub gradient_norm: Option<f64>,
    /// How the run ended; nothing while it goes on.
    pub status: Option<Status>,
    /// Why, in words.
    pub message: String,
    /// Counts.
    pub counts: Counts,
    /// Seconds from the first question to the end.
    pub seconds: f64,
    /// Where they went.
    pub profile: Profile,
}

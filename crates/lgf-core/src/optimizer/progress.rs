//! The bookkeeping that all optimizers share: iterates, counts, the open question, the best point seen.
use super::{Fallback, Phase, Request, StepReport, Want};
use crate::error::{Error, Result, require_finite, require_length};
use crate::linalg::pass;
use serde::{Deserialize, Serialize};

/// Counts cross to JavaScript as doubles: no run comes near this, and bytes that say so are damaged.
pub const MOST_COUNT: u64 = 1 << 53;

/// Where a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum At {
    /// The iterate.
    Iterate,
    /// A point that may become the iterate.
    Candidate,
}

/// A question, about one trajectory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub request: Request,
    pub at: At,
    pub row: usize,
}

/// Which vector holds the best point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kept {
    /// One of its own.
    Apart,
    /// The iterate.
    Iterate,
    /// The candidate.
    Candidate,
}

/// The state that does not depend on the method. Public in name only: its module is not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    dimension: usize,
    /// Iterates, one row of `dimension` numbers a trajectory.
    pub x: Vec<f64>,
    /// Points that may become the iterates; after [`Progress::advance`] the old iterates, after [`Progress::leave`] anything.
    pub next: Vec<f64>,
    pub epoch: u64,
    pub evaluations: u64,
    pub pending: Option<Question>,
    asked: u64,
    best: Option<f64>,
    best_x: Vec<f64>,
    kept: Kept,
}

impl Progress {
    pub fn new(start: &[f64]) -> Result<Self> {
        Self::of_trajectories(start, start.len(), "start")
    }

    /// One row of `dimension` numbers a trajectory.
    pub fn of_trajectories(starts: &[f64], dimension: usize, name: &str) -> Result<Self> {
        if starts.is_empty() || dimension == 0 {
            return Err(Error::shape(name, "0 numbers", "at least 1"));
        }
        require_finite(name, starts)?;
        Ok(Self {
            dimension,
            x: starts.to_vec(),
            next: starts.to_vec(),
            epoch: 0,
            evaluations: 0,
            pending: None,
            asked: 0,
            best: None,
            best_x: starts[..dimension].to_vec(),
            kept: Kept::Apart,
        })
    }

    /// Number of variables of one trajectory.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Number of trajectories.
    pub fn trajectories(&self) -> usize {
        self.x.len() / self.dimension
    }

    /// Whether all sizes are those of another one.
    pub fn is_like(&self, like: &Self) -> bool {
        let sizes = |p: &Self| (p.dimension, p.x.len(), p.next.len(), p.best_x.len());
        let counts = [self.epoch, self.evaluations, self.asked]
            .into_iter()
            .all(|count| count < MOST_COUNT);
        let kept = self.kept == Kept::Apart || self.trajectories() == 1;
        sizes(self) == sizes(like) && counts && kept && self.pending.is_none_or(|question| question.row < self.trajectories())
    }

    /// Opens a question.
    pub fn request(&mut self, want: Want, at: At, row: usize) -> Request {
        let request = Request { id: self.asked, want };
        self.asked += 1;
        self.pending = Some(Question { request, at, row });
        request
    }

    /// The points that the open question and those of the other trajectories are about, or the iterates.
    pub fn points(&self) -> &[f64] {
        match self.pending {
            Some(Question { at: At::Candidate, .. }) => &self.next,
            _ => &self.x,
        }
    }

    /// The point that the open question is about, or the iterate of the first trajectory.
    pub fn point(&self) -> &[f64] {
        let row = self.pending.map_or(0, |question| question.row);
        &self.points()[row * self.dimension..(row + 1) * self.dimension]
    }

    /// Refuses to move on while a question is open.
    pub fn require_closed(&self, method: &str) -> Result<()> {
        match self.pending {
            None => Ok(()),
            Some(question) => Err(Error::state(
                method,
                format!("request {} is open: tell its answer first", question.request.id),
            )),
        }
    }

    /// Which question an answer is to.
    pub fn answered(&self, id: u64) -> Result<Question> {
        match self.pending {
            Some(question) if question.request.id == id => Ok(question),
            Some(question) => Err(Error::state("id", format!("got {id}, the open request is {}", question.request.id))),
            None => Err(Error::state("id", format!("got {id}, but no request is open: call ask() first"))),
        }
    }

    /// Checks the answer to a question for value and direction; numbers that are not finite too where they are the caller's to mend.
    pub fn check<'a>(&self, value: f64, gradient: Option<&'a [f64]>, finite: bool) -> Result<&'a [f64]> {
        if finite {
            require_finite("value", &[value])?;
        }
        let Some(gradient) = gradient else {
            return Err(Error::argument_error(
                "gradient",
                "undefined",
                format!("an array of {}", self.dimension),
            ));
        };
        require_length("gradient", gradient.len(), self.dimension)?;
        if finite {
            require_finite("gradient", gradient)?;
        }
        Ok(gradient)
    }

    /// Length of a first step, of which nothing is known: 1, or what can be told from none at an iterate far out.
    pub fn first_length(&self) -> f64 {
        self.x.iter().fold(1.0, |most: f64, x| most.max(1e-8 * x.abs()))
    }

    /// Counts a true evaluation at a point.
    pub fn evaluated(&mut self, value: f64, at: At, row: usize) {
        self.evaluations += 1;
        if value.is_finite() && self.best.is_none_or(|best| value < best) {
            self.best = Some(value);
            let points = if at == At::Iterate { &self.x } else { &self.next };
            pass::copy(&points[row * self.dimension..(row + 1) * self.dimension], &mut self.best_x);
        }
    }

    /// Counts a true evaluation at the iterate of the only trajectory and makes the candidate the iterate. The best point is the old
    /// iterate by an exchange of vectors; `next` then holds nothing of meaning.
    pub fn leave(&mut self, value: f64) {
        self.evaluations += 1;
        self.advance();
        if value.is_finite() && self.best.is_none_or(|best| value < best) {
            self.best = Some(value);
            std::mem::swap(&mut self.next, &mut self.best_x);
        }
    }

    /// As [`Progress::evaluated`] of the only trajectory, without a copy: the best point stays where it is until [`Progress::vacate`].
    pub fn noted(&mut self, value: f64, at: At) {
        self.evaluations += 1;
        if value.is_finite() && self.best.is_none_or(|best| value < best) {
            self.best = Some(value);
            self.kept = if at == At::Iterate { Kept::Iterate } else { Kept::Candidate };
        }
    }

    /// To be called before the candidate is written anew, by who calls [`Progress::noted`]; `next` then holds nothing of meaning.
    pub fn vacate(&mut self) {
        if self.kept == Kept::Candidate {
            std::mem::swap(&mut self.next, &mut self.best_x);
            self.kept = Kept::Apart;
        }
    }

    /// Makes the candidates the iterates.
    pub fn advance(&mut self) {
        std::mem::swap(&mut self.x, &mut self.next);
        self.kept = match self.kept {
            Kept::Apart => Kept::Apart,
            Kept::Iterate => Kept::Candidate,
            Kept::Candidate => Kept::Iterate,
        };
    }

    /// Counts a step.
    pub fn finish(&mut self, kind: Phase, value: Option<f64>, fallback: Option<Fallback>) -> StepReport {
        self.pending = None;
        let report = StepReport {
            epoch: self.epoch,
            kind,
            value,
            evaluations: self.evaluations,
            fallback,
        };
        self.epoch += 1;
        report
    }

    pub fn best(&self) -> Option<(f64, &[f64])> {
        let point = match self.kept {
            Kept::Apart => &self.best_x,
            Kept::Iterate => &self.x,
            Kept::Candidate => &self.next,
        };
        self.best.map(|value| (value, point.as_slice()))
    }
}

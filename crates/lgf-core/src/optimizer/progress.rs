//! The bookkeeping that all optimizers share: iterate, counts, the open question, the best point seen.
use super::{Phase, Request, StepReport, Want};
use crate::error::{Error, Result, require_finite, require_length};

/// The state that does not depend on the method. Public in name only: its module is not.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    pub x: Vec<f64>,
    next: Vec<f64>,
    pub epoch: u64,
    pub evaluations: u64,
    pub pending: Option<Request>,
    asked: u64,
    best: Option<f64>,
    best_x: Vec<f64>,
}

impl Progress {
    pub fn new(start: &[f64]) -> Result<Self> {
        if start.is_empty() {
            return Err(Error::shape("start", "0 numbers", "at least 1"));
        }
        require_finite("start", start)?;
        Ok(Self {
            x: start.to_vec(),
            next: start.to_vec(),
            epoch: 0,
            evaluations: 0,
            pending: None,
            asked: 0,
            best: None,
            best_x: start.to_vec(),
        })
    }

    /// Opens a question at the iterate.
    pub fn request(&mut self, want: Want) -> Request {
        let request = Request { id: self.asked, want };
        self.asked += 1;
        self.pending = Some(request);
        request
    }

    /// Refuses to move on while a question is open.
    pub fn require_closed(&self, method: &str) -> Result<()> {
        match self.pending {
            None => Ok(()),
            Some(request) => Err(Error::state(
                method,
                format!("request {} is open: tell its answer first", request.id),
            )),
        }
    }

    /// Which question an answer is to.
    pub fn answered(&self, id: u64) -> Result<Want> {
        match self.pending {
            Some(request) if request.id == id => Ok(request.want),
            Some(request) => Err(Error::state("id", format!("got {id}, the open request is {}", request.id))),
            None => Err(Error::state("id", format!("got {id}, but no request is open: call ask() first"))),
        }
    }

    /// Checks the answer to a question for value and direction.
    pub fn check<'a>(&self, value: f64, gradient: Option<&'a [f64]>) -> Result<&'a [f64]> {
        require_finite("value", &[value])?;
        let Some(gradient) = gradient else {
            return Err(Error::argument_error(
                "gradient",
                "undefined",
                format!("an array of {}", self.x.len()),
            ));
        };
        require_length("gradient", gradient.len(), self.x.len())?;
        require_finite("gradient", gradient)?;
        Ok(gradient)
    }

    /// `x <- x - rate * direction`, refused before anything changes if it overflows.
    pub fn descend(&mut self, rate: f64, direction: &[f64]) -> Result<()> {
        let mut finite = true;
        for ((next, x), g) in self.next.iter_mut().zip(&self.x).zip(direction) {
            *next = x - rate * g;
            finite &= next.is_finite();
        }
        if finite { Ok(()) } else { require_finite("gradient", &self.next) }
    }

    /// Makes the point of [`Progress::descend`] the iterate after a counted evaluation at the old one.
    pub fn commit(&mut self, value: f64) -> StepReport {
        if self.best.is_none_or(|best| value < best) {
            self.best = Some(value);
            self.best_x.copy_from_slice(&self.x);
        }
        std::mem::swap(&mut self.x, &mut self.next);
        self.evaluations += 1;
        self.finish(Phase::True, Some(value))
    }

    /// Counts a step.
    pub fn finish(&mut self, kind: Phase, value: Option<f64>) -> StepReport {
        self.pending = None;
        let report = StepReport {
            epoch: self.epoch,
            kind,
            value,
            evaluations: self.evaluations,
        };
        self.epoch += 1;
        report
    }

    pub fn best(&self) -> Option<(f64, &[f64])> {
        self.best.map(|value| (value, self.best_x.as_slice()))
    }
}

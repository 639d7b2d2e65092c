//! Histories of all trajectories and the model that is made of them.
use super::progress::MOST_COUNT;
use crate::error::{Error, Result};
use crate::fit::{Fitter, Samples};
use crate::history::{History, HistoryPrecision};
use crate::profile::span;
use crate::surrogate::{FitReport, Model, ModelState};
use crate::targets::Method;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Records, forgets, fits.
#[derive(Clone)]
pub(crate) struct Learner {
    fitter: Fitter,
    pub model: Model,
    /// Full histories of earlier cycles, then one of each trajectory.
    pub histories: Vec<History>,
    trajectories: usize,
    /// How many histories are kept; the current ones alone where earlier ones are forgotten.
    most: usize,
    tracked: bool,
    /// Whether the model is one of the current histories.
    pub learned: bool,
    pub fits: u64,
    pub last_fit: Option<FitReport>,
}

/// What a snapshot keeps of a learner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Learned<'a> {
    histories: Cow<'a, [History]>,
    fits: u64,
    last_fit: Option<FitReport>,
    /// The model, if it is one of the current histories.
    model: Option<ModelState>,
}

impl Learner {
    /// # Errors
    /// [`Error::Argument`] naming `historySize` where there is no memory for the histories.
    pub fn new(fitter: Fitter, model: Model, of: Samples<'_>, method: Method, all_rows: bool, precision: HistoryPrecision) -> Result<Self> {
        let tracked = method == Method::Tracked;
        let histories: Option<Vec<History>> = (0..of.trajectories)
            .map(|_| History::new(of.dimension, of.samples, tracked, precision))
            .collect();
        let Some(histories) = histories else {
            let domain = format!("a size whose states of {} variables fit into memory", of.dimension);
            return Err(Error::argument_error(of.name, of.samples, domain));
        };
        let most = if all_rows {
            fitter.most_trajectories(of.samples, &model)
        } else {
            0
        };
        Ok(Self {
            fitter,
            model,
            histories,
            trajectories: of.trajectories,
            most: most.max(of.trajectories),
            tracked,
            learned: false,
            fits: 0,
            last_fit: None,
        })
    }

    /// Whether derivatives are recorded along with the states.
    pub fn is_tracked(&self) -> bool {
        self.tracked
    }

    fn first(&self) -> usize {
        self.histories.len() - self.trajectories
    }

    /// The history of one trajectory.
    pub fn history(&mut self, row: usize) -> &mut History {
        let first = self.first();
        &mut self.histories[first + row]
    }

    /// Whether there is enough to learn from.
    pub fn is_full(&self) -> bool {
        self.histories[self.first()..].iter().all(History::is_full)
    }

    /// Whether there is a model, or enough to make one.
    pub fn is_ready(&self) -> bool {
        self.learned || self.is_full()
    }

    /// Forgets the model and the current histories, or puts full ones away where all rows are to be kept.
    pub fn restart(&mut self) {
        self.learned = false;
        // Or else its rows could not be written over.
        self.model.release();
        if self.most > self.trajectories && self.is_full() && !self.put_away() {
            // No more room: the oldest rows make way.
            self.histories.rotate_left(self.trajectories);
        }
        self.clear();
    }

    /// Fresh histories behind the full ones; whether there is room for them.
    fn put_away(&mut self) -> bool {
        if self.histories.len() + self.trajectories > self.most {
            return false;
        }
        let fresh: Option<Vec<History>> = (0..self.trajectories).map(|_| self.histories[0].emptied()).collect();
        fresh.map(|fresh| self.histories.extend(fresh)).is_some()
    }

    /// Begins new histories; the model stays in use.
    pub fn clear(&mut self) {
        let first = self.first();
        self.histories[first..].iter_mut().for_each(History::clear);
    }

    /// Forgets everything, earlier rows too.
    pub fn forget(&mut self) {
        let first = self.first();
        self.histories.drain(..first);
        self.restart();
    }

    /// What a snapshot keeps.
    pub fn state(&self) -> Learned<'_> {
        Learned {
            histories: Cow::Borrowed(&self.histories),
            fits: self.fits,
            last_fit: self.last_fit,
            model: self.learned.then(|| self.model.state(&self.histories)),
        }
    }

    /// Whether earlier histories are full and those of the current cycle equally long.
    fn are_even(&self, histories: &[History]) -> bool {
        let (earlier, current) = histories.split_at(histories.len() - self.trajectories);
        earlier.iter().all(History::is_full) && current.iter().all(|history| history.len() == current[0].len())
    }

    /// Takes over what was recorded and learned; whether that fits.
    pub fn adopt(&mut self, state: Learned<'_>) -> bool {
        let mut histories = state.histories.into_owned();
        let learned = state.model.is_some();
        let sound = histories.len() >= self.trajectories
            && histories.len() <= self.most
            && histories.len().is_multiple_of(self.trajectories)
            && histories.iter().all(|history| history.is_like(&self.histories[0]))
            && state.fits < MOST_COUNT
            && state.model.as_ref().is_none_or(|model| self.fitter.admits(model, &self.model))
            && self.are_even(&histories)
            && histories.iter_mut().all(History::reserve)
            && state.model.is_none_or(|model| self.model.adopt(model, &histories));
        if sound {
            (self.histories, self.learned) = (histories, learned);
            (self.fits, self.last_fit) = (state.fits, state.last_fit);
        }
        sound
    }

    /// Makes a model of the histories.
    ///
    /// # Errors
    /// As [`Fitter::fit`].
    pub fn fit(&mut self) -> Result<()> {
        let _span = span("fit");
        self.fitter.fit(&self.histories, &mut self.model)?;
        self.fits += 1;
        self.last_fit = self.model.report;
        self.learned = true;
        Ok(())
    }
}

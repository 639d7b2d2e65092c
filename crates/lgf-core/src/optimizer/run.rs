//! The state of a learned flow beside histories and model: all that a snapshot has to keep.
use super::base::Base;
use super::policy::Policy;
use super::progress::{At, MOST_COUNT, Progress, Question};
use super::{Fallback, Phase};
use crate::error::{Error, Result};
use crate::linalg::dot;
use crate::surrogate::Model;
use serde::{Deserialize, Serialize};

/// Values and directions at one point of each trajectory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    pub values: Vec<f64>,
    pub directions: Vec<f64>,
}

impl Answers {
    /// The lowest value.
    pub fn lowest(&self) -> Option<f64> {
        self.values.iter().copied().reduce(f64::min)
    }
}

/// What the value of an expensive objective may rise by, relative to it, without a meaning.
const ROUNDING: f64 = 1e-10;

/// Iterates, bases, answers, and where the run is in its phases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Run<B: Base> {
    pub progress: Progress,
    pub policy: Policy,
    pub bases: Vec<B>,
    /// Whether the bases are in the coordinates of the model.
    pub entered: bool,
    /// Answers at the iterates, and at the candidates.
    pub here: Answers,
    pub there: Answers,
    /// Whether `here` belongs to the iterates, or to where they will be when all steps ahead are taken.
    pub known: bool,
    /// Learned steps that were judged and remain to be taken; of the phase that is being judged.
    pub ahead: u64,
    pub looked: u64,
    /// The way that the last learned step of that phase came to the candidates; empty where directions are not judged.
    pub motion: Vec<f64>,
    /// Why that phase ends before its time, where it does.
    pub ending: Option<Fallback>,
    /// Whether a true step is next, whatever there is to follow.
    pub due: bool,
    /// True steps since the last learned one.
    pub streak: u64,
    /// What the next true step takes the place of a learned one for.
    pub reason: Option<Fallback>,
    pub fallbacks: u64,
    pub rejections: u64,
    /// Values at the start of the run; empty before.
    start_values: Vec<f64>,
    /// Values that base steps must not end above: those at which the history began; empty where that is the start of the run.
    pub highest: Vec<f64>,
    /// Where the last base step began, whether its end is still to be evaluated, how often it was halved.
    anchor: Vec<f64>,
    pub unproved: bool,
    halvings: u32,
    /// Share of the base step that a trajectory takes.
    scales: Vec<f64>,
    shown: Option<f64>,
}

impl<B: Base> Run<B> {
    pub fn new(progress: Progress, policy: Policy, base: B) -> Self {
        let k = progress.trajectories();
        Self {
            progress,
            policy,
            bases: vec![base; k],
            entered: false,
            here: Answers::default(),
            there: Answers::default(),
            known: false,
            ahead: 0,
            looked: 0,
            motion: Vec::new(),
            ending: None,
            due: false,
            streak: 0,
            reason: None,
            fallbacks: 0,
            rejections: 0,
            start_values: Vec::new(),
            highest: Vec::new(),
            anchor: Vec::new(),
            unproved: false,
            halvings: 0,
            scales: vec![1.0; k],
            shown: None,
        }
    }

    pub fn phase(&self, ready: bool) -> Phase {
        match (self.ahead, self.due) {
            (0, true) => Phase::True,
            (0, false) => self.policy.phase(self.progress.epoch, ready),
            _ => Phase::Learned,
        }
    }

    /// A true step takes the place of a learned one.
    pub fn fallen_back(&mut self, reason: Fallback) {
        self.fallbacks += 1;
        self.reason = Some(reason);
    }

    /// One of the steps ahead is taken.
    pub fn one_taken(&mut self) {
        self.ahead -= 1;
        self.streak = 0;
        if self.ahead == 0 && matches!(self.policy, Policy::TrustRegion(_)) {
            self.due = true;
            if let Some(reason) = self.ending {
                self.fallen_back(reason);
            }
        }
    }

    /// Keeps an answer; one that is not finite counts as worse than any.
    pub fn answer(&mut self, question: Question, value: f64, direction: &[f64]) {
        let (d, k) = (self.progress.dimension(), self.bases.len());
        let answers = if question.at == At::Iterate {
            &mut self.here
        } else {
            &mut self.there
        };
        answers.values.resize(k, 0.0);
        answers.directions.resize(k * d, 0.0);
        let finite = value.is_finite() && direction.iter().all(|g| g.is_finite());
        let value = if finite { value } else { f64::INFINITY };
        answers.values[question.row] = value;
        answers.directions[question.row * d..(question.row + 1) * d].copy_from_slice(direction);
        self.progress.evaluated(value, question.at, question.row);
    }

    /// Keeps a value that is to be reported; the lowest so far.
    pub fn shown(&mut self, value: f64, row: usize) -> Option<f64> {
        let before = if row == 0 { None } else { self.shown };
        self.shown = before.into_iter().chain(Some(value).filter(|v| v.is_finite())).reduce(f64::min);
        self.shown
    }

    /// Proposes the base steps of all trajectories with the known answers; a step beyond the range of doubles becomes a shorter one.
    pub fn propose_known(&mut self) {
        let Self {
            progress,
            bases,
            here,
            scales,
            ..
        } = self;
        let d = progress.dimension();
        let Progress { x, next, .. } = progress;
        let points = x.chunks_exact(d).zip(next.chunks_exact_mut(d)).zip(here.directions.chunks_exact(d));
        for ((base, scale), ((x, next), direction)) in bases.iter_mut().zip(scales).zip(points) {
            while *scale > 0.0 && base.propose(*scale, x, direction, next).is_err() {
                *scale *= 0.5;
            }
            if *scale == 0.0 {
                next.copy_from_slice(x);
            }
        }
    }

    /// Whether the proposed steps lead anywhere.
    pub fn moves(&self) -> bool {
        self.progress.x != self.progress.next
    }

    /// Whether the proposed step of a trajectory ends above what it must not, or where nothing can be evaluated.
    pub fn would_climb(&self) -> bool {
        (0..self.bases.len()).any(|row| self.climbs(row))
    }

    /// Halves, from now on, the base steps of the trajectories whose proposed one would climb.
    pub fn shorten_steps(&mut self) {
        self.rejections += 1;
        for row in 0..self.bases.len() {
            if self.climbs(row) {
                self.scales[row] *= 0.5;
            }
        }
    }

    fn climbs(&self, row: usize) -> bool {
        let Some(&start) = self.start_values.get(row) else {
            return false;
        };
        let highest = self.highest.get(row).map_or(start, |value| value + ROUNDING * value.abs());
        self.there.values[row] > highest.min(start)
    }

    /// A whole history of shortened steps was taken: the next ones may be longer.
    pub fn lengthen_steps(&mut self) {
        self.scales.iter_mut().for_each(|scale| *scale = (2.0 * *scale).min(1.0));
    }

    /// The answers at the candidates become those at the iterates.
    pub fn take_candidates(&mut self) {
        std::mem::swap(&mut self.here, &mut self.there);
        self.accept_answers();
    }

    /// Compares the true update that was proposed with the prediction; whether the model may stay.
    pub fn judge_prediction(&mut self) -> bool {
        match &mut self.policy {
            Policy::TrustRegion(region) => region.judge(&self.progress.x, &self.progress.next),
            Policy::Schedule(_) => true,
        }
    }

    /// Whether the learned flow has an answer to the next true step.
    pub fn has_prediction(&self) -> bool {
        matches!(&self.policy, Policy::TrustRegion(region) if !region.predicted.is_empty())
    }

    /// Makes of the predicted point the update from the end of the phase.
    pub fn predict_from_candidate(&mut self) {
        if let Policy::TrustRegion(region) = &mut self.policy {
            region.predicted.iter_mut().zip(&self.progress.next).for_each(|(p, x)| *p -= x);
        }
    }

    /// Remembers where the base step that is about to be taken begins.
    pub fn set_anchor(&mut self) {
        self.anchor.clear();
        self.anchor.extend_from_slice(&self.progress.x);
        self.unproved = true;
    }

    /// The iterates are evaluated and accepted: later points are compared with what is known there.
    pub fn accept_answers(&mut self) {
        if self.start_values.is_empty() {
            self.start_values.clone_from(&self.here.values);
        }
        (self.known, self.unproved, self.halvings) = (true, false, 0);
    }

    /// Whether every trajectory ends its learned phase no higher than the last true evaluation before it.
    pub fn improved(&self) -> bool {
        self.there.values.iter().zip(&self.here.values).all(|(end, before)| end <= before)
    }

    /// Whether the phase of a trajectory went past a minimum along its way: at its end the true step would go back.
    pub fn overshot(&self) -> bool {
        let d = self.progress.dimension();
        let rows = self.motion.chunks_exact(d).zip(self.there.directions.chunks_exact(d));
        rows.into_iter().any(|(motion, direction)| dot(motion, direction) > 0.0)
    }

    /// Whether the last base step of a trajectory ended above the start of the run, or where nothing can be evaluated.
    pub fn climbed(&self) -> bool {
        self.unproved && self.here.values.iter().zip(&self.start_values).any(|(value, start)| value > start)
    }

    /// Halves, from now on, the base steps of the trajectories that climbed.
    ///
    /// # Errors
    /// [`Error::NonFinite`] naming `value` where the objective has no value even at the point that the step began from.
    pub fn step_back(&mut self, most: u32) -> Result<()> {
        let d = self.progress.dimension();
        self.halvings += 1;
        self.rejections += 1;
        for row in 0..self.bases.len() {
            if self.here.values[row] <= self.start_values[row] {
                continue;
            }
            self.scales[row] *= 0.5;
            let at = row * d..(row + 1) * d;
            let mut moved = false;
            for (x, anchor) in self.progress.x[at.clone()].iter_mut().zip(&self.anchor[at]) {
                let shorter = if self.halvings < most {
                    anchor + 0.5 * (*x - anchor)
                } else {
                    *anchor
                };
                moved |= *x != shorter;
                *x = shorter;
            }
            if !moved {
                if self.here.values[row] == f64::INFINITY {
                    self.progress.request(super::Want::Gradient, At::Iterate, 0);
                    return Err(Error::NonFinite {
                        name: "value".into(),
                        index: row,
                        value: f64::NAN,
                    });
                }
                // The objective does not repeat itself: there is nothing to go back to.
                self.start_values[row] = self.here.values[row];
            }
        }
        if let Policy::TrustRegion(region) = &mut self.policy {
            region.recenter(&self.progress.x);
        }
        Ok(())
    }

    /// Whether this is a state that `fresh` could have reached, with the model that is entered, if one is.
    pub fn is_sound(&self, fresh: &Self, entered: Option<&Model>) -> bool {
        let (d, k) = (fresh.progress.dimension(), fresh.bases.len());
        let full = |v: &Vec<f64>, size: usize| v.is_empty() || v.len() == size;
        let answers = |a: &Answers| full(&a.values, k) && full(&a.directions, k * d) && a.values.is_empty() == a.directions.is_empty();
        let counts = [self.fallbacks, self.rejections, self.streak]
            .into_iter()
            .all(|count| count < MOST_COUNT);
        let ahead = [self.ahead, self.looked].into_iter().all(|steps| steps <= fresh.policy.longest());
        counts
            && ahead
            && self.progress.is_like(&fresh.progress)
            && self.policy.is_like(&fresh.policy, d)
            && self.bases.len() == k
            && self.scales.len() == k
            && self.scales.iter().all(|scale| (0.0..=1.0).contains(scale))
            && self.bases.iter().all(|base| base.is_sound(&fresh.bases[0], d, entered))
            && answers(&self.here)
            && answers(&self.there)
            && (!self.known || self.here.values.len() == k)
            && full(&self.motion, k * d)
            && full(&self.start_values, k)
            && full(&self.highest, k)
            && full(&self.anchor, k * d)
            && (!self.unproved || self.anchor.len() == k * d)
    }
}

//! Pressure histories, whole or as checkpoints between which they are computed again.
use super::system::{Mass, System};
use std::f64::consts::PI;

/// The histories of all free nodes at times `0..=last`, of which one segment is at hand: `length` steps with the two times before them.
///
/// Segment `q` takes the times `q length + 2 ..= (q + 1) length + 1`; it starts from the pair of states before it, which is stored for each
/// segment but the first, whose pair is zero. A computed segment has the same bits every time: every step is the same function of the same
/// numbers.
pub struct History {
    free: usize,
    last: usize,
    length: usize,
    checkpoints: Vec<f64>,
    segment: Vec<f64>,
    held: usize,
}

/// What a step needs besides the states.
pub struct Stepper<'a> {
    pub system: &'a System,
    pub mass: &'a Mass,
    pub dt: f64,
    /// Zero but for the forced node.
    pub load: &'a mut [f64],
    pub work: &'a mut [f64],
}

impl History {
    /// Numbers that a history takes, `None` beyond the largest integer.
    pub fn size(free: usize, times: usize, length: usize) -> Option<usize> {
        let segments = (times - 2).div_ceil(length);
        free.checked_mul(length.checked_add(2)?.checked_add(2 * (segments - 1))?)
    }

    /// The length of segments that takes the least memory.
    pub fn shortest(times: usize) -> usize {
        ((2.0 * (times - 2) as f64).sqrt().ceil() as usize).clamp(1, times - 2)
    }

    /// Room for segments of this length, `None` where there is no memory.
    pub fn new(free: usize, times: usize, length: usize) -> Option<Self> {
        let segments = (times - 2).div_ceil(length);
        let zeros = |states: usize| {
            let mut room = Vec::new();
            room.try_reserve_exact(free.checked_mul(states)?).ok()?;
            room.resize(free * states, 0.0);
            Some(room)
        };
        Some(Self {
            free,
            last: times - 1,
            length,
            checkpoints: zeros(2 * (segments - 1))?,
            segment: zeros(length + 2)?,
            held: 0,
        })
    }

    /// Whether there is more than one segment.
    pub fn cut(&self) -> bool {
        !self.checkpoints.is_empty()
    }

    /// Computes all states from rest, leaves the checkpoints and the last segment. Stops early, with `false`, once a state is not finite.
    pub fn run(&mut self, stepper: &mut Stepper<'_>) -> bool {
        let (pair, end) = (2 * self.free, self.length * self.free);
        self.segment[..pair].fill(0.0);
        for q in 0..(self.last - 1).div_ceil(self.length) {
            if q > 0 {
                self.segment.copy_within(end..end + pair, 0);
                self.checkpoints[(q - 1) * pair..][..pair].copy_from_slice(&self.segment[..pair]);
            }
            self.held = q;
            self.fill(stepper);
        }
        self.at(self.last).iter().all(|v| v.is_finite())
    }

    /// Brings the segment of time `k >= 2` to hand, and with it the two times before.
    pub fn ensure(&mut self, k: usize, stepper: &mut Stepper<'_>) {
        let (q, pair) = ((k - 2) / self.length, 2 * self.free);
        if q == self.held {
            return;
        }
        match q {
            0 => self.segment[..pair].fill(0.0),
            _ => self.segment[..pair].copy_from_slice(&self.checkpoints[(q - 1) * pair..][..pair]),
        }
        self.held = q;
        self.fill(stepper);
    }

    fn fill(&mut self, s: &mut Stepper<'_>) {
        let (first, n) = (self.held * self.length, self.free);
        for k in first + 2..=(first + self.length + 1).min(self.last) {
            let (past, next) = self.segment.split_at_mut((k - first) * n);
            let (previous, current) = past[past.len() - 2 * n..].split_at(n);
            s.load[s.system.forced] = force(s.dt * (k - 1) as f64);
            s.system.step(s.mass, s.load, current, previous, s.work, &mut next[..n]);
        }
    }

    /// The state at a time at hand.
    pub fn at(&self, k: usize) -> &[f64] {
        &self.segment[(k - self.held * self.length) * self.free..][..self.free]
    }
}

/// The point force.
pub fn force(t: f64) -> f64 {
    10.0 * (4.0 * PI * t).sin()
}

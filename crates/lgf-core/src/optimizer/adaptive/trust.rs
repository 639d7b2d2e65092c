//! How far learned flows are followed: what the end of a move says of it.
use serde::{Deserialize, Serialize};

/// Error of a prediction after which a polynomial may be followed to its end, however far.
const EXACT: f64 = 0.01;
/// A rejected end further than this many times the best share of the step is outside of what a linear model is good for.
const WILD: f64 = 0.1;
/// Shares of the promised decrease at and above which a move was as promised, and below which it was far from that: with a learned radius, and
/// for the first candidate.
const KEPT: f64 = 0.5;
const BROKEN: f64 = 0.1;
const WEAK: f64 = 0.25;
/// Radii after such moves, in their lengths: what was as promised may go further, much further where it curved down all along.
const FURTHER: f64 = 3.0;
const MUCH_FURTHER: f64 = 10.0;
const SHORTER: f64 = 0.5;
/// Factors of the horizon of flows that are followed faithfully, after moves as promised, far from that, and rejected ones.
const LATER: f64 = 4.0;
const SOONER: f64 = 0.25;
const MUCH_SOONER: f64 = 1.0 / 16.0;
/// Least and largest share of a rejected move that is tried next.
const LEAST: f64 = 0.05;
const MOST: f64 = 0.6;

/// What is known of one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Running mean of the relative errors of its predictions.
    pub error: f64,
    pub radius: f64,
    /// Whether it has driven.
    pub tried: bool,
}

/// A move that waits for its judgement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// Nothing where the move is a step of descent.
    pub driver: Option<usize>,
    pub z: Vec<f64>,
    pub promise: f64,
    pub bounded: bool,
}

/// All that a snapshot keeps of a council.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trust {
    pub standings: Vec<Standing>,
    pub open: Option<Open>,
    /// How far the first candidate, and after a rejection every one, may go.
    pub radius: f64,
    /// How long the flow is followed where it is followed faithfully; 0 before the first time.
    pub horizon: f64,
    /// Deviation of a component of the gradient; 0 where no noise was seen.
    pub noise: f64,
}

/// What became of a move.
pub struct Outcome {
    /// Value at its end minus the value at its start.
    pub rise: f64,
    /// Slopes of the objective along it at its ends.
    pub slopes: [f64; 2],
    /// Inner product of the old gradient with the change.
    pub gy: f64,
    /// Length of the move, and of the change of the gradient squared.
    pub length: f64,
    pub yy: f64,
    pub accepted: bool,
}

/// What follows from it.
pub struct Judgement {
    /// Whether the end of the move is of no use to linear models.
    pub wild: bool,
    /// Share of a rejected move that seems right.
    pub shrink: f64,
}

impl Default for Judgement {
    fn default() -> Self {
        Self { wild: false, shrink: 1.0 }
    }
}

impl Trust {
    /// Whether a move waits for its judgement.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Radii and horizon after a move whose driver predicted with an error of `last`.
    pub fn settle(&mut self, open: &Open, outcome: &Outcome, last: f64) -> Judgement {
        if !outcome.accepted {
            return self.shorten(open, outcome);
        }
        let length = outcome.length;
        let kept = -outcome.rise / open.promise.max(f64::MIN_POSITIVE);
        if let Some(i) = open.driver.filter(|&i| i > 0) {
            let radius = &mut self.standings[i].radius;
            if kept > KEPT {
                *radius = if !open.bounded && last <= EXACT {
                    f64::INFINITY
                } else {
                    (FURTHER * length).max(radius.min(MUCH_FURTHER * length))
                };
            } else if kept < BROKEN {
                *radius = SHORTER * length;
            }
            if self.radius.is_finite() {
                self.radius = self.radius.max(length);
            }
        } else {
            let concave = outcome.slopes[1] <= outcome.slopes[0];
            let further = if concave { MUCH_FURTHER } else { FURTHER } * length;
            if kept > KEPT {
                self.radius = if open.bounded { self.radius.max(further) } else { f64::INFINITY };
            } else if kept < WEAK {
                self.radius = SHORTER * length;
            }
            if concave {
                self.radius = if self.radius.is_finite() {
                    self.radius.max(further)
                } else {
                    further
                };
            }
        }
        if kept > KEPT {
            self.horizon *= LATER;
        } else if kept < BROKEN {
            self.horizon *= SOONER;
        }
        Judgement::default()
    }

    /// After a rejected move: as far as its values and slopes say.
    fn shorten(&mut self, open: &Open, outcome: &Outcome) -> Judgement {
        let t = if self.noise > 0.0 {
            // Slopes are noisy: the parabola through the values and the learned slope.
            let slope = -2.0 * open.promise;
            (-0.5 * slope / (outcome.rise - slope)).max(2.0 * WILD)
        } else {
            cubic_minimum(outcome.rise, outcome.slopes)
        };
        let bold = open.driver.filter(|&i| i > 0);
        let shrink = t.clamp(LEAST, MOST);
        let radius = shrink * outcome.length;
        if let Some(i) = bold {
            self.standings[i].radius = radius;
        }
        self.radius = radius;
        self.horizon *= MUCH_SOONER;
        Judgement {
            wild: bold.is_some() || t < WILD,
            shrink,
        }
    }
}

/// Where on `[0, 1]` the cubic with these slopes at its ends and this rise is least.
fn cubic_minimum(rise: f64, [a, b]: [f64; 2]) -> f64 {
    let m = a + b - 3.0 * rise;
    let root = m * m - a * b;
    let t = if root >= 0.0 {
        1.0 - (b + root.sqrt() - m) / (b - a + 2.0 * root.sqrt())
    } else {
        0.5
    };
    if t.is_finite() { t } else { 0.5 }
}

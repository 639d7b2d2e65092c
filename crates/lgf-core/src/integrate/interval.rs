//! One accepted step and the states inside of it.
use super::tableau::DOPRI5_DENSE;

/// An accepted step from `start` to `end` with its stage derivatives.
pub struct Interval<'a> {
    /// Time at the start of the step.
    pub from: f64,
    /// Time at its end.
    pub to: f64,
    /// State at `from`.
    pub start: &'a [f64],
    /// State at `to`.
    pub end: &'a [f64],
    /// Stage derivatives, one row of length d each; the last is the derivative at the end.
    pub(super) stages: &'a [f64],
    pub(super) adaptive: bool,
}

impl Interval<'_> {
    /// State at a time inside of the step: order 4 for the adaptive method, cubic Hermite for the fixed one.
    pub fn at(&self, t: f64, out: &mut [f64]) {
        let d = self.start.len();
        let h = self.to - self.from;
        let s = (t - self.from) / h;
        let (first, last) = (&self.stages[..d], &self.stages[self.stages.len() - d..]);
        for (i, out) in out.iter_mut().enumerate() {
            // Hairer's nested form: Hermite interpolation plus, for the adaptive method, one more term.
            let rise = self.end[i] - self.start[i];
            let bend = h * first[i] - rise;
            let twist = rise - h * last[i] - bend;
            let extra = if self.adaptive {
                h * DOPRI5_DENSE
                    .iter()
                    .enumerate()
                    .map(|(j, w)| w * self.stages[j * d + i])
                    .sum::<f64>()
            } else {
                0.0
            };
            *out = self.start[i] + s * (rise + (1.0 - s) * (bend + s * (twist + (1.0 - s) * extra)));
        }
    }
}

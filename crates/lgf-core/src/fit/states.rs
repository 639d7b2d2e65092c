//! What a fit is made of: states in the coordinates of the polynomial and the right sides that belong to them.
use super::Fitter;
use super::recorded::Recorded;
use crate::error::Result;
use crate::history::History;
use crate::interpolate::Interpolation;
use crate::library::MonomialBasis;
use crate::linalg::tall::Keep;
use crate::linalg::{shaped, view};
use crate::profile::span;
use crate::surrogate::{Form, Model};
use crate::targets::{Method, strong_rows, strong_targets};
use std::ops::Range;

/// What modes may be wrong by, relative to each: derivatives from recorded steps are wrong by far more.
const MODES_TOLERANCE: f64 = 1e-8;

impl Fitter {
    /// Rows of the regression's states for so many recorded ones.
    pub(super) fn points(&self, samples: usize) -> usize {
        self.interpolation.as_ref().map_or(samples, Interpolation::points)
    }

    /// States in the coordinates of the polynomial, n×r, all trajectories below each other, with the points added; new modes and their
    /// share of the energy in a reduced space.
    pub(super) fn load_states(&mut self, histories: &[History], model: &mut Model) -> Result<Option<f64>> {
        let (d, each) = (model.dimension(), histories[0].len());
        let n = each * histories.len();
        let span = span(if model.modes.is_some() { "reduce" } else { "states" });
        span.count(8 * n * (d + model.inputs()), 0);
        let mut energy = None;
        let recorded = if self.interpolation.is_some() {
            &mut self.recorded
        } else {
            &mut self.states
        };
        if let Some(modes) = &mut model.modes {
            let snapshots = Recorded { histories, rates: false };
            let keep = Keep {
                // No more than there are directions, and where the number of modes is fixed just so many.
                rank: self.options.truncation_rank,
                energy: self.options.truncation_energy,
            };
            self.snapshots.compute(&snapshots, keep, MODES_TOLERANCE)?;
            let rank = self.snapshots.kept();
            if rank != modes.rank {
                modes.rank = rank;
                let basis = MonomialBasis::new(rank, self.options.poly_order, self.options.include_bias, "model.polyOrder")?;
                model.library = model.library.with_basis(basis);
                model.form = Form::Explicit(Vec::new());
            }
            let r = modes.rank;
            // Exactly as long as the modes of this rank: readers take columns by its length.
            modes.u.resize(d * r, 0.0);
            self.snapshots.left(&snapshots, shaped(&mut modes.u, d, r));
            let (s, v) = (self.snapshots.s(), self.snapshots.v());
            let mut states = shaped(recorded, n, r);
            for j in 0..r {
                for i in 0..n {
                    // U'X = S V'
                    states[(i, j)] = v[(i, j)] * s[j];
                }
            }
            // Relative to the largest, so that squares stay in range.
            let square = |values: &[f64]| values.iter().map(|v| (v / s[0]) * (v / s[0])).sum::<f64>();
            energy = Some(if s[0] > 0.0 { square(&s[..r]) / square(s) } else { 1.0 });
        } else {
            let mut states = shaped(recorded, n, d);
            for (i, history) in histories.iter().enumerate() {
                history.write_states(states.as_mut().subrows_mut(i * each, each));
            }
        }
        if let Some(interpolation) = &mut self.interpolation {
            let (r, points) = (model.inputs(), interpolation.points());
            let mut path = shaped(&mut self.states, points * histories.len(), r);
            for i in 0..histories.len() {
                let recorded = view(&self.recorded, n, r).subrows(i * each, each);
                interpolation.apply(recorded, path.as_mut().subrows_mut(i * points, points));
            }
        }
        Ok(energy)
    }

    /// Right sides of all trajectories below each other; which points of each trajectory have one.
    pub(super) fn load_target(&mut self, histories: &[History], model: &Model) -> Result<Range<usize>> {
        let (d, r, each) = (model.dimension(), model.inputs(), self.points(histories[0].len()));
        let _span = span("targets").moved(16 * each * histories.len() * r);
        let rows = match &self.test_functions {
            Some(functions) => 0..functions.count,
            None if self.method == Method::Strong => strong_rows(each, self.options.fd_order, "historySize")?,
            None => 0..each,
        };
        let (n, m) = (each * histories.len(), rows.len());
        let mut target = shaped(&mut self.target, m * histories.len(), r);
        for (i, history) in histories.iter().enumerate() {
            let mut block = target.as_mut().subrows_mut(i * m, m);
            let states = view(&self.states, n, r).subrows(i * each, each);
            match (&self.test_functions, history.rates(&mut self.widened)) {
                (Some(functions), _) => functions.targets(states, block),
                (None, Some(rates)) => {
                    let n = rates.ncols();
                    let mut recorded = if self.interpolation.is_some() {
                        shaped(&mut self.rates, n, r)
                    } else {
                        block.as_mut()
                    };
                    match &model.modes {
                        None => recorded.copy_from(rates.transpose()),
                        Some(modes) => self.snapshots.passes().cross(&rates, &view(&modes.u, d, r), recorded),
                    }
                    if let Some(interpolation) = &mut self.interpolation {
                        interpolation.apply(view(&self.rates, n, r), block);
                    }
                }
                (None, None) => strong_targets(states, self.dt, self.options.fd_order, rows.clone(), block),
            }
        }
        Ok(rows)
    }
}

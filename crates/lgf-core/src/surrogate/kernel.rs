//! Polynomial flows known by inner products of features alone.
//!
//! The dense solution of smallest norm is a combination of the samples' features, `Xi = Theta' C Y` with recorded states or derivatives as
//! the rows of `Y`, so that
//! ```text
//! f(a) = theta(a) Xi = k(a)' C Y      k_i(a) = theta(x_i) . theta(a) = sum_m h_m(x_i1 a_1, .., x_id a_d)
//! ```
//! The products of all monomials of degree m add up to the complete homogeneous symmetric polynomial `h_m` of the products `x_ij a_j`, which
//! Newton's identities make of their power sums: `m h_m = sum_{q=1..m} p_q h_{m-q}`, `p_q = sum_j (x_ij a_j)^q`. No feature is formed,
//! however many there are: an evaluation is one pass over the anchors `x_i` and one over the rows of `Y`.
use crate::error::{Error, Result};
use crate::history::History;
use crate::library::{MAX_ENTRIES, MonomialBasis};
use crate::linalg::powers::{MOST_POWERS, combine, power_sums};
use crate::linalg::shaped;
use crate::rows::{Part, Rows, count, shared};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Anchors, the rows that the flow is made of, and the table between them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kernel {
    /// The samples `x_i` whose features the coefficients are combined of.
    pub anchors: Vec<Part>,
    /// The rows of `Y`.
    pub outputs: Vec<Part>,
    /// `C`, one row an anchor.
    pub weights: Vec<f64>,
}

/// Room for one evaluation.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct KernelRoom {
    sums: Vec<f64>,
    weights: Vec<f64>,
    partial: Vec<f64>,
}

/// `sum_m h_m`, `m = 0..=order` or from 1 on without a constant, of the power sums `p_1 .. p_order`.
pub(crate) fn inner_product(sums: &[f64], bias: bool) -> f64 {
    let mut h = [0.0; MOST_POWERS + 1];
    h[0] = 1.0;
    let mut total = if bias { 1.0 } else { 0.0 };
    for m in 1..=sums.len().min(MOST_POWERS) {
        let newton: f64 = sums[..m].iter().zip(h[..m].iter().rev()).map(|(p, h)| p * h).sum();
        h[m] = newton / m as f64;
        total += h[m];
    }
    total
}

impl Kernel {
    /// Lets go of all rows.
    pub fn release(&mut self) {
        self.anchors.clear();
        self.outputs.clear();
    }

    /// Whether rows of so many variables and the table fit together.
    pub fn fits(&self, inputs: usize) -> bool {
        let sound = |parts: &[Part]| parts.iter().all(|part| part.is_sound(inputs));
        sound(&self.anchors) && sound(&self.outputs) && count(&self.anchors).checked_mul(count(&self.outputs)) == Some(self.weights.len())
    }

    /// `f(x)`.
    pub fn evaluate(&self, basis: &MonomialBasis, x: &[f64], room: &mut KernelRoom, out: &mut [f64]) {
        let KernelRoom { sums, weights, partial } = room;
        let (order, bias) = (basis.order(), basis.has_bias());
        sums.resize(count(&self.anchors) * order, 0.0);
        weights.clear();
        weights.resize(count(&self.outputs), 0.0);
        power_sums(&self.anchors, x, order, sums, partial);
        if !weights.is_empty() {
            for (sums, row) in sums.chunks_exact(order).zip(self.weights.chunks_exact(weights.len())) {
                let k = inner_product(sums, bias);
                weights.iter_mut().zip(row).for_each(|(w, c)| *w += k * c);
            }
        }
        combine(&self.outputs, weights, out);
    }

    /// The coefficients one by one, P×d.
    ///
    /// # Errors
    /// [`Error::State`] where they are more than [`MAX_ENTRIES`].
    pub fn coefficients(&self, basis: &MonomialBasis) -> Result<Mat<f64>> {
        let placed = formed(basis, "coefficients")?;
        let (p, d, n) = (placed.len(), placed.dimension(), count(&self.outputs));
        let mut all = Mat::zeros(p, d);
        let (mut room, mut theta, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        // Some anchors at a time: features of all of them may not fit into memory.
        let mut rows = self.weights.chunks_exact(n.max(1));
        for part in &self.anchors {
            for first in (0..part.count).step_by(16) {
                let few = 16.min(part.count - first);
                let (mut features, mut made) = (shaped(&mut theta, p, few), shaped(&mut targets, d, few));
                for i in 0..few {
                    let at = (part.from + first + i) * d;
                    let x = part.rows.doubles(at..at + d, &mut room);
                    if let Some(column) = features.as_mut().col_mut(i).try_as_col_major_mut() {
                        placed.evaluate(x, column.as_slice_mut());
                    }
                    if let (Some(column), Some(row)) = (made.as_mut().col_mut(i).try_as_col_major_mut(), rows.next()) {
                        combine(&self.outputs, row, column.as_slice_mut());
                    }
                }
                matmul(
                    all.as_mut(),
                    Accum::Add,
                    features.as_ref(),
                    made.as_ref().transpose(),
                    1.0,
                    Par::Seq,
                );
            }
        }
        Ok(all)
    }

    /// The rows of some parts in double precision, one after the other.
    pub fn rows(parts: &[Part], d: usize) -> Vec<f64> {
        let mut room = Vec::new();
        let all = parts.iter().flat_map(|part| part.rows.doubles(part.range(d), &mut room).to_vec());
        all.collect()
    }

    /// `C` as a matrix, anchors×outputs.
    pub fn table(&self) -> MatRef<'_, f64> {
        MatRef::from_row_major_slice(&self.weights, count(&self.anchors), count(&self.outputs))
    }

    /// What a snapshot keeps: rows of these histories are not stored again.
    pub fn stored(&self, histories: &[History]) -> StoredKernel {
        let mut memory: Vec<Arc<Rows>> = Vec::new();
        let mut places = |parts: &[Part]| -> Vec<(usize, usize, usize)> {
            let place = |part: &Part| {
                let known = memory.iter().position(|rows| Arc::ptr_eq(rows, &part.rows));
                let source = known.unwrap_or_else(|| {
                    memory.push(part.rows.clone());
                    memory.len() - 1
                });
                (source, part.from, part.count)
            };
            parts.iter().map(place).collect()
        };
        let (anchors, outputs) = (places(&self.anchors), places(&self.outputs));
        let both = || (0..histories.len()).flat_map(|history| [(history, false), (history, true)]);
        let source = |rows: Arc<Rows>| match both().find(|&(history, rates)| Arc::ptr_eq(histories[history].memory(rates), &rows)) {
            Some((history, rates)) => Source::Recorded { history, rates },
            None => Source::Own(rows),
        };
        StoredKernel {
            sources: memory.into_iter().map(source).collect(),
            anchors,
            outputs,
            weights: self.weights.clone(),
        }
    }
}

/// A basis whose features can be formed, where the coefficients fit into memory.
///
/// # Errors
/// [`Error::State`] naming what was asked for.
pub(crate) fn formed(basis: &MonomialBasis, what: &str) -> Result<MonomialBasis> {
    let (p, d) = (basis.len(), basis.dimension());
    let refuse = || {
        let reason = format!("{p} features of {d} variables are not formed: their coefficients would number more than {MAX_ENTRIES}");
        Error::state(what, reason)
    };
    p.checked_mul(d).filter(|&size| size <= MAX_ENTRIES).ok_or_else(refuse)?;
    MonomialBasis::new(d, basis.order(), basis.has_bias(), "polyOrder").map_err(|_| refuse())
}

/// Rows as a snapshot keeps them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Source {
    Own(#[serde(with = "shared")] Arc<Rows>),
    /// Rows of a history that the snapshot has already: states, or rates.
    Recorded {
        history: usize,
        rates: bool,
    },
}

/// A kernel as a snapshot keeps it: each memory once; parts are its number, their first row and their count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredKernel {
    sources: Vec<Source>,
    anchors: Vec<(usize, usize, usize)>,
    outputs: Vec<(usize, usize, usize)>,
    weights: Vec<f64>,
}

impl StoredKernel {
    /// The kernel, with the rows of these histories; nothing where a part has no rows.
    pub fn restored(self, histories: &[History]) -> Option<Kernel> {
        let memory = |source: Source| match source {
            Source::Own(rows) => Some(rows),
            Source::Recorded { history, rates } => Some(histories.get(history)?.memory(rates).clone()),
        };
        let memory: Vec<Arc<Rows>> = self.sources.into_iter().map(memory).collect::<Option<_>>()?;
        let parts = |places: Vec<(usize, usize, usize)>| -> Option<Vec<Part>> {
            let part = |(source, from, count): (usize, usize, usize)| {
                let rows = memory.get(source)?.clone();
                Some(Part { rows, from, count })
            };
            places.into_iter().map(part).collect()
        };
        Some(Kernel {
            anchors: parts(self.anchors)?,
            outputs: parts(self.outputs)?,
            weights: self.weights,
        })
    }
}

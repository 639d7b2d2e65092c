//! Stage 2: what the true optimizer has recorded.
use crate::linalg::view;
pub use crate::rows::HistoryPrecision;
use crate::rows::{Part, Rows, shared};
use faer::{MatMut, MatRef};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Recorded states, and derivatives along with them where they are tracked; capacity is fixed, memory allocated once.
///
/// A model may hold on to the rows it was made of instead of copying them. Where it does so when the history begins anew, the next rows
/// go to other memory, and the two take turns from then on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct History {
    dimension: usize,
    capacity: usize,
    tracked: bool,
    #[serde(with = "shared")]
    states: Arc<Rows>,
    #[serde(with = "shared")]
    rates: Arc<Rows>,
    /// What was last left to a model: states and rates.
    #[serde(skip)]
    spare: [Option<Arc<Rows>>; 2],
}

impl PartialEq for History {
    fn eq(&self, other: &Self) -> bool {
        (self.dimension, self.capacity, self.tracked) == (other.dimension, other.capacity, other.tracked)
            && (&self.states, &self.rates) == (&other.states, &other.rates)
    }
}

impl History {
    /// An empty history with room for `capacity` rows; `None` if there is no memory for it.
    pub fn new(dimension: usize, capacity: usize, tracked: bool, precision: HistoryPrecision) -> Option<Self> {
        let mut history = Self {
            dimension,
            capacity,
            tracked,
            states: Arc::new(Rows::new(precision)),
            rates: Arc::new(Rows::new(precision)),
            spare: [None, None],
        };
        history.reserve().then_some(history)
    }

    /// An empty history of the same shape, if there is memory for it.
    pub(crate) fn emptied(&self) -> Option<Self> {
        Self::new(self.dimension, self.capacity, self.tracked, self.states.precision())
    }

    /// Makes sure of rows of its own with the memory for all that are to come; whether there is enough.
    pub(crate) fn reserve(&mut self) -> bool {
        let Some(size) = self.dimension.checked_mul(self.capacity) else {
            return false;
        };
        own(&mut self.states, size) && own(&mut self.rates, if self.tracked { size } else { 0 })
    }

    /// Whether this is a history that `like` could have become: same shape, whole rows.
    pub(crate) fn is_like(&self, like: &Self) -> bool {
        let rates = if self.tracked { self.states.len() } else { 0 };
        (self.dimension, self.capacity, self.tracked) == (like.dimension, like.capacity, like.tracked)
            && [&self.states, &self.rates]
                .iter()
                .all(|rows| rows.precision() == like.states.precision())
            && self.states.len().is_multiple_of(self.dimension)
            && self.len() <= self.capacity
            && self.rates.len() == rates
    }

    /// Number of variables.
    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    /// Number of recorded states.
    pub fn len(&self) -> usize {
        self.states.len() / self.dimension
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.states.len() == 0
    }

    /// Whether no more rows fit.
    pub fn is_full(&self) -> bool {
        self.len() >= self.capacity
    }

    /// Forgets all rows, keeps the memory, but for what a model holds.
    pub fn clear(&mut self) {
        for (rows, spare) in [&mut self.states, &mut self.rates].into_iter().zip(&mut self.spare) {
            if let Some(rows) = Arc::get_mut(rows) {
                rows.clear();
                continue;
            }
            let fresh = match spare.take() {
                Some(mut spare) => Arc::get_mut(&mut spare).map(Rows::clear).map(|()| spare),
                None => None,
            };
            let fresh = fresh.unwrap_or_else(|| Arc::new(Rows::new(rows.precision())));
            *spare = Some(std::mem::replace(rows, fresh));
        }
    }

    /// Records a state; nothing where a model holds the memory and there is no other.
    pub fn push(&mut self, state: &[f64]) {
        self.push_with_rate(state, []);
    }

    /// Records a state with its derivative.
    pub fn push_with_rate(&mut self, state: &[f64], rate: impl IntoIterator<Item = f64>) {
        if !self.reserve() {
            return;
        }
        if let Some(states) = Arc::get_mut(&mut self.states) {
            states.extend(state.iter().copied());
        }
        if let Some(rates) = Arc::get_mut(&mut self.rates) {
            rates.extend(rate);
        }
    }

    /// Snapshot matrix, d×n: one column a state. Of single precision it is a copy in `room`.
    pub(crate) fn snapshots<'a>(&'a self, room: &'a mut Vec<f64>) -> MatRef<'a, f64> {
        view(self.states.doubles(0..self.states.len(), room), self.dimension, self.len())
    }

    /// States, or rates, as they are stored, d×n; nothing where that is in single precision.
    pub(crate) fn doubles(&self, rates: bool) -> Option<MatRef<'_, f64>> {
        match &**self.memory(rates) {
            Rows::Double(numbers) => Some(view(numbers, self.dimension, self.len())),
            Rows::Single(_) => None,
        }
    }

    /// Writes the states, n×d.
    pub(crate) fn write_states(&self, mut out: MatMut<'_, f64>) {
        match &*self.states {
            Rows::Double(states) => out.copy_from(view(states, self.dimension, self.len()).transpose()),
            Rows::Single(states) => {
                for (i, row) in states.chunks_exact(self.dimension).enumerate() {
                    row.iter().enumerate().for_each(|(j, x)| out[(i, j)] = f64::from(*x));
                }
            }
        }
    }

    /// Derivatives, d×n, where they were tracked. Of single precision they are a copy in `room`.
    pub(crate) fn rates<'a>(&'a self, room: &'a mut Vec<f64>) -> Option<MatRef<'a, f64>> {
        self.tracked
            .then(|| view(self.rates.doubles(0..self.rates.len(), room), self.dimension, self.len()))
    }

    /// The memory of states, or of rates.
    pub(crate) fn memory(&self, rates: bool) -> &Arc<Rows> {
        if rates { &self.rates } else { &self.states }
    }

    /// All rows of states, or of rates, to hold on to.
    pub(crate) fn all(&self, rates: bool) -> Part {
        Part {
            rows: self.memory(rates).clone(),
            from: 0,
            count: self.len(),
        }
    }
}

/// Makes sure that nobody else holds these rows, and of memory for so many numbers; whether there is enough.
fn own(rows: &mut Arc<Rows>, size: usize) -> bool {
    if let Some(rows) = Arc::get_mut(rows) {
        return rows.reserve(size);
    }
    let mut copy = Rows::new(rows.precision());
    let enough = copy.reserve(size.max(rows.len()));
    if enough {
        copy.append_copy(rows);
        *rows = Arc::new(copy);
    }
    enough
}

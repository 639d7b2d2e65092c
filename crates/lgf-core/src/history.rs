//! Stage 2: what the true optimizer has recorded.
use crate::linalg::view;
use faer::MatRef;
use serde::{Deserialize, Serialize};

/// Recorded states, and derivatives along with them where they are tracked; capacity is fixed, memory allocated once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    dimension: usize,
    capacity: usize,
    tracked: bool,
    states: Vec<f64>,
    rates: Vec<f64>,
}

impl History {
    /// An empty history with room for `capacity` rows; `None` if there is no memory for it.
    pub fn new(dimension: usize, capacity: usize, tracked: bool) -> Option<Self> {
        let mut history = Self {
            dimension,
            capacity,
            tracked,
            states: Vec::new(),
            rates: Vec::new(),
        };
        history.reserve().then_some(history)
    }

    /// An empty history of the same shape, if there is memory for it.
    pub(crate) fn emptied(&self) -> Option<Self> {
        Self::new(self.dimension, self.capacity, self.tracked)
    }

    /// Makes sure of the memory for all rows; whether there is enough.
    pub(crate) fn reserve(&mut self) -> bool {
        let Some(size) = self.dimension.checked_mul(self.capacity) else {
            return false;
        };
        let rates = if self.tracked { size } else { 0 };
        self.states.try_reserve_exact(size.saturating_sub(self.states.len())).is_ok()
            && self.rates.try_reserve_exact(rates.saturating_sub(self.rates.len())).is_ok()
    }

    /// Whether this is a history that `like` could have become: same shape, whole rows.
    pub(crate) fn is_like(&self, like: &Self) -> bool {
        let rates = if self.tracked { self.states.len() } else { 0 };
        (self.dimension, self.capacity, self.tracked) == (like.dimension, like.capacity, like.tracked)
            && self.states.len().is_multiple_of(self.dimension)
            && self.len() <= self.capacity
            && self.rates.len() == rates
    }

    /// Number of recorded states.
    pub fn len(&self) -> usize {
        self.states.len() / self.dimension
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// Whether no more rows fit.
    pub fn is_full(&self) -> bool {
        self.len() >= self.capacity
    }

    /// Forgets all rows, keeps the memory.
    pub fn clear(&mut self) {
        self.states.clear();
        self.rates.clear();
    }

    /// Records a state.
    pub fn push(&mut self, state: &[f64]) {
        self.states.extend_from_slice(state);
    }

    /// Records a state with its derivative.
    pub fn push_with_rate(&mut self, state: &[f64], rate: impl IntoIterator<Item = f64>) {
        self.states.extend_from_slice(state);
        self.rates.extend(rate);
    }

    /// Snapshot matrix, d×n: one column a state.
    pub fn snapshots(&self) -> MatRef<'_, f64> {
        view(&self.states, self.dimension, self.len())
    }

    /// Derivatives, d×n, where they were tracked.
    pub fn rates(&self) -> Option<MatRef<'_, f64>> {
        self.tracked.then(|| view(&self.rates, self.dimension, self.len()))
    }
}

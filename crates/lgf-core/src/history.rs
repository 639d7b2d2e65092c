//! Stage 2: what the true optimizer has recorded.
use crate::linalg::view;
use faer::MatRef;

/// Recorded states, and derivatives along with them where they are tracked; capacity is fixed, memory allocated once.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    dimension: usize,
    states: Vec<f64>,
    rates: Vec<f64>,
}

impl History {
    /// An empty history with room for `capacity` rows; `None` if there is no memory for it.
    pub fn new(dimension: usize, capacity: usize, tracked: bool) -> Option<Self> {
        let size = dimension.checked_mul(capacity)?;
        let mut history = Self {
            dimension,
            states: Vec::new(),
            rates: Vec::new(),
        };
        history.states.try_reserve_exact(size).ok()?;
        history.rates.try_reserve_exact(if tracked { size } else { 0 }).ok()?;
        Some(history)
    }

    /// Number of recorded states.
    pub fn len(&self) -> usize {
        self.states.len() / self.dimension
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
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

    /// Records a state with its derivative, `-direction`.
    pub fn push_tracked(&mut self, state: &[f64], direction: &[f64]) {
        self.states.extend_from_slice(state);
        self.rates.extend(direction.iter().map(|g| -g));
    }

    /// Snapshot matrix, d×n: one column a state.
    pub fn snapshots(&self) -> MatRef<'_, f64> {
        view(&self.states, self.dimension, self.len())
    }

    /// Derivatives, d×n, where they were tracked.
    pub fn rates(&self) -> Option<MatRef<'_, f64>> {
        (!self.rates.is_empty()).then(|| view(&self.rates, self.dimension, self.len()))
    }
}

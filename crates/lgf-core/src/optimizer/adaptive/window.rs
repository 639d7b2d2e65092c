//! The sliding window of true secants: differences of points and of gradients between each evaluation and the iterate that it started from.
use crate::linalg::dot;
use crate::linalg::kernel::Columns;
use crate::parallel::blocks_mut;
use serde::{Deserialize, Serialize};

/// What is known of one secant besides its vectors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Place of its vectors.
    slot: usize,
    /// Value at its end minus the value at its start.
    pub rise: f64,
    /// Slope of the objective along it at its start, `g's`.
    pub slope: f64,
    /// Whether its end became the iterate.
    pub accepted: bool,
    /// Whether its end is far outside of what linear models are good for.
    pub wild: bool,
}

/// A vector of the window, by slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Step(usize),
    Change(usize),
}

impl Place {
    /// Place among all steps, then all changes, of so many slots.
    pub fn index(self, slots: usize) -> usize {
        match self {
            Self::Step(slot) => slot,
            Self::Change(slot) => slots + slot,
        }
    }
}

/// At most `capacity` secants `(s, y)`, newest first; the oldest makes way. Memory: `2 (capacity + 1)` vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    dimension: usize,
    capacity: usize,
    /// Steps, one after the other in the order of their slots.
    s: Vec<f64>,
    /// Differences of gradients.
    y: Vec<f64>,
    records: Vec<Record>,
    /// Inner products by slots, `[s's, s'y, y'y]`; empty where nobody asks for them.
    products: [Vec<f64>; 3],
    /// Those with the gradient at the iterate: steps by slot, then changes by slot.
    gradient: [Vec<f64>; 2],
    /// The same with the gradient at the end of the newest secant.
    newest: [Vec<f64>; 2],
}

impl Window {
    /// With inner products of all vectors or without.
    pub fn new(dimension: usize, capacity: usize, products: bool) -> Self {
        let size = if products { (capacity + 1) * (capacity + 1) } else { 0 };
        Self {
            dimension,
            capacity,
            s: Vec::new(),
            y: Vec::new(),
            records: Vec::new(),
            products: [(); 3].map(|()| vec![0.0; size]),
            gradient: [(); 2].map(|()| vec![0.0; if products { capacity + 1 } else { 0 }]),
            newest: [(); 2].map(|()| vec![0.0; if products { capacity + 1 } else { 0 }]),
        }
    }

    /// Whether this is a window that `fresh` could have become.
    pub fn is_like(&self, fresh: &Self) -> bool {
        let (d, n) = (self.dimension, self.records.len());
        let mut slots: Vec<usize> = self.records.iter().map(|record| record.slot).collect();
        slots.sort_unstable();
        (d, self.capacity) == (fresh.dimension, fresh.capacity)
            && self.s.len() == self.y.len()
            && self.s.len().is_multiple_of(d)
            && self.s.len() / d <= self.capacity + 1
            && n <= self.capacity
            && slots.windows(2).all(|pair| pair[0] < pair[1])
            && slots.last().is_none_or(|&last| (last + 1) * d <= self.s.len())
            && self.products.iter().zip(&fresh.products).all(|(a, b)| a.len() == b.len())
            && self.gradient.iter().zip(&fresh.gradient).all(|(a, b)| a.len() == b.len())
            && self.newest.iter().zip(&fresh.newest).all(|(a, b)| a.len() == b.len())
            && self.s.iter().chain(&self.y).all(|v| v.is_finite())
    }

    pub fn dimension(&self) -> usize {
        self.dimension
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Secants, newest first.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    pub fn step(&self, age: usize) -> &[f64] {
        let at = self.records[age].slot * self.dimension;
        &self.s[at..at + self.dimension]
    }

    pub fn change(&self, age: usize) -> &[f64] {
        let at = self.records[age].slot * self.dimension;
        &self.y[at..at + self.dimension]
    }

    /// All steps and all changes in the order of their slots; slots that were never filled are not among them.
    pub fn columns(&self) -> [Columns<'_>; 2] {
        [Columns::new(&self.s, self.dimension), Columns::new(&self.y, self.dimension)]
    }

    /// Place of a secant in [`Window::columns`].
    pub fn slot(&self, age: usize) -> usize {
        self.records[age].slot
    }

    /// Number of slots that hold vectors.
    pub fn slots(&self) -> usize {
        self.s.len() / self.dimension
    }

    /// Takes in a secant from `x` with `g` to `next` with `gradient`; the oldest makes way.
    pub fn push(&mut self, ends: [&[f64]; 2], gradients: [&[f64]; 2], record: impl FnOnce(usize) -> Record) {
        let d = self.dimension;
        // The oldest keeps its place until the next secant: predictions made with it are yet to be judged.
        let oldest = if self.records.len() == self.capacity {
            self.records.pop()
        } else {
            None
        };
        let free = |slot: &usize| self.records.iter().chain(&oldest).all(|record| record.slot != *slot);
        let slot = (0..=self.capacity).find(free).unwrap_or(0);
        if self.s.len() < (slot + 1) * d {
            self.s.resize((slot + 1) * d, 0.0);
            self.y.resize((slot + 1) * d, 0.0);
        }
        let at = slot * d..(slot + 1) * d;
        crate::linalg::pass::combine([(1.0, ends[1]), (-1.0, ends[0])].into_iter(), &mut self.s[at.clone()]);
        crate::linalg::pass::combine([(1.0, gradients[1]), (-1.0, gradients[0])].into_iter(), &mut self.y[at]);
        self.records.insert(0, record(slot));
        if !self.products[0].is_empty() {
            self.update_products(slot, gradients);
        }
    }

    /// Inner products of the vectors in a slot, and of the new gradient, with all others: one pass over the window.
    fn update_products(&mut self, slot: usize, [old, new]: [&[f64]; 2]) {
        let (d, n, slots) = (self.dimension, self.capacity + 1, self.slots());
        let at = slot * d..(slot + 1) * d;
        let (s, y) = (&self.s[at.clone()], &self.y[at]);
        let mut partial = Vec::new();
        let [with_s, with_y] = self.columns().map(|columns| {
            let mut out = vec![0.0; 3 * slots];
            columns.dots_of(&[s, y, new], &mut out, &mut partial);
            out
        });
        let gradient = [s, y].map(|v| inner(old, v));
        for j in 0..slots {
            let [ss, ys, yy] = [with_s[j], with_s[slots + j], with_y[slots + j]];
            // Of the change with the steps on both sides of the diagonal, of the step with the changes on the other.
            self.products[0][slot * n + j] = ss;
            self.products[0][j * n + slot] = ss;
            self.products[1][slot * n + j] = with_y[j];
            self.products[1][j * n + slot] = ys;
            self.products[2][slot * n + j] = yy;
            self.products[2][j * n + slot] = yy;
        }
        for (newest, with) in self.newest.iter_mut().zip([&with_s, &with_y]) {
            newest[..slots].copy_from_slice(&with[2 * slots..]);
        }
        for (known, value) in self.gradient.iter_mut().zip(gradient) {
            known[slot] = value;
        }
    }

    /// New coordinates, `b / ratio`: steps are divided, changes multiplied by it entry by entry. `g` is the gradient at the iterate, in the new ones.
    pub fn rescale(&mut self, ratio: &[f64], g: &[f64]) {
        let d = self.dimension;
        for (s, y) in self.s.chunks_mut(d).zip(self.y.chunks_mut(d)) {
            for ((s, y), r) in s.iter_mut().zip(y).zip(ratio) {
                *s /= r;
                *y *= r;
            }
        }
        if self.products[0].is_empty() {
            return;
        }
        let (n, slots) = (self.capacity + 1, self.slots());
        let mut partial = Vec::new();
        for slot in 0..slots {
            let at = slot * d..(slot + 1) * d;
            let (s, y) = (&self.s[at.clone()], &self.y[at]);
            let mut with_s = vec![0.0; 2 * slots];
            let mut with_y = vec![0.0; 2 * slots];
            let [steps, changes] = self.columns();
            steps.dots_of(&[s, y], &mut with_s, &mut partial);
            changes.dots_of(&[s, y], &mut with_y, &mut partial);
            for j in 0..slots {
                self.products[0][slot * n + j] = with_s[j];
                self.products[1][slot * n + j] = with_y[j];
                self.products[2][slot * n + j] = with_y[slots + j];
            }
        }
        let with_g = self.dots(g);
        for (k, known) in self.gradient.iter_mut().enumerate() {
            known[..slots].copy_from_slice(&with_g[k * slots..(k + 1) * slots]);
        }
    }

    /// `v'w` of two vectors.
    pub fn product(&self, v: Place, w: Place) -> f64 {
        let n = self.capacity + 1;
        match (v, w) {
            (Place::Step(v), Place::Step(w)) => self.products[0][v * n + w],
            (Place::Step(v), Place::Change(w)) | (Place::Change(w), Place::Step(v)) => self.products[1][v * n + w],
            (Place::Change(v), Place::Change(w)) => self.products[2][v * n + w],
        }
    }

    /// Inner products of all steps, then of all changes, by slot, with the gradient at the iterate.
    pub fn gradient_products(&self) -> Vec<f64> {
        let slots = self.slots();
        self.gradient.iter().flat_map(|products| &products[..slots]).copied().collect()
    }

    /// The same with any vector: one pass over the window.
    pub fn dots(&self, x: &[f64]) -> Vec<f64> {
        let slots = self.slots();
        let (mut out, mut partial) = (vec![0.0; 2 * slots], Vec::new());
        let (s, y) = out.split_at_mut(slots);
        self.columns()[0].dots(x, s, &mut partial);
        self.columns()[1].dots(x, y, &mut partial);
        out
    }

    /// `out = base + weight g + sum weights v` over all steps, then all changes, by slot: one pass over the window.
    pub fn lift(&self, base: &[f64], (weight, g): (f64, &[f64]), weights: &[f64], out: &mut [f64]) {
        let [s, y] = self.columns();
        let (a, b) = weights.split_at(self.slots());
        let g = Columns::new(g, self.dimension);
        blocks_mut(out, self.s.len() + self.y.len(), |from, out| {
            let at = from..from + out.len();
            out.copy_from_slice(&base[at.clone()]);
            g.add_part(at.clone(), &[weight], out);
            s.add_part(at.clone(), a, out);
            y.add_part(at, b, out);
        });
    }

    /// Inner products of the newest secant, `[g's, g'y, s's, s'y, y'y]`, `g` the gradient at its start.
    pub fn newest_products(&self, g: &[f64]) -> [f64; 5] {
        let slot = self.records[0].slot;
        if self.products[0].is_empty() {
            let (s, y) = (self.step(0), self.change(0));
            return [dot(g, s), dot(g, y), dot(s, s), dot(s, y), dot(y, y)];
        }
        let at = slot * (self.capacity + 2);
        let [ss, sy, yy] = [0, 1, 2].map(|i| self.products[i][at]);
        [self.gradient[0][slot], self.gradient[1][slot], ss, sy, yy]
    }

    /// Says that the end of the newest secant became the iterate.
    pub fn accept(&mut self) {
        if let Some(newest) = self.records.first_mut() {
            newest.accepted = true;
            self.gradient.clone_from(&self.newest);
        }
    }

    /// Says what the slope of the objective along the newest secant is at its start.
    pub fn set_slope(&mut self, slope: f64) {
        if let Some(newest) = self.records.first_mut() {
            newest.slope = slope;
        }
    }

    /// Says that the newest secant is of no use to linear models.
    pub fn set_wild(&mut self) {
        if let Some(newest) = self.records.first_mut() {
            newest.wild = true;
        }
    }

    /// Forgets everything but the newest secants.
    pub fn truncate(&mut self, keep: usize) {
        self.records.truncate(keep);
    }
}

impl Record {
    pub fn new(slot: usize, rise: f64, slope: f64) -> Self {
        Self {
            slot,
            rise,
            slope,
            accepted: false,
            wild: false,
        }
    }
}

/// `a'b`, on all threads where they are long.
pub fn inner(a: &[f64], b: &[f64]) -> f64 {
    let mut out = [0.0];
    Columns::new(a, a.len()).dots(b, &mut out, &mut Vec::new());
    out[0]
}

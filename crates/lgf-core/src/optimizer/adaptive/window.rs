//! The sliding window of true secants: differences of points and of gradients between each evaluation and the iterate that it started from.
use crate::linalg::dot;
use crate::linalg::kernel::{Columns, add_dots, add_weighted};
use crate::linalg::pass::combine;
use crate::parallel::{blocks_mut, blocks_with_sums, sum_blocks};
use crate::profile::span_of;
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

/// At most `capacity` secants `(s, y)`, newest first; the oldest makes way. Memory: `2 (capacity + 1)` vectors, each from when it is needed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Window {
    dimension: usize,
    capacity: usize,
    /// Steps in the order of their slots.
    s: Vec<Vec<f64>>,
    /// Differences of gradients.
    y: Vec<Vec<f64>>,
    records: Vec<Record>,
    /// Inner products by slots, `[s's, s'y, y'y]`; empty where nobody asks for them.
    products: [Vec<f64>; 3],
    /// Those with the gradient at the iterate: steps by slot, then changes by slot.
    gradient: [Vec<f64>; 2],
    /// The same with the gradient at the end of the newest secant.
    newest: [Vec<f64>; 2],
    /// Room for the sums of blocks.
    #[serde(skip)]
    partial: Vec<f64>,
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
            partial: Vec::new(),
        }
    }

    /// Whether this is a window that `fresh` could have become.
    pub fn is_like(&self, fresh: &Self) -> bool {
        let (d, n) = (self.dimension, self.records.len());
        let mut slots: Vec<usize> = self.records.iter().map(|record| record.slot).collect();
        slots.sort_unstable();
        (d, self.capacity) == (fresh.dimension, fresh.capacity)
            && self.s.len() == self.y.len()
            && self.s.len() <= self.capacity + 1
            && n <= self.capacity
            && slots.windows(2).all(|pair| pair[0] < pair[1])
            && slots.last().is_none_or(|&last| last < self.s.len())
            && self.products.iter().zip(&fresh.products).all(|(a, b)| a.len() == b.len())
            && self.gradient.iter().zip(&fresh.gradient).all(|(a, b)| a.len() == b.len())
            && self.newest.iter().zip(&fresh.newest).all(|(a, b)| a.len() == b.len())
            && self
                .s
                .iter()
                .chain(&self.y)
                .all(|v| v.len() == d && v.iter().all(|v| v.is_finite()))
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
        &self.s[self.records[age].slot]
    }

    pub fn change(&self, age: usize) -> &[f64] {
        &self.y[self.records[age].slot]
    }

    /// Place of a secant among all steps, and among all changes.
    pub fn slot(&self, age: usize) -> usize {
        self.records[age].slot
    }

    /// Number of slots that hold vectors.
    pub fn slots(&self) -> usize {
        self.s.len()
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
        if self.s.len() == slot {
            self.s.push(vec![0.0; d]);
            self.y.push(vec![0.0; d]);
        }
        self.records.insert(0, record(slot));
        let slots = if self.products[0].is_empty() { 0 } else { self.slots() };
        let _span = span_of("window", d * (2 * slots + 4))
            .moved(8 * d * (2 * slots + 6))
            .computed(d * (12 * slots + 6));
        if self.products[0].is_empty() {
            combine([(1.0, ends[1]), (-1.0, ends[0])].into_iter(), &mut self.s[slot]);
            combine([(1.0, gradients[1]), (-1.0, gradients[0])].into_iter(), &mut self.y[slot]);
        } else {
            self.fill(slot, ends, gradients);
        }
    }

    /// Writes both vectors of a slot, and their inner products and those of the new gradient with all others: one pass over the window and
    /// the four vectors, block by block.
    fn fill(&mut self, slot: usize, ends: [&[f64]; 2], gradients: [&[f64]; 2]) {
        let (n, slots) = (self.capacity + 1, self.slots());
        // Of all steps, then all changes, with the step, the change and the new gradient; then of the old gradient with step and change.
        let mut sums = vec![0.0; 6 * slots + 2];
        // The vectors of the slot leave the window while they are written; nothing else is asked about their places in it.
        let (mut s, mut y) = (std::mem::take(&mut self.s[slot]), std::mem::take(&mut self.y[slot]));
        let columns = || self.s.iter().chain(&self.y);
        let numbers = (2 * slots + 4) * self.dimension;
        blocks_with_sums(
            [&mut s, &mut y],
            numbers,
            &mut sums,
            &mut self.partial,
            &|from, [s, y]: [&mut [f64]; 2], sums| {
                let at = from..from + s.len();
                let [x, next] = ends.map(|v| &v[at.clone()]);
                let [old, new] = gradients.map(|v| &v[at.clone()]);
                combine([(1.0, next), (-1.0, x)].into_iter(), s);
                combine([(1.0, new), (-1.0, old)].into_iter(), y);
                let (s, y) = (&*s, &*y);
                let (of_all, of_old) = sums.split_at_mut(6 * slots);
                let parts = columns().enumerate().map(|(i, column)| match i {
                    i if i == slot => s,
                    i if i == slots + slot => y,
                    _ => &column[at.clone()],
                });
                add_dots(parts, [s, y, new], of_all);
                add_dots([s, y].into_iter(), [old], of_old);
            },
        );
        (self.s[slot], self.y[slot]) = (s, y);
        let (of_all, of_old) = sums.split_at(6 * slots);
        let (with_s, rest) = of_all.split_at(2 * slots);
        let (with_y, with_new) = rest.split_at(2 * slots);
        for j in 0..slots {
            let [ss, ys, yy] = [with_s[j], with_y[j], with_y[slots + j]];
            // Of the change with the steps on both sides of the diagonal, of the step with the changes on the other.
            self.products[0][slot * n + j] = ss;
            self.products[0][j * n + slot] = ss;
            self.products[1][slot * n + j] = with_s[slots + j];
            self.products[1][j * n + slot] = ys;
            self.products[2][slot * n + j] = yy;
            self.products[2][j * n + slot] = yy;
        }
        for (newest, with) in self.newest.iter_mut().zip(with_new.chunks_exact(slots)) {
            newest[..slots].copy_from_slice(with);
        }
        for (known, &value) in self.gradient.iter_mut().zip(of_old) {
            known[slot] = value;
        }
    }

    /// New coordinates, `b / ratio`: steps are divided, changes multiplied by it entry by entry. `g` is the gradient at the iterate, in the new ones.
    pub fn rescale(&mut self, ratio: &[f64], g: &[f64]) {
        for (s, y) in self.s.iter_mut().zip(&mut self.y) {
            for ((s, y), r) in s.iter_mut().zip(y).zip(ratio) {
                *s /= r;
                *y *= r;
            }
        }
        if self.products[0].is_empty() {
            return;
        }
        let (n, slots) = (self.capacity + 1, self.slots());
        for slot in 0..slots {
            let [with_s, with_y] = [&self.s, &self.y].map(|vectors| self.dots(&vectors[slot]));
            for j in 0..slots {
                self.products[0][slot * n + j] = with_s[j];
                self.products[1][slot * n + j] = with_s[slots + j];
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
        let mut out = vec![0.0; 2 * self.slots()];
        let numbers = (out.len() + 1) * self.dimension;
        let _span = span_of("products", numbers).moved(8 * numbers).computed(2 * numbers);
        sum_blocks(self.dimension, out.len() * self.dimension, &mut out, &mut Vec::new(), |at, sums| {
            let columns = self.s.iter().chain(&self.y).map(|v| &v[at.clone()]);
            add_dots(columns, [&x[at.clone()]], sums);
        });
        out
    }

    /// `out = base + weight g + sum weights v` over all steps, then all changes, by slot: one pass over those that count.
    pub fn lift(&self, base: &[f64], (weight, g): (f64, &[f64]), weights: &[f64], out: &mut [f64]) {
        let vectors = std::iter::once(g).chain(self.s.iter().chain(&self.y).map(Vec::as_slice));
        let parts: Vec<(f64, &[f64])> = std::iter::once(weight)
            .chain(weights.iter().copied())
            .zip(vectors)
            .filter(|(weight, _)| *weight != 0.0)
            .collect();
        let numbers = (parts.len() + 2) * self.dimension;
        let _span = span_of("lift", numbers).moved(8 * numbers).computed(2 * numbers);
        blocks_mut(out, (parts.len() + 2) * self.dimension, |from, out| {
            let at = from..from + out.len();
            out.copy_from_slice(&base[at.clone()]);
            add_weighted(parts.iter().map(|(weight, v)| (*weight, &v[at.clone()])), out);
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

/// Length of a vector, of any scale.
pub fn length(v: &[f64]) -> f64 {
    let most = v.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
    if most > 1e-140 && most < 1e140 {
        inner(v, v).sqrt()
    } else if most > 0.0 && most.is_finite() {
        most * v.iter().map(|v| (v / most).powi(2)).sum::<f64>().sqrt()
    } else {
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_vectors_in_new_coordinates_too() {
        const D: usize = 7;
        let vector = |k: usize| -> Vec<f64> { (0..D).map(|i| ((3 * k + 2) as f64 * (i + 1) as f64).sin()).collect() };
        let mut window = Window::new(D, 3, true);
        for k in 0..5 {
            let [x, next, g, h] = [4 * k, 4 * k + 1, 4 * k + 2, 4 * k + 3].map(vector);
            window.push([&x, &next], [&g, &h], |slot| Record::new(slot, -1.0, -1.0));
            window.accept();
        }
        let check = |window: &Window| {
            let places: Vec<(Place, &[f64])> = (0..window.len())
                .flat_map(|age| {
                    [
                        (Place::Step(window.slot(age)), window.step(age)),
                        (Place::Change(window.slot(age)), window.change(age)),
                    ]
                })
                .collect();
            for (v, a) in &places {
                for (w, b) in &places {
                    assert!((window.product(*v, *w) - dot(a, b)).abs() < 1e-12, "{v:?} {w:?}");
                }
            }
        };
        check(&window);
        let ratio: Vec<f64> = (0..D).map(|i| 1.5 + (i as f64).cos()).collect();
        let g: Vec<f64> = vector(19).iter().zip(&ratio).map(|(g, r)| g * r).collect();
        window.rescale(&ratio, &g);
        check(&window);
        let known = window.gradient_products();
        for age in 0..window.len() {
            let of = |place: Place| known[place.index(window.slots())];
            assert!((of(Place::Step(window.slot(age))) - dot(&g, window.step(age))).abs() < 1e-12);
            assert!((of(Place::Change(window.slot(age))) - dot(&g, window.change(age))).abs() < 1e-12);
        }
    }
}

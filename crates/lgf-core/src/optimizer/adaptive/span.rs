//! Reduced coordinates `z = U'(a - a_k)` around the iterate: `U` an orthonormal basis of everything in the window and of the gradient.
use super::window::{Place, Record, Window};
use crate::linalg::dot;

/// Directions whose part outside of the span of newer ones is shorter than this, relative to their length, are dropped: products of vectors
/// in double precision say nothing below.
const RANK_TOLERANCE: f64 = 1e-6;

/// The window in reduced coordinates, newest first. `k` numbers a vector.
#[derive(Debug, Clone, Default)]
pub struct Reduced {
    pub k: usize,
    pub s: Vec<Vec<f64>>,
    pub y: Vec<Vec<f64>>,
    pub g: Vec<f64>,
    pub records: Vec<Record>,
    /// The vectors of which the basis is made: of the window, or the gradient.
    kept: Vec<Option<Place>>,
    /// `V = U R` for the kept vectors: `R` upper triangular, by columns.
    r: Vec<Vec<f64>>,
}

impl Reduced {
    /// The variables themselves as coordinates; those whose gradient is zero stay where they are if some are `held`.
    pub fn full(window: &Window, g: &[f64], held: bool) -> Self {
        let n = window.len();
        let free = |v: &[f64]| -> Vec<f64> {
            let kept = |(&v, &g): (&f64, &f64)| if held && g == 0.0 { 0.0 } else { v };
            v.iter().zip(g).map(kept).collect()
        };
        Self {
            k: g.len(),
            s: (0..n).map(|age| free(window.step(age))).collect(),
            y: (0..n).map(|age| free(window.change(age))).collect(),
            g: g.to_vec(),
            records: window.records().to_vec(),
            kept: Vec::new(),
            r: Vec::new(),
        }
    }

    /// Coordinates from inner products alone; nothing stands for the gradient.
    pub fn of_products(window: &Window, gram: impl Fn(Option<Place>, Option<Place>) -> f64) -> Self {
        let n = window.len();
        let order: Vec<Option<Place>> = std::iter::once(None)
            .chain((0..n).flat_map(|age| [Place::Step(window.slot(age)), Place::Change(window.slot(age))].map(Some)))
            .collect();
        let (mut kept, mut r, mut diagonal): (Vec<Option<Place>>, Vec<Vec<f64>>, Vec<f64>) = Default::default();
        let mut coordinates = vec![Vec::new(); order.len()];
        for (place, &v) in order.iter().enumerate() {
            let length = gram(v, v).sqrt();
            // One column of an ordered Cholesky factorisation: what the kept vectors say of this one.
            let mut c: Vec<f64> = Vec::with_capacity(kept.len() + 1);
            for (j, &u) in kept.iter().enumerate() {
                let known: f64 = dot(&r[j][..j], &c);
                c.push((gram(u, v) - known) / diagonal[j]);
            }
            let rest = gram(v, v) - dot(&c, &c);
            if length > 0.0 && rest > (RANK_TOLERANCE * length).powi(2) {
                c.push(rest.sqrt());
                diagonal.push(rest.sqrt());
                kept.push(v);
                r.push(c.clone());
            }
            coordinates[place] = c;
        }
        let k = kept.len();
        coordinates.iter_mut().for_each(|c| c.resize(k, 0.0));
        let mut coordinates = coordinates.into_iter();
        let g = coordinates.next().unwrap_or_default();
        let (mut s, mut y) = (Vec::with_capacity(n), Vec::with_capacity(n));
        while let (Some(a), Some(b)) = (coordinates.next(), coordinates.next()) {
            s.push(a);
            y.push(b);
        }
        Self {
            k,
            s,
            y,
            g,
            records: window.records().to_vec(),
            kept,
            r,
        }
    }

    /// Coordinates of the ends of all secants and of the differences of their gradients from the gradient at the iterate, newest first, and
    /// the values there minus the value at the iterate.
    pub fn points(&self) -> Vec<Point> {
        let (mut z, mut h, mut f) = (vec![0.0; self.k], vec![0.0; self.k], 0.0);
        let mut points = Vec::with_capacity(self.records.len() + 1);
        for (i, record) in self.records.iter().enumerate() {
            if record.accepted {
                // The iterate was its end: go back to its start, which is a point of its own only at the end of the window.
                for (z, s) in z.iter_mut().zip(&self.s[i]) {
                    *z -= s;
                }
                for (h, y) in h.iter_mut().zip(&self.y[i]) {
                    *h -= y;
                }
                f -= record.rise;
                points.push(Point {
                    z: z.clone(),
                    h: h.clone(),
                    rise: f,
                    weight: 1.0,
                });
            } else {
                let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + b).collect();
                points.push(Point {
                    z: sum(&z, &self.s[i]),
                    h: sum(&h, &self.y[i]),
                    rise: f + record.rise,
                    weight: 1.0,
                });
            }
        }
        points
    }

    /// Weights of the vectors of the window by slot, steps before changes, and of the gradient, whose combination is `U z`.
    pub fn weights(&self, z: &[f64], slots: usize) -> (Vec<f64>, f64) {
        let mut c = z.to_vec();
        for j in (0..self.k).rev() {
            c[j] /= self.r[j][j];
            let value = c[j];
            for (c, r) in c[..j].iter_mut().zip(&self.r[j]) {
                *c -= value * r;
            }
        }
        let (mut weights, mut gradient) = (vec![0.0; 2 * slots], 0.0);
        for (&v, c) in self.kept.iter().zip(c) {
            match v {
                Some(Place::Step(slot)) => weights[slot] = c,
                Some(Place::Change(slot)) => weights[slots + slot] = c,
                None => gradient = c,
            }
        }
        (weights, gradient)
    }

    /// `U'v` for another vector, whose products with those of the window and with the gradient are given.
    pub fn project(&self, with: impl Fn(Option<Place>) -> f64) -> Vec<f64> {
        let mut c: Vec<f64> = Vec::with_capacity(self.k);
        for (j, &u) in self.kept.iter().enumerate() {
            let known = dot(&self.r[j][..j], &c);
            c.push((with(u) - known) / self.r[j][j]);
        }
        c
    }
}

/// A point where the gradient is known, relative to the iterate.
#[derive(Debug, Clone)]
pub struct Point {
    pub z: Vec<f64>,
    /// Gradient there minus the gradient at the iterate.
    pub h: Vec<f64>,
    /// Value there minus the value at the iterate.
    pub rise: f64,
    /// How much it counts.
    pub weight: f64,
}

//! The metric in which the flow is learned: `da/dt = -P g(a)`, `P` diagonal. With `a = sqrt(P) b` it is `db/dt = -h(b)`, `h = sqrt(P) g`: everything
//! else of the optimizer works in `b`, where steps are `s / sqrt(P)` and changes `sqrt(P) y`, and is as it would be without.
//!
//! For directions `p` that are no gradients the flow is `da/dt = -P p(a)`, and `h = sqrt(P) p` all the same.
use super::options::{AdaptiveOptions, BaseUpdate};
use super::scales::{Curvatures, Moment};
use crate::linalg::pass::{Entrywise, combine, pass};
use crate::parallel::BLOCK;
use pulp::Simd;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The metric in use makes way for the present one when entries of `sqrt(P)` moved apart by more than this. A factor common to all is not looked
/// at: it changes nothing but the unit of time.
const APART: f64 = 2.0;

/// `sqrt(P)` and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// `sqrt(P)` in use; empty where it is 1.
    root: Vec<f64>,
    source: Source,
}

/// Where `P` comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Source {
    /// It is what it was at the start.
    Given,
    Adam(Moment),
    Diagonal(Curvatures),
}

impl Metric {
    pub fn new(options: &AdaptiveOptions) -> Self {
        let root: Vec<f64> = options.preconditioner.iter().flatten().map(|p| p.sqrt()).collect();
        let source = match options.base {
            BaseUpdate::Descent => Source::Given,
            BaseUpdate::Adam => Source::Adam(Moment::new(&root)),
            BaseUpdate::Diagonal => Source::Diagonal(Curvatures::default()),
        };
        Self { root, source }
    }

    /// Whether this is a metric that `fresh` could have become.
    pub fn is_like(&self, fresh: &Self, dimension: usize) -> bool {
        let changed = self.root.len() == dimension && self.root.iter().all(|root| root.is_normal() && *root > 0.0);
        match (&self.source, &fresh.source) {
            (Source::Given, Source::Given) => self.root == fresh.root,
            (Source::Adam(own), Source::Adam(other)) => (changed || self.root == fresh.root) && own.is_like(other, dimension),
            (Source::Diagonal(own), Source::Diagonal(_)) => (changed || self.root == fresh.root) && own.is_sound(dimension),
            _ => false,
        }
    }

    /// Whether the coordinates are the variables.
    pub fn is_plain(&self) -> bool {
        self.root.is_empty()
    }

    /// Takes in the gradient at an iterate, in the units of the variables, and the secant in coordinates that led there. By what `sqrt(P)` is to be
    /// multiplied, where another one comes into use.
    pub fn see(&mut self, gradient: &[f64], secant: Option<[&[f64]; 2]>) -> Option<Vec<f64>> {
        let target = match &mut self.source {
            Source::Given => None,
            Source::Adam(moment) => moment.see(gradient),
            Source::Diagonal(curvatures) => {
                let [s, y] = secant?;
                if self.root.is_empty() {
                    curvatures.see(s, y)
                } else {
                    let (mut s, mut y) = (s.to_vec(), y.to_vec());
                    s.iter_mut().zip(&self.root).for_each(|(s, root)| *s *= root);
                    y.iter_mut().zip(&self.root).for_each(|(y, root)| *y /= root);
                    curvatures.see(&s, &y)
                }
            }
        }?;
        let mut ratio = target.clone();
        let sound = self.root.is_empty() || pass(Quotient, [&target, &self.root], [&mut ratio]);
        let [least, most] = range(&ratio);
        if !(sound && least.is_normal() && most > APART * least) {
            return None;
        }
        self.root = target;
        Some(ratio)
    }

    /// `sqrt(P) v`: a gradient in the coordinates, or a step in the units of the variables.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        let mut out = v.to_vec();
        self.scale(&mut out);
        out
    }

    /// The same in place.
    pub fn scale(&self, v: &mut [f64]) {
        if !self.is_plain() {
            pass(Scale, [&self.root], [v]);
        }
    }

    /// `(next - x) / sqrt(P)`: a step in the coordinates.
    pub fn step(&self, x: &[f64], next: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; x.len()];
        if self.is_plain() {
            combine([(1.0, next), (-1.0, x)].into_iter(), &mut out);
        } else {
            pass(Step, [x, next, &self.root], [&mut out]);
        }
        out
    }

    /// From a step in the coordinates, which `next` holds, to its end in the variables.
    pub fn carry(&self, x: &[f64], next: &mut [f64]) {
        pass(Carry, [x, &self.root], [next]);
    }
}

/// The smallest and the largest entry.
fn range(v: &[f64]) -> [f64; 2] {
    let of = |part: &[f64]| part.iter().fold([f64::INFINITY, 0.0_f64], |[a, b], &v| [a.min(v), b.max(v)]);
    let join = |[a, b]: [f64; 2], [c, d]: [f64; 2]| [a.min(c), b.max(d)];
    v.par_chunks(BLOCK).map(of).reduce(|| [f64::INFINITY, 0.0], join)
}

#[derive(Clone, Copy)]
struct Scale;

impl Entrywise<1, 1> for Scale {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [a]: [S::f64s; 1], [b]: [S::f64s; 1]) -> [S::f64s; 1] {
        [simd.mul_f64s(a, b)]
    }
}

#[derive(Clone, Copy)]
struct Quotient;

impl Entrywise<2, 1> for Quotient {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [a, b]: [S::f64s; 2], _: [S::f64s; 1]) -> [S::f64s; 1] {
        [simd.div_f64s(a, b)]
    }
}

#[derive(Clone, Copy)]
struct Step;

impl Entrywise<3, 1> for Step {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [x, next, root]: [S::f64s; 3], _: [S::f64s; 1]) -> [S::f64s; 1] {
        [simd.div_f64s(simd.sub_f64s(next, x), root)]
    }
}

#[derive(Clone, Copy)]
struct Carry;

impl Entrywise<2, 1> for Carry {
    #[inline(always)]
    fn at<S: Simd>(self, simd: S, [x, root]: [S::f64s; 2], [z]: [S::f64s; 1]) -> [S::f64s; 1] {
        [simd.add_f64s(x, simd.mul_f64s(root, z))]
    }
}

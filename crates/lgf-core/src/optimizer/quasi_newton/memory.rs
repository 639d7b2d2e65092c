//! Pairs of steps and changes of the gradient, and the inverse Hessian that they stand for.
//!
//! Gradients are divided by a power of two, the unit, so that their products stay within the range of doubles.
use crate::linalg::{dot, unit};
use crate::profile::span_of;
use serde::{Deserialize, Serialize};

/// A step `s`, the change `y` of the gradient over it in units, and `s'y`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair {
    s: Vec<f64>,
    y: Vec<f64>,
    product: f64,
}

/// The last pairs, the oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    pairs: Vec<Pair>,
    most: usize,
    /// What gradients are divided by.
    unit: f64,
    /// `s'y / y'y` of the newest pair that was dropped.
    scale: Option<f64>,
    /// Room for one weight and product a pair.
    #[serde(skip)]
    weights: Vec<(f64, f64)>,
}

impl Memory {
    pub fn new(most: usize) -> Self {
        Self {
            pairs: Vec::new(),
            most,
            unit: 1.0,
            scale: None,
            weights: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub fn clear(&mut self) {
        if let Some(pair) = self.pairs.last() {
            self.scale = Some(pair.product / dot(&pair.y, &pair.y)).filter(|scale| scale.is_finite());
        }
        self.pairs.clear();
    }

    /// Whether nothing says how long a step should be.
    pub fn is_blank(&self) -> bool {
        self.pairs.is_empty() && self.scale.is_none()
    }

    /// Without the scale of the pairs too.
    pub fn forget(&mut self) {
        self.pairs.clear();
        self.scale = None;
    }

    /// Replaces `v`, a gradient, by the inverse Hessian times `v`; where `free` is given, of the variables it names alone, and `v` is 0 elsewhere.
    /// Of pairs that were dropped the scale is left; where none is known, `v` is divided by the unit that fits it.
    pub fn apply(&mut self, v: &mut [f64], free: Option<&[bool]>) {
        if self.is_empty() {
            let fits = unit(v);
            self.scale = self.scale.map(|scale| scale / self.unit * fits);
            self.unit = fits;
        }
        let unit = self.unit;
        if unit != 1.0 {
            v.iter_mut().for_each(|v| *v /= unit);
        }
        if let (true, Some(scale)) = (self.is_empty(), self.scale) {
            v.iter_mut().for_each(|v| *v *= scale);
        }
        self.multiply(v, free);
    }

    /// Takes the pair of a step from `x` to `to`; not one along which the gradient rose by no more than rounding.
    pub fn push(&mut self, [x, to]: [&[f64]; 2], [g, then]: [&[f64]; 2]) {
        let _span = span_of("pairs", x.len()).moved(80 * x.len()).computed(10 * x.len());
        let unit = self.unit;
        let mut pair = if self.pairs.len() == self.most {
            self.pairs.remove(0)
        } else {
            Pair {
                s: Vec::with_capacity(x.len()),
                y: Vec::with_capacity(x.len()),
                product: 0.0,
            }
        };
        pair.s.clear();
        pair.s.extend(to.iter().zip(x).map(|(to, x)| to - x));
        pair.y.clear();
        pair.y.extend(then.iter().zip(g).map(|(then, g)| then / unit - g / unit));
        pair.product = dot(&pair.s, &pair.y);
        let slope: f64 = g.iter().zip(&pair.s).map(|(g, s)| g / unit * s).sum();
        if pair.product > f64::EPSILON * -slope && pair.product > 0.0 && pair.product.is_finite() {
            self.pairs.push(pair);
        }
    }

    /// The inverse Hessian times `v`, both in units.
    ///
    /// The recursion of Nocedal 1980, doi:10.1090/S0025-5718-1980-0572855-7, from `s'y / y'y` of the newest pair times the identity.
    fn multiply(&mut self, v: &mut [f64], free: Option<&[bool]>) {
        let numbers = self.pairs.len() * v.len();
        let _span = span_of("two loops", numbers).moved(80 * numbers).computed(8 * numbers);
        let inner = |a: &[f64], b: &[f64]| match free {
            None => dot(a, b),
            Some(free) => a
                .iter()
                .zip(b)
                .zip(free)
                .map(|((a, b), &free)| if free { a * b } else { 0.0 })
                .sum(),
        };
        let add = |v: &mut [f64], factor: f64, a: &[f64]| match free {
            None => v.iter_mut().zip(a).for_each(|(v, a)| *v += factor * a),
            Some(free) => v.iter_mut().zip(a).zip(free).for_each(|((v, a), &free)| {
                if free {
                    *v += factor * a;
                }
            }),
        };
        // A part of a pair may have no curvature left.
        let product = |pair: &Pair| if free.is_none() { pair.product } else { inner(&pair.s, &pair.y) };
        let usable = |product: f64, pair: &Pair| product > f64::EPSILON * pair.product;
        let weights = &mut self.weights;
        weights.clear();
        let mut scale = None;
        for pair in self.pairs.iter().rev() {
            let product = product(pair);
            if !usable(product, pair) {
                weights.push((0.0, 0.0));
                continue;
            }
            scale.get_or_insert_with(|| product / inner(&pair.y, &pair.y));
            let weight = inner(&pair.s, v) / product;
            add(v, -weight, &pair.y);
            weights.push((weight, product));
        }
        if let Some(scale) = scale {
            v.iter_mut().for_each(|v| *v *= scale);
        }
        for (pair, &(weight, product)) in self.pairs.iter().zip(weights.iter().rev()) {
            if product > 0.0 {
                add(v, weight - inner(&pair.y, v) / product, &pair.s);
            }
        }
    }

    /// Whether a state that was read could be one of `dimension` variables and at most `most` pairs.
    pub fn is_sound(&self, dimension: usize, most: usize) -> bool {
        let whole = |pair: &Pair| pair.s.len() == dimension && pair.y.len() == dimension && pair.product > 0.0;
        self.most == most
            && self.unit > 0.0
            && self.unit.is_finite()
            && self.scale.is_none_or(f64::is_finite)
            && self.pairs.len() <= most
            && self.pairs.iter().all(whole)
    }
}

//! The general fit, for directions that are no gradients: of all combinations of secants the one that makes the direction smallest.
use super::quadratic::{Move, norm};
use super::span::Reduced;
use crate::linalg::{Cholesky, dot};
use faer::Mat;

/// Of the diagonal of the scaled normal equations: secants closer to dependent than that count less.
const RIDGE: f64 = 1e-13;
/// Most secants: where a direction comes from iterations of its own, or bends, older ones say something else.
const MOST: usize = 10;

/// `min_c |p - Y c|`; the end of the learned flow is `-S c`, and what the secants say nothing of goes along the direction for `gamma`.
#[derive(Clone, Default)]
pub struct General {
    z: Vec<f64>,
    s: Vec<Vec<f64>>,
    y: Vec<Vec<f64>>,
    pub ok: bool,
}

impl General {
    pub fn fit(&mut self, data: &Reduced, gamma: f64) {
        self.ok = false;
        let usable = (0..data.s.len()).filter(|&i| !data.records[i].wild && norm(&data.y[i]) > 0.0);
        let usable: Vec<usize> = usable.take(data.k.min(MOST)).collect();
        let n = usable.len();
        if n == 0 {
            return;
        }
        let lengths: Vec<f64> = usable.iter().map(|&i| norm(&data.y[i])).collect();
        let gram = Mat::from_fn(n, n, |i, j| dot(&data.y[usable[i]], &data.y[usable[j]]) / (lengths[i] * lengths[j]));
        let mut c: Vec<f64> = (0..n).map(|i| dot(&data.y[usable[i]], &data.g) / lengths[i]).collect();
        let mut cholesky = Cholesky::default();
        if cholesky.compute(gram.as_ref(), RIDGE * n as f64).is_none() {
            return;
        }
        cholesky.solve(&mut c);
        self.z = data.g.iter().map(|g| -gamma * g).collect();
        for ((c, &i), length) in c.iter().zip(&usable).zip(&lengths) {
            for ((z, s), y) in self.z.iter_mut().zip(&data.s[i]).zip(&data.y[i]) {
                *z -= c / length * (s - gamma * y);
            }
        }
        self.ok = self.z.iter().all(|z| z.is_finite());
        self.s = usable.iter().map(|&i| data.s[i].clone()).collect();
        self.y = usable.iter().map(|&i| data.y[i].clone()).collect();
    }

    /// Towards the end of the learned flow, at most `radius` far.
    pub fn follow(&self, radius: f64) -> Move {
        let length = norm(&self.z);
        let share = if length > radius { radius / length } else { 1.0 };
        Move {
            z: self.z.iter().map(|z| share * z).collect(),
            promise: 0.0,
            horizon: if share < 1.0 { share } else { f64::INFINITY },
        }
    }

    /// The change of the direction along a move, by the newest secants: those it is a combination of.
    pub fn change(&self, z: &[f64]) -> Vec<f64> {
        // Modified Gram-Schmidt, newest first: what of the move each secant accounts for.
        let (mut rest, mut out) = (z.to_vec(), vec![0.0; z.len()]);
        let mut basis: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
        for (s, y) in self.s.iter().zip(&self.y) {
            let (mut s, mut y) = (s.clone(), y.clone());
            let length = norm(&s);
            for (u, v) in &basis {
                let c = dot(u, &s);
                s.iter_mut().zip(u).for_each(|(s, u)| *s -= c * u);
                y.iter_mut().zip(v).for_each(|(y, v)| *y -= c * v);
            }
            let left = norm(&s);
            if left <= 1e-6 * length {
                continue;
            }
            s.iter_mut().for_each(|s| *s /= left);
            y.iter_mut().for_each(|y| *y /= left);
            let c = dot(&s, &rest);
            rest.iter_mut().zip(&s).for_each(|(r, s)| *r -= c * s);
            out.iter_mut().zip(&y).for_each(|(o, y)| *o += c * y);
            basis.push((s, y));
        }
        out
    }
}

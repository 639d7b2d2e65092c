//! Learned potentials of higher order where gradients are noisy: every gradient counts as much as its noise allows, and the values, which
//! are exact, count for more than any of them.
use super::polynomial::Polynomial;
use super::quadratic::norm;
use super::span::Point;
use crate::linalg::{Cholesky, accumulate, dot};
use faer::Mat;

/// Most unknowns: the normal equations with values are dense.
const MOST: usize = 450;
/// Equations for each unknown.
const EQUATIONS: usize = 2;
/// Weight of a value relative to a component of the gradient times its distance, where the polynomial is exact.
const VALUE: f64 = 1000.0;
/// Squared coefficients, in units of the mean square of the changes of the gradient, before any measurement.
const PRIOR: f64 = 100.0;
/// Share of the diagonal that keeps rounding out.
const RIDGE: f64 = 1e-12;
/// Truncation error at the typical distance before it is known, in deviations of the noise, and times that it is estimated.
const TRUNCATION: f64 = 10.0;
const PASSES: usize = 3;

impl Polynomial {
    /// Least squares over all points for `phi(z) = g'z + sum c_m m(z)`, the gradient `g` at the iterate among the unknowns: rows
    /// `grad phi(z_j) = g_j` with errors of variance `sigma^2 + (tau r_j^order)^2`, `r_j = |z_j| / scale`, and `phi(z_j) = f_j - f_k` with
    /// deviation `sigma |z_j| / 1000 + tau |z_j| r_j^order / (order + 1)`.
    ///
    /// The rate `tau` of the truncation error is the third quartile of what the residuals of the fit before have beyond the noise.
    /// `O(p^2 n + p^3)` for `p` unknowns, at most 450.
    pub fn fit_noisy(&mut self, points: &[Point], g: &[f64], near: f64, sigma: f64) {
        self.ok = false;
        let (d, m) = (g.len(), self.monomials.len());
        let p = m + d;
        if p > MOST || points.len() * (d + 1) < EQUATIONS * p {
            return;
        }
        let lengths: Vec<f64> = points.iter().map(|p| norm(&p.z)).collect();
        let mut distances = lengths.clone();
        distances.sort_unstable_by(f64::total_cmp);
        let scale = distances[distances.len() / 2].max(near);
        let prior = PRIOR * points.iter().map(|p| dot(&p.h, &p.h)).sum::<f64>() / (points.len() * d) as f64;
        if !(scale > 0.0 && prior > 0.0 && prior.is_finite()) {
            return;
        }
        let mut rate = TRUNCATION * sigma;
        for pass in 0..PASSES {
            let Some(c) = self.solve_noisy(points, g, [scale, prior, sigma, rate]) else {
                return;
            };
            self.units = vec![scale; d];
            self.g = c[m..].to_vec();
            self.c = c[..m].iter().map(|c| c * scale).collect();
            if pass + 1 < PASSES {
                // Mean squares of d normal numbers scatter by sqrt(2 / d).
                let noise = sigma * sigma * (1.0 + 2.0 * (2.0 / d as f64).sqrt());
                let at = points.iter().zip(&lengths).filter(|(_, r)| **r > 0.0);
                let mut rates: Vec<f64> = at
                    .map(|(point, r)| {
                        let change = self.change(&point.z);
                        let rest: f64 = (0..d).map(|i| (g[i] + point.h[i] - self.g[i] - change[i]).powi(2)).sum();
                        (rest / d as f64 - noise).max(0.0).sqrt() / (r / scale).powi(self.order as i32)
                    })
                    .collect();
                rates.sort_unstable_by(f64::total_cmp);
                rate = rates.get(3 * rates.len() / 4).copied().unwrap_or(rate);
            }
        }
        self.ok = true;
    }

    /// The unknowns divided by the typical distance, `c / scale` then `g`: all in units of the gradient.
    fn solve_noisy(&self, points: &[Point], g: &[f64], [scale, prior, sigma, rate]: [f64; 4]) -> Option<Vec<f64>> {
        let (d, m) = (g.len(), self.monomials.len());
        let p = m + d;
        let (mut normal, mut right) = (Mat::<f64>::zeros(p, p), vec![0.0; p]);
        let (here, units) = (vec![0.0; d], vec![scale; d]);
        let iterate = (here.as_slice(), here.as_slice(), 0.0);
        let all = std::iter::once(iterate).chain(points.iter().map(|p| (p.z.as_slice(), p.h.as_slice(), p.rise)));
        let mut row: Vec<(usize, f64)> = Vec::new();
        // Rows of values, one below the other: all at once they cost a product of matrices.
        let (mut values, mut taken) = (Mat::<f64>::zeros(p, points.len()), 0);
        for (z, h, rise) in all {
            let r = norm(z) / scale;
            let z = self.monomials.padded(z, &units);
            let off = rate * r.powi(self.order as i32);
            let w = 1.0 / (sigma * sigma + off * off).sqrt();
            for i in 0..d {
                row.clear();
                let parts = self.monomials.containing(i).zip(self.monomials.derivatives(i, &z));
                row.extend(parts.map(|(m, v)| (m, w * v)).chain([(m + i, w)]));
                for &(a, va) in &row {
                    right[a] += va * w * (g[i] + h[i]);
                    for &(b, vb) in &row {
                        normal[(a, b)] += va * vb;
                    }
                }
            }
            if r > 0.0 {
                let w = 1.0 / (sigma * r / VALUE + off * r / (self.order + 1) as f64);
                let row = self.monomials.values(&z).chain(z[..d].iter().copied());
                for (a, v) in row.enumerate() {
                    values[(a, taken)] = w * v;
                    right[a] += w * v * w * rise / scale;
                }
                taken += 1;
            }
        }
        let values = values.get(.., ..taken);
        accumulate(normal.as_mut(), values, values.transpose());
        let top = (0..p).map(|i| normal[(i, i)]).fold(0.0, f64::max);
        for i in 0..p {
            normal[(i, i)] += RIDGE * top + if i < m { 1.0 / prior } else { 0.0 };
        }
        let mut cholesky = Cholesky::default();
        cholesky.compute(normal.as_ref(), 0.0)?;
        cholesky.solve(&mut right);
        right.iter().all(|c| c.is_finite()).then_some(right)
    }
}

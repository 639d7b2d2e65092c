//! Flows up to a change of time. A monotone function of the objective has the same flow lines: where the objective is the logarithm of
//! something smooth, that something is what a polynomial can learn.
use super::polynomial::Polynomial;
use super::quadratic::Move;
use super::span::Point;

/// A polynomial for `w (e^((f - f_k) / w) - 1)`, whose gradient at the iterate is that of `f`.
#[derive(Clone)]
pub struct Warp {
    polynomial: Polynomial,
    /// Unit `w` of values in which the objective behaves like a logarithm.
    unit: f64,
}

impl Warp {
    pub fn new(polynomial: Polynomial) -> Self {
        Self { polynomial, unit: 1.0 }
    }

    pub fn is_ok(&self) -> bool {
        self.polynomial.ok
    }

    /// As if nothing had been fitted.
    pub fn forget(&mut self) {
        self.polynomial.ok = false;
    }

    pub fn unknowns(&self) -> usize {
        self.polynomial.unknowns()
    }

    /// Fits with the unit that leaves least of the targets, of a geometric series below the range of the values.
    pub fn fit(&mut self, points: &[Point], g: &[f64], near: f64, most: usize) {
        let range = points.iter().take(most).map(|p| p.rise.abs()).fold(0.0, f64::max);
        let mut best: Option<(f64, Polynomial, f64)> = None;
        let mut units: Vec<f64> = (0..10).map(|step| range * 0.6_f64.powi(step)).rev().collect();
        let mut ratio: f64 = 0.6;
        while let Some(unit) = units.pop() {
            let warped: Vec<Point> = points.iter().take(most).filter_map(|p| warp(p, g, unit)).collect();
            let rest = self.polynomial.fit(&warped, g, near, most);
            if self.polynomial.ok && best.as_ref().is_none_or(|(least, ..)| rest < *least) {
                best = Some((rest, self.polynomial.clone(), unit));
            }
            // Twice finer about the best so far.
            if units.is_empty() && ratio < 0.95 {
                ratio = ratio.sqrt();
                if let Some((.., unit)) = &best {
                    units.extend([unit * ratio, unit / ratio]);
                }
            }
        }
        if let Some((_, polynomial, unit)) = best {
            (self.polynomial, self.unit) = (polynomial, unit);
        }
    }

    /// Predicted change of the gradient of what was learned.
    pub fn change(&self, z: &[f64]) -> Vec<f64> {
        self.polynomial.change(z)
    }

    /// The same change as it was seen: `y` that of the gradient of the objective.
    pub fn seen(&self, rise: f64, y: &[f64], g: &[f64]) -> Option<Vec<f64>> {
        let level = (rise / self.unit).exp();
        level
            .is_finite()
            .then(|| y.iter().zip(g).map(|(y, g)| level * (y + g) - g).collect())
    }

    /// The flow to its end, or `radius` away.
    pub fn follow(&self, radius: f64) -> Move {
        let mut m = self.polynomial.follow(radius);
        let level = (1.0 - m.promise / self.unit).max(1e-12);
        m.promise = -self.unit * level.ln();
        m
    }
}

fn warp(p: &Point, g: &[f64], unit: f64) -> Option<Point> {
    let level = (p.rise / unit).exp();
    let h: Vec<f64> = p.h.iter().zip(g).map(|(h, g)| level * (h + g) - g).collect();
    (level.is_finite() && h.iter().all(|h| h.is_finite())).then(|| Point {
        z: p.z.clone(),
        h,
        rise: unit * (level - 1.0),
        weight: 1.0 / level.max(0.1),
    })
}

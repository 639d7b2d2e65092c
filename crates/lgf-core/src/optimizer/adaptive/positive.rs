//! The positive fit: secants taken in one by one, oldest first, in the form of Broyden, Fletcher, Goldfarb and Shanno.
use super::quadratic::norm;
use super::span::Reduced;
use crate::linalg::dot;
use faer::Mat;

/// Curvature below this share of what the matrix has along a step is mixed with it (Powell's damping).
const DAMPING: f64 = 0.2;

/// `y + theta s / |s|^2`, `theta = 6 (f_0 - f_1) + 3 (g_0 + g_1)'s`: the change of the gradient that agrees with the values too (Zhang, Deng
/// and Chen, 1999), where they disagree by less than the curvature itself.
fn with_values(s: &[f64], y: &[f64], rise: f64, slope: f64) -> Vec<f64> {
    let sy = dot(s, y);
    let theta = -6.0 * rise + 3.0 * (2.0 * slope + sy);
    let ss = dot(s, s);
    let mut out = y.to_vec();
    if theta.abs() < sy.abs() && ss > 0.0 {
        for (out, s) in out.iter_mut().zip(s) {
            *out += theta / ss * s;
        }
    }
    out
}

/// The matrix, from `I / gamma` on. `noisy` leaves out the values, whose disagreement is the noise.
pub fn fit(data: &Reduced, gamma: f64, noisy: bool) -> Mat<f64> {
    let k = data.k;
    let mut b = Mat::from_fn(k, k, |i, j| if i == j { 1.0 / gamma } else { 0.0 });
    for (i, record) in data.records.iter().enumerate().rev() {
        if record.wild {
            continue;
        }
        let s = &data.s[i];
        let mut bs = vec![0.0; k];
        for (j, s) in s.iter().enumerate() {
            for (i, bs) in bs.iter_mut().enumerate() {
                *bs += b[(i, j)] * s;
            }
        }
        let mut y = if noisy {
            data.y[i].clone()
        } else {
            with_values(s, &data.y[i], record.rise, record.slope)
        };
        let (sbs, mut sy) = (dot(s, &bs), dot(s, &y));
        if sbs.is_nan() || sbs <= 0.0 {
            continue;
        }
        if sy < DAMPING * sbs {
            let share = (1.0 - DAMPING) * sbs / (sbs - sy);
            y.iter_mut().zip(&bs).for_each(|(y, bs)| *y = share * *y + (1.0 - share) * bs);
            sy = dot(s, &y);
        }
        if sy.is_nan() || sy <= 1e-14 * norm(s) * norm(&y) {
            continue;
        }
        for j in 0..k {
            for i in 0..k {
                b[(i, j)] += y[i] * y[j] / sy - bs[i] * bs[j] / sbs;
            }
        }
    }
    b
}

//! Noisy gradients: how noisy they are, seen from what no smooth objective explains, and the gradient and curvatures that many of them
//! agree on.
use super::quadratic::{Quadratic, norm};
use super::span::{Point, Reduced};
use crate::linalg::dot;

/// Secants that are looked at, and fewest that say something.
const NEWEST: usize = 30;
const FEWEST: usize = 12;
/// The same after so many rejections in a row, which smooth objectives seldom see.
const FEWEST_OF_SUSPECTS: usize = 7;
const SUSPECT: u32 = 4;
/// Disagreements below this share of the value may be its rounding.
const ROUNDING: f64 = 1e4 * f64::EPSILON;
/// Standard errors by which an exponent must differ from that of a smooth objective, and below what it must lie.
const SURE: f64 = 4.0;
const FLAT: f64 = 1.0;
/// Exponent of a smooth objective.
const SMOOTH: f64 = 2.0;
/// Deviation of the logarithm of a normal number's size, and most that is taken for such.
const SCATTER: f64 = 1.11;
const WILDEST: f64 = 2.0;
/// Noise below this share of the gradient does no harm yet.
const HARMLESS: f64 = 0.1;
/// Median of a normal number's size.
const MEDIAN: f64 = 0.6745;

/// Curvatures may be wrong by themselves (relative deviation before any measurement), make predictions along them wrong by this share, and
/// those along others by that of the whole predicted change.
const UNKNOWN: f64 = 1.0;
const BENT: f64 = 0.1;
const MIXED: f64 = 0.3;
/// The same for the curvature of values along a move.
const BENT_VALUES: f64 = 0.1;
/// Squared deviations beyond which a residual is the model's fault, of gradients and of values.
const OUTLIER: f64 = 4.0;
const OUTLIER_VALUES: f64 = 9.0;
/// Curvatures are corrected by this factor at most.
const CORRECTION: f64 = 20.0;

/// Deviation of the noise of one component of the gradient, or 0 where none is seen.
///
/// Of a smooth objective `theta = 6 (f_0 - f_1) + 3 (g_0 + g_1)'s` is half its third derivative along `s`: `|theta| / |s|` falls with the
/// second power of `|s|`. With independent errors of deviation `sigma` in every component it is `sqrt(18) sigma` times a normal number,
/// whatever the length. The exponent is fitted to the newest secants; there is noise where it is 2 by no
/// chance (four standard errors), what is left scatters as normal numbers do, and `sqrt(d) sigma` is not below a tenth of the gradient. It stays as long as
/// the exponent is nearer to 0 than to 2. What is rounding of values counts for nothing, so exact runs see none.
///
/// `sigma` is the median over the shorter half of the steps, and not more than what the smallest changes allow, `|y|^2 >= 2 d sigma^2`: the
/// first is too large where steps follow the noise of the gradient that they begin with.
pub fn watch(data: &Reduced, known: f64, level: f64, d: usize, failures: u32) -> f64 {
    let fewest = if failures < SUSPECT { FEWEST } else { FEWEST_OF_SUSPECTS };
    let mut seen: Vec<(f64, f64)> = Vec::new();
    let newest = data.records.len().min(NEWEST);
    if newest < fewest {
        return known;
    }
    for ((s, y), record) in data.s.iter().zip(&data.y).zip(&data.records).take(newest) {
        let theta = (-6.0 * record.rise + 3.0 * (2.0 * record.slope + dot(s, y))).abs();
        let length = norm(s);
        if theta > ROUNDING * (level + record.rise.abs()) && length > 0.0 {
            seen.push((length, theta / length / 18_f64.sqrt()));
        }
    }
    if seen.len() < fewest || 2 * seen.len() < newest {
        return 0.0;
    }
    let (exponent, scatter, error) = exponent(&seen);
    if !(exponent < FLAT && scatter < WILDEST) || (known == 0.0 && exponent + SURE * error >= SMOOTH) {
        return 0.0;
    }
    seen.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    seen.truncate(seen.len().div_ceil(2).max(fewest));
    seen.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
    let by_values = seen[seen.len() / 2].1 / MEDIAN;
    let mut changes: Vec<f64> = data.y.iter().take(newest).map(|y| norm(y)).collect();
    changes.sort_unstable_by(f64::total_cmp);
    // The sixth of so many: short by half a deviation of a chi-distributed number.
    let d = d as f64;
    let by_changes = changes[changes.len() / 6] / (2.0 * d).sqrt() * (1.0 + 0.5 / d.sqrt());
    let sigma = by_values.min(by_changes);
    if known == 0.0 && sigma * d.sqrt() < HARMLESS * norm(&data.g) {
        return 0.0;
    }
    sigma
}

/// Least squares of `log b = exponent log a + constant`: the exponent, the deviation of what is left, and the standard error.
fn exponent(seen: &[(f64, f64)]) -> (f64, f64, f64) {
    let n = seen.len() as f64;
    let logs: Vec<(f64, f64)> = seen.iter().map(|(a, b)| (a.ln(), b.ln())).collect();
    let x = logs.iter().map(|l| l.0).sum::<f64>() / n;
    let y = logs.iter().map(|l| l.1).sum::<f64>() / n;
    let xx: f64 = logs.iter().map(|l| (l.0 - x).powi(2)).sum();
    let xy: f64 = logs.iter().map(|l| (l.0 - x) * (l.1 - y)).sum();
    let exponent = xy / xx;
    let rest: f64 = logs.iter().map(|l| (l.1 - y - exponent * (l.0 - x)).powi(2)).sum();
    let scatter = (rest / (n - 2.0)).sqrt();
    (exponent, scatter, scatter.max(SCATTER) / xx.sqrt())
}

/// A gradient component that changes linearly along its own direction, `a + slope z`, and the covariance of both: `[aa, ab, bb]`.
#[derive(Debug, Clone, Copy)]
struct Line {
    a: f64,
    slope: f64,
    c: [f64; 3],
}

/// Gradient at the iterate and curvatures, in the coordinates of the model's eigenvectors, from all points of the window.
///
/// Along eigenvector `i` with curvature `w_i` the gradients `t_j` at points `z_j` are taken for
/// `t_j = a_i + b_i z_ij` with errors of variance `sigma^2 + (0.1 w_i z_ij)^2 + 0.3^2 |B z_j|^2 / d`, `b_i` for normal about `w_i` with
/// deviation `w_i`; residuals beyond two deviations count as such. Then the values, which are exact beside the gradients: each
/// `f_j - f_k = sum_i a_i z_ij + b_i z_ij^2 / 2`, with an error of a tenth of the curvature's share, corrects all lines in the metric of their
/// covariance, nearest first (a Kalman filter). The values thus say where along each move the minimum lies, the gradients what is
/// across, averaged over as many points as the noise makes comparable. Cost `O(k^2 n)`.
pub fn smooth(model: &Quadratic, g: &[f64], points: &[Point], sigma: f64, d: usize) -> (Vec<f64>, Vec<f64>) {
    let w = model.values();
    let own = model.to_eigen(&[g]).swap_remove(0);
    let zs = model.to_eigen(&points.iter().map(|p| p.z.as_slice()).collect::<Vec<_>>());
    let hs = model.to_eigen(&points.iter().map(|p| p.h.as_slice()).collect::<Vec<_>>());
    let variance = sigma * sigma;
    let mixed = |z: &Vec<f64>| variance + MIXED * MIXED * z.iter().zip(w).map(|(z, w)| (z * w).powi(2)).sum::<f64>() / d as f64;
    let errors: Vec<f64> = zs.iter().map(mixed).collect();
    let mut lines: Vec<Line> = (0..w.len())
        .map(|i| {
            let rows = (0..zs.len()).map(|j| (zs[j][i], own[i] + hs[j][i], errors[j] + (BENT * w[i] * zs[j][i]).powi(2)));
            line(w[i], own[i], variance, rows)
        })
        .collect();
    let bends: Vec<f64> = zs
        .iter()
        .map(|z| z.iter().zip(w).map(|(z, w)| 0.5 * w * z * z).sum::<f64>().abs())
        .collect();
    let mut order: Vec<usize> = (0..zs.len()).collect();
    order.sort_by(|&i, &j| bends[i].total_cmp(&bends[j]));
    for j in order {
        take_value(&mut lines, &zs[j], points[j].rise, (BENT_VALUES * bends[j]).powi(2));
    }
    let bounded = |(line, &w): (&Line, &f64)| {
        let (least, most) = ((w / CORRECTION).min(w * CORRECTION), (w / CORRECTION).max(w * CORRECTION));
        line.slope.clamp(least, most)
    };
    let values = lines.iter().zip(w).map(bounded).collect();
    (lines.iter().map(|line| line.a).collect(), values)
}

/// The line through noisy components of gradients: rows `(z, t, variance)` beside that at the iterate, `(0, own, variance)`.
fn line(w: f64, own: f64, variance: f64, rows: impl Iterator<Item = (f64, f64, f64)> + Clone) -> Line {
    let start = Line {
        a: own,
        slope: w,
        c: [variance, 0.0, 0.0],
    };
    let prior = 1.0 / (UNKNOWN * w).powi(2).max(f64::MIN_POSITIVE);
    let mut line = start;
    for pass in 0..2 {
        let [mut s0, mut s1, mut s2, mut t0, mut t1] = [0.0, 0.0, prior, 0.0, w * prior];
        for (z, t, v) in std::iter::once((0.0, own, variance)).chain(rows.clone()) {
            let rest = t - line.a - line.slope * z;
            let v = if pass > 0 && rest * rest > OUTLIER * v { rest * rest } else { v };
            s0 += 1.0 / v;
            s1 += z / v;
            s2 += z * z / v;
            t0 += t / v;
            t1 += z * t / v;
        }
        let determinant = s0 * s2 - s1 * s1;
        line = Line {
            a: (t0 * s2 - t1 * s1) / determinant,
            slope: (s0 * t1 - s1 * t0) / determinant,
            c: [s2 / determinant, -s1 / determinant, s0 / determinant],
        };
        if ![line.a, line.slope, line.c[0], line.c[1], line.c[2]].iter().all(|v| v.is_finite()) {
            return start;
        }
        if pass == 0 && rows.clone().next().is_none() {
            break;
        }
    }
    line
}

/// Corrects all lines by the value at `z`, relative to that at the iterate.
fn take_value(lines: &mut [Line], z: &[f64], rise: f64, variance: f64) {
    let (mut rest, mut s) = (rise, variance);
    let gains: Vec<[f64; 2]> = lines
        .iter()
        .zip(z)
        .map(|(line, &z)| {
            let q = 0.5 * z * z;
            let gain = [line.c[0] * z + line.c[1] * q, line.c[1] * z + line.c[2] * q];
            rest -= line.a * z + line.slope * q;
            s += gain[0] * z + gain[1] * q;
            gain
        })
        .collect();
    let s = s.max(rest * rest / OUTLIER_VALUES);
    if !(s > 0.0 && s.is_finite() && rest.is_finite()) {
        return;
    }
    for (line, [p, q]) in lines.iter_mut().zip(gains) {
        line.a += p * rest / s;
        line.slope += q * rest / s;
        line.c[0] -= p * p / s;
        line.c[1] -= p * q / s;
        line.c[2] -= q * q / s;
    }
}

#[cfg(test)]
mod tests {
    use super::super::span::Reduced;
    use super::super::window::Record;
    use super::*;

    /// Steps of falling length on `1/2 |x|^2 + bend (sum x)^3`, gradients with errors of deviation `sigma`.
    fn secants(sigma: f64, bend: f64) -> Reduced {
        const D: usize = 10;
        let mut state = 1_u64;
        let mut uniform = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / 9_007_199_254_740_992.0
        };
        let mut noise = move || sigma * (12_f64.sqrt() * (uniform() - 0.5));
        let mut data = Reduced::default();
        let value = |x: &[f64]| 0.5 * dot(x, x) + bend * x.iter().sum::<f64>().powi(3);
        let gradient = |x: &[f64]| -> Vec<f64> {
            let shared = 3.0 * bend * x.iter().sum::<f64>().powi(2);
            x.iter().map(|x| x + shared).collect()
        };
        for i in 0..20 {
            let x: Vec<f64> = (0..D).map(|j| ((i * j) as f64).sin()).collect();
            let s: Vec<f64> = (0..D).map(|j| 0.8_f64.powi(i as i32) * ((i + 3 * j) as f64).cos()).collect();
            let end: Vec<f64> = x.iter().zip(&s).map(|(x, s)| x + s).collect();
            let [g, h] = [&x, &end].map(|x| gradient(x).iter().map(|g| g + noise()).collect::<Vec<f64>>());
            let y: Vec<f64> = h.iter().zip(&g).map(|(h, g)| h - g).collect();
            data.records.push(Record::new(i, value(&end) - value(&x), dot(&g, &s)));
            data.s.push(s);
            data.y.push(y);
        }
        data.k = D;
        data
    }

    #[test]
    fn noise_is_told_within_a_factor_of_two() {
        for sigma in [1e-3, 1e-1] {
            let seen = watch(&secants(sigma, 1e-4), 0.0, 1.0, 10, 0);
            assert!(seen > 0.5 * sigma && seen < 2.0 * sigma, "{seen} for {sigma}");
        }
    }

    #[test]
    fn what_is_smooth_or_rounded_is_no_noise() {
        assert_eq!(watch(&secants(0.0, 0.1), 0.0, 1.0, 10, 0), 0.0);
        assert_eq!(watch(&secants(0.0, 0.1), 0.5, 1.0, 10, 0), 0.0);
        assert_eq!(watch(&secants(0.0, 0.0), 0.0, 1.0, 10, 0), 0.0);
    }

    #[test]
    fn values_say_what_no_gradient_does() {
        // With a known curvature of 1 and a slope of -0.5 +- 1, a rise of 0 after 2 says that the slope is -1.
        let mut lines = [Line {
            a: -0.5,
            slope: 1.0,
            c: [1.0, 0.0, 0.0],
        }];
        take_value(&mut lines, &[2.0], 0.0, 0.0);
        assert!((lines[0].a + 1.0).abs() < 1e-12 && lines[0].c[0].abs() < 1e-12, "{:?}", lines[0]);
    }
}

//! Functions of a fixed, small dimension: numbers, data and starts of Moré, Garbow and Hillstrom, "Testing Unconstrained Optimization
//! Software", ACM TOMS 7 (1981) 17-41. Each is a sum of squares; the doc comments give the residuals.
use std::f64::consts::PI;

use super::dual::{Dual, Terms};

/// The sum of the squares of `count` residuals in all variables, counted from 1 as in the source.
fn squares<const N: usize>(x: &[f64], g: &mut [f64], count: usize, residual: impl Fn(usize, &[Dual<N>; N]) -> Dual<N>) -> f64 {
    let mut terms = Terms::new(x, g);
    terms.add(std::array::from_fn(|i| i), |x| (1..=count).map(|i| residual(i, &x).square()).sum());
    terms.value
}

/// `-13 + x1 + ((5 - x2) x2 - 2) x2`, `-29 + x1 + ((x2 + 1) x2 - 14) x2`.
pub(super) fn freudenstein_roth(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 2, |i, &[a, b]| match i {
        1 => a - 13.0 + ((-b + 5.0) * b - 2.0) * b,
        _ => a - 29.0 + ((b + 1.0) * b - 14.0) * b,
    })
}

/// `1e4 x1 x2 - 1`, `exp(-x1) + exp(-x2) - 1.0001`.
pub(super) fn powell_badly_scaled(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 2, |i, &[a, b]| {
        if i == 1 {
            1e4 * a * b - 1.0
        } else {
            (-a).exp() + (-b).exp() - 1.0001
        }
    })
}

/// `x1 - 1e6`, `x2 - 2e-6`, `x1 x2 - 2`.
pub(super) fn brown_badly_scaled(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 3, |i, &[a, b]| match i {
        1 => a - 1e6,
        2 => b - 2e-6,
        _ => a * b - 2.0,
    })
}

/// `y_i - x1 (1 - x2^i)`, `y = (1.5, 2.25, 2.625)`.
pub(super) fn beale(x: &[f64], g: &mut [f64]) -> f64 {
    const Y: [f64; 3] = [1.5, 2.25, 2.625];
    squares(x, g, 3, |i, &[a, b]| a * (b.powi(i as i32) - 1.0) + Y[i - 1])
}

/// `2 + 2i - (exp(i x1) + exp(i x2))`, ten of them.
pub(super) fn jennrich_sampson(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 10, |i, &[a, b]| {
        let i = i as f64;
        -((i * a).exp() + (i * b).exp()) + (2.0 + 2.0 * i)
    })
}

/// `10 (x3 - 10 theta)`, `10 (sqrt(x1^2 + x2^2) - 1)`, `x3`; `2 pi theta` the angle of `(x1, x2)`, within `(-pi/2, 3 pi/2)`.
pub(super) fn helical_valley(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 3, |i, &[a, b, c]| match i {
        1 => {
            let turn = if a.value < 0.0 { 0.5 } else { 0.0 };
            10.0 * (c - 10.0 * (0.5 / PI * (b / a).atan() + turn))
        }
        2 => 10.0 * ((a.square() + b.square()).sqrt() - 1.0),
        _ => c,
    })
}

/// `y_i - (x1 + u / (v x2 + w x3))`, `u = i`, `v = 16 - i`, `w = min(u, v)`.
pub(super) fn bard(x: &[f64], g: &mut [f64]) -> f64 {
    const Y: [f64; 15] = [
        0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39,
    ];
    squares(x, g, 15, |i, &[a, b, c]| {
        let (u, v) = (i as f64, 16.0 - i as f64);
        a + Dual::constant(u) / (v * b + u.min(v) * c) - Y[i - 1]
    })
}

/// `x1 exp(-x2 (t_i - x3)^2 / 2) - y_i`, `t_i = (8 - i) / 2`.
pub(super) fn gaussian(x: &[f64], g: &mut [f64]) -> f64 {
    const Y: [f64; 8] = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989];
    squares(x, g, 15, |i, &[a, b, c]| {
        let t = (8.0 - i as f64) / 2.0;
        a * (-0.5 * b * (c - t).square()).exp() - Y[if i <= 8 { i - 1 } else { 15 - i }]
    })
}

/// `x1 exp(x2 / (t_i + x3)) - y_i`, `t_i = 45 + 5i`.
pub(super) fn meyer(x: &[f64], g: &mut [f64]) -> f64 {
    const Y: [f64; 16] = [
        34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0, 8261.0, 7030.0, 6005.0, 5147.0, 4427.0, 3820.0, 3307.0,
        2872.0,
    ];
    squares(x, g, 16, |i, &[a, b, c]| a * (b / (c + (45.0 + 5.0 * i as f64))).exp() - Y[i - 1])
}

/// `exp(-|y_i - x2|^x3 / x1) - t_i`, `t_i = i/100`, `y_i = 25 + (-50 ln t_i)^(2/3)`, 99 of them.
pub(super) fn gulf(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 99, |i, &[a, b, c]| {
        let t = i as f64 / 100.0;
        let y = 25.0 + (-50.0 * t.ln()).powf(2.0 / 3.0);
        (-((c * (b - y).abs().ln()).exp() / a)).exp() - t
    })
}

/// `exp(-t x1) - exp(-t x2) - x3 (exp(-t) - exp(-10 t))`, `t = i/10`, ten of them.
pub(super) fn box_3d(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 10, |i, &[a, b, c]| {
        let t = 0.1 * i as f64;
        (-t * a).exp() - (-t * b).exp() - ((-t).exp() - (-10.0 * t).exp()) * c
    })
}

/// `y_i - x1 (u^2 + u x2) / (u^2 + u x3 + x4)`.
pub(super) fn kowalik_osborne(x: &[f64], g: &mut [f64]) -> f64 {
    const Y: [f64; 11] = [
        0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246,
    ];
    const U: [f64; 11] = [4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625];
    squares(x, g, 11, |i, &[a, b, c, d]| {
        let u = U[i - 1];
        a * (u * b + u * u) / (u * c + d + u * u) - Y[i - 1]
    })
}

/// `(x1 + t x2 - exp(t))^2 + (x3 + x4 sin(t) - cos(t))^2`, `t = i/5`, 20 of them.
pub(super) fn brown_dennis(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 20, |i, &[a, b, c, d]| {
        let t = i as f64 / 5.0;
        (a + t * b - t.exp()).square() + (c + t.sin() * d - t.cos()).square()
    })
}

/// `y_i - (x1 + x2 exp(-t x4) + x3 exp(-t x5))`, `t = 10 (i - 1)`.
pub(super) fn osborne_1(x: &[f64], g: &mut [f64]) -> f64 {
    const Y: [f64; 33] = [
        0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558,
        0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406,
    ];
    squares(x, g, 33, |i, &[a, b, c, d, e]| {
        let t = 10.0 * (i as f64 - 1.0);
        a + b * (-t * d).exp() + c * (-t * e).exp() - Y[i - 1]
    })
}

/// `x3 exp(-t x1) - x4 exp(-t x2) + x6 exp(-t x5) - y`, `t = i/10`, `y = exp(-t) - 5 exp(-10 t) + 3 exp(-4 t)`, 13 of them.
pub(super) fn biggs_exp6(x: &[f64], g: &mut [f64]) -> f64 {
    squares(x, g, 13, |i, &[a, b, c, d, e, f]| {
        let t = 0.1 * i as f64;
        let y = (-t).exp() - 5.0 * (-10.0 * t).exp() + 3.0 * (-4.0 * t).exp();
        c * (-t * a).exp() - d * (-t * b).exp() + f * (-t * e).exp() - y
    })
}

/// `y_i - (x1 exp(-t x5) + x2 exp(-(t - x9)^2 x6) + x3 exp(-(t - x10)^2 x7) + x4 exp(-(t - x11)^2 x8))`, `t = (i - 1)/10`.
pub(super) fn osborne_2(x: &[f64], g: &mut [f64]) -> f64 {
    const Y: [f64; 65] = [
        1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616, 0.606, 0.602, 0.626,
        0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375, 0.372, 0.391,
        0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625,
        0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
    ];
    squares::<11>(x, g, 65, |i, x| {
        let t = 0.1 * (i as f64 - 1.0);
        let bump = |k: usize| x[k] * (-((x[k + 7] - t).square() * x[k + 4])).exp();
        x[0] * (-t * x[4]).exp() + bump(1) + bump(2) + bump(3) - Y[i - 1]
    })
}

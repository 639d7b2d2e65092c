//! Functions of any dimension from Moré, Garbow and Hillstrom (1981). Sums of squares; the doc comments give the residuals, `n` the dimension.
use super::dual::{Dual, Terms};

/// `10 (x_{i+1} - x_i^2)`, `1 - x_i`: every variable but the ends in two terms.
pub(super) fn rosenbrock(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 1..x.len() {
        terms.add([i - 1, i], valley);
    }
    terms.value
}

/// Rosenbrock's function of pairs of variables.
pub(super) fn extended_rosenbrock(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in (0..x.len()).step_by(2) {
        terms.add([i, i + 1], valley);
    }
    terms.value
}

fn valley([a, b]: [Dual<2>; 2]) -> Dual<2> {
    100.0 * (b - a.square()).square() + (a - 1.0).square()
}

/// `x1 + 10 x2`, `sqrt(5) (x3 - x4)`, `(x2 - 2 x3)^2`, `sqrt(10) (x1 - x4)^2` of every four variables.
pub(super) fn powell_singular(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in (0..x.len()).step_by(4) {
        terms.add([i, i + 1, i + 2, i + 3], |[a, b, c, d]| {
            (a + 10.0 * b).square() + 5.0 * (c - d).square() + (b - 2.0 * c).powi(4) + 10.0 * (a - d).powi(4)
        });
    }
    terms.value
}

/// `10 (x2 - x1^2)`, `1 - x1`, `sqrt(90) (x4 - x3^2)`, `1 - x3`, `sqrt(10) (x2 + x4 - 2)`, `(x2 - x4) / sqrt(10)` of every four variables.
pub(super) fn wood(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in (0..x.len()).step_by(4) {
        terms.add([i, i + 1, i + 2, i + 3], four);
    }
    terms.value
}

/// Wood's function.
pub(super) fn four([a, b, c, d]: [Dual<4>; 4]) -> Dual<4> {
    let valleys = 100.0 * (b - a.square()).square() + (a - 1.0).square() + 90.0 * (d - c.square()).square() + (c - 1.0).square();
    valleys + 10.0 * (b + d - 2.0).square() + 0.1 * (b - d).square()
}

/// `(3 - 2 x_i) x_i - x_{i-1} - 2 x_{i+1} + 1`, zero beyond the ends.
pub(super) fn broyden_tridiagonal(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let residual = |i: usize| (3.0 - 2.0 * x[i]) * x[i] - before(x, i) - 2.0 * after(x, i) + 1.0;
    let r: Vec<f64> = (0..n).map(residual).collect();
    for i in 0..n {
        g[i] = 2.0 * (r[i] * (3.0 - 4.0 * x[i]) - after(&r, i) - 2.0 * before(&r, i));
    }
    norm2(&r)
}

/// `x_i (2 + 5 x_i^2) + 1 - sum x_j (1 + x_j)` over `max(1, i - 5) <= j <= min(n, i + 1)`, `j != i`.
pub(super) fn broyden_banded(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let neighbours = |i: usize| (i.saturating_sub(5)..(i + 2).min(n)).filter(move |&j| j != i);
    g.fill(0.0);
    let mut value = 0.0;
    for i in 0..n {
        let r = x[i] * (2.0 + 5.0 * x[i] * x[i]) + 1.0 - neighbours(i).map(|j| x[j] * (1.0 + x[j])).sum::<f64>();
        value += r * r;
        g[i] += 2.0 * r * (2.0 + 15.0 * x[i] * x[i]);
        neighbours(i).for_each(|j| g[j] -= 2.0 * r * (1.0 + 2.0 * x[j]));
    }
    value
}

/// `sqrt(1e-5) (x_i - 1)`, `sum x_j^2 - 1/4`.
pub(super) fn penalty_1(x: &[f64], g: &mut [f64]) -> f64 {
    let excess = norm2(x) - 0.25;
    for (g, x) in g.iter_mut().zip(x) {
        *g = 2e-5 * (x - 1.0) + 4.0 * excess * x;
    }
    1e-5 * x.iter().map(|x| (x - 1.0).powi(2)).sum::<f64>() + excess * excess
}

/// `x1 - 0.2`, `sqrt(1e-5) (exp(x_i/10) + exp(x_{i-1}/10) - y_i)`, `sqrt(1e-5) (exp(x_i/10) - exp(-1/10))` for `i >= 2`,
/// `sum (n - j + 1) x_j^2 - 1`; `y_i = exp(i/10) + exp((i-1)/10)`.
pub(super) fn penalty_2(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let weight = |j: usize| (n - j) as f64;
    let mut terms = Terms::new(x, g);
    terms.add([0], |[a]| (a - 0.2).square());
    for i in 1..n {
        let y = ((i + 1) as f64 / 10.0).exp() + (i as f64 / 10.0).exp();
        terms.add([i - 1, i], |[a, b]| {
            let (a, b) = ((0.1 * a).exp(), (0.1 * b).exp());
            1e-5 * ((a + b - y).square() + (b - (-0.1_f64).exp()).square())
        });
    }
    let value = terms.value;
    let excess = (0..n).map(|j| weight(j) * x[j] * x[j]).sum::<f64>() - 1.0;
    (0..n).for_each(|j| g[j] += 4.0 * excess * weight(j) * x[j]);
    value + excess * excess
}

/// `x_i - 1`, `s`, `s^2` with `s = sum j (x_j - 1)`.
pub(super) fn variably_dimensioned(x: &[f64], g: &mut [f64]) -> f64 {
    let weighted = |(j, x): (usize, &f64)| (j + 1) as f64 * (x - 1.0);
    let s = x.iter().enumerate().map(weighted).sum::<f64>();
    for (j, (g, x)) in g.iter_mut().zip(x).enumerate() {
        *g = 2.0 * (x - 1.0) + (2.0 * s + 4.0 * s.powi(3)) * (j + 1) as f64;
    }
    x.iter().map(|x| (x - 1.0).powi(2)).sum::<f64>() + s.powi(2) + s.powi(4)
}

/// `2 x_i - x_{i-1} - x_{i+1} + h^2 (x_i + t_i + 1)^3 / 2`, `h = 1/(n+1)`, `t_i = i h`, zero beyond the ends.
pub(super) fn discrete_boundary(x: &[f64], g: &mut [f64]) -> f64 {
    let (n, h) = (x.len(), step(x));
    let shifted = |i: usize| x[i] + (i + 1) as f64 * h + 1.0;
    let residual = |i: usize| 2.0 * x[i] - before(x, i) - after(x, i) + 0.5 * h * h * shifted(i).powi(3);
    let r: Vec<f64> = (0..n).map(residual).collect();
    for i in 0..n {
        g[i] = 2.0 * (r[i] * (2.0 + 1.5 * h * h * shifted(i).powi(2)) - before(&r, i) - after(&r, i));
    }
    norm2(&r)
}

/// `x_i + h/2 ((1 - t_i) sum_{j <= i} t_j c_j + t_i sum_{j > i} (1 - t_j) c_j)`, `c_j = (x_j + t_j + 1)^3`, `h` and `t` as above.
pub(super) fn discrete_integral(x: &[f64], g: &mut [f64]) -> f64 {
    let (n, h) = (x.len(), step(x));
    let t = |i: usize| (i + 1) as f64 * h;
    let kernel = |i: usize, j: usize| 0.5 * h * if j <= i { (1.0 - t(i)) * t(j) } else { t(i) * (1.0 - t(j)) };
    let cubes: Vec<f64> = (0..n).map(|j| (x[j] + t(j) + 1.0).powi(3)).collect();
    let r: Vec<f64> = (0..n)
        .map(|i| x[i] + (0..n).map(|j| kernel(i, j) * cubes[j]).sum::<f64>())
        .collect();
    for j in 0..n {
        let pulled: f64 = (0..n).map(|i| kernel(i, j) * r[i]).sum();
        g[j] = 2.0 * (r[j] + 3.0 * (x[j] + t(j) + 1.0).powi(2) * pulled);
    }
    norm2(&r)
}

/// `n - sum cos x_j + i (1 - cos x_i) - sin x_i`.
pub(super) fn trigonometric(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let cosines: f64 = x.iter().map(|x| x.cos()).sum();
    let residual = |i: usize| n as f64 - cosines + (i + 1) as f64 * (1.0 - x[i].cos()) - x[i].sin();
    let total: f64 = (0..n).map(residual).sum();
    for i in 0..n {
        let (s, c) = x[i].sin_cos();
        g[i] = 2.0 * (total * s + residual(i) * ((i + 1) as f64 * s - c));
    }
    (0..n).map(|i| residual(i).powi(2)).sum()
}

/// `sum (j - 1) x_j t^(j-2) - (sum x_j t^(j-1))^2 - 1` at `t = i/29`, 29 of them, `x1`, `x2 - x1^2 - 1`.
pub(super) fn watson(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    terms.add([0, 1], |[a, b]| a.square() + (b - a.square() - 1.0).square());
    let mut value = terms.value;
    for i in 1..=29 {
        let t = f64::from(i) / 29.0;
        let slope = |j: usize| if j == 0 { 0.0 } else { j as f64 * t.powi(j as i32 - 1) };
        let (mut sum, mut slopes) = (0.0, 0.0);
        for (j, x) in x.iter().enumerate() {
            sum += x * t.powi(j as i32);
            slopes += x * slope(j);
        }
        let r = slopes - sum * sum - 1.0;
        value += r * r;
        for (j, g) in g.iter_mut().enumerate() {
            *g += 2.0 * r * (slope(j) - 2.0 * sum * t.powi(j as i32));
        }
    }
    value
}

/// `mean_j T_i(x_j) - integral of T_i` for `i = 1..n`, `T_i` the Chebyshev polynomials shifted to `[0,1]`, integrals 0 or `-1/(i^2 - 1)`.
pub(super) fn chebyquad(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    // Polynomials of the last two degrees, and their slopes, at every point.
    let mut last: Vec<Dual<1>> = vec![Dual::constant(1.0); n];
    let mut next: Vec<Dual<1>> = x.iter().map(|&x| 2.0 * Dual::variable(x, 0) - 1.0).collect();
    let first = next.clone();
    g.fill(0.0);
    let mut value = 0.0;
    for i in 1..=n {
        let integral = if i % 2 == 0 { -1.0 / ((i * i) as f64 - 1.0) } else { 0.0 };
        let r = next.iter().map(|t| t.value).sum::<f64>() / n as f64 - integral;
        value += r * r;
        for j in 0..n {
            g[j] += 2.0 * r * next[j].gradient[0] / n as f64;
            let t = 2.0 * first[j] * next[j] - last[j];
            (last[j], next[j]) = (next[j], t);
        }
    }
    value
}

/// `x_i + sum x_j - (n + 1)` for `i < n`, `prod x_j - 1`.
pub(super) fn brown_almost_linear(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let sum: f64 = x.iter().sum();
    let residual = |i: usize| x[i] + sum - (n + 1) as f64;
    let total: f64 = (0..n - 1).map(residual).sum();
    let last = x.iter().product::<f64>() - 1.0;
    for j in 0..n {
        // A product without one factor rather than a quotient: factors may be zero.
        let others: f64 = x[..j].iter().chain(&x[j + 1..]).product();
        g[j] = 2.0 * (total + if j < n - 1 { residual(j) } else { 0.0 } + last * others);
    }
    (0..n - 1).map(|i| residual(i).powi(2)).sum::<f64>() + last * last
}

/// `x_i - (2/m) sum x_j - 1` for `i <= n`, `-(2/m) sum x_j - 1` for `i` up to `m = 2n`.
pub(super) fn linear_full_rank(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    // The sum of all residuals: sum x - 2 n mean - 2 n.
    let total = -n * mean - 2.0 * n;
    for (g, x) in g.iter_mut().zip(x) {
        *g = 2.0 * (x - mean - 1.0 - total / n);
    }
    x.iter().map(|x| (x - mean - 1.0).powi(2)).sum::<f64>() + n * (mean + 1.0).powi(2)
}

/// `i sum j x_j - 1` for `i` up to `m = 2n`.
pub(super) fn linear_rank_1(x: &[f64], g: &mut [f64]) -> f64 {
    let weighted: f64 = x.iter().enumerate().map(|(j, x)| (j + 1) as f64 * x).sum();
    let (mut value, mut slope) = (0.0, 0.0);
    for i in 1..=2 * x.len() {
        let r = i as f64 * weighted - 1.0;
        value += r * r;
        slope += 2.0 * r * i as f64;
    }
    g.iter_mut().enumerate().for_each(|(j, g)| *g = slope * (j + 1) as f64);
    value
}

/// Grid width `1/(n+1)`.
pub(super) fn step(x: &[f64]) -> f64 {
    ((x.len() + 1) as f64).recip()
}

fn before(x: &[f64], i: usize) -> f64 {
    if i == 0 { 0.0 } else { x[i - 1] }
}

fn after(x: &[f64], i: usize) -> f64 {
    x.get(i + 1).copied().unwrap_or(0.0)
}

fn norm2(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

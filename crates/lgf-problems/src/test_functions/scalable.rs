//! Scalable functions of CUTEst (Gould, Orban, Toint, Comput. Optim. Appl. 60 (2015) 545-557), under its names. The doc comments give the
//! whole function; `n` is the dimension and variables count from 1.
use std::f64::consts::PI;

use super::dual::Terms;
use super::variable::four;

/// `sum_{i<n} (x_i^2 + x_n^2)^2 - 4 x_i + 3`.
pub(super) fn arwhead(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let mut terms = Terms::new(x, g);
    for i in 0..n - 1 {
        terms.add([i, n - 1], |[a, z]| (a.square() + z.square()).square() - 4.0 * a + 3.0);
    }
    terms.value
}

/// `sum_{i<n} (x_i^2 + x_{i+1}^2)^2 - 4 x_i + 3`.
pub(super) fn engval1(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 1..x.len() {
        terms.add([i - 1, i], |[a, b]| (a.square() + b.square()).square() - 4.0 * a + 3.0);
    }
    terms.value
}

/// `sum 4 (x_i^2 - x_1)^2 + (x_i - 1)^2`.
pub(super) fn liarwhd(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 0..x.len() {
        terms.add([0, i], |[first, a]| 4.0 * (a.square() - first).square() + (a - 1.0).square());
    }
    terms.value
}

/// `(x_1 - 1)^2 + sum_{i>1} 100 (x_1 - x_{i-1}^2)^2`.
pub(super) fn nondia(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    terms.add([0], |[a]| (a - 1.0).square());
    for i in 1..x.len() {
        terms.add([0, i - 1], |[first, a]| 100.0 * (first - a.square()).square());
    }
    terms.value
}

/// `(x_1 - 1)^2 + sum_{i>1} i (2 x_i - x_{i-1})^2`.
pub(super) fn tridia(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    terms.add([0], |[a]| (a - 1.0).square());
    for i in 1..x.len() {
        terms.add([i - 1, i], |[a, b]| (i + 1) as f64 * (2.0 * b - a).square());
    }
    terms.value
}

/// `1 + sum_{i>1} 100 (x_i - x_{i-1}^2)^2 + (x_i - 1)^2`.
pub(super) fn genrose(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 1..x.len() {
        terms.add([i - 1, i], |[a, b]| 100.0 * (b - a.square()).square() + (b - 1.0).square());
    }
    1.0 + terms.value
}

/// `sum_{i<n} cos(x_i^2 - x_{i+1} / 2)`.
pub(super) fn cosine(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 1..x.len() {
        terms.add([i - 1, i], |[a, b]| (a.square() - 0.5 * b).cos());
    }
    terms.value
}

/// `1 + sum x_i^2 (i/n)^k + sum_{i<=2m} x_i^2 x_{i+m}^4 / 8 + sum_{i<=m} x_i x_{i+2m} (i/n)^k / 8`, `m = n/3`: DIXMAANA, E and I for
/// `k` 0, 1 and 2.
pub(super) fn dixmaan(x: &[f64], g: &mut [f64], k: i32) -> f64 {
    let (n, m) = (x.len(), x.len() / 3);
    let weight = |i: usize| ((i + 1) as f64 / n as f64).powi(k);
    let mut terms = Terms::new(x, g);
    for i in 0..n {
        terms.add([i], |[a]| weight(i) * a.square());
    }
    for i in 0..2 * m {
        terms.add([i, i + m], |[a, b]| 0.125 * a.square() * b.powi(4));
    }
    for i in 0..m {
        terms.add([i, i + 2 * m], |[a, b]| 0.125 * weight(i) * a * b);
    }
    1.0 + terms.value
}

/// `16 + sum_{i<n} (x_i - 2)^4 + (x_i x_{i+1} - 2 x_{i+1})^2 + (x_{i+1} + 1)^2`.
pub(super) fn edensch(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 1..x.len() {
        terms.add([i - 1, i], |[a, b]| {
            (a - 2.0).powi(4) + (a * b - 2.0 * b).square() + (b + 1.0).square()
        });
    }
    16.0 + terms.value
}

/// `sum i/2 (sum_k sin x_{k i mod n + 1})^2`, `k` of 2, 3, 5, 7, 11, and `x_i` itself.
pub(super) fn sparsine(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let mut terms = Terms::new(x, g);
    for i in 1..=n {
        let places = [i - 1, 2 * i % n, 3 * i % n, 5 * i % n, 7 * i % n, 11 * i % n];
        terms.add(places, |x| {
            0.5 * i as f64 * x.into_iter().map(|x| x.sin()).sum::<super::dual::Dual<6>>().square()
        });
    }
    terms.value
}

/// `sum (exp x_{2i-1} - x_{2i})^4 + 100 (x_{2i} - x_{2i+1})^6 + (tan(u) + u)^4 + x_{2i-1}^8 + (x_{2i+2} - 1)^2`, `u = x_{2i+1} - x_{2i+2}`,
/// over `i < n/2`.
pub(super) fn cragglvy(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in (0..x.len() - 2).step_by(2) {
        terms.add([i, i + 1, i + 2, i + 3], |[a, b, c, d]| {
            let u = c - d;
            (a.exp() - b).powi(4) + 100.0 * (b - c).powi(6) + (u.tan() + u).powi(4) + a.powi(8) + (d - 1.0).square()
        });
    }
    terms.value
}

/// `sum (x_i - i)^4`.
pub(super) fn dqrtic(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 0..x.len() {
        terms.add([i], |[a]| (a - (i + 1) as f64).powi(4));
    }
    terms.value
}

/// `sum_{i<n} 100 (x_{i+1} - x_i + 1 - x_i^2)^2`.
pub(super) fn fletchcr(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 1..x.len() {
        terms.add([i - 1, i], |[a, b]| 100.0 * (b - a + 1.0 - a.square()).square());
    }
    terms.value
}

/// 1 and Wood's function of every four variables that begin at an odd one.
pub(super) fn chainwoo(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in (0..x.len() - 2).step_by(2) {
        terms.add([i, i + 1, i + 2, i + 3], four);
    }
    1.0 + terms.value
}

/// `sum_{i<n} sin(x_1 + x_i^2 - 1) + sin(x_n^2) / 2`.
pub(super) fn eg2(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let mut terms = Terms::new(x, g);
    for i in 0..n - 1 {
        terms.add([0, i], |[first, a]| (first + a.square() - 1.0).sin());
    }
    terms.add([n - 1], |[z]| 0.5 * z.square().sin());
    terms.value
}

/// `sum_{i<=n-4} (3 - 4 x_i)^2 + (x_i^2 + 2 x_{i+1}^2 + 3 x_{i+2}^2 + 4 x_{i+3}^2 + 5 x_n^2)^2`.
pub(super) fn bdqrtic(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let mut terms = Terms::new(x, g);
    for i in 0..n - 4 {
        terms.add([i, i + 1, i + 2, i + 3, n - 1], |[a, b, c, d, z]| {
            let sum = a.square() + 2.0 * b.square() + 3.0 * c.square() + 4.0 * d.square() + 5.0 * z.square();
            (4.0 * a - 3.0).square() + sum.square()
        });
    }
    terms.value
}

/// `sum_{i<=n-2} x_i^2 + 100 x_{i+1}^2 + 100 x_{i+2}^2`.
pub(super) fn dqdrtic(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 2..x.len() {
        terms.add([i - 2, i - 1, i], |[a, b, c]| a.square() + 100.0 * b.square() + 100.0 * c.square());
    }
    terms.value
}

/// `(sum i x_i^2)^2`.
pub(super) fn power(x: &[f64], g: &mut [f64]) -> f64 {
    let sum: f64 = x.iter().enumerate().map(|(i, x)| (i + 1) as f64 * x * x).sum();
    g.iter_mut()
        .zip(x)
        .enumerate()
        .for_each(|(i, (g, x))| *g = 4.0 * sum * (i + 1) as f64 * x);
    sum * sum
}

/// `(x_1 - x_2)^2 + (x_{n-1} + x_n)^2 + sum_{i<=n-2} (x_i + x_{i+1} + x_n)^4`.
pub(super) fn nondquar(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let mut terms = Terms::new(x, g);
    terms.add([0, 1], |[a, b]| (a - b).square());
    terms.add([n - 2, n - 1], |[a, b]| (a + b).square());
    for i in 0..n - 2 {
        terms.add([i, i + 1, n - 1], |[a, b, z]| (a + b + z).powi(4));
    }
    terms.value
}

/// `sum_{i<=n-2} (10/(n+2) + x_{i+2}^2) (2 - exp(-(x_i - x_{i+1})^2 / (0.1 + x_{i+2}^2)))`.
pub(super) fn tointgss(x: &[f64], g: &mut [f64]) -> f64 {
    let level = 10.0 / (x.len() + 2) as f64;
    let mut terms = Terms::new(x, g);
    for i in 2..x.len() {
        terms.add([i - 2, i - 1, i], |[a, b, c]| {
            (c.square() + level) * (-(-(a - b).square() / (c.square() + 0.1)).exp() + 2.0)
        });
    }
    terms.value
}

/// `(x_1 - 1)^4 + sum_{1<i<n} (sin(x_i - x_n) - x_1^2 + x_i^2)^2 + (x_n^2 - x_1^2)^2`.
pub(super) fn sinquad(x: &[f64], g: &mut [f64]) -> f64 {
    let n = x.len();
    let mut terms = Terms::new(x, g);
    terms.add([0, n - 1], |[a, z]| (a - 1.0).powi(4) + (z.square() - a.square()).square());
    for i in 1..n - 1 {
        terms.add([0, i, n - 1], |[first, a, z]| {
            ((a - z).sin() - first.square() + a.square()).square()
        });
    }
    terms.value
}

/// `sum_{i<=n-2} -1/(1 + (x_i - x_{i+1})^2) - sin((pi x_{i+1} + x_{i+2}) / 2) - exp(-((x_i + x_{i+2}) / x_{i+1} - 2)^2)`.
pub(super) fn schmvett(x: &[f64], g: &mut [f64]) -> f64 {
    let mut terms = Terms::new(x, g);
    for i in 2..x.len() {
        terms.add([i - 2, i - 1, i], |[a, b, c]| {
            let bump = ((a - b).square() + 1.0).powi(-1);
            -(bump + (0.5 * (PI * b + c)).sin() + (-((a + c) / b - 2.0).square()).exp())
        });
    }
    terms.value
}

//! Rosenbrock's chain, `sum 100 (x_i+1 - x_i^2)^2 + (1 - x_i)^2`.

pub fn rosenbrock(x: &[f64], g: &mut [f64]) -> f64 {
    g.fill(0.0);
    let mut value = 0.0;
    for i in 0..x.len() - 1 {
        let (r, s) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
        value += 100.0 * r * r + s * s;
        g[i] += -400.0 * x[i] * r - 2.0 * s;
        g[i + 1] += 200.0 * r;
    }
    value
}

//! Functions made of random data, which are the same in every release and on every machine but for rounding.
use crate::random::normal;

/// A function with its data.
pub(super) type Function = Box<dyn Fn(&[f64], &mut [f64]) -> f64 + Send>;

/// Streams of random numbers, one for each array.
mod stream {
    pub const CENTRE: u64 = 1;
    pub const BASIS: u64 = 2;
    pub const FEATURES: u64 = 3;
    pub const WEIGHTS: u64 = 4;
    pub const LABELS: u64 = 5;
    pub const INPUTS: u64 = 6;
    pub const NETWORK: u64 = 7;
}

/// `n` numbers from `10^low` to `10^high`, their logarithms equidistant.
fn logarithmic(n: usize, low: f64, high: f64) -> impl Fn(usize) -> f64 {
    let gap = (high - low) / (n.max(2) - 1) as f64;
    move |i| 10_f64.powf(low + gap * i as f64)
}

/// `(x - c)' A (x - c) / 2`, eigenvalues of `A` logarithmic from 1 to the condition number, eigenvectors dense: the unit vectors after `n`
/// reflections at random planes. `c` is normal.
pub(super) fn quadratic(n: usize, condition: f64) -> Function {
    let eigenvalue = logarithmic(n, 0.0, condition.log10());
    let mut a = vec![0.0; n * n];
    (0..n).for_each(|i| a[i * (n + 1)] = eigenvalue(i));
    for k in 0..n {
        let mut v: Vec<f64> = (0..n).map(|i| normal(stream::BASIS, (k * n + i) as u64)).collect();
        let length = dot(&v, &v).sqrt();
        v.iter_mut().for_each(|v| *v /= length);
        let p: Vec<f64> = a.chunks_exact(n).map(|row| dot(row, &v)).collect();
        let bend = dot(&v, &p);
        for (i, row) in a.chunks_exact_mut(n).enumerate() {
            for (j, a) in row.iter_mut().enumerate() {
                // Symmetric to the last bit.
                *a += 4.0 * bend * v[i] * v[j] - 2.0 * (v[i] * p[j] + p[i] * v[j]);
            }
        }
    }
    let centre: Vec<f64> = (0..n).map(|i| normal(stream::CENTRE, i as u64)).collect();
    Box::new(move |x, g| {
        let e: Vec<f64> = x.iter().zip(&centre).map(|(x, c)| x - c).collect();
        g.iter_mut().zip(a.chunks_exact(n)).for_each(|(g, row)| *g = dot(row, &e));
        0.5 * dot(&e, g)
    })
}

/// `mean_i log(1 + exp(-y_i x.a_i)) + 1e-4 |x|^2 / 2` over 500 samples: features normal, their deviations logarithmic from 1 to 10^-1.5,
/// labels the sign of `5 w.a_i` with noise of deviation 1/2, `w` normal.
pub(super) fn logistic(n: usize) -> Function {
    const SAMPLES: usize = 500;
    const REGULARISATION: f64 = 1e-4;
    let deviation = logarithmic(n, 0.0, -1.5);
    let weights: Vec<f64> = (0..n).map(|j| 5.0 * normal(stream::WEIGHTS, j as u64)).collect();
    // Rows times their labels.
    let mut rows: Vec<f64> = (0..SAMPLES * n)
        .map(|k| deviation(k % n) * normal(stream::FEATURES, k as u64))
        .collect();
    for (i, row) in rows.chunks_exact_mut(n).enumerate() {
        if dot(row, &weights) + 0.5 * normal(stream::LABELS, i as u64) < 0.0 {
            row.iter_mut().for_each(|a| *a = -*a);
        }
    }
    Box::new(move |x, g| {
        g.iter_mut().zip(x).for_each(|(g, x)| *g = REGULARISATION * x);
        let mut loss = 0.0;
        for row in rows.chunks_exact(n) {
            let margin = dot(row, x);
            // log(1 + exp(-m)) without overflow.
            loss += (-margin.abs()).exp().ln_1p() + (-margin).max(0.0);
            let slope = -1.0 / (1.0 + margin.exp()) / SAMPLES as f64;
            g.iter_mut().zip(row).for_each(|(g, a)| *g += slope * a);
        }
        loss / SAMPLES as f64 + 0.5 * REGULARISATION * dot(x, x)
    })
}

/// Inputs of the network.
pub(super) const INPUTS: usize = 4;

/// Start of the network.
pub(super) fn network_start(i: usize) -> f64 {
    0.5 * normal(stream::NETWORK, i as u64)
}

/// `mean_i (net(a_i) - y_i)^2 / 2 + 1e-4 |x|^2` over 200 normal points `a_i` of four coordinates, `y = sin(a_1) + a_2 a_3`;
/// `net(a) = v.tanh(W'a + b) + c`. Parameters: `W` (a row for each input), `b`, `v`, `c`.
pub(super) fn network(n: usize) -> Function {
    const SAMPLES: usize = 200;
    const REGULARISATION: f64 = 1e-4;
    let hidden = (n - 1) / (INPUTS + 2);
    let inputs: Vec<f64> = (0..SAMPLES * INPUTS).map(|k| normal(stream::INPUTS, k as u64)).collect();
    Box::new(move |x, g| {
        let (weights, rest) = x.split_at(INPUTS * hidden);
        let (biases, rest) = rest.split_at(hidden);
        let (outer, offset) = (&rest[..hidden], rest[hidden]);
        g.iter_mut().zip(x).for_each(|(g, x)| *g = 2.0 * REGULARISATION * x);
        let mut loss = 0.0;
        let mut active = vec![0.0; hidden];
        for a in inputs.chunks_exact(INPUTS) {
            for (k, active) in active.iter_mut().enumerate() {
                *active = (biases[k] + (0..INPUTS).map(|j| a[j] * weights[j * hidden + k]).sum::<f64>()).tanh();
            }
            let error = dot(&active, outer) + offset - (a[0].sin() + a[1] * a[2]);
            loss += error * error;
            let pull = error / SAMPLES as f64;
            for k in 0..hidden {
                let back = pull * outer[k] * (1.0 - active[k] * active[k]);
                (0..INPUTS).for_each(|j| g[j * hidden + k] += back * a[j]);
                g[INPUTS * hidden + k] += back;
                g[(INPUTS + 1) * hidden + k] += pull * active[k];
            }
            g[n - 1] += pull;
        }
        0.5 * loss / SAMPLES as f64 + REGULARISATION * dot(x, x)
    })
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

//! Who acts on whom: polynomials over few variables at a time save evaluations where the objective is of that kind, and cost none where it is not.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]
#[path = "support/rosenbrock.rs"]
mod chain;

use chain::rosenbrock;
use lgf_core::optimizer::{Adaptive, AdaptiveOptions, Lbfgs, LbfgsOptions, Optimizer};

/// `sum_i (i (x_i - 1))^2 + (x_i - 1)^4`.
fn separable(x: &[f64], g: &mut [f64]) -> f64 {
    let terms = x.iter().zip(g).enumerate().map(|(i, (x, g))| {
        let (w, r) = ((i + 1) as f64, x - 1.0);
        *g = 2.0 * w * w * r + 4.0 * r * r * r;
        w * w * r * r + r.powi(4)
    });
    terms.sum()
}

/// `sum_i (x_i-1 + (i mod 5) x_i x_i+1 - 1)^2 + (x_i - 1)^2 / 10`.
fn triples(x: &[f64], g: &mut [f64]) -> f64 {
    g.fill(0.0);
    let mut value = 0.0;
    for i in 1..x.len() - 1 {
        let w = (i % 5) as f64;
        let (r, s) = (x[i - 1] + w * x[i] * x[i + 1] - 1.0, x[i] - 1.0);
        value += r * r + 0.1 * s * s;
        g[i - 1] += 2.0 * r;
        g[i] += 2.0 * r * w * x[i + 1] + 0.2 * s;
        g[i + 1] += 2.0 * r * w * x[i];
    }
    value
}

/// `1/2 u'Au - sum sin(i) u_i`, `A` the five-point Laplacian with conductivities of its own for each edge on a square grid.
fn grid(x: &[f64], g: &mut [f64]) -> f64 {
    let m = x.len().isqrt();
    let mut value = 0.0;
    for (i, (x, g)) in x.iter().zip(g.iter_mut()).enumerate() {
        let f = (i as f64).sin();
        value += 0.05 * x * x - f * x;
        *g = 0.1 * x - f;
    }
    let mut edge = |i: usize, j: usize| {
        let (w, r) = (1.1 + ((3 * i + 5 * j) as f64).sin(), x[i] - x[j]);
        value += 0.5 * w * r * r;
        g[i] += w * r;
        g[j] -= w * r;
    };
    for i in 0..x.len() {
        if (i + 1) % m > 0 {
            edge(i, i + 1);
        }
        if i + m < x.len() {
            edge(i, i + m);
        }
    }
    value
}

/// Evaluations until the gradient at some point is a millionth of the first one.
fn evaluations(flow: &mut dyn Optimizer, objective: fn(&[f64], &mut [f64]) -> f64) -> Option<u64> {
    let mut g = vec![0.0; flow.iterates().len()];
    let mut first = None;
    while flow.evaluations() < 2000 && flow.ending().is_none() {
        let request = flow.ask().unwrap();
        let value = objective(flow.point(), &mut g);
        flow.tell(request.id, value, Some(&g)).unwrap();
        let length = g.iter().map(|g| g * g).sum::<f64>().sqrt();
        if length <= 1e-6 * *first.get_or_insert(length) {
            return Some(flow.evaluations());
        }
    }
    None
}

fn adaptive(start: &[f64], max_order: usize) -> Adaptive {
    let options = AdaptiveOptions {
        max_order,
        ..Default::default()
    };
    Adaptive::new(start, &options).unwrap()
}

#[test]
fn sparse_polynomials_are_found() {
    // From starts whose entries differ: what is learned of one variable says nothing of the others.
    let wave = |d: usize| -> Vec<f64> { (0..d).map(|i| 0.5 + 0.4 * (1.7 * i as f64).sin()).collect() };
    type Case = (&'static str, fn(&[f64], &mut [f64]) -> f64, usize, u64);
    let cases: [Case; 4] = [
        ("separable", separable, 50, 12),
        ("chain", rosenbrock, 20, 45),
        ("triples", triples, 40, 40),
        ("grid", grid, 100, 25),
    ];
    for (name, objective, d, most) in cases {
        let start = wave(d);
        let mut rival = Lbfgs::new(&start, &LbfgsOptions::default()).unwrap();
        let own = evaluations(&mut adaptive(&start, 3), objective).unwrap();
        let other = evaluations(&mut rival, objective).unwrap();
        println!("{name}: {own}, L-BFGS {other}");
        assert!(own <= most && 10 * own <= 8 * other, "{name}: {own}, L-BFGS {other}");
    }
}

#[test]
fn orders_that_do_not_pay_cost_nothing() {
    // Everything acts on everything: no polynomial over few variables predicts, and none drives.
    fn dense(x: &[f64], g: &mut [f64]) -> f64 {
        let d = x.len();
        g.fill(0.0);
        let mut value = 0.0;
        for k in 0..d {
            let a = |i: usize| ((1 + k * i) as f64).cos() / (1.0 + 0.2 * k as f64);
            let r: f64 = x.iter().enumerate().map(|(i, x)| a(i) * (x - 1.0)).sum();
            value += r * r;
            g.iter_mut().enumerate().for_each(|(i, g)| *g += 2.0 * a(i) * r);
        }
        value
    }
    let start: Vec<f64> = (0..30).map(|i| (i as f64).sin()).collect();
    let [one, three] = [1, 3].map(|order| evaluations(&mut adaptive(&start, order), dense).unwrap());
    assert!(three <= one + 1, "{one} {three}");
}

//! What the stages of a fit cost by themselves: `cargo bench -p lgf-core`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark may fail loudly")]
use criterion::{Criterion, criterion_group, criterion_main};
use faer::Mat;
use lgf_core::library::{FeatureOptions, polynomial_features};
use lgf_core::reduce::{SvdOptions, thin_svd};
use lgf_core::regress::{StlsqOptions, stlsq};
use std::hint::black_box;
use std::time::Duration;

/// Samples of a flow whose variables decay at their own rates.
fn decay(samples: usize, variables: usize) -> Mat<f64> {
    let rate = |j: usize| 0.3 + 2.0 * ((j * j) as f64 * 0.37).sin().abs();
    Mat::from_fn(samples, variables, |i, j| {
        (1.0 + (j as f64).cos()) * (-rate(j) * 0.05 * i as f64).exp()
    })
}

fn features(c: &mut Criterion) {
    let o = FeatureOptions {
        poly_order: 2,
        include_bias: true,
    };
    let states = decay(15, 225);
    c.bench_function("features of 15 states of 225 variables, order 2", |b| {
        b.iter(|| polynomial_features(black_box(states.as_ref()), &o).unwrap());
    });
}

fn regressions(c: &mut Criterion) {
    let o = StlsqOptions {
        threshold: 1e-8,
        alpha: 1e-6,
        max_iter: 3,
        normalize_columns: true,
        ..Default::default()
    };
    for (samples, variables, order) in [(15, 225, 2), (35, 560, 1), (2000, 3, 5)] {
        let states = decay(samples, variables);
        let order_of = FeatureOptions {
            poly_order: order,
            include_bias: true,
        };
        let theta = polynomial_features(states.as_ref(), &order_of).unwrap();
        let target = Mat::from_fn(samples, variables, |i, j| -states[(i, j)]);
        c.bench_function(&format!("stlsq of {samples}×{} for {variables} targets", theta.ncols()), |b| {
            b.iter(|| stlsq(black_box(theta.as_ref()), target.as_ref(), &o).unwrap());
        });
    }
}

fn reductions(c: &mut Criterion) {
    for (d, n) in [(10_000, 20), (100_000, 50)] {
        let snapshots = decay(n, d).transpose().to_owned();
        c.bench_function(&format!("thin SVD of {d}×{n}"), |b| {
            b.iter(|| thin_svd(black_box(snapshots.as_ref()), &SvdOptions::default()).unwrap());
        });
    }
}

criterion_group! {
    name = stages;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(3));
    targets = features, regressions, reductions
}
criterion_main!(stages);

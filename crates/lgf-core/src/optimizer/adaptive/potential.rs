//! The potential fit: a symmetric matrix by least squares over all secants.
use super::span::Reduced;
use crate::linalg::{SymmetricEvd, dot};
use faer::Mat;

/// Minimises `sum_i w_i^2 |B s_i - y_i|^2` over symmetric `B`, `w_i = decay^i / |s_i|`: `B S + S B = R + R'` with `S = sum w^2 s s'`,
/// `R = sum w^2 s y'`, solved in the eigenvectors of `S`. Where no secant says anything `B` is `1 / gamma`.
pub fn fit(data: &Reduced, gamma: f64, decay: f64) -> Option<Mat<f64>> {
    let k = data.k;
    let (mut s, mut r) = (Mat::<f64>::zeros(k, k), Mat::<f64>::zeros(k, k));
    let mut weight = 1.0;
    for ((a, b), record) in data.s.iter().zip(&data.y).zip(&data.records) {
        if record.wild {
            continue;
        }
        let w = weight * weight / dot(a, a);
        if w.is_finite() {
            for j in 0..k {
                for i in 0..k {
                    s[(i, j)] += w * a[i] * a[j];
                    r[(i, j)] += w * (a[i] * b[j] + b[i] * a[j]);
                }
            }
        }
        weight *= decay;
    }
    let mut evd = SymmetricEvd::default();
    let values = evd.compute(s.as_ref()).ok()?.to_vec();
    let top = values.last().copied()?;
    let vectors = evd.vectors();
    let r = vectors.transpose() * &r * vectors;
    let known = |i: usize| values[i] > 1e-13 * top;
    let b = Mat::from_fn(k, k, |i, j| {
        if known(i) || known(j) {
            r[(i, j)] / (values[i].max(0.0) + values[j].max(0.0))
        } else if i == j {
            1.0 / gamma
        } else {
            0.0
        }
    });
    let b = vectors * &b * vectors.transpose();
    Some(Mat::from_fn(k, k, |i, j| 0.5 * (b[(i, j)] + b[(j, i)])))
}

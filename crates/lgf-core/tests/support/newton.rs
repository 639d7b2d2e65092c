//! Newton directions in one call, and the little algebra that tests of them need.
use faer::Mat;
use lgf_core::newton::{Curvature, Indefinite, NewtonCg, NewtonCgOptions, NewtonCgReport, NewtonOptions, newton_direction};

pub fn dense(gradient: &[f64], hessian: &Mat<f64>, damping: f64, indefinite: Indefinite) -> (Vec<f64>, Curvature, usize) {
    let newton = newton_direction(gradient, hessian.as_ref(), &NewtonOptions { damping, indefinite }).unwrap();
    (newton.direction, newton.report.curvature, newton.report.rank)
}

pub fn absolute(gradient: &[f64], hessian: &Mat<f64>) -> Vec<f64> {
    dense(gradient, hessian, 0.0, Indefinite::Absolute).0
}

pub fn by_products(gradient: &[f64], hessian: &Mat<f64>, options: &NewtonCgOptions) -> (Vec<f64>, NewtonCgReport) {
    let mut cg = NewtonCg::new(options).unwrap();
    cg.begin(gradient).unwrap();
    while let Some(probe) = cg.probe() {
        let product = times(hessian, probe);
        cg.tell(&product).unwrap();
    }
    (cg.direction().to_vec(), cg.report())
}

pub fn times(a: &Mat<f64>, x: &[f64]) -> Vec<f64> {
    (0..a.nrows()).map(|i| (0..a.ncols()).map(|j| a[(i, j)] * x[j]).sum()).collect()
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    norm(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>())
}

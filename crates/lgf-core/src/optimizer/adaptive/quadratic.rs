//! Linear models of the flow, `g(z) = g + B z`: their flow in closed form.
use crate::linalg::{SymmetricEvd, dot};
use faer::Mat;

/// Eigenvalues of a positive fit below this times the largest are raised to it.
const FLOOR: f64 = 1e-14;
/// Growth along negative curvature is bounded: `e^GROWTH`.
const GROWTH: f64 = 3.0;

/// A proposed move.
#[derive(Debug, Clone)]
pub struct Move {
    pub z: Vec<f64>,
    /// Decrease of the objective that the model promises.
    pub promise: f64,
    /// Flow time; infinite where the flow was followed to its end.
    pub horizon: f64,
}

/// `dz/dt = -(g + B z)` from `z = 0`: `z(T) = -phi(B T) g`, `phi(B, T) = B^-1 (1 - e^(-B T))`.
#[derive(Clone)]
pub struct Quadratic {
    matrix: Mat<f64>,
    evd: SymmetricEvd,
    values: Vec<f64>,
    /// The gradient in the eigenvectors' coordinates.
    g: Vec<f64>,
    pub ok: bool,
}

impl Default for Quadratic {
    fn default() -> Self {
        Self {
            matrix: Mat::zeros(0, 0),
            evd: SymmetricEvd::default(),
            values: Vec::new(),
            g: Vec::new(),
            ok: false,
        }
    }
}

impl Quadratic {
    /// Takes over a symmetric matrix; `positive` raises its spectrum.
    pub fn set(&mut self, matrix: Mat<f64>, g: &[f64], positive: bool) {
        self.ok = false;
        let k = g.len();
        if (0..k).any(|j| (0..k).any(|i| !matrix[(i, j)].is_finite())) {
            return;
        }
        self.matrix = matrix;
        let Ok(values) = self.evd.compute(self.matrix.as_ref()) else {
            return;
        };
        self.values.clear();
        self.values.extend_from_slice(values);
        let top = self.values.last().copied().unwrap_or(0.0);
        if positive {
            self.values.iter_mut().for_each(|w| *w = w.max(FLOOR * top));
        }
        let vectors = self.evd.vectors();
        self.g = (0..k).map(|j| (0..k).map(|i| vectors[(i, j)] * g[i]).sum()).collect();
        self.ok = top > 0.0 || !positive;
    }

    /// Vectors in the coordinates of the eigenvectors.
    pub fn to_eigen(&self, v: &[&[f64]]) -> Vec<Vec<f64>> {
        let k = self.values.len();
        let v = Mat::from_fn(k, v.len(), |i, j| v[j][i]);
        let out = self.evd.vectors().transpose() * &v;
        (0..v.ncols()).map(|j| (0..k).map(|i| out[(i, j)]).collect()).collect()
    }

    /// The model's value at `z` minus that at 0.
    pub fn value(&self, z: &[f64]) -> f64 {
        let z = &self.to_eigen(&[z])[0];
        z.iter()
            .zip(&self.g)
            .zip(&self.values)
            .map(|((z, g), w)| (g + 0.5 * w * z) * z)
            .sum()
    }

    /// Eigenvalues, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Another gradient at `z = 0` and other curvatures, in the coordinates of the eigenvectors.
    pub fn anchor(&mut self, g: Vec<f64>, values: Vec<f64>) {
        self.g = g;
        self.values = values;
    }

    /// `B z`.
    pub fn change(&self, z: &[f64]) -> Vec<f64> {
        let k = z.len();
        let mut out = vec![0.0; k];
        for (j, z) in z.iter().enumerate() {
            for (i, out) in out.iter_mut().enumerate() {
                *out += self.matrix[(i, j)] * z;
            }
        }
        out
    }

    /// Where the flow is at time `horizon`, in the eigenvectors' coordinates.
    fn at(&self, horizon: f64) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().zip(&self.g).map(move |(&w, &g)| {
            let phi = if horizon.is_infinite() && w > 0.0 {
                1.0 / w
            } else {
                let wt = (w * horizon).clamp(-GROWTH, 700.0);
                if wt.abs() < 1e-10 { horizon } else { -(-wt).exp_m1() / w }
            };
            -phi * g
        })
    }

    /// The flow until `horizon`, or until it is `radius` away if that is sooner.
    pub fn follow(&self, horizon: f64, radius: f64) -> Move {
        let length = |t: f64| self.at(t).map(|c| c * c).sum::<f64>().sqrt();
        let lowest = self.values.first().copied().unwrap_or(0.0);
        let top = self.values.last().map_or(1.0, |w| w.abs()).max(lowest.abs()).max(f64::MIN_POSITIVE);
        // Without a radius the flow along negative curvature ends after the time that it may grow.
        let end = if lowest > 0.0 {
            f64::INFINITY
        } else {
            GROWTH / (-lowest).max(1e-10 * top)
        };
        let mut t = horizon.min(end);
        if length(t) > radius {
            // In units of the fastest time, so that no unit of the objective or of the variables changes a bit.
            let (mut low, mut high) = (1e-14_f64.ln(), (t * top).min(1e16).ln());
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if length(middle.exp() / top) > radius {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            t = low.exp() / top;
        }
        let c: Vec<f64> = self.at(t).collect();
        let promise = -c
            .iter()
            .zip(&self.g)
            .zip(&self.values)
            .map(|((c, g), w)| c * g + 0.5 * w * c * c)
            .sum::<f64>();
        let vectors = self.evd.vectors();
        let k = c.len();
        let mut z = vec![0.0; k];
        for (j, c) in c.iter().enumerate() {
            for (i, z) in z.iter_mut().enumerate() {
                *z += vectors[(i, j)] * c;
            }
        }
        Move {
            z,
            promise,
            horizon: if t >= end { f64::INFINITY } else { t },
        }
    }
}

/// Length of a vector.
pub fn norm(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}

//! Random smooth problems: what a safeguard has to stand.
use lgf_core::problem::Problem;

/// A small generator of random numbers: the same sequence everywhere.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF1)
    }

    /// Uniform in [0, 1). SplitMix64, Steele, Lea, Flood 2014.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `1/2 r'Dr`
    Quadratic,
    /// `sum d_i log cosh r_i`
    LogCosh,
    /// `sum d_i (r_i^2 / 2 + r_i^4 / 4)`
    Quartic,
    /// `sum_i c (x_{i+1} - x_i^2)^2 + (1 - x_i)^2`
    Rosenbrock,
}

/// `r = Q (x - c)` with a random orthogonal `Q`, a product of reflections.
pub struct Smooth {
    pub kind: Kind,
    pub start: Vec<f64>,
    pub calls: usize,
    weights: Vec<f64>,
    center: Vec<f64>,
    reflections: Vec<Vec<f64>>,
    residual: Vec<f64>,
}

impl Smooth {
    /// A problem of 2 to 20 variables.
    pub fn random(random: &mut Random) -> Self {
        let d = 2 + random.below(19);
        let kind = [Kind::Quadratic, Kind::LogCosh, Kind::Quartic, Kind::Rosenbrock][random.below(4)];
        let spread = random.between(0.0, 3.0);
        let mut vector = |low: f64, high: f64| (0..d).map(|_| random.between(low, high)).collect::<Vec<_>>();
        let weights = vector(-spread, 0.0).into_iter().map(|e| 10f64.powf(e)).collect();
        let (start, center) = (vector(-2.0, 2.0), vector(-1.0, 1.0));
        let reflections = (0..2).map(|_| vector(-1.0, 1.0)).collect();
        Self {
            kind,
            residual: vec![0.0; d],
            start,
            calls: 0,
            weights,
            center,
            reflections,
        }
    }

    /// A rate at which descent from the start converges, most likely: the inverse of a bound of the curvature there.
    pub fn rate(&mut self) -> f64 {
        let (x, d) = (self.start.clone(), self.start.len());
        let mut size: f64 = 0.0;
        let (mut g0, mut g1) = (vec![0.0; d], vec![0.0; d]);
        self.evaluate(&x, &mut g0);
        for j in 0..d {
            let mut y = x.clone();
            y[j] += 1e-5;
            self.evaluate(&y, &mut g1);
            // The Frobenius norm of the Hessian bounds its largest eigenvalue.
            size += g1.iter().zip(&g0).map(|(a, b)| ((a - b) / 1e-5).powi(2)).sum::<f64>();
        }
        1.0 / size.sqrt().max(1e-3)
    }

    fn reflect(&self, v: &mut [f64], backwards: bool) {
        let mut order: Vec<usize> = (0..self.reflections.len()).collect();
        if backwards {
            order.reverse();
        }
        for i in order {
            let w = &self.reflections[i];
            let dot: f64 = w.iter().zip(v.iter()).map(|(w, v)| w * v).sum();
            let size: f64 = w.iter().map(|w| w * w).sum();
            v.iter_mut().zip(w).for_each(|(v, w)| *v -= 2.0 * dot / size * w);
        }
    }
}

impl Problem for Smooth {
    fn name(&self) -> &str {
        "smooth"
    }
    fn dimension(&self) -> usize {
        self.start.len()
    }
    fn start(&self) -> Vec<f64> {
        self.start.clone()
    }
    fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 {
        self.calls += 1;
        let d = x.len();
        let mut value = 0.0;
        if self.kind == Kind::Rosenbrock {
            let c = 10.0 * self.weights[0];
            g.fill(0.0);
            for i in 0..d - 1 {
                let (valley, slope) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
                value += c * valley * valley + slope * slope;
                g[i] -= 4.0 * c * valley * x[i] + 2.0 * slope;
                g[i + 1] += 2.0 * c * valley;
            }
            return value;
        }
        let mut r = std::mem::take(&mut self.residual);
        r.iter_mut().zip(x.iter().zip(&self.center)).for_each(|(r, (x, c))| *r = x - c);
        self.reflect(&mut r, false);
        for (i, g) in g.iter_mut().enumerate() {
            let (w, r) = (self.weights[i], r[i]);
            let (v, slope) = match self.kind {
                Kind::LogCosh => (r.abs() + (-2.0 * r.abs()).exp().ln_1p() - std::f64::consts::LN_2, r.tanh()),
                Kind::Quartic => (0.5 * r * r + 0.25 * r.powi(4), r + r.powi(3)),
                _ => (0.5 * r * r, r),
            };
            value += w * v;
            *g = w * slope;
        }
        self.residual = r;
        self.reflect(g, true);
        value
    }
}

//! Monomials `prod z_i` of order 2 to 4 over chosen variables: values, gradients, Hessians of their combinations.
use faer::Mat;

/// Most factors of a monomial.
pub const MOST: usize = 4;

/// Sorted indices, padded with `dimension`: that coordinate is 1.
type Factors = [u32; MOST];

/// The derivative of one monomial along one variable: `times * prod rest`.
#[derive(Debug, Clone, Copy)]
struct Part {
    monomial: u32,
    times: f64,
    rest: [u32; MOST - 1],
}

/// A set of monomials, and by variable those that contain it.
#[derive(Debug, Clone)]
pub struct Monomials {
    dimension: usize,
    factors: Vec<Factors>,
    parts: Vec<Vec<Part>>,
}

impl Monomials {
    /// All monomials of order 2 to `order` whose variables lie together in one of the groups; groups hold indices in increasing order.
    pub fn within(dimension: usize, groups: &[Vec<u32>], order: usize) -> Self {
        let mut factors: Vec<Factors> = Vec::new();
        for group in groups {
            let pad = dimension as u32;
            let mut grow: Vec<Factors> = vec![[pad; MOST]];
            for place in 0..order {
                let mut longer = Vec::new();
                for f in &grow {
                    let from = if place == 0 { 0 } else { f[place - 1] };
                    for &i in group.iter().filter(|&&i| i >= from) {
                        let mut f = *f;
                        f[place] = i;
                        longer.push(f);
                    }
                }
                if place > 0 {
                    factors.extend(&longer);
                }
                grow = longer;
            }
        }
        factors.sort_unstable();
        factors.dedup();
        let mut parts = vec![Vec::new(); dimension];
        for (m, f) in factors.iter().enumerate() {
            let mut last = u32::MAX;
            for place in 0..MOST {
                let i = f[place];
                if i as usize == dimension || i == last {
                    continue;
                }
                last = i;
                let mut rest = [dimension as u32; MOST - 1];
                let others = f.iter().enumerate().filter(|&(at, _)| at != place).map(|(_, &i)| i);
                rest.iter_mut().zip(others).for_each(|(r, i)| *r = i);
                parts[i as usize].push(Part {
                    monomial: m as u32,
                    times: f.iter().filter(|&&j| j == i).count() as f64,
                    rest,
                });
            }
        }
        Self { dimension, factors, parts }
    }

    pub fn len(&self) -> usize {
        self.factors.len()
    }

    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Number of factors of a monomial.
    pub fn order(&self, m: usize) -> usize {
        self.factors[m].iter().filter(|&&i| (i as usize) < self.dimension).count()
    }

    /// Whether it is a power of one variable.
    pub fn is_power(&self, m: usize) -> bool {
        self.factors[m]
            .iter()
            .all(|&i| i == self.factors[m][0] || i as usize == self.dimension)
    }

    /// Which monomials contain a variable.
    pub fn containing(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        self.parts[i].iter().map(|part| part.monomial as usize)
    }

    /// The coordinates in their units, and behind them the one that is 1.
    pub fn padded(&self, z: &[f64], units: &[f64]) -> Vec<f64> {
        z.iter().zip(units).map(|(z, unit)| z / unit).chain([1.0]).collect()
    }

    /// Derivatives along variable `i` of the monomials that contain it, in the order of [`Monomials::containing`]. `z` is padded.
    pub fn derivatives<'a>(&'a self, i: usize, z: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.parts[i].iter().map(|part| part.times * product(&part.rest, z))
    }

    /// Values of all monomials.
    pub fn values<'a>(&'a self, z: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        self.factors.iter().map(|f| product(f, z))
    }

    /// `sum c_m m(z)`.
    pub fn value(&self, c: &[f64], z: &[f64]) -> f64 {
        self.values(z).zip(c).map(|(v, c)| v * c).sum()
    }

    /// `out += factor * grad sum c_m m(z)`.
    pub fn add_gradient(&self, c: &[f64], z: &[f64], factor: f64, out: &mut [f64]) {
        for (parts, out) in self.parts.iter().zip(out) {
            let sum: f64 = parts
                .iter()
                .map(|part| c[part.monomial as usize] * part.times * product(&part.rest, z))
                .sum();
            *out += factor * sum;
        }
    }

    /// `out = factor * Hessian of sum c_m m(z)`.
    pub fn hessian(&self, c: &[f64], z: &[f64], factor: f64, out: &mut Mat<f64>) {
        out.fill(0.0);
        for (i, parts) in self.parts.iter().enumerate() {
            for part in parts {
                let weight = factor * c[part.monomial as usize] * part.times;
                if weight == 0.0 {
                    continue;
                }
                for (place, &j) in part.rest.iter().enumerate() {
                    if (j as usize) < self.dimension {
                        let others = part.rest.iter().enumerate().filter(|&(at, _)| at != place);
                        let rest: f64 = others.map(|(_, &q)| z[q as usize]).product();
                        out[(i, j as usize)] += weight * rest;
                    }
                }
            }
        }
    }
}

fn product(factors: &[u32], z: &[f64]) -> f64 {
    factors.iter().map(|&i| z[i as usize]).product()
}

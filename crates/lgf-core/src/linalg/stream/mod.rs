//! The triangular factor of a tall matrix that is never there as a whole.
//!
//! Of `A = [Theta Y]`, n×(P + t), a least-squares problem on any columns of `Theta` needs `R` and the top of `Q'Y` of `Theta = QR`, and for its
//! residual what is left of each column of `Y`. Both are found in two passes over blocks of rows, made anew each time:
//!
//! 1. *Sketch*: the rows, with random signs, are summed up in some thousand buckets. The triangular factor `R0` of the sketch is, up to a
//!    factor near 1 in every direction, the one of `A`.
//! 2. *Gram matrix* of `B = A R0^-1`, by substitution row by row. `B` is well conditioned, so that `B'B = LL'` loses nothing, and `R = L'R0`.
//!
//! Substitution solves each row exactly for a factor that differs from `R0` by rounding, so `B R0 = A` up to rounding of `A`, whatever the
//! condition of `A`: the factor is as good as Householder's at a quarter of the time, all of it in two kernels that run at the speed of the
//! multipliers. The condition of `B` is measured. Where it is not small, the pass is repeated from the better factor; where columns depend on
//! each other to rounding, Householder reflections take over ([`householder`]).
//!
//! Rows are cut into a few chains whose number depends on the shape alone, and chains are joined in order: the bits do not depend on how many
//! threads there are.
//! # Source
//! Clarkson, Woodruff 2013, doi:10.1145/2488608.2488620, for the sketch; Fukaya et al. 2020, doi:10.1137/18M1218212, and Higgins et al. 2024,
//! doi:10.48550/arXiv.2309.05868, for Cholesky factors after preconditioning.
mod householder;
mod panel;

use super::{Cholesky, TallQr, multiply, shaped, tame, view};
use crate::library::STRIP;
use crate::parallel::is_worth;
use faer::linalg::triangular_inverse::invert_lower_triangular;
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Mat, Par};
use panel::{Collect, PANEL, Packed, Panel, Sketch, padded, pitch, sums_length};
use pulp::Arch;
use rayon::prelude::*;

/// Rows of `[Theta Y]` that are made when they are asked for.
pub(crate) trait Rows: Sync {
    /// Number of rows `n`.
    fn count(&self) -> usize;
    /// Columns of `Theta` and of `Y`.
    fn columns(&self) -> [usize; 2];
    /// Rows `from .. from + count`, at most [`STRIP`]: entry `j` of row `from + p` at `j STRIP + p`, zero for further rows.
    fn strip(&self, arch: Arch, from: usize, count: usize, out: &mut [f64]);
}

/// An entry that is not finite, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NotFinite {
    pub row: usize,
    pub column: usize,
    pub value: f64,
}

/// How a factor was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// From a Gram matrix in the coordinates of the sketch.
    Gram,
    /// By Householder reflections.
    Reflections,
}

/// Whether so tall a matrix is better streamed.
pub(crate) fn is_tall(rows: usize, columns: usize) -> bool {
    is_worth(rows.saturating_mul(columns)) && rows / 32 >= columns
}

/// Buffers of one factorisation after the other.
#[derive(Default, Clone)]
pub(crate) struct Stream {
    sketch: Vec<f64>,
    sketched: Vec<f64>,
    scale: Vec<f64>,
    packed: Packed,
    chains: Vec<Chain>,
    gram: Vec<f64>,
    cholesky: Cholesky,
    factor: Factor,
    qr: TallQr,
}

/// What one chain of rows needs.
#[derive(Default, Clone)]
struct Chain {
    strips: Vec<f64>,
    sums: Vec<f64>,
    stack: Vec<f64>,
    triangle: Vec<f64>,
    qr: TallQr,
}

/// `[R Z; 0 diag(left)]`, columns of length P.
#[derive(Default, Clone)]
struct Factor {
    r: Vec<f64>,
    z: Vec<f64>,
    left: Vec<f64>,
}

/// How rows are cut.
#[derive(Clone, Copy)]
struct Plan {
    rows: usize,
    p: usize,
    q: usize,
    chains: usize,
    /// Strips of a chain.
    each: usize,
    /// Strips of the sketch of a chain.
    buckets: usize,
}

impl Plan {
    fn new(rows: usize, [p, t]: [usize; 2]) -> Self {
        let q = p + t;
        // As many as many processors can use, as long as their sums, 4 q^2 numbers each, fit into some 128 MiB.
        let most = ((1 << 22) / (q * q)).clamp(2, 16);
        let each = rows.div_ceil(STRIP).div_ceil(most).next_multiple_of(PANEL);
        let chains = rows.div_ceil(STRIP).div_ceil(each);
        // At least four rows a column, 1024 for a few.
        let buckets = (4 * q).max(1024).div_ceil(chains * STRIP);
        Self {
            rows,
            p,
            q,
            chains,
            each,
            buckets,
        }
    }

    /// First row and number of rows of each strip of a chain.
    fn strips(self, chain: usize) -> impl Iterator<Item = (usize, usize)> {
        let from = chain * self.each * STRIP;
        let end = (from + self.each * STRIP).min(self.rows);
        (from..end).step_by(STRIP).map(move |row| (row, STRIP.min(end - row)))
    }
}

/// The worst product of Frobenius norms `|L| |L^-1|`, a bound of the condition of `B`, for each column: 1 if its columns are orthonormal.
const WELL: f64 = 8.0;

/// A column whose new part is smaller than this share of it depends on those before.
const DEPENDENT: f64 = 1e-13;

/// Passes from ever better factors until reflections take over.
const ROUNDS: usize = 3;

impl Stream {
    /// Writes `R` (P×P), the top of `Q'Y` (P×t) and the squared length of what is left of each column of `Y`.
    ///
    /// # Errors
    /// The first entry that is not finite.
    /// # Cost
    /// About `2 n (P + t)^2` flops and twice making the rows, on all threads; memory for a few hundred rows a chain.
    pub fn compress(&mut self, rows: &impl Rows, r: &mut Vec<f64>, qty: &mut Vec<f64>, left: &mut Vec<f64>) -> Result<Way, NotFinite> {
        let plan = Plan::new(rows.count(), rows.columns());
        self.chains.resize_with(plan.chains.max(self.chains.len()), Chain::default);
        self.sketch(rows, plan)?;
        let found = (0..ROUNDS).find_map(|_| {
            if !self.factor.is_regular(plan.p) {
                return Some(false);
            }
            self.pass(rows, plan)
                .map_or(Some(false), |quality| (quality <= WELL).then_some(true))
        });
        let way = if found == Some(true) { Way::Gram } else { Way::Reflections };
        if way == Way::Reflections {
            self.reflect(rows, plan);
        }
        let (p, t) = (plan.p, plan.q - plan.p);
        shaped(r, p, p).copy_from(view(&self.factor.r, p, p));
        shaped(qty, p, t).copy_from(view(&self.factor.z, p, t));
        left.clear();
        left.extend(self.factor.left.iter().map(|left| left * left));
        Ok(way)
    }

    /// The factor of the sketch.
    fn sketch(&mut self, rows: &impl Rows, plan: Plan) -> Result<(), NotFinite> {
        let (Plan { q, buckets, .. }, arch) = (plan, Arch::new());
        let length = q * STRIP;
        self.sketch.clear();
        self.sketch.resize(plan.chains * buckets * length, 0.0);
        let parts = self.sketch.par_chunks_mut(buckets * length).zip(&mut self.chains).enumerate();
        parts.for_each(|(i, (sketch, chain))| {
            chain.strips.resize(chain.strips.len().max(length), 0.0);
            let strip = &mut chain.strips[..length];
            for (k, (from, count)) in plan.strips(i).enumerate() {
                rows.strip(arch, from, count, strip);
                let into = &mut sketch[k % buckets * length..][..length];
                let signs = &signs(from);
                arch.dispatch(Sketch { strip, signs, into });
            }
        });
        // Whatever is not finite stays so in every sum.
        if self.sketch.iter().any(|v| !v.is_finite())
            && let Some(found) = not_finite(rows, plan)
        {
            return Err(found);
        }
        let height = plan.chains * buckets * STRIP;
        let mut sketched = shaped(&mut self.sketched, height, q);
        self.scale.clear();
        for j in 0..q {
            let column = || self.sketch.chunks_exact(length).flat_map(|strip| &strip[j * STRIP..][..STRIP]);
            let peak = column().fold(0.0, |peak: f64, v| peak.max(v.abs()));
            // Sums that overflow say no more than that the column is large.
            self.scale.push(if column().all(|v| v.is_finite()) {
                1.0 / tame(peak)
            } else {
                1e300_f64.log2().floor().exp2()
            });
            sketched.as_mut().col_mut(j).iter_mut().zip(column()).for_each(|(to, v)| *to = *v);
        }
        let (p, t) = (plan.p, q - plan.p);
        let mut triangle = vec![f64::NAN; q * q];
        if self.sketch.iter().all(|v| v.is_finite()) {
            self.qr.triangle(view(&self.sketched, height, q), &self.scale, &mut triangle);
        }
        self.factor.split(&triangle, &self.scale, p, t);
        Ok(())
    }

    /// One Gram matrix in the coordinates of the factor: the factor becomes better by what it shows. How far the columns were from
    /// orthonormal, see [`WELL`]; nothing if it is not positive definite.
    fn pass(&mut self, rows: &impl Rows, plan: Plan) -> Option<f64> {
        let Plan { p, q, .. } = plan;
        let (t, arch, order, pitch) = (q - p, Arch::new(), padded(q), pitch(q));
        let Self {
            packed,
            chains,
            gram,
            cholesky,
            factor,
            ..
        } = self;
        factor.steady(p);
        packed.pack(q, |i, j| factor.entry(p, i, j));
        // Wide rows leave room in the cache for fewer of them.
        let panel = if q > 256 { PANEL / 4 } else { PANEL };
        chains[..plan.chains].par_iter_mut().enumerate().for_each(|(i, chain)| {
            chain.sums.clear();
            chain.sums.resize(sums_length(q), 0.0);
            chain.strips.clear();
            chain.strips.resize(panel * pitch, 0.0);
            let mut strips = plan.strips(i).peekable();
            while strips.peek().is_some() {
                let mut filled = 0;
                for (strip, (from, count)) in chain.strips.chunks_exact_mut(pitch).zip(strips.by_ref()) {
                    rows.strip(arch, from, count, &mut strip[..q * STRIP]);
                    filled += 1;
                }
                arch.dispatch(Panel {
                    columns: q,
                    factor: packed,
                    strips: &mut chain.strips[..filled * pitch],
                    sums: &mut chain.sums,
                });
            }
        });
        gram.clear();
        gram.resize(order * order, 0.0);
        for chain in &chains[..plan.chains] {
            arch.dispatch(Collect {
                columns: q,
                sums: &chain.sums,
                gram,
            });
        }
        if gram.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let gram = view(gram, order, order);
        let products = gram.submatrix(0, 0, p, p).transpose().to_owned();
        cholesky.compute(products.as_ref(), 0.0)?;
        let lower = cholesky.lower();
        let mut inverse = Mat::zeros(p, p);
        invert_lower_triangular(inverse.as_mut(), lower.as_ref(), Par::Seq);
        let quality = lower.norm_l2() * inverse.norm_l2() / p as f64;
        let mut with_targets = gram.submatrix(0, p, p, t).to_owned();
        solve_lower_triangular_in_place(lower.as_ref(), with_targets.as_mut(), Par::Seq);
        for j in 0..t {
            let explained = with_targets.col(j).squared_norm_l2();
            let left = factor.left[j];
            with_targets.col_mut(j).iter_mut().for_each(|w| *w *= left);
            factor.left[j] = left * (gram[(p + j, p + j)] - explained).max(0.0).sqrt();
        }
        let upper = lower.transpose();
        let (mut r, mut z) = (Mat::zeros(p, p), with_targets);
        multiply(r.as_mut(), upper, view(&factor.r, p, p));
        z += upper * view(&factor.z, p, t);
        shaped(&mut factor.r, p, p).copy_from(r);
        shaped(&mut factor.z, p, t).copy_from(z);
        Some(quality)
    }
}

impl Factor {
    /// From a triangular factor of order P + t of columns that were divided by `scale`.
    fn split(&mut self, triangle: &[f64], scale: &[f64], p: usize, t: usize) {
        let triangle = view(triangle, p + t, p + t);
        let column = |j: usize, rows: std::ops::Range<usize>| triangle.col(j).subrows(rows.start, rows.len());
        let mut r = shaped(&mut self.r, p, p);
        for (j, scale) in scale[..p].iter().enumerate() {
            r.as_mut()
                .col_mut(j)
                .iter_mut()
                .zip(column(j, 0..p).iter())
                .for_each(|(to, v)| *to = v * scale);
        }
        let mut z = shaped(&mut self.z, p, t);
        self.left.clear();
        for j in 0..t {
            let scale = scale[p + j];
            z.as_mut()
                .col_mut(j)
                .iter_mut()
                .zip(column(p + j, 0..p).iter())
                .for_each(|(to, v)| *to = v * scale);
            self.left.push(column(p + j, p..p + t).norm_l2() * scale);
        }
    }

    fn entry(&self, p: usize, i: usize, j: usize) -> f64 {
        match (j < p, i < p) {
            (true, _) => self.r[j * p + i],
            (false, true) => self.z[(j - p) * p + i],
            (false, false) if i == j => self.left[j - p],
            (false, false) => 0.0,
        }
    }

    /// Whether substitution with it makes sense: no column depends on those before to rounding.
    fn is_regular(&self, p: usize) -> bool {
        (0..p).all(|j| {
            let column = &self.r[j * p..][..=j];
            let peak = column.iter().fold(0.0, |peak: f64, v| peak.max(v.abs()));
            column[j].abs() > DEPENDENT * peak && peak.is_finite() && column[j].recip().is_finite()
        }) && self.z.iter().all(|v| v.is_finite())
            && self.left.iter().all(|v| v.is_finite())
    }

    /// Targets that the columns explain to rounding are left with that much: their rest is noise, divided by no less than noise.
    fn steady(&mut self, p: usize) {
        for (left, z) in self.left.iter_mut().zip(self.z.chunks_exact(p)) {
            let size = z.iter().fold(*left, |peak, v| peak.max(v.abs()));
            *left = if size > 0.0 { left.max(DEPENDENT * size) } else { 1.0 };
        }
    }
}

/// The first entry that is not finite.
fn not_finite(rows: &impl Rows, plan: Plan) -> Option<NotFinite> {
    let (arch, mut strip) = (Arch::new(), vec![0.0; plan.q * STRIP]);
    (0..plan.chains).flat_map(|chain| plan.strips(chain)).find_map(|(from, count)| {
        rows.strip(arch, from, count, &mut strip);
        let entries = (0..count).flat_map(|row| (0..plan.q).map(move |column| (row, column)));
        let mut values = entries.map(|(row, column)| (row, column, strip[column * STRIP + row]));
        values
            .find(|(_, _, value)| !value.is_finite())
            .map(|(row, column, value)| NotFinite {
                row: from + row,
                column,
                value,
            })
    })
}

/// Random signs of the rows from here on, always the same. SplitMix64, Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195.
fn signs(row: usize) -> [f64; STRIP] {
    let mut bits = (row as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    std::array::from_fn(|p| if bits >> p & 1 == 0 { 1.0 } else { -1.0 })
}

#[cfg(test)]
mod tests;

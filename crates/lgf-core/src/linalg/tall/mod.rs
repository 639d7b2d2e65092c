//! Thin singular value decomposition of a tall matrix, m×n with `m >> n`, at the cost of a few passes over it.
//!
//! Passes go over blocks of rows in cache, on all threads, and write nothing but `U`. Which of three ways is taken is decided by the
//! condition that the first pass measures; see `docs/design/speed-tall.md`.
mod gram;
mod passes;
mod source;
#[cfg(test)]
mod tests;
mod tsqr;

pub(crate) use passes::Passes;
pub(crate) use source::Source;

use super::{SymmetricEvd, ThinSvd, multiply, shaped, tame, view};
use crate::error::{Error, Result};
use crate::param::choices;
use faer::{MatMut, MatRef};
use tsqr::Tsqr;

choices! {
    /// How a thin singular value decomposition was made.
    pub enum SvdMethod {
        /// Bidiagonalisation of the whole matrix: small or nearly square ones.
        Dense = "dense",
        /// Eigenvectors of `A'A`: one pass over `A`. Kept values lie close together.
        Gram = "gram",
        /// The same, and once more with `A V / S` in place of `A`, whose condition is near 1: two passes.
        GramTwice = "gramTwice",
        /// Triangular factor by Householder reflections: for kept values so small that their digits are lost in `A'A`.
        Tsqr = "tsqr",
    }
}

/// Which triplets are kept.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Keep {
    /// So many at most.
    pub rank: Option<usize>,
    /// The fewest with this share of the squares.
    pub energy: Option<f64>,
}

/// Numbers of a matrix from which on passes pay.
const WORTH: usize = 1 << 17;
/// Rows a column from which on a matrix is tall.
const TALL: usize = 8;
/// Largest condition of `A V / S` that is near 1.
const NEAR_ONE: f64 = 10.0;

/// What the divide and conquer of small factors drops, relative to the largest singular value, and the condition below which that does
/// not show.
const DROPPED: f64 = 3e-13;
const RESOLVED: f64 = 1e11;

/// Decomposition with buffers that only grow.
#[derive(Default, Clone)]
pub(crate) struct TallSvd {
    passes: Passes,
    dense: ThinSvd,
    evd: SymmetricEvd,
    tsqr: Tsqr,
    method: SvdMethod,
    whole: Vec<f64>,
    gram: Vec<f64>,
    s: Vec<f64>,
    v: Vec<f64>,
    /// `U = (scale A W) T`, without `T` after one pass; by `tsqr` `U = Q W`.
    w: Vec<f64>,
    t: Vec<f64>,
    work: Vec<f64>,
    /// Directions of the second pass.
    directions: usize,
    scale: f64,
    columns: usize,
    kept: usize,
    error: f64,
}

/// How many leading singular values carry `energy` of the sum of squares.
pub(crate) fn energy_rank(s: &[f64], energy: f64) -> usize {
    let peak = s.first().copied().unwrap_or(0.0);
    if peak == 0.0 {
        return 1;
    }
    // Relative to the largest, so that squares stay in range.
    let square = |s: f64| (s / peak) * (s / peak);
    let total: f64 = s.iter().map(|&s| square(s)).sum();
    let mut sum = 0.0;
    let enough = s.iter().position(|&s| {
        sum += square(s);
        sum >= energy * total
    });
    enough.map_or(s.len(), |i| i + 1)
}

impl Keep {
    fn of(self, s: &[f64]) -> usize {
        let rank = self.rank.unwrap_or(s.len()).min(s.len());
        self.energy.map_or(rank, |energy| energy_rank(s, energy).min(rank))
    }
}

impl TallSvd {
    /// Whether a matrix is so large and tall that passes are worth it.
    pub fn is_tall(rows: usize, columns: usize) -> bool {
        rows.saturating_mul(columns) >= WORTH && rows >= TALL * columns
    }

    /// Singular values and right vectors. `tolerance` is what kept values and vectors may be wrong by, relative to each; what
    /// bidiagonalisation would be wrong by is admitted in any case.
    ///
    /// # Errors
    /// [`Error::Numerical`] for entries that are not finite.
    pub fn compute(&mut self, a: &impl Source, keep: Keep, tolerance: f64) -> Result<()> {
        let (m, n) = a.shape();
        self.columns = n;
        if !Self::is_tall(m, n) {
            return self.whole(a, keep);
        }
        self.scale = 1.0;
        self.passes.gram(a, self.scale, None, &mut self.gram);
        // Squares that overflowed, vanished or are no numbers.
        let diagonal = || self.gram.iter().step_by(n + 1);
        if !diagonal().all(|v| *v < 1e200) || diagonal().all(|v| *v < 1e-200) {
            let peak = self.passes.peak(a).ok_or(Error::Numerical { routine: "thin SVD" })?;
            self.scale = tame(peak);
            self.passes.gram(a, self.scale, None, &mut self.gram);
        }
        self.spectrum()?;
        let rounding = n as f64 * f64::EPSILON;
        // Values below are lost in the rounding of A'A.
        let noise = rounding.sqrt() * self.s[0];
        // A share of the energy that only lost values could tell apart is a matter of all of them.
        let resolved = keep.energy.is_none_or(|energy| 1.0 - energy > 1e3 * rounding);
        let r = if resolved { keep.of(&self.s) } else { n };
        let condition = self.s[0] / self.s[r - 1];
        if self.s[r - 1] > noise && resolved {
            self.error = rounding * condition * condition;
            if self.error <= tolerance {
                self.method = SvdMethod::Gram;
                self.kept = r;
                let (w, v) = (shaped(&mut self.w, n, r), view(&self.v, n, r));
                super::copy_scaled(w, v, &self.s[..r]);
                self.unscale();
                return Ok(());
            }
        }
        if self.s[r - 1] > noise {
            // What is left out turns the kept directions by rounding (s_1 / s_r)^2 (s_out / s_r).
            let turned = |out: f64| rounding * condition.powi(3) * (out.max(noise) / self.s[0]);
            let allowed = (rounding * condition).max(0.5 * tolerance);
            let above = self.s.iter().take_while(|&&s| s > noise).count();
            let k = (r..above).find(|&k| turned(self.s[k]) <= allowed).unwrap_or(above);
            let out = if k < n { turned(self.s[k]) } else { 0.0 };
            if out <= allowed && self.twice(a, keep, k, out)? {
                self.unscale();
                return Ok(());
            }
        }
        self.by_reflections(a, keep)
    }

    /// Eigenvalues and eigenvectors of the Gram matrix as singular values and right vectors.
    fn spectrum(&mut self) -> Result<()> {
        let n = self.columns;
        self.s.clear();
        self.evd.compute(view(&self.gram, n, n))?;
        self.s.extend(self.evd.values().iter().rev().map(|v| v.max(0.0).sqrt()));
        let (mut v, vectors) = (shaped(&mut self.v, n, n), self.evd.vectors());
        for j in 0..n {
            v.as_mut().col_mut(j).copy_from(vectors.col(n - 1 - j));
        }
        Ok(())
    }

    /// The first `k` directions once more. Nothing is decided unless `A V / S` has a condition near 1.
    fn twice(&mut self, a: &impl Source, keep: Keep, k: usize, turned: f64) -> Result<bool> {
        let n = self.columns;
        super::copy_scaled(shaped(&mut self.w, n, k), view(&self.v, n, k), &self.s[..k]);
        self.passes.gram(a, self.scale, Some(view(&self.w, n, k)), &mut self.gram);
        // A V / S = Q R with R = L^(1/2) E' of its Gram matrix E L E', and R S = X S' Y': U = Q X, V' = V Y.
        self.evd.compute(view(&self.gram, k, k))?;
        let (values, vectors) = (self.evd.values(), self.evd.vectors());
        let (low, high) = (values[0], values[k - 1]);
        if !(low > 0.0 && high <= NEAR_ONE * low) {
            return Ok(false);
        }
        let mut small = shaped(&mut self.work, k, k);
        for j in 0..k {
            for i in 0..k {
                small[(i, j)] = values[i].sqrt() * vectors[(j, i)] * self.s[j];
            }
        }
        self.dense.compute(view(&self.work, k, k))?;
        self.s[..k].copy_from_slice(self.dense.s());
        let r = keep.of(&self.s).min(k);
        // E L^(-1/2)
        let mut back = shaped(&mut self.work, k, k);
        for j in 0..k {
            for i in 0..k {
                back[(i, j)] = vectors[(i, j)] / values[j].sqrt();
            }
        }
        multiply(shaped(&mut self.t, k, r), view(&self.work, k, k), self.dense.u().subcols(0, r));
        multiply(shaped(&mut self.work, n, k), view(&self.v, n, k), self.dense.v());
        self.v[..n * k].copy_from_slice(&self.work[..n * k]);
        (self.method, self.kept, self.directions) = (SvdMethod::GramTwice, r, k);
        let rounding = n as f64 * f64::EPSILON;
        self.error = rounding * (high / low) * (self.s[0] / self.s[r - 1]) + turned;
        Ok(true)
    }

    fn by_reflections(&mut self, a: &impl Source, keep: Keep) -> Result<()> {
        let n = self.columns;
        let r = self.tsqr.compute(a, self.scale, &mut self.passes);
        self.dense.compute(view(r, n, n))?;
        self.method = SvdMethod::Tsqr;
        self.take_dense(keep);
        shaped(&mut self.w, n, self.kept).copy_from(self.dense.u().subcols(0, self.kept));
        self.unscale();
        Ok(())
    }

    /// A matrix that is not tall, or small.
    fn whole(&mut self, a: &impl Source, keep: Keep) -> Result<()> {
        self.dense.compute(a.whole(&mut self.whole))?;
        (self.method, self.scale) = (SvdMethod::Dense, 1.0);
        self.take_dense(keep);
        Ok(())
    }

    fn take_dense(&mut self, keep: Keep) {
        self.s.clear();
        self.s.extend_from_slice(self.dense.s());
        let r = keep.of(&self.s);
        let v = self.dense.v().subcols(0, r);
        shaped(&mut self.v, v.nrows(), r).copy_from(v);
        let rounding = self.columns as f64 * f64::EPSILON;
        self.kept = r;
        let condition = self.condition();
        self.error = condition * if condition < RESOLVED { rounding } else { rounding + DROPPED };
    }

    /// Undoes the scaling.
    fn unscale(&mut self) {
        self.s.iter_mut().for_each(|s| *s /= self.scale);
    }

    /// Writes the left vectors of the kept triplets, m×kept; `a` is the matrix that was decomposed.
    pub fn left(&mut self, a: &impl Source, mut out: MatMut<'_, f64>) {
        let (n, r, k) = (self.columns, self.kept, self.directions);
        match self.method {
            SvdMethod::Dense => out.copy_from(self.dense.u().subcols(0, r)),
            SvdMethod::Gram => self.passes.product(a, self.scale, view(&self.w, n, r), None, out),
            SvdMethod::GramTwice => {
                let (w, t) = (view(&self.w, n, k), view(&self.t, k, r));
                self.passes.product(a, self.scale, w, Some(t), out);
            }
            SvdMethod::Tsqr => self.tsqr.product(a, self.scale, view(&self.w, n, r), &mut self.passes, out),
        }
    }

    /// All singular values, not increasing; those that are not kept are as good as the method.
    pub fn s(&self) -> &[f64] {
        &self.s
    }

    /// Right vectors of the kept triplets, n×kept.
    pub fn v(&self) -> MatRef<'_, f64> {
        view(&self.v, self.columns, self.kept)
    }

    /// How many triplets are kept.
    pub fn kept(&self) -> usize {
        self.kept
    }

    /// How it was made.
    pub fn method(&self) -> SvdMethod {
        self.method
    }

    /// The largest over the smallest kept singular value.
    pub fn condition(&self) -> f64 {
        match (self.s.first(), self.s.get(self.kept.wrapping_sub(1))) {
            (Some(&first), Some(&last)) if last > 0.0 => first / last,
            _ => f64::INFINITY,
        }
    }

    /// About what the smallest kept singular value is wrong by at most, relative to it.
    pub fn error(&self) -> f64 {
        self.error
    }

    /// Room for other passes.
    pub fn passes(&mut self) -> &mut Passes {
        &mut self.passes
    }
}

//! Regressions of more features than equations: one factorisation for all targets, coefficients that are not written down.
mod room;
#[cfg(test)]
mod tests;

use super::{DenseOptions, RegressReport, SolverOptions, StlsqOptions};
use crate::error::{Error, Result};
use crate::linalg::kernel::Columns;
use crate::linalg::{ThinSvd, multiply, shaped, view};
use crate::parallel::{each_mut, pieces_mut};
use crate::surrogate::Factored;
use faer::MatRef;
use room::{ROWS, Room, Search, Shared, Target, groups, is_removed, product, row};

/// Coefficients, features times targets, from which on a wide regression is solved here.
const LARGE: usize = 1 << 16;

/// Whether this many equations, features and targets make a regression of this kind.
pub(crate) fn is_wide(equations: usize, features: usize, targets: usize) -> bool {
    equations < features && features.saturating_mul(targets) >= LARGE
}

/// Groups that the targets are shared out in: a number of its own, not that of the threads, so that the bits are the same for any.
const GROUPS: usize = 16;

/// Solver of wide regressions `A C ~ Y`, A m×P with m < P; buffers only grow.
///
/// With the thin SVD `A = U S V'` every ridge solution on a support that lacks the features R is `c = V w` there and zero on R, with
/// ```text
/// (I - V_R'V_R + alpha S^-2) w = S^-1 U'y
/// ```
/// an m×m system, positive definite and, scaled by `D = (1 + alpha S^-2)^(-1/2)`, as well conditioned as R leaves it: thresholding costs a
/// product `V_R'V_R` and a Cholesky factor for each target whose support has changed, and the condition of A is never squared. Plain least
/// squares is `alpha = 0` on the singular values that are kept. A target that lost nearly all of a direction is decomposed by itself.
/// Coefficients are computed block by block in cache to be compared with the threshold; what remains is V, w and R.
#[derive(Default, Clone)]
pub(crate) struct Wide {
    /// Column norms that were divided by.
    scale: Vec<f64>,
    /// The scaled regression, transposed: P×m.
    transposed: Vec<f64>,
    /// Its decomposition: `u` is V, `v` is U.
    svd: ThinSvd,
    /// V again, the q numbers of a feature side by side: single features are read from it.
    rows: Vec<f64>,
    /// `U'Y`, q×t.
    rotated: Vec<f64>,
    /// `w`, q×t.
    weights: Vec<f64>,
    /// One bit for each feature of a target, whole words: removed.
    removed: Vec<u64>,
    targets: Vec<Target>,
    rooms: Vec<Room>,
    /// How many targets have removed a feature.
    counts: Vec<u32>,
    given_back: Vec<u32>,
    fitted: Vec<f64>,
    damping: Vec<f64>,
    inverse: Vec<f64>,
    p: usize,
    t: usize,
}

impl Wide {
    /// Solves; the coefficients are read from [`Wide::write`]. The second number is the norm of what the equations leave over.
    pub fn solve(&mut self, regression: MatRef<'_, f64>, target: MatRef<'_, f64>, options: &SolverOptions) -> Result<(RegressReport, f64)> {
        let rcond = match options {
            SolverOptions::Dense(DenseOptions { rcond }) | SolverOptions::Stlsq(StlsqOptions { rcond, .. }) => *rcond,
        };
        let normalize = matches!(options, SolverOptions::Stlsq(options) if options.normalize_columns);
        let cut = rcond.unwrap_or(f64::EPSILON * regression.ncols() as f64);
        self.load(regression, target, normalize)?;
        let mut iterations = 0;
        if let SolverOptions::Stlsq(options) = options {
            loop {
                self.solve_targets(target, options.alpha, cut)?;
                iterations += 1;
                let changed = self.threshold(options.threshold);
                if !changed || iterations == options.max_iter {
                    break;
                }
            }
            if options.unbias {
                self.targets.iter_mut().for_each(|target| target.settled = false);
                self.solve_targets(target, 0.0, cut)?;
            }
        } else {
            self.solve_targets(target, 0.0, cut)?;
        }
        let rank = self.svd.rank(cut);
        let s = self.svd.s();
        let condition = if rank > 0 { s[0] / s[rank - 1] } else { 1.0 };
        let empty = self.targets.iter().any(|target| target.alone && target.own.is_empty());
        let report = RegressReport {
            rank: self
                .rooms
                .iter()
                .map(|room| room.rank)
                .min()
                .unwrap_or(rank)
                .min(if empty { 0 } else { rank }),
            condition: self.rooms.iter().map(|room| room.condition).fold(condition, f64::max),
            iterations,
        };
        let solved = !matches!(options, SolverOptions::Stlsq(options) if !options.unbias);
        Ok((report, self.left_over(target, solved)))
    }

    /// The regression transposed, scaled if asked for, and decomposed.
    fn load(&mut self, regression: MatRef<'_, f64>, target: MatRef<'_, f64>, normalize: bool) -> Result<()> {
        let ((m, p), t) = (regression.shape(), target.ncols());
        (self.p, self.t) = (p, t);
        shaped(&mut self.transposed, p, m);
        self.scale.clear();
        self.scale.resize(p, if normalize { 0.0 } else { 1.0 });
        let copy = |i: usize, to: &mut [f64]| {
            let row = regression.row(i).transpose();
            match row.try_as_col_major() {
                Some(row) => to.copy_from_slice(row.as_slice()),
                None => to.iter_mut().zip(row.iter()).for_each(|(to, v)| *to = *v),
            }
        };
        let columns = &mut self.transposed[..p * m];
        pieces_mut(columns, p, p * m, copy);
        if normalize {
            for row in columns.chunks_exact(p) {
                self.scale.iter_mut().zip(row).for_each(|(sum, v)| *sum += v * v);
            }
            for (j, scale) in self.scale.iter_mut().enumerate() {
                // Squares at the ends of the range of doubles; zero columns are left alone.
                *scale = if (1e-280..1e280).contains(scale) {
                    scale.sqrt()
                } else {
                    Some(regression.col(j).norm_l2()).filter(|&norm| norm > 0.0).unwrap_or(1.0)
                };
            }
            let scale = &self.scale;
            pieces_mut(columns, p, p * m, |_, row| {
                row.iter_mut().zip(scale).for_each(|(v, scale)| *v /= scale)
            });
        }
        self.svd.compute(view(&self.transposed, p, m))?;
        let q = self.svd.s().len();
        shaped(&mut self.rows, q, p);
        // A few columns at a time, so that what is written stays in cache until the rows are full.
        let v = self.svd.u_entries();
        pieces_mut(&mut self.rows[..p * q], ROWS * q, p * q, |block, rows| {
            for (i, column) in v.chunks_exact(p).enumerate() {
                for (row, v) in rows.chunks_exact_mut(q).zip(&column[block * ROWS..]) {
                    row[i] = *v;
                }
            }
        });
        multiply(shaped(&mut self.rotated, q, t), self.svd.v().transpose(), target);
        shaped(&mut self.weights, q, t).fill(0.0);
        self.removed.clear();
        self.removed.resize(p.div_ceil(64) * t, 0);
        self.targets.resize_with(t, Target::default);
        for target in &mut self.targets {
            target.removed.clear();
            (target.alone, target.settled) = (false, false);
        }
        self.rooms.resize_with(GROUPS, Room::default);
        for room in &mut self.rooms {
            (room.rank, room.condition) = (usize::MAX, 1.0);
        }
        Ok(())
    }

    /// `w`, or the coefficients themselves, of every target that is not settled.
    fn solve_targets(&mut self, target: MatRef<'_, f64>, alpha: f64, cut: f64) -> Result<()> {
        let s = self.svd.s();
        let rank = self.svd.rank(cut);
        let (q, t, m) = (s.len(), self.t, target.nrows());
        self.damping.clear();
        self.inverse.clear();
        for (i, &s) in s.iter().enumerate() {
            // A ridge damps small singular values by itself; plain least squares must drop them.
            let used = if alpha > 0.0 { s > 0.0 || i < rank } else { i < rank };
            let inverse = if used { 1.0 / s.hypot(alpha.sqrt()) } else { 0.0 };
            self.inverse.push(inverse);
            self.damping.push(if alpha > 0.0 { s * inverse } else { f64::from(u8::from(used)) });
        }
        let shared = Shared {
            features: self.p,
            rows: &self.rows,
            transposed: view(&self.transposed, self.p, m),
            target,
            rotated: &self.rotated[..q * t],
            damping: &self.damping,
            inverse: &self.inverse,
            alpha,
            cut,
        };
        let weights = &mut self.weights[..q * t];
        let mut groups = groups(&mut self.rooms, &mut self.targets, (weights, q), (&mut self.removed, self.p));
        each_mut(&mut groups, self.p * t, |group| {
            group.iter_mut().for_each(|group| group.solve(&shared))
        });
        if groups.iter().flatten().any(|group| group.noted) {
            return Err(Error::Numerical { routine: "thin SVD" });
        }
        Ok(())
    }

    /// Removes what is below the threshold from the supports; whether anything was.
    fn threshold(&mut self, threshold: f64) -> bool {
        let (p, q, t) = (self.p, self.svd.s().len(), self.t);
        let v = Columns::new(self.svd.u_entries(), p);
        let search = Search { v, p, q, threshold };
        let weights = &mut self.weights[..q * t];
        let mut groups = groups(&mut self.rooms, &mut self.targets, (weights, q), (&mut self.removed, p));
        each_mut(&mut groups, p * t, |group| {
            group.iter_mut().for_each(|group| group.threshold(&search))
        });
        groups.iter().flatten().any(|group| group.noted)
    }

    /// Norm of `A C - Y`; `solved` says that the supports are those of the last solve, which was one of plain least squares.
    fn left_over(&mut self, target: MatRef<'_, f64>, solved: bool) -> f64 {
        let (s, q, m) = (self.svd.s(), self.svd.s().len(), target.nrows());
        let transposed = view(&self.transposed, self.p, m);
        let fitted = &mut self.fitted;
        fitted.resize(m.max(q), 0.0);
        let mut square = |(k, of): (usize, &Target)| -> f64 {
            if of.alone {
                let fitted = &mut fitted[..m];
                fitted.fill(0.0);
                for &(feature, c) in &of.own {
                    let row = transposed.row(feature as usize);
                    fitted.iter_mut().zip(row.iter()).for_each(|(sum, a)| *sum += a * c);
                }
                return fitted.iter().zip(target.col(k).iter()).map(|(a, b)| (a - b) * (a - b)).sum();
            }
            let wanted = &self.rotated[k * q..(k + 1) * q];
            if solved {
                // What lies in the directions that are kept is met.
                return wanted
                    .iter()
                    .zip(&self.damping)
                    .map(|(y, d)| if *d > 0.0 { 0.0 } else { y * y })
                    .sum();
            }
            // V'c = w - sum over R of v_j (v_j . w); U is a square orthogonal matrix, for there are fewer equations than features.
            let w = &self.weights[k * q..(k + 1) * q];
            let fitted = &mut fitted[..q];
            fitted.copy_from_slice(w);
            for &feature in &of.removed {
                let c = product(&self.rows, feature, w);
                fitted
                    .iter_mut()
                    .zip(row(&self.rows, q, feature))
                    .for_each(|(sum, v)| *sum -= v * c);
            }
            fitted.iter().zip(s).zip(wanted).map(|((f, s), y)| (s * f - y) * (s * f - y)).sum()
        };
        self.targets.iter().enumerate().map(&mut square).sum::<f64>().sqrt()
    }

    /// Writes the coefficients in their short form, in units of the features as they were given.
    ///
    /// A feature that most targets have removed is taken out of the rows that they share and given back to those that keep it.
    pub fn write(&mut self, out: &mut Factored) {
        let (p, t, q) = (self.p, self.t, self.svd.s().len());
        self.counts.clear();
        self.counts.resize(p, 0);
        for target in &self.targets {
            target.removed.iter().for_each(|&j| self.counts[j as usize] += 1);
        }
        let sharing = self.targets.iter().filter(|target| !target.alone).count();
        let (counts, rows, scale) = (&self.counts, &self.rows, &self.scale);
        let absent = |j: u32| 2 * counts[j as usize] as usize > sharing;
        out.begin(p, t, q, (0..p as u32).map(absent));
        for (column, basis) in self.svd.u_entries().chunks_exact(p.max(1)).zip(out.basis_mut()) {
            for (j, ((to, v), scale)) in (0..).zip(basis.iter_mut().zip(column).zip(scale)) {
                *to = if absent(j) { 0.0 } else { v / scale };
            }
        }
        let given_back = &mut self.given_back;
        given_back.clear();
        given_back.extend((0..p as u32).filter(|&j| absent(j)));
        for ((k, target), removed) in self.targets.iter().enumerate().zip(self.removed.chunks_exact(p.div_ceil(64))) {
            if target.alone {
                out.push_sparse(target.own.iter().map(|&(feature, c)| (feature, c / scale[feature as usize])));
                continue;
            }
            let w = &self.weights[k * q..(k + 1) * q];
            let coefficient = |j: u32| product(rows, j, w) / scale[j as usize];
            let taken = target.removed.iter().filter(|&&j| !absent(j)).map(|&j| (j, -coefficient(j)));
            let given = given_back.iter().filter(|&&j| !is_removed(removed, j as usize));
            out.push_dense(w, taken.chain(given.map(|&j| (j, coefficient(j)))));
        }
    }
}

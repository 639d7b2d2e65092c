//! The targets of one group: solved, and thresholded.
use super::GROUPS;
use crate::error::Result;
use crate::linalg::kernel::{Columns, smallest_products};
use crate::linalg::{Cholesky, ThinSvd, accumulate, shaped, view};
use faer::MatRef;

/// Features whose coefficients are looked at at once, a multiple of 64: their part of V stays in the first-level cache for all targets of a
/// group.
pub(super) const ROWS: usize = 256;

/// A Cholesky pivot below it says that a support has lost nearly all of some direction of the row space: solved by itself then.
const WORST_PIVOT: f64 = 1e-5;

/// One target of a sparse regression.
#[derive(Default, Clone)]
pub(super) struct Target {
    /// Features that have left its support, in the order in which they did; nothing of a target alone.
    pub removed: Vec<u32>,
    /// Whether the support needs a factorisation of its own; then its features and coefficients.
    pub alone: bool,
    pub own: Vec<(u32, f64)>,
    /// Whether the support was the same before the last threshold.
    pub settled: bool,
}

/// Room of one group of targets.
#[derive(Default, Clone)]
pub(super) struct Room {
    pub rows: Vec<f64>,
    pub gram: Vec<f64>,
    pub cholesky: Cholesky,
    pub solution: Vec<f64>,
    pub kept: Vec<u32>,
    pub active: Vec<f64>,
    pub svd: ThinSvd,
    pub rank: usize,
    pub condition: f64,
    /// Places and weights of the targets whose support may still change, and a block of their coefficients.
    pub open: Vec<usize>,
    pub weights: Vec<f64>,
    pub coefficients: Vec<f64>,
}

/// Some of the targets with what belongs to them.
pub(super) struct Group<'a> {
    /// The first of them.
    first: usize,
    room: &'a mut Room,
    targets: &'a mut [Target],
    /// `w` of each, and one bit for each feature, whole words: removed.
    weights: &'a mut [f64],
    removed: &'a mut [u64],
    /// Whether a solve failed, or a threshold changed a support.
    pub noted: bool,
}

/// All targets of so many directions and features in groups.
pub(super) fn groups<'a>(
    rooms: &'a mut [Room],
    targets: &'a mut [Target],
    (weights, q): (&'a mut [f64], usize),
    (removed, p): (&'a mut [u64], usize),
) -> [Option<Group<'a>>; GROUPS] {
    let each = targets.len().div_ceil(GROUPS).max(1);
    let weights = weights.chunks_mut((q * each).max(1));
    let removed = removed.chunks_mut((p.div_ceil(64) * each).max(1));
    let parts = rooms.iter_mut().zip(targets.chunks_mut(each)).zip(weights.zip(removed));
    let mut groups = parts.enumerate().map(|(i, ((room, targets), (weights, removed)))| Group {
        first: i * each,
        room,
        targets,
        weights,
        removed,
        noted: false,
    });
    std::array::from_fn(|_| groups.next())
}

/// What all groups share when supports are thresholded.
pub(super) struct Search<'a> {
    pub v: Columns<'a>,
    pub p: usize,
    pub q: usize,
    pub threshold: f64,
}

/// What all targets of one solve share.
pub(super) struct Shared<'a> {
    pub features: usize,
    pub rows: &'a [f64],
    pub transposed: MatRef<'a, f64>,
    pub target: MatRef<'a, f64>,
    pub rotated: &'a [f64],
    pub damping: &'a [f64],
    pub inverse: &'a [f64],
    pub alpha: f64,
    pub cut: f64,
}

impl Group<'_> {
    /// Solves the targets that are not settled.
    pub fn solve(&mut self, shared: &Shared<'_>) {
        let (q, words) = (shared.damping.len(), shared.features.div_ceil(64));
        let targets = self.targets.iter_mut().zip(self.weights.chunks_exact_mut(q));
        for (k, ((target, w), removed)) in (self.first..).zip(targets.zip(self.removed.chunks_exact(words))) {
            if !target.settled && shared.solve(k, target, w, removed, self.room).is_err() {
                self.noted = true;
            }
        }
    }

    /// Removes what is below the threshold from the supports.
    pub fn threshold(&mut self, search: &Search<'_>) {
        let &Search { v, p, q, threshold } = search;
        let words = p.div_ceil(64);
        let Self {
            targets,
            weights,
            removed,
            noted: changed,
            ..
        } = self;
        let Room {
            open,
            weights: open_weights,
            coefficients,
            ..
        } = &mut *self.room;
        open.clear();
        open_weights.clear();
        for (k, target) in targets.iter_mut().enumerate().filter(|(_, target)| !target.settled) {
            target.settled = true;
            if target.alone {
                let before = target.own.len();
                target.own.retain(|(_, c)| c.abs() >= threshold);
                target.settled = target.own.len() == before;
                *changed |= !target.settled;
            } else {
                open.push(k);
                open_weights.extend_from_slice(&weights[k * q..(k + 1) * q]);
            }
        }
        for from in (0..if open.is_empty() { 0 } else { p }).step_by(ROWS) {
            let at = from..(from + ROWS).min(p);
            for (pair, w) in open.chunks(2).zip(open_weights.chunks(2 * q)) {
                let least = smallest_products(v, at.clone(), [&w[..q], &w[w.len() - q..]]);
                for ((&k, w), least) in pair.iter().zip(w.chunks_exact(q)).zip(least) {
                    if least >= threshold {
                        continue;
                    }
                    coefficients.clear();
                    coefficients.resize(at.len(), 0.0);
                    v.add_part(at.clone(), w, coefficients);
                    let (target, removed) = (&mut targets[k], &mut removed[k * words..(k + 1) * words]);
                    let words = removed[from / 64..].iter_mut().zip(coefficients.chunks(64));
                    for (j, (word, block)) in (from..).step_by(64).zip(words) {
                        let bits = block.iter().enumerate();
                        let small = bits.fold(0, |bits, (i, c)| bits | (u64::from(c.abs() < threshold) << i));
                        let mut fresh = small & !*word;
                        *word |= small;
                        target.settled &= fresh == 0;
                        *changed |= fresh != 0;
                        while fresh != 0 {
                            target.removed.push((j + fresh.trailing_zeros() as usize) as u32);
                            fresh &= fresh - 1;
                        }
                    }
                }
            }
        }
    }
}

impl Shared<'_> {
    /// Solves one target on its support.
    fn solve(&self, k: usize, target: &mut Target, w: &mut [f64], removed: &[u64], room: &mut Room) -> Result<()> {
        let q = w.len();
        if target.alone {
            return self.solve_own(k, &mut target.own, room);
        }
        let wanted = &self.rotated[k * q..(k + 1) * q];
        for ((w, y), inverse) in w.iter_mut().zip(wanted).zip(self.inverse) {
            *w = y * inverse;
        }
        if !target.removed.is_empty() {
            let p = self.features;
            let few = 2 * target.removed.len() <= p;
            // The shorter of two lists: what is left makes the same matrix directly.
            room.kept.clear();
            if !few && target.removed.len() < p {
                room.kept.extend((0..p as u32).filter(|&j| !is_removed(removed, j as usize)));
            }
            let sound = (few || room.kept.len() >= 2 * q) && {
                let list = if few { &target.removed } else { &room.kept };
                gram(self.rows, q, list, &mut room.rows, &mut room.gram);
                let mut matrix = shaped(&mut room.gram, q, q);
                for j in 0..q {
                    for i in 0..q {
                        let (di, dj) = (self.damping[i], self.damping[j]);
                        let own = f64::from(u8::from(i == j));
                        let product = di * dj * matrix[(i, j)];
                        matrix[(i, j)] = if few { own - product } else { own * (1.0 - di * di) + product };
                    }
                }
                let pivot = room.cholesky.compute(view(&room.gram, q, q), 0.0);
                pivot.is_some_and(|pivot| pivot >= WORST_PIVOT)
            };
            if !sound {
                target.own.clear();
                if few {
                    let kept = (0..p as u32).filter(|&j| !is_removed(removed, j as usize));
                    target.own.extend(kept.map(|j| (j, 0.0)));
                } else {
                    target.own.extend(room.kept.iter().map(|&j| (j, 0.0)));
                }
                target.removed.clear();
                target.alone = true;
                w.fill(0.0);
                return self.solve_own(k, &mut target.own, room);
            }
            room.solution.clear();
            room.solution.extend_from_slice(w);
            room.cholesky.solve(&mut room.solution);
            w.copy_from_slice(&room.solution);
        }
        w.iter_mut().zip(self.damping).for_each(|(w, d)| *w *= d);
        Ok(())
    }

    /// Solves one target on a support that is decomposed by itself: `A_S' = V S U'`.
    fn solve_own(&self, k: usize, own: &mut [(u32, f64)], room: &mut Room) -> Result<()> {
        let (m, n) = (self.transposed.ncols(), own.len());
        if n == 0 {
            room.rank = 0;
            return Ok(());
        }
        let mut active = shaped(&mut room.active, n, m);
        for (i, (feature, _)) in own.iter().enumerate() {
            for j in 0..m {
                active[(i, j)] = self.transposed[(*feature as usize, j)];
            }
        }
        room.svd.compute(view(&room.active, n, m))?;
        let rank = room.svd.rank(self.cut);
        let (v, s, u) = (room.svd.u(), room.svd.s(), room.svd.v());
        room.rank = room.rank.min(rank);
        if rank > 0 {
            room.condition = room.condition.max(s[0] / s[rank - 1]);
        }
        own.iter_mut().for_each(|(_, c)| *c = 0.0);
        for (i, &s) in s[..if self.alpha > 0.0 { s.len() } else { rank }].iter().enumerate() {
            let projected: f64 = u.col(i).iter().zip(self.target.col(k).iter()).map(|(u, y)| u * y).sum();
            let filter = if self.alpha > 0.0 { s / (s * s + self.alpha) } else { 1.0 / s };
            for ((_, c), v) in own.iter_mut().zip(v.col(i).iter()) {
                *c += filter * projected * v;
            }
        }
        Ok(())
    }
}

/// Whether the bit of this feature is set.
pub(super) fn is_removed(removed: &[u64], feature: usize) -> bool {
    (removed[feature / 64] >> (feature % 64)) & 1 == 1
}

/// `sum over the list of v_j v_j'`, with the rows `v_j` gathered by the block.
fn gram(rows: &[f64], q: usize, list: &[u32], gathered: &mut Vec<f64>, out: &mut Vec<f64>) {
    shaped(out, q, q).fill(0.0);
    for list in list.chunks(ROWS) {
        gathered.clear();
        list.iter().for_each(|&j| gathered.extend_from_slice(row(rows, q, j)));
        let block = view(gathered, q, list.len());
        accumulate(shaped(out, q, q), block, block.transpose());
    }
}

/// The numbers of one feature.
pub(super) fn row(rows: &[f64], q: usize, feature: u32) -> &[f64] {
    &rows[feature as usize * q..(feature as usize + 1) * q]
}

/// The coefficient of one feature.
pub(super) fn product(rows: &[f64], feature: u32, w: &[f64]) -> f64 {
    row(rows, w.len(), feature).iter().zip(w).map(|(v, w)| v * w).sum()
}

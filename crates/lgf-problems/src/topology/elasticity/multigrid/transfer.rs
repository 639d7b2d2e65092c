//! Between two levels: linear interpolation along each axis that is coarsened, and its transpose.
use super::shape::Shape;
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// A coarse node lies on every second fine one along the axes that are coarsened. Where the number of fine elements is odd, the last coarse
/// element reaches beyond the grid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transfer {
    pub fine: Shape,
    pub coarse: Shape,
    /// Along rows, across rows, across layers.
    halved: [bool; 3],
}

/// Interpolated neighbours of a fine node along an axis, with their weights.
fn parents(halved: bool, fine: usize) -> [(usize, f32); 2] {
    match (halved, fine % 2) {
        (false, _) => [(fine, 1.0), (fine, 0.0)],
        (true, 0) => [(fine / 2, 1.0), (fine / 2, 0.0)],
        (true, _) => [(fine / 2, 0.5), (fine / 2 + 1, 0.5)],
    }
}

/// The transpose; nodes beyond the grid are left out.
fn children(halved: bool, coarse: usize, count: usize) -> impl Iterator<Item = (usize, f32)> {
    let all = if halved {
        [(2 * coarse).checked_sub(1), Some(2 * coarse), Some(2 * coarse + 1)]
    } else {
        [None, Some(coarse), None]
    };
    all.into_iter()
        .zip([0.5, 1.0, 0.5])
        .filter_map(move |(at, weight)| at.filter(|&at| at < count).map(|at| (at, weight)))
}

impl Transfer {
    pub fn new(fine: Shape, coarse: Shape) -> Self {
        let halved = [fine.row != coarse.row, fine.rows != coarse.rows, fine.layers != coarse.layers];
        Self { fine, coarse, halved }
    }

    /// Adds the interpolation of `coarse` to `fine` where `inverse` is not zero.
    pub fn prolong(&self, coarse: &[f32], inverse: &[f32], fine: &mut [f32]) {
        let (arch, length) = (Arch::new(), self.fine.slab_len());
        fine.par_chunks_mut(length)
            .zip(inverse.par_chunks(length))
            .enumerate()
            .for_each(|(s, (fine, inverse))| {
                arch.dispatch(Prolong {
                    transfer: self,
                    coarse,
                    inverse,
                    fine,
                    first: s * self.fine.slab,
                });
            });
    }

    /// The transpose of the interpolation.
    pub fn restrict(&self, fine: &[f32], coarse: &mut [f32]) {
        let arch = Arch::new();
        coarse.par_chunks_mut(self.coarse.slab_len()).enumerate().for_each(|(s, coarse)| {
            arch.dispatch(Restrict {
                transfer: self,
                fine,
                coarse,
                first: s * self.coarse.slab,
            });
        });
    }
}

struct Prolong<'a> {
    transfer: &'a Transfer,
    coarse: &'a [f32],
    inverse: &'a [f32],
    fine: &'a mut [f32],
    first: usize,
}

impl NullaryFnOnce for Prolong<'_> {
    type Output = ();
    #[inline(always)]
    fn call(self) {
        let Transfer { fine, coarse, halved } = self.transfer;
        let mut row = vec![0.0_f32; coarse.row];
        let layers = self
            .fine
            .chunks_exact_mut(fine.layer())
            .zip(self.inverse.chunks_exact(fine.layer()));
        for (i, (out, inverse)) in layers.enumerate() {
            let above = parents(halved[2], self.first + i);
            for c in 0..fine.components {
                for j in 0..fine.rows {
                    row.fill(0.0);
                    for (layer, outer) in above {
                        for (across, inner) in parents(halved[1], j) {
                            let weight = outer * inner;
                            if weight != 0.0 {
                                let from = layer * coarse.layer() + c * coarse.plane + across * coarse.row;
                                let from = &self.coarse[from..][..coarse.row];
                                row.iter_mut().zip(from).for_each(|(row, from)| *row += weight * from);
                            }
                        }
                    }
                    let at = c * fine.plane + j * fine.row;
                    let (out, inverse) = (&mut out[at..][..fine.row], &inverse[at..][..fine.row]);
                    if halved[0] {
                        let (pairs, last) = out.as_chunks_mut::<2>();
                        let (inverse_pairs, inverse_last) = inverse.as_chunks::<2>();
                        for ((pair, d), (a, b)) in pairs.iter_mut().zip(inverse_pairs).zip(row.iter().zip(&row[1..])) {
                            pair[0] += if d[0] == 0.0 { 0.0 } else { *a };
                            pair[1] += if d[1] == 0.0 { 0.0 } else { 0.5 * (a + b) };
                        }
                        if let ([last], [d]) = (last, inverse_last) {
                            *last += if *d == 0.0 { 0.0 } else { row[fine.row / 2] };
                        }
                    } else {
                        for ((out, d), a) in out.iter_mut().zip(inverse).zip(&row) {
                            *out += if *d == 0.0 { 0.0 } else { *a };
                        }
                    }
                }
            }
        }
    }
}

struct Restrict<'a> {
    transfer: &'a Transfer,
    fine: &'a [f32],
    coarse: &'a mut [f32],
    first: usize,
}

impl NullaryFnOnce for Restrict<'_> {
    type Output = ();
    #[inline(always)]
    fn call(self) {
        let Transfer { fine, coarse, halved } = self.transfer;
        // A zero before the row and zeros behind it stand for nodes beyond the grid.
        let mut row = vec![0.0_f32; 2 * coarse.row.max(fine.row) + 2];
        for (i, out) in self.coarse.chunks_exact_mut(coarse.layer()).enumerate() {
            for c in 0..fine.components {
                for j in 0..coarse.rows {
                    row.fill(0.0);
                    for (layer, outer) in children(halved[2], self.first + i, fine.layers) {
                        for (across, inner) in children(halved[1], j, fine.rows) {
                            let from = layer * fine.layer() + c * fine.plane + across * fine.row;
                            let from = &self.fine[from..][..fine.row];
                            row[1..].iter_mut().zip(from).for_each(|(row, from)| *row += outer * inner * from);
                        }
                    }
                    let out = &mut out[c * coarse.plane + j * coarse.row..][..coarse.row];
                    if halved[0] {
                        let (pairs, _) = row.as_chunks::<2>();
                        for (out, (a, b)) in out.iter_mut().zip(pairs.iter().zip(&pairs[1..])) {
                            *out = 0.5 * (a[0] + b[0]) + a[1];
                        }
                    } else {
                        out.copy_from_slice(&row[1..][..coarse.row]);
                    }
                }
            }
        }
    }
}

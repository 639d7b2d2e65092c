//! One pass over the modes: what is known in the span becomes numbers of each variable, these move the variables, and what the motion is
//! in the span comes back.
use crate::parallel::blocks_with_sums;
use crate::surrogate::Modes;
use pulp::{Arch, Scalar, Simd, WithSimd};

/// What is made of one variable.
pub(crate) trait Motion<const I: usize, const O: usize>: Copy + Sync + Send {
    /// The motion of the variable and the new entries of the vectors that are written, from the learned flow `f`, the first moment `m`, the
    /// entries of the vectors that are read and the old ones of those that are written. To be marked `#[inline(always)]`, without closures.
    fn at<S: Simd>(self, simd: S, f: S::f64s, m: S::f64s, ins: [S::f64s; I], outs: [S::f64s; O]) -> (S::f64s, [S::f64s; O]);
}

/// In the span of the modes: the learned flow, and `alpha`, `mu` of the first moment `alpha m0 + U mu`.
#[derive(Clone, Copy)]
pub(crate) struct Span<'a> {
    pub modes: &'a Modes,
    pub rate: &'a [f64],
    pub decayed: &'a [f64],
    pub start_m: &'a [f64],
}

/// Adds to `z` what the motion is in the span. `partial` is room that only grows.
pub(crate) fn sweep<const I: usize, const O: usize>(
    span: Span<'_>,
    op: impl Motion<I, O>,
    ins: [&[f64]; I],
    outs: [&mut [f64]; O],
    z: &mut [f64],
    partial: &mut Vec<f64>,
) {
    let arch = Arch::new();
    let numbers = span.start_m.len() * (span.modes.rank + I + O + 1) / 2;
    blocks_with_sums(outs, numbers, z, partial, &|from, outs, z| {
        arch.dispatch(Block {
            span,
            op,
            from,
            ins,
            outs,
            z,
        });
    });
}

/// Variables whose numbers are held at once: with a few modes they stay in the first cache.
const SUB: usize = 256;

struct Block<'a, T, const I: usize, const O: usize> {
    span: Span<'a>,
    op: T,
    /// Where the block begins.
    from: usize,
    /// Whole vectors.
    ins: [&'a [f64]; I],
    /// Their parts in the block.
    outs: [&'a mut [f64]; O],
    z: &'a mut [f64],
}

impl<T: Motion<I, O>, const I: usize, const O: usize> WithSimd for Block<'_, T, I, O> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            span,
            op,
            from,
            ins,
            mut outs,
            z,
        } = self;
        let (d, length) = (span.start_m.len(), outs.first().map_or(0, |out| out.len()));
        let mut room = [[0.0; SUB]; 3];
        let mut begin = 0;
        while begin < length {
            let size = SUB.min(length - begin);
            let at = from + begin;
            let [f, m, step] = &mut room;
            let (f, m, step) = (&mut f[..size], &mut m[..size], &mut step[..size]);
            f.fill(0.0);
            for (m, m0) in m.iter_mut().zip(&span.start_m[at..at + size]) {
                *m = span.decayed[0] * m0;
            }
            let weights = |j: usize| (span.rate[j], span.decayed[j + 1]);
            let mut j = 0;
            while j + 4 <= span.rate.len() {
                let columns = [0, 1, 2, 3].map(|i| &span.modes.u[(j + i) * d + at..][..size]);
                lift(simd, columns, [0, 1, 2, 3].map(|i| weights(j + i)), f, m);
                j += 4;
            }
            while j < span.rate.len() {
                lift(simd, [&span.modes.u[j * d + at..][..size]], [weights(j)], f, m);
                j += 1;
            }
            let ins = ins.map(|part| &part[at..at + size]);
            let mut parts: [&mut [f64]; O] = [(); O].map(|()| &mut [][..]);
            for (part, out) in parts.iter_mut().zip(&mut outs) {
                *part = &mut out[begin..begin + size];
            }
            motions(simd, op, f, m, step, ins, parts);
            let mut j = 0;
            while j + 4 <= z.len() {
                let columns = [0, 1, 2, 3].map(|i| &span.modes.u[(j + i) * d + at..][..size]);
                project(simd, columns, step, &mut z[j..j + 4]);
                j += 4;
            }
            while j < z.len() {
                project(simd, [&span.modes.u[j * d + at..][..size]], step, &mut z[j..=j]);
                j += 1;
            }
            begin += size;
        }
    }
}

/// `f += sum_j r_j u_j`, `m += sum_j mu_j u_j`.
#[inline(always)]
fn lift<S: Simd, const N: usize>(simd: S, columns: [&[f64]; N], weights: [(f64, f64); N], f: &mut [f64], m: &mut [f64]) {
    let parts = columns.map(|column| S::as_simd_f64s(column));
    let ((f, f_rest), (m, m_rest)) = (S::as_mut_simd_f64s(f), S::as_mut_simd_f64s(m));
    for (i, (f, m)) in f.iter_mut().zip(m.iter_mut()).enumerate() {
        let mut sums = [*f, *m];
        for (&(rate, mu), (column, _)) in weights.iter().zip(&parts) {
            sums[0] = simd.mul_add_e_f64s(column[i], simd.splat_f64s(rate), sums[0]);
            sums[1] = simd.mul_add_e_f64s(column[i], simd.splat_f64s(mu), sums[1]);
        }
        [*f, *m] = sums;
    }
    for (i, (f, m)) in f_rest.iter_mut().zip(m_rest).enumerate() {
        for (&(rate, mu), (_, rest)) in weights.iter().zip(&parts) {
            *f += rest[i] * rate;
            *m += rest[i] * mu;
        }
    }
}

/// `z_j += u_j . step`.
#[inline(always)]
fn project<S: Simd, const N: usize>(simd: S, columns: [&[f64]; N], step: &[f64], z: &mut [f64]) {
    let parts = columns.map(|column| S::as_simd_f64s(column));
    let (head, tail) = S::as_simd_f64s(step);
    let mut lanes = [simd.splat_f64s(0.0); N];
    for (i, step) in head.iter().enumerate() {
        for (sum, (column, _)) in lanes.iter_mut().zip(&parts) {
            *sum = simd.mul_add_e_f64s(column[i], *step, *sum);
        }
    }
    for ((z, lanes), (_, rest)) in z.iter_mut().zip(lanes).zip(parts) {
        let mut sum = simd.reduce_sum_f64s(lanes);
        for (u, step) in rest.iter().zip(tail) {
            sum += u * step;
        }
        *z += sum;
    }
}

/// The motions of a few variables.
#[inline(always)]
fn motions<S: Simd, const I: usize, const O: usize>(
    simd: S,
    op: impl Motion<I, O>,
    f: &[f64],
    m: &[f64],
    step: &mut [f64],
    ins: [&[f64]; I],
    outs: [&mut [f64]; O],
) {
    let ((f, f_rest), (m, m_rest), (step, step_rest)) = (S::as_simd_f64s(f), S::as_simd_f64s(m), S::as_mut_simd_f64s(step));
    let ins = ins.map(|part| S::as_simd_f64s(part));
    let (mut heads, mut tails): ([&mut [S::f64s]; O], [&mut [f64]; O]) = ([(); O].map(|()| &mut [][..]), [(); O].map(|()| &mut [][..]));
    for ((head, tail), out) in heads.iter_mut().zip(&mut tails).zip(outs) {
        (*head, *tail) = S::as_mut_simd_f64s(out);
    }
    for (i, step) in step.iter_mut().enumerate() {
        let (mut read, mut old) = ([simd.splat_f64s(0.0); I], [simd.splat_f64s(0.0); O]);
        for (read, (part, _)) in read.iter_mut().zip(&ins) {
            *read = part[i];
        }
        for (old, head) in old.iter_mut().zip(&heads) {
            *old = head[i];
        }
        let (motion, new) = op.at(simd, f[i], m[i], read, old);
        *step = motion;
        for (head, new) in heads.iter_mut().zip(new) {
            head[i] = new;
        }
    }
    for (i, step) in step_rest.iter_mut().enumerate() {
        let (mut read, mut old) = ([0.0; I], [0.0; O]);
        for (read, (_, rest)) in read.iter_mut().zip(&ins) {
            *read = rest[i];
        }
        for (old, tail) in old.iter_mut().zip(&tails) {
            *old = tail[i];
        }
        let (motion, new) = op.at(Scalar, f_rest[i], m_rest[i], read, old);
        *step = motion;
        for (tail, new) in tails.iter_mut().zip(new) {
            tail[i] = new;
        }
    }
}

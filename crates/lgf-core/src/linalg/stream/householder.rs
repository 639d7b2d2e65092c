//! Householder reflections over blocks of rows, for columns that depend on each other to rounding.
use super::{Plan, Rows, Stream};
use crate::library::STRIP;
use crate::linalg::{shaped, view};
use faer::Mat;
use pulp::Arch;
use rayon::prelude::*;

impl Stream {
    /// The factor by reflections: each chain takes its rows in blocks below the triangle of those before; the triangles of the chains, one
    /// below the other, are factored last. Columns are divided by powers of two where their squares would leave the range of a double.
    pub(super) fn reflect(&mut self, rows: &impl Rows, plan: Plan) {
        let Plan { p, q, .. } = plan;
        let block = q.max(256).next_multiple_of(STRIP);
        let (arch, scale, ones) = (Arch::new(), &self.scale, &vec![1.0; q]);
        self.chains[..plan.chains].par_iter_mut().enumerate().for_each(|(i, chain)| {
            chain.strips.resize(chain.strips.len().max(q * STRIP), 0.0);
            chain.triangle.clear();
            chain.triangle.resize(q * q, 0.0);
            let height = q + block;
            let mut strips = plan.strips(i).peekable();
            while strips.peek().is_some() {
                let mut stack = shaped(&mut chain.stack, height, q);
                stack.fill(0.0);
                stack.as_mut().subrows_mut(0, q).copy_from(view(&chain.triangle, q, q));
                for (k, (from, count)) in strips.by_ref().take(block / STRIP).enumerate() {
                    rows.strip(arch, from, count, &mut chain.strips[..q * STRIP]);
                    for (j, column) in chain.strips.chunks_exact(STRIP).take(q).enumerate() {
                        let to = stack.as_mut().col_mut(j).subrows_mut(q + k * STRIP, STRIP);
                        to.iter_mut().zip(column).for_each(|(to, v)| *to = v / scale[j]);
                    }
                }
                chain.qr.triangle(view(&chain.stack, height, q), ones, &mut chain.triangle);
            }
        });
        let mut stack = Mat::zeros(plan.chains * q, q);
        for (i, chain) in self.chains[..plan.chains].iter().enumerate() {
            stack.subrows_mut(i * q, q).copy_from(view(&chain.triangle, q, q));
        }
        let mut triangle = Vec::new();
        self.qr.triangle(stack.as_ref(), &vec![1.0; q], &mut triangle);
        self.factor.split(&triangle, &self.scale, p, q - p);
    }
}

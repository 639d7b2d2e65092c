//! The Hessian from moments: products of sines and cosines are sums of cosines or sines of sums and differences of their frequencies.
use super::fields::{Fields, MOMENT_FIELDS};
use faer::MatMut;
use pulp::{Arch, NullaryFnOnce};
use std::f64::consts::PI;

/// Moments of the four coefficient fields, `M(m, n)` for `m = 0..2n`, continued to negative `n`: even for the fields of cosines, odd for
/// the one of sines.
pub(super) struct Moments {
    modes: usize,
    /// By field, then `m`, then `n` from `-2 modes` to `2 modes`.
    table: Vec<f64>,
}

const XX: usize = 0;
const YY: usize = 1;
const UU: usize = 2;
const XY: usize = 3;

impl Moments {
    pub fn new(modes: usize) -> Self {
        let table = vec![0.0; MOMENT_FIELDS * (2 * modes + 1) * (4 * modes + 1)];
        Self { modes, table }
    }

    /// Takes the moments of the last evaluation.
    pub fn load(&mut self, fields: &Fields) {
        let n = self.modes;
        for (k, line) in self.table.chunks_exact_mut(4 * n + 1).enumerate() {
            let (field, m) = (k / (2 * n + 1), k % (2 * n + 1));
            let sign = if field == XY { -1.0 } else { 1.0 };
            for f in 0..=2 * n {
                let moment = fields.moment(field, m, f);
                line[2 * n - f] = sign * moment;
                line[2 * n + f] = moment;
            }
        }
    }

    /// A power of two by which no entry of the Hessian exceeds the order of one; infinite where there is no such number.
    pub fn scale(&self) -> f64 {
        let total = self.table.iter().map(|m| m.abs()).sum::<f64>();
        let bound = total * (PI * self.modes as f64).powi(2);
        // NaN, overflow and the zero matrix.
        if bound > 0.0 && bound.is_finite() {
            (-bound.log2().floor()).min(1000.0).exp2()
        } else {
            f64::INFINITY
        }
    }

    fn line(&self, field: usize, m: usize) -> &[f64] {
        let (n, width) = (self.modes, 4 * self.modes + 1);
        &self.table[(field * (2 * n + 1) + m) * width..][..width]
    }

    /// Writes `scale` times the blocks of the Hessian on and below the diagonal: `(i,k), (j,l)` with `i >= j`.
    pub fn assemble(&self, scale: f64, mut hessian: MatMut<'_, f64>) {
        let n = self.modes;
        for j in 1..=n {
            for i in j..=n {
                let block = hessian.as_mut().submatrix_mut((i - 1) * n, (j - 1) * n, n, n);
                Arch::new().dispatch(Block {
                    moments: self,
                    scale,
                    i,
                    j,
                    block,
                });
            }
        }
    }
}

/// One block of the Hessian.
struct Block<'a> {
    moments: &'a Moments,
    scale: f64,
    i: usize,
    j: usize,
    block: MatMut<'a, f64>,
}

impl NullaryFnOnce for Block<'_> {
    type Output = ();
    #[inline(always)]
    fn call(self) {
        let Self {
            moments,
            scale,
            i,
            j,
            mut block,
        } = self;
        let n = moments.modes;
        // sin is odd: sin((j - i) pi x) = -sin((i - j) pi x) for i >= j.
        let (sum, difference) = (i + j, i - j);
        let (fi, fj, quarter) = (i as f64, j as f64, 0.25 * scale);
        let line = |field, m| moments.line(field, m);
        let [xx, yy, uu, xy] = [XX, YY, UU, XY].map(|field| (line(field, difference), line(field, sum)));
        let pi2 = PI * PI * quarter;
        // At most 64 modes: 257 frequencies. What multiplies s_k s_l, k l c_k c_l, i l s_k c_l and k j c_k s_l.
        let mut tables = [[0.0; 4 * 64 + 1]; 4];
        let [g, y, p, q] = &mut tables;
        for f in 0..=4 * n {
            g[f] = pi2 * fi * fj * (xx.0[f] + xx.1[f]) + quarter * (uu.0[f] - uu.1[f]);
            y[f] = pi2 * (yy.0[f] - yy.1[f]);
            p[f] = pi2 * fi * (xy.1[f] - xy.0[f]);
            q[f] = pi2 * fj * (xy.1[f] + xy.0[f]);
        }
        for l in 1..=n {
            let fl = l as f64;
            // k - l and k + l from k = 1.
            let (low, high) = (2 * n + 1 - l, 2 * n + 1 + l);
            let [gd, yd, pd, qd] = [&*g, &*y, &*p, &*q].map(|t| &t[low..][..n]);
            let [gs, ys, ps, qs] = [&*g, &*y, &*p, &*q].map(|t| &t[high..][..n]);
            let Some(column) = block.as_mut().col_mut(l - 1).try_as_col_major_mut() else {
                continue;
            };
            let out = column.as_slice_mut();
            for k in 0..n {
                let fk = (k + 1) as f64;
                let cosines = yd[k] + ys[k];
                out[k] = (gd[k] - gs[k]) + fl * (fk * cosines + (ps[k] + pd[k])) + fk * (qs[k] - qd[k]);
            }
        }
    }
}

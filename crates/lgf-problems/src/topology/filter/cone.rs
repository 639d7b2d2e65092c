//! Means over a ball with weights that fall linearly to zero.
use super::super::elasticity::Grid;
use super::super::parallel::{fill, pieces};
use pulp::{Arch, Simd, WithSimd};

/// Runs of weights along `x`: for an offset `(dy, dz)` of the row, the weights of the offsets `-half..=half`.
struct Row {
    dy: isize,
    dz: isize,
    weights: Vec<f64>,
}

/// `(W x)_e = Σ_i H_ei x_i / Σ_i H_ei`, `H_ei = max(0, radius - |e - i|)`.
pub(in super::super) struct Cone {
    size: [usize; 3],
    rows: Vec<Row>,
    /// `Σ_i H_ei`.
    sums: Vec<f64>,
    scaled: Vec<f64>,
}

impl Cone {
    /// The radius in elements.
    pub fn new(grid: &Grid, radius: f64) -> Self {
        let size = grid.elements();
        let reach = |axis: usize| (radius.ceil() as isize - 1).clamp(0, size[axis] as isize - 1);
        let mut rows = Vec::new();
        for dz in -reach(2)..=reach(2) {
            for dy in -reach(1)..=reach(1) {
                let across = (dy * dy + dz * dz) as f64;
                let weight = |dx: isize| radius - (across + (dx * dx) as f64).sqrt();
                let half = (0..=reach(0)).take_while(|&dx| weight(dx) > 0.0).last();
                if let Some(half) = half {
                    let weights = (-half..=half).map(weight).collect();
                    rows.push(Row { dy, dz, weights });
                }
            }
        }
        let count = grid.element_count();
        let mut cone = Self {
            size,
            rows,
            sums: Vec::new(),
            scaled: vec![1.0; count],
        };
        let mut sums = vec![0.0; count];
        cone.convolve(&cone.scaled, &mut sums);
        cone.sums = sums;
        cone
    }

    pub fn apply(&mut self, x: &[f64], out: &mut [f64]) {
        self.convolve(x, out);
        pieces(out, self.size[0], self.sums.len(), |row, out| {
            out.iter_mut()
                .zip(&self.sums[row * self.size[0]..])
                .for_each(|(out, sum)| *out /= sum);
        });
    }

    pub fn transpose(&mut self, y: &[f64], out: &mut [f64]) {
        let mut scaled = std::mem::take(&mut self.scaled);
        fill(&mut scaled, 1, |i| y[i] / self.sums[i]);
        self.convolve(&scaled, out);
        self.scaled = scaled;
    }

    /// `out = H x`; sums of a row in the order of its runs, whatever the number of threads.
    fn convolve(&self, x: &[f64], out: &mut [f64]) {
        let arch = Arch::new();
        let work = out.len() * self.rows.iter().map(|row| row.weights.len()).sum::<usize>();
        pieces(out, self.size[0], work, |at, out| {
            arch.dispatch(RowOf { cone: self, x, at, out });
        });
    }
}

/// One row of a product.
struct RowOf<'a> {
    cone: &'a Cone,
    x: &'a [f64],
    at: usize,
    out: &'a mut [f64],
}

impl WithSimd for RowOf<'_> {
    type Output = ();
    /// The compiler makes these loops wide, for the registers that there are.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { cone, x, at, out } = self;
        let [nx, ny, nz] = cone.size;
        let (j, k) = ((at % ny) as isize, (at / ny) as isize);
        out.fill(0.0);
        for Row { dy, dz, weights } in &cone.rows {
            let (j, k) = (j + dy, k + dz);
            if j < 0 || k < 0 || j >= ny as isize || k >= nz as isize {
                continue;
            }
            let from = nx * (j as usize + ny * k as usize);
            let source = &x[from..from + nx];
            let half = weights.len() / 2;
            for (offset, weight) in weights.iter().enumerate() {
                // out[i] += weight * source[i + offset - half]
                let (skip, shift) = (half.saturating_sub(offset), offset.saturating_sub(half));
                if skip < nx && shift < nx {
                    out[skip..].iter_mut().zip(&source[shift..]).for_each(|(out, x)| *out += weight * x);
                }
            }
        }
    }
}

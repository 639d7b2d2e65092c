//! Energy, residual and the moments of the Hessian: one pass over the grid in blocks of rows.
use super::NonlinearHeatOptions;
use super::kernel::{Pass, Row, Sides};
use super::tables::Tables;
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};
use pulp::Arch;
use rayon::prelude::*;
use std::f64::consts::PI;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Grid rows of a block: what belongs to one stays in a core's second cache.
const ROWS: usize = 12;

/// Fields that the moments of the Hessian are taken of: those with `cos cos`, then the one with `sin sin`.
pub(super) const MOMENT_FIELDS: usize = 4;

/// Fields that are contracted with the same functions of `y`: the groups of a [`Pass`].
#[derive(Clone, Copy)]
struct Group {
    fields: usize,
    functions: usize,
    cosines: bool,
    /// How many functions even about the middle, from which column of their table, and where they stand among all; then the odd ones.
    halves: [(usize, usize, usize); 2],
}

/// Room for one block.
#[derive(Default)]
struct Scratch {
    /// `u, du/dx` side by side for each row, then `pi j u`: by frequency along `y`.
    lines: [Vec<f64>; 2],
    /// Even and odd parts of `u, du/dx`, then of `du/dy`: by column.
    parts: [Vec<f64>; 4],
    /// By group.
    sides: [[Vec<f64>; 2]; 4],
}

/// Evaluates; see the module.
pub(super) struct Fields {
    tables: Tables,
    groups: [Group; 4],
    /// By frequency along `y`, odd ones first, then along `x`: the coefficients, times `pi i`, times `pi j`.
    coefficients: [Mat<f64>; 3],
    /// By group: function of `y`, then field, then row.
    lines: [Vec<f64>; 4],
    energies: Vec<f64>,
    /// By function of `y`, then frequency along `x`: the four fields of the Hessian, the three of the residual.
    moments: [Mat<f64>; 7],
    scratch: Vec<Mutex<Scratch>>,
}

impl Fields {
    pub fn new(options: &NonlinearHeatOptions) -> Self {
        let (n, points) = (options.modes, options.points);
        let (odd, even) = (n.div_ceil(2), n / 2);
        let group = |fields, cosines, halves: [(usize, usize, usize); 2]| {
            let functions = halves[0].0 + halves[1].0;
            Group {
                fields,
                functions,
                cosines,
                halves,
            }
        };
        let groups = [
            group(3, true, [(n + 1, 0, 0), (n, 0, n + 1)]),
            group(1, false, [(n, 0, 0), (n, 0, n)]),
            group(1, true, [(even, 1, odd), (odd, 0, 0)]),
            group(2, false, [(odd, 0, 0), (even, 0, odd)]),
        ];
        let all = |functions: usize| Mat::zeros(functions, 2 * n + 1);
        let few = || Mat::zeros(n, n);
        Self {
            tables: Tables::new(options),
            groups,
            coefficients: [few(), few(), few()],
            lines: groups.map(|g| vec![0.0; g.functions * g.fields * points]),
            energies: vec![0.0; points.div_ceil(ROWS)],
            moments: [all(2 * n + 1), all(2 * n + 1), all(2 * n + 1), all(2 * n), few(), few(), few()],
            scratch: Vec::new(),
        }
    }

    /// The energy; the residual goes to `residual`. With `HESSIAN`, [`Fields::moment`] is of this point.
    pub fn evaluate<const HESSIAN: bool>(&mut self, point: &[f64], residual: &mut [f64]) -> f64 {
        let n = self.tables.modes;
        for (place, j) in frequencies(n).enumerate() {
            for i in 1..=n {
                let a = point[(i - 1) * n + j - 1];
                let factors = [1.0, PI * i as f64, PI * j as f64];
                self.coefficients
                    .iter_mut()
                    .zip(factors)
                    .for_each(|(c, f)| c[(place, i - 1)] = f * a);
            }
        }
        self.contract_y::<HESSIAN>();
        self.contract_x::<HESSIAN>();
        let [.., gy, gx, gu] = &self.moments;
        for (place, j) in frequencies(n).enumerate() {
            for i in 1..=n {
                let at = (place, i - 1);
                residual[(i - 1) * n + j - 1] = PI * (i as f64 * gx[at] + j as f64 * gy[at]) + gu[at];
            }
        }
        self.energies.iter().sum()
    }

    /// Moment of a field with frequency `m` along `x`, `f` along `y`.
    pub fn moment(&self, field: usize, m: usize, f: usize) -> f64 {
        let n = self.tables.modes;
        let (cosine, sine) = (f / 2 + (f % 2) * (n + 1), f.saturating_sub(1) / 2 + (1 - f % 2) * n);
        match field + 1 < MOMENT_FIELDS {
            true => self.moments[field][(cosine, m)],
            false if f == 0 => 0.0,
            false => self.moments[field][(sine, m)],
        }
    }

    /// All fields, block by block, contracted along `y`.
    fn contract_y<const HESSIAN: bool>(&mut self) {
        let threads = rayon::current_num_threads();
        if self.scratch.len() < threads {
            self.scratch.resize_with(threads, Default::default);
        }
        let (tables, groups, coefficients, scratch) = (&self.tables, &self.groups, &self.coefficients, &self.scratch);
        let work = |block: usize, lines: [&mut [f64]; 4], energy: &mut f64| {
            let rows = block * ROWS..tables.points.min((block + 1) * ROWS);
            // Of no other block while this one runs: it waits for nothing.
            let own = &scratch[rayon::current_thread_index().unwrap_or(0) % scratch.len()];
            let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
            *energy = own.run::<HESSIAN>(tables, groups, coefficients, rows, lines);
        };
        let [a, b, c, d] = &mut self.lines;
        let [sa, sb, sc, sd] = groups.map(|g| g.functions * g.fields * ROWS);
        let energies = &mut self.energies;
        if threads == 1 {
            let blocks = a.chunks_mut(sa).zip(b.chunks_mut(sb)).zip(c.chunks_mut(sc)).zip(d.chunks_mut(sd));
            let blocks = blocks.zip(energies).enumerate();
            blocks.for_each(|(block, ((((a, b), c), d), energy))| work(block, [a, b, c, d], energy));
        } else {
            let blocks = a.par_chunks_mut(sa).zip(b.par_chunks_mut(sb)).zip(c.par_chunks_mut(sc));
            let blocks = blocks.zip(d.par_chunks_mut(sd)).zip(energies).enumerate();
            blocks.for_each(|(block, ((((a, b), c), d), energy))| work(block, [a, b, c, d], energy));
        }
    }

    /// What [`Fields::contract_y`] left, contracted along `x`.
    fn contract_x<const HESSIAN: bool>(&mut self) {
        let (n, points) = (self.tables.modes, self.tables.points);
        let (sines, cosines) = (self.tables.sines.transpose(), self.tables.cosines.transpose());
        // Group and field, and the functions of x: columns of the table.
        let (all, few) = (0..2 * n + 1, 1..n + 1);
        let terms = [
            (0, 0, cosines, &all),
            (0, 1, cosines, &all),
            (0, 2, cosines, &all),
            (1, 0, sines, &all),
            (2, 0, sines, &few),
            (3, 0, cosines, &few),
            (3, 1, sines, &few),
        ];
        for ((group, field, table, columns), moments) in terms.into_iter().zip(&mut self.moments) {
            if HESSIAN || group >= 2 {
                let Group { functions, fields, .. } = self.groups[group];
                let lines = &self.lines[group][field * functions..];
                let lines = MatRef::from_column_major_slice_with_stride(lines, functions, points, functions * fields);
                let table = table.subcols(columns.start, columns.len());
                matmul(moments.as_mut(), Accum::Replace, lines, table, 1.0, Par::Seq);
            }
        }
    }
}

impl Scratch {
    /// The fields of these rows, contracted along `y`; their part of the energy.
    fn run<const HESSIAN: bool>(
        &mut self,
        tables: &Tables,
        groups: &[Group; 4],
        coefficients: &[Mat<f64>; 3],
        rows: Range<usize>,
        lines: [&mut [f64]; 4],
    ) -> f64 {
        let (width, count) = (tables.width, rows.len());
        self.temperature(tables, coefficients, rows.clone());
        for (sides, group) in self.sides.iter_mut().zip(groups) {
            sides.iter_mut().for_each(|side| side.resize(width * group.fields * ROWS, 0.0));
        }
        let energy = rows.enumerate().map(|(k, r)| self.row::<HESSIAN>(tables, k, r)).sum();
        for (((sides, group), lines), k) in self.sides.iter().zip(groups).zip(lines).zip(0..) {
            if !HESSIAN && k < 2 {
                continue;
            }
            let columns = group.fields * count;
            let mut out = MatMut::from_column_major_slice_mut(lines, group.functions, columns);
            for ((side, table), (functions, from, place)) in sides.iter().zip(tables.functions(group.cosines)).zip(group.halves) {
                let side = MatRef::from_column_major_slice(&side[..width * columns], width, columns);
                let table = table.subcols(from, functions).transpose();
                matmul(
                    out.as_mut().subrows_mut(place, functions),
                    Accum::Replace,
                    table,
                    side,
                    1.0,
                    Par::Seq,
                );
            }
        }
        energy
    }

    /// Even and odd parts of the temperature and its derivatives.
    fn temperature(&mut self, tables: &Tables, [values, slopes_x, slopes_y]: &[Mat<f64>; 3], rows: Range<usize>) {
        let (n, width, count) = (tables.modes, tables.width, rows.len());
        let (odd, even) = (n.div_ceil(2), n / 2);
        let [sines, cosines] = [&tables.sines, &tables.cosines].map(|table| table.as_ref().submatrix(1, rows.start, n, count));
        let [both, scaled] = &mut self.lines;
        both.resize(2 * n * ROWS, 0.0);
        scaled.resize(n * ROWS, 0.0);
        let product = |out: MatMut<'_, f64>, a: MatRef<'_, f64>, b: MatRef<'_, f64>| matmul(out, Accum::Replace, a, b, 1.0, Par::Seq);
        let pair = |buffer: &mut [f64], out: usize, a, b| {
            product(
                MatMut::from_column_major_slice_with_stride_mut(&mut buffer[out * n..], n, count, 2 * n),
                a,
                b,
            );
        };
        pair(both, 0, values.as_ref(), sines);
        pair(both, 1, slopes_x.as_ref(), cosines);
        product(
            MatMut::from_column_major_slice_mut(&mut scaled[..n * count], n, count),
            slopes_y.as_ref(),
            sines,
        );
        let both = MatRef::from_column_major_slice(&both[..2 * n * count], n, 2 * count);
        let scaled = MatRef::from_column_major_slice(&scaled[..n * count], n, count);
        let ([sin_even, sin_odd], [cos_even, cos_odd]) = (tables.functions(false), tables.functions(true));
        let terms = [
            (sin_even.subcols(0, odd), both.subrows(0, odd)),
            (sin_odd.subcols(0, even), both.subrows(odd, even)),
            (cos_even.subcols(1, even), scaled.subrows(odd, even)),
            (cos_odd.subcols(0, odd), scaled.subrows(0, odd)),
        ];
        for (part, (table, lines)) in self.parts.iter_mut().zip(terms) {
            let size = width * lines.ncols();
            part.resize(size.max(part.len()), 0.0);
            product(
                MatMut::from_column_major_slice_mut(&mut part[..size], width, lines.ncols()),
                table,
                lines,
            );
        }
    }

    /// The fields of grid row `r`, the `k`-th of the block; its part of the energy.
    fn row<const HESSIAN: bool>(&mut self, tables: &Tables, k: usize, r: usize) -> f64 {
        let width = tables.width;
        let [u_even, u_odd, y_even, y_odd] = &self.parts;
        let line = |k: usize| k * width..(k + 1) * width;
        let row = Row {
            u: [&u_even[line(2 * k)], &u_odd[line(2 * k)]],
            ux: [&u_even[line(2 * k + 1)], &u_odd[line(2 * k + 1)]],
            uy: [&y_even[line(k)], &y_odd[line(k)]],
            conductivity: &tables.conductivity[usize::from(tables.central[r])],
            sigma: &tables.sigma,
            source: &tables.source_y,
            source_here: tables.source_x[r],
        };
        let [cosines, sines, flux, load] = &mut self.sides;
        let (cosines, sines) = (sides_of_row(cosines, width, k), sides_of_row(sines, width, k));
        let (flux, load) = (sides_of_row(flux, width, k), sides_of_row(load, width, k));
        Arch::new().dispatch(Pass::<HESSIAN> {
            row,
            cosines,
            sines,
            flux,
            load,
        })
    }
}

/// The `N` fields of row `k` of a block.
fn sides_of_row<const N: usize>(sides: &mut [Vec<f64>; 2], width: usize, k: usize) -> Sides<'_, N> {
    Sides(sides.each_mut().map(|side| &mut side[k * N * width..(k + 1) * N * width]))
}

/// Frequencies `1..=n`, the odd ones first.
fn frequencies(n: usize) -> impl Iterator<Item = usize> {
    (1..=n).step_by(2).chain((2..=n).step_by(2))
}

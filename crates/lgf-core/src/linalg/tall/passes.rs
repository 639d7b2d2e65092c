//! Passes over a tall matrix: blocks of rows that stay in cache, chunks of blocks for the threads, sums joined chunk by chunk.
use super::gram::{Accumulate, Collect, GROUP, Spread, lanes, tiled};
use super::source::{Source, unpack};
use crate::linalg::{Scratch, multiply, shaped, view};
use crate::parallel::is_worth;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use pulp::Arch;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Doubles of a block: half of a second-level cache of 1 MiB.
const BLOCK: usize = 1 << 16;
/// Rows of a block at most: four pages of each column, for shorter stretches end before they are fetched ahead.
const ROWS: usize = 2048;
/// Chunks that a matrix is divided into at most.
const CHUNKS: usize = 64;

/// Columns of a product up to which it is made column by column.
const FEW: usize = 8;
/// Doubles of a page.
const PAGE: usize = 512;
/// Columns beyond the last.
static ZEROS: [f64; ROWS] = [0.0; ROWS];

/// How a matrix is divided; depends on its shape alone, so that sums have the same bits on any number of threads.
#[derive(Clone, Copy)]
pub(super) struct Division {
    pub rows: usize,
    pub block: usize,
    pub chunk: usize,
    pub parallel: bool,
}

impl Division {
    pub fn of(rows: usize, columns: usize) -> Self {
        // An odd number of cache lines, so that neighbouring columns do not fall onto the same places of the cache.
        let block = (BLOCK / tiled(columns)).clamp(32, ROWS) / 16 * 16 - 8;
        // So long that sums of chunks, columns² each, are an eighth of the matrix at most.
        let chunk = rows.div_ceil(CHUNKS).max(8 * columns).next_multiple_of(block);
        Self {
            rows,
            block,
            chunk,
            parallel: is_worth(rows * columns),
        }
    }

    fn chunks(self) -> usize {
        self.rows.div_ceil(self.chunk)
    }

    /// Blocks of a chunk: rows of the matrix.
    fn blocks(self, chunk: usize) -> impl Iterator<Item = Range<usize>> {
        let end = ((chunk + 1) * self.chunk).min(self.rows);
        (chunk * self.chunk..end)
            .step_by(self.block)
            .map(move |from| from..(from + self.block).min(end))
    }
}

/// What one thread needs for its blocks.
#[derive(Default)]
pub(super) struct Room {
    pub packed: Vec<f64>,
    pub product: Vec<f64>,
    pub second: Vec<f64>,
    lanes: Vec<f64>,
    pub coefficients: Vec<f64>,
    pub scratch: Scratch,
}

/// Rooms of all threads and sums of all chunks; memory that only grows.
#[derive(Default)]
pub(crate) struct Passes {
    rooms: Vec<Mutex<Room>>,
    partial: Vec<f64>,
    sums: Vec<f64>,
}

impl Clone for Passes {
    /// Room has no content worth a copy.
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The room of this thread.
pub(super) fn mine(rooms: &[Mutex<Room>]) -> MutexGuard<'_, Room> {
    let thread = rayon::current_thread_index().unwrap_or(0);
    rooms[thread % rooms.len()].lock().unwrap_or_else(PoisonError::into_inner)
}

impl Passes {
    /// As many rooms as threads.
    pub(super) fn rooms(&mut self) -> &[Mutex<Room>] {
        let threads = rayon::current_num_threads().max(1);
        if self.rooms.len() < threads {
            self.rooms.resize_with(threads, Mutex::default);
        }
        &self.rooms
    }

    /// `out += sum over chunks`, of as many numbers as `out` has.
    fn sum(&mut self, division: Division, out: &mut [f64], body: impl Fn(usize, &mut Room, &mut [f64]) + Sync + Send) {
        let (width, size) = (out.len(), out.len() * division.chunks());
        self.rooms();
        let Self { rooms, partial, .. } = self;
        if partial.len() < size {
            partial.resize(size, 0.0);
        }
        let partial = &mut partial[..size];
        let chunk = |(i, sums): (usize, &mut [f64])| {
            sums.fill(0.0);
            body(i, &mut mine(rooms), sums);
        };
        if division.parallel {
            partial.par_chunks_mut(width).enumerate().for_each(chunk);
        } else {
            partial.chunks_mut(width).enumerate().for_each(chunk);
        }
        out.fill(0.0);
        for part in partial.chunks(width) {
            out.iter_mut().zip(part).for_each(|(out, part)| *out += part);
        }
    }

    /// `B'B` with `B = scale A W`, or `scale A` without weights: column-major, both triangles. Cost: one pass over `A`.
    pub fn gram(&mut self, a: &impl Source, scale: f64, weights: Option<MatRef<'_, f64>>, out: &mut Vec<f64>) {
        let (m, n) = a.shape();
        let (division, arch) = (Division::of(m, n), Arch::new());
        let k = weights.map_or(n, |w| w.ncols());
        out.resize(k * k, 0.0);
        self.sum(division, out, |chunk, room, sums| {
            let of = &mut room.lanes;
            of.clear();
            of.resize(lanes(k), 0.0);
            for at in division.blocks(chunk) {
                let length = at.len().next_multiple_of(8);
                let (count, zeros) = (tiled(k), &ZEROS[..length]);
                if weights.is_none() && is_direct(a, &at, scale) {
                    let column = |j: usize| a.column(j, at.clone()).unwrap_or(zeros);
                    let lanes = &mut room.lanes;
                    arch.dispatch(Accumulate { column, count, lanes });
                    continue;
                }
                let columns = block(a, at, length, scale, weights, &mut room.packed, &mut room.product);
                let column = |j: usize| &columns[j * length..(j + 1) * length];
                let lanes = &mut room.lanes;
                arch.dispatch(Accumulate { column, count, lanes });
            }
            let lanes = &room.lanes;
            arch.dispatch(Collect { lanes, n: k, out: sums });
        });
        for j in 0..k {
            (j + 1..k).for_each(|i| out[i * k + j] = out[j * k + i]);
        }
    }

    /// `out = A'B`. Cost: one pass over both.
    pub fn cross(&mut self, a: &impl Source, b: &impl Source, mut out: MatMut<'_, f64>) {
        let ((m, n), (_, k)) = (a.shape(), b.shape());
        let division = Division::of(m, n.max(k));
        let mut sums = std::mem::take(&mut self.sums);
        let size = shaped(&mut sums, n, k).nrows() * k;
        self.sum(division, &mut sums[..size], |chunk, room, sums| {
            let mut sums = MatMut::from_column_major_slice_mut(sums, n, k);
            for at in division.blocks(chunk) {
                let length = at.len();
                pack(a, at.clone(), length, &mut room.packed);
                pack(b, at, length, &mut room.product);
                let (a, b) = (view(&room.packed, length, n), view(&room.product, length, k));
                matmul(sums.as_mut(), Accum::Add, a.transpose(), b, 1.0, Par::Seq);
            }
        });
        out.copy_from(view(&sums, n, k));
        self.sums = sums;
    }

    /// `out = (scale A W) T`, or `scale A W` without `T`. Cost: one pass over `A`, `out` written once.
    pub fn product(&mut self, a: &impl Source, scale: f64, w: MatRef<'_, f64>, t: Option<MatRef<'_, f64>>, out: MatMut<'_, f64>) {
        let (m, n) = a.shape();
        let division = Division::of(m, n);
        let rooms = self.rooms();
        by_rows(out, division.chunk, division.parallel, 0, &|chunk, mut out: MatMut<'_, f64>| {
            let room = &mut *mine(rooms);
            for at in division.blocks(chunk) {
                let (length, from) = (at.len().next_multiple_of(8), at.start - chunk * division.chunk);
                let to = out.as_mut().subrows_mut(from, at.len());
                if t.is_none() && w.ncols() <= FEW && to.row_stride() == 1 && is_direct(a, &at, scale) {
                    combine(a, at, w, to);
                    continue;
                }
                if let Some(rows) = a.rows(at.clone()).filter(|_| scale == 1.0) {
                    // Rows by rows: nothing is turned, in or out.
                    match t {
                        None => multiply(to, rows, w),
                        Some(t) => {
                            multiply(shaped(&mut room.product, at.len(), w.ncols()), rows, w);
                            multiply(to, view(&room.product, at.len(), w.ncols()), t);
                        }
                    }
                    continue;
                }
                let columns = block(a, at, length, scale, Some(w), &mut room.packed, &mut room.product);
                match t {
                    None => unpack(columns, length, to),
                    Some(t) => {
                        multiply(shaped(&mut room.second, length, t.ncols()), view(columns, length, w.ncols()), t);
                        unpack(&room.second, length, to);
                    }
                }
            }
        });
    }

    /// The largest magnitude; nothing if there is a number that is not finite.
    pub fn peak(&mut self, a: &impl Source) -> Option<f64> {
        let (m, n) = a.shape();
        let division = Division::of(m, n);
        let mut peak = 0.0_f64;
        self.rooms();
        let mut room = mine(&self.rooms);
        for at in (0..division.chunks()).flat_map(|chunk| division.blocks(chunk)) {
            let length = at.len();
            pack(a, at, length, &mut room.packed);
            for v in &room.packed[..length * n] {
                if !v.is_finite() {
                    return None;
                }
                peak = peak.max(v.abs());
            }
        }
        Some(peak)
    }
}

/// Whether the columns of a block can be read where they are: whole registers of them, not one page or more apart, which would put all
/// of them onto the same places of the cache.
fn is_direct(a: &impl Source, at: &Range<usize>, scale: f64) -> bool {
    scale == 1.0 && at.len().is_multiple_of(8) && !a.shape().0.is_multiple_of(PAGE) && a.column(0, at.clone()).is_some()
}

/// `out = A W` of a block for few columns of `W`, where those of `out` lie one by one.
fn combine(a: &impl Source, at: Range<usize>, w: MatRef<'_, f64>, out: MatMut<'_, f64>) {
    // All columns of `out` at once, so that those of `A` are read once.
    match out.ncols() {
        1 => combine_into::<1>(a, at, w, out),
        2 => combine_into::<2>(a, at, w, out),
        3 => combine_into::<3>(a, at, w, out),
        4 => combine_into::<4>(a, at, w, out),
        5 => combine_into::<5>(a, at, w, out),
        6 => combine_into::<6>(a, at, w, out),
        7 => combine_into::<7>(a, at, w, out),
        _ => combine_into::<FEW>(a, at, w, out),
    }
}

fn combine_into<const K: usize>(a: &impl Source, at: Range<usize>, w: MatRef<'_, f64>, out: MatMut<'_, f64>) {
    let (arch, n) = (Arch::new(), w.nrows());
    let slices = out
        .col_iter_mut()
        .map(|column| column.try_as_col_major_mut().map(|column| column.as_slice_mut()));
    let mut slices = slices.map(Option::unwrap_or_default);
    let mut out: [&mut [f64]; K] = std::array::from_fn(|_| slices.next().unwrap_or_default());
    out.iter_mut().for_each(|column| column.fill(0.0));
    let zeros = &ZEROS[..at.len()];
    for j in (0..n).step_by(GROUP) {
        let columns: [&[f64]; GROUP] = std::array::from_fn(|c| a.column(j + c, at.clone()).unwrap_or(zeros));
        let weights: [[f64; GROUP]; K] = std::array::from_fn(|k| std::array::from_fn(|c| if j + c < n { w[(j + c, k)] } else { 0.0 }));
        let out = out.each_mut().map(|column| &mut **column);
        arch.dispatch(Spread { columns, weights, out });
    }
}

/// Rows of `a` as columns in `room`.
fn pack(a: &impl Source, at: Range<usize>, length: usize, room: &mut Vec<f64>) {
    let _ = shaped(room, length, a.shape().1);
    a.pack(at, 1.0, length, room);
}

/// The columns of one block, whole tiles of them: those of `scale A`, or times the weights.
fn block<'a>(
    a: &impl Source,
    at: Range<usize>,
    length: usize,
    scale: f64,
    weights: Option<MatRef<'_, f64>>,
    packed: &'a mut Vec<f64>,
    product: &'a mut Vec<f64>,
) -> &'a [f64] {
    let n = a.shape().1;
    let size = length * tiled(n);
    let Some(weights) = weights else {
        let _ = shaped(packed, length, tiled(n));
        a.pack(at, scale, length, packed);
        packed[length * n..size].fill(0.0);
        return &packed[..size];
    };
    let k = weights.ncols();
    let size = length * tiled(k);
    let _ = shaped(product, length, tiled(k));
    if let Some(rows) = a.rows(at.clone()).filter(|_| scale == 1.0 && at.len() == length) {
        multiply(shaped(product, length, k), rows, weights);
    } else {
        let _ = shaped(packed, length, tiled(n));
        a.pack(at, scale, length, packed);
        multiply(shaped(product, length, k), view(packed, length, n), weights);
    }
    product[length * k..size].fill(0.0);
    &product[..size]
}

/// Calls `body` with each chunk of rows, on all threads where that is worth it.
pub(super) fn by_rows(out: MatMut<'_, f64>, chunk: usize, parallel: bool, first: usize, body: &(impl Fn(usize, MatMut<'_, f64>) + Sync)) {
    let chunks = out.nrows().div_ceil(chunk);
    if chunks <= 1 {
        if chunks == 1 {
            body(first, out);
        }
        return;
    }
    let half = chunks / 2;
    let (upper, lower) = out.split_at_row_mut(half * chunk);
    if parallel {
        rayon::join(
            || by_rows(upper, chunk, parallel, first, body),
            || by_rows(lower, chunk, parallel, first + half, body),
        );
    } else {
        by_rows(upper, chunk, parallel, first, body);
        by_rows(lower, chunk, parallel, first + half, body);
    }
}

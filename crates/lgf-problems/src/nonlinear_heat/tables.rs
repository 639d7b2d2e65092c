//! What every evaluation reads: sines, cosines and coefficients of the energy on the grid.
use super::NonlinearHeatOptions;
use super::grid::Grid;
use faer::{Mat, MatRef};

/// Columns are padded to whole vectors of the widest instruction set; padded entries are zero.
const LANES: usize = 8;

/// Functions of `y` on half a grid. Those of the first of two are even about the middle, those of the second odd.
struct Functions {
    /// By column, then frequency: `1, 3, ..` and `2, 4, ..`.
    sines: [Mat<f64>; 2],
    /// `0, 2, ..` and `1, 3, ..`.
    cosines: [Mat<f64>; 2],
}

pub(super) struct Tables {
    pub modes: usize,
    pub points: usize,
    /// Columns of half a grid, padded.
    pub width: usize,
    along_y: Functions,
    /// `sin(m pi x_r)` and `cos(m pi x_r)` by `m = 0..2n`, then `r`.
    pub sines: Mat<f64>,
    pub cosines: Mat<f64>,
    /// Whether a row, or a column, meets the centred square.
    pub central: Vec<bool>,
    /// By column, with its weight: four times the conductivity of rows outside and inside, `sigma`, and the source's factor along `y`.
    pub conductivity: [Vec<f64>; 2],
    pub sigma: Vec<f64>,
    pub source_y: Vec<f64>,
    pub source_x: Vec<f64>,
}

impl Tables {
    pub fn new(options: &NonlinearHeatOptions) -> Self {
        let (n, points, grid) = (options.modes, options.points, Grid::new(options.points));
        let half = points.div_ceil(2);
        let width = half.next_multiple_of(LANES);
        let table =
            |count, value: &dyn Fn(usize, usize) -> f64| Mat::from_fn(width, count, |c, f| if c < half { value(c, f) } else { 0.0 });
        // The middle one of an odd number of columns is its own mirror image and would count twice.
        let twin = |c: usize| if 2 * c + 1 == points { 0.5 } else { 1.0 };
        let weight = |c: usize| if c < half { twin(c) / (points * points) as f64 } else { 0.0 };
        let column = |value: &dyn Fn(usize) -> f64| (0..width).map(|c| weight(c) * value(c)).collect::<Vec<_>>();
        let central = (0..points).map(|c| grid.is_central(c)).collect::<Vec<_>>();
        let conductivity = |row: bool| column(&|c| 4.0 * grid.conductivity(options, row && c < half && central[c]));
        Self {
            modes: n,
            points,
            width,
            along_y: Functions {
                sines: [table(n, &|c, f| grid.sine(2 * f + 1, c)), table(n, &|c, f| grid.sine(2 * f + 2, c))],
                cosines: [
                    table(n + 1, &|c, f| grid.cosine(2 * f, c)),
                    table(n, &|c, f| grid.cosine(2 * f + 1, c)),
                ],
            },
            sines: Mat::from_fn(2 * n + 1, points, |m, r| grid.sine(m, r)),
            cosines: Mat::from_fn(2 * n + 1, points, |m, r| grid.cosine(m, r)),
            conductivity: [false, true].map(conductivity),
            central,
            sigma: column(&|_| options.sigma),
            source_y: column(&|c| if c < half { grid.source_y(c) } else { 0.0 }),
            source_x: (0..points).map(|r| grid.source_x(options, r)).collect(),
        }
    }

    /// Sines or cosines along `y`: even about the middle, odd.
    pub fn functions(&self, cosines: bool) -> [MatRef<'_, f64>; 2] {
        let Functions { sines, cosines: others } = &self.along_y;
        (if cosines { others } else { sines }).each_ref().map(|table| table.as_ref())
    }
}

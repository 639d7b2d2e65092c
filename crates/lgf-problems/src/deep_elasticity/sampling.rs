//! Where the energy is summed up: midpoints of cells or random points, made a tile at a time.
use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

use super::kernels::POINTS;
use super::network::SPACE;

/// The points of an evaluation.
pub(super) enum Sample {
    /// Of `cells^3` equal cubes, by the coordinates of one edge.
    Midpoints(Vec<f64>),
    /// Uniform in the unit cube.
    Random { points: usize, seed: u64, draw: u64 },
}

impl Sample {
    pub fn midpoints(cells: usize) -> Self {
        Self::Midpoints((0..cells).map(|c| (c as f64 + 0.5) / cells as f64).collect())
    }

    pub fn random(points: usize, seed: usize) -> Self {
        Self::Random {
            points,
            seed: seed as u64,
            draw: 0,
        }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        match self {
            Self::Midpoints(edge) => edge.len().pow(SPACE as u32),
            Self::Random { points, .. } => *points,
        }
    }

    /// Coordinates of the points of a tile, and 1 where there is a point, else 0.
    pub fn fill(&self, tile: usize, coordinates: &mut [f64], mask: &mut [f64]) {
        let first = tile * POINTS;
        let count = POINTS.min(self.len() - first);
        mask.fill(0.0);
        mask[..count].fill(1.0);
        coordinates.fill(0.0);
        let (x, rest) = coordinates.split_at_mut(POINTS);
        let (y, z) = rest.split_at_mut(POINTS);
        let places = x.iter_mut().zip(y).zip(z).take(count);
        match self {
            Self::Midpoints(edge) => {
                let cells = edge.len();
                let (mut i, mut j, mut k) = (first / (cells * cells), first / cells % cells, first % cells);
                for ((x, y), z) in places {
                    (*x, *y, *z) = (edge[i], edge[j], edge[k]);
                    k += 1;
                    if k == cells {
                        (j, k) = (j + 1, 0);
                    }
                    if j == cells {
                        (i, j) = (i + 1, 0);
                    }
                }
            }
            Self::Random { seed, draw, .. } => {
                let mut generator = ChaCha8Rng::seed_from_u64(*seed);
                generator.set_stream(*draw);
                // Two words a number.
                generator.set_word_pos(2 * (SPACE * first) as u128);
                for ((x, y), z) in places {
                    (*x, *y, *z) = (uniform(&mut generator), uniform(&mut generator), uniform(&mut generator));
                }
            }
        }
    }
}

/// Uniform in `[0,1)`: the leading 53 bits.
pub(super) fn uniform(generator: &mut impl Rng) -> f64 {
    (generator.next_u64() >> 11) as f64 * (-53.0_f64).exp2()
}

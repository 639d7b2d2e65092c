//! Three-dimensional elasticity by a neural network. Derivation and rejected ways: `docs/design/deep-elasticity.md`.
mod elastic;
mod kernels;
mod network;
mod sampling;
mod sweep;
mod tanh;

use chacha20::ChaCha8Rng;
use chacha20::rand_core::SeedableRng;
use lgf_core::error::Result;
use lgf_core::param::{Domain, Options, Setting};
use lgf_core::problem::Problem;
use lgf_core::profile::span;
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

use kernels::POINTS;
use network::{Network, Panels, SPACE};
use sampling::{Sample, uniform};
use sweep::{Block, Look, Weights, Workspace};

/// Seeds and draws are exact in a double.
const LAST_INDEX: usize = 9_007_199_254_740_991;

lgf_core::choices! {
    /// Where the energy density is taken.
    pub enum Sampling {
        /// At the midpoints of `cells^3` equal cubes.
        Midpoints = "midpoints",
        /// At points drawn uniformly from the unit cube.
        Random = "random",
    }
}

lgf_core::options! {
    /// Settings of the deep elasticity problem; the defaults are the published ones.
    pub struct DeepElasticityOptions as "DeepElasticityOptions" {
        /// Neurons of a hidden layer.
        hidden: usize = 20, Domain::Within(1, 256);
        /// Hidden layers.
        layers: usize = 2, Domain::Within(1, 8);
        /// Where the energy density is taken.
        sampling: Sampling = Sampling::Midpoints, Domain::OfType;
        /// Midpoint cells of an edge; for `sampling: 'midpoints'`.
        cells: usize = 99, Domain::Within(1, 512);
        /// Points of an evaluation; for `sampling: 'random'`.
        points: usize = 5000, Domain::Within(1, 134_217_728);
        /// Whether every evaluation draws points of its own; for `sampling: 'random'`.
        resample: bool = true, Domain::OfType;
        /// Seed of the starting point and of the random points.
        seed: usize = 0, Domain::Within(0, LAST_INDEX);
    }
}

/// Linear elasticity of the unit cube by the deep Ritz method: the displacement is a neural network, and its potential energy is
/// minimised over the network's parameters. Everything is without units.
///
/// ```text
/// u(x) = x_3 n(x),   n = W_L a_L,   a_l = tanh(W_l a_{l-1} + b_l),   a_0 = x     (so u = 0 at x_3 = 0)
/// e = (grad u + grad u')/2,   s = lambda tr(e) I + 2 mu e,   lambda = mu = 2/5   (E = 1, nu = 1/4)
/// J = mean over the points of  e:s/2 - f.u,   f = 10 (-(x_2 - 1/2), x_1 - 1/2, 0)
/// ```
/// The mean stands for the integral, as the volume is 1: at the midpoints of `cells^3` cubes the error is of second order in `1/cells`,
/// at `points` random points it is that of Monte Carlo. The parameters are, layer by layer, the weights (one row for each output) and
/// the biases; the last layer has no biases.
///
/// The gradient is the exact derivative of the discrete value. Points that are not finite, or have a component beyond 1e100, give NaN;
/// so does a network whose derivatives overflow. Equal points (and equal draws) give equal bits, whatever the number of threads;
/// processors with other registers round differently.
///
/// The starting point is random, every weight and bias of a layer uniform within `1/sqrt(inputs)`. Random points are those of the ChaCha8
/// generator: key from the seed, stream the draw, position the point. A draw is thus known by its index, and can be repeated.
///
/// Cost of an evaluation: about `13 hidden^2 (layers - 1) + 10 hidden` multiply-adds and `hidden layers` hyperbolic tangents a point, spread
/// over the threads of rayon. It allocates nothing of its own when warm. Memory: some tiles of 32 points and 8 sums for each parameter
/// a thread, and up to 256 sums of each parameter; nothing that grows with the number of points.
///
/// Source: Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513.
pub struct DeepElasticity {
    options: DeepElasticityOptions,
    network: Network,
    sample: Sample,
    panels: Panels,
    /// Workspaces that no thread is using.
    idle: Mutex<Vec<Workspace>>,
    /// Sums of every block of tiles.
    sums: Vec<f64>,
    blocks: usize,
}

/// Tiles that a block has at least, so that joining its sums costs little.
const MIN_TILES: usize = 8;
/// Blocks at most, and sums of all of them at most. Blocks depend on sizes alone: the result does not know the threads.
const MAX_BLOCKS: usize = 256;
const MAX_SUMS: usize = 1 << 22;

impl DeepElasticity {
    /// Errors: `Argument` for an option outside its domain.
    pub fn new(options: &DeepElasticityOptions) -> Result<Self> {
        Options::check(options, "")?;
        let network = Network {
            hidden: options.hidden,
            depth: options.layers,
        };
        let sample = match options.sampling {
            Sampling::Midpoints => Sample::midpoints(options.cells),
            Sampling::Random => Sample::random(options.points, options.seed),
        };
        let most = (MAX_SUMS / (network.dimension() + 1)).min(MAX_BLOCKS);
        let blocks = (sample.len().div_ceil(POINTS) / MIN_TILES).clamp(1, most);
        Ok(Self {
            options: options.clone(),
            network,
            sample,
            panels: Panels::default(),
            idle: Mutex::default(),
            sums: vec![0.0; blocks * (network.dimension() + 1)],
            blocks,
        })
    }

    /// Index of the sample that the next evaluation draws; 0 with midpoints.
    pub fn draw(&self) -> u64 {
        match self.sample {
            Sample::Midpoints(_) => 0,
            Sample::Random { draw, .. } => draw,
        }
    }

    /// Sets the sample that the next evaluation draws, so that a resumed run sees the points of the one before. Errors: `Argument` for
    /// another index than 0 with midpoints.
    pub fn set_draw(&mut self, index: usize) -> Result<()> {
        match &mut self.sample {
            Sample::Midpoints(_) => index.check("draw", &Domain::Within(0, 0)),
            Sample::Random { draw, .. } => {
                index.check("draw", &Domain::Within(0, LAST_INDEX))?;
                *draw = index as u64;
                Ok(())
            }
        }
    }

    /// Displacement at `points`, both n x 3 and row-major; NaN where parameters or points are outside of the domain.
    pub fn displacement(&mut self, parameters: &[f64], points: &[f64]) -> Vec<f64> {
        self.look(parameters, points).0
    }

    /// Strain energy density `e:s/2` at `points`, n x 3 and row-major; NaN as for the displacement.
    pub fn energy_density(&mut self, parameters: &[f64], points: &[f64]) -> Vec<f64> {
        self.look(parameters, points).1
    }

    fn look(&mut self, parameters: &[f64], points: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut displacement = vec![f64::NAN; points.len()];
        let mut density = vec![f64::NAN; points.len() / SPACE];
        if in_domain(parameters) {
            self.panels.pack(self.network, parameters);
            let (weights, idle, arch) = (self.weights(parameters), &self.idle, pulp::Arch::new());
            let tiles = points.par_chunks(SPACE * POINTS).zip(displacement.par_chunks_mut(SPACE * POINTS));
            tiles
                .zip(density.par_chunks_mut(POINTS))
                .for_each(|((points, displacement), density)| {
                    borrow(idle, self.network, |work| {
                        arch.dispatch(Look {
                            weights,
                            points,
                            work,
                            displacement,
                            density,
                        });
                    });
                });
        }
        (displacement, density)
    }

    fn weights<'a>(&'a self, parameters: &'a [f64]) -> Weights<'a> {
        Weights {
            network: self.network,
            parameters,
            panels: &self.panels,
        }
    }
}

/// Numbers of which sums and products over a layer stay finite.
fn in_domain(numbers: &[f64]) -> bool {
    numbers.iter().all(|v| v.abs() <= 1e100)
}

/// Lends a workspace; there are as many as threads ever worked at once.
fn borrow(idle: &Mutex<Vec<Workspace>>, network: Network, body: impl FnOnce(&mut Workspace)) {
    let pool = || idle.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = pool().pop();
    let mut work = kept.unwrap_or_else(|| Workspace::new(network));
    body(&mut work);
    pool().push(work);
}

impl Problem for DeepElasticity {
    fn name(&self) -> &str {
        "deep-elasticity"
    }
    fn dimension(&self) -> usize {
        self.network.dimension()
    }
    fn start(&self) -> Vec<f64> {
        let mut generator = ChaCha8Rng::seed_from_u64(self.options.seed as u64);
        // No draw has this index.
        generator.set_stream(u64::MAX);
        let mut start = Vec::with_capacity(self.dimension());
        for layer in 0..=self.network.depth {
            let bound = 1.0 / (self.network.inputs(layer) as f64).sqrt();
            let end = if layer < self.network.depth {
                self.network.weights(layer + 1)
            } else {
                self.dimension()
            };
            start.extend((start.len()..end).map(|_| bound * (2.0 * uniform(&mut generator) - 1.0)));
        }
        start
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let value = if in_domain(point) {
            let mut sums = std::mem::take(&mut self.sums);
            {
                let _span = span("pack").moved(16 * point.len());
                self.panels.pack(self.network, point);
            }
            let value = self.integrate(point, gradient, &mut sums);
            self.sums = sums;
            value
        } else {
            gradient.fill(f64::NAN);
            f64::NAN
        };
        if let (Sample::Random { draw, .. }, true) = (&mut self.sample, self.options.resample) {
            *draw = draw.wrapping_add(1);
        }
        value
    }
}

impl DeepElasticity {
    /// Every block by itself, then their sums in the order of the blocks.
    fn integrate(&self, parameters: &[f64], gradient: &mut [f64], sums: &mut [f64]) -> f64 {
        let (tiles, blocks, arch) = (self.sample.len().div_ceil(POINTS), self.blocks, pulp::Arch::new());
        let (weights, sample) = (self.weights(parameters), &self.sample);
        let size = self.dimension() + 1;
        let sweep = span("sweep");
        sums.par_chunks_mut(size).enumerate().for_each(|(block, sums)| {
            borrow(&self.idle, self.network, |work| {
                arch.dispatch(Block {
                    weights,
                    sample,
                    tiles: block * tiles / blocks..(block + 1) * tiles / blocks,
                    work,
                    sums,
                });
            });
        });
        drop(sweep);
        let _span = span("sum").moved(8 * sums.len()).computed(sums.len());
        let (total, rest) = sums.split_at_mut(size);
        for block in rest.chunks_exact(size) {
            total.iter_mut().zip(block).for_each(|(sum, v)| *sum += v);
        }
        let count = self.sample.len() as f64;
        total.iter_mut().for_each(|sum| *sum /= count);
        gradient.copy_from_slice(&total[..size - 1]);
        total[size - 1]
    }
}

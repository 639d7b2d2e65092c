//! A block of tiles, one after the other: forward through the layers, energy, back through the layers.
use pulp::{Simd, WithSimd};

use super::elastic::{Energy, View};
use super::kernels::{Activate, Deactivate, FirstAdjoint, FirstLayer, Outer, POINTS, Product, WIDTH};
use super::network::{Network, Panels, SPACE};
use super::sampling::Sample;

/// Lanes of the widest register: room for a sum of each lane.
const LANES: usize = 8;

/// Numbers on a cache line's border, as the widest loads want them.
struct Buffer {
    data: Vec<f64>,
    start: usize,
    length: usize,
}

impl Buffer {
    const LINE: usize = 64;

    fn new(length: usize) -> Self {
        let data = vec![0.0; length + Self::LINE / size_of::<f64>()];
        let start = data.as_ptr().align_offset(Self::LINE).min(data.len() - length);
        Self { data, start, length }
    }
}

impl std::ops::Deref for Buffer {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        &self.data[self.start..][..self.length]
    }
}

impl std::ops::DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f64] {
        &mut self.data[self.start..][..self.length]
    }
}

/// What one thread computes in: the rows of one tile, and sums over a block of tiles.
pub(super) struct Workspace {
    points: Buffer,
    mask: Buffer,
    /// Activations of every hidden layer.
    layers: Vec<Buffer>,
    output: Buffer,
    output_adjoint: Buffer,
    /// Adjoints of a hidden layer and of the one before it.
    adjoints: [Buffer; 2],
    /// For every parameter, then for the energy, one sum each lane.
    sums: Buffer,
}

impl Workspace {
    pub fn new(network: Network) -> Self {
        let hidden = || Buffer::new(network.hidden * WIDTH);
        Self {
            points: Buffer::new(SPACE * POINTS),
            mask: Buffer::new(POINTS),
            layers: (0..network.depth).map(|_| hidden()).collect(),
            output: Buffer::new(SPACE * WIDTH),
            output_adjoint: Buffer::new(SPACE * WIDTH),
            adjoints: [hidden(), hidden()],
            sums: Buffer::new((network.dimension() + 1) * LANES),
        }
    }
}

/// What all threads read.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a> {
    pub network: Network,
    pub parameters: &'a [f64],
    pub panels: &'a Panels,
}

impl Weights<'_> {
    fn biases(&self, layer: usize) -> &[f64] {
        &self.parameters[self.network.biases(layer)..][..self.network.outputs(layer)]
    }

    /// The network's output at the points of the workspace, and the activations on the way.
    #[inline(always)]
    fn forward<S: Simd>(&self, simd: S, work: &mut Workspace) {
        simd.vectorize(FirstLayer {
            weights: &self.parameters[..self.network.biases(0)],
            biases: self.biases(0),
            points: &work.points,
            output: &mut work.layers[0],
        });
        for layer in 1..self.network.depth {
            let (before, rest) = work.layers.split_at_mut(layer);
            simd.vectorize(Product {
                panels: self.panels.forward(self.network, layer),
                input: &before[layer - 1],
                output: &mut rest[0],
            });
            simd.vectorize(Activate {
                biases: self.biases(layer),
                rows: &mut rest[0],
            });
        }
        simd.vectorize(Product {
            panels: self.panels.forward(self.network, self.network.depth),
            input: &work.layers[self.network.depth - 1],
            output: &mut work.output,
        });
    }

    /// Adds the derivatives by all parameters, given the adjoints of the output.
    #[inline(always)]
    fn backward<S: Simd>(&self, simd: S, work: &mut Workspace) {
        let network = self.network;
        let Workspace {
            adjoints, sums, layers, ..
        } = work;
        let [here, before] = adjoints;
        let (mut here, mut before) = (here, before);
        for layer in (1..=network.depth).rev() {
            let (left, activations) = (
                if layer == network.depth { &work.output_adjoint } else { &*here },
                &layers[layer - 1],
            );
            simd.vectorize(Outer {
                left,
                right: activations,
                sums: &mut sums[network.weights(layer) * S::F64_LANES..network.biases(layer) * S::F64_LANES],
            });
            simd.vectorize(Product {
                panels: self.panels.backward(network, layer),
                input: left,
                output: before,
            });
            std::mem::swap(&mut here, &mut before);
            if layer > 1 {
                simd.vectorize(Deactivate {
                    activations,
                    adjoints: here,
                    biases: &mut sums[network.biases(layer - 1) * S::F64_LANES..][..network.hidden * S::F64_LANES],
                });
            }
        }
        let (weights, rest) = sums.split_at_mut(network.biases(0) * S::F64_LANES);
        simd.vectorize(FirstAdjoint {
            points: &work.points,
            activations: &layers[0],
            adjoints: here,
            weights,
            biases: &mut rest[..network.hidden * S::F64_LANES],
        });
    }
}

/// Sums over the points of some tiles: derivatives by the parameters, then the energy.
pub(super) struct Block<'a> {
    pub weights: Weights<'a>,
    pub sample: &'a Sample,
    pub tiles: std::ops::Range<usize>,
    pub work: &'a mut Workspace,
    pub sums: &'a mut [f64],
}

impl WithSimd for Block<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (work, energy) = (self.work, self.weights.network.dimension() * S::F64_LANES);
        work.sums.fill(0.0);
        for tile in self.tiles {
            self.sample.fill(tile, &mut work.points, &mut work.mask);
            self.weights.forward(simd, work);
            simd.vectorize(Energy {
                points: &work.points,
                mask: &work.mask,
                output: &work.output,
                adjoints: &mut work.output_adjoint,
                sums: &mut work.sums[energy..],
            });
            self.weights.backward(simd, work);
        }
        for (sum, lanes) in self.sums.iter_mut().zip(S::as_simd_f64s(&work.sums).0) {
            *sum = simd.reduce_sum_f64s(*lanes);
        }
    }
}

/// Displacements and strain energy densities at up to `POINTS` points given as rows of three.
pub(super) struct Look<'a> {
    pub weights: Weights<'a>,
    pub points: &'a [f64],
    pub work: &'a mut Workspace,
    pub displacement: &'a mut [f64],
    pub density: &'a mut [f64],
}

impl WithSimd for Look<'_> {
    type Output = ();
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let work = self.work;
        work.points.fill(0.0);
        for (p, point) in self.points.chunks_exact(SPACE).enumerate() {
            (0..SPACE).for_each(|k| work.points[k * POINTS + p] = point[k]);
        }
        self.weights.forward(simd, work);
        simd.vectorize(View {
            points: &work.points,
            output: &work.output,
            displacement: &mut work.output_adjoint[..SPACE * POINTS],
            density: &mut work.mask,
        });
        let found = self.displacement.chunks_exact_mut(SPACE).zip(self.density);
        for (p, (point, (u, density))) in self.points.chunks_exact(SPACE).zip(found).enumerate() {
            let valid = super::in_domain(point);
            let or_nan = |v: f64| if valid { v } else { f64::NAN };
            (0..SPACE).for_each(|i| u[i] = or_nan(work.output_adjoint[i * POINTS + p]));
            *density = or_nan(work.mask[p]);
        }
    }
}

//! Shape of the network, and its weights in the order in which the kernels read them.
use super::kernels::PANEL;

/// Coordinates of a point, components of a displacement.
pub(super) const SPACE: usize = 3;

/// `3 - hidden - ... - hidden - 3`, the last layer without bias.
#[derive(Debug, Clone, Copy)]
pub(super) struct Network {
    pub hidden: usize,
    /// Hidden layers; layer `depth` is the last one.
    pub depth: usize,
}

impl Network {
    pub fn inputs(self, layer: usize) -> usize {
        if layer == 0 { SPACE } else { self.hidden }
    }

    pub fn outputs(self, layer: usize) -> usize {
        if layer == self.depth { SPACE } else { self.hidden }
    }

    /// First parameter of a layer: weights, one row for each output, then biases.
    pub fn weights(self, layer: usize) -> usize {
        match layer {
            0 => 0,
            _ => self.hidden * (SPACE + 1) + (layer - 1) * self.hidden * (self.hidden + 1),
        }
    }

    pub fn biases(self, layer: usize) -> usize {
        self.weights(layer) + self.outputs(layer) * self.inputs(layer)
    }

    pub fn dimension(self) -> usize {
        self.biases(self.depth)
    }
}

/// Weights of the layers behind the first one and their transposes, in panels: `PANEL` rows side by side, column after column. What
/// is left of the rows makes a narrower panel.
#[derive(Default)]
pub(super) struct Panels {
    forward: Vec<f64>,
    backward: Vec<f64>,
}

impl Panels {
    /// Takes the weights over; allocates the first time only.
    pub fn pack(&mut self, network: Network, parameters: &[f64]) {
        self.forward.clear();
        self.backward.clear();
        for layer in 1..=network.depth {
            let (rows, columns) = (network.outputs(layer), network.inputs(layer));
            let w = &parameters[network.weights(layer)..network.biases(layer)];
            pack(&mut self.forward, rows, columns, |i, j| w[i * columns + j]);
            pack(&mut self.backward, columns, rows, |i, j| w[j * columns + i]);
        }
    }

    pub fn forward(&self, network: Network, layer: usize) -> &[f64] {
        &self.forward[range(network, layer)]
    }

    pub fn backward(&self, network: Network, layer: usize) -> &[f64] {
        &self.backward[range(network, layer)]
    }
}

fn range(network: Network, layer: usize) -> std::ops::Range<usize> {
    let start = (layer - 1) * network.hidden * network.hidden;
    start..start + network.outputs(layer) * network.inputs(layer)
}

fn pack(to: &mut Vec<f64>, rows: usize, columns: usize, entry: impl Fn(usize, usize) -> f64) {
    for first in (0..rows).step_by(PANEL) {
        for column in 0..columns {
            to.extend((first..rows.min(first + PANEL)).map(|row| entry(row, column)));
        }
    }
}

//! Energies of fields on the unit square, `k^2` inner nodes of a square grid of width `h = 1/(k+1)`, row by row.
use std::f64::consts::PI;

use super::dual::Dual;

/// Nodes of an edge.
fn edge(x: &[f64]) -> usize {
    x.len().isqrt()
}

/// Bratu: `sum over edges (du)^2 / 2 - 3 h^2 sum exp(u)`, `u = 0` on the boundary. From `u = 5` on the exponential goes on as its tangent,
/// without which the energy would not be bounded below.
pub(super) fn bratu(x: &[f64], g: &mut [f64]) -> f64 {
    const LAST: f64 = 5.0;
    let k = edge(x);
    let source = 3.0 / ((k + 1) * (k + 1)) as f64;
    let mut value = 0.0;
    for (node, &u) in x.iter().enumerate() {
        let (row, column) = (node / k, node % k);
        let neighbour = |inside: bool, place: usize| if inside { x[place] } else { 0.0 };
        let above = neighbour(row > 0, node.wrapping_sub(k));
        let below = neighbour(row + 1 < k, node + k);
        let left = neighbour(column > 0, node.wrapping_sub(1));
        let right = neighbour(column + 1 < k, node + 1);
        let slope = u.min(LAST).exp();
        g[node] = 4.0 * u - above - below - left - right - source * slope;
        // Every edge once: those to the left and above, and those to the boundary below and to the right.
        value += 0.5 * ((u - above).powi(2) + (u - left).powi(2)) - source * slope * (1.0 + (u - LAST).max(0.0));
        value += 0.5 * (if row + 1 == k { u * u } else { 0.0 } + if column + 1 == k { u * u } else { 0.0 });
    }
    value
}

/// Area of the surface of two triangles a cell; boundary values `sin(2 pi s)`, its negative, its square and its half on the four sides.
pub(super) fn minimal_surface(x: &[f64], g: &mut [f64]) -> f64 {
    let k = edge(x);
    let h = ((k + 1) as f64).recip();
    let wave = |i: usize| (2.0 * PI * i as f64 * h).sin();
    let height = |row: usize, column: usize| match (row, column) {
        (row, 0) => 0.5 * wave(row),
        (row, column) if column == k + 1 => wave(row).powi(2),
        (0, column) => wave(column),
        (row, column) if row == k + 1 => -wave(column),
        (row, column) => x[(row - 1) * k + column - 1],
    };
    g.fill(0.0);
    let mut value = 0.0;
    let mut triangle = |places: [(usize, usize); 3]| {
        let [corner, b, c]: [Dual<3>; 3] = std::array::from_fn(|i| Dual::variable(height(places[i].0, places[i].1), i));
        let slopes = (b - corner).square() + (c - corner).square();
        let area = 0.5 * h * h * ((1.0 / (h * h)) * slopes + 1.0).sqrt();
        value += area.value;
        for ((row, column), slope) in places.into_iter().zip(area.gradient) {
            if (1..=k).contains(&row) && (1..=k).contains(&column) {
                g[(row - 1) * k + column - 1] += slope;
            }
        }
    };
    for row in 0..=k {
        for column in 0..=k {
            triangle([(row, column), (row + 1, column), (row, column + 1)]);
            triangle([(row + 1, column + 1), (row, column + 1), (row + 1, column)]);
        }
    }
    value
}

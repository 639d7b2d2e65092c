//! What is decided before anything is computed: the truth, the number of times, what of the histories is kept.
use super::correlation::Correlation;
use super::history::History;
use super::mesh::TriangleMesh;
use super::system::{Sizes, element};
use super::{AcousticInverseOptions, MassMatrix};
use lgf_core::error::{Error, Result};

/// Slowness from which on the scheme is stable with the default number of times, on other meshes than the published one.
const STABLE: f64 = 0.25;

/// `1 + 2 y` at the centroids.
pub fn true_slowness(mesh: &TriangleMesh) -> Result<Vec<f64>> {
    let slowness = |corners: &[u32; 3]| 1.0 + 2.0 * (corners.iter().map(|&c| mesh.nodes[c as usize][1]).sum::<f64>() / 3.0);
    let slowness: Vec<f64> = mesh.triangles.iter().map(slowness).collect();
    match slowness.iter().position(|s| *s <= 0.0) {
        None => Ok(slowness),
        Some(e) => Err(Error::argument_error(
            &format!("mesh.triangles.{e}"),
            "a centroid at or below y = -1/2",
            "a positive slowness 1 + 2 y",
        )),
    }
}

/// The number of times: as told, as published, or by the bound `dt^2 lambda <= 4` with a bound of `lambda` by triangles.
pub fn times(options: &AcousticInverseOptions, mesh: &TriangleMesh, published: Option<usize>) -> Result<usize> {
    if let Some(times) = options.times.or(published) {
        return Ok(times);
    }
    let steps = (options.end_time * 0.5 * (stiffest(mesh, options.mass) / STABLE).sqrt()).ceil();
    if steps < 16_777_216.0 {
        return Ok((steps as usize + 1).max(300));
    }
    Err(Error::argument_error(
        "endTime",
        options.end_time,
        format!("a time that fewer than 2^24 stable steps reach; this one takes {steps:e}"),
    ))
}

/// The largest eigenvalue of `K_e x = lambda M_e x` over all triangles at slowness 1, both restricted to the free corners.
pub fn stiffest(mesh: &TriangleMesh, mass: MassMatrix) -> f64 {
    let mut free = vec![true; mesh.nodes.len()];
    mesh.fixed_nodes.iter().for_each(|&node| free[node as usize] = false);
    let largest = |corners: &[u32; 3]| {
        let (area, k) = element(corners.map(|c| mesh.nodes[c as usize]));
        let corners: Vec<usize> = (0..3).filter(|&i| free[corners[i] as usize]).collect();
        // M_e = weight (I + 1 1') or weight I; the two-by-two minors of K_e are 1/4.
        let (weight, coupled) = match mass {
            MassMatrix::Consistent => (area / 12.0, 1.0),
            MassMatrix::Lumped => (area / 3.0, 0.0),
        };
        // Largest root of x^2 - sum x + product.
        let root = |sum: f64, product: f64| 0.5 * (sum + (sum * sum - 4.0 * product).max(0.0).sqrt()) / weight;
        match corners[..] {
            [i] => k[i][i] / (weight * (1.0 + coupled)),
            [i, j] => {
                let determinant = 1.0 + 2.0 * coupled;
                let trace = ((1.0 + coupled) * (k[i][i] + k[j][j]) - 2.0 * coupled * k[i][j]) / determinant;
                root(trace, 0.25 / determinant)
            }
            // On vectors with mean 0, which both matrices keep among themselves.
            [_, _, _] => root(k[0][0] + k[1][1] + k[2][2], 0.75),
            _ => 0.0,
        }
    };
    mesh.triangles.iter().map(largest).fold(0.0, f64::max)
}

/// Room for the histories, and whether the data are computed again.
pub struct Histories {
    pub state: History,
    pub data: History,
    pub data_again: bool,
}

/// The fastest way that fits: both kept; the states from checkpoints; both from checkpoints. `matrices` are the bytes of the matrices
/// without factors.
pub fn histories(options: &AcousticInverseOptions, mesh: &TriangleMesh, times: usize, sizes: &Sizes, matrices: usize) -> Result<Histories> {
    let (whole, short) = (times - 2, History::shortest(times));
    let mut needed = usize::MAX;
    for (state, data) in [(whole, whole), (short, whole), (short, short)] {
        let data_again = data < whole;
        let bytes = || {
            let histories = History::size(sizes.free, times, state)?.checked_add(History::size(sizes.free, times, data)?)?;
            histories.checked_mul(8)?.checked_add(fixed(mesh, sizes, matrices, data_again)?)
        };
        needed = needed.min(bytes().unwrap_or(usize::MAX));
        if bytes().is_some_and(|bytes| bytes <= options.memory_limit)
            && let (Some(state), Some(data)) = (History::new(sizes.free, times, state), History::new(sizes.free, times, data))
        {
            return Ok(Histories { state, data, data_again });
        }
    }
    Err(Error::argument_error(
        "memoryLimit",
        options.memory_limit,
        format!("at least {needed} for this mesh and number of times"),
    ))
}

/// Bytes of everything but the histories.
fn fixed(mesh: &TriangleMesh, sizes: &Sizes, matrices: usize, data_again: bool) -> Option<usize> {
    let (free, factor) = (sizes.free, usize::try_from(sizes.factor).ok()?);
    let triangles = mesh.triangles.len();
    // Pattern by rows and columns with the map between them; values twice a factor.
    let factors = factor.checked_mul(12 + 16 * if data_again { 2 } else { 1 })?;
    // The lower triangle has at most `free` diagonal entries and 3 pairs a triangle.
    let pairs = free + 3 * triangles;
    let rest = 16 * mesh.nodes.len() + 32 * triangles + 64 * free + 8 * pairs + Correlation::bytes(free, pairs);
    factors.checked_add(matrices)?.checked_add(rest)
}

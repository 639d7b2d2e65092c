//! Stiffest structures of a given volume: topology optimization by densities (SIMP). Derivations: `docs/design/topology.md`.
mod design;
pub(crate) mod elasticity;
mod filter;
mod options;
mod parallel;
mod presets;
mod structure;

pub use filter::FilterKind;
pub use options::{DesignDirection, SolverKind, TopologyOptions, Variables};
pub use presets::{Preset2d, Preset3d};
pub use structure::{Load, Place, Region, Structure, Support};

use design::Design;
use elasticity::multigrid::{Energies, Multigrid};
use elasticity::{Direct, Elasticity, Grid};
use filter::Filter;
use lgf_core::error::{Error, Result};
use lgf_core::problem::Problem;
use lgf_core::profile::span;
use options::check;
use parallel::{BLOCK, fill, pieces, sum};
use serde::{Deserialize, Serialize};

/// Elements of the largest problem: beyond, memory would not do.
const MOST_ELEMENTS: usize = 1 << 25;
/// Plane problems of up to so many elements are solved directly unless the user says otherwise.
const DIRECT: usize = 4096;
/// Share of a change of the compliance that a solver may leave, and the bounds of it.
const SHARE: f64 = 0.01;
const FINEST: f64 = 1e-10;
const COARSEST: f64 = 1e-5;
/// Densities this close to solid and void count as such for the direction of the optimality criteria.
const GONE: f64 = 1e-5;
/// Largest entry of the direction of the optimality criteria.
const MOVE: f64 = 0.6;

/// Compliances of the last evaluations, newest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Memory {
    compliances: [Option<f64>; 2],
}

impl Memory {
    fn keep(&mut self, compliance: Option<f64>) {
        self.compliances = [compliance, self.compliances[0]];
    }

    /// Relative error that does not hide what changes from evaluation to evaluation.
    fn accuracy(&self) -> f64 {
        match self.compliances {
            [Some(new), Some(old)] => (SHARE * (new / old).ln().abs()).clamp(FINEST, COARSEST),
            _ => COARSEST,
        }
    }
}

/// What an evaluation came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignMeasures {
    /// `Σ fᵀu` over the load cases.
    pub compliance: f64,
    /// Volume by that of the design domain.
    pub volume: f64,
    /// Mean of `4 ρ (1 - ρ)`: 0 of solid and void.
    pub greyness: f64,
    /// Iterations of the solver; 0 of a direct one.
    pub solver_iterations: usize,
    /// Relative error of the compliance, as the solver estimates it.
    pub solver_error: f64,
}

/// The stiffest structure of a given volume.
pub struct Topology {
    options: TopologyOptions,
    name: &'static str,
    grid: Grid,
    loads: Vec<Vec<f64>>,
    design: Design,
    sensitivity: Option<filter::Cone>,
    solver: Box<dyn Elasticity>,
    states: Vec<Vec<f64>>,
    moduli: Vec<f64>,
    energies: Vec<f64>,
    slopes: Vec<f64>,
    last: Option<DesignMeasures>,
    memory: Memory,
    /// What a change of each latent variable did to its density where the last evaluation was; empty where there is none.
    weights: Vec<f64>,
}

impl Topology {
    /// Two or three numbers of elements.
    ///
    /// # Errors
    /// [`Error::Argument`] naming an option, `size`, or what of the structure makes no sense.
    pub fn new(size: &[usize], structure: &Structure, options: &TopologyOptions) -> Result<Self> {
        check(options)?;
        let (least, most) = (1, MOST_ELEMENTS);
        let sensible = matches!(size.len(), 2 | 3)
            && size.iter().all(|&n| n >= least)
            && size
                .iter()
                .try_fold(1, |p: usize, &n| p.checked_mul(n))
                .is_some_and(|n| (2..=most).contains(&n));
        if !sensible {
            return Err(Error::argument_error(
                "size",
                format!("{size:?}"),
                format!("2 or 3 positive integers, at most {most} elements in all"),
            ));
        }
        let grid = Grid::new(size);
        structure.check(&grid)?;
        let longest = size.iter().copied().max().unwrap_or(1) as f64;
        let radius = options.filter_radius.unwrap_or((0.04 * longest).max(1.5));
        let fixed = structure.fixed(&grid);
        let design = Design::new(
            Filter::new(options.filter, &grid, radius),
            options.projection(),
            structure.passive(&grid),
        );
        let least = design.least_volume();
        if options.volume_fraction <= least {
            return Err(Error::argument_error(
                "volumeFraction",
                options.volume_fraction,
                format!("more than {least}, the share of given solid elements, and less than 1"),
            ));
        }
        let direct = match options.solver {
            SolverKind::Direct => true,
            SolverKind::Multigrid => false,
            SolverKind::Auto => size.len() == 2 && grid.element_count() <= DIRECT,
        };
        let solver: Box<dyn Elasticity> = if direct {
            Box::new(Direct::new(grid, &fixed, options.poisson))
        } else {
            Box::new(Multigrid::new(grid, &fixed, options.poisson))
        };
        let loads = structure
            .loads(&grid)
            .into_iter()
            .map(|mut load| {
                load.iter_mut().zip(&fixed).for_each(|(load, fixed)| {
                    if *fixed {
                        *load = 0.0
                    }
                });
                load
            })
            .collect::<Vec<_>>();
        let room = || vec![0.0; grid.element_count()];
        Ok(Self {
            name: if size.len() == 2 { "topology2d" } else { "topology3d" },
            states: vec![vec![0.0; grid.unknown_count()]; loads.len()],
            loads,
            design,
            sensitivity: (options.filter == FilterKind::Sensitivity).then(|| filter::Cone::new(&grid, radius)),
            solver,
            grid,
            moduli: room(),
            energies: room(),
            slopes: room(),
            last: None,
            memory: Memory::default(),
            weights: Vec::new(),
            options: options.clone(),
        })
    }

    /// What the last evaluation came to.
    pub fn last(&self) -> Option<DesignMeasures> {
        self.last
    }

    /// Elements along each axis.
    pub fn size(&self) -> Vec<usize> {
        self.grid.elements()[..self.grid.dimension()].to_vec()
    }

    /// Number of load cases.
    pub fn load_cases(&self) -> usize {
        self.loads.len()
    }

    /// Densities at a point.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `x` outside of the domain.
    pub fn density(&mut self, point: &[f64]) -> Result<Vec<f64>> {
        self.set(point).ok_or_else(|| outside(point))?;
        Ok(self.design.density.clone())
    }

    /// Displacements at a point under one load case, `dimension` numbers a node.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `x` outside of the domain.
    pub fn displacement(&mut self, point: &[f64], load_case: usize) -> Result<Vec<f64>> {
        // A look changes nothing of what a run goes on from.
        let kept = (self.states.clone(), self.memory, self.last);
        let solved = self.set(point).and_then(|()| self.solve());
        let states = std::mem::replace(&mut self.states, kept.0);
        (self.memory, self.last) = (kept.1, kept.2);
        solved.ok_or_else(|| outside(point))?;
        let (state, nodes, dimension) = (&states[load_case], self.grid.node_count(), self.grid.dimension());
        Ok((0..state.len()).map(|i| state[(i % dimension) * nodes + i / dimension]).collect())
    }

    /// Sharpness of the projection.
    pub fn sharpness(&self) -> f64 {
        self.options.sharpness
    }

    /// Another sharpness of the projection: another objective.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `sharpness`, where variables are densities too.
    pub fn set_sharpness(&mut self, sharpness: f64) -> Result<()> {
        let options = TopologyOptions {
            sharpness,
            ..self.options.clone()
        };
        check(&options)?;
        self.options = options;
        self.design.set_projection(self.options.projection());
        Ok(())
    }

    /// Derivative of the volume by the variables, where these are densities.
    pub fn volume_weights(&self) -> &[f64] {
        self.design.volume_weights()
    }

    /// What `volume_weights` times the variables may be at most, where these are densities: given solid elements take their share first.
    pub fn volume_limit(&self) -> f64 {
        self.options.volume_fraction - self.design.given()
    }

    fn set(&mut self, point: &[f64]) -> Option<()> {
        let _span = span("filter");
        match self.options.variables {
            Variables::Latent => self.design.latent(point, self.options.volume_fraction),
            Variables::Density => {
                let sound = point.iter().all(|x| (-1e-12..=1.0 + 1e-12).contains(x));
                sound.then(|| {
                    self.design.raw.copy_from_slice(point);
                    self.design.forward();
                })
            }
        }
    }

    /// The value, and `∂c/∂ρ` to `slopes`.
    fn solve(&mut self) -> Option<f64> {
        let TopologyOptions {
            penalty,
            min_modulus,
            accuracy,
            warm_start,
            ..
        } = self.options;
        let density = &self.design.density;
        fill(&mut self.moduli, 16, |e| {
            min_modulus + density[e].powf(penalty) * (1.0 - min_modulus)
        });
        if !warm_start {
            self.states.iter_mut().for_each(|state| state.fill(0.0));
        }
        let solving = span("solve");
        let accuracy = accuracy.unwrap_or_else(|| self.memory.accuracy());
        let solve = self.solver.solve(&self.moduli, &self.loads, &mut self.states, accuracy);
        drop(solving);
        let (elements, unknowns) = (self.grid.element_count(), self.grid.unknown_count());
        let _span = span("sensitivity").moved(8 * self.loads.len() * (unknowns + 2 * elements));
        let energies = Energies::new(self.grid, self.options.poisson);
        for (case, state) in self.states.iter().enumerate() {
            if case == 0 {
                energies.fill(state, &mut self.energies);
            } else {
                energies.add(state, 1.0, &mut self.energies);
            }
        }
        let work: f64 = self
            .loads
            .iter()
            .zip(&self.states)
            .map(|(f, u)| sum(f.len(), |i| f[i] * u[i]))
            .sum();
        let stored = sum(self.moduli.len(), |e| self.moduli[e] * self.energies[e]);
        // The error of this is of second order in that of the displacements.
        let compliance = 2.0 * work - stored;
        let energies = &self.energies;
        fill(&mut self.slopes, 16, |e| {
            -penalty * density[e].powf(penalty - 1.0) * (1.0 - min_modulus) * energies[e]
        });
        let sound = solve.converged && compliance.is_finite() && compliance > 0.0;
        self.last = sound.then(|| DesignMeasures {
            compliance,
            volume: self.design.volume(),
            greyness: self.design.greyness(),
            solver_iterations: solve.iterations,
            solver_error: solve.error,
        });
        self.memory.keep(sound.then_some(compliance));
        if !sound {
            self.states.iter_mut().for_each(|state| state.fill(0.0));
        }
        sound.then_some(compliance)
    }

    fn direction(&mut self, compliance: f64, out: &mut [f64]) {
        let _span = span("direction");
        self.design.back(&self.slopes, out);
        let raw = &self.design.raw;
        if let Some(cone) = &mut self.sensitivity {
            // Sigmund 1997: means of x times the derivative, by x.
            self.energies
                .iter_mut()
                .zip(raw.iter().zip(&self.slopes))
                .for_each(|(e, (x, s))| *e = x * s);
            cone.apply(&self.energies, out);
            out.iter_mut().zip(raw).for_each(|(out, x)| *out /= x.max(1e-3));
        }
        let scale = if self.options.logarithm { 1.0 / compliance } else { 1.0 };
        match self.options.variables {
            Variables::Density => out.iter_mut().for_each(|out| *out *= scale),
            Variables::Latent => {
                let weights = self.design.volume_weights();
                let slope = |i: usize| raw[i] * (1.0 - raw[i]);
                let (given, volume) = (sum(out.len(), |i| out[i] * slope(i)), sum(out.len(), |i| weights[i] * slope(i)));
                let multiplier = given / volume;
                let direction = self.options.direction;
                pieces(out, BLOCK, 4 * raw.len(), |piece, out| {
                    for (i, out) in (piece * BLOCK..).zip(out) {
                        *out = match direction {
                            DesignDirection::Mirror => scale * (*out - multiplier * weights[i]),
                            DesignDirection::Gradient => scale * (*out - multiplier * weights[i]) * slope(i),
                            DesignDirection::Criteria => criteria(*out, multiplier * weights[i], raw[i]),
                        };
                    }
                });
            }
        }
    }
}

/// `ln(λ w / h)` within what is moved at most. What costs more the more there is of it goes; what does nothing stays, and so does what is all
/// but gone or solid and would be more so: else its variable would move for ever.
fn criteria(h: f64, price: f64, x: f64) -> f64 {
    let direction = match h / price {
        _ if price == 0.0 => 0.0,
        ratio if ratio > 0.0 => -ratio.ln().clamp(-MOVE, MOVE),
        _ => MOVE,
    };
    let left = if direction > 0.0 { x } else { 1.0 - x };
    direction * (left / GONE).min(1.0)
}

fn outside(point: &[f64]) -> Error {
    let wrong = point.iter().find(|x| !x.is_finite()).or(point.first()).copied().unwrap_or(f64::NAN);
    Error::argument_error("x", wrong, "variables whose structure has finite displacements")
}

impl Problem for Topology {
    fn name(&self) -> &str {
        self.name
    }
    fn dimension(&self) -> usize {
        self.grid.element_count()
    }
    fn start(&self) -> Vec<f64> {
        let start = match self.options.variables {
            Variables::Latent => 0.0,
            Variables::Density => self.options.volume_fraction,
        };
        vec![start; self.dimension()]
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        self.weights.clear();
        let Some(compliance) = self.set(point).and_then(|()| self.solve()) else {
            gradient.fill(f64::NAN);
            return f64::NAN;
        };
        self.direction(compliance, gradient);
        if self.options.variables == Variables::Latent {
            self.weights.extend(self.design.raw.iter().map(|x| x * (1.0 - x)));
        }
        if self.options.logarithm { compliance.ln() } else { compliance }
    }
    fn memory(&self) -> Vec<u8> {
        if self.options.warm_start && self.memory != Memory::default() {
            postcard::to_allocvec(&(self.grid.elements(), self.memory, &self.states)).unwrap_or_default()
        } else {
            Vec::new()
        }
    }
    fn remember(&mut self, memory: &[u8]) -> Result<()> {
        let other = || Error::Snapshot {
            reason: format!("of another problem than {} of this size", self.name),
        };
        type Kept = ([usize; 3], Memory, Vec<Vec<f64>>);
        let (elements, memory, states): Kept = postcard::from_bytes(memory).map_err(|_| other())?;
        let like = |(a, b): (&Vec<f64>, &Vec<f64>)| a.len() == b.len() && a.iter().all(|v| v.is_finite());
        let sound = memory.compliances.iter().flatten().all(|c| c.is_finite() && *c > 0.0);
        let sound = sound && elements == self.grid.elements();
        if !(sound && states.len() == self.states.len() && states.iter().zip(&self.states).all(like)) {
            return Err(other());
        }
        (self.memory, self.states) = (memory, states);
        Ok(())
    }
    fn weights(&self, weights: &mut Vec<f64>) -> bool {
        weights.clone_from(&self.weights);
        !weights.is_empty()
    }
}

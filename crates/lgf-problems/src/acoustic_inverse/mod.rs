//! Slowness of a membrane from its pressure histories. Derivation and rejected ways: `docs/design/acoustic-inverse.md`.
mod correlation;
mod history;
mod mesh;
mod order;
mod panels;
mod plan;
mod published;
mod sparse;
mod stiffness;
mod system;
#[cfg(test)]
mod tests;

use correlation::{Correlation, LANES};
use history::{History, Stepper};
use lgf_core::error::{Error, Result};
use lgf_core::param::{Domain, Options};
use lgf_core::problem::Problem;
use lgf_core::profile::{self, span};
use system::{Mass, System};

pub use mesh::TriangleMesh;

lgf_core::choices! {
    /// How the mass of a triangle goes to its corners.
    pub enum MassMatrix {
        /// As linear functions have it: `area/12` between two corners, `area/6` at each.
        Consistent = "consistent",
        /// A third at each corner: a diagonal matrix, no factorisation.
        Lumped = "lumped",
    }
}

lgf_core::options! {
    /// Settings of the acoustic inverse problem; the defaults are the published ones.
    pub struct AcousticInverseOptions as "AcousticInverseOptions" {
        /// Target edge length of a lattice on the unit square, about `2.3 / size^2` triangles. Without it the published mesh; not beside
        /// `mesh`.
        size: Option<f64> = None, Domain::Range(0.001, 0.5);
        /// Mass matrix.
        mass: MassMatrix = MassMatrix::Consistent, Domain::OfType;
        /// Equispaced times from 0 to `endTime`, both included. Without it 300 on the published mesh, else as many as keep the scheme
        /// stable for all slownesses from 0.25 on, but at least 300.
        times: Option<usize> = None, Domain::Within(3, 16_777_216);
        /// Last time.
        end_time: f64 = 1.0, Domain::Range(1e-100, 1e100);
        /// Most bytes that the problem may take. Histories that do not fit are computed a second time from checkpoints.
        memory_limit: usize = 1 << 30, Domain::Within(1 << 20, 1 << 50);
        /// Starting value of all parameters.
        start: f64 = 1.0, Domain::OfType;
    }
}

/// Least slowness, added to the absolute value of each parameter.
const FLOOR: f64 = 0.01;

/// Acoustic scattering, an inverse problem: the squared slowness of the wave in each triangle of a membrane from the pressure histories of
/// all its free nodes. Everything is without units.
///
/// With linear functions `phi_p` on the triangles `e`, parameters `a` and slownesses `s_e = |a_e| + 0.01`:
/// ```text
/// s u'' = laplace u + 10 sin(4 pi t) delta(x - x_forced),   u = 0 at fixed nodes, u = u' = 0 at t = 0, natural elsewhere
/// M = sum_e s_e M_e,   (M_e)_pq = int_e phi_p phi_q (or lumped),   K_pq = int grad phi_p . grad phi_q
/// M (u_{i+1} - 2 u_i + u_{i-1}) / dt^2 + K u_i = 10 sin(4 pi t_i) e_forced,   t_i = i dt,   dt = end_time / (T - 1),   u_0 = u_1 = 0
/// value J(a) = (dt/2) sum_{i < T} |u_i(a) - u_i*|^2,   u* for s*_e = 1 + 2 y at the centroid
/// ```
/// As published, `s` multiplies the mass without a square and the misfit is a sum over nodes without weights.
///
/// The gradient is the exact derivative of the discrete value, by the adjoint recursion; a parameter at 0, where `|a|` has no derivative,
/// gets 0. The truth has the value 0. A point that is not finite, and one whose recursion overflows, have a non-finite value and a NaN
/// gradient.
///
/// The scheme is stable where `dt^2 lambda < 4` for the largest `lambda` of `K x = lambda M x`. A point beyond, a small slowness, is no
/// error: its states grow exponentially, and so does the value, until it is not finite. See [`AcousticInverse::stable_slowness`].
///
/// Cost: two solves with the mass matrix a time and two products with `K`; three or four solves where `memory_limit` demands checkpoints.
/// The factorisation is analysed once, computed once an evaluation. From 8192 free nodes on the threads of rayon share the work; the bits
/// do not depend on their number, nor on `memory_limit`.
///
/// Source: Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513.
pub struct AcousticInverse {
    options: AcousticInverseOptions,
    mesh: TriangleMesh,
    system: System,
    times: usize,
    dt: f64,
    truth: Vec<f64>,
    mass: Mass,
    state: History,
    data: History,
    /// The mass of the truth where the data are computed again.
    data_mass: Option<Mass>,
    correlation: Correlation,
    /// Entries of a mass matrix.
    lower: Vec<f64>,
    force: Vec<f64>,
    load: Vec<f64>,
    work: Vec<f64>,
}

impl AcousticInverse {
    /// The published mesh, or with `size` a lattice.
    ///
    /// # Errors
    /// [`Error::Argument`] for an option outside its domain, for `memoryLimit` when even checkpoints do not fit, and for `times` when the
    /// data are not finite.
    pub fn new(options: &AcousticInverseOptions) -> Result<Self> {
        Options::check(options, "")?;
        match options.size {
            Some(size) => Self::build(options, TriangleMesh::unit_square(size)?, None),
            None => Self::build(options, TriangleMesh::published(), Some(300)),
        }
    }

    /// On a mesh of one's own, see [`TriangleMesh::check`]. Centroids must lie above `y = -1/2`, where the true slowness `1 + 2 y` is
    /// positive.
    ///
    /// # Errors
    /// As [`AcousticInverse::new`] and [`TriangleMesh::check`]; `size` beside a mesh is refused.
    pub fn with_mesh(options: &AcousticInverseOptions, mut mesh: TriangleMesh) -> Result<Self> {
        Options::check(options, "")?;
        if let Some(size) = options.size {
            return Err(Error::argument_error("size", size, "undefined beside mesh"));
        }
        mesh.check()?;
        Self::build(options, mesh, None)
    }

    fn build(options: &AcousticInverseOptions, mesh: TriangleMesh, times: Option<usize>) -> Result<Self> {
        let truth = plan::true_slowness(&mesh)?;
        let times = plan::times(options, &mesh, times)?;
        let mut histories = None;
        let admit = |sizes: system::Sizes, matrices: usize| {
            histories = Some(plan::histories(options, &mesh, times, &sizes, matrices)?);
            Ok(())
        };
        let too_large = || Error::argument_error("mesh", "a mesh whose matrices need 2^32 entries", "a smaller one");
        let consistent = options.mass == MassMatrix::Consistent;
        let system = System::new(&mesh, consistent, admit)?.ok_or_else(too_large)?;
        let plan::Histories { state, data, data_again } = histories.ok_or_else(too_large)?;
        let (free, pairs) = (system.nodes.len(), system.lower.column.len());
        let zeros = || vec![0.0; free];
        let mut problem = Self {
            options: options.clone(),
            times,
            dt: options.end_time / (times - 1) as f64,
            mass: system.mass(),
            state,
            data,
            data_mass: data_again.then(|| system.mass()),
            correlation: Correlation::new(free, pairs),
            lower: vec![0.0; pairs + 1],
            force: zeros(),
            load: zeros(),
            work: vec![0.0; system.room()],
            mesh,
            system,
            truth,
        };
        if !problem.compute_data() {
            let domain = "times and an endTime for which the pressure at the true slowness is finite";
            return Err(Error::argument_error("times", times, domain));
        }
        Ok(problem)
    }

    fn compute_data(&mut self) -> bool {
        let mass = self.data_mass.as_mut().unwrap_or(&mut self.mass);
        self.system
            .assemble(|e| self.truth[e], (self.dt * self.dt).recip(), &mut self.lower);
        let mut stepper = Stepper {
            system: &self.system,
            dt: self.dt,
            load: &mut self.force,
            work: &mut self.work,
            mass: match self.system.factorize(&self.lower, mass) {
                true => mass,
                false => return false,
            },
        };
        with_threads(self.system.parallel(), || self.data.run(&mut stepper))
    }

    /// The mesh, triangles counter-clockwise.
    pub fn mesh(&self) -> &TriangleMesh {
        &self.mesh
    }

    /// Slowness `1 + 2 y` of each triangle that made the data.
    pub fn true_slowness(&self) -> &[f64] {
        &self.truth
    }

    /// Number of times `T` and their distance `dt`.
    pub fn times(&self) -> (usize, f64) {
        (self.times, self.dt)
    }

    /// Sweeps over all times that an evaluation makes: two where all histories are kept, three where the states are computed again from
    /// checkpoints, four where the data are, too.
    pub fn sweeps(&self) -> usize {
        2 + usize::from(self.state.cut()) + usize::from(self.data.cut())
    }

    /// The slowness from which on, in all triangles, the scheme is stable for certain: `dt^2 max_e lambda_e / 4` with the largest
    /// `lambda_e` of `K_e x = lambda M_e x` at slowness 1 on the free corners of a triangle. Single triangles may go below.
    pub fn stable_slowness(&self) -> f64 {
        0.25 * self.dt * self.dt * plan::stiffest(&self.mesh, self.options.mass)
    }

    /// `|a| + 0.01` of each triangle.
    ///
    /// # Errors
    /// [`Error::Shape`] for another length than the dimension; so in all methods that take parameters.
    pub fn slowness(&self, a: &[f64]) -> Result<Vec<f64>> {
        self.check_length("x", a.len())?;
        Ok(a.iter().map(|a| a.abs() + FLOOR).collect())
    }

    /// `sum (s - s*)^2 / sum s*^2` over the triangles.
    ///
    /// # Errors
    /// As [`AcousticInverse::slowness`].
    pub fn parameter_error(&self, a: &[f64]) -> Result<f64> {
        let slowness = self.slowness(a)?;
        let squares = slowness.iter().zip(&self.truth).map(|(s, t)| (s - t) * (s - t));
        Ok(squares.sum::<f64>() / self.truth.iter().map(|t| t * t).sum::<f64>())
    }

    /// Pressure of all nodes, nodes x T, row-major; NaN for a point outside the domain.
    ///
    /// # Errors
    /// As [`AcousticInverse::slowness`]; [`Error::Argument`] naming `memoryLimit` for a matrix beyond it.
    pub fn pressure(&mut self, a: &[f64]) -> Result<Vec<f64>> {
        self.check_length("x", a.len())?;
        self.each_state(a, |problem, k, out| problem.scatter(problem.state.at(k), k, out))
    }

    /// Derivative of all pressures at `a` in the direction `v`, nodes x T, row-major:
    /// `M (d_{i+1} - 2 d_i + d_{i-1}) / dt^2 + K d_i = -(sum_e sign(a_e) v_e M_e) (u_{i+1} - 2 u_i + u_{i-1}) / dt^2`.
    ///
    /// # Errors
    /// As [`AcousticInverse::pressure`].
    pub fn tangent(&mut self, a: &[f64], v: &[f64]) -> Result<Vec<f64>> {
        self.check_length("x", a.len())?;
        self.check_length("v", v.len())?;
        let free = self.system.nodes.len();
        let mut change = vec![0.0; self.lower.len()];
        self.system
            .assemble(|e| -sign(a[e]) * v[e], (self.dt * self.dt).recip(), &mut change);
        let [mut previous, mut current, mut next, mut difference] = std::array::from_fn(|_| vec![0.0; free]);
        self.each_state(a, |problem, k, out| {
            let [older, old, new] = [k - 2, k - 1, k].map(|k| problem.state.at(k));
            for (i, w) in difference.iter_mut().enumerate() {
                *w = new[i] - 2.0 * old[i] + older[i];
            }
            problem.system.multiply(&change, &difference, &mut problem.load);
            problem
                .system
                .step(&problem.mass, &problem.load, &current, &previous, &mut problem.work, &mut next);
            problem.scatter(&next, k, out);
            std::mem::swap(&mut previous, &mut current);
            std::mem::swap(&mut current, &mut next);
        })
    }

    /// The transpose of [`AcousticInverse::tangent`]: `sum_i (d u_i / d a)' y_i` for histories `y`, nodes x T, row-major. Rows of fixed
    /// nodes do not count.
    ///
    /// # Errors
    /// As [`AcousticInverse::slowness`]; [`Error::Shape`] for histories of another length.
    pub fn adjoint(&mut self, a: &[f64], histories: &[f64]) -> Result<Vec<f64>> {
        self.check_length("x", a.len())?;
        let (nodes, times) = (self.mesh.nodes.len(), self.times);
        if Some(histories.len()) != nodes.checked_mul(times) {
            return Err(Error::Shape {
                name: "histories".into(),
                actual: histories.len().to_string(),
                expected: format!("{nodes}×{times}"),
            });
        }
        let mut gradient = vec![f64::NAN; a.len()];
        let parallel = self.system.parallel();
        let run = || {
            if self.simulate(a) {
                self.sweep_back(a, &mut gradient, |problem, k| {
                    for (load, &node) in problem.load.iter_mut().zip(&problem.system.nodes) {
                        *load = histories[node as usize * times + k];
                    }
                });
            }
        };
        with_threads(parallel, run);
        Ok(gradient)
    }

    fn check_length(&self, name: &str, actual: usize) -> Result<()> {
        if actual == self.truth.len() {
            return Ok(());
        }
        Err(Error::Shape {
            name: name.into(),
            actual: actual.to_string(),
            expected: self.truth.len().to_string(),
        })
    }

    /// A matrix nodes x T that `fill` completes at each time from 2 on, in order, with the state at hand; the states before are zero.
    fn each_state(&mut self, a: &[f64], mut fill: impl FnMut(&mut Self, usize, &mut [f64])) -> Result<Vec<f64>> {
        let size = self.mesh.nodes.len().saturating_mul(self.times);
        if size.saturating_mul(8) > self.options.memory_limit {
            let domain = format!("at least {} for the pressure of all nodes and times", size.saturating_mul(8));
            return Err(Error::argument_error("memoryLimit", self.options.memory_limit, domain));
        }
        let mut out = vec![0.0; size];
        if !self.simulate(a) {
            out.fill(f64::NAN);
            return Ok(out);
        }
        for k in 2..self.times {
            self.at_hand(k);
            fill(self, k, &mut out);
        }
        Ok(out)
    }

    fn scatter(&self, state: &[f64], k: usize, out: &mut [f64]) {
        for (v, &node) in state.iter().zip(&self.system.nodes) {
            out[node as usize * self.times + k] = *v;
        }
    }

    /// Factors the mass for `a` and computes the states; `false` outside the domain.
    fn simulate(&mut self, a: &[f64]) -> bool {
        if !a.iter().all(|a| a.is_finite()) {
            return false;
        }
        {
            let _span = span("assemble").moved(8 * self.lower.len());
            self.system
                .assemble(|e| a[e].abs() + FLOOR, (self.dt * self.dt).recip(), &mut self.lower);
        }
        let factored = {
            let _span = span("factor");
            self.system.factorize(&self.lower, &mut self.mass)
        };
        factored && {
            let _span = span("forward");
            let mut stepper = Stepper {
                system: &self.system,
                mass: &self.mass,
                dt: self.dt,
                load: &mut self.force,
                work: &mut self.work,
            };
            self.state.run(&mut stepper)
        }
    }

    /// The state at time `k` and the two before it.
    fn at_hand(&mut self, k: usize) {
        let mut stepper = Stepper {
            system: &self.system,
            mass: &self.mass,
            dt: self.dt,
            load: &mut self.force,
            work: &mut self.work,
        };
        self.state.ensure(k, &mut stepper);
    }

    /// `sum_i (d u_i / d a)' y_i`, where `load` writes `y_k` to its place at each time from the last one down.
    fn sweep_back(&mut self, a: &[f64], gradient: &mut [f64], mut load: impl FnMut(&mut Self, usize)) {
        self.correlation.clear();
        for k in (2..self.times).rev() {
            self.at_hand(k);
            load(self, k);
            let mut next = std::mem::take(&mut self.correlation.adjoint[(k - 1) % LANES]);
            let [current, previous] = [k, k + 1].map(|i| &self.correlation.adjoint[i % LANES]);
            self.system
                .step(&self.mass, &self.load, current, previous, &mut self.work, &mut next);
            self.correlation.adjoint[(k - 1) % LANES] = next;
            let [older, old, new] = [k - 2, k - 1, k].map(|k| self.state.at(k));
            let difference = &mut self.correlation.difference[(k - 1) % LANES];
            self.system.rows(difference, |i, w| *w = new[i] - 2.0 * old[i] + older[i]);
            if (k - 1) % LANES == 0 {
                self.correlation.flush(&self.system);
            }
        }
        // There is no equation at time 0; the ring holds an older time in its place.
        self.correlation.difference[0].fill(0.0);
        self.correlation.flush(&self.system);
        let scale = (self.dt * self.dt).recip() / if self.options.mass == MassMatrix::Consistent { 12.0 } else { 6.0 };
        let corners = if self.options.mass == MassMatrix::Consistent { 6 } else { 3 };
        for (e, (g, pairs)) in gradient.iter_mut().zip(&self.system.pairs).enumerate() {
            let sum: f64 = pairs[..corners].iter().map(|&p| self.correlation.sums[p as usize]).sum();
            *g = -sign(a[e]) * self.system.areas[e] * scale * sum;
        }
    }

    fn misfit(&mut self, a: &[f64], gradient: &mut [f64]) -> f64 {
        if !self.simulate(a) {
            return f64::NAN;
        }
        let _span = span("adjoint");
        let mut sum = 0.0;
        self.sweep_back(a, gradient, |problem, k| {
            if let Some(mass) = &problem.data_mass {
                let mut stepper = Stepper {
                    system: &problem.system,
                    mass,
                    dt: problem.dt,
                    load: &mut problem.force,
                    work: &mut problem.work,
                };
                problem.data.ensure(k, &mut stepper);
            }
            let (state, data, dt) = (problem.state.at(k), problem.data.at(k), problem.dt);
            problem.system.rows(&mut problem.load, |i, r| *r = dt * (state[i] - data[i]));
            sum += squares(&problem.load);
        });
        0.5 * sum / self.dt
    }
}

/// Sum of squares on eight accumulators.
fn squares(x: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let chunks = x.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|v| v * v).sum();
    chunks.for_each(|chunk| sums.iter_mut().zip(chunk).for_each(|(sum, v)| *sum += v * v));
    rest + sums.iter().sum::<f64>()
}

/// The derivative of `|a|`, 0 at 0.
fn sign(a: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a.signum() }
}

/// Runs `work` on a thread of the pool where it will share its work: from outside each share would wait for a thread to wake.
fn with_threads<T: Send>(parallel: bool, work: impl FnOnce() -> T + Send) -> T {
    if parallel {
        profile::elsewhere(work, |work| rayon::join(work, || ()).0)
    } else {
        work()
    }
}

impl Problem for AcousticInverse {
    fn name(&self) -> &str {
        "acoustic-inverse"
    }
    fn dimension(&self) -> usize {
        self.truth.len()
    }
    fn start(&self) -> Vec<f64> {
        vec![self.options.start; self.truth.len()]
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let parallel = self.system.parallel();
        let mut value = with_threads(parallel, || self.misfit(point, gradient));
        if !(value.is_finite() && gradient.iter().all(|g| g.is_finite())) {
            gradient.fill(f64::NAN);
            value = if value.is_infinite() { value } else { f64::NAN };
        }
        value
    }
}

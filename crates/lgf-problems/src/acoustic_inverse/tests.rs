//! The discretisation without force: orders of convergence, conserved energy, panels against the plain factor.
use super::mesh::TriangleMesh;
use super::system::{Mass, System};
use std::f64::consts::PI;

struct Wave {
    system: System,
    mesh: TriangleMesh,
    lower: Vec<f64>,
    mass: Mass,
    dt: f64,
}

impl Wave {
    fn new(size: f64, consistent: bool, dt: f64, slowness: impl Fn(usize) -> f64) -> Self {
        let mesh = TriangleMesh::unit_square(size).unwrap();
        let system = System::new(&mesh, consistent, |_, _| Ok::<(), ()>(())).unwrap().unwrap();
        let (mut lower, mut mass) = (vec![0.0; system.lower.column.len() + 1], system.mass());
        system.assemble(slowness, 1.0 / (dt * dt), &mut lower);
        assert!(system.factorize(&lower, &mut mass));
        Self {
            system,
            mesh,
            lower,
            mass,
            dt,
        }
    }

    fn field(&self, f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let place = |&node: &u32| self.mesh.nodes[node as usize];
        self.system.nodes.iter().map(place).map(|[x, y]| f(x, y)).collect()
    }

    fn energy(&self, new: &[f64], old: &[f64]) -> f64 {
        let change: Vec<f64> = new.iter().zip(old).map(|(a, b)| a - b).collect();
        let mut momentum = vec![0.0; new.len()];
        self.system.multiply(&self.lower, &change, &mut momentum);
        let kinetic: f64 = momentum.iter().zip(&change).map(|(m, c)| m * c).sum();
        let (zero, mut force) = (vec![0.0; new.len()], vec![0.0; new.len()]);
        self.system.stiffness.balance(&zero, old, 0, &mut force);
        let potential: f64 = new.iter().zip(&force).map(|(u, f)| -u * f).sum();
        0.5 * (kinetic + potential)
    }

    /// States at the last two of `steps` steps.
    fn run(&self, mut old: Vec<f64>, mut new: Vec<f64>, steps: usize, mut watch: impl FnMut(&[f64], &[f64])) -> Vec<f64> {
        let (load, mut work, mut next) = (vec![0.0; old.len()], vec![0.0; self.system.room()], old.clone());
        for _ in 0..steps {
            self.system.step(&self.mass, &load, &new, &old, &mut work, &mut next);
            watch(&next, &new);
            std::mem::swap(&mut old, &mut new);
            std::mem::swap(&mut new, &mut next);
        }
        new
    }

    /// Root mean square error at time 1 of the standing wave `sin(pi x) sin(pi y / 2) cos(w t)`, which satisfies all conditions at the
    /// edges.
    fn standing(size: f64, consistent: bool, steps: usize) -> (f64, Vec<f64>) {
        let (dt, slowness) = (1.0 / steps as f64, 2.0);
        let wave = Self::new(size, consistent, dt, |_| slowness);
        let frequency = PI * (1.25 / slowness).sqrt();
        let mode = wave.field(|x, y| (PI * x).sin() * (0.5 * PI * y).sin());
        // From rest: half of the first step's acceleration.
        let mut first = wave.run(mode.clone(), mode.clone(), 1, |_, _| {});
        first.iter_mut().zip(&mode).for_each(|(v, m)| *v = 0.5 * (*v + m));
        let end = wave.run(mode.clone(), first, steps - 1, |_, _| {});
        let squares: f64 = end.iter().zip(&mode).map(|(a, m)| (a - m * frequency.cos()).powi(2)).sum();
        ((squares / mode.len() as f64).sqrt(), end)
    }
}

#[test]
fn second_order_in_space_and_time() {
    for consistent in [true, false] {
        // Small steps: the error is that of the mesh.
        let errors = [0.1, 0.05, 0.025].map(|size| Wave::standing(size, consistent, 2000).0);
        for pair in errors.windows(2) {
            let order = (pair[0] / pair[1]).log2();
            assert!((order - 2.0).abs() < 0.25, "space: {order}, {errors:?}");
        }
        // One mesh: the error against steps so small that only the mesh is left.
        let limit = Wave::standing(0.1, consistent, 20_000).1;
        let errors = [40, 80, 160].map(|steps| {
            let (_, end) = Wave::standing(0.1, consistent, steps);
            end.iter().zip(&limit).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
        });
        for pair in errors.windows(2) {
            let order = (pair[0] / pair[1]).log2();
            assert!((order - 2.0).abs() < 0.1, "time: {order}, {errors:?}");
        }
    }
}

#[test]
fn energy_is_conserved() {
    // (u+ - u)' M (u+ - u) / 2 dt^2 + u+' K u / 2 is the same at all steps, whatever the slowness and the state.
    for consistent in [true, false] {
        let wave = Wave::new(0.08, consistent, 2e-3, |e| 1.5 + (0.7 * e as f64).sin());
        let (old, new) = (
            wave.field(|x, y| (9.0 * x + 40.0 * y).sin()),
            wave.field(|x, y| (9.0 * x + 40.0 * y + 0.1).sin()),
        );
        let first = wave.energy(&new, &old);
        let (mut drift, mut swing) = (0.0_f64, 0.0_f64);
        wave.run(old.clone(), new.clone(), 3000, |next, current| {
            drift = drift.max((wave.energy(next, current) / first - 1.0).abs());
            swing = swing.max((next[5] - new[5]).abs());
        });
        assert!(drift < 1e-11, "{drift}");
        assert!(swing > 0.1 && wave.dt > 0.0, "something moves: {swing}");
    }
}

#[test]
fn steps_solve_with_the_assembled_mass() {
    // M (next - 2 current + previous) = load - K current, in parts (the fine mesh) and without.
    for (size, consistent) in [(0.09, true), (0.5, true), (0.03, false), (0.009, true), (0.0045, true)] {
        let wave = Wave::new(size, consistent, 0.5, |e| 1.5 + (0.7 * e as f64).sin());
        let [load, current, previous] = [3.0, 5.0, 7.0].map(|f| wave.field(|x, y| (f * x + 31.0 * y).sin()));
        let (mut work, mut next) = (vec![0.0; wave.system.room()], vec![0.0; load.len()]);
        wave.system.step(&wave.mass, &load, &current, &previous, &mut work, &mut next);
        let change: Vec<f64> = (0..load.len()).map(|i| next[i] - 2.0 * current[i] + previous[i]).collect();
        let mut left = vec![0.0; load.len()];
        wave.system.multiply(&wave.lower, &change, &mut left);
        let mut right = vec![0.0; load.len()];
        wave.system.stiffness.balance(&load, &current, 0, &mut right);
        for (left, right) in left.iter().zip(&right) {
            assert!((left - right).abs() < 1e-12, "{size}: {left} {right}");
        }
    }
}

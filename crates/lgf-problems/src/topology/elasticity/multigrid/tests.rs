use super::super::element::stiffness;
use super::*;
use faer::linalg::solvers::Solve as _;
use faer::{Mat, Side};

/// Numbers in [0, 1) that look random.
pub(super) fn noise(seed: usize) -> impl FnMut() -> f64 {
    let mut state = seed as u64 * 2 + 1;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

pub(super) struct Case {
    pub grid: Grid,
    pub fixed: Vec<bool>,
    pub load: Vec<f64>,
}

/// Unknown of a component at a node.
fn unknown(grid: &Grid, at: [usize; 3], component: usize) -> usize {
    component * grid.node_count() + grid.node(at)
}

/// Half of a beam on two supports: symmetry on the left, a roller at the lower right corner, a force at the upper left one.
pub(super) fn half_beam(size: &[usize]) -> Case {
    let grid = Grid::new(size);
    let [x, y, _] = grid.elements();
    let (mut fixed, mut load) = (vec![false; grid.unknown_count()], vec![0.0; grid.unknown_count()]);
    for j in 0..=y {
        fixed[unknown(&grid, [0, j, 0], 0)] = true;
    }
    fixed[unknown(&grid, [x, 0, 0], 1)] = true;
    load[unknown(&grid, [0, y, 0], 1)] = -1.0;
    Case { grid, fixed, load }
}

/// Clamped at `x = 0` or at the other end, a force along the lower edge of the free end.
pub(super) fn cantilever(size: &[usize], flipped: bool) -> Case {
    let grid = Grid::new(size);
    let [x, y, z] = grid.nodes();
    let (clamped, free) = if flipped { (x - 1, 0) } else { (0, x - 1) };
    let (mut fixed, mut load) = (vec![false; grid.unknown_count()], vec![0.0; grid.unknown_count()]);
    for k in 0..z {
        for j in 0..y {
            (0..grid.dimension()).for_each(|c| fixed[unknown(&grid, [clamped, j, k], c)] = true);
        }
        load[unknown(&grid, [free, 0, k], 1)] = -1.0 / z as f64;
    }
    Case { grid, fixed, load }
}

/// Three nodes in the middle of the bottom hold a block.
fn stool() -> Case {
    let grid = Grid::new(&[7, 5, 3]);
    let (mut fixed, mut load) = (vec![false; grid.unknown_count()], vec![0.0; grid.unknown_count()]);
    for at in [[1, 0, 1], [5, 0, 1], [3, 0, 3]] {
        (0..3).for_each(|c| fixed[unknown(&grid, at, c)] = true);
    }
    load[unknown(&grid, [4, 5, 2], 0)] = 1.0;
    load[unknown(&grid, [3, 5, 1], 1)] = -2.0;
    Case { grid, fixed, load }
}

fn exact(case: &Case, moduli: &[f64], load: &[f64]) -> Vec<f64> {
    let grid = &case.grid;
    let (n, d, corners) = (grid.unknown_count(), grid.dimension(), grid.corner_count());
    let k0 = stiffness(d, 0.3);
    let mut matrix = Mat::<f64>::zeros(n, n);
    for (e, modulus) in moduli.iter().enumerate() {
        let first = grid.node(grid.element_at(e));
        let place = |i: usize| i % d * grid.node_count() + first + grid.corners()[i / d];
        for i in 0..d * corners {
            for j in 0..d * corners {
                matrix[(place(i), place(j))] += modulus * k0[d * corners * i + j];
            }
        }
    }
    for i in 0..n {
        for j in 0..n {
            if case.fixed[i] || case.fixed[j] {
                matrix[(i, j)] = f64::from(u8::from(i == j));
            }
        }
    }
    let factor = matrix.llt(Side::Lower).unwrap();
    let mut u = vec![0.0; n];
    // Refined with forces of elements from which their translations are taken: the assembled matrix has lost what void adds to solid.
    for _ in 0..4 {
        let mut residual: Vec<f64> = load.to_vec();
        for (e, modulus) in moduli.iter().enumerate() {
            let first = grid.node(grid.element_at(e));
            let place = |i: usize| i % d * grid.node_count() + first + grid.corners()[i / d];
            for i in 0..d * corners {
                for j in 0..d * corners {
                    residual[place(i)] -= modulus * k0[d * corners * i + j] * (u[place(j)] - u[place(j % d)]);
                }
            }
        }
        let right = Mat::from_fn(n, 1, |i, _| if case.fixed[i] { 0.0 } else { residual[i] });
        let change = factor.solve(&right);
        u.iter_mut().enumerate().for_each(|(i, u)| *u += change[(i, 0)]);
    }
    u
}

/// Gray everywhere, random, and bars of solid material in a void of a billionth.
fn designs(grid: &Grid) -> Vec<Vec<f64>> {
    let count = grid.element_count();
    let (mut a, mut b) = (noise(1), noise(2));
    let bars = (0..count).map(|e| {
        let [i, j, k] = grid.element_at(e);
        let [x, y, _] = grid.elements();
        // A diagonal whose elements share sides.
        let diagonal = ((2 * i + 1) * y).abs_diff((2 * j + 1) * x) <= x + y;
        let solid = i == 0 || i + 1 == x || j == 0 || j + 1 == y || diagonal && k % 2 == 0;
        if solid { 1.0 } else { 1e-9 }
    });
    vec![
        vec![0.125; count],
        (0..count).map(|_| 10.0_f64.powf(-9.0 * a())).collect(),
        (0..count).map(|_| if b() < 0.5 { 1.0 } else { 1e-9 }).collect(),
        bars.collect(),
    ]
}

fn cases() -> Vec<Case> {
    vec![
        half_beam(&[30, 10]),
        half_beam(&[61, 21]),
        half_beam(&[7, 33]),
        half_beam(&[1, 1]),
        cantilever(&[25, 8], true),
        cantilever(&[8, 4, 4], false),
        cantilever(&[11, 5, 7], true),
        cantilever(&[9, 1, 2], true),
        stool(),
    ]
}

fn work(load: &[f64], state: &[f64]) -> f64 {
    load.iter().zip(state).map(|(f, u)| f * u).sum()
}

#[test]
fn displacements_are_those_of_a_direct_solver() {
    for case in cases() {
        for (design, moduli) in designs(&case.grid).iter().enumerate() {
            let mut second = noise(7);
            let loads = vec![case.load.clone(), case.load.iter().map(|_| second() - 0.5).collect::<Vec<_>>()];
            let mut states = vec![vec![0.0; case.load.len()]; 2];
            let mut solver = Multigrid::new(case.grid, &case.fixed, 0.3);
            let solve = solver.solve(moduli, &loads, &mut states, 1e-11);
            let name = format!("{:?}, design {design}, {solve:?}", case.grid.elements());
            // Noise on squares, or along a rod, leaves solid parts that float in the void: no coarse grid knows them.
            let hard = case.grid.elements().contains(&1) && (design == 1 || design == 2);
            assert!(hard || solve.converged && solve.error <= 1e-11, "{name}");
            for (number, (load, state)) in loads.iter().zip(&states).enumerate() {
                let exact = exact(&case, moduli, load);
                let energy = work(load, &exact);
                let error = (work(load, state) - energy).abs() / energy;
                // The second load pulls at the void, too: displacements of a billion, and what a direct solver rounds them to.
                let tolerance = if hard { 1e-3 } else { [1e-8, 1e-6][number] };
                assert!(error < tolerance, "{name}: {error:e}");
                assert!(
                    state
                        .iter()
                        .zip(&case.fixed)
                        .all(|(u, fixed)| u.is_finite() && (!fixed || *u == 0.0)),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn product_of_modes_is_the_stiffness_of_the_element() {
    for (dimension, poisson) in [(2, 0.3), (2, 0.0), (3, 0.3), (3, 0.45)] {
        let matrix = modal::modal_matrix(dimension, poisson);
        let law = Law::new(dimension, poisson);
        let order = dimension << dimension;
        for column in 0..order {
            let unit: Vec<f64> = (0..order).map(|i| f64::from(u8::from(i == column))).collect();
            let forces = if dimension == 2 {
                modal::square::<f64, _>(pulp::Scalar::new(), &law, 1.0, std::array::from_fn(|i| unit[i])).to_vec()
            } else {
                modal::cube::<f64, _>(pulp::Scalar::new(), &law, 1.0, std::array::from_fn(|i| unit[i])).to_vec()
            };
            for (row, force) in forces.iter().enumerate() {
                assert!((force - matrix[row * order + column]).abs() < 1e-15, "{dimension}: {row}, {column}");
            }
        }
    }
}

#[test]
fn energies_of_elements_are_quadratic_forms() {
    for size in [&[13, 5][..], &[70, 3], &[11, 4, 3], &[67, 2, 2]] {
        let grid = Grid::new(size);
        let mut random = noise(3);
        let state: Vec<f64> = (0..grid.unknown_count()).map(|_| random()).collect();
        let energies = Energies::new(grid, 0.3);
        let mut out = vec![7.0; grid.element_count()];
        energies.fill(&state, &mut out);
        let k0 = stiffness(grid.dimension(), 0.3);
        let order = grid.dimension() * grid.corner_count();
        let mut twice = out.clone();
        energies.add(&state, 2.0, &mut twice);
        for e in 0..grid.element_count() {
            let first = grid.node(grid.element_at(e));
            let u: Vec<f64> = (0..order)
                .map(|i| state[i % grid.dimension() * grid.node_count() + first + grid.corners()[i / grid.dimension()]])
                .collect();
            let form: f64 = (0..order * order).map(|at| u[at / order] * k0[at] * u[at % order]).sum();
            assert!((out[e] - form).abs() < 1e-13 * (1.0 + form), "{size:?} {e}: {} for {form}", out[e]);
            assert!((twice[e] - 3.0 * form).abs() < 3e-13 * (1.0 + form));
        }
    }
}

#[test]
fn bits_depend_neither_on_threads_nor_on_what_was_solved_before() {
    for case in [cantilever(&[40, 20, 18], false), half_beam(&[150, 75])] {
        let moduli = &truss(&case.grid);
        let run = |threads: usize, before: bool| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut solver = Multigrid::new(case.grid, &case.fixed, 0.3);
                let mut states = vec![vec![0.0; case.load.len()]];
                if before {
                    solver.solve(&vec![0.3; moduli.len()], std::slice::from_ref(&case.load), &mut states, 1e-9);
                    states[0].fill(0.0);
                }
                let solve = solver.solve(moduli, std::slice::from_ref(&case.load), &mut states, 1e-6);
                let mut energies = vec![0.0; moduli.len()];
                Energies::new(case.grid, 0.3).fill(&states[0], &mut energies);
                (solve, states, energies)
            })
        };
        let one = run(1, false);
        assert!(one == run(2, false) && one == run(3, true));
    }
}

#[test]
fn good_guesses_need_no_iterations_and_poor_ones_are_told_from_them() {
    for case in [half_beam(&[60, 20]), cantilever(&[12, 6, 6], false)] {
        let moduli = truss(&case.grid);
        let loads = [case.load.clone()];
        let mut solver = Multigrid::new(case.grid, &case.fixed, 0.3);
        let mut states = vec![vec![0.0; case.load.len()]];
        solver.solve(&moduli, &loads, &mut states, 1e-14);
        let energy = work(&loads[0], &states[0]);
        let exact = states.clone();
        assert_eq!(solver.solve(&moduli, &loads, &mut states, 1e-8).iterations, 0);
        // Scaled guesses are as good.
        states[0].iter_mut().for_each(|u| *u *= 3.0);
        assert_eq!(solver.solve(&moduli, &loads, &mut states, 1e-8).iterations, 0);
        // A softer support of the same design: what its displacements lack is smooth, and hard to see in residuals.
        for accuracy in [1e-2, 1e-4, 1e-6, 1e-9] {
            let other: Vec<f64> = moduli
                .iter()
                .enumerate()
                .map(|(e, modulus)| modulus * (1.0 + 0.3 * (case.grid.element_at(e)[0] as f64 / 5.0).sin()))
                .collect();
            states.clone_from(&exact);
            solver.solve(&other, &loads, &mut states, 1e-13);
            let solve = solver.solve(&moduli, &loads, &mut states, accuracy);
            let error = (energy - work(&loads[0], &states[0])) / energy;
            assert!(
                solve.converged && (-1e-12..=accuracy).contains(&error),
                "{accuracy:e}: {error:e} {solve:?}"
            );
        }
    }
}

#[test]
fn what_cannot_be_solved_ends() {
    let case = half_beam(&[20, 10]);
    let mut solver = Multigrid::new(case.grid, &case.fixed, 0.3);
    let mut states = vec![vec![1.0; case.load.len()]];
    let zero = vec![0.0; case.load.len()];
    let solve = solver.solve(&[1.0; 200], std::slice::from_ref(&zero), &mut states, 1e-8);
    assert!(solve.converged && solve.iterations == 0 && states[0] == zero);
    for moduli in [vec![f64::NAN; 200], vec![0.0; 200], vec![f64::INFINITY; 200]] {
        let mut states = vec![zero.clone()];
        assert!(!solver.solve(&moduli, std::slice::from_ref(&case.load), &mut states, 1e-8).converged);
    }
    // No support at all.
    let mut floating = Multigrid::new(case.grid, &vec![false; case.load.len()], 0.3);
    let solve = floating.solve(&[1.0; 200], std::slice::from_ref(&case.load), &mut [zero.clone()], 1e-8);
    assert!(solve.iterations <= 500);
    // And well again after all that.
    let mut states = vec![zero];
    assert!(
        solver
            .solve(&[1.0; 200], std::slice::from_ref(&case.load), &mut states, 1e-8)
            .converged
    );
}

/// Members of a plausible design: chords, and diagonals that turn at them.
pub(super) fn truss(grid: &Grid) -> Vec<f64> {
    let [x, y, z] = grid.elements();
    let densities = (0..grid.element_count()).map(|e| {
        let [i, j, k] = grid.element_at(e);
        let (u, v) = ((i as f64 + 0.5) / y as f64, (j as f64 + 0.5) / y as f64);
        let w = if grid.dimension() == 3 { (k as f64 + 0.5) / z as f64 } else { 0.5 };
        let long = x as f64 / y as f64;
        // Distance from the nearest member in heights of the beam.
        let period = u.rem_euclid(1.0);
        let diagonal = (period - v).abs().min((1.0 - period - v).abs()) * std::f64::consts::FRAC_1_SQRT_2;
        let chord = v.min(1.0 - v).min(u.min(long - u));
        let depth = (w - 0.5).abs();
        let distance = (diagonal - 0.07).min(chord - 0.09).max(depth - 0.3);
        // An edge of two elements, as filters leave it.
        (0.5 - distance * y as f64 / 2.0).clamp(0.0, 1.0)
    });
    densities.map(|density| 1e-9 + density.powi(3) * (1.0 - 1e-9)).collect()
}

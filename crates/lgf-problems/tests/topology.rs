//! Topology optimization: derivatives, solvers, published numbers, what is refused.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]
use lgf_core::optimizer::{
    AdaptiveOptions, Begin, Direction, MovingAsymptotes, MovingAsymptotesOptions, OptimalityCriteria, OptimalityCriteriaOptions, Optimizer,
    adaptive,
};
use lgf_core::problem::Problem;
use lgf_problems::{
    DesignDirection, FilterKind, Place, Preset2d, Preset3d, Region, SolverKind, Structure, Topology, TopologyOptions, Variables,
};

/// Numbers in [-1, 1) that are the same everywhere.
fn noise(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

fn options() -> TopologyOptions {
    TopologyOptions {
        accuracy: Some(1e-13),
        ..Default::default()
    }
}

fn mbb(options: &TopologyOptions) -> Topology {
    Topology::new(&[60, 20], &Preset2d::Mbb.structure(), options).unwrap()
}

/// Largest error of the gradient along random directions, relative to its slope.
fn gradient_error(problem: &mut Topology, point: &[f64], scale: f64) -> f64 {
    let n = point.len();
    let mut gradient = vec![0.0; n];
    assert!(problem.evaluate(point, &mut gradient).is_finite());
    let mut worst: f64 = 0.0;
    for seed in 1..4 {
        let direction = noise(n, seed);
        let slope: f64 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
        let mut value = |h: f64| {
            let moved: Vec<f64> = point.iter().zip(&direction).map(|(x, d)| x + h * d).collect();
            problem.evaluate(&moved, &mut vec![0.0; n])
        };
        // Of fourth order, so that neither rounding nor truncation is seen.
        let h = scale;
        let difference = (8.0 * (value(h) - value(-h)) - (value(2.0 * h) - value(-2.0 * h))) / (12.0 * h);
        let size = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
        worst = worst.max((slope - difference).abs() / size);
    }
    worst
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let plane = |preset: Preset2d, o: TopologyOptions| Topology::new(&[18, 12], &preset.structure(), &o).unwrap();
    let filters = [FilterKind::Density, FilterKind::Helmholtz, FilterKind::None];
    for preset in [Preset2d::Mbb, Preset2d::Cantilever, Preset2d::LBracket, Preset2d::TwoLoadCases] {
        for filter in filters {
            for sharpness in [0.0, 4.0] {
                let o = TopologyOptions {
                    filter,
                    sharpness,
                    min_modulus: 1e-3,
                    ..options()
                };
                let mut problem = plane(preset, o);
                let error = gradient_error(&mut problem, &noise(18 * 12, 7), 1e-3);
                assert!(error < 1e-7, "{preset:?} {filter:?} {sharpness}: {error:e}");
            }
        }
        let o = TopologyOptions {
            variables: Variables::Density,
            logarithm: false,
            min_modulus: 1e-3,
            ..options()
        };
        let densities: Vec<f64> = noise(18 * 12, 9).iter().map(|x| 0.5 + 0.3 * x).collect();
        let error = gradient_error(&mut plane(preset, o), &densities, 1e-3);
        assert!(error < 1e-7, "densities of {preset:?}: {error:e}");
    }
    for preset in [Preset3d::Cantilever, Preset3d::Bridge] {
        let o = TopologyOptions {
            min_modulus: 1e-3,
            ..options()
        };
        let mut problem = Topology::new(&[8, 5, 4], &preset.structure(), &o).unwrap();
        let error = gradient_error(&mut problem, &noise(160, 3), 1e-3);
        assert!(error < 1e-6, "{preset:?}: {error:e}");
    }
}

#[test]
fn the_direction_of_mirror_descent_lacks_the_leading_slope() {
    let point = noise(1200, 5);
    let [mut gradient, mut mirror] = [vec![0.0; 1200], vec![0.0; 1200]];
    mbb(&options()).evaluate(&point, &mut gradient);
    let mut problem = mbb(&TopologyOptions {
        direction: DesignDirection::Mirror,
        ..options()
    });
    problem.evaluate(&point, &mut mirror);
    let mut slopes = Vec::new();
    assert!(problem.weights(&mut slopes));
    for ((g, m), slope) in gradient.iter().zip(&mirror).zip(&slopes) {
        assert!((g - m * slope).abs() < 1e-12);
    }
    // Directions of the optimality criteria have the same signs, and are bounded.
    let mut criteria = vec![0.0; 1200];
    mbb(&TopologyOptions {
        direction: DesignDirection::Criteria,
        ..options()
    })
    .evaluate(&point, &mut criteria);
    assert!(mirror.iter().zip(&criteria).all(|(m, c)| m * c >= 0.0 && c.abs() <= 0.6));
    assert!(criteria.iter().any(|c| c.abs() < 0.59));
}

#[test]
fn compliances_are_those_of_a_direct_solve() {
    let cases: [(&[usize], Structure); 6] = [
        (&[60, 20], Preset2d::Mbb.structure()),
        (&[37, 23], Preset2d::Cantilever.structure()),
        (&[40, 40], Preset2d::LBracket.structure()),
        (&[32, 16], Preset2d::TwoLoadCases.structure()),
        (&[12, 6, 6], Preset3d::Cantilever.structure()),
        (&[11, 7, 5], Preset3d::Bridge.structure()),
    ];
    for (size, structure) in &cases {
        let n = size.iter().product();
        // Grey, and all but solid and void at a contrast of 1e9.
        for scale in [1.0, 60.0] {
            let point: Vec<f64> = noise(n, 11).iter().map(|x| scale * x).collect();
            let compliance = |solver| {
                let o = TopologyOptions { solver, ..options() };
                let mut problem = Topology::new(size, structure, &o).unwrap();
                let mut gradient = vec![0.0; n];
                (problem.evaluate(&point, &mut gradient).exp(), gradient)
            };
            let (direct, multigrid) = (compliance(SolverKind::Direct), compliance(SolverKind::Multigrid));
            assert!(
                (multigrid.0 / direct.0 - 1.0).abs() < 1e-8,
                "{size:?} {scale}: {} {}",
                multigrid.0,
                direct.0
            );
            let (mut apart, mut size2) = (0.0, 0.0);
            for (a, b) in multigrid.1.iter().zip(&direct.1) {
                apart += (a - b) * (a - b);
                size2 += b * b;
            }
            assert!(apart < 1e-10 * size2, "gradient of {size:?} {scale}: {:e}", (apart / size2).sqrt());
        }
    }
}

/// Evaluations until the best compliance is within each of these shares of a reference, until the run ends; and the compliance at its end.
fn run(problem: &mut Topology, optimizer: &mut dyn Optimizer, most: u64, reference: f64) -> (u64, [Option<u64>; 4], f64) {
    let mut gradient = vec![0.0; problem.dimension()];
    let (mut hits, mut last, mut best) = ([None; 4], f64::NAN, f64::INFINITY);
    let mut weights = Vec::new();
    while optimizer.evaluations() < most && optimizer.ending().is_none() {
        let Begin::Evaluate(request) = optimizer.begin().unwrap() else {
            continue;
        };
        let value = problem.evaluate(optimizer.point(), &mut gradient);
        last = problem.last().unwrap().compliance;
        best = f64::min(best, last);
        let weighted = problem.weights(&mut weights);
        optimizer
            .tell_weighted(request.id, value, Some(&gradient), weighted.then_some(&*weights))
            .unwrap();
        for (hit, share) in hits.iter_mut().zip([0.05, 0.02, 0.01, 0.001]) {
            if hit.is_none() && best <= reference * (1.0 + share) {
                *hit = Some(optimizer.evaluations());
            }
        }
    }
    (optimizer.evaluations(), hits, last)
}

fn criteria_of(problem: &Topology) -> OptimalityCriteria {
    let o = OptimalityCriteriaOptions {
        weights: Some(problem.volume_weights().to_vec()),
        limit: problem.volume_limit(),
        ..Default::default()
    };
    OptimalityCriteria::new(&problem.start(), &o).unwrap()
}

fn densities(filter: FilterKind) -> TopologyOptions {
    TopologyOptions {
        variables: Variables::Density,
        logarithm: false,
        filter,
        ..options()
    }
}

/// Andreassen, Clausen, Schevenels, Lazarov, Sigmund 2011, doi:10.1007/s00158-010-0594-7: 216.81 with the sensitivity filter. The iterations are those
/// of their program.
#[test]
fn optimality_criteria_give_the_published_designs() {
    for (filter, compliance, iterations) in [(FilterKind::Density, 233.7146, 144), (FilterKind::Sensitivity, 216.8137, 106)] {
        let mut problem = mbb(&densities(filter));
        let mut criteria = criteria_of(&problem);
        let (count, _, last) = run(&mut problem, &mut criteria, 300, compliance);
        assert!(count.abs_diff(iterations) <= 2, "{filter:?}: {count}");
        assert!((last - compliance).abs() < 5e-4 * compliance / 216.0, "{filter:?}: {last}");
    }
}

#[test]
fn the_learned_flow_needs_fewer_evaluations_and_ends_no_higher() {
    let presets = [
        (Preset2d::Mbb, [60, 20]),
        (Preset2d::Cantilever, [48, 24]),
        (Preset2d::TwoLoadCases, [48, 32]),
    ];
    for (preset, size) in presets {
        let make = |o: &TopologyOptions| Topology::new(&size, &preset.structure(), o).unwrap();
        let mut problem = make(&densities(FilterKind::Density));
        let mut criteria = criteria_of(&problem);
        let (count, _, reference) = run(&mut problem, &mut criteria, 300, 1.0);
        let mut problem = make(&TopologyOptions {
            direction: DesignDirection::Criteria,
            ..options()
        });
        let o = AdaptiveOptions {
            direction: Direction::Custom,
            faithful: true,
            ..Default::default()
        };
        let mut flow = adaptive(&problem.start(), &o, None).unwrap();
        let (_, hits, _) = run(&mut problem, &mut *flow, 60, reference);
        let last = flow.best().unwrap().0.exp();
        let limits = [18, 30, 45, 110];
        for (hit, limit) in hits.iter().zip(limits) {
            assert!(hit.is_some_and(|hit| hit <= limit), "{preset:?}: {hits:?} of {count}");
        }
        assert!(last < 1.001 * reference, "{preset:?}: {last} {reference}");
    }
}

#[test]
fn moving_asymptotes_find_a_design_as_good() {
    let mut problem = mbb(&densities(FilterKind::Density));
    let o = MovingAsymptotesOptions {
        weights: Some(problem.volume_weights().to_vec()),
        limit: problem.volume_limit(),
        ..Default::default()
    };
    let mut asymptotes = MovingAsymptotes::new(&problem.start(), &o).unwrap();
    let (_, hits, last) = run(&mut problem, &mut asymptotes, 200, 233.7146);
    assert!(hits[3].is_some() && last < 1.001 * 233.7146, "{hits:?} {last}");
}

#[test]
fn the_volume_is_kept_and_given_elements_are_given() {
    let structure = Structure {
        regions: vec![
            Region {
                at: Place::plane([0.2, 0.2], [0.4, 0.8]),
                solid: false,
            },
            Region {
                at: Place::plane([0.6, 0.0], [1.0, 0.1]),
                solid: true,
            },
        ],
        ..Preset2d::Cantilever.structure()
    };
    for filter in [FilterKind::Density, FilterKind::Helmholtz] {
        for sharpness in [0.0, 8.0] {
            let o = TopologyOptions {
                volume_fraction: 0.35,
                filter,
                sharpness,
                ..options()
            };
            let mut problem = Topology::new(&[30, 20], &structure, &o).unwrap();
            let point: Vec<f64> = noise(600, 3).iter().map(|x| 8.0 * x).collect();
            let density = problem.density(&point).unwrap();
            let (mut volume, mut counted) = (0.0, 0);
            for (i, rho) in density.iter().enumerate() {
                let (x, y) = (((i % 30) as f64 + 0.5) / 30.0, ((i / 30) as f64 + 0.5) / 20.0);
                assert!((0.0..=1.0).contains(rho));
                if (0.2..=0.4).contains(&x) && (0.2..=0.8).contains(&y) {
                    assert_eq!(*rho, 0.0);
                } else {
                    counted += 1;
                    volume += rho;
                }
                if x >= 0.6 && y <= 0.1 {
                    assert_eq!(*rho, 1.0);
                }
            }
            assert!((volume / f64::from(counted) - 0.35).abs() < 1e-12, "{filter:?} {sharpness}");
            let mut gradient = vec![0.0; 600];
            problem.evaluate(&point, &mut gradient);
            assert!((problem.last().unwrap().volume - 0.35).abs() < 1e-12);
            assert_eq!(gradient[5 * 30 + 8], 0.0);
        }
    }
}

#[test]
fn filters_keep_constants_and_each_derivative_is_their_transpose() {
    // In the plane of densities: the volume weights are the column means of the filter.
    for filter in [FilterKind::Density, FilterKind::Helmholtz] {
        let problem = mbb(&densities(filter));
        let weights = problem.volume_weights();
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(weights.iter().all(|w| *w > 0.0));
        let mut problem = mbb(&densities(filter));
        let density = problem.density(&vec![0.3; 1200]).unwrap();
        assert!(density.iter().all(|rho| (rho - 0.3).abs() < 1e-12), "{filter:?}");
        let x: Vec<f64> = noise(1200, 4).iter().map(|v| 0.5 + 0.5 * v).collect();
        let mean: f64 = problem.density(&x).unwrap().iter().sum::<f64>() / 1200.0;
        let by_weights: f64 = x.iter().zip(problem.volume_weights()).map(|(x, w)| x * w).sum();
        assert!((mean - by_weights).abs() < 1e-12, "{filter:?}");
    }
}

#[test]
fn a_cantilever_of_full_density_bends_as_a_beam() {
    // Timoshenko: deflection P L^3 / (3 E I) + P L / (k G A), within some percent for a slender beam of many elements.
    let o = TopologyOptions {
        volume_fraction: 0.999_999,
        filter: FilterKind::None,
        logarithm: false,
        ..options()
    };
    let (length, height) = (160.0_f64, 16.0_f64);
    let mut beam = Topology::new(&[160, 16], &Preset2d::Cantilever.structure(), &o).unwrap();
    let compliance = beam.evaluate(&vec![0.0; 2560], &mut vec![0.0; 2560]);
    let inertia = height.powi(3) / 12.0;
    let expected = length.powi(3) / (3.0 * inertia) + length / (5.0 / 6.0 * height / (2.0 * 1.3));
    assert!((compliance / expected - 1.0).abs() < 0.02, "{compliance} {expected}");
    // The end goes down by as much as the force does work.
    let displacement = beam.displacement(&vec![0.0; 2560], 0).unwrap();
    let node = 160 + 161 * 8;
    assert!((-displacement[2 * node + 1] - compliance).abs() < 1e-9 * compliance);
}

#[test]
fn equal_histories_give_equal_bits() {
    let bits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let o = TopologyOptions {
                solver: SolverKind::Multigrid,
                filter_radius: Some(3.0),
                ..Default::default()
            };
            let mut problem = Topology::new(&[32, 16, 16], &Preset3d::Cantilever.structure(), &o).unwrap();
            let n = problem.dimension();
            let mut gradient = vec![0.0; n];
            let mut all = Vec::new();
            for seed in 1..3 {
                all.push(problem.evaluate(&noise(n, seed), &mut gradient).to_bits());
                all.extend(gradient.iter().map(|g| g.to_bits()));
            }
            all
        })
    };
    assert_eq!(bits(1), bits(2));
}

#[test]
fn points_outside_of_the_domain_are_failed_evaluations() {
    let mut problem = mbb(&options());
    let mut gradient = vec![0.0; 1200];
    for wrong in [f64::NAN, f64::INFINITY] {
        let mut point = problem.start();
        point[3] = wrong;
        assert!(problem.evaluate(&point, &mut gradient).is_nan());
        assert_eq!(problem.last(), None);
        assert_eq!(problem.density(&point).err().unwrap().argument(), Some("x"));
    }
    let mut wild = noise(1200, 2);
    wild.iter_mut().for_each(|x| *x *= 1e300);
    let value = problem.evaluate(&wild, &mut gradient);
    assert!(value.is_finite() || value.is_nan());
    // The next evaluation knows nothing of it.
    let start = problem.start();
    let value = problem.evaluate(&start, &mut gradient);
    assert_eq!(value.to_bits(), mbb(&options()).evaluate(&start, &mut vec![0.0; 1200]).to_bits());
}

#[test]
fn what_a_solver_starts_from_is_handed_on_and_only_to_the_like() {
    let make = |size: [usize; 2]| {
        let o = TopologyOptions {
            solver: SolverKind::Multigrid,
            ..Default::default()
        };
        Topology::new(&size, &Preset2d::Mbb.structure(), &o).unwrap()
    };
    let (mut one, mut other) = (make([18, 6]), make([18, 6]));
    assert!(one.memory().is_empty());
    let mut gradient = vec![0.0; 108];
    one.evaluate(&noise(108, 1), &mut gradient);
    one.evaluate(&noise(108, 2), &mut gradient);
    other.remember(&one.memory()).unwrap();
    let value = one.evaluate(&noise(108, 3), &mut gradient);
    assert_eq!(value.to_bits(), other.evaluate(&noise(108, 3), &mut vec![0.0; 108]).to_bits());
    // As many elements, nodes and unknowns, and yet another grid.
    assert_eq!(make([6, 18]).remember(&one.memory()).err().unwrap().code(), "ERR_LGF_SNAPSHOT");
    assert!(other.remember(&one.memory()[1..]).is_err());
}

#[test]
fn a_look_at_another_design_changes_nothing_of_a_run() {
    let make = || {
        let o = TopologyOptions {
            solver: SolverKind::Multigrid,
            sharpness: 2.0,
            ..Default::default()
        };
        Topology::new(&[24, 8], &Preset2d::Mbb.structure(), &o).unwrap()
    };
    let (mut looked, mut plain) = (make(), make());
    let [mut a, mut b] = [vec![0.0; 192], vec![0.0; 192]];
    for seed in 1..4 {
        let value = looked.evaluate(&noise(192, seed), &mut a);
        assert_eq!(value.to_bits(), plain.evaluate(&noise(192, seed), &mut b).to_bits());
        assert_eq!(a, b);
        looked.density(&noise(192, 9)).unwrap();
        looked.displacement(&noise(192, 8), 0).unwrap();
        let [mut of_looked, mut of_plain] = [Vec::new(), Vec::new()];
        assert!(looked.weights(&mut of_looked) && plain.weights(&mut of_plain));
        assert_eq!((of_looked, looked.last()), (of_plain, plain.last()));
        assert_eq!(looked.memory(), plain.memory());
    }
}

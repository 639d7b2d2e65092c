//! The acoustic inverse problem against stored numbers, its own limits and its other ways of computing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use lgf_core::error::Error;
use lgf_core::problem::Problem;
use lgf_problems::{AcousticInverse, AcousticInverseOptions, MassMatrix, TriangleMesh};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

fn norm(a: &[f64]) -> f64 {
    a.iter().map(|v| v * v).sum::<f64>().sqrt()
}

fn lattice(size: f64, mass: MassMatrix) -> AcousticInverseOptions {
    AcousticInverseOptions {
        size: Some(size),
        mass,
        ..Default::default()
    }
}

/// Value and gradient at a point that is nowhere special.
fn evaluation(problem: &mut AcousticInverse) -> (f64, Vec<f64>) {
    let a: Vec<f64> = (0..problem.dimension()).map(|e| 1.0 + 0.3 * (0.7 * e as f64).sin()).collect();
    let mut gradient = vec![0.0; a.len()];
    (problem.evaluate(&a, &mut gradient), gradient)
}

#[test]
fn stored_values_and_gradients() {
    let stored: Value = serde_json::from_str(include_str!("../../../testdata/golden/acoustic_inverse.json")).unwrap();
    let mut problem = AcousticInverse::new(&AcousticInverseOptions::default()).unwrap();
    assert!(distance(problem.true_slowness(), &numbers(&stored["trueSlowness"])) < 1e-13);
    for case in stored["evaluations"].as_array().unwrap() {
        let (a, gradient) = (numbers(&case["a"]), numbers(&case["gradient"]));
        let mut g = vec![0.0; a.len()];
        let value = problem.evaluate(&a, &mut g);
        let expected = case["value"].as_f64().unwrap();
        assert!((value / expected - 1.0).abs() < 1e-12, "{value} {expected}");
        assert!(distance(&g, &gradient) < 1e-12 * norm(&gradient));
    }
    let truth: Vec<f64> = problem.true_slowness().iter().map(|s| s - 0.01).collect();
    let pressure = problem.pressure(&truth).unwrap();
    let largest = pressure.iter().fold(0.0, |m: f64, p| m.max(p.abs()));
    assert!((largest / stored["maxPressure"].as_f64().unwrap() - 1.0).abs() < 1e-12);
    let mut g = vec![1.0; truth.len()];
    assert!(problem.evaluate(&truth, &mut g) < 1e-20 && norm(&g) < 1e-8);
    assert!(problem.parameter_error(&truth).unwrap() < 1e-30);
}

#[test]
fn checkpoints_give_the_same_bits() {
    for mass in [MassMatrix::Consistent, MassMatrix::Lumped] {
        let whole = AcousticInverseOptions {
            times: Some(700),
            ..lattice(0.03, mass)
        };
        let (mut reference, mut least) = (AcousticInverse::new(&whole).unwrap(), 0);
        let expected = evaluation(&mut reference);
        // From more than enough to too little: all kept, states again, both again, refused.
        let mut ways = Vec::new();
        for limit in (20..26).flat_map(|p| [2, 3].map(|m| (m << p) / 2)).rev() {
            match AcousticInverse::new(&AcousticInverseOptions {
                memory_limit: limit,
                ..whole.clone()
            }) {
                Ok(mut problem) => {
                    let found = evaluation(&mut problem);
                    assert_eq!(found, expected, "{limit}");
                    assert_eq!(evaluation(&mut problem), expected, "a second time");
                    ways.push(problem.sweeps());
                }
                Err(Error::Argument { name, .. }) if name == "memoryLimit" => least = limit,
                Err(other) => panic!("{other}"),
            }
        }
        ways.dedup();
        assert_eq!(ways, [2, 3, 4], "{mass:?}");
        assert!(least > 0);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for mass in [MassMatrix::Consistent, MassMatrix::Lumped] {
        // More free nodes than the bound from which threads are used.
        let options = AcousticInverseOptions {
            times: Some(40),
            ..lattice(0.009, mass)
        };
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| evaluation(&mut AcousticInverse::new(&options).unwrap()))
        };
        let one = run(1);
        assert!(one.0.is_finite() && norm(&one.1) > 0.0);
        assert_eq!(one, run(2));
        assert_eq!(one, run(8));
    }
}

#[test]
fn parts_and_separators_solve_the_same_equations() {
    // With threads the factor is cut into parts; the tangent then still satisfies its equations, seen by the adjoint.
    let options = AcousticInverseOptions {
        times: Some(12),
        ..lattice(0.009, MassMatrix::Consistent)
    };
    let mut problem = AcousticInverse::new(&options).unwrap();
    let (d, size) = (problem.dimension(), problem.mesh().nodes.len() * 12);
    let a: Vec<f64> = (0..d).map(|e| 1.0 + 0.3 * (0.7 * e as f64).sin()).collect();
    let v: Vec<f64> = (0..d).map(|e| (1.3 * e as f64).cos()).collect();
    let w: Vec<f64> = (0..size).map(|i| (0.9 * i as f64).sin()).collect();
    let (jv, jw) = (problem.tangent(&a, &v).unwrap(), problem.adjoint(&a, &w).unwrap());
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    assert!((dot(&jv, &w) - dot(&v, &jw)).abs() < 1e-12 * norm(&jv) * norm(&w));
    // The histories do not depend on whether there are parts: a coarse mesh has none, and differences of the pressure agree on the fine
    // one.
    let h = 1e-4;
    let mut at = |t: f64| {
        problem
            .pressure(&a.iter().zip(&v).map(|(a, v)| a + t * v).collect::<Vec<_>>())
            .unwrap()
    };
    let (above, below) = (at(h), at(-h));
    let difference: Vec<f64> = above.iter().zip(&below).map(|(p, m)| (p - m) / (2.0 * h)).collect();
    assert!(distance(&difference, &jv) < 1e-6 * norm(&jv));
}

#[test]
fn points_outside_of_the_domain() {
    let mut problem = AcousticInverse::new(&AcousticInverseOptions::default()).unwrap();
    let d = problem.dimension();
    let mut g = vec![0.0; d];
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX] {
        let mut a = vec![1.0; d];
        a[7] = wrong;
        assert!(!problem.evaluate(&a, &mut g).is_finite(), "{wrong}");
        assert!(g.iter().all(|g| g.is_nan()));
    }
    // The next one starts clean, zeros have a gradient, and signs do not matter.
    let clean = evaluation(&mut AcousticInverse::new(&AcousticInverseOptions::default()).unwrap());
    assert_eq!(evaluation(&mut problem), clean);
    let mut a = vec![1.0; d];
    a[7] = 0.0;
    assert!(problem.evaluate(&a, &mut g).is_finite() && g[7] == 0.0);
    let (plus, mut h) = (problem.evaluate(&vec![1.2; d], &mut g), vec![0.0; d]);
    assert_eq!(problem.evaluate(&vec![-1.2; d], &mut h), plus);
    assert!(g.iter().zip(&h).all(|(g, h)| *g == -*h));
    // Beyond the bound of stability the states grow.
    let mut short = AcousticInverse::new(&AcousticInverseOptions {
        end_time: 200.0,
        ..Default::default()
    });
    assert!(matches!(&short, Err(Error::Argument { name, .. }) if name == "times"));
    short = AcousticInverse::new(&AcousticInverseOptions {
        times: Some(100),
        ..lattice(0.09, MassMatrix::Consistent)
    });
    let value = short.unwrap().evaluate(&[1e-3; 350], &mut [0.0; 350]);
    assert!(value.is_nan() || value > 1e20, "{value}");
}

#[test]
fn lattices_are_well_shaped() {
    for (size, least) in [(0.5, 26.5), (0.2, 26.5), (0.12, 29.0), (0.09, 29.0), (0.0301, 29.0), (0.01, 29.0)] {
        let mut mesh = TriangleMesh::unit_square(size).unwrap();
        let before = mesh.clone();
        mesh.check().unwrap();
        assert_eq!(mesh, before, "counter-clockwise");
        let (mut area, mut smallest) = (0.0, f64::INFINITY);
        for corners in &mesh.triangles {
            let p = corners.map(|c| mesh.nodes[c as usize]);
            for i in 0..3 {
                let [a, b, c] = [p[i], p[(i + 1) % 3], p[(i + 2) % 3]];
                let (u, v) = ([b[0] - a[0], b[1] - a[1]], [c[0] - a[0], c[1] - a[1]]);
                let cross = u[0] * v[1] - u[1] * v[0];
                smallest = cross.atan2(u[0] * v[0] + u[1] * v[1]).min(smallest);
                area += cross / 6.0;
                assert!(u[0].hypot(u[1]) < 1.2 * size, "edges as asked for");
            }
        }
        assert!((area - 1.0).abs() < 1e-12, "no gap, no overlap");
        let smallest = smallest.to_degrees();
        assert!(smallest > least, "angle {smallest} at size {size}");
        assert_eq!(mesh.nodes[mesh.forced_node as usize], [0.5, 1.0]);
        for (i, [x, y]) in mesh.nodes.iter().enumerate() {
            assert_eq!(mesh.fixed_nodes.contains(&(i as u32)), *x == 0.0 || *x == 1.0 || *y == 0.0);
        }
    }
    assert_eq!(TriangleMesh::unit_square(0.09).unwrap().triangles.len(), 350);
}

#[test]
fn meshes_that_are_none() {
    let refused = |expected: &str, change: &dyn Fn(&mut TriangleMesh)| {
        let mut mesh = TriangleMesh::published();
        change(&mut mesh);
        match AcousticInverse::with_mesh(&AcousticInverseOptions::default(), mesh) {
            Err(Error::Argument { name, .. } | Error::NonFinite { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {:?}", other.err()),
        }
    };
    refused("mesh.nodes", &|m| m.nodes.truncate(2));
    refused("mesh.nodes", &|m| m.nodes[5][1] = f64::NAN);
    refused("mesh.nodes.7", &|m| m.nodes[7] = m.nodes[3]);
    refused("mesh.nodes.198", &|m| m.nodes.push([3.0, 3.0]));
    refused("mesh.triangles", &|m| m.triangles.clear());
    refused("mesh.triangles.4", &|m| m.triangles[4][1] = 198);
    refused("mesh.triangles.4", &|m| m.triangles[4][1] = m.triangles[4][0]);
    refused("mesh.triangles", &|m| {
        let first = m.triangles[0];
        m.triangles.extend([first, first]);
    });
    refused("mesh.fixedNodes.37", &|m| m.fixed_nodes.push(m.fixed_nodes[2]));
    refused("mesh.fixedNodes.37", &|m| m.fixed_nodes.push(198));
    refused("mesh.forcedNode", &|m| m.forced_node = 1);
    refused("mesh.forcedNode", &|m| m.forced_node = 198);
    refused("mesh.triangles.2", &|m| m.nodes.iter_mut().for_each(|p| p[1] = -p[1]));
    let sized = AcousticInverseOptions {
        size: Some(0.1),
        ..Default::default()
    };
    let both = AcousticInverse::with_mesh(&sized, TriangleMesh::published());
    assert!(matches!(both, Err(Error::Argument { name, .. }) if name == "size"));
}

#[test]
fn a_mesh_of_ones_own_is_turned_and_gives_the_same_numbers() {
    let mut mesh = TriangleMesh::published();
    mesh.triangles.iter_mut().for_each(|corners| corners.swap(0, 2));
    let options = AcousticInverseOptions {
        times: Some(300),
        ..Default::default()
    };
    let (value, gradient) = evaluation(&mut AcousticInverse::with_mesh(&options, mesh).unwrap());
    let (expected, along) = evaluation(&mut AcousticInverse::new(&options).unwrap());
    assert!((value / expected - 1.0).abs() < 1e-12 && distance(&gradient, &along) < 1e-12 * norm(&along));
}

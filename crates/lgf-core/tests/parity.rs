//! Every stage against numbers computed by the published Python implementation.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use faer::Mat;
use lgf_core::library::{FeatureOptions, LibraryOptions, PolynomialLibrary, polynomial_features};
use lgf_core::optimizer::{Adam, AdamFlow, AdamFlowOptions, AdamOptions, GradientFlow, GradientFlowOptions, Optimizer};
use lgf_core::param::Options;
use lgf_core::problem::Problem;
use lgf_core::regress::{DenseOptions, StlsqOptions, least_squares, stlsq};
use lgf_core::targets::{StrongOptions, TestFunctionOptions, strong_form, weak_form};
use support::{ClosedForm, assert_close, golden, matrix, options};

fn size(value: &serde_json::Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn features() {
    for case in golden("library")["cases"].as_array().unwrap() {
        let features = polynomial_features(
            matrix(&case["states"]).as_ref(),
            &FeatureOptions {
                poly_order: size(&case["polyOrder"]),
                include_bias: case["includeBias"].as_bool().unwrap(),
            },
        )
        .unwrap();
        assert_eq!(features.ncols(), size(&case["featureCount"]));
        assert_close(&features, &matrix(&case["features"]), 1e-14, 0.0, "features");
    }
}

#[test]
fn orthonormal_features() {
    for case in golden("library")["orthonormal"].as_array().unwrap() {
        let mut library = PolynomialLibrary::new(&LibraryOptions {
            dimension: size(&case["dim"]),
            poly_order: size(&case["polyOrder"]),
            include_bias: case["includeBias"].as_bool().unwrap(),
            orthonormal: true,
            ..Default::default()
        })
        .unwrap();
        let states = matrix(&case["states"]);
        library.fit(states.as_ref()).unwrap();
        assert_eq!(library.feature_count(), size(&case["keptFeatures"]));
        let train = library.transform(states.as_ref()).unwrap();
        let fresh = library.transform(matrix(&case["newStates"]).as_ref()).unwrap();
        assert_close(
            &(&train * train.transpose()),
            &matrix(&case["trainKernel"]),
            1e-9,
            0.0,
            "training kernel",
        );
        assert_close(
            &(&fresh * train.transpose()),
            &matrix(&case["crossKernel"]),
            1e-9,
            0.0,
            "cross kernel",
        );
    }
}

#[test]
fn strong_and_weak_form() {
    let file = golden("weak_strong");
    let pair = |case: &serde_json::Value| {
        let states = matrix(&case["states"]);
        let o = FeatureOptions {
            poly_order: size(&case["polyOrder"]),
            include_bias: case["includeBias"].as_bool().unwrap(),
        };
        let features = polynomial_features(states.as_ref(), &o).unwrap();
        (states, features, case["dt"].as_f64().unwrap())
    };
    for case in file["strong"].as_array().unwrap() {
        let (states, features, dt) = pair(case);
        let got = strong_form(
            states.as_ref(),
            features.as_ref(),
            dt,
            &StrongOptions {
                fd_order: size(&case["fdOrder"]),
            },
        )
        .unwrap();
        assert_close(&got.target, &matrix(&case["target"]), 1e-12, 0.0, "strong target");
        assert_close(&got.regression, &matrix(&case["regression"]), 1e-14, 0.0, "strong regression");
    }
    for case in file["weak"].as_array().unwrap() {
        let (states, features, dt) = pair(case);
        let o = TestFunctionOptions::read(Some(&options(&case["testFunctions"])), "").unwrap();
        let got = weak_form(states.as_ref(), features.as_ref(), dt, &o).unwrap();
        // The narrowest test function has one inner point, where its slope is zero: there all that the published target holds is the
        // rounding of its slope, relative to the states. Hence the floor.
        assert_close(&got.target, &matrix(&case["target"]), 1e-9, states.norm_max() * 1e-3, "weak target");
        assert_close(&got.regression, &matrix(&case["regression"]), 1e-9, 0.0, "weak regression");
    }
}

#[test]
fn solvers() {
    let file = golden("solvers");
    for case in file["stlsq"].as_array().unwrap() {
        let o = StlsqOptions::read(Some(&options(&case["options"])), "").unwrap();
        let fit = stlsq(matrix(&case["regression"]).as_ref(), matrix(&case["target"]).as_ref(), &o).unwrap();
        let expected = matrix(&case["coefficients"]);
        assert_close(
            &fit.coefficients,
            &expected,
            case["tolerance"].as_f64().unwrap(),
            1e-300,
            case["name"].as_str().unwrap(),
        );
        let zeros = |a: &Mat<f64>| {
            a.col_iter()
                .flat_map(|c| c.iter().map(|v| *v == 0.0).collect::<Vec<_>>())
                .collect::<Vec<_>>()
        };
        assert_eq!(zeros(&fit.coefficients), zeros(&expected), "support of {}", case["name"]);
    }
    for case in file["dense"].as_array().unwrap() {
        let fit = least_squares(
            matrix(&case["regression"]).as_ref(),
            matrix(&case["target"]).as_ref(),
            &DenseOptions::default(),
        )
        .unwrap();
        assert_close(
            &fit.coefficients,
            &matrix(&case["coefficients"]),
            case["tolerance"].as_f64().unwrap(),
            0.0,
            "dense",
        );
    }
}

#[test]
fn whole_runs_of_the_gradient_flow() {
    for (number, case) in golden("gradient_flow").as_array().unwrap().iter().enumerate() {
        let mut problem = ClosedForm::golden(&case["problem"]);
        let known = ["learningRate", "dt", "historySize", "retrainInterval", "model", "solver", "ode"];
        let tree: serde_json::Map<_, _> = known.iter().map(|k| ((*k).to_string(), case[*k].clone())).collect();
        let o = GradientFlowOptions::read(Some(&options(&tree.into())), "").unwrap();
        let mut flow = GradientFlow::new(&problem.start(), &o).unwrap();
        let steps = size(&case["steps"]);
        let iterates = iterates(&mut flow, &mut problem, steps);
        assert_close(
            &iterates,
            &matrix(&case["iterates"]),
            case["tolerance"].as_f64().unwrap(),
            0.0,
            &format!("run {number}"),
        );
        assert_eq!(flow.evaluations(), case["evaluations"].as_u64().unwrap());
        assert_eq!(problem.calls as u64, flow.evaluations());
        assert_eq!(flow.fallbacks(), 0);
    }
}

#[test]
fn whole_runs_of_adam() {
    for (number, case) in golden("adam").as_array().unwrap().iter().enumerate() {
        let mut problem = ClosedForm::golden(&case["problem"]);
        let base = ["learningRate", "betas", "eps", "amsgrad"];
        let learned = ["dt", "historySize", "retrainInterval", "model", "solver", "ode"];
        let tree = |known: &[&str]| -> serde_json::Map<_, _> { known.iter().map(|k| ((*k).to_string(), case[*k].clone())).collect() };
        let mut run: Box<dyn Optimizer> = if case["optimizer"] == "BaseAdam" {
            let o = AdamOptions::read(Some(&options(&tree(&base).into())), "").unwrap();
            Box::new(Adam::new(&problem.start(), &o).unwrap())
        } else {
            let all = [base.as_slice(), &learned].concat();
            let o = AdamFlowOptions::read(Some(&options(&tree(&all).into())), "").unwrap();
            Box::new(AdamFlow::new(&problem.start(), &o).unwrap())
        };
        let iterates = iterates(run.as_mut(), &mut problem, size(&case["steps"]));
        assert_close(
            &iterates,
            &matrix(&case["iterates"]),
            case["tolerance"].as_f64().unwrap(),
            0.0,
            &format!("run {number}"),
        );
        assert_eq!(run.evaluations(), case["evaluations"].as_u64().unwrap());
        assert_eq!((problem.calls as u64, run.fallbacks()), (run.evaluations(), 0));
    }
}

/// The iterate after each step, one row a step.
fn iterates(optimizer: &mut dyn Optimizer, problem: &mut ClosedForm, steps: usize) -> Mat<f64> {
    let mut gradient = vec![0.0; problem.dimension()];
    let mut iterates = Mat::zeros(steps, problem.dimension());
    for i in 0..steps {
        lgf_core::driver::step(optimizer, problem, &mut gradient).unwrap();
        optimizer.point().iter().enumerate().for_each(|(j, &x)| iterates[(i, j)] = x);
    }
    iterates
}

//! One valid call; each case breaks one thing and is refused by name.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
use faer::{Mat, mat};
use lgf_core::fit::{DiscoverOptions, ModelOptions};
use lgf_core::integrate::{Field, IntervalOptions, OdeOptions, Rk4Options, Rk45Options, integrate};
use lgf_core::library::{FeatureOptions, LibraryOptions, PolynomialLibrary, polynomial_features};
use lgf_core::newton::{NewtonCgOptions, NewtonOptions};
use lgf_core::optimizer::*;
use lgf_core::param::{Options, Value};
use lgf_core::reduce::{SvdOptions, thin_svd};
use lgf_core::regress::{DenseOptions, StlsqOptions, least_squares, stlsq};
use lgf_core::targets::{Method, StrongOptions, TestFunctionOptions, strong_form, weak_form};
use lgf_core::{Error, Result, discover};

fn refused<T>(result: Result<T>, code: &str, argument: &str) {
    let error: Error = result.err().unwrap();
    assert_eq!((error.code(), error.argument()), (code, Some(argument)), "{error}");
    assert!(error.to_string().contains(argument), "{error}");
}

const ARGUMENT: &str = "ERR_LGF_ARGUMENT";
const SHAPE: &str = "ERR_LGF_SHAPE";
const NONFINITE: &str = "ERR_LGF_NONFINITE";

/// Reads a group of options with one field given, and those that are required.
fn with_field<T: Options>(field: &str, value: Value) -> Result<T> {
    let required = T::describe()
        .swap_remove(0)
        .fields
        .into_iter()
        .filter(|f| f.required && f.name != field);
    let given = required.map(|f| (f.name, Value::Number(1.0))).chain([(field.into(), value)]);
    T::read(Some(&Value::Tree(given.collect())), "")
}

/// Every option of a group refuses what no option can be, and the group refuses what it does not know.
fn every_option_is_checked<T: Options>() {
    for field in &T::describe()[0].fields {
        let function = with_field::<T>(&field.name, Value::Other("a function".into()));
        refused(function, ARGUMENT, &field.name);
        if field.ty == "number" {
            refused(with_field::<T>(&field.name, Value::Number(f64::NAN)), ARGUMENT, &field.name);
            refused(with_field::<T>(&field.name, Value::Text("1".into())), ARGUMENT, &field.name);
        }
    }
    refused(with_field::<T>("misspelt", Value::Number(1.0)), ARGUMENT, "misspelt");
    refused(T::read(Some(&Value::Number(7.0)), ""), ARGUMENT, "options");
}

#[test]
fn every_option_of_every_group() {
    every_option_is_checked::<FeatureOptions>();
    every_option_is_checked::<LibraryOptions>();
    every_option_is_checked::<StrongOptions>();
    every_option_is_checked::<TestFunctionOptions>();
    every_option_is_checked::<DenseOptions>();
    every_option_is_checked::<StlsqOptions>();
    every_option_is_checked::<SvdOptions>();
    every_option_is_checked::<IntervalOptions>();
    every_option_is_checked::<Rk4Options>();
    every_option_is_checked::<Rk45Options>();
    every_option_is_checked::<ModelOptions>();
    every_option_is_checked::<DiscoverOptions>();
    every_option_is_checked::<NewtonOptions>();
    every_option_is_checked::<NewtonCgOptions>();
    every_option_is_checked::<GradientDescentOptions>();
    every_option_is_checked::<GradientFlowOptions>();
    every_option_is_checked::<AdamOptions>();
    every_option_is_checked::<AdamFlowOptions>();
    every_option_is_checked::<TrustRegionOptions>();
    every_option_is_checked::<AdamTrustRegionOptions>();
    every_option_is_checked::<BatchOptions>();
}

#[test]
fn nested_options_are_named_by_their_path() {
    let tree = |name: &str, value: Value| Value::Tree(vec![(name.to_string(), value)]);
    let solver = Value::Tree(vec![
        ("kind".into(), Value::Text("stlsq".into())),
        ("alpha".into(), Value::Number(-1.0)),
    ]);
    refused(with_field::<GradientFlowOptions>("solver", solver), ARGUMENT, "solver.alpha");
    refused(
        with_field::<GradientFlowOptions>("solver", tree("kind", Value::Text("ridge".into()))),
        ARGUMENT,
        "solver.kind",
    );
    refused(
        with_field::<GradientFlowOptions>("ode", tree("method", Value::Text("euler".into()))),
        ARGUMENT,
        "ode.method",
    );
    let width = tree("testFunctions", tree("width", Value::Number(0.5)));
    refused(
        with_field::<GradientFlowOptions>("model", width),
        ARGUMENT,
        "model.testFunctions.width",
    );
}

#[test]
fn structs_made_in_rust_are_checked_too() {
    let start = [1.0, 2.0];
    let descent = |o: GradientDescentOptions| GradientDescent::new(&start, &o);
    descent(GradientDescentOptions::default()).unwrap();
    refused(
        descent(GradientDescentOptions {
            learning_rate: 0.0,
            ..Default::default()
        }),
        ARGUMENT,
        "learningRate",
    );
    refused(GradientDescent::new(&[], &GradientDescentOptions::default()), SHAPE, "start");
    refused(
        GradientDescent::new(&[0.0, f64::NAN], &GradientDescentOptions::default()),
        NONFINITE,
        "start",
    );

    let flow = |change: &dyn Fn(&mut GradientFlowOptions)| {
        let mut o = GradientFlowOptions {
            history_size: 10,
            retrain_interval: 20,
            ..Default::default()
        };
        change(&mut o);
        GradientFlow::new(&start, &o).map(|_| ())
    };
    flow(&|_| {}).unwrap();
    refused(flow(&|o| o.learning_rate = f64::INFINITY), ARGUMENT, "learningRate");
    refused(flow(&|o| o.dt = -1.0), ARGUMENT, "dt");
    refused(flow(&|o| o.history_size = 0), ARGUMENT, "historySize");
    refused(flow(&|o| o.retrain_interval = 9), ARGUMENT, "retrainInterval");
    refused(flow(&|o| o.history_size = 2), SHAPE, "historySize");
    refused(
        flow(&|o| (o.history_size, o.retrain_interval) = (900_000_000, 900_000_000)),
        ARGUMENT,
        "historySize",
    );
    refused(flow(&|o| o.model.fd_order = 3), ARGUMENT, "model.fdOrder");
    refused(flow(&|o| o.model.poly_order = 100_000), ARGUMENT, "model.polyOrder");
    refused(
        flow(&|o| (o.model.poly_order, o.model.include_bias) = (0, false)),
        ARGUMENT,
        "model.polyOrder",
    );
    refused(flow(&|o| o.model.truncation_rank = Some(3)), ARGUMENT, "model.truncationRank");
    refused(
        flow(&|o| {
            o.model.method = Some(Method::Weak);
            o.model.test_functions.width = Some(9);
        }),
        ARGUMENT,
        "model.testFunctions.width",
    );
    refused(
        flow(&|o| {
            o.ode = OdeOptions::Rk4(Rk4Options {
                step: Some(0.0),
                ..Default::default()
            })
        }),
        ARGUMENT,
        "ode.step",
    );
    refused(
        flow(&|o| {
            o.ode = OdeOptions::Rk45(Rk45Options {
                rtol: 0.0,
                atol: 0.0,
                ..Default::default()
            })
        }),
        ARGUMENT,
        "ode.atol",
    );
    // More steps than a learned step may take.
    refused(
        flow(&|o| {
            o.ode = OdeOptions::Rk4(Rk4Options {
                step: Some(o.dt / 10_001.0),
                ..Default::default()
            })
        }),
        ARGUMENT,
        "ode.step",
    );
}

#[test]
fn stages_refuse_what_they_cannot_use() {
    let good = mat![[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]];
    let empty: Mat<f64> = Mat::new();
    let nan = mat![[1.0, f64::NAN], [3.0, 4.0], [5.0, 7.0]];
    let short = mat![[1.0, 2.0]];
    let order = FeatureOptions::default();
    polynomial_features(good.as_ref(), &order).unwrap();
    refused(polynomial_features(empty.as_ref(), &order), SHAPE, "states");
    refused(polynomial_features(nan.as_ref(), &order), NONFINITE, "states");
    refused(
        polynomial_features(
            good.as_ref(),
            &FeatureOptions {
                poly_order: 1 << 40,
                ..order.clone()
            },
        ),
        ARGUMENT,
        "polyOrder",
    );

    let mut library = PolynomialLibrary::new(&LibraryOptions {
        dimension: 2,
        orthonormal: true,
        ..Default::default()
    })
    .unwrap();
    refused(library.transform(good.as_ref()), "ERR_LGF_STATE", "transform");
    refused(library.fit(mat![[1.0]].as_ref()), SHAPE, "states");
    refused(library.fit(nan.as_ref()), NONFINITE, "states");
    refused(library.names(&["one".into()]), SHAPE, "inputs");
    refused(PolynomialLibrary::new(&LibraryOptions::default()), ARGUMENT, "dimension");

    let strong = StrongOptions::default();
    strong_form(good.as_ref(), good.as_ref(), 0.1, &strong).unwrap();
    refused(strong_form(good.as_ref(), short.as_ref(), 0.1, &strong), SHAPE, "features");
    refused(strong_form(good.as_ref(), good.as_ref(), 0.0, &strong), ARGUMENT, "dt");
    refused(
        strong_form(good.as_ref(), good.as_ref(), 0.1, &StrongOptions { fd_order: 4 }),
        SHAPE,
        "states",
    );
    let weak = TestFunctionOptions::default();
    weak_form(good.as_ref(), good.as_ref(), 0.1, &weak).unwrap();
    refused(weak_form(good.as_ref(), nan.as_ref(), 0.1, &weak), NONFINITE, "features");
    refused(weak_form(good.as_ref(), good.as_ref(), f64::NAN, &weak), ARGUMENT, "dt");
    refused(
        weak_form(
            good.as_ref(),
            good.as_ref(),
            0.1,
            &TestFunctionOptions {
                width: Some(usize::MAX),
                ..weak
            },
        ),
        ARGUMENT,
        "width",
    );

    refused(
        least_squares(good.as_ref(), short.as_ref(), &DenseOptions::default()),
        SHAPE,
        "target",
    );
    refused(
        least_squares(nan.as_ref(), good.as_ref(), &DenseOptions::default()),
        NONFINITE,
        "regression",
    );
    refused(
        least_squares(good.as_ref(), good.as_ref(), &DenseOptions { rcond: Some(1.0) }),
        ARGUMENT,
        "rcond",
    );
    refused(stlsq(good.as_ref(), empty.as_ref(), &StlsqOptions::default()), SHAPE, "target");
    refused(
        stlsq(
            good.as_ref(),
            good.as_ref(),
            &StlsqOptions {
                max_iter: 0,
                ..Default::default()
            },
        ),
        ARGUMENT,
        "maxIter",
    );
    refused(
        thin_svd(
            good.as_ref(),
            &SvdOptions {
                rank: Some(3),
                energy: None,
            },
        ),
        ARGUMENT,
        "rank",
    );
    refused(
        thin_svd(
            good.as_ref(),
            &SvdOptions {
                rank: Some(1),
                energy: Some(0.5),
            },
        ),
        ARGUMENT,
        "energy",
    );
    refused(
        thin_svd(
            good.as_ref(),
            &SvdOptions {
                rank: None,
                energy: Some(0.0),
            },
        ),
        ARGUMENT,
        "energy",
    );

    let o = DiscoverOptions::default();
    discover(good.as_ref(), None, 0.1, &o).unwrap();
    refused(discover(short.as_ref(), None, 0.1, &o), SHAPE, "trajectory");
    refused(discover(good.as_ref(), Some(good.as_ref()), 0.1, &o), ARGUMENT, "model.method");
    let tracked = DiscoverOptions {
        model: ModelOptions {
            method: Some(Method::Tracked),
            ..Default::default()
        },
        ..Default::default()
    };
    discover(good.as_ref(), Some(good.as_ref()), 0.1, &tracked).unwrap();
    refused(discover(good.as_ref(), None, 0.1, &tracked), ARGUMENT, "derivatives");
    refused(discover(good.as_ref(), Some(short.as_ref()), 0.1, &tracked), SHAPE, "derivatives");
    let huge = good * 1e300;
    let squares = DiscoverOptions {
        model: ModelOptions {
            poly_order: 2,
            ..Default::default()
        },
        ..Default::default()
    };
    refused(discover(huge.as_ref(), None, 0.1, &squares), NONFINITE, "trajectory");
}

struct Still;
impl Field for Still {
    fn dimension(&self) -> usize {
        2
    }
    fn derivative(&mut self, _: f64, _: &[f64], dx: &mut [f64]) -> Result<()> {
        dx.fill(0.0);
        Ok(())
    }
}

#[test]
fn integration_refuses_what_it_cannot_follow() {
    let ode = OdeOptions::default();
    let over = |from, to, at| IntervalOptions { from, to, at };
    let run = |start: &[f64], over: &IntervalOptions| integrate(&mut Still, start, over, &ode);
    run(&[1.0, 2.0], &over(0.0, 1.0, None)).unwrap();
    refused(run(&[1.0], &over(0.0, 1.0, None)), SHAPE, "start");
    refused(run(&[1.0, f64::NAN], &over(0.0, 1.0, None)), NONFINITE, "start");
    refused(run(&[1.0, 2.0], &over(f64::NAN, 1.0, None)), ARGUMENT, "from");
    refused(run(&[1.0, 2.0], &over(0.0, f64::INFINITY, None)), ARGUMENT, "to");
    refused(run(&[1.0, 2.0], &over(-f64::MAX, f64::MAX, None)), ARGUMENT, "to");
    refused(run(&[1.0, 2.0], &over(0.0, 1.0, Some(vec![0.5, 0.4]))), ARGUMENT, "at.1");
    refused(run(&[1.0, 2.0], &over(0.0, 1.0, Some(vec![1.5]))), ARGUMENT, "at.0");
    // Times at both ends, twice, and none at all are admissible.
    let both = run(&[1.0, 2.0], &over(0.0, 1.0, Some(vec![0.0, 0.0, 1.0, 1.0]))).unwrap();
    assert_eq!((both.times, both.states), (vec![0.0, 0.0, 1.0, 1.0], [1.0, 2.0].repeat(4)));
    assert!(run(&[1.0, 2.0], &over(0.0, 1.0, Some(vec![]))).unwrap().times.is_empty());
    assert_eq!(run(&[1.0, 2.0], &over(1.0, 1.0, None)).unwrap().times, [1.0]);
}

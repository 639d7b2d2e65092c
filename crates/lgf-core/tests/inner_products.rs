//! Learned flows whose features are too many to be formed: forty variables of order 5 have a million of them.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use lgf_core::fit::{DiscoverOptions, ModelOptions};
use lgf_core::history::HistoryPrecision;
use lgf_core::library::MonomialBasis;
use lgf_core::optimizer::*;
use lgf_core::problem::Problem;
use lgf_core::regress::{SolverOptions, StlsqOptions};
use lgf_core::surrogate::{InnerProducts, Model};
use lgf_core::targets::Method;
use lgf_core::{discover, driver};
use proptest::prelude::*;
use support::ClosedForm;
use support::bytes::{close, open};
use support::table::{Make, adam, batch, flow, steps, trust};

const D: usize = 40;

fn fifth() -> ModelOptions {
    ModelOptions {
        poly_order: 5,
        ..Default::default()
    }
}

fn bowl() -> ClosedForm {
    let weights: Vec<f64> = (0..D).map(|i| 1.0 + 0.9 * (i as f64).sin()).collect();
    let start: Vec<f64> = (0..D).map(|i| 0.4 + 0.3 * (2.0 * i as f64).cos()).collect();
    ClosedForm::quadratic(&weights, &start)
}

fn makes() -> Vec<(&'static str, &'static str, Make)> {
    let single = HistoryPrecision::Single;
    vec![
        ("LGFGradientFlow", "", flow(|o| o.model = fifth())),
        (
            "LGFGradientFlow",
            "single",
            flow(move |o| (o.model, o.history_precision) = (fifth(), single)),
        ),
        (
            "LGFGradientFlow",
            "points",
            flow(|o| (o.model, o.model.points_added) = (fifth(), 2)),
        ),
        (
            "LGFGradientFlow",
            "weak",
            flow(|o| (o.model, o.model.method) = (fifth(), Some(Method::Weak))),
        ),
        ("LGFGradientFlow", "safeguard", flow(|o| (o.model, o.safeguard) = (fifth(), true))),
        ("LGFAdam", "", adam(|o| o.model = fifth())),
        (
            "LGFAdam",
            "single",
            adam(move |o| (o.model, o.history_precision) = (fifth(), single)),
        ),
        ("LGFTrustRegion", "", trust(|o| o.model = fifth())),
        ("LGFAdamTrustRegion", "", support::table::adam_trust(|o| o.model = fifth())),
        ("LGFBatch", "", batch(3, |o| o.model = fifth())),
        ("LGFBatch", "all rows", batch(2, |o| (o.model, o.all_rows) = (fifth(), true))),
    ]
}

fn bits(v: &[f64]) -> Vec<u64> {
    v.iter().map(|v| v.to_bits()).collect()
}

#[test]
fn restored_runs_go_on_bit_for_bit() {
    for (kind, variant, make) in makes() {
        let mut p = bowl();
        let mut original = make(&p.start());
        for at in [3, 5, 2, 4, 13] {
            steps(original.as_mut(), &mut p, at);
            let mut copy = restore(kind, &original.snapshot()).unwrap();
            assert_eq!(copy.snapshot(), original.snapshot(), "{kind} {variant}");
            let mut ahead = restore(kind, &original.snapshot()).unwrap();
            steps(copy.as_mut(), &mut p, 25);
            steps(ahead.as_mut(), &mut p, 25);
            assert_eq!(copy.snapshot(), ahead.snapshot());
        }
        let mut copy = restore(kind, &original.snapshot()).unwrap();
        steps(copy.as_mut(), &mut p, 31);
        steps(original.as_mut(), &mut p, 31);
        assert_eq!(bits(copy.iterates()), bits(original.iterates()), "{kind} {variant}");
        assert!(original.fits() > 0 && original.snapshot() == copy.snapshot(), "{kind} {variant}");
    }
}

/// A snapshot within a learned phase holds the rows once: the model refers to those of the history.
#[test]
fn snapshots_hold_the_rows_once() {
    let mut p = bowl();
    let mut run = flow(|o| o.model = fifth())(&p.start());
    steps(run.as_mut(), &mut p, 6);
    let before = run.snapshot().len();
    steps(run.as_mut(), &mut p, 2);
    assert!(run.fits() == 1 && run.snapshot().len() - before < 6 * D * size_of::<f64>());
}

#[test]
fn damaged_snapshots_neither_panic_nor_hang() {
    let mut restored = 0;
    for (kind, _, make) in makes().into_iter().step_by(3) {
        let mut p = bowl();
        let mut run = make(&p.start());
        steps(run.as_mut(), &mut p, 8);
        let bytes = run.snapshot();
        let (head, state) = open(&bytes);
        for at in (0..state.len()).rev().take(700).chain((0..state.len()).step_by(53)) {
            for change in [1, 0x7f, 0xff] {
                let mut state = state.to_vec();
                state[at] ^= change;
                if let Ok(mut run) = restore(kind, &close(&head, &state)) {
                    restored += 1;
                    let mut gradient = vec![0.0; D];
                    for _ in 0..3 {
                        if driver::step(run.as_mut(), &mut p, &mut gradient).is_err() {
                            break;
                        }
                    }
                }
            }
        }
    }
    assert!(restored > 100, "{restored}");
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    // More than a hundred thousand numbers, so that threads have a share in them.
    let d = 12_000;
    let run = |precision: HistoryPrecision| {
        let o = AdamFlowOptions {
            learning_rate: 0.01,
            history_size: 12,
            retrain_interval: 20,
            history_precision: precision,
            model: ModelOptions {
                poly_order: 2,
                ..Default::default()
            },
            ..Default::default()
        };
        let mut p = Wide(d);
        let mut adam = AdamFlow::new(&p.start(), &o).unwrap();
        let mut gradient = vec![0.0; d];
        for _ in 0..35 {
            driver::step(&mut adam, &mut p, &mut gradient).unwrap();
        }
        assert_eq!((adam.fits(), adam.fallbacks()), (2, 0));
        bits(adam.iterates())
    };
    for precision in [HistoryPrecision::Double, HistoryPrecision::Single] {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(precision))
        };
        let one = on(1);
        assert!(one == on(2) && one == on(8));
    }
}

/// `sum_i w_i (log cosh)(x_i - 1)`.
struct Wide(usize);

impl Problem for Wide {
    fn name(&self) -> &str {
        "wide"
    }
    fn dimension(&self) -> usize {
        self.0
    }
    fn start(&self) -> Vec<f64> {
        (0..self.0).map(|i| 0.5 * (i as f64).sin()).collect()
    }
    fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 {
        let mut value = 0.0;
        for (i, (x, g)) in x.iter().zip(g).enumerate() {
            let weight = 1.0 + (i % 5) as f64 * 0.25;
            value += weight * (x - 1.0).cosh().ln();
            *g = weight * (x - 1.0).tanh();
        }
        value
    }
}

#[test]
fn a_hundred_thousand_variables_descend() {
    let d = 100_000;
    for precision in [HistoryPrecision::Double, HistoryPrecision::Single] {
        let o = GradientFlowOptions {
            learning_rate: 0.1,
            dt: 0.1,
            history_size: 10,
            retrain_interval: 20,
            history_precision: precision,
            model: ModelOptions {
                poly_order: 2,
                ..Default::default()
            },
            ..Default::default()
        };
        let mut p = Wide(d);
        let mut run = GradientFlow::new(&p.start(), &o).unwrap();
        let mut gradient = vec![0.0; d];
        let mut values = vec![p.evaluate(&p.start(), &mut gradient)];
        for step in 1..=60 {
            driver::step(&mut run, &mut p, &mut gradient).unwrap();
            if step % 10 == 0 {
                values.push(p.evaluate(run.iterates(), &mut gradient));
            }
        }
        // Learned phases descend as the true ones between them do.
        assert!(values.windows(2).all(|pair| pair[1] < 0.5 * pair[0]), "{values:?}");
        assert_eq!((run.evaluations(), run.fits(), run.fallbacks()), (30, 3, 0));
        let model = run.model();
        assert!(model.is_none_or(|model| model.report().unwrap().features == 5_000_150_001));
    }
}

fn cubic() -> Model {
    let states = faer::Mat::from_fn(30, 60, |i, j| 0.6 * ((j + 1) as f64 - 0.02 * (i * (1 + j % 3)) as f64).sin());
    let o = DiscoverOptions {
        model: ModelOptions {
            poly_order: 4,
            ..Default::default()
        },
        ..Default::default()
    };
    discover(states.as_ref(), None, 0.1, &o).unwrap()
}

/// A model that somebody holds keeps its rows when the history that they came from begins anew.
#[test]
fn held_models_keep_their_rows() {
    for (kind, variant, make) in makes() {
        let mut p = bowl();
        let mut run = make(&p.start());
        let mut held: Vec<(Model, Vec<u64>)> = Vec::new();
        for _ in 0..60 {
            steps(run.as_mut(), &mut p, 1);
            if let Some(model) = run.model() {
                let at = model.derivative(&p.start()).unwrap();
                held.push((model.clone(), bits(&at)));
            }
        }
        assert!(held.len() > 5, "{kind} {variant}");
        for (model, at) in held {
            assert_eq!(bits(&model.derivative(&p.start()).unwrap()), at, "{kind} {variant}");
        }
    }
}

#[test]
fn too_many_coefficients_are_refused_where_they_are_asked_for() {
    let states = faer::Mat::from_fn(5, 20_000, |i, j| ((i * j) as f64).sin());
    let o = DiscoverOptions {
        model: ModelOptions {
            poly_order: 3,
            ..Default::default()
        },
        ..Default::default()
    };
    let model = discover(states.as_ref(), None, 0.1, &o).unwrap();
    assert_eq!(model.report().unwrap().features, 20_003 * 20_002 * 20_001 / 6);
    for (error, name) in [
        (model.coefficients().err(), "coefficients"),
        (model.names(&model.input_names()).err(), "names"),
        (model.require_formed("equations").err(), "equations"),
    ] {
        let error = error.unwrap();
        assert_eq!((error.code(), error.argument()), ("ERR_LGF_STATE", Some(name)));
    }
    assert!(model.basis().indices().is_empty());
    let mut none = [];
    model.basis().evaluate(&vec![1.0; 20_000], &mut none);
}

#[test]
fn a_model_is_made_again_of_its_parts() {
    let model = cubic();
    let InnerProducts { anchors, weights, outputs } = model.inner_products().unwrap();
    let flat: Vec<f64> = (0..weights.nrows())
        .flat_map(|i| weights.row(i).iter().copied().collect::<Vec<_>>())
        .collect();
    let polynomial = (60, 4, true);
    let again = Model::of_inner_products(polynomial, &anchors, flat.clone(), outputs.as_deref()).unwrap();
    let x: Vec<f64> = (0..60).map(|j| 0.3 * (j as f64).cos()).collect();
    assert_eq!(bits(&again.derivative(&x).unwrap()), bits(&model.derivative(&x).unwrap()));
    let refused = |polynomial, anchors: &[f64], weights: &[f64], outputs: Option<&[f64]>, name: &str| {
        let error = Model::of_inner_products(polynomial, anchors, weights.to_vec(), outputs)
            .err()
            .unwrap();
        assert_eq!(error.argument(), Some(name), "{error}");
    };
    let outputs = outputs.as_deref();
    refused((0, 4, true), &anchors, &flat, outputs, "inputs");
    refused((60, 0, true), &anchors, &flat, outputs, "polyOrder");
    refused((60, 65, true), &anchors, &flat, outputs, "polyOrder");
    refused((1_000_000, 9, true), &anchors, &flat, outputs, "polyOrder");
    refused(polynomial, &anchors[1..], &flat, outputs, "anchors");
    refused(polynomial, &[], &flat, outputs, "anchors");
    refused(polynomial, &[f64::NAN; 60], &flat, outputs, "anchors");
    refused(polynomial, &anchors, &flat[1..], outputs, "weights");
    refused(polynomial, &anchors, &flat, Some(&[1.0]), "outputs");
    refused(polynomial, &anchors, &vec![f64::INFINITY; flat.len()], outputs, "weights");
}

#[test]
fn what_needs_features_is_refused_by_name() {
    let start = vec![0.5; 10_000];
    let refused = |change: &dyn Fn(&mut GradientFlowOptions), name: &str, says: &str| {
        let mut o = GradientFlowOptions {
            model: ModelOptions {
                poly_order: 2,
                ..Default::default()
            },
            history_size: 20,
            ..Default::default()
        };
        change(&mut o);
        let error = GradientFlow::new(&start, &o).err().unwrap();
        assert_eq!((error.code(), error.argument()), ("ERR_LGF_ARGUMENT", Some(name)));
        assert!(error.to_string().contains(says), "{error}");
    };
    refused(
        &|o| o.solver = SolverOptions::Stlsq(StlsqOptions::default()),
        "model.polyOrder",
        "'dense'",
    );
    refused(&|o| o.model.orthonormal = true, "model.polyOrder", "without orthonormal");
    refused(
        &|o| (o.history_size, o.retrain_interval) = (30_000, 30_000),
        "historySize",
        "at most 4096",
    );
    refused(&|o| o.model.points_added = 300, "historySize", "at most 4096");
    refused(&|o| o.model.poly_order = 20, "model.polyOrder", "counted");
}

proptest! {
    /// The inner product that the power sums give is that of all monomials, one by one.
    #[test]
    fn power_sums_make_the_inner_product(
        x in prop::collection::vec(-1.5_f64..1.5, 1..7),
        seed in 0.1_f64..3.0,
        order in 1_usize..8,
        bias in any::<bool>(),
    ) {
        let d = x.len();
        let y: Vec<f64> = (0..d).map(|j| 1.2 * ((j as f64 + 1.0) * seed).sin()).collect();
        let basis = MonomialBasis::new(d, order, bias, "order").unwrap();
        let (mut a, mut b) = (vec![0.0; basis.len()], vec![0.0; basis.len()]);
        basis.evaluate(&x, &mut a);
        basis.evaluate(&y, &mut b);
        let formed: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        let size: f64 = a.iter().zip(&b).map(|(a, b)| (a * b).abs()).sum();
        // One anchor, one row of ones: the flow is the inner product itself.
        let model = Model::of_inner_products((d, order, bias), &x, vec![1.0], Some(&vec![1.0; d])).unwrap();
        let product = model.derivative(&y).unwrap()[0];
        prop_assert!((product - formed).abs() <= 1e-13 * size.max(1.0), "{product} {formed}");
        let coefficients = model.coefficients().unwrap();
        for (i, a) in a.iter().enumerate() {
            prop_assert_eq!(coefficients[(i, 0)].to_bits(), a.to_bits());
        }
    }
}

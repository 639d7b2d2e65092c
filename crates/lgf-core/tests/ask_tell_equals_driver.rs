//! Whoever drives an optimizer, it does the same, bit for bit; and what it refuses, it refuses without a trace.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use lgf_core::Error;
use lgf_core::driver;
use lgf_core::fit::ModelOptions;
use lgf_core::optimizer::{Begin, GradientFlow, GradientFlowOptions, Optimizer, Phase, Want};
use lgf_core::problem::Problem;
use lgf_core::targets::Method;
use support::ClosedForm;

fn options() -> GradientFlowOptions {
    GradientFlowOptions {
        learning_rate: 0.05,
        dt: 0.05,
        history_size: 6,
        retrain_interval: 10,
        ..Default::default()
    }
}

fn models() -> [ModelOptions; 3] {
    [
        ModelOptions::default(),
        ModelOptions {
            truncation_rank: Some(2),
            ..Default::default()
        },
        ModelOptions {
            method: Some(Method::Tracked),
            poly_order: 2,
            ..Default::default()
        },
    ]
}

fn problem() -> ClosedForm {
    ClosedForm::quadratic(&[1.0, 3.0, 7.0], &[1.0, -2.0, 0.5])
}

fn flow(options: &GradientFlowOptions) -> GradientFlow {
    GradientFlow::new(&problem().start(), options).unwrap()
}

#[test]
fn ask_and_tell_give_the_bits_of_the_driver() {
    for model in models() {
        let o = GradientFlowOptions { model, ..options() };
        let (mut driven, mut asked) = (flow(&o), flow(&o));
        let (mut p, mut g) = (problem(), vec![0.0; 3]);
        for _ in 0..30 {
            driver::step(&mut driven, &mut p, &mut g).unwrap();
        }
        while asked.evaluations() < driven.evaluations() {
            let request = asked.ask().unwrap();
            assert_eq!(asked.ask().unwrap(), request, "asking again repeats the question");
            let value = p.evaluate(asked.point(), &mut g);
            asked.tell(request.id, value, Some(&g)).unwrap();
        }
        assert_eq!(asked.advance(u64::MAX).unwrap(), 4);
        assert_eq!((asked.epoch(), asked.evaluations()), (30, 18));
        assert_eq!(asked.point(), driven.point());
        assert_eq!(asked.best(), driven.best());
    }
}

#[test]
fn a_learned_phase_in_one_call_gives_the_bits_of_single_steps() {
    for model in models() {
        let o = GradientFlowOptions { model, ..options() };
        let (mut single, mut whole) = (flow(&o), flow(&o));
        let (mut p, mut g) = (problem(), vec![0.0; 3]);
        for _ in 0..6 {
            driver::step(&mut single, &mut p, &mut g).unwrap();
            driver::step(&mut whole, &mut p, &mut g).unwrap();
        }
        assert_eq!(single.phase(), Phase::Learned);
        for _ in 0..4 {
            assert_eq!(single.advance(1).unwrap(), 1);
        }
        assert_eq!(whole.advance(u64::MAX).unwrap(), 4);
        assert_eq!(whole.phase(), Phase::True);
        assert_eq!(whole.point(), single.point());
        assert_eq!(whole.advance(u64::MAX).unwrap(), 0);
    }
}

#[test]
fn values_of_learned_steps_are_reported_but_neither_counted_nor_used() {
    let (mut plain, mut reporting) = (
        flow(&options()),
        flow(&GradientFlowOptions {
            report_learned_values: true,
            ..options()
        }),
    );
    let (mut p, mut g) = (problem(), vec![0.0; 3]);
    for _ in 0..10 {
        let a = driver::step(&mut plain, &mut p, &mut g).unwrap();
        let b = driver::step(&mut reporting, &mut p, &mut g).unwrap();
        assert_eq!((a.epoch, a.kind, a.evaluations), (b.epoch, b.kind, b.evaluations));
        match a.kind {
            Phase::True => assert_eq!(a.value, b.value),
            Phase::Learned => assert_eq!((a.value, b.value), (None, Some(p.evaluate(reporting.point(), &mut g)))),
        }
    }
    assert_eq!(plain.point(), reporting.point());
}

#[test]
fn a_learned_value_that_is_not_finite_is_reported_as_not_evaluated() {
    let mut flow = flow(&GradientFlowOptions {
        report_learned_values: true,
        ..options()
    });
    let (mut p, mut g) = (problem(), vec![0.0; 3]);
    for _ in 0..6 {
        driver::step(&mut flow, &mut p, &mut g).unwrap();
    }
    let request = flow.ask().unwrap();
    assert_eq!(request.want, Want::Value);
    assert_eq!(flow.tell(request.id, f64::NAN, None).unwrap().unwrap().value, None);
}

#[test]
fn a_refused_answer_changes_nothing() {
    let mut flow = flow(&options());
    let Begin::Evaluate(request) = flow.begin().unwrap() else {
        unreachable!("the first step is a true one")
    };
    let g = [1.0, 2.0, 3.0];
    let refusals: [(Result<_, Error>, &str, &str); 6] = [
        (flow.tell(request.id + 1, 1.0, Some(&g)), "ERR_LGF_STATE", "id"),
        (flow.tell(request.id, f64::NAN, Some(&g)), "ERR_LGF_NONFINITE", "value"),
        (flow.tell(request.id, 1.0, None), "ERR_LGF_ARGUMENT", "gradient"),
        (flow.tell(request.id, 1.0, Some(&g[..2])), "ERR_LGF_SHAPE", "gradient"),
        (
            flow.tell(request.id, 1.0, Some(&[0.0, f64::INFINITY, 0.0])),
            "ERR_LGF_NONFINITE",
            "gradient",
        ),
        (
            flow.tell(request.id, 1.0, Some(&[f64::MAX, f64::MAX, 1e308]))
                .and_then(|_| flow.tell(request.id, 1.0, None)),
            "ERR_LGF_STATE",
            "id",
        ),
    ];
    // The last pair: a large but finite step is taken, and the same answer again finds no question.
    for (result, code, argument) in refusals {
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.argument()), (code, Some(argument)));
    }
    assert_eq!(flow.epoch(), 1);
}

#[test]
fn a_step_beyond_the_range_of_doubles_is_refused() {
    let o = GradientFlowOptions {
        learning_rate: 1e10,
        ..options()
    };
    let mut flow = flow(&o);
    let id = flow.ask().unwrap().id;
    let error = flow.tell(id, 1.0, Some(&[1e300, 0.0, 0.0])).unwrap_err();
    assert_eq!((error.code(), error.argument()), ("ERR_LGF_NONFINITE", Some("gradient")));
    assert_eq!(flow.point(), problem().start());
    flow.tell(id, 1.0, Some(&[0.0; 3])).unwrap();
}

/// An answer that grows by itself: a learned flow that explodes must hand over to true steps and lose nothing.
#[test]
fn an_exploding_learned_flow_falls_back_to_true_steps() {
    let o = GradientFlowOptions {
        learning_rate: 1.0,
        dt: 100.0,
        model: ModelOptions {
            poly_order: 3,
            ..Default::default()
        },
        ..options()
    };
    let mut flow = GradientFlow::new(&[1.0], &o).unwrap();
    for _ in 0..6 {
        let id = flow.ask().unwrap().id;
        let x = flow.point()[0];
        flow.tell(id, -x * x, Some(&[-0.5 * x * x])).unwrap();
    }
    assert_eq!(flow.phase(), Phase::Learned);
    assert!(flow.advance(u64::MAX).unwrap() < 4);
    assert_eq!((flow.fallbacks(), flow.phase()), (1, Phase::True));
    assert!(flow.point()[0].is_finite() && flow.model().is_none());
    assert_eq!(flow.ask().unwrap().want, Want::Gradient);
}

#[test]
fn a_copy_goes_on_alone() {
    let mut original = flow(&options());
    let (mut p, mut g) = (problem(), vec![0.0; 3]);
    for _ in 0..8 {
        driver::step(&mut original, &mut p, &mut g).unwrap();
    }
    let mut copy = original.clone();
    for _ in 0..20 {
        driver::step(&mut original, &mut p, &mut g).unwrap();
    }
    for _ in 0..20 {
        driver::step(&mut copy, &mut p, &mut g).unwrap();
    }
    assert_eq!(original.point(), copy.point());
}

//! What holds for every optimizer: it descends, it does the same whoever drives it, it goes on from bytes, it refuses without a trace.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use lgf_core::optimizer::{Begin, Optimizer, Phase, Request, Want};
use lgf_core::problem::Problem;
use lgf_core::{Error, driver};
use support::ClosedForm;
use support::table::{copy, optimizers, problem, steps};

/// Some cycles of every schedule of the table, and no whole number of them.
const STEPS: u64 = 37;

fn answer(optimizer: &mut dyn Optimizer, problem: &mut ClosedForm, request: Request) {
    let mut gradient = vec![0.0; problem.dimension()];
    let value = problem.evaluate(optimizer.point(), &mut gradient);
    let direction = (request.want == Want::Gradient).then_some(gradient.as_slice());
    optimizer.tell(request.id, value, direction).unwrap();
}

/// Runs until the step of that index is due.
fn run_to(optimizer: &mut dyn Optimizer, problem: &mut ClosedForm, epoch: u64) {
    while optimizer.epoch() < epoch {
        if let Begin::Evaluate(request) = optimizer.begin().unwrap() {
            answer(optimizer, problem, request);
        }
    }
}

#[test]
fn descends() {
    for (name, make) in optimizers() {
        let mut p = problem();
        let mut optimizer = make(&p.start());
        let mut g = [0.0; 3];
        let before: Vec<f64> = optimizer.iterates().chunks_exact(3).map(|x| p.evaluate(x, &mut g)).collect();
        steps(optimizer.as_mut(), &mut p, 60);
        for (x, before) in optimizer.iterates().chunks_exact(3).zip(before) {
            let after = p.evaluate(x, &mut g);
            assert!(after < 0.2 * before, "{name}: from {before} to {after}");
        }
        assert!(optimizer.best().unwrap().0 < 1.0, "{name}");
        assert_eq!(optimizer.epoch(), 60, "{name}");
        let learns = name.starts_with("LGF");
        assert_eq!(optimizer.fits() > 0, learns, "{name}");
    }
}

#[test]
fn ask_and_tell_give_the_bits_of_the_driver() {
    for (name, make) in optimizers() {
        let mut p = problem();
        let (mut asked, mut driven) = (make(&p.start()), make(&p.start()));
        for _ in 0..50 {
            let request = asked.ask().unwrap();
            assert_eq!(asked.ask().unwrap(), request, "{name}: asking again repeats the question");
            answer(asked.as_mut(), &mut p, request);
        }
        let open = asked.ask().unwrap();
        let mut g = [0.0; 3];
        while driven.epoch() < asked.epoch() {
            driver::step(driven.as_mut(), &mut p, &mut g).unwrap();
        }
        // The question may be the second or third of a step.
        while driven.ask().unwrap() != open {
            let request = driven.pending().unwrap();
            answer(driven.as_mut(), &mut p, request);
        }
        assert_eq!(asked.iterates(), driven.iterates(), "{name}");
        assert_eq!(asked.snapshot(), driven.snapshot(), "{name}");
    }
}

#[test]
fn goes_on_from_a_snapshot_bit_for_bit() {
    for (name, make) in optimizers() {
        let mut p = problem();
        let mut original = make(&p.start());
        run_to(original.as_mut(), &mut p, STEPS);
        let end = original.snapshot();
        // Once more, with a copy of every state in between, questions open or not.
        let mut original = make(&p.start());
        while original.epoch() < STEPS {
            let mut closed = copy(name, original.as_ref());
            assert_eq!(closed.snapshot(), original.snapshot(), "{name}, step {}", original.epoch());
            run_to(closed.as_mut(), &mut p, STEPS);
            assert_eq!(closed.snapshot(), end, "{name}, step {}", original.epoch());
            if let Begin::Evaluate(request) = original.begin().unwrap() {
                let mut open = copy(name, original.as_ref());
                assert_eq!((open.pending(), open.points()), (Some(request), original.points()), "{name}");
                run_to(open.as_mut(), &mut p, STEPS);
                assert_eq!(open.snapshot(), end, "{name}, question {}", request.id);
                answer(original.as_mut(), &mut p, request);
            }
        }
    }
}

#[test]
fn a_learned_phase_in_one_call_gives_the_bits_of_single_steps() {
    for (name, make) in optimizers() {
        let mut p = problem();
        let mut optimizer = make(&p.start());
        let mut longest = 0;
        while optimizer.epoch() < 2 * STEPS {
            if optimizer.pending().is_none() {
                let (mut whole, mut single) = (copy(name, optimizer.as_ref()), copy(name, optimizer.as_ref()));
                let taken = whole.advance(u64::MAX).unwrap();
                (0..taken).for_each(|_| assert_eq!(single.advance(1).unwrap(), 1, "{name}"));
                assert_eq!(single.advance(1).unwrap(), 0, "{name}");
                assert_eq!(whole.iterates(), single.iterates(), "{name}");
                assert_eq!(whole.snapshot(), single.snapshot(), "{name}");
                longest = longest.max(taken);
                if !name.contains("values") {
                    let mut begun = copy(name, optimizer.as_ref());
                    (0..taken).for_each(|_| assert!(matches!(begun.begin().unwrap(), Begin::Done(r) if r.kind == Phase::Learned)));
                    assert_eq!(begun.iterates(), whole.iterates(), "{name}");
                    begun.advance(1).unwrap();
                    assert_eq!(begun.snapshot(), whole.snapshot(), "{name}");
                }
            }
            if let Begin::Evaluate(request) = optimizer.begin().unwrap() {
                let error = optimizer.advance(1).unwrap_err();
                assert_eq!((error.code(), error.argument()), ("ERR_LGF_STATE", Some("advance")), "{name}");
                answer(optimizer.as_mut(), &mut p, request);
            }
        }
        // The adaptive flow learns within its true steps.
        let phases = optimizer.fits() > 0 && !name.starts_with("LGFAdaptive");
        assert_eq!(longest > 1, phases, "{name}: {longest} steps at most");
    }
}

#[test]
fn a_refused_answer_changes_nothing() {
    let (short, large) = ([1.0; 2], [1e308, -1e308, f64::MAX]);
    let (nan, infinite) = ([0.0, f64::NAN, 0.0], [0.0, 0.0, f64::INFINITY]);
    let good = [1.0, 2.0, 3.0];
    for (name, make) in optimizers() {
        let mut p = problem();
        let mut optimizer = make(&p.start());
        while optimizer.epoch() < STEPS {
            let Begin::Evaluate(Request { id, want }) = optimizer.begin().unwrap() else {
                continue;
            };
            let before = optimizer.snapshot();
            let wrong = [
                optimizer.tell(id + 1, 1.0, Some(&good)),
                optimizer.tell(id.wrapping_sub(1), 1.0, Some(&good)),
            ];
            for result in wrong {
                let error = result.unwrap_err();
                assert_eq!((error.code(), error.argument()), ("ERR_LGF_STATE", Some("id")), "{name}");
            }
            if want == Want::Gradient {
                for (gradient, code) in [
                    (None, "ERR_LGF_ARGUMENT"),
                    (Some(&short[..]), "ERR_LGF_SHAPE"),
                    (Some(&[]), "ERR_LGF_SHAPE"),
                ] {
                    let error = optimizer.tell(id, 1.0, gradient).unwrap_err();
                    assert_eq!((error.code(), error.argument()), (code, Some("gradient")), "{name}");
                }
                assert_eq!(optimizer.snapshot(), before, "{name}");
                // A safeguard takes for bad what others refuse.
                for (value, gradient, argument) in [
                    (f64::NAN, &good, "value"),
                    (f64::INFINITY, &good, "value"),
                    (1.0, &nan, "gradient"),
                    (1.0, &infinite, "gradient"),
                    (1.0, &large, "gradient"),
                ] {
                    let mut other = copy(name, optimizer.as_ref());
                    match other.tell(id, value, Some(gradient)) {
                        Ok(_) => assert!(gradient == &large || guarded(name), "{name}"),
                        Err(Error::NonFinite { name: found, .. }) => {
                            assert_eq!(found, argument, "{name}");
                            // A step beyond the range of doubles is noticed when it is made: room for it may have been written to.
                            if gradient == &large {
                                let mut untouched = copy(name, optimizer.as_ref());
                                answer(other.as_mut(), &mut p, Request { id, want });
                                answer(untouched.as_mut(), &mut p, Request { id, want });
                                assert_eq!(other.snapshot(), untouched.snapshot(), "{name}");
                            } else {
                                assert_eq!(other.snapshot(), before, "{name}");
                            }
                        }
                        Err(other) => panic!("{name}: {other}"),
                    }
                }
            }
            assert_eq!(optimizer.snapshot(), before, "{name}");
            answer(optimizer.as_mut(), &mut p, Request { id, want });
        }
        let error = optimizer.tell(0, 1.0, Some(&good)).unwrap_err();
        assert_eq!(
            (error.code(), error.argument()),
            ("ERR_LGF_STATE", Some("id")),
            "{name}: nothing is open"
        );
    }
}

fn guarded(name: &str) -> bool {
    ["LBFGS", "Anderson", "OptimalityCriteria", "MMA"].contains(&name)
        || name.starts_with("LGFAdaptive")
        || name.contains("safeguard")
        || (name.contains("TrustRegion") && !name.contains("unguarded"))
}

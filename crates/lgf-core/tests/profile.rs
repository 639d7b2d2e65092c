//! Recorded runs: the same bits and snapshots as without, spans that belong to the thread and the run, native or told.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]
#[path = "support/rosenbrock.rs"]
mod chain;

use chain::rosenbrock;
use lgf_core::minimize::{METHODS, Minimization, Plan, run};
use lgf_core::param::Value;
use lgf_core::problem::Problem;
use lgf_core::profile::{Recorder, span};
use std::panic::{AssertUnwindSafe, catch_unwind};

struct Chain {
    calls: u64,
    fails_at: u64,
}

impl Problem for Chain {
    fn name(&self) -> &str {
        "chain"
    }
    fn dimension(&self) -> usize {
        4
    }
    fn start(&self) -> Vec<f64> {
        vec![-1.2, 1.0, -1.2, 1.0]
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let _span = span("values").moved(64).computed(40);
        self.calls += 1;
        assert!(self.calls != self.fails_at, "on purpose");
        rosenbrock(point, gradient)
    }
}

fn chain() -> Chain {
    Chain { calls: 0, fails_at: 0 }
}

fn start(method: &str) -> Minimization {
    let entries = [("method", Value::Text(method.into())), ("maxEvaluations", Value::Number(60.0))];
    let tree = Value::Tree(entries.map(|(name, value)| (name.into(), value)).into());
    Minimization::new(&chain().start(), &Plan::read(Some(&tree)).unwrap(), None).unwrap()
}

fn calls(run: &Minimization, name: &str) -> u64 {
    let rows = run.recorder().unwrap().table();
    rows.iter().filter(|row| row.name == name).map(|row| row.calls).sum()
}

#[test]
fn a_recorded_run_gives_the_same_bits_and_snapshots() {
    for method in METHODS {
        let (mut plain, mut recorded) = (start(method.name), start(method.name));
        recorded.profile(Recorder::new());
        let mut gradient = [0.0; 4];
        for (number, seen) in [&mut plain, &mut recorded].into_iter().enumerate() {
            run(seen, &mut chain(), &mut gradient, |_| false).unwrap();
            assert_eq!(seen.recorder().is_some(), number == 1);
        }
        let (a, b) = (plain.outcome(), recorded.outcome());
        assert_eq!(
            (&a.x, a.value, a.status, a.counts),
            (&b.x, b.value, b.status, b.counts),
            "{}",
            method.name
        );
        // Of the whole run the times differ, and nothing is added.
        assert_eq!(plain.optimizer().snapshot(), recorded.optimizer().snapshot(), "{}", method.name);
        assert_eq!(plain.snapshot().len(), recorded.snapshot().len(), "{}", method.name);
        assert!(Minimization::restore(&recorded.snapshot(), None).unwrap().recorder().is_none());
        assert_eq!(
            (calls(&recorded, "evaluate"), calls(&recorded, "values")),
            (b.counts.evaluations, b.counts.evaluations)
        );
        assert!(!span("outside").is_on());
    }
}

#[test]
fn evaluations_that_are_told_last_from_question_to_answer() {
    let mut told = start("l-bfgs");
    told.profile(Recorder::new());
    let mut gradient = [0.0; 4];
    let mut evaluations = 0;
    while let Some(request) = told.ask() {
        // Not the run's own: nobody records it.
        assert!(!span("callback").is_on());
        let value = rosenbrock(told.point(), &mut gradient);
        // A refused answer leaves the question open.
        assert!(told.tell(request.id + 1, value, Some(&gradient)).is_err());
        assert!(told.tell(request.id, value, None).is_err());
        if evaluations % 2 == 0 {
            told.called(0, u64::MAX);
        }
        told.tell(request.id, value, Some(&gradient)).unwrap();
        evaluations += 1;
    }
    assert_eq!(told.counts().evaluations, evaluations);
    let halves = evaluations.div_ceil(2);
    let counted = ["evaluate", "optimizer", "callback", "crossing"].map(|name| calls(&told, name));
    assert_eq!(counted, [evaluations, evaluations, halves, 2 * halves]);
    let table = told.recorder().unwrap().table();
    let objective: f64 = table.iter().filter(|row| row.name == "evaluate").map(|row| row.seconds).sum();
    assert!((objective - told.outcome().profile.objective).abs() < 1e-6);
}

#[test]
fn a_problem_that_panics_leaves_the_recorder_with_the_run() {
    let mut dies = start("lgf-adaptive");
    dies.profile(Recorder::new());
    let mut problem = Chain { calls: 0, fails_at: 5 };
    let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut dies, &mut problem, &mut [0.0; 4], |_| false)));
    assert!(outcome.is_err());
    assert!(!span("outside").is_on());
    assert_eq!((calls(&dies, "evaluate"), calls(&dies, "values")), (5, 5));
    run(&mut dies, &mut problem, &mut [0.0; 4], |_| false).unwrap();
    assert_eq!(calls(&dies, "evaluate"), dies.counts().evaluations + 1);
}

//! The rules of the radius, one by one: answers need not come from a function, so that a prediction meets any truth.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
use lgf_core::optimizer::*;

const DT: f64 = 0.1;

/// Where every answer is the same direction, the learned flow is exact and constant: steps of `DT` along the first variable.
const EAST: [f64; 2] = [-1.0, 0.0];

fn options() -> TrustRegionOptions {
    TrustRegionOptions {
        learning_rate: DT,
        history_size: 4,
        safeguard: false,
        ..Default::default()
    }
}

fn run(change: impl Fn(&mut TrustRegionOptions)) -> TrustRegionFlow {
    let mut o = options();
    change(&mut o);
    TrustRegionFlow::new(&[0.0, 0.0], &o).unwrap()
}

/// Begins, and answers with this value and direction where something is asked.
fn step(run: &mut dyn Optimizer, value: f64, direction: [f64; 2]) -> StepReport {
    loop {
        if let Begin::Evaluate(Request { id, .. }) = run.begin().unwrap() {
            if let Some(report) = run.tell(id, value, Some(&direction)).unwrap() {
                return report;
            }
        } else {
            unreachable!("a learned step that was not asked for");
        }
    }
}

/// Fills the history.
fn fill(run: &mut dyn Optimizer, direction: [f64; 2]) {
    while run.phase() == Phase::True {
        step(run, 1.0, direction);
    }
}

/// The history, the end of the first learned phase evaluated with `direction`, and its steps: the true step is next.
fn to_judgement(run: &mut dyn Optimizer, direction: [f64; 2]) -> u64 {
    fill(run, EAST);
    let id = run.ask().unwrap().id;
    assert_eq!(
        run.tell(id, 1.0, Some(&direction)).unwrap(),
        None,
        "no step yet: those that were looked at come first"
    );
    let steps = run.advance(u64::MAX).unwrap();
    assert_eq!(run.phase(), Phase::True);
    steps
}

/// Takes the true step, which is known by now.
fn judge(run: &mut dyn Optimizer) -> StepReport {
    let Begin::Done(report) = run.begin().unwrap() else {
        unreachable!("the end of the phase was evaluated already")
    };
    assert_eq!(report.kind, Phase::True);
    report
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9 * b.abs()
}

#[test]
fn the_first_radius_is_two_steps_and_no_more_than_the_largest() {
    assert_eq!(run(|_| {}).radius(), Some(2.0 * DT));
    assert_eq!(run(|o| o.dt = Some(0.2)).radius(), Some(0.4));
    assert_eq!(run(|o| o.max_radius = 0.15).radius(), Some(0.15));
    assert_eq!(run(|o| o.initial_radius = Some(0.3)).radius(), Some(0.3));
    let error = TrustRegionFlow::new(
        &[0.0],
        &TrustRegionOptions {
            initial_radius: Some(0.6),
            ..options()
        },
    )
    .err()
    .unwrap();
    assert_eq!((error.code(), error.argument()), ("ERR_LGF_ARGUMENT", Some("initialRadius")));
    assert_eq!(GradientFlow::new(&[0.0], &GradientFlowOptions::default()).unwrap().radius(), None);
}

#[test]
fn learned_steps_end_inside_of_the_radius() {
    for (radius, expected) in [(0.25, 2), (0.35, 3), (0.45, 4)] {
        let mut r = run(|o| o.initial_radius = Some(radius));
        assert_eq!(to_judgement(&mut r, EAST), expected);
        let report = judge(&mut r);
        // The step after them would have left.
        assert_eq!((report.fallback, r.fallbacks()), (Some(Fallback::Radius), 1));
        assert_eq!((report.epoch, report.evaluations), (4 + expected, 5));
        assert!(close(r.point()[0], DT * (5 + expected) as f64) && r.point()[1].abs() < 1e-12);
    }
}

#[test]
fn a_radius_shorter_than_a_step_leaves_true_steps() {
    let mut r = run(|o| o.initial_radius = Some(0.05));
    fill(&mut r, EAST);
    for k in 1..=2 {
        let report = step(&mut r, 1.0, EAST);
        assert_eq!(
            (report.kind, report.fallback, r.fallbacks()),
            (Phase::True, Some(Fallback::Radius), k)
        );
        // Each was predicted well: the radius grows until it holds a step.
        assert!(close(r.radius().unwrap(), 0.05 * 1.5f64.powi(k as i32)));
    }
    assert_eq!(to_judgement(&mut r, EAST), 1);
}

#[test]
fn the_cosine_moves_the_radius() {
    let (good, okay, bad) = (1.5, 0.8, 0.5);
    let at = |degrees: f64| [-degrees.to_radians().cos(), -degrees.to_radians().sin()];
    // cos 45 = 0.707, cos 46 = 0.695, cos 78 = 0.208, cos 79 = 0.191
    for (degrees, factor) in [
        (0.0, good),
        (45.0, good),
        (46.0, okay),
        (78.0, okay),
        (79.0, bad),
        (90.0, bad),
        (180.0, bad),
    ] {
        for length in [1.0, 1e-3, 40.0] {
            let mut r = run(|o| o.initial_radius = Some(0.25));
            let direction = at(degrees).map(|d| length * d);
            assert_eq!(to_judgement(&mut r, direction), 2);
            assert_eq!((r.radius(), r.fits()), (Some(0.25), 1));
            judge(&mut r);
            assert!(close(r.radius().unwrap(), 0.25 * factor), "{degrees}: {:?}", r.radius());
            // A bad one ends the model, and its history; the other two leave both.
            assert_eq!(r.model().is_none(), factor == bad, "{degrees}");
            assert_eq!(r.phase(), if factor == bad { Phase::True } else { Phase::Learned });
        }
    }
    // An update of length zero points nowhere.
    let mut r = run(|o| o.initial_radius = Some(0.25));
    to_judgement(&mut r, [0.0, 0.0]);
    judge(&mut r);
    assert!(close(r.radius().unwrap(), 0.125) && r.model().is_none());
}

#[test]
fn all_constants_of_the_control_are_options() {
    let custom = |o: &mut TrustRegionOptions| {
        (o.initial_radius, o.good_cosine, o.bad_cosine) = (Some(0.25), 0.9, -0.5);
        (o.good_factor, o.okay_factor, o.bad_factor) = (1.2, 0.7, 0.1);
    };
    for (direction, factor) in [(EAST, 1.2), ([-1.0, -1.0], 0.7), ([0.0, 1.0], 0.7), ([1.0, 1.0], 0.1)] {
        let mut r = run(custom);
        to_judgement(&mut r, direction);
        judge(&mut r);
        assert!(close(r.radius().unwrap(), 0.25 * factor), "{direction:?}");
    }
}

#[test]
fn a_good_prediction_grows_no_further_than_the_largest_radius() {
    let mut r = run(|o| (o.initial_radius, o.max_radius) = (Some(0.25), 0.3));
    for _ in 0..3 {
        to_judgement(&mut r, EAST);
        judge(&mut r);
        assert_eq!((r.radius(), r.fits()), (Some(0.3), 1));
    }
}

#[test]
fn after_a_bad_prediction_the_history_begins_with_the_new_iterate() {
    let mut r = run(|o| o.initial_radius = Some(0.25));
    to_judgement(&mut r, [0.0, 1.0]);
    judge(&mut r);
    // Three more steps fill a history of four: the step that was judged is its first row.
    for k in 0..3 {
        assert_eq!((r.phase(), r.fits()), (Phase::True, 1), "{k}");
        step(&mut r, 1.0, [0.0, 1.0]);
    }
    assert_eq!(r.phase(), Phase::Learned);
    r.ask().unwrap();
    assert_eq!(r.fits(), 2);
    let flow = r.model().unwrap().derivative(r.iterates()).unwrap();
    assert!(
        flow[0].abs() < 1e-9 && close(flow[1], -1.0),
        "the new direction alone was learned: {flow:?}"
    );
}

#[test]
fn updates_too_short_to_have_a_direction_agree() {
    let short = 1e-9;
    for (answer, factor) in [(-short, 1.25), (short, 1.25), (2e-8, 0.5)] {
        let mut r = run(|o| o.max_learned_steps = 3);
        fill(&mut r, [-short, 0.0]);
        let id = r.ask().unwrap().id;
        r.tell(id, 1.0, Some(&[answer, 0.0])).unwrap();
        assert_eq!(r.advance(u64::MAX).unwrap(), 3);
        judge(&mut r);
        // Opposite directions, and still: both are shorter than 1e-8 dt.
        assert!(close(r.radius().unwrap(), 0.2 * factor), "{answer}: {:?}", r.radius());
        assert_eq!(r.model().is_some(), factor > 1.0);
    }
    let mut r = run(|o| (o.max_learned_steps, o.gradient_tolerance) = (3, 0.0));
    fill(&mut r, [-short, 0.0]);
    let id = r.ask().unwrap().id;
    r.tell(id, 1.0, Some(&[short, 0.0])).unwrap();
    r.advance(u64::MAX).unwrap();
    judge(&mut r);
    assert!(close(r.radius().unwrap(), 0.1), "without a tolerance every direction counts");
}

#[test]
fn a_phase_has_no_more_steps_than_allowed() {
    let mut r = run(|o| (o.initial_radius, o.max_radius, o.max_learned_steps) = (Some(100.0), 100.0, 7));
    for _ in 0..3 {
        assert_eq!(to_judgement(&mut r, EAST), 7);
        let report = judge(&mut r);
        assert_eq!((report.fallback, r.fallbacks()), (None, 0), "a true step was due, not a fallback");
    }
}

/// With a safeguard: the phase of eight steps is worse, so is that of two; then a true step is next.
#[test]
fn a_worse_phase_is_undone_and_tried_over_a_quarter_of_its_steps() {
    let mut r = run(|o| (o.initial_radius, o.max_radius, o.safeguard) = (Some(0.85), 1.0, true));
    fill(&mut r, EAST);
    let start = r.point().to_vec();
    let mut ends = Vec::new();
    for tried in 1..=2 {
        let id = r.ask().unwrap().id;
        ends.push((r.point()[0] - start[0]) / DT);
        assert_eq!(r.tell(id, 2.0, Some(&EAST)).unwrap(), None);
        assert_eq!((r.iterates(), r.epoch(), r.rejections()), (&start[..], 4, tried), "undone");
    }
    assert!(close(ends[0], 8.0) && close(ends[1], 2.0), "{ends:?}");
    // 0.8 is how far the first came, half of it the new radius; then the same for 0.2.
    assert!(close(r.radius().unwrap(), 0.1), "{:?}", r.radius());
    // No step is left: a true one from the iterate, which was evaluated when it was taken.
    let report = judge(&mut r);
    assert_eq!((report.epoch, report.fallback, r.fallbacks()), (4, Some(Fallback::Worse), 1));
    // The prediction for it was good: the model stays and may look as far ahead as ever.
    assert!(r.model().is_some() && close(r.radius().unwrap(), 0.15));
    r.ask().unwrap();
    assert!(close((r.point()[0] - r.iterates()[0]) / DT, 1.0));
}

#[test]
fn an_end_that_cannot_be_evaluated_is_worse_than_any() {
    let mut r = run(|o| (o.initial_radius, o.safeguard) = (Some(0.25), true));
    fill(&mut r, EAST);
    for (value, direction) in [(f64::NAN, EAST), (0.5, [f64::INFINITY, 0.0]), (f64::NEG_INFINITY, EAST)] {
        let mut copy = r.clone();
        let id = copy.ask().unwrap().id;
        assert_eq!(copy.tell(id, value, Some(&direction)).unwrap(), None);
        assert_eq!((copy.rejections(), copy.epoch()), (1, 4), "{value} {direction:?}");
        // Without a safeguard there is nothing to undo: the caller must mend it.
        let mut unguarded = run(|o| o.initial_radius = Some(0.25));
        fill(&mut unguarded, EAST);
        let id = unguarded.ask().unwrap().id;
        assert_eq!(unguarded.tell(id, value, Some(&direction)).unwrap_err().code(), "ERR_LGF_NONFINITE");
    }
}

#[test]
fn adam_is_held_by_the_same_rules() {
    let o = AdamTrustRegionOptions {
        learning_rate: DT,
        history_size: 4,
        safeguard: false,
        initial_radius: Some(0.25),
        ..Default::default()
    };
    for (direction, factor) in [(EAST, 1.5), ([100.0, 0.0], 0.5)] {
        let mut r = AdamTrustRegion::new(&[0.0, 0.0], &o).unwrap();
        // Of a constant gradient Adam makes steps of the learning rate.
        assert_eq!(to_judgement(&mut r, direction), 2);
        let report = judge(&mut r);
        assert_eq!(report.fallback, Some(Fallback::Radius));
        assert!(close(r.radius().unwrap(), 0.25 * factor), "{direction:?}: {:?}", r.radius());
        assert_eq!(r.model().is_some(), factor > 1.0);
    }
}

/// A model that is right in direction but never followed makes room for one of the true steps that were taken in its place.
#[test]
fn a_model_that_is_not_followed_is_replaced() {
    // Cosine 1/2: not bad enough to drop the model, and the radius shrinks.
    let north_east = [-0.5, -0.75_f64.sqrt()];
    let mut r = run(|o| o.initial_radius = Some(0.05));
    fill(&mut r, EAST);
    for k in 1..=4 {
        assert_eq!(step(&mut r, 1.0, north_east).fallback, Some(Fallback::Radius));
        assert_eq!((r.fits(), r.model().is_some()), (1, k < 4), "step {k}");
    }
    // The next model knows the new direction.
    assert_eq!(step(&mut r, 1.0, north_east).fallback, Some(Fallback::Radius));
    assert_eq!(r.fits(), 2);
    let rate = r.model().unwrap().derivative(r.point()).unwrap();
    assert!((rate[0] - 0.5).abs() < 1e-9 && (rate[1] - 0.75_f64.sqrt()).abs() < 1e-9, "{rate:?}");
}

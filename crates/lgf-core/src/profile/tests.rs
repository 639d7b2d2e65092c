use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn names(recorder: &Recorder) -> Vec<(&'static str, usize, u64)> {
    recorder.table().into_iter().map(|row| (row.name, row.depth, row.calls)).collect()
}

/// Begins in order, and of two spans one is within the other or behind it.
fn assert_nested(events: &[Event]) {
    let mut open: Vec<Event> = Vec::new();
    for event in events {
        assert!(event.end >= event.begin);
        while open
            .last()
            .is_some_and(|around| event.begin >= around.end && event.end > around.end)
        {
            open.pop();
        }
        if let Some(around) = open.last() {
            assert!(
                event.begin >= around.begin && event.end <= around.end,
                "{event:?} crosses {around:?}"
            );
        }
        open.push(*event);
    }
}

fn leaf(name: &'static str) {
    let _span = span(name).moved(8).computed(2);
}

#[test]
fn nothing_is_recorded_without_a_recorder() {
    let outside = span("outside");
    assert!(!outside.is_on());
    outside.count(1, 1);
    let mut recorder = Recorder::new();
    record(&mut recorder, || {
        assert!(span("inside").is_on());
        drop(outside);
    });
    leaf("after");
    assert_eq!(names(&recorder), [("inside", 0, 1)]);
}

#[test]
fn rows_are_places_and_their_times_add_up() {
    let mut recorder = Recorder::new();
    record(&mut recorder, || {
        for _ in 0..3 {
            let step = span("step");
            leaf("fit");
            {
                let _lift = span("lift");
                leaf("fit");
            }
            step.count(100, 10);
        }
        leaf("fit");
    });
    let table = recorder.table();
    assert_eq!(
        names(&recorder),
        [("step", 0, 3), ("fit", 1, 3), ("lift", 1, 3), ("fit", 2, 3), ("fit", 0, 1)]
    );
    assert_eq!(
        table.iter().map(|row| row.parent).collect::<Vec<_>>(),
        [None, Some(0), Some(0), Some(2), None]
    );
    assert_eq!(
        table.iter().map(|row| (row.bytes, row.flops)).collect::<Vec<_>>(),
        [(300, 30), (24, 6), (0, 0), (24, 6), (8, 2)]
    );
    for (at, row) in table.iter().enumerate() {
        let within: f64 = table
            .iter()
            .filter(|other| other.parent == Some(at))
            .map(|other| other.seconds)
            .sum();
        assert!((row.seconds - row.self_seconds - within).abs() < 1e-12, "{row:?}");
    }
    let events = recorder.events();
    assert_eq!(events.len(), 13);
    assert_nested(&events);
    for (at, row) in table.iter().enumerate() {
        let nanos: u64 = events
            .iter()
            .filter(|event| event.row == at)
            .map(|event| event.end - event.begin)
            .sum();
        assert!((row.seconds - nanos as f64 * 1e-9).abs() < 1e-12);
    }
}

#[test]
fn what_is_too_much_to_keep_is_in_the_sums() {
    let mut recorder = Recorder::with_events(4);
    record(&mut recorder, || {
        let _run = span("run");
        (0..10).for_each(|_| leaf("step"));
    });
    assert_eq!((recorder.events().len(), recorder.dropped()), (4, 7));
    assert_eq!(names(&recorder), [("run", 0, 1), ("step", 1, 10)]);
    // The one around was kept before there were too many, and ends last.
    assert!(recorder.events()[1..].iter().all(|event| event.end <= recorder.events()[0].end));
}

#[test]
fn depth_is_bounded() {
    fn deeper(levels: usize) {
        let _span = span("level");
        if levels > 1 {
            deeper(levels - 1);
        }
    }
    let mut recorder = Recorder::new();
    record(&mut recorder, || deeper(1000));
    assert_eq!(recorder.table().len(), 64);
    assert_nested(&recorder.events());
}

#[test]
fn a_panic_leaves_the_recorder_with_its_owner() {
    let mut recorder = Recorder::new();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        record(&mut recorder, || {
            let _span = span("fails");
            panic!("on purpose");
        })
    }));
    assert!(caught.is_err());
    assert!(!span("after").is_on());
    assert_eq!(names(&recorder), [("fails", 0, 1)]);
    record(&mut recorder, || leaf("goes on"));
    assert_eq!(names(&recorder), [("fails", 0, 1), ("goes on", 0, 1)]);
}

#[test]
fn spans_that_nobody_ends_end_with_the_recording() {
    let mut recorder = Recorder::new();
    record(&mut recorder, || {
        let _around = span("around");
        std::mem::forget(span("forgotten"));
        leaf("within");
    });
    record(&mut recorder, || leaf("behind"));
    assert_eq!(
        names(&recorder),
        [("around", 0, 1), ("forgotten", 1, 1), ("within", 2, 1), ("behind", 0, 1)]
    );
    assert_nested(&recorder.events());
}

#[test]
fn recordings_within_recordings_are_apart() {
    let (mut outer, mut inner) = (Recorder::new(), Recorder::new());
    record(&mut outer, || {
        leaf("first");
        record(&mut inner, || leaf("second"));
        leaf("third");
    });
    assert_eq!(names(&outer), [("first", 0, 1), ("third", 0, 1)]);
    assert_eq!(names(&inner), [("second", 0, 1)]);
}

#[test]
fn spans_of_elsewhere_are_moved_to_where_they_can_be() {
    let mut recorder = Recorder::new();
    record(&mut recorder, || leaf("before"));
    let last = recorder.events()[0].end;
    // Another clock says that it began before everything, and that its parts do not fit.
    recorder.add(
        "evaluate",
        [0, last + 100],
        &[("callback", [0, last + 40]), ("crossing", [last + 30, last + 1000])],
    );
    let events = recorder.events();
    assert_nested(&events);
    assert_eq!((events[1].begin, events[1].end), (last, last + 100));
    assert_eq!((events[2].begin, events[2].end), (last, last + 40));
    assert_eq!((events[3].begin, events[3].end), (last + 40, last + 100));
    let evaluate = &recorder.table()[1];
    assert_eq!((evaluate.name, evaluate.self_seconds), ("evaluate", 0.0));
}

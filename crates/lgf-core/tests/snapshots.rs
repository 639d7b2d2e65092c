//! Bytes that are no snapshot are refused.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use lgf_core::optimizer::{Phase, restore};
use lgf_core::problem::Problem;
use support::ClosedForm;
use support::bytes::{HEADER, Head, Leaf, close, open, snapshots, survives};
use support::table::{batch, kind, problem, rank, steps, trust};

fn refused(kind: &str, bytes: &[u8], reason: &str) {
    let error = restore(kind, bytes).err().unwrap();
    assert_eq!((error.code(), error.argument()), ("ERR_LGF_SNAPSHOT", Some("bytes")));
    assert!(error.to_string().contains(reason), "{error}, not for {reason}");
}

#[test]
fn damaged_bytes_are_refused() {
    for (name, bytes) in snapshots().iter().step_by(5).chain(snapshots().iter().skip(3).step_by(25)) {
        let (head, state) = open(bytes);
        assert_eq!(close(&head, state), *bytes, "{name}: the test knows the layout");
        restore(kind(name), bytes).unwrap();
        for length in 0..bytes.len() {
            refused(
                kind(name),
                &bytes[..length],
                if length < HEADER { "no snapshot" } else { "damaged" },
            );
        }
        for at in 0..bytes.len() {
            for mask in [1, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[at] ^= mask;
                let reason = if at < 8 {
                    "no snapshot"
                } else if at < 12 {
                    "version"
                } else {
                    "damaged"
                };
                refused(kind(name), &bytes, reason);
            }
        }
        refused(kind(name), &[bytes, &[0][..]].concat(), "damaged");
    }
    refused("GradientDescent", &[], "no snapshot");
    refused("GradientDescent", &[0; 1000], "no snapshot");
}

#[test]
fn other_kinds_and_versions_are_refused() {
    let all = snapshots();
    let kinds = [
        "GradientDescent",
        "BaseAdam",
        "LGFGradientFlow",
        "LGFAdam",
        "LGFTrustRegion",
        "LGFAdamTrustRegion",
        "LGFBatch",
    ];
    for (name, bytes) in &all {
        for other in kinds.into_iter().filter(|other| *other != kind(name)) {
            refused(other, bytes, &format!("of {}, expected one of {other}", kind(name)));
            // The bytes may lie about their kind: options or state then do not fit.
            let head = Head {
                kind: other.into(),
                ..open(bytes).0
            };
            if let Ok(optimizer) = restore(other, &close(&head, open(bytes).1)) {
                survives(optimizer, name);
            }
        }
        refused("Simplex", bytes, "expected one of Simplex");
        let (head, state) = open(bytes);
        refused(
            "Simplex",
            &close(
                &Head {
                    kind: "Simplex".into(),
                    ..head.clone()
                },
                state,
            ),
            "no optimizer is called Simplex",
        );
        let mut later = bytes.clone();
        later[8..12].copy_from_slice(&6_u32.to_le_bytes());
        refused(kind(name), &later, "of version 6; this library reads version 5");
        for (dimension, trajectories) in [(0, 1), (1, 0), (u64::MAX, 1), (1 << 40, 1 << 40), (1 << 20, 1)] {
            refused(
                kind(name),
                &close(
                    &Head {
                        dimension,
                        trajectories,
                        ..head.clone()
                    },
                    state,
                ),
                "damaged",
            );
        }
        refused(kind(name), &close(&head, &[]), "damaged");
        let options = vec![("misspelt".into(), Leaf::Number(1.0))];
        refused(
            kind(name),
            &close(&Head { options, ..head }, state),
            "its options are refused: misspelt",
        );
    }
}

/// Where these bytes stand in a state.
fn places(state: &[u8], bytes: &[u8]) -> Vec<usize> {
    (0..state.len() - bytes.len()).filter(|&i| state[i..].starts_with(bytes)).collect()
}

#[test]
fn histories_of_unequal_length_are_refused() {
    let mut p = problem();
    let mut optimizer = batch(3, |_| {})(&p.start());
    steps(optimizer.as_mut(), &mut p, 6);
    let bytes = optimizer.snapshot();
    let (head, state) = open(&bytes);
    // Dimension, capacity, not tracked, double precision, numbers of six states: one history after the other.
    let all = places(state, &[3, 6, 0, 0, 18]);
    assert_eq!(all.len(), 3);
    for at in all {
        let mut state = state.to_vec();
        state[at + 4] -= 3;
        state.drain(at + 5..at + 5 + 3 * size_of::<f64>());
        refused("LGFBatch", &close(&head, &state), "do not fit together");
    }
}

#[test]
fn a_model_of_another_rank_than_the_options_have_is_refused() {
    let mut p = ClosedForm::quadratic(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.0, -2.0, 0.5, 0.3, 0.7]);
    let mut optimizer = trust(|o| (o.history_size, o.model) = (4, rank(2)))(&p.start());
    while !(optimizer.phase() == Phase::Learned && optimizer.fits() > 0) {
        steps(optimizer.as_mut(), &mut p, 1);
    }
    let bytes = optimizer.snapshot();
    let (head, state) = open(&bytes);
    let double = size_of::<f64>();
    // Two inputs, six coefficients, one by one; no transform; modes of ten numbers.
    let is_model = |at: &usize| state[at + 3 + 6 * double..].starts_with(&[0, 1, 10]);
    let at = places(state, &[2, 0, 6]).into_iter().find(is_model).unwrap();
    let ones = |n: usize| 1.0_f64.to_le_bytes().repeat(n);
    let model = [&[5, 0, 30][..], &ones(30), &[0, 1, 25], &ones(25)].concat();
    let larger = [&state[..at], &model, &state[at + 6 + 16 * double..]].concat();
    refused("LGFTrustRegion", &close(&head, &larger), "do not fit together");
}

/// Options nest nowhere near as deep as a forged name may say: a reader that follows it down would run out of stack.
#[test]
fn options_nested_beyond_reason_are_refused() {
    for depth in [7, 1 << 16] {
        let (head, state) = snapshots()
            .iter()
            .map(|(_, bytes)| open(bytes))
            .map(|(head, state)| (head, state.to_vec()))
            .next()
            .unwrap();
        let kind = head.kind.clone();
        let options = vec![("a.".repeat(depth), Leaf::Number(1.0))];
        refused(&kind, &close(&Head { options, ..head }, &state), "damaged");
    }
}

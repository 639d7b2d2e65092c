//! What is restored from bytes of any kind neither panics nor hangs: a checksum is no proof of a sound state.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests")]
mod support;
use lgf_core::optimizer::restore;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;
use support::bytes::{HEADER, open, snapshots, survives, with_checksum};
use support::table::kind;

const CASES: u32 = 6000;

/// One change of a body.
#[derive(Debug, Clone)]
enum Mutation {
    Byte(usize, u8),
    Number(usize, f64),
    /// A length or count written as large as it can be.
    Count(usize, u64),
    Cut(usize, usize),
    Double(usize, usize),
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let n = bytes.len().max(1);
        match *self {
            Self::Byte(at, byte) => {
                if let Some(b) = bytes.get_mut(at % n) {
                    *b = byte;
                }
            }
            Self::Number(at, number) => {
                let at = at % n;
                let end = (at + 8).min(bytes.len());
                bytes[at..end].copy_from_slice(&number.to_le_bytes()[..end - at]);
            }
            Self::Count(at, count) => {
                let at = at % n;
                let end = (at + 1).min(bytes.len());
                bytes.splice(at.min(end)..end, postcard::to_allocvec(&count).unwrap());
            }
            Self::Cut(at, length) => {
                let at = at % n;
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Self::Double(at, length) => {
                let at = at % n;
                let piece = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
}

fn mutations() -> impl Strategy<Value = Mutation> {
    let at = 0_usize..100_000;
    let special = prop::sample::select(vec![
        f64::NAN,
        f64::INFINITY,
        -f64::INFINITY,
        0.0,
        -1.0,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        1e18,
    ]);
    let count = prop::sample::select(vec![
        0,
        1,
        2,
        3,
        5,
        7,
        127,
        128,
        u64::from(u32::MAX),
        1 << 40,
        u64::MAX - 1,
        u64::MAX,
    ]);
    prop_oneof![
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
        (at.clone(), special).prop_map(|(at, number)| Mutation::Number(at, number)),
        (at.clone(), count).prop_map(|(at, count)| Mutation::Count(at, count)),
        (at.clone(), 1_usize..30).prop_map(|(at, length)| Mutation::Cut(at, length)),
        (at, 1_usize..30).prop_map(|(at, length)| Mutation::Double(at, length)),
    ]
}

/// A hang, too, is to end in a message.
fn watched(what: impl FnOnce() -> Result<usize, String> + Send + 'static) -> Result<usize, String> {
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(what()));
    wait.recv_timeout(Duration::from_secs(100))
        .map_err(|error| format!("hangs, or ended without a word: {error}"))?
}

#[test]
fn whatever_is_restored_neither_panics_nor_hangs() {
    static CASE: Mutex<String> = Mutex::new(String::new());
    let run = || {
        let all = snapshots();
        let config = ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(CASES)
        };
        let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let cases = (0..all.len(), any::<bool>(), prop::collection::vec(mutations(), 1..3));
        let restored = Cell::new(0);
        let result = TestRunner::new_with_rng(config, seed).run(&cases, |(which, whole, mutations)| {
            let (name, bytes) = &all[which];
            *CASE.lock().unwrap() = format!("{name}: {mutations:?} of {bytes:?}");
            let from = if whole { HEADER } else { bytes.len() - open(bytes).1.len() };
            let mut rest = bytes[from..].to_vec();
            mutations.iter().for_each(|mutation| mutation.apply(&mut rest));
            let bytes = with_checksum(&[&bytes[HEADER..from], &rest].concat());
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                if let Ok(optimizer) = restore(kind(name), &bytes) {
                    restored.set(restored.get() + 1);
                    survives(optimizer, name);
                }
            }));
            prop_assert!(outcome.is_ok(), "{name} panics");
            Ok(())
        });
        result.map(|()| restored.get()).map_err(|error| error.to_string())
    };
    let restored = watched(run).unwrap_or_else(|error| panic!("{error}, at {}", CASE.lock().unwrap()));
    assert!(restored > 1000, "the test reaches behind the checks: {restored}");
}

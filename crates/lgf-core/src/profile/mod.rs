//! Where the time of a run goes: named spans, nested as they were entered, with the bytes they moved and the operations they took.
//!
//! A span is opened where work begins and ends where its guard is dropped. Nothing is passed through signatures: spans find the recorder that
//! is installed on their thread, and where none is they read one thread-local flag and do nothing. This module alone knows a clock beside the
//! timers of `minimize`.
//!
//! What runs on other threads meanwhile is not recorded: a span stands around a parallel region, on the thread that waits for it, and its
//! time is the time of waiting. Spans change no number: a run with a recorder gives the same bits.
//!
//! # Examples
//! ```
//! use lgf_core::profile::{self, Recorder};
//! fn smooth(values: &mut [f64]) {
//!     let _span = profile::span("smooth").moved(16 * values.len()).computed(2 * values.len());
//!     values.iter_mut().for_each(|v| *v = 0.5 * *v + 1.0);
//! }
//! let mut recorder = Recorder::new();
//! profile::record(&mut recorder, || {
//!     let _span = profile::span("outer");
//!     (0..3).for_each(|_| smooth(&mut [1.0; 8]));
//! });
//! let table = recorder.table();
//! assert_eq!((table[1].name, table[1].depth, table[1].calls, table[1].bytes), ("smooth", 1, 3, 3 * 128));
//! assert!(table[0].seconds >= table[1].seconds);
//! ```
mod recorder;

pub use recorder::{Event, MOST_EVENTS, Recorder, Row};

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;

thread_local! {
    /// Whether a recorder is installed here; apart from it, because a flag that needs no destructor is a plain load.
    static ON: Cell<bool> = const { Cell::new(false) };
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// Numbers to go through from which [`span_of`] records.
pub const WORTH: usize = 1 << 12;

/// Place of a span that is not recorded.
const OFF: u32 = u32::MAX;

/// A stretch of work that goes on until this is dropped. It belongs to the thread that it was opened on.
#[derive(Debug)]
#[must_use = "a span lasts as long as it is kept: `let _span = ...`"]
pub struct Span {
    /// How many spans it is within.
    depth: u32,
    of_this_thread: PhantomData<*const ()>,
}

/// Opens a span within those that are open. The same name at the same place is one row of the table: names are few and do not depend on data.
#[inline]
pub fn span(name: &'static str) -> Span {
    Span {
        depth: if ON.get() { open(name) } else { OFF },
        of_this_thread: PhantomData,
    }
}

/// The same for work that is too short to be measured where it is small: going through fewer numbers than [`WORTH`] takes hardly longer than
/// reading the clock twice, and counts as part of the span around.
#[inline]
pub fn span_of(name: &'static str, numbers: usize) -> Span {
    Span {
        depth: if numbers >= WORTH && ON.get() { open(name) } else { OFF },
        of_this_thread: PhantomData,
    }
}

/// Whether spans of this thread are recorded.
#[inline]
pub fn is_on() -> bool {
    ON.get()
}

impl Span {
    /// Adds bytes that are read and written, as the work has to at least: what caches save is not looked at.
    #[inline]
    pub fn moved(self, bytes: usize) -> Self {
        self.count(bytes, 0);
        self
    }

    /// Adds operations of floating point arithmetic.
    #[inline]
    pub fn computed(self, flops: usize) -> Self {
        self.count(0, flops);
        self
    }

    /// Adds bytes and operations that are known on the way only, such as those of an iteration that ends when it has converged.
    #[inline]
    pub fn count(&self, bytes: usize, flops: usize) {
        if self.depth != OFF {
            with(|recorder| recorder.count(self.depth, bytes as u64, flops as u64));
        }
    }

    /// Whether anybody records: what is counted for this span alone need not be, where nobody does.
    #[inline]
    pub fn is_on(&self) -> bool {
        self.depth != OFF
    }
}

impl Drop for Span {
    #[inline]
    fn drop(&mut self) {
        if self.depth != OFF {
            with(|recorder| recorder.close(self.depth));
        }
    }
}

/// Runs `work` with the recorder installed on this thread, and takes it out again however that ends. One that was installed before waits
/// meanwhile.
pub fn record<T>(recorder: &mut Recorder, work: impl FnOnce() -> T) -> T {
    /// Puts the recorder back where it came from, after a panic too.
    struct Back<'a> {
        recorder: &'a mut Recorder,
        previous: Option<Recorder>,
    }
    impl Drop for Back<'_> {
        fn drop(&mut self) {
            if let Some(recorder) = install(self.previous.take()) {
                *self.recorder = recorder;
                self.recorder.close(0);
            }
        }
    }
    let previous = install(Some(std::mem::take(recorder)));
    let _back = Back { recorder, previous };
    work()
}

/// Installs a recorder on this thread, or none; the one that was.
pub(crate) fn install(recorder: Option<Recorder>) -> Option<Recorder> {
    let on = recorder.is_some();
    let previous = RECORDER.try_with(|place| place.replace(recorder)).ok().flatten();
    ON.set(on);
    previous
}

#[inline(never)]
fn open(name: &'static str) -> u32 {
    with(|recorder| recorder.open(name)).flatten().unwrap_or(OFF)
}

/// What is done with the recorder of this thread; nothing where it is gone, because the thread ends or because the work took it out.
fn with<T>(work: impl FnOnce(&mut Recorder) -> T) -> Option<T> {
    RECORDER.try_with(|place| place.borrow_mut().as_mut().map(work)).ok().flatten()
}

#[cfg(test)]
mod tests;

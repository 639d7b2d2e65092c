//! A run whose spans are recorded.
use super::Minimization;
use crate::profile::{Recorder, install};
use std::time::Instant;

/// The recorder of a run. It is not part of the run: a snapshot knows nothing of it.
#[derive(Debug, Default)]
pub(super) struct Profiling {
    /// Out of here while it is installed.
    recorder: Option<Recorder>,
    /// Begin and end of the call that answers the open question, where somebody measured it.
    call: Option<[u64; 2]>,
}

impl Profiling {
    /// An evaluation by somebody else. Of a native problem the span is open where it is evaluated, and the recorder is installed.
    pub fn evaluated(&mut self, asked: Instant, told: Instant) {
        let Some(recorder) = &mut self.recorder else { return };
        let [asked, told] = [asked, told].map(|at| recorder.nanos(at));
        match self.call.take() {
            Some([begin, end]) => {
                let parts = [("crossing", [asked, begin]), ("callback", [begin, end]), ("crossing", [end, told])];
                recorder.add("evaluate", [asked, told], &parts);
            }
            None => recorder.add("evaluate", [asked, told], &[]),
        }
    }
}

impl Minimization {
    /// Records the spans of the run from here on, see [`crate::profile`]: `evaluate` from question to answer, `optimizer` from answer to question,
    /// and what these are made of.
    pub fn profile(&mut self, recorder: Recorder) {
        self.profiling.recorder = Some(recorder);
    }

    /// What was recorded so far; nothing where nobody asked for it.
    pub fn recorder(&self) -> Option<&Recorder> {
        self.profiling.recorder.as_ref()
    }

    /// Says when the objective was called and when it came back, in nanoseconds of the recorder's clock, before the answer is told: its span is
    /// `callback`, the way there and back `crossing`.
    pub fn called(&mut self, begin: u64, end: u64) {
        self.profiling.call = Some([begin, end]);
    }

    /// Runs `work` with the recorder installed on this thread, if there is one and it is not installed already.
    pub(super) fn recorded<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        /// Puts the recorder back, after a panic too.
        struct Back<'a> {
            run: &'a mut Minimization,
            previous: Option<Recorder>,
        }
        impl Drop for Back<'_> {
            fn drop(&mut self) {
                self.run.profiling.recorder = install(self.previous.take());
                if let Some(recorder) = &mut self.run.profiling.recorder {
                    recorder.close(0);
                }
            }
        }
        let Some(recorder) = self.profiling.recorder.take() else {
            return work(self);
        };
        let back = Back {
            previous: install(Some(recorder)),
            run: self,
        };
        work(&mut *back.run)
    }
}

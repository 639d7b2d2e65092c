//! Whole runs as handles. Objectives of a user are called in TypeScript, between two calls into here; native problems are evaluated here, on
//! the caller's thread or on another one.
use crate::buffer::{Numbers, Owned, OwnedBytes};
use crate::calls::copy;
use crate::error::{Result, fault, guard};
use crate::problems::{SharedProblem, lock};
use crate::stages::tree;
use lgf_core::bounds::Bounds;
use lgf_core::minimize::{Iteration, METHODS, Minimization, Plan, Status, run};
use lgf_core::optimizer::{Verdict, Want};
use lgf_core::problem::Problem;
use lgf_core::profile::Recorder;
use napi::bindgen_prelude::{AsyncTask, Task, Unknown};
use napi_derive::napi;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Layout of the array that [`MinimizationHandle::iteration`] fills; NaN, where there is nothing, becomes `undefined` on the other side.
mod slot {
    pub const ITERATION: usize = 0;
    pub const EVALUATIONS: usize = 1;
    pub const VALUE: usize = 2;
    pub const BEST: usize = 3;
    pub const NORM: usize = 4;
    pub const VERDICT: usize = 5;
    pub const STEP: usize = 6;
    pub const COUNT: usize = 7;
}

/// A run with what was told last.
struct Run {
    core: Minimization,
    /// The iteration that the last answer completed, and the point of that answer.
    told: Option<Iteration>,
    /// Name of the model that led to the iteration that was handed over last.
    model: Option<&'static str>,
    point: Vec<f64>,
    gradient: Vec<f64>,
    /// Code and message of a failure on another thread.
    failure: Option<(String, String)>,
}

/// What a run came to.
#[napi(object, object_from_js = false)]
pub struct NativeOutcome {
    #[napi(ts_type = "Float64Array")]
    pub x: Owned,
    pub value: Option<f64>,
    pub gradient_norm: Option<f64>,
    pub status: Option<&'static str>,
    pub success: bool,
    pub message: String,
    pub method: String,
    pub iterations: f64,
    pub evaluations: f64,
    pub learned_steps: f64,
    pub fits: f64,
    pub rejected: f64,
    pub seconds: f64,
    pub objective_seconds: f64,
    pub optimizer_seconds: f64,
}

/// Sums over all spans of one name at one place.
#[napi(object, object_from_js = false)]
pub struct NativePhase {
    pub name: &'static str,
    /// Index of the row around it, which stands before this one.
    pub parent: Option<u32>,
    pub depth: u32,
    pub calls: f64,
    pub seconds: f64,
    pub self_seconds: f64,
    pub bytes: f64,
    pub flops: f64,
}

/// What was recorded of a run.
#[napi(object, object_from_js = false)]
pub struct NativeProfile {
    pub phases: Vec<NativePhase>,
    /// Of all spans the row, then of all the begin, the end, both in nanoseconds, the bytes, the flops.
    #[napi(ts_type = "Float64Array")]
    pub events: Owned,
    pub dropped: f64,
}

/// One run.
#[napi]
pub struct MinimizationHandle {
    run: Arc<Mutex<Run>>,
    aborted: Arc<AtomicBool>,
}

#[napi]
impl MinimizationHandle {
    /// Bounds come as both sides or not at all.
    #[napi(constructor)]
    pub fn new(start: &[f64], o: Option<Unknown<'_>>, lower: Option<&[f64]>, upper: Option<&[f64]>) -> Result<Self> {
        guard(|| {
            let plan = Plan::read(tree(o)?.as_ref()).map_err(fault)?;
            let bounds = lower.zip(upper).map(|(lower, upper)| Bounds::new(lower.to_vec(), upper.to_vec()));
            let bounds = bounds.transpose().map_err(fault)?;
            Ok(Self::of(Minimization::new(start, &plan, bounds).map_err(fault)?))
        })
    }

    /// A run that goes on where a snapshot was taken, to the stopping rules of these options.
    #[napi(factory)]
    pub fn resume(bytes: &[u8], o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            let options = tree(o)?;
            Ok(Self::of(Minimization::resume(bytes, options.as_ref()).map_err(fault)?))
        })
    }

    fn of(core: Minimization) -> Self {
        let d = core.point().len();
        let run = Run {
            core,
            told: None,
            model: None,
            point: vec![0.0; d],
            gradient: vec![0.0; d],
            failure: None,
        };
        Self {
            run: Arc::new(Mutex::new(run)),
            aborted: Arc::default(),
        }
    }

    #[napi(getter)]
    pub fn dimension(&self) -> u32 {
        lock(&self.run).point.len() as u32
    }

    /// Whether the run has not ended.
    #[napi]
    pub fn is_open(&self) -> bool {
        lock(&self.run).core.status().is_none()
    }

    /// The point to evaluate, to `x`: 0 where the run has ended, 1 where value and gradient are wanted, 2 where the value alone is.
    #[napi]
    pub fn ask(&self, #[napi(ts_arg_type = "Float64Array")] mut x: Numbers) -> Result<u32> {
        guard(|| {
            let run = &mut *lock(&self.run);
            let Some(request) = run.core.ask() else { return Ok(0) };
            copy("x", run.core.point(), x.as_mut_slice()).map_err(fault)?;
            Ok(if request.want == Want::Gradient { 1 } else { 2 })
        })
    }

    /// Answers the open question, with weights of the variables or without; whether that completed an iteration.
    #[napi]
    pub fn tell(&self, value: f64, #[napi(ts_arg_type = "Float64Array")] g: Numbers, weights: Option<&[f64]>) -> Result<bool> {
        guard(|| {
            let run = &mut *lock(&self.run);
            let id = run.core.optimizer().pending().map_or(u64::MAX, |request| request.id);
            run.told = run.core.tell_weighted(id, value, Some(g.as_slice()), weights).map_err(fault)?;
            Ok(run.told.is_some())
        })
    }

    /// The same where the objective was called and came back at these nanoseconds of the recorder's clock.
    #[napi]
    pub fn tell_called(
        &self,
        value: f64,
        #[napi(ts_arg_type = "Float64Array")] g: Numbers,
        begin: f64,
        end: f64,
        weights: Option<&[f64]>,
    ) -> Result<bool> {
        // Times before the clock began are its beginning.
        lock(&self.run).core.called(begin as u64, end as u64);
        self.tell(value, g, weights)
    }

    /// Records spans from now on: their clock starts during this call.
    #[napi]
    pub fn record(&self) {
        lock(&self.run).core.profile(Recorder::new());
    }

    /// What was recorded so far.
    #[napi]
    pub fn profile(&self) -> Option<NativeProfile> {
        let run = lock(&self.run);
        let recorder = run.core.recorder()?;
        let phase = |row: lgf_core::profile::Row| NativePhase {
            name: row.name,
            parent: row.parent.map(|parent| parent as u32),
            depth: row.depth as u32,
            calls: row.calls as f64,
            seconds: row.seconds,
            self_seconds: row.self_seconds,
            bytes: row.bytes as f64,
            flops: row.flops as f64,
        };
        let events = recorder.events();
        let mut columns = Vec::with_capacity(5 * events.len());
        columns.extend(events.iter().map(|event| event.row as f64));
        columns.extend(events.iter().map(|event| event.begin as f64));
        columns.extend(events.iter().map(|event| event.end as f64));
        columns.extend(events.iter().map(|event| event.bytes as f64));
        columns.extend(events.iter().map(|event| event.flops as f64));
        Some(NativeProfile {
            phases: recorder.table().into_iter().map(phase).collect(),
            events: Owned(columns),
            dropped: recorder.dropped() as f64,
        })
    }

    /// Evaluates a native problem here until an iteration is complete, if `each` says so, this much time has passed, or the run ends.
    #[napi]
    pub fn run_sync(&self, problem: &SharedProblem, each: bool, seconds: f64) -> Result<()> {
        guard(|| advance(&self.run, problem, &self.aborted, each, seconds))
    }

    /// The same on another thread; [`MinimizationHandle::check`] then says how it went.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn run(&self, problem: &SharedProblem, each: bool, seconds: f64) -> AsyncTask<Stretch> {
        AsyncTask::new(Stretch {
            run: Arc::clone(&self.run),
            problem: SharedProblem(Arc::clone(&problem.0)),
            aborted: Arc::clone(&self.aborted),
            each,
            seconds,
        })
    }

    /// Ends what runs on another thread after the evaluation that it is in.
    #[napi]
    pub fn abort(&self) {
        self.aborted.store(true, Ordering::Relaxed);
    }

    /// Whether the last answer completed an iteration.
    #[napi]
    pub fn is_complete(&self) -> bool {
        lock(&self.run).told.is_some()
    }

    /// Throws what went wrong on another thread.
    #[napi]
    pub fn check(&self) -> Result<()> {
        match lock(&self.run).failure.take() {
            None => Ok(()),
            Some((code, message)) => Err(napi::Error::new(code, message)),
        }
    }

    /// The iteration that the last answer completed, once, to an array of 7; false without one.
    #[napi]
    pub fn iteration(&self, #[napi(ts_arg_type = "Float64Array")] mut out: Numbers) -> bool {
        let run = &mut *lock(&self.run);
        let Some(told) = run.told.take() else { return false };
        run.model = told.model;
        let out = out.as_mut_slice();
        if out.len() < slot::COUNT {
            return false;
        }
        out[slot::ITERATION] = told.iteration as f64;
        out[slot::EVALUATIONS] = told.evaluations as f64;
        out[slot::VALUE] = told.value.unwrap_or(f64::NAN);
        out[slot::BEST] = told.best_value.unwrap_or(f64::NAN);
        out[slot::NORM] = told.gradient_norm.unwrap_or(f64::NAN);
        out[slot::VERDICT] = match told.verdict {
            Verdict::Accepted => 0.0,
            Verdict::Rejected => 1.0,
            Verdict::Failed => 2.0,
        };
        out[slot::STEP] = told.step_norm.unwrap_or(f64::NAN);
        true
    }

    /// Name of the learned model that led to the iteration that was handed over last.
    #[napi(ts_return_type = "'positive' | 'potential' | 'polynomial' | 'warp' | 'general' | null")]
    pub fn model(&self) -> Option<&'static str> {
        lock(&self.run).model
    }

    /// The point that a native problem was evaluated at last, where each iteration is seen.
    #[napi(ts_return_type = "Float64Array")]
    pub fn point(&self) -> Owned {
        Owned(lock(&self.run).point.clone())
    }

    /// Ends the run because the caller wants it.
    #[napi]
    pub fn stop(&self, #[napi(ts_arg_type = "'aborted' | 'stopped-by-callback' | 'evaluation-failed'")] status: String) {
        lock(&self.run).core.stop(match status.as_str() {
            "aborted" => Status::Aborted,
            "evaluation-failed" => Status::EvaluationFailed,
            _ => Status::StoppedByCallback,
        });
    }

    /// Everything about the run as bytes.
    #[napi(ts_return_type = "Uint8Array")]
    pub fn snapshot(&self) -> Result<OwnedBytes> {
        guard(|| Ok(OwnedBytes(lock(&self.run).core.snapshot())))
    }

    /// The same with what a native problem remembers of its evaluations.
    #[napi(ts_return_type = "Uint8Array")]
    pub fn snapshot_with(&self, problem: &SharedProblem) -> Result<OwnedBytes> {
        guard(|| {
            let run = lock(&self.run);
            let memory = lock(&problem.0).memory();
            Ok(OwnedBytes(run.core.snapshot_with(&memory)))
        })
    }

    /// What the run has come to.
    #[napi]
    pub fn outcome(&self) -> NativeOutcome {
        let run = lock(&self.run);
        let outcome = run.core.outcome();
        let counts = outcome.counts;
        NativeOutcome {
            x: Owned(outcome.x),
            value: outcome.value,
            gradient_norm: outcome.gradient_norm,
            status: outcome.status.map(Status::name),
            success: outcome.status.is_some_and(Status::is_success),
            message: outcome.message,
            method: run.core.method().into(),
            iterations: counts.iterations as f64,
            evaluations: counts.evaluations as f64,
            learned_steps: counts.learned_steps as f64,
            fits: counts.fits as f64,
            rejected: counts.rejected as f64,
            seconds: outcome.seconds,
            objective_seconds: outcome.profile.objective,
            optimizer_seconds: outcome.profile.optimizer,
        }
    }
}

/// Names of all methods, the default first.
#[napi]
pub fn minimize_methods() -> Vec<String> {
    METHODS.iter().map(|method| method.name.into()).collect()
}

/// A stretch of a run on another thread.
pub struct Stretch {
    run: Arc<Mutex<Run>>,
    problem: SharedProblem,
    aborted: Arc<AtomicBool>,
    each: bool,
    seconds: f64,
}

impl Task for Stretch {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> napi::Result<()> {
        if let Err(error) = guard(|| advance(&self.run, &self.problem, &self.aborted, self.each, self.seconds)) {
            lock(&self.run).failure = Some((error.status.clone(), error.reason.to_string()));
        }
        Ok(())
    }

    fn resolve(&mut self, _: napi::Env, (): ()) -> napi::Result<()> {
        Ok(())
    }
}

/// A native problem that others may evaluate in between.
struct Locked<'a>(&'a Mutex<dyn Problem + Send>, usize);

impl Problem for Locked<'_> {
    fn name(&self) -> &str {
        "shared"
    }
    fn dimension(&self) -> usize {
        self.1
    }
    fn start(&self) -> Vec<f64> {
        lock(self.0).start()
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        lock(self.0).evaluate(point, gradient)
    }
    fn weights(&self, weights: &mut Vec<f64>) -> bool {
        lock(self.0).weights(weights)
    }
    fn memory(&self) -> Vec<u8> {
        lock(self.0).memory()
    }
    fn remember(&mut self, memory: &[u8]) -> lgf_core::Result<()> {
        lock(self.0).remember(memory)
    }
}

/// Runs a native problem until an iteration is complete, if `each` says so, this much time has passed, or the run ends.
fn advance(shared: &Mutex<Run>, problem: &SharedProblem, aborted: &AtomicBool, each: bool, seconds: f64) -> Result<()> {
    let run_now = &mut *lock(shared);
    let Run {
        core,
        told,
        point,
        gradient,
        ..
    } = run_now;
    let dimension = lock(&problem.0).dimension();
    let most = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    let begun = Instant::now();
    let mut recorded = Recorded {
        problem: Locked(&problem.0, dimension),
        point: each.then_some(point),
    };
    *told = None;
    run(core, &mut recorded, gradient, |iteration| {
        let complete = iteration.is_some();
        if complete {
            *told = iteration;
        }
        (each && complete) || aborted.load(Ordering::Relaxed) || begun.elapsed() >= most
    })
    .map_err(fault)
}

/// Keeps the point of the last evaluation.
struct Recorded<'a> {
    problem: Locked<'a>,
    point: Option<&'a mut Vec<f64>>,
}

impl Problem for Recorded<'_> {
    fn name(&self) -> &str {
        self.problem.name()
    }
    fn dimension(&self) -> usize {
        self.problem.dimension()
    }
    fn start(&self) -> Vec<f64> {
        self.problem.start()
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        if let Some(kept) = &mut self.point {
            kept.copy_from_slice(point);
        }
        self.problem.evaluate(point, gradient)
    }
    fn weights(&self, weights: &mut Vec<f64>) -> bool {
        self.problem.weights(weights)
    }
    fn memory(&self) -> Vec<u8> {
        self.problem.memory()
    }
    fn remember(&mut self, memory: &[u8]) -> lgf_core::Result<()> {
        self.problem.remember(memory)
    }
}

//! Optimizers as handles. Objectives are called in TypeScript, between two calls into here: no callback, no borrowed memory.
use crate::buffer::{Numbers, Owned, OwnedBytes};
use crate::error::{Result, fault, guard};
use crate::model::{ModelHandle, NativeFitReport};
use crate::stages::read;
use lgf_core::optimizer::{
    Adam, AdamFlow, AdamTrustRegion, Batch, Begin, Fallback, GradientDescent, GradientFlow, Optimizer, Phase, Request, StepReport,
    TrustRegionFlow, Want, restore,
};
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;
use std::cell::RefCell;

/// Layout of the status array that every call fills, so that no object crosses the boundary in a hot loop.
mod slot {
    /// 1 when a step was taken, 0 when an answer is wanted.
    pub const DONE: usize = 0;
    /// Epoch of the step taken.
    pub const EPOCH: usize = 1;
    /// 1 for a learned step.
    pub const LEARNED: usize = 2;
    /// Value of the step; NaN, where it was not evaluated, becomes `undefined` on the other side.
    pub const VALUE: usize = 3;
    /// Counted evaluations.
    pub const EVALUATIONS: usize = 4;
    /// Number of the open request, -1 without one.
    pub const REQUEST: usize = 5;
    /// 1 when the open request wants a gradient.
    pub const GRADIENT: usize = 6;
    /// 1 when the next step is a learned one.
    pub const NEXT_LEARNED: usize = 7;
    /// Models fitted.
    pub const FITS: usize = 8;
    /// True steps that took the place of learned ones.
    pub const FALLBACKS: usize = 9;
    /// Steps taken.
    pub const STEPS: usize = 10;
    /// Features that the current model found dependent and dropped, and how many there were.
    pub const DROPPED: usize = 11;
    pub const FEATURES: usize = 12;
    /// 1 when the next step needs nothing but the evaluation at the iterate.
    pub const PLAIN: usize = 13;
    /// Phases and base steps that were undone.
    pub const REJECTIONS: usize = 14;
    /// Radius of the trust region; NaN without one.
    pub const RADIUS: usize = 15;
    /// Of the step taken: 0, or the place of the reason in the list of fallbacks, from 1.
    pub const FALLBACK: usize = 16;
    /// Which trajectory the open request is about.
    pub const TRAJECTORY: usize = 17;
    pub const COUNT: usize = 18;
}

/// Length of the status array.
#[napi]
pub const STATUS_LENGTH: u32 = slot::COUNT as u32;

/// An optimizer; gone once disposed of or after a defect of the library.
#[napi]
pub struct OptimizerHandle {
    core: RefCell<Option<Box<dyn Optimizer>>>,
}

#[napi]
impl OptimizerHandle {
    /// `kind` is the name of the exported class; `start` holds `dimension` numbers for each trajectory.
    #[napi(constructor)]
    pub fn new(kind: String, start: &[f64], dimension: u32, o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            let core: Box<dyn Optimizer> = match kind.as_str() {
                "GradientDescent" => Box::new(GradientDescent::new(start, &read(o)?).map_err(fault)?),
                "BaseAdam" => Box::new(Adam::new(start, &read(o)?).map_err(fault)?),
                "LGFGradientFlow" => Box::new(GradientFlow::new(start, &read(o)?).map_err(fault)?),
                "LGFAdam" => Box::new(AdamFlow::new(start, &read(o)?).map_err(fault)?),
                "LGFTrustRegion" => Box::new(TrustRegionFlow::new(start, &read(o)?).map_err(fault)?),
                "LGFAdamTrustRegion" => Box::new(AdamTrustRegion::new(start, &read(o)?).map_err(fault)?),
                "LGFBatch" => Box::new(Batch::of_trajectories(start, dimension as usize, &read(o)?).map_err(fault)?),
                _ => {
                    return Err(napi::Error::new(
                        "ERR_LGF_INTERNAL".into(),
                        format!("no optimizer is called {kind}"),
                    ));
                }
            };
            Ok(Self {
                core: RefCell::new(Some(core)),
            })
        })
    }

    /// An optimizer of this kind that goes on where a snapshot was taken.
    #[napi(factory)]
    pub fn restore(kind: String, bytes: &[u8]) -> Result<Self> {
        guard(|| {
            let core = restore(&kind, bytes).map_err(fault)?;
            Ok(Self {
                core: RefCell::new(Some(core)),
            })
        })
    }

    /// Everything about the run as bytes.
    #[napi(ts_return_type = "Uint8Array")]
    pub fn snapshot(&self) -> Result<OwnedBytes> {
        self.with(|core| Ok(OwnedBytes(core.snapshot())))
    }

    /// Number of variables of one trajectory, and number of trajectories.
    #[napi]
    pub fn shape(&self) -> Result<Vec<u32>> {
        self.with(|core| Ok(vec![core.point().len() as u32, core.trajectories() as u32]))
    }

    /// Starts the next step. `x` receives the point to evaluate, or the iterate.
    #[napi]
    pub fn begin(
        &self,
        #[napi(ts_arg_type = "Float64Array")] mut x: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut status: Numbers,
    ) -> Result<()> {
        self.with(|core| {
            let begun = core.begin()?;
            let done = if let Begin::Done(report) = begun { Some(report) } else { None };
            report(core, done, x.as_mut_slice(), status.as_mut_slice())
        })
    }

    /// Learned steps until an answer is wanted.
    #[napi]
    pub fn ask(
        &self,
        #[napi(ts_arg_type = "Float64Array")] mut x: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut status: Numbers,
    ) -> Result<()> {
        self.with(|core| {
            core.ask()?;
            write(core, x.as_mut_slice(), status.as_mut_slice())
        })
    }

    /// Answers the open request; the gradient is not looked at where a value was wanted.
    #[napi]
    pub fn tell(
        &self,
        id: f64,
        value: f64,
        #[napi(ts_arg_type = "Float64Array | undefined")] gradient: Option<Numbers>,
        #[napi(ts_arg_type = "Float64Array")] mut x: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut status: Numbers,
    ) -> Result<()> {
        self.with(|core| {
            let told = core.tell(id as u64, value, gradient.as_ref().map(Numbers::as_slice))?;
            report(core, told, x.as_mut_slice(), status.as_mut_slice())
        })
    }

    /// Answers the open request and those about the trajectories after it: one value and one row of the gradient for every trajectory.
    #[napi]
    pub fn tell_all(
        &self,
        id: f64,
        #[napi(ts_arg_type = "Float64Array")] values: Numbers,
        #[napi(ts_arg_type = "Float64Array | undefined")] gradient: Option<Numbers>,
        #[napi(ts_arg_type = "Float64Array")] mut x: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut status: Numbers,
    ) -> Result<()> {
        self.with(|core| {
            let told = core.tell_all(id as u64, values.as_slice(), gradient.as_ref().map(Numbers::as_slice))?;
            report(core, told, x.as_mut_slice(), status.as_mut_slice())
        })
    }

    /// A whole true step: to be called with the evaluation at the iterate when the status says that the next step is a true one.
    #[napi]
    pub fn true_step(
        &self,
        value: f64,
        #[napi(ts_arg_type = "Float64Array")] gradient: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut x: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut status: Numbers,
    ) -> Result<()> {
        self.with(|core| {
            if !core.is_plain() {
                return Err(lgf_core::Error::State {
                    name: "trueStep".into(),
                    expected: "the next step needs more than an evaluation at the iterate".into(),
                });
            }
            let done = match core.begin()? {
                Begin::Evaluate(request) => core.tell(request.id, value, Some(gradient.as_slice()))?,
                Begin::Done(report) => Some(report),
            };
            report(core, done, x.as_mut_slice(), status.as_mut_slice())
        })
    }

    /// Learned steps only, at most `most`; returns how many.
    #[napi]
    pub fn advance(
        &self,
        most: f64,
        #[napi(ts_arg_type = "Float64Array")] mut x: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut status: Numbers,
    ) -> Result<f64> {
        self.with(|core| {
            // Saturates: infinity means the whole phase.
            let steps = core.advance(most as u64)?;
            write(core, x.as_mut_slice(), status.as_mut_slice())?;
            Ok(steps as f64)
        })
    }

    /// The iterates of all trajectories.
    #[napi]
    pub fn iterates(&self, #[napi(ts_arg_type = "Float64Array")] mut x: Numbers) -> Result<()> {
        self.with(|core| copy("x", core.iterates(), x.as_mut_slice()))
    }

    /// The points of all trajectories that the open request is about.
    #[napi]
    pub fn points(&self, #[napi(ts_arg_type = "Float64Array")] mut x: Numbers) -> Result<()> {
        self.with(|core| copy("x", core.points(), x.as_mut_slice()))
    }

    /// The point to evaluate, or the iterate, and the counts as they are.
    #[napi]
    pub fn look(
        &self,
        #[napi(ts_arg_type = "Float64Array")] mut x: Numbers,
        #[napi(ts_arg_type = "Float64Array")] mut status: Numbers,
    ) -> Result<()> {
        self.with(|core| write(core, x.as_mut_slice(), status.as_mut_slice()))
    }

    /// A copy of the model that drives learned steps.
    #[napi]
    pub fn model(&self) -> Result<Option<ModelHandle>> {
        self.with(|core| Ok(core.model().cloned().map(ModelHandle::from)))
    }

    /// What the last fit reported.
    #[napi]
    pub fn last_fit(&self) -> Result<Option<NativeFitReport>> {
        self.with(|core| Ok(core.last_fit().map(NativeFitReport::from)))
    }

    /// Point and, behind it, the value of the best true evaluation; nothing before the first.
    #[napi(ts_return_type = "Float64Array | null")]
    pub fn best(&self) -> Result<Option<Owned>> {
        self.with(|core| Ok(core.best().map(|(value, x)| Owned(x.iter().copied().chain([value]).collect()))))
    }

    #[napi]
    pub fn dispose(&self) -> Result<()> {
        guard(|| {
            *self.core.borrow_mut() = None;
            Ok(())
        })
    }
}

impl OptimizerHandle {
    fn with<T>(&self, body: impl FnOnce(&mut dyn Optimizer) -> lgf_core::Result<T>) -> Result<T> {
        let answer = guard(|| match self.core.borrow_mut().as_deref_mut() {
            Some(core) => body(core).map_err(fault),
            None => Err(napi::Error::new(String::from("ERR_LGF_DISPOSED"), "the optimizer was disposed of")),
        });
        if answer.as_ref().is_err_and(|error| error.status == "ERR_LGF_INTERNAL") {
            // Whatever state a panic left behind is not worth a second look.
            *self.core.borrow_mut() = None;
        }
        answer
    }
}

/// What was done, then the state.
fn report(core: &mut dyn Optimizer, done: Option<StepReport>, x: &mut [f64], status: &mut [f64]) -> lgf_core::Result<()> {
    write(core, x, status)?;
    if let Some(StepReport {
        epoch,
        kind,
        value,
        fallback,
        ..
    }) = done
    {
        status[slot::DONE] = 1.0;
        status[slot::EPOCH] = epoch as f64;
        status[slot::LEARNED] = f64::from(kind == Phase::Learned);
        status[slot::VALUE] = value.unwrap_or(f64::NAN);
        status[slot::FALLBACK] = match fallback {
            None => 0.0,
            Some(Fallback::NonFinite) => 1.0,
            Some(Fallback::Radius) => 2.0,
            Some(Fallback::Worse) => 3.0,
        };
    }
    Ok(())
}

/// Fills an array of the caller.
fn copy(name: &str, from: &[f64], to: &mut [f64]) -> lgf_core::Result<()> {
    if from.len() != to.len() {
        return Err(lgf_core::Error::Shape {
            name: name.into(),
            actual: to.len().to_string(),
            expected: from.len().to_string(),
        });
    }
    to.copy_from_slice(from);
    Ok(())
}

fn write(core: &mut dyn Optimizer, x: &mut [f64], status: &mut [f64]) -> lgf_core::Result<()> {
    copy("x", core.point(), x)?;
    if status.len() != slot::COUNT {
        return Err(lgf_core::Error::Shape {
            name: "status".into(),
            actual: status.len().to_string(),
            expected: slot::COUNT.to_string(),
        });
    }
    let Request { id, want } = core.pending().unwrap_or(Request {
        id: u64::MAX,
        want: Want::Value,
    });
    status[slot::DONE] = 0.0;
    status[slot::REQUEST] = if id == u64::MAX { -1.0 } else { id as f64 };
    status[slot::GRADIENT] = f64::from(want == Want::Gradient);
    status[slot::EVALUATIONS] = core.evaluations() as f64;
    status[slot::NEXT_LEARNED] = f64::from(core.phase() == Phase::Learned);
    status[slot::FITS] = core.fits() as f64;
    status[slot::FALLBACKS] = core.fallbacks() as f64;
    status[slot::STEPS] = core.epoch() as f64;
    let fit = core.model().and_then(|model| model.report());
    status[slot::DROPPED] = fit.map_or(0.0, |fit| fit.dropped as f64);
    status[slot::FEATURES] = fit.map_or(0.0, |fit| (fit.features + fit.dropped) as f64);
    status[slot::PLAIN] = f64::from(core.is_plain());
    status[slot::REJECTIONS] = core.rejections() as f64;
    status[slot::RADIUS] = core.radius().unwrap_or(f64::NAN);
    status[slot::TRAJECTORY] = core.trajectory() as f64;
    Ok(())
}

//! Optimizers as handles. Objectives are called in TypeScript, between two calls into here: no callback, no borrowed memory.
use crate::buffer::{Numbers, Owned, OwnedBytes};
use crate::calls::{Calls, Core, copy};
use crate::error::{Result, fault, guard};
use crate::model::{ModelHandle, NativeFitReport};
use crate::stages::read;
use lgf_core::optimizer::{
    Adam, AdamFlow, AdamTrustRegion, Anderson, Batch, GradientDescent, GradientFlow, Lbfgs, MovingAsymptotes, OptimalityCriteria,
    Optimizer, TrustRegionFlow, adaptive, restore,
};
use napi::bindgen_prelude::Unknown;
use napi_derive::napi;
use std::rc::Rc;

/// An optimizer; gone once disposed of or after a defect of the library.
#[napi]
pub struct OptimizerHandle {
    core: Rc<Core>,
}

#[napi]
impl OptimizerHandle {
    /// `kind` is the name of the exported class; `start` holds `dimension` numbers for each trajectory.
    #[napi(constructor)]
    pub fn new(kind: String, start: &[f64], dimension: u32, o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            let core: Box<dyn Optimizer> = match kind.as_str() {
                "GradientDescent" => Box::new(GradientDescent::new(start, &read(o)?).map_err(fault)?),
                "LGFAdaptive" => adaptive(start, &read(o)?, None).map_err(fault)?,
                "BaseAdam" => Box::new(Adam::new(start, &read(o)?).map_err(fault)?),
                "LGFGradientFlow" => Box::new(GradientFlow::new(start, &read(o)?).map_err(fault)?),
                "LGFAdam" => Box::new(AdamFlow::new(start, &read(o)?).map_err(fault)?),
                "LGFTrustRegion" => Box::new(TrustRegionFlow::new(start, &read(o)?).map_err(fault)?),
                "LGFAdamTrustRegion" => Box::new(AdamTrustRegion::new(start, &read(o)?).map_err(fault)?),
                "LGFBatch" => Box::new(Batch::of_trajectories(start, dimension as usize, &read(o)?).map_err(fault)?),
                "LBFGS" => Box::new(Lbfgs::new(start, &read(o)?).map_err(fault)?),
                "Anderson" => Box::new(Anderson::new(start, &read(o)?).map_err(fault)?),
                "OptimalityCriteria" => Box::new(OptimalityCriteria::new(start, &read(o)?).map_err(fault)?),
                "MMA" => Box::new(MovingAsymptotes::new(start, &read(o)?).map_err(fault)?),
                _ => {
                    return Err(napi::Error::new(
                        "ERR_LGF_INTERNAL".into(),
                        format!("no optimizer is called {kind}"),
                    ));
                }
            };
            Ok(Self { core: Core::new(core) })
        })
    }

    /// An optimizer of this kind that goes on where a snapshot was taken.
    #[napi(factory)]
    pub fn restore(kind: String, bytes: &[u8]) -> Result<Self> {
        guard(|| {
            let core = restore(&kind, bytes).map_err(fault)?;
            Ok(Self { core: Core::new(core) })
        })
    }

    /// Everything about the run as bytes.
    #[napi(ts_return_type = "Uint8Array")]
    pub fn snapshot(&self) -> Result<OwnedBytes> {
        self.core.with(|core| Ok(OwnedBytes(core.snapshot())))
    }

    /// Number of variables of one trajectory, and number of trajectories.
    #[napi]
    pub fn shape(&self) -> Result<Vec<u32>> {
        self.core
            .with(|core| Ok(vec![core.point().len() as u32, core.trajectories() as u32]))
    }

    /// The calls of a loop and the status array that they read and fill. Each takes arrays alone, `x` last.
    #[napi(ts_return_type = "import('./optimizers/calls.ts').OptimizerCalls")]
    pub fn calls(&self) -> Calls {
        Calls::of(&self.core)
    }

    /// The iterates of all trajectories.
    #[napi]
    pub fn iterates(&self, #[napi(ts_arg_type = "Float64Array")] mut x: Numbers) -> Result<()> {
        self.core.with(|core| copy("x", core.iterates(), x.as_mut_slice()))
    }

    /// The points of all trajectories that the open request is about.
    #[napi]
    pub fn points(&self, #[napi(ts_arg_type = "Float64Array")] mut x: Numbers) -> Result<()> {
        self.core.with(|core| copy("x", core.points(), x.as_mut_slice()))
    }

    /// A copy of the model that drives learned steps.
    #[napi]
    pub fn model(&self) -> Result<Option<ModelHandle>> {
        self.core.with(|core| Ok(core.model().cloned().map(ModelHandle::from)))
    }

    /// What the last fit reported.
    #[napi]
    pub fn last_fit(&self) -> Result<Option<NativeFitReport>> {
        self.core.with(|core| Ok(core.last_fit().map(NativeFitReport::from)))
    }

    /// Point and, behind it, the value of the best true evaluation; nothing before the first.
    #[napi(ts_return_type = "Float64Array | null")]
    pub fn best(&self) -> Result<Option<Owned>> {
        self.core
            .with(|core| Ok(core.best().map(|(value, x)| Owned(x.iter().copied().chain([value]).collect()))))
    }

    #[napi]
    pub fn dispose(&self) -> Result<()> {
        guard(|| {
            self.core.dispose();
            Ok(())
        })
    }
}

/// Calls of an optimizer of which `look` panics, so that tests can see what becomes of it.
#[napi(ts_return_type = "import('./optimizers/calls.ts').OptimizerCalls")]
pub fn calls_that_panic() -> Result<Calls> {
    let core = GradientDescent::new(&[1.0], &Default::default()).map_err(fault)?;
    Ok(Calls::that_panic(Core::new(Box::new(core))))
}

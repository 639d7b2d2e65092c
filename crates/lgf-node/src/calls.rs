//! The calls of a loop as plain functions.
//!
//! A method of a class asks the engine for its receiver, what it wraps and whether the types fit: some 250 ns. A plain function knows its
//! optimizer by the address that the engine keeps for it, takes nothing but arrays, and has its numbers, in and out, in the status array,
//! whose memory was looked up once. Arrays of the caller are looked up in each call: what a callback may have done to them shows there.
use crate::buffer::Numbers;
use crate::error::{Result, fault, guard};
use lgf_core::Error;
use lgf_core::optimizer::{Begin, Ending, Fallback, Optimizer, Phase, Request, StepReport, Want};
use napi::bindgen_prelude::{ToNapiValue, TypeName};
use napi::{JsError, ValueType, check_status, sys};
use std::cell::RefCell;
use std::ffi::{CStr, c_void};
use std::ptr::null_mut;
use std::rc::Rc;

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
    /// In: the value that is told, or the most steps to advance. Out: how many were.
    pub const GIVEN: usize = 18;
    /// In: the number of the request that is answered.
    pub const ANSWERED: usize = 19;
    /// Why no further step leads anywhere: 0, or the place of the reason in the list of endings, from 1.
    pub const ENDING: usize = 20;
    pub const COUNT: usize = 21;
}

/// An optimizer; gone once disposed of or after a defect of the library.
pub struct Core(RefCell<Option<Box<dyn Optimizer>>>);

impl Core {
    pub fn new(optimizer: Box<dyn Optimizer>) -> Rc<Self> {
        Rc::new(Self(RefCell::new(Some(optimizer))))
    }

    pub fn dispose(&self) {
        *self.0.borrow_mut() = None;
    }

    pub fn with<T>(&self, body: impl FnOnce(&mut dyn Optimizer) -> lgf_core::Result<T>) -> Result<T> {
        let answer = guard(|| match self.0.borrow_mut().as_deref_mut() {
            Some(core) => body(core).map_err(fault),
            None => Err(napi::Error::new(String::from("ERR_LGF_DISPOSED"), "the optimizer was disposed of")),
        });
        if answer.as_ref().is_err_and(|error| error.status == "ERR_LGF_INTERNAL") {
            // Whatever state a panic left behind is not worth a second look.
            self.dispose();
        }
        answer
    }
}

/// What a call does with the arrays it was given, at most [`ARRAYS`], and the status.
type Body = fn(&mut dyn Optimizer, [Option<Numbers>; ARRAYS], &mut [f64]) -> lgf_core::Result<()>;
const ARRAYS: usize = 3;

/// All of them. The last array receives the point to evaluate, or the iterate.
const CALLS: [(&CStr, Body); 7] = [
    (c"begin", begin),
    (c"ask", ask),
    (c"tell", tell),
    (c"tellAll", tell_all),
    (c"trueStep", true_step),
    (c"advance", advance),
    (c"look", look),
];

/// Starts the next step.
fn begin(core: &mut dyn Optimizer, [x, ..]: [Option<Numbers>; ARRAYS], status: &mut [f64]) -> lgf_core::Result<()> {
    let x = room(core, x)?;
    let begun = core.begin()?;
    let done = if let Begin::Done(report) = begun { Some(report) } else { None };
    report(core, done, x, status)
}

/// Learned steps until an answer is wanted.
fn ask(core: &mut dyn Optimizer, [x, ..]: [Option<Numbers>; ARRAYS], status: &mut [f64]) -> lgf_core::Result<()> {
    let x = room(core, x)?;
    core.ask()?;
    write(core, x, status)
}

/// Answers the open request; the gradient is not looked at where a value was wanted. Weights of the variables, if any, stand last.
fn tell(core: &mut dyn Optimizer, [g, x, weights]: [Option<Numbers>; ARRAYS], status: &mut [f64]) -> lgf_core::Result<()> {
    let x = room(core, x)?;
    let id = status[slot::ANSWERED] as u64;
    let [g, weights] = [&g, &weights].map(|v| v.as_ref().map(Numbers::as_slice));
    let told = core.tell_weighted(id, status[slot::GIVEN], g, weights)?;
    report(core, told, x, status)
}

/// Answers the open request and those about the trajectories after it: one value and one row of the gradient for every trajectory.
fn tell_all(core: &mut dyn Optimizer, [values, g, x]: [Option<Numbers>; ARRAYS], status: &mut [f64]) -> lgf_core::Result<()> {
    let x = room(core, x)?;
    let values = values.as_ref().map_or(&[][..], Numbers::as_slice);
    let told = core.tell_all(status[slot::ANSWERED] as u64, values, g.as_ref().map(Numbers::as_slice))?;
    report(core, told, x, status)
}

/// A whole true step: to be called with the evaluation at the iterate when the status says that the next step is a true one.
fn true_step(core: &mut dyn Optimizer, [g, x, _]: [Option<Numbers>; ARRAYS], status: &mut [f64]) -> lgf_core::Result<()> {
    let x = room(core, x)?;
    if !core.is_plain() {
        return Err(Error::State {
            name: "trueStep".into(),
            expected: "the next step needs more than an evaluation at the iterate".into(),
        });
    }
    let done = match core.begin()? {
        Begin::Evaluate(request) => core.tell(request.id, status[slot::GIVEN], g.as_ref().map(Numbers::as_slice))?,
        Begin::Done(report) => Some(report),
    };
    report(core, done, x, status)
}

/// Learned steps only.
fn advance(core: &mut dyn Optimizer, [x, ..]: [Option<Numbers>; ARRAYS], status: &mut [f64]) -> lgf_core::Result<()> {
    let x = room(core, x)?;
    // Saturates: infinity means the whole phase.
    let steps = core.advance(status[slot::GIVEN] as u64)?;
    write(core, x, status)?;
    status[slot::GIVEN] = steps as f64;
    Ok(())
}

/// The counts as they are.
fn look(core: &mut dyn Optimizer, [x, ..]: [Option<Numbers>; ARRAYS], status: &mut [f64]) -> lgf_core::Result<()> {
    let x = room(core, x)?;
    write(core, x, status)
}

/// What was done, then the state.
fn report(core: &mut dyn Optimizer, done: Option<StepReport>, x: Numbers, status: &mut [f64]) -> lgf_core::Result<()> {
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

/// An array for the point: looked at before anything changes, since a callback may have given its memory away.
fn room(core: &dyn Optimizer, x: Option<Numbers>) -> lgf_core::Result<Numbers> {
    let (length, d) = (x.as_ref().map_or(0, |x| x.as_slice().len()), core.point().len());
    x.filter(|_| length == d).ok_or_else(|| Error::Shape {
        name: "x".into(),
        actual: length.to_string(),
        expected: d.to_string(),
    })
}

fn write(core: &mut dyn Optimizer, mut x: Numbers, status: &mut [f64]) -> lgf_core::Result<()> {
    core.copy_point(x.as_mut_slice())?;
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
    status[slot::ENDING] = match core.ending() {
        None => 0.0,
        Some(Ending::Stalled) => 1.0,
        Some(Ending::GaveUp) => 2.0,
        Some(Ending::Converged) => 3.0,
    };
    Ok(())
}

/// Fills an array of the caller.
pub fn copy(name: &str, from: &[f64], to: &mut [f64]) -> lgf_core::Result<()> {
    if from.len() != to.len() {
        return Err(Error::Shape {
            name: name.into(),
            actual: to.len().to_string(),
            expected: from.len().to_string(),
        });
    }
    to.copy_from_slice(from);
    Ok(())
}

/// The functions of one optimizer on their way to JavaScript: an object of them and of the status array.
pub struct Calls {
    core: Rc<Core>,
    bodies: &'static [(&'static CStr, Body)],
}

impl Calls {
    pub fn of(core: &Rc<Core>) -> Self {
        Self {
            core: Rc::clone(core),
            bodies: &CALLS,
        }
    }

    /// Of which `look` panics.
    pub fn that_panic(core: Rc<Core>) -> Self {
        Self {
            core,
            bodies: &[(c"look", |_, _, _| panic!("on purpose")), (c"begin", begin)],
        }
    }
}

/// What the engine keeps for a function, until the function is garbage.
struct Function {
    core: Rc<Core>,
    body: Body,
    /// Memory of the status array, which is a property of the function and so lives as long.
    status: *mut f64,
}

impl ToNapiValue for Calls {
    unsafe fn to_napi_value(env: sys::napi_env, Self { core, bodies }: Self) -> napi::Result<sys::napi_value> {
        let (mut data, mut memory, mut status, mut object) = (null_mut(), null_mut(), null_mut(), null_mut());
        // SAFETY: the engine gives as many bytes as are asked for, zeroed and aligned for any number; they do not move, and no user code
        // ever sees the array that could give them away. A function is called on the thread of its engine only, with the data of its own.
        unsafe {
            check_status!(sys::napi_create_arraybuffer(
                env,
                slot::COUNT * size_of::<f64>(),
                &mut data,
                &mut memory
            ))?;
            let kind = sys::TypedarrayType::float64_array;
            check_status!(sys::napi_create_typedarray(env, kind, slot::COUNT, memory, 0, &mut status))?;
            check_status!(sys::napi_create_object(env, &mut object))?;
            check_status!(sys::napi_set_named_property(env, object, c"status".as_ptr(), status))?;
            for &(name, body) in bodies {
                let own = Box::into_raw(Box::new(Function {
                    core: Rc::clone(&core),
                    body,
                    status: data.cast(),
                }));
                let mut function = null_mut();
                let made = sys::napi_create_function(env, name.as_ptr(), -1, Some(enter), own.cast(), &mut function);
                let freed = if made == sys::Status::napi_ok {
                    sys::napi_add_finalizer(env, function, own.cast(), Some(leave), null_mut(), null_mut())
                } else {
                    made
                };
                if freed != sys::Status::napi_ok {
                    // Nobody has the function yet, and nobody will.
                    drop(Box::from_raw(own));
                }
                check_status!(freed)?;
                check_status!(sys::napi_set_named_property(env, function, c"status".as_ptr(), status))?;
                check_status!(sys::napi_set_named_property(env, object, name.as_ptr(), function))?;
            }
        }
        Ok(object)
    }
}

impl TypeName for Calls {
    fn type_name() -> &'static str {
        "Object"
    }
    fn value_type() -> ValueType {
        ValueType::Object
    }
}

/// What every function comes in by.
unsafe extern "C" fn enter(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let (mut count, mut given, mut data) = (ARRAYS, [null_mut(); ARRAYS], null_mut());
    // SAFETY: `data` is the `Function` that this one was made with: it is freed when the function is garbage, and that it is not while
    // somebody calls it. Its status array is its property. No JavaScript runs before the return.
    let answer = unsafe {
        sys::napi_get_cb_info(env, info, &mut count, given.as_mut_ptr(), null_mut(), &mut data);
        let Function { core, body, status } = &*data.cast::<Function>();
        let arrays = std::array::from_fn(|i| if i < count { Numbers::find(env, given[i]) } else { None });
        let status = std::slice::from_raw_parts_mut(*status, slot::COUNT);
        core.with(|core| body(core, arrays, status))
    };
    if let Err(error) = answer {
        // SAFETY: the environment is the one of this call.
        unsafe { JsError::from(error).throw_into(env) };
    }
    null_mut()
}

/// The function is garbage.
unsafe extern "C" fn leave(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: made by `Box::into_raw`, and freed here alone.
    drop(unsafe { Box::from_raw(data.cast::<Function>()) });
}

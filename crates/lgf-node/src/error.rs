//! Errors as data: code and argument cross in the code field, TypeScript makes the class.
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What native functions return. The code reads `ERR_LGF_ARGUMENT` or, where an argument is at fault, `ERR_LGF_ARGUMENT:solver.alpha`.
pub type Result<T> = std::result::Result<T, napi::Error<String>>;

thread_local! {
    /// Where the last panic of this thread happened; the payload alone does not say.
    static PANIC_PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps panics off the user's terminal; [`guard`] puts them into an error.
pub fn silence_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        // A panic while the thread-local is gone or borrowed must not panic again.
        let _ = PANIC_PLACE.try_with(|p| p.try_borrow_mut().map(|mut p| *p = place));
    }));
}

/// A core error for JavaScript.
pub fn fault(error: lgf_core::Error) -> napi::Error<String> {
    let code = match error.argument() {
        Some(argument) => format!("{}:{argument}", error.code()),
        None => error.code().into(),
    };
    napi::Error::new(code, error.to_string())
}

/// Runs the body of an exported function: a panic becomes an error of its own code, never an aborted process.
pub fn guard<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned());
        let place = PANIC_PLACE.with(|p| p.try_borrow().map(|p| p.clone()).unwrap_or_default());
        let text = format!(
            "a defect of the library, please report it: {} ({place})",
            message.unwrap_or_default()
        );
        Err(napi::Error::new("ERR_LGF_INTERNAL".into(), text))
    })
}

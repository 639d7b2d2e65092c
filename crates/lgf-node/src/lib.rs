//! N-API translation layer of `learned-gradient-flow`: no algorithm lives here.
//!
//! Arrays are looked at during a call and never kept; errors cross as data; a panic becomes an error.
mod buffer;
mod calls;
mod error;
pub mod matrix;
pub mod minimize;
pub mod model;
pub mod newton;
pub mod optimizer;
pub mod options;
pub mod problems;
pub mod stages;
mod value;

use error::{Result, guard};
use napi_derive::napi;

#[napi_derive::module_init]
fn init() {
    error::silence_panics();
}

/// Version of the native core.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Panics, so that tests can see what becomes of it.
#[napi]
pub fn panic_on_purpose() -> Result<()> {
    guard(|| panic!("on purpose"))
}

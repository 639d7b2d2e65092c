//! N-API translation layer of `learned-gradient-flow`: no algorithm lives here.
use napi_derive::napi;

/// Version of the native core.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

//! Arrays that cross the boundary.
use crate::error::Result;
use napi::bindgen_prelude::{FromNapiValue, ToNapiValue, TypeName, ValidateNapiValue};
use napi::{Env, Status, ValueType, sys};

/// The numbers of a caller's Float64Array, for the length of one native call.
///
/// napi-rs's own slice asks three questions of the engine where one will do. Nothing else may see the array meanwhile: no JavaScript
/// runs during the call, and no function here takes the same array twice.
pub struct Numbers {
    data: *mut f64,
    length: usize,
}

impl Numbers {
    /// The entries, to read.
    pub fn as_slice(&self) -> &[f64] {
        // SAFETY: see the type; the pointer is not null.
        unsafe { std::slice::from_raw_parts(self.data, self.length) }
    }

    /// The entries, to write.
    pub fn as_mut_slice(&mut self) -> &mut [f64] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.data, self.length) }
    }
}

impl Numbers {
    /// What a value refers to, if it is a Float64Array.
    ///
    /// # Safety
    /// `value` belongs to the current call.
    pub unsafe fn find(env: sys::napi_env, value: sys::napi_value) -> Option<Self> {
        let (mut kind, mut length, mut data) = (0, 0, std::ptr::null_mut());
        let nothing = std::ptr::null_mut();
        // SAFETY: the engine checks the value and fills the places given.
        let status = unsafe { sys::napi_get_typedarray_info(env, value, &mut kind, &mut length, &mut data, nothing, std::ptr::null_mut()) };
        if status != sys::Status::napi_ok || kind != sys::TypedarrayType::float64_array {
            return None;
        }
        // An empty or detached array has no memory.
        let data = if length == 0 || data.is_null() {
            std::ptr::NonNull::dangling().as_ptr()
        } else {
            data.cast()
        };
        Some(Self { data, length })
    }
}

impl FromNapiValue for Numbers {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> napi::Result<Self> {
        // SAFETY: napi-rs passes the arguments of the current call.
        unsafe { Self::find(env, value) }.ok_or_else(|| napi::Error::new(Status::InvalidArg, "expected a Float64Array"))
    }
}

impl TypeName for Numbers {
    fn type_name() -> &'static str {
        "Float64Array"
    }
    fn value_type() -> ValueType {
        ValueType::Object
    }
}

impl ValidateNapiValue for Numbers {}

/// Numbers on their way to JavaScript, copied into memory of the engine.
///
/// napi-rs would hand over the vector's own memory, to be freed by a finalizer. Finalizers wait for the event loop: a program that calls a
/// stage in a long synchronous loop would pile up everything it ever got. The copy is garbage like any other, and Electron, which
/// forbids foreign memory, takes it too.
pub struct Owned(pub Vec<f64>);

impl ToNapiValue for Owned {
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        // SAFETY: one element a number.
        unsafe { copied(env, &value.0, value.0.len(), sys::TypedarrayType::float64_array) }
    }
}

impl TypeName for Owned {
    fn type_name() -> &'static str {
        "Float64Array"
    }
    fn value_type() -> ValueType {
        ValueType::Object
    }
}

/// A Float64Array that was filled in memory of the engine: large results are written once, where they are wanted.
pub struct Filled(Written);

impl Filled {
    /// An array of so many numbers, all 0, and what `fill` makes of it. No JavaScript runs meanwhile.
    pub fn new(env: Env, length: usize, fill: impl FnOnce(&mut [f64]) -> Result<()>) -> Result<Self> {
        let created = Written::new(env, length);
        let mut written = created.map_err(|error| napi::Error::new("ERR_LGF_INTERNAL".into(), error.reason.to_string()))?;
        fill(written.as_mut_slice())?;
        Ok(Self(written))
    }
}

/// Fresh memory costs more to get, page by page of 4 KiB, than to write: where the system has larger pages, asks for them.
fn ask_for_large_pages(data: *mut std::ffi::c_void, bytes: usize) {
    const LARGE: usize = 1 << 21;
    #[cfg(target_os = "linux")]
    if bytes >= 4 * LARGE {
        let skip = data.align_offset(LARGE).min(bytes);
        // SAFETY: advice on whole pages inside of memory that is ours; whether it is taken changes no content. Refusals do not matter.
        unsafe { libc::madvise(data.byte_add(skip), (bytes - skip) / LARGE * LARGE, libc::MADV_HUGEPAGE) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (data, bytes, LARGE);
}

/// The entries of a matrix on their way to JavaScript.
pub enum Entries {
    Copied(Owned),
    Filled(Filled),
}

impl ToNapiValue for Entries {
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        match value {
            // SAFETY: of the same environment, in the same call.
            Self::Copied(numbers) => unsafe { Owned::to_napi_value(env, numbers) },
            Self::Filled(Filled(written)) => Ok(written.array),
        }
    }
}

impl TypeName for Entries {
    fn type_name() -> &'static str {
        "Float64Array"
    }
    fn value_type() -> ValueType {
        ValueType::Object
    }
}

/// Memory of the engine that numbers are written to where they will be read: a Float64Array without a copy.
pub struct Written {
    array: sys::napi_value,
    numbers: Numbers,
}

impl Written {
    /// Zeros, to be written before the native call ends.
    pub fn new(env: napi::Env, length: usize) -> napi::Result<Self> {
        let (mut data, mut memory, mut array) = (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
        let bytes = length
            .checked_mul(size_of::<f64>())
            .ok_or_else(|| napi::Error::from_status(Status::InvalidArg))?;
        // SAFETY: the engine gives `bytes` bytes of zeros, aligned for any number, and an array over all of them, or says that it cannot.
        unsafe {
            napi::check_status!(sys::napi_create_arraybuffer(env.raw(), bytes, &mut data, &mut memory))?;
            let kind = sys::TypedarrayType::float64_array;
            napi::check_status!(sys::napi_create_typedarray(env.raw(), kind, length, memory, 0, &mut array))?;
        }
        let data = if length == 0 || data.is_null() {
            std::ptr::NonNull::dangling().as_ptr()
        } else {
            ask_for_large_pages(data, bytes);
            data.cast()
        };
        Ok(Self {
            array,
            numbers: Numbers { data, length },
        })
    }

    /// The numbers, to write.
    pub fn as_mut_slice(&mut self) -> &mut [f64] {
        self.numbers.as_mut_slice()
    }
}

impl ToNapiValue for Written {
    unsafe fn to_napi_value(_: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        Ok(value.array)
    }
}

impl TypeName for Written {
    fn type_name() -> &'static str {
        "Float64Array"
    }
    fn value_type() -> ValueType {
        ValueType::Object
    }
}

/// Bytes on their way to JavaScript, copied like [`Owned`].
pub struct OwnedBytes(pub Vec<u8>);

impl ToNapiValue for OwnedBytes {
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        // SAFETY: bytes have no alignment to respect.
        unsafe { copied(env, &value.0, value.0.len(), sys::TypedarrayType::uint8_array) }
    }
}

impl TypeName for OwnedBytes {
    fn type_name() -> &'static str {
        "Uint8Array"
    }
    fn value_type() -> ValueType {
        ValueType::Object
    }
}

/// Indices on their way to JavaScript, copied like [`Owned`].
pub struct OwnedIndices(pub Vec<u32>);

impl ToNapiValue for OwnedIndices {
    unsafe fn to_napi_value(env: sys::napi_env, value: Self) -> napi::Result<sys::napi_value> {
        // SAFETY: one element an index.
        unsafe { copied(env, &value.0, value.0.len(), sys::TypedarrayType::uint32_array) }
    }
}

impl TypeName for OwnedIndices {
    fn type_name() -> &'static str {
        "Uint32Array"
    }
    fn value_type() -> ValueType {
        ValueType::Object
    }
}

/// A typed array of `length` elements with a copy of these entries.
///
/// # Safety
/// `length` elements of the kind must be as long as `entries`.
unsafe fn copied<T: Copy>(
    env: sys::napi_env,
    entries: &[T],
    length: usize,
    kind: sys::napi_typedarray_type,
) -> napi::Result<sys::napi_value> {
    let (mut data, mut memory, mut array) = (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
    let bytes = size_of_val(entries);
    // SAFETY: the engine gives `bytes` bytes, aligned for any number, and an array over all of them.
    unsafe {
        napi::check_status!(sys::napi_create_arraybuffer(env, bytes, &mut data, &mut memory))?;
        if bytes > 0 {
            std::ptr::copy_nonoverlapping(entries.as_ptr(), data.cast::<T>(), entries.len());
        }
        napi::check_status!(sys::napi_create_typedarray(env, kind, length, memory, 0, &mut array))?;
    }
    Ok(array)
}

//! Matrices as row-major arrays with their shape.
use crate::buffer::{Entries, Filled, Owned};
use crate::error::{Result, fault};
use faer::{Mat, MatRef};
use lgf_core::library::PolynomialLibrary;
use napi::Env;
use napi::bindgen_prelude::Float64Array;
use napi_derive::napi;

/// A matrix on its way to TypeScript.
#[napi(object, object_from_js = false)]
pub struct NativeMatrix {
    pub rows: u32,
    pub columns: u32,
    /// Row-major.
    #[napi(ts_type = "Float64Array")]
    pub data: Entries,
}

/// A matrix on its way from TypeScript, which has checked that it is not ragged.
#[napi(object, object_to_js = false)]
pub struct NativeMatrixInput {
    pub rows: u32,
    pub columns: u32,
    pub data: Float64Array,
}

impl NativeMatrixInput {
    /// A view of the rows; the shape and the length of the data must agree.
    pub fn view(&self, name: &str) -> Result<MatRef<'_, f64>> {
        let (rows, columns) = (self.rows as usize, self.columns as usize);
        if rows * columns != self.data.len() {
            let (actual, expected) = (self.data.len().to_string(), format!("{rows}×{columns} = {}", rows * columns));
            return Err(fault(lgf_core::Error::Shape {
                name: format!("{name}.data"),
                actual,
                expected,
            }));
        }
        Ok(MatRef::from_row_major_slice(&self.data, rows, columns))
    }
}

/// A copy in row-major order.
pub fn to_js(a: MatRef<'_, f64>) -> NativeMatrix {
    let mut data = Vec::with_capacity(a.nrows() * a.ncols());
    for i in 0..a.nrows() {
        data.extend(a.row(i).iter());
    }
    rows_to_js(data, a.nrows(), a.ncols())
}

/// An owned matrix, copied in row-major order.
pub fn owned_to_js(a: Mat<f64>) -> NativeMatrix {
    to_js(a.as_ref())
}

/// Data that is row-major already.
pub fn rows_to_js(data: Vec<f64>, rows: usize, columns: usize) -> NativeMatrix {
    NativeMatrix {
        rows: rows as u32,
        columns: columns as u32,
        data: Entries::Copied(Owned(data)),
    }
}

/// Features of states, written by the library to memory of the engine.
pub fn features_to_js(env: &Env, library: &PolynomialLibrary, states: MatRef<'_, f64>) -> Result<NativeMatrix> {
    let (rows, columns) = library.check_transform(states).map_err(fault)?;
    let fill = |out: &mut [f64]| library.transform_into(states, out).map_err(fault);
    Ok(NativeMatrix {
        rows: rows as u32,
        columns: columns as u32,
        data: Entries::Filled(Filled::new(*env, rows * columns, fill)?),
    })
}

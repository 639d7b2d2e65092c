//! The acoustic inverse problem.
use super::{Shared, SharedProblem, evaluate};
use crate::buffer::{Owned, OwnedIndices};
use crate::error::{Result, fault, guard};
use crate::matrix::{NativeMatrix, rows_to_js};
use crate::stages::read;
use lgf_core::problem::Problem;
use lgf_problems::{AcousticInverse, TriangleMesh};
use napi::bindgen_prelude::{Float64Array, Float64ArraySlice, Unknown};
use napi_derive::napi;

/// A user's mesh.
#[napi(object, object_to_js = false)]
pub struct NativeMeshInput {
    /// `x, y` of each node.
    pub nodes: Float64Array,
    /// Three corners of each triangle.
    pub triangles: Float64Array,
    pub fixed_nodes: Float64Array,
    pub forced_node: f64,
}

/// The mesh of a problem.
#[napi(object, object_from_js = false)]
pub struct NativeMesh {
    pub nodes: NativeMatrix,
    #[napi(ts_type = "Uint32Array")]
    pub triangles: OwnedIndices,
    #[napi(ts_type = "Uint32Array")]
    pub fixed_nodes: OwnedIndices,
    pub forced_node: u32,
}

/// The acoustic inverse problem.
#[napi]
pub struct AcousticInverseHandle {
    problem: Shared<AcousticInverse>,
}

evaluated!(AcousticInverseHandle);

#[napi]
impl AcousticInverseHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>, mesh: Option<NativeMeshInput>) -> Result<Self> {
        guard(|| {
            let options = read(o)?;
            let problem = match mesh {
                None => AcousticInverse::new(&options),
                Some(m) => TriangleMesh::from_numbers(&m.nodes, &m.triangles, &m.fixed_nodes, m.forced_node)
                    .and_then(|mesh| AcousticInverse::with_mesh(&options, mesh)),
            };
            Ok(Self {
                problem: Shared::new(problem.map_err(fault)?),
            })
        })
    }

    #[napi]
    pub fn mesh(&self) -> NativeMesh {
        let problem = self.problem.borrow();
        let mesh = problem.mesh();
        NativeMesh {
            nodes: rows_to_js(mesh.nodes.as_flattened().to_vec(), mesh.nodes.len(), 2),
            triangles: OwnedIndices(mesh.triangles.as_flattened().to_vec()),
            fixed_nodes: OwnedIndices(mesh.fixed_nodes.clone()),
            forced_node: mesh.forced_node,
        }
    }

    #[napi(ts_return_type = "Float64Array")]
    pub fn true_slowness(&self) -> Owned {
        Owned(self.problem.borrow().true_slowness().to_vec())
    }

    /// Number of times.
    #[napi(getter)]
    pub fn times(&self) -> u32 {
        self.problem.borrow().times().0 as u32
    }

    #[napi(getter)]
    pub fn time_step(&self) -> f64 {
        self.problem.borrow().times().1
    }

    #[napi(getter)]
    pub fn stable_slowness(&self) -> f64 {
        self.problem.borrow().stable_slowness()
    }

    #[napi(ts_return_type = "Float64Array")]
    pub fn slowness(&self, x: &[f64]) -> Result<Owned> {
        guard(|| self.problem.borrow().slowness(x).map(Owned).map_err(fault))
    }

    #[napi]
    pub fn parameter_error(&self, x: &[f64]) -> Result<f64> {
        guard(|| self.problem.borrow().parameter_error(x).map_err(fault))
    }

    /// Pressure, one row for each node, one column for each time.
    #[napi]
    pub fn pressure(&self, x: &[f64]) -> Result<NativeMatrix> {
        guard(|| {
            let mut problem = self.problem.borrow_mut();
            let (nodes, times) = (problem.mesh().nodes.len(), problem.times().0);
            Ok(rows_to_js(problem.pressure(x).map_err(fault)?, nodes, times))
        })
    }
}

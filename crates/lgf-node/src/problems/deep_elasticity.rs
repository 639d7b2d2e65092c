//! Deep elasticity.
use super::{Shared, SharedProblem, check_length, evaluate};
use crate::buffer::Owned;
use crate::error::{Result, fault, guard};
use crate::matrix::{NativeMatrix, NativeMatrixInput, rows_to_js};
use crate::stages::read;
use lgf_core::param::{Domain, Setting, Value};
use lgf_core::problem::Problem;
use lgf_problems::DeepElasticity;
use napi::bindgen_prelude::{Float64ArraySlice, Unknown};
use napi_derive::napi;

/// Deep elasticity.
#[napi]
pub struct DeepElasticityHandle {
    problem: Shared<DeepElasticity>,
}

evaluated!(DeepElasticityHandle);

#[napi]
impl DeepElasticityHandle {
    #[napi(constructor)]
    pub fn new(o: Option<Unknown<'_>>) -> Result<Self> {
        guard(|| {
            Ok(Self {
                problem: Shared::new(DeepElasticity::new(&read(o)?).map_err(fault)?),
            })
        })
    }

    /// Index of the sample that the next evaluation draws.
    #[napi]
    pub fn draw(&self) -> f64 {
        self.problem.borrow().draw() as f64
    }

    #[napi]
    pub fn set_draw(&self, index: f64) -> Result<()> {
        guard(|| {
            let index = usize::read(&Value::Number(index), "draw", &Domain::AtLeast(0)).map_err(fault)?;
            self.problem.borrow_mut().set_draw(index).map_err(fault)
        })
    }

    /// Displacement at points, one row each.
    #[napi]
    pub fn displacement(&self, x: &[f64], points: NativeMatrixInput) -> Result<NativeMatrix> {
        guard(|| {
            let mut problem = self.problem.borrow_mut();
            check(&problem, x, &points)?;
            let rows = points.data.len() / 3;
            Ok(rows_to_js(problem.displacement(x, &points.data), rows, 3))
        })
    }

    /// Strain energy density at points.
    #[napi(ts_return_type = "Float64Array")]
    pub fn energy_density(&self, x: &[f64], points: NativeMatrixInput) -> Result<Owned> {
        guard(|| {
            let mut problem = self.problem.borrow_mut();
            check(&problem, x, &points)?;
            Ok(Owned(problem.energy_density(x, &points.data)))
        })
    }
}

/// As many parameters as there are, and three coordinates a point.
fn check(problem: &DeepElasticity, x: &[f64], points: &NativeMatrixInput) -> Result<()> {
    check_length("x", x.len(), problem.dimension())?;
    let view = points.view("points")?;
    if view.ncols() == 3 {
        return Ok(());
    }
    Err(fault(lgf_core::Error::Shape {
        name: "points".into(),
        actual: format!("{}×{}", view.nrows(), view.ncols()),
        expected: "n×3".into(),
    }))
}

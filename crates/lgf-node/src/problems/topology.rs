//! Topology optimization.
use super::{Shared, SharedProblem, check_length, evaluate};
use crate::buffer::Owned;
use crate::error::{Result, fault, guard};
use crate::matrix::{NativeMatrix, rows_to_js};
use crate::stages::read;
use lgf_core::param::{Domain, Setting, Value};
use lgf_core::problem::Problem;
use lgf_problems::{Load, Place, Preset2d, Preset3d, Region, Structure, Support, Topology};
use napi::bindgen_prelude::{Float64Array, Float64ArraySlice, Unknown};
use napi_derive::napi;

/// A user's structure, one row of numbers for each part: `from` and `to`, three numbers each, and what is there.
#[napi(object, object_to_js = false)]
pub struct NativeStructure {
    /// Behind the place three numbers, 1 for an axis that is held.
    pub supports: Float64Array,
    /// Behind the place the force, and the number of the load case.
    pub loads: Float64Array,
    pub load_cases: u32,
    /// Behind the place 1 for material, 0 for none.
    pub regions: Float64Array,
}

/// What an evaluation came to.
#[napi(object, object_from_js = false)]
pub struct NativeDesignMeasures {
    pub compliance: f64,
    pub volume: f64,
    pub greyness: f64,
    pub solver_iterations: u32,
    pub solver_error: f64,
}

fn place(row: &[f64]) -> Place {
    let three = |from: usize| std::array::from_fn(|axis| row[from + axis]);
    Place {
        from: three(0),
        to: three(3),
    }
}

impl NativeStructure {
    fn read(&self) -> Structure {
        let mut load_cases = vec![Vec::new(); self.load_cases as usize];
        for row in self.loads.chunks_exact(10) {
            if let Some(case) = load_cases.get_mut(row[9] as usize) {
                case.push(Load {
                    at: place(row),
                    force: [row[6], row[7], row[8]],
                });
            }
        }
        let support = |row: &[f64]| Support {
            at: place(row),
            fixed: [row[6], row[7], row[8]].map(|fixed| fixed != 0.0),
        };
        let region = |row: &[f64]| Region {
            at: place(row),
            solid: row[6] != 0.0,
        };
        Structure {
            supports: self.supports.chunks_exact(9).map(support).collect(),
            load_cases,
            regions: self.regions.chunks_exact(7).map(region).collect(),
        }
    }
}

/// Topology optimization in the plane or in space.
#[napi]
pub struct TopologyHandle {
    problem: Shared<Topology>,
}

evaluated!(TopologyHandle);

#[napi]
impl TopologyHandle {
    /// The size of the preset where none is given; the structure of the preset where none is given.
    #[napi(constructor)]
    pub fn new(
        dimension: u32,
        preset: Option<String>,
        size: Option<Float64Array>,
        structure: Option<NativeStructure>,
        o: Option<Unknown<'_>>,
    ) -> Result<Self> {
        guard(|| {
            let options = read(o)?;
            let named = preset.map(Value::Text);
            let (own_size, own) = if dimension == 2 {
                let preset = named.map_or(Ok(Preset2d::default()), |name| Preset2d::read(&name, "preset", &Domain::OfType));
                let preset = preset.map_err(fault)?;
                (preset.size().to_vec(), preset.structure())
            } else {
                let preset = named.map_or(Ok(Preset3d::default()), |name| Preset3d::read(&name, "preset", &Domain::OfType));
                let preset = preset.map_err(fault)?;
                (preset.size().to_vec(), preset.structure())
            };
            let size = match size {
                None => own_size,
                Some(size) => {
                    let read = |(i, &n): (usize, &f64)| usize::read(&Value::Number(n), &format!("size.{i}"), &Domain::Within(1, 100_000));
                    let read: lgf_core::Result<Vec<usize>> = size.iter().enumerate().map(read).collect();
                    read.map_err(fault)?
                }
            };
            let structure = structure.map_or(own, |structure| structure.read());
            let problem = Topology::new(&size, &structure, &options).map_err(fault)?;
            Ok(Self {
                problem: Shared::new(problem),
            })
        })
    }

    /// Elements along each axis.
    #[napi]
    pub fn size(&self) -> Vec<u32> {
        self.problem.borrow().size().iter().map(|&n| n as u32).collect()
    }

    #[napi(getter)]
    pub fn last(&self) -> Option<NativeDesignMeasures> {
        self.problem.borrow().last().map(|last| NativeDesignMeasures {
            compliance: last.compliance,
            volume: last.volume,
            greyness: last.greyness,
            solver_iterations: last.solver_iterations as u32,
            solver_error: last.solver_error,
        })
    }

    #[napi(ts_return_type = "Float64Array")]
    pub fn density(&self, x: &[f64]) -> Result<Owned> {
        guard(|| {
            let mut problem = self.problem.borrow_mut();
            check_length("x", x.len(), problem.dimension())?;
            problem.density(x).map(Owned).map_err(fault)
        })
    }

    /// Displacement of each node, one row each, under one load case.
    #[napi]
    pub fn displacement(&self, x: &[f64], load_case: f64) -> Result<NativeMatrix> {
        guard(|| {
            let mut problem = self.problem.borrow_mut();
            check_length("x", x.len(), problem.dimension())?;
            let most = problem.load_cases() - 1;
            let case = usize::read(&Value::Number(load_case), "loadCase", &Domain::Within(0, most)).map_err(fault)?;
            let columns = problem.size().len();
            let rows = problem.displacement(x, case).map_err(fault)?;
            let count = rows.len() / columns;
            Ok(rows_to_js(rows, count, columns))
        })
    }

    #[napi(ts_return_type = "Float64Array")]
    pub fn volume_weights(&self) -> Owned {
        Owned(self.problem.borrow().volume_weights().to_vec())
    }

    #[napi(getter)]
    pub fn volume_limit(&self) -> f64 {
        self.problem.borrow().volume_limit()
    }

    #[napi(getter)]
    pub fn sharpness(&self) -> f64 {
        self.problem.borrow().sharpness()
    }

    #[napi]
    pub fn set_sharpness(&self, sharpness: f64) -> Result<()> {
        guard(|| self.problem.borrow_mut().set_sharpness(sharpness).map_err(fault))
    }

    /// Weights of the variables at the last point that was evaluated.
    #[napi(ts_return_type = "Float64Array | null")]
    pub fn weights(&self) -> Option<Owned> {
        let mut weights = Vec::new();
        self.problem.borrow().weights(&mut weights).then_some(Owned(weights))
    }
}

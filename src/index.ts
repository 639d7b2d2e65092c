export { type DiscoverOptions, discover } from './discover.ts';
export { LgfError, type LgfErrorCode } from './errors.ts';
export { type FitReport, FlowModel, type FlowModelJson } from './flowModel.ts';
export type {
  AcousticInverseOptions,
  BaseAdamOptions,
  DeepElasticityOptions,
  DenseOptions,
  FeatureOptions,
  GradientDescentOptions,
  HeatRodOptions,
  IntervalOptions,
  LGFAdamOptions,
  LGFAdamTrustRegionOptions,
  LGFBatchOptions,
  LGFGradientFlowOptions,
  LGFTrustRegionOptions,
  LibraryOptions,
  ModelOptions,
  NewtonCgOptions,
  NewtonOptions,
  NonlinearHeatOptions,
  OdeOptions,
  Rk4Options,
  Rk45Options,
  SolverOptions,
  StlsqOptions,
  StrongOptions,
  SvdOptions,
  TestFunctionOptions,
  TestProblemOptions,
  TimeStepOptions,
} from './generated/options.ts';
export { integrate, type VectorField } from './integrate.ts';
export { PolynomialLibrary, polynomialFeatures } from './library.ts';
export { Matrix, type MatrixLike, matrix } from './matrix.ts';
export {
  type HessianProduct,
  type NewtonCgReport,
  type NewtonDirection,
  type NewtonEvaluation,
  type NewtonReport,
  newton,
  newtonCg,
  newtonDirection,
} from './newton.ts';
export type { NewtonObjective } from './newtonObjective.ts';
export { BaseAdam } from './optimizers/adam.ts';
export { LGFAdam } from './optimizers/adamFlow.ts';
export { LGFAdamTrustRegion } from './optimizers/adamTrustRegion.ts';
export { LGFBatch } from './optimizers/batch.ts';
export { GradientDescent } from './optimizers/gradientDescent.ts';
export { LGFGradientFlow } from './optimizers/gradientFlow.ts';
export { Optimizer } from './optimizers/optimizer.ts';
export { LGFTrustRegion } from './optimizers/trustRegion.ts';
export type {
  AsyncBatchObjective,
  AsyncObjective,
  BatchObjective,
  BatchRequest,
  Best,
  Fallback,
  Objective,
  Request,
  StepOptions,
  StepReport,
} from './optimizers/types.ts';
export type { AcousticInverse, AcousticInverseSettings, AcousticMesh, AcousticMeshInput } from './problems/acousticInverse.ts';
export type { DeepElasticity } from './problems/deepElasticity.ts';
export type { HeatRod } from './problems/heatRod.ts';
export * as problems from './problems/index.ts';
export type { NonlinearHeat } from './problems/nonlinearHeat.ts';
export type { NativeProblem } from './problems/problem.ts';
export type { TestFunction, TestFunctionSummary } from './problems/testFunction.ts';
export { type Svd, thinSvd } from './reduce.ts';
export { type DenseFit, type LeastSquaresOptions, leastSquares, type SparseFit, type SparseOptions, stlsq } from './regress.ts';
export type { IntegrateOptions, Solution } from './solution.ts';
export { type Regression, type StrongFormOptions, strongForm, type WeakFormOptions, weakForm } from './targets.ts';
export { version } from './version.ts';

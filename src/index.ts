export { type DiscoverOptions, discover } from './discover.ts';
export { LgfError, type LgfErrorCode } from './errors.ts';
export { type FitReport, FlowModel, type FlowModelJson } from './flowModel.ts';
export type {
  DenseOptions,
  FeatureOptions,
  GradientDescentOptions,
  HeatRodOptions,
  IntervalOptions,
  LGFGradientFlowOptions,
  LibraryOptions,
  ModelOptions,
  NewtonCgOptions,
  NewtonOptions,
  OdeOptions,
  Rk4Options,
  Rk45Options,
  SolverOptions,
  StlsqOptions,
  StrongOptions,
  SvdOptions,
  TestFunctionOptions,
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
export { GradientDescent } from './optimizers/gradientDescent.ts';
export { LGFGradientFlow } from './optimizers/gradientFlow.ts';
export { Optimizer } from './optimizers/optimizer.ts';
export type { AsyncObjective, Best, Objective, Request, StepReport } from './optimizers/types.ts';
export * as problems from './problemSet.ts';
export type { HeatRod, NativeProblem } from './problems.ts';
export { type Svd, thinSvd } from './reduce.ts';
export { type DenseFit, type LeastSquaresOptions, leastSquares, type SparseFit, type SparseOptions, stlsq } from './regress.ts';
export type { IntegrateOptions, Solution } from './solution.ts';
export { type Regression, type StrongFormOptions, strongForm, type WeakFormOptions, weakForm } from './targets.ts';
export { version } from './version.ts';

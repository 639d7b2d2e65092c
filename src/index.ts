export { type DiscoverOptions, discover } from './discover.ts';
export { LgfError, type LgfErrorCode } from './errors.ts';
export { type DensityPngOptions, densityPng } from './fields/densityPng.ts';
export type { CellField, Grid } from './fields/grid.ts';
export { pvd, type TimeStep } from './fields/pvd.ts';
export { stl } from './fields/stl.ts';
export { type IsosurfaceOptions, isosurface, type SurfaceMesh } from './fields/surface/isosurface.ts';
export { type SurfacePngOptions, surfacePngs, type View } from './fields/surfacePng.ts';
export { type ImageData, type NamedArrays, type VtiOptions, vti } from './fields/vti.ts';
export { type FitReport, FlowModel, type FlowModelJson } from './flowModel.ts';
export type {
  AcousticInverseOptions,
  AndersonOptions,
  BaseAdamOptions,
  DeepElasticityOptions,
  DenseOptions,
  FeatureOptions,
  GradientDescentOptions,
  HeatRodOptions,
  IntervalOptions,
  LBFGSOptions,
  LGFAdamOptions,
  LGFAdamTrustRegionOptions,
  LGFAdaptiveOptions,
  LGFBatchOptions,
  LGFGradientFlowOptions,
  LGFTrustRegionOptions,
  LibraryOptions,
  MMAOptions,
  ModelOptions,
  NewtonCgOptions,
  NewtonOptions,
  NonlinearHeatOptions,
  OdeOptions,
  OptimalityCriteriaOptions,
  Rk4Options,
  Rk45Options,
  SolverOptions,
  StlsqOptions,
  StoppingOptions,
  StrongOptions,
  SvdOptions,
  TestFunctionOptions,
  TestProblemOptions,
  TimeStepOptions,
  TopologyOptions,
} from './generated/options.ts';
export { integrate, type VectorField } from './integrate.ts';
export { PolynomialLibrary, polynomialFeatures } from './library.ts';
export { Matrix, type MatrixLike, matrix } from './matrix.ts';
export { checkGradient, type GradientCheck } from './minimize/checkGradient.ts';
export { minimize, minimizeSync } from './minimize/minimize.ts';
export type {
  BoundSide,
  BoundsLike,
  CheckpointOptions,
  Iteration,
  IterationWithPoint,
  LearnedModel,
  MethodOptions,
  MinimizeOptions,
  Profile,
  ProfileEvents,
  ProfilePhase,
  Result,
  RunOptions,
  Status,
} from './minimize/types.ts';
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
export { LGFAdaptive } from './optimizers/adaptive.ts';
export { Anderson } from './optimizers/anderson.ts';
export { LGFBatch } from './optimizers/batch.ts';
export { GradientDescent } from './optimizers/gradientDescent.ts';
export { LGFGradientFlow } from './optimizers/gradientFlow.ts';
export { LBFGS } from './optimizers/lbfgs.ts';
export { MMA } from './optimizers/mma.ts';
export { OptimalityCriteria } from './optimizers/optimalityCriteria.ts';
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
export type { Axis, Load, Place, Region, Structure, Support } from './problems/structure.ts';
export type { TestFunction, TestFunctionSummary } from './problems/testFunction.ts';
export type { DesignMeasures, Preset2d, Preset3d, Topology, Topology2dOptions, Topology3dOptions } from './problems/topology.ts';
export { chromeTrace } from './profile/chromeTrace.ts';
export { profileTable } from './profile/profileTable.ts';
export { type Svd, thinSvd } from './reduce.ts';
export { type DenseFit, type LeastSquaresOptions, leastSquares, type SparseFit, type SparseOptions, stlsq } from './regress.ts';
export type { IntegrateOptions, Solution } from './solution.ts';
export { type Regression, type StrongFormOptions, strongForm, type WeakFormOptions, weakForm } from './targets.ts';
export { version } from './version.ts';

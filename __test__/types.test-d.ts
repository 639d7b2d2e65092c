// What the public types promise. Checked by tsc alone: a line that does not hold is a compile error.
import {
  type AsyncBatchObjective,
  type AsyncObjective,
  BaseAdam,
  type BatchObjective,
  type BatchRequest,
  chromeTrace,
  discover,
  type Fallback,
  type FitReport,
  type FlowModel,
  GradientDescent,
  type IterationWithPoint,
  integrate,
  type LearnedModel,
  LGFAdam,
  LGFAdamTrustRegion,
  LGFAdaptive,
  LGFBatch,
  LGFGradientFlow,
  LGFTrustRegion,
  type LgfError,
  type LgfErrorCode,
  leastSquares,
  type Matrix,
  type MatrixLike,
  type MinimizeOptions,
  matrix,
  minimize,
  minimizeSync,
  type NativeProblem,
  type NewtonCgReport,
  type NewtonReport,
  newton,
  newtonCg,
  newtonDirection,
  type Objective,
  type Optimizer,
  PolynomialLibrary,
  type Profile,
  type ProfileEvents,
  type ProfilePhase,
  problems,
  profileTable,
  type Request,
  type Result,
  type Solution,
  type Status,
  type StepReport,
  stlsq,
  strongForm,
  thinSvd,
  weakForm,
} from 'learned-gradient-flow';
import { expectTypeOf } from 'vitest';

const rows: number[][] = [[1, 2]];
const objective: Objective = (x, g) => {
  g.set(x);
  return 0;
};

// Matrices: rows, matrices and their plain fields are all taken; a Matrix is given.
expectTypeOf<number[][]>().toExtend<MatrixLike>();
expectTypeOf<readonly (readonly number[])[]>().toExtend<MatrixLike>();
expectTypeOf<Float64Array[]>().toExtend<MatrixLike>();
expectTypeOf<Matrix>().toExtend<MatrixLike>();
expectTypeOf<{ rows: number; columns: number; data: number[] }>().toExtend<MatrixLike>();
expectTypeOf(matrix(rows)).toEqualTypeOf<Matrix>();
expectTypeOf(matrix(rows).at(0, 0)).toEqualTypeOf<number | undefined>();
// @ts-expect-error a vector is no matrix
matrix([1, 2]);

// Required options are required, others are not; null and undefined mean the default.
strongForm(rows, rows, { dt: 1 });
strongForm(rows, rows, { dt: 1, fdOrder: null });
// @ts-expect-error dt is required
strongForm(rows, rows, {});
// @ts-expect-error fdOrder is a number
strongForm(rows, rows, { dt: 1, fdOrder: '2' });
weakForm(rows, rows, { dt: 1, width: undefined, exponent: 3 });
// @ts-expect-error a misspelt option
weakForm(rows, rows, { dt: 1, widht: 3 });
// @ts-expect-error dimension is required
new PolynomialLibrary({ polyOrder: 2 });
new PolynomialLibrary({ dimension: 2 });

// Results.
expectTypeOf(leastSquares(rows, rows).rank).toEqualTypeOf<number>();
expectTypeOf(stlsq(rows, rows, { threshold: 0.1 }).support).toEqualTypeOf<boolean[][]>();
expectTypeOf(thinSvd(rows).s).toEqualTypeOf<Float64Array>();
expectTypeOf(discover(rows, { dt: 1 })).toEqualTypeOf<FlowModel>();
expectTypeOf(discover(rows, { dt: 1 }).equations()).toEqualTypeOf<string[]>();

// Integration: each method has its own options.
integrate((_t, x, dx) => dx.set(x), [1], { from: 0, to: 1 });
integrate((_t, x) => [...x], [1], { from: 0, to: 1, method: 'rk45', rtol: 1e-6 });
integrate((_t, x) => [...x], [1], { from: 0, to: 1, method: 'rk4', step: 0.1 });
// @ts-expect-error a tolerance for fixed steps
integrate((_t, x) => [...x], [1], { from: 0, to: 1, method: 'rk4', rtol: 1e-6 });
// @ts-expect-error an end is required
integrate((_t, x) => [...x], [1], { from: 0 });
expectTypeOf<Solution['status']>().toEqualTypeOf<'completed' | 'non-finite' | 'step-too-small' | 'max-steps'>();

// Optimizers.
const flow = new LGFGradientFlow([1], {
  solver: { kind: 'stlsq', threshold: 0 },
  ode: { method: 'rk45', rtol: 1e-6 },
  direction: 'newton',
});
new LGFGradientFlow(new Float64Array(2), { solver: { rcond: 1e-10 }, model: { testFunctions: { width: 3 } } });
// @ts-expect-error an option of the other solver
new LGFGradientFlow([1], { solver: { kind: 'dense', threshold: 0 } });
// @ts-expect-error no such method
new LGFGradientFlow([1], { model: { method: 'week' } });
// @ts-expect-error no such option
new GradientDescent([1], { learningrate: 1 });
expectTypeOf(flow).toExtend<Optimizer>();
expectTypeOf(flow).toExtend<Disposable>();
expectTypeOf(flow.step(objective)).toEqualTypeOf<StepReport>();
expectTypeOf(flow.stepAsync(objective)).toEqualTypeOf<Promise<StepReport>>();
expectTypeOf<StepReport['value']>().toEqualTypeOf<number | undefined>();
expectTypeOf<StepReport['kind']>().toEqualTypeOf<'true' | 'learned'>();
expectTypeOf(flow.ask().want).toEqualTypeOf<'gradient' | 'value'>();
expectTypeOf(flow.model).toEqualTypeOf<FlowModel | undefined>();
expectTypeOf<Objective>().toExtend<AsyncObjective>();
expectTypeOf(flow.lastFit).toEqualTypeOf<FitReport | undefined>();
// @ts-expect-error an asynchronous objective is for stepAsync
flow.step(async () => 0);
// An answer may lead to another question.
expectTypeOf(flow.tell(0, 1)).toEqualTypeOf<StepReport | undefined>();
expectTypeOf<Request['trajectory']>().toEqualTypeOf<number>();
expectTypeOf<StepReport['fallback']>().toEqualTypeOf<Fallback | undefined>();
expectTypeOf<Fallback>().toEqualTypeOf<'non-finite' | 'radius' | 'worse'>();
expectTypeOf(flow.rejections).toEqualTypeOf<number>();
// @ts-expect-error the iterate is not to be assigned
flow.x = new Float64Array(1);

// Snapshots: bytes, of which each class makes its own.
expectTypeOf(flow.snapshot()).toExtend<Uint8Array>();
expectTypeOf(GradientDescent.restore(flow.snapshot())).toEqualTypeOf<GradientDescent>();
expectTypeOf(BaseAdam.restore(Buffer.of())).toEqualTypeOf<BaseAdam>();
expectTypeOf(LGFGradientFlow.restore(flow.snapshot())).toEqualTypeOf<LGFGradientFlow>();
expectTypeOf(LGFAdam.restore(flow.snapshot())).toEqualTypeOf<LGFAdam>();
expectTypeOf(LGFTrustRegion.restore(flow.snapshot()).radius).toEqualTypeOf<number>();
expectTypeOf(LGFAdamTrustRegion.restore(flow.snapshot()).radius).toEqualTypeOf<number>();
expectTypeOf(LGFBatch.restore(flow.snapshot()).iterates).toEqualTypeOf<Matrix>();
// @ts-expect-error bytes are no text
LGFAdam.restore('bytes');

// Adam and its options.
new BaseAdam([1], { betas: [0.9, 0.99], eps: 1e-6, amsgrad: true });
new LGFAdam([1], { stepping: 'discrete', safeguard: true, model: { truncationEnergy: 0.9, pointsAdded: 1, interpolationOrder: 2 } });
new LGFAdamTrustRegion([1], { stepping: 'flow', initialRadius: 0.1, badFactor: null });
// @ts-expect-error two betas
new BaseAdam([1], { betas: [0.9] });
// @ts-expect-error a base optimizer learns nothing
new BaseAdam([1], { historySize: 5 });
// @ts-expect-error no such stepping
new LGFAdam([1], { stepping: 'leap' });
// @ts-expect-error a trust region has no interval
new LGFTrustRegion([1], { retrainInterval: 5 });
// @ts-expect-error a schedule has no radius
new LGFGradientFlow([1], { maxRadius: 5 });

// Several trajectories: matrices in, one value for each row out.
const batch = new LGFBatch(rows, { allRows: true });
const objectives: BatchObjective = (x, g) => {
  g.data.set(x.data);
  return new Float64Array(x.rows);
};
expectTypeOf(batch).toExtend<Optimizer>();
expectTypeOf(batch.stepBatch(objectives)).toEqualTypeOf<StepReport>();
expectTypeOf(batch.stepBatch((x) => x.toArray().map(() => 0))).toEqualTypeOf<StepReport>();
expectTypeOf(batch.stepBatchAsync(objectives)).toEqualTypeOf<Promise<StepReport>>();
expectTypeOf(
  batch.stepBatchAsync(async (x, g, signal) => (signal ? [x.rows] : [g.rows]), { signal: null }),
).resolves.toExtend<StepReport>();
expectTypeOf(batch.askBatch()).toEqualTypeOf<BatchRequest>();
expectTypeOf<BatchRequest['x']>().toEqualTypeOf<Matrix>();
expectTypeOf(batch.tellBatch(0, [1], rows)).toEqualTypeOf<StepReport | undefined>();
expectTypeOf<BatchObjective>().toExtend<AsyncBatchObjective>();
expectTypeOf<Parameters<BatchObjective>>().toEqualTypeOf<[x: Matrix, g: Matrix]>();
// @ts-expect-error one value for all
batch.stepBatch(() => 0);
// @ts-expect-error an asynchronous objective is for stepBatchAsync
batch.stepBatch(async () => [0]);
// @ts-expect-error starts are rows
new LGFBatch([1, 2]);
// @ts-expect-error only a batch has it
flow.stepBatch(objectives);

// Newton directions: synchronous callbacks make an objective for step, others one for stepAsync alone.
const dense = newton((x, g, h) => {
  h.set(g);
  return x.length;
});
const late = newton(async (_x, g, h, signal) => {
  signal?.throwIfAborted();
  h.set(g);
  return 0;
});
const product = (_x: Float64Array, v: Float64Array, hv: Float64Array): void => hv.set(v);
const lateProduct = async (_x: Float64Array, v: Float64Array, hv: Float64Array): Promise<void> => hv.set(v);
const lateObjective: AsyncObjective = async () => 0;
expectTypeOf(dense).toExtend<Objective>();
expectTypeOf(late).toExtend<AsyncObjective>();
expectTypeOf(dense.report).toEqualTypeOf<NewtonReport | undefined>();
expectTypeOf(newtonCg(objective, product)).toExtend<Objective>();
expectTypeOf(newtonCg(objective, product).report).toEqualTypeOf<NewtonCgReport | undefined>();
expectTypeOf(newtonCg(objective, lateProduct)).toExtend<AsyncObjective>();
expectTypeOf(newtonCg(lateObjective, product)).toExtend<AsyncObjective>();
expectTypeOf(newtonCg(lateObjective, lateProduct)).toExtend<AsyncObjective>();
newtonCg(objective, (_x, v, hv) => hv.set(v), { tolerance: 1e-3, maxIterations: null });
// @ts-expect-error an asynchronous evaluation is for stepAsync
flow.step(late);
// @ts-expect-error an asynchronous product is for stepAsync
flow.step(newtonCg(objective, lateProduct));
// @ts-expect-error no such choice
newton(() => 0, { indefinite: 'negative' });
// @ts-expect-error an option of conjugate gradients
newton(() => 0, { tolerance: 1e-3 });
// @ts-expect-error products are needed
newtonCg(objective);
expectTypeOf(newtonDirection([1], rows).direction).toEqualTypeOf<Float64Array>();
expectTypeOf(newtonDirection([1], rows, { damping: 1 }).curvature).toEqualTypeOf<'positive' | 'indefinite'>();

// A native problem's evaluation is an objective.
expectTypeOf(problems.heatRod()).toExtend<NativeProblem>();
expectTypeOf<NativeProblem['evaluate']>().toExtend<Objective>();
expectTypeOf(problems.nonlinearHeat()).toExtend<NativeProblem>();
expectTypeOf(problems.nonlinearHeat().newton).toExtend<Objective>();
expectTypeOf(problems.deepElasticity()).toExtend<NativeProblem>();
expectTypeOf(problems.deepElasticity({ sampling: 'random', points: 10 }).draw).toEqualTypeOf<number>();
// @ts-expect-error no such choice
problems.deepElasticity({ sampling: 'gauss' });
expectTypeOf(problems.testFunction()).toExtend<NativeProblem>();
expectTypeOf(problems.testFunction({ name: 'wood', noise: 0.01 }).minimum).toEqualTypeOf<number | undefined>();
expectTypeOf(problems.testFunctions()[0]?.dimension).toEqualTypeOf<number | undefined>();
// @ts-expect-error no such function
problems.testFunction({ name: 'banana' });
expectTypeOf(problems.acousticInverse()).toExtend<NativeProblem>();
expectTypeOf(problems.acousticInverse().pressure([])).toEqualTypeOf<Matrix>();
// A mesh that came out goes in.
problems.acousticInverse({ mesh: problems.acousticInverse().mesh, mass: 'lumped' });
// @ts-expect-error a mesh needs a forced node
problems.acousticInverse({ mesh: { nodes: [[0, 0]], triangles: [], fixedNodes: [] } });
expectTypeOf(problems.heatRod().misfit).toEqualTypeOf<number | undefined>();

expectTypeOf<LgfError['code']>().toEqualTypeOf<LgfErrorCode>();
expectTypeOf<LgfError['argument']>().toEqualTypeOf<string | undefined>();

// Whole runs: each method has its own options; waiting ones give promises.
expectTypeOf(minimizeSync(objective, [1])).toEqualTypeOf<Result>();
expectTypeOf(minimize(objective, [1])).toEqualTypeOf<Promise<Result>>();
expectTypeOf<Result['value']>().toEqualTypeOf<number | undefined>();
expectTypeOf<Result['status']>().toEqualTypeOf<Status>();
minimize(async () => 1, [1], { bounds: [[0, null]], onIteration: async ({ value }) => value === 0 });
minimize(problems.heatRod());
minimize(problems.heatRod(), null, { profile: true });
expectTypeOf<Result['profile']>().toEqualTypeOf<Profile>();
expectTypeOf<Profile['phases']>().toEqualTypeOf<readonly ProfilePhase[] | undefined>();
expectTypeOf<Profile['events']>().toEqualTypeOf<ProfileEvents | undefined>();
expectTypeOf<ProfilePhase['bytes']>().toEqualTypeOf<number | undefined>();
expectTypeOf(chromeTrace).toEqualTypeOf<(profile: Profile) => string>();
expectTypeOf(profileTable).toEqualTypeOf<(phases: readonly ProfilePhase[]) => string>();
// @ts-expect-error a profile is asked for or not
minimizeSync(objective, [1], { profile: 'all' });
// @ts-expect-error there may be none
profileTable(minimizeSync(objective, [1]).profile.phases);
minimizeSync(problems.heatRod(), null, { method: 'adam', learningRate: 0.1, maxEvaluations: 5 });
minimizeSync(objective, [1], { memory: 5, bounds: { lower: 0, upper: [null] } });
minimize(objective, [1], { faithful: true, window: 20, onIteration: ({ model }) => model === 'warp' });
// @ts-expect-error an option of the default method beside another one
minimize(objective, [1], { method: 'l-bfgs', faithful: true });
// @ts-expect-error no such direction
new LGFAdaptive([1], { direction: 'up' });
expectTypeOf(LGFAdaptive.restore(flow.snapshot())).toEqualTypeOf<LGFAdaptive>();
expectTypeOf<IterationWithPoint['model']>().toEqualTypeOf<LearnedModel | undefined>();
expectTypeOf<IterationWithPoint['stepNorm']>().toEqualTypeOf<number | undefined>();
expectTypeOf<{ method: 'lgf'; dt: number; target: number }>().toExtend<MinimizeOptions>();
// @ts-expect-error an option of another method
minimizeSync(objective, [1], { method: 'adam', memory: 5 });
// @ts-expect-error no such method
minimizeSync(objective, [1], { method: 'simplex' });
// @ts-expect-error a Promise is for minimize
minimizeSync(async () => 1, [1]);

// Every exported function and class that takes options, with one valid call of which a test breaks one thing at a time.
import {
  Anderson,
  BaseAdam,
  discover,
  type FlowModel,
  GradientDescent,
  integrate,
  LBFGS,
  LGFAdam,
  LGFAdamTrustRegion,
  LGFAdaptive,
  LGFBatch,
  LGFGradientFlow,
  LGFTrustRegion,
  leastSquares,
  MMA,
  minimizeSync,
  newton,
  newtonCg,
  newtonDirection,
  type Objective,
  OptimalityCriteria,
  type Optimizer,
  PolynomialLibrary,
  polynomialFeatures,
  problems,
  type Solution,
  stlsq,
  strongForm,
  type Topology,
  thinSvd,
  weakForm,
} from 'learned-gradient-flow';
import { bowlHessian, bowlProduct } from './newton.ts';

/** One options object inside of the options of a subject: where it is, and what must be given so that it is this one of a union. */
export interface Part {
  readonly path: string;
  readonly group: string;
  readonly given?: object;
  /** The key that tells a union apart is no option of a function that takes one kind only. */
  readonly untagged?: true;
}

/** A function of its options. The result is plain data, so that two calls can be compared. */
export interface Subject {
  readonly name: string;
  readonly call: (options: never) => unknown;
  readonly valid: object;
  readonly parts: readonly Part[];
  /** Whether the options as a whole may be left out. */
  readonly optional: boolean;
}

/** A turning and shrinking pair of states. */
export const SPIRAL: readonly (readonly number[])[] = Array.from({ length: 30 }, (_, i) => {
  const [t, size] = [0.1 * i, Math.exp(-0.02 * i)];
  return [size * Math.cos(t), size * Math.sin(t)];
});
/** `x' = A x` in two variables. */
export const MODEL: FlowModel = discover(SPIRAL, { dt: 0.1, model: { includeBias: false, fdOrder: 4 } });

/** A convex quadratic with its gradient. */
export function bowl(x: Float64Array, g: Float64Array): number {
  let value = 0;
  x.forEach((a, i) => {
    g[i] = (i + 1) * a;
    value += 0.5 * (i + 1) * a * a;
  });
  return value;
}

const rotation = (_: number, x: Float64Array, dx: Float64Array): void => dx.set([-(x[1] ?? 0), x[0] ?? 0]);
const plain = ({ times, states, ...rest }: Solution): unknown => ({ ...rest, times: Array.from(times), states: states.toArray() });
const run = (optimizer: Optimizer, steps: number, objective: Objective = bowl): unknown => {
  const values = Array.from({ length: steps }, () => optimizer.step(objective).value);
  return [Array.from(optimizer.x), values];
};

const designed = (structure: Topology): unknown => {
  const g = new Float64Array(structure.dimension);
  // The second one starts the solver where the first one ended.
  const values = [0, 0.1].map((step) =>
    structure.evaluate(
      structure.start().map((a, i) => a + step * Math.sin(i)),
      g,
    ),
  );
  return [values, Array.from(g), structure.size, structure.last, Array.from(structure.weights() ?? [])];
};

const MODEL_PARTS: readonly Part[] = [
  { path: 'model', group: 'ModelOptions' },
  { path: 'model.testFunctions', group: 'TestFunctionOptions' },
  { path: 'solver', group: 'DenseOptions' },
  { path: 'solver', group: 'StlsqOptions', given: { kind: 'stlsq' } },
];
const ODE_PARTS: readonly Part[] = [
  { path: 'ode', group: 'Rk4Options' },
  { path: 'ode', group: 'Rk45Options', given: { method: 'rk45' } },
];
const INTERVAL_PARTS: readonly Part[] = [
  { path: '', group: 'IntervalOptions' },
  { path: '', group: 'Rk4Options', given: { method: 'rk4' } },
  { path: '', group: 'Rk45Options', given: { method: 'rk45' } },
];

/** In the order of the exports. */
export const SUBJECTS: readonly Subject[] = [
  {
    name: 'polynomialFeatures',
    call: (options) => polynomialFeatures(SPIRAL, options).toArray(),
    valid: {},
    parts: [{ path: '', group: 'FeatureOptions' }],
    optional: true,
  },
  {
    name: 'PolynomialLibrary',
    call: (options) => new PolynomialLibrary(options).fit(SPIRAL).transform(SPIRAL).toArray(),
    valid: { dimension: 2 },
    parts: [{ path: '', group: 'LibraryOptions' }],
    optional: false,
  },
  {
    name: 'strongForm',
    call: (options) => strongForm(SPIRAL, SPIRAL, options).target.toArray(),
    valid: { dt: 0.1 },
    parts: [
      { path: '', group: 'TimeStepOptions' },
      { path: '', group: 'StrongOptions' },
    ],
    optional: false,
  },
  {
    name: 'weakForm',
    call: (options) => weakForm(SPIRAL, SPIRAL, options).target.toArray(),
    valid: { dt: 0.1 },
    parts: [
      { path: '', group: 'TimeStepOptions' },
      { path: '', group: 'TestFunctionOptions' },
    ],
    optional: false,
  },
  {
    name: 'leastSquares',
    call: (options) => leastSquares(SPIRAL, SPIRAL, options).coefficients.toArray(),
    valid: {},
    parts: [{ path: '', group: 'DenseOptions', untagged: true }],
    optional: true,
  },
  {
    name: 'stlsq',
    call: (options) => stlsq(SPIRAL, SPIRAL, options).coefficients.toArray(),
    valid: {},
    parts: [{ path: '', group: 'StlsqOptions', untagged: true }],
    optional: true,
  },
  {
    name: 'thinSvd',
    call: (options) => thinSvd(SPIRAL, options).u.toArray(),
    valid: {},
    parts: [{ path: '', group: 'SvdOptions' }],
    optional: true,
  },
  {
    name: 'integrate a model',
    call: (options) => plain(integrate(MODEL, [1, 0], options)),
    valid: { from: 0, to: 1 },
    parts: INTERVAL_PARTS,
    optional: false,
  },
  {
    name: 'integrate a callback',
    call: (options) => plain(integrate(rotation, [1, 0], options)),
    valid: { from: 0, to: 1 },
    parts: INTERVAL_PARTS,
    optional: false,
  },
  {
    name: 'FlowModel.integrate',
    call: (options) => plain(MODEL.integrate([1, 0], options)),
    valid: { from: 0, to: 1 },
    parts: INTERVAL_PARTS,
    optional: false,
  },
  {
    name: 'discover',
    call: (options) => discover(SPIRAL, options).toJSON(),
    valid: { dt: 0.1 },
    parts: [{ path: '', group: 'TimeStepOptions' }, { path: '', group: 'DiscoverModelOptions' }, ...MODEL_PARTS],
    optional: false,
  },
  {
    name: 'GradientDescent',
    call: (options) => run(new GradientDescent([1, -2], options), 3),
    valid: {},
    parts: [{ path: '', group: 'GradientDescentOptions' }],
    optional: true,
  },
  {
    name: 'LGFGradientFlow',
    // Past the first retraining with the defaults.
    call: (options) => run(new LGFGradientFlow([1, -2], options), 205),
    valid: {},
    parts: [{ path: '', group: 'LGFGradientFlowOptions' }, ...MODEL_PARTS, ...ODE_PARTS],
    optional: true,
  },
  {
    name: 'BaseAdam',
    call: (options) => run(new BaseAdam([1, -2], options), 3),
    valid: {},
    parts: [{ path: '', group: 'BaseAdamOptions' }],
    optional: true,
  },
  {
    name: 'LGFAdam',
    call: (options) => run(new LGFAdam([1, -2], options), 103),
    valid: {},
    parts: [{ path: '', group: 'LGFAdamOptions' }, ...ODE_PARTS],
    optional: true,
  },
  {
    name: 'LGFTrustRegion',
    call: (options) => run(new LGFTrustRegion([1, -2], options), 110),
    valid: {},
    parts: [{ path: '', group: 'LGFTrustRegionOptions' }],
    optional: true,
  },
  {
    name: 'LGFAdamTrustRegion',
    call: (options) => run(new LGFAdamTrustRegion([1, -2], options), 110),
    valid: {},
    parts: [{ path: '', group: 'LGFAdamTrustRegionOptions' }],
    optional: true,
  },
  {
    name: 'LGFAdaptive',
    call: (options) => run(new LGFAdaptive([1, -2], options), 6),
    valid: {},
    parts: [{ path: '', group: 'LGFAdaptiveOptions' }],
    optional: true,
  },
  {
    name: 'LBFGS',
    call: (options) => run(new LBFGS([1, -2], options), 5),
    valid: {},
    parts: [{ path: '', group: 'LBFGSOptions' }],
    optional: true,
  },
  {
    name: 'Anderson',
    call: (options) => run(new Anderson([1, -2], options), 5),
    valid: {},
    parts: [{ path: '', group: 'AndersonOptions' }],
    optional: true,
  },
  {
    name: 'OptimalityCriteria',
    call: (options) => run(new OptimalityCriteria([0.5, 0.25], options), 5),
    valid: {},
    parts: [{ path: '', group: 'OptimalityCriteriaOptions' }],
    optional: true,
  },
  {
    name: 'MMA',
    call: (options) => run(new MMA([0.5, 0.25], options), 5),
    valid: {},
    parts: [{ path: '', group: 'MMAOptions' }],
    optional: true,
  },
  {
    name: 'minimizeSync',
    call: (options) => {
      const { x, status, evaluations } = minimizeSync(bowl, [1, -2], options);
      return [Array.from(x), status, evaluations];
    },
    valid: {},
    parts: [{ path: '', group: 'StoppingOptions' }],
    optional: true,
  },
  {
    name: 'LGFBatch',
    call: (options) =>
      run(
        new LGFBatch(
          [
            [1, -2],
            [2, 1],
          ],
          options,
        ),
        103,
      ),
    valid: {},
    parts: [{ path: '', group: 'LGFBatchOptions' }],
    optional: true,
  },
  {
    name: 'newtonDirection',
    call: (options) =>
      Array.from(
        newtonDirection(
          [1, 2],
          [
            [2, 1],
            [1, -3],
          ],
          options,
        ).direction,
      ),
    valid: {},
    parts: [{ path: '', group: 'NewtonOptions' }],
    optional: true,
  },
  {
    name: 'newton',
    call: (options) => run(new GradientDescent([1, -2], { direction: 'newton', learningRate: 0.5 }), 3, newton(bowlHessian, options)),
    valid: {},
    parts: [{ path: '', group: 'NewtonOptions' }],
    optional: true,
  },
  {
    name: 'newtonCg',
    call: (options) =>
      run(new GradientDescent([1, -2], { direction: 'newton', learningRate: 0.5 }), 3, newtonCg(bowl, bowlProduct, options)),
    valid: {},
    parts: [{ path: '', group: 'NewtonCgOptions' }],
    optional: true,
  },
  {
    name: 'problems.heatRod',
    call: (options) => {
      const rod = problems.heatRod(options);
      const g = new Float64Array(rod.dimension);
      return [rod.evaluate(rod.start(), g), Array.from(g), rod.temperature([1, 2]).at(3, 1)];
    },
    valid: { cells: 40, times: 5 },
    parts: [{ path: '', group: 'HeatRodOptions' }],
    optional: true,
  },
  {
    name: 'problems.nonlinearHeat',
    call: (options) => {
      const heat = problems.nonlinearHeat(options);
      const g = new Float64Array(heat.dimension);
      return [heat.evaluate(heat.start(), g), Array.from(g), heat.newton(heat.start(), g), heat.conductivity().at(3, 1)];
    },
    valid: { modes: 2, points: 20 },
    parts: [{ path: '', group: 'NonlinearHeatOptions' }],
    optional: true,
  },
  {
    name: 'problems.deepElasticity',
    call: (options) => {
      const cube = problems.deepElasticity(options);
      const g = new Float64Array(cube.dimension);
      return [cube.evaluate(cube.start(), g), Array.from(g), cube.displacement(cube.start(), [[0.1, 0.2, 0.3]]).toArray(), cube.draw];
    },
    valid: { cells: 3, hidden: 4, points: 20 },
    parts: [{ path: '', group: 'DeepElasticityOptions' }],
    optional: true,
  },
  {
    name: 'problems.acousticInverse',
    call: (options) => {
      const wave = problems.acousticInverse(options);
      const g = new Float64Array(wave.dimension);
      return [wave.evaluate(wave.start(), g), Array.from(g), wave.times, wave.pressure(wave.start()).at(wave.mesh.forcedNode, 2)];
    },
    valid: { size: 0.3, times: 40 },
    parts: [{ path: '', group: 'AcousticInverseOptions' }],
    optional: true,
  },
  {
    name: 'problems.testFunction',
    call: (options) => {
      const problem = problems.testFunction(options);
      const g = new Float64Array(problem.dimension);
      return [problem.evaluate(problem.start(), g), Array.from(g), problem.minimum];
    },
    valid: { noise: 0.1 },
    parts: [{ path: '', group: 'TestProblemOptions' }],
    optional: true,
  },
  {
    name: 'problems.topology2d',
    call: (options) => designed(problems.topology2d(options)),
    valid: { size: [6, 3] },
    parts: [{ path: '', group: 'TopologyOptions' }],
    optional: true,
  },
  {
    name: 'problems.topology3d',
    call: (options) => designed(problems.topology3d(options)),
    valid: { size: [3, 2, 2] },
    parts: [{ path: '', group: 'TopologyOptions' }],
    optional: true,
  },
];

/** The options of a subject with everything that a part needs. */
export function optionsFor(subject: Subject, part: Part): object {
  return Object.entries(part.given ?? {}).reduce((options, [name, value]) => set(options, join(part.path, name), value), subject.valid);
}

/** A dotted path. */
export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** A copy with one value, at a dotted path, replaced. */
export function set(options: object, path: string, value: unknown): object {
  const [head = '', ...tail] = path.split('.');
  const inner = Reflect.get(options, head) ?? {};
  return { ...options, [head]: tail.length === 0 ? value : set(inner, tail.join('.'), value) };
}

/** A copy without the value at a dotted path. */
export function without(options: object, path: string): object {
  const [head = '', ...tail] = path.split('.');
  const { [head]: inner, ...rest } = options as Record<string, object>;
  return tail.length === 0 || inner === undefined ? rest : { ...rest, [head]: without(inner, tail.join('.')) };
}

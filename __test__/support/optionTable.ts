// Domains of all options, written down a second time: the native table must say the same, and tests break each in turn.
import { problems } from 'learned-gradient-flow';
import { NOT_NUMBERS } from './refusals.ts';

/** How the native table describes a domain, and values outside of it with the path at fault below the option. */
export interface Domain {
  readonly text: string;
  readonly outside: readonly (readonly [value: unknown, below: string])[];
}

const numbers = (text: string, ...outside: number[]): Domain => ({
  text,
  outside: [...outside, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, ...NOT_NUMBERS].map((v) => [v, '']),
});
const positive = numbers('a number in (0, ∞)', 0, -0, -1);
const nonNegative = numbers('a number in [0, ∞)', -Number.MIN_VALUE, -1);
const fraction = numbers('a number in [0, 1)', -Number.MIN_VALUE, 1, 2);
const share = numbers('a number in (0, 1]', 0, -0.5, 1 + Number.EPSILON);
const between = numbers('a number in (0, 1)', 0, -0, 1, -0.5, 2);
const cosine = numbers('a number in [-1, 1]', -1 - Number.EPSILON, 1 + Number.EPSILON, 2);
const growth = numbers('a number in [1, 1e6]', 1 - Number.EPSILON, 0, -1, 1.1e6);
const finite = numbers('a finite number');
const oneOf = numbers('one of 1, 2, 4', 0, 3, 5, 2.5, -2);
const degree = numbers('one of 1, 2, 3', 0, 4, 1.5, -1);
const atLeast = (low: number): Domain => numbers(`an integer in [${low}, ∞)`, low - 1, -2, low + 0.5, 2 ** 53 + 2, 1e300);
const within = (low: number, high: number): Domain =>
  numbers(`an integer in [${low}, ${high}]`, low - 1, high + 1, low + 0.5, -high, 2 ** 53 + 2);
const range = numbers('a number in [1e-100, 1e100]', 0, -1, 0.9e-100, 1.1e100);
const flag: Domain = {
  text: 'true or false',
  outside: [0, 1, 'true', 'false', '', [], {}, 1n, Symbol('t'), () => true].map((v) => [v, '']),
};
const choice = (...names: string[]): Domain => ({
  text: names.map((name) => `'${name}'`).join(' | '),
  outside: ['', 'other', `${names[0]?.toUpperCase()}`, ` ${names[0]}`, 0, true, [names[0]], {}, 1n, Symbol('s'), () => names[0]].map(
    (v) => [v, ''],
  ),
});
const nested = (group: string): Domain => ({
  text: `see ${group}`,
  outside: [5, 0, Number.NaN, '', 'default', true, false, [], [{}], new Float64Array(1), 1n, Symbol('o'), () => ({})].map((v) => [v, '']),
});
const notLists = [5, '0.5', true, {}, 1n, () => [0.5], new Set([0.5])];
const inArray = (before: number[]): (readonly [unknown, string])[] =>
  [Number.NaN, Number.POSITIVE_INFINITY, '1', true, null, undefined, {}, [], 1n, Symbol('n')].map((v) => [
    [...before, v],
    `.${before.length}`,
  ]);
const times: Domain = {
  text: 'each a finite number',
  outside: [...notLists.map((v) => [v, ''] as const), ...inArray([0.1]), [new Array(2), '.0'], [new BigInt64Array(1), '.0']],
};
const pair: Domain = {
  text: 'each a finite number',
  outside: [
    ...[...notLists, [], [1], [1, 2, 3], new Float64Array(3)].map((v) => [v, ''] as const),
    ...inArray([1]),
    [new Array(2), '.0'],
    [new BigInt64Array(2), '.0'],
  ],
};
const betas: Domain = {
  text: 'each a number in [0, 1)',
  outside: [
    ...[...notLists, [], [0.5], [0.5, 0.5, 0.5], new Float64Array(3)].map((v) => [v, ''] as const),
    ...inArray([0.5]),
    ...[1, -Number.MIN_VALUE, -1, 2].flatMap((v) => [[[v, 0.5], '.0'] as const, [[0.5, v], '.1'] as const]),
    [new Array(2), '.0'],
    [new BigInt64Array(2), '.0'],
  ],
};
const preconditioner: Domain = {
  text: 'each a number in [1e-100, 1e100]',
  outside: [
    ...notLists.map((v) => [v, ''] as const),
    ...inArray([1]),
    ...[0, -1, 0.9e-100, 1.1e100].flatMap((v) => [[[v, 1], '.0'] as const, [[1, v], '.1'] as const]),
    [new Array(2), '.0'],
    [new BigInt64Array(2), '.0'],
  ],
};

/** Of two variables. */
const weights = (text: string, ...outside: number[]): Domain => ({
  text,
  outside: [
    ...notLists.map((v) => [v, ''] as const),
    ...inArray([1]),
    ...outside.flatMap((v) => [[[v, 1], '.0'] as const, [[1, v], '.1'] as const]),
    [[0, 0], ''],
    [new Array(2), '.0'],
    [new BigInt64Array(2), '.0'],
  ],
});

const constrained = { limit: finite, moveLimit: share, tolerance: nonNegative };
const features = { polyOrder: within(0, 64), includeBias: flag };
const direction = choice('gradient', 'newton', 'custom');
const descent = { learningRate: positive, direction };
const adam = { ...descent, betas, eps: positive, amsgrad: flag };
const learner = {
  dt: positive,
  historySize: atLeast(1),
  historyPrecision: choice('double', 'single'),
  model: nested('ModelOptions'),
  solver: nested('SolverOptions'),
  ode: nested('OdeOptions'),
  reportLearnedValues: flag,
  safeguard: flag,
};
const schedule = { retrainInterval: within(1, 1e9) };
const region = {
  initialRadius: positive,
  maxRadius: positive,
  gradientTolerance: nonNegative,
  goodCosine: cosine,
  badCosine: cosine,
  goodFactor: growth,
  okayFactor: share,
  badFactor: between,
  maxLearnedSteps: within(1, 1e6),
};
const stepping = choice('flow', 'discrete');

/** Every option of every group. */
export const OPTIONS: Readonly<Record<string, Readonly<Record<string, Domain>>>> = {
  FeatureOptions: features,
  LibraryOptions: { ...features, dimension: atLeast(1), orthonormal: flag, rcond: fraction },
  TimeStepOptions: { dt: positive },
  StrongOptions: { fdOrder: oneOf },
  SvdOptions: { rank: atLeast(1), energy: share },
  IntervalOptions: { from: finite, to: finite, at: times },
  DiscoverModelOptions: { model: nested('ModelOptions'), solver: nested('SolverOptions') },
  ModelOptions: {
    ...features,
    truncationRank: atLeast(1),
    truncationEnergy: share,
    pointsAdded: within(0, 1000),
    interpolationOrder: degree,
    method: choice('strong', 'weak', 'tracked'),
    fdOrder: oneOf,
    orthonormal: flag,
    testFunctions: nested('TestFunctionOptions'),
  },
  TestFunctionOptions: { width: atLeast(1), exponent: atLeast(2), stride: atLeast(1), includeEndpoints: flag },
  SolverOptions: {},
  DenseOptions: { kind: choice('dense'), rcond: fraction },
  StlsqOptions: {
    kind: choice('stlsq'),
    threshold: nonNegative,
    alpha: nonNegative,
    maxIter: atLeast(1),
    normalizeColumns: flag,
    unbias: flag,
    rcond: fraction,
  },
  GradientDescentOptions: descent,
  BaseAdamOptions: adam,
  LGFGradientFlowOptions: { ...descent, ...learner, ...schedule },
  LGFAdamOptions: { ...adam, ...learner, ...schedule, stepping },
  LGFTrustRegionOptions: { ...descent, ...learner, ...region },
  LGFAdamTrustRegionOptions: { ...adam, ...learner, ...region, stepping },
  LGFBatchOptions: { ...descent, ...learner, ...schedule, allRows: flag },
  LGFAdaptiveOptions: {
    direction,
    window: within(1, 1000),
    memoryLimit: positive,
    maxOrder: within(1, 3),
    firstStep: positive,
    faithful: flag,
    base: choice('descent', 'adam', 'diagonal'),
    preconditioner,
  },
  LBFGSOptions: { memory: within(1, 1000) },
  AndersonOptions: { memory: within(1, 100), mixing: positive },
  OptimalityCriteriaOptions: {
    ...constrained,
    weights: weights('each a number in [0, ∞)', -Number.MIN_VALUE, -1),
    lower: numbers('a number in [0, 1e100]', -Number.MIN_VALUE, -1, 1.1e100),
    upper: numbers('a number in [0, 1e100]', -Number.MIN_VALUE, -1, 1.1e100),
    damping: share,
    multiplierTolerance: fraction,
  },
  MMAOptions: {
    ...constrained,
    weights: weights('each a finite number'),
    lower: numbers('a number in [-1e100, 1e100]', -1.1e100, 1.1e100),
    upper: numbers('a number in [-1e100, 1e100]', -1.1e100, 1.1e100),
    asymptoteInit: share,
    asymptoteIncrease: growth,
    asymptoteDecrease: share,
  },
  StoppingOptions: {
    gradientTolerance: nonNegative,
    valueTolerance: nonNegative,
    target: finite,
    maxEvaluations: atLeast(1),
    maxIterations: atLeast(1),
    maxSeconds: positive,
  },
  NewtonOptions: { damping: nonNegative, indefinite: choice('absolute', 'plain') },
  NewtonCgOptions: { tolerance: fraction, maxIterations: atLeast(1), damping: nonNegative },
  OdeOptions: {},
  Rk4Options: { method: choice('rk4'), step: positive, maxSteps: atLeast(1) },
  Rk45Options: { method: choice('rk45'), rtol: nonNegative, atol: nonNegative, maxSteps: atLeast(1) },
  AcousticInverseOptions: {
    size: numbers('a number in [0.001, 0.5]', 0, -0.1, 0.0009, 0.51),
    mass: choice('consistent', 'lumped'),
    times: within(3, 16777216),
    endTime: range,
    memoryLimit: within(1048576, 1125899906842624),
    start: finite,
  },
  HeatRodOptions: {
    modes: within(2, 256),
    cells: within(3, 65536),
    times: within(2, 65536),
    endTime: range,
    truth: pair,
    start: pair,
  },
  NonlinearHeatOptions: {
    modes: within(1, 64),
    points: within(2, 8192),
    seed: within(0, Number.MAX_SAFE_INTEGER),
    conductivityInside: range,
    conductivityOutside: range,
    sigma: numbers('a number in [0, 1e100]', -Number.MIN_VALUE, -1, 1.1e100),
    sourceAmplitude: numbers('a number in [-1e100, 1e100]', -1.1e100, 1.1e100),
  },
  DeepElasticityOptions: {
    hidden: within(1, 256),
    layers: within(1, 8),
    sampling: choice('midpoints', 'random'),
    cells: within(1, 512),
    points: within(1, 134217728),
    resample: flag,
    seed: within(0, Number.MAX_SAFE_INTEGER),
  },
  TopologyOptions: {
    volumeFraction: between,
    penalty: numbers('a number in [1, 10]', 1 - Number.EPSILON, 0, -3, 10.1),
    minModulus: numbers('a number in [1e-12, 0.1]', 0, -1, 0.9e-12, 0.11),
    poisson: numbers('a number in [0, 0.45]', -Number.MIN_VALUE, -0.3, 0.46, 0.5),
    filter: choice('density', 'helmholtz', 'sensitivity', 'none'),
    filterRadius: numbers('a number in [0.5, 1000]', 0, -1, 0.49, 1001),
    sharpness: numbers('a number in [0, 512]', -Number.MIN_VALUE, -1, 513),
    threshold: between,
    variables: choice('latent', 'density'),
    direction: choice('gradient', 'mirror', 'criteria'),
    logarithm: flag,
    solver: choice('auto', 'direct', 'multigrid'),
    accuracy: numbers('a number in [1e-14, 0.01]', 0, -1, 0.9e-14, 0.011),
    warmStart: flag,
  },
  TestProblemOptions: {
    name: choice(...problems.testFunctions().map(({ name }) => name)),
    dimension: atLeast(1),
    condition: numbers('a number in [1, 1e12]', 1 - Number.EPSILON, 0, -1, 1.1e12),
    noise: nonNegative,
    noiseKind: choice('relative', 'absolute'),
    noisyValue: flag,
    seed: within(0, Number.MAX_SAFE_INTEGER),
  },
};

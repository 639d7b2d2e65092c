// Every exported optimizer, with options that make it go through several true and learned phases within STEPS steps.
import {
  Anderson,
  BaseAdam,
  type BaseAdamOptions,
  GradientDescent,
  LBFGS,
  LGFAdam,
  type LGFAdamOptions,
  LGFAdamTrustRegion,
  type LGFAdamTrustRegionOptions,
  LGFAdaptive,
  type LGFAdaptiveOptions,
  LGFBatch,
  type LGFBatchOptions,
  LGFGradientFlow,
  type LGFGradientFlowOptions,
  LGFTrustRegion,
  type LGFTrustRegionOptions,
  MMA,
  type MMAOptions,
  type Objective,
  OptimalityCriteria,
  type OptimalityCriteriaOptions,
  type Optimizer,
  type StepReport,
} from 'learned-gradient-flow';

export const STEPS = 40;
export const START: readonly number[] = [1.2, -0.8, 0.5, 1.7];

/** A class of the table. */
export interface OptimizerClass {
  readonly name: string;
  restore(bytes: Uint8Array): Optimizer;
}

/** An optimizer with its options. */
export interface Entry {
  readonly name: string;
  readonly Class: OptimizerClass;
  readonly make: (start: readonly number[]) => Optimizer;
  /** Whether it never learns, whether it undoes what a true evaluation finds worse, and how many points it moves. */
  readonly plain: boolean;
  readonly guarded: boolean;
  /** Whether it learns within true steps and takes no learned ones. */
  readonly phaseless: boolean;
  readonly trajectories: number;
}

type Constructor<O> = OptimizerClass & (new (start: readonly number[], options: O) => Optimizer);

const schedule = { learningRate: 0.1, dt: 0.1, historySize: 5, retrainInterval: 13 } as const;
const region = { learningRate: 0.1, historySize: 5, initialRadius: 0.3, maxLearnedSteps: 6 } as const;
const adam = { learningRate: 0.05, betas: [0.8, 0.95] } as const;
const adamSchedule = { ...adam, historySize: 6, retrainInterval: 13 } as const;
const adamRegion = { ...adam, historySize: 5, initialRadius: 0.2, maxLearnedSteps: 6 } as const;
const rk45 = { method: 'rk45', rtol: 1e-6 } as const;
const sparse = { kind: 'stlsq', threshold: 1e-6, alpha: 1e-6 } as const;

function entries<O extends object>(
  Class: Constructor<O>,
  base: O,
  variants: Readonly<Record<string, O>>,
  more: Partial<Pick<Entry, 'plain' | 'guarded' | 'phaseless'>> = {},
): Entry[] {
  return Object.entries(variants).map(([variant, options]) => ({
    name: variant === '' ? Class.name : `${Class.name}, ${variant}`,
    Class,
    make: (start) => new Class(start, { ...base, ...options }),
    plain: false,
    guarded: 'safeguard' in options ? options.safeguard === true : (more.guarded ?? false),
    trajectories: 1,
    phaseless: more.phaseless ?? false,
    ...(more.plain === undefined ? {} : { plain: more.plain }),
  }));
}

/** Copies of a start, each on another side. */
export const startsOf = (start: readonly number[], k: number): number[][] =>
  Array.from({ length: k }, (_, row) => start.map((a, i) => ((row + i) % 2 === 0 ? a : row === 0 ? a : -0.6 * a)));

const batch = (k: number, variant: string, options: LGFBatchOptions): Entry => ({
  name: `LGFBatch of ${k}${variant}`,
  Class: LGFBatch,
  make: (start) => new LGFBatch(startsOf(start, k), { ...schedule, ...options }),
  plain: false,
  guarded: options.safeguard === true,
  phaseless: false,
  trajectories: k,
});

/** In the order of the exports. */
export const OPTIMIZERS: readonly Entry[] = [
  ...entries(Anderson, {}, { '': {}, 'short memory, mixing': { memory: 2, mixing: 0.3 } }, { plain: true, guarded: true }),
  ...entries<BaseAdamOptions>(BaseAdam, adam, { '': {}, amsgrad: { amsgrad: true } }, { plain: true }),
  ...entries<LGFAdamOptions>(LGFAdam, adamSchedule, {
    '': {},
    'of order 2': { model: { polyOrder: 2 } },
    'another dt': { dt: 0.03 },
    discrete: { stepping: 'discrete', dt: 0.08 },
    amsgrad: { amsgrad: true },
    reduced: { model: { truncationRank: 2 } },
    'reduced, amsgrad': { amsgrad: true, model: { truncationEnergy: 0.999 } },
    'reduced, discrete, amsgrad': { stepping: 'discrete', amsgrad: true, model: { truncationRank: 2 } },
    rk45: { ode: rk45 },
    'rk45, reduced': { ode: rk45, model: { truncationRank: 2 } },
    'small steps': { ode: { method: 'rk4', step: 0.02 } },
    'points added': { model: { pointsAdded: 2 } },
    reported: { reportLearnedValues: true },
    safeguard: { safeguard: true },
    'safeguard, discrete, reduced': { safeguard: true, stepping: 'discrete', amsgrad: true, model: { truncationRank: 2 } },
  }),
  ...entries<LGFAdamTrustRegionOptions>(
    LGFAdamTrustRegion,
    adamRegion,
    {
      '': {},
      'no safeguard': { safeguard: false },
      'discrete, amsgrad': { stepping: 'discrete', amsgrad: true },
      'reduced, reported': { model: { truncationRank: 2 }, reportLearnedValues: true },
    },
    { guarded: true },
  ),
  ...entries<LGFAdaptiveOptions>(
    LGFAdaptive,
    {},
    {
      '': {},
      'short window, order 1': { window: 3, maxOrder: 1 },
      faithful: { faithful: true, firstStep: 0.05 },
      custom: { direction: 'custom' },
      'faithful, custom': { direction: 'custom', faithful: true, window: 3 },
      adam: { base: 'adam' },
      diagonal: { base: 'diagonal', window: 12 },
    },
    { guarded: true, phaseless: true },
  ),
  batch(1, '', {}),
  batch(3, '', {}),
  batch(3, ', reduced', { model: { truncationRank: 2 } }),
  batch(3, ', all rows', { allRows: true, model: { polyOrder: 2 } }),
  batch(3, ', reported', { reportLearnedValues: true, dt: 0.15 }),
  batch(3, ', points added', { model: { pointsAdded: 1 } }),
  batch(1, ', safeguard', { safeguard: true, dt: 0.2 }),
  batch(3, ', safeguard', { safeguard: true, allRows: true, dt: 0.2 }),
  ...entries(GradientDescent, { learningRate: 0.1 }, { '': {} }, { plain: true }),
  ...entries(LBFGS, {}, { '': {}, 'short memory': { memory: 2 } }, { plain: true, guarded: true }),
  ...entries<MMAOptions>(
    MMA,
    { lower: -2, upper: 2, tolerance: 0 },
    { '': {}, 'close asymptotes': { limit: 0.4, asymptoteInit: 0.2, moveLimit: 0.3 } },
    { plain: true, guarded: true },
  ),
  ...entries<OptimalityCriteriaOptions>(
    OptimalityCriteria,
    { tolerance: 0, moveLimit: 0.05 },
    { '': {}, damped: { limit: 0.4, damping: 0.3, multiplierTolerance: 0 } },
    { plain: true, guarded: true },
  ),
  ...entries<LGFGradientFlowOptions>(LGFGradientFlow, schedule, {
    '': {},
    'of order 2, sparse': { model: { polyOrder: 2 }, solver: sparse },
    reduced: { model: { truncationRank: 2 } },
    'reduced by energy': { model: { truncationEnergy: 0.99 } },
    'reduced by both': { model: { truncationEnergy: 0.9999, truncationRank: 2 } },
    'points added': { model: { pointsAdded: 3 } },
    'points added on lines': { model: { pointsAdded: 2, interpolationOrder: 1, truncationRank: 2 } },
    'orthonormal, order 4': { historySize: 7, model: { orthonormal: true, fdOrder: 4 } },
    tracked: { model: { method: 'tracked' } },
    weak: {
      historySize: 7,
      model: { method: 'weak', includeBias: false, testFunctions: { width: 2, exponent: 2 } },
      solver: { rcond: 1e-2 },
    },
    rk45: { ode: rk45 },
    'rk45, reduced': { ode: rk45, model: { truncationRank: 2 } },
    reported: { reportLearnedValues: true },
    safeguard: { safeguard: true, dt: 0.2 },
    'safeguard, reduced, reported': { safeguard: true, reportLearnedValues: true, dt: 0.2, model: { truncationRank: 2 } },
  }),
  ...entries<LGFTrustRegionOptions>(
    LGFTrustRegion,
    region,
    {
      '': {},
      'no safeguard': { safeguard: false },
      'tracked, reported': { model: { method: 'tracked' }, reportLearnedValues: true },
      'reduced, another dt': { dt: 0.2, model: { truncationRank: 2 } },
    },
    { guarded: true },
  ),
];

/** A convex quadratic with curvatures between 0.5 and 2.5 for any number of variables. */
export const basin: Objective = (x, g) => {
  let value = 0;
  x.forEach((a, i) => {
    const [weight, side] = [0.5 + i / x.length, a - (x[(i + 1) % x.length] as number)];
    const other = a - (x.at(i - 1) as number);
    value += 0.5 * weight * a * a + 0.125 * side * side;
    g[i] = weight * a + 0.25 * (side + other);
  });
  return value;
};

/** A convex valley with straight sides: a line learned on one side goes astray on the other. */
export const bent: Objective = (x, g) => {
  let value = 0;
  x.forEach((a, i) => {
    const weight = 0.5 + i / x.length;
    const r = 4 * (a - 0.3 * Math.sin(i));
    value += 0.25 * weight * (Math.abs(r) + Math.log1p(Math.exp(-2 * Math.abs(r))));
    g[i] = weight * Math.tanh(r);
  });
  return value;
};

/** Everything that an optimizer shows, as plain numbers. */
export function stateOf(optimizer: Optimizer): object {
  const { epoch, evaluations, fits, fallbacks, rejections, phase, best, lastFit } = optimizer;
  return {
    ...{ epoch, evaluations, fits, fallbacks, rejections, phase, lastFit },
    x: Array.from(optimizer.x),
    best: best && [best.value, ...best.x],
    model: optimizer.model?.toJSON(),
    radius: (optimizer as { radius?: number }).radius,
  };
}

/** What a step did and where it left the optimizer. */
export interface Moment {
  readonly report: StepReport;
  readonly state: object;
}

/** All steps up to the epoch `end`. */
export function follow(optimizer: Optimizer, objective: Objective, end = STEPS): Moment[] {
  const moments: Moment[] = [];
  while (optimizer.epoch < end) moments.push({ report: optimizer.step(objective), state: stateOf(optimizer) });
  return moments;
}

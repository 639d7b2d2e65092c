// Options of the optimizers that are wrong for their class or do not fit together; each by itself is in ../arguments/options.test.ts.
import {
  BaseAdam,
  type BaseAdamOptions,
  GradientDescent,
  LGFAdam,
  LGFAdamTrustRegion,
  LGFBatch,
  LGFGradientFlow,
  type LGFGradientFlowOptions,
  LGFTrustRegion,
  type LgfErrorCode,
  type ModelOptions,
  type Optimizer,
} from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { refused, refuses } from '../support/refusals.ts';
import { bowl } from '../support/subjects.ts';

const START = [1, -2, 0.5];
type Make = (options: object) => Optimizer;

const CLASSES: Readonly<Record<string, Make>> = {
  GradientDescent: (options) => new GradientDescent(START, options),
  BaseAdam: (options) => new BaseAdam(START, options),
  LGFGradientFlow: (options) => new LGFGradientFlow(START, options),
  LGFAdam: (options) => new LGFAdam(START, options),
  LGFTrustRegion: (options) => new LGFTrustRegion(START, options),
  LGFAdamTrustRegion: (options) => new LGFAdamTrustRegion(START, options),
  LGFBatch: (options) => new LGFBatch([START, START], options),
};
const names = Object.keys(CLASSES);
const adams = names.filter((name) => name.includes('Adam'));
const learners = names.filter((name) => name.startsWith('LGF'));
const regions = names.filter((name) => name.includes('TrustRegion'));
const schedules = learners.filter((name) => !regions.includes(name));
const descents = learners.filter((name) => !adams.includes(name));
const learningAdams = learners.filter((name) => adams.includes(name));

/** Options, the one at fault, and which classes have it; the others know of no such option. */
type Row = readonly [what: string, options: object, argument: string, classes: readonly string[], code?: LgfErrorCode];
const model = (options: ModelOptions | Record<string, unknown>): object => ({ historySize: 6, model: options });

const ROWS: readonly Row[] = [
  ['an unknown name', { learningrate: 1 }, 'learningrate', names],
  ['a rate below zero', { learningRate: -1 }, 'learningRate', names],
  ['no such direction', { direction: 'up' }, 'direction', names],
  ['betas that do not decay', { betas: [1, 0.9] }, 'betas.0', adams],
  ['a second one that does not', { betas: [0.9, 1] }, 'betas.1', adams],
  ['one beta', { betas: [0.9] }, 'betas', adams],
  ['no eps', { eps: 0 }, 'eps', adams],
  ['amsgrad as a number', { amsgrad: 1 }, 'amsgrad', adams],
  ['no such stepping', { stepping: 'x' }, 'stepping', learningAdams],
  ['a learning rate that is the time too', { dt: 0 }, 'dt', learners],
  ['no history', { historySize: 0 }, 'historySize', learners],
  ['a safeguard as a number', { safeguard: 1 }, 'safeguard', learners],
  ['all rows as a text', { allRows: 'x' }, 'allRows', ['LGFBatch']],
  ['a shorter interval than history', { historySize: 9, retrainInterval: 8 }, 'retrainInterval', schedules],
  ['a history longer than the default interval', { historySize: 201 }, 'retrainInterval', schedules],
  ['a bad cosine above the good one', { badCosine: 0.8 }, 'badCosine', regions],
  ['a good cosine below the bad one', { goodCosine: 0.1 }, 'badCosine', regions],
  ['a first radius above the largest', { initialRadius: 0.6 }, 'initialRadius', regions],
  ['a largest radius below the first', { initialRadius: 0.1, maxRadius: 0.05 }, 'initialRadius', regions],
  ['a bad factor that does not shrink', { badFactor: 1 }, 'badFactor', regions],
  ['an okay factor that grows', { okayFactor: 1.1 }, 'okayFactor', regions],
  ['a good factor that shrinks', { goodFactor: 0.9 }, 'goodFactor', regions],
  ['no learned step', { maxLearnedSteps: 0 }, 'maxLearnedSteps', regions],
  ['no energy', model({ truncationEnergy: 0 }), 'model.truncationEnergy', learners],
  ['more than all energy', model({ truncationEnergy: 1.1 }), 'model.truncationEnergy', learners],
  ['points taken away', model({ pointsAdded: -1 }), 'model.pointsAdded', learners],
  ['an order without a spline', model({ interpolationOrder: 4 }), 'model.interpolationOrder', learners],
  ['too few samples for order 3', { historySize: 3, model: { pointsAdded: 1 } }, 'model.pointsAdded', learners],
  ['for order 2', { historySize: 2, model: { pointsAdded: 1, interpolationOrder: 2 } }, 'model.pointsAdded', learners],
  ['for order 1', { historySize: 1, model: { pointsAdded: 1, interpolationOrder: 1 } }, 'model.pointsAdded', learners],
  ['a rank above the number of variables', model({ truncationRank: 4 }), 'model.truncationRank', learners],
  ['both, and the rank above', model({ truncationRank: 4, truncationEnergy: 0.5 }), 'model.truncationRank', learners],
  ['no feature', model({ polyOrder: 0, includeBias: false }), 'model.polyOrder', learners],
  ['a method that Adam does not admit', model({ method: 'strong' }), 'model.method', learningAdams],
  ['another one', model({ method: 'weak' }), 'model.method', learningAdams],
  ['no method at all', model({ method: 'none' }), 'model.method', learners],
  ['more steps than one integration may have', { dt: 1, ode: { step: 1e-5 } }, 'ode.step', learners],
  ['no tolerance', { ode: { method: 'rk45', rtol: 0, atol: 0 } }, 'ode.atol', learners],
  ['two samples for order 2', { historySize: 2 }, 'historySize', descents, 'ERR_LGF_SHAPE'],
  ['four samples for order 4', { historySize: 4, model: { fdOrder: 4 } }, 'historySize', descents, 'ERR_LGF_SHAPE'],
];

const optionOf = ([, , argument]: Row): string => argument.split('.')[0] as string;

describe.each(names)('%s', (name) => {
  const make = CLASSES[name] as Make;
  refuses(
    name,
    ROWS.filter(([, , , classes]) => classes.includes(name)).map(
      ([what, options, argument, , code]) => [what, () => make(options), code ?? 'ERR_LGF_ARGUMENT', argument] as const,
    ),
  );

  const own = new Set(ROWS.filter(([, , , classes]) => classes.includes(name)).map(optionOf));
  test('knows of no option of another class', () => {
    for (const option of new Set(ROWS.map(optionOf))) {
      if (!own.has(option)) expect(refused(() => make({ [option]: 1 }))).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument: option });
    }
  });
});

const flow = (options: LGFGradientFlowOptions) => () => new LGFGradientFlow([1, -2], options);

describe('options of LGFGradientFlow that do not fit together', () => {
  const history = { historySize: 6, retrainInterval: 12 };
  test('fit at the bounds', () => {
    for (const options of [
      { historySize: 6, retrainInterval: 6 },
      { ...history, model: { truncationRank: 2 } },
      { ...history, historySize: 5, model: { fdOrder: 4 } },
      { ...history, historySize: 3 },
      { ...history, historySize: 1, model: { method: 'tracked' } },
      { ...history, model: { method: 'weak', testFunctions: { width: 3 } } },
      { ...history, ode: { method: 'rk45', rtol: 0 } },
      { ...history, ode: { method: 'rk45', atol: 0 } },
      { ...history, model: { polyOrder: 0 } },
    ] as const) {
      expect(flow(options)().x.length).toBe(2);
    }
  });
  refuses('LGFGradientFlow', [
    ['a shorter interval than history', flow({ historySize: 6, retrainInterval: 5 }), 'ERR_LGF_ARGUMENT', 'retrainInterval'],
    ['a history longer than the default interval', flow({ historySize: 201 }), 'ERR_LGF_ARGUMENT', 'retrainInterval'],
    [
      'a rank above the number of variables',
      flow({ ...history, model: { truncationRank: 3 } }),
      'ERR_LGF_ARGUMENT',
      'model.truncationRank',
    ],
    [
      'a rank above the history',
      flow({ historySize: 1, model: { method: 'tracked', truncationRank: 2 } }),
      'ERR_LGF_ARGUMENT',
      'model.truncationRank',
    ],
    ['two samples for order 2', flow({ historySize: 2 }), 'ERR_LGF_SHAPE', 'historySize'],
    ['one sample for order 1', flow({ historySize: 1, model: { fdOrder: 1 } }), 'ERR_LGF_SHAPE', 'historySize'],
    ['four samples for order 4', flow({ historySize: 4, model: { fdOrder: 4 } }), 'ERR_LGF_SHAPE', 'historySize'],
    [
      'test functions wider than the history',
      flow({ ...history, model: { method: 'weak', testFunctions: { width: 4 } } }),
      'ERR_LGF_ARGUMENT',
      'model.testFunctions.width',
    ],
    [
      'wider than without end points',
      flow({ ...history, model: { method: 'weak', testFunctions: { width: 3, includeEndpoints: false } } }),
      'ERR_LGF_ARGUMENT',
      'model.testFunctions.width',
    ],
    ['no feature', flow({ model: { polyOrder: 0, includeBias: false } }), 'ERR_LGF_ARGUMENT', 'model.polyOrder'],
    ['no tolerance', flow({ ode: { method: 'rk45', rtol: 0, atol: 0 } }), 'ERR_LGF_ARGUMENT', 'ode.atol'],
    ['a step of the adaptive method', flow({ ode: { method: 'rk45', step: 1 } as never }), 'ERR_LGF_ARGUMENT', 'ode.step'],
    ['a tolerance of the fixed method', flow({ ode: { rtol: 1 } as never }), 'ERR_LGF_ARGUMENT', 'ode.rtol'],
    ['a threshold of the dense solver', flow({ solver: { threshold: 1 } as never }), 'ERR_LGF_ARGUMENT', 'solver.threshold'],
    ['an unknown kind', flow({ solver: { kind: 'lasso' } as never }), 'ERR_LGF_ARGUMENT', 'solver.kind'],
    ['an unknown method', flow({ ode: { method: 'euler' } as never }), 'ERR_LGF_ARGUMENT', 'ode.method'],
  ]);
});

test('options at their bounds', () => {
  const all = (classes: readonly string[], ...options: readonly object[]): void => {
    for (const name of classes) for (const o of options) expect((CLASSES[name] as Make)(o).epoch).toBe(0);
  };
  all(adams, { betas: [0, 0] }, { betas: Float64Array.of(0.5, 0.999999) }, { eps: 5e-324 });
  all(learningAdams, { historySize: 1 }, { stepping: 'discrete', ode: { method: 'rk45' } }, model({ method: 'tracked' }));
  all(learners, model({ truncationEnergy: 1 }), model({ truncationEnergy: 5e-324 }), model({ truncationEnergy: 0.9, truncationRank: 3 }));
  all(
    learners,
    model({ pointsAdded: 1000 }),
    { historySize: 4, model: { pointsAdded: 1 } },
    model({ pointsAdded: 0, interpolationOrder: 1 }),
  );
  all(learners, { historySize: 3, model: { pointsAdded: 2, interpolationOrder: 2 } });
  all(learners, { dt: 1, ode: { step: 1e-4 } }, { dt: 1, ode: { step: 1e-5, maxSteps: 1e5 } });
  all(descents, { historySize: 2, model: { pointsAdded: 1, interpolationOrder: 1 } });
  all(schedules, { historySize: 6, retrainInterval: 6 }, { historySize: 6, retrainInterval: 1e9 });
  all(regions, { goodCosine: 0.3, badCosine: 0.3 }, { goodCosine: -1, badCosine: -1 }, { goodCosine: 1, badCosine: 1 });
  all(regions, { initialRadius: 0.5 }, { dt: 100 }, { okayFactor: 1, goodFactor: 1 }, { gradientTolerance: 0 }, { maxLearnedSteps: 1 });
});

test('radii', () => {
  const radius = (options: object): number => new LGFTrustRegion(START, options).radius;
  expect(radius({})).toBe(0.002);
  expect(radius({ learningRate: 0.01 })).toBe(0.02);
  expect(radius({ learningRate: 0.01, dt: 0.05 })).toBe(0.1);
  expect(radius({ dt: 1 })).toBe(0.5);
  expect(radius({ dt: 1, maxRadius: 3 })).toBe(2);
  expect(radius({ initialRadius: 0.3 })).toBe(0.3);
  expect(new LGFAdamTrustRegion(START, { learningRate: 0.02 }).radius).toBe(0.04);
});

test('options are read once', () => {
  const betas: [number, number] = [0.5, 0.9];
  const options: BaseAdamOptions = { betas, learningRate: 0.1 };
  const [ours, theirs] = [new BaseAdam(START, options), new BaseAdam(START, { betas: [0.5, 0.9], learningRate: 0.1 })];
  betas.fill(0);
  for (let i = 0; i < 5; i++) for (const adam of [ours, theirs]) adam.step(bowl);
  expect(Array.from(ours.x)).toEqual(Array.from(theirs.x));
});

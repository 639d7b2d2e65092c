// Bounds, arguments and the check of gradients.
import { type BoundsLike, checkGradient, type MinimizeOptions, minimizeSync, type Objective, problems } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { refused, refuses } from '../support/refusals.ts';
import { bowl, METHODS, rosenbrock } from './functions.ts';

const START = [-1.2, 1];
/** The methods that take bounds; those with a constraint want finite ones. */
const TAKING = ['lgf-adaptive', 'l-bfgs'] as const;

describe.each(TAKING)('bounds, %s', (method) => {
  const bounded = (bounds: unknown, start: readonly number[] = START) =>
    minimizeSync(rosenbrock, start, { method, bounds: bounds as BoundsLike });

  test('are the same in every spelling', () => {
    const expected = Array.from(bounded({ lower: [2, Number.NEGATIVE_INFINITY], upper: [Number.POSITIVE_INFINITY, 1.5] }).x);
    expect(expected).toEqual([2, 1.5]);
    for (const bounds of [
      { lower: [2, null], upper: [undefined, 1.5] },
      { lower: Float64Array.of(2, Number.NEGATIVE_INFINITY), upper: [null, 1.5] },
      [
        [2, null],
        [null, 1.5],
      ],
      [[2, undefined], Float64Array.of(Number.NEGATIVE_INFINITY, 1.5)],
    ]) {
      expect(Array.from(bounded(bounds).x)).toEqual(expected);
    }
    expect(Array.from(bounded({ lower: 1.5 }).x)).toEqual([1.5, 2.25]);
    expect(Array.from(bounded({ upper: 0.5, lower: null }).x)).toEqual([0.5, 0.25]);
    expect(bounded({}).x).toEqual(bounded(null).x);
  });

  test('hold at every evaluation; the start is moved inside', () => {
    const seen: Float64Array[] = [];
    const recorded: Objective = (x, g) => {
      seen.push(x.slice());
      return rosenbrock(x, g);
    };
    const result = minimizeSync(recorded, new Array(20).fill(-3), { method, bounds: { lower: -0.5, upper: 0.8 } });
    expect(result.status).toBe('converged');
    expect(result.gradientNorm).toBeLessThan(1e-3);
    expect(Array.from(seen[0] as Float64Array)).toEqual(new Array(20).fill(-0.5));
    expect(seen.every((x) => x.every((a) => a >= -0.5 && a <= 0.8))).toBe(true);
  });

  test('that leave one point only', () => {
    expect(bounded({ lower: 0.25, upper: 0.25 })).toMatchObject({ status: 'converged', evaluations: 1, gradientNorm: 0 });
  });

  test('are refused by methods that have none', () => {
    for (const [method] of METHODS.filter(([name]) => !([...TAKING, 'optimality-criteria', 'mma'] as readonly string[]).includes(name))) {
      const call = () => minimizeSync(bowl, [1, 2], { method, bounds: { lower: 0 } } as MinimizeOptions);
      expect(refused(call)).toMatchObject({
        ...{ code: 'ERR_LGF_ARGUMENT', argument: 'bounds' },
        message: expect.stringContaining("'lgf-adaptive', 'l-bfgs', 'optimality-criteria' and 'mma' take them"),
      });
    }
  });

  const at = (bounds: unknown) => () => bounded(bounds);
  refuses('bounds', [
    ['a number', at(5), 'ERR_LGF_ARGUMENT', 'bounds'],
    ['a name', at({ low: 1 }), 'ERR_LGF_ARGUMENT', 'bounds.low'],
    ['NaN', at({ lower: Number.NaN }), 'ERR_LGF_ARGUMENT', 'bounds.lower'],
    ['a text', at({ upper: '1' }), 'ERR_LGF_ARGUMENT', 'bounds.upper'],
    ['a text inside', at({ upper: [1, '1'] }), 'ERR_LGF_ARGUMENT', 'bounds.upper.1'],
    ['no array', at({ upper: {} }), 'ERR_LGF_ARGUMENT', 'bounds.upper'],
    ['three of two', at({ upper: [1, 2, 3] }), 'ERR_LGF_SHAPE', 'bounds.upper'],
    ['one pair of two', at([[1, 2]]), 'ERR_LGF_SHAPE', 'bounds'],
    ['no pair', at([[1, 2], 3]), 'ERR_LGF_ARGUMENT', 'bounds.1'],
    [
      'a triple',
      at([
        [1, 2],
        [1, 2, 3],
      ]),
      'ERR_LGF_ARGUMENT',
      'bounds.1',
    ],
    [
      'NaN in a pair',
      at([
        [1, 2],
        [null, Number.NaN],
      ]),
      'ERR_LGF_ARGUMENT',
      'bounds.1.1',
    ],
    [
      'sides that cross',
      at([
        [1, 2],
        [3, 2],
      ]),
      'ERR_LGF_ARGUMENT',
      'bounds.upper.1',
    ],
    ['the wrong infinity', at({ lower: Number.POSITIVE_INFINITY }), 'ERR_LGF_ARGUMENT', 'bounds.lower.0'],
  ]);
});

const run = (target: unknown, start: unknown, options?: unknown) => () => minimizeSync(target as never, start as never, options as never);
refuses('minimizeSync', [
  ['no objective', run(undefined, [1]), 'ERR_LGF_ARGUMENT', 'objective'],
  ['a number as one', run(5, [1]), 'ERR_LGF_ARGUMENT', 'objective'],
  ['an object as one', run({}, [1]), 'ERR_LGF_ARGUMENT', 'objective'],
  ['no start', run(bowl, undefined), 'ERR_LGF_ARGUMENT', 'start'],
  ['an empty start', run(bowl, []), 'ERR_LGF_SHAPE', 'start'],
  ['NaN in the start', run(bowl, [1, Number.NaN]), 'ERR_LGF_NONFINITE', 'start'],
  ['a start of another length', run(problems.heatRod(), [1]), 'ERR_LGF_SHAPE', 'problem'],
  ['no such method', run(bowl, [1], { method: 'simplex' }), 'ERR_LGF_ARGUMENT', 'method'],
  ['an option of another method', run(bowl, [1], { learningRate: 1 }), 'ERR_LGF_ARGUMENT', 'learningRate'],
  ['an option outside of its domain', run(bowl, [1], { method: 'adam', betas: [1, 0] }), 'ERR_LGF_ARGUMENT', 'betas.0'],
  ['no signal', run(bowl, [1], { signal: {} }), 'ERR_LGF_ARGUMENT', 'signal'],
  ['no callback', run(bowl, [1], { onIteration: 1 }), 'ERR_LGF_ARGUMENT', 'onIteration'],
  ['a trace as a number', run(bowl, [1], { trace: 1 }), 'ERR_LGF_ARGUMENT', 'trace'],
  ['a profile as a number', run(bowl, [1], { profile: 1 }), 'ERR_LGF_ARGUMENT', 'profile'],
  ['options as a text', run(bowl, [1], 'adam'), 'ERR_LGF_ARGUMENT', 'options'],
  [
    'a getter that throws',
    run(bowl, [1], {
      get bounds() {
        throw new Error('no');
      },
    }),
    'ERR_LGF_ARGUMENT',
    'options',
  ],
]);

describe('checkGradient', () => {
  test('passes right gradients at any size', () => {
    for (const x of [START, [1e-8, 1e-8], [300, -40], [0, 0]]) expect(checkGradient(rosenbrock, x).maxRelError).toBeLessThan(1e-7);
    expect(checkGradient(problems.heatRod(), problems.heatRod().start()).maxRelError).toBeLessThan(1e-6);
  });

  test('finds a wrong entry', () => {
    const wrong: Objective = (x, g) => {
      const value = rosenbrock(x, g);
      g[1] = (g[1] as number) * 1.01;
      return value;
    };
    expect(checkGradient(wrong, START)).toMatchObject({ worstIndex: 1, maxRelError: expect.closeTo(0.0099, 3) });
    expect(checkGradient(wrong, START).maxAbsError).toBeCloseTo(0.88, 2);
  });

  refuses('checkGradient', [
    ['no objective', () => checkGradient(5 as never, [1]), 'ERR_LGF_ARGUMENT', 'objective'],
    ['no point', () => checkGradient(bowl, 5 as never), 'ERR_LGF_ARGUMENT', 'x'],
    ['no value', () => checkGradient(() => Number.NaN, [1]), 'ERR_LGF_NONFINITE', 'objective'],
  ]);
});

// What is wrong with the arguments of Newton directions, one thing at a time; their options are in options.test.ts.
import { type NewtonEvaluation, type NewtonObjective, newton, newtonCg, newtonDirection, type Objective } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { bowlHessian, bowlProduct } from '../support/newton.ts';
import { detached, matrixRows, type Refusal, refuses, shown, vectorRows } from '../support/refusals.ts';
import { bowl } from '../support/subjects.ts';

const HESSIAN = [
  [2, 1],
  [1, 3],
];
const NOT_FUNCTIONS = [null, undefined, 5, 'x', {}, [], true, Symbol('f')];
const NOT_ARRAYS = [null, undefined, 5, 'ab', [0, 0], new Float32Array(2), {}];

describe('newtonDirection', () => {
  test('takes a gradient and a Hessian in every form', () => {
    const expected = [1, 2];
    for (const gradient of [[4, 7], Float64Array.of(4, 7), Float32Array.of(4, 7), { length: 2, 0: 4, 1: 7 }]) {
      for (const hessian of [HESSIAN, { rows: 2, columns: 2, data: HESSIAN.flat() }]) {
        newtonDirection(gradient, hessian).direction.forEach((p, i) => void expect(p).toBeCloseTo(expected[i] as number, 14));
      }
    }
  });
  refuses('newtonDirection', [
    ...vectorRows('gradient', [4, 7], (gradient) => newtonDirection(gradient, HESSIAN)).map(
      // Of two lengths that differ the Hessian is the one to change.
      ([broken, call, code, argument]): Refusal => [broken, call, code, /, 1 \]|\(3\)/.test(broken) ? 'hessian' : argument],
    ),
    ...matrixRows('hessian', HESSIAN, (hessian) => newtonDirection([4, 7], hessian)),
    [
      'a column too many',
      () =>
        newtonDirection(
          [4, 7],
          [
            [1, 2, 3],
            [1, 2, 3],
          ],
        ),
      'ERR_LGF_SHAPE',
      'hessian',
    ],
    ['a direction beyond the numbers', () => newtonDirection([1e10], [[1e-310]]), 'ERR_LGF_NONFINITE', 'direction'],
  ]);
});

describe('newton and newtonCg', () => {
  refuses('callbacks', [
    ...NOT_FUNCTIONS.flatMap((v): Refusal[] => [
      [`newton: evaluate = ${shown(v)}`, () => newton(v as never), 'ERR_LGF_ARGUMENT', 'evaluate'],
      [`newtonCg: evaluate = ${shown(v)}`, () => newtonCg(v as never, bowlProduct), 'ERR_LGF_ARGUMENT', 'evaluate'],
      [`product = ${shown(v)}`, () => newtonCg(bowl, v as never), 'ERR_LGF_ARGUMENT', 'product'],
    ]),
  ]);

  const two = (): Float64Array => new Float64Array(2);
  const returning =
    (value: unknown, evaluate: NewtonEvaluation<number>): NewtonEvaluation<number> =>
    (...args) => {
      evaluate(...args);
      return value as number;
    };
  const dense = (value: unknown): NewtonObjective<number, unknown> => newton(returning(value, bowlHessian));
  const products = (value: unknown): NewtonObjective<number, unknown> => newtonCg(returning(value, bowl) as Objective, bowlProduct);
  for (const [name, objective, broken] of [
    ['newton', newton(bowlHessian), dense],
    ['newtonCg', newtonCg(bowl, bowlProduct), products],
  ] as const) {
    refuses(`the objective of ${name}`, [
      ...NOT_ARRAYS.flatMap((v): Refusal[] => [
        [`x = ${shown(v)}`, () => objective(v as never, two()), 'ERR_LGF_ARGUMENT', 'x'],
        [`p = ${shown(v)}`, () => objective(two(), v as never), 'ERR_LGF_ARGUMENT', 'p'],
      ]),
      ['x without entries', () => objective(new Float64Array(0), new Float64Array(0)), 'ERR_LGF_SHAPE', 'x'],
      ['x detached', () => objective(detached(2), two()), 'ERR_LGF_SHAPE', 'x'],
      ['p detached', () => objective(two(), detached(2)), 'ERR_LGF_SHAPE', 'p'],
      ['p too long', () => objective(two(), new Float64Array(3)), 'ERR_LGF_SHAPE', 'p'],
      ...['1', undefined, null, true, [1], {}, 1n, new Number(1)].map(
        (v): Refusal => [`evaluate returns ${shown(v)}`, () => broken(v)(two(), two()), 'ERR_LGF_ARGUMENT', 'evaluate'],
      ),
    ]);
    test(`${name}: a number of any kind is left to the optimizer`, () => expect(broken(Number.NaN)(two(), two())).toBeNaN());
  }
});

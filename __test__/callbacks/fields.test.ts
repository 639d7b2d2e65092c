// Fields of integrate that misbehave.
import { integrate, type LgfErrorCode, type VectorField } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { give, NOT_FINITE, THROWN } from '../support/misbehaviour.ts';
import { refused, shown } from '../support/refusals.ts';

type Field = (t: number, x: Float64Array, dx: Float64Array) => unknown;
type Row = readonly [what: string, field: Field, code: LgfErrorCode, argument: string];

const rotation = (_: number, x: Float64Array): number[] => [-(x[1] ?? 0), x[0] ?? 0];
const METHODS = [{ method: 'rk45' }, { method: 'rk4', step: 0.01 }] as const;
const over = { from: 0, to: 1 } as const;
const expected = integrate(rotation, [1, 0], over);

const thrower = (value: unknown) => (): never => {
  throw value;
};
const rows: readonly Row[] = [
  ...THROWN.map(([what, value]): Row => [`throws ${what}`, thrower(value), 'ERR_LGF_CALLBACK', 'field']),
  ['returns too few', () => [1], 'ERR_LGF_SHAPE', 'field'],
  ['returns too many', () => [1, 2, 3], 'ERR_LGF_SHAPE', 'field'],
  ['returns no number', () => [1, '2'], 'ERR_LGF_ARGUMENT', 'field.1'],
  ['returns holes', () => new Array(2), 'ERR_LGF_ARGUMENT', 'field.0'],
  ...[null, 5, true, '12', {}, 1n, () => 1].map((v): Row => [`returns ${shown(v)}`, () => v, 'ERR_LGF_ARGUMENT', 'field']),
  ['returns a promise', () => Promise.resolve([1, 2]), 'ERR_LGF_ARGUMENT', 'field'],
  ['returns a promise that fails', () => Promise.reject(new Error('nobody looks')), 'ERR_LGF_ARGUMENT', 'field'],
  ['is asynchronous', async () => {}, 'ERR_LGF_ARGUMENT', 'field'],
  ['gives x away', (_, x) => give(x), 'ERR_LGF_SHAPE', 'field'],
  ['gives dx away', (_, __, dx) => give(dx), 'ERR_LGF_SHAPE', 'field'],
  [
    'gives dx away and returns',
    (_, __, dx) => {
      give(dx);
      return [1, 2];
    },
    'ERR_LGF_SHAPE',
    'field',
  ],
  [
    'gives both away and throws',
    (_, x, dx) => {
      [x, dx].forEach(give);
      throw new Error('boom');
    },
    'ERR_LGF_CALLBACK',
    'field',
  ],
];

describe('a field', () => {
  test.each(rows)('that %s', (_, field, code, argument) => {
    for (const when of [0, 0.3]) {
      const late: Field = (t, x, dx) => (t >= when ? field(t, x, dx) : rotation(t, x));
      for (const method of METHODS) {
        const error = refused(() => integrate(late as VectorField, [1, 0], { ...over, ...method }));
        expect(error).toMatchObject({ code, argument, message: expect.stringContaining('field') });
      }
    }
    expect(integrate(rotation, [1, 0], over)).toEqual(expected);
  });

  test.each(THROWN)('that throws %s: it is the cause, itself', (_, value) => {
    const error = refused(() => integrate(thrower(value), [1], over));
    expect(error).toHaveProperty('cause');
    expect(Object.is(error.cause, value)).toBe(true);
  });

  test.each(NOT_FINITE)('that gives %d ends the run with a status', (value) => {
    for (const method of METHODS) {
      const { status, states } = integrate((t) => (t > 0.5 ? [value, 0] : [1, 0]), [1, 0], { ...over, ...method });
      expect(status).toBe('non-finite');
      expect(states.data.every(Number.isFinite)).toBe(true);
    }
    expect(integrate(() => [value], [1], over).status).toBe('non-finite');
  });

  test('that changes x, gives the start away and integrates itself does no harm', () => {
    const start = Float64Array.of(1, 0);
    const field: VectorField = (t, x, dx) => {
      if (start.length > 0) give(start);
      dx.set(rotation(t, x));
      integrate(rotation, [1, 0], { from: 0, to: 0.1 });
      x.fill(Number.NaN);
    };
    expect(integrate(field, start, over)).toEqual(expected);
  });

  test('that leaves dx alone has a derivative of zero at first', () => {
    expect(integrate(() => {}, [1, 2], { ...over, at: [1] }).states.toArray()).toEqual([[1, 2]]);
  });
});

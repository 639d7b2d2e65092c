// Objectives without a value beyond a wall: a safeguarded run stays on this side, any other says so and can be tried again.
import { type Objective, OptimalityCriteria, type Optimizer } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { basin, bent, OPTIMIZERS, START, STEPS, stateOf } from '../support/optimizers.ts';
import { refused } from '../support/refusals.ts';

/** {@link basin} about a point behind the wall `x[0] = -1`: every run wants to go there. */
const behind: Objective = (x, g) =>
  basin(
    x.map((a, i) => (i === 0 ? 2 * a + 4 : a)),
    g,
  );
/** What an objective may do where it has no value. */
const walls: readonly (readonly [what: string, value: number, slope: number | undefined])[] = [
  ['NaN in value and gradient', Number.NaN, Number.NaN],
  ['NaN for a value', Number.NaN, undefined],
  ['infinity for a value', Number.POSITIVE_INFINITY, undefined],
  ['minus infinity for a value', Number.NEGATIVE_INFINITY, undefined],
  ['NaN in the gradient', 1, Number.NaN],
  ['infinity in the gradient', -5, Number.POSITIVE_INFINITY],
];
const walled =
  (beyond: number, slope: number | undefined): Objective =>
  (x, g) => {
    const value = behind(x, g);
    if ((x[0] as number) >= -1) return value;
    if (slope !== undefined) g[1] = slope;
    return beyond;
  };

/** Steps that take a wall behind which no run can go. */
const LONG = 3 * STEPS;
const finite = (optimizer: Optimizer): boolean => optimizer.x.every(Number.isFinite);

describe.each(OPTIMIZERS.filter(({ guarded }) => guarded))('$name', ({ Class, make, trajectories }) => {
  test.each(walls)('finishes: %s', (_, value, slope) => {
    const optimizer = make(START);
    const [objective, d] = [walled(value, slope), START.length];
    let met = 0;
    while (optimizer.epoch < LONG) {
      optimizer.step((x, g) => {
        met += (x[0] as number) < -1 ? 1 : 0;
        return objective(x, g);
      });
      expect(finite(optimizer)).toBe(true);
    }
    // Whose variables are never below 0 goes nowhere near the wall.
    const meets = Class !== OptimalityCriteria;
    expect([met > 0, optimizer.rejections > 0]).toEqual([meets, meets]);
    const { best } = optimizer;
    expect(best?.x[0]).toBeGreaterThanOrEqual(-1);
    expect(best?.value).toBe(behind(best?.x ?? new Float64Array(d), new Float64Array(d)));
    expect(optimizer.x.length).toBe(d * trajectories);
  });

  test('without a value at its start it cannot begin, until there is one', () => {
    const optimizer = make(START);
    for (const nothing of [() => Number.NaN, () => Number.POSITIVE_INFINITY]) {
      expect(refused(() => optimizer.step(nothing))).toMatchObject({ code: 'ERR_LGF_NONFINITE', argument: 'objective' });
    }
    expect(optimizer.epoch).toBe(0);
    const other = make(START);
    while (optimizer.epoch < STEPS) expect(optimizer.step(bent)).toEqual(other.step(bent));
  });
});

describe.each(OPTIMIZERS.filter(({ guarded }) => !guarded))('$name', ({ name, make }) => {
  test.each(walls)('says so, and the step can be tried again: %s', (_, value, slope) => {
    const [optimizer, other] = [make(START), make(START)];
    const objective = walled(value, slope);
    let refusals = 0;
    while (optimizer.epoch < LONG) {
      try {
        optimizer.step(objective);
      } catch {
        const { epoch, evaluations, best } = optimizer;
        const before = optimizer.snapshot();
        const error = refused(() => optimizer.step(objective));
        expect(error).toMatchObject({ code: 'ERR_LGF_NONFINITE', argument: 'objective' });
        expect(Buffer.compare(optimizer.snapshot(), before)).toBe(0);
        expect([optimizer.epoch, optimizer.evaluations, optimizer.best]).toEqual([epoch, evaluations, best]);
        refusals++;
        optimizer.step(behind);
      }
      other.step(behind);
      expect(Array.from(optimizer.x)).toEqual(Array.from(other.x));
    }
    expect(refusals).toBeGreaterThan(0);
    expect(stateOf(optimizer)).toEqual(stateOf(other));
    // The value shown last is part of the state too, and where it was none it differs.
    if (!name.includes('reported')) expect(Buffer.compare(optimizer.snapshot(), other.snapshot())).toBe(0);
  });
});

// Models of more features than equations: their short form is not to be noticed.
import { discover, FlowModel, polynomialFeatures, stlsq } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';

const d = 60;
const rate = (j: number): number => 0.5 + Math.abs(Math.sin(0.7 * j));
const state = (i: number): number[] => Array.from({ length: d }, (_, j) => (1 + Math.cos(j)) * Math.exp(-0.1 * i * rate(j)));
const states = Array.from({ length: 12 }, (_, i) => state(i));
const derivatives = states.map((row) => row.map((x, j) => -rate(j) * x));
const sparse = { threshold: 1e-4, alpha: 1e-6, maxIter: 3, normalizeColumns: true } as const;
const learned = discover(states, {
  dt: 0.1,
  derivatives,
  model: { polyOrder: 2, method: 'tracked' },
  solver: { kind: 'stlsq', ...sparse },
});
const x = state(4.5);

const size = (a: ArrayLike<number>): number => Math.hypot(...Array.from(a));
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => size(Array.from(a, (v, i) => v - (b[i] ?? Number.NaN))) / size(b);

describe('a model of 1,891 features and 12 samples', () => {
  test('is that of its coefficients', () => {
    const [theta = []] = polynomialFeatures([x], { polyOrder: 2 }).toArray();
    const { coefficients, support } = learned;
    const flow = Array.from({ length: d }, (_, j) => theta.reduce((sum, t, i) => sum + t * (coefficients.at(i, j) ?? Number.NaN), 0));
    expect(apart(learned.derivative(x), flow)).toBeLessThan(1e-11);
    expect(support.flat().filter((used) => !used).length).toBeGreaterThan(0);
    expect(learned.equations()[0]).toMatch(/^x1' = /);
  });

  test('has the support of the stage by itself', () => {
    const fit = stlsq(polynomialFeatures(states, { polyOrder: 2 }), derivatives, sparse);
    expect(fit.support).toEqual(learned.support);
    expect(apart(learned.coefficients.data, fit.coefficients.data)).toBeLessThan(1e-13);
  });

  test('comes back from JSON up to rounding', () => {
    const again = FlowModel.fromJSON(JSON.parse(JSON.stringify(learned)));
    expect(apart(again.derivative(x), learned.derivative(x))).toBeLessThan(1e-11);
    expect(again.coefficients.data).toEqual(learned.coefficients.data);
  });

  test('explains what it was learned of', () => {
    expect(learned.fit?.residual).toBeLessThan(1e-3);
    expect(learned.fit).toMatchObject({ samples: 12, features: 1891, dropped: 0 });
  });
});

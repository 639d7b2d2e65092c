import { describe, expect, test } from 'vitest';
import { discover, leastSquares, Matrix, PolynomialLibrary, polynomialFeatures, stlsq } from '../src/index.ts';

const n = 20_000;
/** States that fill the cube [-1, 1]^3, and the derivatives of a flow with three terms. */
const states = new Matrix(
  n,
  3,
  Float64Array.from({ length: 3 * n }, (_, i) => Math.sin(0.7 * i + 0.001 * i * (i % 7))),
);
const rates = new Matrix(
  n,
  3,
  Float64Array.from({ length: 3 * n }, (_, i) => {
    const [x = 0, y = 0, z = 0] = states.row(Math.floor(i / 3));
    return [0.5 - 2 * x, x * y * z, 3 * z ** 4][i % 3] as number;
  }),
);

describe('many points at once', () => {
  test('features stand row by row, those of one point', () => {
    const features = polynomialFeatures(states, { polyOrder: 4 });
    expect([features.rows, features.columns]).toEqual([n, 35]);
    for (const i of [0, 15, 16, 1023, 1024, n - 1]) {
      expect(features.row(i)).toEqual(polynomialFeatures([states.row(i)], { polyOrder: 4 }).row(0));
    }
  });

  test('orthonormal features are those of one point too', () => {
    const library = new PolynomialLibrary({ dimension: 3, polyOrder: 2, orthonormal: true }).fit(states);
    const features = library.transform(states);
    for (const i of [0, 1023, 1024, n - 1]) {
      const one = library.transform([states.row(i)]).row(0);
      one.forEach((v, j) => {
        expect(features.at(i, j)).toBeCloseTo(v, 12);
      });
    }
    const norm = Math.hypot(...Array.from({ length: n }, (_, i) => features.at(i, 3) as number));
    expect(norm).toBeCloseTo(1, 10);
  });

  test('an array that was handed over is left alone by later calls', () => {
    const first = polynomialFeatures(states, { polyOrder: 2 });
    const kept = first.row(777).slice();
    for (let i = 0; i < 5; i++) polynomialFeatures(rates, { polyOrder: 2 });
    expect(first.row(777)).toEqual(kept);
  });
});

describe('many rows', () => {
  const solver = { kind: 'stlsq', threshold: 0.1, alpha: 0 } as const;

  test('a flow is found to rounding', () => {
    const model = discover(states, { dt: 1, derivatives: rates, model: { polyOrder: 4, method: 'tracked' }, solver });
    expect(model.equations({ digits: 12 })).toEqual(["x1' = 0.5 - 2 x1", "x2' = 1 x1 x2 x3", "x3' = 3 x3^4"]);
    expect(model.fit?.samples).toBe(n);
    expect(model.fit?.residual).toBeLessThan(1e-14);
  });

  test('matrices that are given give the same', () => {
    const features = polynomialFeatures(states, { polyOrder: 4 });
    const sparse = stlsq(features, rates, { threshold: 0.1, alpha: 0 });
    const dense = leastSquares(features, rates);
    const model = discover(states, { dt: 1, derivatives: rates, model: { polyOrder: 4, method: 'tracked' }, solver });
    expect(model.coefficients.data).toEqual(sparse.coefficients.data);
    expect(dense.rank).toBe(35);
    dense.coefficients.data.forEach((c, i) => {
      expect(c).toBeCloseTo(sparse.coefficients.data[i] as number, 11);
    });
  });

  test('an entry that is not finite is told with its place', () => {
    const broken = new Matrix(n, 3, states.data.slice());
    broken.data[3 * 12_345 + 1] = Number.NaN;
    const told = expect.objectContaining({ code: 'ERR_LGF_NONFINITE', argument: 'target', message: expect.stringContaining('37036') });
    expect(() => stlsq(polynomialFeatures(states, { polyOrder: 4 }), broken)).toThrow(told);
    expect(() => discover(broken, { dt: 1, model: { polyOrder: 4 }, solver })).toThrow(
      expect.objectContaining({ code: 'ERR_LGF_NONFINITE', argument: 'trajectory' }),
    );
  });
});

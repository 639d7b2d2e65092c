// What must hold of every stage for all inputs.

import fc from 'fast-check';
import { leastSquares, PolynomialLibrary, polynomialFeatures, type SparseOptions, stlsq, strongForm, thinSvd } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { anyRows, dot, identity, multiply, number, rows, size, subtract, transpose } from '../support/arbitrary.ts';

const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);
const below = (limit: number, value: number): void => expect(value).toBeLessThanOrEqual(limit);

/** Exponents of the monomials, graded and inside a degree lexicographic, from the definition. */
function exponents(d: number, order: number): number[][] {
  const all = (left: number, degree: number): number[][] => {
    if (left === 0) return degree === 0 ? [[]] : [];
    return Array.from({ length: degree + 1 }, (_, k) => all(left - 1, k).map((rest) => [degree - k, ...rest])).flat();
  };
  return Array.from({ length: order + 1 }, (_, degree) => all(d, degree)).flat();
}

describe('features', () => {
  const shape = fc.record({ d: fc.integer({ min: 1, max: 4 }), polyOrder: fc.integer({ min: 0, max: 4 }), includeBias: fc.boolean() });
  test('are the products that their exponents say', () => {
    const input = shape.chain((options) => fc.tuple(fc.constant(options), rows(3, options.d)));
    fc.assert(
      fc.property(input, ([{ d, polyOrder, includeBias }, states]) => {
        fc.pre(polyOrder > 0 || includeBias);
        const powers = exponents(d, polyOrder).slice(includeBias ? 0 : 1);
        const expected = states.map((x) => powers.map((power) => power.reduce((product, p, i) => product * (x[i] ?? 0) ** p, 1)));
        const features = polynomialFeatures(states, { polyOrder, includeBias }).toArray();
        const library = new PolynomialLibrary({ dimension: d, polyOrder, includeBias });
        expect(library.transform(states).toArray()).toEqual(features);
        expect(library.featureCount).toBe(binomial(d + polyOrder, polyOrder) - (includeBias ? 0 : 1));
        expect(library.names().length).toBe(library.featureCount);
        below(1e-14 * Math.max(1, size(expected)), size(subtract(features, expected)));
      }),
    );
  });

  test('that are orthonormal are so on their training states and span the monomials', () => {
    const input = fc.integer({ min: 1, max: 3 }).chain((d) => rows(12, d));
    fc.assert(
      fc.property(input, (states) => {
        const library = new PolynomialLibrary({ dimension: states[0]?.length ?? 1, polyOrder: 2, orthonormal: true, rcond: 1e-8 });
        const q = library.fit(states).transform(states).toArray();
        below(1e-6, size(subtract(multiply(transpose(q), q), identity(library.featureCount))));
        const theta = polynomialFeatures(states, { polyOrder: 2 }).toArray();
        below(1e-6 * size(theta), size(subtract(multiply(q, multiply(transpose(q), theta)), theta)));
      }),
    );
  });
});

describe('strong form', () => {
  test.each([1, 2, 4])('of order %d is exact for polynomials of that degree', (fdOrder) => {
    const input = fc.record({
      polynomial: fc.array(number(), { minLength: fdOrder + 1, maxLength: fdOrder + 1 }),
      dt: fc.double({ min: 0.01, max: 1, noNaN: true }),
      n: fc.integer({ min: fdOrder === 4 ? 5 : fdOrder + 1, max: 20 }),
    });
    fc.assert(
      fc.property(input, ({ polynomial, dt, n }) => {
        const times = Array.from({ length: n }, (_, i) => i * dt);
        const x = (t: number): number => polynomial.reduce((sum, c, k) => sum + c * t ** k, 0);
        const slope = (t: number): number => polynomial.reduce((sum, c, k) => sum + (k === 0 ? 0 : k * c * t ** (k - 1)), 0);
        const { target, regression } = strongForm(
          times.map((t) => [x(t)]),
          times.map((t) => [t]),
          { dt, fdOrder },
        );
        const largest = Math.max(...times.map((t) => polynomial.reduce((sum, c, k) => sum + Math.abs(c) * t ** k, 0)));
        for (let i = 0; i < target.rows; i++) {
          below((1e-14 * largest) / dt, Math.abs((target.at(i, 0) ?? 0) - slope(regression.at(i, 0) ?? 0)));
        }
      }),
    );
  });
});

describe('leastSquares', () => {
  const problem = anyRows(8, 8).chain((a) => fc.tuple(fc.constant(a), rows(a.length, 2)));
  test('solves the normal equations with the smallest norm', () => {
    fc.assert(
      fc.property(problem, ([a, y]) => {
        const { coefficients, rank, condition } = leastSquares(a, y, { rcond: 1e-10 });
        fc.pre(condition < 1e6);
        const c = coefficients.toArray();
        const residual = subtract(multiply(a, c), y);
        const scale = size(a) * (size(y) + size(a) * size(c)) * condition * a.length;
        below(1e-13 * (scale + 1), size(multiply(transpose(a), residual)));
        // Rows of A span the complement of its null space: what is left of c outside of them is zero.
        const v = thinSvd(a)
          .v.toArray()
          .map((row) => row.slice(0, rank));
        const inside = multiply(v, multiply(transpose(v), c));
        below(1e-12 * (size(c) * condition + 1), size(subtract(c, inside)));
      }),
    );
  });

  test('finds dependent columns', () => {
    fc.assert(
      fc.property(anyRows(6, 3), (a) => {
        const twice = a.map((row) => [...row, ...row]);
        const { coefficients, rank } = leastSquares(
          twice,
          a.map((row) => [dot(row, row)]),
          { rcond: 1e-10 },
        );
        const half = (a[0] ?? []).length;
        expect(rank).toBeLessThanOrEqual(Math.min(a.length, half));
        const c = transpose(coefficients.toArray())[0] ?? [];
        below(1e-9 * (size([c]) + 1), size(subtract([c.slice(0, half)], [c.slice(half)])));
      }),
    );
  });
});

describe('stlsq', () => {
  const problem = fc.record({
    a: fc.integer({ min: 1, max: 5 }).chain((p) => rows(9, p)),
    y: rows(9, 2),
    threshold: fc.double({ min: 0, max: 1, noNaN: true }),
    alpha: fc.constantFrom(0, 0.05, 1),
    normalizeColumns: fc.boolean(),
    unbias: fc.boolean(),
  });
  type Given = SparseOptions & { readonly a: number[][]; readonly y: number[][] };
  const solve = ({ a, y, ...options }: Given) => stlsq(a, y, options);

  test('has a support that fits its coefficients', () => {
    fc.assert(
      fc.property(problem, (given) => {
        const { coefficients, support, iterations } = solve(given);
        expect(iterations).toBeGreaterThan(0);
        support.forEach((row, i) => {
          row.forEach((inside, j) => {
            const c = coefficients.at(i, j) ?? Number.NaN;
            if (!inside) expect(c).toBe(0);
          });
        });
      }),
    );
  });

  test('keeps coefficients of at least the threshold, before they are refitted', () => {
    fc.assert(
      fc.property(problem, (given) => {
        const { coefficients, support } = solve({ ...given, unbias: false, normalizeColumns: false });
        support.forEach((row, i) => {
          row.forEach((inside, j) => {
            if (inside) expect(Math.abs(coefficients.at(i, j) ?? 0)).toBeGreaterThanOrEqual(given.threshold);
          });
        });
      }),
    );
  });

  test('scales with target and threshold together', () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: -20, max: 20 }), (given, exponent) => {
        // A power of two: not even the rounding may differ.
        const factor = 2 ** exponent;
        const scaled = solve({ ...given, y: given.y.map((row) => row.map((v) => v * factor)), threshold: given.threshold * factor });
        const plain = solve(given);
        expect(scaled.support).toEqual(plain.support);
        expect(scaled.coefficients.toArray()).toEqual(plain.coefficients.toArray().map((row) => row.map((v) => v * factor)));
      }),
    );
  });

  test('permutes with the features', () => {
    const permuted = problem.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray([...(given.a[0] ?? []).keys()], { minLength: given.a[0]?.length ?? 0 })),
    );
    fc.assert(
      fc.property(permuted, ([given, order]) => {
        const plain = solve(given);
        fc.pre(plain.condition < 1e4);
        const c = plain.coefficients.toArray();
        // A coefficient within rounding of the threshold may go either way.
        fc.pre(given.threshold === 0 || c.flat().every((v) => Math.abs(Math.abs(v) - given.threshold) > 1e-9));
        const other = solve({ ...given, a: given.a.map((row) => order.map((j) => row[j] ?? 0)) });
        below(
          1e-9 * (size(c) + 1),
          size(
            subtract(
              other.coefficients.toArray(),
              order.map((j) => c[j] ?? []),
            ),
          ),
        );
        expect(other.support).toEqual(order.map((j) => plain.support[j]));
      }),
    );
  });

  test('without threshold and penalty is leastSquares', () => {
    fc.assert(
      fc.property(problem, ({ a, y }) => {
        const dense = leastSquares(a, y);
        fc.pre(dense.condition < 1e6);
        const sparse = stlsq(a, y, { threshold: 0, alpha: 0 });
        below(1e-9 * (size(dense.coefficients.toArray()) + 1), size(subtract(sparse.coefficients.toArray(), dense.coefficients.toArray())));
      }),
    );
  });
});

describe('thinSvd', () => {
  const scales = fc.constantFrom(1, 1e150, 1e-150, 1e300, 1e-300, 7);
  test('reconstructs, with orthonormal factors and sorted values, whatever the scale', () => {
    fc.assert(
      fc.property(anyRows(7, 7), scales, (a, scale) => {
        const k = Math.min(a.length, a[0]?.length ?? 0);
        const { u, s, v } = thinSvd(a.map((row) => row.map((entry) => entry * scale)));
        expect([u.rows, u.columns, s.length, v.rows, v.columns]).toEqual([a.length, k, k, a[0]?.length, k]);
        below(1e-13, size(subtract(multiply(transpose(u.toArray()), u.toArray()), identity(k))));
        below(1e-13, size(subtract(multiply(transpose(v.toArray()), v.toArray()), identity(k))));
        expect(Array.from(s)).toEqual(Array.from(s).sort((x, y) => y - x));
        expect(s.at(-1)).toBeGreaterThanOrEqual(0);
        const us = u.toArray().map((row) => row.map((entry, j) => entry * ((s[j] ?? 0) / scale)));
        below(1e-13 * (size(a) + Number.MIN_VALUE) * 7, size(subtract(multiply(us, transpose(v.toArray())), a)));
      }),
    );
  });

  test('tall and wide ones say how they were made and how far to trust them', () => {
    const [m, n] = [9000, 16];
    for (const [decades, method] of [
      [0, 'gram'],
      [4, 'gramTwice'],
      [9, 'tsqr'],
    ] as const) {
      const data = Float64Array.from(
        { length: m * n },
        (_, k) => Math.sin(k * (1 + (k % 7)) + k * k) * 10 ** ((-decades * (k % n)) / (n - 1)),
      );
      const tall = thinSvd({ rows: m, columns: n, data });
      expect(tall.method).toBe(method);
      expect(tall.condition).toBe((tall.s[0] as number) / (tall.s[n - 1] as number));
      expect(tall.errorBound).toBeGreaterThan(0);
      expect(tall.errorBound).toBeLessThan(1e-12 + 1e-13 * tall.condition);
      below(1e-13, size(subtract(multiply(transpose(tall.u.toArray()), tall.u.toArray()), identity(n))));
      const us = tall.u.toArray().map((row) => row.map((entry, j) => entry * (tall.s[j] as number)));
      const back = multiply(us, transpose(tall.v.toArray()));
      below(1e-12, Math.max(...back.map((row, i) => Math.max(...row.map((entry, j) => Math.abs(entry - (data[i * n + j] as number)))))));
      // The transpose has the same factors, the other way round.
      const turned = Float64Array.from({ length: m * n }, (_, k) => data[(k % m) * n + Math.floor(k / m)] as number);
      const wide = thinSvd({ rows: n, columns: m, data: turned }, { rank: 2 });
      expect([wide.u.rows, wide.u.columns, wide.v.rows, wide.v.columns]).toEqual([n, 2, m, 2]);
      below(1e-12 * (tall.s[0] as number), Math.abs((wide.s[1] as number) - (tall.s[1] as number)));
      expect(thinSvd([[1, 2]]).method).toBe('dense');
    }
  });

  test('truncated keeps the leading triplets, as many as the energy needs', () => {
    fc.assert(
      fc.property(anyRows(6, 6), fc.double({ min: 0.01, max: 1, noNaN: true }), (a, energy) => {
        const full = thinSvd(a);
        const { s, u } = thinSvd(a, { energy });
        expect(Array.from(s)).toEqual(Array.from(full.s.subarray(0, s.length)));
        expect(u.toArray()).toEqual(full.u.toArray().map((row) => row.slice(0, s.length)));
        const share = (values: Float64Array): number => values.reduce((sum, v) => sum + v * v, 0);
        fc.pre(share(full.s) > 0);
        expect(share(s) / share(full.s)).toBeGreaterThan(energy - 1e-12);
        if (s.length > 1) expect(share(s.subarray(0, -1)) / share(full.s)).toBeLessThan(energy + 1e-12);
        expect(thinSvd(a, { rank: s.length }).s).toEqual(s);
      }),
    );
  });
});

// Random inputs of the property tests, and the plain linear algebra that they are checked with.

import fc from 'fast-check';
import type { LGFGradientFlowOptions, Objective } from 'learned-gradient-flow';

/** Numbers of moderate size, zero among them, that no test has to scale for. */
export const number = (size = 3): fc.Arbitrary<number> =>
  // A grid keeps counterexamples short, and differences away from rounding.
  fc.integer({ min: -1000, max: 1000 }).map((n) => (n / 1000) * size);

/** An n×m matrix as rows. */
export const rows = (n: number, m: number, entry = number()): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(entry, { minLength: m, maxLength: m }), { minLength: n, maxLength: n });

/** A matrix of any shape up to this one. */
export const anyRows = (n: number, m: number): fc.Arbitrary<number[][]> =>
  fc.tuple(fc.integer({ min: 1, max: n }), fc.integer({ min: 1, max: m })).chain(([i, j]) => rows(i, j));

export const transpose = (a: readonly (readonly number[])[]): number[][] => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? 0));
export const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * (b[i] ?? 0), 0);
export const multiply = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] => {
  const columns = transpose(b);
  return a.map((row) => columns.map((column) => dot(row, column)));
};
export const subtract = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a.map((row, i) => row.map((v, j) => v - (b[i]?.[j] ?? 0)));
/** Largest magnitude of an entry. */
export const size = (a: readonly (readonly number[])[]): number => Math.max(0, ...a.flat().map(Math.abs));
export const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
/** Options of which each is absent or random. */
const some = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { requiredKeys: [] }) as unknown as fc.Arbitrary<T>;

/** Options of LGFGradientFlow that fit together, for `dimension` variables. */
export function flowOptions(dimension: number): fc.Arbitrary<LGFGradientFlowOptions> {
  const dense = some({ kind: fc.constant('dense' as const), rcond: fc.double({ min: 0, max: 0.1, noNaN: true }) });
  const sparse = some({
    threshold: fc.double({ min: 0, max: 0.5, noNaN: true }),
    alpha: fc.double({ min: 0, max: 1, noNaN: true }),
    maxIter: fc.integer({ min: 1, max: 9 }),
    normalizeColumns: fc.boolean(),
    unbias: fc.boolean(),
  }).map((options) => ({ ...options, kind: 'stlsq' as const }));
  const fixed = some({ method: fc.constant('rk4' as const), step: fc.double({ min: 0.003, max: 0.2, noNaN: true }) });
  const adaptive = some({ rtol: fc.constantFrom(1e-3, 1e-10), atol: fc.constantFrom(1e-3, 1e-12) }).map((options) => ({
    ...options,
    method: 'rk45' as const,
  }));
  const model = some({
    polyOrder: fc.integer({ min: 1, max: 3 }),
    includeBias: fc.boolean(),
    truncationRank: fc.integer({ min: 1, max: Math.min(dimension, 5) }),
    method: fc.constantFrom('strong' as const, 'weak' as const, 'tracked' as const),
    fdOrder: fc.constantFrom(1, 2, 4),
    orthonormal: fc.boolean(),
    testFunctions: some({
      width: fc.integer({ min: 1, max: 2 }),
      exponent: fc.integer({ min: 2, max: 6 }),
      stride: fc.integer({ min: 1, max: 3 }),
      includeEndpoints: fc.boolean(),
    }),
  });
  return fc
    .record({
      learningRate: fc.double({ min: 1e-3, max: 0.2, noNaN: true }),
      dt: fc.double({ min: 1e-3, max: 0.3, noNaN: true }),
      historySize: fc.integer({ min: 5, max: 9 }),
      more: fc.integer({ min: 0, max: 9 }),
      model: optional(model),
      solver: optional(fc.oneof(dense, sparse)),
      ode: optional(fc.oneof(fixed, adaptive)),
      reportLearnedValues: optional(fc.boolean()),
    })
    .map(({ more, ...options }) => ({ ...options, retrainInterval: options.historySize + more }));
}

/** A valley with straight sides: its flow is not linear, and however far a learned flow goes astray its value is finite. */
export const valley: Objective = (x, g) => {
  let value = 0;
  x.forEach((a, i) => {
    const weight = 1 / (i + 3);
    g[i] = (weight * a) / Math.hypot(1, a);
    value += weight * Math.hypot(1, a);
  });
  return value;
};

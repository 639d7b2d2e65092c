import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Objective } from 'learned-gradient-flow';

/** A closed-form problem of the stored runs. */
export interface ClosedForm {
  readonly kind: 'quadratic' | 'logcosh';
  readonly A: number[][];
  readonly c: number[];
  readonly start: number[];
}

/** One stored case; what is in it differs from file to file. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Stored = any;

/** One file of reference numbers. */
// biome-ignore lint/suspicious/noExplicitAny: a list or a record of cases
export function golden(name: string): any {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../../testdata/golden/${name}.json`, import.meta.url)), 'utf8'));
}

/** `1/2 (a-c)'A(a-c)` or `sum log cosh (A(a-c))`, with its gradient. */
export function closedForm({ kind, A, c }: ClosedForm): Objective {
  return (x, g) => {
    const shifted = c.map((ci, i) => (x[i] as number) - ci);
    const r = A.map((row) => row.reduce((sum, a, j) => sum + a * (shifted[j] as number), 0));
    if (kind === 'quadratic') {
      g.set(r);
      return 0.5 * r.reduce((sum, ri, i) => sum + ri * (shifted[i] as number), 0);
    }
    g.set(c.map((_, j) => A.reduce((sum, row, i) => sum + (row[j] as number) * Math.tanh(r[i] as number), 0)));
    return r.reduce((sum, ri) => sum + Math.log(Math.cosh(ri)), 0);
  };
}

/** Largest difference over the largest expected entry, or over `floor` where that is larger. */
export function relativeError(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[], floor = 0): number {
  if (actual.length !== expected.length || actual[0]?.length !== expected[0]?.length) return Number.POSITIVE_INFINITY;
  let [error, size] = [0, floor];
  expected.forEach((row, i) => {
    row.forEach((value, j) => {
      error = Math.max(error, Math.abs(value - (actual[i]?.[j] ?? Number.NaN)));
      size = Math.max(size, Math.abs(value));
    });
  });
  // Nothing but zeros: only zeros will do.
  return error === 0 ? 0 : error / size;
}

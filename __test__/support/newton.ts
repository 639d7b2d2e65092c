import { LgfError } from 'learned-gradient-flow';
import { expect } from 'vitest';

/** The quadratic `sum (i + 1) x_i^2 / 2` with gradient and Hessian. */
export function bowlHessian(x: Float64Array, g: Float64Array, h: Float64Array): number {
  h.fill(0);
  x.forEach((a, i) => {
    g[i] = (i + 1) * a;
    h[i * (x.length + 1)] = i + 1;
  });
  return x.reduce((sum, a, i) => sum + 0.5 * (i + 1) * a * a, 0);
}

/** Products with its Hessian. */
export function bowlProduct(_: Float64Array, v: Float64Array, hv: Float64Array): void {
  hv.set(v.map((a, i) => (i + 1) * a));
}

/** The direction that an objective writes at a point. */
export function direct(objective: (x: Float64Array, p: Float64Array) => unknown, ...x: number[]): number[] {
  const p = new Float64Array(x.length);
  objective(Float64Array.from(x), p);
  return Array.from(p);
}

export function closeTo(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((v, i) => void expect(v).toBeCloseTo(expected[i] as number, 9));
}

/** After what is already under way. */
export const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The error of a promise that must be rejected. */
export const rejection = async (promise: unknown): Promise<LgfError> => {
  const error = await Promise.resolve(promise).then(
    () => expect.fail('not refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LgfError);
  return error as LgfError;
};

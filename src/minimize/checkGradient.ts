import { argumentError, LgfError } from '../errors.ts';
import { toVector } from '../matrix.ts';
import { evaluate } from '../optimizers/evaluate.ts';
import type { Objective } from '../optimizers/types.ts';
import type { NativeProblem } from '../problems/problem.ts';

/** How far a gradient is from the differences of the values. */
export interface GradientCheck {
  /** Largest difference of an entry. */
  readonly maxAbsError: number;
  /** Largest difference relative to the larger of both entries; entries below 1e-6 of the largest count as that large. */
  readonly maxRelError: number;
  /** The entry with the largest relative difference. */
  readonly worstIndex: number;
}

/**
 * Compares the gradient that an objective writes with differences of its values.
 *
 * Of each entry two estimates are made, central differences with the step `6e-6 max(1, |x_i|)` and extrapolated ones with
 * `1e-3 max(1, |x_i|)`; the nearer one counts, since rounding spoils the first where values are large and curvature the second. 6 d + 1
 * evaluations. A right gradient of a smooth function shows a relative error of 1e-7 or less, a wrong one 1e-2 or more.
 *
 * @throws {@link LgfError} naming `objective` or `x`; `ERR_LGF_NONFINITE` where no value near `x` is finite
 * @example
 * ```ts
 * import { checkGradient } from 'learned-gradient-flow';
 * const wrong = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([Math.cos(a), 3 * b]); // should be 2 b
 *   return Math.sin(a) + b * b;
 * };
 * const { maxRelError, worstIndex } = checkGradient(wrong, [1, 2]);
 * console.log(maxRelError.toFixed(3), worstIndex); // → 0.333 1
 * ```
 */
export function checkGradient(objective: Objective | NativeProblem, x: ArrayLike<number>): GradientCheck {
  const f = typeof objective === 'function' ? objective : objective?.evaluate;
  if (typeof f !== 'function') throw argumentError('objective', objective, 'a function (x, g) that returns a number, or a native problem');
  const point = toVector(x, 'x').slice();
  const gradient = new Float64Array(point.length);
  const at = (place: Float64Array): number => evaluate(f, place.slice(), new Float64Array(point.length));
  const value = evaluate(f, point.slice(), gradient);
  if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) throw noValue('at x');
  const floor = 1e-6 * gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  let [maxAbsError, maxRelError, worstIndex] = [0, 0, 0];
  gradient.forEach((g, i) => {
    const slope = nearest(g, slopes(at, point, i));
    if (slope === undefined) throw noValue(`near x along entry ${i}`);
    const error = Math.abs(slope - g);
    const relative = error === 0 ? 0 : error / Math.max(Math.abs(g), Math.abs(slope), floor);
    maxAbsError = Math.max(maxAbsError, error);
    if (relative > maxRelError) [maxRelError, worstIndex] = [relative, i];
  });
  return { maxAbsError, maxRelError, worstIndex };
}

/** Estimates of one entry. */
function slopes(at: (x: Float64Array) => number, point: Float64Array, i: number): number[] {
  const a = point[i] as number;
  const central = (h: number): number => {
    const [above, below] = [point.slice(), point.slice()];
    above[i] = a + h;
    below[i] = a - h;
    // What was added is not quite h.
    return (at(above) - at(below)) / ((above[i] as number) - (below[i] as number));
  };
  const size = Math.max(1, Math.abs(a));
  const h = 1e-3 * size;
  return [central(6e-6 * size), (4 * central(h / 2) - central(h)) / 3];
}

function nearest(g: number, estimates: number[]): number | undefined {
  const finite = estimates.filter(Number.isFinite);
  return finite.sort((a, b) => Math.abs(a - g) - Math.abs(b - g))[0];
}

function noValue(where: string): LgfError {
  return new LgfError('ERR_LGF_NONFINITE', `objective: has no finite value and gradient ${where}`, { argument: 'objective' });
}

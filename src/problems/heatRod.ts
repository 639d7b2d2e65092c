import { call } from '../errors.ts';
import type { HeatRodOptions } from '../generated/options.ts';
import { fromNative, type Matrix, toVector } from '../matrix.ts';
import { native } from '../native.ts';
import { common, type NativeProblem } from './problem.ts';

/** The heat rod with views of its fields. */
export interface HeatRod extends NativeProblem {
  /** Space-time squared misfit of the last evaluation, whose logarithm was its value; `undefined` before the first. */
  readonly misfit: number | undefined;
  /** Temperature at conductivities `a`: one row a cell, one column a time. */
  temperature(a: ArrayLike<number>): Matrix;
}

/**
 * Two conductivities of a heated rod from its temperature history; value: logarithm of the squared misfit. Defaults as published.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { problems } from 'learned-gradient-flow';
 * const rod = problems.heatRod();
 * const g = new Float64Array(rod.dimension);
 * console.log(rod.evaluate(rod.start(), g).toFixed(6), g[0]?.toFixed(6)); // → -3.585858 -4.168815
 * ```
 */
export function heatRod(options?: HeatRodOptions | null): HeatRod {
  const handle = call(() => new native.HeatRodHandle(options));
  return {
    ...common(handle),
    get misfit() {
      return handle.misfit() ?? undefined;
    },
    temperature: (a) => {
      const point = toVector(a, 'a');
      return fromNative(call(() => handle.temperature(point)));
    },
  };
}

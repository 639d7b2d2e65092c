import type { GradientDescentOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * Descent along the direction that the objective returns, `a <- a - lr p(a)`: the gradient, the Newton direction or another.
 *
 * The base optimizer of {@link LGFGradientFlow}, to compare with.
 *
 * @example
 * ```ts
 * import { GradientDescent } from 'learned-gradient-flow';
 * const descent = new GradientDescent([4], { learningRate: 0.25 });
 * const parabola = (x: Float64Array, g: Float64Array): number => {
 *   const a = x[0] as number;
 *   g[0] = 2 * a;
 *   return a * a;
 * };
 * console.log(descent.step(parabola).value, descent.x[0], descent.evaluations); // → 16 2 1
 * ```
 */
export class GradientDescent extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: GradientDescentOptions | null) {
    super('GradientDescent', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): GradientDescent {
    return restore(GradientDescent, 'GradientDescent', bytes);
  }
}

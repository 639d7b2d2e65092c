import type { AndersonOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * Gradient descent with Anderson acceleration: each step starts from the combination of the last iterates whose gradient would be the
 * smallest if it were linear.
 *
 * A step that ends above the last few values, above the start, or where nothing can be evaluated is undone; plain descent with steps that are
 * halved until one goes down then starts it afresh.
 *
 * @see Walker, Ni 2011, doi:10.1137/10078356X
 * @example
 * ```ts
 * import { Anderson } from 'learned-gradient-flow';
 * const descent = new Anderson([4, 2]);
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 5 * b]);
 *   return 0.5 * (a * a + 5 * b * b);
 * };
 * while (descent.epoch < 8) descent.step(bowl);
 * console.log((descent.best?.value ?? 1) < 1e-6, descent.evaluations < 16); // → true true
 * ```
 */
export class Anderson extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: AndersonOptions | null) {
    super('Anderson', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): Anderson {
    return restore(Anderson, 'Anderson', bytes);
  }
}

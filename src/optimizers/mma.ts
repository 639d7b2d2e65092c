import type { MMAOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * The method of moving asymptotes, for `min f(x)` where `w'x <= limit` and `lower <= x <= upper`.
 *
 * Each step minimises a convex approximation between two asymptotes of every variable, exactly; no step leaves the feasible set. Values are not
 * compared: a step may end higher. One that ends where nothing can be evaluated is halved until one does not. The start is the feasible point that is nearest to
 * the one given. No scale of the objective or of the constraint matters.
 *
 * @see Svanberg 1987, doi:10.1002/nme.1620240207; constants of Svanberg 2007
 * @example
 * ```ts
 * import { MMA } from 'learned-gradient-flow';
 * // Rods that share a load: the flexibility of each is its weight over its section, and half of the material is there.
 * const rods = (x: Float64Array, g: Float64Array): number => {
 *   g.set(x.map((a, i) => -((i + 1) ** 2) / (a * a)));
 *   return x.reduce((sum, a, i) => sum + (i + 1) ** 2 / a, 0);
 * };
 * const asymptotes = new MMA([0.5, 0.5, 0.5, 0.5], { lower: 0.01, tolerance: 1e-4 });
 * while (asymptotes.ending === undefined) asymptotes.step(rods);
 * console.log(Array.from(asymptotes.x, (a) => a.toFixed(2)).join(' ')); // → 0.20 0.40 0.60 0.80
 * ```
 */
export class MMA extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option; `limit` where no point is feasible
   */
  constructor(start: ArrayLike<number>, options?: MMAOptions | null) {
    super('MMA', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): MMA {
    return restore(MMA, 'MMA', bytes);
  }
}

import type { OptimalityCriteriaOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * Optimality criteria, for `min f(x)` where `w'x <= limit` and `lower <= x <= upper`: the usual optimizer of topology optimization.
 *
 * For objectives that fall in every variable, as compliance does in densities; positive entries of the gradient count as 0. Each step
 * multiplies every variable by a power of its share of `-∂f/∂x` in what the constraint asks for. Values are not compared: what is written to `g`
 * may be filtered sensitivities, and a step may end higher. A step that ends where nothing can be evaluated is halved until one does not. The start is the
 * feasible point that is nearest to the one given.
 *
 * @see Andreassen, Clausen, Schevenels, Lazarov, Sigmund 2011, doi:10.1007/s00158-010-0594-7
 * @example
 * ```ts
 * import { OptimalityCriteria } from 'learned-gradient-flow';
 * // Rods that share a load: the flexibility of each is its weight over its section, and half of the material is there.
 * const rods = (x: Float64Array, g: Float64Array): number => {
 *   g.set(x.map((a, i) => -((i + 1) ** 2) / (a * a)));
 *   return x.reduce((sum, a, i) => sum + (i + 1) ** 2 / a, 0);
 * };
 * const criteria = new OptimalityCriteria([0.5, 0.5, 0.5, 0.5], { lower: 0.01 });
 * while (criteria.ending === undefined) criteria.step(rods);
 * console.log(Array.from(criteria.x, (a) => a.toFixed(2)).join(' ')); // → 0.20 0.40 0.60 0.80
 * ```
 */
export class OptimalityCriteria extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option; `limit` where no point is feasible
   */
  constructor(start: ArrayLike<number>, options?: OptimalityCriteriaOptions | null) {
    super('OptimalityCriteria', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): OptimalityCriteria {
    return restore(OptimalityCriteria, 'OptimalityCriteria', bytes);
  }
}

import type { BaseAdamOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * Adam, with bias correction:
 * ```text
 * m <- b1 m + (1 - b1) g      v <- b2 v + (1 - b2) g^2
 * a <- a - learningRate (m / (1 - b1^k)) / (sqrt(v / (1 - b2^k)) + eps)
 * ```
 * With `amsgrad` the running maximum of the uncorrected `v` takes its place in the last line.
 *
 * The base optimizer of {@link LGFAdam}, to compare with.
 *
 * @see Kingma, Ba, arXiv 1412.6980; Reddi, Kale, Kumar, "On the convergence of Adam and beyond" (2018)
 * @example
 * ```ts
 * import { BaseAdam } from 'learned-gradient-flow';
 * const adam = new BaseAdam([4], { learningRate: 0.1, betas: [0.9, 0.99] });
 * const parabola = (x: Float64Array, g: Float64Array): number => {
 *   const a = x[0] as number;
 *   g[0] = 2 * a;
 *   return a * a;
 * };
 * while (adam.epoch < 100) adam.step(parabola);
 * console.log(Math.abs(adam.x[0] as number) < 0.1, adam.evaluations); // → true 100
 * ```
 */
export class BaseAdam extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: BaseAdamOptions | null) {
    super('BaseAdam', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): BaseAdam {
    return restore(BaseAdam, 'BaseAdam', bytes);
  }
}

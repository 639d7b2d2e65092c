import type { LBFGSOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * Limited-memory BFGS with the line search of Moré and Thuente: no learning rate, and no step that ends above where it began.
 *
 * One step is one line search: it may take several evaluations, mostly one. Without bounds it evaluates where SciPy's `L-BFGS-B` does. A
 * trial without a finite value or gradient is followed by a shorter one. Once nothing goes down any more steps stay where they are.
 *
 * @see Liu, Nocedal 1989, doi:10.1007/BF01589116; Moré, Thuente 1994, doi:10.1145/192115.192132
 * @example
 * ```ts
 * import { LBFGS } from 'learned-gradient-flow';
 * const descent = new LBFGS([4, 2]);
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 5 * b]);
 *   return 0.5 * (a * a + 5 * b * b);
 * };
 * while (descent.epoch < 8) descent.step(bowl);
 * console.log((descent.best?.value ?? 1) < 1e-6, descent.evaluations < 12); // → true true
 * ```
 */
export class LBFGS extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LBFGSOptions | null) {
    super('LBFGS', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LBFGS {
    return restore(LBFGS, 'LBFGS', bytes);
  }
}

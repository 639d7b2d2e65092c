import type { LGFAdamOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * Adam that learns the gradient and follows the Adam flow of it.
 *
 * True steps are Adam's and record `(a, g(a))`; then `g` is fitted, and a learned step integrates, over a time `dt`, with the learned `g`,
 * ```text
 * dm/dt = (1 - b1)/lr (g(a) - m)      dv/dt = (1 - b2)/lr (g(a)^2 - v)
 * da/dt = -(m / (1 - b1^(t/lr))) / (sqrt(v / (1 - b2^(t/lr))) + eps)
 * ```
 * The moments and the time of the bias correction carry over between both kinds of steps. With `amsgrad` the running maximum of `v` takes its
 * place in the last line; it stands still during a step and is raised at its end. `stepping: 'discrete'` makes an update of Adam itself with
 * the learned gradient instead: cheaper, and bounded for any `dt`. The schedule is that of {@link LGFGradientFlow}; {@link Optimizer.model}
 * is the flow of the learned gradient, `f = -g`.
 *
 * Use it where Adam is what you would run: neural networks, badly scaled variables.
 *
 * @see Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513
 * @example
 * ```ts
 * import { LGFAdam } from 'learned-gradient-flow';
 * const flow = new LGFAdam([1, 1], { learningRate: 0.02, historySize: 10, retrainInterval: 40 });
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 3 * b]);
 *   return 0.5 * (a * a + 3 * b * b);
 * };
 * while (flow.epoch < 120) flow.step(bowl);
 * console.log(flow.evaluations, flow.fits, Math.hypot(...flow.x) < 0.1); // → 30 3 true
 * ```
 */
export class LGFAdam extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LGFAdamOptions | null) {
    super('LGFAdam', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFAdam {
    return restore(LGFAdam, 'LGFAdam', bytes);
  }
}

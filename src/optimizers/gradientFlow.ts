import type { LGFGradientFlowOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * Gradient or Newton descent that learns its own flow and follows it without evaluations.
 *
 * With `epoch` counting all steps from 0, one step is:
 * 1. `epoch % retrainInterval == 0`: forget the history, drop the model.
 * 2. Fewer than `historySize` samples: a true step `a <- a - lr p(a)`, one evaluation; record the new iterate.
 * 3. Otherwise fit `da/dt = f(a)` to the history if there is no model yet, integrate it over `dt` and take the end.
 *
 * By default as published: on a fixed schedule and without a safeguard. Only a learned step that leaves the finite numbers is not taken;
 * true steps then take over, and `fallbacks` counts it. With `safeguard: true` the learned steps to the end of a phase are made in advance
 * and one true evaluation judges their end: where it is worse than the start, the phase is undone and tried over a quarter of its steps. A
 * phase that is taken costs one evaluation. Base steps that would end above the start of the run, or where the objective has no finite
 * value, are halved, with all later ones.
 *
 * Use it where descent, or damped Newton, is what you would run, and an evaluation costs far more than a fit.
 *
 * @see Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513
 * @example
 * ```ts
 * import { LGFGradientFlow } from 'learned-gradient-flow';
 * const flow = new LGFGradientFlow([1, 1], { learningRate: 0.05, dt: 0.05, historySize: 5, retrainInterval: 20 });
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 3 * b]);
 *   return 0.5 * (a * a + 3 * b * b);
 * };
 * while (flow.epoch < 40) flow.step(bowl);
 * console.log(flow.evaluations, flow.fits, Math.hypot(...flow.x) < 0.2); // → 10 2 true
 * ```
 */
export class LGFGradientFlow extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LGFGradientFlowOptions | null) {
    super('LGFGradientFlow', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFGradientFlow {
    return restore(LGFGradientFlow, 'LGFGradientFlow', bytes);
  }
}

import type { LGFTrustRegionOptions } from '../generated/options.ts';
import { inside, Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * {@link LGFGradientFlow} that follows the learned flow only within a radius of the last true iterate.
 *
 * Learned steps that end within the radius are taken. One that would leave it makes room for a true step from the same point; after
 * `maxLearnedSteps` a true step is due in any case. The learned flow's next step `q` and the true update `p` are then compared:
 * ```text
 * |p|, |q| < gradientTolerance dt      radius x 1.25
 * cos(p, q) < badCosine                radius x badFactor, the model is dropped, the history starts over
 * badCosine <= cos(p, q) < goodCosine  radius x okayFactor
 * goodCosine <= cos(p, q)              radius x goodFactor, at most maxRadius
 * ```
 * The true step is taken in every case. Where it took the place of a learned one, `fallbacks` counts it and its report says why. There is no
 * retraining interval; a model that was not followed for `historySize` true steps is replaced by one of those.
 *
 * With `safeguard`, which here is the default, the evaluation that ends a learned phase judges it: where the value is above that of the last
 * one, the phase is undone and the radius shrinks by `badFactor`. A phase that is taken costs no evaluation, since the true step needs the
 * same. Base steps that end above the start of the run, or where the objective has no finite value, are undone and halved, with all later
 * ones.
 *
 * Use it where a fixed schedule is too bold in one part of the run and too timid in another.
 *
 * @see the history of the published code of Norman, Rowan, Maute, Doostan, arXiv 2602.13513, of which one example uses it
 * @example
 * ```ts
 * import { LGFTrustRegion } from 'learned-gradient-flow';
 * const flow = new LGFTrustRegion([1, 1], { learningRate: 0.05, historySize: 5 });
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 3 * b]);
 *   return 0.5 * (a * a + 3 * b * b);
 * };
 * while (flow.epoch < 60) flow.step(bowl);
 * console.log(flow.evaluations < 20, flow.radius <= 0.5, Math.hypot(...flow.x) < 0.1); // → true true true
 * ```
 */
export class LGFTrustRegion extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LGFTrustRegionOptions | null) {
    super('LGFTrustRegion', start, options);
  }

  /** Radius within which the learned flow is believed, in the units of the variables. */
  get radius(): number {
    return inside(this).radius();
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFTrustRegion {
    return restore(LGFTrustRegion, 'LGFTrustRegion', bytes);
  }
}

import type { LGFAdamTrustRegionOptions } from '../generated/options.ts';
import { inside, Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * {@link LGFAdam} that follows the learned flow only within a radius of the last true iterate: the learned steps are those of
 * {@link LGFAdam}, the radius, its tests and the safeguard those of {@link LGFTrustRegion}.
 *
 * Use it where Adam is what you would run and a fixed schedule overshoots.
 *
 * @example
 * ```ts
 * import { LGFAdamTrustRegion } from 'learned-gradient-flow';
 * const flow = new LGFAdamTrustRegion([1, 1], { learningRate: 0.02, historySize: 8, maxRadius: 0.2 });
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 3 * b]);
 *   return 0.5 * (a * a + 3 * b * b);
 * };
 * while (flow.epoch < 120) flow.step(bowl);
 * console.log(flow.evaluations < 60, flow.radius <= 0.2, Math.hypot(...flow.x) < 0.3); // → true true true
 * ```
 */
export class LGFAdamTrustRegion extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LGFAdamTrustRegionOptions | null) {
    super('LGFAdamTrustRegion', start, options);
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
  static restore(bytes: Uint8Array): LGFAdamTrustRegion {
    return restore(LGFAdamTrustRegion, 'LGFAdamTrustRegion', bytes);
  }
}

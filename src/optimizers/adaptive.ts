import type { LGFAdaptiveOptions } from '../generated/options.ts';
import { Optimizer } from './optimizer.ts';
import { restore } from './origin.ts';

/**
 * The adaptive learned flow: no learning rate and no schedule. Every evaluation judges the flow that was learned last and teaches the next one.
 *
 * A window keeps differences of points and gradients, `(s, y)`, between each evaluation, a rejected one too, and the iterate that it started
 * from. Several models of the field about the iterate are fitted to it, in coordinates `z` of what the window spans or, where there are few, in
 * the variables themselves:
 * ```text
 * positive     B z, symmetric and positive, secant by secant
 * potential    B z, symmetric, least squares over all secants
 * polynomial   the gradient of one polynomial of order 2 to 4, of all variables or few at a time
 * warp         the same for a monotone function of the objective
 * general      B z, for directions that are no gradients
 * ```
 * The model that predicts the true gradients best drives: its flow `da/dt = -g(a)` is followed to its end, or as far as it is trusted. The
 * end is evaluated, accepted if it is not worse, and learned from in any case. A value or gradient that is not finite is a rejected end.
 *
 * With `base` and `preconditioner` the flow is `da/dt = -P g(a)` with a diagonal `P`: that of Adam, of the curvatures seen along each variable, or
 * given. It is the same run in the variables `a / sqrt(P)`.
 *
 * One step is one evaluation; its report is that of a true step, with the learned flow inside: `fits` counts the steps that followed one.
 * `x` is the iterate, `ask()` gives the point to evaluate next. Memory: `16 (window + 1)` bytes for each variable, at most `memoryLimit`.
 *
 * {@link minimize} runs it by default, and keeps it within bounds where some are given.
 *
 * @see docs/optimizers.md; the form of the positive model: Nocedal, Wright, Numerical Optimization, 2006, section 6.1
 * @example
 * ```ts
 * import { LGFAdaptive } from 'learned-gradient-flow';
 * const flow = new LGFAdaptive([-1.2, 1]);
 * const rosenbrock = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   const c = b - a * a;
 *   g.set([-400 * a * c - 2 * (1 - a), 200 * c]);
 *   return 100 * c * c + (1 - a) ** 2;
 * };
 * while ((flow.best?.value ?? 1) > 1e-12 && flow.evaluations < 60) flow.step(rosenbrock);
 * console.log(flow.evaluations < 35, flow.x.map((v) => Number(v.toFixed(4))).join(' ')); // → true 1 1
 * ```
 */
export class LGFAdaptive extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option; `ERR_LGF_SHAPE` where `preconditioner` has not d entries
   */
  constructor(start: ArrayLike<number>, options?: LGFAdaptiveOptions | null) {
    super('LGFAdaptive', start, options);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFAdaptive {
    return restore(LGFAdaptive, 'LGFAdaptive', bytes);
  }
}

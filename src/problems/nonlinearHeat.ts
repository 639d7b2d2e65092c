import { call } from '../errors.ts';
import type { NonlinearHeatOptions } from '../generated/options.ts';
import { fromNative, type Matrix, toVector } from '../matrix.ts';
import { native } from '../native.ts';
import { common, filling, type NativeProblem } from './problem.ts';

/** The nonlinear heat problem with its second derivatives and views of its fields. */
export interface NonlinearHeat extends NativeProblem {
  /**
   * Fills `d` with the Newton direction `H(x)^-1 r(x)` and returns `|r(x)|_2`: an objective for the option `direction: 'newton'`.
   *
   * The direction solves the system whatever the signs of the eigenvalues are, as published; one that always descends is made of `evaluate` and
   * `hessian` by `newton`. Where there is none, the value is not finite.
   * @throws {@link LgfError} naming `x` or `d`
   */
  readonly newton: (x: ArrayLike<number>, d: Float64Array) => number;
  /** Hessian of the energy at `x`, `dimension` x `dimension`. */
  hessian(x: ArrayLike<number>): Matrix;
  /** Temperature `u` at the midpoints, `points` x `points`: one row for each `x`, one column for each `y` of the unit square. */
  temperature(x: ArrayLike<number>): Matrix;
  /** Conductivity `K` at the midpoints, laid out as the temperature. */
  conductivity(): Matrix;
  /** Source `B` at the midpoints, laid out as the temperature. */
  source(): Matrix;
}

/**
 * Heat conduction on the unit square with a conductivity that grows with the gradient, in `modes * modes` sine modes; value: the energy, the
 * mean of `K (grad u . grad u)^2 + sigma u^5 / 5 - B u` over `points * points` midpoints. Defaults as published.
 *
 * Variable `i * modes + j` is the coefficient of `sin((i + 1) pi x) sin((j + 1) pi y)`. The published runs make the residual vanish along
 * Newton directions; another start than that of a `seed` is what the optimizer is given.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { LGFGradientFlow, problems } from 'learned-gradient-flow';
 * const heat = problems.nonlinearHeat({ modes: 4, points: 80 });
 * const optimizer = new LGFGradientFlow(heat.start(), { direction: 'newton', learningRate: 0.15, historySize: 15, retrainInterval: 20, safeguard: true });
 * const first = optimizer.step(heat.newton).value ?? 0;
 * while (optimizer.epoch < 60) optimizer.step(heat.newton);
 * const residual = heat.newton(optimizer.x, new Float64Array(heat.dimension));
 * console.log(residual < 1e-2 * first, optimizer.evaluations < 60); // → true true
 * ```
 */
export function nonlinearHeat(options?: NonlinearHeatOptions | null): NonlinearHeat {
  const handle = call(() => new native.NonlinearHeatHandle(options));
  return {
    ...common(handle),
    newton: filling(handle.newton.bind(handle), 'd'),
    hessian: (x) => {
      const point = toVector(x, 'x');
      return fromNative(call(() => handle.hessian(point)));
    },
    temperature: (x) => {
      const point = toVector(x, 'x');
      return fromNative(call(() => handle.temperature(point)));
    },
    conductivity: () => fromNative(call(() => handle.conductivity())),
    source: () => fromNative(call(() => handle.source())),
  };
}

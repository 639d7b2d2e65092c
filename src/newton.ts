import { argumentError, call } from './errors.ts';
import type { NewtonCgOptions, NewtonOptions } from './generated/options.ts';
import { type MatrixLike, toMatrix, toVector } from './matrix.ts';
import { native } from './native.ts';
import type { NewtonCgHandle } from './native-binding.d.ts';
import { type Answer, calling, judge, type NewtonObjective, newtonObjective, requireWhole, type Steps } from './newtonObjective.ts';
import { aborted } from './optimizers/evaluate.ts';
import type { AsyncObjective, Objective } from './optimizers/types.ts';

/** What was found of a Hessian. */
export interface NewtonReport {
  /** `indefinite`: the Hessian has eigenvalues below zero; `positive`: it has none, up to rounding. */
  readonly curvature: 'positive' | 'indefinite';
  /** Eigenvalues that took part in the direction; the others, of the damped Hessian, were zero up to rounding. */
  readonly rank: number;
}

/** Result of {@link newtonDirection}. */
export interface NewtonDirection extends NewtonReport {
  /** `p`, length d: descent is `a <- a - lr p`. */
  readonly direction: Float64Array;
}

/** How conjugate gradients ended. */
export interface NewtonCgReport {
  /** Products with the Hessian that they took. */
  readonly iterations: number;
  /** Whether the residual came within `tolerance`. */
  readonly converged: boolean;
  /** Whether they ended early, at a vector along which the damped Hessian does not curve upwards. */
  readonly negativeCurvature: boolean;
}

/**
 * Fills `g` with the gradient and `h` with the Hessian at `x`, d×d row after row, and returns the value.
 *
 * The arrays are reused and belong to the caller. `x` must not be changed; every entry of `g` and `h` must be written, zeros too.
 */
export type NewtonEvaluation<Value> = (x: Float64Array, g: Float64Array, h: Float64Array, signal?: AbortSignal) => Value;

/** Fills `hv` with the product of the Hessian at `x` and `v`. The arrays are as those of an {@link Objective}. */
export type HessianProduct<Done> = (x: Float64Array, v: Float64Array, hv: Float64Array, signal?: AbortSignal) => Done;

/**
 * The Newton direction `p = H^-1 g`: the step of Newton's method is `a <- a - p`.
 *
 * A positive definite Hessian is solved by Cholesky. Of any other one the eigenvalues lose their signs, so that the direction always
 * descends, unless `indefinite` says otherwise. Directions in which the Hessian is zero up to rounding, with eigenvalues of at most `d eps`
 * times the largest, are left out; if it is zero altogether, the direction is the gradient.
 *
 * @param gradient - Length d.
 * @param hessian - d×d; its symmetric part `(H + H') / 2` counts.
 * @throws {@link LgfError} naming `gradient`, `hessian` or the option
 * @see Dauphin et al. 2014, "Identifying and attacking the saddle point problem", arXiv 1406.2572
 * @example
 * ```ts
 * import { newtonDirection } from 'learned-gradient-flow';
 * const { direction, curvature } = newtonDirection([2, 4], [[2, 0], [0, -4]]);
 * console.log(direction.join(' '), curvature); // → 1 1 indefinite
 * console.log(newtonDirection([2, 4], [[2, 0], [0, -4]], { indefinite: 'plain' }).direction.join(' ')); // → 1 -1
 * ```
 */
export function newtonDirection(gradient: ArrayLike<number>, hessian: MatrixLike, options?: NewtonOptions | null): NewtonDirection {
  const [g, h] = [toVector(gradient, 'gradient'), toMatrix(hessian, 'hessian')];
  const { direction, report } = call(() => native.newtonDirection(g, h, options));
  return { direction, curvature: report.curvature, rank: report.rank };
}

/**
 * An objective for Newton's method from one that gives the Hessian too: it writes {@link newtonDirection} to its second array. For the
 * option `direction: 'newton'`, but any optimizer takes it.
 *
 * If `evaluate` returns a Promise, so does the objective, to be used with `stepAsync`; its `signal` is passed on.
 *
 * @throws {@link LgfError} naming `evaluate` or the option. The objective throws `ERR_LGF_CALLBACK` with the error of `evaluate` as `cause`,
 * and names `evaluate` where what it returned or wrote is at fault; `step` passes that on as the `cause` of its own error.
 * @example
 * ```ts
 * import { GradientDescent, newton } from 'learned-gradient-flow';
 * const objective = newton((x, g, h) => {
 *   const [a = 0, b = 0] = x;
 *   g.set([2 * (a - 3) + b, a + 4 * b]);
 *   h.set([2, 1, 1, 4]);
 *   return (a - 3) ** 2 + a * b + 2 * b ** 2;
 * });
 * const descent = new GradientDescent([10, 10], { direction: 'newton', learningRate: 1 });
 * descent.step(objective); // a quadratic: one step is enough
 * console.log(Array.from(descent.x, (v) => v.toFixed(4)).join(' '), objective.report?.curvature); // → 3.4286 -0.8571 positive
 * ```
 */
export function newton(evaluate: NewtonEvaluation<number>, options?: NewtonOptions | null): NewtonObjective<number, NewtonReport>;
export function newton(
  evaluate: NewtonEvaluation<number | Promise<number>>,
  options?: NewtonOptions | null,
): NewtonObjective<number | Promise<number>, NewtonReport>;
export function newton(
  evaluate: NewtonEvaluation<number | Promise<number>>,
  options?: NewtonOptions | null,
): NewtonObjective<number | Promise<number>, NewtonReport> {
  requireFunction('evaluate', evaluate, 'a function (x, g, h) that returns a number');
  const handle = call(() => new native.NewtonHandle(options));
  interface Room {
    readonly g: Float64Array;
    readonly h: Float64Array;
  }
  const room = (d: number): Room => {
    judge('x', () => handle.reserve(d));
    try {
      return { g: new Float64Array(d), h: new Float64Array(d * d) };
    } catch {
      throw argumentError('x', d, 'fewer variables: there is no memory for their Hessian');
    }
  };
  const isWhole = ({ g, h }: Room, d: number): boolean => g.length === d && h.length === d * d;
  function* work({ g, h }: Room, x: Float64Array, signal: AbortSignal | undefined): Steps<Answer<NewtonReport>> {
    const d = x.length;
    // An entry that was forgotten shows as such; the passes are nothing beside the solve.
    g.fill(Number.NaN);
    h.fill(Number.NaN);
    const value = requireValue(yield* calling('evaluate', () => evaluate(x, g, h, signal)));
    requireWhole('evaluate', isWhole({ g, h }, d));
    const report = judge('evaluate', () => handle.solve(g, h));
    return { value, direction: g, report };
  }
  return newtonObjective(room, isWhole, work);
}

/**
 * An objective for Newton's method from products with the Hessian: writes `p = H^-1 g` to its second array, by conjugate gradients.
 *
 * They end within `tolerance`, after `maxIterations` products, or at a vector along which the Hessian does not curve upwards: with the
 * direction so far or, at the first one, with the gradient. So the direction always descends. For many variables, or where a product costs
 * no more than a few gradients.
 *
 * If a callback returns a Promise, so does the objective, to be used with `stepAsync`; its `signal` is passed on, and ends the products.
 *
 * @param evaluate - Fills `g` with the gradient at `x` and returns the value.
 * @param product - Fills `hv` with the product of the Hessian at `x` and `v`.
 * @throws {@link LgfError} naming `evaluate`, `product` or the option; the objective as that of {@link newton}
 * @see Nocedal, Wright, "Numerical Optimization", algorithm 7.1
 * @example
 * ```ts
 * import { GradientDescent, newtonCg } from 'learned-gradient-flow';
 * const objective = newtonCg(
 *   (x, g) => {
 *     x.forEach((a, i) => { g[i] = a + a ** 3; });
 *     return x.reduce((sum, a) => sum + a ** 2 / 2 + a ** 4 / 4, 0);
 *   },
 *   (x, v, hv) => x.forEach((a, i) => { hv[i] = (1 + 3 * a ** 2) * (v[i] as number); }),
 * );
 * const descent = new GradientDescent(new Float64Array(1000).fill(2), { direction: 'newton', learningRate: 1 });
 * for (let i = 0; i < 6; i++) descent.step(objective);
 * console.log(Math.hypot(...descent.x) < 1e-6, objective.report?.iterations); // → true 1
 * ```
 */
export function newtonCg(
  evaluate: AsyncObjective,
  product: HessianProduct<Promise<void>>,
  options?: NewtonCgOptions | null,
): NewtonObjective<number | Promise<number>, NewtonCgReport>;
export function newtonCg(
  evaluate: Objective,
  product: HessianProduct<void>,
  options?: NewtonCgOptions | null,
): NewtonObjective<number, NewtonCgReport>;
export function newtonCg(
  evaluate: AsyncObjective,
  product: HessianProduct<void>,
  options?: NewtonCgOptions | null,
): NewtonObjective<number | Promise<number>, NewtonCgReport>;
export function newtonCg(
  evaluate: AsyncObjective,
  product: HessianProduct<void | Promise<void>>,
  options?: NewtonCgOptions | null,
): NewtonObjective<number | Promise<number>, NewtonCgReport> {
  requireFunction('evaluate', evaluate, 'a function (x, g) that returns a number');
  requireFunction('product', product, 'a function (x, v, hv)');
  const first = call(() => new native.NewtonCgHandle(options));
  interface Room {
    readonly g: Float64Array;
    readonly v: Float64Array;
    readonly hv: Float64Array;
    readonly cg: NewtonCgHandle;
  }
  const room = (d: number): Room => ({ g: new Float64Array(d), v: new Float64Array(d), hv: new Float64Array(d), cg: first.another() });
  const isWhole = ({ g, v, hv }: Room, d: number): boolean => g.length === d && v.length === d && hv.length === d;
  function* work(ours: Room, x: Float64Array, signal: AbortSignal | undefined): Steps<Answer<NewtonCgReport>> {
    const { g, v, hv, cg } = ours;
    const d = x.length;
    g.fill(Number.NaN);
    const value = requireValue(yield* calling('evaluate', () => evaluate(x, g, signal)));
    requireWhole('evaluate', isWhole(ours, d));
    v.set(g);
    let wanted = judge('evaluate', () => cg.begin(v));
    while (wanted) {
      // The step is over, and nobody waits for the direction any more.
      if (signal?.aborted) throw aborted(signal);
      hv.fill(Number.NaN);
      yield* calling('product', () => product(x, v, hv, signal));
      requireWhole('product', isWhole(ours, d));
      wanted = judge('product', () => cg.tell(hv, v));
    }
    return { value, direction: v, report: cg.report() };
  }
  return newtonObjective(room, isWhole, work);
}

function requireFunction(name: string, value: unknown, domain: string): void {
  if (typeof value !== 'function') throw argumentError(name, value, domain);
}

function requireValue(value: unknown): number {
  if (typeof value !== 'number') throw argumentError('evaluate', value, 'a function that returns the value, a number');
  return value;
}

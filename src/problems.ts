import { argumentError, call } from './errors.ts';
import type { HeatRodOptions } from './generated/options.ts';
import { fromNative, type Matrix, toVector } from './matrix.ts';
import { native } from './native.ts';

/** A benchmark problem with its exact gradient, evaluated in Rust. */
export interface NativeProblem {
  /** Short name. */
  readonly name: string;
  /** Number of design variables `d`. */
  readonly dimension: number;
  /** The published starting point. */
  start(): Float64Array;
  /**
   * Fills `g` with the gradient at `x` and returns the value; can be handed over as an objective, `opt.step(problem.evaluate)`.
   *
   * A point outside of the problem's domain gives a non-finite value.
   * @throws {@link LgfError} naming `x` or `g`
   */
  readonly evaluate: (x: ArrayLike<number>, g: Float64Array) => number;
}

/** The heat rod with views of its fields. */
export interface HeatRod extends NativeProblem {
  /** Space-time squared misfit of the last evaluation, whose logarithm was its value; `undefined` before the first. */
  readonly misfit: number | undefined;
  /** Temperature at conductivities `a`: one row a cell, one column a time. */
  temperature(a: ArrayLike<number>): Matrix;
}

/**
 * Two conductivities of a heated rod from its temperature history; value: logarithm of the squared misfit. Defaults as published.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { problems } from 'learned-gradient-flow';
 * const rod = problems.heatRod();
 * const g = new Float64Array(rod.dimension);
 * console.log(rod.evaluate(rod.start(), g).toFixed(6), g[0]?.toFixed(6)); // → -3.585858 -4.168815
 * ```
 */
export function heatRod(options?: HeatRodOptions | null): HeatRod {
  const handle = call(() => new native.HeatRodHandle(options));
  return {
    name: handle.name,
    dimension: handle.dimension,
    start: () => handle.start(),
    evaluate: (x, g) => {
      const point = toVector(x, 'x');
      if (!(g instanceof Float64Array)) throw argumentError('g', g, 'a Float64Array');
      return call(() => handle.evaluate(point, g));
    },
    get misfit() {
      return handle.misfit() ?? undefined;
    },
    temperature: (a) => {
      const point = toVector(a, 'a');
      return fromNative(call(() => handle.temperature(point)));
    },
  };
}

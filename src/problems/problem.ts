import { argumentError, call } from '../errors.ts';
import { toVector } from '../matrix.ts';
import type { SharedProblem } from '../native-binding.d.ts';

/** A benchmark problem with its exact gradient, evaluated in Rust. */
export interface NativeProblem {
  /** Short name. */
  readonly name: string;
  /** Number of design variables `d`. */
  readonly dimension: number;
  /** The starting point: the published one, or the seeded one where the published is random. */
  start(): Float64Array;
  /**
   * Fills `g` with the gradient at `x` and returns the value; can be handed over as an objective, `opt.step(problem.evaluate)`.
   *
   * A point outside of the problem's domain gives a non-finite value.
   * @throws {@link LgfError} naming `x` or `g`
   */
  readonly evaluate: (x: ArrayLike<number>, g: Float64Array) => number;
  /**
   * Weights of the variables at the last point that was evaluated, if there are any: how much each one says where steps and directions are
   * compared. Of use to `'lgf-adaptive'` where it follows a field faithfully.
   */
  weights?(): ArrayLike<number> | undefined;
}

/** What every handle of the addon offers. */
export interface ProblemHandle {
  readonly name: string;
  readonly dimension: number;
  start(): Float64Array;
  evaluate(x: Float64Array, gradient: Float64Array): number;
  shared(): SharedProblem;
}

/** Handles by the function that evaluates them, which every object made of the common members has. */
const handles = new WeakMap<NativeProblem['evaluate'], ProblemHandle>();

/** The members that all native problems share. */
export function common(handle: ProblemHandle): NativeProblem {
  const evaluate = filling(handle.evaluate.bind(handle));
  handles.set(evaluate, handle);
  return { name: handle.name, dimension: handle.dimension, start: () => handle.start(), evaluate };
}

/** What runs a problem in Rust; nothing for one that a user made. */
export function sharedOf(problem: NativeProblem): SharedProblem | undefined {
  return handles.get(problem.evaluate)?.shared();
}

/** A function of a point that fills a vector of the same length, called `name`, with its arguments checked. */
export function filling(native: (x: Float64Array, g: Float64Array) => number, name = 'g'): NativeProblem['evaluate'] {
  return (x, g) => {
    const point = toVector(x, 'x');
    if (!(g instanceof Float64Array)) throw argumentError(name, g, 'a Float64Array');
    return call(() => native(point, g));
  };
}

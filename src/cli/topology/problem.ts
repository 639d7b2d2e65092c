// The problem as the command uses it.
import type { NativeProblem, problems } from 'learned-gradient-flow';
import type { Measures } from './history.ts';

/** A structure whose densities are sought. */
export interface DesignProblem extends NativeProblem {
  /** Elements along each axis. */
  readonly size: readonly number[];
  /** Densities at a point, x fastest, y upwards, then z. */
  density(x: ArrayLike<number>): Float64Array;
  /** Of the last evaluation; `undefined` before the first and where it failed. */
  readonly last: Measures | undefined;
}

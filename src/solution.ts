import type { IntervalOptions, Rk4Options, Rk45Options } from './generated/options.ts';
import { fromNative, type Matrix } from './matrix.ts';
import type { NativeSolution } from './native-binding.d.ts';

/** Options of `integrate`: the interval and the method, `rk45` by default. */
export type IntegrateOptions = IntervalOptions &
  ((Rk4Options & { readonly method: 'rk4' }) | (Omit<Rk45Options, 'method'> & { readonly method?: 'rk45' | null }));

/** A trajectory. */
export interface Solution {
  /** Times of the states; of an integration that ended early, those that were reached. */
  readonly times: Float64Array;
  /** One row a time. */
  readonly states: Matrix;
  /** How the integration ended; anything but `completed` is before `to`. */
  readonly status: 'completed' | 'non-finite' | 'step-too-small' | 'max-steps';
  /** Accepted steps. */
  readonly steps: number;
  /** Rejected steps. */
  readonly rejected: number;
}

/** A solution that came out of the native core. */
export function fromNativeSolution(result: NativeSolution): Solution {
  return { ...result, states: fromNative(result.states), status: result.status as Solution['status'] };
}

import type { Matrix } from '../matrix.ts';

/**
 * An objective: fills `g` with the gradient (or another descent direction, see `direction`) at `x` and returns the value.
 *
 * Both arrays have length `d`, belong to the optimizer and are reused. `x` must not be changed; every entry of `g` must be written.
 */
export type Objective = (x: Float64Array, g: Float64Array) => number;

/** An objective that may take its time. `signal` is the one given to `stepAsync`. */
export type AsyncObjective = (x: Float64Array, g: Float64Array, signal?: AbortSignal) => number | Promise<number>;

/**
 * An objective of several trajectories at once: fills row `i` of `g` with the direction at row `i` of `x` and returns one value for each row.
 *
 * Both are fresh for every call. Every entry of `g` must be written.
 */
export type BatchObjective = (x: Matrix, g: Matrix) => ArrayLike<number>;

/** A {@link BatchObjective} that may take its time. */
export type AsyncBatchObjective = (x: Matrix, g: Matrix, signal?: AbortSignal) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** How a step that takes its time can be given up. */
export type StepOptions = { readonly signal?: AbortSignal | null } | null | undefined;

/** What the optimizer wants to know. */
export interface Request {
  /** The point, a copy. */
  readonly x: Float64Array;
  /** `gradient`: value and descent direction, counted; `value`: the value alone, to be reported, not counted. */
  readonly want: 'gradient' | 'value';
  /** The answer must carry it. */
  readonly id: number;
  /** Which trajectory it is about; 0 where there is one only. */
  readonly trajectory: number;
}

/** What the optimizer wants to know of all trajectories. */
export interface BatchRequest {
  /** The points, one row a trajectory, a copy. */
  readonly x: Matrix;
  /** As in a {@link Request}. */
  readonly want: 'gradient' | 'value';
  /** The answer must carry it. */
  readonly id: number;
}

/** Why a true step took the place of a learned one. */
export type Fallback =
  /** The fit or the learned flow left the finite numbers, or its integration needed too many steps. */
  | 'non-finite'
  /** The learned step would have left the trust region. */
  | 'radius'
  /** True evaluations found every learned phase worse than where it was to be compared with, the shortest too. */
  | 'worse';

/** One step that was taken. */
export interface StepReport {
  /** Index of the step, from 0. */
  readonly epoch: number;
  /** `true`: a step of the base optimizer, one evaluation; `learned`: along the learned flow, none. */
  readonly kind: 'true' | 'learned';
  /**
   * Of a true step, the value at the point it started from; of a learned one, at its end, where `reportLearnedValues` asked for it or a
   * safeguard knows it. Of several trajectories the lowest.
   */
  readonly value: number | undefined;
  /** Counted evaluations so far. */
  readonly evaluations: number;
  /** Of a true step that took the place of a learned one, why. */
  readonly fallback: Fallback | undefined;
}

/** The best point that was truly evaluated. */
export interface Best {
  readonly x: Float64Array;
  readonly value: number;
}

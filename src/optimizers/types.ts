/**
 * An objective: fills `g` with the gradient (or another descent direction, see `direction`) at `x` and returns the value.
 *
 * Both arrays have length `d`, belong to the optimizer and are reused. `x` must not be changed; every entry of `g` must be written.
 */
export type Objective = (x: Float64Array, g: Float64Array) => number;

/** An objective that may take its time. `signal` is the one given to `stepAsync`. */
export type AsyncObjective = (x: Float64Array, g: Float64Array, signal?: AbortSignal) => number | Promise<number>;

/** What the optimizer wants to know. */
export interface Request {
  /** The point, a copy. */
  readonly x: Float64Array;
  /** `gradient`: value and descent direction, counted; `value`: the value alone, to be reported, not counted. */
  readonly want: 'gradient' | 'value';
  /** The answer must carry it. */
  readonly id: number;
}

/** One step that was taken. */
export interface StepReport {
  /** Index of the step, from 0. */
  readonly epoch: number;
  /** `true`: a step of the base optimizer, one evaluation; `learned`: along the learned flow, none. */
  readonly kind: 'true' | 'learned';
  /** Of a true step, the value at the point it started from; of a learned one, at its end, where `reportLearnedValues` asked for it. */
  readonly value: number | undefined;
  /** Counted evaluations so far. */
  readonly evaluations: number;
}

/** The best point that was truly evaluated. */
export interface Best {
  readonly x: Float64Array;
  readonly value: number;
}

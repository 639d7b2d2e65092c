/** Layout of the status array that native calls read and fill; the same list stands in the native layer. */
export const Slot = {
  done: 0,
  epoch: 1,
  learned: 2,
  value: 3,
  evaluations: 4,
  request: 5,
  gradient: 6,
  nextLearned: 7,
  fits: 8,
  fallbacks: 9,
  steps: 10,
  dropped: 11,
  features: 12,
  plain: 13,
  rejections: 14,
  radius: 15,
  fallback: 16,
  trajectory: 17,
  /** In: the value that is told, or the most steps to advance; out: how many were. */
  given: 18,
  /** In: the number of the request that is answered. */
  answered: 19,
  ending: 20,
} as const;

/**
 * The native calls of one optimizer as plain functions: methods of a class cost several times as much. Numbers go in and come out by
 * `status`, which no user may see: its memory is looked up once. `x` receives the point to evaluate, or the iterate.
 */
export interface OptimizerCalls {
  readonly status: Float64Array;
  /** Starts the next step. */
  readonly begin: (x: Float64Array) => void;
  /** Learned steps until an answer is wanted. */
  readonly ask: (x: Float64Array) => void;
  /** Answers the open request. */
  readonly tell: (gradient: Float64Array | undefined, x: Float64Array, weights?: Float64Array) => void;
  /** Answers the open request and those about the trajectories after it. */
  readonly tellAll: (values: Float64Array, gradient: Float64Array | undefined, x: Float64Array) => void;
  /** A whole true step, after the evaluation at the iterate. */
  readonly trueStep: (gradient: Float64Array, x: Float64Array) => void;
  /** Learned steps only. */
  readonly advance: (x: Float64Array) => void;
  /** Nothing but the state. */
  readonly look: (x: Float64Array) => void;
}

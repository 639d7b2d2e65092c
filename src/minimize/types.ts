import type {
  AndersonOptions,
  BaseAdamOptions,
  GradientDescentOptions,
  LBFGSOptions,
  LGFAdamOptions,
  LGFAdamTrustRegionOptions,
  LGFAdaptiveOptions,
  LGFGradientFlowOptions,
  LGFTrustRegionOptions,
  MMAOptions,
  OptimalityCriteriaOptions,
  StoppingOptions,
} from '../generated/options.ts';

/** How a run ended. `converged` and `target-reached` are successes. */
export type Status =
  /** The gradient vanished, or the value or the variables stopped changing, to `gradientTolerance`, `valueTolerance` or the method's `tolerance`. */
  | 'converged'
  /** A value was at most `target`. */
  | 'target-reached'
  | 'max-evaluations'
  | 'max-iterations'
  | 'max-seconds'
  /** The signal was aborted. */
  | 'aborted'
  /** `onIteration` returned `true`. */
  | 'stopped-by-callback'
  /** No step that doubles can tell from none goes down. */
  | 'stalled'
  /** The start, or everything that the optimizer tried, had no finite value and gradient. */
  | 'evaluation-failed';

/** The learned models that compete in {@link LGFAdaptive}. */
export type LearnedModel = 'positive' | 'potential' | 'polynomial' | 'warp' | 'general';

/** What an evaluation was that completed an iteration. */
export interface Iteration {
  /** Its number, from 1. */
  readonly iteration: number;
  /** Evaluations so far, failed ones included. */
  readonly evaluations: number;
  /** The value; `undefined` where the evaluation failed. */
  readonly value: number | undefined;
  /** The lowest value so far. */
  readonly bestValue: number | undefined;
  /** Largest entry of the gradient, with bounds of the projected one; `undefined` where the evaluation failed. */
  readonly gradientNorm: number | undefined;
  /** Whether the run goes on from this point, left it again because it is worse, or got no finite numbers there. */
  readonly verdict: 'accepted' | 'rejected' | 'failed';
  /** Of method `'lgf-adaptive'`, the learned model whose flow led to this point; `undefined` for a step of descent. */
  readonly model: LearnedModel | undefined;
  /** Length of the step from the iterate to this point; `undefined` where the iterate itself was evaluated, as plain descent does. */
  readonly stepNorm: number | undefined;
}

/** An iteration as `onIteration` gets it. */
export interface IterationWithPoint extends Iteration {
  /** The point that was evaluated: a copy, made when it is asked for, during the call. */
  readonly x: Float64Array;
}

/** Where the time of a run went, in seconds. */
export interface Profile {
  /** In the objective, waiting for it included. */
  readonly objective: number;
  /** In the optimizer: its own arithmetic, fits and learned steps. */
  readonly optimizer: number;
  /**
   * With the option `profile`, what both consist of: one row for each phase at each place, those within one behind it, in the order in which they
   * were first entered. Of a resumed run this call alone.
   */
  readonly phases: readonly ProfilePhase[] | undefined;
  /** With the option `profile`, the first 2^18 spans one by one. */
  readonly events: ProfileEvents | undefined;
}

/** All spans of one name at one place of a run. */
export interface ProfilePhase {
  /** What was done, such as `'evaluate'`, `'fit'` or `'lift'`. */
  readonly name: string;
  /** The names that it is within and its own, joined by `/`. */
  readonly path: string;
  /** How many names it is within. */
  readonly depth: number;
  /** How many spans. */
  readonly calls: number;
  /** Seconds from their beginnings to their ends. */
  readonly seconds: number;
  /** Of these, those outside of spans within. */
  readonly selfSeconds: number;
  /** Bytes that they read and wrote at least, those of spans within not counted; `undefined` where nobody counts. */
  readonly bytes: number | undefined;
  /** Floating point operations, in the same way. */
  readonly flops: number | undefined;
  /** `1e-9 bytes / seconds`. */
  readonly gigabytesPerSecond: number | undefined;
  /** `1e-9 flops / seconds`. */
  readonly gigaflopsPerSecond: number | undefined;
}

/** Spans of a run in the order in which they began, column by column; of two the later one is within the earlier one or behind it. */
export interface ProfileEvents {
  /** Index of the row in `phases`. */
  readonly phase: Uint32Array;
  /** Nanoseconds from `origin` to the beginning. */
  readonly begin: Float64Array;
  /** Nanoseconds from `origin` to the end. */
  readonly end: Float64Array;
  /** Bytes that the span counted itself, 0 where none. */
  readonly bytes: Float64Array;
  /** Floating point operations, in the same way. */
  readonly flops: Float64Array;
  /** When the clock began, in milliseconds of `performance.now()`. */
  readonly origin: number;
  /** Spans that are in `phases` alone, because so many came before. */
  readonly dropped: number;
}

/** What a run came to. */
export interface Result {
  /** The best point that was truly evaluated, whatever ended the run; the start where nothing could be evaluated. */
  readonly x: Float64Array;
  /** The value there; `undefined` where nothing could be evaluated. */
  readonly value: number | undefined;
  /** Largest entry of the gradient there, with bounds of the projected one. */
  readonly gradientNorm: number | undefined;
  /** How the run ended. */
  readonly status: Status;
  /** Whether a minimum or the target was found. */
  readonly success: boolean;
  /** Why it ended, in words. */
  readonly message: string;
  /** Steps of the optimizer that evaluations decided on. */
  readonly iterations: number;
  /** Evaluations, failed ones included. */
  readonly evaluations: number;
  /** Steps along learned flows, without evaluations. */
  readonly learnedSteps: number;
  /** Models fitted. */
  readonly fits: number;
  /** Evaluations whose point was left again, failed ones included. */
  readonly rejected: number;
  /** Seconds that the run took; of a resumed run, with those before. */
  readonly seconds: number;
  readonly profile: Profile;
  /** Every iteration, where `trace` asked for it; of a resumed run, those since. */
  readonly trace: readonly Iteration[] | undefined;
}

/** One side of a box: a number for all variables or one for each; `null`, `undefined` and infinities are none. */
export type BoundSide = number | ArrayLike<number | null | undefined> | null | undefined;

/** A box: two sides, or one pair `[low, high]` for each variable, as SciPy has it. */
export type BoundsLike =
  | { readonly lower?: BoundSide; readonly upper?: BoundSide }
  | ArrayLike<readonly [low: number | null | undefined, high: number | null | undefined]>;

/** When and where a run is written down. */
export interface CheckpointOptions {
  /** The file; it is replaced as a whole, never half written. */
  readonly path: string;
  /** Seconds between two checkpoints. By default 30, unless `everyIterations` is given. */
  readonly everySeconds?: number | null;
  /** Iterations between two checkpoints. */
  readonly everyIterations?: number | null;
}

/** Options of a run that are not about numerics. */
export interface RunOptions {
  /** A box to stay in. A start outside is moved to its nearest point. Methods `'lgf-adaptive'`, `'l-bfgs'`, `'optimality-criteria'`, `'mma'`. */
  readonly bounds?: BoundsLike | null;
  /** Ends the run with the status `'aborted'`; passed on to the objective. */
  readonly signal?: AbortSignal | null;
  /** Called after each iteration. Returns `true` to end the run; `minimize` waits for a Promise. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing must fit
  readonly onIteration?: ((iteration: IterationWithPoint) => boolean | void | Promise<boolean | void>) | null;
  /** Writes the run to a file from time to time, and when it ends. */
  readonly checkpoint?: CheckpointOptions | null;
  /**
   * Goes on, bit for bit, where a checkpoint was written: its file, or its bytes. Point, optimizer with its options, and bounds are those of
   * the checkpoint; the stopping rules are those of this call.
   */
  readonly resume?: string | Uint8Array | null;
  /** Whether the result has a `trace`. @defaultValue `false` */
  readonly trace?: boolean | null;
  /**
   * Whether the phases of the run are recorded: `result.profile.phases`, {@link chromeTrace}, {@link profileTable}, and on the timeline of
   * `performance` measures `lgf:minimize`, `lgf:evaluate`, `lgf:optimizer`. The numbers of the run are the same, bit for bit.
   * @defaultValue `false`
   */
  readonly profile?: boolean | null;
}

/** A method with its options. */
export type MethodOptions =
  | ({ readonly method?: 'lgf-adaptive' | null } & LGFAdaptiveOptions)
  | ({ readonly method: 'l-bfgs' } & LBFGSOptions)
  | ({ readonly method: 'anderson' } & AndersonOptions)
  | ({ readonly method: 'optimality-criteria' } & OptimalityCriteriaOptions)
  | ({ readonly method: 'mma' } & MMAOptions)
  | ({ readonly method: 'gradient-descent' } & GradientDescentOptions)
  | ({ readonly method: 'adam' } & BaseAdamOptions)
  | ({ readonly method: 'lgf' } & LGFGradientFlowOptions)
  | ({ readonly method: 'lgf-adam' } & LGFAdamOptions)
  | ({ readonly method: 'lgf-trust-region' } & Omit<LGFTrustRegionOptions, 'gradientTolerance'>)
  | ({ readonly method: 'lgf-adam-trust-region' } & Omit<LGFAdamTrustRegionOptions, 'gradientTolerance'>);

/** Everything that `minimize` may be told: a method with its options, when to end, and what else to do. */
export type MinimizeOptions = StoppingOptions & RunOptions & MethodOptions;

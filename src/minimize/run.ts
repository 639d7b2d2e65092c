import { argumentError, call, LgfError, messageOf } from '../errors.ts';
import { toVector } from '../matrix.ts';
import { native } from '../native.ts';
import type { MinimizationHandle, SharedProblem } from '../native-binding.d.ts';
import type { AsyncObjective } from '../optimizers/types.ts';
import { type NativeProblem, sharedOf } from '../problems/problem.ts';
import { toBounds } from './bounds.ts';
import { Checkpoint, readCheckpoint } from './checkpoint.ts';
import { Profiling } from './profiling.ts';
import type { Iteration, IterationWithPoint, MinimizeOptions, Result, RunOptions, Status } from './types.ts';

const VERDICTS = ['accepted', 'rejected', 'failed'] as const;
const SLOTS = 7;

/** What is minimised: a function to call, or a native problem that needs no calls. */
export type Source =
  | { readonly objective: AsyncObjective; readonly weights?: () => ArrayLike<number> | undefined }
  | { readonly shared: SharedProblem };

/** One run with everything that is to be done on its way; how it is driven is the business of others. */
export class Run {
  readonly handle: MinimizationHandle;
  readonly source: Source;
  readonly signal: AbortSignal | undefined;
  /** Whether every iteration has to be seen. */
  readonly each: boolean;
  readonly checkpoint: Checkpoint | undefined;
  /** What records the run, where that is asked for. */
  readonly profiling: Profiling | undefined;
  readonly #onIteration: RunOptions['onIteration'];
  readonly #trace: Iteration[] | undefined;
  readonly #out: Float64Array = new Float64Array(SLOTS);

  constructor(
    target: AsyncObjective | NativeProblem,
    start: ArrayLike<number> | null | undefined,
    options: MinimizeOptions | null | undefined,
  ) {
    const [mine, rest] = apart(options);
    this.source = toSource(target);
    this.signal = mine.signal ?? undefined;
    if (this.signal !== undefined && !(this.signal instanceof AbortSignal)) throw argumentError('signal', this.signal, 'an AbortSignal');
    this.#onIteration = mine.onIteration ?? undefined;
    if (this.#onIteration !== undefined && typeof this.#onIteration !== 'function') {
      throw argumentError('onIteration', this.#onIteration, 'a function of an iteration');
    }
    const trace = mine.trace ?? false;
    if (typeof trace !== 'boolean') throw argumentError('trace', trace, 'true or false');
    this.#trace = trace ? [] : undefined;
    const profile = mine.profile ?? false;
    if (typeof profile !== 'boolean') throw argumentError('profile', profile, 'true or false');
    const { checkpoint } = mine;
    this.checkpoint = checkpoint === undefined || checkpoint === null ? undefined : new Checkpoint(checkpoint);
    this.each = this.#onIteration !== undefined || trace || Number.isFinite(this.checkpoint?.everyIterations);
    this.handle = this.#open(target, start, mine, rest);
    this.checkpoint?.write(this.#snapshot());
    this.profiling = profile ? new Profiling(this.handle) : undefined;
  }

  #open(target: AsyncObjective | NativeProblem, start: ArrayLike<number> | null | undefined, mine: RunOptions, rest: object) {
    const { resume, bounds } = mine;
    if (resume !== undefined && resume !== null) {
      const bytes = readCheckpoint(resume);
      return call(() => native.MinimizationHandle.resume(bytes, rest));
    }
    const own = typeof target !== 'function' && typeof target.start === 'function' ? () => target.start() : undefined;
    const x = (start === undefined || start === null) && own ? own() : toVector(start as ArrayLike<number>, 'start');
    const sides = bounds === undefined || bounds === null ? [] : toBounds(bounds, x.length);
    return call(() => new native.MinimizationHandle(x, rest, ...sides));
  }

  /** The iteration that the last answer completed, where anybody wants to see it; what the callback returned comes back. */
  report(x: (() => Float64Array) | undefined, completed: boolean): unknown {
    let answer: unknown;
    if (completed && (this.#trace || this.#onIteration) && this.handle.iteration(this.#out)) {
      const [iteration, evaluations, value, bestValue, gradientNorm, verdict, stepNorm] = this.#out as unknown as [
        number,
        number,
        number,
        number,
        number,
        0 | 1 | 2,
        number,
      ];
      const seen: Iteration = {
        iteration,
        evaluations,
        value: known(value),
        bestValue: known(bestValue),
        gradientNorm: known(gradientNorm),
        verdict: VERDICTS[verdict],
        model: this.handle.model() ?? undefined,
        stepNorm: known(stepNorm),
      };
      this.#trace?.push(seen);
      if (this.#onIteration) answer = this.#call(this.#onIteration, seen, x ?? (() => this.handle.point()));
    }
    this.checkpoint?.tick(completed, () => this.#snapshot());
    return answer;
  }

  #call(onIteration: NonNullable<RunOptions['onIteration']>, seen: Iteration, point: () => Float64Array): unknown {
    const withPoint: IterationWithPoint = {
      ...seen,
      get x() {
        return point();
      },
    };
    try {
      return onIteration(withPoint);
    } catch (cause) {
      throw callbackThrew(cause);
    }
  }

  /** Ends the run where the callback says so. */
  heed(answer: unknown): void {
    if (answer === true) this.handle.stop('stopped-by-callback');
    else if (answer !== undefined && answer !== null && answer !== false) {
      throw argumentError('onIteration', answer, 'a function that returns true to end the run, or nothing');
    }
  }

  /** Everything about the run, and what a native problem remembers, as bytes. */
  #snapshot(): Uint8Array {
    return 'shared' in this.source ? this.handle.snapshotWith(this.source.shared) : this.handle.snapshot();
  }

  /** What the run came to; the last checkpoint is written. */
  finish(): Result {
    const result = this.result();
    this.profiling?.mark(result.profile);
    this.checkpoint?.write(this.#snapshot());
    return result;
  }

  /** An error that ends the run, with what it had come to. */
  fail(error: unknown): LgfError {
    const failure = error instanceof LgfError ? error : new LgfError('ERR_LGF_INTERNAL', messageOf(error), { cause: error });
    this.handle.stop(failure.argument === 'onIteration' ? 'stopped-by-callback' : 'evaluation-failed');
    const details = { argument: failure.argument, result: this.result(), ...('cause' in failure ? { cause: failure.cause } : {}) };
    return new LgfError(failure.code, failure.message, details);
  }

  /** What the run has come to. */
  result(): Result {
    const { x, value, gradientNorm, status, success, message, ...o } = this.handle.outcome();
    return {
      x,
      value: value ?? undefined,
      gradientNorm: gradientNorm ?? undefined,
      status: status as Status,
      success,
      message,
      iterations: o.iterations,
      evaluations: o.evaluations,
      learnedSteps: o.learnedSteps,
      fits: o.fits,
      rejected: o.rejected,
      seconds: o.seconds,
      profile: {
        objective: o.objectiveSeconds,
        optimizer: o.optimizerSeconds,
        phases: undefined,
        events: undefined,
        ...this.profiling?.read(),
      },
      trace: this.#trace,
    };
  }
}

/** The error of a callback that threw or rejected. */
export function callbackThrew(cause: unknown): LgfError {
  return new LgfError('ERR_LGF_CALLBACK', `onIteration: threw: ${messageOf(cause)}`, { argument: 'onIteration', cause });
}

const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

/** The options of the run, and those that the native side reads. */
function apart(options: MinimizeOptions | null | undefined): [RunOptions, object] {
  if (options === undefined || options === null) return [{}, {}];
  if (typeof options !== 'object' || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw argumentError('options', options, 'an object of options');
  }
  try {
    const { bounds, signal, onIteration, checkpoint, resume, trace, profile, ...rest } = options;
    const mine: Record<string, unknown> = { bounds, signal, onIteration, checkpoint, resume, trace, profile };
    return [mine, rest];
  } catch (cause) {
    throw new LgfError('ERR_LGF_ARGUMENT', `options: cannot be read: ${messageOf(cause)}`, { argument: 'options', cause });
  }
}

function toSource(target: AsyncObjective | NativeProblem): Source {
  if (typeof target === 'function') return { objective: target };
  if (typeof target !== 'object' || target === null || typeof target.evaluate !== 'function') {
    throw argumentError('objective', target, 'a function (x, g) that returns a number, or a native problem');
  }
  const shared = sharedOf(target);
  if (shared) return { shared };
  const objective: AsyncObjective = (x, g) => target.evaluate(x, g);
  return typeof target.weights === 'function' ? { objective, weights: () => target.weights?.() } : { objective };
}

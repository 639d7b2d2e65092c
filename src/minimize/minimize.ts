import { argumentError, call, LgfError, shapeError } from '../errors.ts';
import { toVector } from '../matrix.ts';
import { evaluate, evaluateAsync } from '../optimizers/evaluate.ts';
import type { AsyncObjective, Objective } from '../optimizers/types.ts';
import type { NativeProblem } from '../problems/problem.ts';
import { callbackThrew, Run } from './run.ts';
import type { MinimizeOptions, Result } from './types.ts';

/** Milliseconds after which the event loop gets a turn, so that timers and signals are heard while an objective never waits. */
const TURN = 15;

/**
 * Minimises a function with its gradient.
 *
 * The objective fills its second array with the gradient and returns the value, or a Promise of it. A value or gradient that is not finite is
 * a failed evaluation: the optimizer steps back and gives up (`'evaluation-failed'`) only where it cannot. A native problem is evaluated in
 * Rust on another thread; this one stays free, and is visited after each iteration only if `onIteration`, `trace` or
 * `checkpoint.everyIterations` need it.
 *
 * @param target - The objective, a native problem, or an object like one, whose `weights()` are asked for after each evaluation.
 * @param start - The starting point, length d; of a native problem by default its own.
 * @param options - `method` (default `'lgf-adaptive'`) with its options, stopping rules, bounds, signal, callback, checkpoints.
 * @returns the best point that was truly evaluated, and how the run ended: every status is a result, an aborted signal included
 * @throws {@link LgfError} naming an argument that has to be changed; `ERR_LGF_CALLBACK` where the objective or `onIteration` threw, with
 * its error as `cause`. Once the run had begun, what it had come to is the `result` of the error.
 * @example
 * ```ts
 * import { minimize } from 'learned-gradient-flow';
 * const rosenbrock = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   const c = b - a * a;
 *   g[0] = -400 * a * c - 2 * (1 - a);
 *   g[1] = 200 * c;
 *   return 100 * c * c + (1 - a) ** 2;
 * };
 * const { x, status } = await minimize(rosenbrock, [-1.2, 1]);
 * console.log(status, x[0]?.toFixed(6), x[1]?.toFixed(6)); // → converged 1.000000 1.000000
 * ```
 */
export async function minimize(
  target: AsyncObjective | NativeProblem,
  start?: ArrayLike<number> | null,
  options?: MinimizeOptions | null,
): Promise<Result> {
  const run = new Run(target, start, options);
  try {
    if ('shared' in run.source) await elsewhere(run);
    else await awaited(run, run.source.objective);
    return run.finish();
  } catch (error) {
    throw run.fail(error);
  }
}

/**
 * As {@link minimize}, on this thread and without waiting: objective and `onIteration` must not return Promises.
 *
 * @example
 * ```ts
 * import { minimizeSync } from 'learned-gradient-flow';
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   g.set(x.map((a) => 2 * a));
 *   return x.reduce((sum, a) => sum + a * a, 0);
 * };
 * const { value, evaluations } = minimizeSync(bowl, [3, -4], { bounds: { lower: [1, null] } });
 * console.log(value, evaluations < 10); // → 1 true
 * ```
 */
export function minimizeSync(
  target: Objective | NativeProblem,
  start?: ArrayLike<number> | null,
  options?: MinimizeOptions | null,
): Result {
  const run = new Run(target, start, options);
  try {
    if ('shared' in run.source) {
      const { shared } = run.source;
      while (goesOn(run)) {
        call(() => run.handle.runSync(shared, run.each, run.checkpoint?.seconds ?? Number.POSITIVE_INFINITY));
        run.heed(immediate(run.report(undefined, run.each && run.handle.isComplete())));
      }
    } else {
      const objective = run.source.objective as Objective;
      const room = new Room(run.handle.dimension);
      while (room.ask(run)) run.heed(immediate(run.report(room.point, room.tell(run, evaluate(objective, room.x, room.g)))));
    }
    return run.finish();
  } catch (error) {
    throw run.fail(error);
  }
}

/** Whether there is more to do, after a look at the signal. */
function goesOn(run: Run): boolean {
  if (run.signal?.aborted) run.handle.stop('aborted');
  return run.handle.isOpen();
}

/** Calls an objective and waits for it. */
async function awaited(run: Run, objective: AsyncObjective): Promise<void> {
  let room = new Room(run.handle.dimension);
  let turn = performance.now();
  while (room.ask(run)) {
    let completed: boolean;
    try {
      completed = room.tell(run, await evaluateAsync(objective, room.x, room.g, run.signal));
    } catch (error) {
      if (!(error instanceof LgfError) || error.code !== 'ERR_LGF_ABORTED') throw error;
      // The objective was not waited for and may still write to its arrays.
      room = new Room(run.handle.dimension);
      continue;
    }
    await heedAwaited(run, run.report(room.point, completed));
    if (performance.now() - turn > TURN) {
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
  }
}

/** Runs a native problem on another thread. */
async function elsewhere(run: Run): Promise<void> {
  if (!('shared' in run.source)) return;
  const { shared } = run.source;
  const { handle, signal } = run;
  const abort = (): void => handle.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    while (goesOn(run)) {
      await handle.run(shared, run.each, run.checkpoint?.seconds ?? Number.POSITIVE_INFINITY);
      call(() => handle.check());
      await heedAwaited(run, run.report(undefined, run.each && handle.isComplete()));
    }
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function heedAwaited(run: Run, answer: unknown): Promise<void> {
  // Nothing to wait for costs no turn.
  if (typeof answer !== 'object' || answer === null) return run.heed(answer);
  let settled: unknown;
  try {
    settled = await answer;
  } catch (cause) {
    throw callbackThrew(cause);
  }
  run.heed(settled);
}

/** An answer of a callback that must not be a Promise. */
function immediate(answer: unknown): unknown {
  if (!(answer instanceof Promise)) return answer;
  answer.catch(() => {});
  throw argumentError('onIteration', answer, 'a function that returns true or nothing; for one that returns a Promise call minimize');
}

/** The arrays that an objective is called with. */
class Room {
  readonly x: Float64Array;
  readonly g: Float64Array;
  readonly point: () => Float64Array;
  readonly #dimension: number;
  /** When the objective is called, where the run is recorded. */
  #called = 0;

  constructor(dimension: number) {
    this.#dimension = dimension;
    this.x = new Float64Array(dimension);
    this.g = new Float64Array(dimension);
    this.point = () => this.x.slice();
  }

  /** Whether the run has a question, after a look at the signal; `x` then is its point. */
  ask(run: Run): boolean {
    if (run.signal?.aborted) run.handle.stop('aborted');
    this.#whole();
    // An objective that forgets to fill it is found out.
    this.g[this.#dimension - 1] = Number.NaN;
    const open = call(() => run.handle.ask(this.x)) !== 0;
    if (run.profiling) this.#called = performance.now();
    return open;
  }

  /** Whether the answer completed an iteration. */
  tell(run: Run, value: number): boolean {
    const { profiling, source } = run;
    const given = 'weights' in source ? source.weights?.() : undefined;
    const weights = given === undefined ? undefined : toVector(given, 'weights');
    if (profiling) {
      const times = [profiling.nanos(this.#called), profiling.nanos(performance.now())] as const;
      this.#whole();
      return call(() => run.handle.tellCalled(value, this.g, ...times, weights));
    }
    this.#whole();
    return call(() => run.handle.tell(value, this.g, weights));
  }

  /** An objective may have given their memory away. */
  #whole(): void {
    if (this.x.length !== this.#dimension || this.g.length !== this.#dimension) {
      throw shapeError('objective', 'one of its arrays detached', `arrays of ${this.#dimension} that stay with the optimizer`);
    }
  }
}

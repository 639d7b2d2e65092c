import { argumentError, checkOptions, LgfError, messageOf, shapeError } from '../errors.ts';
import { type Matrix, toVector } from '../matrix.ts';
import type { AsyncBatchObjective, AsyncObjective, BatchObjective, Objective, StepOptions } from './types.ts';

/** Calls an objective and checks what it returns. */
export function evaluate(objective: Objective, x: Float64Array, g: Float64Array): number {
  let value: unknown;
  try {
    value = objective(x, g);
  } catch (cause) {
    throw threw(cause);
  }
  if (typeof value === 'number') return value;
  if (value instanceof Promise) {
    // Its failure would be reported as unhandled on top of the error below.
    value.catch(() => {});
    throw argumentError('objective', value, 'a function that returns a number; for one that returns a Promise call stepAsync');
  }
  throw argumentError('objective', value, 'a function that returns the value, a number, and fills g');
}

/** Calls an objective, waits for it or for the signal, and checks what it returns. */
export async function evaluateAsync(
  objective: AsyncObjective,
  x: Float64Array,
  g: Float64Array,
  signal: AbortSignal | undefined,
): Promise<number> {
  const value: unknown = await settled(() => objective(x, g, signal), signal);
  if (typeof value !== 'number') throw argumentError('objective', value, 'a function that returns or resolves to the value, a number');
  return value;
}

/** Calls an objective of several trajectories and checks what it returns. */
export function evaluateBatch(objective: BatchObjective, x: Matrix, g: Matrix): Float64Array {
  let values: unknown;
  try {
    values = objective(x, g);
  } catch (cause) {
    throw threw(cause);
  }
  if (values instanceof Promise) {
    values.catch(() => {});
    throw argumentError('objective', values, 'a function that returns the values; for one that returns a Promise call stepBatchAsync');
  }
  return toValues(values, x.rows);
}

/** Calls an objective of several trajectories, waits for it or for the signal, and checks what it returns. */
export async function evaluateBatchAsync(
  objective: AsyncBatchObjective,
  x: Matrix,
  g: Matrix,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  return toValues(await settled(() => objective(x, g, signal), signal), x.rows);
}

/** One value for each trajectory. */
export function toValues(values: unknown, rows: number): Float64Array {
  const expected = `a function that returns ${rows} values, one for each row of x`;
  // Whatever is no array of numbers is refused there, under the name of the objective.
  if (typeof values !== 'object' || values === null) throw argumentError('objective', values, expected);
  let vector: Float64Array;
  try {
    vector = toVector(values as ArrayLike<number>, 'objective');
  } catch (cause) {
    throw new LgfError('ERR_LGF_ARGUMENT', `objective: expected ${expected}: ${messageOf(cause)}`, { argument: 'objective', cause });
  }
  if (vector.length !== rows) throw shapeError('objective', `${vector.length} values`, expected);
  return vector;
}

/** What a call comes to, with its failure as an error of the library. */
async function settled<T>(run: () => T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    const answer = run();
    return signal ? await untilAborted(answer, signal) : await answer;
  } catch (cause) {
    if (signal?.aborted) throw aborted(signal);
    throw threw(cause);
  }
}

/** The answer, or a rejection as soon as the signal is aborted. */
function untilAborted<T>(answer: T | Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    // The objective itself may have aborted the signal: no event will tell of it any more.
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    Promise.resolve(answer)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The signal among the options of a step. */
export function toSignal(options: StepOptions): AbortSignal | undefined {
  checkOptions(options, ['signal']);
  const signal = options?.signal ?? undefined;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw argumentError('signal', signal, 'an AbortSignal');
  return signal;
}

/** The error for a signal that was aborted. */
export function aborted(signal: AbortSignal): LgfError {
  return new LgfError('ERR_LGF_ABORTED', `the step was aborted: ${messageOf(signal.reason)}`, { argument: 'signal', cause: signal.reason });
}

function threw(cause: unknown): LgfError {
  if (cause instanceof LgfError && cause.code === 'ERR_LGF_STATE') return cause;
  return new LgfError('ERR_LGF_CALLBACK', `objective: threw: ${messageOf(cause)}`, { argument: 'objective', cause });
}

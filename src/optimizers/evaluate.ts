import { argumentError, LgfError, messageOf } from '../errors.ts';
import type { AsyncObjective, Objective } from './types.ts';

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
  let value: unknown;
  try {
    const answer = objective(x, g, signal);
    value = signal ? await untilAborted(answer, signal) : await answer;
  } catch (cause) {
    if (signal?.aborted) throw aborted(signal);
    throw threw(cause);
  }
  if (typeof value !== 'number') throw argumentError('objective', value, 'a function that returns or resolves to the value, a number');
  return value;
}

/** The answer, or a rejection as soon as the signal is aborted. */
function untilAborted(answer: number | Promise<number>, signal: AbortSignal): Promise<number> {
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

/** The error for a signal that was aborted. */
export function aborted(signal: AbortSignal): LgfError {
  return new LgfError('ERR_LGF_ABORTED', `the step was aborted: ${messageOf(signal.reason)}`, { argument: 'signal', cause: signal.reason });
}

function threw(cause: unknown): LgfError {
  if (cause instanceof LgfError && cause.code === 'ERR_LGF_STATE') return cause;
  return new LgfError('ERR_LGF_CALLBACK', `objective: threw: ${messageOf(cause)}`, { argument: 'objective', cause });
}

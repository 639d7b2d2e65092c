import { types } from 'node:util';
import { argumentError, LgfError, messageOf, shapeError, translate } from './errors.ts';

/** An objective that was made from second derivatives: it writes the Newton direction to `p` and returns the value. */
export interface NewtonObjective<Value, Report> {
  (x: Float64Array, p: Float64Array, signal?: AbortSignal): Value;
  /** Of the last direction that was made; `undefined` before the first. */
  readonly report: Report | undefined;
}

/** Work that hands over what callbacks return, and is given back what promises among it resolve to. */
export type Steps<T> = Generator<unknown, T, unknown>;

/** What one run of the work makes. */
export interface Answer<Report> {
  readonly value: number;
  readonly direction: Float64Array;
  readonly report: Report;
}

/**
 * The objective that does `work` in arrays of its own. A call that begins while another one is under way, from inside of a callback or
 * while a promise is waited for, gets other arrays; so does one after a failure, since a callback that was given up may still write.
 */
export function newtonObjective<Room, Report>(
  room: (dimension: number) => Room,
  isWhole: (room: Room, dimension: number) => boolean,
  work: (room: Room, x: Float64Array, signal: AbortSignal | undefined) => Steps<Answer<Report>>,
): NewtonObjective<number | Promise<number>, Report> {
  let spare: Room | undefined;
  let last: Report | undefined;
  function* run(x: Float64Array, p: Float64Array, signal: AbortSignal | undefined): Steps<number> {
    const dimension = checkArrays(x, p);
    const ours = spare !== undefined && isWhole(spare, dimension) ? spare : room(dimension);
    spare = undefined;
    const { value, direction, report } = yield* work(ours, x, signal);
    if (p.length !== dimension) throw shapeError('p', 'that of a detached array', String(dimension));
    p.set(direction);
    spare = ours;
    last = report;
    return value;
  }
  const objective = (x: Float64Array, p: Float64Array, signal?: AbortSignal): number | Promise<number> => drive(run(x, p, signal));
  return Object.defineProperty(objective, 'report', { get: () => last }) as NewtonObjective<number | Promise<number>, Report>;
}

/** Calls a callback; its error becomes ours, except that of a step from inside of it, which says what to do. */
export function* calling(name: string, callback: () => unknown): Steps<unknown> {
  try {
    return yield callback();
  } catch (cause) {
    if (cause instanceof LgfError && cause.code === 'ERR_LGF_STATE') throw cause;
    throw new LgfError('ERR_LGF_CALLBACK', `${name}: threw: ${messageOf(cause)}`, { argument: name, cause });
  }
}

/** Looks at what a callback has left: its arrays must still be there. */
export function requireWhole(name: string, whole: boolean): void {
  if (!whole) throw shapeError(name, 'one of its arrays detached', 'arrays that stay with the caller');
}

/** Runs native code on what a callback has filled in: the callback is at fault if it is refused. */
export function judge<T>(name: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const { code, message, argument, cause } = translate(error);
    if (code === 'ERR_LGF_INTERNAL' || argument === name) throw new LgfError(code, message, { argument, cause });
    throw new LgfError(code, `${name}: ${message}`, { argument: name });
  }
}

/** All at once as long as nothing is waited for. */
function drive<T>(steps: Steps<T>): T | Promise<T> {
  let step = steps.next();
  while (!step.done) {
    if (types.isPromise(step.value)) return settle(steps, step.value);
    step = steps.next(step.value);
  }
  return step.value;
}

async function settle<T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> {
  let step: IteratorResult<unknown, T> = { done: false, value: first };
  while (!step.done) {
    let answer: unknown;
    try {
      answer = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(answer);
  }
  return step.value;
}

function checkArrays(x: Float64Array, p: Float64Array): number {
  if (!types.isFloat64Array(x)) throw argumentError('x', x, 'a Float64Array');
  if (!types.isFloat64Array(p)) throw argumentError('p', p, 'a Float64Array');
  if (x.length === 0) throw shapeError('x', '0', 'at least 1');
  if (p.length !== x.length) throw shapeError('p', String(p.length), `${x.length}, the length of x`);
  return x.length;
}

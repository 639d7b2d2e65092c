import type { Result } from './minimize/types.ts';

/** What went wrong, stable across versions. */
export type LgfErrorCode =
  /** An option or argument outside its domain, or of the wrong type. */
  | 'ERR_LGF_ARGUMENT'
  /** Sizes that do not fit together; a ragged or empty matrix. */
  | 'ERR_LGF_SHAPE'
  /** NaN or infinity where a finite number is needed. */
  | 'ERR_LGF_NONFINITE'
  /** A call that does not fit the state of the object. */
  | 'ERR_LGF_STATE'
  /** Bytes that are no snapshot of this library, version and class, or damaged. */
  | 'ERR_LGF_SNAPSHOT'
  /** A callback threw; its error is the `cause`. */
  | 'ERR_LGF_CALLBACK'
  /** The signal was aborted; its reason is the `cause`. */
  | 'ERR_LGF_ABORTED'
  /** The object was disposed of. */
  | 'ERR_LGF_DISPOSED'
  /** A defect of the library. */
  | 'ERR_LGF_INTERNAL';

/**
 * An error that asks the caller to change something. How a run ended is a status, never an error.
 *
 * @example
 * ```ts
 * import { GradientDescent, LgfError } from 'learned-gradient-flow';
 * try {
 *   new GradientDescent([1, 2], { learningRate: -1 });
 * } catch (error) {
 *   if (error instanceof LgfError) console.log(error.code, error.argument); // → ERR_LGF_ARGUMENT learningRate
 * }
 * ```
 */
export class LgfError extends Error {
  override readonly name = 'LgfError';
  /** Stable code. */
  readonly code: LgfErrorCode;
  /** Dotted path of the argument at fault, such as `solver.alpha`, where one is. */
  readonly argument: string | undefined;
  /** Of an error that ended a run of `minimize`: what it had come to. */
  declare readonly result?: Result;

  constructor(
    code: LgfErrorCode,
    message: string,
    details: { readonly argument?: string | undefined; readonly cause?: unknown; readonly result?: Result } = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.argument = details.argument;
    if (details.result) this.result = details.result;
  }
}

/** An error of the native core, which carries `CODE` or `CODE:argument` in its code; anything else is a defect. */
export function translate(error: unknown): LgfError {
  if (error instanceof LgfError) return error;
  // A getter of an options object may throw anything, null included.
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && code.startsWith('ERR_LGF_')) {
    const colon = code.indexOf(':');
    const argument = colon < 0 ? undefined : code.slice(colon + 1);
    return new LgfError((colon < 0 ? code : code.slice(0, colon)) as LgfErrorCode, String(message), { argument });
  }
  return new LgfError('ERR_LGF_INTERNAL', `a defect of the library, please report it: ${String(message)}`, { cause: error });
}

/** Runs native code and gives its errors their class. */
export function call<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw translate(error);
  }
}

/** An error that names an argument, what was given and what is admissible. */
export function argumentError(argument: string, given: unknown, domain: string): LgfError {
  return new LgfError('ERR_LGF_ARGUMENT', `${argument}: got ${describe(given)}, expected ${domain}`, { argument });
}

/** An error about sizes. */
export function shapeError(argument: string, actual: string, expected: string): LgfError {
  return new LgfError('ERR_LGF_SHAPE', `${argument}: shape is ${actual}, expected ${expected}`, { argument });
}

/** Refuses an options object that is none, and names it does not know. */
export function checkOptions(options: unknown, known: readonly string[]): void {
  if (options === undefined || options === null) return;
  if (typeof options !== 'object' || Array.isArray(options)) throw argumentError('options', options, 'an object of options');
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || known.includes(name)) continue;
    throw argumentError(name, value, `no such option; known here: ${known.join(', ')}`);
  }
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    // An object without a string form.
    return describe(thrown);
  }
}

/** A value as it reads in a message. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `'${value}'`;
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'bigint':
      return `${value}n`;
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `an array of ${value.length}`;
      if (value instanceof Promise) return 'a Promise';
      return `an object (${Object.getPrototypeOf(value)?.constructor?.name ?? 'no prototype'})`;
    default:
      return String(value);
  }
}

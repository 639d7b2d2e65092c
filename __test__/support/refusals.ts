import { inspect } from 'node:util';
import { LgfError, type LgfErrorCode } from 'learned-gradient-flow';
import { expect, test } from 'vitest';

/** What is broken, a call that has nothing else wrong with it, and what the error must carry. */
export type Refusal = readonly [broken: string, call: () => unknown, code: LgfErrorCode, argument: string];

/** The error of a call that must be refused. */
export function refused(call: () => unknown): LgfError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(LgfError);
    return error as LgfError;
  }
  return expect.fail('the call was not refused');
}

/** One test for each row. */
export function refuses(subject: string, rows: readonly Refusal[]): void {
  test.each(rows.map(([broken, ...rest]) => [`${subject}: ${broken}`, ...rest] as const))('%s', (_, call, code, argument) => {
    const error = refused(call);
    expect({ code: error.code, argument: error.argument, message: error.message }).toEqual({
      code,
      argument,
      message: expect.stringContaining(argument),
    });
  });
}

/** A value as a test's name shows it. */
export function shown(value: unknown): string {
  return inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 4 });
}

/** Values that are no number, whatever the domain. */
export const NOT_NUMBERS: readonly unknown[] = ['1', '', true, [], [1], {}, new Number(1), new Date(0), 1n, Symbol('1'), () => 1];
const NOT_ARRAYS: readonly unknown[] = [
  5,
  'ab',
  '',
  true,
  null,
  undefined,
  {},
  new Map(),
  1n,
  Symbol('a'),
  () => [1],
  new DataView(new ArrayBuffer(8)),
];
const BAD_LENGTHS: readonly unknown[] = [{ length: -1 }, { length: 1.5 }, { length: '1' }, { length: Number.NaN }, { length: 1n }];
const NOT_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** An array whose memory was given away. */
export function detached(length: number): Float64Array {
  const array = new Float64Array(length);
  structuredClone(array, { transfer: [array.buffer] });
  return array;
}

/** Everything that can be wrong with one argument that is a vector of `valid.length` numbers; `sized` if the length matters. */
export function vectorRows(
  name: string,
  valid: readonly number[],
  call: (vector: never) => unknown,
  { finite = true, sized = true, nullable = false } = {},
): Refusal[] {
  const row = (broken: unknown, code: LgfErrorCode, argument: string): Refusal => [
    `${name} = ${shown(broken)}`,
    () => call(broken as never),
    code,
    argument,
  ];
  const last = valid.length - 1;
  return [
    ...NOT_ARRAYS.filter((v) => !nullable || (v !== null && v !== undefined)).map((v) => row(v, 'ERR_LGF_ARGUMENT', name)),
    ...BAD_LENGTHS.map((v) => row(v, 'ERR_LGF_ARGUMENT', name)),
    ...[...NOT_NUMBERS, null, undefined].map((v) => row(valid.with(last, v as number), 'ERR_LGF_ARGUMENT', `${name}.${last}`)),
    row(new Array(valid.length), 'ERR_LGF_ARGUMENT', `${name}.0`),
    row(new BigInt64Array(valid.length), 'ERR_LGF_ARGUMENT', `${name}.0`),
    row({ length: 2 ** 52 }, 'ERR_LGF_SHAPE', name),
    row([], 'ERR_LGF_SHAPE', name),
    row(detached(valid.length), 'ERR_LGF_SHAPE', name),
    ...(finite ? NOT_FINITE.map((v) => row(valid.with(last, v), 'ERR_LGF_NONFINITE', name)) : []),
    ...(finite ? [row(Float64Array.from(valid).fill(Number.NaN), 'ERR_LGF_NONFINITE', name)] : []),
    ...(sized ? [row([...valid, 1], 'ERR_LGF_SHAPE', name), row(new Float64Array(valid.length + 1), 'ERR_LGF_SHAPE', name)] : []),
  ];
}

/** Everything that can be wrong with one argument that is a matrix, except that its shape does not fit another. */
export function matrixRows(name: string, valid: readonly (readonly number[])[], call: (matrix: never) => unknown): Refusal[] {
  const row = (broken: unknown, code: LgfErrorCode, argument: string): Refusal => [
    `${name} = ${shown(broken)}`,
    () => call(broken as never),
    code,
    argument,
  ];
  const [rows, columns, data] = [valid.length, valid[0]?.length ?? 0, valid.flat()];
  const withRow = (i: number, value: unknown): unknown => valid.with(i, value as number[]);
  const withEntry = (value: unknown): unknown => valid.with(1, (valid[1] ?? []).with(0, value as number));
  return [
    ...NOT_ARRAYS.map((v) => row(v, 'ERR_LGF_ARGUMENT', name)),
    ...BAD_LENGTHS.map((v) => row(v, 'ERR_LGF_ARGUMENT', name)),
    ...NOT_ARRAYS.map((v) => row(withRow(1, v), 'ERR_LGF_ARGUMENT', `${name}.1`)),
    row(withRow(0, 5), 'ERR_LGF_ARGUMENT', `${name}.0`),
    row(data, 'ERR_LGF_ARGUMENT', `${name}.0`),
    row(new Float64Array(4), 'ERR_LGF_ARGUMENT', `${name}.0`),
    row(new Array(3), 'ERR_LGF_ARGUMENT', `${name}.0`),
    ...[...NOT_NUMBERS, null, undefined].map((v) => row(withEntry(v), 'ERR_LGF_ARGUMENT', `${name}.1.0`)),
    row(withRow(1, new Array(columns)), 'ERR_LGF_ARGUMENT', `${name}.1.0`),
    row([], 'ERR_LGF_SHAPE', name),
    row([[]], 'ERR_LGF_SHAPE', name),
    row([[], []], 'ERR_LGF_SHAPE', name),
    row(withRow(1, []), 'ERR_LGF_SHAPE', `${name}.1`),
    row(withRow(1, [...data.slice(0, columns), 1]), 'ERR_LGF_SHAPE', `${name}.1`),
    row({ length: 2 ** 52, 0: [1, 2] }, 'ERR_LGF_SHAPE', name),
    ...NOT_FINITE.map((v) => row(withEntry(v), 'ERR_LGF_NONFINITE', name)),
    row({ rows, columns, data: data.slice(1) }, 'ERR_LGF_SHAPE', `${name}.data`),
    row({ rows, columns, data: [...data, 1] }, 'ERR_LGF_SHAPE', `${name}.data`),
    row({ rows, columns, data: detached(data.length) }, 'ERR_LGF_SHAPE', `${name}.data`),
    row({ rows, columns, data: 'abc' }, 'ERR_LGF_ARGUMENT', `${name}.data`),
    row({ rows, columns, data: undefined }, 'ERR_LGF_ARGUMENT', `${name}.data`),
    row({ rows, columns, data: data.map(String) }, 'ERR_LGF_ARGUMENT', `${name}.data.0`),
    row({ rows, columns, data: data.fill(Number.NaN, 1, 2) }, 'ERR_LGF_NONFINITE', name),
    ...[-1, 0.5, Number.NaN, 2 ** 32, '2', undefined].map((v) => row({ rows: v, columns, data }, 'ERR_LGF_ARGUMENT', `${name}.rows`)),
    ...[-1, 0.5, Number.NaN, 2 ** 32, '2', undefined].map((v) => row({ rows, columns: v, data }, 'ERR_LGF_ARGUMENT', `${name}.columns`)),
    row({ rows: 0, columns: 0, data: [] }, 'ERR_LGF_SHAPE', name),
  ];
}

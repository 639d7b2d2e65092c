import { types } from 'node:util';
import { argumentError, LgfError, shapeError } from './errors.ts';
import type { NativeMatrix } from './native-binding.d.ts';

/** Rows of equal length, a {@link Matrix}, or the plain fields of one. */
export type MatrixLike =
  | { readonly rows: number; readonly columns: number; readonly data: ArrayLike<number> }
  | ArrayLike<ArrayLike<number>>;

/** A dense matrix, row-major. */
export class Matrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** Entries, row after row, length `rows * columns`. */
  readonly data: Float64Array;

  /**
   * @throws {@link LgfError} naming the argument; `ERR_LGF_SHAPE` unless `data` has `rows * columns` entries
   */
  constructor(rows: number, columns: number, data: Float64Array) {
    const admissible = (n: number): boolean => Number.isSafeInteger(n) && n >= 0 && n < 2 ** 32;
    if (!admissible(rows)) throw argumentError('rows', rows, 'an integer in [0, 2^32)');
    if (!admissible(columns)) throw argumentError('columns', columns, 'an integer in [0, 2^32)');
    // Not instanceof, which an array of another realm does not satisfy.
    if (!types.isFloat64Array(data)) throw argumentError('data', data, 'a Float64Array');
    if (data.length !== rows * columns) throw shapeError('data', String(data.length), `${rows}×${columns} = ${rows * columns}`);
    this.rows = rows;
    this.columns = columns;
    this.data = data;
  }

  /** Entry of row `i`, column `j`, from 0; `undefined` outside. */
  at(i: number, j: number): number | undefined {
    return j >= 0 && j < this.columns ? this.data[i * this.columns + j] : undefined;
  }

  /** Row `i` as a view of the data. */
  row(i: number): Float64Array {
    return this.data.subarray(i * this.columns, (i + 1) * this.columns);
  }

  /** Plain data that every function taking a matrix takes back. */
  toJSON(): { rows: number; columns: number; data: number[] } {
    return { rows: this.rows, columns: this.columns, data: Array.from(this.data) };
  }

  /** The rows as plain arrays. */
  toArray(): number[][] {
    return Array.from({ length: this.rows }, (_, i) => Array.from(this.row(i)));
  }
}

/**
 * A matrix from its rows.
 *
 * @throws {@link LgfError} `ERR_LGF_SHAPE` for rows of different lengths, `ERR_LGF_ARGUMENT` for entries that are no numbers
 * @example
 * ```ts
 * import { matrix } from 'learned-gradient-flow';
 * const a = matrix([[1, 2], [3, 4]]);
 * console.log(a.rows, a.columns, a.at(1, 0)); // → 2 2 3
 * ```
 */
export function matrix(rows: ArrayLike<ArrayLike<number>>): Matrix {
  return fromRows(rows, 'rows');
}

/** A matrix given by a user. */
export function toMatrix(value: MatrixLike, name: string): Matrix {
  if (value instanceof Matrix) return value;
  if (typeof value !== 'object' || value === null) throw argumentError(name, value, 'a matrix or an array of rows');
  if (!('data' in value)) return fromRows(value, name);
  const data = toVector(value.data, `${name}.data`);
  try {
    return new Matrix(value.rows, value.columns, data);
  } catch (error) {
    if (!(error instanceof LgfError)) throw error;
    throw new LgfError(error.code, `${name}.${error.message}`, { argument: `${name}.${error.argument}` });
  }
}

function fromRows(rows: ArrayLike<ArrayLike<number>>, name: string): Matrix {
  requireArrayLike(rows, name, 'an array of rows');
  const width = rows.length === 0 ? 0 : requireArrayLike(rows[0], `${name}.0`, 'an array of numbers');
  const data = allocate(rows.length * width, name);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as ArrayLike<number>;
    const length = requireArrayLike(row, `${name}.${i}`, 'an array of numbers');
    if (length !== width) throw shapeError(`${name}.${i}`, String(length), `${width}, the length of the first row`);
    copyNumbers(row, data, i * width, `${name}.${i}`);
  }
  return new Matrix(rows.length, width, data);
}

/** A vector given by a user: itself where it is a Float64Array, else a copy. */
export function toVector(value: ArrayLike<number>, name: string): Float64Array {
  if (value instanceof Float64Array) return value;
  const data = allocate(requireArrayLike(value, name, 'an array of numbers'), name);
  copyNumbers(value, data, 0, name);
  return data;
}

/** Room for a copy; a length that was made up may be beyond every memory. */
function allocate(length: number, name: string): Float64Array {
  try {
    return new Float64Array(length);
  } catch {
    throw shapeError(name, `${length} numbers`, 'as many as fit into the memory');
  }
}

function requireArrayLike(value: unknown, name: string, domain: string): number {
  const length = typeof value === 'object' && value !== null ? (value as { length?: unknown }).length : undefined;
  if (!Number.isSafeInteger(length) || (length as number) < 0) throw argumentError(name, value, domain);
  return length as number;
}

function copyNumbers(from: ArrayLike<number>, to: Float64Array, offset: number, name: string): void {
  for (let j = 0; j < from.length; j++) {
    const entry: unknown = from[j];
    if (typeof entry !== 'number') throw argumentError(`${name}.${j}`, entry, 'a number');
    to[offset + j] = entry;
  }
}

/** A matrix that came out of the native core. */
export function fromNative({ rows, columns, data }: NativeMatrix): Matrix {
  return new Matrix(rows, columns, data);
}

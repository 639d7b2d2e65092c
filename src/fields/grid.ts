import { argumentError, LgfError, shapeError } from '../errors.ts';
import { toVector } from '../matrix.ts';

/** A regular grid of cells in two or three dimensions. */
export interface Grid {
  /** Cells along x, y and, of a solid, z. */
  readonly size: readonly number[];
  /** Edge lengths of a cell. Domain: (0, ∞). @defaultValue 1 along each axis */
  readonly spacing?: readonly number[] | null;
  /** The corner of the grid with the least coordinates. @defaultValue 0 along each axis */
  readonly origin?: readonly number[] | null;
}

/** A number for each cell of a grid: x runs fastest, then y, which points upwards, then z. */
export interface CellField extends Grid {
  readonly values: ArrayLike<number>;
}

/** A grid with everything said, checked. */
export interface CheckedGrid {
  readonly size: readonly number[];
  readonly spacing: readonly number[];
  readonly origin: readonly number[];
  /** Product of `size`. */
  readonly cellCount: number;
}

/** More cells than this have indices that do not fit into 32 bits. */
const MOST_CELLS = 2 ** 31;

/** Refuses a grid that is none, or that has not one of so many `dimensions`. */
export function checkGrid(grid: Grid, argument: string, dimensions: readonly number[] = [2, 3]): CheckedGrid {
  if (typeof grid !== 'object' || grid === null) throw argumentError(argument, grid, 'an object with a size');
  const { size, spacing, origin } = grid;
  const name = (member: string): string => (argument === '' ? member : `${argument}.${member}`);
  if (!Array.isArray(size)) throw argumentError(name('size'), size, `an array of ${dimensions.join(' or ')} integers`);
  if (!dimensions.includes(size.length)) throw shapeError(name('size'), String(size.length), `${dimensions.join(' or ')} numbers`);
  for (const [axis, cells] of Array.from(size.entries())) {
    if (!(Number.isSafeInteger(cells) && cells >= 1 && cells < MOST_CELLS)) {
      throw argumentError(name(`size.${axis}`), cells, 'an integer in [1, 2^31)');
    }
  }
  const cellCount = size.reduce((product, cells) => product * cells, 1);
  if (cellCount >= MOST_CELLS) throw shapeError(name('size'), `${size.join('×')} = ${cellCount} cells`, 'less than 2^31 of them');
  return {
    size,
    spacing: axes(spacing, size.length, name('spacing'), 1, (length) => length > 0, 'a number in (0, ∞)'),
    origin: axes(origin, size.length, name('origin'), 0, () => true, 'a finite number'),
    cellCount,
  };
}

/** The values of a field, as many as its grid has cells and all of them finite. */
export function checkValues({ values }: CellField, { size, cellCount }: CheckedGrid, argument: string): Float64Array | Float32Array {
  const name = argument === '' ? 'values' : `${argument}.values`;
  const vector = values instanceof Float32Array ? values : toVector(values, name);
  if (vector.length !== cellCount) throw shapeError(name, String(vector.length), `${size.join('×')} = ${cellCount}`);
  const stray = vector.findIndex((value: number) => !Number.isFinite(value));
  if (stray >= 0) {
    throw new LgfError('ERR_LGF_NONFINITE', `${name}.${stray}: got ${vector[stray]}, expected a finite number`, { argument: name });
  }
  return vector;
}

/** The given switch, or what is meant where none is given. */
export function checkSwitch(value: unknown, argument: string, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'boolean') throw argumentError(argument, value, 'a boolean');
  return value;
}

/** The given number of `low` to `high`, or what is meant where none is given. */
export function checkNumber(value: unknown, argument: string, otherwise: number, low: number, high: number): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'number' || !(value >= low && value <= high)) throw argumentError(argument, value, `a number in [${low}, ${high}]`);
  return value;
}

/** The given integer of `low` to `high`, or what is meant where none is given. */
export function checkInteger(value: unknown, argument: string, otherwise: number, low: number, high: number): number {
  if (value === undefined || value === null) return otherwise;
  const admissible = typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
  if (!admissible) throw argumentError(argument, value, `an integer in [${low}, ${high}]`);
  return value;
}

function axes(
  given: readonly number[] | null | undefined,
  count: number,
  argument: string,
  otherwise: number,
  admits: (value: number) => boolean,
  domain: string,
): readonly number[] {
  if (given === undefined || given === null) return new Array<number>(count).fill(otherwise);
  if (!Array.isArray(given)) throw argumentError(argument, given, `an array of ${count} numbers`);
  if (given.length !== count) throw shapeError(argument, String(given.length), `${count}, one number an axis`);
  for (const [axis, value] of Array.from(given.entries())) {
    if (!(Number.isFinite(value) && admits(value))) throw argumentError(`${argument}.${axis}`, value, domain);
  }
  return given;
}

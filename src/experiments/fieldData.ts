// From arrays of a problem to the plain data of figures: thinned out, rounded to what a figure can show.
import type { Matrix } from 'learned-gradient-flow';
import type { ColourScale } from '../report/index.ts';

/** Samples along one axis that a figure is given at most. */
const SAMPLES = 110;
const DIGITS = 5;

/** A number as it is stored for a figure. */
export function rounded(value: number, digits: number = DIGITS): number {
  return Number(value.toPrecision(digits));
}

/** A matrix as grid values, its rows along x and its columns along y. */
export function gridValues(matrix: Matrix): { readonly columns: number; readonly values: readonly number[] } {
  const [xs, ys] = [picks(matrix.rows), picks(matrix.columns)];
  return { columns: xs.length, values: ys.flatMap((y) => xs.map((x) => rounded(matrix.at(x, y) ?? Number.NaN))) };
}

/** One scale for fields that are compared: from the least to the largest value, or as far on both sides of zero. */
export function commonScale(label: string, fields: readonly ArrayLike<number>[], diverging: boolean = false): ColourScale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const field of fields) {
    for (let i = 0; i < field.length; i++) {
      const value = field[i] as number;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) [low, high] = [0, 1];
  if (diverging) {
    const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return { label, domain: [-most, most], diverging };
  }
  return { label, domain: low < high ? [low, high] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2] };
}

/** Entry by entry `a - b`. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (value, i) => value - (b[i] as number));
}

/** Evenly spread indices, both ends among them. */
export function picks(length: number, most: number = SAMPLES): readonly number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (length - 1)) / (most - 1)));
}

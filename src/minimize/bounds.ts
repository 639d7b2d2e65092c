import { argumentError, shapeError } from '../errors.ts';
import type { BoundSide, BoundsLike } from './types.ts';

/** Both sides of a box of `dimension` variables. */
export function toBounds(bounds: BoundsLike, dimension: number): [lower: Float64Array, upper: Float64Array] {
  if (typeof bounds !== 'object') throw argumentError('bounds', bounds, '{ lower, upper } or an array of pairs');
  if ('length' in bounds) return fromPairs(bounds, dimension);
  for (const name of Object.keys(bounds)) {
    if (name !== 'lower' && name !== 'upper') throw argumentError(`bounds.${name}`, Reflect.get(bounds, name), 'lower or upper');
  }
  return [side(bounds.lower, 'lower', dimension), side(bounds.upper, 'upper', dimension)];
}

function fromPairs(pairs: ArrayLike<unknown>, dimension: number): [Float64Array, Float64Array] {
  if (pairs.length !== dimension) throw shapeError('bounds', `${pairs.length} pairs`, String(dimension));
  const [lower, upper] = [new Float64Array(dimension), new Float64Array(dimension)];
  for (let i = 0; i < dimension; i++) {
    const pair = pairs[i];
    if (typeof pair !== 'object' || pair === null || (pair as ArrayLike<unknown>).length !== 2) {
      throw argumentError(`bounds.${i}`, pair, 'a pair [low, high], null where there is none');
    }
    const [low, high] = [(pair as ArrayLike<unknown>)[0], (pair as ArrayLike<unknown>)[1]];
    lower[i] = bound(low, Number.NEGATIVE_INFINITY, `bounds.${i}.0`);
    upper[i] = bound(high, Number.POSITIVE_INFINITY, `bounds.${i}.1`);
  }
  return [lower, upper];
}

function side(given: BoundSide, name: 'lower' | 'upper', dimension: number): Float64Array {
  const none = name === 'lower' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const path = `bounds.${name}`;
  if (typeof given !== 'object' || given === null) return new Float64Array(dimension).fill(bound(given, none, path));
  if (!Number.isSafeInteger(given.length)) throw argumentError(path, given, 'a number or an array of numbers');
  if (given.length !== dimension) throw shapeError(path, String(given.length), String(dimension));
  return Float64Array.from({ length: dimension }, (_, i) => bound(given[i], none, `${path}.${i}`));
}

/** One bound; an infinity of the wrong sign is refused where both sides are compared. */
function bound(given: unknown, none: number, path: string): number {
  if (given === undefined || given === null) return none;
  if (typeof given !== 'number' || Number.isNaN(given)) throw argumentError(path, given, 'a number, or null for none');
  return given;
}

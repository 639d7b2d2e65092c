import { call } from './errors.ts';
import type { SvdOptions } from './generated/options.ts';
import { fromNative, type Matrix, type MatrixLike, toMatrix } from './matrix.ts';
import { native } from './native.ts';

/** Result of {@link thinSvd}: `A = U diag(s) V'`. */
export interface Svd {
  /** Left singular vectors, m×k: the modes of a snapshot matrix. */
  readonly u: Matrix;
  /** Singular values, not increasing. */
  readonly s: Float64Array;
  /** Right singular vectors, n×k. */
  readonly v: Matrix;
}

/**
 * Thin singular value decomposition of a snapshot matrix, optionally truncated to a rank or to a share of the energy.
 *
 * @param snapshots - m×n, one column a state.
 * @throws {@link LgfError} naming `snapshots`, `rank` or `energy`
 * @example
 * ```ts
 * import { thinSvd } from 'learned-gradient-flow';
 * const { s } = thinSvd([[3, 0], [0, 4], [0, 0]]);
 * console.log(Array.from(s, (v) => v.toFixed(6)).join(' ')); // → 4.000000 3.000000
 * ```
 */
export function thinSvd(snapshots: MatrixLike, options?: SvdOptions | null): Svd {
  const a = toMatrix(snapshots, 'snapshots');
  const { u, s, v } = call(() => native.thinSvd(a, options));
  return { u: fromNative(u), s, v: fromNative(v) };
}

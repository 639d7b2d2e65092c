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
  /**
   * How it was made. `'dense'`: by bidiagonalization, small or nearly square matrices. Tall and wide ones by passes over blocks in cache: `'gram'`,
   * eigenvectors of `A'A`; `'gramTwice'`, the same once more with `A V / S`; `'tsqr'`, by reflections, where digits are lost in `A'A`.
   */
  readonly method: 'dense' | 'gram' | 'gramTwice' | 'tsqr';
  /** `s[0] / s[k - 1]`, which decides the method; `Infinity` where a kept value is zero. */
  readonly condition: number;
  /** About what the smallest kept value is wrong by at most, relative to it: 1e-12, or `n eps condition` where that is more. */
  readonly errorBound: number;
}

/**
 * Thin singular value decomposition of a snapshot matrix, optionally truncated to a rank or to a share of the energy.
 *
 * Matrices of 2^17 entries and more with eight times as many rows as columns, or columns as rows, cost two to four passes over their
 * entries, on all threads, and vectors that are not kept cost nothing. The bits do not depend on the number of threads.
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
  const { u, v, ...rest } = call(() => native.thinSvd(a, options));
  return { u: fromNative(u), v: fromNative(v), ...rest };
}

import { call } from './errors.ts';
import type { DenseOptions, StlsqOptions } from './generated/options.ts';
import { fromNative, type Matrix, type MatrixLike, toMatrix } from './matrix.ts';
import { native } from './native.ts';

/** Options of {@link leastSquares}. */
export type LeastSquaresOptions = Omit<DenseOptions, 'kind'>;
/** Options of {@link stlsq}. */
export type SparseOptions = Omit<StlsqOptions, 'kind'>;

/** Result of {@link leastSquares}. */
export interface DenseFit {
  /** P×t. */
  readonly coefficients: Matrix;
  /** Numerical rank of the regression matrix. */
  readonly rank: number;
  /** Largest singular value over the smallest kept one. */
  readonly condition: number;
}

/** Result of {@link stlsq}. */
export interface SparseFit extends DenseFit {
  /** `support[i][j]`: whether feature `i` takes part in target `j`. */
  readonly support: boolean[][];
  /** Ridge solves that thresholding took. */
  readonly iterations: number;
}

/**
 * The coefficients of smallest norm among those that minimise `|regression * coefficients - target|`.
 *
 * @param regression - n×P.
 * @param target - n×t.
 * @throws {@link LgfError} naming the argument or option
 * @example
 * ```ts
 * import { leastSquares } from 'learned-gradient-flow';
 * const { coefficients, rank } = leastSquares([[1, 1]], [[2]]); // of all x + y = 2 the one of smallest norm
 * console.log(coefficients.toArray().map(([c]) => c?.toFixed(6)).join(' '), rank); // → 1.000000 1.000000 1
 * ```
 */
export function leastSquares(regression: MatrixLike, target: MatrixLike, options?: LeastSquaresOptions | null): DenseFit {
  const [a, y] = [toMatrix(regression, 'regression'), toMatrix(target, 'target')];
  const { coefficients, rank, condition } = call(() => native.leastSquares(a, y, options));
  return { coefficients: fromNative(coefficients), rank, condition };
}

/**
 * Sequentially thresholded least squares: ridge solves `min |A c - y|^2 + alpha |c|^2` on a shrinking support, one for each target;
 * coefficients below `threshold` leave it, until it no longer changes; then, with `unbias`, least squares on what is left.
 *
 * @param regression - n×P.
 * @param target - n×t.
 * @throws {@link LgfError} naming the argument or option
 * @see Brunton, Proctor, Kutz 2016, doi:10.1073/pnas.1517384113
 * @example
 * ```ts
 * import { stlsq } from 'learned-gradient-flow';
 * const fit = stlsq([[1, 0], [0, 1], [1, 1]], [[2], [0.01], [2.01]], { threshold: 0.5, alpha: 0 });
 * console.log(fit.support.join(' '), fit.coefficients.at(0, 0)?.toFixed(3)); // → true false 2.005
 * ```
 */
export function stlsq(regression: MatrixLike, target: MatrixLike, options?: SparseOptions | null): SparseFit {
  const [a, y] = [toMatrix(regression, 'regression'), toMatrix(target, 'target')];
  const fit = call(() => native.stlsq(a, y, options));
  const coefficients = fromNative(fit.coefficients);
  const marks = fit.support ?? new Float64Array(coefficients.data.length);
  const row = (i: number): boolean[] =>
    Array.from(marks.subarray(i * coefficients.columns, (i + 1) * coefficients.columns), (m) => m === 1);
  const support = Array.from({ length: coefficients.rows }, (_, i) => row(i));
  return { coefficients, support, iterations: fit.iterations, rank: fit.rank, condition: fit.condition };
}

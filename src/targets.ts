import { call } from './errors.ts';
import type { StrongOptions, TestFunctionOptions, TimeStepOptions } from './generated/options.ts';
import { fromNative, type Matrix, type MatrixLike, toMatrix } from './matrix.ts';
import { native } from './native.ts';

/** The two sides of a regression: find coefficients with `regression * coefficients ~ target`. */
export interface Regression {
  /** Right sides, one row an equation. */
  readonly target: Matrix;
  /** Features, one row an equation. */
  readonly regression: Matrix;
}

/** Options of {@link strongForm}. */
export type StrongFormOptions = TimeStepOptions & StrongOptions;
/** Options of {@link weakForm}. */
export type WeakFormOptions = TimeStepOptions & TestFunctionOptions;

/**
 * Derivatives of the states by finite differences, and the rows of features at the same samples.
 *
 * Order 1: `(x[i+1] - x[i]) / dt`, 2: `(x[i+1] - x[i-1]) / 2dt`, 4: `(-x[i+2] + 8x[i+1] - 8x[i-1] + x[i-2]) / 12dt`.
 *
 * @param states - n×d at distances `dt`.
 * @param features - n×P at the same times.
 * @throws {@link LgfError} naming the argument or option
 * @example
 * ```ts
 * import { strongForm } from 'learned-gradient-flow';
 * const squares = [[0], [1], [4], [9]]; // t^2 at t = 0, 1, 2, 3
 * console.log(strongForm(squares, squares, { dt: 1 }).target.toArray().join(' ')); // → 2 4
 * ```
 */
export function strongForm(states: MatrixLike, features: MatrixLike, options: StrongFormOptions): Regression {
  const [x, theta] = [toMatrix(states, 'states'), toMatrix(features, 'features')];
  return pair(call(() => native.strongForm(x, theta, options)));
}

/**
 * Both sides of the weak form, `int phi'_k x dt = -int phi_k Theta dt * coefficients`, by the trapezoid rule.
 *
 * Test functions `phi(t) ~ (t - a)^p (b - t)^p` on `2 width + 1` samples, placed from the right end leftwards, one row each.
 *
 * @param states - n×d at distances `dt`.
 * @param features - n×P at the same times.
 * @throws {@link LgfError} naming the argument or option
 * @example
 * ```ts
 * import { weakForm } from 'learned-gradient-flow';
 * const line = Array.from({ length: 21 }, (_, i) => [0.3 * i]); // x' = 3 at dt = 0.1
 * const ones = line.map(() => [1]);
 * const { target, regression } = weakForm(line, ones, { dt: 0.1, width: 6 });
 * console.log(((target.at(9, 0) ?? 0) / (regression.at(9, 0) ?? 0)).toFixed(3)); // → 3.000
 * ```
 */
export function weakForm(states: MatrixLike, features: MatrixLike, options: WeakFormOptions): Regression {
  const [x, theta] = [toMatrix(states, 'states'), toMatrix(features, 'features')];
  return pair(call(() => native.weakForm(x, theta, options)));
}

function pair(form: ReturnType<typeof native.strongForm>): Regression {
  return { target: fromNative(form.target), regression: fromNative(form.regression) };
}

import { argumentError, call } from './errors.ts';
import type { FeatureOptions, LibraryOptions } from './generated/options.ts';
import { fromNative, type Matrix, type MatrixLike, toMatrix } from './matrix.ts';
import { native } from './native.ts';
import type { LibraryHandle } from './native-binding.d.ts';

/**
 * Monomials of every row of `states`: graded, inside a degree lexicographic, `1, x1, x2, x1^2, x1 x2, x2^2`.
 *
 * @param states - n×d.
 * @returns n×P with `P = C(d + polyOrder, polyOrder)`, one less without bias.
 * @throws {@link LgfError} naming `states`, `polyOrder` or `includeBias`
 * @example
 * ```ts
 * import { polynomialFeatures } from 'learned-gradient-flow';
 * console.log(polynomialFeatures([[2, 3]], { polyOrder: 2 }).toArray()[0]?.join(' ')); // → 1 2 3 4 6 9
 * ```
 */
export function polynomialFeatures(states: MatrixLike, options?: FeatureOptions | null): Matrix {
  const input = toMatrix(states, 'states');
  return fromNative(call(() => native.polynomialFeatures(input, options)));
}

/**
 * A feature library: monomials, or combinations of them that are orthonormal on the states given to `fit`.
 *
 * With `orthonormal`, `Theta = U S V'` on the training rows; the features are `Theta V_k / s_k` for all `s_k > rcond s_1`, and the
 * transform stays as fitted. A process warning `LGF_FEATURES_DROPPED` says when features were dropped.
 *
 * @example
 * ```ts
 * import { PolynomialLibrary } from 'learned-gradient-flow';
 * const library = new PolynomialLibrary({ dimension: 2, polyOrder: 2 });
 * console.log(library.featureCount, library.names().join(', ')); // → 6 1, x1, x2, x1^2, x1 x2, x2^2
 * console.log(library.transform([[2, 3]]).toArray()[0]?.join(' ')); // → 1 2 3 4 6 9
 * ```
 */
export class PolynomialLibrary {
  readonly #handle: LibraryHandle;

  /** @throws {@link LgfError} naming the option */
  constructor(options: LibraryOptions) {
    this.#handle = call(() => new native.LibraryHandle(options));
  }

  /** Number of features; of an orthonormal library before its fit, of its monomials. */
  get featureCount(): number {
    return this.#handle.featureCount;
  }

  /**
   * Fits the transform of an orthonormal library to states (n×d); other libraries need no fit and only check them.
   *
   * @throws {@link LgfError} naming `states`
   */
  fit(states: MatrixLike): this {
    const input = toMatrix(states, 'states');
    const dropped = call(() => this.#handle.fit(input));
    if (dropped > 0) warnDropped(dropped, this.#handle.featureCount + dropped);
    return this;
  }

  /**
   * Features of every row of states (n×d).
   *
   * @throws {@link LgfError} naming `states`; `ERR_LGF_STATE` before the fit of an orthonormal library
   */
  transform(states: MatrixLike): Matrix {
    const input = toMatrix(states, 'states');
    return fromNative(call(() => this.#handle.transform(input)));
  }

  /** Names of the features in the given inputs, `x1 ... xd` by default; `q1 ... qk` of an orthonormal library. */
  names(inputs?: readonly string[] | null): string[] {
    const names = inputs ?? Array.from({ length: this.#handle.dimension }, (_, i) => `x${i + 1}`);
    return call(() => this.#handle.names(toNames(names)));
  }
}

/** Names given by a user. */
export function toNames(inputs: readonly string[]): string[] {
  if (!Array.isArray(inputs)) throw argumentError('inputs', inputs, 'an array of strings');
  // Unlike map, this visits the holes of a sparse array.
  return Array.from(inputs, (name: unknown, i) => {
    if (typeof name !== 'string') throw argumentError(`inputs.${i}`, name, 'a string');
    return name;
  });
}

/** Tells the user, once for each fit that asked for it, that features depend on each other. */
export function warnDropped(dropped: number, of: number): void {
  process.emitWarning(`${dropped} of ${of} orthonormal features were dropped: the states do not tell them apart`, {
    code: 'LGF_FEATURES_DROPPED',
  });
}

import { argumentError, call, checkOptions, shapeError } from './errors.ts';
import { toNames } from './library.ts';
import { fromNative, type Matrix, matrix, toMatrix, toVector } from './matrix.ts';
import { native } from './native.ts';
import type { ModelHandle, NativeFitReport } from './native-binding.d.ts';
import { fromNativeSolution, type IntegrateOptions, type Solution } from './solution.ts';

/** What a fit was made of and how well it went. */
export interface FitReport {
  /** Rows of the regression. */
  readonly samples: number;
  /** Features, after orthonormalisation. */
  readonly features: number;
  /** Features that orthonormalisation found dependent and dropped. */
  readonly dropped: number;
  /** Numerical rank of the regression matrix; of a sparse fit, the smallest over the supports that were decomposed by themselves. */
  readonly rank: number;
  /** Condition of the regression matrix on its rank; of a sparse fit, the largest over the same supports. */
  readonly condition: number;
  /** Ridge solves that thresholding took; 0 for a dense fit. */
  readonly iterations: number;
  /** `|regression * coefficients - target| / |target|`, Frobenius norm. */
  readonly residual: number;
  /** Share of the squared singular values of the snapshots that the modes carry; `undefined` in the full space. */
  readonly energy: number | undefined;
}

/** A {@link FlowModel} as plain data. */
export interface FlowModelJson {
  readonly format: 'learned-gradient-flow/flow-model';
  readonly version: 1;
  readonly inputs: number;
  readonly polyOrder: number;
  readonly includeBias: boolean;
  /** Coefficients of the features as fitted, one row a feature; empty where `innerProducts` stand for them. */
  readonly coefficients: number[][];
  /** Transform of orthonormal features, one row an orthonormal feature. */
  readonly transform?: number[][];
  /** Modes of a reduced model, d×r. */
  readonly modes?: number[][];
  /** What makes a dense model of features too many to be formed: its coefficients are `Theta(anchors)' weights outputs`. */
  readonly innerProducts?: {
    /** Samples, n×d. */
    readonly anchors: number[][];
    /** n×m. */
    readonly weights: number[][];
    /** Recorded states or derivatives, m×d; the anchors where they are left out. */
    readonly outputs?: number[][];
  };
}

/** Makes a model of what the native core handed over; not public. */
export let wrapModel: (handle: ModelHandle) => FlowModel;

/**
 * A learned flow `dx/dt = f(x) = Theta(x) Xi`, in the full space or, `f(x) = U Theta(U'x) Xi`, in the span of SVD modes.
 *
 * Made by {@link discover} and by the optimizers (`opt.model`).
 *
 * @example
 * ```ts
 * import { discover, FlowModel } from 'learned-gradient-flow';
 * const circle = Array.from({ length: 200 }, (_, i) => [Math.cos(0.05 * i), Math.sin(0.05 * i)]);
 * const solver = { kind: 'stlsq', threshold: 0.1, alpha: 0 } as const;
 * const model = discover(circle, { dt: 0.05, model: { fdOrder: 4 }, solver });
 * console.log(model.equations({ digits: 4 }).join('; ')); // → x1' = -1 x2; x2' = 1 x1
 * const again = FlowModel.fromJSON(JSON.parse(JSON.stringify(model)));
 * console.log(again.derivative([0, 1]).join() === model.derivative([0, 1]).join()); // → true
 * ```
 */
export class FlowModel {
  readonly #handle: ModelHandle;

  static {
    wrapModel = (handle) => new FlowModel(handle);
  }

  private constructor(handle: ModelHandle) {
    if (!(handle instanceof native.ModelHandle)) {
      throw argumentError('handle', handle, 'nothing: models come from discover, from an optimizer or from FlowModel.fromJSON');
    }
    this.#handle = handle;
  }

  /** Number of variables of the space that the flow lives in. */
  get dimension(): number {
    return this.#handle.dimension;
  }

  /** Number of inputs of the polynomial: the dimension, or the number of modes. */
  get inputs(): number {
    return this.#handle.inputs;
  }

  /**
   * Coefficients of the monomials, P×inputs: one row a feature, one column an equation.
   *
   * @throws {@link LgfError} `ERR_LGF_STATE` of a dense model of features too many to be formed, whose coefficients number more than 2^28;
   * so do `names`, `support` and `equations`
   */
  get coefficients(): Matrix {
    return fromNative(call(() => this.#handle.coefficients()));
  }

  /** Names of the monomials: in `x1 ... xd`, or in `z1 ... zr` in a reduced space. */
  get names(): string[] {
    return call(() => this.#handle.names());
  }

  /** `support[i][j]`: whether monomial `i` takes part in equation `j`. */
  get support(): boolean[][] {
    return this.coefficients.toArray().map((row) => row.map((c) => c !== 0));
  }

  /** Modes `U` (d×r) of a reduced model. */
  get modes(): Matrix | undefined {
    const modes = call(() => this.#handle.modes());
    return modes ? fromNative(modes) : undefined;
  }

  /** What the fit reported; `undefined` for a model that came from data. */
  get fit(): FitReport | undefined {
    return toFitReport(this.#handle.report());
  }

  /**
   * The equations as text, one for each input: `x1' = 0.5 - 2 x1 + 3 x1 x2`.
   *
   * @param options.digits - Significant digits. Domain: an integer in [1, 21], 6 by default.
   * @param options.inputs - Names of the inputs.
   * @throws {@link LgfError} naming the option
   */
  equations(options?: { readonly digits?: number | null; readonly inputs?: readonly string[] | null } | null): string[] {
    checkOptions(options, ['digits', 'inputs']);
    const digits = options?.digits ?? 6;
    if (!Number.isInteger(digits) || digits < 1 || digits > 21) throw argumentError('digits', digits, 'an integer in [1, 21]');
    const inputs = options?.inputs ?? undefined;
    const given = inputs === undefined ? undefined : toNames(inputs);
    const names = call(() => this.#handle.names(given));
    const letter = this.#handle.modes() ? 'z' : 'x';
    const coefficients = this.coefficients;
    return Array.from({ length: coefficients.columns }, (_, j) => {
      const terms = names.map((name, i) => term(coefficients.at(i, j) ?? 0, name, digits)).filter((text) => text !== '');
      const sum = terms.join(' ').replace(/^\+ /, '').replace(/^- /, '-');
      return `${given?.[j] ?? `${letter}${j + 1}`}' = ${sum === '' ? '0' : sum}`;
    });
  }

  /**
   * `f(x)`, in the full space.
   *
   * @throws {@link LgfError} naming `x`
   */
  derivative(x: ArrayLike<number>): Float64Array {
    const point = toVector(x, 'x');
    return call(() => this.#handle.derivative(point));
  }

  /**
   * Follows the learned flow from `start`; what of `start` lies outside of the modes of a reduced model stays as it is.
   *
   * @throws {@link LgfError} naming the argument
   */
  integrate(start: ArrayLike<number>, options: IntegrateOptions): Solution {
    const from = toVector(start, 'start');
    return fromNativeSolution(call(() => this.#handle.integrate(from, options)));
  }

  /**
   * Plain data that {@link FlowModel.fromJSON} takes back: bit for bit, but for sparse or dense models of more features than equations with
   * 2^16 coefficients or more. Those keep a shorter form, and the model of their coefficients gives the same flow up to rounding.
   *
   * @throws {@link LgfError} `ERR_LGF_STATE` naming `coefficients` where such a model has more than 2^28 of them
   */
  toJSON(): FlowModelJson {
    const products = call(() => this.#handle.innerProducts());
    if (products) {
      const { anchors, weights, outputs } = products;
      return {
        format: 'learned-gradient-flow/flow-model',
        version: 1,
        inputs: this.inputs,
        polyOrder: this.#handle.polyOrder,
        includeBias: this.#handle.includeBias,
        coefficients: [],
        innerProducts: {
          anchors: fromNative(anchors).toArray(),
          weights: fromNative(weights).toArray(),
          ...(outputs && { outputs: fromNative(outputs).toArray() }),
        },
      };
    }
    const features = fromNative(call(() => this.#handle.featureCoefficients()));
    const transform = call(() => this.#handle.transform());
    const modes = this.modes;
    const rows = (data: Float64Array, width: number): number[][] =>
      Array.from({ length: data.length / width }, (_, i) => Array.from(data.subarray(i * width, (i + 1) * width)));
    return {
      format: 'learned-gradient-flow/flow-model',
      version: 1,
      inputs: this.inputs,
      polyOrder: this.#handle.polyOrder,
      includeBias: this.#handle.includeBias,
      coefficients: features.toArray(),
      ...(transform && { transform: rows(transform, this.names.length) }),
      ...(modes && { modes: modes.toArray() }),
    };
  }

  /**
   * A model from the data of {@link FlowModel.toJSON}.
   *
   * @throws {@link LgfError} naming the entry that does not fit
   */
  static fromJSON(json: FlowModelJson): FlowModel {
    if (typeof json !== 'object' || json === null) throw argumentError('json', json, 'the data of a flow model');
    if (json.format !== 'learned-gradient-flow/flow-model')
      throw argumentError('format', json.format, "'learned-gradient-flow/flow-model'");
    if (json.version !== 1) throw argumentError('version', json.version, '1');
    // Counts cross to the native core as 32-bit integers, which would wrap around.
    const counts = (n: unknown, from: number): boolean => Number.isInteger(n) && (n as number) >= from && (n as number) < 2 ** 32;
    if (!counts(json.inputs, 1)) throw argumentError('inputs', json.inputs, 'an integer in [1, 2^32)');
    if (!counts(json.polyOrder, 0)) throw argumentError('polyOrder', json.polyOrder, 'an integer in [0, 2^32)');
    if (typeof json.includeBias !== 'boolean') throw argumentError('includeBias', json.includeBias, 'true or false');
    const { inputs, polyOrder, includeBias } = json;
    if (json.innerProducts !== undefined && json.innerProducts !== null) return fromInnerProducts(json, json.innerProducts);
    const monomials = call(() => new native.LibraryHandle({ dimension: inputs, polyOrder, includeBias })).featureCount;
    const coefficients = toMatrix(json.coefficients, 'coefficients');
    const transform = optionalMatrix(json.transform, 'transform');
    requireShape('coefficients', coefficients, transform ? coefficients.rows : monomials, inputs);
    if (transform) requireShape('transform', transform, coefficients.rows, monomials);
    const modes = optionalMatrix(json.modes, 'modes');
    if (modes) requireShape('modes', modes, Math.max(modes.rows, 1), inputs);
    const [u, v] = [transform?.data, modes && columnMajor(modes)];
    return new FlowModel(call(() => native.ModelHandle.fromParts(inputs, polyOrder, includeBias, coefficients.data, u, v)));
  }
}

/** A model of anchors, table and rows. */
function fromInnerProducts(
  { inputs, polyOrder, includeBias }: FlowModelJson,
  given: NonNullable<FlowModelJson['innerProducts']>,
): FlowModel {
  if (typeof given !== 'object') throw argumentError('innerProducts', given, 'an object with anchors and weights');
  const anchors = toMatrix(given.anchors, 'innerProducts.anchors');
  const weights = toMatrix(given.weights, 'innerProducts.weights');
  const outputs = optionalMatrix(given.outputs, 'innerProducts.outputs');
  requireShape('innerProducts.anchors', anchors, Math.max(anchors.rows, 1), inputs);
  if (outputs) requireShape('innerProducts.outputs', outputs, Math.max(outputs.rows, 1), inputs);
  requireShape('innerProducts.weights', weights, anchors.rows, (outputs ?? anchors).rows);
  const make = () => native.ModelHandle.fromInnerProducts(inputs, polyOrder, includeBias, anchors.data, weights.data, outputs?.data);
  return wrapModel(call(make));
}

/** A report of the native core. */
export function toFitReport(report: NativeFitReport | null): FitReport | undefined {
  return report ? { ...report, energy: report.energy ?? undefined } : undefined;
}

function optionalMatrix(rows: number[][] | null | undefined, name: string): Matrix | undefined {
  return rows === undefined || rows === null ? undefined : toMatrix(rows, name);
}

function requireShape(name: string, { rows, columns }: Matrix, expectedRows: number, expectedColumns: number): void {
  // The rows of no features at all have no length.
  if (rows === expectedRows && (columns === expectedColumns || rows === 0)) return;
  throw shapeError(name, `${rows}×${columns}`, `${expectedRows}×${expectedColumns}`);
}

function columnMajor(a: Matrix): Float64Array {
  const columns = Array.from({ length: a.columns }, (_, j) => Array.from({ length: a.rows }, (_, i) => a.at(i, j) ?? 0));
  return matrix(columns).data;
}

function term(coefficient: number, name: string, digits: number): string {
  if (coefficient === 0) return '';
  const size = Number(Math.abs(coefficient).toPrecision(digits));
  return `${coefficient < 0 ? '-' : '+'} ${name === '1' ? size : `${size} ${name}`}`;
}

// The public types, rolled up from src/ by `npm run build`. Do not edit.
/// <reference lib="esnext.disposable" />
/** Rows of equal length, a {@link Matrix}, or the plain fields of one. */
type MatrixLike = {
  readonly rows: number;
  readonly columns: number;
  readonly data: ArrayLike<number>;
} | ArrayLike<ArrayLike<number>>;
/** A dense matrix, row-major. */
declare class Matrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** Entries, row after row, length `rows * columns`. */
  readonly data: Float64Array;
  /**
   * @throws {@link LgfError} naming the argument; `ERR_LGF_SHAPE` unless `data` has `rows * columns` entries
   */
  constructor(rows: number, columns: number, data: Float64Array);
  /** Entry of row `i`, column `j`, from 0; `undefined` outside. */
  at(i: number, j: number): number | undefined;
  /** Row `i` as a view of the data. */
  row(i: number): Float64Array;
  /** Plain data that every function taking a matrix takes back. */
  toJSON(): {
    rows: number;
    columns: number;
    data: number[];
  };
  /** The rows as plain arrays. */
  toArray(): number[][];
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
declare function matrix(rows: ArrayLike<ArrayLike<number>>): Matrix;
/** Monomials of the inputs. */
interface FeatureOptions {
  /**
   * Highest degree of the monomials.
   * Domain: an integer in [0, 64].
   * @defaultValue `1`
   */
  readonly polyOrder?: number | null;
  /**
   * Whether the constant is a feature.
   * @defaultValue `true`
   */
  readonly includeBias?: boolean | null;
}
/** A polynomial feature library. */
interface LibraryOptions {
  /**
   * Number of inputs `d`.
   * Domain: an integer in [1, ∞).
   */
  readonly dimension: number;
  /**
   * Highest degree of the monomials.
   * Domain: an integer in [0, 64].
   * @defaultValue `1`
   */
  readonly polyOrder?: number | null;
  /**
   * Whether the constant is a feature.
   * @defaultValue `true`
   */
  readonly includeBias?: boolean | null;
  /**
   * Whether the features are made orthonormal on the states given to `fit`.
   * @defaultValue `false`
   */
  readonly orthonormal?: boolean | null;
  /**
   * Orthonormal features whose singular value is at most this fraction of the largest are dropped.
   * Domain: a number in [0, 1).
   * @defaultValue `1e-12`
   */
  readonly rcond?: number | null;
}
/** The time grid of a recorded trajectory. */
interface TimeStepOptions {
  /**
   * Time between consecutive states.
   * Domain: a number in (0, ∞).
   */
  readonly dt: number;
}
/** Finite differences of the strong form. */
interface StrongOptions {
  /**
   * Order of accuracy of the finite differences: 1 (forward), 2 or 4 (central).
   * Domain: one of 1, 2, 4.
   * @defaultValue `2`
   */
  readonly fdOrder?: number | null;
}
/** How many singular triplets are kept: all by default. */
interface SvdOptions {
  /**
   * Number of triplets; at most the smaller side of the matrix.
   * Domain: an integer in [1, ∞).
   */
  readonly rank?: number | null;
  /**
   * Keep the fewest triplets whose squared singular values make up this share of the total.
   * Domain: a number in (0, 1].
   */
  readonly energy?: number | null;
}
/** The interval of an integration and the times at which its states are wanted. */
interface IntervalOptions {
  /**
   * Time at the start.
   * Domain: a finite number.
   */
  readonly from: number;
  /**
   * Time at the end; below `from` the field is followed backwards.
   * Domain: a finite number.
   */
  readonly to: number;
  /**
   * Times in the order of integration, inside of the interval. By default the start and every accepted step.
   * Domain: each a finite number.
   */
  readonly at?: ArrayLike<number> | null;
}
/** What is learned of a trajectory and how. */
interface DiscoverModelOptions {
  /** What is learned. */
  readonly model?: ModelOptions | null;
  /** How the regression is solved. */
  readonly solver?: SolverOptions | null;
}
/** What is learned: the features, the space, the kind of regression. */
interface ModelOptions {
  /**
   * Highest degree of the monomials.
   * Domain: an integer in [0, 64].
   * @defaultValue `1`
   */
  readonly polyOrder?: number | null;
  /**
   * Whether the constant is a feature.
   * @defaultValue `true`
   */
  readonly includeBias?: boolean | null;
  /**
   * Number of SVD modes of the snapshots in which the flow is learned; the full space by default. At most the number of samples and of variables.
   * Domain: an integer in [1, ∞).
   */
  readonly truncationRank?: number | null;
  /**
   * Learn in as many modes as make up this share of the snapshots' energy, the sum of the squared singular values: anew at each fit, and no more than `truncationRank` where both are given.
   * Domain: a number in (0, 1].
   */
  readonly truncationEnergy?: number | null;
  /**
   * Points that are put between each two recorded ones, by interpolation of the path, before the regression.
   * Domain: an integer in [0, 1000].
   * @defaultValue `0`
   */
  readonly pointsAdded?: number | null;
  /**
   * Degree of the interpolating spline: 1 (a broken line), 2 or 3 (smooth). It needs one sample more than its degree.
   * Domain: one of 1, 2, 3.
   * @defaultValue `3`
   */
  readonly interpolationOrder?: number | null;
  /** Where the derivatives come from: `'strong'` by default, `'tracked'` for Adam, which admits no other. */
  readonly method?: "strong" | "weak" | "tracked" | null;
  /**
   * Order of accuracy of the finite differences of the strong form: 1 (forward), 2 or 4 (central).
   * Domain: one of 1, 2, 4.
   * @defaultValue `2`
   */
  readonly fdOrder?: number | null;
  /**
   * Whether the features are made orthonormal on the samples before the regression.
   * @defaultValue `false`
   */
  readonly orthonormal?: boolean | null;
  /** Test functions of the weak form. */
  readonly testFunctions?: TestFunctionOptions | null;
}
/** Test functions of the weak form, `phi(t) ~ (t - a)^p (b - t)^p` on a support of `2 width + 1` samples. */
interface TestFunctionOptions {
  /**
   * Half-width of the support in samples. By default `max(1, floor(floor(n / 25) / 2))` for n samples, points that were added between them included: with `pointsAdded` choose it.
   * Domain: an integer in [1, ∞).
   */
  readonly width?: number | null;
  /**
   * Exponent `p`; at least 2, so that the derivative vanishes at the ends of the support too.
   * Domain: an integer in [2, ∞).
   * @defaultValue `5`
   */
  readonly exponent?: number | null;
  /**
   * Distance between the supports of neighbouring test functions, in samples.
   * Domain: an integer in [1, ∞).
   * @defaultValue `1`
   */
  readonly stride?: number | null;
  /**
   * Whether the time grid is extended by one step at both ends, so that the first and the last sample take part.
   * @defaultValue `true`
   */
  readonly includeEndpoints?: boolean | null;
}
/** How the regression is solved. */
type SolverOptions = DenseOptions | StlsqOptions;
/** Minimum-norm least squares. */
interface DenseOptions {
  /**
   * Minimum-norm least squares.
   * @defaultValue `'dense'`
   */
  readonly kind?: "dense" | null;
  /**
   * Singular values at most this fraction of the largest count as zero. By default the double's epsilon times the larger side. Features too many to be formed are known by their inner products, the squares of singular values: there it is at least the root of epsilon times the samples.
   * Domain: a number in [0, 1).
   */
  readonly rcond?: number | null;
}
/** Sequentially thresholded least squares. */
interface StlsqOptions {
  /** Sequentially thresholded least squares. */
  readonly kind: "stlsq";
  /**
   * Coefficients below it in magnitude are set to zero.
   * Domain: a number in [0, ∞).
   * @defaultValue `0.1`
   */
  readonly threshold?: number | null;
  /**
   * Weight of the ridge penalty; 0 for plain least squares.
   * Domain: a number in [0, ∞).
   * @defaultValue `0.05`
   */
  readonly alpha?: number | null;
  /**
   * Most ridge solves.
   * Domain: an integer in [1, ∞).
   * @defaultValue `20`
   */
  readonly maxIter?: number | null;
  /**
   * Whether the columns of the regression matrix are scaled to unit length first; the threshold then is in those units.
   * @defaultValue `false`
   */
  readonly normalizeColumns?: boolean | null;
  /**
   * Whether the surviving coefficients are refitted at the end without penalty.
   * @defaultValue `true`
   */
  readonly unbias?: boolean | null;
  /**
   * Singular values at most this fraction of the largest count as zero where a solve has no penalty. By default the double's epsilon times the larger side; `2^-23` times it is the default of single precision.
   * Domain: a number in [0, 1).
   */
  readonly rcond?: number | null;
}
/** Gradient descent. */
interface GradientDescentOptions {
  /**
   * Step length of the base optimizer per unit of direction; the recorded iterates lie this far apart in flow time.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.001`
   */
  readonly learningRate?: number | null;
  /**
   * What the objective writes to its second argument.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "newton" | "custom" | null;
}
/** Adam. */
interface BaseAdamOptions {
  /**
   * Step length of Adam.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.001`
   */
  readonly learningRate?: number | null;
  /**
   * Decay of the first and of the second moment in one step.
   * Domain: each a number in [0, 1).
   * @defaultValue `[0.9, 0.999]`
   */
  readonly betas?: readonly [number, number] | null;
  /**
   * Added to the root of the second moment.
   * Domain: a number in (0, ∞).
   * @defaultValue `1e-8`
   */
  readonly eps?: number | null;
  /**
   * Whether the second moment is replaced by its running maximum, taken before the bias correction.
   * @defaultValue `false`
   */
  readonly amsgrad?: boolean | null;
  /**
   * What the objective writes to its second argument.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "newton" | "custom" | null;
}
/** Learned gradient flow. */
interface LGFGradientFlowOptions {
  /**
   * Step length of the base optimizer per unit of direction; the recorded iterates lie this far apart in flow time.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.001`
   */
  readonly learningRate?: number | null;
  /**
   * What the objective writes to its second argument.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "newton" | "custom" | null;
  /**
   * Iterates recorded before the flow is learned.
   * Domain: an integer in [1, ∞).
   * @defaultValue `100`
   */
  readonly historySize?: number | null;
  /**
   * How they are stored. Single precision takes half the memory, and half the time where reading them bounds it; states then are known to 6e-8 of their size, which differences of close ones (`'strong'`, `'weak'`) must stay clear of.
   * @defaultValue `'double'`
   */
  readonly historyPrecision?: "double" | "single" | null;
  /** What is learned. */
  readonly model?: ModelOptions | null;
  /** How the regression is solved. */
  readonly solver?: SolverOptions | null;
  /** How the learned flow is integrated; by default one fixed step of length `dt`. */
  readonly ode?: OdeOptions | null;
  /**
   * Whether learned steps ask for the value at their end, to report it; such evaluations are not counted.
   * @defaultValue `false`
   */
  readonly reportLearnedValues?: boolean | null;
  /**
   * Steps of both kinds after which the model is thrown away; at least `historySize`.
   * Domain: an integer in [1, 1000000000].
   * @defaultValue `200`
   */
  readonly retrainInterval?: number | null;
  /**
   * Whether learned phases are judged by one true evaluation of their end before they are taken: one that ends worse than it began, or past a minimum where the direction is the gradient, is undone and tried again over a quarter of its steps. Base steps that would end above the start of the run, gradient descent above where the history began, are halved. The published algorithm has no such thing.
   * @defaultValue `false`
   */
  readonly safeguard?: boolean | null;
  /**
   * Flow time of one learned step.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.001`
   */
  readonly dt?: number | null;
}
/** The integrator of the learned flow. */
type OdeOptions = Rk4Options | Rk45Options;
/** Fixed steps, 3/8 rule of order 4. */
interface Rk4Options {
  /**
   * Fixed steps.
   * @defaultValue `'rk4'`
   */
  readonly method?: "rk4" | null;
  /**
   * Step size; the last step is shortened to land on the end. By default one step over the whole interval.
   * Domain: a number in (0, ∞).
   */
  readonly step?: number | null;
  /**
   * Most steps of one integration; 1,000,000 by default, 10,000 of a learned step.
   * Domain: an integer in [1, ∞).
   */
  readonly maxSteps?: number | null;
}
/** Adaptive steps, Dormand-Prince 5(4). */
interface Rk45Options {
  /** Adaptive steps. */
  readonly method: "rk45";
  /**
   * Relative tolerance.
   * Domain: a number in [0, ∞).
   * @defaultValue `1e-7`
   */
  readonly rtol?: number | null;
  /**
   * Absolute tolerance.
   * Domain: a number in [0, ∞).
   * @defaultValue `1e-9`
   */
  readonly atol?: number | null;
  /**
   * Most steps of one integration, rejected ones included; 1,000,000 by default, 10,000 of a learned step.
   * Domain: an integer in [1, ∞).
   */
  readonly maxSteps?: number | null;
}
/** Learned Adam flow. */
interface LGFAdamOptions {
  /**
   * Step length of Adam.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.001`
   */
  readonly learningRate?: number | null;
  /**
   * Decay of the first and of the second moment in one step.
   * Domain: each a number in [0, 1).
   * @defaultValue `[0.9, 0.999]`
   */
  readonly betas?: readonly [number, number] | null;
  /**
   * Added to the root of the second moment.
   * Domain: a number in (0, ∞).
   * @defaultValue `1e-8`
   */
  readonly eps?: number | null;
  /**
   * Whether the second moment is replaced by its running maximum, taken before the bias correction.
   * @defaultValue `false`
   */
  readonly amsgrad?: boolean | null;
  /**
   * What the objective writes to its second argument.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "newton" | "custom" | null;
  /**
   * Flow time of one learned step. By default the learning rate.
   * Domain: a number in (0, ∞).
   */
  readonly dt?: number | null;
  /**
   * How a learned step is made: the Adam flow integrated, or one update of Adam itself with the learned gradient; `ode` then has no part in it.
   * @defaultValue `'flow'`
   */
  readonly stepping?: "flow" | "discrete" | null;
  /**
   * Iterates recorded before the flow is learned.
   * Domain: an integer in [1, ∞).
   * @defaultValue `100`
   */
  readonly historySize?: number | null;
  /**
   * How they are stored. Single precision takes half the memory, and half the time where reading them bounds it; states then are known to 6e-8 of their size, which differences of close ones (`'strong'`, `'weak'`) must stay clear of.
   * @defaultValue `'double'`
   */
  readonly historyPrecision?: "double" | "single" | null;
  /** What is learned. */
  readonly model?: ModelOptions | null;
  /** How the regression is solved. */
  readonly solver?: SolverOptions | null;
  /** How the learned flow is integrated; by default one fixed step of length `dt`. */
  readonly ode?: OdeOptions | null;
  /**
   * Whether learned steps ask for the value at their end, to report it; such evaluations are not counted.
   * @defaultValue `false`
   */
  readonly reportLearnedValues?: boolean | null;
  /**
   * Steps of both kinds after which the model is thrown away; at least `historySize`.
   * Domain: an integer in [1, 1000000000].
   * @defaultValue `200`
   */
  readonly retrainInterval?: number | null;
  /**
   * Whether learned phases are judged by one true evaluation of their end before they are taken: one that ends worse than it began, or past a minimum where the direction is the gradient, is undone and tried again over a quarter of its steps. Base steps that would end above the start of the run, gradient descent above where the history began, are halved. The published algorithm has no such thing.
   * @defaultValue `false`
   */
  readonly safeguard?: boolean | null;
}
/** Learned gradient flow within a trust region. */
interface LGFTrustRegionOptions {
  /**
   * Step length of the base optimizer per unit of direction; the recorded iterates lie this far apart in flow time.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.001`
   */
  readonly learningRate?: number | null;
  /**
   * What the objective writes to its second argument.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "newton" | "custom" | null;
  /**
   * Flow time of one learned step. By default the learning rate.
   * Domain: a number in (0, ∞).
   */
  readonly dt?: number | null;
  /**
   * Iterates recorded before the flow is learned.
   * Domain: an integer in [1, ∞).
   * @defaultValue `100`
   */
  readonly historySize?: number | null;
  /**
   * How they are stored. Single precision takes half the memory, and half the time where reading them bounds it; states then are known to 6e-8 of their size, which differences of close ones (`'strong'`, `'weak'`) must stay clear of.
   * @defaultValue `'double'`
   */
  readonly historyPrecision?: "double" | "single" | null;
  /** What is learned. */
  readonly model?: ModelOptions | null;
  /** How the regression is solved. */
  readonly solver?: SolverOptions | null;
  /** How the learned flow is integrated; by default one fixed step of length `dt`. */
  readonly ode?: OdeOptions | null;
  /**
   * Whether learned steps ask for the value at their end, to report it; such evaluations are not counted.
   * @defaultValue `false`
   */
  readonly reportLearnedValues?: boolean | null;
  /**
   * First radius, in the units of the variables. By default `2 dt`, at most `maxRadius`.
   * Domain: a number in (0, ∞).
   */
  readonly initialRadius?: number | null;
  /**
   * Largest radius.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.5`
   */
  readonly maxRadius?: number | null;
  /**
   * Where both updates are shorter than this times `dt` they agree, and the radius grows by 1.25.
   * Domain: a number in [0, ∞).
   * @defaultValue `1e-8`
   */
  readonly gradientTolerance?: number | null;
  /**
   * Cosine between the true and the predicted update from which the radius grows by `goodFactor`.
   * Domain: a number in [-1, 1].
   * @defaultValue `0.7`
   */
  readonly goodCosine?: number | null;
  /**
   * Cosine below which the model is dropped and the radius shrinks by `badFactor`; not above `goodCosine`.
   * Domain: a number in [-1, 1].
   * @defaultValue `0.2`
   */
  readonly badCosine?: number | null;
  /**
   * Factor of the radius after a good prediction.
   * Domain: a number in [1, 1e6].
   * @defaultValue `1.5`
   */
  readonly goodFactor?: number | null;
  /**
   * Factor of the radius after a prediction between good and bad.
   * Domain: a number in (0, 1].
   * @defaultValue `0.8`
   */
  readonly okayFactor?: number | null;
  /**
   * Factor of the radius after a bad prediction or a phase that ended worse than it began.
   * Domain: a number in (0, 1).
   * @defaultValue `0.5`
   */
  readonly badFactor?: number | null;
  /**
   * Learned steps after which a true one is taken, even inside of the radius.
   * Domain: an integer in [1, 1000000].
   * @defaultValue `100`
   */
  readonly maxLearnedSteps?: number | null;
  /**
   * Whether learned phases are judged by the true evaluation that ends them and undone where the value is above that of the last one; base steps that would end above the start of the run are halved.
   * @defaultValue `true`
   */
  readonly safeguard?: boolean | null;
}
/** Learned Adam flow within a trust region. */
interface LGFAdamTrustRegionOptions {
  /**
   * Step length of Adam.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.001`
   */
  readonly learningRate?: number | null;
  /**
   * Decay of the first and of the second moment in one step.
   * Domain: each a number in [0, 1).
   * @defaultValue `[0.9, 0.999]`
   */
  readonly betas?: readonly [number, number] | null;
  /**
   * Added to the root of the second moment.
   * Domain: a number in (0, ∞).
   * @defaultValue `1e-8`
   */
  readonly eps?: number | null;
  /**
   * Whether the second moment is replaced by its running maximum, taken before the bias correction.
   * @defaultValue `false`
   */
  readonly amsgrad?: boolean | null;
  /**
   * What the objective writes to its second argument.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "newton" | "custom" | null;
  /**
   * Flow time of one learned step. By default the learning rate.
   * Domain: a number in (0, ∞).
   */
  readonly dt?: number | null;
  /**
   * How a learned step is made: the Adam flow integrated, or one update of Adam itself with the learned gradient; `ode` then has no part in it.
   * @defaultValue `'flow'`
   */
  readonly stepping?: "flow" | "discrete" | null;
  /**
   * Iterates recorded before the flow is learned.
   * Domain: an integer in [1, ∞).
   * @defaultValue `100`
   */
  readonly historySize?: number | null;
  /**
   * How they are stored. Single precision takes half the memory, and half the time where reading them bounds it; states then are known to 6e-8 of their size, which differences of close ones (`'strong'`, `'weak'`) must stay clear of.
   * @defaultValue `'double'`
   */
  readonly historyPrecision?: "double" | "single" | null;
  /** What is learned. */
  readonly model?: ModelOptions | null;
  /** How the regression is solved. */
  readonly solver?: SolverOptions | null;
  /** How the learned flow is integrated; by default one fixed step of length `dt`. */
  readonly ode?: OdeOptions | null;
  /**
   * Whether learned steps ask for the value at their end, to report it; such evaluations are not counted.
   * @defaultValue `false`
   */
  readonly reportLearnedValues?: boolean | null;
  /**
   * First radius, in the units of the variables. By default `2 dt`, at most `maxRadius`.
   * Domain: a number in (0, ∞).
   */
  readonly initialRadius?: number | null;
  /**
   * Largest radius.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.5`
   */
  readonly maxRadius?: number | null;
  /**
   * Where both updates are shorter than this times `dt` they agree, and the radius grows by 1.25.
   * Domain: a number in [0, ∞).
   * @defaultValue `1e-8`
   */
  readonly gradientTolerance?: number | null;
  /**
   * Cosine between the true and the predicted update from which the radius grows by `goodFactor`.
   * Domain: a number in [-1, 1].
   * @defaultValue `0.7`
   */
  readonly goodCosine?: number | null;
  /**
   * Cosine below which the model is dropped and the radius shrinks by `badFactor`; not above `goodCosine`.
   * Domain: a number in [-1, 1].
   * @defaultValue `0.2`
   */
  readonly badCosine?: number | null;
  /**
   * Factor of the radius after a good prediction.
   * Domain: a number in [1, 1e6].
   * @defaultValue `1.5`
   */
  readonly goodFactor?: number | null;
  /**
   * Factor of the radius after a prediction between good and bad.
   * Domain: a number in (0, 1].
   * @defaultValue `0.8`
   */
  readonly okayFactor?: number | null;
  /**
   * Factor of the radius after a bad prediction or a phase that ended worse than it began.
   * Domain: a number in (0, 1).
   * @defaultValue `0.5`
   */
  readonly badFactor?: number | null;
  /**
   * Learned steps after which a true one is taken, even inside of the radius.
   * Domain: an integer in [1, 1000000].
   * @defaultValue `100`
   */
  readonly maxLearnedSteps?: number | null;
  /**
   * Whether learned phases are judged by the true evaluation that ends them and undone where the value is above that of the last one; base steps that would end above the start of the run are halved.
   * @defaultValue `true`
   */
  readonly safeguard?: boolean | null;
}
/** Learned gradient flow of several starts with one model. */
interface LGFBatchOptions {
  /**
   * Step length of the base optimizer per unit of direction; the recorded iterates lie this far apart in flow time.
   * Domain: a number in (0, ∞).
   * @defaultValue `0.001`
   */
  readonly learningRate?: number | null;
  /**
   * What the objective writes to its second argument.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "newton" | "custom" | null;
  /**
   * Flow time of one learned step. By default the learning rate.
   * Domain: a number in (0, ∞).
   */
  readonly dt?: number | null;
  /**
   * Iterates recorded before the flow is learned.
   * Domain: an integer in [1, ∞).
   * @defaultValue `100`
   */
  readonly historySize?: number | null;
  /**
   * How they are stored. Single precision takes half the memory, and half the time where reading them bounds it; states then are known to 6e-8 of their size, which differences of close ones (`'strong'`, `'weak'`) must stay clear of.
   * @defaultValue `'double'`
   */
  readonly historyPrecision?: "double" | "single" | null;
  /** What is learned. */
  readonly model?: ModelOptions | null;
  /** How the regression is solved. */
  readonly solver?: SolverOptions | null;
  /** How the learned flow is integrated; by default one fixed step of length `dt`. */
  readonly ode?: OdeOptions | null;
  /**
   * Whether learned steps ask for the value at their end, to report it; such evaluations are not counted.
   * @defaultValue `false`
   */
  readonly reportLearnedValues?: boolean | null;
  /**
   * Steps of both kinds after which the model is thrown away; at least `historySize`.
   * Domain: an integer in [1, 1000000000].
   * @defaultValue `200`
   */
  readonly retrainInterval?: number | null;
  /**
   * Whether learned phases are judged by one true evaluation of their end before they are taken: one that ends worse than it began, or past a minimum where the direction is the gradient, is undone and tried again over a quarter of its steps. Base steps that would end above the start of the run, gradient descent above where the history began, are halved. The published algorithm has no such thing.
   * @defaultValue `false`
   */
  readonly safeguard?: boolean | null;
  /**
   * Whether the model is fitted to the rows of all cycles so far; the oldest make way when a fit would not go into memory.
   * @defaultValue `false`
   */
  readonly allRows?: boolean | null;
}
/** Learned flow without a schedule: every true evaluation judges the last learned flow and teaches the next one. */
interface LGFAdaptiveOptions {
  /**
   * What the objective writes to its second argument. Directions that are no gradients are learned without a potential.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "newton" | "custom" | null;
  /**
   * Metric of the flow that is learned, `da/dt = -P g(a)` with a diagonal `P`: `'descent'` the variables as they are, `'adam'` that of Adam, `'diagonal'` the curvatures seen along each variable, for variables that have units of their own. Not with Newton's directions.
   * @defaultValue `'descent'`
   */
  readonly base?: "descent" | "adam" | "diagonal" | null;
  /**
   * The diagonal of `P`, one entry for each variable: inverse curvatures, or squares of typical sizes, up to a common factor. With `'adam'` the second moment is that of the preconditioned gradient, with `'diagonal'` it holds until curvatures are known. Not with Newton's directions.
   * Domain: each a number in [1e-100, 1e100].
   */
  readonly preconditioner?: ArrayLike<number> | null;
  /**
   * Most secants that are kept. Fewer are, where `memoryLimit` says so.
   * Domain: an integer in [1, 1000].
   * @defaultValue `100`
   */
  readonly window?: number | null;
  /**
   * Most memory of the window, in bytes: `16 (window + 1)` for each variable.
   * Domain: a number in (0, ∞).
   * @defaultValue `1.073741824e9`
   */
  readonly memoryLimit?: number | null;
  /**
   * Highest order of the polynomials that are learned for the field: of all variables up to six, of few at a time up to 256.
   * Domain: an integer in [1, 3].
   * @defaultValue `3`
   */
  readonly maxOrder?: number | null;
  /**
   * Length of the first step, in the units of the variables. By default from the sizes of the start and of the value there.
   * Domain: a number in (0, ∞).
   */
  readonly firstStep?: number | null;
  /**
   * Whether to follow the learned flow from where the run is, negative curvature included, instead of jumping to the end of it: design problems then end where descent would. With `direction: 'custom'` the direction is a field whose first step is the direction itself, learned from the newest five secants and followed for a time; weights of the variables that are told with it say how much each one counts.
   * @defaultValue `false`
   */
  readonly faithful?: boolean | null;
}
/** L-BFGS. */
interface LBFGSOptions {
  /**
   * Pairs of steps and gradient changes that are kept.
   * Domain: an integer in [1, 1000].
   * @defaultValue `10`
   */
  readonly memory?: number | null;
}
/** Anderson acceleration of gradient descent. */
interface AndersonOptions {
  /**
   * Differences of iterates and gradients that are combined.
   * Domain: an integer in [1, 100].
   * @defaultValue `10`
   */
  readonly memory?: number | null;
  /**
   * Step length of descent from the combination. By default estimated from the last two gradients.
   * Domain: a number in (0, ∞).
   */
  readonly mixing?: number | null;
}
/** Optimality criteria for `min f(x)` where `w'x <= limit`, `lower <= x <= upper`. */
interface OptimalityCriteriaOptions {
  /**
   * The `w` of the constraint, one for each variable. A variable of weight 0 keeps its place. By default all `1 / d`: `w'x` is the mean.
   * Domain: each a number in [0, ∞).
   */
  readonly weights?: ArrayLike<number> | null;
  /**
   * The largest `w'x`; by default, where `x` are densities, half of the volume.
   * Domain: a finite number.
   * @defaultValue `0.5`
   */
  readonly limit?: number | null;
  /**
   * Lower bound of every variable; `bounds` of `minimize` take its place.
   * Domain: a number in [0, 1e100].
   * @defaultValue `0`
   */
  readonly lower?: number | null;
  /**
   * Upper bound of every variable, above `lower`; `bounds` of `minimize` take its place.
   * Domain: a number in [0, 1e100].
   * @defaultValue `1`
   */
  readonly upper?: number | null;
  /**
   * The farthest that a variable moves in one step, as a share of the way between its bounds.
   * Domain: a number in (0, 1].
   * @defaultValue `0.2`
   */
  readonly moveLimit?: number | null;
  /**
   * The power `η` of an update.
   * Domain: a number in (0, 1].
   * @defaultValue `0.5`
   */
  readonly damping?: number | null;
  /**
   * Where the bisection for the multiplier ends: half the width of its bracket over its middle. `w'x` is the limit up to about this share of it; with 0 it is never above.
   * Domain: a number in [0, 1).
   * @defaultValue `0.001`
   */
  readonly multiplierTolerance?: number | null;
  /**
   * `'converged'` when no variable is about to move by more than this share of the way between its bounds.
   * Domain: a number in [0, ∞).
   * @defaultValue `0.01`
   */
  readonly tolerance?: number | null;
}
/** Method of moving asymptotes for `min f(x)` where `w'x <= limit`, `lower <= x <= upper`. */
interface MMAOptions {
  /**
   * The `w` of the constraint, one for each variable, of any sign. By default all `1 / d`: `w'x` is the mean.
   * Domain: each a finite number.
   */
  readonly weights?: ArrayLike<number> | null;
  /**
   * The largest `w'x`; by default, where `x` are densities, half of the volume.
   * Domain: a finite number.
   * @defaultValue `0.5`
   */
  readonly limit?: number | null;
  /**
   * Lower bound of every variable; `bounds` of `minimize` take its place.
   * Domain: a number in [-1e100, 1e100].
   * @defaultValue `0`
   */
  readonly lower?: number | null;
  /**
   * Upper bound of every variable, above `lower`; `bounds` of `minimize` take its place.
   * Domain: a number in [-1e100, 1e100].
   * @defaultValue `1`
   */
  readonly upper?: number | null;
  /**
   * The farthest that a variable moves in one step, as a share of the way between its bounds.
   * Domain: a number in (0, 1].
   * @defaultValue `0.5`
   */
  readonly moveLimit?: number | null;
  /**
   * How far the asymptotes of the first two steps are, as a share of the way between the bounds; later between 0.01 and 10.
   * Domain: a number in (0, 1].
   * @defaultValue `0.5`
   */
  readonly asymptoteInit?: number | null;
  /**
   * Factor of the distance of the asymptotes of a variable that went on in its direction.
   * Domain: a number in [1, 1e6].
   * @defaultValue `1.2`
   */
  readonly asymptoteIncrease?: number | null;
  /**
   * Factor of the distance of the asymptotes of a variable that turned back.
   * Domain: a number in (0, 1].
   * @defaultValue `0.7`
   */
  readonly asymptoteDecrease?: number | null;
  /**
   * `'converged'` when no variable is about to move by more than this share of the way between its bounds.
   * Domain: a number in [0, ∞).
   * @defaultValue `0.01`
   */
  readonly tolerance?: number | null;
}
/** When a run ends. Every run does: both counts are bounded. */
interface StoppingOptions {
  /**
   * `'converged'` when the largest entry of the gradient at the best point is at most this, in units of the gradient; with bounds, of the gradient projected onto them. By default 1e-8 of what it was at the start, so that no scale of the problem matters.
   * Domain: a number in [0, ∞).
   */
  readonly gradientTolerance?: number | null;
  /**
   * `'converged'` when the values of six accepted iterations in a row lie within this share of the last one.
   * Domain: a number in [0, ∞).
   * @defaultValue `1e-12`
   */
  readonly valueTolerance?: number | null;
  /**
   * `'target-reached'` when a value is at most this.
   * Domain: a finite number.
   */
  readonly target?: number | null;
  /**
   * `'max-evaluations'` after so many evaluations, failed ones included.
   * Domain: an integer in [1, ∞).
   * @defaultValue `15000`
   */
  readonly maxEvaluations?: number | null;
  /**
   * `'max-iterations'` after so many iterations.
   * Domain: an integer in [1, ∞).
   * @defaultValue `15000`
   */
  readonly maxIterations?: number | null;
  /**
   * `'max-seconds'` after so many seconds, looked at between evaluations.
   * Domain: a number in (0, ∞).
   */
  readonly maxSeconds?: number | null;
}
/** Newton directions from the Hessian. */
interface NewtonOptions {
  /**
   * Added to the diagonal of the Hessian, or to the absolute values of its eigenvalues where those are taken: the direction then is no longer than the gradient divided by it.
   * Domain: a number in [0, ∞).
   * @defaultValue `0`
   */
  readonly damping?: number | null;
  /**
   * Where the Hessian is not positive definite: `'absolute'` takes its eigenvalues without their signs, so that the direction always descends; `'plain'` is `H^-1 g` itself, which is attracted by saddles and maxima too and which damping can make longer.
   * @defaultValue `'absolute'`
   */
  readonly indefinite?: "absolute" | "plain" | null;
}
/** Newton directions from products with the Hessian. */
interface NewtonCgOptions {
  /**
   * Conjugate gradients end when the residual `H p - g` is at most this fraction of the gradient in length.
   * Domain: a number in [0, 1).
   * @defaultValue `1e-10`
   */
  readonly tolerance?: number | null;
  /**
   * Most products for one direction; by default twice the number of variables, at least 20.
   * Domain: an integer in [1, ∞).
   */
  readonly maxIterations?: number | null;
  /**
   * Added to the diagonal of the Hessian.
   * Domain: a number in [0, ∞).
   * @defaultValue `0`
   */
  readonly damping?: number | null;
}
/** Settings of the heat rod; the defaults are the published ones. */
interface HeatRodOptions {
  /**
   * Sine modes; fewer than `cells`.
   * Domain: an integer in [2, 256].
   * @defaultValue `30`
   */
  readonly modes?: number | null;
  /**
   * Midpoint cells of the rod.
   * Domain: an integer in [3, 65536].
   * @defaultValue `250`
   */
  readonly cells?: number | null;
  /**
   * Equispaced times from 0 to `endTime`, both included; `cells * times` is at most 2^26.
   * Domain: an integer in [2, 65536].
   * @defaultValue `500`
   */
  readonly times?: number | null;
  /**
   * Last time.
   * Domain: a number in [1e-100, 1e100].
   * @defaultValue `2`
   */
  readonly endTime?: number | null;
  /**
   * Conductivities `(a1, a2)` that made the data; their temperature must be finite.
   * Domain: each a finite number.
   * @defaultValue `[2.0, 1.0]`
   */
  readonly truth?: readonly [number, number] | null;
  /**
   * Starting point.
   * Domain: each a finite number.
   * @defaultValue `[0.5, 4.05]`
   */
  readonly start?: readonly [number, number] | null;
}
/** Settings of the nonlinear heat problem; the defaults are the published ones. */
interface NonlinearHeatOptions {
  /**
   * Sine modes in each direction; fewer than `points`. There are `modes^2` variables.
   * Domain: an integer in [1, 64].
   * @defaultValue `15`
   */
  readonly modes?: number | null;
  /**
   * Midpoints in each direction.
   * Domain: an integer in [2, 8192].
   * @defaultValue `300`
   */
  readonly points?: number | null;
  /**
   * Seed of the starting point, whose entries are uniform in `[-3, 3)`; equal seeds give equal points everywhere. From that of the default the published schedule converges.
   * Domain: an integer in [0, 9007199254740991].
   * @defaultValue `2`
   */
  readonly seed?: number | null;
  /**
   * Conductivity inside of the closed centred square of half-width 1/4.
   * Domain: a number in [1e-100, 1e100].
   * @defaultValue `20`
   */
  readonly conductivityInside?: number | null;
  /**
   * Conductivity outside of it.
   * Domain: a number in [1e-100, 1e100].
   * @defaultValue `1`
   */
  readonly conductivityOutside?: number | null;
  /**
   * Coefficient `sigma` of `u^5 / 5`.
   * Domain: a number in [0, 1e100].
   * @defaultValue `4`
   */
  readonly sigma?: number | null;
  /**
   * Factor of the source `x sin(4 pi x) sin(3 pi y)`.
   * Domain: a number in [-1e100, 1e100].
   * @defaultValue `1e7`
   */
  readonly sourceAmplitude?: number | null;
}
/** Settings of the deep elasticity problem; the defaults are the published ones. */
interface DeepElasticityOptions {
  /**
   * Neurons of a hidden layer.
   * Domain: an integer in [1, 256].
   * @defaultValue `20`
   */
  readonly hidden?: number | null;
  /**
   * Hidden layers.
   * Domain: an integer in [1, 8].
   * @defaultValue `2`
   */
  readonly layers?: number | null;
  /**
   * Where the energy density is taken.
   * @defaultValue `'midpoints'`
   */
  readonly sampling?: "midpoints" | "random" | null;
  /**
   * Midpoint cells of an edge; for `sampling: 'midpoints'`.
   * Domain: an integer in [1, 512].
   * @defaultValue `99`
   */
  readonly cells?: number | null;
  /**
   * Points of an evaluation; for `sampling: 'random'`.
   * Domain: an integer in [1, 134217728].
   * @defaultValue `5000`
   */
  readonly points?: number | null;
  /**
   * Whether every evaluation draws points of its own; for `sampling: 'random'`.
   * @defaultValue `true`
   */
  readonly resample?: boolean | null;
  /**
   * Seed of the starting point and of the random points.
   * Domain: an integer in [0, 9007199254740991].
   * @defaultValue `0`
   */
  readonly seed?: number | null;
}
/** Settings of topology optimization. */
interface TopologyOptions {
  /**
   * Share of the design domain that is material; given holes do not belong to it.
   * Domain: a number in (0, 1).
   * @defaultValue `0.5`
   */
  readonly volumeFraction?: number | null;
  /**
   * Exponent `p` of `E(ρ) = Emin + ρ^p (1 - Emin)`.
   * Domain: a number in [1, 10].
   * @defaultValue `3`
   */
  readonly penalty?: number | null;
  /**
   * Young's modulus of void; that of material is 1.
   * Domain: a number in [1e-12, 0.1].
   * @defaultValue `1e-9`
   */
  readonly minModulus?: number | null;
  /**
   * Poisson's ratio.
   * Domain: a number in [0, 0.45].
   * @defaultValue `0.3`
   */
  readonly poisson?: number | null;
  /**
   * How densities are smoothed.
   * @defaultValue `'density'`
   */
  readonly filter?: "density" | "helmholtz" | "sensitivity" | "none" | null;
  /**
   * Radius of the filter, in elements. By default 4 % of the longest side, at least 1.5.
   * Domain: a number in [0.5, 1000].
   */
  readonly filterRadius?: number | null;
  /**
   * Sharpness `β` of the projection of filtered densities to solid and void; 0 for none.
   * Domain: a number in [0, 512].
   * @defaultValue `0`
   */
  readonly sharpness?: number | null;
  /**
   * The filtered density `η` that is projected to one half or so.
   * Domain: a number in (0, 1).
   * @defaultValue `0.5`
   */
  readonly threshold?: number | null;
  /**
   * What the variables are.
   * @defaultValue `'latent'`
   */
  readonly variables?: "latent" | "density" | null;
  /**
   * What is returned as the direction.
   * @defaultValue `'gradient'`
   */
  readonly direction?: "gradient" | "mirror" | "criteria" | null;
  /**
   * Whether the value is the logarithm of the compliance.
   * @defaultValue `true`
   */
  readonly logarithm?: boolean | null;
  /**
   * How displacements are found.
   * @defaultValue `'auto'`
   */
  readonly solver?: "auto" | "direct" | "multigrid" | null;
  /**
   * Relative error of the compliance at which multigrid iterations end. By default a hundredth of what the last evaluation changed, between 1e-10 and 1e-5: what an optimizer needs to tell two designs apart.
   * Domain: a number in [1e-14, 0.01].
   */
  readonly accuracy?: number | null;
  /**
   * Whether displacements of the last evaluation are the first guess of the next.
   * @defaultValue `true`
   */
  readonly warmStart?: boolean | null;
}
/** Settings of the acoustic inverse problem; the defaults are the published ones. */
interface AcousticInverseOptions {
  /**
   * Target edge length of a lattice on the unit square, about `2.3 / size^2` triangles. Without it the published mesh; not beside `mesh`.
   * Domain: a number in [0.001, 0.5].
   */
  readonly size?: number | null;
  /**
   * Mass matrix.
   * @defaultValue `'consistent'`
   */
  readonly mass?: "consistent" | "lumped" | null;
  /**
   * Equispaced times from 0 to `endTime`, both included. Without it 300 on the published mesh, else as many as keep the scheme stable for all slownesses from 0.25 on, but at least 300.
   * Domain: an integer in [3, 16777216].
   */
  readonly times?: number | null;
  /**
   * Last time.
   * Domain: a number in [1e-100, 1e100].
   * @defaultValue `1`
   */
  readonly endTime?: number | null;
  /**
   * Most bytes that the problem may take. Histories that do not fit are computed a second time from checkpoints.
   * Domain: an integer in [1048576, 1125899906842624].
   * @defaultValue `1073741824`
   */
  readonly memoryLimit?: number | null;
  /**
   * Starting value of all parameters.
   * Domain: a finite number.
   * @defaultValue `1`
   */
  readonly start?: number | null;
}
/** Settings of a test function. */
interface TestProblemOptions {
  /**
   * Which function.
   * @defaultValue `'rosenbrock'`
   */
  readonly name?: "rosenbrock" | "extended-rosenbrock" | "powell-singular" | "broyden-tridiagonal" | "broyden-banded" | "penalty-1" | "penalty-2" | "variably-dimensioned" | "discrete-boundary" | "discrete-integral" | "trigonometric" | "wood" | "beale" | "helical-valley" | "brown-badly-scaled" | "powell-badly-scaled" | "biggs-exp6" | "box-3d" | "watson" | "gaussian" | "gulf" | "brown-dennis" | "freudenstein-roth" | "jennrich-sampson" | "meyer" | "kowalik-osborne" | "osborne-1" | "osborne-2" | "bard" | "linear-full-rank" | "linear-rank-1" | "chebyquad" | "brown-almost-linear" | "arwhead" | "engval1" | "liarwhd" | "nondia" | "tridia" | "genrose" | "cosine" | "dixmaana" | "dixmaane" | "dixmaani" | "edensch" | "sparsine" | "srosenbr" | "cragglvy" | "dqrtic" | "fletchcr" | "chainwoo" | "eg2" | "bdqrtic" | "dqdrtic" | "power" | "nondquar" | "tointgss" | "sinquad" | "schmvett" | "quadratic" | "logistic" | "bratu" | "minimal-surface" | "network" | null;
  /**
   * Number of variables; the default and what else is admissible depend on the function.
   * Domain: an integer in [1, ∞).
   */
  readonly dimension?: number | null;
  /**
   * Condition number; for `name: 'quadratic'`.
   * Domain: a number in [1, 1e12].
   * @defaultValue `100`
   */
  readonly condition?: number | null;
  /**
   * Length of the gradient's noise, root mean square, in units of `noiseKind`; 0 for exact gradients.
   * Domain: a number in [0, ∞).
   * @defaultValue `0`
   */
  readonly noise?: number | null;
  /**
   * Whether `noise` is relative to the gradient at the point or to that at the start.
   * @defaultValue `'relative'`
   */
  readonly noiseKind?: "relative" | "absolute" | null;
  /**
   * Whether the value has noise too: `noise` times the value, at the point or at the start, is its deviation.
   * @defaultValue `false`
   */
  readonly noisyValue?: boolean | null;
  /**
   * Seed of the noise: equal seeds and points give equal noise.
   * Domain: an integer in [0, 9007199254740991].
   * @defaultValue `0`
   */
  readonly seed?: number | null;
}
/** Options of `integrate`: the interval and the method, `rk45` by default. */
type IntegrateOptions = IntervalOptions & ((Rk4Options & {
  readonly method: "rk4";
}) | (Omit<Rk45Options, "method"> & {
  readonly method?: "rk45" | null;
}));
/** A trajectory. */
interface Solution {
  /** Times of the states; of an integration that ended early, those that were reached. */
  readonly times: Float64Array;
  /** One row a time. */
  readonly states: Matrix;
  /** How the integration ended; anything but `completed` is before `to`. */
  readonly status: "completed" | "non-finite" | "step-too-small" | "max-steps";
  /** Accepted steps. */
  readonly steps: number;
  /** Rejected steps. */
  readonly rejected: number;
}
/** What a fit was made of and how well it went. */
interface FitReport {
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
interface FlowModelJson {
  readonly format: "learned-gradient-flow/flow-model";
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
    /** Samples, n×d. */readonly anchors: number[][]; /** n×m. */
    readonly weights: number[][]; /** Recorded states or derivatives, m×d; the anchors where they are left out. */
    readonly outputs?: number[][];
  };
}
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
declare class FlowModel {
  #private;
  private constructor();
  /** Number of variables of the space that the flow lives in. */
  get dimension(): number;
  /** Number of inputs of the polynomial: the dimension, or the number of modes. */
  get inputs(): number;
  /**
   * Coefficients of the monomials, P×inputs: one row a feature, one column an equation.
   *
   * @throws {@link LgfError} `ERR_LGF_STATE` of a dense model of features too many to be formed, whose coefficients number more than 2^28;
   * so do `names`, `support` and `equations`
   */
  get coefficients(): Matrix;
  /** Names of the monomials: in `x1 ... xd`, or in `z1 ... zr` in a reduced space. */
  get names(): string[];
  /** `support[i][j]`: whether monomial `i` takes part in equation `j`. */
  get support(): boolean[][];
  /** Modes `U` (d×r) of a reduced model. */
  get modes(): Matrix | undefined;
  /** What the fit reported; `undefined` for a model that came from data. */
  get fit(): FitReport | undefined;
  /**
   * The equations as text, one for each input: `x1' = 0.5 - 2 x1 + 3 x1 x2`.
   *
   * @param options.digits - Significant digits. Domain: an integer in [1, 21], 6 by default.
   * @param options.inputs - Names of the inputs.
   * @throws {@link LgfError} naming the option
   */
  equations(options?: {
    readonly digits?: number | null;
    readonly inputs?: readonly string[] | null;
  } | null): string[];
  /**
   * `f(x)`, in the full space.
   *
   * @throws {@link LgfError} naming `x`
   */
  derivative(x: ArrayLike<number>): Float64Array;
  /**
   * Follows the learned flow from `start`; what of `start` lies outside of the modes of a reduced model stays as it is.
   *
   * @throws {@link LgfError} naming the argument
   */
  integrate(start: ArrayLike<number>, options: IntegrateOptions): Solution;
  /**
   * Plain data that {@link FlowModel.fromJSON} takes back: bit for bit, but for sparse or dense models of more features than equations with
   * 2^16 coefficients or more. Those keep a shorter form, and the model of their coefficients gives the same flow up to rounding.
   *
   * @throws {@link LgfError} `ERR_LGF_STATE` naming `coefficients` where such a model has more than 2^28 of them
   */
  toJSON(): FlowModelJson;
  /**
   * A model from the data of {@link FlowModel.toJSON}.
   *
   * @throws {@link LgfError} naming the entry that does not fit
   */
  static fromJSON(json: FlowModelJson): FlowModel;
}
/** Options of {@link discover}. */
type DiscoverOptions = TimeStepOptions & DiscoverModelOptions & {
  /** Derivatives of the states, n×d; needed by the method `tracked`, refused otherwise. */readonly derivatives?: MatrixLike | null;
};
/**
 * Learns the flow of one recorded trajectory: finds `Xi` with `dx/dt ~ Theta(x) Xi` (SINDy).
 *
 * @param trajectory - n×d, states at equal distances `dt`.
 * @throws {@link LgfError} naming the argument or option
 * @example
 * ```ts
 * import { discover } from 'learned-gradient-flow';
 * const decay = Array.from({ length: 100 }, (_, i) => [Math.exp(-2 * 0.01 * i)]);
 * const model = discover(decay, { dt: 0.01, model: { fdOrder: 4, includeBias: false } });
 * console.log(model.equations({ digits: 4 })[0]); // → x1' = -2 x1
 * console.log(model.integrate([1], { from: 0, to: 1, at: [1] }).states.at(0, 0)?.toFixed(4)); // → 0.1353
 * ```
 */
declare function discover(trajectory: MatrixLike, options: DiscoverOptions): FlowModel;
/** How a run ended. `converged` and `target-reached` are successes. */
type Status = "converged" | "target-reached" | "max-evaluations" | "max-iterations" | "max-seconds" | "aborted" | "stopped-by-callback" | "stalled" | "evaluation-failed";
/** The learned models that compete in {@link LGFAdaptive}. */
type LearnedModel = "positive" | "potential" | "polynomial" | "warp" | "general";
/** What an evaluation was that completed an iteration. */
interface Iteration {
  /** Its number, from 1. */
  readonly iteration: number;
  /** Evaluations so far, failed ones included. */
  readonly evaluations: number;
  /** The value; `undefined` where the evaluation failed. */
  readonly value: number | undefined;
  /** The lowest value so far. */
  readonly bestValue: number | undefined;
  /** Largest entry of the gradient, with bounds or a constraint of the projected one; `undefined` where the evaluation failed. */
  readonly gradientNorm: number | undefined;
  /** Whether the run goes on from this point, left it again because it is worse, or got no finite numbers there. */
  readonly verdict: "accepted" | "rejected" | "failed";
  /** Of method `'lgf-adaptive'`, the learned model whose flow led to this point; `undefined` for a step of descent. */
  readonly model: LearnedModel | undefined;
  /** Length of the step from the iterate to this point; `undefined` where the iterate itself was evaluated, as plain descent does. */
  readonly stepNorm: number | undefined;
}
/** An iteration as `onIteration` gets it. */
interface IterationWithPoint extends Iteration {
  /** The point that was evaluated: a copy, made when it is asked for, during the call. */
  readonly x: Float64Array;
}
/** Where the time of a run went, in seconds. */
interface Profile {
  /** In the objective, waiting for it included. */
  readonly objective: number;
  /** In the optimizer: its own arithmetic, fits and learned steps. */
  readonly optimizer: number;
  /**
   * With the option `profile`, what both consist of: one row for each phase at each place, those within one behind it, in the order in which they
   * were first entered. Of a resumed run this call alone.
   */
  readonly phases: readonly ProfilePhase[] | undefined;
  /** With the option `profile`, the first 2^18 spans one by one. */
  readonly events: ProfileEvents | undefined;
}
/** All spans of one name at one place of a run. */
interface ProfilePhase {
  /** What was done, such as `'evaluate'`, `'fit'` or `'lift'`. */
  readonly name: string;
  /** The names that it is within and its own, joined by `/`. */
  readonly path: string;
  /** How many names it is within. */
  readonly depth: number;
  /** How many spans. */
  readonly calls: number;
  /** Seconds from their beginnings to their ends. */
  readonly seconds: number;
  /** Of these, those outside of spans within. */
  readonly selfSeconds: number;
  /** Bytes that they read and wrote at least, those of spans within not counted; `undefined` where nobody counts. */
  readonly bytes: number | undefined;
  /** Floating point operations, in the same way. */
  readonly flops: number | undefined;
  /** `1e-9 bytes / seconds`. */
  readonly gigabytesPerSecond: number | undefined;
  /** `1e-9 flops / seconds`. */
  readonly gigaflopsPerSecond: number | undefined;
}
/** Spans of a run in the order in which they began, column by column; of two the later one is within the earlier one or behind it. */
interface ProfileEvents {
  /** Index of the row in `phases`. */
  readonly phase: Uint32Array;
  /** Nanoseconds from `origin` to the beginning. */
  readonly begin: Float64Array;
  /** Nanoseconds from `origin` to the end. */
  readonly end: Float64Array;
  /** Bytes that the span counted itself, 0 where none. */
  readonly bytes: Float64Array;
  /** Floating point operations, in the same way. */
  readonly flops: Float64Array;
  /** When the clock began, in milliseconds of `performance.now()`. */
  readonly origin: number;
  /** Spans that are in `phases` alone, because so many came before. */
  readonly dropped: number;
}
/** What a run came to. */
interface Result {
  /** The best point that was truly evaluated, whatever ended the run; the start where nothing could be evaluated. */
  readonly x: Float64Array;
  /** The value there; `undefined` where nothing could be evaluated. */
  readonly value: number | undefined;
  /** Largest entry of the gradient there, with bounds or a constraint of the projected one. */
  readonly gradientNorm: number | undefined;
  /** How the run ended. */
  readonly status: Status;
  /** Whether a minimum or the target was found. */
  readonly success: boolean;
  /** Why it ended, in words. */
  readonly message: string;
  /** Steps of the optimizer that evaluations decided on. */
  readonly iterations: number;
  /** Evaluations, failed ones included. */
  readonly evaluations: number;
  /** Steps along learned flows, without evaluations. */
  readonly learnedSteps: number;
  /** Models fitted. */
  readonly fits: number;
  /** Evaluations whose point was left again, failed ones included. */
  readonly rejected: number;
  /** Seconds that the run took; of a resumed run, with those before. */
  readonly seconds: number;
  readonly profile: Profile;
  /** Every iteration, where `trace` asked for it; of a resumed run, those since. */
  readonly trace: readonly Iteration[] | undefined;
}
/** One side of a box: a number for all variables or one for each; `null`, `undefined` and infinities are none. */
type BoundSide = number | ArrayLike<number | null | undefined> | null | undefined;
/** A box: two sides, or one pair `[low, high]` for each variable, as SciPy has it. */
type BoundsLike = {
  readonly lower?: BoundSide;
  readonly upper?: BoundSide;
} | ArrayLike<readonly [low: number | null | undefined, high: number | null | undefined]>;
/** When and where a run is written down. */
interface CheckpointOptions {
  /** The file; it is replaced as a whole, never half written. */
  readonly path: string;
  /** Seconds between two checkpoints. By default 30, unless `everyIterations` is given. */
  readonly everySeconds?: number | null;
  /** Iterations between two checkpoints. */
  readonly everyIterations?: number | null;
}
/** Options of a run that are not about numerics. */
interface RunOptions {
  /** A box to stay in. A start outside is moved to its nearest point. Methods `'lgf-adaptive'`, `'l-bfgs'`, `'optimality-criteria'`, `'mma'`. */
  readonly bounds?: BoundsLike | null;
  /** Ends the run with the status `'aborted'`; passed on to the objective. */
  readonly signal?: AbortSignal | null;
  /** Called after each iteration. Returns `true` to end the run; `minimize` waits for a Promise. */
  readonly onIteration?: ((iteration: IterationWithPoint) => boolean | void | Promise<boolean | void>) | null;
  /** Writes the run to a file from time to time, and when it ends. */
  readonly checkpoint?: CheckpointOptions | null;
  /**
   * Goes on, bit for bit, where a checkpoint was written: its file, or its bytes. Point, optimizer with its options, and bounds are those of
   * the checkpoint; the stopping rules are those of this call.
   */
  readonly resume?: string | Uint8Array | null;
  /** Whether the result has a `trace`. @defaultValue `false` */
  readonly trace?: boolean | null;
  /**
   * Whether the phases of the run are recorded: `result.profile.phases`, {@link chromeTrace}, {@link profileTable}, and on the timeline of
   * `performance` measures `lgf:minimize`, `lgf:evaluate`, `lgf:optimizer`. The numbers of the run are the same, bit for bit.
   * @defaultValue `false`
   */
  readonly profile?: boolean | null;
}
/** A method with its options. */
type MethodOptions = ({
  readonly method?: "lgf-adaptive" | null;
} & LGFAdaptiveOptions) | ({
  readonly method: "l-bfgs";
} & LBFGSOptions) | ({
  readonly method: "anderson";
} & AndersonOptions) | ({
  readonly method: "optimality-criteria";
} & OptimalityCriteriaOptions) | ({
  readonly method: "mma";
} & MMAOptions) | ({
  readonly method: "gradient-descent";
} & GradientDescentOptions) | ({
  readonly method: "adam";
} & BaseAdamOptions) | ({
  readonly method: "lgf";
} & LGFGradientFlowOptions) | ({
  readonly method: "lgf-adam";
} & LGFAdamOptions) | ({
  readonly method: "lgf-trust-region";
} & Omit<LGFTrustRegionOptions, "gradientTolerance">) | ({
  readonly method: "lgf-adam-trust-region";
} & Omit<LGFAdamTrustRegionOptions, "gradientTolerance">);
/** Everything that `minimize` may be told: a method with its options, when to end, and what else to do. */
type MinimizeOptions = StoppingOptions & RunOptions & MethodOptions;
/** What went wrong, stable across versions. */
type LgfErrorCode = "ERR_LGF_ARGUMENT" | "ERR_LGF_SHAPE" | "ERR_LGF_NONFINITE" | "ERR_LGF_STATE" | "ERR_LGF_SNAPSHOT" | "ERR_LGF_CALLBACK" | "ERR_LGF_ABORTED" | "ERR_LGF_DISPOSED" | "ERR_LGF_INTERNAL";
/**
 * An error that asks the caller to change something. How a run ended is a status, never an error.
 *
 * @example
 * ```ts
 * import { GradientDescent, LgfError } from 'learned-gradient-flow';
 * try {
 *   new GradientDescent([1, 2], { learningRate: -1 });
 * } catch (error) {
 *   if (error instanceof LgfError) console.log(error.code, error.argument); // → ERR_LGF_ARGUMENT learningRate
 * }
 * ```
 */
declare class LgfError extends Error {
  override readonly name = "LgfError";
  /** Stable code. */
  readonly code: LgfErrorCode;
  /** Dotted path of the argument at fault, such as `solver.alpha`, where one is. */
  readonly argument: string | undefined;
  /** Of an error that ended a run of `minimize`: what it had come to. */
  readonly result?: Result;
  constructor(code: LgfErrorCode, message: string, details?: {
    readonly argument?: string | undefined;
    readonly cause?: unknown;
    readonly result?: Result;
  });
}
/** A regular grid of cells in two or three dimensions. */
interface Grid {
  /** Cells along x, y and, of a solid, z. */
  readonly size: readonly number[];
  /** Edge lengths of a cell. Domain: (0, ∞). @defaultValue 1 along each axis */
  readonly spacing?: readonly number[] | null;
  /** The corner of the grid with the least coordinates. @defaultValue 0 along each axis */
  readonly origin?: readonly number[] | null;
}
/** A number for each cell of a grid: x runs fastest, then y, which points upwards, then z. */
interface CellField extends Grid {
  readonly values: ArrayLike<number>;
}
/** How a plane design is drawn. */
interface DensityPngOptions {
  /** Pixels along each side of a cell. Domain: [1, 64]. @defaultValue 1 */
  readonly scale?: number | null;
  /** Whether void is see-through instead of white, so that the picture lies on any page. @defaultValue `false` */
  readonly transparent?: boolean | null;
}
/**
 * The bytes of a PNG picture of densities in the plane, y upwards: 0 is white, 1 is black, one shade a cell. Densities beyond are shown as the
 * nearest of both.
 *
 * @throws {@link LgfError} naming the argument
 * @example
 * ```ts
 * import { densityPng } from 'learned-gradient-flow';
 * const bytes = densityPng({ size: [2, 2], values: [0, 1, 0.5, 1] }, { scale: 8 });
 * console.log(new TextDecoder().decode(bytes.subarray(1, 4))); // → PNG
 * ```
 */
declare function densityPng(field: CellField, options?: DensityPngOptions | null): Uint8Array;
/** One file of a series. */
interface TimeStep {
  /** Its path, as seen from the folder of the collection. */
  readonly file: string;
  /** What ParaView shows as the time: for a run, the number of evaluations, say. */
  readonly time: number;
}
/**
 * The text of a ParaView collection (`.pvd`), which makes a series of files an animation over time.
 *
 * @throws {@link LgfError} naming the step
 * @example
 * ```ts
 * import { pvd } from 'learned-gradient-flow';
 * const text = pvd([{ file: 'design-0001.vti', time: 0 }, { file: 'design-0002.vti', time: 10 }]);
 * console.log(text.split('\n')[3]?.trim()); // → <DataSet timestep="0" part="0" file="design-0001.vti"/>
 * ```
 */
declare function pvd(steps: readonly TimeStep[]): string;
/** A closed surface made of triangles. */
interface SurfaceMesh {
  /** x, y, z of each vertex. */
  readonly vertices: Float64Array;
  /** Three vertices each, counterclockwise as seen from outside. */
  readonly triangles: Uint32Array;
}
/** How a surface is taken from a field. */
interface IsosurfaceOptions {
  /** The value on the surface; inside values are larger. Domain: [1e-6, 1]. @defaultValue `0.5` */
  readonly level?: number | null;
  /** Passes that even out the stairs of cells and keep the volume. Domain: [0, 100]. @defaultValue `0` */
  readonly smoothing?: number | null;
}
/**
 * The surface on which the values of a field of three dimensions are `level`, by marching cubes between the centres of the cells. Where the
 * body reaches a face of the box it ends there: the surface is always closed, each edge has exactly two triangles, and edges of the box
 * stay sharp.
 *
 * @throws {@link LgfError} naming the argument
 * @example
 * ```ts
 * import { isosurface } from 'learned-gradient-flow';
 * const { vertices, triangles } = isosurface({ size: [2, 2, 2], values: [1, 1, 1, 1, 1, 1, 1, 1] });
 * console.log(vertices.length / 3 - triangles.length / 6); // → 2
 * ```
 */
declare function isosurface(field: CellField, options?: IsosurfaceOptions | null): SurfaceMesh;
/**
 * The bytes of a binary STL file with the surface of a solid, as {@link isosurface} takes it from densities: closed, facets counterclockwise as
 * seen from outside, lengths in the unit of `spacing`.
 *
 * @throws {@link LgfError} naming the argument
 * @example
 * ```ts
 * import { stl } from 'learned-gradient-flow';
 * const bytes = stl({ size: [1, 1, 2], spacing: [5, 5, 5], values: [1, 1] });
 * console.log((bytes.length - 84) % 50); // → 0
 * ```
 */
declare function stl(field: CellField, options?: IsosurfaceOptions | null): Uint8Array;
/** Where a solid is looked at from. `front` shows x and y, `top` x and z, `side` z and y. */
type View = "iso" | "front" | "top" | "side";
/** How a solid is drawn. */
interface SurfacePngOptions {
  /** Pixels; the height follows from the view. Domain: [16, 8192]. @defaultValue `1200` */
  readonly width?: number | null;
  /** The density on the surface. Domain: [1e-6, 1]. @defaultValue `0.5` */
  readonly level?: number | null;
  /** Passes that even out the stairs of cells. Domain: [0, 100]. @defaultValue `12` */
  readonly smoothing?: number | null;
  /** Whether the background is see-through instead of white. @defaultValue `false` */
  readonly transparent?: boolean | null;
  /** Whether the edges of the box are drawn. @defaultValue `true` */
  readonly box?: boolean | null;
}
/**
 * Rendered views of the surface of a solid of densities, one PNG file each: parallel from the front, the top and the side, in perspective
 * for `'iso'`. Light comes from the upper left; places that see little of the sky are darker.
 *
 * The surface is that of {@link isosurface} in the unit of cells times `spacing`. It is made once for all views; a million cells take seconds.
 *
 * @throws {@link LgfError} naming the argument
 * @example
 * ```ts
 * import { surfacePngs } from 'learned-gradient-flow';
 * const [iso] = surfacePngs({ size: [2, 1, 1], values: [1, 1] }, ['iso'], { width: 64 });
 * console.log(new TextDecoder().decode(iso?.subarray(1, 4))); // → PNG
 * ```
 */
declare function surfacePngs(field: CellField, views?: readonly View[], options?: SurfacePngOptions | null): Uint8Array[];
/** Arrays by the name that ParaView shows: one number for each cell (or point), or several, those of one cell next to each other. */
type NamedArrays = Readonly<Record<string, ArrayLike<number>>>;
/** What a `.vti` file holds. */
interface ImageData extends Grid {
  /** Arrays over the cells, x fastest, then y, then z. A `Float32Array` is written as such, everything else in double precision. */
  readonly cells?: NamedArrays | null;
  /** Arrays over the corners of the cells, one more than cells along each axis. */
  readonly points?: NamedArrays | null;
}
/** How numbers are written. */
interface VtiOptions {
  /** `'base64'` makes the file XML in the strict sense, a third larger. @defaultValue `'raw'` */
  readonly encoding?: "raw" | "base64" | null;
  /** Whether arrays are packed with zlib. @defaultValue `false` */
  readonly compress?: boolean | null;
}
/**
 * The bytes of a ParaView ImageData file (`.vti`): named arrays over the cells and corners of a regular grid. Little endian, with headers of 64
 * bits. Of two dimensions it is a plane at z = 0.
 *
 * @throws {@link LgfError} naming the argument; `ERR_LGF_SHAPE` where the length of an array is no multiple of the cells or points
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { vti } from 'learned-gradient-flow';
 * const bytes = vti({ size: [2, 1], spacing: [0.5, 0.5], cells: { density: [0, 1], force: Float32Array.of(0, 1, 0, -1) } });
 * writeFileSync('design.vti', bytes);
 * console.log(new TextDecoder().decode(bytes.subarray(0, 21))); // → <?xml version="1.0"?>
 * ```
 * @see https://docs.vtk.org/en/latest/vtk_file_formats/vtkxml_file_format.html
 */
declare function vti(image: ImageData, options?: VtiOptions | null): Uint8Array;
/** A vector field `dx/dt = f(t, x)`: fills `dx`, or returns the derivative as an array. `x` must not be kept or changed. */
type VectorField = (t: number, x: Float64Array, dx: Float64Array) => ArrayLike<number> | void;
/**
 * Follows a vector field or a learned flow from `start` over `[from, to]`.
 *
 * `rk4`: fixed steps by the 3/8 rule, global error `O(step^4)`. `rk45`: Dormand-Prince 5(4), error per step controlled to
 * `rtol |x| + atol`. States at the times `at` by interpolation of order 4; without `at`, the start and every accepted step.
 *
 * @throws {@link LgfError} naming the argument; `ERR_LGF_CALLBACK` with the error of a field that throws as `cause`. An integration
 * that ends early does not throw, see `status`
 * @example
 * ```ts
 * import { integrate } from 'learned-gradient-flow';
 * const decay = (t: number, x: Float64Array, dx: Float64Array): void => { dx[0] = -(x[0] as number); };
 * const { states, status } = integrate(decay, [1], { from: 0, to: 1, method: 'rk45', at: [0.5, 1] });
 * console.log(status, states.toArray().map(([x]) => x?.toFixed(6)).join(' ')); // → completed 0.606531 0.367879
 * ```
 */
declare function integrate(field: FlowModel | VectorField, start: ArrayLike<number>, options: IntegrateOptions): Solution;
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
declare function polynomialFeatures(states: MatrixLike, options?: FeatureOptions | null): Matrix;
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
declare class PolynomialLibrary {
  #private;
  /** @throws {@link LgfError} naming the option */
  constructor(options: LibraryOptions);
  /** Number of features; of an orthonormal library before its fit, of its monomials. */
  get featureCount(): number;
  /**
   * Fits the transform of an orthonormal library to states (n×d); other libraries need no fit and only check them.
   *
   * @throws {@link LgfError} naming `states`
   */
  fit(states: MatrixLike): this;
  /**
   * Features of every row of states (n×d).
   *
   * @throws {@link LgfError} naming `states`; `ERR_LGF_STATE` before the fit of an orthonormal library
   */
  transform(states: MatrixLike): Matrix;
  /** Names of the features in the given inputs, `x1 ... xd` by default; `q1 ... qk` of an orthonormal library. */
  names(inputs?: readonly string[] | null): string[];
}
/**
 * An objective: fills `g` with the gradient (or another descent direction, see `direction`) at `x` and returns the value.
 *
 * Both arrays have length `d`, belong to the optimizer and are reused. `x` must not be changed; every entry of `g` must be written.
 */
type Objective = (x: Float64Array, g: Float64Array) => number;
/** An objective that may take its time. `signal` is the one given to `stepAsync`. */
type AsyncObjective = (x: Float64Array, g: Float64Array, signal?: AbortSignal) => number | Promise<number>;
/**
 * An objective of several trajectories at once: fills row `i` of `g` with the direction at row `i` of `x` and returns one value for each row.
 *
 * Both are fresh for every call. Every entry of `g` must be written.
 */
type BatchObjective = (x: Matrix, g: Matrix) => ArrayLike<number>;
/** A {@link BatchObjective} that may take its time. */
type AsyncBatchObjective = (x: Matrix, g: Matrix, signal?: AbortSignal) => ArrayLike<number> | Promise<ArrayLike<number>>;
/** How a step that takes its time can be given up. */
type StepOptions = {
  readonly signal?: AbortSignal | null;
} | null | undefined;
/** What the optimizer wants to know. */
interface Request {
  /** The point, a copy. */
  readonly x: Float64Array;
  /** `gradient`: value and descent direction, counted; `value`: the value alone, to be reported, not counted. */
  readonly want: "gradient" | "value";
  /** The answer must carry it. */
  readonly id: number;
  /** Which trajectory it is about; 0 where there is one only. */
  readonly trajectory: number;
}
/** What the optimizer wants to know of all trajectories. */
interface BatchRequest {
  /** The points, one row a trajectory, a copy. */
  readonly x: Matrix;
  /** As in a {@link Request}. */
  readonly want: "gradient" | "value";
  /** The answer must carry it. */
  readonly id: number;
}
/** Why a true step took the place of a learned one. */
type Fallback = "non-finite" | "radius" | "worse";
/** One step that was taken. */
interface StepReport {
  /** Index of the step, from 0. */
  readonly epoch: number;
  /** `true`: a step of the base optimizer, one evaluation; `learned`: along the learned flow, none. */
  readonly kind: "true" | "learned";
  /**
   * Of a true step, the value at the point it started from; of a learned one, at its end, where `reportLearnedValues` asked for it or a
   * safeguard knows it. Of several trajectories the lowest.
   */
  readonly value: number | undefined;
  /** Counted evaluations so far. */
  readonly evaluations: number;
  /** Of a true step that took the place of a learned one, why. */
  readonly fallback: Fallback | undefined;
}
/** The best point that was truly evaluated. */
interface Best {
  readonly x: Float64Array;
  readonly value: number;
}
/** A benchmark problem with its exact gradient, evaluated in Rust. */
interface NativeProblem {
  /** Short name. */
  readonly name: string;
  /** Number of design variables `d`. */
  readonly dimension: number;
  /** The starting point: the published one, or the seeded one where the published is random. */
  start(): Float64Array;
  /**
   * Fills `g` with the gradient at `x` and returns the value; can be handed over as an objective, `opt.step(problem.evaluate)`.
   *
   * A point outside of the problem's domain gives a non-finite value.
   * @throws {@link LgfError} naming `x` or `g`
   */
  readonly evaluate: (x: ArrayLike<number>, g: Float64Array) => number;
  /**
   * Weights of the variables at the last point that was evaluated, if there are any: how much each one says where steps and directions are
   * compared. Of use to `'lgf-adaptive'` where it follows a field faithfully.
   */
  weights?(): ArrayLike<number> | undefined;
}
/** How far a gradient is from the differences of the values. */
interface GradientCheck {
  /** Largest difference of an entry. */
  readonly maxAbsError: number;
  /** Largest difference relative to the larger of both entries; entries below 1e-6 of the largest count as that large. */
  readonly maxRelError: number;
  /** The entry with the largest relative difference. */
  readonly worstIndex: number;
}
/**
 * Compares the gradient that an objective writes with differences of its values.
 *
 * Of each entry two estimates are made, central differences with the step `6e-6 max(1, |x_i|)` and extrapolated ones with
 * `1e-3 max(1, |x_i|)`; the nearer one counts, since rounding spoils the first where values are large and curvature the second. 6 d + 1
 * evaluations. A right gradient of a smooth function shows a relative error of 1e-7 or less, a wrong one 1e-2 or more.
 *
 * @throws {@link LgfError} naming `objective` or `x`; `ERR_LGF_NONFINITE` where no value near `x` is finite
 * @example
 * ```ts
 * import { checkGradient } from 'learned-gradient-flow';
 * const wrong = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([Math.cos(a), 3 * b]); // should be 2 b
 *   return Math.sin(a) + b * b;
 * };
 * const { maxRelError, worstIndex } = checkGradient(wrong, [1, 2]);
 * console.log(maxRelError.toFixed(3), worstIndex); // → 0.333 1
 * ```
 */
declare function checkGradient(objective: Objective | NativeProblem, x: ArrayLike<number>): GradientCheck;
/**
 * Minimises a function with its gradient.
 *
 * The objective fills its second array with the gradient and returns the value, or a Promise of it. A value or gradient that is not finite is
 * a failed evaluation: the optimizer steps back and gives up (`'evaluation-failed'`) only where it cannot. A native problem is evaluated in
 * Rust on another thread; this one stays free, and is visited after each iteration only if `onIteration`, `trace` or
 * `checkpoint.everyIterations` need it.
 *
 * @param target - The objective, a native problem, or an object like one, whose `weights()` are asked for after each evaluation.
 * @param start - The starting point, length d; of a native problem by default its own.
 * @param options - `method` (default `'lgf-adaptive'`) with its options, stopping rules, bounds, signal, callback, checkpoints.
 * @returns the best point that was truly evaluated, and how the run ended: every status is a result, an aborted signal included
 * @throws {@link LgfError} naming an argument that has to be changed; `ERR_LGF_CALLBACK` where the objective or `onIteration` threw, with
 * its error as `cause`. Once the run had begun, what it had come to is the `result` of the error.
 * @example
 * ```ts
 * import { minimize } from 'learned-gradient-flow';
 * const rosenbrock = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   const c = b - a * a;
 *   g[0] = -400 * a * c - 2 * (1 - a);
 *   g[1] = 200 * c;
 *   return 100 * c * c + (1 - a) ** 2;
 * };
 * const { x, status } = await minimize(rosenbrock, [-1.2, 1]);
 * console.log(status, x[0]?.toFixed(6), x[1]?.toFixed(6)); // → converged 1.000000 1.000000
 * ```
 */
declare function minimize(target: AsyncObjective | NativeProblem, start?: ArrayLike<number> | null, options?: MinimizeOptions | null): Promise<Result>;
/**
 * As {@link minimize}, on this thread and without waiting: objective and `onIteration` must not return Promises.
 *
 * @example
 * ```ts
 * import { minimizeSync } from 'learned-gradient-flow';
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   g.set(x.map((a) => 2 * a));
 *   return x.reduce((sum, a) => sum + a * a, 0);
 * };
 * const { value, evaluations } = minimizeSync(bowl, [3, -4], { bounds: { lower: [1, null] } });
 * console.log(value, evaluations < 10); // → 1 true
 * ```
 */
declare function minimizeSync(target: Objective | NativeProblem, start?: ArrayLike<number> | null, options?: MinimizeOptions | null): Result;
/** An objective that was made from second derivatives: it writes the Newton direction to `p` and returns the value. */
interface NewtonObjective<Value, Report> {
  (x: Float64Array, p: Float64Array, signal?: AbortSignal): Value;
  /** Of the last direction that was made; `undefined` before the first. */
  readonly report: Report | undefined;
}
/** What was found of a Hessian. */
interface NewtonReport {
  /** `indefinite`: the Hessian has eigenvalues below zero; `positive`: it has none, up to rounding. */
  readonly curvature: "positive" | "indefinite";
  /** Eigenvalues that took part in the direction; the others, of the damped Hessian, were zero up to rounding. */
  readonly rank: number;
}
/** Result of {@link newtonDirection}. */
interface NewtonDirection extends NewtonReport {
  /** `p`, length d: descent is `a <- a - lr p`. */
  readonly direction: Float64Array;
}
/** How conjugate gradients ended. */
interface NewtonCgReport {
  /** Products with the Hessian that they took. */
  readonly iterations: number;
  /** Whether the residual came within `tolerance`. */
  readonly converged: boolean;
  /** Whether they ended early, at a vector along which the damped Hessian does not curve upwards. */
  readonly negativeCurvature: boolean;
}
/**
 * Fills `g` with the gradient and `h` with the Hessian at `x`, d×d row after row, and returns the value.
 *
 * The arrays are reused and belong to the caller. `x` must not be changed; every entry of `g` and `h` must be written, zeros too.
 */
type NewtonEvaluation<Value> = (x: Float64Array, g: Float64Array, h: Float64Array, signal?: AbortSignal) => Value;
/** Fills `hv` with the product of the Hessian at `x` and `v`. The arrays are as those of an {@link Objective}. */
type HessianProduct<Done> = (x: Float64Array, v: Float64Array, hv: Float64Array, signal?: AbortSignal) => Done;
/**
 * The Newton direction `p = H^-1 g`: the step of Newton's method is `a <- a - p`.
 *
 * A positive definite Hessian is solved by Cholesky. Of any other one the eigenvalues lose their signs, so that the direction always
 * descends, unless `indefinite` says otherwise. Directions in which the Hessian is zero up to rounding, with eigenvalues of at most `d eps`
 * times the largest, are left out; if it is zero altogether, the direction is the gradient.
 *
 * @param gradient - Length d.
 * @param hessian - d×d; its symmetric part `(H + H') / 2` counts.
 * @throws {@link LgfError} naming `gradient`, `hessian` or the option
 * @see Dauphin et al. 2014, "Identifying and attacking the saddle point problem", arXiv 1406.2572
 * @example
 * ```ts
 * import { newtonDirection } from 'learned-gradient-flow';
 * const { direction, curvature } = newtonDirection([2, 4], [[2, 0], [0, -4]]);
 * console.log(direction.join(' '), curvature); // → 1 1 indefinite
 * console.log(newtonDirection([2, 4], [[2, 0], [0, -4]], { indefinite: 'plain' }).direction.join(' ')); // → 1 -1
 * ```
 */
declare function newtonDirection(gradient: ArrayLike<number>, hessian: MatrixLike, options?: NewtonOptions | null): NewtonDirection;
/**
 * An objective for Newton's method from one that gives the Hessian too: it writes {@link newtonDirection} to its second array. For the
 * option `direction: 'newton'`, but any optimizer takes it.
 *
 * If `evaluate` returns a Promise, so does the objective, to be used with `stepAsync`; its `signal` is passed on.
 *
 * @throws {@link LgfError} naming `evaluate` or the option. The objective throws `ERR_LGF_CALLBACK` with the error of `evaluate` as `cause`,
 * and names `evaluate` where what it returned or wrote is at fault; `step` passes that on as the `cause` of its own error.
 * @example
 * ```ts
 * import { GradientDescent, newton } from 'learned-gradient-flow';
 * const objective = newton((x, g, h) => {
 *   const [a = 0, b = 0] = x;
 *   g.set([2 * (a - 3) + b, a + 4 * b]);
 *   h.set([2, 1, 1, 4]);
 *   return (a - 3) ** 2 + a * b + 2 * b ** 2;
 * });
 * const descent = new GradientDescent([10, 10], { direction: 'newton', learningRate: 1 });
 * descent.step(objective); // a quadratic: one step is enough
 * console.log(Array.from(descent.x, (v) => v.toFixed(4)).join(' '), objective.report?.curvature); // → 3.4286 -0.8571 positive
 * ```
 */
declare function newton(evaluate: NewtonEvaluation<number>, options?: NewtonOptions | null): NewtonObjective<number, NewtonReport>;
declare function newton(evaluate: NewtonEvaluation<number | Promise<number>>, options?: NewtonOptions | null): NewtonObjective<number | Promise<number>, NewtonReport>;
/**
 * An objective for Newton's method from products with the Hessian: writes `p = H^-1 g` to its second array, by conjugate gradients.
 *
 * They end within `tolerance`, after `maxIterations` products, or at a vector along which the Hessian does not curve upwards: with the
 * direction so far or, at the first one, with the gradient. So the direction always descends. For many variables, or where a product costs
 * no more than a few gradients.
 *
 * If a callback returns a Promise, so does the objective, to be used with `stepAsync`; its `signal` is passed on, and ends the products.
 *
 * @param evaluate - Fills `g` with the gradient at `x` and returns the value.
 * @param product - Fills `hv` with the product of the Hessian at `x` and `v`.
 * @throws {@link LgfError} naming `evaluate`, `product` or the option; the objective as that of {@link newton}
 * @see Nocedal, Wright, "Numerical Optimization", algorithm 7.1
 * @example
 * ```ts
 * import { GradientDescent, newtonCg } from 'learned-gradient-flow';
 * const objective = newtonCg(
 *   (x, g) => {
 *     x.forEach((a, i) => { g[i] = a + a ** 3; });
 *     return x.reduce((sum, a) => sum + a ** 2 / 2 + a ** 4 / 4, 0);
 *   },
 *   (x, v, hv) => x.forEach((a, i) => { hv[i] = (1 + 3 * a ** 2) * (v[i] as number); }),
 * );
 * const descent = new GradientDescent(new Float64Array(1000).fill(2), { direction: 'newton', learningRate: 1 });
 * for (let i = 0; i < 6; i++) descent.step(objective);
 * console.log(Math.hypot(...descent.x) < 1e-6, objective.report?.iterations); // → true 1
 * ```
 */
declare function newtonCg(evaluate: AsyncObjective, product: HessianProduct<Promise<void>>, options?: NewtonCgOptions | null): NewtonObjective<number | Promise<number>, NewtonCgReport>;
declare function newtonCg(evaluate: Objective, product: HessianProduct<void>, options?: NewtonCgOptions | null): NewtonObjective<number, NewtonCgReport>;
declare function newtonCg(evaluate: AsyncObjective, product: HessianProduct<void>, options?: NewtonCgOptions | null): NewtonObjective<number | Promise<number>, NewtonCgReport>;
/**
 * What all optimizers share: one state machine that asks for evaluations and is told the answers.
 *
 * `step` and `stepAsync` drive it with a callback; `ask` and `tell` leave the loop to the caller. All of them do the same, bit for bit.
 */
declare abstract class Optimizer {
  #private;
  /** @internal `start` is an array of numbers, several starts, or an optimizer that was restored. */
  protected constructor(kind: string, start: object, options: object | null | undefined);
  /** The current iterate, a copy; of several trajectories, their iterates one behind the other. */
  get x(): Float64Array;
  /** Number of variables of one trajectory. */
  get dimension(): number;
  /** Number of trajectories that run in step: one, except of {@link LGFBatch}. */
  get trajectories(): number;
  /** Steps taken. */
  get epoch(): number;
  /** Counted evaluations. */
  get evaluations(): number;
  /** What the next step is: a true one, with an evaluation, or a learned one, without. */
  get phase(): "true" | "learned";
  /** Models fitted so far. */
  get fits(): number;
  /** True steps that took the place of learned ones; the `fallback` of their reports says why. */
  get fallbacks(): number;
  /** Learned phases and base steps that a true evaluation found worse, and that were undone. */
  get rejections(): number;
  /**
   * Why no further step leads anywhere, if that is known: `'stalled'` where no step that doubles can tell from none goes down,
   * `'evaluation-failed'` where nothing can be evaluated. Steps that are taken all the same evaluate the iterate again. `'converged'` where the
   * `tolerance` of {@link OptimalityCriteria} or {@link MMA} holds; further steps go on.
   */
  get ending(): "stalled" | "evaluation-failed" | "converged" | undefined;
  /** A copy of the model that drives the learned steps, while there is one. */
  get model(): FlowModel | undefined;
  /** What the last fit was made of and how well it went, whether its model is still in use or not. */
  get lastFit(): FitReport | undefined;
  /** The best point that was truly evaluated; `undefined` before the first evaluation. */
  get best(): Best | undefined;
  /**
   * Takes one step; calls the objective at most once for each trajectory, and again where a safeguard refuses what it found.
   *
   * @returns what was done; `value` is `undefined` where nothing was evaluated
   * @throws {@link LgfError} `ERR_LGF_CALLBACK` when the objective throws, with its error as `cause`; `ERR_LGF_NONFINITE` when it returns
   * or writes a non-finite number, unless a safeguard can undo what led there. The step then was not taken and can be tried again;
   * earlier answers of the same step stay told.
   */
  step(objective: Objective): StepReport;
  /**
   * Takes one step; awaits the objective as often as {@link Optimizer.step} calls it.
   *
   * @param options.signal - Ends the wait with `ERR_LGF_ABORTED`, its reason as `cause`; the signal is passed on to the objective.
   * @throws as {@link Optimizer.step}; the step then was not taken and can be tried again.
   */
  stepAsync(objective: AsyncObjective, options?: StepOptions): Promise<StepReport>;
  /**
   * What the optimizer wants to know next. Learned steps that come before are taken, all of them in one native call. Asking again without
   * an answer repeats the question.
   */
  ask(): Request;
  /**
   * Answers the open request.
   *
   * @param g - The descent direction, where one was wanted.
   * @param weights - How much each variable says where steps and directions are compared: small where it has no effect any more. Of use to
   * {@link LGFAdaptive} where it follows a field faithfully. By default 1 each.
   * @returns the step that was completed; `undefined` where there is more to ask: of another trajectory, or because a safeguard refused
   * what it found
   * @throws {@link LgfError} `ERR_LGF_STATE` naming `id`; `ERR_LGF_ARGUMENT`, `ERR_LGF_SHAPE` or `ERR_LGF_NONFINITE` naming `value`,
   * `gradient` or `weights`. A refused answer changes nothing: the request stays open.
   */
  tell(id: number, value: number, g?: ArrayLike<number> | null, weights?: ArrayLike<number> | null): StepReport | undefined;
  /**
   * Takes learned steps only, in one native call, until the phase ends, must be judged by an evaluation, or `maxSteps` are done. The objective
   * is not needed.
   *
   * @param maxSteps - Domain: a number in [0, ∞].
   * @returns the number of steps taken, 0 in a true phase
   */
  advance(maxSteps?: number): number;
  /**
   * Everything about the run as bytes: the `restore` of its class makes of them an optimizer that goes on bit for bit, on any machine with
   * the same version of this library and the same kind of processor.
   */
  snapshot(): Uint8Array;
  /** Frees the native memory. Later calls throw `ERR_LGF_DISPOSED`; disposing again does nothing. */
  dispose(): void;
  [Symbol.dispose](): void;
}
/**
 * Adam, with bias correction:
 * ```text
 * m <- b1 m + (1 - b1) g      v <- b2 v + (1 - b2) g^2
 * a <- a - learningRate (m / (1 - b1^k)) / (sqrt(v / (1 - b2^k)) + eps)
 * ```
 * With `amsgrad` the running maximum of the uncorrected `v` takes its place in the last line.
 *
 * The base optimizer of {@link LGFAdam}, to compare with.
 *
 * @see Kingma, Ba, arXiv 1412.6980; Reddi, Kale, Kumar, "On the convergence of Adam and beyond" (2018)
 * @example
 * ```ts
 * import { BaseAdam } from 'learned-gradient-flow';
 * const adam = new BaseAdam([4], { learningRate: 0.1, betas: [0.9, 0.99] });
 * const parabola = (x: Float64Array, g: Float64Array): number => {
 *   const a = x[0] as number;
 *   g[0] = 2 * a;
 *   return a * a;
 * };
 * while (adam.epoch < 100) adam.step(parabola);
 * console.log(Math.abs(adam.x[0] as number) < 0.1, adam.evaluations); // → true 100
 * ```
 */
declare class BaseAdam extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: BaseAdamOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): BaseAdam;
}
/**
 * Adam that learns the gradient and follows the Adam flow of it.
 *
 * True steps are Adam's and record `(a, g(a))`; then `g` is fitted, and a learned step integrates, over a time `dt`, with the learned `g`,
 * ```text
 * dm/dt = (1 - b1)/lr (g(a) - m)      dv/dt = (1 - b2)/lr (g(a)^2 - v)
 * da/dt = -(m / (1 - b1^(t/lr))) / (sqrt(v / (1 - b2^(t/lr))) + eps)
 * ```
 * The moments and the time of the bias correction carry over between both kinds of steps. With `amsgrad` the running maximum of `v` takes its
 * place in the last line; it stands still during a step and is raised at its end. `stepping: 'discrete'` makes an update of Adam itself with
 * the learned gradient instead: cheaper, and bounded for any `dt`. The schedule is that of {@link LGFGradientFlow}; {@link Optimizer.model}
 * is the flow of the learned gradient, `f = -g`.
 *
 * Use it where Adam is what you would run: neural networks, badly scaled variables.
 *
 * @see Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513
 * @example
 * ```ts
 * import { LGFAdam } from 'learned-gradient-flow';
 * const flow = new LGFAdam([1, 1], { learningRate: 0.02, historySize: 10, retrainInterval: 40 });
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 3 * b]);
 *   return 0.5 * (a * a + 3 * b * b);
 * };
 * while (flow.epoch < 120) flow.step(bowl);
 * console.log(flow.evaluations, flow.fits, Math.hypot(...flow.x) < 0.1); // → 30 3 true
 * ```
 */
declare class LGFAdam extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LGFAdamOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFAdam;
}
/**
 * {@link LGFAdam} that follows the learned flow only within a radius of the last true iterate: the learned steps are those of
 * {@link LGFAdam}, the radius, its tests and the safeguard those of {@link LGFTrustRegion}.
 *
 * Use it where Adam is what you would run and a fixed schedule overshoots.
 *
 * @example
 * ```ts
 * import { LGFAdamTrustRegion } from 'learned-gradient-flow';
 * const flow = new LGFAdamTrustRegion([1, 1], { learningRate: 0.02, historySize: 8, maxRadius: 0.2 });
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 3 * b]);
 *   return 0.5 * (a * a + 3 * b * b);
 * };
 * while (flow.epoch < 120) flow.step(bowl);
 * console.log(flow.evaluations < 60, flow.radius <= 0.2, Math.hypot(...flow.x) < 0.3); // → true true true
 * ```
 */
declare class LGFAdamTrustRegion extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LGFAdamTrustRegionOptions | null);
  /** Radius within which the learned flow is believed, in the units of the variables. */
  get radius(): number;
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFAdamTrustRegion;
}
/**
 * The adaptive learned flow: no learning rate and no schedule. Every evaluation judges the flow that was learned last and teaches the next one.
 *
 * A window keeps differences of points and gradients, `(s, y)`, between each evaluation, a rejected one too, and the iterate that it started
 * from. Several models of the field about the iterate are fitted to it, in coordinates `z` of what the window spans or, where there are few, in
 * the variables themselves:
 * ```text
 * positive     B z, symmetric and positive, secant by secant
 * potential    B z, symmetric, least squares over all secants
 * polynomial   the gradient of one polynomial of order 2 to 4, of all variables or few at a time
 * warp         the same for a monotone function of the objective
 * general      B z, for directions that are no gradients
 * ```
 * The model that predicts the true gradients best drives: its flow `da/dt = -g(a)` is followed to its end, or as far as it is trusted. The
 * end is evaluated, accepted if it is not worse, and learned from in any case. A value or gradient that is not finite is a rejected end.
 *
 * With `base` and `preconditioner` the flow is `da/dt = -P g(a)` with a diagonal `P`: that of Adam, of the curvatures seen along each variable, or
 * given. It is the same run in the variables `a / sqrt(P)`.
 *
 * One step is one evaluation; its report is that of a true step, with the learned flow inside: `fits` counts the steps that followed one.
 * `x` is the iterate, `ask()` gives the point to evaluate next. Memory: `16 (window + 1)` bytes for each variable, at most `memoryLimit`.
 *
 * {@link minimize} runs it by default, and keeps it within bounds where some are given.
 *
 * @see docs/optimizers.md; the form of the positive model: Nocedal, Wright, Numerical Optimization, 2006, section 6.1
 * @example
 * ```ts
 * import { LGFAdaptive } from 'learned-gradient-flow';
 * const flow = new LGFAdaptive([-1.2, 1]);
 * const rosenbrock = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   const c = b - a * a;
 *   g.set([-400 * a * c - 2 * (1 - a), 200 * c]);
 *   return 100 * c * c + (1 - a) ** 2;
 * };
 * while ((flow.best?.value ?? 1) > 1e-12 && flow.evaluations < 60) flow.step(rosenbrock);
 * console.log(flow.evaluations < 35, flow.x.map((v) => Number(v.toFixed(4))).join(' ')); // → true 1 1
 * ```
 */
declare class LGFAdaptive extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option; `ERR_LGF_SHAPE` where `preconditioner` has not d entries
   */
  constructor(start: ArrayLike<number>, options?: LGFAdaptiveOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFAdaptive;
}
/**
 * Gradient descent with Anderson acceleration: each step starts from the combination of the last iterates whose gradient would be the
 * smallest if it were linear.
 *
 * A step that ends above the last few values, above the start, or where nothing can be evaluated is undone; plain descent with steps that are
 * halved until one goes down then starts it afresh.
 *
 * @see Walker, Ni 2011, doi:10.1137/10078356X
 * @example
 * ```ts
 * import { Anderson } from 'learned-gradient-flow';
 * const descent = new Anderson([4, 2]);
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 5 * b]);
 *   return 0.5 * (a * a + 5 * b * b);
 * };
 * while (descent.epoch < 8) descent.step(bowl);
 * console.log((descent.best?.value ?? 1) < 1e-6, descent.evaluations < 16); // → true true
 * ```
 */
declare class Anderson extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: AndersonOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): Anderson;
}
/**
 * {@link LGFGradientFlow} of several starts in step, with one model learned from the rows of all.
 *
 * Every trajectory makes its own true steps and follows the shared learned flow from its own iterate, on the schedule of
 * {@link LGFGradientFlow}. The regression stacks the rows of all trajectories, with `allRows` also those of earlier cycles: a model of more
 * variables or of higher order than one trajectory could tell apart. One step of the batch makes one evaluation for each trajectory, all of
 * them counted; with `safeguard` a learned phase is undone when one trajectory ends it worse than it began.
 *
 * `step`, `stepAsync`, `ask` and `tell` take an objective of one point and go through the trajectories in turn
 * (`request.trajectory` says which); {@link LGFBatch.stepBatch} evaluates all of them at once.
 *
 * Use it for objectives that are cheaper evaluated together, and for starts in one basin, where one polynomial can stand for the flow.
 *
 * @see Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513
 * @example
 * ```ts
 * import { LGFBatch } from 'learned-gradient-flow';
 * const batch = new LGFBatch([[1, 1], [-2, 0.5], [0, 3]], { learningRate: 0.05, historySize: 5, retrainInterval: 20 });
 * while (batch.epoch < 40) {
 *   batch.stepBatch((x, g) =>
 *     x.toArray().map(([a = 0, b = 0], i) => {
 *       g.row(i).set([a, 3 * b]);
 *       return 0.5 * (a * a + 3 * b * b);
 *     }),
 *   );
 * }
 * console.log(batch.evaluations, batch.fits, batch.iterates.rows, (batch.best?.value ?? 1) < 0.05); // → 30 2 3 true
 * ```
 */
declare class LGFBatch extends Optimizer {
  /**
   * @param starts - k×d, one starting point a row.
   * @throws {@link LgfError} naming `starts` or the option
   */
  constructor(starts: MatrixLike, options?: LGFBatchOptions | null);
  /** The iterates, k×d, one row a trajectory; a copy. */
  get iterates(): Matrix;
  /**
   * Takes one step; calls the objective at most once for all trajectories, and again where a safeguard refuses what it found.
   *
   * @throws as {@link Optimizer.step}
   */
  stepBatch(objective: BatchObjective): StepReport;
  /**
   * Takes one step; awaits the objective as often as {@link LGFBatch.stepBatch} calls it.
   *
   * @throws as {@link Optimizer.stepAsync}
   */
  stepBatchAsync(objective: AsyncBatchObjective, options?: StepOptions): Promise<StepReport>;
  /** What the optimizer wants to know next, of all trajectories at once. Learned steps that come before are taken. */
  askBatch(): BatchRequest;
  /**
   * Answers the open request of all trajectories.
   *
   * @param values - One for each row of `x`.
   * @param g - The directions, one row for each, where they were wanted.
   * @returns the step that was completed; `undefined` where a safeguard refused what it found and there is more to ask
   * @throws as {@link Optimizer.tell}; a refused answer changes nothing.
   */
  tellBatch(id: number, values: ArrayLike<number>, g?: MatrixLike | null): StepReport | undefined;
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFBatch;
}
/**
 * Descent along the direction that the objective returns, `a <- a - lr p(a)`: the gradient, the Newton direction or another.
 *
 * The base optimizer of {@link LGFGradientFlow}, to compare with.
 *
 * @example
 * ```ts
 * import { GradientDescent } from 'learned-gradient-flow';
 * const descent = new GradientDescent([4], { learningRate: 0.25 });
 * const parabola = (x: Float64Array, g: Float64Array): number => {
 *   const a = x[0] as number;
 *   g[0] = 2 * a;
 *   return a * a;
 * };
 * console.log(descent.step(parabola).value, descent.x[0], descent.evaluations); // → 16 2 1
 * ```
 */
declare class GradientDescent extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: GradientDescentOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): GradientDescent;
}
/**
 * Gradient or Newton descent that learns its own flow and follows it without evaluations.
 *
 * With `epoch` counting all steps from 0, one step is:
 * 1. `epoch % retrainInterval == 0`: forget the history, drop the model.
 * 2. Fewer than `historySize` samples: a true step `a <- a - lr p(a)`, one evaluation; record the new iterate.
 * 3. Otherwise fit `da/dt = f(a)` to the history if there is no model yet, integrate it over `dt` and take the end.
 *
 * By default as published: on a fixed schedule and without a safeguard. Only a learned step that leaves the finite numbers is not taken;
 * true steps then take over, and `fallbacks` counts it. With `safeguard: true` the learned steps to the end of a phase are made in advance
 * and one true evaluation judges their end: where it is worse than the start, the phase is undone and tried over a quarter of its steps. A
 * phase that is taken costs one evaluation. Base steps that would end above the start of the run, or where the objective has no finite
 * value, are halved, with all later ones.
 *
 * Use it where descent, or damped Newton, is what you would run, and an evaluation costs far more than a fit.
 *
 * @see Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513
 * @example
 * ```ts
 * import { LGFGradientFlow } from 'learned-gradient-flow';
 * const flow = new LGFGradientFlow([1, 1], { learningRate: 0.05, dt: 0.05, historySize: 5, retrainInterval: 20 });
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 3 * b]);
 *   return 0.5 * (a * a + 3 * b * b);
 * };
 * while (flow.epoch < 40) flow.step(bowl);
 * console.log(flow.evaluations, flow.fits, Math.hypot(...flow.x) < 0.2); // → 10 2 true
 * ```
 */
declare class LGFGradientFlow extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LGFGradientFlowOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFGradientFlow;
}
/**
 * Limited-memory BFGS with the line search of Moré and Thuente: no learning rate, and no step that ends above where it began.
 *
 * One step is one line search: it may take several evaluations, mostly one. Without bounds it evaluates where SciPy's `L-BFGS-B` does. A
 * trial without a finite value or gradient is followed by a shorter one. Once nothing goes down any more steps stay where they are.
 *
 * @see Liu, Nocedal 1989, doi:10.1007/BF01589116; Moré, Thuente 1994, doi:10.1145/192115.192132
 * @example
 * ```ts
 * import { LBFGS } from 'learned-gradient-flow';
 * const descent = new LBFGS([4, 2]);
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 5 * b]);
 *   return 0.5 * (a * a + 5 * b * b);
 * };
 * while (descent.epoch < 8) descent.step(bowl);
 * console.log((descent.best?.value ?? 1) < 1e-6, descent.evaluations < 12); // → true true
 * ```
 */
declare class LBFGS extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LBFGSOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LBFGS;
}
/**
 * The method of moving asymptotes, for `min f(x)` where `w'x <= limit` and `lower <= x <= upper`.
 *
 * Each step minimises a convex approximation between two asymptotes of every variable, exactly; no step leaves the feasible set. Values are not
 * compared: a step may end higher. One that ends where nothing can be evaluated is halved until one does not. The start is the feasible point that is nearest to
 * the one given. No scale of the objective or of the constraint matters.
 *
 * @see Svanberg 1987, doi:10.1002/nme.1620240207; constants of Svanberg 2007
 * @example
 * ```ts
 * import { MMA } from 'learned-gradient-flow';
 * // Rods that share a load: the flexibility of each is its weight over its section, and half of the material is there.
 * const rods = (x: Float64Array, g: Float64Array): number => {
 *   g.set(x.map((a, i) => -((i + 1) ** 2) / (a * a)));
 *   return x.reduce((sum, a, i) => sum + (i + 1) ** 2 / a, 0);
 * };
 * const asymptotes = new MMA([0.5, 0.5, 0.5, 0.5], { lower: 0.01, tolerance: 1e-4 });
 * while (asymptotes.ending === undefined) asymptotes.step(rods);
 * console.log(Array.from(asymptotes.x, (a) => a.toFixed(2)).join(' ')); // → 0.20 0.40 0.60 0.80
 * ```
 */
declare class MMA extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option; `limit` where no point is feasible
   */
  constructor(start: ArrayLike<number>, options?: MMAOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): MMA;
}
/**
 * Optimality criteria, for `min f(x)` where `w'x <= limit` and `lower <= x <= upper`: the usual optimizer of topology optimization.
 *
 * For objectives that fall in every variable, as compliance does in densities; positive entries of the gradient count as 0. Each step
 * multiplies every variable by a power of its share of `-∂f/∂x` in what the constraint asks for. Values are not compared: what is written to `g`
 * may be filtered sensitivities, and a step may end higher. A step that ends where nothing can be evaluated is halved until one does not. The start is the
 * feasible point that is nearest to the one given.
 *
 * @see Andreassen, Clausen, Schevenels, Lazarov, Sigmund 2011, doi:10.1007/s00158-010-0594-7
 * @example
 * ```ts
 * import { OptimalityCriteria } from 'learned-gradient-flow';
 * // Rods that share a load: the flexibility of each is its weight over its section, and half of the material is there.
 * const rods = (x: Float64Array, g: Float64Array): number => {
 *   g.set(x.map((a, i) => -((i + 1) ** 2) / (a * a)));
 *   return x.reduce((sum, a, i) => sum + (i + 1) ** 2 / a, 0);
 * };
 * const criteria = new OptimalityCriteria([0.5, 0.5, 0.5, 0.5], { lower: 0.01 });
 * while (criteria.ending === undefined) criteria.step(rods);
 * console.log(Array.from(criteria.x, (a) => a.toFixed(2)).join(' ')); // → 0.20 0.40 0.60 0.80
 * ```
 */
declare class OptimalityCriteria extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option; `limit` where no point is feasible
   */
  constructor(start: ArrayLike<number>, options?: OptimalityCriteriaOptions | null);
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): OptimalityCriteria;
}
/**
 * {@link LGFGradientFlow} that follows the learned flow only within a radius of the last true iterate.
 *
 * Learned steps that end within the radius are taken. One that would leave it makes room for a true step from the same point; after
 * `maxLearnedSteps` a true step is due in any case. The learned flow's next step `q` and the true update `p` are then compared:
 * ```text
 * |p|, |q| < gradientTolerance dt      radius x 1.25
 * cos(p, q) < badCosine                radius x badFactor, the model is dropped, the history starts over
 * badCosine <= cos(p, q) < goodCosine  radius x okayFactor
 * goodCosine <= cos(p, q)              radius x goodFactor, at most maxRadius
 * ```
 * The true step is taken in every case. Where it took the place of a learned one, `fallbacks` counts it and its report says why. There is no
 * retraining interval; a model that was not followed for `historySize` true steps is replaced by one of those.
 *
 * With `safeguard`, which here is the default, the evaluation that ends a learned phase judges it: where the value is above that of the last
 * one, the phase is undone and the radius shrinks by `badFactor`. A phase that is taken costs no evaluation, since the true step needs the
 * same. Base steps that end above the start of the run, or where the objective has no finite value, are undone and halved, with all later
 * ones.
 *
 * Use it where a fixed schedule is too bold in one part of the run and too timid in another.
 *
 * @see the history of the published code of Norman, Rowan, Maute, Doostan, arXiv 2602.13513, of which one example uses it
 * @example
 * ```ts
 * import { LGFTrustRegion } from 'learned-gradient-flow';
 * const flow = new LGFTrustRegion([1, 1], { learningRate: 0.05, historySize: 5 });
 * const bowl = (x: Float64Array, g: Float64Array): number => {
 *   const [a, b] = x as unknown as [number, number];
 *   g.set([a, 3 * b]);
 *   return 0.5 * (a * a + 3 * b * b);
 * };
 * while (flow.epoch < 60) flow.step(bowl);
 * console.log(flow.evaluations < 20, flow.radius <= 0.5, Math.hypot(...flow.x) < 0.1); // → true true true
 * ```
 */
declare class LGFTrustRegion extends Optimizer {
  /**
   * @param start - The starting point, length d.
   * @throws {@link LgfError} naming `start` or the option
   */
  constructor(start: ArrayLike<number>, options?: LGFTrustRegionOptions | null);
  /** Radius within which the learned flow is believed, in the units of the variables. */
  get radius(): number;
  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFTrustRegion;
}
/** The triangle mesh of an acoustic problem. */
interface AcousticMesh {
  /** Coordinates, one row `x, y` a node. */
  readonly nodes: Matrix;
  /** Three corners of each triangle, counter-clockwise, nodes counted from 0. */
  readonly triangles: Uint32Array;
  /** Nodes at rest. */
  readonly fixedNodes: Uint32Array;
  /** The node under the point force. */
  readonly forcedNode: number;
}
/** A mesh of one's own; an {@link AcousticMesh} is one. */
interface AcousticMeshInput {
  /** Coordinates, one row `x, y` a node; every node at a place of its own, in a triangle. */
  readonly nodes: MatrixLike;
  /** Three corners of each triangle in either sense, nodes counted from 0; each with an area, at most two at an edge. */
  readonly triangles: ArrayLike<number>;
  /** Nodes at rest, each once; may be empty. */
  readonly fixedNodes: ArrayLike<number>;
  /** The node under the point force, not fixed. */
  readonly forcedNode: number;
}
/** Options and a mesh. */
interface AcousticInverseSettings extends AcousticInverseOptions {
  /** A mesh whose centroids lie above `y = -1/2`. Without it the published one, or a lattice of the given `size`. */
  readonly mesh?: AcousticMeshInput | null | undefined;
}
/** The acoustic inverse problem with views of its fields. */
interface AcousticInverse extends NativeProblem {
  /** The mesh, triangle `e` being design variable `e`. */
  readonly mesh: AcousticMesh;
  /** Slowness `1 + 2 y` of each triangle, `y` of its centroid, that made the data. */
  readonly trueSlowness: Float64Array;
  /** Number of times, from 0 to `endTime`. */
  readonly times: number;
  /** Their distance. */
  readonly timeStep: number;
  /** Slowness from which on, in all triangles, the scheme is stable for certain; a point far below may have a huge or non-finite value. */
  readonly stableSlowness: number;
  /** Slowness `|x| + 0.01` of each triangle. */
  slowness(x: ArrayLike<number>): Float64Array;
  /** `sum (slowness - trueSlowness)^2 / sum trueSlowness^2`. */
  parameterError(x: ArrayLike<number>): number;
  /**
   * Pressure: one row a node, one column a time; NaN where the value is.
   *
   * @throws {@link LgfError} naming `x`, or `memoryLimit` where the matrix is beyond it
   */
  pressure(x: ArrayLike<number>): Matrix;
}
/**
 * Slowness of each triangle of a membrane from the histories of an acoustic wave at all free nodes; value: `dt/2` times the sum of squared differences
 * of the histories. Defaults as published: 346 design variables.
 *
 * @throws {@link LgfError} naming the option, or the part of the mesh and its entry: `mesh.triangles.7`
 * @example
 * ```ts
 * import { problems } from 'learned-gradient-flow';
 * const wave = problems.acousticInverse();
 * const g = new Float64Array(wave.dimension);
 * console.log(wave.dimension, wave.evaluate(wave.start(), g).toFixed(6), g[2]?.toFixed(6)); // → 346 160.834012 -6.606231
 * ```
 */
declare function acousticInverse(options?: AcousticInverseSettings | null): AcousticInverse;
/** Deep elasticity with views of its fields. */
interface DeepElasticity extends NativeProblem {
  /** Displacement of parameters `x` at points, n x 3 both. */
  displacement(x: ArrayLike<number>, points: MatrixLike): Matrix;
  /** Strain energy density of parameters `x` at points, n x 3. */
  energyDensity(x: ArrayLike<number>, points: MatrixLike): Float64Array;
  /**
   * Random sampling: index of the sample that the next evaluation draws, counted up by each unless `resample` is false. Set it to go on
   * with the points of an earlier run. Always 0 with midpoints.
   */
  draw: number;
}
/**
 * Linear elasticity of the clamped unit cube under a torsional body force, its displacement a neural network: 3-20-20-3, tanh, times the
 * height. Value: mean potential energy at the midpoints of `cells^3` cubes or at random points. Unknowns: the network's parameters, layer
 * by layer weights (one row for each output) and biases, the last layer without biases. Defaults as published; the start is random, as
 * networks usually start, by `seed`.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { BaseAdam, problems } from 'learned-gradient-flow';
 * const cube = problems.deepElasticity({ cells: 9 });
 * const adam = new BaseAdam(cube.start(), { learningRate: 2.5e-3 });
 * while (adam.epoch < 300) adam.step(cube.evaluate);
 * console.log(cube.dimension, cube.evaluate(adam.x, new Float64Array(cube.dimension)).toFixed(2)); // → 560 -7.00
 * const top = cube.displacement(adam.x, [[1, 0.5, 1]]);
 * console.log(Number(top.at(0, 1)) > 0); // → true
 * ```
 */
declare function deepElasticity(options?: DeepElasticityOptions | null): DeepElasticity;
/** The heat rod with views of its fields. */
interface HeatRod extends NativeProblem {
  /** Space-time squared misfit of the last evaluation, whose logarithm was its value; `undefined` before the first. */
  readonly misfit: number | undefined;
  /** Temperature at conductivities `a`: one row a cell, one column a time. */
  temperature(a: ArrayLike<number>): Matrix;
}
/**
 * Two conductivities of a heated rod from its temperature history; value: logarithm of the squared misfit. Defaults as published.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { problems } from 'learned-gradient-flow';
 * const rod = problems.heatRod();
 * const g = new Float64Array(rod.dimension);
 * console.log(rod.evaluate(rod.start(), g).toFixed(6), g[0]?.toFixed(6)); // → -3.585858 -4.168815
 * ```
 */
declare function heatRod(options?: HeatRodOptions | null): HeatRod;
/** The nonlinear heat problem with its second derivatives and views of its fields. */
interface NonlinearHeat extends NativeProblem {
  /**
   * Fills `d` with the Newton direction `H(x)^-1 r(x)` and returns `|r(x)|_2`: an objective for the option `direction: 'newton'`.
   *
   * The direction solves the system whatever the signs of the eigenvalues are, as published; one that always descends is made of `evaluate` and
   * `hessian` by `newton`. Where there is none, the value is not finite.
   * @throws {@link LgfError} naming `x` or `d`
   */
  readonly newton: (x: ArrayLike<number>, d: Float64Array) => number;
  /** Hessian of the energy at `x`, `dimension` x `dimension`. */
  hessian(x: ArrayLike<number>): Matrix;
  /** Temperature `u` at the midpoints, `points` x `points`: one row for each `x`, one column for each `y` of the unit square. */
  temperature(x: ArrayLike<number>): Matrix;
  /** Conductivity `K` at the midpoints, laid out as the temperature. */
  conductivity(): Matrix;
  /** Source `B` at the midpoints, laid out as the temperature. */
  source(): Matrix;
}
/**
 * Heat conduction on the unit square with a conductivity that grows with the gradient, in `modes * modes` sine modes; value: the energy, the
 * mean of `K (grad u . grad u)^2 + sigma u^5 / 5 - B u` over `points * points` midpoints. Defaults as published.
 *
 * Variable `i * modes + j` is the coefficient of `sin((i + 1) pi x) sin((j + 1) pi y)`. The published runs make the residual vanish along
 * Newton directions; another start than that of a `seed` is what the optimizer is given.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { LGFGradientFlow, problems } from 'learned-gradient-flow';
 * const heat = problems.nonlinearHeat({ modes: 4, points: 80 });
 * const optimizer = new LGFGradientFlow(heat.start(), { direction: 'newton', learningRate: 0.15, historySize: 15, retrainInterval: 20, safeguard: true });
 * const first = optimizer.step(heat.newton).value ?? 0;
 * while (optimizer.epoch < 60) optimizer.step(heat.newton);
 * const residual = heat.newton(optimizer.x, new Float64Array(heat.dimension));
 * console.log(residual < 1e-2 * first, optimizer.evaluations < 60); // → true true
 * ```
 */
declare function nonlinearHeat(options?: NonlinearHeatOptions | null): NonlinearHeat;
/** A test function by name. */
interface TestFunction extends NativeProblem {
  /** Least value without noise in this dimension, as far as known: published, or of long runs of several methods from the start. */
  readonly minimum: number | undefined;
}
/** A line of the table of test functions. */
interface TestFunctionSummary {
  /** Its name, for `problems.testFunction`. */
  readonly name: NonNullable<TestProblemOptions["name"]>;
  /** Number of variables unless the options say another. */
  readonly dimension: number;
  /** Least value in that dimension, as far as known. */
  readonly minimum: number;
}
/**
 * A test function of unconstrained optimization, with its usual start: of the collections of Moré, Garbow and Hillstrom (1981) and CUTEst, and
 * a quadratic, logistic regression, the Bratu energy, a minimal surface and a small network. Gradients are exact unless `noise` says otherwise.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { problems } from 'learned-gradient-flow';
 * const valley = problems.testFunction({ name: 'extended-rosenbrock', dimension: 4 });
 * const g = new Float64Array(valley.dimension);
 * console.log(valley.evaluate(valley.start(), g).toFixed(3), valley.minimum, g[1]?.toFixed(1)); // → 48.400 0 -88.0
 * ```
 */
declare function testFunction(options?: TestProblemOptions | null): TestFunction;
/**
 * All test functions, in a fixed order.
 *
 * @example
 * ```ts
 * import { problems } from 'learned-gradient-flow';
 * const [first] = problems.testFunctions();
 * console.log(first); // → { name: 'rosenbrock', dimension: 20, minimum: 0 }
 * ```
 */
declare function testFunctions(): readonly TestFunctionSummary[];
/** A place in shares of the extents: `[0, 0]` is the lower left corner, `[1, 1]` the upper right one. Without `to` a point. */
interface Place {
  /** Its lowest corner. */
  readonly from: readonly number[];
  /** Its highest corner. @defaultValue `from` */
  readonly to?: readonly number[];
}
/** An axis: `y` points upwards. */
type Axis = "x" | "y" | "z";
/** Nodes that do not move along some axes: those nearest to the place. */
interface Support extends Place {
  readonly fixed: readonly Axis[];
}
/** A force, one number an axis, spread evenly over the nodes nearest to the place. */
interface Load extends Place {
  readonly force: readonly number[];
}
/** Elements that are not designed: those whose centre lies in the place. */
interface Region extends Place {
  readonly material: "solid" | "void";
}
/** What is loaded, held and given. */
interface Structure {
  /** They must leave no rigid motion free. */
  readonly supports: readonly Support[];
  /** The loads that act at once, for each load case; the compliance is the sum over the cases. */
  readonly loadCases: readonly (readonly Load[])[];
  /** What is not designed; later ones prevail. @defaultValue none */
  readonly regions?: readonly Region[];
}
/** Structures of the literature in the plane. */
type Preset2d = "mbb" | "cantilever" | "l-bracket" | "two-load-cases";
/** Structures of the literature in space. */
type Preset3d = "cantilever3d" | "bridge";
/** Settings in the plane. */
interface Topology2dOptions extends TopologyOptions {
  /** A structure of the literature. @defaultValue `'mbb'` */
  readonly preset?: Preset2d | null;
  /** Elements along `x` and `y`. @defaultValue that of the preset, `[60, 20]` of `'mbb'` */
  readonly size?: readonly [number, number] | null;
  /** A structure of one's own, in place of the preset's. */
  readonly structure?: Structure | null;
}
/** Settings in space. */
interface Topology3dOptions extends TopologyOptions {
  /** A structure of the literature. @defaultValue `'cantilever3d'` */
  readonly preset?: Preset3d | null;
  /** Elements along `x`, `y` and `z`. @defaultValue that of the preset, `[48, 24, 24]` of `'cantilever3d'` */
  readonly size?: readonly [number, number, number] | null;
  /** A structure of one's own, in place of the preset's. */
  readonly structure?: Structure | null;
}
/** What an evaluation of a design came to. */
interface DesignMeasures {
  /** `Σ f'u` over the load cases. */
  readonly compliance: number;
  /** Volume by that of the design domain. */
  readonly volume: number;
  /** Mean of `4 ρ (1 - ρ)`: 0 of solid and void, 1 where all is grey. */
  readonly greyness: number;
  /** Iterations of the solver; 0 of a direct one. */
  readonly solverIterations: number;
  /** Relative error of the compliance, as the solver estimates it. */
  readonly solverError: number;
}
/** The stiffest structure of a given volume, with views of its fields. Elements are numbered along `x` first, then `y` upwards, then `z`. */
interface Topology extends NativeProblem {
  /** Elements along each axis. */
  readonly size: readonly number[];
  /** What the last evaluation came to, in a run too; `undefined` before the first and after a failed one. */
  readonly last: DesignMeasures | undefined;
  /** Density of each element at `x`. */
  density(x: ArrayLike<number>): Float64Array;
  /** Displacement of each node at `x`, one row each, under one load case. @defaultValue `loadCase` 0 */
  displacement(x: ArrayLike<number>, loadCase?: number): Matrix;
  /** With `variables: 'density'`: derivatives of the volume by the variables, for optimizers that keep a constraint. */
  volumeWeights(): Float64Array;
  /** What the weights times the variables may be at most. */
  readonly volumeLimit: number;
  /** Sharpness of the projection; raised from run to run for designs of solid and void. */
  sharpness: number;
  /**
   * With latent variables: what a change of each one does to its density, `x (1 - x)`, at the last point that was evaluated. `minimize` knows of them; a
   * loop of one's own hands them to `opt.tell`.
   */
  weights(): Float64Array | undefined;
}
/**
 * The stiffest plane structure of a given volume: minimum compliance by densities (SIMP), plane stress, unit squares.
 *
 * `K(ρ) u = f`, `K = Σ (Emin + ρ^p (1 - Emin)) K0`, value `log Σ f'u`. The variables `a` are free: `x = σ(a + b)`, `b` such that the volume is
 * kept, `ρ = H(W x)` with a filter `W` and a projection `H`. The gradient is exact. With `direction: 'criteria'` the direction is that of the
 * optimality criteria, for a learned flow that is followed faithfully.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { minimize, problems } from 'learned-gradient-flow';
 * const beam = problems.topology2d({ preset: 'mbb', size: [30, 10], direction: 'criteria' });
 * const { x, value = 0 } = await minimize(beam, beam.start(), { direction: 'custom', faithful: true, maxEvaluations: 30 });
 * console.log(Math.exp(value) < 0.3 * Math.exp(beam.evaluate(beam.start(), new Float64Array(beam.dimension)))); // → true
 * console.log(beam.density(x).length); // → 300
 * ```
 */
declare function topology2d(options?: Topology2dOptions | null): Topology;
/**
 * The stiffest structure of a given volume in space: as in the plane, with unit cubes.
 *
 * Displacements are found by conjugate gradients, preconditioned by multigrid: memory and time grow with the number of elements.
 *
 * @throws {@link LgfError} naming the option
 * @example
 * ```ts
 * import { minimize, problems } from 'learned-gradient-flow';
 * const beam = problems.topology3d({ size: [12, 6, 6], volumeFraction: 0.3, direction: 'criteria' });
 * const { x } = await minimize(beam, beam.start(), { direction: 'custom', faithful: true, maxEvaluations: 10 });
 * const volume = beam.density(x).reduce((sum, density) => sum + density) / beam.dimension;
 * console.log(volume.toFixed(6)); // → 0.300000
 * ```
 */
declare function topology3d(options?: Topology3dOptions | null): Topology;
declare namespace index_d_exports {
  export { acousticInverse, deepElasticity, heatRod, nonlinearHeat, testFunction, testFunctions, topology2d, topology3d };
}
/**
 * The spans of a run as a trace for https://ui.perfetto.dev or chrome://tracing: the content of a JSON file.
 *
 * @param profile - `result.profile` of a run with the option `profile`.
 * @returns complete events (`"ph":"X"`) in the order in which they began, times in microseconds from the beginning of the recording, with bytes,
 * operations and rates as arguments where they are known; `otherData.dropped` says how many more there were
 * @throws {@link LgfError} `ERR_LGF_ARGUMENT` naming `profile` for a run that was not recorded
 * @see Trace Event Format, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 * @example
 * ```ts
 * import { chromeTrace, minimize, problems } from 'learned-gradient-flow';
 * const { profile } = await minimize(problems.heatRod(), null, { maxEvaluations: 10, profile: true });
 * const { traceEvents } = JSON.parse(chromeTrace(profile));
 * console.log(traceEvents.filter((event: { name: string }) => event.name === 'evaluate').length); // → 10
 * ```
 */
declare function chromeTrace(profile: Profile): string;
/**
 * The phases of a run as a table in plain text.
 *
 * @param phases - `result.profile.phases` of a run with the option `profile`.
 * @returns one line for each row under a line of heads: the name, indented by its depth; calls; seconds in all and outside of phases within;
 * the share of `seconds` in those of all outermost phases; bytes, operations and their rates where they are known
 * @throws {@link LgfError} `ERR_LGF_ARGUMENT` naming `phases`
 * @example
 * ```ts
 * import { minimize, problems, profileTable } from 'learned-gradient-flow';
 * const { profile } = await minimize(problems.heatRod(), null, { maxEvaluations: 10, profile: true });
 * const lines = profileTable(profile.phases ?? []).split('\n');
 * console.log(lines[0]?.split(/ +/).join(' ')); // → phase calls seconds self share bytes GB/s flops GFLOP/s
 * console.log(lines[1]?.split(/ +/).slice(0, 2).join(' ')); // → evaluate 10
 * ```
 */
declare function profileTable(phases: readonly ProfilePhase[]): string;
/** Result of {@link thinSvd}: `A = U diag(s) V'`. */
interface Svd {
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
  readonly method: "dense" | "gram" | "gramTwice" | "tsqr";
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
declare function thinSvd(snapshots: MatrixLike, options?: SvdOptions | null): Svd;
/** Options of {@link leastSquares}. */
type LeastSquaresOptions = Omit<DenseOptions, "kind">;
/** Options of {@link stlsq}. */
type SparseOptions = Omit<StlsqOptions, "kind">;
/** Result of {@link leastSquares}. */
interface DenseFit {
  /** P×t. */
  readonly coefficients: Matrix;
  /** Numerical rank of the regression matrix. */
  readonly rank: number;
  /** Largest singular value over the smallest kept one. */
  readonly condition: number;
}
/** Result of {@link stlsq}. */
interface SparseFit extends DenseFit {
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
declare function leastSquares(regression: MatrixLike, target: MatrixLike, options?: LeastSquaresOptions | null): DenseFit;
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
declare function stlsq(regression: MatrixLike, target: MatrixLike, options?: SparseOptions | null): SparseFit;
/** The two sides of a regression: find coefficients with `regression * coefficients ~ target`. */
interface Regression {
  /** Right sides, one row an equation. */
  readonly target: Matrix;
  /** Features, one row an equation. */
  readonly regression: Matrix;
}
/** Options of {@link strongForm}. */
type StrongFormOptions = TimeStepOptions & StrongOptions;
/** Options of {@link weakForm}. */
type WeakFormOptions = TimeStepOptions & TestFunctionOptions;
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
declare function strongForm(states: MatrixLike, features: MatrixLike, options: StrongFormOptions): Regression;
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
declare function weakForm(states: MatrixLike, features: MatrixLike, options: WeakFormOptions): Regression;
/** Version of the native core. */
declare function version(): string;
export { type AcousticInverse, type AcousticInverseOptions, type AcousticInverseSettings, type AcousticMesh, type AcousticMeshInput, Anderson, type AndersonOptions, type AsyncBatchObjective, type AsyncObjective, type Axis, BaseAdam, type BaseAdamOptions, type BatchObjective, type BatchRequest, type Best, type BoundSide, type BoundsLike, type CellField, type CheckpointOptions, type DeepElasticity, type DeepElasticityOptions, type DenseFit, type DenseOptions, type DensityPngOptions, type DesignMeasures, type DiscoverOptions, type Fallback, type FeatureOptions, type FitReport, FlowModel, type FlowModelJson, type GradientCheck, GradientDescent, type GradientDescentOptions, type Grid, type HeatRod, type HeatRodOptions, type HessianProduct, type ImageData, type IntegrateOptions, type IntervalOptions, type IsosurfaceOptions, type Iteration, type IterationWithPoint, LBFGS, type LBFGSOptions, LGFAdam, type LGFAdamOptions, LGFAdamTrustRegion, type LGFAdamTrustRegionOptions, LGFAdaptive, type LGFAdaptiveOptions, LGFBatch, type LGFBatchOptions, LGFGradientFlow, type LGFGradientFlowOptions, LGFTrustRegion, type LGFTrustRegionOptions, type LearnedModel, type LeastSquaresOptions, LgfError, type LgfErrorCode, type LibraryOptions, type Load, MMA, type MMAOptions, Matrix, type MatrixLike, type MethodOptions, type MinimizeOptions, type ModelOptions, type NamedArrays, type NativeProblem, type NewtonCgOptions, type NewtonCgReport, type NewtonDirection, type NewtonEvaluation, type NewtonObjective, type NewtonOptions, type NewtonReport, type NonlinearHeat, type NonlinearHeatOptions, type Objective, type OdeOptions, OptimalityCriteria, type OptimalityCriteriaOptions, Optimizer, type Place, PolynomialLibrary, type Preset2d, type Preset3d, type Profile, type ProfileEvents, type ProfilePhase, type Region, type Regression, type Request, type Result, type Rk45Options, type Rk4Options, type RunOptions, type Solution, type SolverOptions, type SparseFit, type SparseOptions, type Status, type StepOptions, type StepReport, type StlsqOptions, type StoppingOptions, type StrongFormOptions, type StrongOptions, type Structure, type Support, type SurfaceMesh, type SurfacePngOptions, type Svd, type SvdOptions, type TestFunction, type TestFunctionOptions, type TestFunctionSummary, type TestProblemOptions, type TimeStep, type TimeStepOptions, type Topology, type Topology2dOptions, type Topology3dOptions, type TopologyOptions, type VectorField, type View, type VtiOptions, type WeakFormOptions, checkGradient, chromeTrace, densityPng, discover, integrate, isosurface, leastSquares, matrix, minimize, minimizeSync, newton, newtonCg, newtonDirection, polynomialFeatures, index_d_exports as problems, profileTable, pvd, stl, stlsq, strongForm, surfacePngs, thinSvd, version, vti, weakForm };

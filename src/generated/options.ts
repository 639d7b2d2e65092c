// Generated from the option table in Rust by `npm run build`. Do not edit.

/** Monomials of the inputs. */
export interface FeatureOptions {
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
export interface LibraryOptions {
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
export interface TimeStepOptions {
  /**
   * Time between consecutive states.
   * Domain: a number in (0, ∞).
   */
  readonly dt: number;
}

/** Finite differences of the strong form. */
export interface StrongOptions {
  /**
   * Order of accuracy of the finite differences: 1 (forward), 2 or 4 (central).
   * Domain: one of 1, 2, 4.
   * @defaultValue `2`
   */
  readonly fdOrder?: number | null;
}

/** How many singular triplets are kept: all by default. */
export interface SvdOptions {
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
export interface IntervalOptions {
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
export interface DiscoverModelOptions {
  /** What is learned. */
  readonly model?: ModelOptions | null;
  /** How the regression is solved. */
  readonly solver?: SolverOptions | null;
}

/** What is learned: the features, the space, the kind of regression. */
export interface ModelOptions {
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
  readonly method?: 'strong' | 'weak' | 'tracked' | null;
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
export interface TestFunctionOptions {
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
export type SolverOptions = DenseOptions | StlsqOptions;

/** Minimum-norm least squares. */
export interface DenseOptions {
  /**
   * Minimum-norm least squares.
   * @defaultValue `'dense'`
   */
  readonly kind?: 'dense' | null;
  /**
   * Singular values at most this fraction of the largest count as zero. By default the double's epsilon times the larger side. Features too many to be formed are known by their inner products, the squares of singular values: there it is at least the root of epsilon times the samples.
   * Domain: a number in [0, 1).
   */
  readonly rcond?: number | null;
}

/** Sequentially thresholded least squares. */
export interface StlsqOptions {
  /** Sequentially thresholded least squares. */
  readonly kind: 'stlsq';
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
export interface GradientDescentOptions {
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
  readonly direction?: 'gradient' | 'newton' | 'custom' | null;
}

/** Adam. */
export interface BaseAdamOptions {
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
  readonly direction?: 'gradient' | 'newton' | 'custom' | null;
}

/** Learned gradient flow. */
export interface LGFGradientFlowOptions {
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
  readonly direction?: 'gradient' | 'newton' | 'custom' | null;
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
  readonly historyPrecision?: 'double' | 'single' | null;
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
export type OdeOptions = Rk4Options | Rk45Options;

/** Fixed steps, 3/8 rule of order 4. */
export interface Rk4Options {
  /**
   * Fixed steps.
   * @defaultValue `'rk4'`
   */
  readonly method?: 'rk4' | null;
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
export interface Rk45Options {
  /** Adaptive steps. */
  readonly method: 'rk45';
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
export interface LGFAdamOptions {
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
  readonly direction?: 'gradient' | 'newton' | 'custom' | null;
  /**
   * Flow time of one learned step. By default the learning rate.
   * Domain: a number in (0, ∞).
   */
  readonly dt?: number | null;
  /**
   * How a learned step is made: the Adam flow integrated, or one update of Adam itself with the learned gradient; `ode` then has no part in it.
   * @defaultValue `'flow'`
   */
  readonly stepping?: 'flow' | 'discrete' | null;
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
  readonly historyPrecision?: 'double' | 'single' | null;
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
export interface LGFTrustRegionOptions {
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
  readonly direction?: 'gradient' | 'newton' | 'custom' | null;
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
  readonly historyPrecision?: 'double' | 'single' | null;
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
export interface LGFAdamTrustRegionOptions {
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
  readonly direction?: 'gradient' | 'newton' | 'custom' | null;
  /**
   * Flow time of one learned step. By default the learning rate.
   * Domain: a number in (0, ∞).
   */
  readonly dt?: number | null;
  /**
   * How a learned step is made: the Adam flow integrated, or one update of Adam itself with the learned gradient; `ode` then has no part in it.
   * @defaultValue `'flow'`
   */
  readonly stepping?: 'flow' | 'discrete' | null;
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
  readonly historyPrecision?: 'double' | 'single' | null;
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
export interface LGFBatchOptions {
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
  readonly direction?: 'gradient' | 'newton' | 'custom' | null;
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
  readonly historyPrecision?: 'double' | 'single' | null;
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
export interface LGFAdaptiveOptions {
  /**
   * What the objective writes to its second argument. Directions that are no gradients are learned without a potential.
   * @defaultValue `'gradient'`
   */
  readonly direction?: 'gradient' | 'newton' | 'custom' | null;
  /**
   * Metric of the flow that is learned, `da/dt = -P g(a)` with a diagonal `P`: `'descent'` the variables as they are, `'adam'` that of Adam, `'diagonal'` the curvatures seen along each variable, for variables that have units of their own. Not with Newton's directions.
   * @defaultValue `'descent'`
   */
  readonly base?: 'descent' | 'adam' | 'diagonal' | null;
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
export interface LBFGSOptions {
  /**
   * Pairs of steps and gradient changes that are kept.
   * Domain: an integer in [1, 1000].
   * @defaultValue `10`
   */
  readonly memory?: number | null;
}

/** Anderson acceleration of gradient descent. */
export interface AndersonOptions {
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
export interface OptimalityCriteriaOptions {
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
export interface MMAOptions {
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
export interface StoppingOptions {
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
export interface NewtonOptions {
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
  readonly indefinite?: 'absolute' | 'plain' | null;
}

/** Newton directions from products with the Hessian. */
export interface NewtonCgOptions {
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
export interface HeatRodOptions {
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
export interface NonlinearHeatOptions {
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
export interface DeepElasticityOptions {
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
  readonly sampling?: 'midpoints' | 'random' | null;
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
export interface TopologyOptions {
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
  readonly filter?: 'density' | 'helmholtz' | 'sensitivity' | 'none' | null;
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
  readonly variables?: 'latent' | 'density' | null;
  /**
   * What is returned as the direction.
   * @defaultValue `'gradient'`
   */
  readonly direction?: 'gradient' | 'mirror' | 'criteria' | null;
  /**
   * Whether the value is the logarithm of the compliance.
   * @defaultValue `true`
   */
  readonly logarithm?: boolean | null;
  /**
   * How displacements are found.
   * @defaultValue `'auto'`
   */
  readonly solver?: 'auto' | 'direct' | 'multigrid' | null;
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
export interface AcousticInverseOptions {
  /**
   * Target edge length of a lattice on the unit square, about `2.3 / size^2` triangles. Without it the published mesh; not beside `mesh`.
   * Domain: a number in [0.001, 0.5].
   */
  readonly size?: number | null;
  /**
   * Mass matrix.
   * @defaultValue `'consistent'`
   */
  readonly mass?: 'consistent' | 'lumped' | null;
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
export interface TestProblemOptions {
  /**
   * Which function.
   * @defaultValue `'rosenbrock'`
   */
  readonly name?: 'rosenbrock' | 'extended-rosenbrock' | 'powell-singular' | 'broyden-tridiagonal' | 'broyden-banded' | 'penalty-1' | 'penalty-2' | 'variably-dimensioned' | 'discrete-boundary' | 'discrete-integral' | 'trigonometric' | 'wood' | 'beale' | 'helical-valley' | 'brown-badly-scaled' | 'powell-badly-scaled' | 'biggs-exp6' | 'box-3d' | 'watson' | 'gaussian' | 'gulf' | 'brown-dennis' | 'freudenstein-roth' | 'jennrich-sampson' | 'meyer' | 'kowalik-osborne' | 'osborne-1' | 'osborne-2' | 'bard' | 'linear-full-rank' | 'linear-rank-1' | 'chebyquad' | 'brown-almost-linear' | 'arwhead' | 'engval1' | 'liarwhd' | 'nondia' | 'tridia' | 'genrose' | 'cosine' | 'dixmaana' | 'dixmaane' | 'dixmaani' | 'edensch' | 'sparsine' | 'srosenbr' | 'cragglvy' | 'dqrtic' | 'fletchcr' | 'chainwoo' | 'eg2' | 'bdqrtic' | 'dqdrtic' | 'power' | 'nondquar' | 'tointgss' | 'sinquad' | 'schmvett' | 'quadratic' | 'logistic' | 'bratu' | 'minimal-surface' | 'network' | null;
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
  readonly noiseKind?: 'relative' | 'absolute' | null;
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

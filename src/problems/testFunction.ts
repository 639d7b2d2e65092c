import { call } from '../errors.ts';
import type { TestProblemOptions } from '../generated/options.ts';
import { native } from '../native.ts';
import { common, type NativeProblem } from './problem.ts';

/** A test function by name. */
export interface TestFunction extends NativeProblem {
  /** Least value without noise in this dimension, as far as known: published, or of long runs of several methods from the start. */
  readonly minimum: number | undefined;
}

/** A line of the table of test functions. */
export interface TestFunctionSummary {
  /** Its name, for `problems.testFunction`. */
  readonly name: NonNullable<TestProblemOptions['name']>;
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
export function testFunction(options?: TestProblemOptions | null): TestFunction {
  const handle = call(() => new native.TestFunctionHandle(options));
  return { ...common(handle), minimum: handle.minimum ?? undefined };
}

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
export function testFunctions(): readonly TestFunctionSummary[] {
  return call(() => native.testFunctions()) as TestFunctionSummary[];
}

import { argumentError, LgfError, messageOf, shapeError, translate } from './errors.ts';
import { FlowModel } from './flowModel.ts';
import { toVector } from './matrix.ts';
import { native } from './native.ts';
import { fromNativeSolution, type IntegrateOptions, type Solution } from './solution.ts';

/** A vector field `dx/dt = f(t, x)`: fills `dx`, or returns the derivative as an array. `x` must not be kept or changed. */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that fills dx returns nothing
export type VectorField = (t: number, x: Float64Array, dx: Float64Array) => ArrayLike<number> | void;

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
export function integrate(field: FlowModel | VectorField, start: ArrayLike<number>, options: IntegrateOptions): Solution {
  if (field instanceof FlowModel) return field.integrate(start, options);
  if (typeof field !== 'function') throw argumentError('field', field, 'a FlowModel or a function (t, x, dx)');
  const from = toVector(start, 'start');
  const dimension = from.length;
  const [x, dx] = [new Float64Array(dimension), new Float64Array(dimension)];
  let failure: LgfError | undefined;
  const derivative = (t: number): boolean => {
    let returned: unknown;
    try {
      returned = field(t, x, dx);
    } catch (cause) {
      failure = new LgfError('ERR_LGF_CALLBACK', `field: threw at t = ${t}: ${messageOf(cause)}`, { argument: 'field', cause });
      return false;
    }
    try {
      if (x.length !== dimension || dx.length !== dimension) {
        throw shapeError('field', 'one of its arrays detached', `arrays of ${dimension} that stay with the integration`);
      }
      if (returned !== undefined) fill(dx, returned);
      return true;
    } catch (error) {
      failure = translate(error);
      return false;
    }
  };
  try {
    return fromNativeSolution(native.integrateCallback(derivative, x, dx, from, options));
  } catch (error) {
    throw failure ?? translate(error);
  }
}

function fill(dx: Float64Array, returned: unknown): void {
  if (returned instanceof Promise) {
    returned.catch(() => {});
    throw argumentError('field', returned, 'a derivative at once: a field cannot be asynchronous');
  }
  const derivative = toVector(returned as ArrayLike<number>, 'field');
  if (derivative.length !== dx.length) throw shapeError('field', `${derivative.length} derivatives`, String(dx.length));
  dx.set(derivative);
}

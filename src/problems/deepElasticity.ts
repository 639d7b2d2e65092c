import { argumentError, call } from '../errors.ts';
import type { DeepElasticityOptions } from '../generated/options.ts';
import { fromNative, type Matrix, type MatrixLike, toMatrix, toVector } from '../matrix.ts';
import { native } from '../native.ts';
import { common, type NativeProblem } from './problem.ts';

/** Deep elasticity with views of its fields. */
export interface DeepElasticity extends NativeProblem {
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
export function deepElasticity(options?: DeepElasticityOptions | null): DeepElasticity {
  const handle = call(() => new native.DeepElasticityHandle(options));
  return {
    ...common(handle),
    displacement: (x, points) => {
      const [parameters, at] = [toVector(x, 'x'), toMatrix(points, 'points')];
      return fromNative(call(() => handle.displacement(parameters, at)));
    },
    energyDensity: (x, points) => {
      const [parameters, at] = [toVector(x, 'x'), toMatrix(points, 'points')];
      return call(() => handle.energyDensity(parameters, at));
    },
    get draw() {
      return handle.draw();
    },
    set draw(index) {
      if (typeof index !== 'number') throw argumentError('draw', index, 'an integer in [0, 9007199254740991]');
      call(() => handle.setDraw(index));
    },
  };
}

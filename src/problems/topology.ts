import { argumentError, call, LgfError, messageOf } from '../errors.ts';
import type { TopologyOptions } from '../generated/options.ts';
import { fromNative, type Matrix, toVector } from '../matrix.ts';
import { native } from '../native.ts';
import { common, type NativeProblem } from './problem.ts';
import { nativeStructure, type Structure, structural } from './structure.ts';

/** Structures of the literature in the plane. */
export type Preset2d = 'mbb' | 'cantilever' | 'l-bracket' | 'two-load-cases';
/** Structures of the literature in space. */
export type Preset3d = 'cantilever3d' | 'bridge';

/** Settings in the plane. */
export interface Topology2dOptions extends TopologyOptions {
  /** A structure of the literature. @defaultValue `'mbb'` */
  readonly preset?: Preset2d | null;
  /** Elements along `x` and `y`. @defaultValue that of the preset, `[60, 20]` of `'mbb'` */
  readonly size?: readonly [number, number] | null;
  /** A structure of one's own, in place of the preset's. */
  readonly structure?: Structure | null;
}

/** Settings in space. */
export interface Topology3dOptions extends TopologyOptions {
  /** A structure of the literature. @defaultValue `'cantilever3d'` */
  readonly preset?: Preset3d | null;
  /** Elements along `x`, `y` and `z`. @defaultValue that of the preset, `[48, 24, 24]` of `'cantilever3d'` */
  readonly size?: readonly [number, number, number] | null;
  /** A structure of one's own, in place of the preset's. */
  readonly structure?: Structure | null;
}

/** What an evaluation of a design came to. */
export interface DesignMeasures {
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
export interface Topology extends NativeProblem {
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
export function topology2d(options?: Topology2dOptions | null): Topology {
  return topology(2, options);
}

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
export function topology3d(options?: Topology3dOptions | null): Topology {
  return topology(3, options);
}

function topology(dimension: 2 | 3, options?: Topology2dOptions | Topology3dOptions | null): Topology {
  const { preset, size, structure, ...rest } = apart(options);
  if (preset !== undefined && preset !== null && typeof preset !== 'string') throw argumentError('preset', preset, 'a name');
  const elements = size === undefined || size === null ? undefined : toVector(size, 'size');
  if (elements && elements.length !== dimension) throw argumentError('size', size, `${dimension} integers`);
  const own = structure === undefined || structure === null ? undefined : nativeStructure(structure, dimension);
  const handle = structural(() => call(() => new native.TopologyHandle(dimension, preset, elements, own, rest)));
  return {
    ...common(handle),
    size: handle.size(),
    get last() {
      return handle.last ?? undefined;
    },
    density: (x) => {
      const point = toVector(x, 'x');
      return call(() => handle.density(point));
    },
    displacement: (x, loadCase = 0) => {
      const point = toVector(x, 'x');
      if (typeof loadCase !== 'number') throw argumentError('loadCase', loadCase, 'an integer');
      return fromNative(call(() => handle.displacement(point, loadCase)));
    },
    volumeWeights: () => handle.volumeWeights(),
    volumeLimit: handle.volumeLimit,
    get sharpness() {
      return handle.sharpness;
    },
    set sharpness(sharpness) {
      if (typeof sharpness !== 'number') throw argumentError('sharpness', sharpness, 'a number in [0, 512]');
      call(() => handle.setSharpness(sharpness));
    },
    weights: () => handle.weights() ?? undefined,
  };
}

/** The options as plain values, whatever reading them does. */
function apart(options: Topology2dOptions | Topology3dOptions | null | undefined): Topology2dOptions | Topology3dOptions {
  if (options === undefined || options === null) return {};
  if (typeof options !== 'object' || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw argumentError('options', options, 'an object of options');
  }
  try {
    return { ...options };
  } catch (cause) {
    throw new LgfError('ERR_LGF_ARGUMENT', `options: cannot be read: ${messageOf(cause)}`, { argument: 'options', cause });
  }
}

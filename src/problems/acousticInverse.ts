import { argumentError, call, shapeError } from '../errors.ts';
import type { AcousticInverseOptions } from '../generated/options.ts';
import { fromNative, type Matrix, type MatrixLike, toMatrix, toVector } from '../matrix.ts';
import { native } from '../native.ts';
import type { NativeMeshInput } from '../native-binding.d.ts';
import { common, type NativeProblem } from './problem.ts';

/** The triangle mesh of an acoustic problem. */
export interface AcousticMesh {
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
export interface AcousticMeshInput {
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
export interface AcousticInverseSettings extends AcousticInverseOptions {
  /** A mesh whose centroids lie above `y = -1/2`. Without it the published one, or a lattice of the given `size`. */
  readonly mesh?: AcousticMeshInput | null | undefined;
}

/** The acoustic inverse problem with views of its fields. */
export interface AcousticInverse extends NativeProblem {
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
export function acousticInverse(options?: AcousticInverseSettings | null): AcousticInverse {
  const given = meshOf(options);
  const handle = call(() => (given === undefined ? new native.AcousticInverseHandle(options) : new native.AcousticInverseHandle(...given)));
  const { nodes, triangles, fixedNodes, forcedNode } = call(() => handle.mesh());
  return {
    ...common(handle),
    mesh: { nodes: fromNative(nodes), triangles, fixedNodes, forcedNode },
    trueSlowness: handle.trueSlowness(),
    times: handle.times,
    timeStep: handle.timeStep,
    stableSlowness: handle.stableSlowness,
    slowness: (x) => {
      const point = toVector(x, 'x');
      return call(() => handle.slowness(point));
    },
    parameterError: (x) => {
      const point = toVector(x, 'x');
      return call(() => handle.parameterError(point));
    },
    pressure: (x) => {
      const point = toVector(x, 'x');
      return fromNative(call(() => handle.pressure(point)));
    },
  };
}

/** The options without the mesh, and the mesh as plain arrays; `undefined` without one. */
function meshOf(options: AcousticInverseSettings | null | undefined): [object, NativeMeshInput] | undefined {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return undefined;
  const { mesh: own, ...others } = Object.getOwnPropertyDescriptors(options);
  const mesh: unknown = own?.get === undefined ? own?.value : call(() => options.mesh);
  if (mesh === undefined || mesh === null) return undefined;
  if (typeof mesh !== 'object') throw argumentError('mesh', mesh, 'an object with nodes, triangles, fixedNodes and forcedNode');
  const known = ['nodes', 'triangles', 'fixedNodes', 'forcedNode'];
  for (const name of Object.keys(mesh)) {
    if (!known.includes(name))
      throw argumentError(`mesh.${name}`, Reflect.get(mesh, name), `no such part; known here: ${known.join(', ')}`);
  }
  const { nodes, triangles, fixedNodes, forcedNode } = mesh as AcousticMeshInput;
  const places = toMatrix(nodes, 'mesh.nodes');
  if (places.columns !== 2) throw shapeError('mesh.nodes', `${places.rows}×${places.columns}`, 'rows of two coordinates');
  if (typeof forcedNode !== 'number') throw argumentError('mesh.forcedNode', forcedNode, 'the number of a node');
  const input = {
    nodes: places.data,
    triangles: toVector(triangles, 'mesh.triangles'),
    fixedNodes: toVector(fixedNodes, 'mesh.fixedNodes'),
    forcedNode,
  };
  return [Object.defineProperties({}, others), input];
}

import { checkOptions } from '../../errors.ts';
import { type CellField, checkGrid, checkInteger, checkNumber, checkValues } from '../grid.ts';
import { CASES, EDGES } from './cases.ts';
import { Growing } from './growing.ts';
import { smoothed } from './smooth.ts';

/** A closed surface made of triangles. */
export interface SurfaceMesh {
  /** x, y, z of each vertex. */
  readonly vertices: Float64Array;
  /** Three vertices each, counterclockwise as seen from outside. */
  readonly triangles: Uint32Array;
}

/** How a surface is taken from a field. */
export interface IsosurfaceOptions {
  /** The value on the surface; inside values are larger. Domain: [1e-6, 1]. @defaultValue `0.5` */
  readonly level?: number | null;
  /** Passes that even out the stairs of cells and keep the volume. Domain: [0, 100]. @defaultValue `0` */
  readonly smoothing?: number | null;
}

/** Thickness of the layer at a face of the box in which a body that touches it ends, in cells. */
const SKIN = 1 / 32;
/** Crossings keep this share of an edge off its ends, so that no triangle vanishes in single precision either. */
const MARGIN = 0.02;

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
export function isosurface(field: CellField, options?: IsosurfaceOptions | null): SurfaceMesh {
  const grid = checkGrid(field, 'field', [3]);
  const values = checkValues(field, grid, 'field');
  checkOptions(options, ['level', 'smoothing']);
  const level = checkNumber(options?.level, 'level', 0.5, 1e-6, 1);
  const passes = checkInteger(options?.smoothing, 'smoothing', 0, 0, 100);
  const mesh = march(values, grid.size, level);
  if (passes > 0) smoothed(mesh, grid.size, passes, SKIN);
  const { vertices } = mesh;
  for (let i = 0; i < vertices.length; i++) {
    vertices[i] = (grid.origin[i % 3] as number) + (grid.spacing[i % 3] as number) * (vertices[i] as number);
  }
  return mesh;
}

/** The surface in units of cells. */
function march(values: ArrayLike<number>, size: readonly number[], level: number): SurfaceMesh {
  const [nx = 1, ny = 1, nz = 1] = size;
  // Nodes along an axis: nothing at the face of the box, the first value just inside, the centres, the last value, nothing.
  const [mx, my, mz] = [nx + 4, ny + 4, nz + 4];
  const places = size.map((cells) =>
    Float64Array.from({ length: cells + 4 }, (_, i) => {
      if (i < 2) return (i - 0.5) * SKIN;
      return i < cells + 2 ? i - 1.5 : cells + (i - cells - 2.5) * SKIN;
    }),
  );
  const [px, py, pz] = places as [Float64Array, Float64Array, Float64Array];
  const fill = (layer: Float64Array, k: number): void => {
    layer.fill(0);
    if (k === 0 || k === mz - 1) return;
    const z = Math.min(nz - 1, Math.max(0, k - 2));
    for (let j = 1; j < my - 1; j++) {
      const row = (z * ny + Math.min(ny - 1, Math.max(0, j - 2))) * nx;
      const at = j * mx;
      for (let i = 0; i < nx; i++) layer[at + 2 + i] = values[row + i] as number;
      layer[at + 1] = values[row] as number;
      layer[at + nx + 2] = values[row + nx - 1] as number;
    }
  };

  const vertices = new Growing(Float64Array, 1 << 12);
  const triangles = new Growing(Uint32Array, 1 << 12);
  const share = (a: number, b: number): number => Math.min(1 - MARGIN, Math.max(MARGIN, (level - a) / (b - a)));
  const between = (place: Float64Array, i: number, t: number): number => {
    const low = place[i] as number;
    return low + t * ((place[i + 1] as number) - low);
  };
  /** Vertices on the edges along x and y of one layer of nodes. */
  const cross = (layer: Float64Array, k: number, alongX: Int32Array, alongY: Int32Array): void => {
    for (let j = 0, node = 0; j < my; j++) {
      for (let i = 0; i < mx; i++, node++) {
        const here = layer[node] as number;
        const right = i + 1 < mx ? (layer[node + 1] as number) : here;
        const up = j + 1 < my ? (layer[node + mx] as number) : here;
        if (here >= level !== right >= level) {
          alongX[node] = vertices.push3(between(px, i, share(here, right)), py[j] as number, pz[k] as number) / 3;
        }
        if (here >= level !== up >= level) {
          alongY[node] = vertices.push3(px[i] as number, between(py, j, share(here, up)), pz[k] as number) / 3;
        }
      }
    }
  };

  const room = mx * my;
  const ids = (): Int32Array => new Int32Array(room);
  let [low, high] = [new Float64Array(room), new Float64Array(room)];
  let [lowX, lowY, highX, highY] = [ids(), ids(), ids(), ids()];
  const alongZ = ids();
  const corners = Int32Array.from(EDGES, ({ corner }) => (corner & 1) + (corner & 2 ? mx : 0));
  fill(low, 0);
  for (let k = 0; k + 1 < mz; k++) {
    fill(high, k + 1);
    cross(high, k + 1, highX, highY);
    for (let node = 0; node < room; node++) {
      const [a, b] = [low[node] as number, high[node] as number];
      if (a >= level === b >= level) continue;
      alongZ[node] = vertices.push3(px[node % mx] as number, py[Math.floor(node / mx)] as number, between(pz, k, share(a, b))) / 3;
    }
    // Edges in their order: four along x, two of them in each layer, four along y, four along z.
    const tables = [lowX, lowX, highX, highX, lowY, lowY, highY, highY, alongZ, alongZ, alongZ, alongZ];
    for (let j = 0; j + 1 < my; j++) {
      for (let i = 0; i + 1 < mx; i++) {
        const node = j * mx + i;
        const inside =
          Number((low[node] as number) >= level) |
          (Number((low[node + 1] as number) >= level) << 1) |
          (Number((low[node + mx] as number) >= level) << 2) |
          (Number((low[node + mx + 1] as number) >= level) << 3) |
          (Number((high[node] as number) >= level) << 4) |
          (Number((high[node + 1] as number) >= level) << 5) |
          (Number((high[node + mx] as number) >= level) << 6) |
          (Number((high[node + mx + 1] as number) >= level) << 7);
        if (inside === 0 || inside === 255) continue;
        const edges = CASES[inside] as Uint8Array;
        const id = (at: number): number => {
          const edge = edges[at] as number;
          return (tables[edge] as Int32Array)[node + (corners[edge] as number)] as number;
        };
        for (let at = 0; at < edges.length; at += 3) triangles.push3(id(at), id(at + 1), id(at + 2));
      }
    }
    [low, high, lowX, highX, lowY, highY] = [high, low, highX, lowX, highY, lowY];
  }
  return { vertices: vertices.array(), triangles: triangles.array() };
}

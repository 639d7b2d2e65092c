import { checkOptions } from '../errors.ts';
import type { CellField } from './grid.ts';
import { type IsosurfaceOptions, isosurface } from './surface/isosurface.ts';

const HEADER = 80;
const FACET = 50;

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
export function stl(field: CellField, options?: IsosurfaceOptions | null): Uint8Array {
  checkOptions(options, ['level', 'smoothing']);
  const { vertices, triangles } = isosurface(field, options);
  const count = triangles.length / 3;
  const bytes = Buffer.alloc(HEADER + 4 + FACET * count);
  bytes.write('binary STL, learned-gradient-flow', 'latin1');
  bytes.writeUInt32LE(count, HEADER);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const p = new Float64Array(9);
  for (let triangle = 0, at = HEADER + 4; triangle < count; triangle++, at += FACET) {
    for (let i = 0; i < 9; i++) {
      p[i] = vertices[3 * (triangles[3 * triangle + Math.floor(i / 3)] as number) + (i % 3)] as number;
      view.setFloat32(at + 12 + 4 * i, p[i] as number, true);
    }
    const [x = 0, y = 0, z = 0] = normal(p);
    const length = Math.hypot(x, y, z) || 1;
    view.setFloat32(at, x / length, true);
    view.setFloat32(at + 4, y / length, true);
    view.setFloat32(at + 8, z / length, true);
  }
  return bytes;
}

/** Normal of a triangle, as long as twice its area. */
function normal(p: Float64Array): readonly number[] {
  const [a, b] = [3, 6].map((at) => [0, 1, 2].map((axis) => (p[at + axis] as number) - (p[axis] as number)));
  const [ax = 0, ay = 0, az = 0] = a ?? [];
  const [bx = 0, by = 0, bz = 0] = b ?? [];
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}

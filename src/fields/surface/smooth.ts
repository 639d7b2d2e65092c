import type { SurfaceMesh } from './isosurface.ts';

/** Shares of the way to the mean of the neighbours, there and back: a low-pass filter that does not shrink. Taubin 1995, doi:10.1145/218380.218473 */
const STEPS = [0.5, -0.53];

/**
 * Evens out a surface in place. A vertex on a face of the box, to within `skin`, stays on it.
 *
 * @param size - Of the box from the origin, in the units of the vertices.
 */
export function smoothed({ vertices, triangles }: SurfaceMesh, size: readonly number[], passes: number, skin: number): void {
  const sums = new Float64Array(vertices.length);
  const degrees = new Uint32Array(vertices.length / 3);
  const held = Uint8Array.from(vertices, (place, i) => Number(place < skin || place > (size[i % 3] as number) - skin));
  for (const vertex of triangles) degrees[vertex] = (degrees[vertex] as number) + 1;
  for (let pass = 0; pass < passes; pass++) {
    for (const share of STEPS) {
      sums.fill(0);
      // Each edge appears once in each direction: every neighbour is added once.
      for (let at = 0; at < triangles.length; at++) {
        const from = 3 * (triangles[at] as number);
        const to = 3 * (triangles[at % 3 === 2 ? at - 2 : at + 1] as number);
        for (let axis = 0; axis < 3; axis++) sums[from + axis] = (sums[from + axis] as number) + (vertices[to + axis] as number);
      }
      for (let i = 0; i < vertices.length; i++) {
        if (held[i]) continue;
        const here = vertices[i] as number;
        vertices[i] = here + share * ((sums[i] as number) / (degrees[Math.floor(i / 3)] as number) - here);
      }
    }
  }
}

// How much light of the surroundings reaches each vertex: rays through the densities of the body, not through its triangles.
import type { SurfaceMesh } from '../surface/isosurface.ts';
import { unit, type Vec3 } from './vectors.ts';

/** Rays over the whole sphere; about half of them leave a surface. */
const RAYS = 64;
/** Distances of the samples along a ray, in cells: dense where bodies touch. */
const DISTANCES = [1.2, 2, 3.2, 4.8, 7, 10, 14, 19, 26];
/** Share of the light that a full cell lets through, for each sample. */
const CLEARNESS = 0.25;

/** Densities in units of cells, 0 outside of the box. */
export interface Medium {
  readonly values: ArrayLike<number>;
  readonly size: readonly number[];
}

/** The normal of each vertex: the mean of those of its triangles, weighted by their areas. */
export function normalsOf({ vertices, triangles }: SurfaceMesh): Float32Array {
  const normals = new Float64Array(vertices.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * (triangles[t] as number), 3 * (triangles[t + 1] as number), 3 * (triangles[t + 2] as number)];
    const ux = (vertices[b] as number) - (vertices[a] as number);
    const uy = (vertices[b + 1] as number) - (vertices[a + 1] as number);
    const uz = (vertices[b + 2] as number) - (vertices[a + 2] as number);
    const vx = (vertices[c] as number) - (vertices[a] as number);
    const vy = (vertices[c + 1] as number) - (vertices[a + 1] as number);
    const vz = (vertices[c + 2] as number) - (vertices[a + 2] as number);
    const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const at of [a, b, c])
      for (let axis = 0; axis < 3; axis++) normals[at + axis] = (normals[at + axis] as number) + (normal[axis] as number);
  }
  const units = new Float32Array(normals.length);
  for (let i = 0; i < normals.length; i += 3)
    units.set(unit([normals[i] as number, normals[i + 1] as number, normals[i + 2] as number]), i);
  return units;
}

/** For each vertex the share of the sky that it sees, weighted by the cosine to its normal: 1 on a free plane. */
export function openness({ vertices }: SurfaceMesh, normals: Float32Array, medium: Medium): Float32Array {
  const sphere = directions(RAYS);
  const density = sampler(medium);
  return Float32Array.from({ length: vertices.length / 3 }, (_, vertex) => {
    const at = 3 * vertex;
    const [x, y, z] = [vertices[at] as number, vertices[at + 1] as number, vertices[at + 2] as number];
    const [nx, ny, nz] = [normals[at] as number, normals[at + 1] as number, normals[at + 2] as number];
    let [sum, whole] = [0, 0];
    for (const [dx, dy, dz] of sphere) {
      const cosine = nx * dx + ny * dy + nz * dz;
      if (cosine < 0.05) continue;
      whole += cosine;
      let light = cosine;
      for (const distance of DISTANCES) {
        // Samples start off the surface, else every vertex would lie in its own shadow.
        const lift = Math.min(1, distance / 2);
        light *= 1 - (1 - CLEARNESS) * density(x + nx * lift + dx * distance, y + ny * lift + dy * distance, z + nz * lift + dz * distance);
        if (light < 0.02 * cosine) break;
      }
      sum += light;
    }
    return whole > 0 ? sum / whole : 1;
  });
}

/** Trilinear between the centres of cells. */
function sampler({ values, size }: Medium): (x: number, y: number, z: number) => number {
  const [nx = 1, ny = 1, nz = 1] = size;
  const cell = (i: number, j: number, k: number): number =>
    i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz ? 0 : Math.min(1, Math.max(0, values[(k * ny + j) * nx + i] as number));
  return (x, y, z) => {
    if (x < -0.5 || y < -0.5 || z < -0.5 || x > nx + 0.5 || y > ny + 0.5 || z > nz + 0.5) return 0;
    const [i, j, k] = [Math.floor(x - 0.5), Math.floor(y - 0.5), Math.floor(z - 0.5)];
    const [u, v, w] = [x - 0.5 - i, y - 0.5 - j, z - 0.5 - k];
    const low = (1 - v) * ((1 - u) * cell(i, j, k) + u * cell(i + 1, j, k)) + v * ((1 - u) * cell(i, j + 1, k) + u * cell(i + 1, j + 1, k));
    const high =
      (1 - v) * ((1 - u) * cell(i, j, k + 1) + u * cell(i + 1, j, k + 1)) +
      v * ((1 - u) * cell(i, j + 1, k + 1) + u * cell(i + 1, j + 1, k + 1));
    return (1 - w) * low + w * high;
  };
}

/** Evenly spread directions: a spiral of the golden angle. */
function directions(count: number): readonly Vec3[] {
  const golden = Math.PI * (3 - Math.sqrt(5));
  return Array.from({ length: count }, (_, i): Vec3 => {
    const y = 1 - (2 * i + 1) / count;
    const radius = Math.sqrt(1 - y * y);
    return [radius * Math.cos(golden * i), y, radius * Math.sin(golden * i)];
  });
}

// Triangles and lines on samples finer than pixels, the nearest in front, and samples to pixels.
import type { SurfaceMesh } from '../surface/isosurface.ts';
import type { Camera } from './camera.ts';
import type { Vec3 } from './vectors.ts';

/** What each sample shows: a brightness of the body, {@link LINE}, or {@link NOTHING}. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly shade: Float32Array;
  /** Distance towards the eye; `-Infinity` where there is nothing. */
  readonly depth: Float32Array;
}

export const NOTHING = -1;
export const LINE = -2;

/** The body as the camera sees it, with a brightness for each vertex that is linear over triangles. */
export function rasterized({ vertices, triangles }: SurfaceMesh, brightness: Float32Array, camera: Camera): Samples {
  const { width, height, project } = camera;
  const shade = new Float32Array(width * height).fill(NOTHING);
  const depth = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY);
  const places = new Float32Array(vertices.length);
  for (let at = 0; at < vertices.length; at += 3) {
    places.set(project(vertices[at] as number, vertices[at + 1] as number, vertices[at + 2] as number), at);
  }
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t] as number, triangles[t + 1] as number, triangles[t + 2] as number];
    const [ax, ay, az] = [places[3 * a] as number, places[3 * a + 1] as number, places[3 * a + 2] as number];
    const [bx, by, bz] = [places[3 * b] as number, places[3 * b + 1] as number, places[3 * b + 2] as number];
    const [cx, cy, cz] = [places[3 * c] as number, places[3 * c + 1] as number, places[3 * c + 2] as number];
    // Rows run downwards, so what faces the eye turns clockwise.
    const area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay);
    if (!(area > 0)) continue;
    const [left, right] = [Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5)), Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5))];
    const [top, bottom] = [
      Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5)),
      Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5)),
    ];
    const [sa, sb, sc] = [brightness[a] as number, brightness[b] as number, brightness[c] as number];
    for (let row = top; row <= bottom; row++) {
      const y = row + 0.5;
      for (let column = left; column <= right; column++) {
        const x = column + 0.5;
        const wa = ((cx - bx) * (y - by) - (x - bx) * (cy - by)) / -area;
        const wb = ((ax - cx) * (y - cy) - (x - cx) * (ay - cy)) / -area;
        const wc = 1 - wa - wb;
        if (wa < 0 || wb < 0 || wc < 0) continue;
        const at = row * width + column;
        const near = wa * az + wb * bz + wc * cz;
        if (near <= (depth[at] as number)) continue;
        depth[at] = near;
        shade[at] = wa * sa + wb * sb + wc * sc;
      }
    }
  }
  return { width, height, shade, depth };
}

/** Draws a straight line of the given thickness in samples where the body is not. */
export function drawLine({ width, height, shade }: Samples, from: Vec3, to: Vec3, thickness: number): void {
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(to[0] - from[0], to[1] - from[1])));
  const reach = thickness / 2;
  for (let step = 0; step <= steps; step++) {
    const share = step / steps;
    const [x, y] = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    for (let row = Math.max(0, Math.ceil(y - reach - 0.5)); row <= Math.min(height - 1, y + reach - 0.5); row++) {
      for (let column = Math.max(0, Math.ceil(x - reach - 0.5)); column <= Math.min(width - 1, x + reach - 0.5); column++) {
        const at = row * width + column;
        if (shade[at] === NOTHING) shade[at] = LINE;
      }
    }
  }
}

/**
 * Darkens samples along steps of depth, on the farther side, and along creases: outlines keep parts apart that have one brightness.
 *
 * @param step - Difference of depth that is a step for sure.
 */
export function outline({ width, height, shade, depth }: Samples, reach: number, step: number): void {
  const strength = new Float32Array(width * height);
  for (let row = reach; row < height - reach; row++) {
    for (let column = reach; column < width - reach; column++) {
      const at = row * width + column;
      if ((shade[at] as number) < 0) continue;
      const here = depth[at] as number;
      let most = 0;
      for (const offset of [reach, reach * width]) {
        const [a, b] = [depth[at - offset] as number, depth[at + offset] as number];
        // Beside nothing there is a silhouette already.
        if (a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY) continue;
        most = Math.max(most, Math.abs(a + b - 2 * here));
      }
      strength[at] = Math.min(1, Math.max(0, most / step - 0.25));
    }
  }
  for (let at = 0; at < strength.length; at++)
    shade[at] = (shade[at] as number) * ((shade[at] as number) < 0 ? 1 : 1 - 0.45 * (strength[at] as number));
}

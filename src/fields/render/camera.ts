import { cross, dot, unit, type Vec3 } from './vectors.ts';

/** Where a solid is looked at from. `front` shows x and y, `top` x and z, `side` z and y. */
export type View = 'iso' | 'front' | 'top' | 'side';

/** Directions towards the eye and upwards, and the angle in which the height of the box is seen; 0 for parallel rays. */
const VIEWS: Readonly<Record<View, { readonly eye: Vec3; readonly up: Vec3; readonly angle: number }>> = {
  iso: { eye: [0.72, 0.52, 1], up: [0, 1, 0], angle: 22 },
  front: { eye: [0, 0, 1], up: [0, 1, 0], angle: 0 },
  top: { eye: [0, 1, 0], up: [0, 0, -1], angle: 0 },
  side: { eye: [1, 0, 0], up: [0, 1, 0], angle: 0 },
};

/** The names of the views. */
export const VIEW_NAMES = Object.keys(VIEWS) as readonly View[];

/** A view of a box from the origin to `extent`, drawn on so many pixels. */
export interface Camera {
  /** Directions in space of the picture's right, its top, and out of it. */
  readonly axes: readonly [Vec3, Vec3, Vec3];
  readonly width: number;
  readonly height: number;
  /** Pixels of a unit of length in the middle of the box. */
  readonly scale: number;
  /** Pixels from the left, pixels from the top, and the distance towards the eye. */
  readonly project: (x: number, y: number, z: number) => Vec3;
  /** Whether a surface with this normal at this point can be seen. */
  readonly eyeFrom: (x: number, y: number, z: number) => Vec3;
}

/** Share of the width that stays free on each side. */
const MARGIN = 0.04;
/** Flattest and tallest pictures, height to width. */
const [FLATTEST, TALLEST] = [0.2, 1.25];

/** The camera of a view whose picture has the given width and the height that the box needs. */
export function cameraOf(view: View, extent: Vec3, width: number): Camera {
  const { eye, up, angle } = VIEWS[view];
  const out = unit(eye);
  const right = unit(cross(up, out));
  const axes = [right, cross(out, right), out] as const;
  const middle: Vec3 = [extent[0] / 2, extent[1] / 2, extent[2] / 2];
  const corners = Array.from({ length: 8 }, (_, c): Vec3 => [c & 1 ? extent[0] : 0, c & 2 ? extent[1] : 0, c & 4 ? extent[2] : 0]);
  const seen = (point: Vec3): Vec3 => {
    const from: Vec3 = [point[0] - middle[0], point[1] - middle[1], point[2] - middle[2]];
    return [dot(from, axes[0]), dot(from, axes[1]), dot(from, axes[2])];
  };
  const distance = angle === 0 ? Number.POSITIVE_INFINITY : Math.hypot(...extent) / 2 / Math.sin((angle * Math.PI) / 360);
  const nearness = (depth: number): number => (angle === 0 ? 1 : distance / (distance - depth));
  const flat = corners.map(seen).map(([x, y, z]) => [x * nearness(z), y * nearness(z)] as const);
  const bounds = [0, 1].map((axis) => {
    const places = flat.map((point) => point[axis] as number);
    return [Math.min(...places), Math.max(...places)] as const;
  });
  const [[left, rightmost], [bottom, top]] = bounds as [readonly [number, number], readonly [number, number]];
  const free = 1 - 2 * MARGIN;
  const shape = Math.min(TALLEST, Math.max(FLATTEST, (top - bottom) / (rightmost - left)));
  const height = Math.max(1, Math.round(width * (shape * free + 2 * MARGIN)));
  const scale = Math.min((width * free) / (rightmost - left), (height - 2 * MARGIN * width) / (top - bottom));
  const [centreX, centreY] = [(left + rightmost) / 2, (bottom + top) / 2];
  const project = (x: number, y: number, z: number): Vec3 => {
    const [a, b, depth] = seen([x, y, z]);
    const near = nearness(depth);
    return [width / 2 + scale * (a * near - centreX), height / 2 - scale * (b * near - centreY), depth];
  };
  const eyeFrom = (x: number, y: number, z: number): Vec3 => {
    if (angle === 0) return out;
    return unit([middle[0] + distance * out[0] - x, middle[1] + distance * out[1] - y, middle[2] + distance * out[2] - z]);
  };
  return { axes, width, height, scale, project, eyeFrom };
}

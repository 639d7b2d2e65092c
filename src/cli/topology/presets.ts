// The structures that the command knows, as their pictures show them; the library decides what they are.
import type { Design } from '../../report/index.ts';

/** A place in shares of the extents. */
type Share = readonly [number, number];

/** A structure of the literature. */
export interface Preset {
  readonly name: string;
  readonly summary: string;
  /** Elements along each axis unless the user says otherwise. */
  readonly size: readonly number[];
  /** Of a plane structure, what holds it and what it carries. */
  readonly supports: readonly { readonly at: Share; readonly to?: Share; readonly fixed: 'x' | 'y' | 'both' }[];
  readonly loads: readonly { readonly at: Share; readonly direction: Share }[];
  readonly loadLabel?: string;
}

const LEFT = { at: [0, 0], to: [0, 1], fixed: 'both' } as const;
const DOWN = [0, -1] as const;

export const PRESETS: readonly Preset[] = [
  {
    name: 'mbb',
    summary: 'right half of a beam on two supports, loaded in its middle',
    size: [150, 50],
    supports: [
      { at: [0, 0], to: [0, 1], fixed: 'x' },
      { at: [1, 0], fixed: 'y' },
    ],
    loads: [{ at: [0, 1], direction: DOWN }],
  },
  {
    name: 'cantilever',
    summary: 'held at the left, loaded in the middle of the right side',
    size: [160, 80],
    supports: [LEFT],
    loads: [{ at: [1, 0.5], direction: DOWN }],
  },
  {
    name: 'l-bracket',
    summary: 'a square without its upper right part, held at the top, loaded at the right',
    size: [100, 100],
    supports: [{ at: [0, 1], to: [0.4, 1], fixed: 'both' }],
    loads: [{ at: [1, 0.4], direction: DOWN }],
  },
  {
    name: 'two-load-cases',
    summary: 'a cantilever loaded at the lower right corner downwards or at the upper one upwards',
    size: [120, 60],
    supports: [LEFT],
    loads: [
      { at: [1, 0], direction: DOWN },
      { at: [1, 1], direction: [0, 1] },
    ],
    loadLabel: 'loads, one at a time',
  },
  {
    name: 'cantilever3d',
    summary: 'held at the left face, loaded along the lower edge of the right one',
    size: [48, 24, 24],
    supports: [],
    loads: [],
  },
  {
    name: 'bridge',
    summary: 'a solid deck that carries an even load, on two supports below its ends',
    size: [64, 32, 16],
    supports: [],
    loads: [],
  },
];

/** What of a figure is the preset's. */
export function surroundings({ supports, loads, loadLabel }: Preset, size: readonly number[]): Pick<Design, 'supports' | 'loads'> {
  const [width = 1, height = 1] = size;
  const place = ([x, y]: Share): Share => [x * width, y * height];
  return {
    supports: supports.map(({ at, to, fixed }) => ({ at: place(at), ...(to && { to: place(to) }), fixed })),
    loads: loads.map(({ at, direction }) => ({ at: place(at), direction })),
    ...(loadLabel && { loadLabel }),
  };
}

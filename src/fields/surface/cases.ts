// The cases of marching cubes, made instead of copied.
//
// Corner `c` of a cube lies at (c & 1, c >> 1 & 1, c >> 2 & 1); a case is a number whose bit `c` says whether corner `c` is inside. On each face
// every run of inside corners is cut off by one segment, so that inside corners across a diagonal stay apart. That depends on the four corners
// of the face alone: the two cubes of a face agree, and surfaces are closed. The segments of the six faces join to loops, which are
// cut into triangles by diagonals through the cube, never across a face: there a neighbour might have the same diagonal, and four triangles
// would meet in it.

/** An edge of a cube: the axis it runs along, and its corner with the lesser coordinate. */
export interface CubeEdge {
  readonly axis: 0 | 1 | 2;
  readonly corner: number;
}

/** The twelve edges, those along x first. */
export const EDGES: readonly CubeEdge[] = ([0, 1, 2] as const).flatMap((axis) =>
  Array.from({ length: 8 }, (_, corner) => corner)
    .filter((corner) => !(corner & (1 << axis)))
    .map((corner) => ({ axis, corner })),
);

/** Corners of each face, counterclockwise as seen from outside of the cube. */
const FACES: readonly (readonly number[])[] = [0, 1, 2].flatMap((axis) => {
  const [a, b, c] = [1 << axis, 1 << ((axis + 1) % 3), 1 << ((axis + 2) % 3)];
  return [
    [0, c, b | c, b],
    [a, a | b, a | b | c, a | c],
  ];
});

/** Of each case the edges whose crossings are the corners of its triangles, three by three, counterclockwise as seen from outside of the body. */
export const CASES: readonly Uint8Array[] = Array.from({ length: 256 }, (_, inside) =>
  Uint8Array.from(loopsOf(inside).flatMap((loop) => trianglesOf(loop))),
);

function edgeBetween(from: number, to: number): number {
  const [corner, bit] = [from & to, from ^ to];
  return EDGES.findIndex((edge) => edge.corner === corner && 1 << edge.axis === bit);
}

function loopsOf(inside: number): number[][] {
  const isInside = (corner: number): boolean => (inside & (1 << corner)) !== 0;
  const next = new Map<number, number>();
  for (const face of FACES) {
    const at = (i: number): number => face[i % 4] as number;
    for (let i = 0; i < 4; i++) {
      if (isInside(at(i)) || !isInside(at(i + 1))) continue;
      let last = i + 1;
      while (isInside(at(last + 1))) last++;
      next.set(edgeBetween(at(i), at(i + 1)), edgeBetween(at(last), at(last + 1)));
    }
  }
  const loops: number[][] = [];
  while (next.size > 0) {
    const loop: number[] = [];
    let edge = next.keys().next().value;
    while (edge !== undefined && next.has(edge)) {
      loop.push(edge);
      const following = next.get(edge);
      next.delete(edge);
      edge = following;
    }
    loops.push(loop);
  }
  return loops;
}

/** The triangles of a loop; every loop of the 256 cases has a triangulation without a diagonal across a face. */
function trianglesOf(loop: readonly number[]): number[] {
  const [first, last] = [loop[0] as number, loop.at(-1) as number];
  if (loop.length < 3) return [];
  for (let i = 1; i < loop.length - 1; i++) {
    const tip = loop[i] as number;
    const admissible = (i === 1 || !shareFace(first, tip)) && (i === loop.length - 2 || !shareFace(tip, last));
    if (!admissible) continue;
    const [near, far] = [loop.slice(0, i + 1), loop.slice(i)];
    const [before, behind] = [trianglesOf(near), trianglesOf(far)];
    if (before.length === 3 * (near.length - 2) && behind.length === 3 * (far.length - 2)) return [first, tip, last, ...before, ...behind];
  }
  return [];
}

/** Whether two edges lie on one face of the cube. */
function shareFace(a: number, b: number): boolean {
  const ends = [a, b].flatMap((index) => {
    const { axis, corner } = EDGES[index] as CubeEdge;
    return [corner, corner | (1 << axis)];
  });
  return [1, 2, 4].some((bit) => ends.every((corner) => corner & bit) || ends.every((corner) => !(corner & bit)));
}

// The visible faces of a deformed unit cube as polygons of a plane.
import { Matrix } from 'learned-gradient-flow';
import type { ColourScale, MeshField, Section } from '../report/index.ts';
import { commonScale, difference, rounded } from './fieldData.ts';

type Point = readonly [number, number, number];

/** Squares along an edge. */
const SQUARES = 20;
/** Where it is looked at from: azimuth and elevation in radians; the faces x = 1, y = 0 and z = 1 are in view. */
const AZIMUTH = (-50 * Math.PI) / 180;
const ELEVATION = (28 * Math.PI) / 180;
/** Largest displacement in the picture, in edges of the cube. */
const LARGEST = 0.3;

const FACES: readonly ((s: number, t: number) => Point)[] = [(s, t) => [1, s, t], (s, t) => [s, 0, t], (s, t) => [s, t, 1]];
const TOWARDS: Point = [Math.cos(AZIMUTH) * Math.cos(ELEVATION), Math.sin(AZIMUTH) * Math.cos(ELEVATION), Math.sin(ELEVATION)];
const RIGHT: Point = [-Math.sin(AZIMUTH), Math.cos(AZIMUTH), 0];
const UP: Point = [-Math.cos(AZIMUTH) * Math.sin(ELEVATION), -Math.sin(AZIMUTH) * Math.sin(ELEVATION), Math.cos(ELEVATION)];

/** Corners and centres of the squares of all visible faces, one row a point. */
export function cubeFaces(): { readonly corners: Matrix; readonly centres: Matrix } {
  const grid = (count: number, at: (index: number) => number): Matrix => {
    const points = FACES.flatMap((face) => Array.from({ length: count * count }, (_, k) => face(at(k % count), at(Math.floor(k / count)))));
    return new Matrix(points.length, 3, Float64Array.from(points.flat()));
  };
  return { corners: grid(SQUARES + 1, (i) => i / SQUARES), centres: grid(SQUARES, (i) => (i + 0.5) / SQUARES) };
}

/** What is drawn of one run: displacements at the corners and at the centres, energy densities at the centres. */
export interface CubeState {
  readonly name: string;
  readonly corners: Matrix;
  readonly displacement: Matrix;
  readonly density: Float64Array;
}

/** Magnitude of the displacement and energy density of each run, and their differences where there are two. */
export function cubeSection(states: readonly CubeState[]): readonly Section[] {
  const sizes = states.map(({ displacement }) => magnitudes(displacement.data));
  const largest = states.flatMap(({ corners }) => magnitudes(corners.data)).reduce((a, b) => Math.max(a, Number.isFinite(b) ? b : 0), 0);
  const factor = largest <= LARGEST ? 1 : rounded(LARGEST / largest, 1);
  const draw = (title: string, { corners }: CubeState, values: ArrayLike<number>, scale: ColourScale): MeshField =>
    faces(title, corners, factor, values, scale);
  const displacements = commonScale('|u| (dimensionless)', sizes);
  const densities = commonScale(
    'energy density (dimensionless)',
    states.map(({ density }) => density),
  );
  const [first, second] = states;
  const differences: MeshField[] = [];
  if (first !== undefined && second !== undefined) {
    const apart = magnitudes(difference(second.displacement.data, first.displacement.data));
    const density = difference(second.density, first.density);
    const title = `${second.name} against ${first.name}`;
    differences.push(
      draw(`Distance of the displacements, ${title}`, first, apart, commonScale('|difference of u| (dimensionless)', [apart, [0]])),
      draw(
        `Difference of the energy density, ${title}`,
        first,
        density,
        commonScale('difference of the density (dimensionless)', [density], true),
      ),
    );
  }
  const shown = factor === 1 ? 'as it is' : `${factor} times as large as it is`;
  return [
    {
      title: 'The deformed cube at the end of the runs',
      remark: `Its faces x = 1, y = 0 and z = 1; it is held at z = 0. The deformation is drawn ${shown}.`,
      figures: [
        ...states.map((state, i) => draw(`Displacement, ${state.name}`, state, sizes[i] ?? [], displacements)),
        ...states.map((state) => draw(`Energy density, ${state.name}`, state, state.density, densities)),
        ...differences,
      ],
    },
  ];
}

/** The faces with the displacements added, the farthest squares first. */
function faces(title: string, displacement: Matrix, factor: number, values: ArrayLike<number>, scale: ColourScale): MeshField {
  const { corners } = cubeFaces();
  const moved = Array.from({ length: corners.rows }, (_, i): Point => {
    const at = (axis: number): number => (corners.at(i, axis) ?? 0) + factor * (displacement.at(i, axis) ?? Number.NaN);
    return [at(0), at(1), at(2)];
  });
  const side = SQUARES + 1;
  const squares = FACES.flatMap((_, face) =>
    Array.from({ length: SQUARES * SQUARES }, (_, k) => {
      const first = face * side * side + (k % SQUARES) + side * Math.floor(k / SQUARES);
      const cell = [first, first + 1, first + side + 1, first + side];
      const depth = cell.reduce((sum, corner) => sum + dot(moved[corner] ?? [0, 0, 0], TOWARDS), 0);
      return { cell, depth, value: rounded(values[face * SQUARES * SQUARES + k] ?? Number.NaN) };
    }),
  ).sort((a, b) => a.depth - b.depth);
  const axis = (label: string, unit: Point) => ({ label, towards: [rounded(dot(unit, RIGHT)), rounded(dot(unit, UP))] as const });
  return {
    ...{ kind: 'mesh', title, scale },
    vertices: moved.map((point) => [rounded(dot(point, RIGHT)), rounded(dot(point, UP))]),
    cells: squares.map(({ cell }) => cell),
    values: squares.map(({ value }) => value),
    directions: [axis('x', [1, 0, 0]), axis('y', [0, 1, 0]), axis('z', [0, 0, 1])],
  };
}

function magnitudes(data: Float64Array): readonly number[] {
  return Array.from({ length: data.length / 3 }, (_, i) => Math.hypot(...data.subarray(3 * i, 3 * i + 3)));
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

// Paths of runs with many variables: seen in the plane in which they vary most, and a few variables one by one.
import { Matrix, thinSvd } from 'learned-gradient-flow';
import type { LineChart, PathPlane, Section } from '../report/index.ts';
import { picks, rounded } from './fieldData.ts';
import { diverged, type RunRecord } from './record.ts';

/** Iterates that decide the plane, and points of a curve: as many as a figure can show. */
const ITERATES = 300;
const SHOWN = 4;

/** Directions whose share is less than this in the singular values are rounding: a path on a line has no second one. */
const LEAST = 1e-6;

/** The figures of the paths but of those that diverged, beside which nothing could be seen. `name` says what a variable is, and `remark` what is to be known of it. */
export function pathSection(all: readonly RunRecord[], name: string, remark?: string): readonly Section[] {
  const records = all.filter((record) => !diverged(record));
  const rows = records.flatMap(({ path }) => picks(path.rows, ITERATES).map((row) => path.row(row)));
  const dimension = rows[0]?.length ?? 0;
  if (dimension < 2 || rows.length < 3 || !rows.every((row) => row.every(Number.isFinite))) return [];
  const mean = meanOf(rows);
  // One column a state.
  const states = new Matrix(dimension, rows.length, new Float64Array(dimension * rows.length));
  rows.forEach((row, j) => {
    row.forEach((value, i) => {
      states.data[i * rows.length + j] = value - (mean[i] as number);
    });
  });
  const { u, s } = thinSvd(states);
  const variance = s.reduce((sum, sigma) => sum + sigma * sigma, 0);
  const found = Array.from(s)
    .filter((sigma) => sigma > LEAST * (s[0] ?? 0))
    .slice(0, SHOWN);
  const directions = found.map((sigma, k) => ({
    axis: Float64Array.from({ length: dimension }, (_, i) => u.at(i, k) as number),
    share: (sigma * sigma) / variance,
  }));
  const figures = [...plane(all, mean, directions), ...components(records, directions, name)];
  return [{ title: 'Paths of the parameters', ...(remark !== undefined && { remark }), figures }];
}

/** A principal component of the iterates of all runs together, and its share of their variance. */
interface Direction {
  readonly axis: Float64Array;
  readonly share: number;
}

/** The plane of the first two principal components. */
function plane(records: readonly RunRecord[], mean: Float64Array, [first, second]: readonly Direction[]): readonly PathPlane[] {
  if (first === undefined || second === undefined) return [];
  const along = (row: Float64Array, { axis }: Direction): number =>
    rounded(row.reduce((sum, value, i) => sum + (value - (mean[i] as number)) * (axis[i] as number), 0));
  // One list for each run of the report.
  const paths = records.map((record) =>
    Array.from({ length: diverged(record) ? 0 : record.path.rows }, (_, i): readonly [number, number] => [
      along(record.path.row(i), first),
      along(record.path.row(i), second),
    ]),
  );
  const label = ({ share }: Direction, k: number): string => `principal component ${k} (${(100 * share).toFixed(0)} % of the variance)`;
  return [
    { kind: 'plane', title: 'Paths in the plane of two principal components', xLabel: label(first, 1), yLabel: label(second, 2), paths },
  ];
}

/** Of each direction the variable that has most part in it, against steps: together they show more than the ones that vary most, which vary alike. */
function components(records: readonly RunRecord[], directions: readonly Direction[], name: string): readonly LineChart[] {
  const chosen = new Set<number>();
  for (const { axis } of directions) {
    const part = (i: number): number => (chosen.has(i) ? -1 : Math.abs(axis[i] as number));
    chosen.add(axis.reduce((best, _, i) => (part(i) > part(best) ? i : best), 0));
  }
  return [...chosen].map((variable) => ({
    kind: 'lines',
    title: `Parameter ${variable + 1} of ${directions[0]?.axis.length ?? 0}`,
    xLabel: 'steps',
    yLabel: `${name} ${variable + 1} (dimensionless)`,
    lines: records.map(({ name: label, role, path, phases }) => {
      const shown = picks(path.rows, ITERATES);
      const y = shown.map((row) => rounded(path.at(row, variable) ?? Number.NaN));
      return { label, kind: role === 'base' ? 'base' : 'learned', x: shown, y, phases: shown.map((row) => phases[row] ?? 'true') };
    }),
  }));
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) {
    row.forEach((value, i) => {
      mean[i] = (mean[i] as number) + value / rows.length;
    });
  }
  return mean;
}

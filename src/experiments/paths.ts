// Paths of runs with many variables: seen in the plane in which they vary most, and a few variables one by one.
import { Matrix, thinSvd } from 'learned-gradient-flow';
import type { FigureSpec, LineChart, PathPlane, Section } from '../report/index.ts';
import { picks, rounded } from './fieldData.ts';
import type { RunRecord } from './record.ts';

/** Iterates that decide the plane, and points of a curve: as many as a figure can show. */
const ITERATES = 300;
const SHOWN = 4;

/** The figures of all paths; nothing where an iterate is not finite. `names` says what a variable is, with its unit. */
export function pathSection(records: readonly RunRecord[], name: string): readonly Section[] {
  const rows = records.flatMap(({ path }) => picks(path.rows, ITERATES).map((row) => path.row(row)));
  const dimension = rows[0]?.length ?? 0;
  if (dimension < 2 || rows.length < 3 || !rows.every((row) => row.every(Number.isFinite))) return [];
  const mean = meanOf(rows);
  const figures: FigureSpec[] = [...plane(records, rows, mean), ...components(records, rows, mean, name)];
  return [{ title: 'Paths of the parameters', figures }];
}

/** The plane of the first two principal components of the iterates of all runs together. */
function plane(records: readonly RunRecord[], rows: readonly Float64Array[], mean: Float64Array): readonly PathPlane[] {
  // One column a state.
  const states = new Matrix(mean.length, rows.length, new Float64Array(mean.length * rows.length));
  rows.forEach((row, j) => {
    row.forEach((value, i) => {
      states.data[i * rows.length + j] = value - (mean[i] as number);
    });
  });
  const { u, s } = thinSvd(states);
  const variance = s.reduce((sum, sigma) => sum + sigma * sigma, 0);
  // A path on a line has no second direction but rounding.
  if (u.columns < 2 || !((s[1] as number) > 1e-6 * (s[0] as number))) return [];
  const axes = [0, 1].map((k) => Float64Array.from({ length: mean.length }, (_, i) => u.at(i, k) as number));
  const along = (row: Float64Array, axis: Float64Array): number =>
    rounded(row.reduce((sum, value, i) => sum + (value - (mean[i] as number)) * (axis[i] as number), 0));
  const paths = records.map(({ path }) =>
    Array.from({ length: path.rows }, (_, i): readonly [number, number] => {
      const row = path.row(i);
      return [along(row, axes[0] as Float64Array), along(row, axes[1] as Float64Array)];
    }),
  );
  const label = (k: number): string =>
    `principal component ${k + 1} (${((100 * (s[k] ?? 0) ** 2) / variance).toFixed(0)} % of the variance)`;
  return [{ kind: 'plane', title: 'Paths in the plane of two principal components', xLabel: label(0), yLabel: label(1), paths }];
}

/** The variables that vary most, against steps. */
function components(records: readonly RunRecord[], rows: readonly Float64Array[], mean: Float64Array, name: string): readonly LineChart[] {
  const variance = mean.map((centre, i) => rows.reduce((sum, row) => sum + ((row[i] as number) - centre) ** 2, 0));
  const most = Array.from(variance.keys()).sort((i, j) => (variance[j] as number) - (variance[i] as number));
  return most
    .slice(0, SHOWN)
    .sort((i, j) => i - j)
    .map((variable) => ({
      kind: 'lines',
      title: `Parameter ${variable + 1} of ${mean.length}`,
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

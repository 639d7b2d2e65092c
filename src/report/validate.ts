import type { Landscape, ReportOptions, RunTrace, Table } from './types.ts';

/** Throws a `RangeError` that names the argument at fault. */
export function checkReport(options: ReportOptions): void {
  checkTable(options.summary);
  checkRuns(options.runs);
}

/** At least one run, and every per-entry list as long as `values`. */
export function checkRuns(runs: readonly RunTrace[]): void {
  if (runs.length === 0) throw new RangeError('runs: a report needs at least one run, got none');
  runs.forEach((run, index) => {
    const lists = { evaluations: run.evaluations, points: run.points, phases: run.phases };
    for (const [name, list] of Object.entries(lists)) {
      if (list !== undefined && list.length !== run.values.length) {
        const lengths = `got ${list.length} for ${run.values.length} values`;
        throw new RangeError(`runs[${index}].${name}: expected one per entry of values, ${lengths} (run "${run.name}")`);
      }
    }
  });
}

/** Ranges must be increasing and finite, the grid at least 2 by 2. */
export function checkLandscape({ xRange, yRange, samples }: Landscape): void {
  for (const [name, range] of Object.entries({ xRange, yRange })) {
    if (range !== undefined && !(Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] < range[1])) {
      throw new RangeError(`landscape.${name}: expected two increasing finite numbers, got [${range.join(', ')}]`);
    }
  }
  if (samples !== undefined && !(Number.isInteger(samples) && samples >= 2)) {
    throw new RangeError(`landscape.samples: expected an integer of at least 2, got ${samples}`);
  }
}

function checkTable({ columns, rows }: Table): void {
  rows.forEach((row, index) => {
    if (row.length !== columns.length) {
      throw new RangeError(`summary.rows[${index}]: expected ${columns.length} cells, got ${row.length}`);
    }
  });
}

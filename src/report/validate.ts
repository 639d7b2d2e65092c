import type { Design, GridField, Landscape, MeshField, PictureFigure, ReportOptions, RunTrace, Table } from './types.ts';

/** Samples of a landscape along each axis where none are given. */
export const DEFAULT_SAMPLES = 64;

/** Throws a `RangeError` that names the argument at fault. */
export function checkReport(options: ReportOptions): void {
  checkTable(options.summary, 'summary');
  options.sections?.forEach(({ table }, index) => {
    if (table) checkTable(table, `sections[${index}].table`);
  });
  checkRuns(options.runs);
}

/** At least one run, and every per-entry list as long as `values`. */
export function checkRuns(runs: readonly RunTrace[]): void {
  if (runs.length === 0) throw new RangeError('runs: a report needs at least one run, got none');
  runs.forEach((run, index) => {
    const lists = { evaluations: run.evaluations, points: run.points, phases: run.phases, seconds: run.seconds };
    for (const [name, list] of Object.entries(lists)) {
      if (list !== undefined && list.length !== run.values.length) {
        const lengths = `got ${list.length} for ${run.values.length} values`;
        throw new RangeError(`runs[${index}].${name}: expected one per entry of values, ${lengths} (run "${run.name}")`);
      }
    }
  });
}

/** Ranges must be increasing and finite, the grid at least 2 by 2; ready-made samples must fill it and say where they are. */
export function checkLandscape({ value, xRange, yRange, samples = DEFAULT_SAMPLES }: Landscape): void {
  for (const [name, range] of Object.entries({ xRange, yRange })) {
    if (range !== undefined && !(Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] < range[1])) {
      throw new RangeError(`landscape.${name}: expected two increasing finite numbers, got [${range.join(', ')}]`);
    }
  }
  if (!(Number.isInteger(samples) && samples >= 2)) {
    throw new RangeError(`landscape.samples: expected an integer of at least 2, got ${samples}`);
  }
  if (typeof value === 'function') return;
  if (value.length !== samples ** 2) {
    throw new RangeError(`landscape.value: expected ${samples}×${samples} = ${samples ** 2} values, got ${value.length}`);
  }
  if (xRange === undefined || yRange === undefined) throw new RangeError('landscape.value: samples need xRange and yRange, got none');
}

/** A field needs its numbers in the right amounts and a scale with an extent. */
export function checkField(field: GridField | MeshField): void {
  const fault = (what: string) => new RangeError(`field "${field.title}": ${what}`);
  const [low, high] = field.scale.domain;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw fault(`scale.domain: expected two increasing finite numbers, got [${low}, ${high}]`);
  }
  if (field.kind === 'mesh') {
    if (field.values.length !== field.cells.length) throw fault(`values: expected ${field.cells.length}, got ${field.values.length}`);
    const stray = field.cells.flat().find((vertex) => field.vertices[vertex] === undefined);
    if (stray !== undefined) throw fault(`cells: there is no vertex ${stray}, only ${field.vertices.length}`);
    if (!field.vertices.flat().some(Number.isFinite)) throw fault('vertices: none is finite');
    return;
  }
  for (const [name, [first, last]] of Object.entries({ xRange: field.xRange, yRange: field.yRange })) {
    if (!(Number.isFinite(first) && Number.isFinite(last) && first < last)) {
      throw fault(`${name}: expected two increasing finite numbers, got [${first}, ${last}]`);
    }
  }
  const rows = field.values.length / field.columns;
  if (!(Number.isInteger(field.columns) && field.columns >= 2 && Number.isInteger(rows) && rows >= 2)) {
    throw fault(`values: expected at least two full rows of at least two columns, got ${field.values.length} for ${field.columns} columns`);
  }
}

/** A design needs cells, a picture of them, and loads that point somewhere. */
export function checkDesign({ title, size, image, supports = [], loads = [] }: Design): void {
  const fault = (what: string) => new RangeError(`design "${title}": ${what}`);
  if (!size.every((cells) => Number.isInteger(cells) && cells >= 1))
    throw fault(`size: expected two positive integers, got [${size.join(', ')}]`);
  checkImage(image, fault);
  for (const [name, list] of Object.entries({ supports, loads })) {
    list.forEach(({ at, to = at }, index) => {
      if (![...at, ...to].every(Number.isFinite))
        throw fault(`${name}[${index}]: expected finite places, got [${[...at, ...to].join(', ')}]`);
    });
  }
  loads.forEach(({ direction: [dx, dy] }, index) => {
    const length = Math.hypot(dx, dy);
    if (!(Number.isFinite(length) && length > 0))
      throw fault(`loads[${index}].direction: expected one of finite length, got [${dx}, ${dy}]`);
  });
}

/** A picture needs its bytes and a shape. */
export function checkPicture({ title, image, width, height }: PictureFigure): void {
  const fault = (what: string) => new RangeError(`picture "${title}": ${what}`);
  for (const [name, value] of Object.entries({ width, height })) {
    if (!(Number.isFinite(value) && value > 0)) throw fault(`${name}: expected a positive number, got ${value}`);
  }
  checkImage(image, fault);
}

function checkImage(image: string, fault: (what: string) => RangeError): void {
  if (!/^iVBORw0KGgo[\w+/]*={0,2}$/.test(image)) throw fault(`image: expected a PNG file in base64, got '${image.slice(0, 16)}…'`);
}

function checkTable({ columns, rows }: Table, name: string): void {
  rows.forEach((row, index) => {
    if (row.length !== columns.length) {
      throw new RangeError(`${name}.rows[${index}]: expected ${columns.length} cells, got ${row.length}`);
    }
  });
}

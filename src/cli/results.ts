// What a run came to, as rows of texts and as plain data.
import type { Experiment, Measure } from '../experiments/experiment.ts';
import type { RunRecord } from '../experiments/record.ts';

/** How much worse than the base's final value counts as having come as far. */
const SLACK = 0.05;

/** Evaluations and seconds that it took to come as far as something. */
export interface Reached {
  readonly evaluations: number;
  readonly seconds: number;
}

/** The end of one run in numbers. */
export interface Result {
  readonly role: RunRecord['role'];
  readonly name: string;
  readonly optimizer: string;
  readonly status: RunRecord['status'];
  readonly error?: string;
  readonly evaluations: number;
  readonly steps: number;
  readonly learnedSteps: number;
  readonly fits: number;
  readonly fallbacks: number;
  readonly rejections: number;
  /** The quantity at the end. */
  readonly value: number;
  readonly measures: readonly Measure[];
  readonly time: RunRecord['time'];
  /** Until the final value of the base plus 5 % was seen; missing where it never was. */
  readonly untilBase?: Reached;
  /** Until the target of the problem was seen. */
  readonly untilTarget?: Reached;
}

/** When a value of `level` or less was first seen. */
export function reached({ values, evaluations, seconds }: RunRecord, level: number): Reached | undefined {
  const entry = values.findIndex((value) => value !== undefined && value <= level);
  if (entry < 0) return undefined;
  // The evaluation that saw it counts.
  const after = Math.min(entry + 1, values.length - 1);
  return { evaluations: evaluations[after] as number, seconds: seconds[after] as number };
}

/** The ends of the runs in numbers. */
export function resultsOf(experiment: Experiment, records: readonly RunRecord[]): readonly Result[] {
  const base = records.find(({ role }) => role === 'base')?.values.at(-1);
  const level = base === undefined ? undefined : base + SLACK * Math.abs(base);
  return records.map((record) => {
    const { role, name, optimizer, status, error, fits, fallbacks, rejections, learnedSteps, time } = record;
    const untilBase = level === undefined ? undefined : reached(record, level);
    const untilTarget = experiment.target === undefined ? undefined : reached(record, experiment.target.value);
    return {
      ...{ role, name, optimizer, status, ...(error !== undefined && { error }) },
      ...{ evaluations: record.evaluations.at(-1) ?? 0, steps: record.values.length - 1, learnedSteps, fits, fallbacks, rejections },
      ...{ value: record.values.at(-1) ?? Number.NaN, measures: experiment.measures(record.x), time },
      ...(untilBase && { untilBase }),
      ...(untilTarget && { untilTarget }),
    };
  });
}

/** One row a quantity, one column a run, the first row with the names of the runs. */
export function resultRows({ quantity, target }: Experiment, results: readonly Result[]): readonly (readonly string[])[] {
  const row = (label: string, text: (result: Result) => string): readonly string[] => [label, ...results.map(text)];
  const isLearned = results.some(({ fits, learnedSteps }) => fits + learnedSteps > 0);
  const until = ({ evaluations, seconds }: Reached): string => `${evaluations} evaluations, ${shortSeconds(seconds)} s`;
  const untilBase = results.some(({ role }) => role === 'base');
  return [
    row('', ({ name }) => name),
    ...(results.some(({ status }) => status !== 'finished') ? [row('ended', ({ status }) => status)] : []),
    row('evaluations', ({ evaluations }) => String(evaluations)),
    row('steps', ({ steps }) => String(steps)),
    ...(isLearned
      ? [
          row('learned steps', ({ learnedSteps }) => String(learnedSteps)),
          row('fits', ({ fits }) => String(fits)),
          row('rejected, given up', ({ rejections, fallbacks }) => `${rejections}, ${fallbacks}`),
        ]
      : []),
    row(quantity.label, ({ value }) => number(value)),
    ...(results[0]?.measures ?? []).map(({ label }, i) => row(label, ({ measures }) => number(measures[i]?.value ?? Number.NaN))),
    row('seconds', ({ time }) => shortSeconds(time.total)),
    row('seconds in evaluations', ({ time }) => shortSeconds(time.evaluating)),
    ...(isLearned
      ? [
          row('seconds in fits', ({ fits, time }) => (fits === 0 ? '–' : shortSeconds(time.fitting))),
          row('seconds in learned steps', ({ learnedSteps, time }) => (learnedSteps === 0 ? '–' : shortSeconds(time.learned))),
        ]
      : []),
    ...(untilBase ? [row('until the base’s end + 5 %', ({ untilBase }) => (untilBase ? until(untilBase) : '–'))] : []),
    ...(target === undefined
      ? []
      : [row(`until ${target.value.toExponential(0)}`, ({ untilTarget }) => (untilTarget ? until(untilTarget) : '–'))]),
  ];
}

/** Rows as aligned columns, the first to the left and the others to the right, with a rule below the first row. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, j) => Math.max(...rows.map((row) => row[j]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, j) => (j === 0 ? cell.padEnd(widths[j] ?? 0) : cell.padStart(widths[j] ?? 0)))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), widths.map((width) => '─'.repeat(width)).join('──'), ...body.map(line)].join('\n');
}

function number(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(3) : String(Number(value.toPrecision(5)));
}

function shortSeconds(seconds: number): string {
  return seconds < 10 ? seconds.toFixed(3) : seconds.toFixed(1);
}

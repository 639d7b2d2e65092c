// The report of an experiment as plain data.
import { arch, cpus, platform, totalmem } from 'node:os';
import { version } from 'learned-gradient-flow';
import type { Experiment, Views } from '../experiments/experiment.ts';
import { rounded } from '../experiments/fieldData.ts';
import { diverged, type RunRecord } from '../experiments/record.ts';
import { pinLandscape, type ReportOptions, type RunTrace } from '../report/index.ts';

/** Digits of what a figure places; the full numbers are in the other files. */
const DIGITS = 6;

/** What made the numbers. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  readonly library: string;
}

/** This machine and these versions. */
export function thisMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memory: totalmem(),
    system: `${platform()} ${arch()}`,
    node: process.version,
    library: version(),
  };
}

/** A record as figures show it; points only where there are two variables. */
export function traceOf({ name, role, evaluations, values, phases, seconds, path }: RunRecord): RunTrace {
  const trace = {
    name,
    kind: role === 'base' ? 'base' : 'learned',
    evaluations,
    values: values.map((value) => (value === undefined ? value : rounded(value, DIGITS))),
    phases,
    seconds: seconds.map((value) => rounded(value, DIGITS)),
  } as const;
  if (path.columns !== 2) return trace;
  return { ...trace, points: path.toArray().map((point) => point.map((value) => rounded(value, DIGITS))) };
}

/** The page without anything that only code could make: it can be stored and drawn again. */
export function pageOf(
  experiment: Experiment,
  records: readonly RunRecord[],
  views: Views,
  rows: readonly (readonly string[])[],
  machine: Machine,
): ReportOptions {
  const { title, subtitle, quantity, target } = experiment;
  const runs = records.map(traceOf);
  const known = runs.flatMap(({ values }) => values.filter((value) => value !== undefined && Number.isFinite(value)));
  const lowest = known.reduce((a: number, b) => Math.min(a, b ?? a), Number.POSITIVE_INFINITY);
  const [head = [], ...body] = rows;
  const remarks = [
    ...(records.some(({ status }) => status === 'stopped') ? ['Stopped before the end.'] : []),
    ...records.filter(diverged).map(({ name }) => `The run of ${name} diverged: its progress is drawn, not where it ended.`),
  ];
  return {
    title,
    subtitle: [subtitle, ...remarks].join(' '),
    // All problems are stated without dimensions.
    valueLabel: `${quantity.label}${quantity.aboveLowest ? ` above the lowest, ${rounded(lowest, 4)}` : ''} (dimensionless)`,
    ...(quantity.aboveLowest && Number.isFinite(lowest) && { above: lowest }),
    ...(target && { target }),
    summary: { columns: head.map((label) => ({ label })), rows: body },
    runs,
    ...(views.landscape && { landscape: compact(pinLandscape(runs, views.landscape)) }),
    sections: views.sections,
    facts: [
      ...experiment.facts,
      [
        'Counting',
        'Evaluations move the iterate or judge where it went: one a true step, none a learned one, one a judged phase. The end of a run is looked at once more, uncounted.',
      ],
      ['Time', 'Steps of the optimizer with their evaluations, without what is recorded and drawn; one run after the other.'],
      [
        'Machine',
        `${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, learned-gradient-flow ${machine.library}`,
      ],
    ],
  };
}

function compact(landscape: NonNullable<Views['landscape']>): NonNullable<Views['landscape']> {
  const { value } = landscape;
  return typeof value === 'function' ? landscape : { ...landscape, value: value.map((sample) => rounded(sample, DIGITS)) };
}

// The report of a run as plain data.
import { densityPng } from 'learned-gradient-flow';
import { rounded } from '../../experiments/fieldData.ts';
import type { FigureSpec, ReportOptions, RunTrace, Section, Table } from '../../report/index.ts';
import type { Machine } from '../page.ts';
import { type Entry, phaseOf, totals } from './history.ts';
import { complianceText } from './live.ts';
import { PRESETS, surroundings } from './presets.ts';
import type { Settings } from './settings.ts';

/** Rows of the history that a reader still reads. */
const MOST_ROWS = 40;
const DIGITS = 6;

/** What a page is made of. */
export interface Contents {
  readonly settings: Settings;
  readonly entries: readonly Entry[];
  /** Rows of the summary, each a name and a text. */
  readonly rows: readonly (readonly string[])[];
  readonly machine: Machine;
  readonly density: Float64Array;
  readonly stopped: boolean;
  /** Rendered views of a solid, with transparent backgrounds. */
  readonly views: readonly View[];
}

/** A rendered view. */
export interface View {
  readonly title: string;
  readonly png: Uint8Array;
}

/** The page; it can be stored and drawn again. */
export function pageOf({ settings, entries, rows, machine, density, stopped, views }: Contents): ReportOptions {
  const { preset, size, optimizer } = settings;
  const structure = PRESETS.find(({ name }) => name === preset);
  const elements = size.reduce((product, count) => product * count, 1);
  return {
    title: `Stiffest structure: ${preset}, ${size.join('×')} elements`,
    subtitle: [
      `${structure?.summary ?? ''}. ${elements.toLocaleString('en')} densities, ${optimizer}.`,
      ...(stopped ? ['Stopped before the end.'] : []),
    ].join(' '),
    valueLabel: 'compliance (dimensionless)',
    summary: { columns: [{ label: '' }, { label: preset }], rows },
    runs: [traceOf(entries, optimizer)],
    sections: [
      { title: 'Design', figures: designFigures(settings, density, views) },
      { title: 'On the way', figures: courses(entries) },
      historySection(entries),
    ],
    facts: [
      [
        'Compliance',
        'Work of the loads on the displacements, summed over the load cases; Young’s modulus of solid elements 1, element side 1.',
      ],
      ['Greyness', 'Mean of 4ρ(1−ρ): 0 of a design of solid and void, 1 of one that is half dense everywhere.'],
      [
        'Counting',
        'Each evaluation is one analysis of the structure with the derivative of its compliance; steps along learned flows take none.',
      ],
      ['Time', 'Of the whole run, with files of the series and checkpoints.'],
      [
        'Machine',
        `${machine.processor}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}, learned-gradient-flow ${machine.library}`,
      ],
    ],
  };
}

/** Compliances of accepted designs, each before the next evaluation. */
function traceOf(entries: readonly Entry[], name: string): RunTrace {
  const counts = totals(entries);
  const drawn = entries.flatMap((entry, i) =>
    entry.verdict === 'accepted' && entry.measures ? [{ ...entry, count: counts[i] as number }] : [],
  );
  return {
    name,
    kind: name.startsWith('lgf') ? 'learned' : 'other',
    evaluations: drawn.map(({ count }) => count),
    values: drawn.map(({ measures }) => rounded(measures?.compliance ?? Number.NaN, DIGITS)),
    phases: drawn.map(() => 'true'),
    seconds: drawn.map(({ seconds }) => rounded(seconds, DIGITS)),
  };
}

function designFigures(settings: Settings, density: Float64Array, views: readonly View[]): readonly FigureSpec[] {
  const { size, preset } = settings;
  const structure = PRESETS.find(({ name }) => name === preset);
  const [columns = 1, rows = 1] = size;
  if (size.length === 2 && structure) {
    const image = base64(densityPng({ size, values: density }, { transparent: true }));
    const labels = { title: 'Densities', xLabel: 'x (elements)', yLabel: 'y (elements)' };
    return [{ kind: 'design', ...labels, size: [columns, rows], image, ...surroundings(structure, size) }];
  }
  return views.map(({ title, png }) => {
    const bytes = new DataView(png.buffer, png.byteOffset, png.byteLength);
    const shape = { width: bytes.getUint32(16), height: bytes.getUint32(20) };
    return { kind: 'picture', title, image: base64(png), ...shape, description: `${title}: the surface of density one half.` };
  });
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** Volume, greyness and work of the solver over the evaluations; none of a run without an evaluation. */
function courses(entries: readonly Entry[]): readonly FigureSpec[] {
  const counts = totals(entries);
  const known = entries.flatMap(({ measures }, i) => (measures ? [{ ...measures, count: counts[i] as number }] : []));
  if (known.length === 0) return [];
  const x = known.map(({ count }) => count);
  const line = (label: string, of: (measures: (typeof known)[number]) => number, kind: RunTrace['kind'] = 'learned') => ({
    label,
    kind,
    x,
    y: known.map((measures) => rounded(of(measures), DIGITS)),
  });
  const xLabel = 'evaluations';
  return [
    {
      kind: 'lines',
      title: 'Volume and greyness',
      xLabel,
      yLabel: 'share',
      lines: [line('volume', ({ volume }) => volume, 'base'), line('greyness', ({ greyness }) => greyness)],
    },
    ...(known.some(({ solverIterations }) => solverIterations > 0)
      ? ([
          {
            kind: 'lines',
            title: 'Work of the solver',
            xLabel,
            yLabel: 'iterations an evaluation',
            lines: [line('solver', ({ solverIterations }) => solverIterations)],
          },
        ] as const)
      : []),
  ];
}

/** Evaluations as a table, evenly thinned, the first and the last among them. */
function historySection(entries: readonly Entry[]): Section {
  const counts = totals(entries);
  const thinned = Math.min(MOST_ROWS, entries.length);
  const chosen = new Set(
    Array.from({ length: thinned }, (_, i) => (thinned < 2 ? 0 : Math.round((i * (entries.length - 1)) / (thinned - 1)))),
  );
  const staged = entries.some(({ stage }) => stage > 0);
  const columns = ['evaluation', ...(staged ? ['stage'] : []), 'step', 'compliance', 'volume', 'greyness', 'solver', 'seconds'];
  const fixed = (value: number | undefined): string => value?.toFixed(4) ?? '–';
  const rows = [...chosen].map((i) => {
    const entry = entries[i] as Entry;
    const { measures, seconds, stage } = entry;
    return [
      String(counts[i]),
      ...(staged ? [String(stage + 1)] : []),
      phaseOf(entry),
      complianceText(measures?.compliance),
      fixed(measures?.volume),
      fixed(measures?.greyness),
      measures?.solverIterations.toString() ?? '–',
      seconds.toFixed(1),
    ];
  });
  const table: Table = { columns: columns.map((label) => ({ label, ...(label === 'step' && { align: 'left' as const }) })), rows };
  const left = entries.length - rows.length;
  return {
    title: 'History',
    figures: [],
    table,
    ...(left > 0 && { remark: `${rows.length} of ${entries.length} evaluations; all are in run.json.` }),
  };
}

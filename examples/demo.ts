// Descent and learned gradient flow on the heated rod with the published settings: progress, a table, one HTML report.
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GradientDescent, LGFGradientFlow, type Optimizer, problems, type StepReport, version } from 'learned-gradient-flow';
import { type RunTrace, renderReport } from '../src/report/index.ts';
import { HEAT_ROD_EPOCHS, HEAT_ROD_SETTINGS, HEAT_ROD_TARGET } from './heat-rod-settings.ts';
import { ProgressLine } from './progress.ts';

/** One run as the table shows it, and its way for the figures. */
export interface DemoRun {
  readonly name: string;
  readonly evaluations: number;
  /** Evaluations until the misfit was first seen at or below the target. */
  readonly evaluationsToTarget: number | undefined;
  readonly misfit: number;
  readonly parameters: readonly number[];
  readonly seconds: number;
  readonly trace: RunTrace;
}

const rod = problems.heatRod();

function misfitAt(x: ArrayLike<number>): number {
  rod.evaluate(x, new Float64Array(rod.dimension));
  return rod.misfit ?? Number.NaN;
}

function follow(name: string, kind: 'base' | 'learned', optimizer: Optimizer): DemoRun {
  const progress = new ProgressLine(name, HEAT_ROD_EPOCHS);
  const evaluations: number[] = [];
  const values: (number | undefined)[] = [];
  const points: number[][] = [];
  const phases: ('true' | 'learned')[] = [];
  let [seconds, last] = [0, Number.NaN];
  let evaluationsToTarget: number | undefined;
  while (optimizer.epoch < HEAT_ROD_EPOCHS) {
    points.push(Array.from(optimizer.x));
    evaluations.push(optimizer.evaluations);
    const start = performance.now();
    const report: StepReport = optimizer.step(rod.evaluate);
    seconds += (performance.now() - start) / 1000;
    // The objective is the logarithm of the misfit.
    const misfit = report.value === undefined ? undefined : Math.exp(report.value);
    values.push(misfit);
    phases.push(report.kind);
    if (misfit !== undefined) last = misfit;
    if (last <= HEAT_ROD_TARGET) evaluationsToTarget ??= report.evaluations;
    progress.update(optimizer.epoch, `${report.evaluations} evaluations  misfit ${last.toExponential(2)}  ${report.kind} step`);
  }
  const x = optimizer.x;
  const misfit = misfitAt(x);
  points.push(Array.from(x));
  evaluations.push(optimizer.evaluations);
  values.push(misfit);
  phases.push('true');
  const trace: RunTrace = { name, kind, evaluations, values, points, phases };
  return { name, evaluations: optimizer.evaluations, evaluationsToTarget, misfit, parameters: Array.from(x), seconds, trace };
}

const TARGET = HEAT_ROD_TARGET.toExponential(0);
const COLUMNS = ['optimizer', 'evaluations', `until ${TARGET}`, 'final misfit', 'a1', 'a2', 'seconds'];

function cells(run: DemoRun): string[] {
  const parameters = run.parameters.map((a) => a.toFixed(4));
  return [
    run.name,
    String(run.evaluations),
    String(run.evaluationsToTarget ?? '–'),
    run.misfit.toExponential(2),
    ...parameters,
    run.seconds.toFixed(3),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, j) => Math.max(...rows.map((row) => row[j]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, j) => (j === 0 ? cell.padEnd(widths[j] ?? 0) : cell.padStart(widths[j] ?? 0))).join('  ');
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function report(runs: readonly DemoRun[]): string {
  const cpu = cpus()[0]?.model ?? 'unknown processor';
  return renderReport({
    title: 'Heated rod: two conductivities from a temperature history',
    subtitle: 'Gradient descent and its learned flow, published settings, 750 steps each from (0.5, 4.05).',
    valueLabel: 'squared misfit',
    target: { value: HEAT_ROD_TARGET, label: `published target ${TARGET}` },
    summary: { columns: COLUMNS.map((label) => ({ label })), rows: runs.map(cells) },
    runs: runs.map(({ trace }) => trace),
    landscape: {
      value: (a1, a2) => misfitAt([a1, a2]),
      scale: 'log',
      xLabel: 'conductivity a1, left half',
      yLabel: 'conductivity a2, right half',
      valueLabel: 'squared misfit',
      optimum: [2, 1],
    },
    facts: [
      [
        'Counting',
        'Evaluations move the iterate: one a true step, none a learned one. The misfit at the end of a run is looked at once more, uncounted.',
      ],
      [`Until ${TARGET}`, `Evaluations until a true step saw a misfit of ${TARGET} or less; – where none did.`],
      [
        'Learned flow',
        'Order 1 without constant, strong form, STLSQ; 25 true steps, then 25 learned ones, without a safeguard, as published.',
      ],
      ['Machine', `${cpu}, ${platform()} ${arch()}, Node ${process.version}, learned-gradient-flow ${version()}`],
    ],
  });
}

/** Runs both, prints the table, writes the report and returns the runs. */
export function run(folder: string = resolve('lgf-report')): readonly DemoRun[] {
  const start = rod.start();
  const runs = [
    follow('gradient descent', 'base', new GradientDescent(start, { learningRate: HEAT_ROD_SETTINGS.learningRate })),
    follow('learned gradient flow', 'learned', new LGFGradientFlow(start, HEAT_ROD_SETTINGS)),
  ];
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'heat-rod.html');
  writeFileSync(file, report(runs));
  console.log(`\nHeated rod, true conductivities (2, 1)\n\n${table([COLUMNS, ...runs.map(cells)])}\n\nReport: ${pathToFileURL(file).href}`);
  return runs;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) run();

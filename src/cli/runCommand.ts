// `run <problem>`: the optimizers one after the other, progress, table, files.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { LgfError } from 'learned-gradient-flow';
import type { Contender, Experiment, ExperimentEntry, Views } from '../experiments/experiment.ts';
import { follow, type Moment, type RunRecord } from '../experiments/record.ts';
import { type Remaining, remaining, type StepClock, stepsBetween } from '../experiments/stepClock.ts';
import { type ReportOptions, renderReport } from '../report/index.ts';
import { type Given, integerOf, numberOf, type Option } from './arguments.ts';
import { makeFolder, removeEarlier } from './folder.ts';
import { type Interrupt, listen } from './interrupt.ts';
import { npy } from './npy.ts';
import { type Machine, pageOf, thisMachine } from './page.ts';
import { endText, ProgressLine, progressText } from './progress.ts';
import { type Result, resultRows, resultsOf, textTable } from './results.ts';
import { toJson, writeRunFile } from './runFile.ts';
import { ExitCode, UsageError } from './usage.ts';

const MOST_EPOCHS = 100_000;
/** Seconds of a fit that is announced, where that is known. */
const ANNOUNCED = 0.2;

/** The options of `run` for one problem. */
export function runOptions({ name, epochs, optimizers, safeguard, flags }: ExperimentEntry): readonly Option[] {
  const choices = `both, base (${optimizers.base}), lgf (${optimizers.lgf}) or lgf-adaptive (${optimizers.adaptive})`;
  return [
    { flag: 'optimizer', value: 'NAME', help: `${choices}, by role or class; default both` },
    { flag: 'epochs', value: 'N', help: `steps of each optimizer; default ${epochs}, as published` },
    { flag: 'safeguard', negatable: true, help: `whether an evaluation judges each learned phase; default ${safeguard ? 'yes' : 'no'}` },
    ...flags.map(({ flag, help }) => ({ flag, value: 'N', help })),
    { flag: 'out', value: 'DIR', help: `folder for the files, made if missing; default lgf-${name}` },
    { flag: 'json', help: 'print the results as JSON; everything else goes to stderr' },
    { flag: 'quiet', help: 'show no progress' },
    { flag: 'help', help: 'show this text' },
  ];
}

/** Runs an experiment as the arguments say and returns the exit code. */
export async function runCommand(entry: ExperimentEntry, given: Given): Promise<number> {
  const epochs = integerOf(given, 'epochs', 1, MOST_EPOCHS) ?? entry.epochs;
  const safeguard = given.switches.get('safeguard') ?? entry.safeguard;
  const problemOptions = optionsOf(entry, given);
  const roles = rolesOf(entry, given.values.get('optimizer') ?? 'both');
  const experiment = open(entry, problemOptions, safeguard);
  const folder = makeFolder(given.values.get('out') ?? `lgf-${entry.name}`);
  const json = given.switches.get('json') ?? false;
  const say = (text: string): void => void (json ? process.stderr : process.stdout).write(`${text}\n`);

  const quiet = given.switches.get('quiet') ?? false;
  const interrupt = listen();
  try {
    const contenders = experiment.contenders.filter(({ role }) => roles.includes(role));
    const records = await runAll(experiment, contenders, epochs, quiet, interrupt);
    const results = resultsOf(experiment, records);
    const rows = resultRows(experiment, results);
    const machine = thisMachine();
    const drawn = draw(experiment, records, rows, machine);
    const status = (['failed', 'stopped', 'finished'] as const).find((known) => records.some((record) => record.status === known));
    const arrays = { ...drawn.arrays, ...Object.fromEntries(records.flatMap(arraysOf)) };
    const files = [...(drawn.html === undefined ? [] : ['report.html']), 'run.json', ...Object.keys(arrays).map((name) => `${name}.npy`)];
    const contents = {
      ...{ problem: entry.name, status, date: new Date().toISOString(), settings: { epochs, safeguard, problem: problemOptions }, machine },
      ...{ quantity: experiment.quantity.label, results, files },
    };
    const runs = records.map(({ path, x, ...trace }) => ({ ...trace, x: Array.from(x) }));
    removeEarlier(folder);
    writeFileSync(join(folder, 'run.json'), writeRunFile({ ...contents, runs }, drawn.page));
    for (const [name, array] of Object.entries(arrays)) writeFileSync(join(folder, `${name}.npy`), npy(array));
    if (drawn.html !== undefined) writeFileSync(join(folder, 'report.html'), drawn.html);

    say(`${experiment.title}\n\n${textTable(rows)}\n`);
    for (const result of results) if (result.error !== undefined) process.stderr.write(`${failureText(result, epochs, safeguard)}\n`);
    if (status === 'stopped') say('Stopped by Ctrl-C; what was computed is kept.');
    if (drawn.html === undefined) process.stderr.write(`no report: ${drawn.reason}\n`);
    else say(`Report: ${pathToFileURL(join(folder, 'report.html')).href}`);
    say(`Files in ${folder}: ${files.join(', ')}`);
    if (json) process.stdout.write(`${toJson({ ...contents, folder }, 2)}\n`);
    return status === 'failed' ? ExitCode.failed : status === 'stopped' ? ExitCode.stopped : ExitCode.done;
  } finally {
    interrupt.end();
  }
}

/** All contenders one after the other: neither is slowed by what the other leaves in the caches. */
async function runAll(
  experiment: Experiment,
  contenders: readonly Contender[],
  epochs: number,
  quiet: boolean,
  interrupt: Interrupt,
): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  const quantity = experiment.quantity.label;
  let earlier: StepClock | undefined;
  for (const [position, contender] of contenders.entries()) {
    if (interrupt.pressed) break;
    const line = new ProgressLine(process.stderr);
    const run = follow(experiment, contender, epochs);
    let [clock, turned]: [StepClock | undefined, number] = [undefined, performance.now()];
    let state = run.next();
    while (!state.done) {
      const moment = state.value;
      clock = moment.clock;
      // A fit may take long, and the line stands still meanwhile: it should say why.
      const announced = moment.next === 'fit' && process.stderr.isTTY && !((clock.mean('fit') ?? 1) < ANNOUNCED);
      if (!quiet && (line.due || announced)) {
        line.show(progressText(moment, epochs, timeLeft(moment, epochs, contenders.slice(position), earlier), quantity, line.width));
      }
      // Signals are heard only where the event loop turns; short steps need not pay for a turn each.
      if (performance.now() - turned > 10) {
        await turn();
        turned = performance.now();
      }
      state = run.next(interrupt.pressed);
    }
    records.push(state.value);
    if (!quiet) line.show(endText(state.value, epochs, quantity, line.width));
    line.end();
    earlier = clock;
  }
  return records;
}

/** Of the run under way, first in `contenders`, and of those behind it. */
function timeLeft({ clock, epoch }: Moment, epochs: number, contenders: readonly Contender[], earlier: StepClock | undefined): Remaining {
  const parts = contenders.map(({ schedule }, i) =>
    i === 0
      ? remaining(stepsBetween(epoch, epochs, schedule), clock, earlier)
      : remaining(stepsBetween(0, epochs, schedule), undefined, clock),
  );
  return parts.reduce((a, b) => ({ seconds: a.seconds + b.seconds, atLeast: a.atLeast || b.atLeast }));
}

/** One line. A step of a phase that nobody judged may lead anywhere. */
function failureText({ name, error, steps, learnedSteps }: Result, epochs: number, safeguard: boolean): string {
  const hint = learnedSteps > 0 && !safeguard ? '; --safeguard judges each learned phase before it is taken' : '';
  return `${name} failed after ${steps} of ${epochs} steps: ${error}${hint}`;
}

/** What is shown of the runs, or why nothing can be: a run may end where no field is finite. */
interface Drawn {
  readonly arrays: Views['arrays'];
  readonly page?: ReportOptions;
  readonly html?: string;
  readonly reason?: string;
}

function draw(experiment: Experiment, records: readonly RunRecord[], rows: readonly (readonly string[])[], machine: Machine): Drawn {
  let arrays: Views['arrays'] = {};
  try {
    const views = experiment.views(records);
    arrays = views.arrays;
    const page = pageOf(experiment, records, views, rows, machine);
    return { arrays, page, html: renderReport(page) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof LgfError)) throw error;
    return { arrays, reason: error.message };
  }
}

function arraysOf({ role, x, path, values, evaluations, seconds }: RunRecord): [string, RunRecord['path'] | ArrayLike<number>][] {
  return [
    [`${role}-x`, x],
    [`${role}-path`, path],
    [`${role}-values`, values.map((value) => value ?? Number.NaN)],
    [`${role}-evaluations`, evaluations],
    [`${role}-seconds`, seconds],
  ];
}

function optionsOf({ flags }: ExperimentEntry, given: Given): Readonly<Record<string, number>> {
  return Object.fromEntries(
    flags.flatMap(({ flag, option }): [string, number][] => {
      const value = numberOf(given, flag);
      return value === undefined ? [] : [[option, value]];
    }),
  );
}

function rolesOf({ optimizers }: ExperimentEntry, name: string): readonly Contender['role'][] {
  const known: Record<string, readonly Contender['role'][]> = {
    ...{ both: ['base', 'lgf'], base: ['base'], lgf: ['lgf'] },
    ...{ 'lgf-adaptive': ['adaptive'], [optimizers.base]: ['base'], [optimizers.lgf]: ['lgf'], [optimizers.adaptive]: ['adaptive'] },
  };
  const roles = Object.hasOwn(known, name) ? known[name] : undefined;
  if (roles === undefined) throw new UsageError(`--optimizer: got '${name}', expected one of ${Object.keys(known).join(', ')}`);
  return roles;
}

/** Opens the experiment; an option that the problem refuses is the user's. */
function open(entry: ExperimentEntry, options: Readonly<Record<string, number>>, safeguard: boolean): Experiment {
  try {
    return entry.open(options, safeguard);
  } catch (error) {
    const flag = entry.flags.find(({ option }) => error instanceof LgfError && error.argument === option)?.flag;
    if (!(error instanceof LgfError) || flag === undefined) throw error;
    throw new UsageError(`--${flag}${error.message.slice(error.argument?.length ?? 0)}`);
  }
}

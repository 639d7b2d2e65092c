// `run <problem>`: the optimizers one after the other, progress, table, files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { LgfError } from 'learned-gradient-flow';
import type { Contender, Experiment, ExperimentEntry } from '../experiments/experiment.ts';
import { follow, type RunRecord } from '../experiments/record.ts';
import { remaining, type StepClock, stepsBetween } from '../experiments/stepClock.ts';
import { renderReport } from '../report/index.ts';
import { type Given, integerOf, numberOf, type Option } from './arguments.ts';
import { npy } from './npy.ts';
import { pageOf, thisMachine } from './page.ts';
import { ProgressLine, progressText } from './progress.ts';
import { resultRows, resultsOf, textTable } from './results.ts';
import { writeRunFile } from './runFile.ts';
import { ExitCode, UsageError } from './usage.ts';

const MOST_EPOCHS = 100_000;

/** The options of `run` for one problem. */
export function runOptions({ name, epochs, optimizers, safeguard, flags }: ExperimentEntry): readonly Option[] {
  const choices = `both, base (${optimizers.base}) or lgf (${optimizers.lgf})`;
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

  const contenders = experiment.contenders.filter(({ role }) => roles.includes(role));
  const records = await runAll(experiment, contenders, epochs, given.switches.get('quiet') ?? false);
  const results = resultsOf(experiment, records);
  const rows = resultRows(experiment, results);
  const machine = thisMachine();
  const views = experiment.views(records);
  const page = pageOf(experiment, records, views, rows, machine);
  const status = (['failed', 'stopped', 'finished'] as const).find((known) => records.some((record) => record.status === known));
  const arrays = { ...views.arrays, ...Object.fromEntries(records.flatMap(arraysOf)) };
  const names = ['report.html', 'run.json', ...Object.keys(arrays).map((name) => `${name}.npy`)];
  const contents = {
    ...{ problem: entry.name, status, date: new Date().toISOString(), settings: { epochs, safeguard, problem: problemOptions }, machine },
    ...{ quantity: experiment.quantity.label, results, files: names },
  };
  const runs = records.map(({ path, x, ...trace }) => ({ ...trace, x: Array.from(x) }));
  writeFileSync(join(folder, 'run.json'), writeRunFile({ ...contents, runs }, page));
  for (const [name, array] of Object.entries(arrays)) writeFileSync(join(folder, `${name}.npy`), npy(array));
  writeFileSync(join(folder, 'report.html'), renderReport(page));

  say(`${experiment.title}\n\n${textTable(rows)}\n`);
  for (const { name, error } of results) if (error !== undefined) process.stderr.write(`${name} failed: ${error}\n`);
  if (status === 'stopped') say('Stopped by Ctrl-C; what was computed is kept.');
  say(`Report: ${pathToFileURL(join(folder, 'report.html')).href}\nFiles in ${folder}: ${names.join(', ')}`);
  if (json) process.stdout.write(`${JSON.stringify({ ...contents, folder }, null, 2)}\n`);
  return status === 'failed' ? ExitCode.failed : status === 'stopped' ? ExitCode.stopped : ExitCode.done;
}

/** All contenders one after the other: neither is slowed by what the other leaves in the caches. */
async function runAll(experiment: Experiment, contenders: readonly Contender[], epochs: number, quiet: boolean): Promise<RunRecord[]> {
  let stopping = false;
  const stop = (): void => {
    stopping = true;
    process.stderr.write('\nstopping after this step; Ctrl-C again ends at once\n');
  };
  // Once: from then on the signal has its default effect.
  process.once('SIGINT', stop);
  const records: RunRecord[] = [];
  let earlier: StepClock | undefined;
  for (const [position, contender] of contenders.entries()) {
    if (stopping) break;
    const line = new ProgressLine(process.stderr);
    const run = follow(experiment, contender, epochs);
    let last = '';
    let turned = performance.now();
    let moment = run.next();
    while (!moment.done) {
      const { clock, next, epoch } = moment.value;
      if (!quiet && (line.due || (next === 'fit' && process.stderr.isTTY))) {
        const ahead = remaining(stepsBetween(epoch, epochs, contender.schedule), clock, earlier);
        const later = contenders.slice(position + 1).map(({ schedule }) => remaining(stepsBetween(0, epochs, schedule), undefined, clock));
        const left = [ahead, ...later].reduce((a, b) => ({ seconds: a.seconds + b.seconds, atLeast: a.atLeast || b.atLeast }));
        last = progressText(moment.value, epochs, left, experiment.quantity.label);
        line.show(last);
      }
      // Signals are heard only where the event loop turns; short steps need not pay for a turn each.
      if (performance.now() - turned > 10) {
        await turn();
        turned = performance.now();
      }
      earlier = clock;
      moment = run.next(stopping);
    }
    records.push(moment.value);
    if (!quiet) showEnd(line, moment.value, epochs, experiment.quantity.label, earlier);
    line.end();
  }
  process.removeListener('SIGINT', stop);
  return records;
}

function showEnd(line: ProgressLine, record: RunRecord, epochs: number, quantity: string, clock: StepClock | undefined): void {
  if (clock === undefined) return;
  const { name, evaluations, values } = record;
  const end = { name, epoch: values.length - 1, evaluations: evaluations.at(-1) ?? 0, value: values.at(-1), next: 'true', clock } as const;
  line.show(progressText(end, epochs, { seconds: 0, atLeast: false }, quantity));
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
    ...{ [optimizers.base]: ['base'], [optimizers.lgf]: ['lgf'] },
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

function makeFolder(name: string): string {
  const folder = resolve(name);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`--out: got '${name}', expected a folder that can be made: ${(error as Error).message}`);
  }
  return folder;
}

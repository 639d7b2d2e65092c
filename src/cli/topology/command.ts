// `run topology`: the stiffest structure of a given volume.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromeTrace, profileTable } from 'learned-gradient-flow';
import { renderReport } from '../../report/index.ts';
import type { Given } from '../arguments.ts';
import { makeFolder, removeEarlier } from '../folder.ts';
import { listen } from '../interrupt.ts';
import { thisMachine } from '../page.ts';
import { textTable } from '../results.ts';
import { toJson, writeRunFile } from '../runFile.ts';
import { ExitCode } from '../usage.ts';
import { totals } from './history.ts';
import { complianceText, LiveView, type Scene } from './live.ts';
import { writeDesign, writeFrame } from './output.ts';
import { pageOf } from './page.ts';
import { methodOf, openProblem } from './problem.ts';
import { Session } from './session.ts';
import { resumedSettings, type Settings, settingsOf } from './settings.ts';
import { type Outcome, runStages } from './stages.ts';

/** Milliseconds between two looks at a run that an evaluation holds up. */
const REDRAWN = 500;

/** Runs what the arguments say and returns the exit code. */
export async function topologyCommand(given: Given): Promise<number> {
  const resumes = given.switches.get('resume') ?? false;
  const out = given.values.get('out') ?? 'lgf-topology';
  // Whatever is wrong with them is said before there is a folder.
  const fresh = resumes ? undefined : settingsOf(given);
  const opened = fresh && openProblem(fresh);
  const folder = makeFolder(out);
  // The series is written on the way: what was here has to go before.
  if (fresh) removeEarlier(folder);
  const session = fresh ? Session.begin(folder, fresh) : Session.resume(folder, (own) => resumedSettings(own, given));
  const { settings } = session;
  const problem = opened ?? openProblem(settings);
  const json = given.switches.get('json') ?? false;
  const say = (text: string): void => void (json ? process.stderr : process.stdout).write(`${text}\n`);

  const watch = new Watch(session, given.switches.get('quiet') ?? false);
  const interrupt = listen(() => watch.interrupted());
  const profile = given.switches.get('profile') ?? false;
  try {
    const outcome = await runStages(session, problem, methodOf(settings, problem), {
      signal: interrupt.signal,
      profile,
      clock: () => watch.before + watch.seconds,
      begun: () => watch.evaluated(),
      evaluated: () => watch.evaluated(),
      frame: (number, density) => writeFrame(folder, number, settings.size, density),
    });
    watch.end();
    const density = problem.density(outcome.x);
    const rows = rowsOf(settings, session, outcome, watch.peak);
    const machine = thisMachine();
    const { files, views } = writeDesign(folder, settings.size, density, session.entries);
    const stopped = outcome.status === 'aborted';
    const page = session.entries.some(({ verdict }) => verdict === 'accepted')
      ? pageOf({ settings, entries: session.entries, rows, machine, density, stopped, views })
      : undefined;
    const profiles = profile ? writeProfiles(folder, outcome) : [];
    const all = ['run.json', ...(page ? ['report.html'] : []), ...files, ...profiles];
    const { status, message, best } = outcome;
    const result = {
      status,
      message,
      evaluations: totals(session.entries).at(-1) ?? 0,
      ...best?.measures,
      seconds: watch.before + watch.seconds,
    };
    const contents = { problem: 'topology', date: new Date().toISOString(), settings, machine, result, files: all };
    writeFileSync(join(folder, 'run.json'), writeRunFile({ ...contents, history: session.entries }, page));
    if (page) writeFileSync(join(folder, 'report.html'), renderReport(page));

    say(`\n${textTable([['', settings.preset], ...rows])}\n`);
    if (stopped) say(`Stopped by Ctrl-C; go on with: run topology --out ${out} --resume`);
    if (page) say(`Report: ${pathToFileURL(join(folder, 'report.html')).href}`);
    say(`Files in ${folder}: ${shortList(all)}`);
    if (json) process.stdout.write(`${toJson({ ...contents, folder }, 2)}\n`);
    return stopped ? ExitCode.stopped : outcome.status === 'evaluation-failed' ? ExitCode.failed : ExitCode.done;
  } finally {
    watch.end();
    interrupt.end();
  }
}

/** Shows a run as it goes on. */
class Watch {
  /** Seconds of the run before it was resumed. */
  readonly before: number;
  /** Most bytes of the process so far. */
  peak = 0;
  readonly #session: Session;
  readonly #view: LiveView | undefined;
  readonly #began = performance.now();
  readonly #timer: NodeJS.Timeout;
  #since = performance.now();
  #ended = false;

  constructor(session: Session, quiet: boolean) {
    this.#session = session;
    this.before = session.entries.at(-1)?.seconds ?? 0;
    this.#view = quiet ? undefined : new LiveView(process.stderr);
    this.#timer = setInterval(() => this.#show(false), REDRAWN);
  }

  /** Seconds of this call. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  evaluated(): void {
    this.#since = performance.now();
    this.#show(false);
  }

  /** Leaves what is shown as it stands: something else is printed below it. */
  interrupted(): void {
    this.#view?.end();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    this.#show(true);
    this.#view?.end();
  }

  #show(always: boolean): void {
    const memory = process.memoryUsage.rss();
    this.peak = Math.max(this.peak, memory);
    if (!this.#view || !(always || this.#view.due)) return;
    const { settings, entries, stage } = this.#session;
    const { preset, size, optimizer, projection, maxEvaluations } = settings;
    const scene: Scene = {
      title: `${preset} ${size.join('×')}, ${optimizer}`,
      entries,
      maxEvaluations,
      ...(projection.length > 1 && { stages: { count: projection.length, sharpness: projection[stage] ?? 0 } }),
      seconds: this.before + this.seconds,
      evaluating: this.#ended ? undefined : (performance.now() - this.#since) / 1000,
      memory,
    };
    this.#view.show(scene);
  }
}

/** What the run came to, a name and a text each. */
function rowsOf(settings: Settings, { entries }: Session, outcome: Outcome, peak: number): readonly (readonly string[])[] {
  const { size, optimizer } = settings;
  const { status, best, profiles } = outcome;
  const count = (verdict: string): number => entries.filter((entry) => entry.verdict === verdict).length;
  const fixed = (value: number | undefined): string => value?.toFixed(4) ?? '–';
  const iterations = entries.reduce((sum, { measures }) => sum + (measures?.solverIterations ?? 0), 0);
  const time = (of: 'objective' | 'optimizer'): string => profiles.reduce((sum, profile) => sum + profile[of], 0).toFixed(2);
  return [
    ['optimizer', optimizer],
    ['elements', `${size.join('×')} = ${size.reduce((a, b) => a * b, 1).toLocaleString('en')}`],
    ['ended', status],
    ['compliance', complianceText(best?.measures?.compliance)],
    ['volume', fixed(best?.measures?.volume)],
    ['greyness', fixed(best?.measures?.greyness)],
    ['evaluations', String(totals(entries).at(-1) ?? 0)],
    ['accepted, left again, failed', `${count('accepted')}, ${count('rejected')}, ${count('failed')}`],
    ...(iterations > 0 ? [['solver iterations', String(iterations)]] : []),
    ['seconds', (entries.at(-1)?.seconds ?? 0).toFixed(2)],
    ['seconds in evaluations', time('objective')],
    ['seconds in the optimizer', time('optimizer')],
    ['most memory', `${Math.round(peak / 1e6)} MB`],
  ];
}

/** Where the time went: the last stage's, whose problem is the hardest. */
function writeProfiles(folder: string, { profiles }: Outcome): readonly string[] {
  const last = profiles.at(-1);
  if (!last?.phases) return [];
  writeFileSync(join(folder, 'profile.txt'), `${profileTable(last.phases)}\n`);
  writeFileSync(join(folder, 'trace.json'), chromeTrace(last));
  return ['profile.txt', 'trace.json'];
}

/** Names, those of a long series left out. */
function shortList(files: readonly string[]): string {
  const series = files.filter((name) => /^design-\d+\.vti$/.test(name));
  if (series.length < 4) return files.join(', ');
  const others = files.filter((name) => !series.includes(name));
  return [...others, `${series[0]} to ${series.at(-1)}`].join(', ');
}

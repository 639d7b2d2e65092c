// A run as it is watched: a block of lines that is drawn again on a terminal, a line every few seconds elsewhere.
import { duration, type Sink } from '../progress.ts';
import { bestOf, type Entry, phaseOf, totals } from './history.ts';

const TERMINAL_INTERVAL = 120;
const LINES_INTERVAL = 3000;
const BAR = 24;
const BLOCKS = '▁▂▃▄▅▆▇█';

/** What is to be seen. */
export interface Scene {
  readonly title: string;
  readonly entries: readonly Entry[];
  readonly maxEvaluations: number;
  /** Number of stages, and the sharpness of the one under way, where there are several. */
  readonly stages?: { readonly count: number; readonly sharpness: number };
  /** Seconds of the run so far. */
  readonly seconds: number;
  /** Seconds of the evaluation under way; `undefined` after the last one. */
  readonly evaluating: number | undefined;
  /** Bytes of the process. */
  readonly memory: number;
}

/** The block: five lines of at most so many columns. */
export function blockOf(scene: Scene, width: number): readonly string[] {
  const { title, entries, maxEvaluations, stages, seconds, evaluating, memory } = scene;
  const done = totals(entries).at(-1) ?? 0;
  const last = entries.at(-1);
  const filled = Math.min(BAR, Math.floor((BAR * done) / maxEvaluations));
  const { compliance, best, volume, greyness, solver } = numbers(entries);
  const stage = stages === undefined ? '' : `stage ${(last?.stage ?? 0) + 1}/${stages.count}, sharpness ${stages.sharpness}  `;
  const mean = seconds / done;
  const each = done > 0 ? `${mean < 1 ? `${Math.round(1000 * mean)} ms` : duration(mean)} each` : '';
  const left = done > 0 ? `at most ${duration(((maxEvaluations - done) * seconds) / done)} left` : '';
  const lines = [
    join([
      `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} evaluation ${String(done).padStart(String(maxEvaluations).length)}/${maxEvaluations}`,
      title,
    ]),
    join([`compliance ${compliance}`, `best ${best}`, `volume ${volume}`, `greyness ${greyness}`]),
    join([
      `${stage}${last === undefined ? 'setting up' : phaseOf(last)}`,
      `solver iterations ${solver}`,
      evaluating === undefined ? '' : `evaluating for ${duration(evaluating)}`,
    ]),
    join([duration(seconds), each, left, `${Math.round(memory / 1e6)} MB`]),
    trend(entries, Math.min(width, 60)),
  ];
  return lines.map((line) => (line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line));
}

/** The same in one line. */
export function lineOf(scene: Scene): string {
  const { entries, maxEvaluations, stages, seconds, memory } = scene;
  const done = totals(entries).at(-1) ?? 0;
  const last = entries.at(-1);
  const { compliance, best, volume, greyness, solver } = numbers(entries);
  return join([
    `evaluation ${done}/${maxEvaluations}`,
    stages === undefined ? '' : `stage ${(last?.stage ?? 0) + 1}/${stages.count}`,
    `compliance ${compliance}`,
    `best ${best}`,
    `volume ${volume}`,
    `greyness ${greyness}`,
    `solver ${solver}`,
    last === undefined ? 'setting up' : phaseOf(last),
    `${Math.round(memory / 1e6)} MB`,
    duration(seconds),
  ]);
}

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('  ');

function numbers(entries: readonly Entry[]): Readonly<Record<'compliance' | 'best' | 'volume' | 'greyness' | 'solver', string>> {
  const measures = entries.findLast((entry) => entry.measures !== undefined)?.measures;
  const fixed = (value: number | undefined): string => value?.toFixed(3) ?? '–';
  return {
    compliance: complianceText(measures?.compliance),
    best: complianceText(bestOf(entries)?.measures?.compliance),
    volume: fixed(measures?.volume),
    greyness: fixed(measures?.greyness),
    solver: measures?.solverIterations.toString() ?? '–',
  };
}

/** Six digits, which is more than designs differ in. */
export function complianceText(compliance: number | undefined): string {
  if (compliance === undefined) return '–';
  const size = Math.abs(compliance);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? compliance.toExponential(4) : compliance.toPrecision(6);
}

/** Compliances of the accepted designs as a row of bars, on a logarithmic scale, the newest at the right. */
export function trend(entries: readonly Entry[], width: number): string {
  const all = entries.flatMap(({ verdict, measures }) => (verdict === 'accepted' && measures ? [measures.compliance] : []));
  const known = all.filter((compliance) => compliance > 0).map(Math.log);
  if (known.length < 2) return '';
  const columns = Math.min(width, known.length);
  const shown = Array.from({ length: columns }, (_, i) => known[Math.floor(((i + 1) * known.length) / columns) - 1] as number);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const level = (value: number): number => (high > low ? Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1)) : 0);
  return shown.map((value) => BLOCKS.charAt(level(value))).join('');
}

/** Shows a scene no more often than a reader can follow. */
export class LiveView {
  readonly #sink: Sink;
  readonly #now: () => number;
  #shown: number;
  #rows = 0;

  constructor(sink: Sink, now: () => number = () => performance.now()) {
    this.#sink = sink;
    this.#now = now;
    this.#shown = sink.isTTY ? Number.NEGATIVE_INFINITY : now();
  }

  /** Whether something shown now would be new to the reader. */
  get due(): boolean {
    return this.#now() - this.#shown >= (this.#sink.isTTY ? TERMINAL_INTERVAL : LINES_INTERVAL);
  }

  /** Shows the scene now, in place of the last one where that can be. */
  show(scene: Scene): void {
    this.#shown = this.#now();
    if (!this.#sink.isTTY) {
      this.#sink.write(`${lineOf(scene)}\n`);
      return;
    }
    // A terminal that does not know its width says 0.
    const lines = blockOf(scene, (this.#sink.columns || 80) - 1);
    // Up to the first line, each one new, and what was below gone. In one write: a half drawn block flickers.
    const up = this.#rows > 1 ? `\u001b[${this.#rows - 1}A` : '';
    this.#sink.write(`\r${up}${lines.map((line) => `\u001b[2K${line}`).join('\n')}`);
    this.#rows = lines.length;
  }

  /** Leaves the block as it stands; what is printed next begins below it. */
  end(): void {
    if (this.#rows > 0) this.#sink.write('\n');
    this.#rows = 0;
  }
}

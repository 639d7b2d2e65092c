// A line that says how far a run is: rewritten in place on a terminal, printed every few seconds elsewhere.
import type { Moment, RunRecord } from '../experiments/record.ts';
import type { Remaining } from '../experiments/stepClock.ts';

/** Where the line goes. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const BAR = 16;
const TERMINAL_INTERVAL = 80;
const LINES_INTERVAL = 3000;

/** The text of the line before a step, within so many columns if leaving out what matters least gets it there. */
export function progressText(
  moment: Moment,
  epochs: number,
  left: Remaining,
  quantity: string,
  width: number = Number.POSITIVE_INFINITY,
): string {
  const { name, epoch, evaluations, value, next } = moment;
  return lineText({ name, epoch, evaluations, value, state: `${next} step` }, epochs, quantity, remainingText(left), width);
}

/** The text of the line after the last step, as {@link progressText}. */
export function endText(record: RunRecord, epochs: number, quantity: string, width: number = Number.POSITIVE_INFINITY): string {
  const { name, status, values, evaluations, time } = record;
  const end = { name, epoch: values.length - 1, evaluations: evaluations.at(-1) ?? 0, value: values.at(-1), state: status };
  return lineText(end, epochs, quantity, `took ${duration(time.total)}`, width);
}

interface Line {
  readonly name: string;
  readonly epoch: number;
  readonly evaluations: number;
  readonly value: number | undefined;
  readonly state: string;
}

function lineText({ name, epoch, evaluations, value, state }: Line, epochs: number, quantity: string, time: string, width: number): string {
  const filled = Math.floor((BAR * epoch) / epochs);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} `;
  // How many were left out so far: first the bar, then the kind of step, the evaluations, the steps.
  const text = (left: number): string =>
    [
      `${name} ${left > 0 ? '' : bar}${String(Math.floor((100 * epoch) / epochs)).padStart(3)} %`,
      ...(left > 3
        ? []
        : [`${left > 1 ? '' : `${state.padEnd('learned step'.length)} `}${String(epoch).padStart(String(epochs).length)}/${epochs}`]),
      ...(left > 2 ? [] : [`${evaluations} evaluations`]),
      ...(value === undefined ? [] : [`${quantity} ${value.toExponential(2)}`]),
      time,
    ].join('  ');
  return [0, 1, 2, 3].map(text).find((line) => line.length <= width) ?? text(4);
}

/** Remaining time in words. */
export function remainingText({ seconds, atLeast }: Remaining): string {
  if (atLeast && seconds === 0) return 'time left not known yet';
  return `${atLeast ? 'at least ' : ''}${duration(seconds)} left`;
}

/** Seconds as a person reads them. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Shows lines of text no more often than a reader can follow. */
export class ProgressLine {
  readonly #sink: Sink;
  readonly #now: () => number;
  #shown: number;
  #open = false;

  constructor(sink: Sink, now: () => number = () => performance.now()) {
    this.#sink = sink;
    this.#now = now;
    // Elsewhere than on a terminal a short run prints its end only.
    this.#shown = sink.isTTY ? Number.NEGATIVE_INFINITY : now();
  }

  /** Columns that a line has; a wrapped one could not be rewritten. */
  get width(): number {
    return this.#sink.isTTY ? (this.#sink.columns || 80) - 1 : Number.POSITIVE_INFINITY;
  }

  /** Whether a line given now would be shown: making its text costs something too. */
  get due(): boolean {
    return this.#now() - this.#shown >= (this.#sink.isTTY ? TERMINAL_INTERVAL : LINES_INTERVAL);
  }

  /** Shows the line now, in place of the last one where that can be. */
  show(text: string): void {
    this.#shown = this.#now();
    if (this.#sink.isTTY) {
      const { width } = this;
      this.#sink.write(`\r\u001b[K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
      this.#open = true;
    } else this.#sink.write(`${text}\n`);
  }

  /** Leaves the line as it stands; what is printed next begins below it. */
  end(): void {
    if (this.#open) this.#sink.write('\n');
    this.#open = false;
  }
}

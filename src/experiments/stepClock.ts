import type { Schedule } from './experiment.ts';
import type { RunTime } from './record.ts';

/** True step, first learned step of a phase, which fits a model, further learned step. */
export type StepKind = 'true' | 'fit' | 'learned';

/** Remaining seconds; `atLeast` where a kind of step that is to come has not been seen yet. */
export interface Remaining {
  readonly seconds: number;
  readonly atLeast: boolean;
}

const KINDS: readonly StepKind[] = ['true', 'fit', 'learned'];

/** Seconds of steps by their kind. */
export class StepClock {
  readonly #count: Record<StepKind, number> = { true: 0, fit: 0, learned: 0 };
  readonly #seconds: Record<StepKind, number> = { true: 0, fit: 0, learned: 0 };
  readonly #evaluating: Record<StepKind, number> = { true: 0, fit: 0, learned: 0 };

  /** Counts a step of `seconds`, `evaluating` of them inside of the objective. */
  add(kind: StepKind, seconds: number, evaluating: number): void {
    this.#count[kind] += 1;
    this.#seconds[kind] += seconds;
    this.#evaluating[kind] += evaluating;
  }

  get total(): number {
    return this.#seconds.true + this.#seconds.fit + this.#seconds.learned;
  }

  /** Mean seconds of one kind; `undefined` before the first. */
  mean(kind: StepKind): number | undefined {
    return this.#count[kind] === 0 ? undefined : this.#seconds[kind] / this.#count[kind];
  }

  summary(): RunTime {
    const [seconds, evaluating] = [this.#seconds, this.#evaluating];
    return {
      total: this.total,
      evaluating: evaluating.true + evaluating.fit + evaluating.learned,
      // Nested readings of the clock: the difference is never meant to be negative.
      fitting: Math.max(0, seconds.fit - evaluating.fit),
      learned: Math.max(0, seconds.learned - evaluating.learned),
    };
  }
}

/** How many steps of each kind lie in `[from, to)`; without a schedule all are true. */
export function stepsBetween(from: number, to: number, schedule: Schedule | undefined): Record<StepKind, number> {
  const counts: Record<StepKind, number> = { true: 0, fit: 0, learned: 0 };
  for (let epoch = from; epoch < to; epoch++) {
    const position = schedule === undefined ? 0 : epoch % schedule.retrainInterval;
    const history = schedule?.historySize ?? 1;
    counts[position < history ? 'true' : position === history ? 'fit' : 'learned'] += 1;
  }
  return counts;
}

/**
 * Seconds of the steps `counts` at the mean of their kind in `clock`. What has not been seen there is taken from `earlier`, the clock of a
 * run before; what neither has seen counts as nothing and makes the sum a lower bound.
 */
export function remaining(counts: Readonly<Record<StepKind, number>>, clock: StepClock | undefined, earlier?: StepClock): Remaining {
  let seconds = 0;
  let atLeast = false;
  for (const kind of KINDS) {
    if (counts[kind] === 0) continue;
    const mean = clock?.mean(kind) ?? earlier?.mean(kind);
    if (mean === undefined) atLeast = true;
    else seconds += counts[kind] * mean;
  }
  return { seconds, atLeast };
}

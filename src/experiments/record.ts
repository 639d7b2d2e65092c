// One optimizer run, step by step: what is recorded of it, and how long each kind of step takes.
import { LgfError, Matrix, type Objective, type Optimizer } from 'learned-gradient-flow';
import type { Contender, Experiment, Role } from './experiment.ts';
import { StepClock, type StepKind } from './stepClock.ts';

/** How a run came to its end; it failed where a step did, and where it {@link diverged}. */
export type RunStatus = 'finished' | 'stopped' | 'failed';

/** Seconds by what they went into; the rest of `total` are base updates. */
export interface RunTime {
  readonly total: number;
  readonly evaluating: number;
  /** First learned steps of the phases without their evaluations: a fit each; with a safeguard, the phase in advance. */
  readonly fitting: number;
  /** Further learned steps, without evaluations. */
  readonly learned: number;
}

/**
 * A run entry by entry, as far as it came. Entry `i` is the state before step `i`, the last one the end: `path` row `i` where, `values[i]` the
 * quantity there (`undefined` where it was not evaluated), `evaluations[i]` and `seconds[i]` spent before it, `phases[i]` the step that leaves it.
 */
export interface RunRecord {
  readonly role: Role;
  readonly name: string;
  readonly optimizer: string;
  readonly options: object;
  readonly status: RunStatus;
  /** Why it failed. */
  readonly error?: string;
  readonly evaluations: readonly number[];
  readonly values: readonly (number | undefined)[];
  readonly seconds: readonly number[];
  readonly phases: readonly ('true' | 'learned')[];
  readonly path: Matrix;
  readonly x: Float64Array;
  readonly learnedSteps: number;
  readonly fits: number;
  readonly fallbacks: number;
  readonly rejections: number;
  readonly time: RunTime;
}

/** Times the height that a run had descended, or began at, which no run climbs again unless it follows a wrong flow. */
const RUNAWAY = 10;

/** Whether a run left its problem: its last value is not finite, or far above the first. */
export function diverged({ values }: Pick<RunRecord, 'values'>): boolean {
  const [first = Number.NaN, last = Number.NaN] = [values[0], values.at(-1)];
  if (!Number.isFinite(last)) return true;
  const lowest = values.reduce((least: number, value) => (value !== undefined && value < least ? value : least), last);
  return last - lowest > RUNAWAY * Math.max(first - lowest, Math.abs(first));
}

/** Where a run stands before its next step. */
export interface Moment {
  readonly name: string;
  readonly epoch: number;
  readonly evaluations: number;
  /** The quantity where it was evaluated last. */
  readonly value: number | undefined;
  /** What the next step is; a `fit` is a first learned step. */
  readonly next: StepKind;
  readonly clock: StepClock;
}

/**
 * Runs a contender for `epochs` steps and hands over before each step; answering `true` ends the run there. A failing step ends it too: all
 * that came before is returned.
 */
export function* follow(experiment: Experiment, contender: Contender, epochs: number): Generator<Moment, RunRecord, boolean | undefined> {
  const { objective, quantity } = experiment;
  experiment.begin?.();
  const optimizer = contender.create();
  const clock = new StepClock();
  const timed = timing(objective);
  const trace = new Trace(optimizer);
  let status: RunStatus = 'finished';
  let error: string | undefined;
  let value: number | undefined;
  // A learned step's value belongs to its end: that of the next entry, which a learned step may leave too.
  let arrived: number | undefined;
  let before: 'true' | 'learned' = 'true';
  while (optimizer.epoch < epochs && optimizer.ending === undefined) {
    const { epoch, evaluations, phase } = optimizer;
    // Its steps look ahead: what is known of the iterate is the lowest value, and a report may tell of a point that was left.
    const here = contender.role === 'adaptive' ? optimizer.best?.value : undefined;
    const next: StepKind = phase === 'true' ? 'true' : before === 'true' ? 'fit' : 'learned';
    if ((yield { name: contender.name, epoch, evaluations, value, next, clock }) === true) {
      status = 'stopped';
      break;
    }
    trace.enter(clock.total);
    const start = performance.now();
    const evaluating = timed.seconds;
    try {
      const report = optimizer.step(timed.objective);
      before = report.kind;
      clock.add(next, (performance.now() - start) / 1000, timed.seconds - evaluating);
      const told = here ?? report.value;
      if (told !== undefined) value = quantity.of(told);
      trace.leave(report.kind, report.kind === 'true' ? value : arrived);
      arrived = report.kind === 'learned' && report.value !== undefined ? value : undefined;
    } catch (thrown) {
      if (!(thrown instanceof LgfError) || thrown.code === 'ERR_LGF_INTERNAL') throw thrown;
      clock.add(next, (performance.now() - start) / 1000, timed.seconds - evaluating);
      trace.drop();
      [status, error] = ['failed', thrown.message];
      break;
    }
  }
  trace.enter(clock.total);
  trace.leave('true', quantity.of(valueAt(objective, optimizer.x)));
  const lists = trace.lists();
  if (error === undefined && diverged(lists)) [status, error] = ['failed', runawayText(quantity.label, lists.values)];
  const { fits, fallbacks, rejections } = optimizer;
  const { role, name, optimizer: kind, options } = contender;
  const record = {
    ...{ role, name, optimizer: kind, options, status, ...(error !== undefined && { error }) },
    ...lists,
    ...{ x: optimizer.x, fits, fallbacks, rejections, time: clock.summary() },
  };
  optimizer.dispose();
  return record;
}

function runawayText(label: string, values: RunRecord['values']): string {
  const text = (value: number | undefined): string => (value ?? Number.NaN).toExponential(1);
  return `diverged: ${label} ${text(values.at(-1))} at the end, ${text(values[0])} at the start`;
}

/** The value at a point; not a number where the objective throws, which a run that failed has told already. */
function valueAt(objective: Objective, x: Float64Array): number {
  try {
    return objective(x, new Float64Array(x.length));
  } catch {
    return Number.NaN;
  }
}

/** The entries of a run while they come. */
class Trace {
  readonly #optimizer: Optimizer;
  readonly #evaluations: number[] = [];
  readonly #seconds: number[] = [];
  readonly #points: Float64Array[] = [];
  readonly #values: (number | undefined)[] = [];
  readonly #phases: ('true' | 'learned')[] = [];

  constructor(optimizer: Optimizer) {
    this.#optimizer = optimizer;
  }

  enter(seconds: number): void {
    this.#points.push(this.#optimizer.x);
    this.#evaluations.push(this.#optimizer.evaluations);
    this.#seconds.push(seconds);
  }

  leave(phase: 'true' | 'learned', value: number | undefined): void {
    this.#phases.push(phase);
    this.#values.push(value);
  }

  /** Forgets an entry that no step left. */
  drop(): void {
    for (const list of [this.#points, this.#evaluations, this.#seconds]) list.pop();
  }

  lists(): Pick<RunRecord, 'evaluations' | 'values' | 'seconds' | 'phases' | 'path' | 'learnedSteps'> {
    const columns = this.#optimizer.dimension;
    const data = new Float64Array(this.#points.length * columns);
    this.#points.forEach((point, row) => {
      data.set(point, row * columns);
    });
    return {
      evaluations: this.#evaluations,
      values: this.#values,
      seconds: this.#seconds,
      phases: this.#phases,
      path: new Matrix(this.#points.length, columns, data),
      learnedSteps: this.#phases.filter((phase) => phase === 'learned').length,
    };
  }
}

/** An objective whose seconds are added up. */
function timing(objective: Objective): { readonly objective: Objective; readonly seconds: number } {
  const timed = {
    seconds: 0,
    objective: (x: Float64Array, g: Float64Array): number => {
      const start = performance.now();
      const value = objective(x, g);
      timed.seconds += (performance.now() - start) / 1000;
      return value;
    },
  };
  return timed;
}

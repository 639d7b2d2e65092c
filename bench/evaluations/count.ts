// Counts evaluations until a quantity falls below levels. What a method does between evaluations is its own affair.

/** Fills the gradient and returns the value. */
export type Evaluate = (x: ArrayLike<number>, g: Float64Array) => number;

/** What is counted. */
export interface Case {
  readonly name: string;
  readonly dimension: number;
  readonly start: Float64Array;
  readonly evaluate: Evaluate;
  /** The same without noise, for what is not counted. */
  readonly exact: Evaluate;
  /** The quantity that should become small, at a point with this value. */
  readonly measure: (x: ArrayLike<number>, value: number) => number;
  /** Descending. */
  readonly levels: readonly number[];
  /** Evaluations after which a level counts as not reached. */
  readonly budget: number;
  /** Whether a method that ends early may start again from its end. */
  readonly restart: boolean;
  /** What `evaluate` writes, where it is no gradient: only methods that take such a direction are run. */
  readonly direction?: 'newton';
}

/** Evaluations to each level, `null` where it was not reached; `best` the least quantity seen. */
export interface Counts {
  readonly counts: readonly (number | null)[];
  readonly best: number;
}

/** A case with its evaluations counted. */
export class Counter {
  readonly case: Case;
  readonly evaluate: Evaluate;
  made = 0;
  #best = Number.POSITIVE_INFINITY;
  #bestPoint: Float64Array;
  readonly #counts: (number | null)[];

  constructor(subject: Case) {
    this.case = subject;
    this.#bestPoint = subject.start.slice();
    this.#counts = subject.levels.map(() => null);
    this.evaluate = (x, g) => {
      const value = subject.evaluate(x, g);
      this.#note(x, value);
      return value;
    };
  }

  /** Nothing more is to be learned: all levels are reached, or the budget is spent. */
  get finished(): boolean {
    return this.made >= this.case.budget || this.#counts.at(-1) !== null;
  }

  get result(): Counts {
    return { counts: this.#counts.slice(), best: this.#best };
  }

  get bestPoint(): Float64Array {
    return this.#bestPoint;
  }

  #note(x: ArrayLike<number>, value: number): void {
    this.made += 1;
    // Methods may overrun by what one of their steps needs; that does not count.
    if (!Number.isFinite(value) || this.made > this.case.budget) return;
    const quantity = this.case.measure(x, value);
    if (!(quantity < this.#best)) return;
    this.#best = quantity;
    this.#bestPoint = Float64Array.from(x);
    this.case.levels.forEach((level, i) => {
      if (quantity <= level) this.#counts[i] ??= this.made;
    });
  }
}

/** What a count stands for in means: twice the budget where a level was not reached. */
export function charged(count: number | null | undefined, budget: number): number {
  return count ?? 2 * budget;
}

export function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((sum, n) => sum + Math.log(n), 0) / numbers.length);
}

/** The better of two runs: more levels reached, then fewer evaluations to them, then the lower quantity. */
export function better(a: Counts, b: Counts, budget: number): Counts {
  const cost = ({ counts }: Counts) => geometricMean(counts.map((count) => charged(count, budget)));
  const [costA, costB] = [cost(a), cost(b)];
  return costA < costB || (costA === costB && a.best <= b.best) ? a : b;
}

/**
 * One optimization run, entry by entry.
 *
 * Entry `i` is a state the optimizer stood at: `points[i]` where, `values[i]` the objective there, `evaluations[i]` the true
 * evaluations made before it, `phases[i]` the kind of step that leaves it.
 */
export interface RunTrace {
  readonly name: string;
  /** Decides the colour family and the drawing order: base runs lie wide underneath, learned runs thin on top. */
  readonly kind: 'base' | 'learned' | 'other';
  readonly evaluations: readonly number[];
  /** `undefined` where the objective was not evaluated. */
  readonly values: readonly (number | undefined)[];
  /** The path figure draws the first two coordinates of two-variable points. */
  readonly points?: readonly (readonly number[])[];
  /** Default: `'learned'` where the value is `undefined`, `'true'` elsewhere. */
  readonly phases?: readonly Phase[];
}

/** Whether a step used the objective or the learned flow. */
export type Phase = 'true' | 'learned';

/** A table of ready-made texts; numbers are formatted by the caller. */
export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
}

/** Head of one table column; numbers belong on the right, which is the default from the second column on. */
export interface TableColumn {
  readonly label: string;
  readonly unit?: string;
  readonly align?: 'left' | 'right';
}

/** The objective over two variables, drawn as contours under the paths. */
export interface Landscape {
  /** Called on a regular grid of `samples` by `samples` points. */
  readonly value: (x: number, y: number) => number;
  readonly scale: 'log' | 'linear';
  readonly xLabel: string;
  readonly yLabel: string;
  /** Names the contoured quantity, with its unit. */
  readonly valueLabel: string;
  readonly optimum?: readonly [number, number];
  /** Default: the extent of the paths and the optimum, with a margin. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** Grid points along each axis; default 64. */
  readonly samples?: number;
}

/** A value worth reaching, drawn as a horizontal line. */
export interface Target {
  readonly value: number;
  readonly label: string;
}

/** What the value figure needs beside the runs. */
export interface LossFigureOptions {
  /** Names the quantity of `RunTrace.values`, with its unit. */
  readonly valueLabel: string;
  readonly target?: Target;
}

/** Everything a report shows. */
export interface ReportOptions extends LossFigureOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly summary: Table;
  readonly runs: readonly RunTrace[];
  /** Machine, versions, settings: name and text. */
  readonly facts?: readonly (readonly [string, string])[];
  /** Adds the figure of parameter paths. */
  readonly landscape?: Landscape;
}

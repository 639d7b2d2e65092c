import type { Matrix, NativeProblem, Objective, Optimizer } from 'learned-gradient-flow';
import type { Landscape, Section, Target } from '../report/index.ts';
import type { RunRecord } from './record.ts';

/** Steps of one cycle of a learned optimizer: true up to `historySize`, then learned up to `retrainInterval`. */
export interface Schedule {
  readonly historySize: number;
  readonly retrainInterval: number;
}

/** Which optimizer of an experiment: the plain one, the one that learns its flow on the published schedule, or the one without a schedule. */
export type Role = 'base' | 'lgf' | 'adaptive';

/** An optimizer that takes part in an experiment. */
export interface Contender {
  readonly role: Role;
  /** What it is called in tables and figures. */
  readonly name: string;
  /** Its class. */
  readonly optimizer: string;
  readonly options: object;
  /** Of a learned one. */
  readonly schedule?: Schedule;
  readonly create: () => Optimizer;
}

/** A number that says how good a point is. */
export interface Measure {
  readonly label: string;
  readonly value: number;
}

/** A quantity that is drawn and listed in place of the value of the objective. */
export interface Quantity {
  readonly label: string;
  /** From the value that the objective returns. */
  readonly of: (value: number) => number;
  /** Whether it is drawn as its distance from the lowest one that was seen. */
  readonly aboveLowest?: boolean;
}

/** What is shown and stored of the ends of runs, beside their traces. */
export interface Views {
  readonly sections: readonly Section[];
  /** The quantity over two variables. */
  readonly landscape?: Landscape;
  /** Arrays by the name of their file. */
  readonly arrays: Readonly<Record<string, Matrix | Float64Array>>;
}

/** A problem with the optimizers that are compared on it. */
export interface Experiment {
  readonly problem: NativeProblem;
  readonly title: string;
  readonly subtitle: string;
  /** What the optimizers minimise or follow. */
  readonly objective: Objective;
  /** Steps of the published runs. */
  readonly epochs: number;
  readonly quantity: Quantity;
  readonly target?: Target;
  readonly contenders: readonly Contender[];
  /** Facts for the foot of the report. */
  readonly facts: readonly (readonly [string, string])[];
  /** Called before each run, so that all see the same. */
  readonly begin?: () => void;
  /** Measures of a point beside the value; they cost no counted evaluation. */
  readonly measures: (x: Float64Array) => readonly Measure[];
  readonly views: (records: readonly RunRecord[]) => Views;
}

/** An option of a problem on the command line. */
export interface ProblemFlag {
  /** On the command line, without dashes. */
  readonly flag: string;
  /** In the options object of the problem. */
  readonly option: string;
  readonly help: string;
}

/** What is known of an experiment before it is opened. */
export interface ExperimentInfo {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly epochs: number;
  /** Classes of the optimizers. */
  readonly optimizers: Readonly<Record<Role, string>>;
  /** Whether learned phases are judged unless the caller says otherwise. */
  readonly safeguard: boolean;
  readonly flags: readonly ProblemFlag[];
}

/** An experiment that can be opened by name. */
export interface ExperimentEntry extends ExperimentInfo {
  /** Throws an `LgfError` that names an option of the problem. */
  readonly open: (options: Readonly<Record<string, number>>, safeguard: boolean) => Experiment;
}

import { shapeError } from '../errors.ts';
import type { LGFBatchOptions } from '../generated/options.ts';
import { Matrix, type MatrixLike, toMatrix, toVector } from '../matrix.ts';
import { aborted, evaluateBatch, evaluateBatchAsync, toSignal } from './evaluate.ts';
import { inside, Optimizer } from './optimizer.ts';
import { Restored, restore, Starts } from './origin.ts';
import type { AsyncBatchObjective, BatchObjective, BatchRequest, StepOptions, StepReport } from './types.ts';

/**
 * {@link LGFGradientFlow} of several starts in step, with one model learned from the rows of all.
 *
 * Every trajectory makes its own true steps and follows the shared learned flow from its own iterate, on the schedule of
 * {@link LGFGradientFlow}. The regression stacks the rows of all trajectories, with `allRows` also those of earlier cycles: a model of more
 * variables or of higher order than one trajectory could tell apart. One step of the batch makes one evaluation for each trajectory, all of
 * them counted; with `safeguard` a learned phase is undone when one trajectory ends it worse than it began.
 *
 * `step`, `stepAsync`, `ask` and `tell` take an objective of one point and go through the trajectories in turn
 * (`request.trajectory` says which); {@link LGFBatch.stepBatch} evaluates all of them at once.
 *
 * Use it for objectives that are cheaper evaluated together, and for starts in one basin, where one polynomial can stand for the flow.
 *
 * @see Norman, Rowan, Maute, Doostan, "Learning Gradient Flow", CMAME 460 (2026) 119099, arXiv 2602.13513
 * @example
 * ```ts
 * import { LGFBatch } from 'learned-gradient-flow';
 * const batch = new LGFBatch([[1, 1], [-2, 0.5], [0, 3]], { learningRate: 0.05, historySize: 5, retrainInterval: 20 });
 * while (batch.epoch < 40) {
 *   batch.stepBatch((x, g) =>
 *     x.toArray().map(([a = 0, b = 0], i) => {
 *       g.row(i).set([a, 3 * b]);
 *       return 0.5 * (a * a + 3 * b * b);
 *     }),
 *   );
 * }
 * console.log(batch.evaluations, batch.fits, batch.iterates.rows, (batch.best?.value ?? 1) < 0.05); // → 30 2 3 true
 * ```
 */
export class LGFBatch extends Optimizer {
  /**
   * @param starts - k×d, one starting point a row.
   * @throws {@link LgfError} naming `starts` or the option
   */
  constructor(starts: MatrixLike, options?: LGFBatchOptions | null) {
    super('LGFBatch', fromRows(starts), options);
  }

  /** The iterates, k×d, one row a trajectory; a copy. */
  get iterates(): Matrix {
    const x = this.x;
    const k = this.trajectories;
    return new Matrix(k, x.length / k, x);
  }

  /**
   * Takes one step; calls the objective at most once for all trajectories, and again where a safeguard refuses what it found.
   *
   * @throws as {@link Optimizer.step}
   */
  stepBatch(objective: BatchObjective): StepReport {
    const machine = inside(this);
    machine.enter(objective);
    try {
      for (;;) {
        const done = machine.begin();
        if (done) return done;
        const [x, g] = machine.rows();
        const report = machine.answer(evaluateBatch(objective, x, g), g);
        if (report) return report;
      }
    } catch (error) {
      throw machine.recover(error);
    } finally {
      machine.leave();
    }
  }

  /**
   * Takes one step; awaits the objective as often as {@link LGFBatch.stepBatch} calls it.
   *
   * @throws as {@link Optimizer.stepAsync}
   */
  async stepBatchAsync(objective: AsyncBatchObjective, options?: StepOptions): Promise<StepReport> {
    const signal = toSignal(options);
    const machine = inside(this);
    machine.enter(objective);
    try {
      for (;;) {
        if (signal?.aborted) throw aborted(signal);
        const done = machine.begin();
        if (done) return done;
        const [x, g] = machine.rows();
        const report = machine.answer(await evaluateBatchAsync(objective, x, g, signal), g);
        if (report) return report;
      }
    } catch (error) {
      throw machine.recover(error);
    } finally {
      machine.leave();
    }
  }

  /** What the optimizer wants to know next, of all trajectories at once. Learned steps that come before are taken. */
  askBatch(): BatchRequest {
    const machine = inside(this);
    const { want, id } = machine.ask();
    return { x: machine.rows()[0], want, id };
  }

  /**
   * Answers the open request of all trajectories.
   *
   * @param values - One for each row of `x`.
   * @param g - The directions, one row for each, where they were wanted.
   * @returns the step that was completed; `undefined` where a safeguard refused what it found and there is more to ask
   * @throws as {@link Optimizer.tell}; a refused answer changes nothing.
   */
  tellBatch(id: number, values: ArrayLike<number>, g?: MatrixLike | null): StepReport | undefined {
    const rows = toVector(values, 'values');
    const [k, d] = [this.trajectories, this.dimension];
    if (rows.length !== k) throw shapeError('values', String(rows.length), String(k));
    const directions = g === undefined || g === null ? undefined : toMatrix(g, 'gradient');
    if (directions && (directions.rows !== k || directions.columns !== d)) {
      throw shapeError('gradient', `${directions.rows}×${directions.columns}`, `${k}×${d}`);
    }
    return inside(this).tell(id, rows, directions);
  }

  /**
   * Goes on, bit for bit, where {@link Optimizer.snapshot} was taken.
   *
   * @throws {@link LgfError} `ERR_LGF_SNAPSHOT` for bytes that are foreign, damaged, of another version or class
   */
  static restore(bytes: Uint8Array): LGFBatch {
    return restore(LGFBatch, 'LGFBatch', bytes);
  }
}

/** Starts as one array; what restores an optimizer passes as it is. */
function fromRows(starts: MatrixLike | Restored): Starts | Restored {
  if (starts instanceof Restored) return starts;
  const { data, columns } = toMatrix(starts, 'starts');
  return new Starts(data, columns);
}

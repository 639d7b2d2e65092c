import { argumentError, call, LgfError, shapeError, translate } from '../errors.ts';
import { type FitReport, type FlowModel, toFitReport, wrapModel } from '../flowModel.ts';
import { warnDropped } from '../library.ts';
import { Matrix, toVector } from '../matrix.ts';
import { native } from '../native.ts';
import type { OptimizerHandle } from '../native-binding.d.ts';
import { type OptimizerCalls, Slot } from './calls.ts';
import { aborted, evaluate, evaluateAsync, toSignal } from './evaluate.ts';
import { Restored, Starts } from './origin.ts';
import type { AsyncObjective, Best, Objective, Request, StepOptions, StepReport } from './types.ts';

/** Reasons in the order of the native layer, from 1; endings are called what statuses of `minimize` are. */
const ENDINGS = [undefined, 'stalled', 'evaluation-failed', 'converged'] as const;
const FALLBACKS = [undefined, 'non-finite', 'radius', 'worse'] as const;

/** Most numbers of an array that the engine keeps in its own heap. */
const SHORT = 8;

/** The inside of an optimizer, for subclasses that are driven in ways of their own; not public. */
export interface Inside {
  /** Radius of the trust region. */
  readonly radius: () => number;
  /** Marks a step as under way, and as over. */
  readonly enter: (objective: unknown) => void;
  readonly leave: () => void;
  /** Starts the next step: its report, or nothing when a question is open. */
  readonly begin: () => StepReport | undefined;
  /** Learned steps until a question is open. */
  readonly ask: () => Pick<Request, 'want' | 'id'>;
  /** Points of all trajectories to be evaluated, and room for their directions: fresh, since an objective may keep them. */
  readonly rows: () => [Matrix, Matrix];
  /** Tells what an objective made of the rows. */
  readonly answer: (values: Float64Array, g: Matrix) => StepReport | undefined;
  /** Tells answers for all trajectories that a caller gives. */
  readonly tell: (id: number, values: Float64Array, g: Matrix | undefined) => StepReport | undefined;
  /** An error for the caller, after the arrays were brought back to the state of the optimizer. */
  readonly recover: (error: unknown) => LgfError;
}

/** Opens an optimizer; not public. */
export let inside: (optimizer: Optimizer) => Inside;

/**
 * What all optimizers share: one state machine that asks for evaluations and is told the answers.
 *
 * `step` and `stepAsync` drive it with a callback; `ask` and `tell` leave the loop to the caller. All of them do the same, bit for bit.
 */
export abstract class Optimizer {
  readonly #handle: OptimizerHandle;
  readonly #dimension: number;
  readonly #trajectories: number;
  readonly #calls: OptimizerCalls;
  readonly #status: Float64Array;
  #x: Float64Array;
  #g: Float64Array;
  #busy = false;
  #disposed = false;
  #warned = false;

  static {
    inside = (optimizer) => ({
      radius: () => optimizer.#slot(Slot.radius),
      enter: (objective) => optimizer.#enter(objective),
      leave: () => {
        optimizer.#busy = false;
      },
      begin: () => {
        // Opens the question of a true step too, which a step of one trajectory does without.
        optimizer.#calls.begin(optimizer.#x);
        optimizer.#warn();
        return optimizer.#done();
      },
      ask: () => {
        optimizer.#free();
        return optimizer.#ask(optimizer.#x);
      },
      rows: () => optimizer.#rows(),
      answer: (values, g) => optimizer.#answerRows(values, g),
      tell: (id, values, g) => optimizer.#tellRows(id, values, g),
      recover: (error) => optimizer.#recover(error),
    });
  }

  /** @internal `start` is an array of numbers, several starts, or an optimizer that was restored. */
  protected constructor(kind: string, start: object, options: object | null | undefined) {
    if (start instanceof Restored) this.#handle = start.handle;
    else {
      const { data, dimension } = start instanceof Starts ? start : whole(toVector(start as ArrayLike<number>, 'start'));
      this.#handle = call(() => new native.OptimizerHandle(kind, data, dimension, options));
    }
    const [dimension = 0, trajectories = 1] = call(() => this.#handle.shape());
    this.#dimension = dimension;
    this.#trajectories = trajectories;
    this.#calls = call(() => this.#handle.calls());
    this.#status = this.#calls.status;
    this.#x = new Float64Array(dimension);
    this.#g = unfilled(dimension);
    this.#look();
  }

  /** The current iterate, a copy; of several trajectories, their iterates one behind the other. */
  get x(): Float64Array {
    this.#alive();
    const x = new Float64Array(this.#dimension * this.#trajectories);
    call(() => this.#handle.iterates(x));
    return x;
  }

  /** Number of variables of one trajectory. */
  get dimension(): number {
    this.#alive();
    return this.#dimension;
  }

  /** Number of trajectories that run in step: one, except of {@link LGFBatch}. */
  get trajectories(): number {
    this.#alive();
    return this.#trajectories;
  }

  /** Steps taken. */
  get epoch(): number {
    return this.#slot(Slot.steps);
  }

  /** Counted evaluations. */
  get evaluations(): number {
    return this.#slot(Slot.evaluations);
  }

  /** What the next step is: a true one, with an evaluation, or a learned one, without. */
  get phase(): 'true' | 'learned' {
    return this.#slot(Slot.nextLearned) === 1 ? 'learned' : 'true';
  }

  /** Models fitted so far. */
  get fits(): number {
    return this.#slot(Slot.fits);
  }

  /** True steps that took the place of learned ones; the `fallback` of their reports says why. */
  get fallbacks(): number {
    return this.#slot(Slot.fallbacks);
  }

  /** Learned phases and base steps that a true evaluation found worse, and that were undone. */
  get rejections(): number {
    return this.#slot(Slot.rejections);
  }

  /**
   * Why no further step leads anywhere, if that is known: `'stalled'` where no step that doubles can tell from none goes down,
   * `'evaluation-failed'` where nothing can be evaluated. Steps that are taken all the same evaluate the iterate again. `'converged'` where the
   * `tolerance` of {@link OptimalityCriteria} or {@link MMA} holds; further steps go on.
   */
  get ending(): 'stalled' | 'evaluation-failed' | 'converged' | undefined {
    return ENDINGS[this.#slot(Slot.ending)];
  }

  /** A copy of the model that drives the learned steps, while there is one. */
  get model(): FlowModel | undefined {
    this.#alive();
    const handle = call(() => this.#handle.model());
    return handle ? wrapModel(handle) : undefined;
  }

  /** What the last fit was made of and how well it went, whether its model is still in use or not. */
  get lastFit(): FitReport | undefined {
    this.#alive();
    return toFitReport(call(() => this.#handle.lastFit()));
  }

  /** The best point that was truly evaluated; `undefined` before the first evaluation. */
  get best(): Best | undefined {
    this.#alive();
    const best = call(() => this.#handle.best());
    return best ? { x: best.slice(0, -1), value: best[this.#dimension] as number } : undefined;
  }

  /**
   * Takes one step; calls the objective at most once for each trajectory, and again where a safeguard refuses what it found.
   *
   * @returns what was done; `value` is `undefined` where nothing was evaluated
   * @throws {@link LgfError} `ERR_LGF_CALLBACK` when the objective throws, with its error as `cause`; `ERR_LGF_NONFINITE` when it returns
   * or writes a non-finite number, unless a safeguard can undo what led there. The step then was not taken and can be tried again;
   * earlier answers of the same step stay told.
   */
  step(objective: Objective): StepReport {
    this.#enter(objective);
    try {
      for (;;) {
        if (this.#begin()) return this.#report();
        const report = this.#answer(evaluate(objective, this.#x, this.#blank()));
        if (report) return report;
      }
    } catch (error) {
      throw this.#recover(error);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Takes one step; awaits the objective as often as {@link Optimizer.step} calls it.
   *
   * @param options.signal - Ends the wait with `ERR_LGF_ABORTED`, its reason as `cause`; the signal is passed on to the objective.
   * @throws as {@link Optimizer.step}; the step then was not taken and can be tried again.
   */
  async stepAsync(objective: AsyncObjective, options?: StepOptions): Promise<StepReport> {
    const signal = toSignal(options);
    this.#enter(objective);
    try {
      for (;;) {
        // Before a learned step too, which would not get as far as the objective.
        if (signal?.aborted) throw aborted(signal);
        if (this.#begin()) return this.#report();
        const value = await evaluateAsync(objective, this.#x, this.#blank(), signal);
        const report = this.#answer(value);
        if (report) return report;
      }
    } catch (error) {
      // An objective that was not waited for may still write to its arrays.
      this.#renew();
      throw this.#recover(error);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * What the optimizer wants to know next. Learned steps that come before are taken, all of them in one native call. Asking again without
   * an answer repeats the question.
   */
  ask(): Request {
    this.#free();
    // The engine keeps short arrays in its own heap and would first have to move a fresh one out, to give its address.
    const short = this.#dimension <= SHORT;
    const x = short ? this.#x : new Float64Array(this.#dimension);
    const { want, id, trajectory } = this.#ask(x);
    return { x: short ? new Float64Array(x) : x, want, id, trajectory };
  }

  /**
   * Answers the open request.
   *
   * @param g - The descent direction, where one was wanted.
   * @param weights - How much each variable says where steps and directions are compared: small where it has no effect any more. Of use to
   * {@link LGFAdaptive} where it follows a field faithfully. By default 1 each.
   * @returns the step that was completed; `undefined` where there is more to ask: of another trajectory, or because a safeguard refused
   * what it found
   * @throws {@link LgfError} `ERR_LGF_STATE` naming `id`; `ERR_LGF_ARGUMENT`, `ERR_LGF_SHAPE` or `ERR_LGF_NONFINITE` naming `value`,
   * `gradient` or `weights`. A refused answer changes nothing: the request stays open.
   */
  tell(id: number, value: number, g?: ArrayLike<number> | null, weights?: ArrayLike<number> | null): StepReport | undefined {
    this.#free();
    requireId(id);
    if (typeof value !== 'number') throw argumentError('value', value, 'a number');
    const weighted = weights === undefined || weights === null ? undefined : toVector(weights, 'weights');
    this.#tell(id, value, g === undefined || g === null ? undefined : this.#vector(g), weighted);
    return this.#done();
  }

  /**
   * Takes learned steps only, in one native call, until the phase ends, must be judged by an evaluation, or `maxSteps` are done. The objective
   * is not needed.
   *
   * @param maxSteps - Domain: a number in [0, ∞].
   * @returns the number of steps taken, 0 in a true phase
   */
  advance(maxSteps: number = Number.POSITIVE_INFINITY): number {
    this.#free();
    if (typeof maxSteps !== 'number' || !(maxSteps >= 0)) throw argumentError('maxSteps', maxSteps, 'a number in [0, ∞]');
    this.#status[Slot.given] = maxSteps;
    call(() => this.#calls.advance(this.#x));
    this.#warn();
    return this.#status[Slot.given] as number;
  }

  /**
   * Everything about the run as bytes: the `restore` of its class makes of them an optimizer that goes on bit for bit, on any machine with
   * the same version of this library and the same kind of processor.
   */
  snapshot(): Uint8Array {
    this.#alive();
    return call(() => this.#handle.snapshot());
  }

  /** Frees the native memory. Later calls throw `ERR_LGF_DISPOSED`; disposing again does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    call(() => this.#handle.dispose());
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Learned steps until a question is open; `x` receives its point. */
  #ask(x: Float64Array): Omit<Request, 'x'> {
    const status = this.#status;
    try {
      this.#calls.ask(x);
    } catch (error) {
      throw translate(error);
    }
    this.#warn();
    return {
      want: status[Slot.gradient] === 1 ? 'gradient' : 'value',
      id: status[Slot.request] as number,
      trajectory: status[Slot.trajectory] as number,
    };
  }

  #tell(id: number, value: number, gradient: Float64Array | undefined, weights?: Float64Array): void {
    this.#status[Slot.given] = value;
    this.#status[Slot.answered] = id;
    try {
      this.#calls.tell(gradient, this.#x, weights);
    } catch (error) {
      throw translate(error);
    }
  }

  /** A gradient that a caller gives; a short one by way of an array whose address is known. */
  #vector(g: ArrayLike<number>): Float64Array {
    const vector = toVector(g, 'gradient');
    if (this.#dimension > SHORT || vector.length !== this.#dimension) return vector;
    this.#g.set(vector);
    return this.#g;
  }

  /** Starts the next step; whether it is done without an evaluation. */
  #begin(): boolean {
    const status = this.#status;
    // A true step needs nothing before its evaluation: one native call for the whole step, after the objective.
    if (status[Slot.plain] === 1) return false;
    this.#calls.begin(this.#x);
    this.#warn();
    return status[Slot.done] === 1;
  }

  /** The gradient array, marked so that an objective that forgets to fill it is found out; a whole pass would cost too much. */
  #blank(): Float64Array {
    this.#g[this.#dimension - 1] = Number.NaN;
    return this.#g;
  }

  #answer(value: number): StepReport | undefined {
    if (this.#disposed) throw disposed();
    if (this.#g.length !== this.#dimension || this.#x.length !== this.#dimension) {
      throw gaveAway(this.#dimension);
    }
    const status = this.#status;
    status[Slot.given] = value;
    if (status[Slot.plain] === 1) this.#calls.trueStep(this.#g, this.#x);
    else {
      status[Slot.answered] = status[Slot.request] as number;
      this.#calls.tell(this.#g, this.#x);
    }
    return this.#done();
  }

  #rows(): [Matrix, Matrix] {
    const [d, k] = [this.#dimension, this.#trajectories];
    const x = new Matrix(k, d, new Float64Array(k * d));
    this.#handle.points(x.data);
    return [x, new Matrix(k, d, unfilled(k * d))];
  }

  #answerRows(values: Float64Array, g: Matrix): StepReport | undefined {
    if (g.data.length !== this.#dimension * this.#trajectories) {
      throw shapeError('objective', 'one of its arrays detached', 'arrays that stay with the optimizer');
    }
    this.#status[Slot.answered] = this.#status[Slot.request] as number;
    this.#calls.tellAll(values, g.data, this.#x);
    return this.#done();
  }

  #tellRows(id: number, values: Float64Array, g: Matrix | undefined): StepReport | undefined {
    this.#free();
    requireId(id);
    this.#status[Slot.answered] = id;
    call(() => this.#calls.tellAll(values, g?.data, this.#x));
    return this.#done();
  }

  #done(): StepReport | undefined {
    return this.#status[Slot.done] === 1 ? this.#report() : undefined;
  }

  #report(): StepReport {
    const status = this.#status;
    const value = status[Slot.value] as number;
    return {
      epoch: status[Slot.epoch] as number,
      kind: status[Slot.learned] === 1 ? 'learned' : 'true',
      value: Number.isNaN(value) ? undefined : value,
      evaluations: status[Slot.evaluations] as number,
      fallback: FALLBACKS[status[Slot.fallback] as number],
    };
  }

  /** An error for the caller, after the arrays were brought back to the state of the optimizer. */
  #recover(error: unknown): LgfError {
    const failure = translate(error);
    if (this.#disposed) return disposed();
    // A defect has closed the handle: there is nothing to look at, and that is not what the caller should hear of.
    if (failure.code === 'ERR_LGF_INTERNAL') return failure;
    // The native side knows what arrays are given away, whatever they say of themselves.
    if (failure.code === 'ERR_LGF_SHAPE') this.#renew();
    this.#look();
    if (failure.argument === 'x') return gaveAway(this.#dimension);
    // The answer came from the callback: that is what the caller has to look at.
    if (failure.argument === 'value' || failure.argument === 'gradient') {
      return new LgfError(failure.code, `objective: ${failure.message}`, { argument: 'objective' });
    }
    return failure;
  }

  #look(): void {
    // The objective may have detached them.
    if (this.#x.length !== this.#dimension || this.#g.length !== this.#dimension) this.#renew();
    call(() => this.#calls.look(this.#x));
  }

  #renew(): void {
    this.#x = new Float64Array(this.#dimension);
    this.#g = unfilled(this.#dimension);
  }

  #slot(index: number): number {
    this.#alive();
    return this.#status[index] as number;
  }

  #enter(objective: unknown): void {
    this.#free();
    if (typeof objective !== 'function') throw argumentError('objective', objective, 'a function (x, g) that returns a number');
    this.#busy = true;
  }

  #free(): void {
    this.#alive();
    if (this.#busy) {
      throw new LgfError('ERR_LGF_STATE', 'a step is under way: wait for it, and do not step from inside of the objective');
    }
    // An objective that kept its arrays may have detached them since.
    if (this.#x.length !== this.#dimension || this.#g.length !== this.#dimension) this.#look();
  }

  #alive(): void {
    if (this.#disposed) throw disposed();
  }

  /** Says once for each optimizer that its orthonormal features depend on each other. */
  #warn(): void {
    const [dropped, features] = [this.#status[Slot.dropped] as number, this.#status[Slot.features] as number];
    if (this.#warned || dropped === 0) return;
    this.#warned = true;
    warnDropped(dropped, features);
  }
}

function requireId(id: unknown): void {
  if (!Number.isSafeInteger(id) || (id as number) < 0) throw argumentError('id', id, 'the id of the open request');
}

function whole(data: Float64Array): Starts {
  return new Starts(data, data.length);
}

/** A gradient that the objective has not filled yet shows as such, instead of as zeros. */
function unfilled(dimension: number): Float64Array {
  return new Float64Array(dimension).fill(Number.NaN);
}

function gaveAway(dimension: number): LgfError {
  return shapeError('objective', 'one of its arrays detached', `arrays of ${dimension} that stay with the optimizer`);
}

function disposed(): LgfError {
  return new LgfError('ERR_LGF_DISPOSED', 'the optimizer was disposed of');
}

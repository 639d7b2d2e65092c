import { argumentError, call, checkOptions, LgfError, shapeError, translate } from '../errors.ts';
import { type FlowModel, wrapModel } from '../flowModel.ts';
import { warnDropped } from '../library.ts';
import { toVector } from '../matrix.ts';
import { native } from '../native.ts';
import type { OptimizerHandle } from '../native-binding.d.ts';
import { aborted, evaluate, evaluateAsync } from './evaluate.ts';
import type { AsyncObjective, Best, Objective, Request, StepReport } from './types.ts';

/** Layout of the status array that native calls fill; the same list stands in the native layer. */
const Slot = {
  done: 0,
  epoch: 1,
  learned: 2,
  value: 3,
  evaluations: 4,
  request: 5,
  gradient: 6,
  nextLearned: 7,
  fits: 8,
  fallbacks: 9,
  steps: 10,
  dropped: 11,
  features: 12,
} as const;

/**
 * What all optimizers share: one state machine that asks for evaluations and is told the answers.
 *
 * `step` and `stepAsync` drive it with a callback; `ask` and `tell` leave the loop to the caller. All of them do the same, bit for bit.
 */
export abstract class Optimizer {
  readonly #handle: OptimizerHandle;
  readonly #dimension: number;
  readonly #status: Float64Array = new Float64Array(native.STATUS_LENGTH);
  #x: Float64Array;
  #g: Float64Array;
  #busy = false;
  #disposed = false;
  #warned = false;

  /** @internal */
  protected constructor(kind: string, start: ArrayLike<number>, options: object | null | undefined) {
    const from = toVector(start, 'start');
    this.#handle = call(() => new native.OptimizerHandle(kind, from, options));
    this.#dimension = from.length;
    this.#x = new Float64Array(from.length);
    this.#g = unfilled(from.length);
    this.#look();
  }

  /** The current iterate, a copy. */
  get x(): Float64Array {
    this.#alive();
    const x = new Float64Array(this.#dimension);
    call(() => this.#handle.look(x, this.#status));
    return x;
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

  /** Learned phases given up because the model or its flow left the finite numbers; true steps took over. */
  get fallbacks(): number {
    return this.#slot(Slot.fallbacks);
  }

  /** A copy of the model that drives the learned steps, while there is one. */
  get model(): FlowModel | undefined {
    this.#alive();
    const handle = call(() => this.#handle.model());
    return handle ? wrapModel(handle) : undefined;
  }

  /** The best point that was truly evaluated; `undefined` before the first evaluation. */
  get best(): Best | undefined {
    this.#alive();
    const best = call(() => this.#handle.best());
    return best ? { x: best.slice(0, -1), value: best[this.#dimension] as number } : undefined;
  }

  /**
   * Takes one step; calls the objective at most once.
   *
   * @returns what was done; `value` is `undefined` where nothing was evaluated
   * @throws {@link LgfError} `ERR_LGF_CALLBACK` when the objective throws, with its error as `cause`; `ERR_LGF_NONFINITE` when it returns
   * or writes a non-finite number. The step then was not taken and can be tried again.
   */
  step(objective: Objective): StepReport {
    this.#enter(objective);
    try {
      if (this.#begin()) return this.#report();
      const value = evaluate(objective, this.#x, this.#blank());
      return this.#answer(value);
    } catch (error) {
      throw this.#recover(error);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Takes one step; awaits the objective at most once.
   *
   * @param options.signal - Ends the wait with `ERR_LGF_ABORTED`, its reason as `cause`; the signal is passed on to the objective.
   * @throws as {@link Optimizer.step}; the step then was not taken and can be tried again.
   */
  async stepAsync(objective: AsyncObjective, options?: { readonly signal?: AbortSignal | null } | null): Promise<StepReport> {
    const signal = toSignal(options);
    this.#enter(objective);
    try {
      // Before a learned step too, which would not get as far as the objective.
      if (signal?.aborted) throw aborted(signal);
      if (this.#begin()) return this.#report();
      const value = await evaluateAsync(objective, this.#x, this.#blank(), signal);
      return this.#answer(value);
    } catch (error) {
      // An objective that was not waited for may still write to its arrays.
      this.#x = new Float64Array(this.#dimension);
      this.#g = unfilled(this.#dimension);
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
    const x = new Float64Array(this.#dimension);
    const status = this.#status;
    call(() => this.#handle.ask(x, status));
    this.#warn();
    return { x, want: status[Slot.gradient] === 1 ? 'gradient' : 'value', id: status[Slot.request] as number };
  }

  /**
   * Answers the open request.
   *
   * @param g - The descent direction, where one was wanted.
   * @throws {@link LgfError} `ERR_LGF_STATE` naming `id`; `ERR_LGF_ARGUMENT`, `ERR_LGF_SHAPE` or `ERR_LGF_NONFINITE` naming `value` or
   * `gradient`. A refused answer changes nothing: the request stays open.
   */
  tell(id: number, value: number, g?: ArrayLike<number> | null): StepReport {
    this.#free();
    if (!Number.isSafeInteger(id) || id < 0) throw argumentError('id', id, 'the id of the open request');
    if (typeof value !== 'number') throw argumentError('value', value, 'a number');
    const gradient = g === undefined || g === null ? undefined : toVector(g, 'gradient');
    call(() => this.#handle.tell(id, value, gradient, this.#x, this.#status));
    return this.#report();
  }

  /**
   * Takes learned steps only, in one native call, until the phase ends or `maxSteps` are done. The objective is not needed.
   *
   * @param maxSteps - Domain: a number in [0, ∞].
   * @returns the number of steps taken, 0 in a true phase
   */
  advance(maxSteps: number = Number.POSITIVE_INFINITY): number {
    this.#free();
    if (typeof maxSteps !== 'number' || !(maxSteps >= 0)) throw argumentError('maxSteps', maxSteps, 'a number in [0, ∞]');
    const steps = call(() => this.#handle.advance(maxSteps, this.#x, this.#status));
    this.#warn();
    return steps;
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

  /** Starts the next step; whether it is done without an evaluation. */
  #begin(): boolean {
    const status = this.#status;
    // A true step needs nothing before its evaluation: one native call for the whole step, after the objective.
    if (status[Slot.request] === -1 && status[Slot.nextLearned] === 0) return false;
    this.#handle.begin(this.#x, status);
    this.#warn();
    return status[Slot.done] === 1;
  }

  /** The gradient array, marked so that an objective that forgets to fill it is found out; a whole pass would cost too much. */
  #blank(): Float64Array {
    this.#g[this.#dimension - 1] = Number.NaN;
    return this.#g;
  }

  #answer(value: number): StepReport {
    if (this.#disposed) throw disposed();
    if (this.#g.length !== this.#dimension || this.#x.length !== this.#dimension) {
      throw shapeError('objective', 'one of its arrays detached', `arrays of ${this.#dimension} that stay with the optimizer`);
    }
    const status = this.#status;
    if (status[Slot.request] === -1) this.#handle.trueStep(value, this.#g, this.#x, status);
    else this.#handle.tell(status[Slot.request] as number, value, this.#g, this.#x, status);
    return this.#report();
  }

  #report(): StepReport {
    const status = this.#status;
    const value = status[Slot.value] as number;
    return {
      epoch: status[Slot.epoch] as number,
      kind: status[Slot.learned] === 1 ? 'learned' : 'true',
      value: Number.isNaN(value) ? undefined : value,
      evaluations: status[Slot.evaluations] as number,
    };
  }

  /** An error for the caller, after the arrays were brought back to the state of the optimizer. */
  #recover(error: unknown): LgfError {
    const failure = translate(error);
    if (this.#disposed) return disposed();
    this.#look();
    // The answer came from the callback: that is what the caller has to look at.
    if (failure.argument === 'value' || failure.argument === 'gradient') {
      return new LgfError(failure.code, `objective: ${failure.message}`, { argument: 'objective' });
    }
    return failure;
  }

  #look(): void {
    const d = this.#dimension;
    // The objective may have detached them.
    if (this.#x.length !== d || this.#g.length !== d) [this.#x, this.#g] = [new Float64Array(d), unfilled(d)];
    call(() => this.#handle.look(this.#x, this.#status));
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

/** A gradient that the objective has not filled yet shows as such, instead of as zeros. */
function unfilled(dimension: number): Float64Array {
  return new Float64Array(dimension).fill(Number.NaN);
}

function disposed(): LgfError {
  return new LgfError('ERR_LGF_DISPOSED', 'the optimizer was disposed of');
}

function toSignal(options: { readonly signal?: AbortSignal | null } | null | undefined): AbortSignal | undefined {
  checkOptions(options, ['signal']);
  const signal = options?.signal ?? undefined;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw argumentError('signal', signal, 'an AbortSignal');
  return signal;
}

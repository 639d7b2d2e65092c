import { LGFGradientFlow, LgfError, type Objective, type Optimizer } from 'learned-gradient-flow';
import { bowl } from './subjects.ts';

export const STEPS = 25;
export const START = [1, -2, 0.5];
export const OPTIONS = { learningRate: 0.05, dt: 0.05, historySize: 4, retrainInterval: 9, reportLearnedValues: true } as const;
/** An optimizer that goes through both phases three times in {@link STEPS} steps, and evaluates in each step. */
export const fresh = (): Optimizer => new LGFGradientFlow(START, OPTIONS);

/** The iterates of a run. */
export function run(optimizer: Optimizer, before: (optimizer: Optimizer) => void = () => {}, objective: Objective = bowl): number[][] {
  return Array.from({ length: STEPS }, () => {
    before(optimizer);
    optimizer.step(objective);
    return Array.from(optimizer.x);
  });
}

/** The iterates of a run in which nothing goes wrong. */
export const undisturbed = run(fresh());

/** Gives the memory of an array away. */
export function give(array: Float64Array): void {
  if (array.buffer instanceof ArrayBuffer) structuredClone(array, { transfer: [array.buffer] });
}

const hostile = Object.defineProperty(new Error(), 'message', {
  get: () => {
    throw new Error('from a getter');
  },
});

/** Whatever a callback may throw. */
export const THROWN: readonly (readonly [what: string, value: unknown])[] = [
  ['an error', new Error('boom')],
  ['an error of the library', new LgfError('ERR_LGF_ARGUMENT', 'of another call', { argument: 'other' })],
  ['a string', 'text'],
  ['an empty string', ''],
  ['zero', 0],
  ['NaN', Number.NaN],
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['a symbol', Symbol('s')],
  ['a bigint', 1n],
  ['an object', {}],
  ['an object without a string form', Object.create(null)],
  ['an error without a message', hostile],
  ['a function', () => 1],
];

export const NOT_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

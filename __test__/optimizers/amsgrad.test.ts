// One learned step of Adam against an integration of the Adam flow written down here, from moments tracked by hand.
import { type FlowModel, LGFAdam, type LGFAdamOptions } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { bent, START } from '../support/optimizers.ts';

const D = START.length;
const HISTORY = 7;
const LEARNED = 5;
const BETAS: readonly [number, number] = [0.85, 0.99];
const EPS = 1e-7;
const RATE = 0.05;

/** Variables and moments, and the largest second moment. */
interface State {
  readonly a: number[];
  readonly m: number[];
  readonly v: number[];
  readonly peak: number[];
  readonly steps: number;
}

const zip = (body: (...entries: number[]) => number, ...vectors: readonly number[][]): number[] =>
  (vectors[0] ?? []).map((_, i) => body(...vectors.map((vector) => vector[i] as number)));
const correction = (beta: number, t: number): number => 1 - beta ** (t / RATE);

/** A true step of Adam. */
function trueStep({ a, m, v, peak, steps }: State, g: number[]): State {
  const t = RATE * (steps + 1);
  const [b1, b2] = BETAS;
  const next = { m: zip((m, g) => b1 * m + (1 - b1) * g, m, g), v: zip((v, g) => b2 * v + (1 - b2) * g * g, v, g) };
  const raised = zip(Math.max, peak, next.v);
  const move = zip((m, w) => (RATE * (m / correction(b1, t))) / (Math.sqrt(w / correction(b2, t)) + EPS), next.m, raised);
  return { ...next, a: zip((a, step) => a - step, a, move), peak: raised, steps: steps + 1 };
}

/** One step of the 3/8 rule along the Adam flow; `raise` lets every stage raise the maximum, which the library does not. */
function flowStep(model: FlowModel, { a, m, v, peak, steps }: State, dt: number, raise: boolean): State {
  const [b1, b2] = BETAS;
  const field = (t: number, y: number[]): number[] => {
    const [a, m, v] = [y.slice(0, D), y.slice(D, 2 * D), y.slice(2 * D)];
    const g = Array.from(model.derivative(a), (f) => -f);
    const w = raise ? zip(Math.max, peak, v) : peak;
    return [
      ...zip((m, w) => -(m / correction(b1, t)) / (Math.sqrt(w / correction(b2, t)) + EPS), m, w),
      ...zip((g, m) => ((1 - b1) / RATE) * (g - m), g, m),
      ...zip((g, v) => ((1 - b2) / RATE) * (g * g - v), g, v),
    ];
  };
  const t = steps * dt;
  const y = [...a, ...m, ...v];
  const k1 = field(t, y);
  const k2 = field(
    t + dt / 3,
    zip((y, k1) => y + (dt / 3) * k1, y, k1),
  );
  const k3 = field(
    t + (2 * dt) / 3,
    zip((y, k1, k2) => y + dt * (k2 - k1 / 3), y, k1, k2),
  );
  const k4 = field(
    t + dt,
    zip((y, k1, k2, k3) => y + dt * (k1 - k2 + k3), y, k1, k2, k3),
  );
  const end = zip((y, k1, k2, k3, k4) => y + (dt / 8) * (k1 + 3 * k2 + 3 * k3 + k4), y, k1, k2, k3, k4);
  const after = { a: end.slice(0, D), m: end.slice(D, 2 * D), v: end.slice(2 * D) };
  return { ...after, peak: zip(Math.max, peak, after.v), steps: steps + 1 };
}

/** An update of Adam with the learned gradient, over another time than its own. */
function discreteStep(model: FlowModel, { a, m, v, peak, steps }: State, dt: number): State {
  const [b1, b2] = BETAS.map((b) => b ** (dt / RATE)) as [number, number];
  const t = (steps + 1) * dt;
  const g = Array.from(model.derivative(a), (f) => -f);
  const next = { m: zip((m, g) => b1 * m + (1 - b1) * g, m, g), v: zip((v, g) => b2 * v + (1 - b2) * g * g, v, g) };
  const raised = zip(Math.max, peak, next.v);
  const velocity = zip((m, w) => m / correction(BETAS[0], t) / (Math.sqrt(w / correction(BETAS[1], t)) + EPS), next.m, raised);
  return { ...next, a: zip((a, v) => a - dt * v, a, velocity), peak: raised, steps: steps + 1 };
}

/** Largest distance between the iterates of the learned steps and those of another way to make them. */
function distance(options: LGFAdamOptions, follow: (model: FlowModel, state: State) => State): number {
  const common = {
    learningRate: RATE,
    betas: BETAS,
    eps: EPS,
    amsgrad: true,
    historySize: HISTORY,
    retrainInterval: HISTORY + LEARNED,
    solver: { rcond: 1e-4 },
  };
  const optimizer = new LGFAdam(START, { ...common, ...options });
  const zeros = START.map(() => 0);
  let state: State = { a: [...START], m: zeros, v: zeros, peak: zeros, steps: 0 };
  const step = (): void => {
    optimizer.step((x, g) => {
      const value = bent(x, g);
      state = trueStep({ ...state, a: Array.from(x) }, Array.from(g));
      return value;
    });
  };
  for (let i = 0; i < HISTORY; i++) {
    step();
    expect(Array.from(optimizer.x)).toEqual(state.a.map((a) => expect.closeTo(a, 14)));
  }
  state = { ...state, a: Array.from(optimizer.x) };
  let largest = 0;
  for (let i = 0; i < LEARNED; i++) {
    expect(optimizer.phase).toBe('learned');
    step();
    const { v } = state;
    state = follow(optimizer.model as FlowModel, state);
    // Or the maximum is no matter.
    expect(state.v.some((after, j) => after > (v[j] as number) && after === state.peak[j])).toBe(true);
    largest = Math.max(largest, ...zip((x, a) => Math.abs(x - a), Array.from(optimizer.x), state.a));
  }
  // What was learned of the moments goes on into the next true step.
  expect(optimizer.phase).toBe('true');
  step();
  return Math.max(largest, ...zip((x, a) => Math.abs(x - a), Array.from(optimizer.x), state.a));
}

const full = { polyOrder: 1 } as const;
const reduced = { polyOrder: 1, truncationRank: 2 } as const;

describe.each([
  ['dt = learningRate', RATE],
  ['a shorter dt', 0.6 * RATE],
  ['a longer dt', 1.5 * RATE],
])('amsgrad along the learned flow, %s', (_, dt) => {
  const frozen = (model: FlowModel, state: State) => flowStep(model, state, dt, false);
  const raised = (model: FlowModel, state: State) => flowStep(model, state, dt, true);
  test('the maximum stands still during a step', () => expect(distance({ dt, model: full }, frozen)).toBeLessThan(1e-12));
  test('raised by the stages it would be another flow', () => expect(distance({ dt, model: full }, raised)).toBeGreaterThan(1e-7));
  test('in the reduced space it is the lifted flow', () => expect(distance({ dt, model: reduced }, frozen)).toBeLessThan(1e-10));
  test('there too raised by the stages it would not be', () => expect(distance({ dt, model: reduced }, raised)).toBeGreaterThan(1e-7));
  test.each([
    ['full', full],
    ['reduced', reduced],
  ])('discrete, %s space: raised before it is used, as in a true step', (_, model) => {
    const discrete = (model: FlowModel, state: State) => discreteStep(model, state, dt);
    expect(distance({ dt, model, stepping: 'discrete' }, discrete)).toBeLessThan(1e-12);
  });
});

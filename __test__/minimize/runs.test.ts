// What a run comes to, however it ends and whoever drives it.
import {
  type Iteration,
  LGFAdam,
  LGFAdaptive,
  type MinimizeOptions,
  minimize,
  minimizeSync,
  type Objective,
  problems,
  type Result,
} from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { native } from '../../src/native.ts';
import { bowl, METHODS, rosenbrock } from './functions.ts';

const START = [-1.2, 1];
/** All that two runs must agree on: everything but times. */
const bits = ({ seconds: _, profile: __, x, ...rest }: Result): object => ({ ...rest, x: Array.from(x) });

test('the table has every method', () => {
  expect(METHODS.map(([name]) => name)).toEqual(native.minimizeMethods());
});

describe.each(METHODS)('%s', (method, own) => {
  const options = { method, ...own, maxEvaluations: 120, trace: true } as MinimizeOptions;

  test('synchronous, asynchronous and waiting runs give the same bits', async () => {
    const expected = bits(minimizeSync(rosenbrock, START, options));
    expect(bits(await minimize(rosenbrock, START, options))).toEqual(expected);
    const slow = async (x: Float64Array, g: Float64Array): Promise<number> => {
      await Promise.resolve();
      return rosenbrock(x, g);
    };
    expect(bits(await minimize(slow, START, options))).toEqual(expected);
  });

  test('goes down, counts, and reports every iteration', () => {
    const seen: Iteration[] = [];
    let calls = 0;
    const counted: Objective = (x, g) => {
      calls++;
      return rosenbrock(x, g);
    };
    const points: number[] = [];
    const result = minimizeSync(counted, START, {
      ...options,
      onIteration: (iteration) => {
        const { x, ...rest } = iteration;
        points.push(rosenbrock(x, new Float64Array(2)));
        seen.push(rest);
      },
    });
    expect(result.value).toBeLessThan(24.2);
    expect(result.value).toBe(rosenbrock(result.x, new Float64Array(2)));
    expect(result.evaluations).toBe(calls);
    expect(result.trace).toEqual(seen);
    expect(seen.map(({ iteration }) => iteration)).toEqual(seen.map((_, i) => i + 1));
    expect(seen.map(({ value }) => value)).toEqual(points);
    expect(result.iterations).toBe(seen.length);
    // A run may end before the last evaluations complete an iteration.
    expect(Math.min(...seen.map(({ bestValue }) => bestValue as number))).toBeGreaterThanOrEqual(result.value as number);
    expect(result.learnedSteps > 0).toBe(method.startsWith('lgf'));
    expect(result.fits > 0).toBe(method.startsWith('lgf'));
    expect(result.profile.objective + result.profile.optimizer).toBeLessThanOrEqual(result.seconds);
  });
});

describe('every way to end', () => {
  test('by the rules', () => {
    const status = (options: MinimizeOptions, f = rosenbrock) => minimizeSync(f, START, options).status;
    expect(status({})).toBe('converged');
    expect(status({ target: 1 })).toBe('target-reached');
    expect(status({ maxEvaluations: 5 })).toBe('max-evaluations');
    expect(status({ maxIterations: 5 })).toBe('max-iterations');
    expect(status({ maxSeconds: 1e-9 })).toBe('max-seconds');
    const uphill: Objective = (x, g) => {
      const value = bowl(x, g);
      g.set(g.map((a) => -a));
      return value;
    };
    expect(status({}, uphill)).toBe('stalled');
    expect(status({}, () => Number.NaN)).toBe('evaluation-failed');
    expect(minimizeSync(rosenbrock, START, { gradientTolerance: 1e-10 }).gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  test('a start where nothing can be evaluated has no value', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const [method, own] of METHODS) {
        const result = minimizeSync(() => value, [1, 2], { method, ...own } as MinimizeOptions);
        expect(result).toMatchObject({ status: 'evaluation-failed', success: false, value: undefined, gradientNorm: undefined });
        expect([Array.from(result.x), result.evaluations, result.rejected]).toEqual([[1, 2], 1, 1]);
      }
    }
  });

  test('an objective that forgets its gradient is found out', () => {
    expect(minimizeSync((x) => x[0] as number, [1]).status).toBe('evaluation-failed');
  });

  test('by the callback', async () => {
    const three = { onIteration: ({ iteration }: Iteration) => iteration === 3 };
    expect(minimizeSync(rosenbrock, START, three)).toMatchObject({ status: 'stopped-by-callback', iterations: 3 });
    const waits = { onIteration: async ({ iteration }: Iteration) => iteration === 3 };
    expect(await minimize(rosenbrock, START, waits)).toMatchObject({ status: 'stopped-by-callback', iterations: 3 });
  });

  test('by a signal: before, between and in the middle of evaluations', async () => {
    const gone = AbortSignal.abort();
    expect(await minimize(rosenbrock, START, { signal: gone })).toMatchObject({ status: 'aborted', evaluations: 0, value: undefined });
    expect(minimizeSync(rosenbrock, START, { signal: gone }).status).toBe('aborted');
    const between = new AbortController();
    const result = await minimize(rosenbrock, START, {
      signal: between.signal,
      onIteration: ({ iteration }) => {
        if (iteration === 4) between.abort();
      },
    });
    expect(result).toMatchObject({ status: 'aborted', iterations: 4 });
    const middle = new AbortController();
    const never = (x: Float64Array, g: Float64Array): number | Promise<number> => {
      if (x[0] === START[0]) return rosenbrock(x, g);
      setImmediate(() => middle.abort());
      return new Promise(() => {});
    };
    expect(await minimize(never, START, { signal: middle.signal })).toMatchObject({ status: 'aborted', evaluations: 1 });
    // An objective that never waits leaves turns for timers.
    const flat = { method: 'gradient-descent', learningRate: 1e-9, maxEvaluations: 1e9, maxIterations: 1e9, valueTolerance: 0 } as const;
    expect((await minimize(rosenbrock, START, { ...flat, signal: AbortSignal.timeout(40) })).status).toBe('aborted');
  });
});

describe('callbacks that throw', () => {
  const cause = new Error('no more');
  const failing =
    (after: number): Objective =>
    (x, g) => {
      if (after-- === 0) throw cause;
      return rosenbrock(x, g);
    };
  test.each([
    ['the objective', 'objective', () => minimize(failing(6), START)],
    ['the objective, synchronously', 'objective', async () => minimizeSync(failing(6), START)],
    ['the objective, later', 'objective', () => minimize(async (x, g) => failingLater(x, g), START)],
    ['onIteration', 'onIteration', () => minimize(rosenbrock, START, { onIteration: throws })],
    ['onIteration, synchronously', 'onIteration', async () => minimizeSync(rosenbrock, START, { onIteration: throws })],
    ['onIteration, later', 'onIteration', () => minimize(rosenbrock, START, { onIteration: async (i) => throws(i) })],
    ['onIteration of a native problem', 'onIteration', () => minimize(problems.heatRod(), null, { onIteration: throws })],
  ])('%s: its error is the cause, and the result is kept', async (_, argument, run) => {
    const error = await run().then(
      () => undefined,
      (error) => error,
    );
    expect(error).toMatchObject({ code: 'ERR_LGF_CALLBACK', argument, cause });
    expect(error.result.status).toBe(argument === 'objective' ? 'evaluation-failed' : 'stopped-by-callback');
    expect(error.result.evaluations).toBeGreaterThan(2);
    expect(Number.isFinite(error.result.value)).toBe(true);
  });
  const later = failing(6);
  async function failingLater(x: Float64Array, g: Float64Array): Promise<number> {
    await null;
    return later(x, g);
  }
  function throws({ iteration }: Iteration): void {
    if (iteration === 3) throw cause;
  }

  test('what they must not do is said', async () => {
    expect(() => minimizeSync((async () => 1) as never, [1])).toThrow(/objective: got a Promise/);
    expect(() => minimizeSync(bowl, [1, 2], { onIteration: async () => true })).toThrow(/onIteration: got a Promise/);
    expect(() => minimizeSync(bowl, [1, 2], { onIteration: (() => 5) as never })).toThrow(/onIteration: got 5/);
    expect(() => minimizeSync((() => '1') as never, [1])).toThrow(/objective: got '1'/);
    await expect(minimize((() => null) as never, [1])).rejects.toThrow(/objective: got null/);
    const gives: Objective = (x) => {
      structuredClone(x, { transfer: [x.buffer as ArrayBuffer] });
      return 1;
    };
    expect(() => minimizeSync(gives, [1, 2])).toThrow(/detached/);
  });
});

describe('native problems', () => {
  test('run elsewhere, here and by their function with the same bits', async () => {
    const options = { maxEvaluations: 40, trace: true };
    const expected = bits(minimizeSync(problems.heatRod().evaluate, problems.heatRod().start(), options));
    expect(bits(minimizeSync(problems.heatRod(), undefined, options))).toEqual(expected);
    expect(bits(await minimize(problems.heatRod(), undefined, options))).toEqual(expected);
    expect(bits(await minimize(problems.heatRod(), null, { ...options, onIteration: () => {} }))).toEqual(expected);
    const { trace: _, ...rest } = expected as Result;
    expect(bits(await minimize(problems.heatRod(), null, { maxEvaluations: 40 }))).toEqual({ ...rest, trace: undefined });
  });

  test('test functions are native problems', async () => {
    const valley = problems.testFunction({ name: 'rosenbrock', dimension: 6 });
    const result = await minimize(valley);
    expect(bits(result)).toEqual(bits(minimizeSync(valley.evaluate, valley.start())));
    expect(result.success).toBe(true);
    expect(result.value).toBeLessThan(1e-9);
  });

  test('leave this thread free, and can be aborted', async () => {
    const slow = problems.nonlinearHeat({ modes: 6, points: 200 });
    const controller = new AbortController();
    let turns = 0;
    const timer = setInterval(() => {
      if (++turns === 5) controller.abort();
    }, 5);
    const options = { method: 'gradient-descent', learningRate: 1e-12, valueTolerance: 0, signal: controller.signal } as const;
    const result = await minimize(slow, null, { ...options, maxEvaluations: 1e9, maxIterations: 1e9 });
    clearInterval(timer);
    expect(result.status).toBe('aborted');
    expect(turns).toBeGreaterThanOrEqual(5);
  });

  test('of a user are objectives with a start', () => {
    const own = { name: 'own', dimension: 2, start: () => Float64Array.of(1, 1), evaluate: bowl } as never;
    expect(minimizeSync(own).status).toBe('converged');
  });
});

describe('an iteration tells where it came from', () => {
  const seen = (method: MinimizeOptions['method'], more: object = {}): readonly Iteration[] =>
    minimizeSync(rosenbrock, START, { method, maxEvaluations: 25, trace: true, ...more } as MinimizeOptions).trace ?? [];

  test('the adaptive flow: its models, and steps from the iterate', () => {
    let from: number[] = [];
    const steps: (number | undefined)[] = [];
    const models = new Set<string | undefined>();
    minimizeSync(rosenbrock, START, {
      maxEvaluations: 25,
      onIteration: ({ x, verdict, stepNorm, model }) => {
        const point = Array.from(x);
        steps.push(stepNorm);
        if (steps.length > 1) expect(stepNorm).toBeCloseTo(Math.hypot(...point.map((a, i) => a - (from[i] as number))), 12);
        if (verdict === 'accepted') from = point;
        models.add(model);
      },
    });
    expect(steps.slice(0, 2)).toEqual([undefined, expect.any(Number)]);
    // The start and the first step follow no model.
    expect(models.has(undefined)).toBe(true);
    expect(models.size).toBeGreaterThan(2);
    for (const model of models) expect(['positive', 'potential', 'polynomial', 'warp', 'general', undefined]).toContain(model);
    // A field without a potential drives once it has predicted well, as of a direction that is linear.
    const spiral: Objective = (x, g) => {
      const [a = 0, b = 0] = x;
      g.set([a + 0.5 * b, 4 * b - 0.5 * a]);
      return a * a + b * b;
    };
    const { trace = [] } = minimizeSync(spiral, [1, 2], { direction: 'custom', maxEvaluations: 12, trace: true });
    expect(trace.some(({ model }) => model === 'general')).toBe(true);
  });

  test('others have no such models, and descent evaluates the iterate itself', () => {
    for (const [method, own] of METHODS.slice(1)) for (const { model } of seen(method, own)) expect(model).toBe(undefined);
    for (const { stepNorm } of seen('gradient-descent')) expect(stepNorm).toBe(undefined);
    for (const { stepNorm } of seen('l-bfgs')) expect(stepNorm).toBeGreaterThan(0);
  });
});

test('the loop of the default is that of its class', () => {
  const adaptive = new LGFAdaptive(START, { window: 12 });
  while (adaptive.evaluations < 12) adaptive.step(rosenbrock);
  const result = minimizeSync(rosenbrock, START, { window: 12, maxEvaluations: 12 });
  expect([result.value, Array.from(result.x)]).toEqual([adaptive.best?.value, Array.from(adaptive.best?.x ?? [])]);
});

test('a class says when no further step leads anywhere', () => {
  const flow = new LGFAdaptive(START);
  while (flow.evaluations < 200 && flow.ending === undefined) flow.step(rosenbrock);
  expect([flow.ending, flow.evaluations < 200, (flow.best?.value ?? 1) < 1e-20]).toEqual(['stalled', true, true]);
  expect(LGFAdaptive.restore(flow.snapshot()).ending).toBe('stalled');
  const nowhere = new LGFAdaptive(START);
  const failing: Objective = (x, g) => (nowhere.evaluations > 0 ? Number.NaN : rosenbrock(x, g));
  while (nowhere.evaluations < 500 && nowhere.ending === undefined) nowhere.step(failing);
  expect(nowhere.ending).toBe('evaluation-failed');
  expect(new LGFAdam(START).ending).toBe(undefined);
});

test('the loop is that of the class', () => {
  const settings = { learningRate: 0.05, historySize: 6, retrainInterval: 13 };
  const adam = new LGFAdam(START, settings);
  while (adam.evaluations < 50) {
    const { id, x } = adam.ask();
    const g = new Float64Array(2);
    adam.tell(id, rosenbrock(x, g), g);
  }
  const result = minimizeSync(rosenbrock, START, { method: 'lgf-adam', ...settings, maxEvaluations: 50 });
  expect([result.value, Array.from(result.x)]).toEqual([adam.best?.value, Array.from(adam.best?.x ?? [])]);
});

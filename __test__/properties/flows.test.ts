// What must hold of flows and runs for all inputs.

import fc from 'fast-check';
import {
  discover,
  FlowModel,
  GradientDescent,
  integrate,
  LGFGradientFlow,
  LgfError,
  type Objective,
  type Optimizer,
} from 'learned-gradient-flow';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { flowOptions, multiply, number, rows, size, subtract, transpose, valley } from '../support/arbitrary.ts';
import { OPTIONS } from '../support/optionTable.ts';

// Random options make dependent orthonormal features, each with a warning.
beforeAll(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}));

const below = (limit: number, value: number): void => expect(value).toBeLessThanOrEqual(limit);
const linear = (a: number[][]) => (_: number, x: Float64Array) =>
  multiply(
    a,
    Array.from(x, (v) => [v]),
  ).flat();

describe('integrate', () => {
  const system = fc.record({
    a: rows(2, 2, number(1)),
    start: fc.array(number(), { minLength: 2, maxLength: 2 }),
    to: fc.double({ min: 0.1, max: 3, noNaN: true }),
  });
  test('there and back returns', () => {
    fc.assert(
      fc.property(system, fc.boolean(), ({ a, start, to }, fixed) => {
        const options = fixed ? ({ method: 'rk4', step: 0.01 } as const) : { rtol: 1e-11, atol: 1e-12 };
        const there = integrate(linear(a), start, { from: 0, to, at: [to], ...options });
        const back = integrate(linear(a), there.states.row(0), { from: to, to: 0, at: [0], ...options });
        expect([there.status, back.status]).toEqual(['completed', 'completed']);
        below(1e-6, size(subtract(back.states.toArray(), [start])));
      }),
    );
  });

  test('of a sum is the sum: the flow of a linear field is linear', () => {
    fc.assert(
      fc.property(system, ({ a, start, to }) => {
        const end = (x: number[]): number[] =>
          Array.from(integrate(linear(a), x, { from: 0, to, at: [to], method: 'rk4', step: 0.1 }).states.data);
        const [e1, e2] = [end([1, 0]), end([0, 1])];
        const sum = e1.map((v, i) => v * (start[0] ?? 0) + (e2[i] ?? 0) * (start[1] ?? 0));
        below(1e-11 * (size([e1, e2]) + 1), size(subtract([end(start)], [sum])));
      }),
    );
  });

  test('ends where its parts end', () => {
    fc.assert(
      fc.property(system, fc.double({ min: 0.1, max: 0.9, noNaN: true }), ({ a, start, to }, share) => {
        const options = { rtol: 1e-10, atol: 1e-12 };
        const middle = integrate(linear(a), start, { from: 0, to: share * to, at: [share * to], ...options }).states.row(0);
        const parts = integrate(linear(a), middle, { from: share * to, to, at: [to], ...options });
        const whole = integrate(linear(a), start, { from: 0, to, at: [share * to, to], ...options });
        below(1e-6, size(subtract([Array.from(middle), Array.from(parts.states.row(0))], whole.states.toArray())));
      }),
    );
  });
});

describe('discover', () => {
  test('finds sparse linear systems', () => {
    const entry = fc.constantFrom(0, 0, -1, 1, 0.5, -0.5);
    fc.assert(
      fc.property(rows(2, 2, entry), (a) => {
        const times = Array.from({ length: 81 }, (_, i) => 0.025 * i);
        const { states } = integrate(linear(a), [1, 0.7], { from: 0, to: 2, at: times, rtol: 1e-12, atol: 1e-13 });
        const options = { dt: 0.025, solver: { kind: 'stlsq', threshold: 0.1, alpha: 0 } } as const;
        // States that lie on a line do not tell the two variables apart.
        const rates = multiply(a, [[1], [0.7]]).flat();
        fc.pre(Math.abs((rates[1] ?? 0) - 0.7 * (rates[0] ?? 0)) > 0.2);
        const model = discover(states, { ...options, model: { includeBias: false, fdOrder: 4 } });
        below(1e-3, size(subtract(transpose(model.coefficients.toArray()), a)));
        expect(transpose(model.coefficients.toArray()).map((row) => row.map((c) => c !== 0))).toEqual(
          a.map((row) => row.map((c) => c !== 0)),
        );
        expect(FlowModel.fromJSON(JSON.parse(JSON.stringify(model))).coefficients).toEqual(model.coefficients);
      }),
    );
  });
});

const START = [0.9, -0.7, 0.4];
const STEPS = 40;
const answer = (optimizer: Optimizer): void => {
  const { x, want, id } = optimizer.ask();
  const g = new Float64Array(x.length);
  const value = valley(x, g);
  optimizer.tell(id, value, want === 'gradient' ? g : undefined);
};
const state = (optimizer: Optimizer): unknown => [
  optimizer.epoch,
  optimizer.evaluations,
  optimizer.fits,
  optimizer.fallbacks,
  optimizer.phase,
  optimizer.best,
  Array.from(optimizer.x),
];
const options = flowOptions(START.length);

describe('a run', () => {
  test('is the same by step, by stepAsync and by ask and tell, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(options, async (given) => {
        const [stepped, awaited, asked] = [0, 1, 2].map(() => new LGFGradientFlow(START, given)) as [Optimizer, Optimizer, Optimizer];
        while (asked.epoch < STEPS) {
          // Asking passes over learned steps, so the others catch up with each answer.
          answer(asked);
          while (stepped.epoch < asked.epoch) {
            const report = stepped.step(valley);
            expect(await awaited.stepAsync(async (x, g) => valley(x, g))).toEqual(report);
            expect(state(awaited)).toEqual(state(stepped));
          }
          expect(state(asked)).toEqual(state(stepped));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is the same however a learned phase is cut into pieces', () => {
    fc.assert(
      fc.property(options, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1 }), (given, pieces) => {
        const [stepped, advanced] = [
          new LGFGradientFlow(START, { ...given, reportLearnedValues: false }),
          new LGFGradientFlow(START, { ...given, reportLearnedValues: false }),
        ];
        for (let i = 0; advanced.epoch < STEPS; i++) {
          const piece = pieces[i % pieces.length] ?? 1;
          const taken = advanced.phase === 'learned' ? advanced.advance(piece) : 0;
          expect(taken).toBeLessThanOrEqual(piece);
          if (taken === 0) advanced.step(valley);
          while (stepped.epoch < advanced.epoch) stepped.step(valley);
          expect(Array.from(advanced.x)).toEqual(Array.from(stepped.x));
          // A learned step that was tried in vain counts for the one who tried it; behind the next step both did.
          if (taken === 0) expect(state(advanced)).toEqual(state(stepped));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('stays finite and counts what it did', () => {
    fc.assert(
      fc.property(options, (given) => {
        const optimizer = new LGFGradientFlow(START, given);
        let calls = 0;
        const counting: Objective = (x, g) => {
          calls++;
          return valley(x, g);
        };
        const kinds = Array.from({ length: STEPS }, () => optimizer.step(counting).kind);
        expect(optimizer.x.every(Number.isFinite)).toBe(true);
        expect(optimizer.epoch).toBe(STEPS);
        expect(optimizer.evaluations).toBe(kinds.filter((kind) => kind === 'true').length);
        expect(calls).toBe(given.reportLearnedValues ? STEPS : optimizer.evaluations);
      }),
      { numRuns: 60 },
    );
  });
});

describe('random options', () => {
  // Names that exist, so that values reach the checks of their own option; counts stay small enough to run.
  const names = [...new Set(Object.values(OPTIONS).flatMap((group) => Object.keys(group)))];
  const leaf = fc.oneof(
    fc.integer({ min: -2, max: 12 }),
    fc.double({ min: -1, max: 1 }),
    fc.constantFrom<unknown>(
      'strong',
      'weak',
      'tracked',
      'dense',
      'stlsq',
      'rk4',
      'rk45',
      'gradient',
      'newton',
      true,
      false,
      null,
      '',
      [],
      {},
    ),
  );
  const known = fc.letrec<{ tree: unknown; value: unknown }>((tie) => ({
    tree: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
    value: fc.oneof({ maxDepth: 3 }, leaf, tie('tree')),
  })).tree;
  const parts = {
    polyOrder: leaf,
    method: leaf,
    fdOrder: leaf,
    orthonormal: leaf,
    kind: leaf,
    step: leaf,
    historySize: leaf,
    retrainInterval: leaf,
  };
  const likely = fc.record(
    { ...parts, learningRate: leaf, dt: leaf, model: fc.record(parts, { requiredKeys: [] }), solver: known },
    { requiredKeys: [] },
  );

  test.each([
    ['GradientDescent', (given: object) => new GradientDescent(START, given)],
    ['LGFGradientFlow', (given: object) => new LGFGradientFlow(START, given)],
  ] as const)('make a %s or are refused with a code', (_, make) => {
    fc.assert(
      fc.property(fc.oneof(known, likely, fc.jsonValue(), fc.object()), (given) => {
        let optimizer: Optimizer;
        try {
          optimizer = make(given as object);
        } catch (error) {
          expect(error).toBeInstanceOf(LgfError);
          const { code, argument, message } = error as LgfError;
          expect(code).toMatch(/^ERR_LGF_(ARGUMENT|SHAPE|NONFINITE)$/);
          expect(argument).toBeTypeOf('string');
          expect(message).toContain(argument);
          return;
        }
        for (let i = 0; i < 15; i++) optimizer.step(valley);
        expect(optimizer.epoch).toBe(15);
      }),
      { numRuns: 1000 },
    );
  });
});

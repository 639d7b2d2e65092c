// Objectives that misbehave: the error says what happened, and the run goes on as if it had not, bit for bit.
import { GradientDescent, LgfError, type LgfErrorCode, type Objective, type Optimizer } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { fresh, give, NOT_FINITE, run, START, STEPS, THROWN, undisturbed } from '../support/misbehaviour.ts';
import { refused, shown } from '../support/refusals.ts';
import { bowl } from '../support/subjects.ts';

interface Misbehaviour {
  readonly what: string;
  readonly objective: (optimizer: Optimizer) => Objective;
  readonly code: LgfErrorCode;
  readonly argument: 'objective' | undefined;
  /** A value that is to be reported alone may be missing, and nobody looks at g. */
  readonly trueStepsOnly?: true;
  /** Asynchronous objectives may do it. */
  readonly syncOnly?: true;
  /** Learned steps recur at the same points, but a step length that makes this happen does not suit them. */
  readonly make?: () => Optimizer;
}

const thrower = (value: unknown) => (): Objective => () => {
  throw value;
};
const returner = (value: unknown) => (): Objective => (x, g) => {
  bowl(x, g);
  return value as number;
};
const filler =
  (...values: number[]) =>
  (): Objective =>
  (x, g) => {
    const value = bowl(x, g);
    g.set(values, 1);
    return value;
  };
/** Does something to its arrays once they are not needed any more. */
const after = (body: (x: Float64Array, g: Float64Array) => void, then?: () => never) => (): Objective => (x, g) => {
  const value = bowl(x, g);
  body(x, g);
  return then === undefined ? value : then();
};

const callback = { code: 'ERR_LGF_CALLBACK', argument: 'objective' } as const;
const argument = { code: 'ERR_LGF_ARGUMENT', argument: 'objective' } as const;
const shape = { code: 'ERR_LGF_SHAPE', argument: 'objective' } as const;
const nonFinite = { code: 'ERR_LGF_NONFINITE', argument: 'objective', trueStepsOnly: true } as const;
const state = { code: 'ERR_LGF_STATE', argument: undefined } as const;
const boom = (): never => {
  throw new Error('boom');
};
const both = (x: Float64Array, g: Float64Array): void => [x, g].forEach(give);
const deny = (array: Float64Array): void => {
  const { length } = array;
  give(array);
  Object.defineProperty(array, 'length', { value: length });
};
const overwrite = (x: Float64Array, g: Float64Array): void => [x, g].forEach((array) => void array.fill(7));
const rejecting = (): never => Promise.reject(new Error('nobody looks')) as never;
const notNumbers = ['1', undefined, null, true, [1], {}, 1n, Symbol('1'), new Number(1)];

const misbehaviours: readonly Misbehaviour[] = [
  ...THROWN.map(([what, value]) => ({ what: `throws ${what}`, objective: thrower(value), ...callback })),
  ...notNumbers.map((value) => ({ what: `returns ${shown(value)}`, objective: returner(value), ...argument })),
  { what: 'returns a promise', objective: returner(Promise.resolve(1)), ...argument, syncOnly: true },
  { what: 'returns a promise that fails', objective: () => rejecting, ...argument, syncOnly: true },
  ...NOT_FINITE.map((value) => ({ what: `returns ${value}`, objective: returner(value), ...nonFinite })),
  ...NOT_FINITE.map((value) => ({ what: `writes ${value} to g`, objective: filler(value), ...nonFinite })),
  {
    what: 'makes a step that overflows',
    objective: filler(-1e308, 1e308),
    ...nonFinite,
    make: () => new GradientDescent(START, { learningRate: 10 }),
  },
  { what: 'gives x away', objective: after(give), ...shape },
  { what: 'gives g away', objective: after((_, g) => give(g)), ...shape },
  { what: 'gives x away and denies it', objective: after(deny), ...shape },
  { what: 'gives g away and denies it', objective: after((_, g) => deny(g)), ...shape, trueStepsOnly: true },
  { what: 'gives both away and throws', objective: after(both, boom), ...callback },
  { what: 'overwrites both and throws', objective: after(overwrite, boom), ...callback },
  { what: 'steps', objective: (optimizer) => () => optimizer.step(bowl) as never, ...state },
  { what: 'asks', objective: (optimizer) => () => optimizer.ask() as never, ...state },
  { what: 'tells', objective: (optimizer) => () => optimizer.tell(0, 1, START) as never, ...state },
  { what: 'advances', objective: (optimizer) => () => optimizer.advance(), ...state },
];

describe.each(misbehaviours)('an objective that $what', ({ objective, code, argument, make = fresh, trueStepsOnly, syncOnly }) => {
  const expected = make === fresh ? undisturbed : run(make());
  const happens = (optimizer: Optimizer): boolean => !trueStepsOnly || optimizer.phase === 'true';
  const check = (error: unknown): void => {
    expect(error).toBeInstanceOf(LgfError);
    expect(error).toMatchObject({ code, argument, message: expect.stringContaining(argument ?? 'step') });
  };

  test('in step', () => {
    const disturbed = run(make(), (optimizer) => {
      if (!happens(optimizer)) return;
      const counts = () => [optimizer.evaluations, optimizer.best?.value];
      const before = counts();
      for (let i = 0; i < 2; i++) check(refused(() => optimizer.step(objective(optimizer))));
      expect(counts()).toEqual(before);
    });
    expect(disturbed).toEqual(expected);
  });

  test.skipIf(syncOnly)('in stepAsync', async () => {
    const optimizer = make();
    for (let step = 0; step < STEPS; step++) {
      if (happens(optimizer)) check(await optimizer.stepAsync(async (x, g) => objective(optimizer)(x, g)).catch((error: unknown) => error));
      await optimizer.stepAsync(async (x, g) => bowl(x, g));
      expect(Array.from(optimizer.x)).toEqual(expected[step]);
    }
  });
});

test.each(THROWN)('%s that was thrown is the cause, itself', async (_, value) => {
  const sync = refused(() => fresh().step(thrower(value)()));
  const late = await fresh()
    .stepAsync(() => Promise.reject(value))
    .catch((error: unknown) => error);
  for (const error of [sync, late] as LgfError[]) {
    expect(error).toHaveProperty('cause');
    expect(Object.is(error.cause, value)).toBe(true);
  }
});

describe('an objective that does what it should not, without harm', () => {
  test('changes x', () => {
    const objective: Objective = (x, g) => {
      const value = bowl(x, g);
      x.fill(Number.NaN);
      return value;
    };
    expect(run(fresh(), undefined, objective)).toEqual(undisturbed);
  });

  test('keeps its arrays and gives them away later', () => {
    const kept: Float64Array[] = [];
    const giveAway = (): void => {
      for (const array of kept.splice(0)) if (array.length > 0) give(array);
    };
    const objective: Objective = (x, g) => {
      kept.push(x, g);
      return bowl(x, g);
    };
    expect(run(fresh(), giveAway, objective)).toEqual(undisturbed);
  });

  test('keeps its arrays and gives them away before ask, tell and advance', () => {
    const optimizer = new GradientDescent(START);
    let kept: Float64Array[] = [];
    const keep: Objective = (x, g) => {
      kept = [x, g];
      return bowl(x, g);
    };
    for (const use of [() => optimizer.ask(), () => optimizer.tell(optimizer.ask().id, 1, START), () => optimizer.advance()]) {
      optimizer.step(keep);
      kept.forEach(give);
      const before = optimizer.epoch;
      use();
      expect(optimizer.epoch - before).toBeLessThanOrEqual(1);
    }
    expect(optimizer.epoch).toBe(4);
  });

  test('steps another optimizer', () => {
    const objective: Objective = (x, g) => {
      run(fresh());
      return bowl(x, g);
    };
    expect(run(fresh(), undefined, objective)).toEqual(undisturbed);
  });

  test('reads the optimizer that calls it', () => {
    const optimizer = fresh();
    const objective: Objective = (x, g) => {
      expect(Array.from(optimizer.x)).toEqual(Array.from(x));
      expect([optimizer.epoch, optimizer.phase, optimizer.best, optimizer.model, optimizer.fits].length).toBe(5);
      return bowl(x, g);
    };
    expect(run(optimizer, undefined, objective)).toEqual(undisturbed);
  });
});

describe('an objective that forgets g', () => {
  const forgets = (optimizer: Optimizer): void => {
    expect(refused(() => optimizer.step(() => 1))).toMatchObject({ code: 'ERR_LGF_NONFINITE', argument: 'objective' });
  };
  test('in the first step', () => forgets(fresh()));
  test('in a later step', () => {
    const optimizer = fresh();
    optimizer.step(bowl);
    forgets(optimizer);
  });
  test('fills a part of it', () => {
    const optimizer = fresh();
    expect(() =>
      optimizer.step((_, g) => {
        g[0] = 1;
        return 1;
      }),
    ).toThrow('entry 1 is NaN');
  });
});

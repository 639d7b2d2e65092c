// What is wrong with an objective of several trajectories, or with its answers: the error says what, and the run goes on, bit for bit.
import { type BatchObjective, LGFBatch, LgfError, type LgfErrorCode, type Matrix } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { give, NOT_FINITE, THROWN } from '../support/misbehaviour.ts';
import { rejection, soon } from '../support/newton.ts';
import { matrixRows, NOT_NUMBERS, type Refusal, refused, refuses, shown, vectorRows } from '../support/refusals.ts';
import { bowl } from '../support/subjects.ts';

const STEPS = 25;
const STARTS = [
  [1, -2],
  [0.5, 1.5],
  [-1, 0.3],
];
const OPTIONS = { learningRate: 0.05, historySize: 4, retrainInterval: 9 } as const;
const fresh = (reportLearnedValues = false): LGFBatch => new LGFBatch(STARTS, { ...OPTIONS, reportLearnedValues });
const rows: BatchObjective = (x, g) => Array.from({ length: x.rows }, (_, row) => bowl(x.row(row), g.row(row)));
const shows = (batch: LGFBatch): unknown => [...batch.x, batch.epoch, batch.evaluations, batch.fits, batch.best];
const undisturbed = ((batch) => Array.from({ length: STEPS }, () => [batch.stepBatch(rows), shows(batch)]))(fresh());

const iterates = undisturbed.map(([, shown]) => (shown as number[]).slice(0, 6));

/** Answers as they should be, then something else. */
const but =
  (body: (x: Matrix, g: Matrix, values: number[]) => unknown): BatchObjective =>
  (x, g) => {
    const values = rows(x, g) as number[];
    return (body(x, g, values) ?? values) as number[];
  };
const returns =
  (value: unknown): BatchObjective =>
  (x, g) => {
    rows(x, g);
    return value as number[];
  };
const thrower = (value: unknown) => (): never => {
  throw value;
};

interface Misbehaviour {
  readonly what: string;
  readonly objective: BatchObjective;
  readonly code: LgfErrorCode;
  /** A safeguard or an asynchronous step has no use for it. */
  readonly syncOnly?: true;
}

const argument = { code: 'ERR_LGF_ARGUMENT' } as const;
const shape = { code: 'ERR_LGF_SHAPE' } as const;
const nonFinite = { code: 'ERR_LGF_NONFINITE' } as const;
const misbehaviours: readonly Misbehaviour[] = [
  ...THROWN.map(([what, value]) => ({ what: `throws ${what}`, objective: thrower(value), code: 'ERR_LGF_CALLBACK' as const })),
  ...[1, null, 'abc', true, {}, 1n, Symbol('v'), new Map()].map((v) => ({
    what: `returns ${shown(v)}`,
    objective: returns(v),
    ...argument,
  })),
  { what: 'returns nothing', objective: (x, g) => void rows(x, g) as never, ...argument },
  ...[null, '1', undefined, [1], {}, 1n].map((v) => ({
    what: `returns ${shown(v)} for a row`,
    objective: returns([1, v, 1]),
    ...argument,
  })),
  { what: 'returns a hole', objective: returns(new Array(3)), ...argument },
  { what: 'returns rows', objective: returns([[1], [1], [1]]), ...argument },
  ...[[], [1, 2], [1, 2, 3, 4], new Float64Array(2)].map((v) => ({
    what: `returns ${v.length} values`,
    objective: returns(v),
    code: 'ERR_LGF_SHAPE' as const,
  })),
  { what: 'returns a promise', objective: returns(Promise.resolve([1, 1, 1])), ...argument, syncOnly: true },
  {
    what: 'returns a promise that fails',
    objective: () => Promise.reject(new Error('nobody looks')) as never,
    ...argument,
    syncOnly: true,
  },
  ...NOT_FINITE.flatMap((v) =>
    [0, 1, 2].flatMap((row) => [
      { what: `returns ${v} for row ${row}`, objective: but((_x, _g, values) => values.with(row, v)), ...nonFinite },
      { what: `writes ${v} to row ${row}`, objective: but((_, g) => void g.row(row).fill(v, 1)), ...nonFinite },
    ]),
  ),
  { what: 'forgets g', objective: () => [1, 1, 1], ...nonFinite },
  { what: 'forgets the last row', objective: (x, g) => [0, 1, 1].map((row) => bowl(x.row(row), g.row(row))), ...nonFinite },
  { what: 'gives g away', objective: but((_, g) => give(g.data)), ...shape },
];

describe.each(misbehaviours)('an objective that $what', ({ objective, code, syncOnly }) => {
  const check = (error: unknown): void => {
    expect(error).toBeInstanceOf(LgfError);
    expect(error).toMatchObject({ code, argument: 'objective', message: expect.stringContaining('objective') });
  };
  test('in stepBatch', () => {
    const batch = fresh();
    for (let step = 0; step < STEPS; step++) {
      const before = [batch.epoch, ...batch.x];
      if (batch.phase === 'true') for (let i = 0; i < 2; i++) check(refused(() => batch.stepBatch(objective)));
      expect([batch.epoch, ...batch.x]).toEqual(before);
      expect([batch.stepBatch(rows), shows(batch)]).toEqual(undisturbed[step]);
    }
  });
  test.skipIf(syncOnly)('in stepBatchAsync', async () => {
    const batch = fresh();
    for (let step = 0; step < STEPS; step++) {
      if (batch.phase === 'true') check(await rejection(batch.stepBatchAsync(async (x, g) => objective(x, g))));
      expect(await batch.stepBatchAsync(async (x, g) => rows(x, g))).toEqual(undisturbed[step]?.[0]);
    }
    expect(shows(batch)).toEqual(undisturbed.at(-1)?.[1]);
  });
});

describe('an objective of several trajectories', () => {
  const notFunctions = [null, undefined, 5, 'f', {}, []];
  refuses(
    'stepBatch',
    notFunctions.map((v): Refusal => [`objective = ${shown(v)}`, () => fresh().stepBatch(v as never), 'ERR_LGF_ARGUMENT', 'objective']),
  );
  test.each(notFunctions)('stepBatchAsync: objective = %o', async (v) => {
    expect(await rejection(fresh().stepBatchAsync(v as never))).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument: 'objective' });
  });
  test.each([
    [{ signal: 5 }, 'signal'],
    [{ signals: 5 }, 'signals'],
    [5, 'options'],
  ])('stepBatchAsync: options = %o', async (options, argument) => {
    expect(await rejection(fresh().stepBatchAsync(rows, options as never))).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument });
  });

  test('has fresh matrices in every call, and may keep or change them', () => {
    const batch = fresh(true);
    const seen = new Set<unknown>();
    for (let step = 0; step < STEPS; step++) {
      batch.stepBatch(
        but((x, g) => {
          for (const { data } of [x, g]) seen.add(data);
          x.data.fill(Number.NaN);
        }),
      );
      for (const data of seen) (data as Float64Array).fill(7);
      expect([...batch.x]).toEqual(iterates[step]);
    }
    expect(seen.size).toBe(2 * STEPS);
  });

  test('is refused in one row: nothing of its answer is kept', () => {
    const batch = fresh();
    const before = shows(batch);
    for (const row of [1, 2]) {
      refused(() => batch.stepBatch((_, g) => (g.data.fill(9) ? [-100, -100, -100].with(row, Number.NaN) : [])));
      expect(shows(batch)).toEqual(before);
    }
    expect([batch.stepBatch(rows), shows(batch)]).toEqual(undisturbed[0]);
  });

  test('uses the optimizer that calls it', async () => {
    const batch = fresh();
    for (const use of [
      () => batch.stepBatch(rows),
      () => batch.step(bowl),
      () => batch.ask(),
      () => batch.askBatch(),
      () => batch.advance(),
    ]) {
      expect(refused(() => batch.stepBatch(but(use)))).toMatchObject({ code: 'ERR_LGF_STATE' });
    }
    const twice = async (): Promise<number[]> => [(await batch.stepBatchAsync(rows)).epoch];
    expect(await rejection(batch.stepBatchAsync(twice))).toMatchObject({ code: 'ERR_LGF_STATE' });
    expect([batch.stepBatch(rows), shows(batch)]).toEqual(undisturbed[0]);
    const error = refused(() => batch.stepBatch(but(() => batch.dispose())));
    expect(error).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
  });

  test('is waited for no longer once the signal is aborted', async () => {
    const batch = fresh();
    const aborted = { code: 'ERR_LGF_ABORTED', argument: 'signal' };
    for (let step = 0; step < STEPS; step++) {
      expect(await rejection(batch.stepBatchAsync(() => expect.fail('called'), { signal: AbortSignal.abort() }))).toMatchObject(aborted);
      if (batch.phase === 'true') {
        const controller = new AbortController();
        const pending = batch.stepBatchAsync(() => new Promise<never>(() => {}), { signal: controller.signal });
        expect(refused(() => batch.stepBatch(rows))).toMatchObject({ code: 'ERR_LGF_STATE' });
        await soon();
        controller.abort();
        expect(await rejection(pending)).toMatchObject(aborted);
      }
      expect([await batch.stepBatchAsync(rows), shows(batch)]).toEqual(undisturbed[step]);
    }
  });
});

describe('askBatch and tellBatch', () => {
  const open = (): LGFBatch => {
    const batch = fresh();
    batch.askBatch();
    return batch;
  };
  const tell = (id: unknown, values: unknown, g?: unknown) => () => open().tellBatch(id as never, values as never, g as never);
  const VALUES = [1, 2, 3];
  test('take an answer', () => {
    expect(open().askBatch().x.toArray()).toEqual(STARTS);
    expect(tell(0, VALUES, STARTS)()).toMatchObject({ epoch: 0, kind: 'true', value: 1, evaluations: 3 });
  });
  refuses('tellBatch', [
    ...[...NOT_NUMBERS, null, undefined, -1, 0.5, Number.NaN].map(
      (v): Refusal => [`id = ${shown(v)}`, tell(v, VALUES, STARTS), 'ERR_LGF_ARGUMENT', 'id'],
    ),
    ['the id of no request', tell(1, VALUES, STARTS), 'ERR_LGF_STATE', 'id'],
    ['an answer before any question', () => fresh().tellBatch(0, VALUES, STARTS), 'ERR_LGF_STATE', 'id'],
    ...vectorRows('values', VALUES, (values) => tell(0, values, STARTS)(), { finite: false }),
    ...NOT_FINITE.map((v): Refusal => [`${v} for a value`, tell(0, [1, v, 3], STARTS), 'ERR_LGF_NONFINITE', 'value']),
    ['no directions', tell(0, VALUES), 'ERR_LGF_ARGUMENT', 'gradient'],
    ['null for directions', tell(0, VALUES, null), 'ERR_LGF_ARGUMENT', 'gradient'],
    ['a row of directions too few', tell(0, VALUES, STARTS.slice(1)), 'ERR_LGF_SHAPE', 'gradient'],
    ['a row too many', tell(0, VALUES, [...STARTS, [1, 2]]), 'ERR_LGF_SHAPE', 'gradient'],
    [
      'a column too many',
      tell(
        0,
        VALUES,
        STARTS.map((row) => [...row, 1]),
      ),
      'ERR_LGF_SHAPE',
      'gradient',
    ],
    // Absent ones are a matter of what is wanted.
    ...matrixRows('gradient', STARTS, (g) => tell(0, VALUES, g)()).filter(([broken]) => !/= (null|undefined)$/.test(broken)),
  ]);

  test('in turns with questions about one trajectory', () => {
    const batch = fresh();
    const g = new Float64Array(2);
    for (let step = 0; step < STEPS; ) {
      const { id, x } = batch.ask();
      step = batch.epoch;
      if (step >= STEPS) break;
      expect(batch.tell(id, bowl(x, g), g)).toBeUndefined();
      // The rest at once: what was told already is asked of the objective, but not told again.
      expect([batch.stepBatch(rows), shows(batch)]).toEqual(undisturbed[step++]);
    }
  });
});

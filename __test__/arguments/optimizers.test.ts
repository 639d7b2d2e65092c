// What is wrong with the arguments of an optimizer and of its methods, one thing at a time; its options are in options.test.ts and
// ../optimizers/options.test.ts.
import {
  BaseAdam,
  GradientDescent,
  LGFAdam,
  LGFAdamTrustRegion,
  LGFBatch,
  LGFGradientFlow,
  LGFTrustRegion,
  LgfError,
  matrix,
} from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { detached, matrixRows, NOT_NUMBERS, type Refusal, refused, refuses, shown, vectorRows } from '../support/refusals.ts';
import { bowl } from '../support/subjects.ts';

const START = [1, -2];

describe.each([
  ['GradientDescent', GradientDescent],
  ['BaseAdam', BaseAdam],
  ['LGFGradientFlow', LGFGradientFlow],
  ['LGFAdam', LGFAdam],
  ['LGFTrustRegion', LGFTrustRegion],
  ['LGFAdamTrustRegion', LGFAdamTrustRegion],
])('%s', (name, Class) => {
  test('takes a start in every form', () => {
    for (const start of [START, Float64Array.from(START), Float32Array.from(START), { length: 2, 0: 1, 1: -2 }]) {
      expect(Array.from(new Class(start).x)).toEqual(START);
    }
  });
  test('does not keep the start', () => {
    const start = Float64Array.from(START);
    const optimizer = new Class(start);
    start.fill(Number.NaN);
    expect(Array.from(optimizer.x)).toEqual(START);
  });
  refuses(
    name,
    vectorRows('start', START, (start) => new Class(start), { sized: false }),
  );
});

describe('LGFBatch', () => {
  const STARTS = [START, [3, 4], [5, 6]];
  test('takes starts in every form', () => {
    for (const starts of [
      STARTS,
      matrix(STARTS),
      { rows: 3, columns: 2, data: STARTS.flat() },
      STARTS.map((row) => Float32Array.from(row)),
    ]) {
      const batch = new LGFBatch(starts);
      expect([batch.iterates.toArray(), batch.dimension, batch.trajectories]).toEqual([STARTS, 2, 3]);
    }
    expect(new LGFBatch([START]).trajectories).toBe(1);
  });
  test('does not keep the starts, nor what it gives', () => {
    const starts = matrix(STARTS);
    const batch = new LGFBatch(starts);
    starts.data.fill(Number.NaN);
    for (const given of [batch.iterates.data, batch.x]) given.fill(Number.NaN);
    expect(batch.iterates.toArray()).toEqual(STARTS);
  });
  refuses(
    'LGFBatch',
    matrixRows('starts', STARTS, (starts) => new LGFBatch(starts)),
  );
});

describe('step', () => {
  const nothing = [null, undefined, 5, 'f', {}, [], new GradientDescent(START)];
  refuses(
    'step',
    nothing.map(
      (v): Refusal => [
        `objective = ${shown(v).slice(0, 20)}`,
        () => new GradientDescent(START).step(v as never),
        'ERR_LGF_ARGUMENT',
        'objective',
      ],
    ),
  );

  const rejected = async (objective: unknown, options?: unknown): Promise<LgfError> => {
    const optimizer = new GradientDescent(START);
    const promise = optimizer.stepAsync(objective as never, options as never);
    const error = await promise.then(
      () => expect.fail('not refused'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(LgfError);
    expect(optimizer.epoch).toBe(0);
    return error as LgfError;
  };
  test.each(nothing)('stepAsync: objective = %o', async (objective) => {
    expect(await rejected(objective)).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument: 'objective' });
  });
  test.each([5, 'x', true, {}, [], new AbortController()])('stepAsync: signal = %o', async (signal) => {
    expect(await rejected(bowl, { signal })).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument: 'signal' });
  });
  test.each([5, 'x', true, [], () => 1])('stepAsync: options = %o', async (options) => {
    expect(await rejected(bowl, options)).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument: 'options' });
  });
  test('stepAsync: a typo', async () => {
    expect(await rejected(bowl, { signals: new AbortController().signal })).toMatchObject({
      code: 'ERR_LGF_ARGUMENT',
      argument: 'signals',
    });
  });
  test('stepAsync takes options in every form', async () => {
    const optimizer = new GradientDescent(START);
    for (const options of [undefined, null, {}, { signal: null }, { signal: undefined }, { signal: new AbortController().signal }]) {
      await optimizer.stepAsync(bowl, options);
    }
    expect(optimizer.epoch).toBe(6);
  });
});

describe('ask and tell', () => {
  const open = (): GradientDescent => {
    const optimizer = new GradientDescent(START);
    optimizer.ask();
    return optimizer;
  };
  const tell = (id: unknown, value: unknown, gradient?: unknown) => () => open().tell(id as never, value as never, gradient as never);
  test('take an answer', () => expect(tell(0, 1, [1, 1])()).toMatchObject({ epoch: 0, kind: 'true', value: 1 }));
  refuses('tell', [
    ...[...NOT_NUMBERS, null, undefined, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY].map(
      (v): Refusal => [`id = ${shown(v)}`, tell(v, 1, [1, 1]), 'ERR_LGF_ARGUMENT', 'id'],
    ),
    ['the id of no request', tell(1, 1, [1, 1]), 'ERR_LGF_STATE', 'id'],
    ['an answer before any question', () => new GradientDescent(START).tell(0, 1, [1, 1]), 'ERR_LGF_STATE', 'id'],
    [
      'an answer told twice',
      () => {
        const optimizer = open();
        optimizer.tell(0, 1, [1, 1]);
        optimizer.tell(0, 1, [1, 1]);
      },
      'ERR_LGF_STATE',
      'id',
    ],
    ...[...NOT_NUMBERS, null, undefined].map((v): Refusal => [`value = ${shown(v)}`, tell(0, v, [1, 1]), 'ERR_LGF_ARGUMENT', 'value']),
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(
      (v): Refusal => [`value = ${v}`, tell(0, v, [1, 1]), 'ERR_LGF_NONFINITE', 'value'],
    ),
    ['no gradient', tell(0, 1), 'ERR_LGF_ARGUMENT', 'gradient'],
    ['null for a gradient', tell(0, 1, null), 'ERR_LGF_ARGUMENT', 'gradient'],
    ...vectorRows('gradient', [1, 1], (gradient) => tell(0, 1, gradient)(), { nullable: true }),
    [
      'a step that overflows',
      () => {
        const optimizer = new GradientDescent(START, { learningRate: 1e300 });
        optimizer.tell(optimizer.ask().id, 1, [1e300, 1]);
      },
      'ERR_LGF_NONFINITE',
      'gradient',
    ],
  ]);

  test('a refused answer changes nothing', () => {
    const optimizer = open();
    const before = [optimizer.epoch, optimizer.evaluations, ...optimizer.x];
    for (const answer of [
      [1, 1, [1, 1]],
      [0, Number.NaN, [1, 1]],
      [0, 1, [1]],
      [0, 1, [Number.NaN, 1]],
      [0, '1', [1, 1]],
      [0, 1, detached(2)],
    ]) {
      refused(() => optimizer.tell(...(answer as Parameters<typeof optimizer.tell>)));
      expect([optimizer.epoch, optimizer.evaluations, ...optimizer.x]).toEqual(before);
      expect(optimizer.best).toBeUndefined();
      expect(optimizer.ask()).toMatchObject({ id: 0, want: 'gradient' });
    }
    expect(optimizer.tell(0, 1, [1, 1])?.epoch).toBe(0);
  });

  test('a value that was asked for alone needs no gradient and may be missing', () => {
    const optimizer = new LGFGradientFlow(START, { historySize: 3, retrainInterval: 8, reportLearnedValues: true });
    while (optimizer.phase === 'true') optimizer.step(bowl);
    const request = optimizer.ask();
    expect(request.want).toBe('value');
    refused(() => optimizer.tell(request.id, '1' as never));
    expect(optimizer.tell(request.id, Number.NaN)).toMatchObject({ kind: 'learned', value: undefined });
    expect(optimizer.tell(optimizer.ask().id, 7)).toMatchObject({ kind: 'learned', value: 7 });
  });
});

describe('advance', () => {
  const learned = (): LGFGradientFlow => {
    const optimizer = new LGFGradientFlow(START, { historySize: 3, retrainInterval: 8 });
    while (optimizer.phase === 'true') optimizer.step(bowl);
    return optimizer;
  };
  test('takes a number of steps', () => {
    expect(new GradientDescent(START).advance()).toBe(0);
    expect(learned().advance()).toBe(5);
    expect(learned().advance(undefined)).toBe(5);
    expect([0, 1, 2.5, 4, 5, 6, 2 ** 60, Number.POSITIVE_INFINITY].map((n) => learned().advance(n))).toEqual([0, 1, 2, 4, 5, 5, 5, 5]);
  });
  refuses('advance', [
    ...[...NOT_NUMBERS, null, -1, -Number.MIN_VALUE, Number.NaN, Number.NEGATIVE_INFINITY].map(
      (v): Refusal => [`maxSteps = ${shown(v)}`, () => learned().advance(v as never), 'ERR_LGF_ARGUMENT', 'maxSteps'],
    ),
    [
      'a question is open',
      () => {
        const optimizer = new LGFGradientFlow(START);
        optimizer.ask();
        optimizer.advance();
      },
      'ERR_LGF_STATE',
      'advance',
    ],
  ]);
});

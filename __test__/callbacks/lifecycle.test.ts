// Overlapping, aborted and late steps; what is left of an optimizer that was disposed of.
import { GradientDescent, LGFBatch, LGFGradientFlow, type LGFTrustRegion, LgfError, type Optimizer } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { fresh, OPTIONS, run, START, STEPS, undisturbed } from '../support/misbehaviour.ts';
import { OPTIMIZERS } from '../support/optimizers.ts';
import { refused } from '../support/refusals.ts';
import { bowl } from '../support/subjects.ts';

const rejection = async (promise: Promise<unknown>): Promise<LgfError> => {
  const error = await promise.then(
    () => expect.fail('not refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LgfError);
  return error as LgfError;
};
const never = (): Promise<number> => new Promise(() => {});
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('steps that overlap', () => {
  test('the second is refused, the first is taken', async () => {
    const optimizer = fresh();
    for (let step = 0; step < STEPS; step++) {
      const first = optimizer.stepAsync(async (x, g) => {
        await soon();
        return bowl(x, g);
      });
      expect(await rejection(optimizer.stepAsync(bowl))).toMatchObject({ code: 'ERR_LGF_STATE' });
      for (const use of [() => optimizer.step(bowl), () => optimizer.ask(), () => optimizer.tell(0, 1, START), () => optimizer.advance()]) {
        expect(refused(use)).toMatchObject({ code: 'ERR_LGF_STATE' });
      }
      expect((await first).epoch).toBe(step);
      expect(Array.from(optimizer.x)).toEqual(undisturbed[step]);
    }
  });

  test('an objective that steps asynchronously', async () => {
    const optimizer = fresh();
    const error = await rejection(optimizer.stepAsync(async () => (await optimizer.stepAsync(bowl)).epoch));
    expect(error).toMatchObject({ code: 'ERR_LGF_STATE' });
    expect(run(optimizer)).toEqual(undisturbed);
  });
});

describe('a signal', () => {
  const reason = new Error('enough');
  const aborted = { code: 'ERR_LGF_ABORTED', argument: 'signal', cause: reason };

  test('aborted before: the objective is not called', async () => {
    const optimizer = fresh();
    for (let step = 0; step < STEPS; step++) {
      const error = await rejection(optimizer.stepAsync(() => expect.fail('called'), { signal: AbortSignal.abort(reason) }));
      expect(error).toMatchObject(aborted);
      expect(optimizer.epoch).toBe(step);
      optimizer.step(bowl);
      expect(Array.from(optimizer.x)).toEqual(undisturbed[step]);
    }
  });

  test('aborted before a learned step that needs no objective', async () => {
    const optimizer = new LGFGradientFlow(START, { ...OPTIONS, reportLearnedValues: false });
    while (optimizer.phase === 'true') optimizer.step(bowl);
    const { epoch } = optimizer;
    expect(await rejection(optimizer.stepAsync(bowl, { signal: AbortSignal.abort(reason) }))).toMatchObject(aborted);
    expect(optimizer.epoch).toBe(epoch);
  });

  test('aborted while the objective is waited for, which writes to its arrays later', async () => {
    const optimizer = fresh();
    const late: (() => void)[] = [];
    for (let step = 0; step < STEPS; step++) {
      const controller = new AbortController();
      const pending = optimizer.stepAsync(
        (x, g) => {
          late.push(() => [x, g].forEach((array) => void array.fill(Number.NaN)));
          return never();
        },
        { signal: controller.signal },
      );
      await soon();
      controller.abort(reason);
      expect(await rejection(pending)).toMatchObject(aborted);
      const next = optimizer.stepAsync(async (x, g) => {
        const value = bowl(x, g);
        for (const write of late) write();
        await soon();
        for (const write of late) write();
        return value;
      });
      await next;
      expect(Array.from(optimizer.x)).toEqual(undisturbed[step]);
    }
  });

  test('aborted by the objective itself, which never answers', { timeout: 5000 }, async () => {
    const controller = new AbortController();
    const step = fresh().stepAsync(
      () => {
        controller.abort(reason);
        return never();
      },
      { signal: controller.signal },
    );
    expect(await rejection(step)).toMatchObject(aborted);
  });

  test('aborted with a failing objective behind it', async () => {
    const controller = new AbortController();
    const step = fresh().stepAsync(
      async () => {
        await soon();
        await soon();
        throw new Error('nobody looks');
      },
      { signal: controller.signal },
    );
    controller.abort(reason);
    expect(await rejection(step)).toMatchObject(aborted);
    await soon();
    await soon();
  });

  test.each([undefined, 'text', 0, null])('aborted with the reason %j', async (value) => {
    const controller = new AbortController();
    const step = fresh().stepAsync(never, { signal: controller.signal });
    controller.abort(value);
    const error = await rejection(step);
    expect(error).toMatchObject({ code: 'ERR_LGF_ABORTED', argument: 'signal' });
    expect(Object.is(error.cause, controller.signal.reason)).toBe(true);
  });

  test('is handed to the objective; aborted after the step it changes nothing', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const optimizer = fresh();
    await optimizer.stepAsync((x, g, given) => (given === signal ? bowl(x, g) : expect.fail('another signal')), { signal });
    controller.abort(reason);
    await soon();
    expect(Array.from(optimizer.x)).toEqual(undisturbed[0]);
    expect(optimizer.step(bowl).epoch).toBe(1);
  });

  test('that times out', async () => {
    const error = await rejection(fresh().stepAsync(never, { signal: AbortSignal.timeout(5) }));
    expect(error).toMatchObject({ code: 'ERR_LGF_ABORTED', cause: { name: 'TimeoutError' } });
  });
});

describe('an optimizer that was disposed of', () => {
  const uses: Readonly<Record<string, (optimizer: Optimizer) => unknown>> = {
    x: (optimizer) => optimizer.x,
    dimension: (optimizer) => optimizer.dimension,
    trajectories: (optimizer) => optimizer.trajectories,
    epoch: (optimizer) => optimizer.epoch,
    evaluations: (optimizer) => optimizer.evaluations,
    phase: (optimizer) => optimizer.phase,
    fits: (optimizer) => optimizer.fits,
    fallbacks: (optimizer) => optimizer.fallbacks,
    rejections: (optimizer) => optimizer.rejections,
    ending: (optimizer) => optimizer.ending,
    model: (optimizer) => optimizer.model,
    lastFit: (optimizer) => optimizer.lastFit,
    best: (optimizer) => optimizer.best,
    step: (optimizer) => optimizer.step(bowl),
    ask: (optimizer) => optimizer.ask(),
    tell: (optimizer) => optimizer.tell(0, 1, START),
    advance: (optimizer) => optimizer.advance(),
    snapshot: (optimizer) => optimizer.snapshot(),
  };
  const own: Readonly<Record<string, (optimizer: LGFBatch & LGFTrustRegion) => unknown>> = {
    radius: (optimizer) => optimizer.radius,
    iterates: (optimizer) => optimizer.iterates,
    stepBatch: (optimizer) => optimizer.stepBatch(() => [1]),
    askBatch: (optimizer) => optimizer.askBatch(),
    tellBatch: (optimizer) => optimizer.tellBatch(0, [1], [START]),
  };

  test('these are all its members', () => {
    const membersOf = (prototype: object) => Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
    expect(membersOf(Object.getPrototypeOf(GradientDescent.prototype)).sort()).toEqual(
      [...Object.keys(uses), 'stepAsync', 'dispose'].sort(),
    );
    const ofClasses = OPTIMIZERS.flatMap(({ make }) => membersOf(Object.getPrototypeOf(make(START))));
    expect(new Set(ofClasses)).toEqual(new Set([...Object.keys(own), 'stepBatchAsync']));
  });

  test.each(Object.entries(uses))('%s', (_, use) => {
    for (const optimizer of OPTIMIZERS.map(({ make }) => make(START))) {
      optimizer.step(bowl);
      optimizer.dispose();
      expect(refused(() => use(optimizer))).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
      optimizer.dispose();
      optimizer[Symbol.dispose]();
      expect(refused(() => use(optimizer))).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
    }
  });

  test.each(Object.entries(own))('%s', (name, use) => {
    for (const { make } of OPTIMIZERS) {
      const optimizer = make(START);
      if (!(name in optimizer)) continue;
      optimizer.dispose();
      expect(refused(() => use(optimizer as LGFBatch & LGFTrustRegion))).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
    }
  });

  test('stepAsync and stepBatchAsync', async () => {
    const [optimizer, batch] = [fresh(), new LGFBatch([START])];
    optimizer.dispose();
    batch.dispose();
    expect(await rejection(optimizer.stepAsync(bowl))).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
    expect(await rejection(batch.stepBatchAsync(() => [1]))).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
  });

  test('by its own objective, which goes on or throws', () => {
    for (const objective of [bowl, () => Number.NaN, () => expect.fail('anything')]) {
      const optimizer = fresh();
      const error = refused(() =>
        optimizer.step((x, g) => {
          optimizer.dispose();
          return objective(x, g);
        }),
      );
      expect(error).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
      expect(refused(() => optimizer.x)).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
    }
  });

  test('while a step is waited for', async () => {
    const optimizer = fresh();
    const step = optimizer.stepAsync(async (x, g) => {
      await soon();
      return bowl(x, g);
    });
    optimizer.dispose();
    expect(await rejection(step)).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
  });

  test('leaves the models that it gave out', () => {
    const optimizer = fresh();
    while (optimizer.model === undefined) optimizer.step(bowl);
    const { model } = optimizer;
    const before = Array.from(model.derivative(START));
    optimizer.dispose();
    expect(Array.from(model.derivative(START))).toEqual(before);
  });

  test('by the end of a block', () => {
    let outside: Optimizer;
    {
      using inside = fresh();
      inside.step(bowl);
      outside = inside;
    }
    expect(refused(() => outside.x)).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
  });
});

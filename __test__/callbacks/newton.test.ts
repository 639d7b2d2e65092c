// Evaluations and products of Newton directions that overlap, misbehave or come too late.
import { GradientDescent, type LgfError, type NewtonEvaluation, newton, newtonCg, type Objective } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { give, THROWN } from '../support/misbehaviour.ts';
import { bowlHessian, bowlProduct, closeTo, direct, rejection, soon } from '../support/newton.ts';
import { refused } from '../support/refusals.ts';
import { bowl } from '../support/subjects.ts';

describe('arrays', () => {
  test('of an objective that two optimizers use at the same time', async () => {
    const objectives = [
      newton(async (x, g, h) => {
        const value = bowlHessian(x, g, h);
        await soon();
        return value;
      }),
      newtonCg(bowl, async (x, v, hv) => {
        bowlProduct(x, v, hv);
        await soon();
      }),
    ];
    for (const objective of objectives) {
      const optimizers = [
        [1, -2, 3],
        [4, 5, 6],
        [7, 8],
      ].map((start) => new GradientDescent(start, { learningRate: 1 }));
      for (let i = 0; i < 2; i++) await Promise.all(optimizers.map((optimizer) => optimizer.stepAsync(objective)));
      for (const { x } of optimizers) closeTo(Array.from(x), new Array(x.length).fill(0));
    }
  });

  test('of an evaluation that makes a direction itself', () => {
    let depth = 0;
    const objective = newton((x, g, h) => {
      const value = bowlHessian(x, g, h);
      depth += 1;
      if (depth < 4) direct(objective, 9, 9, 9);
      return value;
    });
    closeTo(direct(objective, 1, -2), [1, -2]);
    const products = newtonCg(bowl, (x, v, hv) => {
      bowlProduct(x, v, hv);
      if (x[0] === 1) direct(products, 9, 9, 9);
    });
    closeTo(direct(products, 1, -2), [1, -2]);
  });

  test('that a callback kept and gives away later, or wrote to after a failure', () => {
    const kept: Float64Array[] = [];
    let fails = false;
    const keep = (...arrays: Float64Array[]): void => {
      kept.push(...arrays);
      if (fails) throw new Error('boom');
    };
    const objectives = [
      newton((x, g, h) => {
        keep(g, h);
        return bowlHessian(x, g, h);
      }),
      newtonCg(bowl, (x, v, hv) => {
        bowlProduct(x, v, hv);
        keep(v, hv);
        v.fill(Number.NaN); // the probe is a copy
      }),
    ];
    for (const objective of objectives) {
      direct(objective, 1, 2);
      for (const array of kept.splice(0)) if (array.length > 0) give(array);
      fails = true;
      refused(() => direct(objective, 1, 2));
      fails = false;
      closeTo(direct(objective, 3, -4), [3, -4]);
    }
  });

  test('are fresh ones where a step was aborted', async () => {
    const late: (() => void)[] = [];
    const objective = newton((x, g, h) => {
      const value = bowlHessian(x, g, h);
      for (const write of late) write();
      late.push(() => [g, h].forEach((array) => void array.fill(7)));
      return late.length === 1 ? new Promise<number>(() => {}) : value;
    });
    const descent = new GradientDescent([1, -2], { learningRate: 1 });
    const controller = new AbortController();
    const pending = descent.stepAsync(objective, { signal: controller.signal });
    controller.abort();
    expect((await rejection(pending)).code).toBe('ERR_LGF_ABORTED');
    await descent.stepAsync(objective);
    closeTo(Array.from(descent.x), [0, 0]);
  });
});

describe('a signal', () => {
  test('reaches every callback and ends the products', async () => {
    const [controller, reason] = [new AbortController(), new Error('enough')];
    const seen: (AbortSignal | undefined)[] = [];
    const dense = newton((x, g, h, signal) => {
      seen.push(signal);
      return Promise.resolve(bowlHessian(x, g, h));
    });
    let products = 0;
    const objective = newtonCg(
      (x, g, signal) => {
        seen.push(signal);
        return bowl(x, g);
      },
      async (x, v, hv, signal) => {
        seen.push(signal);
        bowlProduct(x, v, hv);
        await soon();
        products += 1;
        controller.abort(reason);
      },
    );
    const { signal } = controller;
    await new GradientDescent([1, 2, 3]).stepAsync(dense, { signal });
    const error = await rejection(new GradientDescent([1, 2, 3]).stepAsync(objective, { signal }));
    expect(error).toMatchObject({ code: 'ERR_LGF_ABORTED', argument: 'signal', cause: reason });
    expect(seen).toEqual([signal, signal, signal]);
    await soon();
    expect(products).toBe(1);
  });
});

describe('callbacks that fail', () => {
  const nothing = (): void => {};
  const boom = (thrown: unknown) => (): never => {
    throw thrown;
  };
  const made = (thrown: unknown) =>
    [
      ['evaluate', newton(boom(thrown))],
      ['evaluate', newtonCg(boom(thrown), bowlProduct)],
      ['product', newtonCg(bowl, boom(thrown))],
    ] as const;

  test.each(THROWN)('%s that was thrown is the cause of the cause', async (_, thrown) => {
    const late = (): Promise<never> => Promise.reject(thrown);
    for (const [argument, objective] of [
      ...made(thrown),
      ['evaluate', newton(late)] as const,
      ['evaluate', newtonCg(late, nothing)] as const,
      ['product', newtonCg(bowl, late)] as const,
    ]) {
      const descent = new GradientDescent([1, 2]);
      const error = await rejection(descent.stepAsync(objective));
      expect(error).toMatchObject({ code: 'ERR_LGF_CALLBACK', argument: 'objective' });
      expect(error.cause).toMatchObject({ code: 'ERR_LGF_CALLBACK', argument, message: expect.stringContaining(`${argument}: threw`) });
      expect(Object.is((error.cause as LgfError).cause, thrown)).toBe(true);
      expect(descent.epoch).toBe(0);
    }
  });

  test('a step from inside of a callback is refused as such', () => {
    const descent = new GradientDescent([1, 2]);
    const step = (): number => descent.step(bowl).epoch;
    for (const objective of [newton(step), newtonCg(step, nothing), newtonCg(bowl, step)]) {
      expect(refused(() => descent.step(objective))).toMatchObject({ code: 'ERR_LGF_STATE' });
    }
    expect(descent.step(bowl).epoch).toBe(0);
  });

  test('an asynchronous callback is none for step', () => {
    const descent = new GradientDescent([1, 2]);
    for (const objective of [newton(async () => 0), newtonCg(bowl, async () => {})]) {
      expect(() => descent.step(objective as Objective)).toThrow('stepAsync');
    }
  });

  test.each([
    ['g', 'gradient: entry 0', (_x: Float64Array, _g: Float64Array, h: Float64Array) => h.fill(1).length],
    ['h', 'hessian: entry 0', (x: Float64Array, g: Float64Array) => bowl(x, g)],
    [
      'a part of h',
      'hessian: entry 2',
      (x: Float64Array, g: Float64Array, h: Float64Array) => {
        h.set([1, 0]);
        return bowl(x, g);
      },
    ],
  ])('newton finds out that %s was forgotten', (_, message, evaluate) => {
    const objective = newton(evaluate);
    for (let i = 0; i < 2; i++) {
      const error = refused(() => direct(objective, 1, 2));
      expect(error).toMatchObject({ code: 'ERR_LGF_NONFINITE', argument: 'evaluate' });
      expect(error.message).toContain(`evaluate: ${message} is NaN`);
    }
  });

  test('newtonCg finds out that g or hv was forgotten', () => {
    const forgetful = { code: 'ERR_LGF_NONFINITE', argument: 'evaluate' };
    expect(
      refused(() =>
        direct(
          newtonCg(() => 1, bowlProduct),
          1,
          2,
        ),
      ),
    ).toMatchObject(forgetful);
    let call = 0;
    const objective = newtonCg(bowl, (x, v, hv) => {
      call += 1;
      if (call === 1) bowlProduct(x, v, hv);
    });
    const error = refused(() => direct(objective, 1, 2));
    expect(error).toMatchObject({ code: 'ERR_LGF_NONFINITE', argument: 'product' });
    expect(error.message).toMatch(/^product: entry 0 is NaN/);
  });

  test('an array that was given away is missed', () => {
    const shape = (argument: string) => ({ code: 'ERR_LGF_SHAPE', argument });
    const away =
      (which: number) =>
      (x: Float64Array, ...arrays: Float64Array[]) => {
        const value =
          arrays.length > 1 ? bowlHessian(x, arrays[0] as Float64Array, arrays[1] as Float64Array) : bowl(x, arrays[0] as Float64Array);
        give(arrays[which] as Float64Array);
        return value;
      };
    const product = (which: number) => (x: Float64Array, v: Float64Array, hv: Float64Array) => {
      bowlProduct(x, v, hv);
      give([v, hv][which] as Float64Array);
    };
    for (const which of [0, 1]) {
      const dense: NewtonEvaluation<number> = (x, g, h) => away(which)(x, g, h);
      expect(refused(() => direct(newton(dense), 1, 2))).toMatchObject(shape('evaluate'));
      expect(refused(() => direct(newtonCg(bowl, product(which)), 1, 2))).toMatchObject(shape('product'));
    }
    expect(
      refused(() =>
        direct(
          newtonCg((x, g) => away(0)(x, g), bowlProduct),
          1,
          2,
        ),
      ),
    ).toMatchObject(shape('evaluate'));
    const p = new Float64Array(1);
    const taker = newton((x, g, h) => {
      give(p);
      return bowlHessian(x, g, h);
    });
    expect(refused(() => taker(Float64Array.of(1), p))).toMatchObject(shape('p'));
  });

  test('a direction beyond the numbers is refused', () => {
    const flat = newton((_x, g, h) => {
      g.fill(1e10);
      h.fill(1e-310);
      return 0;
    });
    expect(refused(() => direct(flat, 1))).toMatchObject({ code: 'ERR_LGF_NONFINITE', argument: 'evaluate' });
  });

  test('a value that is not finite is left to the optimizer', () => {
    const objective = newton((x, g, h) => bowlHessian(x, g, h) + Number.NaN);
    expect(refused(() => new GradientDescent([1, 2]).step(objective))).toMatchObject({ code: 'ERR_LGF_NONFINITE', argument: 'objective' });
  });
});

// Newton directions: they take a learned flow to minima, from Hessians and from products, at once and after a while.
import {
  type HessianProduct,
  LGFGradientFlow,
  type NewtonEvaluation,
  newton,
  newtonCg,
  newtonDirection,
  type Objective,
} from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { bowlProduct, closeTo, direct, soon } from './support/newton.ts';
import { bowl } from './support/subjects.ts';

// f = (a^2 - 1)^2 / 4 + (b - a^2)^2: minima at (1, 1) and (-1, 1), a saddle at the origin.
const valley: Objective = (x, g) => {
  const [a = 0, b = 0] = x;
  g.set([a ** 3 - a - 4 * a * (b - a * a), 2 * (b - a * a)]);
  return (a * a - 1) ** 2 / 4 + (b - a * a) ** 2;
};
const curvature = (x: Float64Array): [number, number, number] => {
  const [a = 0, b = 0] = x;
  return [15 * a * a - 1 - 4 * b, -4 * a, 2];
};
const valleyHessian: NewtonEvaluation<number> = (x, g, h) => {
  const [aa, ab, bb] = curvature(x);
  h.set([aa, ab, ab, bb]);
  return valley(x, g);
};
const valleyProduct: HessianProduct<void> = (x, v, hv) => {
  const [aa, ab, bb] = curvature(x);
  const [p = 0, q = 0] = v;
  hv.set([aa * p + ab * q, ab * p + bb * q]);
};

const OPTIONS = { direction: 'newton', learningRate: 0.1, dt: 0.1, historySize: 12, retrainInterval: 16 } as const;
const flowFrom = (...start: number[]): LGFGradientFlow => new LGFGradientFlow(start, OPTIONS);

describe('a learned Newton flow', () => {
  test.each([
    ['newton', () => newton(valleyHessian)],
    ['newtonCg', () => newtonCg(valley, valleyProduct)],
  ])('%s: ends in a minimum of a problem that is not convex', (_, make) => {
    const [flow, objective] = [flowFrom(0.3, -0.4), make()];
    while (flow.epoch < 160) flow.step(objective);
    expect(Array.from(flow.x, (v) => v.toFixed(3))).toEqual(['1.000', '1.000']);
    expect(flow.evaluations).toBe(120);
    expect(flow.fallbacks).toBe(0);
  });

  test('away from a saddle, to which the plain direction is drawn', () => {
    const end = (indefinite: 'absolute' | 'plain'): number => {
      const flow = flowFrom(0.1, 0.1);
      const objective = newton(valleyHessian, { indefinite });
      while (flow.epoch < 160) flow.step(objective);
      return Math.abs(flow.x[0] ?? Number.NaN);
    };
    expect(end('plain')).toBeLessThan(1e-3);
    expect(end('absolute')).toBeCloseTo(1, 3);
  });

  test('dense directions and those by products are the same where the problem is convex', () => {
    for (const [a, b] of [
      [1.5, 0.5],
      [-0.9, 0.7],
      [2, 1],
    ] as const) {
      const [dense, cg] = [direct(newton(valleyHessian), a, b), direct(newtonCg(valley, valleyProduct), a, b)];
      closeTo(cg, dense);
    }
  });

  test('asynchronously it is the same, bit for bit', async () => {
    const product: HessianProduct<Promise<void>> = async (x, v, hv) => {
      await soon();
      valleyProduct(x, v, hv);
    };
    const late: NewtonEvaluation<Promise<number>> = async (x, g, h) => {
      await soon();
      return valleyHessian(x, g, h);
    };
    const lateGradient = async (x: Float64Array, g: Float64Array): Promise<number> => {
      await soon();
      return valley(x, g);
    };
    for (const [sync, others] of [
      [newton(valleyHessian), [newton(late), newton(valleyHessian)]],
      [
        newtonCg(valley, valleyProduct),
        [newtonCg(valley, product), newtonCg(lateGradient, valleyProduct), newtonCg(lateGradient, product)],
      ],
    ] as const) {
      const expected = flowFrom(0.3, -0.4);
      while (expected.epoch < 40) expected.step(sync);
      for (const objective of others) {
        const flow = flowFrom(0.3, -0.4);
        while (flow.epoch < 40) await flow.stepAsync(objective);
        expect(Array.from(flow.x)).toEqual(Array.from(expected.x));
        expect(objective.report).toEqual(sync.report);
      }
    }
  });
});

describe('reports', () => {
  test('of a Hessian', () => {
    const objective = newton(valleyHessian);
    expect(objective.report).toBeUndefined();
    direct(objective, 0, 0);
    expect(objective.report).toEqual({ curvature: 'indefinite', rank: 2 });
    direct(objective, 1, 1);
    expect(objective.report).toEqual({ curvature: 'positive', rank: 2 });
    expect(
      newtonDirection(
        [3, 3],
        [
          [1, 1],
          [1, 1],
        ],
      ),
    ).toMatchObject({ curvature: 'positive', rank: 1 });
    expect(
      newtonDirection(
        [3, -4],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ).toEqual({ direction: Float64Array.of(3, -4), curvature: 'positive', rank: 0 });
  });

  test('of conjugate gradients', () => {
    const objective = newtonCg(valley, valleyProduct);
    expect(objective.report).toBeUndefined();
    direct(objective, 1, 0.9);
    expect(objective.report).toEqual({ iterations: 2, converged: true, negativeCurvature: false });
    // Along this gradient the problem bends down.
    expect(direct(objective, 0.1, 0)).toEqual([0.1 ** 3 - 0.1 + 4 * 0.1 ** 3, -2 * 0.1 ** 2]);
    expect(objective.report).toEqual({ iterations: 1, converged: false, negativeCurvature: true });
    const once = newtonCg(bowl, bowlProduct, { maxIterations: 1 });
    direct(once, 1, 1, 1);
    expect(once.report).toEqual({ iterations: 1, converged: false, negativeCurvature: false });
  });
});

// The published schedule has no safeguard: a learned phase can end worse than it began. But no iterate is ever non-finite, and the best
// point seen is kept.
import fc from 'fast-check';
import { LGFGradientFlow, type LGFGradientFlowOptions, LgfError, type Objective } from 'learned-gradient-flow';
import { expect, test } from 'vitest';

/** Sums of one function of `r = A x`: quadratic, log-cosh, quartic, cosine. */
const shapes = [
  [(r: number) => r * r, (r: number) => 2 * r],
  [(r: number) => Math.abs(r) + Math.log1p(Math.exp(-2 * Math.abs(r))), Math.tanh],
  [(r: number) => r ** 4, (r: number) => 4 * r ** 3],
  [(r: number) => 1 - Math.cos(r), Math.sin],
] as const;

const number = fc.double({ min: -2, max: 2, noNaN: true });

const problems = fc.integer({ min: 1, max: 6 }).chain((d) =>
  fc.record({
    A: fc.array(fc.array(number, { minLength: d, maxLength: d }), { minLength: d, maxLength: d }),
    start: fc.array(number, { minLength: d, maxLength: d }),
    shape: fc.constantFrom(...shapes),
    rank: fc.option(fc.integer({ min: 1, max: d })),
  }),
);

const settings = fc.record({
  learningRate: fc.constantFrom(0.001, 0.01, 0.1),
  stretch: fc.constantFrom(1, 1, 50),
  historySize: fc.integer({ min: 6, max: 20 }),
  learnedSteps: fc.integer({ min: 1, max: 30 }),
  polyOrder: fc.integer({ min: 1, max: 3 }),
  method: fc.constantFrom('strong', 'weak', 'tracked'),
  orthonormal: fc.boolean(),
  sparse: fc.boolean(),
  adaptive: fc.boolean(),
});

test('no run comes to a non-finite iterate or loses its best point', () => {
  fc.assert(
    fc.property(problems, settings, ({ A, start, shape: [value, slope], rank }, o) => {
      const objective: Objective = (x, g) => {
        const r = A.map((row) => row.reduce((sum, a, j) => sum + a * (x[j] as number), 0));
        g.set(start.map((_, j) => r.reduce((sum, ri, i) => sum + (A[i]?.[j] ?? 0) * slope(ri), 0)));
        return r.reduce((sum, ri) => sum + value(ri), 0);
      };
      const options = {
        learningRate: o.learningRate,
        dt: o.stretch * o.learningRate,
        historySize: o.historySize,
        retrainInterval: o.historySize + o.learnedSteps,
        model: { polyOrder: o.polyOrder, method: o.method, orthonormal: o.orthonormal, truncationRank: rank },
        solver: o.sparse ? { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, normalizeColumns: true, maxIter: 3 } : { kind: 'dense' },
        ode: { method: o.adaptive ? 'rk45' : 'rk4' },
      } as LGFGradientFlowOptions;
      const flow = new LGFGradientFlow(start, options);
      let first: number | undefined;
      try {
        while (flow.epoch < 80) {
          first ??= flow.step(objective).value;
          flow.step(objective);
          expect(flow.x.every(Number.isFinite)).toBe(true);
        }
      } catch (error) {
        // Descent itself can diverge until the objective overflows. That is said, and the iterate stays finite.
        if (!(error instanceof LgfError)) throw error;
        expect([error.code, error.argument]).toEqual(['ERR_LGF_NONFINITE', 'objective']);
        expect(flow.x.every(Number.isFinite)).toBe(true);
      }
      expect(flow.best?.value).toBeLessThanOrEqual(first ?? Number.POSITIVE_INFINITY);
    }),
    { numRuns: 300 },
  );
});

// Metrics of LGFAdaptive: what they take, what they save, and that `minimize` passes them on.
import { LGFAdaptive, type LGFAdaptiveOptions, minimize, minimizeSync } from 'learned-gradient-flow';
import { expect, test } from 'vitest';

/** A valley over variables whose units differ by six decades. */
const UNITS = Float64Array.from({ length: 30 }, (_, i) => 10 ** (3 * Math.sin(2.3 * i)));
const START = UNITS.map((unit, i) => unit * (1 + Math.sin(i)));
function valley(x: Float64Array, g: Float64Array): number {
  let value = 0;
  g.fill(0);
  for (let i = 0; i < x.length; i++) {
    const j = (7 * i + 3) % x.length;
    const u = (x[i] ?? 0) / (UNITS[i] ?? 1) - 1;
    const e = u + 1 - (x[j] ?? 0) / (UNITS[j] ?? 1);
    value += u * u + e * e;
    g[i] = (g[i] ?? 0) + (2 * (u + e)) / (UNITS[i] ?? 1);
    g[j] = (g[j] ?? 0) - (2 * e) / (UNITS[j] ?? 1);
  }
  return value;
}

const curvatures = UNITS.map((unit) => unit * unit);
const evaluations = (options: LGFAdaptiveOptions): number =>
  minimizeSync(valley, START, { ...options, target: 1e-8, gradientTolerance: 0, maxEvaluations: 400 }).evaluations;

test('a metric saves evaluations where variables have units of their own', () => {
  const plain = evaluations({});
  expect(evaluations({ preconditioner: curvatures })).toBeLessThan(25);
  expect(evaluations({ base: 'diagonal' })).toBeLessThan(Math.min(100, plain / 2));
  expect(evaluations({ base: 'adam' })).toBeLessThan(plain);
});

test.each<LGFAdaptiveOptions>([{ base: 'adam' }, { base: 'diagonal' }, { preconditioner: Array.from(curvatures) }])(
  'the loop of %j is that of its class, waiting or not, and resumes',
  async (options) => {
    const flow = new LGFAdaptive(START, options);
    while (flow.evaluations < 10) flow.step(valley);
    let rest = LGFAdaptive.restore(flow.snapshot());
    for (; flow.evaluations < 20; flow.step(valley)) {
      rest.step(valley);
      rest = LGFAdaptive.restore(rest.snapshot());
    }
    expect(Array.from(rest.x)).toEqual(Array.from(flow.x));
    const rules = { ...options, gradientTolerance: 0, maxEvaluations: 20 };
    const expected = [flow.best?.value, Array.from(flow.best?.x ?? [])];
    for (const result of [minimizeSync(valley, START, rules), await minimize(valley, START, rules)]) {
      expect([result.value, Array.from(result.x)]).toEqual(expected);
    }
  },
);

test('says which entry of the preconditioner is wrong, and what a metric does not go with', () => {
  const made = (options: LGFAdaptiveOptions) => () => new LGFAdaptive([1, 2], options);
  const wrong = (code: string, argument: string) => expect.objectContaining({ code, argument });
  expect(made({ preconditioner: [1, 0] })).toThrow(wrong('ERR_LGF_ARGUMENT', 'preconditioner.1'));
  expect(made({ preconditioner: [1, -3] })).toThrow(/preconditioner\.1.*-3.*\[1e-100, 1e100\]/);
  expect(made({ preconditioner: Float64Array.of(1, Number.NaN) })).toThrow(wrong('ERR_LGF_ARGUMENT', 'preconditioner.1'));
  for (const entries of [[], [1], [1, 1, 1]]) {
    expect(made({ preconditioner: entries })).toThrow(wrong('ERR_LGF_SHAPE', 'preconditioner'));
  }
  expect(made({ preconditioner: [1, 1], direction: 'newton' })).toThrow(wrong('ERR_LGF_ARGUMENT', 'preconditioner'));
  expect(made({ base: 'adam', direction: 'newton' })).toThrow(wrong('ERR_LGF_ARGUMENT', 'base'));
  expect(() => minimizeSync(valley, START, { preconditioner: [1] })).toThrow(wrong('ERR_LGF_SHAPE', 'preconditioner'));
});

test('bounds hold in every metric', () => {
  const lower = UNITS.map((unit, i) => (i % 3 === 0 ? 1.2 * unit : Number.NEGATIVE_INFINITY));
  for (const base of ['adam', 'diagonal'] as const) {
    let outside = 0;
    const seen = (x: Float64Array, g: Float64Array): number => {
      outside += x.filter((v, i) => v < (lower[i] ?? 0)).length;
      return valley(x, g);
    };
    const { x } = minimizeSync(seen, START, { base, bounds: { lower }, gradientTolerance: 0, maxEvaluations: 300 });
    expect(outside).toBe(0);
    expect(x.filter((v, i) => i % 3 === 0 && v === lower[i])).toHaveLength(10);
  }
});

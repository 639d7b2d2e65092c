// The published two-variable inverse problem, natively and as a callback of one's own.
import { GradientDescent, LGFGradientFlow, type Optimizer, problems } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { heatRodObjective, run } from '../examples/heat-rod-callback.ts';
import { HEAT_ROD_SETTINGS } from '../src/experiments/heatRod.ts';
import { golden, type Stored } from './support/golden.ts';

const stored = golden('heat_rod');
const rod = problems.heatRod();
const relative = (actual: number, expected: number): number => Math.abs(actual - expected) / Math.abs(expected);

function misfit(x: Float64Array): number {
  rod.evaluate(x, new Float64Array(2));
  return rod.misfit ?? Number.NaN;
}

/** Relative deviation of the misfit after each stored number of steps. */
function deviations(optimizer: Optimizer, misfitAt: Record<string, number>): Record<string, number> {
  const found: Record<string, number> = {};
  while (optimizer.epoch < 750) {
    optimizer.step(rod.evaluate);
    const expected = misfitAt[optimizer.epoch];
    if (expected !== undefined) found[optimizer.epoch] = relative(misfit(optimizer.x), expected);
  }
  return found;
}

test.each<Stored>(stored.evaluations)('value and gradient at $a', ({ a, logMisfit, gradient }) => {
  const g = new Float64Array(2);
  for (const objective of [rod.evaluate, heatRodObjective()]) {
    expect(relative(objective(Float64Array.from(a), g), logMisfit)).toBeLessThan(1e-10);
    // Relative on the larger component, by which the smaller one is rounded.
    expect(Math.hypot(...g.map((v, i) => v - gradient[i])) / Math.hypot(...gradient)).toBeLessThan(1e-9);
  }
});

test('the example of a callback runs and gives the native numbers', () => {
  const g = new Float64Array(2);
  const value = rod.evaluate(rod.start(), g);
  const own = run();
  expect(relative(own.value, value)).toBeLessThan(1e-11);
  own.gradient.forEach((component, i) => {
    expect(relative(component, g[i] as number)).toBeLessThan(1e-11);
  });
});

test('descent follows the stored run', () => {
  const found = deviations(new GradientDescent(rod.start(), { learningRate: HEAT_ROD_SETTINGS.learningRate }), stored.gd.misfitAt);
  expect(Object.keys(found)).toEqual(Object.keys(stored.gd.misfitAt));
  expect(Math.max(...Object.values(found))).toBeLessThan(1e-6);
});

describe('the learned run', () => {
  const flow = new LGFGradientFlow(rod.start(), HEAT_ROD_SETTINGS);
  const found = deviations(flow, stored.lgf.misfitAt);

  test('makes the stored number of evaluations', () => {
    expect([flow.evaluations, flow.fits, flow.fallbacks]).toEqual([375, 15, 0]);
  });

  test('has the stored misfits to the end', () => {
    expect(Object.keys(found)).toEqual(Object.keys(stored.lgf.misfitAt));
    expect(Math.max(...Object.values(found))).toBeLessThan(1e-6);
  });

  test('parts from the stored iterates by rounding only', () => {
    const again = new LGFGradientFlow(rod.start(), HEAT_ROD_SETTINGS);
    let apart = 0;
    for (const [x, y] of stored.lgf.iterates) {
      again.step(rod.evaluate);
      apart = Math.max(apart, Math.hypot((again.x[0] as number) - x, (again.x[1] as number) - y));
    }
    expect(apart).toBeLessThan(1e-9);
  });
});

test('with a safeguard the published run ends at or below the end of descent, which it takes with half of the evaluations', () => {
  const { learningRate } = HEAT_ROD_SETTINGS;
  const base = new GradientDescent(rod.start(), { learningRate });
  const guarded = new LGFGradientFlow(rod.start(), { ...HEAT_ROD_SETTINGS, safeguard: true });
  const g = new Float64Array(2);
  const end = (optimizer: GradientDescent | LGFGradientFlow): number => {
    while (optimizer.epoch < 750) optimizer.step(rod.evaluate);
    return rod.evaluate(optimizer.x, g);
  };
  const [reference, value] = [end(base), end(guarded)];
  expect(value).toBeLessThanOrEqual(reference);
  // The best point is the last one or better, and both are true evaluations.
  expect(guarded.best?.value).toBeLessThanOrEqual(value);
  // 375 of the schedule, one a phase and at the end, and what the refusals of the last phase cost.
  expect(guarded.evaluations).toBeLessThan(0.55 * 750);
  expect(guarded.rejections).toBeGreaterThan(0);
});

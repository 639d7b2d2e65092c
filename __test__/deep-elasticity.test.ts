// The deep elasticity problem: the published runs on 9 x 9 x 9 cells, views and draws.
import { BaseAdam, LGFAdam, type Optimizer, problems } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { DEEP_ELASTICITY_SETTINGS } from '../src/experiments/deepElasticity.ts';
import { golden, type Stored } from './support/golden.ts';

const stored = golden('deep_elasticity');
const relative = (actual: number, expected: number): number => Math.abs(actual - expected) / Math.abs(expected);
const cube = problems.deepElasticity({ cells: 9 });

/** Relative deviation of the energy after each stored number of steps. */
function deviations(optimizer: Optimizer, energyAt: Record<string, number>): Record<string, number> {
  const g = new Float64Array(cube.dimension);
  const found: Record<string, number> = {};
  while (optimizer.epoch < 300) {
    optimizer.step(cube.evaluate);
    const expected = energyAt[optimizer.epoch];
    if (expected !== undefined) found[optimizer.epoch] = relative(cube.evaluate(optimizer.x, g), expected);
  }
  expect(Object.keys(found)).toEqual(Object.keys(energyAt));
  return found;
}

test.each<Stored>(stored.evaluations)('value and gradient on $cells cells an edge', ({ cells, energy, gradient }) => {
  const problem = problems.deepElasticity({ cells });
  const g = new Float64Array(problem.dimension);
  expect(relative(problem.evaluate(stored.start, g), energy)).toBeLessThan(1e-10);
  expect(Math.hypot(...g.map((v, i) => v - gradient[i])) / Math.hypot(...gradient)).toBeLessThan(1e-10);
});

test('Adam follows the stored run', () => {
  const { learningRate } = DEEP_ELASTICITY_SETTINGS;
  const found = deviations(new BaseAdam(stored.start, { learningRate }), stored.runs.adam.energyAt);
  expect(Math.max(...Object.values(found))).toBeLessThan(1e-10);
});

describe('the learned run', () => {
  const flow = new LGFAdam(stored.start, DEEP_ELASTICITY_SETTINGS);
  const found = deviations(flow, stored.runs.lgf.energyAt);
  const worst = (from: number, to: number): number =>
    Math.max(...Object.entries(found).flatMap(([epoch, deviation]) => (Number(epoch) >= from && Number(epoch) <= to ? [deviation] : [])));

  test('makes the stored number of evaluations', () => {
    expect([flow.evaluations, flow.fits, flow.fallbacks]).toEqual([stored.runs.lgf.evaluations, 6, 0]);
  });

  test('has the stored energies to the first learned step', () => {
    expect(worst(1, 35)).toBeLessThan(1e-10);
    expect(worst(36, 36)).toBeLessThan(1e-10);
  });

  // 35 iterates of Adam span 35 directions with singular values from 22 to 1e-12: two solvers of the refit (NumPy's lstsq and
  // pinv) differ by 5e-6 in the gradient ten steps ahead, and every learned phase adds its own. Measured: 6.3e-6 and 3.7e-4.
  test('stays by the stored energies as closely as two solvers of the refit do', () => {
    expect(worst(50, 50)).toBeLessThan(5e-5);
    expect(worst(100, 300)).toBeLessThan(2e-3);
  });
});

describe('views', () => {
  const x = cube.start();

  test('the energy is that of the fields', () => {
    const edge = Array.from({ length: 9 }, (_, c) => (c + 0.5) / 9);
    const points = edge.flatMap((a) => edge.flatMap((b) => edge.map((c) => [a, b, c])));
    const u = cube.displacement(x, points);
    const density = cube.energyDensity(x, points);
    const terms = points.map(([a = 0, b = 0], p) => {
      const work = 10 * ((0.5 - b) * (u.at(p, 0) ?? 0) + (a - 0.5) * (u.at(p, 1) ?? 0));
      return (density[p] as number) - work;
    });
    const energy = terms.reduce((sum, v) => sum + v, 0) / terms.length;
    expect(relative(cube.evaluate(x, new Float64Array(cube.dimension)), energy)).toBeLessThan(1e-12);
  });

  test('the density is half of strain times stress', () => {
    const at = [0.3, 0.8, 0.6];
    const h = 1e-4;
    const moved = (k: number, by: number): Float64Array => cube.displacement(x, [at.map((v, i) => (i === k ? v + by : v))]).data;
    const slopes = [0, 1, 2].map((k) => moved(k, h).map((v, i) => (v - (moved(k, -h)[i] as number)) / (2 * h)));
    const strain = (i: number, k: number): number => 0.5 * ((slopes[k]?.[i] ?? 0) + (slopes[i]?.[k] ?? 0));
    const all = [0, 1, 2].flatMap((i) => [0, 1, 2].map((k) => strain(i, k) ** 2));
    const trace = strain(0, 0) + strain(1, 1) + strain(2, 2);
    const expected = 0.2 * trace ** 2 + 0.4 * all.reduce((sum, v) => sum + v, 0);
    expect(relative(cube.energyDensity(x, [at])[0] as number, expected)).toBeLessThan(1e-6);
  });
});

test('a resumed run draws the points that the first one would have drawn', () => {
  const options = { sampling: 'random', points: 300, seed: 7 } as const;
  const first = problems.deepElasticity(options);
  const whole = new BaseAdam(first.start(), { learningRate: 1e-2 });
  while (whole.epoch < 6) whole.step(first.evaluate);

  const second = problems.deepElasticity(options);
  const half = new BaseAdam(second.start(), { learningRate: 1e-2 });
  while (half.epoch < 3) half.step(second.evaluate);
  const third = problems.deepElasticity(options);
  third.draw = second.draw;
  const resumed = BaseAdam.restore(half.snapshot());
  while (resumed.epoch < 6) resumed.step(third.evaluate);
  expect(resumed.x).toEqual(whole.x);
  expect([first.draw, third.draw, cube.draw]).toEqual([6, 6, 0]);
});

test('fixed points are drawn once', () => {
  const fixed = problems.deepElasticity({ sampling: 'random', points: 100, resample: false });
  const g = new Float64Array(fixed.dimension);
  const values = [fixed.evaluate(fixed.start(), g), fixed.evaluate(fixed.start(), g)];
  expect(values[0]).toBe(values[1]);
  fixed.draw = 1;
  expect(fixed.evaluate(fixed.start(), g)).not.toBe(values[0]);
});

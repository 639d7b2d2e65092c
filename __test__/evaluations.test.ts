// Counting of `npm run bench:evaluations`, without its peers.
import { GradientDescent, problems } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { CASES, largestCurvature } from '../bench/evaluations/cases.ts';
import { better, type Case, Counter, charged, geometricMean } from '../bench/evaluations/count.ts';
import { drive, METHODS } from '../bench/evaluations/methods.ts';
import { profileSvg, profiles } from '../bench/evaluations/profile.ts';
import { bestScipy, type Figures, standings } from '../bench/evaluations/report.ts';
import { expectBalanced } from './support/markup.ts';

/** `x^2 / 2` from 1: descent with rate 1/2 is at `4^-k / 2` at evaluation `k + 1`. */
const half: Case['evaluate'] = (x, g) => {
  g[0] = Number(x[0]);
  return Number(x[0]) ** 2 / 2;
};
const bowl = (levels: readonly number[], budget: number): Case => ({
  name: 'bowl',
  dimension: 1,
  start: Float64Array.of(1),
  evaluate: half,
  exact: half,
  measure: (_, value) => 2 * value,
  levels,
  budget,
  restart: false,
});

describe('a counter', () => {
  test('gives the number of the evaluation that was good enough', () => {
    const counter = new Counter(bowl([1, 0.2, 0.01], 100));
    drive(new GradientDescent([1], { learningRate: 0.5 }), counter);
    expect(counter.result.counts).toEqual([1, 3, 5]);
    expect(counter.result.best).toBe(4 ** -4);
    expect(counter.bestPoint).toEqual(Float64Array.of(2 ** -4));
    expect(counter.finished).toBe(true);
  });

  test('stops at the budget and charges twice as much', () => {
    const counter = new Counter(bowl([0.2, 1e-9], 4));
    drive(new GradientDescent([1], { learningRate: 0.5 }), counter);
    expect(counter.made).toBe(4);
    expect(counter.result.counts).toEqual([3, null]);
    expect(counter.result.counts.map((count) => charged(count, 4))).toEqual([3, 8]);
  });

  test('does not count what comes after the budget, or is not finite', () => {
    const counter = new Counter(bowl([0.5], 1));
    const g = new Float64Array(1);
    counter.evaluate([Number.NaN], g);
    counter.evaluate([0], g);
    expect(counter.result).toEqual({ counts: [null], best: Number.POSITIVE_INFINITY });
  });

  test('ends with an optimizer that diverges', () => {
    const counter = new Counter(bowl([1e-9], 5000));
    drive(new GradientDescent([1], { learningRate: 1e3 }), counter);
    expect(counter.result.counts).toEqual([null]);
  });
});

test('the better run reaches more, or the same sooner, or comes closer', () => {
  const run = (counts: (number | null)[], best: number) => ({ counts, best });
  const [far, near, soon] = [run([5, null], 0.3), run([5, null], 0.2), run([5, 7], 0.1)];
  expect(better(far, near, 10)).toBe(near);
  expect(better(soon, near, 10)).toBe(soon);
  expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
});

test('the largest curvature of a quadratic is its condition number', () => {
  const quadratic = problems.testFunction({ name: 'quadratic', dimension: 12, condition: 50 });
  expect(largestCurvature(quadratic, quadratic.start())).toBeCloseTo(50, 1);
});

test('every test function and every problem is a case with a start above its levels', () => {
  const names = CASES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name } of problems.testFunctions()) expect(names).toContain(name);
  for (const entry of CASES.filter(({ group }) => group !== 'paper')) {
    const subject = entry.make();
    const g = new Float64Array(subject.dimension);
    const first = subject.measure(subject.start, subject.evaluate(subject.start, g));
    expect(first, entry.name).toBeGreaterThan(subject.levels[0] ?? Number.NaN);
    expect(
      subject.levels.every((level, i) => i === 0 || level < (subject.levels[i - 1] ?? 0)),
      entry.name,
    ).toBe(true);
  }
});

test('standings are ratios to the best of SciPy, failures at twice the budget', () => {
  const figures: Figures[] = [
    {
      name: 'a',
      group: 'functions',
      dimension: 1,
      levels: [1e-3],
      budget: 100,
      methods: {
        LGFAdaptive: { counts: [10], best: 0 },
        'L-BFGS-B': { counts: [20], best: 0 },
        CG: { counts: [null], best: 1 },
      },
    },
    {
      name: 'b',
      group: 'functions',
      dimension: 1,
      levels: [1e-3],
      budget: 100,
      methods: {
        LGFAdaptive: { counts: [null], best: 1 },
        'L-BFGS-B': { counts: [50], best: 0 },
        CG: { counts: [40], best: 0 },
      },
    },
  ];
  expect(bestScipy(figures)).toBe('L-BFGS-B');
  const [own, lbfgs, cg] = standings(figures);
  expect(own?.mean).toBeCloseTo(Math.sqrt(0.5 * 4), 12);
  expect(own?.worst).toEqual({ ratio: 4, where: 'b at 0.001' });
  expect([own?.solved, lbfgs?.solved, cg?.solved]).toEqual([1, 2, 1]);
  expect(cg?.mean).toBeCloseTo(Math.sqrt(10 * 0.8), 12);
});

test('a performance profile counts shares of what somebody solved', () => {
  const names = [
    { name: 'ours', own: true },
    { name: 'theirs', own: false },
  ];
  const found = profiles(names, [
    { ours: 10, theirs: 20 },
    { ours: 30, theirs: 10 },
    { ours: null, theirs: 5 },
    { ours: null, theirs: null },
  ]);
  expect(found.tasks).toBe(3);
  expect(found.lines.map(({ ratios }) => ratios)).toEqual([
    [1, 3],
    [1, 1, 2],
  ]);
  const svg = profileSvg('shares', found);
  expectBalanced(svg);
  expect(svg).not.toMatch(/NaN|undefined/);
});

test('methods have names of their own', () => {
  expect(new Set(METHODS.map(({ name }) => name)).size).toBe(METHODS.length);
});

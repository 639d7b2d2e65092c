// Test functions from TypeScript: the table, the noise, and that their minima are reached. Gradients are tested in Rust.
import { problems } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';

const summaries = problems.testFunctions();

test('names are there once, in groups of usable size', () => {
  expect(new Set(summaries.map(({ name }) => name)).size).toBe(summaries.length);
  expect(summaries.length).toBeGreaterThanOrEqual(60);
});

test.each(summaries)('$name starts above its minimum', ({ name, dimension, minimum }) => {
  const problem = problems.testFunction({ name });
  expect([problem.name, problem.dimension, problem.minimum]).toEqual([name, dimension, minimum]);
  expect(problem.start()).toHaveLength(dimension);
  const g = new Float64Array(dimension);
  expect(problem.evaluate(problem.start(), g)).toBeGreaterThan(minimum);
  expect(Math.hypot(...g)).toBeGreaterThan(0);
});

describe('noise', () => {
  const exact = problems.testFunction({ name: 'bratu' });
  const run = (options: object) => {
    const problem = problems.testFunction({ name: 'bratu', noise: 0.01, ...options });
    const g = new Float64Array(problem.dimension);
    return { value: problem.evaluate(problem.start(), g), g };
  };
  const g = new Float64Array(exact.dimension);
  const value = exact.evaluate(exact.start(), g);

  test('has the stated size and belongs to seed and point', () => {
    const noisy = run({ seed: 3 });
    const distance = Math.hypot(...noisy.g.map((v, i) => v - (g[i] ?? 0))) / Math.hypot(...g);
    expect(distance).toBeGreaterThan(0.0085);
    expect(distance).toBeLessThan(0.0115);
    expect(run({ seed: 3 }).g).toEqual(noisy.g);
    expect(run({ seed: 4 }).g).not.toEqual(noisy.g);
    // At the start both kinds are the same.
    expect(run({ seed: 3, noiseKind: 'absolute' }).g).toEqual(noisy.g);
  });

  test('leaves the value alone unless asked', () => {
    expect(run({}).value).toBe(value);
    expect(run({ noisyValue: true }).value).not.toBe(value);
  });

  test('away from the start the kinds differ', () => {
    const x = exact.start().fill(0.3);
    const gradients = (['relative', 'absolute'] as const).map((noiseKind) => {
      const problem = problems.testFunction({ name: 'bratu', noise: 0.01, noiseKind });
      problem.evaluate(x, g);
      return Array.from(g);
    });
    expect(gradients[0]).not.toEqual(gradients[1]);
  });
});

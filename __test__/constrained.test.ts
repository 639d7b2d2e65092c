// Optimality criteria and moving asymptotes as users meet them: whole runs, endings, what is refused.
import { type MinimizeOptions, MMA, minimizeSync, type Objective, OptimalityCriteria, type Status } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';

/** `Σ (i + 1)^2 / x_i`: where `w'x = V`, the minimum is at `x_i` proportional to `(i + 1) / √w_i`. */
const rods: Objective = (x, g) => {
  g.set(x.map((a, i) => -((i + 1) ** 2) / (a * a)));
  return x.reduce((sum, a, i) => sum + (i + 1) ** 2 / a, 0);
};
const START = [0.5, 0.5, 0.5, 0.5];
const rounded = (x: Float64Array, digits: number): string => Array.from(x, (a) => a.toFixed(digits)).join(' ');
const wrong = (code: string, argument: string) => expect.objectContaining({ code, argument });

describe.each([
  ['optimality-criteria', OptimalityCriteria],
  ['mma', MMA],
] as const)('%s', (method, Class) => {
  const run = (options: object, start: readonly number[] = START) =>
    minimizeSync(rods, start, { method, lower: 0.01, tolerance: 1e-4, valueTolerance: 0, trace: true, ...options } as MinimizeOptions);

  test('minimises under the constraint', () => {
    const result = run({});
    expect(rounded(result.x, 3)).toBe('0.200 0.400 0.600 0.800');
    expect(result).toMatchObject({ status: 'converged', success: true, rejected: 0, learnedSteps: 0 });
    // What is left of the gradient when it is projected onto the constraint.
    expect(result.gradientNorm).toBeLessThan(0.02);
    expect(result.evaluations).toBeLessThan(40);
    const { x } = run({ weights: [4, 1, 1, 1], limit: 1.6 });
    [0.5, 2, 3, 4].forEach((a, i) => void expect(x[i]).toBeCloseTo((a * 1.6) / 11, 3));
  });

  test('bounds take the place of lower and upper', () => {
    const bounds = { lower: [0.3, 0.01, 0.01, 0.01], upper: [0.3, 1, 1, 0.5] };
    const result = run({ bounds }, [1, 1, 1, 1]);
    expect(rounded(result.x, 3)).toBe('0.300 0.480 0.720 0.500');
    expect(result.trace?.every(({ value = 0 }) => value > 40)).toBe(true);
  });

  test('an optimizer says when it has converged, and goes on all the same', () => {
    const optimizer = new Class(START, { lower: 0.01 });
    const endings: (Status | undefined)[] = [];
    while (optimizer.ending === undefined) {
      optimizer.step(rods);
      endings.push(optimizer.ending);
    }
    expect(endings.at(-1)).toBe('converged');
    expect(Class.restore(optimizer.snapshot()).ending).toBe('converged');
    const { epoch, evaluations } = optimizer;
    optimizer.step(rods);
    expect([optimizer.epoch, optimizer.evaluations]).toEqual([epoch + 1, evaluations + 1]);
  });

  test('a start beyond the constraint is moved to the nearest feasible point', () => {
    const optimizer = new Class([1, 1, 0.5, 0.5]);
    expect(rounded(optimizer.x, 12)).toBe('0.750000000000 0.750000000000 0.250000000000 0.250000000000');
  });

  test('refuses what has no solution, by name', () => {
    const made = (options: object) => () => new Class(START, options);
    expect(made({ weights: [1, 2, 3] })).toThrow(wrong('ERR_LGF_SHAPE', 'weights'));
    expect(made({ weights: [0, 0, 0, 0] })).toThrow(wrong('ERR_LGF_ARGUMENT', 'weights'));
    expect(made({ limit: 0.1, lower: 0.2 })).toThrow(wrong('ERR_LGF_ARGUMENT', 'limit'));
    expect(made({ lower: 0.5, upper: 0.5 })).toThrow(wrong('ERR_LGF_ARGUMENT', 'upper'));
    expect(() => run({ bounds: { lower: 0 } })).toThrow(wrong('ERR_LGF_ARGUMENT', 'bounds.upper.0'));
  });
});

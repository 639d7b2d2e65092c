// The published acoustic inverse problem: stored numbers, and both published runs.
import { BaseAdam, LGFAdam, type LGFAdamOptions, type Optimizer, problems } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { acousticInverseSettings } from '../src/experiments/acousticInverse.ts';
import { golden, type Stored } from './support/golden.ts';

const stored = golden('acoustic_inverse');
const wave = problems.acousticInverse();

test('the published mesh', () => {
  expect(wave.mesh.nodes.toArray()).toEqual(stored.nodes);
  expect(Array.from(wave.mesh.triangles)).toEqual(stored.triangles.flat());
  expect(Array.from(wave.mesh.fixedNodes)).toEqual(stored.fixedNodes);
  expect([wave.mesh.forcedNode, wave.times]).toEqual([stored.forcedNode, stored.steps]);
});

test.each<Stored>(stored.evaluations)('value and gradient, $value', ({ a, value, gradient }) => {
  const g = new Float64Array(wave.dimension);
  expect(Math.abs(wave.evaluate(a, g) / value - 1)).toBeLessThan(1e-12);
  expect(Math.hypot(...g.map((v, i) => v - gradient[i])) / Math.hypot(...gradient)).toBeLessThan(1e-12);
});

interface Run {
  readonly evaluations: number;
  readonly loss: number;
  readonly parameterError: number;
}

const settings = acousticInverseSettings(wave.dimension);

function run(optimizer: Optimizer): Run {
  while (optimizer.epoch < 2200) optimizer.step(wave.evaluate);
  const loss = wave.evaluate(optimizer.x, new Float64Array(wave.dimension));
  return { evaluations: optimizer.evaluations, loss, parameterError: wave.parameterError(optimizer.x) };
}

const learned = (options: LGFAdamOptions): Run => run(new LGFAdam(wave.start(), options));

describe('the published runs', () => {
  const { learningRate } = settings;
  const [adam, flow] = [run(new BaseAdam(wave.start(), { learningRate })), learned(settings)];

  test('make the published numbers of evaluations', () => {
    expect(adam.evaluations).toBe(stored.published.adam.evaluations);
    expect(flow.evaluations).toBe(stored.published.lgfAdam.evaluations);
  });

  test('end as near to the truth as published, or nearer', () => {
    expect(adam.parameterError).toBeLessThan(stored.published.adam.relativeSquaredParameterError);
    expect(flow.parameterError).toBeLessThan(stored.published.lgfAdam.relativeSquaredParameterError);
  });

  test('end within five hundredths of each other', () => {
    expect(flow.loss / adam.loss).toBeLessThan(1.05);
  });

  test('singular values that are rounding error in single precision must not be kept in double precision', () => {
    const kept = learned({ ...settings, solver: { kind: 'stlsq', threshold: 1e-8, alpha: 0, normalizeColumns: true } });
    expect(kept.loss).toBeGreaterThan(1);
  });
});

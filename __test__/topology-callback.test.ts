// Topology optimization with finite element code of one's own: the example, its gradient, known compliances.
import { checkGradient, minimizeSync } from 'learned-gradient-flow';
import { expect, test } from 'vitest';
import { halfBeam, run } from '../examples/topology-callback.ts';

test('the gradient is that of the value, and the mirror direction that without the slope of the densities', () => {
  const [plain, mirror] = [halfBeam(9, 5, false, 1.5), halfBeam(9, 5, true, 1.5)];
  const a = Float64Array.from({ length: 45 }, (_, i) => Math.sin(3 * i));
  expect(checkGradient(plain.objective, a).maxRelError).toBeLessThan(1e-5);
  const [g, direction] = [new Float64Array(45), new Float64Array(45)];
  expect(plain.objective(a, g)).toBe(mirror.objective(a, direction));
  g.forEach((v, i) => {
    // The slope of `σ` lies between 0 and 1/4.
    const share = v / (direction[i] as number);
    expect(share > 0 && share <= 0.25).toBe(true);
  });
  expect(plain.densities(a).reduce((sum, v) => sum + v, 0) / 45).toBeCloseTo(0.5, 12);
});

test('optimality criteria take the steps of the published 88 lines of code', () => {
  // 60 by 20 elements, filter radius 2.4: the first compliance, and that of the last of 144 iterations.
  const { compliance, elements, weights } = halfBeam(60, 20, false, 2.4);
  const start = new Float64Array(elements).fill(0.5);
  const result = minimizeSync(compliance, start, { method: 'optimality-criteria', weights, trace: true });
  expect(result).toMatchObject({ status: 'converged', evaluations: 144 });
  expect(compliance(start, new Float64Array(elements))).toBeCloseTo(1007.0221, 4);
  expect(result.trace?.at(-1)?.value).toBeCloseTo(233.7146, 4);
});

test('the example: the learned flow comes to where optimality criteria do', async () => {
  const { flow, volume, criteria } = await run();
  expect(criteria).toBeCloseTo(248.8334, 3);
  expect(flow).toBeLessThan(1.01 * criteria);
  expect(volume).toBeCloseTo(0.5, 12);
});

// The examples of topology optimization: finite element code of one's own, its gradient, known compliances.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGradient, minimizeSync, problems } from 'learned-gradient-flow';
import { expect, test } from 'vitest';
import { run as beam } from '../examples/topology.ts';
import { halfBeam, run } from '../examples/topology-callback.ts';

test('the gradient is that of the value, the field of the optimality criteria goes the same way, and the volume is kept', () => {
  const beam = halfBeam(9, 5, 1.5);
  const a = Float64Array.from({ length: 45 }, (_, i) => Math.sin(3 * i));
  expect(checkGradient(beam.gradient, a).maxRelError).toBeLessThan(1e-5);
  const [g, direction] = [new Float64Array(45), new Float64Array(45)];
  expect(beam.criteria.evaluate(a, direction)).toBe(beam.gradient.evaluate(a, g));
  g.forEach((v, i) => {
    expect(Math.sign(direction[i] as number)).toBe(Math.sign(v));
    expect(Math.abs(direction[i] as number)).toBeLessThan(0.6 + 1e-12);
  });
  // The slope of `σ` lies between 0 and 1/4.
  for (const weight of Array.from(beam.criteria.weights?.() ?? [])) expect(weight > 0 && weight <= 0.25).toBe(true);
  expect(beam.densities(a).reduce((sum, v) => sum + v, 0) / 45).toBeCloseTo(0.5, 12);
});

test('value, direction and weights are those of the native problem', () => {
  const [own, native] = [halfBeam(9, 5, 1.5), problems.topology2d({ size: [9, 5], filterRadius: 1.5, direction: 'criteria' })];
  const a = Float64Array.from({ length: 45 }, (_, i) => Math.sin(3 * i));
  // There rows run from the bottom, one behind the other.
  const place = (e: number) => (4 - (e % 5)) * 9 + Math.floor(e / 5);
  const [g, h] = [new Float64Array(45), new Float64Array(45)];
  const turned = new Float64Array(45);
  a.forEach((v, e) => {
    turned[place(e)] = v;
  });
  expect(own.criteria.evaluate(a, g)).toBeCloseTo(native.evaluate(turned, h), 10);
  for (const [e, v] of g.entries()) expect(v).toBeCloseTo(h[place(e)] as number, 8);
  const [mine, theirs] = [own.criteria.weights?.() ?? [], native.weights() ?? []];
  for (const [e, v] of Array.from(mine).entries()) expect(v).toBeCloseTo(theirs[place(e)] as number, 10);
});

test('optimality criteria take the steps of the published 88 lines of code', () => {
  // 60 by 20 elements, filter radius 2.4: the first compliance, and that of the last of 144 iterations.
  const { compliance, elements, weights } = halfBeam(60, 20, 2.4);
  const start = new Float64Array(elements).fill(0.5);
  const result = minimizeSync(compliance, start, { method: 'optimality-criteria', weights, trace: true });
  expect(result).toMatchObject({ status: 'converged', evaluations: 144 });
  expect(compliance(start, new Float64Array(elements))).toBeCloseTo(1007.0221, 4);
  expect(result.trace?.at(-1)?.value).toBeCloseTo(233.7146, 4);
});

test('the example: the learned flow comes below optimality criteria in less than half of the evaluations', async () => {
  const { flow, volume, criteria } = await run();
  expect(criteria).toEqual({ compliance: expect.closeTo(248.8334, 3), evaluations: 58 });
  expect(flow.evaluations).toBe(25);
  expect(flow.compliance).toBeLessThan(criteria.compliance);
  expect(volume).toBeCloseTo(0.5, 12);
});

test('minimum of the native problem from the same code: a picture, and what it came to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lgf-beam-'));
  try {
    const file = join(folder, 'beam.png');
    const { last, evaluations, picture } = await beam(file);
    expect(last.compliance).toBeLessThan(233.7146);
    expect(last.volume).toBeCloseTo(0.5, 12);
    expect(evaluations).toBeLessThan(36);
    expect(readFileSync(file)).toEqual(Buffer.from(picture));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// The number of threads changes no bit, in no optimizer.
import { expect, test } from 'vitest';
import { root, toolPath } from '../../scripts/shell.mjs';
import { OPTIMIZERS, STEPS } from '../support/optimizers.ts';
import { node } from '../support/spawn.ts';

type Runs = readonly (readonly [name: string, bits: readonly (readonly string[])[]])[];

async function runs(threads: number): Promise<Runs> {
  // So many orthonormal features depend on each other in so few samples, which is worth a warning.
  const env = { ...process.env, NODE_NO_WARNINGS: '1', RAYON_NUM_THREADS: `${threads}` };
  const { status, stdout, stderr } = await node([toolPath('tsx'), '__test__/support/bits.ts'], { cwd: root, env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('1, 2 and 8 threads, 60 variables', async () => {
  const [one, ...others] = [await runs(1), await runs(2), await runs(8)];
  expect(one.map(([name]) => name)).toEqual(OPTIMIZERS.map(({ name }) => name));
  for (const [name, bits] of one) {
    // Two objectives; every iterate is another point, and then there is the whole state. These are done before the last step.
    const least = /^(LBFGS|Anderson|LGFAdaptive|MMA|OptimalityCriteria)/.test(name) ? 15 : STEPS + 1;
    for (const steps of bits) expect({ name, enough: new Set(steps).size >= least }).toEqual({ name, enough: true });
  }
  for (const other of others) {
    other.forEach(([name, bits], i) => {
      const first = bits.map((steps, run) => steps.findIndex((step, epoch) => step !== one[i]?.[1][run]?.[epoch]));
      expect({ name, first }).toEqual({ name, first: [-1, -1] });
    });
  }
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Matrix, matrix } from 'learned-gradient-flow';
import { afterAll, expect, test } from 'vitest';
import { npy } from '../../src/cli/npy.ts';
import { readNpy } from '../support/npy.ts';

const work = mkdtempSync(join(tmpdir(), 'lgf-npy-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const SPECIAL = [0, -0, 1.5, -2e-308, 5e-324, Number.MAX_VALUE, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const whole = Float64Array.from({ length: 10 }, (_, i) => i + 0.25);
const arrays = {
  special: { array: SPECIAL, shape: [9], data: SPECIAL },
  matrix: {
    array: matrix([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    shape: [2, 3],
    data: [1, 2, 3, 4, 5, 6],
  },
  view: { array: whole.subarray(3, 6), shape: [3], data: [3.25, 4.25, 5.25] },
  integers: { array: Uint32Array.of(7, 4e9), shape: [2], data: [7, 4e9] },
  solid: {
    array: { shape: [2, 1, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    shape: [2, 1, 3],
    data: [1, 2, 3, 4, 5, 6],
  },
  empty: { array: [], shape: [0], data: [] },
  flat: { array: new Matrix(0, 4, new Float64Array()), shape: [0, 4], data: [] },
  long: { array: new Matrix(12345, 67, new Float64Array(12345 * 67).fill(2)), shape: [12345, 67], data: new Array(12345 * 67).fill(2) },
};

test.each(Object.entries(arrays))('%s', (name, { array, shape, data }) => {
  const path = join(work, `${name}.npy`);
  const bytes = npy(array);
  writeFileSync(path, bytes);
  const read = readNpy(path);
  expect(read.shape).toEqual(shape);
  expect(Array.from(read.data)).toEqual(data);
  // The data can be mapped into memory.
  expect((bytes.length - 8 * data.length) % 64).toBe(0);
});

test('a block needs as many numbers as its shape holds', () => {
  expect(() => npy({ shape: [2, 2, 2], data: [1, 2, 3] })).toThrow(/^data: got 3 numbers, expected 2×2×2 = 8/);
});

const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import numpy']).status === 0);

test.skipIf(python === undefined)('NumPy reads them', () => {
  const code = `
import numpy, sys
for path in sys.argv[1:]:
    a = numpy.load(path)
    print(a.dtype.str, a.shape, a.flags.c_contiguous, a.tobytes()[:64].hex())`;
  for (const [name, { array }] of Object.entries(arrays)) writeFileSync(join(work, `${name}.npy`), npy(array));
  const { stdout, stderr } = spawnSync(python ?? '', ['-c', code, ...Object.keys(arrays).map((name) => join(work, `${name}.npy`))], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const expected = Object.values(arrays).map(({ shape, data }) => {
    const text = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
    return `<f8 ${text} True ${Buffer.from(Float64Array.from(data.slice(0, 8)).buffer).toString('hex')}`;
  });
  expect(stdout.trimEnd().split('\n')).toEqual(expected);
});

import { readFileSync } from 'node:fs';

/** Reads a `.npy` file of doubles by the description of the format, independently of what wrote it. */
export function readNpy(path: string): { readonly shape: readonly number[]; readonly data: Float64Array } {
  const bytes = readFileSync(path);
  if (bytes.subarray(0, 8).toString('latin1') !== '\x93NUMPY\x01\x00') throw new Error(`${path}: no NumPy file of version 1.0`);
  const length = bytes.readUInt16LE(8);
  const header = bytes.subarray(10, 10 + length).toString('latin1');
  const found = /^\{'descr': '<f8', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/.exec(header);
  if (!found) throw new Error(`${path}: header ${header}`);
  const shape = (found[1] ?? '').split(',').flatMap((text) => (text.trim() === '' ? [] : [Number(text)]));
  const body = bytes.subarray(10 + length);
  const count = shape.reduce((a, b) => a * b, 1);
  if (body.length !== 8 * count) throw new Error(`${path}: ${body.length} bytes for ${count} numbers`);
  return { shape, data: Float64Array.from({ length: count }, (_, i) => body.readDoubleLE(8 * i)) };
}

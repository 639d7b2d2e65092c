// Arrays as NumPy files, format 1.0: little endian doubles in C order. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { endianness } from 'node:os';
import type { Matrix } from 'learned-gradient-flow';

const MAGIC = '\x93NUMPY\x01\x00';
/** The data begin at a multiple of this, so that they can be mapped into memory. */
const ALIGNMENT = 64;

/** Numbers of so many dimensions, the last index fastest. */
export interface Block {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The bytes of a `.npy` file: a matrix with its two dimensions, a block with its own, anything else with one. */
export function npy(array: Matrix | Block | ArrayLike<number>): Buffer {
  const { shape, data } = blockOf(array);
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': (${tuple}), }`;
  const taken = MAGIC.length + 2 + dictionary.length + 1;
  const header = `${dictionary}${' '.repeat((ALIGNMENT - (taken % ALIGNMENT)) % ALIGNMENT)}\n`;
  const head = Buffer.from(`${MAGIC}\0\0${header}`, 'latin1');
  head.writeUInt16LE(header.length, MAGIC.length);
  const own = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([head, endianness() === 'LE' ? own : Buffer.from(own).swap64()]);
}

function blockOf(array: Matrix | Block | ArrayLike<number>): { readonly shape: readonly number[]; readonly data: Float64Array } {
  if ('rows' in array) return { shape: [array.rows, array.columns], data: array.data };
  if (!('shape' in array)) return { shape: [array.length], data: Float64Array.from(array) };
  const count = array.shape.reduce((product, length) => product * length, 1);
  if (count !== array.data.length)
    throw new RangeError(`data: got ${array.data.length} numbers, expected ${array.shape.join('×')} = ${count}`);
  return { shape: array.shape, data: Float64Array.from(array.data) };
}

// Arrays as NumPy files, format 1.0: little endian doubles in C order. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { endianness } from 'node:os';
import type { Matrix } from 'learned-gradient-flow';

const MAGIC = '\x93NUMPY\x01\x00';
/** The data begin at a multiple of this, so that they can be mapped into memory. */
const ALIGNMENT = 64;

/** The bytes of a `.npy` file: a matrix with its two dimensions, anything else with one. */
export function npy(array: Matrix | ArrayLike<number>): Buffer {
  const [shape, data] =
    'rows' in array ? [`(${array.rows}, ${array.columns})`, array.data] : [`(${array.length},)`, Float64Array.from(array)];
  const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`;
  const taken = MAGIC.length + 2 + dictionary.length + 1;
  const header = `${dictionary}${' '.repeat((ALIGNMENT - (taken % ALIGNMENT)) % ALIGNMENT)}\n`;
  const head = Buffer.from(`${MAGIC}\0\0${header}`, 'latin1');
  head.writeUInt16LE(header.length, MAGIC.length);
  const own = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([head, endianness() === 'LE' ? own : Buffer.from(own).swap64()]);
}

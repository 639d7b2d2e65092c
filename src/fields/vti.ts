import { endianness } from 'node:os';
import { deflateSync } from 'node:zlib';
import { argumentError, checkOptions, shapeError } from '../errors.ts';
import { toVector } from '../matrix.ts';
import { type CheckedGrid, checkGrid, checkSwitch, type Grid } from './grid.ts';
import { xmlAttribute } from './xml.ts';

/** Arrays by the name that ParaView shows: one number for each cell (or point), or several, those of one cell next to each other. */
export type NamedArrays = Readonly<Record<string, ArrayLike<number>>>;

/** What a `.vti` file holds. */
export interface ImageData extends Grid {
  /** Arrays over the cells, x fastest, then y, then z. A `Float32Array` is written as such, everything else in double precision. */
  readonly cells?: NamedArrays | null;
  /** Arrays over the corners of the cells, one more than cells along each axis. */
  readonly points?: NamedArrays | null;
}

/** How numbers are written. */
export interface VtiOptions {
  /** `'base64'` makes the file XML in the strict sense, a third larger. @defaultValue `'raw'` */
  readonly encoding?: 'raw' | 'base64' | null;
  /** Whether arrays are packed with zlib. @defaultValue `false` */
  readonly compress?: boolean | null;
}

/** Bytes that are packed together; ParaView unpacks them one by one. */
const BLOCK = 1 << 20;

/**
 * The bytes of a ParaView ImageData file (`.vti`): named arrays over the cells and corners of a regular grid. Little endian, with headers of 64
 * bits. Of two dimensions it is a plane at z = 0.
 *
 * @throws {@link LgfError} naming the argument; `ERR_LGF_SHAPE` where the length of an array is no multiple of the cells or points
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { vti } from 'learned-gradient-flow';
 * const bytes = vti({ size: [2, 1], spacing: [0.5, 0.5], cells: { density: [0, 1], force: Float32Array.of(0, 1, 0, -1) } });
 * writeFileSync('design.vti', bytes);
 * console.log(new TextDecoder().decode(bytes.subarray(0, 21))); // → <?xml version="1.0"?>
 * ```
 * @see https://docs.vtk.org/en/latest/vtk_file_formats/vtkxml_file_format.html
 */
export function vti(image: ImageData, options?: VtiOptions | null): Uint8Array {
  if (typeof image !== 'object' || image === null) throw argumentError('image', image, 'an object with size and arrays');
  checkOptions(image, ['size', 'spacing', 'origin', 'cells', 'points']);
  const grid = checkGrid(image, '');
  checkOptions(options, ['encoding', 'compress']);
  const encoding = options?.encoding ?? 'raw';
  if (encoding !== 'raw' && encoding !== 'base64') throw argumentError('encoding', encoding, "'raw' or 'base64'");
  const compress = checkSwitch(options?.compress, 'compress', false);
  const blocks: Buffer[] = [];
  let offset = 0;
  const section = (tag: string, arrays: NamedArrays | null | undefined, argument: string, count: number): string => {
    const entries = arrayEntries(arrays, argument, count);
    const lines = entries.map(([name, values]) => {
      const block = encoded(values, encoding, compress);
      blocks.push(block);
      const type = values instanceof Float32Array ? 'Float32' : 'Float64';
      const line = `<DataArray type="${type}" Name="${xmlAttribute(name)}" NumberOfComponents="${values.length / count}" format="appended" offset="${offset}"/>`;
      offset += block.length;
      return `        ${line}\n`;
    });
    return lines.length === 0 ? '' : `      <${tag}>\n${lines.join('')}      </${tag}>\n`;
  };
  const points = grid.size.reduce((product, cells) => product * (cells + 1), 1);
  const body = section('PointData', image.points, 'points', points) + section('CellData', image.cells, 'cells', grid.cellCount);
  return Buffer.concat([Buffer.from(head(grid, compress) + body + between(encoding)), ...blocks, Buffer.from(TAIL)]);
}

function head({ size, spacing, origin }: CheckedGrid, compress: boolean): string {
  const extent = [0, 1, 2].map((axis) => `0 ${size[axis] ?? 0}`).join(' ');
  const lengths = [0, 1, 2].map((axis) => spacing[axis] ?? 1).join(' ');
  const corner = [0, 1, 2].map((axis) => origin[axis] ?? 0).join(' ');
  const packed = compress ? ' compressor="vtkZLibDataCompressor"' : '';
  return `<?xml version="1.0"?>
<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64"${packed}>
  <ImageData WholeExtent="${extent}" Origin="${corner}" Spacing="${lengths}">
    <Piece Extent="${extent}">
`;
}

const between = (encoding: string): string => `    </Piece>\n  </ImageData>\n  <AppendedData encoding="${encoding}">\n_`;
const TAIL = '\n  </AppendedData>\n</VTKFile>\n';

type Numbers = Float32Array | Float64Array;

function arrayEntries(arrays: NamedArrays | null | undefined, argument: string, count: number): readonly [string, Numbers][] {
  if (arrays === undefined || arrays === null) return [];
  if (typeof arrays !== 'object' || Array.isArray(arrays) || ArrayBuffer.isView(arrays)) {
    throw argumentError(argument, arrays, 'an object of arrays by name');
  }
  return Object.entries(arrays).map(([name, array]) => {
    const at = `${argument}.${name}`;
    if (!/^\P{Cc}+$/u.test(name)) throw argumentError(argument, name, 'names without control characters');
    const values = array instanceof Float32Array ? array : toVector(array, at);
    if (values.length === 0 || values.length % count !== 0) throw shapeError(at, String(values.length), `a multiple of ${count}`);
    return [name, values];
  });
}

/** One array with its header, as the appended data hold it. */
function encoded(values: Numbers, encoding: 'raw' | 'base64', compress: boolean): Buffer {
  const bytes = littleEndian(values);
  const text = (part: Buffer): Buffer => (encoding === 'raw' ? part : Buffer.from(part.toString('base64')));
  if (!compress) return text(Buffer.concat([header([bytes.length]), bytes]));
  const parts = Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, i) => deflateSync(bytes.subarray(i * BLOCK, (i + 1) * BLOCK)));
  // Header and data are encoded apart: a reader must know the header to know the length of the data.
  const sizes = header([parts.length, BLOCK, bytes.length % BLOCK, ...parts.map(({ length }) => length)]);
  return Buffer.concat([text(sizes), text(Buffer.concat(parts))]);
}

function header(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * numbers.length);
  numbers.forEach((number, i) => {
    bytes.writeBigUInt64LE(BigInt(number), 8 * i);
  });
  return bytes;
}

function littleEndian(values: Numbers): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (endianness() === 'LE') return bytes;
  const copy = Buffer.from(bytes);
  return values instanceof Float32Array ? copy.swap32() : copy.swap64();
}

// Pictures as PNG files. Node.js has the compression that the format is made of; what is left of it are these lines, which no package would
// shorten: fast-png brings its own deflate in JavaScript, pngjs a decoder and streams.
import { deflateSync } from 'node:zlib';

/** Samples of a pixel: brightness, brightness and opacity, or red, green, blue and opacity. */
export type Channels = 1 | 2 | 4;

/** Rows from the top, pixels from the left, samples of a pixel next to each other. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  readonly pixels: Uint8Array;
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const COLOUR_TYPES: Readonly<Record<Channels, number>> = { 1: 0, 2: 4, 4: 6 };
const BIT_DEPTH = 8;

/** Polynomial of the checksum, for each byte. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/** The bytes of a PNG file. https://www.w3.org/TR/png-3/ */
export function png({ width, height, channels, pixels }: Picture): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = BIT_DEPTH;
  header[9] = COLOUR_TYPES[channels];
  const data = deflateSync(filtered(pixels, width * channels, height, channels));
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(12 + data.length);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  data.copy(framed, 8);
  let crc = 0xffffffff;
  for (let i = 4; i < 8 + data.length; i++) crc = (CRC[(crc ^ (framed[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  framed.writeUInt32BE(~crc >>> 0, 8 + data.length);
  return framed;
}

/** Each row behind the number of its filter, the one that leaves the smallest differences. */
function filtered(pixels: Uint8Array, stride: number, height: number, step: number): Buffer {
  const out = Buffer.alloc((stride + 1) * height);
  const tries = FILTERS.map(() => new Uint8Array(stride));
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const row = pixels.subarray(y * stride, (y + 1) * stride);
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (const [kind, predict] of FILTERS.entries()) {
      const differences = tries[kind] as Uint8Array;
      let sum = 0;
      for (let i = 0; i < stride; i++) {
        const left = i < step ? 0 : (row[i - step] as number);
        const corner = i < step ? 0 : (above[i - step] as number);
        const difference = ((row[i] as number) - predict(left, above[i] as number, corner)) & 0xff;
        differences[i] = difference;
        sum += difference < 128 ? difference : 256 - difference;
      }
      if (sum < least) [best, least] = [kind, sum];
    }
    out[y * (stride + 1)] = best;
    out.set(tries[best] as Uint8Array, y * (stride + 1) + 1);
    above = row as Uint8Array<ArrayBuffer>;
  }
  return out;
}

/** What a filter expects of a sample: nothing, or something made of those to the left, above, and above the left. */
const FILTERS: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  (left, above, corner) => {
    const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
    return a <= b && a <= c ? left : b <= c ? above : corner;
  },
];

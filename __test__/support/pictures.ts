import { crc32, inflateSync } from 'node:zlib';

/** A PNG file read by the description of the format, independently of what wrote it: samples of 8 bits, not interlaced. */
export function readPng(file: Uint8Array): {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Buffer;
} {
  const bytes = Buffer.from(file);
  if (bytes.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') throw new Error('no PNG file');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const checked = bytes.subarray(at + 4, at + 8 + length);
    if (crc32(checked) !== bytes.readUInt32BE(at + 8 + length)) throw new Error('a chunk has a wrong checksum');
    chunks.set(checked.toString('latin1', 0, 4), checked.subarray(4));
    at += 12 + length;
  }
  if ([...chunks.keys()].join() !== 'IHDR,IDAT,IEND') throw new Error(`chunks ${[...chunks.keys()].join()}`);
  const header = chunks.get('IHDR') as Buffer;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = { 0: 1, 2: 3, 4: 2, 6: 4 }[header[9] ?? 9] ?? 0;
  if (header.toString('hex', 8) !== `08${(header[9] ?? 0).toString(16).padStart(2, '0')}000000`) throw new Error('another kind of PNG');
  const raw = inflateSync(chunks.get('IDAT') as Buffer);
  const stride = width * channels;
  if (raw.length !== (stride + 1) * height) throw new Error(`${raw.length} bytes of data`);
  const pixels = Buffer.alloc(stride * height);
  const sample = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : (pixels[y * stride + x] as number));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < stride; x++) {
      const [a, b, c] = [sample(x - channels, y), sample(x, y - 1), x < channels ? 0 : sample(x - channels, y - 1)];
      const p = a + b - c;
      const nearest = [a, b, c].reduce((best, next) => (Math.abs(p - next) < Math.abs(p - best) ? next : best));
      const expected = [0, a, b, Math.floor((a + b) / 2), nearest][raw[y * (stride + 1)] as number] as number;
      pixels[y * stride + x] = (raw[y * (stride + 1) + 1 + x] as number) + expected;
    }
  }
  return { width, height, channels, pixels };
}

// ParaView files: what is written is read back by the description of the format, independently of what wrote it.
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { pvd, type VtiOptions, vti } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { refuses } from '../support/refusals.ts';

interface ReadArray {
  readonly section: string;
  readonly name: string;
  readonly type: string;
  readonly components: number;
  readonly values: readonly number[];
}

function readVti(file: Uint8Array): { readonly attributes: Readonly<Record<string, string>>; readonly arrays: readonly ReadArray[] } {
  const bytes = Buffer.from(file);
  const start = bytes.indexOf('<AppendedData');
  const head = bytes.toString('utf8', 0, start);
  const attributesOf = (text: string): Record<string, string> =>
    Object.fromEntries([...text.matchAll(/([\w]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, unescaped(value)]));
  const attributes = { ...attributesOf(/<VTKFile[^>]*>/.exec(head)?.[0] ?? ''), ...attributesOf(/<ImageData[^>]*>/.exec(head)?.[0] ?? '') };
  const encoding = /encoding="(\w+)"/.exec(bytes.toString('latin1', start, start + 60))?.[1];
  const data = bytes.subarray(bytes.indexOf('_', start) + 1);
  const arrays = [...head.matchAll(/<(PointData|CellData)>([\s\S]*?)<\/\1>/g)].flatMap(([, section = '', body = '']) =>
    [...body.matchAll(/<DataArray[^>]*\/>/g)].map(([line]) => {
      const { Name = '', type = '', NumberOfComponents, offset } = attributesOf(line);
      const raw = block(data.subarray(Number(offset)), encoding === 'base64', attributes['compressor'] !== undefined);
      const width = type === 'Float32' ? 4 : 8;
      const at = (i: number): number => (width === 4 ? raw.readFloatLE(4 * i) : raw.readDoubleLE(8 * i));
      const values = Array.from({ length: raw.length / width }, (_, i) => at(i));
      return { section, name: Name, type, components: Number(NumberOfComponents), values };
    }),
  );
  return { attributes, arrays };
}

const unescaped = (text: string): string =>
  text.replace(/&(\w+);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '?');

/** The bytes of the array whose block begins here. */
function block(data: Buffer, base64: boolean, packed: boolean): Buffer {
  const take = (from: number, bytes: number): [Buffer, number] => {
    if (!base64) return [data.subarray(from, from + bytes), from + bytes];
    const end = from + 4 * Math.ceil(bytes / 3);
    return [Buffer.from(data.toString('latin1', from, end), 'base64').subarray(0, bytes), end];
  };
  const number = (from: Buffer, i: number): number => Number(from.readBigUInt64LE(8 * i));
  if (!packed) {
    const length = number(take(0, 8)[0], 0);
    return take(0, 8 + length)[0].subarray(8);
  }
  const count = number(take(0, 8)[0], 0);
  const [header, end] = take(0, 8 * (3 + count));
  const sizes = Array.from({ length: count }, (_, i) => number(header, 3 + i));
  const whole = take(
    end,
    sizes.reduce((a, b) => a + b, 0),
  )[0];
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(inflateSync(whole.subarray(at, at + size)));
    at += size;
  }
  const [blockSize, last] = [number(header, 1), number(header, 2)];
  expect(parts.map(({ length }) => length)).toEqual(parts.map((_, i) => (i === count - 1 && last > 0 ? last : blockSize)));
  return Buffer.concat(parts);
}

const OPTIONS: readonly VtiOptions[] = (['raw', 'base64'] as const).flatMap((encoding) =>
  [false, true].map((compress) => ({ encoding, compress })),
);

describe.each(OPTIONS)('a file with $encoding, compress: $compress', (options) => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => /^\P{Cc}+$/u.test(text) && text !== '__proto__');
  const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 3 });
  const image = shape.chain((size) => {
    const array = (count: number) =>
      fc.integer({ min: 1, max: 3 }).chain((components) => {
        const length = { minLength: components * count, maxLength: components * count };
        return fc.oneof(fc.float64Array(length), fc.float32Array(length));
      });
    const named = (count: number) => fc.dictionary(name, array(count), { maxKeys: 3, noNullPrototype: true });
    const numbers = (entry: fc.Arbitrary<number>) => fc.array(entry, { minLength: size.length, maxLength: size.length });
    return fc.record({
      size: fc.constant(size),
      spacing: numbers(fc.double({ min: 1e-3, max: 1e3, noNaN: true })),
      origin: numbers(fc.double({ min: -1e3, max: 1e3, noNaN: true })),
      cells: named(size.reduce((a, b) => a * b, 1)),
      points: named(size.reduce((a, b) => a * (b + 1), 1)),
    });
  });

  test('gives back grid, names, types, components and every bit', () => {
    fc.assert(
      fc.property(image, (given) => {
        const { attributes, arrays } = readVti(vti(given, options));
        const [nx = 0, ny = 0, nz = 0] = given.size;
        expect(attributes).toMatchObject({ type: 'ImageData', byte_order: 'LittleEndian', header_type: 'UInt64' });
        expect(attributes['WholeExtent']).toBe(`0 ${nx} 0 ${ny} 0 ${nz}`);
        expect(attributes['Spacing']?.split(' ').map(Number).slice(0, given.size.length)).toEqual(given.spacing);
        const origin = attributes['Origin']?.split(' ').map(Number).slice(0, given.size.length) ?? [];
        expect(origin.map((value) => value + 0)).toEqual(given.origin.map((value) => value + 0));
        const cells = given.size.reduce((a, b) => a * b, 1);
        const points = given.size.reduce((a, b) => a * (b + 1), 1);
        const expected = (arrays: Readonly<Record<string, Float32Array | Float64Array>>, section: string, count: number) =>
          Object.entries(arrays).map(([name, values]) => {
            const type = values instanceof Float32Array ? 'Float32' : 'Float64';
            return { section, name, type, components: values.length / count, values: Array.from(values) };
          });
        expect(arrays).toEqual([...expected(given.points, 'PointData', points), ...expected(given.cells, 'CellData', cells)]);
      }),
      { numRuns: 40 },
    );
  });

  test('holds arrays of several packed blocks', () => {
    const d = Float64Array.from({ length: 300_000 }, (_, i) => i % 1000);
    const [array] = readVti(vti({ size: [300, 100, 10], cells: { d } }, options)).arrays;
    expect(Float64Array.from(array?.values ?? [])).toEqual(d);
  });
});

test('is packed smaller, and strict XML with base64', () => {
  const image = { size: [50, 50], cells: { d: new Float64Array(2500) } };
  expect(vti(image, { compress: true }).length).toBeLessThan(vti(image).length / 10);
  expect(new TextDecoder().decode(vti(image, { encoding: 'base64' }))).toMatch(/^[\x20-\x7e\n]*<\/VTKFile>\n$/);
  expect(vti({ ...image, points: null, spacing: null, origin: null }, null)).toEqual(vti(image));
});

const image = { size: [2, 3], cells: { d: [1, 2, 3, 4, 5, 6] } };
refuses('vti', [
  ['no image', () => vti(null as never), 'ERR_LGF_ARGUMENT', 'image'],
  ['an unknown member', () => vti({ ...image, cell: {} } as never), 'ERR_LGF_ARGUMENT', 'cell'],
  ['no size', () => vti({} as never), 'ERR_LGF_ARGUMENT', 'size'],
  ['one dimension', () => vti({ size: [3] }), 'ERR_LGF_SHAPE', 'size'],
  ['half a cell', () => vti({ size: [3, 0.5] }), 'ERR_LGF_ARGUMENT', 'size.1'],
  ['no cell', () => vti({ size: [0, 3] }), 'ERR_LGF_ARGUMENT', 'size.0'],
  ['too many cells', () => vti({ size: [2 ** 16, 2 ** 16] }), 'ERR_LGF_SHAPE', 'size'],
  ['a spacing too few', () => vti({ ...image, spacing: [1] }), 'ERR_LGF_SHAPE', 'spacing'],
  ['a spacing of zero', () => vti({ ...image, spacing: [1, 0] }), 'ERR_LGF_ARGUMENT', 'spacing.1'],
  ['a spacing that is none', () => vti({ ...image, spacing: 2 as never }), 'ERR_LGF_ARGUMENT', 'spacing'],
  ['an origin nowhere', () => vti({ ...image, origin: [Number.NaN, 0] }), 'ERR_LGF_ARGUMENT', 'origin.0'],
  ['arrays without names', () => vti({ ...image, cells: [[1]] as never }), 'ERR_LGF_ARGUMENT', 'cells'],
  ['a name with a line break', () => vti({ ...image, cells: { 'a\nb': [1, 2, 3, 4, 5, 6] } }), 'ERR_LGF_ARGUMENT', 'cells'],
  ['a value too few', () => vti({ ...image, cells: { d: [1, 2, 3, 4, 5] } }), 'ERR_LGF_SHAPE', 'cells.d'],
  ['no values', () => vti({ ...image, points: { d: [] } }), 'ERR_LGF_SHAPE', 'points.d'],
  ['a value that is none', () => vti({ ...image, cells: { d: [1, 2, 3, 4, 5, '6'] as never } }), 'ERR_LGF_ARGUMENT', 'cells.d.5'],
  ['another encoding', () => vti(image, { encoding: 'ascii' as never }), 'ERR_LGF_ARGUMENT', 'encoding'],
  ['compress = 1', () => vti(image, { compress: 1 as never }), 'ERR_LGF_ARGUMENT', 'compress'],
  ['an unknown option', () => vti(image, { packed: true } as never), 'ERR_LGF_ARGUMENT', 'packed'],
]);

describe('a collection', () => {
  test('lists files with their times', () => {
    const text = pvd([
      { file: 'a "&" b.vti', time: 0 },
      { file: 'c.vti', time: 2.5 },
    ]);
    const steps = [...text.matchAll(/<DataSet timestep="([^"]*)" part="0" file="([^"]*)"\/>/g)].map(([, time, file]) => [
      Number(time),
      unescaped(file ?? ''),
    ]);
    expect(steps).toEqual([
      [0, 'a "&" b.vti'],
      [2.5, 'c.vti'],
    ]);
    expect(text).toMatch(/<VTKFile type="Collection"/);
  });

  refuses('pvd', [
    ['no steps', () => pvd(null as never), 'ERR_LGF_ARGUMENT', 'steps'],
    ['a step that is none', () => pvd([1 as never]), 'ERR_LGF_ARGUMENT', 'steps.0'],
    ['a hole', () => pvd(new Array(1)), 'ERR_LGF_ARGUMENT', 'steps.0'],
    ['no file', () => pvd([{ time: 1 } as never]), 'ERR_LGF_ARGUMENT', 'steps.0.file'],
    ['no time', () => pvd([{ file: 'a', time: Number.NaN }]), 'ERR_LGF_ARGUMENT', 'steps.0.time'],
  ]);
});

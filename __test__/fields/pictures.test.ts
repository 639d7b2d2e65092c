// Pictures of designs, read back sample by sample.
import fc from 'fast-check';
import { densityPng, surfacePngs, type View } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { type Channels, png } from '../../src/fields/png.ts';
import { readPng } from '../support/pictures.ts';
import { refuses } from '../support/refusals.ts';

test('a PNG file gives back every sample', () => {
  const picture = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom<Channels>(1, 2, 4), fc.boolean())
    .chain(([width, height, channels, smooth]) => {
      const length = width * height * channels;
      const ramp = fc.integer({ min: 1, max: 40 }).map((step) => Uint8Array.from({ length }, (_, i) => i * step));
      const pixels = smooth ? ramp : fc.uint8Array({ minLength: length, maxLength: length });
      return fc.record({ width: fc.constant(width), height: fc.constant(height), channels: fc.constant(channels), pixels });
    });
  fc.assert(
    fc.property(picture, (given) => {
      const { pixels, ...head } = readPng(png(given));
      expect({ ...head, pixels: Uint8Array.from(pixels) }).toEqual(given);
    }),
  );
});

describe('a picture of a plane design', () => {
  const field = { size: [3, 2], values: [0, 0.5, 1, 0.25, -1, 7] };

  test('has a pixel a cell, the lowest row at the bottom', () => {
    const { width, height, channels, pixels } = readPng(densityPng(field));
    expect([width, height, channels]).toEqual([3, 2, 1]);
    expect([...pixels]).toEqual([191, 255, 0, 255, 127, 0]);
  });

  test('is enlarged without blurring', () => {
    const { width, height, pixels } = readPng(densityPng(field, { scale: 3 }));
    expect([width, height]).toEqual([9, 6]);
    const small = readPng(densityPng(field)).pixels;
    const enlarged = Array.from({ length: 54 }, (_, at) => small[3 * Math.floor(at / 27) + Math.floor((at % 9) / 3)]);
    expect([...pixels]).toEqual(enlarged);
  });

  test('can be ink on nothing', () => {
    const { channels, pixels } = readPng(densityPng(field, { transparent: true }));
    expect(channels).toBe(2);
    expect([...pixels]).toEqual([0, 64, 0, 0, 0, 255, 0, 0, 0, 128, 0, 255]);
  });

  refuses('densityPng', [
    ['no field', () => densityPng(undefined as never), 'ERR_LGF_ARGUMENT', 'field'],
    ['a solid', () => densityPng({ size: [1, 1, 1], values: [1] }), 'ERR_LGF_SHAPE', 'field.size'],
    ['a value too few', () => densityPng({ size: [2, 1], values: [1] }), 'ERR_LGF_SHAPE', 'field.values'],
    ['an infinite value', () => densityPng({ size: [1, 1], values: [Number.POSITIVE_INFINITY] }), 'ERR_LGF_NONFINITE', 'field.values'],
    ['scale = 0', () => densityPng(field, { scale: 0 }), 'ERR_LGF_ARGUMENT', 'scale'],
    ['scale = 65', () => densityPng(field, { scale: 65 }), 'ERR_LGF_ARGUMENT', 'scale'],
    [
      'a scale beyond the format',
      () => densityPng({ size: [32767, 1], values: new Float32Array(32767) }, { scale: 2 }),
      'ERR_LGF_ARGUMENT',
      'scale',
    ],
    ['transparent = 1', () => densityPng(field, { transparent: 1 as never }), 'ERR_LGF_ARGUMENT', 'transparent'],
    ['an unknown option', () => densityPng(field, { colour: 1 } as never), 'ERR_LGF_ARGUMENT', 'colour'],
  ]);
});

describe('a rendered view', () => {
  /** Full on the left of x, on the lower half of y, and at the back of z. */
  const corner = (size: readonly number[]): { size: readonly number[]; values: Float64Array } => {
    const [nx = 1, ny = 1, nz = 1] = size;
    const values = Float64Array.from({ length: nx * ny * nz }, (_, at) => {
      const [i, j, k] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / nx / ny)];
      return Number(i < nx / 2 && j < ny / 2 && k < nz / 2);
    });
    return { size, values };
  };
  const options = { width: 80, transparent: true, box: false, smoothing: 0 };
  /** Shares of the body in the left half and in the upper half of the picture, and of the picture in the body. */
  const shares = (bytes: Uint8Array | undefined) => {
    const { width, height, pixels } = readPng(bytes as Uint8Array);
    const sum = [0, 0, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const opacity = (pixels[4 * (y * width + x) + 3] ?? 0) / 255;
        sum[0] = (sum[0] ?? 0) + opacity * Number(x < width / 2);
        sum[1] = (sum[1] ?? 0) + opacity * Number(y < height / 2);
        sum[2] = (sum[2] ?? 0) + opacity;
      }
    }
    const [left = 0, upper = 0, all = 0] = sum;
    return { left: left / all, upper: upper / all, all: all / width / height };
  };

  test('shows x and y from the front, x and z from the top, z and y from the side', () => {
    const [front, top, side] = surfacePngs(corner([8, 6, 4]), ['front', 'top', 'side'], options).map(shares);
    expect(front?.left).toBeCloseTo(1, 1);
    expect(front?.upper).toBeCloseTo(0, 1);
    // From above, the front is at the bottom; from the right, it is on the left.
    expect(top?.left).toBeCloseTo(1, 1);
    expect(top?.upper).toBeCloseTo(1, 1);
    expect(side?.left).toBeCloseTo(0, 1);
    expect(side?.upper).toBeCloseTo(0, 1);
  });

  test('has the height that the box needs', () => {
    const heights = surfacePngs(corner([8, 4, 4]), ['front', 'side'], options).map((bytes) => readPng(bytes).height);
    expect(heights).toEqual([Math.round(80 * (0.5 * 0.92 + 0.08)), 80]);
    const [wide] = surfacePngs({ ...corner([8, 4, 4]), spacing: [2, 1, 1] }, ['front'], options);
    expect(readPng(wide as Uint8Array).height).toBeLessThan(heights[0] ?? 0);
  });

  test('is lit from above', () => {
    const solid = { size: [6, 6, 6], values: new Float32Array(216).fill(1) };
    const [bytes] = surfacePngs(solid, ['iso'], { ...options, width: 200 });
    const { width, height, pixels } = readPng(bytes as Uint8Array);
    const grey = (x: number, y: number): number => pixels[4 * (Math.round(y * height) * width + Math.round(x * width)) + 1] ?? 0;
    const [top, front, right] = [grey(0.5, 0.2), grey(0.35, 0.6), grey(0.8, 0.55)];
    expect(top).toBeGreaterThan(front + 10);
    expect(front).toBeGreaterThan(right + 10);
  });

  test('is darker where it sees little of the sky', () => {
    // A plate at the back, and the same behind a wall above it.
    const size = [12, 24, 12];
    const plate = (wall: boolean): Float64Array =>
      Float64Array.from({ length: 12 * 24 * 12 }, (_, at) => {
        const [j, k] = [Math.floor(at / 12) % 24, Math.floor(at / 12 / 24)];
        return Number(k < 2 || (wall && j >= 16));
      });
    const brightness = (wall: boolean): number => {
      const [bytes] = surfacePngs({ size, values: plate(wall) }, ['front'], options);
      const { width, height, pixels } = readPng(bytes as Uint8Array);
      return pixels[4 * (Math.round(0.45 * height) * width + width / 2) + 1] ?? 0;
    };
    expect(brightness(true)).toBeLessThan(brightness(false) - 5);
  });

  test('lies on white unless it is to be transparent, with the box around it unless that is left out', () => {
    const empty = { size: [2, 2, 2], values: new Float32Array(8) };
    const at = (given: object): number[] => [
      ...new Set(readPng(surfacePngs(empty, ['iso'], { width: 64, ...given })[0] as Uint8Array).pixels),
    ];
    expect(at({ box: false })).toEqual([255]);
    expect(at({ box: false, transparent: true })).toEqual([0]);
    expect(at({}).length).toBeGreaterThan(2);
  });

  test('comes for each view that is asked for, all by default', () => {
    const solid = { size: [1, 1, 1], values: [1] };
    expect(surfacePngs(solid, [], options)).toEqual([]);
    const all: View[] = ['iso', 'front', 'top', 'side'];
    expect(surfacePngs(solid, undefined, options)).toEqual(surfacePngs(solid, all, options));
  });

  const solid = { size: [1, 1, 1], values: [1] };
  refuses('surfacePngs', [
    ['no field', () => surfacePngs(undefined as never), 'ERR_LGF_ARGUMENT', 'field'],
    ['a plane', () => surfacePngs({ size: [1, 1], values: [1] }), 'ERR_LGF_SHAPE', 'field.size'],
    ['no views', () => surfacePngs(solid, 'iso' as never), 'ERR_LGF_ARGUMENT', 'views'],
    ['another view', () => surfacePngs(solid, ['iso', 'back' as never]), 'ERR_LGF_ARGUMENT', 'views.1'],
    ['width = 15', () => surfacePngs(solid, [], { width: 15 }), 'ERR_LGF_ARGUMENT', 'width'],
    ['level = 2', () => surfacePngs(solid, [], { level: 2 }), 'ERR_LGF_ARGUMENT', 'level'],
    ['smoothing = 101', () => surfacePngs(solid, [], { smoothing: 101 }), 'ERR_LGF_ARGUMENT', 'smoothing'],
    ['transparent = 0', () => surfacePngs(solid, [], { transparent: 0 as never }), 'ERR_LGF_ARGUMENT', 'transparent'],
    ["box = 'yes'", () => surfacePngs(solid, [], { box: 'yes' as never }), 'ERR_LGF_ARGUMENT', 'box'],
    ['an unknown option', () => surfacePngs(solid, [], { height: 1 } as never), 'ERR_LGF_ARGUMENT', 'height'],
  ]);
});

// Surfaces of solids: closed, outwards, of the right volume, whatever the densities are.
import fc from 'fast-check';
import { isosurface, type SurfaceMesh, stl } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { CASES } from '../../src/fields/surface/cases.ts';
import { refuses } from '../support/refusals.ts';

/** Signed volume within outward triangles. */
function volume({ vertices, triangles }: SurfaceMesh): number {
  let sum = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((i) => Array.from(vertices.subarray(3 * (triangles[t + i] ?? 0), 3 * (triangles[t + i] ?? 0) + 3)));
    const [ax = 0, ay = 0, az = 0] = a ?? [];
    const [bx = 0, by = 0, bz = 0] = b ?? [];
    const [cx = 0, cy = 0, cz = 0] = c ?? [];
    sum += (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6;
  }
  return sum;
}

/** Edges that have not exactly one triangle on each side. */
function openEdges(triangles: ArrayLike<number>): number {
  const counts = new Map<string, number>();
  for (let at = 0; at < triangles.length; at++) {
    const key = `${triangles[at]} ${triangles[at % 3 === 2 ? at - 2 : at + 1]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].filter(([key, count]) => count !== 1 || counts.get(key.split(' ').reverse().join(' ')) !== 1).length;
}

function ball(n: number, radius: number, sharp = false): { size: number[]; values: Float64Array } {
  const values = Float64Array.from({ length: n ** 3 }, (_, at) => {
    const [i, j, k] = [at % n, Math.floor(at / n) % n, Math.floor(at / n / n)];
    const inside = radius - Math.hypot(i + 0.5 - n / 2, j + 0.5 - n / 2, k + 0.5 - n / 2) + 0.5;
    return sharp ? Number(inside > 0.5) : Math.min(1, Math.max(0, inside));
  });
  return { size: [n, n, n], values };
}

/** Facets of a binary STL: corners and normals. */
function readStl(file: Uint8Array): { readonly normals: number[][]; readonly corners: number[][][] } {
  const bytes = Buffer.from(file);
  const count = bytes.readUInt32LE(80);
  expect(bytes.length).toBe(84 + 50 * count);
  const triple = (at: number): number[] => [0, 4, 8].map((offset) => bytes.readFloatLE(at + offset));
  const facets = Array.from({ length: count }, (_, i) => 84 + 50 * i);
  return { normals: facets.map(triple), corners: facets.map((at) => [12, 24, 36].map((offset) => triple(at + offset))) };
}

test('every case but the two without a surface has triangles', () => {
  expect(CASES.flatMap((edges, inside) => (edges.length === 0 ? [inside] : []))).toEqual([0, 255]);
  expect(CASES.every(({ length }) => length % 3 === 0)).toBe(true);
});

const noise = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain((size) => {
  const length = size.reduce((a, b) => a * b, 1);
  const value = fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  return fc.record({ size: fc.constant(size), values: fc.array(value, { minLength: length, maxLength: length }) });
});

describe('a surface', () => {
  test('is closed and looks outwards for any densities, smoothed or not', () => {
    fc.assert(
      fc.property(noise, fc.integer({ min: 0, max: 3 }), (field, smoothing) => {
        const mesh = isosurface(field, { smoothing });
        expect(openEdges(mesh.triangles)).toBe(0);
        const isEmpty = field.values.every((value) => value < 0.5);
        expect(mesh.triangles.length === 0).toBe(isEmpty);
        if (!isEmpty && smoothing === 0) expect(volume(mesh)).toBeGreaterThan(0);
        for (const [i, place] of mesh.vertices.entries()) {
          expect(place).toBeGreaterThan(-0.1);
          expect(place).toBeLessThan((field.size[i % 3] ?? 0) + 0.1);
        }
      }),
    );
  });

  test('has the volume of a ball, in the units of the spacing', () => {
    const exact = (4 / 3) * Math.PI * 11 ** 3;
    expect(volume(isosurface(ball(26, 11))) / exact).toBeCloseTo(1, 2);
    expect(volume(isosurface(ball(26, 11), { smoothing: 20 })) / exact).toBeCloseTo(1, 2);
    const stretched = { ...ball(26, 11), spacing: [2, 3, 0.5], origin: [100, -7, 3] };
    expect(volume(isosurface(stretched)) / exact).toBeCloseTo(3, 1);
  });

  test('turns with the level', () => {
    const at = (level: number): number => volume(isosurface(ball(20, 8), { level }));
    expect(at(0.25)).toBeGreaterThan(at(0.5));
    expect(at(0.5)).toBeGreaterThan(at(0.75));
  });

  test('of a full box is the box', () => {
    const mesh = isosurface({ size: [4, 5, 6], values: new Float32Array(120).fill(1) }, { smoothing: 5 });
    expect(volume(mesh)).toBeCloseTo(120, 1);
    for (const axis of [0, 1, 2]) {
      const places = Array.from(mesh.vertices).filter((_, i) => i % 3 === axis);
      expect(Math.min(...places)).toBeCloseTo(0, 1);
      expect(Math.max(...places)).toBeCloseTo([4, 5, 6][axis] ?? 0, 1);
    }
  });

  test('is smoother after smoothing', () => {
    const roughness = ({ vertices }: SurfaceMesh): number => {
      const radii = Array.from({ length: vertices.length / 3 }, (_, i) =>
        Math.hypot((vertices[3 * i] ?? 0) - 10, (vertices[3 * i + 1] ?? 0) - 10, (vertices[3 * i + 2] ?? 0) - 10),
      );
      const mean = radii.reduce((a, b) => a + b, 0) / radii.length;
      return Math.sqrt(radii.reduce((sum, radius) => sum + (radius - mean) ** 2, 0) / radii.length);
    };
    const field = ball(20, 8, true);
    expect(roughness(isosurface(field, { smoothing: 10 }))).toBeLessThan(0.7 * roughness(isosurface(field)));
  });
});

describe('an STL file', () => {
  test('is closed when corners are joined by their places, and normals are those of the facets', () => {
    fc.assert(
      fc.property(noise, (field) => {
        const { normals, corners } = readStl(stl(field));
        const places = new Map<string, number>();
        const triangles = corners.flat().map((corner) => {
          const key = corner.join(' ');
          if (!places.has(key)) places.set(key, places.size);
          return places.get(key) ?? -1;
        });
        expect(openEdges(triangles)).toBe(0);
        for (const [i, [x = 0, y = 0, z = 0]] of normals.entries()) {
          expect(Math.hypot(x, y, z)).toBeCloseTo(1, 5);
          const [a = [], b = []] = corners[i] ?? [];
          const along = [x, y, z].reduce((sum, n, axis) => sum + n * ((b[axis] ?? 0) - (a[axis] ?? 0)), 0);
          expect(Math.abs(along)).toBeLessThan(1e-3);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('does not begin as a text file does', () => {
    expect(new TextDecoder().decode(stl(ball(4, 1)).subarray(0, 5))).not.toBe('solid');
  });

  test('of a million cells takes seconds', () => {
    const n = 100;
    const values = Float32Array.from({ length: n ** 3 }, (_, at) => {
      const [i, j, k] = [at % n, Math.floor(at / n) % n, Math.floor(at / n / n)];
      return 0.5 + 0.5 * Math.sin(i / 4) * Math.sin(j / 4) * Math.sin(k / 4);
    });
    const bytes = stl({ size: [n, n, n], values });
    expect((bytes.length - 84) / 50).toBeGreaterThan(300_000);
  }, 20_000);
});

const field = { size: [1, 1, 2], values: [1, 0] };
for (const [name, make] of Object.entries({ isosurface, stl })) {
  refuses(name, [
    ['no field', () => make(null as never), 'ERR_LGF_ARGUMENT', 'field'],
    ['a plane', () => make({ size: [1, 2], values: [1, 0] }), 'ERR_LGF_SHAPE', 'field.size'],
    ['a value too few', () => make({ ...field, values: [1] }), 'ERR_LGF_SHAPE', 'field.values'],
    ['no values', () => make({ size: [1, 1, 2] } as never), 'ERR_LGF_ARGUMENT', 'field.values'],
    ['a value that is not finite', () => make({ ...field, values: [1, Number.NaN] }), 'ERR_LGF_NONFINITE', 'field.values'],
    ['a spacing of zero', () => make({ ...field, spacing: [1, 1, 0] }), 'ERR_LGF_ARGUMENT', 'field.spacing.2'],
    ['level = 0', () => make(field, { level: 0 }), 'ERR_LGF_ARGUMENT', 'level'],
    ['level = NaN', () => make(field, { level: Number.NaN }), 'ERR_LGF_ARGUMENT', 'level'],
    ['smoothing = -1', () => make(field, { smoothing: -1 }), 'ERR_LGF_ARGUMENT', 'smoothing'],
    ['smoothing = 0.5', () => make(field, { smoothing: 0.5 }), 'ERR_LGF_ARGUMENT', 'smoothing'],
    ['an unknown option', () => make(field, { threshold: 1 } as never), 'ERR_LGF_ARGUMENT', 'threshold'],
  ]);
}

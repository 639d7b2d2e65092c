import { argumentError, checkOptions } from '../errors.ts';
import { type CellField, checkGrid, checkInteger, checkNumber, checkSwitch, checkValues } from './grid.ts';
import { type Picture, png } from './png.ts';
import { type Camera, cameraOf, VIEW_NAMES, type View } from './render/camera.ts';
import { normalsOf, openness } from './render/light.ts';
import { drawLine, LINE, NOTHING, outline, rasterized, type Samples } from './render/raster.ts';
import { dot, unit, type Vec3 } from './render/vectors.ts';
import { isosurface, type SurfaceMesh } from './surface/isosurface.ts';

export type { View } from './render/camera.ts';

/** How a solid is drawn. */
export interface SurfacePngOptions {
  /** Pixels; the height follows from the view. Domain: [16, 8192]. @defaultValue `1200` */
  readonly width?: number | null;
  /** The density on the surface. Domain: [1e-6, 1]. @defaultValue `0.5` */
  readonly level?: number | null;
  /** Passes that even out the stairs of cells. Domain: [0, 100]. @defaultValue `12` */
  readonly smoothing?: number | null;
  /** Whether the background is see-through instead of white. @defaultValue `false` */
  readonly transparent?: boolean | null;
  /** Whether the edges of the box are drawn. @defaultValue `true` */
  readonly box?: boolean | null;
}

/** Samples along each side of a pixel. */
const FINENESS = 3;
/** Colours in the dark, in half light and in full light, as shares of red, green and blue. */
const [DARK, MIDDLE, LIGHT]: readonly Vec3[] = [
  [0.1, 0.13, 0.19],
  [0.47, 0.56, 0.66],
  [0.96, 0.97, 0.98],
];
const BOX: Vec3 = [0.62, 0.66, 0.71];
const GAMMA = 2.2;
/** Light of each of so many tones from dark to light, and behind them that of the box. */
const TONES = 1024;
const PALETTE = Float32Array.from({ length: 3 * (TONES + 1) }, (_, i) => {
  const [tone, axis] = [Math.floor(i / 3) / (TONES - 1), i % 3];
  if (tone > 1) return (BOX[axis] as number) ** GAMMA;
  const [low, high, share] = tone < 0.5 ? [DARK, MIDDLE, 2 * tone] : [MIDDLE, LIGHT, 2 * tone - 1];
  return ((low?.[axis] as number) + share * ((high?.[axis] as number) - (low?.[axis] as number))) ** GAMMA;
});
/** What is stored for light from 0 to 1. */
const BYTES = Uint8Array.from({ length: 1 << 14 }, (_, i) => Math.round(255 * (i / ((1 << 14) - 1)) ** (1 / GAMMA)));
/** The light comes from above the eye's left shoulder: right, up, towards the eye. */
const KEY: Vec3 = unit([-0.4, 0.75, 0.8]);

/**
 * Rendered views of the surface of a solid of densities, one PNG file each: parallel from the front, the top and the side, in perspective
 * for `'iso'`. Light comes from the upper left; places that see little of the sky are darker.
 *
 * The surface is that of {@link isosurface} in the unit of cells times `spacing`. It is made once for all views; a million cells take seconds.
 *
 * @throws {@link LgfError} naming the argument
 * @example
 * ```ts
 * import { surfacePngs } from 'learned-gradient-flow';
 * const [iso] = surfacePngs({ size: [2, 1, 1], values: [1, 1] }, ['iso'], { width: 64 });
 * console.log(new TextDecoder().decode(iso?.subarray(1, 4))); // → PNG
 * ```
 */
export function surfacePngs(field: CellField, views: readonly View[] = VIEW_NAMES, options?: SurfacePngOptions | null): Uint8Array[] {
  const grid = checkGrid(field, 'field', [3]);
  const values = checkValues(field, grid, 'field');
  if (!Array.isArray(views)) throw argumentError('views', views, `an array of ${VIEW_NAMES.map((name) => `'${name}'`).join(', ')}`);
  for (const [i, view] of Array.from(views.entries())) {
    if (!VIEW_NAMES.includes(view)) throw argumentError(`views.${i}`, view, `one of ${VIEW_NAMES.map((name) => `'${name}'`).join(', ')}`);
  }
  checkOptions(options, ['width', 'level', 'smoothing', 'transparent', 'box']);
  const width = checkInteger(options?.width, 'width', 1200, 16, 8192);
  const level = checkNumber(options?.level, 'level', 0.5, 1e-6, 1);
  const smoothing = checkInteger(options?.smoothing, 'smoothing', 12, 0, 100);
  const transparent = checkSwitch(options?.transparent, 'transparent', false);
  const box = checkSwitch(options?.box, 'box', true);

  // Light travels through cells, whatever their lengths are.
  const cells = isosurface({ size: grid.size, values }, { level, smoothing });
  const open = openness(cells, normalsOf(cells), { values, size: grid.size });
  const lengths = grid.spacing as Vec3;
  const mesh: SurfaceMesh = { ...cells, vertices: cells.vertices.map((place, i) => place * (lengths[i % 3] as number)) };
  const normals = normalsOf(mesh);
  const extent = grid.size.map((count, axis) => count * (lengths[axis] as number)) as unknown as Vec3;
  return views.map((view) => {
    const camera = cameraOf(view, extent, width * FINENESS);
    const samples = rasterized(mesh, brightnessOf(mesh, normals, open, camera), camera);
    outline(samples, FINENESS - 1, 2.5 * Math.min(...lengths));
    if (box) drawBox(samples, camera, extent);
    return png(resolved(samples, width, transparent));
  });
}

/** Light of the sky, of the key light, and its reflection at each vertex. */
function brightnessOf({ vertices }: SurfaceMesh, normals: Float32Array, open: Float32Array, { axes, eyeFrom }: Camera): Float32Array {
  const key = unit(
    [0, 1, 2].map((i) => axes.reduce((sum, axis, j) => sum + (axis[i] as number) * (KEY[j] as number), 0)) as unknown as Vec3,
  );
  return open.map((sky, vertex) => {
    const at = 3 * vertex;
    const normal: Vec3 = [normals[at] as number, normals[at + 1] as number, normals[at + 2] as number];
    const eye = eyeFrom(vertices[at] as number, vertices[at + 1] as number, vertices[at + 2] as number);
    const half = unit([key[0] + eye[0], key[1] + eye[1], key[2] + eye[2]]);
    // Half of what is turned away from the light gets some of it too, as from a large lamp.
    const wrapped = Math.max(0, (dot(normal, key) + 0.35) / 1.35);
    const gloss = Math.max(0, dot(normal, half)) ** 40;
    const shadow = 0.2 + 0.8 * sky;
    return 0.42 * sky ** 1.3 * (0.8 + 0.2 * dot(normal, axes[1])) + 0.54 * wrapped * shadow + 0.1 * gloss * shadow;
  });
}

function drawBox(samples: Samples, { project }: Camera, extent: Vec3): void {
  const corner = (c: number): Vec3 => project(c & 1 ? extent[0] : 0, c & 2 ? extent[1] : 0, c & 4 ? extent[2] : 0);
  for (let c = 0; c < 8; c++) for (const bit of [1, 2, 4]) if (!(c & bit)) drawLine(samples, corner(c), corner(c | bit), FINENESS);
}

/** Means of the samples of each pixel, in light and not in what is stored for it. */
function resolved({ width: across, height: down, shade }: Samples, width: number, transparent: boolean): Picture {
  const height = Math.max(1, Math.floor(down / FINENESS));
  const all = FINENESS ** 2;
  const pixels = new Uint8Array(4 * width * height).fill(transparent ? 0 : 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [red, green, blue, count] = [0, 0, 0, 0];
      for (let sample = 0; sample < all; sample++) {
        const value = shade[(y * FINENESS + Math.floor(sample / FINENESS)) * across + x * FINENESS + (sample % FINENESS)] as number;
        if (value === NOTHING) continue;
        count++;
        const at = 3 * (value === LINE ? TONES : Math.round((TONES - 1) * Math.min(1, Math.max(0, value))));
        red += PALETTE[at] as number;
        green += PALETTE[at + 1] as number;
        blue += PALETTE[at + 2] as number;
      }
      if (count === 0) continue;
      const at = 4 * (y * width + x);
      const paper = transparent ? 0 : all - count;
      const share = 1 / (count + paper);
      pixels[at] = stored((red + paper) * share);
      pixels[at + 1] = stored((green + paper) * share);
      pixels[at + 2] = stored((blue + paper) * share);
      if (transparent) pixels[at + 3] = Math.round((255 * count) / all);
    }
  }
  return { width, height, channels: 4, pixels };
}

const stored = (light: number): number => BYTES[Math.round(light * (BYTES.length - 1))] as number;

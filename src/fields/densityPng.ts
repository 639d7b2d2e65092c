import { checkOptions } from '../errors.ts';
import { type CellField, checkGrid, checkInteger, checkSwitch, checkValues } from './grid.ts';
import { png } from './png.ts';

/** How a plane design is drawn. */
export interface DensityPngOptions {
  /** Pixels along each side of a cell. Domain: [1, 64]. @defaultValue 1 */
  readonly scale?: number | null;
  /** Whether void is see-through instead of white, so that the picture lies on any page. @defaultValue `false` */
  readonly transparent?: boolean | null;
}

/** Longer sides are beyond what most programs open. */
const MOST_PIXELS = 32767;

/**
 * The bytes of a PNG picture of densities in the plane, y upwards: 0 is white, 1 is black, one shade a cell. Densities beyond are shown as the
 * nearest of both.
 *
 * @throws {@link LgfError} naming the argument
 * @example
 * ```ts
 * import { densityPng } from 'learned-gradient-flow';
 * const bytes = densityPng({ size: [2, 2], values: [0, 1, 0.5, 1] }, { scale: 8 });
 * console.log(new TextDecoder().decode(bytes.subarray(1, 4))); // → PNG
 * ```
 */
export function densityPng(field: CellField, options?: DensityPngOptions | null): Uint8Array {
  const grid = checkGrid(field, 'field', [2]);
  const values = checkValues(field, grid, 'field');
  checkOptions(options, ['scale', 'transparent']);
  const [columns = 1, rows = 1] = grid.size;
  const most = Math.min(64, Math.floor(MOST_PIXELS / Math.max(columns, rows)));
  const scale = checkInteger(options?.scale, 'scale', 1, 1, Math.max(1, most));
  const transparent = checkSwitch(options?.transparent, 'transparent', false);
  const channels = transparent ? 2 : 1;
  const [width, height] = [columns * scale, rows * scale];
  const pixels = new Uint8Array(width * height * channels);
  for (let row = 0; row < rows; row++) {
    const line = pixels.subarray((rows - 1 - row) * scale * width * channels).subarray(0, width * channels);
    for (let x = 0; x < width; x++) {
      const ink = Math.round(255 * Math.min(1, Math.max(0, values[row * columns + Math.floor(x / scale)] as number)));
      if (transparent) line[2 * x + 1] = ink;
      else line[x] = 255 - ink;
    }
    const start = line.byteOffset - pixels.byteOffset;
    for (let copy = 1; copy < scale; copy++) pixels.copyWithin(start + copy * line.length, start, start + line.length);
  }
  return png({ width, height, channels, pixels });
}

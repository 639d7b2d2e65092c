// The files of a run.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CellField, densityPng, pvd, stl, surfacePngs, type TimeStep, type View as ViewName, vti } from 'learned-gradient-flow';
import { npy } from '../npy.ts';
import type { Entry } from './history.ts';
import { totals } from './history.ts';
import type { View } from './page.ts';

const TITLES: Readonly<Record<ViewName, string>> = {
  iso: 'Rendered design',
  front: 'From the front, x and y',
  top: 'From the top, x and z',
  side: 'From the side, z and y',
};
/** Pixels of the pictures: of a plane design at least about so many along its longer side, of a solid that wide. */
const PLANE_PIXELS = 1200;
const REPORT_WIDTH = 800;
/** Passes over the surface that is printed: the stairs of cells are no part of the design. */
const STL_SMOOTHING = 5;

/** The name of a design of the series. */
export function frameName(number: number): string {
  return `design-${String(number).padStart(4, '0')}.vti`;
}

/** Writes a design of the series. */
export function writeFrame(folder: string, number: number, size: readonly number[], density: Float64Array): void {
  writeFileSync(join(folder, frameName(number)), vti({ size, cells: { density: Float32Array.from(density) } }, { compress: true }));
}

/** Writes the design at the end in all its forms; the names of the files, those of the series among them, and the views of a solid. */
export function writeDesign(
  folder: string,
  size: readonly number[],
  density: Float64Array,
  entries: readonly Entry[],
): { readonly files: readonly string[]; readonly views: readonly View[] } {
  const field: CellField = { size, values: density };
  const files: string[] = [];
  const write = (name: string, content: string | Uint8Array): void => {
    writeFileSync(join(folder, name), content);
    files.push(name);
  };
  // As NumPy indexes: the slowest axis first.
  write('density.npy', npy({ shape: [...size].reverse(), data: density }));
  const counts = totals(entries);
  const frames = entries.flatMap(({ frame }, i) => (frame === undefined ? [] : [{ file: frameName(frame), time: counts[i] as number }]));
  const last: TimeStep = { file: frameName(frames.length + 1), time: counts.at(-1) ?? 0 };
  writeFrame(folder, frames.length + 1, size, density);
  // A run that crashed may have come further.
  const later = (name: string): boolean => Number(/^design-(\d{4,})\.vti$/.exec(name)?.[1] ?? 0) > frames.length + 1;
  for (const name of readdirSync(folder).filter(later)) rmSync(join(folder, name));
  files.push(...frames.map(({ file }) => file), last.file);
  write('design.pvd', pvd([...frames, last]));
  if (size.length === 2) {
    const scale = Math.min(64, Math.max(1, Math.ceil(PLANE_PIXELS / Math.max(...size))));
    write('design.png', densityPng(field, { scale }));
    return { files, views: [] };
  }
  write('design.stl', stl(field, { smoothing: STL_SMOOTHING }));
  const names = Object.keys(TITLES) as ViewName[];
  const onWhite = surfacePngs(field, names);
  for (const [i, name] of names.entries()) write(name === 'iso' ? 'design.png' : `design-${name}.png`, onWhite[i] as Uint8Array);
  const views = surfacePngs(field, names, { width: REPORT_WIDTH, transparent: true });
  return { files, views: names.map((name, i) => ({ title: TITLES[name], png: views[i] as Uint8Array })) };
}

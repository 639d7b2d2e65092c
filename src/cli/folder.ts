// The folder that a run writes to.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filesOf } from './runFile.ts';
import { UsageError } from './usage.ts';

/** The whole path of the folder, which is made where it is missing. */
export function makeFolder(name: string): string {
  const folder = resolve(name);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`--out: got '${name}', expected a folder that can be made: ${(error as Error).message}`);
  }
  return folder;
}

/** Removes the files of an earlier run, as its run.json names them: arrays of two runs side by side would be taken for one. */
export function removeEarlier(folder: string): void {
  const file = join(folder, 'run.json');
  if (!existsSync(file)) return;
  for (const name of filesOf(readFileSync(file, 'utf8'))) rmSync(join(folder, name), { force: true });
}

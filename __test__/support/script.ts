import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ended } from './spawn.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Whether {@link script} can limit the memory of what it starts. */
export const CAN_LIMIT = process.platform === 'linux';

/** Runs an ES module, given as text, in a process of its own that finds the package by its name. */
export function script(text: string, { gigabytes }: { readonly gigabytes?: number } = {}): Promise<Ended> {
  const node = [process.execPath, '--input-type=module', '-e', text] as const;
  const [command, ...args] =
    gigabytes === undefined ? node : (['sh', '-c', `ulimit -v ${gigabytes * 1e6}; exec "$0" "$@"`, ...node] as const);
  return new Promise((resolve) => {
    execFile(command, args, { cwd: root, maxBuffer: 1e8, timeout: 50_000 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ status, stdout, stderr });
    });
  });
}

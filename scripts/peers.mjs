// What benchmarks are measured against: Python packages in an environment of their own, installed once.
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, Failure, root, run } from './shell.mjs';

const folder = join(root, 'bench/.venv');
const wanted = join(root, 'bench/peers/requirements.txt');
const installed = join(folder, 'requirements.txt');

/** The Python that has the peers. */
export const peerPython = process.platform === 'win32' ? join(folder, 'Scripts/python.exe') : join(folder, 'bin/python');

export function installPeers() {
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(wanted, 'utf8')) return;
  if (capture('python3', ['--version']) === undefined)
    throw new Failure('Python 3 is needed for the peers of this benchmark; python3 was not found on PATH');
  run('python3', ['-m', 'venv', folder]);
  run(peerPython, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', wanted]);
  copyFileSync(wanted, installed);
}

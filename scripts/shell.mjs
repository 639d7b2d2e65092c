// Running other programs from the build scripts. Built-ins only: this works before anything is installed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of package.json, with a trailing separator. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A failure whose message says it all: printed without a stack. */
export class Failure extends Error {}

/** Runs a command in the repository with its output shown; throws a `Failure` unless it exits with 0. */
export function run(command, args, { env = {}, cwd = root } = {}) {
  console.log(`\n$ ${[command === process.execPath ? 'node' : command, ...args].join(' ')}`);
  const { status, signal, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) throw new Failure(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new Failure(`${command} ${args[0] ?? ''} ended with ${signal ?? `exit code ${status}`}`);
}

/** Standard output of a command, or `undefined` if it is missing or fails. */
export function capture(command, args, options = {}) {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options });
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs npm: the one that started this script, else the one on PATH (on Windows, where that is no program, the one beside Node). */
export function npm(args, options) {
  const beside = process.platform === 'win32' ? join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js') : undefined;
  const script = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : beside;
  if (script) run(process.execPath, [script, ...args], options);
  else run('npm', args, options);
}

/** Path of the script behind a command-line tool among the devDependencies (no shell, so also right on Windows). */
export function toolPath(packageName, bin = packageName) {
  const manifest = join(root, 'node_modules', packageName, 'package.json');
  const { bin: bins } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), typeof bins === 'string' ? bins : bins[bin]);
}

/** Runs a devDependency's command-line tool with this Node. */
export function tool([packageName, bin = packageName], args, options) {
  run(process.execPath, [toolPath(packageName, bin), ...args], options);
}

// From sources to a usable package: native addon, generated sources, JavaScript and type declarations, in this order.
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root, run, tool } from './shell.mjs';

const RUST_INPUTS = ['Cargo.toml', 'Cargo.lock', 'crates'];

/** Builds what is out of date. With `profile`, cargo is asked in any case; else an addon of either profile will do if it is fresh. */
export function build(profile) {
  if (profile || nativeIsStale()) buildNative(profile ?? 'release');
  if (existsSync(join(root, 'scripts/generate.mjs'))) tool(['tsx'], ['scripts/generate.mjs']);
  run(process.execPath, ['scripts/bundle.mjs']);
}

function buildNative(profile) {
  const start = new Date();
  const output = ['--output-dir', 'native', '--dts', '../src/native-binding.d.ts', '--no-js', '--no-const-enum'];
  tool(['@napi-rs/cli', 'napi'], ['build', '--platform', '--profile', profile, '--manifest-path', 'crates/lgf-node/Cargo.toml', ...output]);
  // Dated back to the start, so that a source saved while cargo ran counts as newer than the addon.
  for (const binary of nativeBinaries()) utimesSync(binary, start, start);
}

function nativeIsStale() {
  const built = nativeBinaries().map((path) => statSync(path).mtimeMs);
  return built.length === 0 || Math.max(...RUST_INPUTS.map((path) => newest(join(root, path)))) > Math.min(...built);
}

function nativeBinaries() {
  const folder = join(root, 'native');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.node'))
    .map((name) => join(folder, name));
}

/** Latest modification time of a file, or of the files below a folder that decide the addon (not tests or benches). */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const names = readdirSync(path).filter((name) => !['tests', 'benches', 'examples', 'target'].includes(name));
  // The folder's own time tells of removed files.
  return Math.max(stats.mtimeMs, ...names.map((name) => newest(join(path, name))));
}

/** Contents by path of the generated files that are committed, to see whether a build changed them. */
export function generatedFiles() {
  const paths = ['Cargo.lock', 'index.d.ts', 'src/native-binding.d.ts'];
  for (const folder of ['src/generated', 'docs/generated']) {
    if (existsSync(join(root, folder))) paths.push(...readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
  }
  return new Map(paths.filter((path) => existsSync(join(root, path))).map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Fails if the build changed a committed generated file. Unlike `git diff` this also works before the commit. */
export function checkGenerated(before) {
  const after = generatedFiles();
  const changed = [...after.keys()].filter((path) => before.get(path) !== after.get(path));
  if (changed.length > 0)
    throw new Failure(`generated files were out of date: ${changed.join(', ')}. Commit them as \`npm run build\` left them.`);
}

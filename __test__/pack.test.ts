// What a user gets: the packages of a release, installed from tarballs into an empty folder without Rust.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { transformSync } from 'rolldown/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { npm, root, toolPath } from '../scripts/shell.mjs';
import { platforms, stageMain, stagePlatform } from '../scripts/stage.mjs';
import { detectHost, hostTriple } from '../src/native.ts';
import { codeBlocks } from './support/code-blocks.ts';
import { node } from './support/spawn.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const host = detectHost();
const triple = hostTriple(host);
const work = mkdtempSync(join(tmpdir(), 'lgf-pack-'));
const staged = join(work, 'main');
const consumer = join(work, 'consumer');
const withoutRust = (process.env['PATH'] ?? '').split(delimiter).filter((path) => !existsSync(join(path, 'cargo')));
const env = { ...process.env, PATH: withoutRust.join(delimiter), LGF_NATIVE_LIBRARY_PATH: '' };

let tarballs: string[] = [];

beforeAll(() => {
  const platform = platforms.find((candidate) => candidate.triple === triple);
  if (!platform) throw new Error(`${triple} is not among the published platforms`);
  stageMain(staged);
  stagePlatform(join(work, triple), platform, join(root, 'native'));
  for (const folder of [staged, join(work, triple)]) npm(['pack', '--silent', '--pack-destination', work, folder], { cwd: work });
  tarballs = readdirSync(work).filter((name) => name.endsWith('.tgz'));
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }');
  // Offline: the other platforms' packages cannot be found, as for a user whose registry lacks one of them.
  npm(['install', '--offline', '--no-audit', '--no-fund', ...tarballs.map((name) => join(work, name))], { cwd: consumer, env });
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Writes `code` into the consumer's project and runs it there. */
function runInConsumer(name: string, code: string) {
  writeFileSync(join(consumer, name), code);
  return node([name], { cwd: consumer, env });
}

test('the tarball holds the built files and nothing else', () => {
  const installed = join(consumer, 'node_modules', 'learned-gradient-flow');
  const allowed =
    /^(dist|dist[\\/].+\.(c?js|d\.cts)|dist[\\/]third-party-licenses\.txt|index\.d\.ts|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
  const names = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => !allowed.test(name))).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(manifest).not.toHaveProperty('scripts');
  expect(manifest).not.toHaveProperty('dependencies');
  expect(Object.keys(manifest.optionalDependencies)).toHaveLength(platforms.length);
  for (const name of ['index.cjs', 'index.js', 'index.d.cts', 'cli.cjs', 'third-party-licenses.txt']) {
    expect(names.map((path) => path.replaceAll('\\', '/'))).toContain(`dist/${name}`);
  }
});

test('the command that npm installs runs a problem and writes its report', async () => {
  const command = join(
    consumer,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'learned-gradient-flow.cmd' : 'learned-gradient-flow',
  );
  expect(existsSync(command)).toBe(true);
  // What the command is a link to, or calls: started with this Node, since PATH need not hold one.
  const script = join(consumer, 'node_modules', 'learned-gradient-flow', 'dist', 'cli.cjs');
  if (process.platform !== 'win32') expect(realpathSync(command)).toBe(realpathSync(script));
  const { status, stdout } = await node([script, 'run', 'heat-rod', '--epochs', '30', '--quiet', '--out', 'rod'], { cwd: consumer, env });
  expect(status).toBe(0);
  expect(stdout).toContain('squared misfit');
  expect(readFileSync(join(consumer, 'rod', 'report.html'), 'utf8')).toContain('<h1>Heated rod');
});

test('there is one implementation: the command line calls that of the library', () => {
  const text = readFileSync(join(staged, 'dist', 'cli.cjs'), 'utf8');
  expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
  expect(text).toContain('require("./index.cjs")');
  expect(text).not.toContain('OptimizerHandle');
});

test('import and require give the same objects', async () => {
  const code = `
    import { createRequire } from 'node:module';
    import * as imported from 'learned-gradient-flow';
    const required = createRequire(import.meta.url)('learned-gradient-flow');
    const names = Object.keys(required);
    if (names.length === 0 || names.join() !== Object.keys(imported).sort().join()) throw new Error('different exports');
    for (const name of names) if (imported[name] !== required[name]) throw new Error('two copies of ' + name);
    console.log(imported.version());`;
  expect(await runInConsumer('same.mjs', code)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('CommonJS programs can require it', async () => {
  expect(await runInConsumer('plain.cjs', `console.log(require('learned-gradient-flow').version());`)).toMatchObject({
    stdout: `${version}\n`,
  });
});

test('TypeScript programs of both kinds pass the type checker', async () => {
  const code = `import { version } from 'learned-gradient-flow';\nexport const text: string = version();\n// @ts-expect-error: not a number\nexport const number: number = version();\n`;
  for (const name of ['esm.mts', 'cjs.cts']) writeFileSync(join(consumer, name), code);
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', '', 'esm.mts', 'cjs.cts'];
  expect(await node([toolPath('typescript', 'tsc'), ...options], { cwd: consumer })).toMatchObject({ status: 0, stdout: '' });
});

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: staged, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});

test('arethetypeswrong has nothing to say', async () => {
  const main = tarballs.find((name) => !name.includes(triple)) ?? '';
  const { status, stdout } = await node([toolPath('@arethetypeswrong/cli', 'attw'), join(work, main), '--profile', 'node16'], {
    cwd: work,
  });
  expect(status, stdout).toBe(0);
});

test('the example of the README runs as an ES module and as CommonJS', async () => {
  const example = readmeExample();
  const { code } = transformSync('example.ts', example, {});
  const esm = await runInConsumer('readme.mjs', code);
  const cjs = await runInConsumer('readme.cjs', asCommonJs(code));
  for (const { status, stdout, stderr } of [esm, cjs]) {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim()).not.toBe('');
  }
});

/** The first TypeScript block below a heading with the word "Example". */
function readmeExample(): string {
  const path = join(root, 'README.md');
  const heading = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((line) => /^#+ .*Example/.test(line));
  const block = codeBlocks(path).find(({ language, line }) => language === 'ts' && line > heading + 1);
  if (heading < 0 || !block) throw new Error('README.md has no ts block below a heading with "Example"');
  return block.code;
}

/** `import { a as b } from 'x'` becomes `const { a: b } = require('x')`; the rest moves into an async function for its `await`s. */
function asCommonJs(code: string): string {
  const body = code.replace(/^import (\{[^}]*\}) from ([^;\n]+);?$/gm, (_, names: string, from: string) => {
    return `const ${names.replaceAll(' as ', ': ')} = require(${from});`;
  });
  return `(async () => {\n${body}\n})();\n`;
}

// Last, because it takes the installation apart.
test('without the platform package the error says what is missing', async () => {
  rmSync(join(consumer, 'node_modules', `learned-gradient-flow-${triple}`), { recursive: true });
  const code = `import('learned-gradient-flow').catch(({ code, message }) => console.log(JSON.stringify({ code, message })));`;
  const { stdout } = await runInConsumer('missing.mjs', code);
  const { code: errorCode, message } = JSON.parse(stdout);
  expect(errorCode).toBe('ERR_LGF_NATIVE');
  for (const part of [process.platform, process.arch, host.libc ?? '', `learned-gradient-flow-${triple}`]) expect(message).toContain(part);
});

// The command line as a process of its own, from the built package.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LGFGradientFlow, problems, version } from 'learned-gradient-flow';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/shell.mjs';
import { HEAT_ROD_SETTINGS } from '../../src/experiments/heatRod.ts';
import { EXPERIMENTS } from '../../src/experiments/registry.ts';
import { readNpy } from '../support/npy.ts';
import { node } from '../support/spawn.ts';

const program = join(root, 'dist', 'cli.cjs');
const work = mkdtempSync(join(tmpdir(), 'lgf-cli-'));
const cli = (...args: readonly string[]) => node([program, ...args], { cwd: work });
const read = (...path: readonly string[]) => readFileSync(join(work, ...path), 'utf8');

/** A rod for tests that look at what is around the numbers. */
const small = ['--modes', '6', '--cells', '30', '--times', '60'];

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('help', () => {
  test.each([
    [['--help'], ['run <problem>', 'report RUN.json', 'heat-rod', 'exit codes', '130']],
    [['run', '--help'], ['heat-rod']],
    [
      ['run', 'heat-rod', '--help'],
      ['--optimizer', '--no-safeguard', '--modes', '--out', '750'],
    ],
    [['run', 'heat-rod', '--epochs', '3', '-h'], ['--optimizer']],
    [['problems', '--help'], ['--json']],
    [['report', '--help'], ['--out']],
    [['problems'], ['heat-rod']],
  ])('%j', async (args, parts) => {
    const { status, stdout, stderr } = await cli(...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const part of parts) expect(stdout).toContain(part);
  });

  test('the version', async () => {
    expect(await cli('--version')).toEqual({ status: 0, stdout: `${version()}\n`, stderr: '' });
  });

  test('the list of problems as JSON', async () => {
    const { stdout } = await cli('problems', '--json');
    expect(JSON.parse(stdout)[0]).toMatchObject({ name: 'heat-rod', epochs: 750, safeguard: true });
  });
});

// The documentation shows what these print.
describe('the documented output is the real one', () => {
  const documented = readFileSync(join(root, 'docs', 'command-line.md'), 'utf8').matchAll(
    /```text\n\$ npx learned-gradient-flow ([^\n]*)\n([\s\S]*?)```/g,
  );
  const shown = [...documented].map(([, command = '', output = '']) => [command, output] as const);
  test('there is some', () => expect(shown.length).toBeGreaterThanOrEqual(3));
  test.each(shown)('%s', async (command, output) => {
    const { stdout, stderr } = await cli(...command.split(' '));
    expect(stdout + stderr).toBe(output);
  });
});

test('the options of every problem are documented', () => {
  const sections = readFileSync(join(root, 'docs', 'command-line.md'), 'utf8').split(/^### /m);
  for (const { name, flags } of EXPERIMENTS) {
    const section = sections.find((text) => text.startsWith(`${name}\n`)) ?? '';
    const documented = [...section.matchAll(/^\| `--([\w-]+) N` \| (.*) \|$/gm)].map(([, flag, help]) => ({ flag, help }));
    expect(documented).toEqual(flags.map(({ flag, help }) => ({ flag, help })));
  }
});

describe('wrong use is one line that names argument, value and domain', () => {
  test.each<[readonly string[], RegExp]>([
    [[], /command: got none, expected one of run, problems, report/],
    [['fly'], /command: got 'fly', expected one of run, problems, report/],
    [['constructor'], /command: got 'constructor'/],
    [['run'], /problem: got none, expected one of heat-rod/],
    [['run', 'cold-rod'], /problem: got 'cold-rod', expected one of heat-rod/],
    [['run', 'heat-rod', 'twice'], /argument: got 'twice', expected options only/],
    [['run', 'heat-rod', '--fast'], /--fast: no such option of run heat-rod; known: --optimizer, /],
    [['run', 'heat-rod', '--seed', '3'], /--seed: no such option of run heat-rod/],
    [['run', 'heat-rod', '--epochs', 'ten'], /--epochs: got 'ten', expected a number/],
    [['run', 'heat-rod', '--epochs', ''], /--epochs: got '', expected a number/],
    [['run', 'heat-rod', '--epochs', '0'], /--epochs: got 0, expected an integer in \[1, 100000\]/],
    [['run', 'heat-rod', '--epochs', '1.5'], /--epochs: got 1.5, expected an integer/],
    [['run', 'heat-rod', '--epochs'], /--epochs: got no value, expected --epochs N/],
    [['run', 'heat-rod', '--epochs', '--json'], /--epochs: got no value/],
    [['run', 'heat-rod', '--epochs', '3', '--epochs', '4'], /--epochs: given twice, expected once/],
    [['run', 'heat-rod', '--json=yes'], /--json: got 'yes', expected no value/],
    [
      ['run', 'heat-rod', '--optimizer', 'LGFAdam'],
      /--optimizer: got 'LGFAdam', expected one of both, base, lgf, lgf-adaptive, GradientDescent, LGFGradientFlow, LGFAdaptive/,
    ],
    [['run', 'heat-rod', '--modes', '1'], /--modes: got 1, expected an integer in \[2, 256\]/],
    [['run', 'heat-rod', '--cells', '20'], /--modes: got 30, expected an integer in \[2, 19\]/],
    [['run', 'heat-rod', '--end-time', '-1'], /--end-time: got -1, expected a number in /],
    [['run', 'heat-rod', '--out', program], /--out: got '.*cli.cjs', expected a folder that can be made/],
    [['problems', 'heat-rod'], /argument: got 'heat-rod', expected none/],
    [['report'], /RUN.json: got 0 files, expected one/],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await cli(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(existsSync(join(work, 'lgf-heat-rod'))).toBe(false);
  });
});

describe('a run', () => {
  test('writes results, arrays and a report, and prints a table', async () => {
    const { status, stdout, stderr } = await cli('run', 'heat-rod', '--epochs', '60', '--out', 'short');
    expect(status, stderr).toBe(0);
    for (const part of ['gradient descent', 'learned gradient flow', 'squared misfit', 'seconds in fits', 'report.html']) {
      expect(stdout).toContain(part);
    }
    const run = JSON.parse(read('short', 'run.json'));
    expect(run).toMatchObject({ problem: 'heat-rod', status: 'finished', settings: { epochs: 60, safeguard: true } });
    expect(run.machine).toMatchObject({ node: process.version, library: version() });
    expect(readdirSync(join(work, 'short')).sort()).toEqual([...run.files].sort());
    // The same run with the library gives the same bits.
    const rod = problems.heatRod();
    const flow = new LGFGradientFlow(rod.start(), { ...HEAT_ROD_SETTINGS, safeguard: true });
    const x0 = flow.x;
    while (flow.epoch < 60) flow.step(rod.evaluate);
    const [, lgf] = run.runs;
    expect(lgf).toMatchObject({ role: 'lgf', optimizer: 'LGFGradientFlow', x: Array.from(flow.x), fits: flow.fits, status: 'finished' });
    expect(lgf.evaluations.at(-1)).toBe(flow.evaluations);
    expect(readNpy(join(work, 'short', 'lgf-x.npy'))).toEqual({ shape: [2], data: flow.x });
    const path = readNpy(join(work, 'short', 'lgf-path.npy'));
    expect(path.shape).toEqual([61, 2]);
    expect([path.data.slice(0, 2), path.data.slice(-2)]).toEqual([x0, flow.x]);
    expect(readNpy(join(work, 'short', 'temperature-lgf.npy'))).toEqual({ shape: [250, 500], data: rod.temperature(flow.x).data });
    for (const name of ['values', 'evaluations', 'seconds']) expect(readNpy(join(work, 'short', `base-${name}.npy`)).shape).toEqual([61]);
    expect(readNpy(join(work, 'short', 'base-values.npy')).data[0]).toBeCloseTo(Math.exp(-3.585858), 7);
  });

  test('a report made again from run.json is the same page', async () => {
    await cli('run', 'heat-rod', ...small, '--epochs', '30', '--out', 'again', '--quiet');
    const page = read('again', 'report.html');
    expect(page.length).toBeGreaterThan(50_000);
    const { status, stdout } = await cli('report', join('again', 'run.json'), '--out', 'again.html');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Report: file:.*again\.html/);
    expect(read('again.html')).toBe(page);
  });

  test('prints nothing but JSON on stdout where that is asked for', async () => {
    const args = [
      '--epochs',
      '30',
      '--json',
      '--optimizer',
      'LGFGradientFlow',
      '--no-safeguard',
      '--modes',
      '8',
      '--cells',
      '40',
      '--out',
      'json',
    ];
    const { status, stdout, stderr } = await cli('run', 'heat-rod', ...args);
    expect(status).toBe(0);
    const printed = JSON.parse(stdout);
    expect(printed).toMatchObject({ problem: 'heat-rod', settings: { epochs: 30, safeguard: false, problem: { modes: 8, cells: 40 } } });
    expect(printed.results).toHaveLength(1);
    expect(printed.results[0]).toMatchObject({ role: 'lgf', evaluations: 25, steps: 30, learnedSteps: 5, fits: 1 });
    expect(printed.results[0]).not.toHaveProperty('untilBase');
    expect(stderr).toContain('squared misfit');
  });

  test.each(['lgf-adaptive', 'LGFAdaptive'])('runs %s, which needs no settings', async (optimizer) => {
    const args = ['--epochs', '60', '--json', '--quiet', '--optimizer', optimizer, '--modes', '8', '--cells', '40', '--out', optimizer];
    const { status, stdout } = await cli('run', 'heat-rod', ...args);
    expect(status).toBe(0);
    const { results, files } = JSON.parse(stdout);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ role: 'adaptive', optimizer: 'LGFAdaptive', evaluations: 60, steps: 60, status: 'finished' });
    expect(results[0].untilTarget.evaluations).toBeLessThan(60);
    expect(files).toContain('adaptive-path.npy');
  });

  test('says nothing on stderr when quiet, and its end otherwise', async () => {
    expect((await cli('run', 'heat-rod', ...small, '--epochs', '5', '--quiet', '--out', 'q')).stderr).toBe('');
    expect((await cli('run', 'heat-rod', ...small, '--epochs', '5', '--out', 'q')).stderr).toMatch(
      /gradient descent █{16} 100 % {2}finished +5\/5 {2}5 evaluations {2}squared misfit \S+ {2}took [\d.]+ s\nlearned/,
    );
  });

  test('replaces the files of an earlier one in the same folder, and no others', async () => {
    const args = ['run', 'heat-rod', ...small, '--epochs', '5', '--quiet', '--out', 'twice'];
    await cli(...args);
    expect(existsSync(join(work, 'twice', 'base-x.npy'))).toBe(true);
    writeFileSync(join(work, 'twice', 'mine.npy'), '');
    await cli(...args, '--optimizer', 'lgf');
    const { files } = JSON.parse(read('twice', 'run.json'));
    expect(files).not.toContain('base-x.npy');
    expect(readdirSync(join(work, 'twice')).sort()).toEqual([...files, 'mine.npy'].sort());
  });

  test('that fails keeps what it has and exits with 1', async () => {
    // Next to nothing happens in so short a time: the misfit underflows to zero, and its logarithm is not finite.
    const { status, stderr } = await cli('run', 'heat-rod', ...small, '--end-time', '1e-100', '--out', 'failed');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^gradient descent failed after 0 of 750 steps: objective: value: .*finite number$/m);
    expect(JSON.parse(read('failed', 'run.json'))).toMatchObject({ status: 'failed', runs: [{ status: 'failed' }, { status: 'failed' }] });
    expect(await cli('report', join('failed', 'run.json'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/run.json: holds no page/),
    });
  });

  test.skipIf(process.platform === 'win32')('is stopped by Ctrl-C with all that was computed kept', async () => {
    const child = spawn(process.execPath, [program, 'run', 'heat-rod', '--epochs', '100000', '--out', 'stopped'], { cwd: work });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
      // The first line of progress: the run is under way.
      if (/ left\n/.test(String(text))) child.kill('SIGINT');
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((done) => child.on('close', (...end) => done(end)));
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    expect(out).toMatch(/Stopped by Ctrl-C/);
    expect(err).toMatch(/stopping; Ctrl-C again ends at once/);
    const { status, runs, page } = JSON.parse(read('stopped', 'run.json'));
    expect([status, runs.length, runs[0].status]).toEqual(['stopped', 1, 'stopped']);
    const steps = runs[0].values.length - 1;
    expect(steps).toBeGreaterThan(100);
    expect(steps).toBeLessThan(100_000);
    expect(readNpy(join(work, 'stopped', 'base-path.npy')).shape).toEqual([steps + 1, 2]);
    expect(page.subtitle).toMatch(/Stopped before the end/);
    expect(read('stopped', 'report.html')).toContain('Stopped before the end');
  });

  test.skipIf(process.platform === 'win32')('is ended at once by a second Ctrl-C', async () => {
    const child = spawn(process.execPath, [program, 'run', 'heat-rod', '--epochs', '100000', '--out', 'ended'], { cwd: work });
    child.stderr.on('data', (text) => {
      if (/ left\n/.test(String(text))) child.kill('SIGINT');
      if (/stopping/.test(String(text))) child.kill('SIGINT');
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((done) => child.on('close', (...end) => done(end)));
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
  });
});

describe('report', () => {
  test.each<[string, string, RegExp]>([
    ['no such file', 'none.json', /none\.json: ENOENT/],
    ['no JSON', 'text.json', /text\.json: is not JSON/],
    ['another file', 'other.json', /other\.json: is no run\.json/],
    ['another version', 'new.json', /new\.json: has format version 99, this program reads 1/],
  ])('refuses %s', async (_name, file, message) => {
    writeFileSync(join(work, 'text.json'), 'hello');
    writeFileSync(join(work, 'other.json'), '{}');
    writeFileSync(join(work, 'new.json'), '{ "format": "learned-gradient-flow run", "formatVersion": 99 }');
    const { status, stderr } = await cli('report', file);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});

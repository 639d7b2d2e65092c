// `run topology` as a process of its own, from the built package.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minimize, problems } from 'learned-gradient-flow';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/shell.mjs';
import { PRESETS } from '../../src/cli/topology/presets.ts';
import { TOPOLOGY_OPTIONS } from '../../src/cli/topology/settings.ts';
import { expectSound } from '../support/markup.ts';
import { readNpy } from '../support/npy.ts';
import { readPng } from '../support/pictures.ts';
import { node } from '../support/spawn.ts';

const program = join(root, 'dist', 'cli.cjs');
const work = mkdtempSync(join(tmpdir(), 'lgf-topology-'));
const cli = (...args: readonly string[]) => node([program, 'run', 'topology', ...args], { cwd: work });
const read = (...path: readonly string[]) => readFileSync(join(work, ...path), 'utf8');
const runOf = (folder: string) => JSON.parse(read(folder, 'run.json'));

afterAll(() => rmSync(work, { recursive: true, force: true }));

const SMALL = ['--size', '24x8', '--max-evaluations', '12'];
/** What of a history decides on the numbers. */
const numbersOf = (history: readonly { seconds: number }[]) => history.map(({ seconds: _, ...rest }) => rest);

describe('a plane design', () => {
  test('is written in all forms, and is that of the library', async () => {
    const { status, stdout, stderr } = await cli(...SMALL, '--every', '3', '--out', 'plane');
    expect(status, stderr).toBe(0);
    const run = runOf('plane');
    expect(readdirSync(join(work, 'plane')).sort()).toEqual([...run.files, 'resume'].sort());
    // The same run with the library gives the same bits.
    const beam = problems.topology2d({ preset: 'mbb', size: [24, 8], direction: 'criteria' });
    const { x } = await minimize(beam, null, { direction: 'custom', faithful: true, maxEvaluations: 12, valueTolerance: 0 });
    const density = beam.density(x);
    expect(readNpy(join(work, 'plane', 'density.npy'))).toEqual({ shape: [8, 24], data: density });
    const { width, height, pixels } = readPng(readFileSync(join(work, 'plane', 'design.png')));
    expect([width, height]).toEqual([24 * 50, 8 * 50]);
    expect(pixels[0]).toBe(255 - Math.round(255 * (density[24 * 7] ?? 0)));
    // One design each three accepted ones, and the last one.
    const accepted = run.history.filter(({ verdict }: { verdict: string }) => verdict === 'accepted').length;
    const series = run.files.filter((name: string) => name.endsWith('.vti'));
    expect(series).toHaveLength(Math.ceil(accepted / 3) + 1);
    expect([...read('plane', 'design.pvd').matchAll(/file="([^"]*)"/g)].map(([, name]) => name)).toEqual(series);
    expect(run.history).toHaveLength(12);
    const compliances = run.history.map(({ measures }: { measures: { compliance: number } }) => measures.compliance);
    expect(run.result).toMatchObject({ status: 'max-evaluations', evaluations: 12, compliance: Math.min(...compliances) });
    expect(run.result.volume).toBeCloseTo(0.5, 6);
    for (const part of ['compliance', 'greyness', 'solver', '24×8 = 192', 'max-evaluations', 'report.html']) {
      if (part !== 'solver') expect(stdout).toContain(part);
    }
    expect(stderr).toMatch(
      /^evaluation 12\/12 {2}compliance [\d.]+ {2}best [\d.]+ {2}volume 0\.500 {2}greyness [\d.]+ {2}solver \d+ .* MB {2}[\d.]+ s\n$/,
    );
    const page = read('plane', 'report.html');
    expectSound(page);
    for (const part of ['<image class="design"', 'held in x', 'Volume and greyness', '<h2>History</h2>']) expect(page).toContain(part);
    expect(page.match(/<th scope="row"/g)?.length).toBeGreaterThan(12);
  });

  test('has a report that can be made again', async () => {
    await cli(...SMALL, '--quiet', '--out', 'again');
    const { status } = await node([program, 'report', join('again', 'run.json'), '--out', 'again.html'], { cwd: work });
    expect(status).toBe(0);
    expect(read('again.html')).toBe(read('again', 'report.html'));
  });

  test.each(PRESETS.filter(({ size }) => size.length === 2).map(({ name }) => name))('%s', async (preset) => {
    const size = preset === 'l-bracket' ? '15x15' : '20x10';
    const { status, stdout, stderr } = await cli(
      '--preset',
      preset,
      '--size',
      size,
      '--max-evaluations',
      '6',
      '--json',
      '--quiet',
      '--out',
      preset,
    );
    expect({ status, stderr: stderr.includes('Report: file:') }).toEqual({ status: 0, stderr: true });
    const { settings, result, files } = JSON.parse(stdout);
    expect(settings).toMatchObject({ preset, volumeFraction: 0.5, penalty: 3 });
    expect(result.evaluations).toBe(6);
    expect(files).toContain('design.png');
  });

  test.each(['optimality-criteria', 'mma', 'l-bfgs'])('by %s', async (optimizer) => {
    const { status, stdout, stderr } = await cli(...SMALL, '--optimizer', optimizer, '--json', '--quiet', '--out', optimizer);
    expect(status, stderr).toBe(0);
    const { result } = JSON.parse(stdout);
    const { history } = runOf(optimizer);
    expect(result.compliance).toBeLessThan(0.7 * history[0].measures.compliance);
    expect(result.volume).toBeLessThan(0.501);
  });

  test('is projected to solid and void stage by stage', async () => {
    const args = [
      '--size',
      '30x10',
      '--radius',
      '2',
      '--projection',
      '0,4,16',
      '--max-evaluations',
      '60',
      '--json',
      '--quiet',
      '--out',
      'sharp',
    ];
    const { status, stdout, stderr } = await cli(...args);
    expect(status, stderr).toBe(0);
    const { history } = runOf('sharp');
    const last = (stage: number) => history.filter((entry: { stage: number }) => entry.stage === stage).at(-1);
    expect([0, 1, 2].map((stage) => last(stage).stage)).toEqual([0, 1, 2]);
    expect(last(2).measures.greyness).toBeLessThan(0.5 * last(0).measures.greyness);
    expect(JSON.parse(stdout).result.evaluations).toBeLessThanOrEqual(60);
  });

  test('ends when compliances agree', async () => {
    const { stdout } = await cli('--size', '24x8', '--tolerance', '0.01', '--json', '--quiet', '--out', 'agreed');
    const { result } = JSON.parse(stdout);
    expect(result.status).toBe('converged');
    expect(result.evaluations).toBeLessThan(100);
    const newest = runOf('agreed')
      .history.filter(({ verdict }: { verdict: string }) => verdict === 'accepted')
      .slice(-6);
    const compliances = newest.map(({ measures }: { measures: { compliance: number } }) => measures.compliance);
    expect(Math.max(...compliances) - Math.min(...compliances)).toBeLessThan(0.01 * compliances[5]);
  });

  test('with a profile says where the time went', async () => {
    await cli(...SMALL, '--quiet', '--profile', '--out', 'profiled');
    expect(read('profiled', 'profile.txt')).toMatch(/^phase .*\nevaluate +12 /);
    expect(JSON.parse(read('profiled', 'trace.json')).traceEvents.length).toBeGreaterThan(12);
    // The next run without one leaves none behind.
    await cli(...SMALL, '--quiet', '--out', 'profiled');
    expect(existsSync(join(work, 'profiled', 'trace.json'))).toBe(false);
    expect(readdirSync(join(work, 'profiled')).sort()).toEqual([...runOf('profiled').files, 'resume'].sort());
  });
});

describe('a solid', () => {
  test('is written with its surface and rendered views', async () => {
    const args = ['--preset', 'cantilever3d', '--size', '8x4x4', '--max-evaluations', '5', '--quiet', '--out', 'solid'];
    const { status, stderr } = await cli(...args);
    expect(status, stderr).toBe(0);
    const { files } = runOf('solid');
    const pictures = ['design.png', 'design-front.png', 'design-top.png', 'design-side.png'];
    expect(files).toEqual(expect.arrayContaining(['design.stl', 'design.pvd', 'density.npy', ...pictures]));
    expect(readNpy(join(work, 'solid', 'density.npy')).shape).toEqual([4, 4, 8]);
    for (const name of pictures) expect(readPng(readFileSync(join(work, 'solid', name))).width).toBe(1200);
    expect(readFileSync(join(work, 'solid', 'design.stl')).readUInt32LE(80)).toBeGreaterThan(0);
    const page = read('solid', 'report.html');
    expectSound(page);
    expect(page.match(/<image class="picture"/g)).toHaveLength(4);
  }, 60_000);
});

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  /** A run that is told to stop after its first line of progress. */
  function interrupted(folder: string, signals: number, ...more: readonly string[]): Promise<[number | null, string | null, string]> {
    const args = ['--size', '60x30', '--max-evaluations', '100000', '--tolerance', '0', '--out', folder, ...more];
    const child = spawn(process.execPath, [program, 'run', 'topology', ...args], { cwd: work });
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    let sent = 0;
    child.stderr.on('data', (text) => {
      // The first line of progress: the run is under way. The second time as soon as the first was heard.
      if ((sent === 0 && / s\n/.test(String(text))) || (sent < signals && /stopping/.test(String(text)))) {
        sent++;
        child.kill('SIGINT');
      }
    });
    return new Promise((done) => child.on('close', (code, signal) => done([code, signal, out])));
  }

  test('ends the run with all that was found kept; it goes on bit for bit', async () => {
    const [code, signal, out] = await interrupted('stopped', 1, '--optimizer', 'lgf-adaptive');
    expect([code, signal]).toEqual([130, null]);
    expect(out).toMatch(/Stopped by Ctrl-C; go on with: run topology --out stopped --resume/);
    const first = runOf('stopped');
    expect(first.result.status).toBe('aborted');
    expect(read('stopped', 'report.html')).toContain('Stopped before the end.');
    const some = first.history.length;
    const limit = String(some + 25);
    const { status, stderr } = await cli('--resume', '--out', 'stopped', '--max-evaluations', limit, '--quiet');
    expect(status, stderr).toBe(0);
    await cli('--size', '60x30', '--tolerance', '0', '--max-evaluations', limit, '--quiet', '--out', 'whole');
    const [resumed, whole] = [runOf('stopped'), runOf('whole')];
    expect(resumed.history).toHaveLength(some + 25);
    expect(numbersOf(resumed.history)).toEqual(numbersOf(whole.history));
    expect(readNpy(join(work, 'stopped', 'density.npy'))).toEqual(readNpy(join(work, 'whole', 'density.npy')));
  }, 120_000);

  test('a second time ends at once', async () => {
    const [code, signal] = await interrupted('ended', 2);
    expect([code, signal]).toEqual([null, 'SIGINT']);
  });
});

describe('going on', () => {
  test.skipIf(process.platform === 'win32')(
    'after a crash makes the evaluations again that no checkpoint knows of',
    async () => {
      const args = ['--size', '60x30', '--tolerance', '0', '--every', '20'];
      const child = spawn(process.execPath, [program, 'run', 'topology', ...args, '--max-evaluations', '100000', '--out', 'crashed'], {
        cwd: work,
      });
      child.stderr.on('data', () => child.kill('SIGKILL'));
      await new Promise((done) => child.on('close', done));
      expect(existsSync(join(work, 'crashed', 'run.json'))).toBe(false);
      expect(read('crashed', 'resume', 'history.jsonl').split('\n').length).toBeGreaterThan(2);
      const { status, stderr } = await cli('--resume', '--out', 'crashed', '--max-evaluations', '45', '--quiet');
      expect(status, stderr).toBe(0);
      await cli(...args, '--max-evaluations', '45', '--quiet', '--out', 'sound');
      const [crashed, sound] = [runOf('crashed'), runOf('sound')];
      expect(numbersOf(crashed.history)).toEqual(numbersOf(sound.history));
      expect(crashed.files).toEqual(sound.files);
      expect(readdirSync(join(work, 'crashed')).sort()).toEqual(readdirSync(join(work, 'sound')).sort());
      for (const name of sound.files.filter((file: string) => file.endsWith('.vti'))) {
        expect(readFileSync(join(work, 'crashed', name)).equals(readFileSync(join(work, 'sound', name)))).toBe(true);
      }
    },
    60_000,
  );

  test('in the middle of the stages, with a solver that starts from what it found last, is bit for bit the whole run', async () => {
    // Multigrid: too many elements for a factorisation.
    const args = ['--size', '90x50', '--projection', '0,2', '--tolerance', '0', '--every', '4', '--quiet'];
    await cli(...args, '--max-evaluations', '24', '--out', 'all');
    await cli(...args, '--max-evaluations', '24', '--out', 'parts');
    const whole = runOf('all');
    const parts = runOf('parts');
    expect(numbersOf(parts.history)).toEqual(numbersOf(whole.history));
    // Two more times, the second after what a crash leaves behind: entries that no checkpoint knows of, the last one cut off.
    const { status, stderr } = await cli('--resume', '--max-evaluations', '30', '--quiet', '--out', 'parts');
    expect(status, stderr).toBe(0);
    const history = join(work, 'parts', 'resume', 'history.jsonl');
    const entry = JSON.parse(read('parts', 'resume', 'history.jsonl').trimEnd().split('\n').at(-1) ?? '');
    writeFileSync(
      history,
      `${read('parts', 'resume', 'history.jsonl')}${JSON.stringify({ ...entry, evaluation: entry.evaluation + 1 })}\n{"stage":`,
    );
    await cli('--resume', '--max-evaluations', '36', '--quiet', '--out', 'parts');
    // The last stage takes what is left, so the whole run is one with as much in its first stage.
    const last = runOf('parts').history;
    expect(last).toHaveLength(36);
    await cli('--resume', '--max-evaluations', '36', '--quiet', '--out', 'all');
    expect(numbersOf(runOf('all').history)).toEqual(numbersOf(last));
    expect(readNpy(join(work, 'parts', 'density.npy'))).toEqual(readNpy(join(work, 'all', 'density.npy')));
    expect(runOf('parts').files.filter((name: string) => name.endsWith('.vti'))).toEqual(
      runOf('all').files.filter((name: string) => name.endsWith('.vti')),
    );
  }, 120_000);
});

describe('wrong use is one line that names argument, value and domain', () => {
  test.each<[readonly string[], RegExp]>([
    [['--preset', 'arch'], /--preset: got 'arch', expected one of mbb, cantilever, l-bracket, two-load-cases, cantilever3d, bridge/],
    [['--size', '30'], /--size: got '30', expected NXxNY as 150x50/],
    [['--size', '30x10x10'], /--size: got '30x10x10', expected NXxNY/],
    [['--size', '30x1.5'], /--size: got '30x1\.5', expected NXxNY/],
    [['--size', '10000x10000'], /--size: got '10000x10000', .*at most 2\^25/],
    [['--preset', 'bridge', '--size', '30x10'], /--size: got '30x10', expected NXxNYxNZ as 64x32x16/],
    [['--preset', 'bridge', '--volume-fraction', '0.01'], /--volume-fraction: got 0\.01, expected more than/],
    [['--volume-fraction', '1'], /--volume-fraction: got 1, expected a number in \(0, 1\)/],
    [['--filter', 'none'], /--filter: got 'none', expected one of density, helmholtz, sensitivity/],
    [['--radius', '0.1'], /--radius: got 0\.1, expected a number in \[0\.5, 1000\]/],
    [['--penalty', '0'], /--penalty: got 0, expected a number in \[1, 10\]/],
    [['--projection', '1,,2'], /--projection: got '1,,2', expected numbers in \[0, 512\]/],
    [['--projection', '1', '--optimizer', 'mma'], /--projection: got 1, expected/],
    [['--optimizer', 'adam'], /--optimizer: got 'adam', expected one of lgf-adaptive, optimality-criteria, mma, l-bfgs/],
    [['--max-evaluations', '0'], /--max-evaluations: got 0, expected an integer in \[1, /],
    [['--tolerance', '-1'], /--tolerance: got -1, expected a number in \[0, 1\]/],
    [['--every', '1.5'], /--every: got 1\.5, expected an integer in \[0, /],
    [['--epochs', '5'], /--epochs: no such option of run topology; known: --preset, /],
    [['twice'], /argument: got 'twice', expected options only/],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await cli(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(existsSync(join(work, 'lgf-topology'))).toBe(false);
  });

  test('with --resume', async () => {
    await cli(...SMALL, '--quiet', '--out', 'own');
    expect(await cli('--resume', '--out', 'own', '--size', '30x10')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--size: got '30x10', expected none with --resume/),
    });
    expect(await cli('--resume', '--out', 'nowhere')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--resume: got no run in /),
    });
  });
});

test('every option and every structure is documented', () => {
  const section =
    readFileSync(join(root, 'docs', 'command-line.md'), 'utf8')
      .split(/^##+ /m)
      .find((text) => text.startsWith('topology\n')) ?? '';
  const lines = section.split('\n');
  for (const { flag, value, help } of TOPOLOGY_OPTIONS) {
    const shown = `| \`--${flag}${value ? ` ${value}` : ''}\` | ${help} |`;
    if (!['json', 'quiet', 'help'].includes(flag)) expect(lines).toContain(shown);
  }
  for (const { name, summary, size } of PRESETS) {
    expect(lines).toContain(`| \`${name}\` | ${summary}; ${size.join('×')} elements unless told otherwise |`);
  }
});

// Seconds per evaluation and peak memory of every native problem, beside the same problem in torch: same threads, one run, taking turns.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { problems } from 'learned-gradient-flow';
import { SUBJECTS } from './subjects.ts';

interface Measured {
  readonly secondsPerEvaluation: number;
  readonly peakBytes: number;
  readonly value: number;
  readonly gradientNorm: number;
  readonly versions: Readonly<Record<string, string>>;
}

const { values: options, positionals } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    threads: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '4' },
    turns: { type: 'string', default: '3' },
  },
  allowPositionals: true,
});
const { python, threads, seconds } = options;
const folder = import.meta.dirname;
const scratch = mkdtempSync(join(tmpdir(), 'lgf-bench-'));
const env = { ...process.env, RAYON_NUM_THREADS: threads, OMP_NUM_THREADS: threads };

function measured(command: string, args: readonly string[]): Measured {
  const lines = execFileSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  return JSON.parse(lines.split('\n').at(-1) ?? '') as Measured;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const time = (s: number): string => (s < 0.1 ? `${(1000 * s).toPrecision(3)} ms` : `${s.toPrecision(3)} s`);
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

const rows: string[][] = [];
const versions: Record<string, string> = {};
for (const { name, what, target, make } of SUBJECTS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const input = join(scratch, `${name}.json`);
  writeFileSync(input, JSON.stringify(make(problems).input));
  const [ours, peers]: [Measured[], Measured[]] = [[], []];
  for (let turn = 0; turn < Number(options.turns); turn++) {
    ours.push(measured(process.execPath, [...process.execArgv, join(folder, 'evaluation.ts'), name, seconds]));
    const peer = join(folder, 'peers', `${name.replaceAll('-', '_')}.py`);
    peers.push(measured(python, [peer, '--threads', threads, '--seconds', seconds, '--input', input]));
  }
  const [own, peer] = [ours[0] as Measured, peers[0] as Measured];
  const apart = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);
  const difference = Math.max(apart(own.value, peer.value), apart(own.gradientNorm, peer.gradientNorm));
  // Two programs that compute different things cannot be compared.
  if (!(difference < 1e-8)) throw new Error(`${name}: values or gradients differ by ${difference}`);
  Object.assign(versions, own.versions, peer.versions);
  const [fast, slow] = [ours, peers].map((runs) => median(runs.map((run) => run.secondsPerEvaluation))) as [number, number];
  const [small, large] = [ours, peers].map((runs) => Math.max(...runs.map((run) => run.peakBytes))) as [number, number];
  rows.push([name, what, time(fast), time(slow), `${(slow / fast).toFixed(1)}×`, `${target}×`, megabytes(small), megabytes(large)]);
  console.error(rows.at(-1)?.join('  '));
}
rmSync(scratch, { recursive: true });
console.log(`${platform()} ${arch()}, ${cpus()[0]?.model}, ${threads} threads`);
console.log(
  Object.entries(versions)
    .map((entry) => entry.join(' '))
    .join(', '),
);
console.log(`median evaluation of ${seconds} s runs, median of ${options.turns} runs that take turns; peak memory of the process\n`);
console.log('| problem | one evaluation | ours | torch | ratio | goal | our peak | peak of torch |\n|---|---|---|---|---|---|---|---|');
for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);

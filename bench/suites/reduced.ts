// Learning in few modes of many variables: the fit, the learned step, the lift, beside streaming reads of the same memory by the same
// threads. The pieces have no names in TypeScript: a program of the core prints them.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { LGFGradientFlow, type Objective } from 'learned-gradient-flow';
import { table, time } from '../harness.ts';

interface Times {
  readonly coldFit: number;
  readonly fit: number;
  readonly lift: number;
  readonly step: number;
  readonly streamHistory: number;
  readonly streamModes: number;
  readonly memory: number;
  readonly history: number;
}

const root = join(import.meta.dirname, '..', '..');
const cargo = ['run', '--release', '--quiet', '-p', 'lgf-core', '--example', 'reduced', '--'];
const [d, samples, modes, order] = [1_000_000, 40, 5, 2];
const out = execFileSync('cargo', [...cargo, ...[d, samples, modes, order].map(String)], { cwd: root, encoding: 'utf8' });
const of = JSON.parse(out) as Times;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

// The same run through the public interface: what the process needs beyond its baseline, with the iterate and gradient that the objective
// is given.
const RATE = 0.05;
const objective: Objective = (x, g) => {
  let value = 0;
  for (let i = 0; i < d; i++) {
    const slope = (0.5 + (4.5 * i) / d) * (x[i] as number);
    g[i] = slope;
    value += 0.5 * slope * (x[i] as number);
  }
  return value;
};
const start = Float64Array.from({ length: d }, (_, i) => Math.sin(0.37 * i));
const before = process.memoryUsage().rss;
const run = new LGFGradientFlow(start, {
  ...{ learningRate: RATE, dt: 1e-9, historySize: samples, retrainInterval: 1_000_000 },
  model: { truncationRank: modes, polyOrder: order },
});
while (run.phase === 'true') run.step(objective);
const begin = performance.now();
run.advance(1);
const first = (performance.now() - begin) / 1000;
const each = performance.now();
run.advance(100_000);
const step = (performance.now() - each) / 1000 / 100_000;
const memory = process.resourceUsage().maxRSS * 1024 - before;

const what = `${d} variables, ${samples} samples, ${modes} modes, order ${order}`;
const beside = (bound: number, own: number): string => `streaming read ${time(bound)}, ${(own / bound).toFixed(1)}×`;
table([
  {
    what: `fit, ${what}`,
    measured: time(of.fit),
    beside: beside(of.streamHistory, of.fit),
    goal: '5×',
    met: of.fit <= 5 * of.streamHistory,
  },
  { what: 'first fit: memory is new', measured: time(of.coldFit), beside: beside(of.streamHistory, of.coldFit) },
  { what: 'learned step inside of `advance`', measured: time(of.step), goal: '10 µs', met: of.step <= 1e-5 },
  { what: 'lift', measured: time(of.lift), beside: beside(of.streamModes, of.lift), goal: '2×', met: of.lift <= 2 * of.streamModes },
  {
    what: 'memory beyond the baseline, core',
    measured: megabytes(of.memory),
    beside: `history ${megabytes(of.history)}, ${(of.memory / of.history).toFixed(2)}×`,
    goal: '1.3×',
    met: of.memory <= 1.3 * of.history,
  },
  {
    what: 'memory beyond the baseline, TypeScript',
    measured: megabytes(memory),
    beside: `history ${megabytes(of.history)}, ${(memory / of.history).toFixed(2)}×`,
    goal: '1.3×',
    met: memory <= 1.3 * of.history,
  },
  { what: 'first learned step in TypeScript: fit, step, lift', measured: time(first) },
  { what: 'learned step in TypeScript, inside of `advance`', measured: time(step), goal: '10 µs', met: step <= 1e-5 },
]);

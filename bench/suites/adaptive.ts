// A step of the adaptive flow without its evaluation, beside streaming reads of as much memory as its window holds by the same threads: a
// program of the core prints them. What a run holds is a test, `crates/lgf-core/tests/adaptive_memory.rs`.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { table, time } from '../harness.ts';

interface Times {
  readonly steps: number;
  /** Seconds of a read of `2 m` vectors, of the proposal of a point, and of learning from the answer: medians. */
  readonly read: number;
  readonly propose: number;
  readonly learn: number;
}

const root = join(import.meta.dirname, '..', '..');
const cargo = ['run', '--release', '--quiet', '-p', 'lgf-core', '--example', 'adaptive', '--'];
const [d, window, steps, most] = [1_000_000, 10, 40, 4];
const out = execFileSync('cargo', [...cargo, ...[d, window, steps].map(String)], { cwd: root, encoding: 'utf8' });
const { read, propose, learn, ...rest } = JSON.parse(out) as Times;
const reads = (seconds: number): string => `${time(seconds)}, ${(seconds / read).toFixed(2)} reads`;
const beside = `read of ${2 * window} vectors ${time(read)}, ${((16 * window * d) / read / 1e9).toFixed(0)} GB/s`;
table([
  { what: `next point, ${d} variables, ${window} secants`, measured: reads(propose), beside },
  { what: 'learning from its evaluation', measured: reads(learn), beside },
  {
    what: `a step without the evaluation, median of ${rest.steps}`,
    measured: reads(propose + learn),
    beside,
    goal: `${most} reads`,
    met: propose + learn <= most * read,
  },
]);

// What the suites of `npm run bench` share: medians, peers in Python, one table.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Threads of both sides, as `npm run bench -- --threads` says; rayon and the peers' libraries have them already. */
export const THREADS = Number(process.env['RAYON_NUM_THREADS'] ?? 2);

/** Median seconds of a call: at least `least` rounds, then until `seconds` are over; one more before, not measured. */
export function measure(body: () => unknown, { least = 5, seconds = 2 }: { least?: number; seconds?: number } = {}): number {
  body();
  const rounds: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (rounds.length < least || performance.now() < end) {
    const start = process.hrtime.bigint();
    body();
    rounds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  return median(rounds);
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** Runs `bench/peers/<name>.py --threads N --input FILE` and hands back the JSON of its last line. */
export function peer<T>(name: string, input: unknown = {}): T {
  const scratch = mkdtempSync(join(tmpdir(), 'lgf-bench-'));
  try {
    const file = join(scratch, 'input.json');
    writeFileSync(file, JSON.stringify(input));
    const script = join(import.meta.dirname, 'peers', `${name}.py`);
    const args = [script, '--threads', String(THREADS), '--input', file];
    const out = execFileSync(process.env['LGF_BENCH_PYTHON'] ?? 'python3', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as T;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** `1.23 ms` */
export function time(seconds: number): string {
  const [scale, unit] = seconds < 1e-6 ? [1e9, 'ns'] : seconds < 1e-3 ? [1e6, 'µs'] : seconds < 1 ? [1e3, 'ms'] : [1, 's'];
  return `${(scale * seconds).toPrecision(3)} ${unit}`;
}

/** A goal in seconds, and whether it is met. */
export function within(seconds: number, most: number): Pick<Row, 'goal' | 'met'> {
  return { goal: `<= ${time(most)}`, met: seconds <= most };
}

/** One line of a suite's table. */
export interface Row {
  readonly what: string;
  /** What was measured, with its unit. */
  readonly measured: string;
  /** What it is compared with: a peer, or a bound such as a streaming read, measured in the same run. */
  readonly beside?: string;
  /** What it should be. */
  readonly goal?: string;
  /** Whether it is. */
  readonly met?: boolean;
}

/** Prints a table. */
export function table(rows: readonly Row[]): void {
  console.log('| what | measured | beside | goal | met |\n|---|---|---|---|---|');
  for (const { what, measured, beside = '', goal = '', met } of rows)
    console.log(`| ${what} | ${measured} | ${beside} | ${goal} | ${met === undefined ? '' : met ? 'yes' : 'no'} |`);
}

// Dense flows of features too many to be formed: fits and learned steps by inner products, beside one streaming read of the history.
// The passes themselves and the bytes that an optimizer holds are measured by an example of the core.
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { LGFGradientFlow, type Objective } from 'learned-gradient-flow';
import { median, type Row, THREADS, table, time } from '../harness.ts';

const SAMPLES = 20;

interface Passes {
  readonly read: number;
  readonly derivative: number;
  readonly step: number;
  readonly bytes: number;
  readonly peak: number;
}

function passes(d: number, precision: 'double' | 'single'): Passes {
  const args = ['run', '--release', '--quiet', '-p', 'lgf-core', '--example', 'inner_products', '--'];
  const cwd = join(import.meta.dirname, '../..');
  const out = execFileSync('cargo', [...args, `${d}`, `${SAMPLES}`, '2', precision], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out);
}

const bowl: Objective = (x, g) => {
  let value = 0;
  for (let i = 0; i < x.length; i++) {
    const [w, error] = [1 + (i % 7), (x[i] as number) - 1];
    g[i] = w * error;
    value += 0.5 * w * error * error;
  }
  return value;
};

/** A run in full: seconds of fits, of learned steps, and the bytes that the process grew by. */
function run(d: number, cycles: number): { fit: number; step: number; grown: number } {
  const start = Float64Array.from({ length: d }, (_, i) => Math.sin(i));
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const steps = 40;
  const flow = new LGFGradientFlow(start, {
    ...{ learningRate: 0.01, dt: 0.01, historySize: SAMPLES, retrainInterval: SAMPLES + 1 + steps },
    model: { polyOrder: 2 },
  });
  const [fits, learned]: [number[], number[]] = [[], []];
  const seconds = (body: () => unknown): number => {
    const begin = process.hrtime.bigint();
    body();
    return Number(process.hrtime.bigint() - begin) / 1e9;
  };
  let grown = 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    while (flow.phase === 'true') flow.step(bowl);
    const first = seconds(() => flow.advance(1));
    const each = seconds(() => flow.advance(steps)) / steps;
    fits.push(first - each);
    learned.push(each);
    grown = Math.max(grown, process.memoryUsage().rss - before);
  }
  flow.dispose();
  return { fit: median(fits), step: median(learned), grown };
}

// A process of its own for each size, so that what it grew by is its own.
const [size, cycles] = process.argv.slice(2).map(Number);
if (size !== undefined && cycles !== undefined) {
  console.log(JSON.stringify(run(size, cycles)));
} else {
  const rows: Row[] = [];
  const of = (d: number, rounds: number): ReturnType<typeof run> => {
    const args = [...process.execArgv, '--expose-gc', import.meta.filename, `${d}`, `${rounds}`];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  };
  const small = of(1e4, 25);
  rows.push({ what: 'fit, 10,000 variables, order 2 (5e7 features)', measured: time(small.fit), goal: '10 ms', met: small.fit <= 10e-3 });
  rows.push({ what: 'learned step, the same', measured: time(small.step), goal: '1 ms', met: small.step <= 1e-3 });
  const large = of(1e6, 3);
  rows.push({ what: 'fit, 1e6 variables, order 2 (5e11 features)', measured: time(large.fit) });
  for (const [d, precision] of [
    [1e4, 'double'],
    [1e6, 'double'],
    [1e6, 'single'],
  ] as const) {
    const { read, derivative, step, peak } = passes(d, precision);
    const history = d * SAMPLES * (precision === 'double' ? 8 : 4);
    const [what, ratio, held] = [`${d} variables, ${precision} precision`, step / 4 / read, peak / history];
    const beside = `read of ${SAMPLES} doubles a variable ${time(read)}`;
    const twoPasses = `${time(derivative)}, ${(derivative / read).toFixed(2)} reads`;
    rows.push({ what: `one evaluation of the flow, ${what}`, measured: twoPasses, beside });
    rows.push({
      ...{ what: `a stage of RK4 within advance, ${what}`, measured: `${time(step / 4)}, ${ratio.toFixed(2)} reads`, beside },
      ...(d === 1e6 && precision === 'double' && { goal: '2.5 reads', met: ratio <= 2.5 }),
    });
    rows.push({
      ...{ what: `bytes of the optimizer at most, ${what}`, measured: `${(peak / 1e6).toFixed(1)} MB, ${held.toFixed(2)} histories` },
      ...(precision === 'double' && { goal: '2.2 histories', met: held <= 2.2 }),
    });
  }
  const grown = large.grown / (1e6 * SAMPLES * 8);
  rows.push({
    ...{ what: 'growth of the process, 1e6 variables', measured: `${(large.grown / 1e6).toFixed(0)} MB, ${grown.toFixed(2)} histories` },
    ...{ goal: '2.2 histories', met: grown <= 2.2 },
  });
  console.log(`${THREADS} threads\n`);
  table(rows);
}

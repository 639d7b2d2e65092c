// A model of the Lorenz system from a million samples: features, all iterations of a sparse regression, beside PySINDy on the same numbers.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discover, type FlowModel, Matrix, polynomialFeatures } from 'learned-gradient-flow';
import { measure, peer, type Row, THREADS, table, time } from '../harness.ts';

const [samples, dt, polyOrder] = [1_000_000, 1e-3, 5];
const solver = { kind: 'stlsq', threshold: 0.1, alpha: 0.05 } as const;

/** States by the classical Runge-Kutta method and the exact derivatives at them. */
function path(): { states: Matrix; derivatives: Matrix } {
  const flow = ([x, y, z]: number[]): number[] => [
    10 * ((y as number) - (x as number)),
    (x as number) * (28 - (z as number)) - (y as number),
    (x as number) * (y as number) - (8 / 3) * (z as number),
  ];
  const [states, derivatives] = [new Float64Array(3 * samples), new Float64Array(3 * samples)];
  let x = [-8, 7, 27];
  for (let i = 0; i < samples; i++) {
    const moved = (k: number[], h: number): number[] => x.map((v, j) => v + h * (k[j] as number));
    const a = flow(x);
    states.set(x, 3 * i);
    derivatives.set(a, 3 * i);
    const b = flow(moved(a, dt / 2));
    const c = flow(moved(b, dt / 2));
    const d = flow(moved(c, dt));
    x = x.map((v, j) => v + (dt / 6) * ((a[j] as number) + 2 * (b[j] as number) + 2 * (c[j] as number) + (d[j] as number)));
  }
  return { states: new Matrix(samples, 3, states), derivatives: new Matrix(samples, 3, derivatives) };
}

const { states, derivatives } = path();
const given = (): FlowModel => discover(states, { dt, derivatives, model: { polyOrder, method: 'tracked' }, solver });
const differences = (): FlowModel => discover(states, { dt, model: { polyOrder, fdOrder: 2 }, solver });
const hash = (model: FlowModel): string => createHash('sha256').update(model.coefficients.data).digest('hex');

if (process.argv[2] === 'alone') {
  console.log(JSON.stringify({ seconds: measure(given), hashes: [hash(given()), hash(differences())] }));
} else {
  const alone = (threads: number): { seconds: number; hashes: string[] } => {
    const env = { ...process.env, RAYON_NUM_THREADS: String(threads) };
    const out = execFileSync(process.execPath, [...process.execArgv, import.meta.filename, 'alone'], { env, encoding: 'utf8' });
    return JSON.parse(out.trim().split('\n').at(-1) as string);
  };
  const [one, all] = [alone(1), alone(THREADS)];
  const own = {
    features: measure(() => polynomialFeatures(states, { polyOrder })),
    given: measure(given),
    differences: measure(differences),
  };
  const p = given().coefficients.rows;
  // What the engine takes to hand over memory of that size and to write it once.
  const written = measure(() => new Float64Array(p * samples).fill(1));

  const scratch = mkdtempSync(join(tmpdir(), 'lgf-bench-'));
  const files = { states: join(scratch, 'states'), derivatives: join(scratch, 'derivatives') };
  writeFileSync(files.states, states.data);
  writeFileSync(files.derivatives, derivatives.data);
  interface Peer {
    seconds: typeof own;
    coefficients: { given: number[][]; differences: number[][] };
    version: string;
  }
  let theirs: Peer;
  try {
    theirs = peer<Peer>('lorenz', { ...files, dt, polyOrder, threshold: solver.threshold, alpha: solver.alpha });
  } finally {
    rmSync(scratch, { recursive: true });
  }
  /** Largest relative difference of coefficients; infinite where the supports differ. */
  const apart = (model: FlowModel, other: number[][]): number => {
    const differences = model.coefficients.toArray().flatMap((row, i) =>
      row.map((c, j) => {
        const d = other[i]?.[j] ?? Number.NaN;
        return c === 0 || d === 0 ? (c === d ? 0 : Number.POSITIVE_INFINITY) : Math.abs(c / d - 1);
      }),
    );
    return Math.max(...differences);
  };
  const beside = (what: keyof typeof own): Pick<Row, 'measured' | 'beside'> => ({
    measured: `${time(own[what])}, ${(theirs.seconds[what] / own[what]).toFixed(1)} times as fast`,
    beside: `PySINDy ${theirs.version}: ${time(theirs.seconds[what])}`,
  });
  const ratio = (what: keyof typeof own): number => theirs.seconds[what] / own[what];
  const [a, b] = [apart(given(), theirs.coefficients.given), apart(differences(), theirs.coefficients.differences)];
  // Substitution and Gram matrix: a multiplication and an addition for each pair of columns, twice.
  const rate = (2 * samples * (p + 3) ** 2) / own.given / 1e9;
  table([
    { what: `features, ${samples}×3 at order ${polyOrder}`, ...beside('features'), goal: '5 times', met: ratio('features') >= 5 },
    { what: '— the engine writes a new array of that size once', measured: time(written) },
    { what: 'STLSQ, derivatives given', ...beside('given'), goal: '10 times', met: ratio('given') >= 10 },
    { what: 'STLSQ, differences of order 2', ...beside('differences'), goal: '10 times', met: ratio('differences') >= 10 },
    { what: '— multiplications and additions', measured: `${rate.toFixed(0)} Gflop/s` },
    { what: 'largest relative difference, given', measured: a.toExponential(1), goal: '1e-8', met: a <= 1e-8 },
    { what: 'largest relative difference, differences', measured: b.toExponential(1), goal: '1e-8', met: b <= 1e-8 },
    {
      what: `1 and ${THREADS} threads`,
      measured: `${time(one.seconds)}, ${time(all.seconds)}: ${(one.seconds / all.seconds).toFixed(2)} times`,
      goal: '1.7 times',
      met: one.seconds / all.seconds >= 1.7,
    },
    { what: 'the same bits', measured: String(one.hashes.join() === all.hashes.join()), met: one.hashes.join() === all.hashes.join() },
  ]);
}

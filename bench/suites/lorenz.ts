// A model of the Lorenz system from a million samples: features, all iterations of a sparse regression, beside PySINDy on the same numbers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discover, type FlowModel, polynomialFeatures } from 'learned-gradient-flow';
import { measure, peer, type Row, table, time } from '../harness.ts';
import { lorenz } from '../lorenz.ts';

const [samples, dt, polyOrder] = [1_000_000, 1e-3, 5];
const solver = { kind: 'stlsq', threshold: 0.1, alpha: 0.05 } as const;

const { states, rates: derivatives } = lorenz(samples, dt);
const given = (): FlowModel => discover(states, { dt, derivatives, model: { polyOrder, method: 'tracked' }, solver });
const differences = (): FlowModel => discover(states, { dt, model: { polyOrder, fdOrder: 2 }, solver });
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
]);

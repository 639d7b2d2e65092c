// Following a learned sparse model with adaptive steps, beside SciPy and torchdiffeq at the same tolerances.
import { discover, type FlowModel } from 'learned-gradient-flow';
import { measure, peer, type Row, table, time } from '../harness.ts';
import { lorenz } from '../lorenz.ts';

const [rtol, atol] = [1e-9, 1e-9];
const start = [-8, 7, 27];
/** About 1e5 steps at these tolerances. */
const long = 480;
/** Trajectories part by a factor of about e each time unit: so far errors are those of the steps. */
const short = 2;

/** Learned at order 5 of 56 features, of which 7 coefficients remain. */
function learned(): FlowModel {
  const { states, rates: derivatives } = lorenz(20_000, 5e-3);
  const solver = { kind: 'stlsq' } as const;
  return discover(states, { dt: 5e-3, derivatives, model: { polyOrder: 5, method: 'tracked' }, solver });
}

interface Peer {
  name: string;
  secondsPerStep: number;
  /** State at `short`. */
  end: number[];
}

const model = learned();
const run = (to: number, tolerance = { rtol, atol }): ReturnType<FlowModel['integrate']> =>
  model.integrate(start, { from: 0, to, maxSteps: 10_000_000, ...tolerance });
const steps = run(long).steps;
const seconds = measure(() => run(long));
const tight = Array.from(run(short, { rtol: 1e-14, atol: 1e-14 }).states.row(run(short, { rtol: 1e-14, atol: 1e-14 }).times.length - 1));
const error = (end: ArrayLike<number>): string =>
  Math.max(...tight.map((v, i) => Math.abs(v - (end[i] as number)) / Math.max(1, Math.abs(v)))).toExponential(1);
const near = run(short);
const own = near.states.row(near.times.length - 1);
const rows: Row[] = [
  {
    what: `${steps} adaptive steps, all states kept`,
    measured: `${time(seconds)}, ${time(seconds / steps)} a step; error at t = ${short}: ${error(own)}`,
  },
];
const goals: Record<string, number> = { scipy: 50, torchdiffeq: 100 };
for (const { name, secondsPerStep, end } of peer<Peer[]>('integrate', { start, short, rtol, atol })) {
  const [package_ = ''] = name.split(' ');
  const ratio = (secondsPerStep * steps) / seconds;
  const goal = goals[package_] as number;
  rows.push({
    ...{ what: name, measured: `${ratio.toFixed(0)} times as fast`, goal: `${goal} times`, met: ratio >= goal },
    beside: `${time(secondsPerStep)} a step; error at t = ${short}: ${error(end)}`,
  });
}
table(rows);

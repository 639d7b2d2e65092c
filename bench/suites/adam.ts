// Learned steps of Adam inside of one native call: root and quotient of each variable, in the full space and in a few modes.
import { LGFAdam, type Objective } from 'learned-gradient-flow';
import { median, type Row, table, time } from '../harness.ts';

/** Median seconds of one step, over rounds of `steps` steps of the learned phase that the optimizer is in. */
function seconds(optimizer: LGFAdam, steps: number): number {
  const rounds = Array.from({ length: 15 }, () => {
    const start = process.hrtime.bigint();
    optimizer.advance(steps);
    return Number(process.hrtime.bigint() - start) / steps / 1e9;
  });
  return median(rounds);
}

/** One step of a plain loop over the same vectors: two moments, a root, a quotient, the variable. */
function plain(d: number): number {
  const [a, m, v, g] = [0, 0.1, 0.2, 0.3].map((value) => new Float64Array(d).fill(value)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const step = (): void => {
    for (let i = 0; i < d; i++) {
      const slope = g[i] as number;
      const first = 0.9 * (m[i] as number) + 0.1 * slope;
      const second = 0.999 * (v[i] as number) + 0.001 * slope * slope;
      m[i] = first;
      v[i] = second;
      a[i] = (a[i] as number) - (1e-3 * first) / (Math.sqrt(second) + 1e-8);
    }
  };
  const rounds = Array.from({ length: 15 }, () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < 10; i++) step();
    return Number(process.hrtime.bigint() - start) / 1e10;
  });
  return median(rounds);
}

const steep =
  (d: number): Objective =>
  (x, g) => {
    let value = 0;
    for (let i = 0; i < d; i++) {
      const [w, error] = [1 + (i % 7), (x[i] as number) - 1];
      g[i] = w * error;
      value += 0.5 * w * error * error;
    }
    return value;
  };

const rows: Row[] = [];
for (const [d, rank] of [
  [20, undefined],
  [560, 5],
  [100_000, 5],
  [1_000_000, 5],
] as const) {
  for (const stepping of ['discrete', 'flow'] as const) {
    const model = rank === undefined ? {} : { truncationRank: rank };
    const adam = new LGFAdam(new Float64Array(d), { learningRate: 0.01, historySize: 25, retrainInterval: 1e9, stepping, model });
    while (adam.phase === 'true') adam.step(steep(d));
    // Few: long after the last true step the moments fade into subnormal numbers, which no run comes to.
    const steps = Math.max(2, Math.min(20, Math.round(1e6 / d)));
    adam.advance(steps);
    rows.push({
      what: `learned step, \`${stepping}\`, ${rank === undefined ? 'full space' : `${rank} modes`}, ${d} variables`,
      measured: time(seconds(adam, steps)),
      beside: `${time(plain(d))}, plain loop of one update in the full space`,
    });
  }
}
table(rows);

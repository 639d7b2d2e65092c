// What a second thread gains where arithmetic is the bound, and that it changes no bit.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { discover, LGFGradientFlow, polynomialFeatures, problems, thinSvd } from 'learned-gradient-flow';
import { median, type Row, table, time } from '../harness.ts';
import { lorenz } from '../lorenz.ts';

interface Case {
  readonly what: string;
  /** Goal of the ratio; nothing where the bandwidth of memory is the bound. */
  readonly goal?: number;
  /** Makes what a round measures; the round hands back numbers whose bits are compared. */
  readonly prepare: () => () => Float64Array;
}

interface Measured {
  readonly seconds: number;
  readonly bits: string;
}

/** Histories of a learned Newton run, each about to be fitted. */
function newtonFits(): () => Float64Array {
  const heat = problems.nonlinearHeat();
  const learning = { learningRate: 0.15, dt: 0.15, historySize: 15, retrainInterval: 20, direction: 'newton' } as const;
  const flow = new LGFGradientFlow(heat.start(), {
    ...learning,
    model: { polyOrder: 2 },
    solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true },
  });
  while (flow.phase === 'true') flow.step(heat.newton);
  const full = flow.snapshot();
  return () => {
    const again = LGFGradientFlow.restore(full);
    again.advance(1);
    const x = again.x;
    again.dispose();
    return x;
  };
}

const CASES: readonly Case[] = [
  { what: 'fit of 225 variables, order 2, 15 samples, sparse', goal: 1.7, prepare: newtonFits },
  {
    what: 'fit of Lorenz, 1e6 samples, order 5, sparse',
    goal: 1.7,
    prepare: () => {
      const { states, rates } = lorenz(1e6);
      const solver = { kind: 'stlsq', threshold: 0.1, alpha: 1e-6 } as const;
      const options = { dt: 1e-3, derivatives: rates, model: { polyOrder: 5, method: 'tracked' }, solver } as const;
      return () => discover(states, options).coefficients.data;
    },
  },
  {
    what: 'thin SVD of 1e5×50, condition 1e3',
    goal: 1.7,
    prepare: () => {
      const data = Float64Array.from({ length: 5e6 }, (_, i) => Math.sin(i * 1.7 + (i % 50) ** 2) * 10 ** (-3 * ((i % 50) / 49)));
      const snapshots = { rows: 1e5, columns: 50, data };
      return () => thinSvd(snapshots).u.data;
    },
  },
  {
    what: 'energy and gradient of deep elasticity, 99³ points',
    goal: 1.7,
    prepare: () => {
      const problem = problems.deepElasticity();
      const [x, g] = [problem.start(), new Float64Array(problem.dimension)];
      return () => {
        problem.evaluate(x, g);
        return g;
      };
    },
  },
  {
    what: 'features of 1e6×3 states, order 5: writes 448 MB, bound by memory',
    prepare: () => {
      const { states } = lorenz(1e6);
      return () => polynomialFeatures(states, { polyOrder: 5 }).data;
    },
  },
];

/** Measures one case in this process. */
function child(index: number): Measured {
  const round = (CASES[index] as Case).prepare();
  const bits = createHash('sha256').update(new Uint8Array(round().slice().buffer)).digest('hex');
  const seconds: number[] = [];
  const end = performance.now() + 3000;
  while (seconds.length < 5 || performance.now() < end) {
    const start = process.hrtime.bigint();
    round();
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  return { seconds: median(seconds), bits };
}

const [, , index] = process.argv;
if (index !== undefined) console.log(JSON.stringify(child(Number(index))));
else {
  const rows: Row[] = [];
  CASES.forEach(({ what, goal }, i) => {
    const on = (threads: number): Measured => {
      const args = [...process.execArgv, fileURLToPath(import.meta.url), String(i)];
      return JSON.parse(
        execFileSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, RAYON_NUM_THREADS: String(threads) } }),
      );
    };
    // In turns: a shared machine changes its mind from minute to minute.
    const runs = [on(1), on(2), on(1), on(2), on(1), on(2)];
    const [one, two] = [0, 1].map((first) => median(runs.filter((_, k) => k % 2 === first).map(({ seconds }) => seconds))) as [
      number,
      number,
    ];
    if (runs.some(({ bits }) => bits !== runs[0]?.bits)) throw new Error(`${what}: the number of threads changes the bits`);
    const measured = `${time(one)} → ${time(two)}, ${(one / two).toFixed(2)}×, same bits`;
    rows.push({ what, measured, ...(goal === undefined ? {} : { goal: `>= ${goal}×`, met: one / two >= goal }) });
  });
  table(rows);
}

// Wide regressions in the full space, with the published sparse solver: the fit, and a step along what it learned.
import { LGFAdam, LGFGradientFlow, type Objective, problems } from 'learned-gradient-flow';
import { median, type Row, table, time, within } from '../harness.ts';

const rows: Row[] = [];
const sparse = { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true } as const;

/** Seconds of a fit and of a learned step, medians over cycles of a run: the first learned step of a cycle beside those that follow. */
function fitAndStep(
  flow: LGFGradientFlow | LGFAdam,
  objective: Objective,
  learned: number,
  cycles: number,
): [fit: number, step: number, removed: number] {
  const [fits, steps, zeros]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < cycles; i++) {
    while (flow.phase === 'true') flow.step(objective);
    const start = process.hrtime.bigint();
    flow.advance(1);
    const first = process.hrtime.bigint();
    const taken = flow.advance(learned - 1);
    const step = Number(process.hrtime.bigint() - first) / 1e9 / taken;
    if (taken !== learned - 1) throw new Error('the learned flow left the finite numbers: there is no step to measure');
    fits.push(Number(first - start) / 1e9 - step);
    steps.push(step);
    if (i % 4 === 0) zeros.push(flow.model?.coefficients.data.reduce((n, c) => n + Number(c === 0), 0) ?? 0);
  }
  return [median(fits), median(steps), median(zeros)];
}

function entry(what: string, [fit, step, zeros]: [number, number, number], peer: string, goals?: readonly [number, number]): void {
  const [most, mostOfStep] = goals ?? [];
  rows.push({ what: `${what}: fit (${zeros} coefficients removed)`, measured: time(fit), beside: peer, ...(most && within(fit, most)) });
  rows.push({ what: `${what}: learned step`, measured: time(step), ...(mostOfStep && within(step, mostOfStep)) });
}

// The Newton flow of nonlinear heat conduction, as published: every target has a support of its own.
const heat = problems.nonlinearHeat();
const newton = new LGFGradientFlow(heat.start(), {
  ...{ learningRate: 0.15, dt: 0.15, historySize: 15, retrainInterval: 20, direction: 'newton' },
  model: { polyOrder: 2 },
  solver: sparse,
  ode: { method: 'rk4', step: 0.15 },
});
entry('225 variables, order 2, 15 samples', fitAndStep(newton, heat.newton, 5, 9), '137 s and 3.0 s published', [25e-3, 1e-3]);

// Descent and Adam on a bowl of 560 variables.
const d = 560;
const bowl: Objective = (x, g) => {
  let value = 0;
  for (let i = 0; i < d; i++) {
    const [w, error] = [1 + 9 * Math.abs(Math.sin(i)), (x[i] ?? 0) - Math.cos(i)];
    g[i] = w * error + 0.1 * error ** 3;
    value += 0.5 * w * error * error + 0.025 * error ** 4;
  }
  return value;
};
const shared = { learningRate: 2.5e-3, dt: 2.5e-3, historySize: 35, retrainInterval: 135, solver: sparse } as const;
const start = Float64Array.from({ length: d }, (_, i) => 2 * Math.sin(3 * i));
const ode = { method: 'rk4', step: 2.5e-3 } as const;
const what = '560 variables, order 1, 35 samples';
const descent = new LGFGradientFlow(start, { ...shared, ode });
entry(`${what}, descent`, fitAndStep(descent, bowl, 100, 9), '55 s and 0.14 s published', [10e-3, 0.15e-3]);
const adam = new LGFAdam(start, { ...shared, ode });
entry(`${what}, Adam flow`, fitAndStep(adam, bowl, 100, 9), '55 s and 0.42 s published', [10e-3, 0.3e-3]);
// Nearly every target loses some features of its own.
const choosy = new LGFGradientFlow(start, { ...shared, ode, solver: { ...sparse, threshold: 1e-4 } });
entry(`${what}, threshold 1e-4`, fitAndStep(choosy, bowl, 100, 9), '');
table(rows);

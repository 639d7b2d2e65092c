// The methods that are compared. A method of the package is one line.
import { Anderson, BaseAdam, GradientDescent, LBFGS, LGFAdaptive, LGFGradientFlow, type Optimizer } from 'learned-gradient-flow';
import { better, type Case, type Counter, type Counts } from './count.ts';
import type { Job } from './peer.ts';

/** A method; `rates` are tried one after the other, and the best run counts: more than a user of a fixed rate could know. */
export interface Method {
  readonly name: string;
  /** Own methods are run every time, the others come from the store. */
  readonly own: boolean;
  readonly make?: (start: Float64Array, rate: number) => Optimizer;
  /** The same for Newton's directions, where the method takes them; `rates` are its rates then. */
  readonly newton?: { readonly make: (start: Float64Array, rate: number) => Optimizer; readonly rates: readonly number[] };
  readonly job?: Job;
  /** In units of `1/L`, `L` the largest curvature at the start, or plain numbers. */
  readonly rates?: { readonly of: 'curvature' | 'one'; readonly factors: readonly number[] };
}

const DESCENT = { of: 'curvature', factors: [1, 1 / 4, 1 / 16, 1 / 64] } as const;
const ADAM = { of: 'one', factors: [0.3, 0.1, 0.03, 0.01, 0.001] } as const;
/** The published schedule of the two-variable problem. */
const PUBLISHED = {
  historySize: 25,
  retrainInterval: 50,
  model: { polyOrder: 1, fdOrder: 2 },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3 },
} as const;
/** Of the nonlinear heat problem; 0.15 is its rate. */
const PUBLISHED_NEWTON = {
  dt: 0.15,
  historySize: 15,
  retrainInterval: 20,
  model: { polyOrder: 2, includeBias: true, method: 'strong', fdOrder: 2 },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true, unbias: true },
  ode: { method: 'rk4', step: 0.15 },
} as const;
const direction = 'newton';
const SCIPY = { maxiter: 1e6, gtol: 1e-14 };

export const METHODS: readonly Method[] = [
  {
    name: 'LGFAdaptive',
    own: true,
    make: (x) => new LGFAdaptive(x),
    newton: { make: (x) => new LGFAdaptive(x, { direction }), rates: [1] },
  },
  { name: 'LBFGS', own: true, make: (x) => new LBFGS(x) },
  { name: 'Anderson', own: true, make: (x) => new Anderson(x) },
  { name: 'L-BFGS-B', own: false, job: { method: 'L-BFGS-B', options: { ...SCIPY, maxfun: 1e6, ftol: 0, maxcor: 10 } } },
  { name: 'L-BFGS-B 40', own: false, job: { method: 'L-BFGS-B', options: { ...SCIPY, maxfun: 1e6, ftol: 0, maxcor: 40 } } },
  { name: 'CG', own: false, job: { method: 'CG', options: SCIPY } },
  { name: 'Anderson mixing', own: false, job: { method: 'Anderson', options: { memory: 10 } }, rates: DESCENT },
  {
    name: 'LGFGradientFlow',
    own: false,
    make: (x, learningRate) => new LGFGradientFlow(x, { ...PUBLISHED, learningRate }),
    rates: DESCENT,
    newton: { make: (x, learningRate) => new LGFGradientFlow(x, { ...PUBLISHED_NEWTON, direction, learningRate }), rates: [0.15] },
  },
  { name: 'BaseAdam', own: false, make: (x, learningRate) => new BaseAdam(x, { learningRate }), rates: ADAM },
  {
    name: 'GradientDescent',
    own: false,
    make: (x, learningRate) => new GradientDescent(x, { learningRate }),
    rates: DESCENT,
    newton: { make: (x, learningRate) => new GradientDescent(x, { direction, learningRate }), rates: [1, 0.5, 0.15] },
  },
];

/** A method for what a case gives it; nothing where it needs a gradient and there is none. */
export function suited(method: Method, { direction }: Pick<Case, 'direction'>): Method | undefined {
  if (direction === undefined) return method;
  const { newton, name, own } = method;
  return newton && { name, own, make: newton.make, rates: { of: 'one', factors: newton.rates } };
}

/** SciPy's, against which the means are taken. */
export const SCIPYS = ['L-BFGS-B', 'L-BFGS-B 40', 'CG'] as const;

/** Drives an optimizer until nothing more is to be learned, it stands still, or it gives up. */
export function drive(optimizer: Optimizer, counter: Counter): void {
  // Learned steps make no evaluation: a run of nothing else must end too.
  for (let steps = 0; !counter.finished && steps < 40 * counter.case.budget; steps++) {
    try {
      optimizer.step(counter.evaluate);
    } catch (error) {
      // An optimizer that meets non-finite numbers gives up: what it reached counts.
      if (error instanceof Error && 'code' in error && error.code === 'ERR_LGF_NONFINITE') return;
      throw error;
    }
  }
}

/** The best of the runs with each rate. */
export async function runRates(
  method: Method,
  curvature: () => number,
  budget: number,
  run: (rate: number) => Promise<Counts>,
): Promise<Counts> {
  const { of, factors } = method.rates ?? { of: 'one', factors: [1] };
  const unit = of === 'curvature' ? 1 / curvature() : 1;
  const runs: Counts[] = [];
  for (const factor of factors) runs.push(await run(unit * factor));
  return runs.reduce((a, b) => better(a, b, budget));
}

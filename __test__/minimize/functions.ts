// Functions with known minima, for the tests of minimize.
import type { Objective } from 'learned-gradient-flow';

/** Of any even number of variables; minimum 0 at ones. */
export const rosenbrock: Objective = (x, g) => {
  g.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] as number, x[i + 1] as number];
    const c = b - a * a;
    value += 100 * c * c + (1 - a) ** 2;
    g[i] = (g[i] as number) - 400 * a * c - 2 * (1 - a);
    g[i + 1] = (g[i + 1] as number) + 200 * c;
  }
  return value;
};

/** Minimum 0 at zeros. */
export const bowl: Objective = (x, g) => {
  let value = 0;
  x.forEach((a, i) => {
    g[i] = (i + 1) * a;
    value += 0.5 * (i + 1) * a * a;
  });
  return value;
};

export const METHODS = [
  ['lgf-adaptive', {}],
  ['l-bfgs', {}],
  ['anderson', {}],
  ['optimality-criteria', { lower: 0.01, upper: 2, limit: 1.5 }],
  ['mma', { lower: -2, upper: 2, limit: 1.5, tolerance: 0 }],
  ['gradient-descent', { learningRate: 0.002 }],
  ['adam', { learningRate: 0.05 }],
  ['lgf', { learningRate: 0.002, dt: 0.002, historySize: 10, retrainInterval: 20, safeguard: true }],
  ['lgf-adam', { learningRate: 0.02, historySize: 10, retrainInterval: 20 }],
  ['lgf-trust-region', { learningRate: 0.002, historySize: 10 }],
  ['lgf-adam-trust-region', { learningRate: 0.02, historySize: 10 }],
] as const;

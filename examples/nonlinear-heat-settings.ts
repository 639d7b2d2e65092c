import type { LGFGradientFlowOptions } from 'learned-gradient-flow';

/** The published settings for the nonlinear heat problem, to be followed with `problems.nonlinearHeat().newton`: 300 epochs. */
export const NONLINEAR_HEAT_SETTINGS = {
  direction: 'newton',
  learningRate: 0.15,
  dt: 0.15,
  historySize: 15,
  retrainInterval: 20,
  model: { polyOrder: 2, includeBias: true },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true, unbias: true },
  ode: { method: 'rk4', step: 0.15 },
} as const satisfies LGFGradientFlowOptions;

export const NONLINEAR_HEAT_EPOCHS = 300;

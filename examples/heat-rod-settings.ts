import type { LGFGradientFlowOptions } from 'learned-gradient-flow';

/** The published settings for the two-variable inverse problem of the heated rod: 750 epochs, target misfit 5e-5. */
export const HEAT_ROD_SETTINGS = {
  learningRate: 1e-2,
  dt: 1e-2,
  historySize: 25,
  retrainInterval: 50,
  model: { polyOrder: 1, includeBias: false, method: 'strong', fdOrder: 2 },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true, unbias: true },
  ode: { method: 'rk4', step: 1e-2 },
} as const satisfies LGFGradientFlowOptions;

export const HEAT_ROD_EPOCHS = 750;
export const HEAT_ROD_TARGET = 5e-5;

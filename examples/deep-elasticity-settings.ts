// The published settings of the deep elasticity problem; 2000 epochs on 99^3 midpoints, 3000 with random points.
import type { LGFAdamOptions } from 'learned-gradient-flow';

export const DEEP_ELASTICITY_SETTINGS = {
  learningRate: 2.5e-3,
  historySize: 35,
  retrainInterval: 50,
  model: { polyOrder: 1, includeBias: true },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, normalizeColumns: true, maxIter: 3 },
} as const satisfies LGFAdamOptions;

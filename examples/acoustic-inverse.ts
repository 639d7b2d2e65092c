// The published acoustic inverse problem: Adam against the learned flow of Adam. Run: npx tsx examples/acoustic-inverse.ts
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BaseAdam, LGFAdam, type LGFAdamOptions, problems } from 'learned-gradient-flow';

/** Steps of both runs, as published. */
export const ACOUSTIC_EPOCHS = 2200;

/**
 * The published settings but for the regression: there, plain least squares (`alpha: 0`) in single precision. In double precision that takes small
 * singular values in, and the learned phases overshoot; a small ridge penalty without a refit prevents it.
 */
export const ACOUSTIC_SETTINGS: LGFAdamOptions = {
  learningRate: 2e-2,
  historySize: 20,
  retrainInterval: 40,
  model: { polyOrder: 1, includeBias: true },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-8, normalizeColumns: true, unbias: false },
};

/** How a run ended. */
export interface AcousticRun {
  readonly name: string;
  readonly evaluations: number;
  readonly loss: number;
  readonly parameterError: number;
  readonly secondsOfEvaluations: number;
  readonly seconds: number;
}

const wave = problems.acousticInverse();

function follow(name: string, optimizer: BaseAdam | LGFAdam): AcousticRun {
  let inside = 0;
  const objective = (x: Float64Array, g: Float64Array): number => {
    const from = performance.now();
    const value = wave.evaluate(x, g);
    inside += performance.now() - from;
    return value;
  };
  const from = performance.now();
  while (optimizer.epoch < ACOUSTIC_EPOCHS) optimizer.step(objective);
  const seconds = (performance.now() - from) / 1000;
  return {
    name,
    evaluations: optimizer.evaluations,
    loss: wave.evaluate(optimizer.x, new Float64Array(wave.dimension)),
    parameterError: wave.parameterError(optimizer.x),
    secondsOfEvaluations: inside / 1000,
    seconds,
  };
}

/** Adam alone. */
export function base(): AcousticRun {
  return follow('BaseAdam', new BaseAdam(wave.start(), { learningRate: 2e-2 }));
}

/** The learned flow of Adam. */
export function learned(settings: LGFAdamOptions = ACOUSTIC_SETTINGS): AcousticRun {
  return follow('LGFAdam', new LGFAdam(wave.start(), settings));
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? '')).href) console.table([base(), learned()]);

// The two optimizers of an experiment from the settings of the learned one.
import {
  BaseAdam,
  GradientDescent,
  LGFAdam,
  type LGFAdamOptions,
  LGFAdaptive,
  type LGFAdaptiveOptions,
  LGFGradientFlow,
  type LGFGradientFlowOptions,
} from 'learned-gradient-flow';
import type { Contender, Schedule } from './experiment.ts';

/** Settings of a learned flow whose step length and schedule are given. */
export type Scheduled<Options> = Options & Schedule & { readonly learningRate: number };

/** Descent along the gradient, or along the direction that the settings name, and its learned flow. */
export function descentContenders(
  start: () => Float64Array,
  settings: Scheduled<LGFGradientFlowOptions>,
  safeguard: boolean,
  [base, learned]: readonly [string, string],
): readonly Contender[] {
  const { learningRate, direction = 'gradient' } = settings;
  const [baseOptions, learnedOptions] = [
    { learningRate, direction },
    { ...settings, safeguard },
  ];
  return [
    {
      ...{ role: 'base', name: base, optimizer: 'GradientDescent', options: baseOptions },
      create: () => new GradientDescent(start(), baseOptions),
    },
    {
      ...{ role: 'lgf', name: learned, optimizer: 'LGFGradientFlow', options: learnedOptions, schedule: settings },
      create: () => new LGFGradientFlow(start(), learnedOptions),
    },
    adaptive(start, { direction }),
  ];
}

/** Adam and its learned flow. */
export function adamContenders(start: () => Float64Array, settings: Scheduled<LGFAdamOptions>, safeguard: boolean): readonly Contender[] {
  const { learningRate } = settings;
  const [baseOptions, learnedOptions] = [{ learningRate }, { ...settings, safeguard }];
  return [
    { role: 'base', name: 'Adam', optimizer: 'BaseAdam', options: baseOptions, create: () => new BaseAdam(start(), baseOptions) },
    {
      ...{ role: 'lgf', name: 'learned Adam flow', optimizer: 'LGFAdam', options: learnedOptions, schedule: settings },
      create: () => new LGFAdam(start(), learnedOptions),
    },
    adaptive(start, {}),
  ];
}

/** The learned flow that needs no settings. */
function adaptive(start: () => Float64Array, options: LGFAdaptiveOptions): Contender {
  return {
    ...{ role: 'adaptive', name: 'adaptive learned flow', optimizer: 'LGFAdaptive', options },
    create: () => new LGFAdaptive(start(), options),
  };
}

/** The schedule and the model in words. */
export function learnedFact(
  { historySize, retrainInterval, model }: Pick<LGFAdamOptions, 'model'> & Schedule,
  safeguard: boolean,
): [string, string] {
  const constant = model?.includeBias === false ? 'without constant' : 'with constant';
  const judged = safeguard ? 'each phase judged by one evaluation' : 'without a safeguard, as published';
  const schedule = `${historySize} true steps, then ${retrainInterval - historySize} learned ones`;
  return ['Learned flow', `Order ${model?.polyOrder ?? 1} ${constant}, STLSQ; ${schedule}, ${judged}.`];
}

// The experiments that the command line knows.
import { problems } from 'learned-gradient-flow';
import { acousticInverseEntry } from './acousticInverse.ts';
import { deepElasticityEntries } from './deepElasticity.ts';
import type { ExperimentEntry } from './experiment.ts';
import { heatRodEntry } from './heatRod.ts';
import { nonlinearHeatEntry } from './nonlinearHeat.ts';

/** All experiments, in the order in which they are listed. */
export const EXPERIMENTS: readonly ExperimentEntry[] = [
  heatRodEntry,
  nonlinearHeatEntry((options) => problems.nonlinearHeat(options)),
  acousticInverseEntry((options) => problems.acousticInverse(options)),
  ...deepElasticityEntries((options, sampling) => problems.deepElasticity({ ...options, sampling })),
];

// The experiments that the command line knows.
import type { ExperimentEntry } from './experiment.ts';
import { heatRodEntry } from './heatRod.ts';

/** All experiments, in the order in which they are listed. */
export const EXPERIMENTS: readonly ExperimentEntry[] = [heatRodEntry];

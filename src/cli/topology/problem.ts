// The problem of the settings, and how each optimizer takes it.
import { LgfError, type MinimizeOptions, problems, type Topology } from 'learned-gradient-flow';
import { UsageError } from '../usage.ts';
import type { Settings } from './settings.ts';

/** Options of the problem by the flags that set them. */
const FLAGS: Readonly<Record<string, string>> = {
  preset: 'preset',
  size: 'size',
  volumeFraction: 'volume-fraction',
  filter: 'filter',
  filterRadius: 'radius',
  penalty: 'penalty',
  sharpness: 'projection',
};

/** Makes the problem; an option that it refuses is the user's. */
export function openProblem(settings: Settings): Topology {
  const { preset, size, volumeFraction, filter, radius, penalty, projection, optimizer } = settings;
  // Rivals keep the volume themselves, among densities; the others are given variables without constraints.
  const constrained = optimizer === 'optimality-criteria' || optimizer === 'mma';
  const options = {
    preset,
    size,
    volumeFraction,
    filter,
    penalty,
    ...(radius !== undefined && { filterRadius: radius }),
    ...(constrained && { variables: 'density', logarithm: false }),
    ...(optimizer === 'lgf-adaptive' && { direction: 'criteria' }),
  };
  try {
    const problem = (size.length === 2 ? problems.topology2d : problems.topology3d)(options as object);
    // All stages, before any is run: one that is refused would come too late.
    for (const sharpness of projection) problem.sharpness = sharpness;
    return problem;
  } catch (error) {
    const option = error instanceof LgfError ? error.argument?.split('.')[0] : undefined;
    const flag = option === undefined ? undefined : FLAGS[option];
    if (!(error instanceof LgfError) || flag === undefined) throw error;
    throw new UsageError(`--${flag}${error.message.slice(error.argument?.length ?? 0)}`);
  }
}

/** The method of `minimize` with the options that suit the problem. */
export function methodOf({ optimizer }: Settings, problem: Topology): MinimizeOptions {
  switch (optimizer) {
    case 'lgf-adaptive':
      return { method: optimizer, direction: 'custom', faithful: true };
    case 'optimality-criteria':
    case 'mma':
      // Their own rule looks at densities; a stage ends by its compliances.
      return { method: optimizer, weights: problem.volumeWeights(), limit: problem.volumeLimit, tolerance: 0 };
    case 'l-bfgs':
      return { method: optimizer };
  }
}

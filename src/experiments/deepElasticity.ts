// A clamped elastic cube by the deep Ritz method: Adam against its learned flow, on fixed midpoints or on random points.
import { type DeepElasticity, type LGFAdamOptions, Matrix } from 'learned-gradient-flow';
import { adamContenders, learnedFact, type Scheduled } from './contenders.ts';
import { cubeFaces, cubeSection } from './cube.ts';
import type { Experiment, ExperimentEntry, ExperimentInfo, Views } from './experiment.ts';
import { pathSection } from './paths.ts';
import { diverged, type RunRecord } from './record.ts';

/** The published settings: 2000 epochs on midpoints, 3000 on random points. */
export const DEEP_ELASTICITY_SETTINGS: Scheduled<LGFAdamOptions> = {
  learningRate: 2.5e-3,
  historySize: 35,
  retrainInterval: 50,
  model: { polyOrder: 1, includeBias: true },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true },
};

const DEFAULT_POINTS = 5000;

/**
 * The published settings, but that least squares drop singular values below the noise of a mean over so many random points, relative to the largest:
 * directions in which the iterates of a history differ by less are noise, and a refit that keeps them follows it.
 */
export function noisySettings(points: number): Scheduled<LGFAdamOptions> {
  const { solver } = DEEP_ELASTICITY_SETTINGS;
  return { ...DEEP_ELASTICITY_SETTINGS, solver: { ...solver, kind: 'stlsq', rcond: Math.min(0.5, 1 / Math.sqrt(points)) } };
}

const NETWORK_FLAGS: ExperimentInfo['flags'] = [
  { flag: 'hidden', option: 'hidden', help: 'width of the hidden layers (20)' },
  { flag: 'layers', option: 'layers', help: 'hidden layers (2)' },
  { flag: 'seed', option: 'seed', help: 'of the random start, and of the random points (0)' },
];

export const DEEP_ELASTICITY: ExperimentInfo = {
  name: 'deep-elasticity',
  summary: 'a twisted elastic cube, its displacement a neural network; 560 variables, Adam, energy on midpoints',
  epochs: 2000,
  optimizers: { base: 'BaseAdam', lgf: 'LGFAdam', adaptive: 'LGFAdaptive' },
  safeguard: false,
  flags: [{ flag: 'cells', option: 'cells', help: 'midpoints in each direction (99)' }, ...NETWORK_FLAGS],
};

export const DEEP_ELASTICITY_RANDOM: ExperimentInfo = {
  ...DEEP_ELASTICITY,
  name: 'deep-elasticity-random',
  summary: 'the same cube with new random points at every evaluation; 560 variables, Adam',
  epochs: 3000,
  flags: [
    { flag: 'points', option: 'points', help: 'random points an evaluation (5000)' },
    { flag: 'cells', option: 'cells', help: 'midpoints in each direction for the energy at the end (99)' },
    ...NETWORK_FLAGS,
  ],
};

/** The factory of the problem. */
export type DeepElasticityFactory = (options: Readonly<Record<string, number>>, sampling: 'midpoints' | 'random') => DeepElasticity;

/** Both entries of the list of experiments; `make` is the factory of the problem. */
export function deepElasticityEntries(make: DeepElasticityFactory): readonly ExperimentEntry[] {
  return [
    {
      ...DEEP_ELASTICITY,
      open: (options, safeguard) => deepElasticityExperiment(make(options, 'midpoints'), DEEP_ELASTICITY_SETTINGS, safeguard),
    },
    {
      ...DEEP_ELASTICITY_RANDOM,
      open: (options, safeguard) => {
        const { points, cells, ...network } = options;
        const judge = make({ ...network, ...(cells !== undefined && { cells }) }, 'midpoints');
        const problem = make({ ...network, ...(points !== undefined && { points }) }, 'random');
        return deepElasticityExperiment(problem, noisySettings(points ?? DEFAULT_POINTS), safeguard, judge);
      },
    },
  ];
}

/** Adam and its learned flow on this problem; with `judge`, the same problem on midpoints, the points of `problem` are random. */
export function deepElasticityExperiment(
  problem: DeepElasticity,
  settings: Scheduled<LGFAdamOptions>,
  safeguard: boolean,
  judge?: DeepElasticity,
): Experiment {
  const { epochs } = judge === undefined ? DEEP_ELASTICITY : DEEP_ELASTICITY_RANDOM;
  const noisy = judge !== undefined;
  return {
    problem,
    title: 'Deep elasticity: a twisted cube by a neural network',
    subtitle: `Adam and its learned flow with the published settings, from the same start, on ${noisy ? 'random points' : 'midpoints'}.`,
    objective: problem.evaluate,
    epochs,
    // The least of noisy energies says nothing: those are drawn as they are.
    quantity: { label: noisy ? 'energy of a sample' : 'energy', of: (value) => value, ...(!noisy && { aboveLowest: true }) },
    contenders: adamContenders(() => problem.start(), settings, safeguard),
    facts: [learnedFact(settings, safeguard)],
    begin: () => {
      // All runs see the same samples.
      if (noisy) problem.draw = 0;
    },
    measures: (x) =>
      judge === undefined ? [] : [{ label: 'energy on midpoints', value: judge.evaluate(x, new Float64Array(judge.dimension)) }],
    views: (records) => views(problem, records),
  };
}

function views(problem: DeepElasticity, records: readonly RunRecord[]): Views {
  const { corners, centres } = cubeFaces();
  const found = records.map((record) => ({
    ...{ role: record.role, name: record.name, sound: !diverged(record) },
    corners: problem.displacement(record.x, corners),
    displacement: problem.displacement(record.x, centres),
    density: problem.energyDensity(record.x, centres),
  }));
  return {
    sections: [...pathSection(records, 'weight'), ...cubeSection(found.filter(({ sound }) => sound))],
    arrays: {
      points: new Matrix(centres.rows, 3, centres.data),
      ...Object.fromEntries(
        found.flatMap(({ role, displacement, density }) => [
          [`displacement-${role}`, displacement],
          [`energy-density-${role}`, density],
        ]),
      ),
    },
  };
}

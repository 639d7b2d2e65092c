// The heated rod: descent against its learned flow.
import { type HeatRodOptions, type LGFGradientFlowOptions, Matrix, problems } from 'learned-gradient-flow';
import type { GridField } from '../report/index.ts';
import { descentContenders, learnedFact, type Scheduled } from './contenders.ts';
import type { Experiment, ExperimentEntry, ExperimentInfo, Views } from './experiment.ts';
import { commonScale, difference, gridValues } from './fieldData.ts';
import { diverged, type RunRecord } from './record.ts';

/** The published settings: 750 epochs, target misfit 5e-5. */
export const HEAT_ROD_SETTINGS: Scheduled<LGFGradientFlowOptions> = {
  learningRate: 1e-2,
  dt: 1e-2,
  historySize: 25,
  retrainInterval: 50,
  model: { polyOrder: 1, includeBias: false, method: 'strong', fdOrder: 2 },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true, unbias: true },
  ode: { method: 'rk4', step: 1e-2 },
};

export const HEAT_ROD_TARGET = 5e-5;

export const HEAT_ROD: ExperimentInfo = {
  name: 'heat-rod',
  summary: 'two conductivities of a heated rod from its temperature history; 2 variables, descent',
  epochs: 750,
  optimizers: { base: 'GradientDescent', lgf: 'LGFGradientFlow', adaptive: 'LGFAdaptive' },
  safeguard: true,
  flags: [
    { flag: 'modes', option: 'modes', help: 'sine modes (30)' },
    { flag: 'cells', option: 'cells', help: 'midpoint cells of the rod (250)' },
    { flag: 'times', option: 'times', help: 'equispaced times (500)' },
    { flag: 'end-time', option: 'endTime', help: 'last time (2)' },
  ],
};

export const heatRodEntry: ExperimentEntry = { ...HEAT_ROD, open: (options, safeguard) => heatRodExperiment(options, safeguard) };

/** Descent and learned flow on the rod with these options. */
export function heatRodExperiment(options: HeatRodOptions, safeguard: boolean): Experiment {
  const rod = problems.heatRod(options);
  const truth = options.truth ?? ([2, 1] as const);
  const endTime = options.endTime ?? 2;
  const misfit = (a1: number, a2: number): number => {
    rod.evaluate([a1, a2], new Float64Array(2));
    return rod.misfit ?? Number.NaN;
  };
  return {
    problem: rod,
    title: 'Heated rod: two conductivities from a temperature history',
    subtitle: 'Gradient descent and its learned flow with the published settings, from the same start.',
    objective: rod.evaluate,
    epochs: HEAT_ROD.epochs,
    // The objective is the logarithm of the misfit.
    quantity: { label: 'squared misfit', of: Math.exp },
    target: { value: HEAT_ROD_TARGET, label: `published target ${HEAT_ROD_TARGET.toExponential(0)}` },
    contenders: descentContenders(() => rod.start(), HEAT_ROD_SETTINGS, safeguard, ['gradient descent', 'learned gradient flow']),
    facts: [['Truth', `conductivities (${truth.join(', ')})`], learnedFact(HEAT_ROD_SETTINGS, safeguard)],
    measures: (x) => Array.from(x, (value, i) => ({ label: `a${i + 1}`, value })),
    views: (records) => ({
      ...temperatures(records, (a) => rod.temperature(a), truth, endTime),
      landscape: {
        value: misfit,
        scale: 'log',
        xLabel: 'conductivity a1, left half (dimensionless)',
        yLabel: 'conductivity a2, right half (dimensionless)',
        valueLabel: 'squared misfit (dimensionless)',
        optimum: [truth[0], truth[1]],
      },
    }),
  };
}

/** Temperatures over place and time at the ends of the runs, and their distance from that of the truth. */
function temperatures(
  records: readonly RunRecord[],
  temperature: (a: ArrayLike<number>) => Matrix,
  truth: ArrayLike<number>,
  endTime: number,
): Views {
  const exact = temperature(truth);
  const fields = records.map((record) => {
    const { role, name, x } = record;
    const field = temperature(x);
    return {
      role,
      name,
      sound: !diverged(record),
      field,
      error: new Matrix(field.rows, field.columns, difference(field.data, exact.data)),
    };
  });
  const sound = fields.filter((end) => end.sound);
  const axes = {
    kind: 'grid',
    xLabel: 'place x (dimensionless)',
    yLabel: 'time t (dimensionless)',
    // Cell midpoints and times.
    xRange: [0.5 / exact.rows, 1 - 0.5 / exact.rows],
    yRange: [0, endTime],
  } as const;
  const colours = commonScale('temperature u (dimensionless)', [exact.data, ...sound.map(({ field }) => field.data)]);
  const errors = commonScale(
    'error u − u(truth) (dimensionless)',
    sound.map(({ error }) => error.data),
    true,
  );
  const grid = (title: string, field: Matrix, scale: GridField['scale']): GridField => ({
    ...axes,
    title,
    ...gridValues(field),
    scale,
  });
  return {
    sections: [
      {
        title: 'Temperature u(x, t) at the end of the runs',
        remark: 'Place along the rod and time; the same colours in all of them.',
        figures: [
          grid('Temperature at the truth', exact, colours),
          ...sound.map(({ name, field }) => grid(`Temperature, ${name}`, field, colours)),
        ],
      },
      {
        title: 'Errors of the temperature',
        figures: sound.map(({ name, error }) => grid(`Error, ${name}`, error, errors)),
      },
    ],
    arrays: Object.fromEntries([
      ['temperature-truth', exact] as const,
      ...fields.map(({ role, field }) => [`temperature-${role}`, field] as const),
    ]),
  };
}

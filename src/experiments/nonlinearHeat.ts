// Nonlinear heat conduction on the unit square: damped Newton against its learned flow.
import { type LGFGradientFlowOptions, Matrix, type NonlinearHeat } from 'learned-gradient-flow';
import type { GridField, Section } from '../report/index.ts';
import { descentContenders, learnedFact, type Scheduled } from './contenders.ts';
import type { Experiment, ExperimentEntry, ExperimentInfo, Views } from './experiment.ts';
import { commonScale, difference, gridValues } from './fieldData.ts';
import { pathSection } from './paths.ts';
import { diverged, type RunRecord } from './record.ts';

/** The published settings: 300 epochs. */
export const NONLINEAR_HEAT_SETTINGS: Scheduled<LGFGradientFlowOptions> = {
  learningRate: 0.15,
  dt: 0.15,
  direction: 'newton',
  historySize: 15,
  retrainInterval: 20,
  model: { polyOrder: 2, includeBias: true, method: 'strong', fdOrder: 2 },
  solver: { kind: 'stlsq', threshold: 1e-8, alpha: 1e-6, maxIter: 3, normalizeColumns: true, unbias: true },
  ode: { method: 'rk4', step: 0.15 },
};

export const NONLINEAR_HEAT: ExperimentInfo = {
  name: 'nonlinear-heat',
  summary: 'a temperature field with conductivity and sink that grow with it; 225 variables, damped Newton',
  epochs: 300,
  optimizers: { base: 'GradientDescent', lgf: 'LGFGradientFlow', adaptive: 'LGFAdaptive' },
  safeguard: false,
  flags: [
    { flag: 'modes', option: 'modes', help: 'sine modes in each direction (15)' },
    { flag: 'points', option: 'points', help: 'midpoints in each direction (300)' },
    {
      flag: 'seed',
      option: 'seed',
      help: 'of the random start (2); the published schedule diverges from some, where --safeguard does not',
    },
  ],
};

/** The entry of the list of experiments; `make` is the factory of the problem. */
export function nonlinearHeatEntry(make: (options: Readonly<Record<string, number>>) => NonlinearHeat): ExperimentEntry {
  return { ...NONLINEAR_HEAT, open: (options, safeguard) => nonlinearHeatExperiment(make(options), safeguard) };
}

/** Newton and its learned flow on this problem. */
export function nonlinearHeatExperiment(problem: NonlinearHeat, safeguard: boolean): Experiment {
  const names = ['damped Newton', 'learned Newton flow'] as const;
  return {
    problem,
    title: 'Nonlinear heat conduction: the temperature of least energy',
    subtitle: 'Damped Newton and its learned flow with the published settings, from the same random start.',
    objective: problem.newton,
    epochs: NONLINEAR_HEAT.epochs,
    quantity: { label: 'residual norm ‖r‖', of: (value) => value },
    contenders: descentContenders(() => problem.start(), NONLINEAR_HEAT_SETTINGS, safeguard, names),
    facts: [learnedFact(NONLINEAR_HEAT_SETTINGS, safeguard)],
    measures: (x) => [{ label: 'energy', value: problem.evaluate(x, new Float64Array(problem.dimension)) }],
    views: (records) => views(problem, records),
  };
}

function views(problem: NonlinearHeat, records: readonly RunRecord[]): Views {
  const fields = records.map((record) => ({
    role: record.role,
    name: record.name,
    sound: !diverged(record),
    field: problem.temperature(record.x),
  }));
  const sound = fields.filter((found) => found.sound);
  const [conductivity, source] = [problem.conductivity(), problem.source()];
  const half = (count: number): readonly [number, number] => [0.5 / count, 1 - 0.5 / count];
  const grid = (title: string, field: Matrix, scale: GridField['scale']): GridField => ({
    ...{ kind: 'grid', title, xLabel: 'x (dimensionless)', yLabel: 'y (dimensionless)', isometric: true },
    ...{ xRange: half(field.rows), yRange: half(field.columns), scale },
    ...gridValues(field),
  });
  const colours = commonScale(
    'temperature u (dimensionless)',
    sound.map(({ field }) => field.data),
  );
  const temperatures: Section = {
    title: 'Temperature u(x, y) at the end of the runs',
    figures: [...sound.map(({ name, field }) => grid(`Temperature, ${name}`, field, colours)), ...parted(sound, grid)],
  };
  const given: Section = {
    title: 'What is given',
    figures: [
      grid('Conductivity', conductivity, commonScale('conductivity K (dimensionless)', [conductivity.data])),
      grid('Source', source, commonScale('source B (dimensionless)', [source.data], true)),
    ],
  };
  return {
    sections: [...pathSection(records, 'coefficient'), temperatures, given],
    arrays: {
      ...Object.fromEntries(fields.map(({ role, field }) => [`temperature-${role}`, field])),
      ...{ conductivity, source },
    },
  };
}

/** The difference of two runs, where there are two. */
function parted(
  [first, second]: readonly { readonly name: string; readonly field: Matrix }[],
  grid: (title: string, field: Matrix, scale: GridField['scale']) => GridField,
): readonly GridField[] {
  if (first === undefined || second === undefined) return [];
  const { rows, columns, data } = first.field;
  const apart = new Matrix(rows, columns, difference(second.field.data, data));
  return [
    grid(`Temperature, ${second.name} minus ${first.name}`, apart, commonScale('difference of u (dimensionless)', [apart.data], true)),
  ];
}

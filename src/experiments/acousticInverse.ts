// The slowness of a plane domain from pressure histories: Adam against its learned flow.
import { type AcousticInverse, type LGFAdamOptions, Matrix } from 'learned-gradient-flow';
import type { ColourScale, LineChart, MeshField } from '../report/index.ts';
import { adamContenders, learnedFact, type Scheduled } from './contenders.ts';
import type { Experiment, ExperimentEntry, ExperimentInfo, Views } from './experiment.ts';
import { commonScale, difference, picks, rounded } from './fieldData.ts';
import { pathSection } from './paths.ts';
import { diverged, type RunRecord } from './record.ts';

/**
 * The published settings: 2200 epochs, plain least squares, `alpha: 0`.
 *
 * The published runs are of single precision. There the least-squares solver drops singular values below `2^-23` times the number of features; doubles
 * would keep what is rounding error of the 20 samples, and the learned phases climb. The cut is set to what it was.
 */
export function acousticInverseSettings(dimension: number): Scheduled<LGFAdamOptions> {
  return {
    learningRate: 2e-2,
    historySize: 20,
    retrainInterval: 40,
    model: { polyOrder: 1, includeBias: true },
    solver: { kind: 'stlsq', threshold: 1e-8, alpha: 0, normalizeColumns: true, rcond: Math.min(0.01, 2 ** -23 * (dimension + 1)) },
  };
}

export const ACOUSTIC_INVERSE: ExperimentInfo = {
  name: 'acoustic-inverse',
  summary: 'the slowness of each element of a mesh from pressure histories; 346 variables, Adam',
  epochs: 2200,
  optimizers: { base: 'BaseAdam', lgf: 'LGFAdam', adaptive: 'LGFAdaptive' },
  safeguard: false,
  flags: [
    { flag: 'size', option: 'size', help: 'edge length of a lattice of triangles in place of the published mesh' },
    { flag: 'times', option: 'times', help: 'times of a simulation (300 on the published mesh, else by stability)' },
    { flag: 'memory-limit', option: 'memoryLimit', help: 'bytes for histories (1073741824); beyond it they are computed again' },
  ],
};

/** The slowness is the magnitude of a variable plus this. */
const LEAST_SLOWNESS = 0.01;
const END_TIME = 1;
/** Where histories are looked at: at the free nodes next to these points, in shares of the extent of the mesh. */
const LISTENERS = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

/** The entry of the list of experiments; `make` is the factory of the problem. */
export function acousticInverseEntry(make: (options: Readonly<Record<string, number>>) => AcousticInverse): ExperimentEntry {
  return { ...ACOUSTIC_INVERSE, open: (options, safeguard) => acousticInverseExperiment(make(options), safeguard) };
}

/** Adam and its learned flow on this problem. */
export function acousticInverseExperiment(problem: AcousticInverse, safeguard: boolean): Experiment {
  const { nodes, triangles } = problem.mesh;
  const settings = acousticInverseSettings(problem.dimension);
  return {
    problem,
    title: 'Acoustic inverse problem: slowness from pressure histories',
    subtitle: 'Adam and its learned flow with the published settings, from the same start.',
    objective: problem.evaluate,
    epochs: ACOUSTIC_INVERSE.epochs,
    quantity: { label: 'misfit of the pressures', of: (value) => value },
    contenders: adamContenders(() => problem.start(), settings, safeguard),
    facts: [
      ['Mesh', `${nodes.rows} nodes, ${triangles.length / 3} triangles, force at node ${problem.mesh.forcedNode}`],
      learnedFact(settings, safeguard),
    ],
    measures: (x) => [{ label: 'relative squared parameter error', value: problem.parameterError(x) }],
    views: (records) => views(problem, records),
  };
}

function views(problem: AcousticInverse, records: readonly RunRecord[]): Views {
  const { mesh, trueSlowness } = problem;
  const vertices = Array.from({ length: mesh.nodes.rows }, (_, i): readonly [number, number] => {
    const [x = Number.NaN, y = Number.NaN] = mesh.nodes.row(i);
    return [rounded(x), rounded(y)];
  });
  const cells = Array.from({ length: mesh.triangles.length / 3 }, (_, i) => Array.from(mesh.triangles.subarray(3 * i, 3 * i + 3)));
  const field = (title: string, values: ArrayLike<number>, scale: ColourScale): MeshField => ({
    ...{ kind: 'mesh', title, vertices, cells, values: Array.from(values, (value) => rounded(value)), scale },
    axes: ['x (dimensionless)', 'y (dimensionless)'],
  });
  const found = records.map((record) => {
    const { role, name, x } = record;
    const slowness = problem.slowness(x);
    return { role, name, sound: !diverged(record), slowness, error: difference(slowness, trueSlowness), pressure: problem.pressure(x) };
  });
  const sound = found.filter((end) => end.sound);
  const exact = problem.pressure(trueSlowness.map((slowness) => slowness - LEAST_SLOWNESS));
  const colours = commonScale('slowness (dimensionless)', [trueSlowness, ...sound.map(({ slowness }) => slowness)]);
  const errors = commonScale(
    'slowness − true slowness (dimensionless)',
    sound.map(({ error }) => error),
    true,
  );
  return {
    sections: [
      ...pathSection(records.map(inSlowness), 'slowness', 'Parameters as the slowness that they stand for: their signs mean nothing.'),
      {
        title: 'Slowness of the elements at the end of the runs',
        remark: 'The same colours in all of them.',
        figures: [
          field('True slowness', trueSlowness, colours),
          ...sound.map(({ name, slowness }) => field(`Slowness, ${name}`, slowness, colours)),
        ],
      },
      { title: 'Errors of the slowness', figures: sound.map(({ name, error }) => field(`Error, ${name}`, error, errors)) },
      { title: 'Pressure histories', figures: histories(problem, exact, sound) },
    ],
    arrays: {
      ...{
        nodes: mesh.nodes,
        triangles: new Matrix(cells.length, 3, Float64Array.from(mesh.triangles)),
        'slowness-truth': trueSlowness,
        'pressure-truth': exact,
      },
      ...Object.fromEntries(
        found.flatMap(({ role, slowness, pressure }) => [
          [`slowness-${role}`, slowness],
          [`pressure-${role}`, pressure],
        ]),
      ),
    },
  };
}

/** A run with the slowness in place of the parameters; variables of opposite signs are one and the same. */
function inSlowness(record: RunRecord): RunRecord {
  const { rows, columns, data } = record.path;
  const slowness = data.map((value) => Math.abs(value) + LEAST_SLOWNESS);
  return { ...record, path: new Matrix(rows, columns, slowness) };
}

function histories(
  { mesh }: AcousticInverse,
  exact: Matrix,
  found: readonly { readonly role: string; readonly name: string; readonly pressure: Matrix }[],
): readonly LineChart[] {
  const shown = picks(exact.columns);
  const x = shown.map((column) => rounded((END_TIME * column) / Math.max(1, exact.columns - 1)));
  return listeners(mesh).map((node) => {
    const y = (pressure: Matrix): readonly number[] => shown.map((column) => rounded(pressure.at(node, column) ?? Number.NaN));
    const [at = 0, height = 0] = mesh.nodes.row(node);
    return {
      kind: 'lines',
      title: `Pressure at node ${node}, (${rounded(at, 3)}, ${rounded(height, 3)})`,
      xLabel: 'time t (dimensionless)',
      yLabel: 'pressure p (dimensionless)',
      lines: [
        { label: 'true slowness', kind: 'other', x, y: y(exact) },
        ...found.map(
          ({ role, name, pressure }) => ({ label: name, kind: role === 'base' ? 'base' : 'learned', x, y: y(pressure) }) as const,
        ),
      ],
    };
  });
}

/** Free nodes spread over the mesh, each once. */
function listeners({ nodes, fixedNodes }: AcousticInverse['mesh']): readonly number[] {
  const fixed = new Set(fixedNodes);
  const free = Array.from({ length: nodes.rows }, (_, i) => i).filter((node) => !fixed.has(node));
  const at = (node: number, axis: 0 | 1): number => nodes.at(node, axis) ?? 0;
  const span = (axis: 0 | 1): readonly [number, number] => {
    const all = Array.from({ length: nodes.rows }, (_, i) => at(i, axis));
    return [Math.min(...all), Math.max(...all)];
  };
  const [[left, right], [bottom, top]] = [span(0), span(1)];
  const nearest = LISTENERS.map(([x, y]) => {
    const distance = (node: number): number =>
      Math.hypot(at(node, 0) - left - x * (right - left), at(node, 1) - bottom - y * (top - bottom));
    return free.reduce((best, node) => (distance(node) < distance(best) ? node : best), free[0] ?? 0);
  });
  return [...new Set(nearest)];
}

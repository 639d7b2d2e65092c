// The experiments of the command line at small sizes: settings, records, measures, figures.

import { type DeepElasticity, matrix } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { pageOf, thisMachine } from '../src/cli/page.ts';
import { reached, resultRows, resultsOf, textTable } from '../src/cli/results.ts';
import { readPage, writeRunFile } from '../src/cli/runFile.ts';
import type { Experiment, Role } from '../src/experiments/experiment.ts';
import { commonScale, gridValues, picks } from '../src/experiments/fieldData.ts';
import { diverged, follow, type RunRecord } from '../src/experiments/record.ts';
import { EXPERIMENTS } from '../src/experiments/registry.ts';
import { stepsBetween } from '../src/experiments/stepClock.ts';
import { renderReport } from '../src/report/index.ts';
import { expectSound, texts } from './support/markup.ts';

function record(experiment: Experiment, epochs: number, roles: readonly Role[] = ['base', 'lgf']): RunRecord[] {
  const contenders = experiment.contenders.filter(({ role }) => roles.includes(role));
  return contenders.map((contender) => {
    const run = follow(experiment, contender, epochs);
    let state = run.next();
    while (!state.done) state = run.next();
    return state.value;
  });
}

function open(name: string, options: Readonly<Record<string, number>>, safeguard = false): Experiment {
  const entry = EXPERIMENTS.find((experiment) => experiment.name === name);
  if (entry === undefined) throw new Error(`${name} is not listed`);
  return entry.open(options, safeguard);
}

/** What `attempt` makes of the first seed of which it makes something. */
function firstOf<T>(count: number, attempt: (seed: number) => T | undefined): T {
  for (let seed = 0; seed < count; seed++) {
    const found = attempt(seed);
    if (found !== undefined) return found;
  }
  throw new Error(`none of ${count} seeds`);
}

/** Small enough for a test; every one has a learned phase within `epochs`. */
interface Case {
  readonly options: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly titles: readonly string[];
  readonly measures: readonly string[];
  /** Labels of axes and colour bars, as texts of the page. */
  readonly labels: readonly string[];
  /** Shapes of the arrays beside those of every run. */
  readonly arrays: Readonly<Record<string, readonly number[]>>;
}

const PATHS = ['Paths in the plane of two principal components', 'Parameter'];
const CUBE_LABELS = ['|u| (dimensionless)', 'energy density (dimensionless)', '|difference of u| (dimensionless)', 'steps'];
// Three faces of 20 x 20 squares.
const CUBE_ARRAYS = {
  points: [1200, 3],
  ...{ 'displacement-base': [1200, 3], 'displacement-lgf': [1200, 3] },
  ...{ 'energy-density-base': [1200], 'energy-density-lgf': [1200] },
};

const cases: Record<string, Case> = {
  'heat-rod': {
    options: { modes: 6, cells: 30, times: 60 },
    epochs: 60,
    titles: [
      'Paths over the contours of the objective',
      'Temperature at the truth',
      'Temperature, learned gradient flow',
      'Error, gradient descent',
    ],
    measures: ['a1', 'a2'],
    labels: [
      'conductivity a1, left half (dimensionless)',
      'place x (dimensionless)',
      'time t (dimensionless)',
      'squared misfit (dimensionless)',
      'time (s)',
    ],
    arrays: { 'temperature-truth': [30, 60], 'temperature-base': [30, 60], 'temperature-lgf': [30, 60] },
  },
  'nonlinear-heat': {
    options: { modes: 4, points: 40 },
    epochs: 45,
    titles: [...PATHS, 'Temperature, damped Newton', 'Temperature, learned Newton flow minus damped Newton', 'Conductivity', 'Source'],
    measures: ['energy'],
    labels: [
      'x (dimensionless)',
      'y (dimensionless)',
      'temperature u (dimensionless)',
      'source B (dimensionless)',
      'residual norm ‖r‖ (dimensionless)',
    ],
    arrays: { 'temperature-base': [40, 40], 'temperature-lgf': [40, 40], conductivity: [40, 40], source: [40, 40] },
  },
  'acoustic-inverse': {
    options: { size: 0.25 },
    epochs: 60,
    titles: [...PATHS, 'True slowness', 'Slowness, Adam', 'Error, learned Adam flow', 'Pressure at node'],
    measures: ['relative squared parameter error'],
    labels: ['slowness (dimensionless)', 'time t (dimensionless)', 'pressure p (dimensionless)', 'misfit of the pressures (dimensionless)'],
    arrays: {
      ...{ nodes: [27, 2], triangles: [36, 3], 'slowness-truth': [36], 'slowness-base': [36], 'slowness-lgf': [36] },
      ...{ 'pressure-truth': [27, 300], 'pressure-base': [27, 300], 'pressure-lgf': [27, 300] },
    },
  },
  'deep-elasticity': {
    options: { cells: 5, hidden: 8 },
    epochs: 60,
    titles: [
      ...PATHS,
      'Displacement, Adam',
      'Energy density, learned Adam flow',
      'Distance of the displacements',
      'Difference of the energy density',
    ],
    measures: [],
    labels: [...CUBE_LABELS, 'energy above the lowest'],
    arrays: CUBE_ARRAYS,
  },
  'deep-elasticity-random': {
    options: { points: 200, cells: 5 },
    epochs: 60,
    titles: [...PATHS, 'Displacement, Adam', 'Energy density, learned Adam flow'],
    measures: ['energy on midpoints'],
    labels: [...CUBE_LABELS, 'energy of a sample (dimensionless)'],
    arrays: CUBE_ARRAYS,
  },
};

test('every listed experiment is tested here', () => {
  expect(Object.keys(cases)).toEqual(EXPERIMENTS.map(({ name }) => name));
});

describe.each(Object.entries(cases))('%s', (name, { options, epochs, titles, measures, labels, arrays }) => {
  const experiment = open(name, options, name === 'heat-rod');
  const records = record(experiment, epochs);
  const results = resultsOf(experiment, records);
  const views = experiment.views(records);
  const page = pageOf(experiment, records, views, resultRows(experiment, results), thisMachine());
  const html = renderReport(page);

  test('records every step of both optimizers from the same start', () => {
    const [base, lgf] = records as [RunRecord, RunRecord];
    expect([base.evaluations.at(-1), base.learnedSteps, base.fits, base.status]).toEqual([epochs, 0, 0, 'finished']);
    const steps = stepsBetween(0, epochs, experiment.contenders[1]?.schedule);
    expect([lgf.learnedSteps, lgf.fits, lgf.status]).toEqual([steps.learned + steps.fit, steps.fit, 'finished']);
    expect(lgf.path.row(0)).toEqual(experiment.problem.start());
    expect(lgf.path.row(0)).toEqual(base.path.row(0));
    expect(lgf.values[0]).toBe(base.values[0]);
    for (const { path, values, evaluations, seconds, phases, x, time } of records) {
      expect([path.rows, values.length, evaluations.length, seconds.length, phases.length]).toEqual(new Array(5).fill(epochs + 1));
      expect(path.row(epochs)).toEqual(x);
      expect(phases.map((phase) => phase === 'learned')).toEqual(values.map((value) => value === undefined));
      expect(seconds.every((value, i) => i === 0 || value >= (seconds[i - 1] as number))).toBe(true);
      expect(time.total).toBeCloseTo(seconds.at(-1) as number, 9);
      expect(time.evaluating).toBeLessThanOrEqual(time.total);
    }
  });

  test('has its measures, smaller at the end than at the start', () => {
    for (const result of results) expect(result.measures.map(({ label }) => label)).toEqual(measures);
    for (const { values } of records) expect(values.at(-1)).toBeLessThan(values[0] as number);
    const table = textTable(resultRows(experiment, results));
    for (const part of [...measures, experiment.quantity.label, 'evaluations', 'seconds in evaluations', 'until the base’s end + 5 %']) {
      expect(table).toContain(part);
    }
  });

  test('draws a sound page with its figures, axes with units, of a moderate size', () => {
    expectSound(html);
    const drawn = [...html.matchAll(/<path [^>]*\bd="([^"]*)"/g)].map(([, d = '']) => d);
    expect(drawn.length).toBeGreaterThan(20);
    for (const d of drawn) expect(d).toMatch(/^(?:[MLHVACQZ,\s]|-?\d+(?:\.\d+)?(?:e-?\d+)?)+$/);
    for (const title of titles) expect(html).toContain(`<figcaption>${title}`);
    const shown = new Set(texts(html, 'axis-label'));
    for (const label of labels)
      expect(
        [...shown].some((text) => text.startsWith(label)),
        label,
      ).toBe(true);
    for (const label of shown) {
      expect(label).toMatch(/\(dimensionless\)$|^time \(s\)$|% of the variance\)$|^steps$|^counted evaluations$/);
    }
    expect(html.length).toBeLessThan(1.5e6);
  });

  test('stores arrays of finite numbers with their shapes', () => {
    const shapes = Object.entries(views.arrays).map(([key, array]) => [
      key,
      'rows' in array ? [array.rows, array.columns] : [array.length],
    ]);
    expect(Object.fromEntries(shapes)).toEqual(arrays);
    for (const [key, array] of Object.entries(views.arrays)) {
      const data = 'rows' in array ? array.data : array;
      expect(data.every(Number.isFinite), key).toBe(true);
      expect(new Set(data).size, key).toBeGreaterThan(1);
    }
  });

  test('is drawn again from its file', () => {
    const file = writeRunFile({}, page);
    expect(renderReport(readPage(file))).toBe(html);
    expect(file.length).toBeLessThan(2e6);
  });

  test('compares fields on one scale', () => {
    const fields = views.sections.flatMap(({ figures }) => figures).filter((figure) => figure.kind === 'grid' || figure.kind === 'mesh');
    const domains = new Map(fields.map(({ scale }) => [scale.label, new Set<string>()]));
    for (const { scale } of fields) domains.get(scale.label)?.add(scale.domain.join());
    for (const found of domains.values()) expect(found.size).toBe(1);
    for (const { scale } of fields.filter((field) => field.scale.diverging)) expect(scale.domain[0]).toBe(-scale.domain[1]);
  });

  test('the flow without a schedule never ends a step higher, and its values are those of its path', () => {
    const [adaptive] = record(experiment, 12, ['adaptive']) as [RunRecord];
    const { values, path, evaluations, status } = adaptive;
    expect([status, evaluations.at(-1), path.rows]).toEqual(['finished', 12, 13]);
    const fixed = !name.endsWith('random');
    for (let i = 0; fixed && i <= 12; i++) {
      const value = experiment.quantity.of(experiment.objective(path.row(i), new Float64Array(path.columns)));
      expect(values[i]).toBeCloseTo(value, 12);
      if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1] as number);
    }
    const alone = resultsOf(experiment, [adaptive]);
    expectSound(renderReport(pageOf(experiment, [adaptive], experiment.views([adaptive]), resultRows(experiment, alone), thisMachine())));
  });

  test('is drawn with one optimizer alone, and with a single state', () => {
    const [base] = record(experiment, 1) as [RunRecord];
    const alone = resultsOf(experiment, [base]);
    expectSound(renderReport(pageOf(experiment, [base], experiment.views([base]), resultRows(experiment, alone), thisMachine())));
  });
});

test('the schedules make the published numbers of evaluations', () => {
  const found = EXPERIMENTS.map(({ name, epochs, optimizers, open }) => {
    const { contenders, epochs: same } = open({}, false);
    expect(same).toBe(epochs);
    expect(contenders.map(({ role, optimizer }) => optimizers[role] === optimizer)).toEqual([true, true, true]);
    return [name, epochs, stepsBetween(0, epochs, contenders[1]?.schedule).true];
  });
  expect(found).toEqual([
    ['heat-rod', 750, 375],
    ['nonlinear-heat', 300, 225],
    ['acoustic-inverse', 2200, 1100],
    ['deep-elasticity', 2000, 1400],
    ['deep-elasticity-random', 3000, 2100],
  ]);
});

test('runs on random points all see the same samples', () => {
  const experiment = open('deep-elasticity-random', { points: 200, cells: 3 });
  const problem = experiment.problem as DeepElasticity;
  // A sample is known by its energy at one and the same point.
  const probe = problem.start();
  const seen: number[][] = [];
  const objective = (x: Float64Array, g: Float64Array) => {
    const { draw } = problem;
    seen.at(-1)?.push(problem.evaluate(probe, g));
    problem.draw = draw;
    return experiment.objective(x, g);
  };
  const { begin } = experiment;
  const start = () => {
    seen.push([]);
    begin?.();
  };
  record({ ...experiment, objective, begin: start }, 50);
  const [base = [], lgf = []] = seen;
  expect([base.length, lgf.length]).toEqual([51, 36]);
  expect(lgf).toEqual(base.slice(0, 36));
  expect(new Set(base).size).toBe(51);
});

describe('a run that diverges', () => {
  // From many starts the published schedule does; roundings decide from which, and where to.
  test.each<[string, RegExp]>([
    ['far above its start', /^diverged: residual norm ‖r‖ \d\.\de\+\d+ at the end, \d\.\de\+7 at the start$/],
    ['where nothing is finite', /^objective: value: .*finite/],
  ])('%s has failed, and is drawn but for its end', (_name, error) => {
    const [opened, records] = firstOf(40, (seed) => {
      const experiment = open('nonlinear-heat', { modes: 4, points: 40, seed });
      const ends = record(experiment, 300);
      return error.test(ends[1]?.error ?? '') ? ([experiment, ends] as const) : undefined;
    });
    expect(records.map(({ status }) => status)).toEqual(['finished', 'failed']);
    expect(records.map(diverged)).toEqual([false, true]);
    const views = opened.views(records);
    const page = renderReport(pageOf(opened, records, views, resultRows(opened, resultsOf(opened, records)), thisMachine()));
    // The table may say that the end is no number; no drawing does.
    expectSound(page.replace(/<table>[\s\S]*?<\/table>/, ''));
    expect(page).toContain('The run of learned Newton flow diverged');
    expect(page).toContain('<figcaption>Temperature, damped Newton');
    expect(page).not.toContain('<figcaption>Temperature, learned Newton flow');
    // A plane over 10^50 would show nothing of the other run.
    expect(texts(page, 'tick-label').every((text) => text.length <= 9)).toBe(true);
    expect(Object.keys(views.arrays)).toContain('temperature-lgf');
  });

  test('is told by its last value', () => {
    expect(diverged({ values: [1, 0.1, Number.NaN] })).toBe(true);
    expect(diverged({ values: [1, undefined, 11] })).toBe(false);
    expect(diverged({ values: [1, undefined, 12] })).toBe(true);
    expect(diverged({ values: [Number.NaN, 1, 0.5] })).toBe(false);
    // Energies cross zero.
    expect(diverged({ values: [0.01, -7, 1] })).toBe(false);
    expect(diverged({ values: [0.01, -7, 80] })).toBe(true);
  });
});

test('a run ends where it is told to and keeps what it has', () => {
  const experiment = open('acoustic-inverse', { size: 0.25 });
  const [, contender] = experiment.contenders;
  if (contender === undefined) throw new Error('two contenders');
  const run = follow(experiment, contender, 100);
  const kinds: string[] = [];
  let state = run.next();
  while (!state.done) {
    kinds.push(state.value.next);
    state = run.next(state.value.epoch === 23);
  }
  expect(kinds).toEqual([...new Array(20).fill('true'), 'fit', 'learned', 'learned', 'learned']);
  expect(state.value).toMatchObject({ status: 'stopped', learnedSteps: 3, fits: 1 });
  expect(state.value.path.rows).toBe(24);
});

test('a run that fails keeps the steps before, and says why', () => {
  const sound = open('nonlinear-heat', { modes: 3, points: 24 });
  let calls = 0;
  const objective = (x: Float64Array, g: Float64Array) => {
    calls += 1;
    return calls === 4 ? Number.NaN : sound.objective(x, g);
  };
  const [base] = record({ ...sound, objective }, 10) as [RunRecord];
  expect(base).toMatchObject({ status: 'failed', error: expect.stringMatching(/^objective: value: .*finite/) });
  expect([base.values.length, base.evaluations.at(-1)]).toEqual([4, 3]);
});

test('an error of the objective is kept as the reason', () => {
  const objective = () => {
    throw new Error('the disk is full');
  };
  const [base] = record({ ...open('nonlinear-heat', { modes: 3, points: 24 }), objective }, 10) as [RunRecord];
  expect(base).toMatchObject({ status: 'failed', error: 'objective: threw: the disk is full', values: [Number.NaN] });
});

test('a level is reached with the evaluation that sees it', () => {
  const run = { values: [4, undefined, 2, 1], evaluations: [0, 1, 1, 2], seconds: [0, 1, 2, 3] } as unknown as RunRecord;
  expect(reached(run, 4)).toEqual({ evaluations: 1, seconds: 1 });
  expect(reached(run, 2)).toEqual({ evaluations: 2, seconds: 3 });
  expect(reached(run, 1)).toEqual({ evaluations: 2, seconds: 3 });
  expect(reached(run, 0.5)).toBeUndefined();
});

describe('data of figures', () => {
  test('grids have rows along x and columns along y', () => {
    const field = matrix([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(gridValues(field)).toEqual({ columns: 2, values: [1, 4, 2, 5, 3, 6] });
  });

  test('picks keep both ends', () => {
    expect(picks(3, 5)).toEqual([0, 1, 2]);
    expect(picks(101, 5)).toEqual([0, 25, 50, 75, 100]);
  });

  test('scales hold all finite values, and something where there is none', () => {
    expect(commonScale('u', [[1, Number.NaN], [-3]])).toEqual({ label: 'u', domain: [-3, 1] });
    expect(commonScale('u', [[1], [-3]], true)).toEqual({ label: 'u', domain: [-3, 3], diverging: true });
    expect(commonScale('u', [[2, 2]]).domain).toEqual([1, 3]);
    expect(commonScale('u', [[0]], true).domain).toEqual([-1, 1]);
    expect(commonScale('u', [[Number.NaN]]).domain).toEqual([0, 1]);
  });
});

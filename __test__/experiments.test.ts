// Whole experiments on stand-ins with the views of the native problems: settings, records, measures, figures.

import { matrix } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { pageOf, thisMachine } from '../src/cli/page.ts';
import { reached, resultRows, resultsOf, textTable } from '../src/cli/results.ts';
import { readPage, writeRunFile } from '../src/cli/runFile.ts';
import { acousticInverseEntry, acousticInverseExperiment } from '../src/experiments/acousticInverse.ts';
import { deepElasticityEntries, deepElasticityExperiment } from '../src/experiments/deepElasticity.ts';
import type { Experiment } from '../src/experiments/experiment.ts';
import { commonScale, gridValues, picks } from '../src/experiments/fieldData.ts';
import { heatRodEntry, heatRodExperiment } from '../src/experiments/heatRod.ts';
import { nonlinearHeatEntry, nonlinearHeatExperiment } from '../src/experiments/nonlinearHeat.ts';
import { follow, type RunRecord } from '../src/experiments/record.ts';
import { EXPERIMENTS } from '../src/experiments/registry.ts';
import { stepsBetween } from '../src/experiments/stepClock.ts';
import { renderReport } from '../src/report/index.ts';
import { expectSound, texts } from './support/markup.ts';
import { acousticStandIn, elasticityStandIn, nonlinearHeatStandIn } from './support/standIns.ts';

function record(experiment: Experiment, epochs: number): RunRecord[] {
  return experiment.contenders.map((contender) => {
    const run = follow(experiment, contender, epochs);
    let state = run.next();
    while (!state.done) state = run.next();
    return state.value;
  });
}

const heat = () => nonlinearHeatExperiment(nonlinearHeatStandIn(), false);
const acoustic = () => acousticInverseExperiment(acousticStandIn(), false);
const elastic = () => deepElasticityExperiment(elasticityStandIn(), false);
const random = () => deepElasticityExperiment(elasticityStandIn(0.3), false, elasticityStandIn());

const cases: Record<string, { make: () => Experiment; epochs: number; titles: readonly string[]; measures: readonly string[] }> = {
  'heat-rod': {
    make: () => heatRodExperiment({ modes: 6, cells: 30, times: 60 }, true),
    epochs: 60,
    titles: [
      'Paths over the contours of the objective',
      'Temperature at the truth',
      'Temperature, learned gradient flow',
      'Error, gradient descent',
    ],
    measures: ['a1', 'a2'],
  },
  'nonlinear-heat': {
    make: heat,
    epochs: 45,
    titles: ['Temperature, damped Newton', 'learned Newton flow minus damped Newton', 'Conductivity', 'Source', 'Parameter'],
    measures: ['energy'],
  },
  'acoustic-inverse': {
    make: acoustic,
    epochs: 50,
    titles: ['Paths in the plane of two principal components', 'True slowness', 'Error, learned Adam flow', 'Pressure at node'],
    measures: ['relative squared parameter error'],
  },
  'deep-elasticity': {
    make: elastic,
    epochs: 60,
    titles: [
      'Displacement, Adam',
      'Energy density, learned Adam flow',
      'Distance of the displacements',
      'Difference of the energy density',
    ],
    measures: [],
  },
  'deep-elasticity-random': { make: random, epochs: 60, titles: ['Displacement, Adam'], measures: ['energy on midpoints'] },
};

describe.each(Object.entries(cases))('%s', (_name, { make, epochs, titles, measures }) => {
  const experiment = make();
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
    for (const title of titles) expect(html).toContain(`<figcaption>${title}`);
    for (const label of new Set(texts(html, 'axis-label'))) {
      expect(label).toMatch(/\(dimensionless\)|\(s\)|% of the variance|steps|evaluations|misfit|norm|energy/);
    }
    expect(html.length).toBeLessThan(1.5e6);
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

  test('is drawn with one optimizer alone, and with a single state', () => {
    const [base] = record(experiment, 1) as [RunRecord];
    const alone = resultsOf(experiment, [base]);
    expectSound(renderReport(pageOf(experiment, [base], experiment.views([base]), resultRows(experiment, alone), thisMachine())));
  });
});

test('the schedules make the published numbers of evaluations', () => {
  const entries = [
    heatRodEntry,
    nonlinearHeatEntry(() => nonlinearHeatStandIn()),
    acousticInverseEntry(() => acousticStandIn()),
    ...deepElasticityEntries((_, sampling) => elasticityStandIn(sampling === 'random' ? 0.3 : 0)),
  ];
  const found = entries.map(({ name, epochs, open }) => [
    name,
    epochs,
    stepsBetween(0, epochs, open({}, false).contenders[1]?.schedule).true,
  ]);
  expect(found).toEqual([
    ['heat-rod', 750, 375],
    ['nonlinear-heat', 300, 225],
    ['acoustic-inverse', 2200, 1100],
    ['deep-elasticity', 2000, 1400],
    ['deep-elasticity-random', 3000, 2100],
  ]);
  expect(
    entries.map(({ optimizers, open }) => open({}, false).contenders.map(({ role, optimizer }) => optimizers[role] === optimizer)),
  ).toEqual(entries.map(() => [true, true]));
});

test('every listed experiment opens under its name', () => {
  for (const { name, open } of EXPERIMENTS) expect(open({}, true).problem.name).toBe(name);
});

test('runs on random points all see the same samples', () => {
  const [base, lgf] = record(random(), 20) as [RunRecord, RunRecord];
  expect(lgf.values.slice(0, 20)).toEqual(base.values.slice(0, 20));
  expect(new Set(base.values).size).toBe(21);
});

test('a run ends where it is told to and keeps what it has', () => {
  const experiment = acoustic();
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
  const sound = heat();
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
  const [base] = record({ ...heat(), objective }, 10) as [RunRecord];
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

import { describe, expect, it } from 'vitest';
import type { Landscape, ReportOptions, RunTrace } from '../src/report/index.ts';
import { lossFigure, pathFigure, renderReport } from '../src/report/index.ts';
import { expectBalanced, paths, pointCount } from './support/markup.ts';

const descent: RunTrace = {
  name: 'descent',
  kind: 'base',
  evaluations: [0, 1, 2, 3, 4],
  values: [4, 2, 1, 0.5, 0.25],
  points: [-2, -1.4, -1, -0.7, -0.5].map((x) => [x, x / 2]),
};
const learned: RunTrace = {
  name: 'learned flow',
  kind: 'learned',
  evaluations: [0, 1, 2, 2, 2],
  values: [4, 2, undefined, undefined, 0.3],
  points: [-2, -1.4, -1.1, -0.8, -0.6].map((x) => [x, x / 2]),
};
const height = (x: number, y: number) => 1e-3 + x * x + 4 * y * y;
const bowl: Landscape = {
  value: height,
  scale: 'log',
  xLabel: 'conductivity a (W/(m K))',
  yLabel: 'conductivity b (W/(m K))',
  valueLabel: 'misfit (K²)',
  optimum: [0, 0],
};
const report: ReportOptions = {
  title: 'Two conductivities',
  subtitle: 'from one start',
  summary: {
    columns: [{ label: 'Method' }, { label: 'Misfit', unit: 'K²' }],
    rows: [
      ['descent', '0.25'],
      ['learned flow', '0.30'],
    ],
  },
  runs: [descent, learned],
  facts: [['Machine', '2 cores']],
  landscape: bowl,
  valueLabel: 'misfit (K²)',
  target: { value: 0.4, label: 'goal 0.4' },
};

describe('the page', () => {
  const page = renderReport(report);

  it('is well formed and free of numbers that are none', () => {
    expectBalanced(page);
    expect(page).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('refers to nothing outside itself and runs no script', () => {
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/<script|<link|@import|\bsrc=|\bhref=/);
    expect([...page.matchAll(/url\(([^)]*)\)/g)].every(([, target]) => target?.startsWith('#'))).toBe(true);
  });

  it('gives every id once and resolves every reference to one', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    const references = [...page.matchAll(/aria-labelledby="([^"]+)"|url\(#([^)]+)\)/g)].flatMap(([, labels, clip]) =>
      (labels ?? clip ?? '').split(' '),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(references));
  });

  it('shows the table, the facts and both figures', () => {
    expect(page.match(/role="img"/g)).toHaveLength(2);
    expect(page).toContain('<td class="right">0.30</td>');
    expect(page).toContain('<dt>Machine</dt><dd>2 cores</dd>');
  });

  it('leaves the path figure out when there is no landscape', () => {
    const { landscape: _, ...rest } = report;
    expect(renderReport(rest).match(/role="img"/g)).toHaveLength(1);
  });

  it('escapes every text it is given', () => {
    const evil = `<script>alert("1")</script>&'`;
    const hostile = renderReport({
      ...report,
      title: evil,
      subtitle: evil,
      summary: { columns: [{ label: evil, unit: evil }], rows: [[evil]] },
      runs: [
        { ...descent, name: evil },
        { ...learned, name: `${evil}"onload="alert(1)` },
      ],
      facts: [[evil, evil]],
      landscape: { ...bowl, xLabel: evil, yLabel: evil, valueLabel: evil },
      valueLabel: evil,
      target: { value: 0.4, label: evil },
    });
    expectBalanced(hostile);
    expect(hostile).not.toContain('<script');
    expect(hostile).not.toContain('"onload=');
  });
});

describe('the value figure', () => {
  it('labels both axes and the target', () => {
    const figure = lossFigure(report.runs, report);
    for (const label of ['counted evaluations', 'misfit (K²)', 'goal 0.4']) expect(figure).toContain(`>${label}</text>`);
  });

  it('bridges entries that were not evaluated by a dashed line with no points of its own', () => {
    const figure = lossFigure([learned], { valueLabel: 'misfit' });
    expect(paths(figure, 'true-value').map(pointCount)).toEqual([2]);
    expect(paths(figure, 'learned-value').map(pointCount)).toEqual([2]);
    expect(figure.match(/class="hover"/g)).toHaveLength(3);
  });

  it('skips failed evaluations, breaks the line there and says so', () => {
    const failing = { ...descent, values: [4, 2, Number.NaN, Number.POSITIVE_INFINITY, 0.25] };
    const figure = lossFigure([failing], { valueLabel: 'misfit' });
    expect(figure).not.toMatch(/NaN|Infinity/);
    expect(paths(figure, 'true-value').map(pointCount)).toEqual([2, 1]);
    expect(paths(figure, 'learned-value')).toEqual([]);
    expect(figure).toContain('Not drawn: 2 evaluated values that are zero or not finite.');
  });

  it('draws negative values on a linear axis', () => {
    const figure = lossFigure([{ ...descent, values: [2, 1, 0, -1, -2] }], { valueLabel: 'energy' });
    expect(paths(figure, 'true-value').map(pointCount)).toEqual([5]);
    expect(figure).toContain('>−1</text>');
  });

  it('copes with one entry, equal values and an enormous range', () => {
    const single: RunTrace = { name: 'single', kind: 'other', evaluations: [0], values: [3] };
    const wide: RunTrace = { name: 'wide', kind: 'other', evaluations: [0, 1], values: [1e300, 1e-300] };
    const flat: RunTrace = { name: 'flat', kind: 'other', evaluations: [0, 1], values: [1, 1] };
    for (const run of [single, wide, flat]) {
      const figure = lossFigure([run], { valueLabel: 'misfit' });
      expectBalanced(figure);
      expect(figure).not.toMatch(/NaN|Infinity/);
    }
  });

  it('gives runs distinct colours, the same in both figures', () => {
    const colours = (figure: string) => new Set([...figure.matchAll(/class="series (\w+)"/g)].map((match) => match[1]));
    const runs = ['base', 'learned', 'other', 'learned'].map((kind) => ({ ...descent, kind }) as RunTrace);
    expect(colours(lossFigure(runs, report)).size).toBe(4);
    expect(colours(pathFigure(runs, bowl))).toEqual(colours(lossFigure(runs, report)));
  });
});

describe('the path figure', () => {
  it('has contours, both axis labels, the quantity of the contours, start and optimum', () => {
    const figure = pathFigure(report.runs, bowl);
    expect(paths(figure, 'contour').filter((d) => d.length > 0).length).toBeGreaterThan(5);
    for (const label of [bowl.xLabel, bowl.yLabel, bowl.valueLabel]) expect(figure).toContain(`>${label}</text>`);
    for (const label of ['start', 'optimum', 'learned steps']) expect(figure).toContain(`<span>${label}</span>`);
  });

  it('separates true from learned steps', () => {
    const figure = pathFigure([learned], bowl);
    expect(paths(figure, 'true-step').map(pointCount)).toEqual([3]);
    expect(paths(figure, 'learned-step').map(pointCount)).toEqual([3]);
  });

  it('draws base runs wide underneath learned ones, in whatever order they come', () => {
    const [base, flow, ...more] = pathFigure([learned, descent], bowl).split('<g class="series ').slice(-2);
    expect(more).toEqual([]);
    expect(base).toMatch(/^orange">.*stroke-width="7".*<title>descent,/s);
    expect(flow).toMatch(/^blue">.*stroke-width="2.4".*<title>learned flow,/s);
  });

  it('skips points that are not finite', () => {
    const points = [
      [-2, -1],
      [-1.4, Number.NaN],
      [-1, -0.5],
      [-0.7, -0.35],
      [-0.5, Number.POSITIVE_INFINITY],
    ];
    const figure = pathFigure([{ ...descent, points }], bowl);
    expect(figure).not.toMatch(/NaN|Infinity/);
    expect(paths(figure, 'true-step').map(pointCount)).toEqual([1, 2]);
  });

  it('covers samples without a value instead of shading them', () => {
    const holed = { ...bowl, value: (x: number, y: number) => (x < -1.5 ? Number.NaN : height(x, y)) };
    const figure = pathFigure([descent], holed);
    expect(paths(figure, 'unknown')).toHaveLength(1);
    expect(figure).toContain('Hatched: no value');
    expect(figure).not.toMatch(/NaN/);
  });

  it('contours on a linear scale, and none on a constant landscape', () => {
    expect(paths(pathFigure([descent], { ...bowl, scale: 'linear' }), 'contour').length).toBeGreaterThan(5);
    expect(paths(pathFigure([descent], { ...bowl, value: () => 1 }), 'contour')).toEqual([]);
  });
});

describe('arguments at fault', () => {
  const { points: _, ...pointless } = descent;
  const faults: readonly [string, () => string, RegExp][] = [
    ['no runs', () => renderReport({ ...report, runs: [] }), /^runs: .*at least one run/],
    ['no runs for a figure', () => lossFigure([], report), /^runs: .*at least one run/],
    ['a list of another length', () => lossFigure([{ ...descent, evaluations: [0] }], report), /^runs\[0\]\.evaluations: .*got 1 for 5/],
    ['a row of another length', () => renderReport({ ...report, summary: { columns: [], rows: [['x']] } }), /^summary\.rows\[0\]/],
    ['nothing to draw', () => lossFigure([{ ...descent, values: descent.values.map(() => undefined) }], report), /^runs: no run/],
    ['no points', () => pathFigure([pointless], bowl), /^runs: .*two-variable points/],
    ['a landscape without values', () => pathFigure([descent], { ...bowl, value: () => Number.NaN }), /^landscape\.value/],
    ['an empty range', () => pathFigure([descent], { ...bowl, xRange: [1, 1] }), /^landscape\.xRange/],
    ['too few samples', () => pathFigure([descent], { ...bowl, samples: 1 }), /^landscape\.samples/],
  ];
  it.each(faults)('names the argument: %s', (_name, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});

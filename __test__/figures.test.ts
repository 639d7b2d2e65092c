// Fields, curves and projected paths: every kind of figure that is given as data.
import { densityPng } from 'learned-gradient-flow';
import { describe, expect, it } from 'vitest';
import { colourClass } from '../src/report/colours.ts';
import type {
  Design,
  FigureSpec,
  GridField,
  LineChart,
  MeshField,
  PathPlane,
  PictureFigure,
  ReportOptions,
  RunTrace,
} from '../src/report/index.ts';
import { lossFigure, pinLandscape, renderReport } from '../src/report/index.ts';
import { linearTicks } from '../src/report/ticks.ts';
import { expectBalanced, expectSound, paths, pointCount, texts } from './support/markup.ts';
import { readPng } from './support/pictures.ts';

const base: RunTrace = {
  name: 'descent',
  kind: 'base',
  evaluations: [0, 1, 2],
  values: [3, -1, -2],
  seconds: [0, 0.5, 1.25],
  phases: ['true', 'true', 'true'],
};
const learned: RunTrace = {
  name: 'learned flow',
  kind: 'learned',
  evaluations: [0, 1, 1],
  values: [3, undefined, -2.5],
  seconds: [0, 0.5, 0.75],
  phases: ['true', 'learned', 'true'],
};
const grid: GridField = {
  kind: 'grid',
  title: 'Temperature',
  xLabel: 'x (m)',
  yLabel: 'time (s)',
  xRange: [0, 1],
  yRange: [0, 2],
  columns: 4,
  values: Array.from({ length: 12 }, (_, i) => i),
  scale: { label: 'temperature (K)', domain: [0, 11] },
};
const mesh: MeshField = {
  kind: 'mesh',
  title: 'Slowness',
  vertices: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
  cells: [
    [0, 1, 2],
    [0, 2, 3],
  ],
  values: [-1, 1],
  scale: { label: 'slowness (s/m)', domain: [-1, 1], diverging: true },
  axes: ['x (m)', 'y (m)'],
};
const chart: LineChart = {
  kind: 'lines',
  title: 'Pressure',
  xLabel: 'time (s)',
  yLabel: 'pressure (Pa)',
  lines: [
    { label: 'descent', kind: 'base', x: [0, 1, 2], y: [0, 5, 1] },
    { label: 'learned flow', kind: 'learned', x: [0, 1, 2, 3, 4], y: [0, 4, Number.NaN, 1, 2] },
  ],
};
const plane: PathPlane = {
  kind: 'plane',
  title: 'Plane',
  xLabel: 'first component',
  yLabel: 'second component',
  paths: [
    [
      [0, 0],
      [1, 1],
      [2, 1],
    ],
    [
      [0, 0],
      [1, 0.5],
      [2, 0.9],
    ],
  ],
};
const image = Buffer.from(densityPng({ size: [3, 1], values: [0, 0.5, 1] }, { transparent: true })).toString('base64');
const design: Design = {
  kind: 'design',
  title: 'Design',
  xLabel: 'x (cells)',
  yLabel: 'y (cells)',
  size: [3, 1],
  image,
  supports: [
    { at: [0, 0], to: [0, 1], fixed: 'both' },
    { at: [3, 0], fixed: 'y' },
  ],
  loads: [{ at: [1.5, 1], direction: [0, -2] }],
};
const picture: PictureFigure = { kind: 'picture', title: 'From the front', image, width: 1200, height: 600, remark: 'Density 0.5.' };

function page(...figures: readonly FigureSpec[]): string {
  const options: ReportOptions = {
    title: 'Report',
    summary: { columns: [{ label: 'a' }], rows: [] },
    runs: [base, learned],
    valueLabel: 'energy (J)',
    sections: [{ title: 'Fields', remark: 'at the end', figures }],
  };
  return renderReport(options);
}

/** The part of a page below the heading of the section. */
const section = (...figures: readonly FigureSpec[]) => page(...figures).split('<h2>Fields</h2>')[1] ?? '';

describe('a page with sections', () => {
  it('is sound and draws every figure', () => {
    const drawn = page(grid, mesh, chart, plane, grid, design, picture);
    expectSound(drawn);
    expect(drawn.match(/role="img"/g)).toHaveLength(9);
    expect(drawn).toContain('<p class="remark">at the end</p>');
  });

  it('escapes every text it is given', () => {
    const evil = `<script>alert("1")</script>&'`;
    const scale = { ...grid.scale, label: evil };
    const labels = { title: evil, xLabel: evil, yLabel: evil };
    const hostile = page(
      { ...grid, ...labels, scale },
      { ...mesh, title: evil, axes: [evil, evil], scale, directions: [{ label: evil, towards: [1, 0] }] },
      { ...chart, ...labels, lines: chart.lines.map((line) => ({ ...line, label: evil })) },
      { ...plane, ...labels },
      { ...design, ...labels, loadLabel: evil, remark: evil },
      { ...picture, title: evil, description: evil, remark: evil },
    );
    expectBalanced(hostile);
    expect(hostile).not.toContain('<script');
  });
});

describe('a grid', () => {
  it('has bands, both axes and a colour bar with their units', () => {
    const figure = section(grid);
    expect(texts(figure, 'axis-label')).toEqual(['x (m)', 'time (s)', 'temperature (K)']);
    expect(figure).toContain('Values from 0 to 11.');
    // A ramp: 31 levels inside of the scale, each with a path of its own.
    expect(figure.match(/<path class="q\d+" d="M/g)).toHaveLength(31);
  });

  it('keeps the colours of its scale, whatever the values are', () => {
    const flat = section({ ...grid, values: grid.values.map(() => 99) });
    expect(flat).toMatch(/<path class="q63" d="M/);
    const low = section({ ...grid, values: grid.values.map(() => -99) });
    expect(low).not.toMatch(/<path class="q\d+" d="M/);
    expect(low).toMatch(/<rect class="q1" /);
  });

  it('leaves out what is not a number and says how much', () => {
    const holed = section({ ...grid, values: grid.values.map((value, i) => (i === 5 ? Number.NaN : value)) });
    expect(holed).toContain('1 of 12 values are not finite.');
    expect(holed).not.toMatch(/NaN/);
    const empty = section({ ...grid, values: grid.values.map(() => Number.NaN) });
    expect(empty).not.toMatch(/<path class="q\d+" d="M/);
  });

  it('keeps lengths alike where that is asked for', () => {
    const frame = (markup: string) =>
      /<clipPath[^>]*><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/.exec(markup)?.slice(3).map(Number);
    const [width = 0, height = 0] = frame(section({ ...grid, isometric: true })) ?? [];
    expect(height / width).toBeCloseTo(2, 2);
  });
});

describe('a mesh', () => {
  it('has a polygon a cell, axes and a colour bar', () => {
    const figure = section(mesh);
    expect(figure.match(/<path class="v(0|64)" d="M[^"]*Z"/g)).toHaveLength(2);
    expect(texts(figure, 'axis-label')).toEqual(['x (m)', 'y (m)', 'slowness (s/m)']);
  });

  it('joins neighbours of one colour, in the order of the cells', () => {
    const figure = section({ ...mesh, values: [1, 1] });
    expect(figure.match(/<path class="v64" d="M[^"]*ZM[^"]*Z"/g)).toHaveLength(1);
  });

  it('leaves out cells without a place, and shows cells without a value as such', () => {
    const vertices = [...mesh.vertices.slice(0, 3), [Number.NaN, 1] as const];
    expect(paths(section({ ...mesh, vertices }), 'v64')).toEqual([]);
    const figure = section({ ...mesh, values: [Number.NaN, 1] });
    expect(paths(figure, 'unknown')).toHaveLength(1);
    expect(figure).toContain('1 of 2 values are not finite.');
  });

  it('shows the directions of a solid in place of axes', () => {
    const { axes: _, ...solid } = mesh;
    const figure = section({ ...solid, directions: [{ label: 'z', towards: [0, 1] }] });
    expect(texts(figure, 'axis-label')).toEqual(['slowness (s/m)']);
    expect(texts(figure, 'tick-label')).toContain('z');
  });
});

describe('colours', () => {
  it('run evenly over the domain, end at its ends and part in the middle', () => {
    const scale = { label: '', domain: [-2, 2], diverging: true } as const;
    expect([-9, -2, -1, 0, 2, 9].map((value) => colourClass(value, scale))).toEqual(['v0', 'v0', 'v16', 'v32', 'v64', 'v64']);
    expect(colourClass(0, { label: '', domain: [0, 1] })).toBe('q0');
    expect(colourClass(Number.NaN, scale)).toBeUndefined();
  });

  it('of errors have a middle for each background', () => {
    const sheet = page(chart);
    const middles = [...sheet.matchAll(/\.v32 \{ fill: (rgb\([^)]*\)); \}/g)].map((match) => match[1]);
    expect(new Set(middles).size).toBe(2);
    expect(sheet.match(/\.q0 \{/g)).toHaveLength(1);
  });
});

describe('ticks of a linear axis', () => {
  const labels = (low: number, high: number) => linearTicks([low, high]).map(({ label }) => label);

  it('have names of powers of ten only where they are known', () => {
    expect(labels(0, 12)).toEqual(['0', '2', '4', '6', '8', '10', '12']);
    expect(labels(0, 12e6)).toEqual(['0', '2M', '4M', '6M', '8M', '10M', '12M']);
    expect(labels(0, 2.4e57)).toEqual(['0', '5.0e+56', '1.0e+57', '1.5e+57', '2.0e+57']);
    expect(labels(1e57, 1.004e57)).toContain('1.0020e+57');
  });
});

describe('curves', () => {
  it('have axes with units, a legend, and gaps where they are not finite', () => {
    const figure = section(chart);
    expect(texts(figure, 'axis-label')).toEqual(['time (s)', 'pressure (Pa)']);
    for (const label of ['descent', 'learned flow']) expect(figure).toContain(`<span>${label}</span>`);
    expect(paths(figure, 'true-step').map(pointCount)).toEqual([3, 2, 2]);
  });

  it('are dotted along learned steps', () => {
    const lines = [{ label: 'run', kind: 'learned', x: [0, 1, 2], y: [0, 1, 1], phases: ['true', 'learned', 'true'] }] as const;
    const figure = section({ ...chart, lines });
    expect([paths(figure, 'true-step'), paths(figure, 'learned-step')].map((found) => found.map(pointCount))).toEqual([[2], [2]]);
    expect(figure).toContain('<span>learned steps</span>');
    expect(section(chart)).not.toContain('<span>learned steps</span>');
  });

  it('keep apart what has one name', () => {
    const lines = [...chart.lines, ...chart.lines];
    expect(paths(section({ ...chart, lines }), 'true-step')).toHaveLength(6);
  });
});

describe('paths in a plane', () => {
  it('are those of the runs, with their colours and phases', () => {
    const figure = section(plane);
    expect(texts(figure, 'axis-label')).toEqual(['first component', 'second component']);
    expect(paths(figure, 'true-step').map(pointCount)).toEqual([3, 2]);
    expect(paths(figure, 'learned-step').map(pointCount)).toEqual([2]);
    expect(figure).toContain('<span>start</span>');
  });
});

describe('a design', () => {
  /** Where a picture lies, and what it shows. */
  const imageOf = (markup: string) => {
    const [, attributes = ''] = /<image ([^>]*)>/.exec(markup) ?? [];
    const number = (name: string) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(attributes)?.[1]);
    const data = /href="data:image\/png;base64,([^"]*)"/.exec(attributes)?.[1] ?? '';
    return { ...{ x: number('x'), y: number('y'), width: number('width'), height: number('height') }, png: Buffer.from(data, 'base64') };
  };

  it('is its picture in axes with one scale, and the page admits it', () => {
    const figure = section(design);
    const { width, height, png } = imageOf(figure);
    expect([...readPng(png).pixels]).toEqual([0, 0, 0, 128, 0, 255]);
    expect(width / height).toBeCloseTo(3, 3);
    expect(texts(figure, 'axis-label')).toEqual(['x (cells)', 'y (cells)']);
    expect(page(design)).toContain('img-src data:');
  });

  it('has supports and loads where they are, and says what they mean', () => {
    const figure = section(design);
    const { x, y, width, height } = imageOf(figure);
    const symbols = [...figure.matchAll(/<g transform="translate\(([\d.]+) ([\d.]+)\) rotate\((\d+)\)"><path class="support-body"/g)];
    const places = symbols.map(([, a, b, turn]) => [(Number(a) - x) / width, (y + height - Number(b)) / height, Number(turn)]);
    // Along the edge one symbol each few cells; the edge is on the left and the roller below.
    const edge = places.filter(([, , turn]) => turn === 90);
    expect(edge.length).toBeGreaterThan(2);
    for (const [at] of edge) expect(at).toBeCloseTo(0, 2);
    expect(Math.max(...edge.map(([, at]) => at ?? 0))).toBeCloseTo(1, 2);
    expect(places.filter(([, , turn]) => turn === 0)).toEqual([[expect.closeTo(1, 2), expect.closeTo(0, 2), 0]]);
    const [, tipX, tipY] =
      /class="load"><line[^>]*><\/line><path class="load-head" d="M([\d.]+) ([\d.]+)/.exec(figure.replace(/<ul[\s\S]*<\/ul>/, '')) ?? [];
    expect([(Number(tipX) - x) / width, (y + height - Number(tipY)) / height]).toEqual([expect.closeTo(0.5, 2), expect.closeTo(1, 2)]);
    for (const label of ['density 0 to 1', 'held in x and y', 'held in y', 'load']) expect(figure).toContain(`<span>${label}</span>`);
    expect(figure).not.toContain('<span>held in x</span>');
  });

  it('has loads in front of what they push and behind what they pull', () => {
    const tip = (direction: readonly [number, number]) => {
      const figure = section({ ...design, supports: [], loads: [{ at: [3, 0.5], direction }] });
      const { x, width } = imageOf(figure);
      return (Number(/class="load-head" d="M([\d.]+) /.exec(figure.split('</ul>')[1] ?? '')?.[1]) - x) / width;
    };
    expect(tip([-1, 0])).toBeCloseTo(1, 2);
    expect(tip([1, 0])).toBeGreaterThan(1.03);
    expect(tip([0, 1])).toBeCloseTo(1, 2);
  });

  it('needs neither', () => {
    const { supports: _, loads: __, ...bare } = design;
    expect(section(bare)).not.toMatch(/class="(support|load)"/);
  });

  it('stands upright where it is tall', () => {
    const tall = section({ ...design, size: [1, 3], supports: [], loads: [] });
    expect(imageOf(tall).height / imageOf(tall).width).toBeCloseTo(3, 3);
  });
});

describe('a picture', () => {
  it('keeps its shape', () => {
    const figure = section(picture);
    expect(figure).toMatch(/viewBox="0 0 520 260"/);
    expect(figure).toMatch(/<image class="picture" width="520" height="260"/);
    expect(figure).toContain('Density 0.5.');
  });
});

describe('progress', () => {
  it('is drawn against time too where all runs have seconds', () => {
    const drawn = page();
    expect(texts(drawn, 'axis-label')).toEqual(['counted evaluations', 'energy (J)', 'time (s)', 'energy (J)']);
    expect(drawn).toContain('learned flow: −2.5 after 0.75 s');
  });

  it('can be drawn as the distance from a value', () => {
    const figure = lossFigure([base, learned], { valueLabel: 'energy above −2.5 (J)', above: -2.5 });
    expect(figure).toContain('Not drawn: 1 evaluated value that is the lowest or not finite.');
    expect(figure).toContain('descent: 0.5 after 2 evaluations');
    expect(texts(figure, 'tick-label')).toContain('5×10⁻¹');
  });
});

it('a landscape is pinned to numbers that draw the same contours', () => {
  const points = [
    [0, 0],
    [1, 2],
  ];
  const runs = [{ ...base, values: [3, 1], evaluations: [0, 1], phases: undefined, seconds: undefined, points }] as unknown as RunTrace[];
  const landscape = { value: (x: number, y: number) => 1 + x * x + y, scale: 'log', xLabel: 'x', yLabel: 'y', valueLabel: 'v' } as const;
  const pinned = pinLandscape(runs, landscape);
  expect(JSON.parse(JSON.stringify(pinned))).toEqual(pinned);
  const draw = (map: typeof pinned) =>
    renderReport({ title: '', summary: { columns: [], rows: [] }, runs, valueLabel: 'v', landscape: map });
  expect(draw(pinned)).toBe(draw(landscape));
});

describe('figures at fault name what does not fit', () => {
  const faults: readonly [string, FigureSpec, RegExp][] = [
    ['an empty scale', { ...grid, scale: { label: '', domain: [1, 1] } }, /field "Temperature": scale\.domain: .*\[1, 1\]/],
    ['a row too short', { ...grid, values: [1, 2, 3, 4, 5] }, /field "Temperature": values: .*got 5 for 4 columns/],
    ['an empty range', { ...grid, yRange: [1, 0] }, /field "Temperature": yRange: .*\[1, 0\]/],
    ['a value too few', { ...mesh, values: [1] }, /field "Slowness": values: expected 2, got 1/],
    [
      'a stray vertex',
      {
        ...mesh,
        cells: [
          [0, 1, 9],
          [0, 1, 2],
        ],
      },
      /field "Slowness": cells: there is no vertex 9, only 4/,
    ],
    [
      'nowhere',
      { ...mesh, vertices: mesh.vertices.map(() => [Number.NaN, Number.NaN] as const) },
      /field "Slowness": vertices: none is finite/,
    ],
    ['half a cell', { ...design, size: [3, 0.5] }, /design "Design": size: .*\[3, 0.5\]/],
    ['no picture of a design', { ...design, image: 'https://example.org' }, /design "Design": image: .*'https:\/\/example/],
    ['a support nowhere', { ...design, supports: [{ at: [0, Number.NaN], fixed: 'x' }] }, /design "Design": supports\[0\]: .*NaN/],
    ['a load without a direction', { ...design, loads: [{ at: [0, 0], direction: [0, 0] }] }, /loads\[0\]\.direction: .*\[0, 0\]/],
    ['a flat picture', { ...picture, height: 0 }, /picture "From the front": height: .*got 0/],
    ['no picture', { ...picture, image: '"><script>' }, /picture "From the front": image: /],
    ['no point', { ...chart, lines: [] }, /chart "Pressure": lines: no point/],
    ['no path', { ...plane, paths: [] }, /plane "Plane": paths: no run/],
  ];
  it.each(faults)('%s', (_name, spec, message) => {
    expect(() => page(spec)).toThrow(RangeError);
    expect(() => page(spec)).toThrow(message);
  });

  it('samples of a landscape without ranges, or too few', () => {
    const landscape = { scale: 'log', xLabel: '', yLabel: '', valueLabel: '', samples: 2 } as const;
    expect(() => pinLandscape([base], { ...landscape, value: [1, 2, 3] })).toThrow(/^landscape\.value: expected 2×2 = 4 values, got 3/);
    expect(() => pinLandscape([base], { ...landscape, value: [1, 2, 3, 4] })).toThrow(/^landscape\.value: samples need xRange/);
  });
});

// Topology optimization from TypeScript: what is refused, what the views show, and that every way of running it gives the same bits.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LGFAdaptive,
  type Matrix,
  type MinimizeOptions,
  minimize,
  minimizeSync,
  type NativeProblem,
  problems,
  type Structure,
  type Topology,
  type Topology2dOptions,
} from 'learned-gradient-flow';
import { afterAll, describe, expect, test } from 'vitest';
import { NOT_NUMBERS, type Refusal, refused, refuses, shown, vectorRows } from './support/refusals.ts';

const folder = mkdtempSync(join(tmpdir(), 'lgf-topology-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FLOW = { direction: 'custom', faithful: true } as const;
const small = (options?: Topology2dOptions): Topology => problems.topology2d({ size: [18, 6], direction: 'criteria', ...options });
const numbers = ({ seconds: _, profile: __, ...rest }: ReturnType<typeof minimizeSync>) => rest;
const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;

const PLANE: Structure = {
  supports: [{ from: [0, 0], to: [0, 1], fixed: ['x', 'y'] }],
  loadCases: [[{ from: [1, 0.5], force: [0, -1] }]],
  regions: [{ from: [0.5, 0.5], to: [0.75, 1], material: 'void' }],
};
const SPACE: Structure = {
  supports: [{ from: [0, 0, 0], to: [0, 1, 1], fixed: ['x', 'y', 'z'] }],
  loadCases: [[{ from: [1, 0, 0], to: [1, 0, 1], force: [0, -1, 0] }]],
};

describe('what is refused', () => {
  const rows = (values: readonly unknown[], argument: string, call: (value: never) => unknown): Refusal[] =>
    values.map((v) => [`${argument} = ${shown(v)}`, () => call(v as never), 'ERR_LGF_ARGUMENT', argument]);
  const names = ['', 'MBB', 'other', 0, true, ['mbb'], {}, 1n, Symbol('mbb'), () => 'mbb'];

  refuses('topology2d', [
    ...rows([...names, 'bridge'], 'preset', (preset) => problems.topology2d({ preset })),
    ...vectorRows('size', [6, 3], (size) => problems.topology2d({ size }), { finite: false, sized: false, nullable: true }).filter(
      ([, , code]) => code === 'ERR_LGF_ARGUMENT',
    ),
    ...rows([[], [6], [6, 3, 2], new Float64Array(3), [1, 1], [1e5, 1e5]], 'size', (size) => problems.topology2d({ size })),
    ...rows(
      [0, -1, 2.5, 1e6, Number.NaN, Number.POSITIVE_INFINITY].map((n) => [6, n]),
      'size.1',
      (size) => problems.topology2d({ size }),
    ),
    ...rows([0.9], 'sharpness', (sharpness) => problems.topology2d({ variables: 'density', sharpness })),
    ...rows(['mirror', 'criteria'], 'direction', (direction) => problems.topology2d({ variables: 'density', direction })),
    ...rows(['sensitivity'], 'filter', (filter) => problems.topology2d({ filter })),
  ]);
  refuses('topology3d', [
    ...rows([...names, 'mbb'], 'preset', (preset) => problems.topology3d({ preset })),
    ...rows([[], [6, 3], [6, 3, 2, 1], [1, 1, 1], [1e4, 1e4, 1e4]], 'size', (size) => problems.topology3d({ size })),
    // The deck of the bridge takes two sixteenths.
    ...rows([0.06], 'volumeFraction', (volumeFraction) => problems.topology3d({ preset: 'bridge', size: [16, 16, 4], volumeFraction })),
  ]);

  const notObjects = [...NOT_NUMBERS.filter((v) => typeof v !== 'object'), 5, [], [{}]];
  const notLists = [5, 'ab', true, {}, 1n, () => []];
  /** Every part of a structure wrong, one at a time. */
  const structureRows = (own: Structure, call: (structure: never) => unknown): Refusal[] => {
    const [support, load] = [own.supports[0], own.loadCases[0]?.[0]] as [Structure['supports'][0], Structure['loadCases'][0][0]];
    const axes = support.fixed.length;
    const place = Array.from({ length: axes }, () => 0.5);
    const region = { from: place, material: 'solid' } as const;
    const supports = (change: object) => call({ ...own, supports: [support, { ...support, ...change }] } as never);
    const loads = (change: object) => call({ ...own, loadCases: [[load], [load, { ...load, ...change }]] } as never);
    const regions = (change: object) => call({ ...own, regions: [{ ...region, ...change }] } as never);
    return [
      ...rows(notObjects, 'structure', call),
      ...rows([1, {}], 'structure.support', (v) => call({ ...own, support: v } as never)),
      ...rows([...notLists, null, undefined], 'structure.supports', (v) => call({ ...own, supports: v } as never)),
      ...rows([...notLists, null, undefined], 'structure.loadCases', (v) => call({ ...own, loadCases: v } as never)),
      ...rows(notLists, 'structure.regions', (v) => call({ ...own, regions: v } as never)),
      ...rows([...notLists, null, undefined], 'structure.loadCases.0', (v) => call({ ...own, loadCases: [v] } as never)),
      ...rows([...notObjects, null, undefined], 'structure.supports.1', (v) => call({ ...own, supports: [support, v] } as never)),
      ...rows([...notObjects, null, undefined], 'structure.loadCases.0.1', (v) => call({ ...own, loadCases: [[load, v]] } as never)),
      ...rows([...notObjects, null, undefined], 'structure.regions.0', (v) => call({ ...own, regions: [v] } as never)),
      ...rows([1], 'structure.supports.1.held', (v) => supports({ held: v })),
      ...rows([1], 'structure.loadCases.1.1.forces', (v) => loads({ forces: v })),
      ...rows([1], 'structure.regions.0.density', (v) => regions({ density: v })),
      ...rows([...notLists, null, undefined, []], 'structure.supports.1.fixed', (fixed) => supports({ fixed })),
      ...rows(['X', 'w', 0, null, undefined, ['x']], 'structure.supports.1.fixed.1', (v) => supports({ fixed: ['x', v] })),
      ...rows([...names, null, undefined], 'structure.regions.0.material', (material) => regions({ material })),
      ...vectorRows('structure.supports.1.from', place, (from) => supports({ from })),
      ...vectorRows('structure.supports.1.to', place, (to) => supports({ to }), { nullable: true }),
      ...vectorRows('structure.loadCases.1.1.from', place, (from) => loads({ from })),
      ...vectorRows('structure.loadCases.1.1.force', place, (force) => loads({ force })),
      ...vectorRows('structure.regions.0.to', place, (to) => regions({ to }), { nullable: true }),
      ...rows([-0.1, 1.1], 'structure.supports.1', (v) => supports({ from: place.with(0, v), to: place.with(0, v) })),
      ...rows([0.4], 'structure.loadCases.1.1', (v) => loads({ from: place, to: place.with(axes - 1, v) })),
      ...rows([1.1], 'structure.regions.0', (v) => regions({ to: place.with(0, v) })),
      // Nothing to carry, nothing to push against, and what is held by a point alone turns about it.
      ...rows([[]], 'structure.loadCases', (v) => call({ ...own, loadCases: v } as never)),
      ...rows([[[]], [[{ from: place.map(() => 0), force: place }]]], 'structure.loadCases.0', (v) =>
        call({ ...own, loadCases: v } as never),
      ),
      ...rows([[], [{ ...support, to: support.from }]], 'structure.supports', (v) => call({ ...own, supports: v } as never)),
      ...rows([new Array(2 ** 32 - 1)], 'structure.supports.0', (v) => call({ ...own, supports: v } as never)),
    ];
  };
  refuses(
    'topology2d',
    structureRows(PLANE, (structure) => problems.topology2d({ size: [6, 3], structure })),
  );
  refuses(
    'topology3d',
    structureRows(SPACE, (structure) => problems.topology3d({ size: [4, 2, 2], structure })),
  );
  refuses('topology2d', [
    ...rows(['z'], 'structure.supports.0.fixed.0', (v) =>
      problems.topology2d({ structure: { ...PLANE, supports: [{ from: [0, 0], fixed: [v] }] } }),
    ),
  ]);

  const trap = (): never => {
    throw new Error('from a getter');
  };
  const throwing = Object.defineProperty({}, 'supports', { get: trap, enumerable: true });
  refuses('what cannot be read', [
    ...rows([throwing], 'structure', (structure) => problems.topology2d({ structure })),
    ...rows([Object.defineProperty({}, 'size', { get: trap, enumerable: true })], 'options', (options) => problems.topology2d(options)),
  ]);

  const beam = problems.topology2d({ size: [3, 2] });
  const g = new Float64Array(6);
  const point = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
  refuses('views', [
    ...vectorRows('x', point, (x) => beam.evaluate(x, g), { finite: false }),
    ...vectorRows('x', point, (x) => beam.density(x), { finite: false }),
    ...vectorRows('x', point, (x) => beam.displacement(x), { finite: false }),
    ...rows([Number.NaN], 'x', (v) => beam.density([...point.slice(1), v])),
    ...rows([Number.POSITIVE_INFINITY], 'x', (v) => beam.displacement([...point.slice(1), v])),
    ...rows([...NOT_NUMBERS, null, -1, 0.5, 1, Number.NaN], 'loadCase', (loadCase) => beam.displacement(point, loadCase)),
    ...rows([...NOT_NUMBERS, null, undefined, -1, 513, Number.NaN], 'sharpness', (v) => Object.assign(beam, { sharpness: v })),
    ...rows([2], 'sharpness', (v) => Object.assign(problems.topology2d({ variables: 'density' }), { sharpness: v })),
    ['g too short', () => beam.evaluate(point, new Float64Array(5)), 'ERR_LGF_SHAPE', 'g'],
  ]);
  test('a point outside of the domain has a non-finite value, not an error', () => {
    expect(beam.evaluate([...point.slice(1), Number.NaN], g)).toBeNaN();
    expect([beam.last, beam.weights()]).toEqual([undefined, undefined]);
  });
});

describe('structures', () => {
  test("a structure of one's own is what the preset of the same parts is, bit for bit", () => {
    const cantilever: Structure = { ...PLANE, regions: null as never };
    const named = problems.topology2d({ preset: 'cantilever', size: [8, 4] });
    const own = problems.topology2d({ size: [8, 4], structure: cantilever });
    const [a, b] = [new Float64Array(32), new Float64Array(32)];
    expect([own.evaluate(own.start(), b), b]).toEqual([named.evaluate(named.start(), a), a]);
    const solid = problems.topology3d({ size: [6, 3, 2], structure: SPACE });
    const preset = problems.topology3d({ preset: 'cantilever3d', size: [6, 3, 2] });
    const [c, d] = [new Float64Array(36), new Float64Array(36)];
    expect([solid.evaluate(solid.start(), c), c]).toEqual([preset.evaluate(preset.start(), d), d]);
  });

  test('presets have their sizes, and every one has a start that can be evaluated', () => {
    const sizes = { mbb: [60, 20], cantilever: [64, 32], 'two-load-cases': [64, 32], 'l-bracket': [60, 60] } as const;
    for (const [preset, size] of Object.entries(sizes)) {
      const problem = problems.topology2d({ preset: preset as keyof typeof sizes });
      expect([problem.size, problem.dimension]).toEqual([size, size[0] * size[1]]);
      expect(problem.evaluate(problem.start(), new Float64Array(problem.dimension))).toSatisfy(Number.isFinite);
      expect(problem.last?.volume).toBeCloseTo(0.5, 12);
    }
    expect(problems.topology3d().size).toEqual([48, 24, 24]);
    expect(problems.topology3d({ preset: 'bridge' }).size).toEqual([64, 32, 16]);
  });

  test('regions are what they say, and holes do not count for the volume', () => {
    const beam = problems.topology2d({
      size: [8, 4],
      volumeFraction: 0.4,
      structure: { ...PLANE, regions: [...(PLANE.regions ?? []), { from: [0, 0], to: [0.25, 0.25], material: 'solid' }] },
    });
    const density = beam.density(Float64Array.from({ length: 32 }, (_, i) => Math.sin(i)));
    const [holes, solid] = [
      [20, 21, 28, 29],
      [0, 1],
    ];
    expect(holes.map((e) => density[e])).toEqual([0, 0, 0, 0]);
    expect(solid.map((e) => density[e])).toEqual([1, 1]);
    expect((mean(density) * 32) / 28).toBeCloseTo(0.4, 12);
    // Later ones prevail.
    const [first, second] = [
      { from: [0, 0], to: [1, 0.25], material: 'void' },
      { from: [0, 0], to: [0.25, 0.25], material: 'solid' },
    ] as const;
    const both = problems.topology2d({ size: [8, 4], structure: { ...PLANE, regions: [first, second] } });
    expect(Array.from(both.density(both.start()).slice(0, 4))).toEqual([1, 1, 0, 0]);
  });
});

describe('views', () => {
  const beam = problems.topology2d({ preset: 'two-load-cases', size: [8, 4] });
  const a = Float64Array.from({ length: 32 }, (_, i) => Math.sin(2 * i));
  const g = new Float64Array(32);

  test('the last evaluation is that of the densities and displacements', () => {
    const value = beam.evaluate(a, g);
    const { last } = beam;
    const density = beam.density(a);
    expect(value).toBeCloseTo(Math.log(last?.compliance as number), 12);
    expect([last?.volume, mean(density)]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)]);
    expect(last?.greyness).toBeCloseTo(mean(density.map((v) => 4 * v * (1 - v))), 12);
    expect(last?.solverIterations).toBe(0);
    // A force of 1 on one node of each case: the work is the displacement of that node along it.
    const [down, up] = [beam.displacement(a), beam.displacement(a, 1)] as [Matrix, Matrix];
    expect([down.rows, down.columns]).toEqual([45, 2]);
    expect(-(down.at(8, 1) as number) + (up.at(44, 1) as number)).toBeCloseTo(last?.compliance as number, 10);
    // The left side is held.
    for (let row = 0; row < 5; row++) expect([down.at(9 * row, 0), down.at(9 * row, 1)]).toEqual([0, 0]);
  });

  test('weights are those of the point that was evaluated last', () => {
    const fresh = problems.topology2d({ size: [8, 4], filter: 'none' });
    expect(fresh.weights()).toBeUndefined();
    fresh.evaluate(a, g);
    const weights = fresh.weights() as Float64Array;
    // Without a filter densities are what the variables are made of.
    expect(weights).toEqual(fresh.density(a).map((x) => x * (1 - x)));
    const densities = problems.topology2d({ size: [8, 4], variables: 'density' });
    densities.evaluate(densities.start(), g);
    expect(densities.weights()).toBeUndefined();
  });

  test('the volume of densities is linear', () => {
    const constrained = problems.topology2d({ size: [8, 4], variables: 'density', volumeFraction: 0.3, preset: 'l-bracket' });
    const x = Float64Array.from({ length: 32 }, (_, i) => 0.3 + 0.2 * Math.sin(i));
    constrained.evaluate(x, g);
    const used = constrained.volumeWeights().reduce((sum, w, i) => sum + w * (x[i] as number), 0);
    expect(used - constrained.volumeLimit).toBeCloseTo((constrained.last?.volume as number) - 0.3, 12);
  });

  test('sharpness can be raised, and the start keeps the volume', () => {
    const projected = small();
    expect(projected.sharpness).toBe(0);
    projected.sharpness = 8;
    expect(projected.sharpness).toBe(8);
    const point = Float64Array.from({ length: 108 }, (_, i) => 3 * Math.sin(i));
    expect(mean(projected.density(point))).toBeCloseTo(0.5, 10);
    expect(projected.density(point)).toEqual(small({ sharpness: 8 }).density(point));
  });
});

describe('the learned flow of the optimality criteria', () => {
  const run: MinimizeOptions = { ...FLOW, maxEvaluations: 12 };

  test('half an MBB beam: evaluations to 5, 2, 1 and 0.1 % of where optimality criteria end', () => {
    const { trace } = minimizeSync(problems.topology2d({ direction: 'criteria' }), null, { ...FLOW, maxEvaluations: 25, trace: true });
    const first = (share: number) =>
      trace?.find(({ bestValue = Number.NaN }) => Math.exp(bestValue) <= 233.7146 * (1 + share))?.evaluations;
    expect([0.05, 0.02, 0.01, 0.001].map(first)).toEqual([15, 17, 20, 23]);
  });

  test("minimize, minimizeSync, an object with weights, and a loop of one's own give the same bits", async () => {
    const expected = numbers(minimizeSync(small(), null, run));
    expect(expected.evaluations).toBe(12);
    expect(numbers(await minimize(small(), null, run))).toEqual(expected);

    const { name, dimension, start, evaluate, weights } = small();
    const copied: NativeProblem = { name, dimension, start, evaluate: (x, g) => evaluate(x, g), weights: () => weights?.() };
    expect(numbers(minimizeSync(copied, null, run))).toEqual(expected);
    expect(numbers(await minimize(copied, null, run))).toEqual(expected);

    const beam = small();
    const optimizer = new LGFAdaptive(beam.start(), FLOW);
    const g = new Float64Array(beam.dimension);
    for (let i = 0; i < 12; i++) {
      const { x, id } = optimizer.ask();
      optimizer.tell(id, beam.evaluate(x, g), g, beam.weights());
    }
    expect(optimizer.best).toEqual({ x: expected.x, value: expected.value });
    expect([optimizer.rejections, optimizer.fits]).toEqual([expected.rejected, expected.fits]);
  });

  test('weights are of use: without them the run is another one', () => {
    const { name, dimension, start, evaluate } = small();
    const unweighted = { name, dimension, start, evaluate: (x: ArrayLike<number>, g: Float64Array) => evaluate(x, g) };
    expect(minimizeSync(unweighted, null, run).value).not.toBe(minimizeSync(small(), null, run).value);
  });

  test('a snapshot goes on with the same bits', () => {
    const [beam, again] = [small(), small()];
    const optimizer = new LGFAdaptive(beam.start(), FLOW);
    const step = (own: LGFAdaptive, problem: Topology): unknown => {
      const g = new Float64Array(problem.dimension);
      const { x, id } = own.ask();
      const report = own.tell(id, problem.evaluate(x, g), g, problem.weights());
      return [report, own.x];
    };
    for (let i = 0; i < 7; i++) step(optimizer, beam);
    const restored = LGFAdaptive.restore(optimizer.snapshot());
    for (let i = 0; i < 7; i++) expect(step(restored, again)).toEqual(step(optimizer, beam));
  });

  test('weights that are none are refused, and the question stays open', () => {
    const beam = small();
    const optimizer = new LGFAdaptive(beam.start(), FLOW);
    const g = new Float64Array(beam.dimension);
    const { x, id } = optimizer.ask();
    const value = beam.evaluate(x, g);
    const good = beam.weights() as Float64Array;
    const tell = (weights: unknown) => refused(() => optimizer.tell(id, value, g, weights as never));
    expect(tell(good.slice(1))).toMatchObject({ code: 'ERR_LGF_SHAPE', argument: 'weights' });
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(tell(good.with(3, wrong))).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument: 'weights' });
    }
    expect(tell(5)).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument: 'weights' });
    expect(optimizer.tell(id, value, g, good)).toMatchObject({ value });
    // The object that minimize is given hands them over in the same way.
    const wrong = { ...beam, evaluate: (x: ArrayLike<number>, g: Float64Array) => beam.evaluate(x, g), weights: () => [1] };
    expect(refused(() => minimizeSync(wrong, null, run))).toMatchObject({ code: 'ERR_LGF_SHAPE', argument: 'weights' });
  });

  test('raising the sharpness from run to run leaves less grey', () => {
    const beam = small();
    const found: number[] = [];
    let x = beam.start();
    for (const sharpness of [0, 2, 4, 8]) {
      beam.sharpness = sharpness;
      x = minimizeSync(beam, x, { ...FLOW, maxEvaluations: 25 }).x;
      beam.evaluate(x, new Float64Array(beam.dimension));
      found.push(beam.last?.greyness as number);
      expect(beam.last?.volume).toBeCloseTo(0.5, 9);
    }
    expect(found).toEqual(found.toSorted((a, b) => b - a));
    expect(found.at(-1)).toBeLessThan(0.5 * (found[0] as number));
  });

  test('in space: multigrid, the volume, and less compliance', () => {
    const beam = problems.topology3d({ size: [12, 6, 6], volumeFraction: 0.3, direction: 'criteria' });
    const { trace, x } = minimizeSync(beam, null, { ...FLOW, maxEvaluations: 15, trace: true });
    expect(beam.last?.solverIterations).toBeGreaterThan(0);
    expect(mean(beam.density(x))).toBeCloseTo(0.3, 12);
    const values = trace?.map(({ bestValue }) => Math.exp(bestValue as number)) as number[];
    expect(values.at(-1)).toBeLessThan(0.4 * (values[0] as number));
  });
});

describe('checkpoints', () => {
  const iterative = (options?: Topology2dOptions): Topology => small({ solver: 'multigrid', ...options });

  test('a resumed run of a fresh problem gives the same bits, though its solver starts from what was before', () => {
    const path = join(folder, 'beam.lgf');
    const whole = minimizeSync(iterative(), null, { ...FLOW, maxEvaluations: 14, trace: true });
    minimizeSync(iterative(), null, { ...FLOW, maxEvaluations: 6, checkpoint: { path } });
    const rest = minimizeSync(iterative(), null, { maxEvaluations: 14, resume: path, trace: true });
    expect(rest).toMatchObject({ x: whole.x, value: whole.value, evaluations: 14 });
    expect(rest.trace).toEqual(whole.trace?.slice(6));
    // Without warm starts there is nothing to remember, and the numbers are others.
    expect(minimizeSync(iterative({ warmStart: false }), null, { ...FLOW, maxEvaluations: 14 }).value).not.toBe(whole.value);
  });

  test('what another problem remembers is refused', () => {
    const path = join(folder, 'other.lgf');
    minimizeSync(iterative(), null, { ...FLOW, maxEvaluations: 3, checkpoint: { path } });
    const resume = (problem: Topology) => refused(() => minimizeSync(problem, null, { resume: path }));
    expect(resume(iterative({ size: [27, 4] })).code).toBe('ERR_LGF_SNAPSHOT');
    expect(resume(iterative({ preset: 'two-load-cases' })).code).toBe('ERR_LGF_SNAPSHOT');
    expect(resume(iterative({ size: [9, 6] }))).toMatchObject({ code: 'ERR_LGF_SHAPE', argument: 'problem' });
  });
});

describe('rivals, which keep the volume themselves', () => {
  test('optimality criteria take the iterations of the published 88 lines of code', () => {
    const beam = problems.topology2d({ variables: 'density', logarithm: false });
    const constraint = { weights: beam.volumeWeights(), limit: beam.volumeLimit };
    const { status, evaluations, trace } = minimizeSync(beam, null, { method: 'optimality-criteria', ...constraint, trace: true });
    expect([status, evaluations]).toEqual(['converged', 144]);
    expect(beam.evaluate(beam.start(), new Float64Array(beam.dimension))).toBeCloseTo(1007.0221, 4);
    expect(trace?.at(-1)?.value).toBeCloseTo(233.7146, 4);
  });

  test('moving asymptotes come to the same design sooner', () => {
    const beam = problems.topology2d({ variables: 'density', logarithm: false });
    const constraint = { weights: beam.volumeWeights(), limit: beam.volumeLimit };
    const { trace } = minimizeSync(beam, null, { method: 'mma', ...constraint, maxEvaluations: 31, trace: true });
    expect(trace?.at(-1)?.bestValue).toBeLessThan(1.001 * 233.7146);
    expect(beam.last?.volume).toBeLessThan(0.5 + 1e-6);
  });
});

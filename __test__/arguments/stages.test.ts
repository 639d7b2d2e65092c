// What is wrong with the data of a stage, one thing at a time; its options are in options.test.ts.
import * as lgf from 'learned-gradient-flow';
import {
  leastSquares,
  Matrix,
  matrix,
  PolynomialLibrary,
  polynomialFeatures,
  problems,
  stlsq,
  strongForm,
  thinSvd,
  weakForm,
} from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { OPTIMIZERS } from '../support/optimizers.ts';
import { matrixRows, NOT_NUMBERS, refuses, shown, vectorRows } from '../support/refusals.ts';

const A = [
  [1, 2],
  [3, 4],
  [5, 7],
  [2, 0],
  [1, 1],
  [0, 3],
];
const FEWER = A.slice(1);

test('every export is covered by the tests of arguments', () => {
  const options = ['discover', 'integrate', 'leastSquares', 'polynomialFeatures', 'stlsq', 'strongForm', 'thinSvd', 'weakForm'];
  const classes = ['FlowModel', 'LgfError', 'Matrix', 'Optimizer', 'PolynomialLibrary', ...OPTIMIZERS.map(({ Class }) => Class.name)];
  const directions = ['newton', 'newtonCg', 'newtonDirection'];
  const runs = ['checkGradient', 'minimize', 'minimizeSync'];
  const profiles = ['chromeTrace', 'profileTable'];
  const fields = ['densityPng', 'isosurface', 'pvd', 'stl', 'surfacePngs', 'vti'];
  const all = new Set([...options, ...classes, ...directions, ...runs, ...profiles, ...fields, 'matrix', 'problems', 'version']);
  expect(Object.keys(lgf).sort()).toEqual([...all].sort());
  const factories = [
    'acousticInverse',
    'deepElasticity',
    'heatRod',
    'nonlinearHeat',
    'testFunction',
    'testFunctions',
    'topology2d',
    'topology3d',
  ];
  expect(Object.keys(problems)).toEqual(factories);
});

describe('matrix', () => {
  test('takes rows of numbers, whatever the numbers are', () => {
    expect(matrix(A).toArray()).toEqual(A);
    expect(matrix([[Number.NaN], [Number.POSITIVE_INFINITY]]).toArray()).toEqual([[Number.NaN], [Number.POSITIVE_INFINITY]]);
    expect(matrix([]).rows).toBe(0);
    expect(matrix([Float32Array.of(1), { length: 1, 0: 2 }]).toArray()).toEqual([[1], [2]]);
  });
  // A matrix by itself may be empty or hold any number; and the fields of another one are not its argument.
  const admitted = ['ERR_LGF_NONFINITE'];
  const rows = matrixRows('rows', A, (value) => matrix(value));
  refuses(
    'matrix',
    rows.filter(([broken, , code]) => !admitted.includes(code) && !/= (\[\]|\[ \[\](, \[\])* \]|\{ rows: .*)$/.test(broken)),
  );
});

describe('Matrix', () => {
  const data = new Float64Array(6);
  test('takes a shape and its numbers', () => expect(new Matrix(2, 3, data).data).toBe(data));
  refuses('Matrix', [
    ...[...NOT_NUMBERS, undefined, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, 2 ** 53].flatMap(
      (n) =>
        [
          [`rows = ${shown(n)}`, () => new Matrix(n as number, 3, data), 'ERR_LGF_ARGUMENT', 'rows'],
          [`columns = ${shown(n)}`, () => new Matrix(2, n as number, data), 'ERR_LGF_ARGUMENT', 'columns'],
        ] as const,
    ),
    ...[null, undefined, 5, 'abcdef', [1, 2, 3, 4, 5, 6], new Float32Array(6), new BigInt64Array(6), { length: 6 }].map(
      (v) => [`data = ${shown(v)}`, () => new Matrix(2, 3, v as never), 'ERR_LGF_ARGUMENT', 'data'] as const,
    ),
    ['one number too few', () => new Matrix(2, 3, new Float64Array(5)), 'ERR_LGF_SHAPE', 'data'],
    ['one number too many', () => new Matrix(2, 3, new Float64Array(7)), 'ERR_LGF_SHAPE', 'data'],
    ['no numbers', () => new Matrix(2, 3, new Float64Array(0)), 'ERR_LGF_SHAPE', 'data'],
  ]);
});

describe('polynomialFeatures', () => {
  test('takes a matrix in every form', () => {
    const expected = polynomialFeatures(A).toArray();
    const forms = [
      matrix(A),
      { rows: 6, columns: 2, data: A.flat() },
      A.map((row) => Float32Array.from(row)),
      JSON.parse(JSON.stringify(A)),
    ];
    for (const form of forms) expect(polynomialFeatures(form).toArray()).toEqual(expected);
  });
  refuses('polynomialFeatures', [
    ...matrixRows('states', A, (states) => polynomialFeatures(states)),
    ['no feature at all', () => polynomialFeatures(A, { polyOrder: 0, includeBias: false }), 'ERR_LGF_ARGUMENT', 'polyOrder'],
  ]);
});

describe('PolynomialLibrary', () => {
  const library = (): PolynomialLibrary => new PolynomialLibrary({ dimension: 2, polyOrder: 2 });
  const orthonormal = (): PolynomialLibrary => new PolynomialLibrary({ dimension: 2, orthonormal: true });
  test('fits, transforms and names', () => {
    expect(orthonormal().fit(A).transform(A).columns).toBe(3);
    expect(library().fit(A).transform(A).columns).toBe(6);
    expect(library().names(['a', 'b'])).toEqual(['1', 'a', 'b', 'a^2', 'a b', 'b^2']);
    for (const absent of [undefined, null]) expect(library().names(absent)).toEqual(['1', 'x1', 'x2', 'x1^2', 'x1 x2', 'x2^2']);
  });
  refuses('constructor', [
    ['no options', () => new PolynomialLibrary(undefined as never), 'ERR_LGF_ARGUMENT', 'dimension'],
    ['null', () => new PolynomialLibrary(null as never), 'ERR_LGF_ARGUMENT', 'dimension'],
    ['no feature', () => new PolynomialLibrary({ dimension: 2, polyOrder: 0, includeBias: false }), 'ERR_LGF_ARGUMENT', 'polyOrder'],
  ]);
  refuses(
    'fit',
    matrixRows('states', A, (states) => orthonormal().fit(states)),
  );
  refuses(
    'fit of a library that needs none',
    matrixRows('states', A, (states) => library().fit(states)),
  );
  refuses(
    'transform',
    matrixRows('states', A, (states) => library().transform(states)),
  );
  const wide = A.map((row) => [...row, 1]);
  refuses('PolynomialLibrary', [
    ['fit of a column too many', () => library().fit(wide), 'ERR_LGF_SHAPE', 'states'],
    ['transform of a column too many', () => library().transform(wide), 'ERR_LGF_SHAPE', 'states'],
    ['transform of a column too few', () => library().transform(A.map(([x = 0]) => [x])), 'ERR_LGF_SHAPE', 'states'],
    ['transform before fit', () => orthonormal().transform(A), 'ERR_LGF_STATE', 'transform'],
    [
      'fit to monomials that overflow',
      () => new PolynomialLibrary({ dimension: 1, polyOrder: 2, orthonormal: true }).fit([[1e200]]),
      'ERR_LGF_NONFINITE',
      'states',
    ],
    ['one name too few', () => library().names(['a']), 'ERR_LGF_SHAPE', 'inputs'],
    ['one name too many', () => library().names(['a', 'b', 'c']), 'ERR_LGF_SHAPE', 'inputs'],
    ['no names', () => library().names([]), 'ERR_LGF_SHAPE', 'inputs'],
    ['a name that is none', () => library().names(['a', 1 as never]), 'ERR_LGF_ARGUMENT', 'inputs.1'],
    ['names with a hole', () => library().names(new Array(2)), 'ERR_LGF_ARGUMENT', 'inputs.0'],
    ['names in a string', () => library().names('ab' as never), 'ERR_LGF_ARGUMENT', 'inputs'],
    ['names in an object', () => library().names({} as never), 'ERR_LGF_ARGUMENT', 'inputs'],
  ]);
  test('a refused fit leaves the library as it was', () => {
    const fitted = orthonormal().fit(A);
    const before = fitted.transform(A).toArray();
    expect(() => fitted.fit([[Number.NaN, 1]])).toThrow('states');
    expect(fitted.transform(A).toArray()).toEqual(before);
  });
});

describe.each([
  ['strongForm', strongForm],
  ['weakForm', weakForm],
] as const)('%s', (name, form) => {
  test('takes states and features', () => expect(form(A, A, { dt: 1 }).target.columns).toBe(2));
  refuses(name, [
    ...matrixRows('states', A, (states) => form(states, A, { dt: 1 })),
    ...matrixRows('features', A, (features) => form(A, features, { dt: 1 })),
    ['rows that differ', () => form(A, FEWER, { dt: 1 }), 'ERR_LGF_SHAPE', 'features'],
    ['no options', () => form(A, A, undefined as never), 'ERR_LGF_ARGUMENT', 'dt'],
    ['null', () => form(A, A, null as never), 'ERR_LGF_ARGUMENT', 'dt'],
  ]);
});

describe('samples for a form', () => {
  const few = (n: number): number[][] => A.slice(0, n);
  test.each([
    [1, 2],
    [2, 3],
    [4, 5],
  ] as const)('order %d is content with %d', (fdOrder, n) => {
    expect(strongForm(few(n), few(n), { dt: 1, fdOrder }).target.rows).toBe(1);
  });
  test('the widest test function', () => {
    expect(weakForm(A, A, { dt: 1, width: 3 }).target.rows).toBe(2);
    expect(weakForm(A, A, { dt: 1, width: 2, includeEndpoints: false }).target.rows).toBe(2);
    expect(weakForm(A, A, { dt: 1, stride: 2 ** 53, exponent: 2 ** 53 }).target.rows).toBe(1);
  });
  refuses('strongForm', [
    ['one sample for order 1', () => strongForm(few(1), few(1), { dt: 1, fdOrder: 1 }), 'ERR_LGF_SHAPE', 'states'],
    ['two samples for order 2', () => strongForm(few(2), few(2), { dt: 1 }), 'ERR_LGF_SHAPE', 'states'],
    ['four samples for order 4', () => strongForm(few(4), few(4), { dt: 1, fdOrder: 4 }), 'ERR_LGF_SHAPE', 'states'],
  ]);
  refuses('weakForm', [
    ['test functions wider than the grid', () => weakForm(A, A, { dt: 1, width: 4 }), 'ERR_LGF_ARGUMENT', 'width'],
    ['wider than without end points', () => weakForm(A, A, { dt: 1, width: 3, includeEndpoints: false }), 'ERR_LGF_ARGUMENT', 'width'],
    ['one sample without end points', () => weakForm([[1]], [[1]], { dt: 1, includeEndpoints: false }), 'ERR_LGF_ARGUMENT', 'width'],
    ['a width beyond all counts', () => weakForm(A, A, { dt: 1, width: 2 ** 53 }), 'ERR_LGF_ARGUMENT', 'width'],
  ]);
});

describe.each([
  ['leastSquares', leastSquares],
  ['stlsq', stlsq],
] as const)('%s', (name, solve) => {
  test('takes a regression and a target', () => expect(solve(A, A).coefficients.rows).toBe(2));
  refuses(name, [
    ...matrixRows('regression', A, (regression) => solve(regression, A)),
    ...matrixRows('target', A, (target) => solve(A, target)),
    ['rows that differ', () => solve(A, FEWER), 'ERR_LGF_SHAPE', 'target'],
  ]);
});

describe('thinSvd', () => {
  test('takes a matrix, a rank or a share of the energy', () => {
    expect(thinSvd(A).s.length).toBe(2);
    expect(thinSvd(A, { rank: 2 }).s.length).toBe(2);
    expect(thinSvd(A, { energy: 1 }).s.length).toBe(2);
  });
  refuses('thinSvd', [
    ...matrixRows('snapshots', A, (snapshots) => thinSvd(snapshots)),
    ['a rank above the smaller side', () => thinSvd(A, { rank: 3 }), 'ERR_LGF_ARGUMENT', 'rank'],
    ['a rank and a share', () => thinSvd(A, { rank: 1, energy: 0.5 }), 'ERR_LGF_ARGUMENT', 'energy'],
  ]);
});

describe('problems.deepElasticity', () => {
  const cube = problems.deepElasticity({ hidden: 1, layers: 1, cells: 2 });
  const random = problems.deepElasticity({ hidden: 1, layers: 1, sampling: 'random', points: 5 });
  const x = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
  const g = new Float64Array(7);
  const points = [
    [0.1, 0.2, 0.3],
    [0.4, 0.5, 0.6],
    [0.7, 0.8, 0.9],
  ];
  test('takes a point, points to look at and an index of a draw', () => {
    expect(cube.evaluate(x, g)).toBeTypeOf('number');
    expect(cube.displacement(x, points).rows).toBe(3);
    expect(cube.displacement(x, { rows: 0, columns: 3, data: [] }).columns).toBe(3);
    expect(cube.energyDensity(x, points).length).toBe(3);
    cube.draw = 0;
    random.draw = Number.MAX_SAFE_INTEGER;
    expect([cube.draw, random.draw]).toEqual([0, Number.MAX_SAFE_INTEGER]);
  });
  test('a point outside of its domain has a non-finite value, not an error', () => {
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      expect(cube.evaluate(x.with(3, broken), g)).toBeNaN();
      expect(cube.displacement(x.with(3, broken), points).data.every(Number.isNaN)).toBe(true);
      expect(cube.energyDensity(x, [[broken, 0, 0]])[0]).toBeNaN();
    }
  });
  refuses('evaluate', [
    ...vectorRows('x', x, (v) => cube.evaluate(v, g), { finite: false }),
    ...[null, undefined, 5, 'ab', [0, 0], new Float32Array(7), {}].map(
      (v) => [`g = ${shown(v)}`, () => cube.evaluate(x, v as never), 'ERR_LGF_ARGUMENT', 'g'] as const,
    ),
    ['g too short', () => cube.evaluate(x, new Float64Array(6)), 'ERR_LGF_SHAPE', 'g'],
  ]);
  for (const view of ['displacement', 'energyDensity'] as const) {
    refuses(view, [
      ...vectorRows('x', x, (v) => cube[view](v, points), { finite: false }),
      // Where nothing is to be seen, NaN is.
      ...matrixRows('points', points, (v) => cube[view](x, v)).filter(([, , code]) => code !== 'ERR_LGF_NONFINITE'),
      ['points of a plane', () => cube[view](x, [[1, 2]]), 'ERR_LGF_SHAPE', 'points'],
    ]);
  }
  const setDraw = (problem: typeof cube, v: unknown) => () => {
    problem.draw = v as number;
  };
  refuses('draw', [
    ...[-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, 1n, {}, Symbol('d')].map(
      (v) => [`draw = ${shown(v)}`, setDraw(random, v), 'ERR_LGF_ARGUMENT', 'draw'] as const,
    ),
    ['a draw of midpoints', setDraw(cube, 1), 'ERR_LGF_ARGUMENT', 'draw'],
  ]);
});

describe('problems.heatRod', () => {
  const rod = problems.heatRod({ modes: 3, cells: 8, times: 4 });
  const g = new Float64Array(2);
  test('takes a point', () => {
    expect(rod.misfit).toBeUndefined();
    expect(rod.evaluate([1, 2], g)).toBeTypeOf('number');
    expect(rod.misfit).toBeGreaterThan(0);
    expect(rod.temperature([1, 2]).rows).toBe(8);
  });
  test('a point outside of its domain has a non-finite value, not an error', () => {
    for (const x of [
      [Number.NaN, 1],
      [1, Number.POSITIVE_INFINITY],
      [1e300, 1],
    ]) {
      expect(rod.evaluate(x, g)).not.toSatisfy(Number.isFinite);
      expect(rod.temperature(x).data.every(Number.isFinite)).toBe(false);
    }
  });
  refuses('evaluate', [
    ...vectorRows('x', [1, 2], (x) => rod.evaluate(x, g), { finite: false }),
    ...[null, undefined, 5, 'ab', [0, 0], new Float32Array(2), {}].map(
      (v) => [`g = ${shown(v)}`, () => rod.evaluate([1, 2], v as never), 'ERR_LGF_ARGUMENT', 'g'] as const,
    ),
    ['g too short', () => rod.evaluate([1, 2], new Float64Array(1)), 'ERR_LGF_SHAPE', 'g'],
    ['g too long', () => rod.evaluate([1, 2], new Float64Array(3)), 'ERR_LGF_SHAPE', 'g'],
  ]);
  refuses(
    'temperature',
    vectorRows('a', [1, 2], (a) => rod.temperature(a), { finite: false }),
  );
  refuses('heatRod', [
    ['as many modes as cells', () => problems.heatRod({ modes: 8, cells: 8 }), 'ERR_LGF_ARGUMENT', 'modes'],
    ['a truth whose temperature is not finite', () => problems.heatRod({ truth: [1e300, 1] }), 'ERR_LGF_ARGUMENT', 'truth'],
  ]);
});

describe('problems.testFunction', () => {
  const valley = problems.testFunction({ name: 'beale' });
  const g = new Float64Array(2);
  test('takes a point', () => expect(valley.evaluate([1, 1], g)).toBe(14.203125));
  test('a point outside of its domain has a non-finite value, not an error', () => {
    for (const x of [Number.NaN, Number.NEGATIVE_INFINITY, 1e300]) expect(valley.evaluate([x, 2], g)).not.toSatisfy(Number.isFinite);
  });
  refuses('evaluate', [
    ...vectorRows('x', [1, 2], (x) => valley.evaluate(x, g), { finite: false }),
    ['g too short', () => valley.evaluate([1, 2], new Float64Array(1)), 'ERR_LGF_SHAPE', 'g'],
  ]);
  refuses(
    'testFunction',
    (
      [
        ['wood', 6],
        ['beale', 3],
        ['bratu', 10],
        ['network', 72],
        ['watson', 32],
        ['rosenbrock', 2 ** 21],
      ] as const
    ).map(
      ([name, dimension]) =>
        [`${name} in ${dimension}`, () => problems.testFunction({ name, dimension }), 'ERR_LGF_ARGUMENT', 'dimension'] as const,
    ),
  );
});

describe('problems.nonlinearHeat', () => {
  const heat = problems.nonlinearHeat({ modes: 2, points: 6 });
  const start = [1, 2, -1, 0.5];
  const out = new Float64Array(4);
  test('takes a point', () => {
    expect(heat.evaluate(start, out)).toBeTypeOf('number');
    expect(heat.newton(start, out)).toBeGreaterThan(0);
    expect(heat.hessian(start).columns).toBe(4);
    expect(heat.temperature(start).columns).toBe(6);
  });
  test('a point without a value or a direction has a non-finite value, not an error', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
      expect(heat.evaluate([bad, 0, 0, 0], out)).not.toSatisfy(Number.isFinite);
      expect(heat.newton([bad, 0, 0, 0], out)).not.toSatisfy(Number.isFinite);
      expect(heat.hessian([bad, 0, 0, 0]).data.every(Number.isFinite)).toBe(false);
    }
    // The Hessian at zero is zero.
    expect(heat.evaluate([0, 0, 0, 0], out)).toBe(0);
    expect(heat.newton([0, 0, 0, 0], out)).toBeNaN();
    expect(out).toEqual(new Float64Array(4).fill(Number.NaN));
  });
  for (const [name, argument] of [
    ['evaluate', 'g'],
    ['newton', 'd'],
  ] as const) {
    refuses(name, [
      ...vectorRows('x', start, (x) => heat[name](x, out), { finite: false }),
      ...[null, undefined, 5, 'ab', [0, 0, 0, 0], new Float32Array(4), {}].map(
        (v) => [`${argument} = ${shown(v)}`, () => heat[name](start, v as never), 'ERR_LGF_ARGUMENT', argument] as const,
      ),
      [`${argument} too short`, () => heat[name](start, new Float64Array(3)), 'ERR_LGF_SHAPE', argument],
      [`${argument} too long`, () => heat[name](start, new Float64Array(5)), 'ERR_LGF_SHAPE', argument],
    ]);
  }
  for (const name of ['hessian', 'temperature'] as const) {
    refuses(
      name,
      vectorRows('x', start, (x) => heat[name](x), { finite: false }),
    );
  }
  refuses('nonlinearHeat', [
    ['as many modes as points', () => problems.nonlinearHeat({ modes: 8, points: 8 }), 'ERR_LGF_ARGUMENT', 'modes'],
  ]);
});

describe('problems.acousticInverse', () => {
  const nodes = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  const mesh = { nodes, triangles: [0, 1, 2, 1, 2, 3], fixedNodes: [0], forcedNode: 3 };
  const wave = problems.acousticInverse({ mesh, times: 20 });
  const g = new Float64Array(2);
  test('takes a mesh, its own included', () => {
    expect([wave.dimension, wave.times, wave.mesh.forcedNode, wave.mesh.nodes.rows]).toEqual([2, 20, 3, 4]);
    expect(wave.mesh.triangles).toEqual(Uint32Array.of(0, 1, 2, 1, 3, 2));
    expect(wave.evaluate([1, 2], g)).toBeGreaterThan(0);
    const again = problems.acousticInverse({ mesh: wave.mesh, times: 20 });
    expect(again.evaluate([1, 2], new Float64Array(2))).toBe(wave.evaluate([1, 2], g));
    expect(problems.acousticInverse({ mesh: null, size: 0.5 }).dimension).toBe(problems.acousticInverse({ size: 0.5 }).dimension);
  });
  test('has views of its fields', () => {
    expect(wave.slowness([-1, 0])).toEqual(Float64Array.of(1.01, 0.01));
    expect(wave.trueSlowness[0]).toBeCloseTo(1 + 2 / 3, 14);
    expect(wave.parameterError(wave.trueSlowness.map((s) => s - 0.01))).toBeLessThan(1e-30);
    const pressure = wave.pressure([1, 2]);
    expect([pressure.rows, pressure.columns, pressure.at(0, 19), pressure.at(3, 1)]).toEqual([4, 20, 0, 0]);
    expect(Math.abs(pressure.at(3, 19) ?? 0)).toBeGreaterThan(0);
    expect([wave.timeStep, wave.stableSlowness > 0]).toEqual([1 / 19, true]);
  });
  test('a point outside of its domain has a non-finite value, not an error', () => {
    for (const x of [
      [Number.NaN, 1],
      [1, Number.POSITIVE_INFINITY],
    ]) {
      expect(wave.evaluate(x, g)).not.toSatisfy(Number.isFinite);
      expect(wave.pressure(x).data.every(Number.isFinite)).toBe(false);
    }
  });
  refuses('evaluate', [
    ...vectorRows('x', [1, 2], (x) => wave.evaluate(x, g), { finite: false }),
    ...[null, undefined, 5, 'ab', [0, 0], new Float32Array(2), {}].map(
      (v) => [`g = ${shown(v)}`, () => wave.evaluate([1, 2], v as never), 'ERR_LGF_ARGUMENT', 'g'] as const,
    ),
    ['g too short', () => wave.evaluate([1, 2], new Float64Array(1)), 'ERR_LGF_SHAPE', 'g'],
  ]);
  for (const view of ['slowness', 'parameterError', 'pressure'] as const) {
    refuses(
      view,
      vectorRows('x', [1, 2], (x) => wave[view](x), { finite: false }),
    );
  }
  const own =
    (change: object, options: object = {}) =>
    () =>
      problems.acousticInverse({ ...options, mesh: { ...mesh, ...change } });
  refuses('acousticInverse', [
    ...[5, 'mesh', true, () => mesh].map(
      (v) => [`mesh = ${shown(v)}`, () => problems.acousticInverse({ mesh: v as never }), 'ERR_LGF_ARGUMENT', 'mesh'] as const,
    ),
    ['an unknown part', own({ edges: [] }), 'ERR_LGF_ARGUMENT', 'mesh.edges'],
    ['no nodes', own({ nodes: undefined }), 'ERR_LGF_ARGUMENT', 'mesh.nodes'],
    ['nodes in space', own({ nodes: nodes.map((p) => [...p, 0]) }), 'ERR_LGF_SHAPE', 'mesh.nodes'],
    ['a node at no place', own({ nodes: [...nodes.slice(0, 2), [0, Number.NaN], [1, 1]] }), 'ERR_LGF_NONFINITE', 'mesh.nodes'],
    ['two nodes at one place', own({ nodes: [...nodes.slice(0, 2), [1, 0], [1, 1]] }), 'ERR_LGF_ARGUMENT', 'mesh.nodes.2'],
    ['a node in no triangle', own({ triangles: [0, 1, 2], forcedNode: 1 }), 'ERR_LGF_ARGUMENT', 'mesh.nodes.3'],
    ['no triangles', own({ triangles: [] }), 'ERR_LGF_ARGUMENT', 'mesh.triangles'],
    ['triangles that are none', own({ triangles: 'abc' }), 'ERR_LGF_ARGUMENT', 'mesh.triangles'],
    ['half a triangle', own({ triangles: [0, 1, 2, 3] }), 'ERR_LGF_SHAPE', 'mesh.triangles'],
    ['a corner beyond', own({ triangles: [0, 1, 2, 1, 2, 4] }), 'ERR_LGF_ARGUMENT', 'mesh.triangles.1'],
    ['a corner between', own({ triangles: [0, 1, 2, 1, 2, 2.5] }), 'ERR_LGF_ARGUMENT', 'mesh.triangles.1'],
    ['a corner below', own({ triangles: [0, 1, 2, 1, 2, -1] }), 'ERR_LGF_ARGUMENT', 'mesh.triangles.1'],
    ['a flat triangle', own({ triangles: [0, 1, 2, 1, 2, 2] }), 'ERR_LGF_ARGUMENT', 'mesh.triangles.1'],
    ['a fixed node beyond', own({ fixedNodes: [0, 4] }), 'ERR_LGF_ARGUMENT', 'mesh.fixedNodes.1'],
    ['a fixed node twice', own({ fixedNodes: [0, 0] }), 'ERR_LGF_ARGUMENT', 'mesh.fixedNodes.1'],
    ['no fixed nodes', own({ fixedNodes: null }), 'ERR_LGF_ARGUMENT', 'mesh.fixedNodes'],
    ['a forced node that is fixed', own({ forcedNode: 0 }), 'ERR_LGF_ARGUMENT', 'mesh.forcedNode'],
    ['a forced node beyond', own({ forcedNode: 4 }), 'ERR_LGF_ARGUMENT', 'mesh.forcedNode'],
    ['no forced node', own({ forcedNode: undefined }), 'ERR_LGF_ARGUMENT', 'mesh.forcedNode'],
    ['a size beside a mesh', own({}, { size: 0.1 }), 'ERR_LGF_ARGUMENT', 'size'],
    ['an unknown option beside a mesh', own({}, { sise: 0.1 }), 'ERR_LGF_ARGUMENT', 'sise'],
    ['too little memory', () => problems.acousticInverse({ size: 0.01, memoryLimit: 2 ** 20 }), 'ERR_LGF_ARGUMENT', 'memoryLimit'],
    ['an unstable truth', () => problems.acousticInverse({ endTime: 200 }), 'ERR_LGF_ARGUMENT', 'times'],
    ['too many stable steps', () => problems.acousticInverse({ size: 0.1, endTime: 1e9 }), 'ERR_LGF_ARGUMENT', 'endTime'],
  ]);
});

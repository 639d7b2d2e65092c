// What is wrong with the data of discover, integrate and of a model, one thing at a time; their options are in options.test.ts.
import { discover, FlowModel, type IntegrateOptions, integrate } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { matrixRows, NOT_NUMBERS, type Refusal, refuses, shown, vectorRows } from '../support/refusals.ts';
import { MODEL, SPIRAL } from '../support/subjects.ts';

const RATES = SPIRAL.map(([x = 0, y = 0]) => [-y, x]);
const tracked = { method: 'tracked' } as const;

describe('discover', () => {
  test('takes a trajectory, and derivatives where they are used', () => {
    expect(discover(SPIRAL, { dt: 0.1 }).dimension).toBe(2);
    expect(discover(SPIRAL, { dt: 0.1, model: tracked, derivatives: RATES }).dimension).toBe(2);
    for (const derivatives of [null, undefined]) expect(discover(SPIRAL, { dt: 0.1, derivatives }).dimension).toBe(2);
    expect(discover(SPIRAL, { dt: 0.1, model: { truncationRank: 2 } }).inputs).toBe(2);
    expect(discover(SPIRAL, { dt: 0.1, model: { method: 'weak', testFunctions: { width: 15 } } }).dimension).toBe(2);
  });
  const model = (options: object) => () => discover(SPIRAL, { dt: 0.1, model: options });
  const few = (n: number, fdOrder: number) => () => discover(SPIRAL.slice(0, n), { dt: 0.1, model: { fdOrder } });
  refuses('discover', [
    ...matrixRows('trajectory', SPIRAL, (trajectory) => discover(trajectory, { dt: 0.1 })),
    ...matrixRows('derivatives', RATES, (derivatives) => discover(SPIRAL, { dt: 0.1, model: tracked, derivatives })).filter(
      // Absent ones are a matter of the method.
      ([broken]) => !/= (null|undefined)$/.test(broken),
    ),
    ['tracked without derivatives', model(tracked), 'ERR_LGF_ARGUMENT', 'derivatives'],
    ['derivatives without tracked', () => discover(SPIRAL, { dt: 0.1, derivatives: RATES }), 'ERR_LGF_ARGUMENT', 'model.method'],
    [
      'derivatives for weak',
      () => discover(SPIRAL, { dt: 0.1, model: { method: 'weak' }, derivatives: RATES }),
      'ERR_LGF_ARGUMENT',
      'model.method',
    ],
    [
      'a row of derivatives too few',
      () => discover(SPIRAL, { dt: 0.1, model: tracked, derivatives: RATES.slice(1) }),
      'ERR_LGF_SHAPE',
      'derivatives',
    ],
    ['no options', () => discover(SPIRAL, undefined as never), 'ERR_LGF_ARGUMENT', 'dt'],
    ['null', () => discover(SPIRAL, null as never), 'ERR_LGF_ARGUMENT', 'dt'],
    ['a rank above the number of variables', model({ truncationRank: 3 }), 'ERR_LGF_ARGUMENT', 'model.truncationRank'],
    [
      'a rank above the number of samples',
      () => discover([[1, 2, 3, 4]], { dt: 1, model: { ...tracked, truncationRank: 2 }, derivatives: [[1, 2, 3, 4]] }),
      'ERR_LGF_ARGUMENT',
      'model.truncationRank',
    ],
    ['no feature', model({ polyOrder: 0, includeBias: false }), 'ERR_LGF_ARGUMENT', 'model.polyOrder'],
    [
      'test functions wider than the grid',
      model({ method: 'weak', testFunctions: { width: 16 } }),
      'ERR_LGF_ARGUMENT',
      'model.testFunctions.width',
    ],
    ['one sample for order 1', few(1, 1), 'ERR_LGF_SHAPE', 'trajectory'],
    ['two samples for order 2', few(2, 2), 'ERR_LGF_SHAPE', 'trajectory'],
    ['four samples for order 4', few(4, 4), 'ERR_LGF_SHAPE', 'trajectory'],
    [
      'monomials that overflow',
      () => discover([[1e200], [2e200], [3e200]], { dt: 1, model: { polyOrder: 2 } }),
      'ERR_LGF_NONFINITE',
      'trajectory',
    ],
    ['an option of the other kind', () => discover(SPIRAL, { dt: 0.1, solver: { alpha: 0 } as never }), 'ERR_LGF_ARGUMENT', 'solver.alpha'],
  ]);
});

describe.each([
  ['integrate a model', (start: never, options: IntegrateOptions) => integrate(MODEL, start, options)],
  ['FlowModel.integrate', (start: never, options: IntegrateOptions) => MODEL.integrate(start, options)],
  ['integrate a callback', (start: never, options: IntegrateOptions) => integrate((_, x, dx) => dx.set(x), start, options)],
])('%s', (name, run) => {
  const over = (options: object) => () => run([1, 0] as never, { from: 0, to: 1, ...options } as IntegrateOptions);
  test('takes an interval and times', () => {
    expect(over({})().status).toBe('completed');
    expect(Array.from(over({ at: [0, 0, 0.5, 1, 1] })().times)).toEqual([0, 0, 0.5, 1, 1]);
    expect(Array.from(over({ from: 1, to: 0, at: Float32Array.of(0.5, 0.25) })().times)).toEqual([0.5, 0.25]);
    expect(Array.from(over({ to: 0, at: [0] })().times)).toEqual([0]);
    expect(over({ at: [] })().times.length).toBe(0);
    expect(over({ rtol: 0 })().status).toBe('completed');
    expect(over({ atol: 0 })().status).toBe('completed');
  });
  test('takes times from everything that is like an array', () => {
    expect(Array.from(over({ at: { length: 1, 0: 0.5 } })().times)).toEqual([0.5]);
  });
  refuses(name, [
    // A callback follows as many variables as start has.
    ...vectorRows('start', [1, 0], (start) => run(start, { from: 0, to: 1 }), { sized: !name.includes('callback') }),
    ['no options', () => run([1, 0] as never, undefined as never), 'ERR_LGF_ARGUMENT', 'from'],
    ['null', () => run([1, 0] as never, null as never), 'ERR_LGF_ARGUMENT', 'from'],
    ['a time before the start', over({ at: [-0.1, 0.5] }), 'ERR_LGF_ARGUMENT', 'at.0'],
    ['a time after the end', over({ at: [0.5, 1.1] }), 'ERR_LGF_ARGUMENT', 'at.1'],
    ['times out of order', over({ at: [0.1, 0.6, 0.5] }), 'ERR_LGF_ARGUMENT', 'at.2'],
    ['times of a run forwards for one backwards', over({ from: 1, to: 0, at: [0.2, 0.8] }), 'ERR_LGF_ARGUMENT', 'at.1'],
    ['an interval longer than the numbers', over({ from: -1e308, to: 1e308 }), 'ERR_LGF_ARGUMENT', 'to'],
    ['no tolerance', over({ rtol: 0, atol: 0 }), 'ERR_LGF_ARGUMENT', 'atol'],
    ['an option of the other method', over({ method: 'rk45', step: 0.1 }), 'ERR_LGF_ARGUMENT', 'step'],
    ['tolerances of a fixed method', over({ method: 'rk4', rtol: 0.1 }), 'ERR_LGF_ARGUMENT', 'rtol'],
  ]);
});

describe('integrate', () => {
  const over = { from: 0, to: 1 };
  refuses(
    'integrate',
    [null, undefined, 5, 'x', {}, [], MODEL.toJSON()].map(
      (v): Refusal => [`field = ${shown(v)}`, () => integrate(v as never, [1], over), 'ERR_LGF_ARGUMENT', 'field'],
    ),
  );
});

describe('FlowModel', () => {
  test('takes a point and options of equations', () => {
    expect(MODEL.derivative([1, 0]).length).toBe(2);
    const expected = MODEL.equations();
    for (const absent of [undefined, null, {}, { digits: null, inputs: null }]) expect(MODEL.equations(absent)).toEqual(expected);
    expect(MODEL.equations({ digits: 21, inputs: ['a', 'b'] })[0]).toContain("a' = ");
  });
  const equations = (options: unknown) => () => MODEL.equations(options as never);
  refuses(
    'derivative',
    vectorRows('x', [1, 0], (x) => MODEL.derivative(x)),
  );
  refuses('equations', [
    ...[...NOT_NUMBERS, 0, 22, 2.5, -1, Number.NaN, Number.POSITIVE_INFINITY].map(
      (v): Refusal => [`digits = ${shown(v)}`, equations({ digits: v }), 'ERR_LGF_ARGUMENT', 'digits'],
    ),
    ...[5, '', 'ab', {}, true].map((v): Refusal => [`inputs = ${shown(v)}`, equations({ inputs: v }), 'ERR_LGF_ARGUMENT', 'inputs']),
    ['a name that is none', equations({ inputs: ['a', 2] }), 'ERR_LGF_ARGUMENT', 'inputs.1'],
    ['names with a hole', equations({ inputs: new Array(2) }), 'ERR_LGF_ARGUMENT', 'inputs.0'],
    ['a name too few', equations({ inputs: ['a'] }), 'ERR_LGF_SHAPE', 'inputs'],
    ['a name too many', equations({ inputs: ['a', 'b', 'c'] }), 'ERR_LGF_SHAPE', 'inputs'],
    ['a typo', equations({ digit: 3 }), 'ERR_LGF_ARGUMENT', 'digit'],
    ...[5, 'x', true, [], () => 1].map((v): Refusal => [`options = ${shown(v)}`, equations(v), 'ERR_LGF_ARGUMENT', 'options']),
  ]);
});

describe('a model of features too many to be formed', () => {
  const d = 3000;
  const path = Array.from({ length: 6 }, (_, i) => Float64Array.from({ length: d }, (_, j) => Math.sin(j + 0.1 * i * (1 + (j % 3)))));
  const model = discover(path, { dt: 0.1, model: { polyOrder: 2 } });
  const json = model.toJSON();
  const { anchors = [], weights = [], outputs = [] } = json.innerProducts ?? {};
  const from = (changes: object): FlowModel => FlowModel.fromJSON({ ...json, innerProducts: { anchors, weights, outputs, ...changes } });
  const at = path[3] as Float64Array;

  test('is one all the same', () => {
    expect(model.fit).toMatchObject({ samples: 4, features: ((d + 2) * (d + 1)) / 2, dropped: 0 });
    expect({ inputs: model.inputs, coefficients: json.coefficients, rows: anchors.length }).toEqual({
      inputs: d,
      coefficients: [],
      rows: 4,
    });
    // Central differences between the neighbours of a sample.
    const slope = at.map((_, j) => ((path[4]?.[j] as number) - (path[2]?.[j] as number)) / 0.2);
    const size = Math.hypot(...slope);
    expect(Math.hypot(...model.derivative(at).map((v, j) => v - (slope[j] as number)))).toBeLessThan(1e-6 * size);
    const { states, status } = model.integrate(at, { from: 0, to: 0.01, at: [0.01] });
    expect(status).toBe('completed');
    expect(Math.hypot(...states.row(0).map((v, j) => v - (at[j] as number)))).toBeCloseTo(0.01 * size, 1);
  });

  test('comes back from data bit for bit', () => {
    const again = FlowModel.fromJSON(JSON.parse(JSON.stringify(model)));
    expect(again.derivative(at)).toEqual(model.derivative(at));
    expect(again.toJSON()).toEqual(json);
    const same = discover(path, { dt: 0.1, model: { polyOrder: 2, method: 'tracked' }, derivatives: path });
    expect(FlowModel.fromJSON(same.toJSON()).derivative(at)).toEqual(same.derivative(at));
  });

  refuses('features one by one', [
    ['coefficients', () => model.coefficients, 'ERR_LGF_STATE', 'coefficients'],
    ['support', () => model.support, 'ERR_LGF_STATE', 'coefficients'],
    ['names', () => model.names, 'ERR_LGF_STATE', 'names'],
    ['equations', () => model.equations(), 'ERR_LGF_STATE', 'names'],
  ]);
  refuses('fromJSON', [
    ...[5, 'a', true].map(
      (v): Refusal => [
        `innerProducts = ${shown(v)}`,
        () => FlowModel.fromJSON({ ...json, innerProducts: v } as never),
        'ERR_LGF_ARGUMENT',
        'innerProducts',
      ],
    ),
    ['no anchors', () => from({ anchors: undefined }), 'ERR_LGF_ARGUMENT', 'innerProducts.anchors'],
    ['no weights', () => from({ weights: null }), 'ERR_LGF_ARGUMENT', 'innerProducts.weights'],
    ['fewer weights', () => from({ weights: weights.slice(1) }), 'ERR_LGF_SHAPE', 'innerProducts.weights'],
    ['anchors of other inputs', () => from({ anchors: [[1]] }), 'ERR_LGF_SHAPE', 'innerProducts.anchors'],
    ['outputs of other inputs', () => from({ outputs: [[1]] }), 'ERR_LGF_SHAPE', 'innerProducts.outputs'],
    ['no order', () => FlowModel.fromJSON({ ...json, polyOrder: 0 }), 'ERR_LGF_ARGUMENT', 'polyOrder'],
    ['an order beyond counting', () => FlowModel.fromJSON({ ...json, polyOrder: 64 }), 'ERR_LGF_ARGUMENT', 'polyOrder'],
  ]);
});

describe('FlowModel.fromJSON', () => {
  const json = MODEL.toJSON();
  const reduced = discover(SPIRAL, { dt: 0.1, model: { orthonormal: true, truncationRank: 1 } }).toJSON();
  const from =
    (changes: object, base: object = json) =>
    () =>
      FlowModel.fromJSON({ ...base, ...changes } as never);
  test('takes what toJSON gave, absent parts in every form', () => {
    for (const data of [json, reduced]) expect(FlowModel.fromJSON(JSON.parse(JSON.stringify(data))).toJSON()).toEqual(data);
    for (const absent of [null, undefined]) expect(from({ transform: absent, modes: absent })().toJSON()).toEqual(json);
  });
  const counts = [...NOT_NUMBERS, null, undefined, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 2, 2 ** 53];
  const width = json.coefficients[0]?.length ?? 0;
  const rows = json.coefficients.length;
  refuses('fromJSON', [
    ...[null, undefined, 5, JSON.stringify(json), true, () => json].map(
      (v): Refusal => [`json = ${shown(v).slice(0, 20)}`, () => FlowModel.fromJSON(v as never), 'ERR_LGF_ARGUMENT', 'json'],
    ),
    ['an array', () => FlowModel.fromJSON([] as never), 'ERR_LGF_ARGUMENT', 'format'],
    ...[undefined, null, '', 'flow-model', 1].map(
      (v): Refusal => [`format = ${shown(v)}`, from({ format: v }), 'ERR_LGF_ARGUMENT', 'format'],
    ),
    ...[undefined, null, 0, 2, '1'].map((v): Refusal => [`version = ${shown(v)}`, from({ version: v }), 'ERR_LGF_ARGUMENT', 'version']),
    ...[...counts, 0].map((v): Refusal => [`inputs = ${shown(v)}`, from({ inputs: v }), 'ERR_LGF_ARGUMENT', 'inputs']),
    ...counts.map((v): Refusal => [`polyOrder = ${shown(v)}`, from({ polyOrder: v }), 'ERR_LGF_ARGUMENT', 'polyOrder']),
    ...[undefined, null, 0, 1, 'true'].map(
      (v): Refusal => [`includeBias = ${shown(v)}`, from({ includeBias: v }), 'ERR_LGF_ARGUMENT', 'includeBias'],
    ),
    ['no feature', from({ polyOrder: 0, includeBias: false }), 'ERR_LGF_ARGUMENT', 'polyOrder'],
    ...matrixRows('coefficients', json.coefficients, (coefficients) => from({ coefficients })()),
    ['another number of inputs', from({ inputs: 3 }), 'ERR_LGF_SHAPE', 'coefficients'],
    ['another order', from({ polyOrder: 2 }), 'ERR_LGF_SHAPE', 'coefficients'],
    [
      'a row of coefficients too many',
      from({ coefficients: [...json.coefficients, new Array(width).fill(0)] }),
      'ERR_LGF_SHAPE',
      'coefficients',
    ],
    [
      'a column of coefficients too many',
      from({ coefficients: json.coefficients.map((row) => [...row, 0]) }),
      'ERR_LGF_SHAPE',
      'coefficients',
    ],
    ...[5, 0, '', true].map((v): Refusal => [`transform = ${shown(v)}`, from({ transform: v }), 'ERR_LGF_ARGUMENT', 'transform']),
    [
      'a transform with a NaN',
      from({ transform: json.coefficients.map(() => new Array(rows).fill(Number.NaN)) }),
      'ERR_LGF_NONFINITE',
      'transform',
    ],
    ['a transform of rows too short', from({ transform: json.coefficients.map(() => [1]) }), 'ERR_LGF_SHAPE', 'transform'],
    ['a row of the transform too few', from({ transform: reduced.transform?.slice(1) }, reduced), 'ERR_LGF_SHAPE', 'transform'],
    ['a ragged transform', from({ transform: [[1, 2], [1]] }), 'ERR_LGF_SHAPE', 'transform.1'],
    ...[5, 0, '', true].map((v): Refusal => [`modes = ${shown(v)}`, from({ modes: v }), 'ERR_LGF_ARGUMENT', 'modes']),
    ['empty modes', from({ modes: [] }), 'ERR_LGF_SHAPE', 'modes'],
    ['modes with a NaN', from({ modes: [[Number.NaN], [1]] }, reduced), 'ERR_LGF_NONFINITE', 'modes'],
    ['modes lying on their side', from({ modes: [[1, 0]] }, reduced), 'ERR_LGF_SHAPE', 'modes'],
    ['ragged modes', from({ modes: [[1], [1, 2]] }, reduced), 'ERR_LGF_SHAPE', 'modes.1'],
  ]);
});

// Sizes that fit into no memory are refused before anything of that size is allocated: Rust ends the process where memory runs out.
// Each call has a process of its own, which must come to its end.
import { describe, expect, test } from 'vitest';
import { CAN_LIMIT, script } from '../support/script.ts';

interface Answer {
  readonly code?: string;
  readonly argument?: string;
  readonly milliseconds: number;
  readonly megabytes: number;
}

async function attempt(expression: string): Promise<Answer> {
  const limit = CAN_LIMIT ? { gigabytes: 3 } : {};
  const { status, stdout, stderr } = await script(
    `import * as lgf from 'learned-gradient-flow';
    const [begin, before] = [performance.now(), process.memoryUsage().rss];
    const answer = {};
    try { ${expression}; } catch ({ code, argument, message }) { Object.assign(answer, { code, argument, message }); }
    answer.milliseconds = performance.now() - begin;
    answer.megabytes = (process.memoryUsage().rss - before) / 1e6;
    console.log(JSON.stringify(answer));`,
    limit,
  );
  expect({ status, stderr: stderr.slice(0, 200) }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

const model = (changes: string): string =>
  `lgf.FlowModel.fromJSON({ format: 'learned-gradient-flow/flow-model', version: 1, includeBias: true, coefficients: [[1]], ${changes} })`;
const flow = (options: string): string => `new lgf.LGFGradientFlow([1], { ${options} })`;
const many = 'new Float64Array(1e6)';

/** Refused on every machine. */
const never = [
  ['lgf.polynomialFeatures([new Array(20).fill(1)], { polyOrder: 64 })', 'polyOrder'],
  [`lgf.polynomialFeatures([${many}], { polyOrder: 2 })`, 'polyOrder'],
  ['lgf.polynomialFeatures({ rows: 1e6, columns: 1, data: new Float64Array(1e6) }, { polyOrder: 1e9 })', 'polyOrder'],
  ['new lgf.PolynomialLibrary({ dimension: 2 ** 53, polyOrder: 64 })', 'polyOrder'],
  ['new lgf.PolynomialLibrary({ dimension: 2 ** 30 - 1 })', 'polyOrder'],
  ['new lgf.PolynomialLibrary({ dimension: 1, polyOrder: 2 ** 30 - 1 })', 'polyOrder'],
  [
    'new lgf.PolynomialLibrary({ dimension: 4, polyOrder: 64 }).transform({ rows: 1000, columns: 4, data: new Float64Array(4000) })',
    'polyOrder',
  ],
  [model('inputs: 1, polyOrder: 1e9'), 'polyOrder'],
  [model('inputs: 2 ** 32 - 1, polyOrder: 2'), 'polyOrder'],
  ['lgf.discover([[1], [2], [3]], { dt: 1, model: { polyOrder: 1e9 } })', 'model.polyOrder'],
  [`lgf.discover([${many}, ${many}, ${many}], { dt: 1, model: { polyOrder: 2 }, solver: { kind: 'stlsq' } })`, 'model.polyOrder'],
  [`lgf.discover([${many}, ${many}, ${many}], { dt: 1, model: { polyOrder: 9 } })`, 'model.polyOrder'],
  [flow('model: { polyOrder: 1e9 }'), 'model.polyOrder'],
  [`new lgf.LGFGradientFlow(${many}, { model: { polyOrder: 2 }, solver: { kind: 'stlsq' } })`, 'model.polyOrder'],
  [`new lgf.LGFGradientFlow(${many}, { solver: { kind: 'stlsq' } })`, 'historySize'],
  [`new lgf.LGFGradientFlow(${many}, { model: { orthonormal: true } })`, 'model.polyOrder'],
  [`new lgf.LGFGradientFlow(${many}, { historySize: 1000, retrainInterval: 1000 })`, 'historySize'],
  [flow('historySize: 5e8, retrainInterval: 5e8'), 'historySize'],
  [flow('historySize: 1e9, retrainInterval: 1e9, model: { includeBias: false }'), 'historySize'],
  [flow('historySize: 2 ** 53, retrainInterval: 1e9'), 'retrainInterval'],
  [`lgf.newton(() => 0)(${many}, ${many})`, 'x'],
  ['lgf.integrate((t, x, dx) => dx.set(x), [1], { from: 0, to: 1, at: new Array(2 ** 32 - 1) })', 'at.0'],
  ['lgf.problems.heatRod({ truth: new Array(2 ** 32 - 1) })', 'truth.0'],
  ['lgf.problems.heatRod({ modes: 2, cells: 65536, times: 65536 })', 'times'],
  ['lgf.problems.nonlinearHeat({ modes: 2 ** 32 })', 'modes'],
  ['lgf.problems.nonlinearHeat({ points: 2 ** 32 })', 'points'],
  ['lgf.problems.acousticInverse({ times: 16777216, memoryLimit: 2 ** 24 })', 'memoryLimit'],
  ['lgf.problems.acousticInverse({ size: 0.01, memoryLimit: 2 ** 20 })', 'memoryLimit'],
  [
    `lgf.problems.acousticInverse({ mesh: { nodes: { rows: 5e5, columns: 2, data: ${many} }, triangles: [], fixedNodes: [], forcedNode: 0 } })`,
    'mesh.nodes.1',
  ],
] as const;

/** Taken where the memory is there, which is more than this process may have. */
const notHere = [flow("historySize: 2 ** 28 - 1, retrainInterval: 2 ** 28, model: { includeBias: false, method: 'tracked' }")];

describe.concurrent('a size that cannot be is refused at once', () => {
  test.each(never)('%s', { timeout: 60_000 }, async (expression, argument) => {
    const answer = await attempt(expression);
    expect(answer).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument });
    expect(answer.milliseconds).toBeLessThan(5000);
    expect(answer.megabytes).toBeLessThan(200);
  });

  test('a shape without its data', { timeout: 60_000 }, async () => {
    const answer = await attempt('lgf.thinSvd({ rows: 2 ** 31, columns: 2 ** 31, data: [] })');
    expect(answer).toMatchObject({ code: 'ERR_LGF_SHAPE', argument: 'snapshots.data' });
  });

  test.runIf(CAN_LIMIT).each(notHere)('with little memory: %s', { timeout: 60_000 }, async (expression) => {
    expect(await attempt(expression)).toMatchObject({ code: 'ERR_LGF_ARGUMENT', argument: 'historySize' });
  });
});

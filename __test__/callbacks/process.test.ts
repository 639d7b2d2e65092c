// Nothing that a caller does wrong ends the process, reaches its terminal or is left behind as a rejection.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { call, LgfError } from '../../src/errors.ts';
import { detectHost, hostTriple, native } from '../../src/native.ts';
import { Slot } from '../../src/optimizers/calls.ts';
import { fresh, run, undisturbed } from '../support/misbehaviour.ts';
import { script } from '../support/script.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const addon = `${root}native/lgf.${hostTriple(detectHost())}.node`;

describe('a panic in native code', () => {
  const caught = (body: () => unknown): unknown => {
    try {
      return call(body);
    } catch (error) {
      return error;
    }
  };
  test('is an error of its own code, and everything else goes on', () => {
    for (let i = 0; i < 3; i++) {
      const error = caught(() => native.panicOnPurpose());
      expect(error).toBeInstanceOf(LgfError);
      expect(error).toMatchObject({ code: 'ERR_LGF_INTERNAL', argument: undefined });
      expect(error).toMatchObject({ message: expect.stringMatching(/defect of the library.*on purpose \(.*lib\.rs:\d+\)/) });
      expect(run(fresh())).toEqual(undisturbed);
    }
  });
  test('in a plain function is one too, and ends its optimizer', () => {
    const { look, begin } = native.callsThatPanic();
    const x = new Float64Array(1);
    expect(caught(() => look(x))).toMatchObject({ code: 'ERR_LGF_INTERNAL', message: expect.stringContaining('on purpose') });
    expect(caught(() => begin(x))).toMatchObject({ code: 'ERR_LGF_DISPOSED' });
  });
  test.each([undefined, null, 'text', 5, {}, { code: 5 }, { code: 'ERR_OTHER' }])(
    'so does %j, which the core does not throw',
    (strange) => {
      const error = caught(() => {
        throw strange;
      });
      expect(error).toBeInstanceOf(LgfError);
      expect(error).toMatchObject({ code: 'ERR_LGF_INTERNAL', cause: strange });
    },
  );
});

describe('plain functions of an optimizer', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const made = (d: number) => new native.OptimizerHandle('GradientDescent', new Float64Array(d).fill(2), d, { learningRate: 0.25 });

  test('outlive the object that made them, and its garbage', async () => {
    const { trueStep, look, status } = made(3).calls();
    for (let i = 0; i < 5; i++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const x = new Float64Array(3);
    look(x);
    expect(Array.from(x)).toEqual([2, 2, 2]);
    status[Slot.given] = 1;
    trueStep(new Float64Array(3).fill(4), x);
    expect(Array.from(x)).toEqual([1, 1, 1]);
    expect(status[Slot.steps]).toBe(1);
  });

  const others = [undefined, null, 5, {}, [1, 2, 3], new Float32Array(6), new Float64Array(2), new DataView(new ArrayBuffer(24))];
  test.each(others as never[])('refuse %j in the place of an array, and change nothing', (bad) => {
    const { trueStep, look, status } = made(3).calls();
    const [x, g] = [new Float64Array(3), new Float64Array(3)];
    status[Slot.given] = 1;
    expect(() => trueStep(g, bad)).toThrow('x:');
    expect(() => (trueStep as (g: Float64Array) => void)(g)).toThrow('x:');
    expect(() => trueStep(bad, x)).toThrow('gradient:');
    look(x);
    expect([Array.from(x), status[Slot.steps]]).toEqual([[2, 2, 2], 0]);
  });

  test('say that the optimizer was disposed of', () => {
    const handle = made(3);
    const { look } = handle.calls();
    handle.dispose();
    expect(() => look(new Float64Array(3))).toThrow('disposed');
  });

  test('are freed with their optimizer', async () => {
    const megabytes = () => process.memoryUsage().rss / 2 ** 20;
    const round = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) made(2e5).calls();
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (let i = 0; i < 3; i++) await round();
    const before = megabytes();
    // Each holds 6 MB: kept, they would make 1.2 GB.
    for (let i = 0; i < 10; i++) await round();
    expect(megabytes() - before).toBeLessThan(300);
  });
});

const WORK = `
  const { GradientDescent, LGFGradientFlow, integrate, discover, LgfError } = lgf;
  const check = (condition, what) => { if (!condition) throw new Error('failed: ' + what); };
  const refused = (body) => { try { body(); } catch (error) { check(error instanceof LgfError, error); return error.code; } check(false, body); };
  const bowl = (x, g) => { g.set(x); return x.reduce((sum, v) => sum + v * v / 2, 0); };
  const flow = new LGFGradientFlow([1, -2], { learningRate: 0.1, dt: 0.1, historySize: 5, retrainInterval: 15, model: { orthonormal: false } });
  for (let i = 0; i < 50; i++) flow.step(bowl);
  check(Math.hypot(...flow.x) < 0.1, flow.x);
`;

describe('a worker thread', () => {
  const work = `
    const { createRequire } = require('node:module');
    const { parentPort, workerData } = require('node:worker_threads');
    const lgf = createRequire(workerData)('learned-gradient-flow');
    ${WORK}
    while (flow.phase === 'learned') flow.step(bowl);
    refused(() => flow.step(() => { throw new Error('boom'); }));
    refused(() => integrate(() => { throw 1; }, [1], { from: 0, to: 1 }));
    parentPort.postMessage(flow.x);`;
  const result = (): Promise<Float64Array> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(work, { eval: true, workerData: `${root}package.json` });
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  test('loads the package and gets the same bits, several at once and after others ended', async () => {
    const first = await Promise.all([result(), result(), result()]);
    const second = await result();
    for (const x of first) expect(Array.from(x)).toEqual(Array.from(second));
  });
  test('may end in the middle of a step', async () => {
    const endless = `
      const lgf = require('node:module').createRequire(require('node:worker_threads').workerData)('learned-gradient-flow');
      const optimizer = new lgf.GradientDescent([1]);
      require('node:worker_threads').parentPort.postMessage('ready');
      optimizer.step(() => { for (;;); });`;
    const worker = new Worker(endless, { eval: true, workerData: `${root}package.json` });
    await new Promise((resolve) => worker.once('message', resolve));
    expect(await worker.terminate()).toBe(1);
    expect(run(fresh())).toEqual(undisturbed);
  });
});

test('a process that does everything wrong ends well and prints nothing', async () => {
  const { status, stdout, stderr } = await script(`
    import * as lgf from 'learned-gradient-flow';
    import { createRequire } from 'node:module';
    process.on('unhandledRejection', (reason) => { console.error('unhandled', reason); process.exitCode = 3; });
    ${WORK}
    const give = (array) => structuredClone(array, { transfer: [array.buffer] });
    const codes = new Set();
    const soon = () => new Promise((resolve) => setTimeout(resolve, 5));
    const bad = [
      () => { throw new Error('boom'); }, () => { throw undefined; }, () => NaN, () => 'x', () => Promise.reject(new Error('nobody looks')),
      async () => { throw 1; }, (x, g) => { give(x); return 1; }, (x, g) => { give(g); throw 1; }, (x, g) => { g.fill(NaN); return 1; },
      () => flow.step(bowl), () => flow.stepAsync(bowl), () => flow.ask(), () => flow.advance(),
    ];
    for (const objective of bad) {
      while (flow.phase === 'learned') flow.step(bowl);
      codes.add(refused(() => flow.step(objective)));
      const error = await flow.stepAsync(objective).then(() => undefined, (error) => error);
      check(error instanceof LgfError, String(objective) + error);
      codes.add(error.code);
      flow.step(bowl);
    }
    for (const field of [...bad.slice(0, 6), () => [1], (t, x, dx) => { give(dx); }]) codes.add(refused(() => integrate(field, [1, 2], { from: 0, to: 1 })));
    for (const timing of ['before', 'during', 'inside']) {
      const controller = new AbortController();
      if (timing === 'before') controller.abort(new Error('enough'));
      const step = flow.stepAsync(async () => {
        if (timing === 'inside') controller.abort();
        await soon();
        throw new Error('nobody looks');
      }, controller);
      if (timing === 'during') controller.abort(5);
      codes.add(await step.then(() => 'taken', (error) => error.code));
    }
    await soon();
    for (let i = 0; i < 3; i++) {
      try { createRequire(import.meta.url)(${JSON.stringify(addon)}).panicOnPurpose(); } catch ({ code }) { codes.add(code); }
    }
    const waiting = flow.stepAsync(async (x, g) => { await soon(); return bowl(x, g); });
    flow.dispose();
    codes.add(await waiting.then(() => 'taken', (error) => error.code));
    codes.add(refused(() => flow.x));
    await soon();
    globalThis.gc?.();
    console.log([...codes].sort().join(' '));
  `);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const codes = ['ABORTED', 'ARGUMENT', 'CALLBACK', 'DISPOSED', 'INTERNAL', 'NONFINITE', 'SHAPE', 'STATE'];
  expect(stdout.trim()).toBe(codes.map((code) => `ERR_LGF_${code}`).join(' '));
});

test('require and import give one library', async () => {
  const required = createRequire(import.meta.url)('learned-gradient-flow');
  const imported = await import('learned-gradient-flow');
  expect(required.LgfError).toBe(imported.LgfError);
});

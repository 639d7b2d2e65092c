// Nothing that a caller does wrong ends the process, reaches its terminal or is left behind as a rejection.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { call, LgfError } from '../../src/errors.ts';
import { detectHost, hostTriple, native } from '../../src/native.ts';
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

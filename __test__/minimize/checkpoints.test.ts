// Runs that are written down and go on elsewhere.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MinimizeOptions, minimize, minimizeSync, type Objective, problems } from 'learned-gradient-flow';
import { afterAll, expect, test } from 'vitest';
import { refused } from '../support/refusals.ts';
import { METHODS, rosenbrock } from './functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'lgf-checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true }));
const START = [-1.2, 1, 0.5];

test.each(METHODS)('%s: a resumed run gives the same bits', (method, own) => {
  const path = join(folder, `${method}.lgf`);
  const options = { method, ...own, maxEvaluations: 90 } as MinimizeOptions;
  const points: number[][] = [];
  const recorded: Objective = (x, g) => {
    points.push(Array.from(x));
    return rosenbrock(x, g);
  };
  const whole = minimizeSync(recorded, START, options);
  const expected = points.splice(0);
  minimizeSync(recorded, START, { ...options, maxEvaluations: 31, checkpoint: { path } });
  const rest = minimizeSync(recorded, undefined, { ...options, resume: path, checkpoint: { path } });
  expect(points).toEqual(expected);
  const { seconds: _, profile: __, ...numbers } = whole;
  expect(rest).toMatchObject(numbers);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a run that died goes on from its last checkpoint', () => {
  const path = join(folder, 'died.lgf');
  let calls = 0;
  const dies: Objective = (x, g) => {
    if (++calls === 12) throw new Error('power cut');
    return rosenbrock(x, g);
  };
  expect(() => minimizeSync(dies, START, { checkpoint: { path, everyIterations: 5 } })).toThrow('power cut');
  const resumed = minimizeSync(rosenbrock, null, { resume: readFileSync(path) });
  const whole = minimizeSync(rosenbrock, START);
  expect([resumed.value, resumed.evaluations, resumed.status]).toEqual([whole.value, whole.evaluations, 'converged']);
});

test('a native problem is written down too', async () => {
  const path = join(folder, 'native.lgf');
  const rod = problems.heatRod();
  await minimize(rod, null, { maxEvaluations: 7, checkpoint: { path, everySeconds: 0 } });
  const [resumed, whole] = [await minimize(rod, null, { resume: path }), await minimize(rod)];
  expect([resumed.value, resumed.evaluations]).toEqual([whole.value, whole.evaluations]);
});

test('what cannot be written or read is refused by name', () => {
  const at = (options: object) => refused(() => minimizeSync(rosenbrock, START, options as never));
  const argument = (name: string) => ({ code: 'ERR_LGF_ARGUMENT', argument: name });
  expect(at({ checkpoint: { path: join(folder, 'none', 'a') } })).toMatchObject(argument('checkpoint.path'));
  expect(at({ checkpoint: 'a' })).toMatchObject(argument('checkpoint'));
  expect(at({ checkpoint: {} })).toMatchObject(argument('checkpoint.path'));
  expect(at({ checkpoint: { path: 'a', every: 1 } })).toMatchObject(argument('checkpoint.every'));
  expect(at({ checkpoint: { path: 'a', everySeconds: -1 } })).toMatchObject(argument('checkpoint.everySeconds'));
  expect(at({ checkpoint: { path: 'a', everyIterations: 0 } })).toMatchObject(argument('checkpoint.everyIterations'));
  expect(existsSync('a')).toBe(false);
  expect(at({ resume: join(folder, 'none') })).toMatchObject(argument('resume'));
  expect(at({ resume: 5 })).toMatchObject(argument('resume'));
  const path = join(folder, 'broken.lgf');
  minimizeSync(rosenbrock, START, { maxIterations: 2, checkpoint: { path } });
  expect(at({ resume: path, method: 'adam' })).toMatchObject(argument('method'));
  const bytes = readFileSync(path);
  for (const i of [0, 9, 13, 20, bytes.length - 1]) {
    const broken = Buffer.from(bytes);
    broken[i] = (broken[i] as number) ^ 1;
    writeFileSync(path, broken);
    expect(at({ resume: path }).code).toBe('ERR_LGF_SNAPSHOT');
  }
  expect(at({ resume: bytes.subarray(0, 40) }).code).toBe('ERR_LGF_SNAPSHOT');
});

test('another objective than the run had is refused', () => {
  const path = join(folder, 'other.lgf');
  minimizeSync(rosenbrock, START, { maxIterations: 2, checkpoint: { path } });
  expect(refused(() => minimizeSync(problems.heatRod(), null, { resume: path }))).toMatchObject({
    code: 'ERR_LGF_SHAPE',
    argument: 'problem',
  });
});

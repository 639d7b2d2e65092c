// What a recorded run says of itself: the same numbers as without, phases that add up, a trace that viewers can read.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import {
  chromeTrace,
  type LgfError,
  type MinimizeOptions,
  minimize,
  minimizeSync,
  type Objective,
  type Profile,
  type ProfileEvents,
  type ProfilePhase,
  problems,
  profileTable,
  type Result,
} from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { bowl, METHODS, rosenbrock } from './functions.ts';

const START = [-1.2, 1];
const bits = ({ seconds: _, profile: __, x, ...rest }: Result): object => ({ ...rest, x: Array.from(x) });

/** Both parts of the profile of a run that was recorded. */
function recorded({ phases, events }: Profile): { phases: readonly ProfilePhase[]; events: ProfileEvents } {
  if (!phases || !events) throw new Error('the run was not recorded');
  return { phases, events };
}

const row = (profile: Profile, path: string): ProfilePhase | undefined => recorded(profile).phases.find((phase) => phase.path === path);

/** Keeps this thread busy. */
function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const slow: Objective = (x, g) => {
  spin(2);
  return rosenbrock(x, g);
};

/** Everything that holds of every profile: rows are a tree whose times add up, events are nested and make up the rows. */
function assertSound(result: Result): void {
  const { phases, events } = recorded(result.profile);
  const { phase, begin, end, bytes, flops, dropped } = events;
  const totals = phases.map(() => ({ calls: 0, nanos: 0, bytes: 0, flops: 0 }));
  const open: number[] = [];
  for (let i = 0; i < phase.length; i++) {
    const [at, from, to] = [phase[i] as number, begin[i] as number, end[i] as number];
    expect(to).toBeGreaterThanOrEqual(from);
    if (i > 0) expect(from).toBeGreaterThanOrEqual(begin[i - 1] as number);
    open.length = phases[at]?.depth ?? -1;
    const around = open.at(-1);
    if (around !== undefined) {
      expect(from).toBeGreaterThanOrEqual(begin[around] as number);
      expect(to).toBeLessThanOrEqual(end[around] as number);
      expect(phases[at]?.path).toBe(`${phases[phase[around] as number]?.path}/${phases[at]?.name}`);
    }
    open.push(i);
    const total = totals[at];
    if (!total) throw new Error(`no row ${at}`);
    total.calls++;
    total.nanos += to - from;
    total.bytes += bytes[i] as number;
    total.flops += flops[i] as number;
  }
  expect(dropped).toBe(0);
  phases.forEach(({ path, depth, calls, seconds, selfSeconds, ...counts }, at) => {
    const total = totals[at];
    expect(path.split('/')).toHaveLength(depth + 1);
    expect([calls, counts.bytes ?? 0, counts.flops ?? 0]).toEqual([total?.calls, total?.bytes, total?.flops]);
    expect(seconds).toBeCloseTo(1e-9 * (total?.nanos ?? -1), 12);
    const inner = phases.filter((other) => other.depth === depth + 1 && other.path.startsWith(`${path}/`));
    const within = inner.reduce((sum, phase) => sum + phase.seconds, 0);
    expect(seconds - within).toBeCloseTo(selfSeconds, 12);
    if (counts.bytes !== undefined && seconds > 0) expect(counts.gigabytesPerSecond).toBeCloseTo((1e-9 * counts.bytes) / seconds, 9);
    else expect(counts.gigabytesPerSecond).toBeUndefined();
  });
  const { objective, optimizer } = result.profile;
  // The span is around the call that the timer is around, or the other way round.
  expect(row(result.profile, 'evaluate')?.calls).toBe(result.evaluations);
  expect(row(result.profile, 'evaluate')?.seconds).toBeCloseTo(objective, 2);
  expect(row(result.profile, 'optimizer')?.seconds).toBeCloseTo(optimizer, 2);
  const outermost = phases.reduce((sum, { depth, seconds }) => sum + (depth === 0 ? seconds : 0), 0);
  expect(outermost).toBeLessThanOrEqual(result.seconds * 1.001 + 1e-4);
}

describe.each(METHODS)('%s', (method, own) => {
  const options = { method, ...own, maxEvaluations: 120, trace: true } as MinimizeOptions;

  test('a recorded run gives the same bits', async () => {
    const expected = bits(minimizeSync(rosenbrock, START, options));
    const sync = minimizeSync(rosenbrock, START, { ...options, profile: true });
    const later = await minimize(async (x, g) => rosenbrock(x, g), START, { ...options, profile: true });
    expect([bits(sync), bits(later)]).toEqual([expected, expected]);
    for (const result of [sync, later]) assertSound(result);
  });

  test('a native one does, here and on another thread, seen at each iteration or not', async () => {
    const rod = problems.testFunction({ name: 'rosenbrock' });
    const expected = bits(minimizeSync(rod, null, { ...options, trace: true }));
    const sync = minimizeSync(rod, null, { ...options, profile: true });
    const seen = await minimize(rod, null, { ...options, profile: true, onIteration: () => {} });
    const unseen = await minimize(rod, null, { ...options, trace: false, profile: true });
    expect([bits(sync), bits(seen), { ...bits(unseen), trace: sync.trace }]).toEqual([expected, expected, expected]);
    for (const result of [sync, seen, unseen]) assertSound(result);
  });
});

test('nothing is recorded unless it is asked for', () => {
  for (const options of [{}, { profile: false }, { profile: null }]) {
    const { profile } = minimizeSync(rosenbrock, START, options);
    expect([profile.phases, profile.events]).toEqual([undefined, undefined]);
    expect(() => chromeTrace(profile)).toThrow(expect.objectContaining({ code: 'ERR_LGF_ARGUMENT', argument: 'profile' }));
  }
  expect(() => chromeTrace(undefined as never)).toThrow(expect.objectContaining({ code: 'ERR_LGF_ARGUMENT', argument: 'profile' }));
  expect(() => profileTable(undefined as never)).toThrow(expect.objectContaining({ code: 'ERR_LGF_ARGUMENT', argument: 'phases' }));
});

test('the time of a callback is told from that of the way to it', async () => {
  for (const result of [
    minimizeSync(slow, START, { maxEvaluations: 10, profile: true }),
    await minimize(slow, START, { maxEvaluations: 10, profile: true }),
  ]) {
    const [callback, crossing] = ['evaluate/callback', 'evaluate/crossing'].map((path) => row(result.profile, path));
    expect([callback?.calls, crossing?.calls]).toEqual([10, 20]);
    expect(callback?.seconds).toBeGreaterThanOrEqual(0.02);
    expect(crossing?.seconds).toBeLessThan(0.5 * (callback?.seconds ?? 0));
    expect(row(result.profile, 'evaluate')?.selfSeconds).toBeLessThan(1e-6);
  }
});

test('phases of a large problem count what they move', () => {
  const d = 20_000;
  const { profile, evaluations } = minimizeSync(bowl, new Float64Array(d).fill(1), { maxEvaluations: 8, profile: true });
  const window = row(profile, 'optimizer/learn/window');
  expect(window?.calls).toBe(evaluations - 1);
  // Four vectors are read and two are written at least, each time.
  expect(window?.bytes).toBeGreaterThanOrEqual(48 * d * (evaluations - 1));
  expect(window?.flops).toBeGreaterThan(0);
  expect(window?.gigaflopsPerSecond).toBeGreaterThan(0);
  expect(row(profile, 'optimizer/propose/lift')?.bytes).toBeGreaterThan(24 * d);
});

test('fits of the published schedule show their stages', () => {
  const options = { method: 'lgf', learningRate: 0.002, dt: 0.002, historySize: 10, retrainInterval: 20, maxEvaluations: 40 } as const;
  const result = minimizeSync(rosenbrock, START, { ...options, profile: true });
  assertSound(result);
  const fit = 'optimizer/follow/fit';
  expect(row(result.profile, fit)?.calls).toBe(result.fits);
  for (const stage of ['states', 'library', 'targets', 'regress', 'residual']) {
    expect(row(result.profile, `${fit}/${stage}`)?.calls).toBe(result.fits);
  }
});

test('a resumed run tells of this call alone, and what is written down knows nothing of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lgf-profile-'));
  try {
    const [path, plain] = ['with', 'without'].map((name) => join(folder, name)) as [string, string];
    minimizeSync(rosenbrock, START, { maxEvaluations: 9, profile: true, checkpoint: { path } });
    minimizeSync(rosenbrock, START, { maxEvaluations: 9, checkpoint: { path: plain } });
    const whole = minimizeSync(rosenbrock, START);
    for (const resume of [path, plain]) {
      const rest = minimizeSync(rosenbrock, null, { resume, profile: true });
      expect(bits(rest)).toEqual(bits(whole));
      expect(row(rest.profile, 'evaluate')?.calls).toBe(whole.evaluations - 9);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a run that fails tells what was recorded until then', () => {
  let calls = 0;
  const dies: Objective = (x, g) => {
    if (++calls === 5) throw new Error('power cut');
    return rosenbrock(x, g);
  };
  const error = (() => {
    try {
      minimizeSync(dies, START, { profile: true });
    } catch (error) {
      return error as LgfError;
    }
  })();
  expect(error?.result && row(error.result.profile, 'evaluate')?.calls).toBe(4);
});

interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly cat: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

test('the trace is JSON of complete, nested events on one named track', async () => {
  const result = await minimize(problems.heatRod(), null, { maxEvaluations: 20, profile: true });
  const { phases, events } = recorded(result.profile);
  const trace = JSON.parse(chromeTrace(result.profile)) as { traceEvents: TraceEvent[]; otherData: unknown };
  const [process, thread, ...spans] = trace.traceEvents;
  expect(process).toMatchObject({ ph: 'M', name: 'process_name', args: { name: 'learned-gradient-flow' } });
  expect(thread).toMatchObject({ ph: 'M', name: 'thread_name', args: { name: 'run' } });
  expect(trace.otherData).toEqual({ dropped: 0 });
  expect(spans).toHaveLength(events.phase.length);
  const open: TraceEvent[] = [];
  const seconds = new Map<string, number>();
  let last = 0;
  for (const span of spans) {
    expect([span.ph, span.pid, span.tid]).toEqual(['X', process?.pid, thread?.tid]);
    expect(span.ts).toBeGreaterThanOrEqual(last);
    expect(span.dur).toBeGreaterThanOrEqual(0);
    last = span.ts;
    open.length = span.cat.split('/').length - 1;
    const around = open.at(-1);
    // Three decimals of a microsecond are nanoseconds; their sum may round.
    if (around) expect(span.ts + span.dur).toBeLessThanOrEqual(around.ts + around.dur + 1e-6);
    open.push(span);
    seconds.set(span.cat, (seconds.get(span.cat) ?? 0) + 1e-6 * span.dur);
  }
  for (const { path, seconds: expected } of phases) expect(seconds.get(path)).toBeCloseTo(expected, 9);
  const march = spans.find(({ name }) => name === 'march');
  expect(march?.args).toMatchObject({ bytes: expect.any(Number), flops: expect.any(Number), 'GB/s': expect.any(Number) });
});

test('the run and its longer outermost spans are on the timeline', async () => {
  const seen: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
  observer.observe({ entryTypes: ['measure'] });
  const begun = performance.now();
  const { profile } = await minimize(slow, START, { maxEvaluations: 6, profile: true });
  await minimize(rosenbrock, START, { maxEvaluations: 6 });
  const ended = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  observer.disconnect();
  const own = (name: string): PerformanceEntry[] => seen.filter((entry) => entry.name === name);
  const [run, evaluations] = [own('lgf:minimize'), own('lgf:evaluate')];
  expect([run.length, evaluations.length]).toEqual([1, 6]);
  let from = begun;
  for (const { startTime, duration } of evaluations) {
    expect(startTime).toBeGreaterThanOrEqual(from);
    expect(duration).toBeGreaterThanOrEqual(2);
    from = startTime + duration;
  }
  expect(from).toBeLessThanOrEqual((run[0]?.startTime ?? 0) + (run[0]?.duration ?? 0));
  expect(from).toBeLessThanOrEqual(ended);
  const measured = evaluations.reduce((sum, { duration }) => sum + duration, 0);
  expect(1e-3 * measured).toBeCloseTo(row(profile, 'evaluate')?.seconds ?? 0, 6);
});

test('a long run keeps few measures and a bounded number of spans', () => {
  performance.clearMeasures();
  const flat: Objective = (x, g) => {
    g[0] = 1e-3;
    return 1e-3 * (x[0] as number);
  };
  const options = { method: 'gradient-descent', learningRate: 1e-3, maxEvaluations: 80_000, maxIterations: 80_000 } as const;
  const { profile, evaluations } = minimizeSync(flat, [1], { ...options, profile: true });
  const { phases, events } = recorded(profile);
  expect(events.phase.length).toBe(2 ** 18);
  expect(events.dropped).toBe(phases.reduce((sum, { calls }) => sum + calls, 0) - 2 ** 18);
  expect(row(profile, 'evaluate/callback')?.calls).toBe(evaluations);
  expect(performance.getEntriesByType('measure').length).toBeLessThanOrEqual(1001);
  performance.clearMeasures();
});

test('the table has a line for each row, with shares of the whole', () => {
  const phase = (path: string, seconds: number, more: Partial<ProfilePhase> = {}): ProfilePhase => {
    const names = path.split('/');
    const unknown = { bytes: undefined, flops: undefined, gigabytesPerSecond: undefined, gigaflopsPerSecond: undefined };
    return { name: names.at(-1) ?? '', path, depth: names.length - 1, calls: 3, seconds, selfSeconds: seconds, ...unknown, ...more };
  };
  const rows = [
    phase('evaluate', 1.5, { selfSeconds: 0.5 }),
    phase('evaluate/solve', 1, { bytes: 2.5e9, flops: 1e6, gigabytesPerSecond: 2.5, gigaflopsPerSecond: 0.001 }),
    phase('optimizer', 0.5, { selfSeconds: 2e-6 }),
  ];
  expect(profileTable(rows).split('\n')).toEqual([
    'phase      calls  seconds     self   share   bytes  GB/s   flops  GFLOP/s',
    'evaluate       3  1.50 s    500 ms  75.0 %',
    '  solve        3  1.00 s   1.00 s   50.0 %  2.50 G  2.50  1.00 M     0.00',
    'optimizer      3   500 ms  2.00 µs  25.0 %',
  ]);
  expect(profileTable([]).split('\n')).toHaveLength(1);
});

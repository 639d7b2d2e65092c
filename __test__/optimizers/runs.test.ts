// All optimizers on the whole: they descend, and whoever drives them, they do the same bit for bit.
import * as lgf from 'learned-gradient-flow';
import { type BatchObjective, LGFBatch, Matrix, type Objective, type Optimizer } from 'learned-gradient-flow';
import { describe, expect, test } from 'vitest';
import { basin, bent, follow, OPTIMIZERS, START, STEPS, stateOf } from '../support/optimizers.ts';

test('the table has every exported optimizer', () => {
  const exported = Object.values(lgf).filter((value) => typeof value === 'function' && value.prototype instanceof lgf.Optimizer);
  expect(new Set(OPTIMIZERS.map(({ Class }) => Class))).toEqual(new Set(exported));
  expect(new Set(OPTIMIZERS.map(({ name }) => name)).size).toBe(OPTIMIZERS.length);
});

test('the table has phases taken and undone, and all reasons to step truly instead', () => {
  const seen = new Set<string | undefined>();
  const rejected = new Set<string>();
  for (const { Class, make, guarded, plain } of OPTIMIZERS) {
    const optimizer = make(START);
    for (const { report } of follow(optimizer, bent)) seen.add(report.fallback);
    if (optimizer.rejections > 0) rejected.add(Class.name);
    if (!guarded) expect(optimizer.rejections).toBe(0);
    expect(optimizer.fits > 0).toBe(!plain);
  }
  expect([...seen].sort()).toEqual(['radius', 'worse', undefined]);
  expect(rejected).toEqual(
    new Set(['Anderson', 'LBFGS', 'LGFAdaptive', 'LGFBatch', 'LGFGradientFlow', 'LGFTrustRegion', 'LGFAdamTrustRegion']),
  );
});

/** The objective of all trajectories, one after the other. */
const together =
  (objective: Objective): BatchObjective =>
  (x, g) =>
    Array.from({ length: x.rows }, (_, row) => objective(x.row(row), g.row(row)));

describe.each(OPTIMIZERS)('$name', ({ make, plain, guarded, phaseless, trajectories }) => {
  test('descends a convex quadratic', () => {
    const optimizer = make(START);
    const [d, g] = [optimizer.dimension, new Float64Array(optimizer.dimension)];
    const values = (): number[] => Array.from({ length: trajectories }, (_, i) => basin(optimizer.x.slice(i * d, (i + 1) * d), g));
    expect([d, optimizer.trajectories, optimizer.x.length]).toEqual([START.length, trajectories, d * trajectories]);
    const before = values();
    const kinds = follow(optimizer, basin).map(({ report }) => report.kind);
    values().forEach((value, i) => void expect(value).toBeLessThan(0.05 * (before[i] as number)));
    expect(optimizer.best?.value).toBeLessThan(0.1 * Math.min(...before));
    // At least two learned phases, each with a true one before it.
    expect(kinds.join(' ').split('true learned').length - 1).toBeGreaterThanOrEqual(plain || phaseless ? 0 : 2);
    if (!plain && !phaseless) expect(optimizer.evaluations).toBeLessThan(0.6 * STEPS * trajectories);
  });

  test('counts one evaluation for each call that the run depends on', () => {
    const optimizer = make(START);
    let calls = 0;
    let shown = 0;
    const moments = follow(optimizer, (x, g) => {
      calls++;
      return bent(x, g);
    });
    for (const { report } of moments) shown += report.kind === 'learned' && report.value !== undefined ? trajectories : 0;
    // A value that a safeguard knows is shown without a call.
    if (guarded) expect(calls - optimizer.evaluations).toBeLessThanOrEqual(shown);
    else if (!('radius' in optimizer)) expect(calls - optimizer.evaluations).toBe(shown);
    moments.forEach(({ report }, i) => void expect(report.epoch).toBe(i));
  });

  const undisturbed = follow(make(START), bent);
  const iterates = undisturbed.map(({ state }) => (state as { x: number[] }).x);
  const expectSame = (optimizer: Optimizer, report: lgf.StepReport): void =>
    expect({ report, state: stateOf(optimizer) }).toEqual(undisturbed[report.epoch]);

  test('ask and tell', () => {
    const optimizer = make(START);
    const g = new Float64Array(START.length);
    for (;;) {
      const request = optimizer.ask();
      expect(optimizer.ask()).toEqual(request);
      // A value is asked for at the end of the step under way, a gradient before the step or where it may end.
      const taken = optimizer.epoch - (request.want === 'value' ? 0 : 1);
      if (optimizer.epoch >= STEPS) break;
      if (taken >= 0) expect(Array.from(optimizer.x)).toEqual(iterates[taken]);
      const value = bent(request.x, g);
      const report = optimizer.tell(request.id, value, request.want === 'gradient' ? g : undefined);
      if (report !== undefined) expectSame(optimizer, report);
    }
  });

  test('stepAsync', async () => {
    const optimizer = make(START);
    while (optimizer.epoch < STEPS) expectSame(optimizer, await optimizer.stepAsync(async (x, g) => bent(x, g)));
  });

  test('advance', () => {
    const optimizer = make(START);
    while (optimizer.epoch < STEPS) {
      optimizer.advance(STEPS - optimizer.epoch);
      if (optimizer.epoch > 0) expect(Array.from(optimizer.x)).toEqual(iterates[optimizer.epoch - 1]);
      if (optimizer.epoch < STEPS) optimizer.step(bent);
    }
    expect(stateOf(optimizer)).toEqual(undisturbed.at(-1)?.state);
  });

  const batch = make(START);
  test.runIf(batch instanceof LGFBatch)('stepBatch and stepBatchAsync', async () => {
    const [sync, late] = [make(START), make(START)] as LGFBatch[] as [LGFBatch, LGFBatch];
    const rows = together(bent);
    while (sync.epoch < STEPS) {
      expectSame(sync, sync.stepBatch(rows));
      expectSame(late, await late.stepBatchAsync(async (x, g) => rows(x, g)));
      expect(Array.from(sync.iterates.data)).toEqual(Array.from(sync.x));
    }
  });

  test.runIf(batch instanceof LGFBatch)('askBatch and tellBatch', () => {
    const optimizer = make(START) as LGFBatch;
    for (;;) {
      const { x, want, id } = optimizer.askBatch();
      if (optimizer.epoch >= STEPS) break;
      const g = new Matrix(x.rows, x.columns, new Float64Array(x.data.length));
      const values = together(bent)(x, g);
      const report = optimizer.tellBatch(id, values, want === 'gradient' ? g : null);
      if (report !== undefined) expectSame(optimizer, report);
    }
    expect(optimizer.epoch).toBe(STEPS);
  });
});

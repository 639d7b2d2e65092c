// What is seen of a run while it goes on, and when it counts as converged.
import { describe, expect, test } from 'vitest';
import { bestOf, type Entry, hasConverged, phaseOf, totals } from '../../src/cli/topology/history.ts';
import { blockOf, complianceText, LiveView, lineOf, type Scene, trend } from '../../src/cli/topology/live.ts';

const entry = (evaluation: number, compliance: number, more: Partial<Entry> = {}): Entry => ({
  stage: 0,
  evaluation,
  verdict: 'accepted',
  measures: { compliance, volume: 0.5, greyness: 0.25, solverIterations: 7 },
  seconds: evaluation,
  ...more,
});
const run = [entry(1, 100), entry(2, 50, { model: 'general' }), entry(3, 60, { verdict: 'rejected' }), entry(4, 25)];
const scene: Scene = { title: 'mbb 30×10, lgf-adaptive', entries: run, maxEvaluations: 40, seconds: 4, evaluating: 1.25, memory: 321e6 };

describe('the history', () => {
  test('counts evaluations over the stages', () => {
    expect(totals([entry(1, 1), entry(2, 1), entry(1, 1, { stage: 1 }), entry(3, 1, { stage: 1 }), entry(1, 1, { stage: 2 })])).toEqual([
      1, 2, 3, 5, 6,
    ]);
    expect(totals([])).toEqual([]);
  });

  test('has its best design in the last stage, and none of those that were left again', () => {
    expect(bestOf(run)?.evaluation).toBe(4);
    expect(bestOf([...run, entry(5, 1, { verdict: 'rejected' })])?.evaluation).toBe(4);
    expect(bestOf([...run, entry(1, 70, { stage: 1 })])?.stage).toBe(1);
    expect(bestOf([])).toBeUndefined();
  });

  test('says how each step was chosen', () => {
    const { measures: _, ...failed } = entry(5, 1, { verdict: 'failed' });
    expect([...run, failed].map(phaseOf)).toEqual(['start', 'learned flow, general', 'descent, left again', 'descent', 'failed']);
  });
});

describe('a stage has converged', () => {
  const course = (...compliances: readonly number[]) => compliances.map((compliance, i) => entry(i + 1, compliance));
  test('when six accepted compliances in a row agree', () => {
    expect(hasConverged(course(9, 1, 1.001, 1, 1, 1, 1), 0.01)).toBe(true);
    expect(hasConverged(course(9, 1, 1.02, 1, 1, 1, 1), 0.01)).toBe(false);
    expect(hasConverged(course(1, 1, 1, 1, 1), 0.01)).toBe(false);
    expect(hasConverged(course(1, 1, 1, 1, 1, 1), 0)).toBe(false);
    expect(hasConverged([], 0.01)).toBe(false);
  });

  test('of its own, whatever was left again on the way', () => {
    const same = course(1, 1, 1, 1, 1, 1);
    expect(hasConverged([...same, entry(7, 1, { verdict: 'rejected' })], 0.01)).toBe(false);
    expect(hasConverged([...same, entry(7, 5, { verdict: 'rejected' }), entry(8, 1)], 0.01)).toBe(true);
    expect(hasConverged([...same, entry(1, 1, { stage: 1 })], 0.01)).toBe(false);
  });
});

describe('what is seen', () => {
  test('is progress, the design, the step, the cost, and the course', () => {
    expect(blockOf(scene, 100)).toEqual([
      '██░░░░░░░░░░░░░░░░░░░░░░ evaluation  4/40  mbb 30×10, lgf-adaptive',
      'compliance 25.0000  best 25.0000  volume 0.500  greyness 0.250',
      'descent  solver iterations 7  evaluating for 1.3 s',
      '4.0 s  1.0 s each  at most 36 s left  321 MB',
      '█▄▁',
    ]);
    expect(lineOf(scene)).toBe(
      'evaluation 4/40  compliance 25.0000  best 25.0000  volume 0.500  greyness 0.250  solver 7  descent  321 MB  4.0 s',
    );
  });

  test('before the first evaluation says so', () => {
    expect(blockOf({ ...scene, entries: [] }, 100)[2]).toBe('setting up  solver iterations –  evaluating for 1.3 s');
  });

  test('names the stage where there are several', () => {
    const staged = { ...scene, stages: { count: 3, sharpness: 4 } };
    expect(blockOf(staged, 100)[2]).toMatch(/^stage 1\/3, sharpness 4 {2}descent/);
    expect(lineOf(staged)).toContain('stage 1/3');
  });

  test.each([5, 20, 79])('fits into %i columns', (width) => {
    for (const line of blockOf(scene, width)) expect(line.length).toBeLessThanOrEqual(width);
  });

  test('shows the newest design at the right, in as many columns as there are', () => {
    const many = Array.from({ length: 500 }, (_, i) => entry(i + 1, 500 - i));
    expect(trend(many, 40)).toHaveLength(40);
    expect(trend(many, 40)).toMatch(/^█.*▁$/);
    expect(trend([entry(1, 2), entry(2, 2)], 40)).toBe('▁▁');
    expect(trend([entry(1, 2)], 40)).toBe('');
  });

  test('has numbers that can be read', () => {
    expect([0, 1e-9, 12.34567891, 123456789, undefined].map(complianceText)).toEqual(['0.00000', '1.0000e-9', '12.3457', '1.2346e+8', '–']);
  });
});

describe('the view', () => {
  const sink = (isTTY: boolean) => {
    const written: string[] = [];
    return { written, isTTY, columns: 80, write: (text: string) => written.push(text) };
  };

  test('on a terminal draws in place, in one write', () => {
    const out = sink(true);
    const view = new LiveView(out, () => 0);
    expect(view.due).toBe(true);
    view.show(scene);
    view.show(scene);
    view.end();
    expect(out.written).toHaveLength(3);
    expect(out.written[0]?.startsWith('\r\u001b[2K██')).toBe(true);
    expect(out.written[1]?.startsWith('\r\u001b[4A\u001b[2K██')).toBe(true);
    expect(out.written[1]?.split('\n')).toHaveLength(5);
    expect(out.written[2]).toBe('\n');
  });

  test('on a terminal that does not know its width takes the usual one', () => {
    const out = { ...sink(true), columns: 0 };
    new LiveView(out, () => 0).show(scene);
    expect(out.written[0]).toContain('mbb 30×10, lgf-adaptive');
  });

  test('elsewhere prints a line every three seconds', () => {
    const out = sink(false);
    let now = 0;
    const view = new LiveView(out, () => now);
    expect(view.due).toBe(false);
    now = 3000;
    expect(view.due).toBe(true);
    view.show(scene);
    expect(view.due).toBe(false);
    view.end();
    expect(out.written).toEqual([`${lineOf(scene)}\n`]);
  });
});

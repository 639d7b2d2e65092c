import { describe, expect, test } from 'vitest';
import { duration, endText, ProgressLine, progressText, remainingText } from '../../src/cli/progress.ts';
import type { RunRecord } from '../../src/experiments/record.ts';
import { remaining, StepClock, stepsBetween } from '../../src/experiments/stepClock.ts';

const schedule = { historySize: 3, retrainInterval: 8 };

function clockOf(steps: readonly ['true' | 'fit' | 'learned', number][]): StepClock {
  const clock = new StepClock();
  for (const [kind, seconds] of steps) clock.add(kind, seconds, kind === 'true' ? seconds / 2 : 0);
  return clock;
}

describe('steps to come', () => {
  test('without a schedule all are true', () => {
    expect(stepsBetween(3, 10, undefined)).toEqual({ true: 7, fit: 0, learned: 0 });
  });

  test('a cycle is true steps, one that fits, learned ones', () => {
    expect(stepsBetween(0, 8, schedule)).toEqual({ true: 3, fit: 1, learned: 4 });
    expect(stepsBetween(2, 11, schedule)).toEqual({ true: 4, fit: 1, learned: 4 });
    expect(stepsBetween(4, 8, schedule)).toEqual({ true: 0, fit: 0, learned: 4 });
    expect(stepsBetween(9, 9, schedule)).toEqual({ true: 0, fit: 0, learned: 0 });
  });
});

describe('remaining time', () => {
  test('is the steps to come at the mean of their kind', () => {
    const clock = clockOf([
      ['true', 2],
      ['true', 4],
      ['fit', 10],
      ['learned', 0.5],
    ]);
    // 3 × 3 + 1 × 10 + 4 × 0.5
    expect(remaining(stepsBetween(8, 16, schedule), clock)).toEqual({ seconds: 21, atLeast: false });
    expect(remaining(stepsBetween(5, 8, schedule), clock)).toEqual({ seconds: 1.5, atLeast: false });
  });

  test('is a lower bound while a kind to come was not seen', () => {
    const clock = clockOf([['true', 2]]);
    expect(remaining(stepsBetween(1, 8, schedule), clock)).toEqual({ seconds: 4, atLeast: true });
    expect(remaining(stepsBetween(1, 3, schedule), clock)).toEqual({ seconds: 4, atLeast: false });
  });

  test('takes what was not seen from the run before, but not what was', () => {
    const earlier = clockOf([['true', 5]]);
    expect(remaining({ true: 2, fit: 0, learned: 0 }, new StepClock(), earlier)).toEqual({ seconds: 10, atLeast: false });
    expect(remaining({ true: 2, fit: 0, learned: 0 }, clockOf([['true', 1]]), earlier)).toEqual({ seconds: 2, atLeast: false });
    expect(remaining({ true: 1, fit: 1, learned: 0 }, undefined, earlier)).toEqual({ seconds: 5, atLeast: true });
  });

  test('of a run whose learned steps are cheap is not that of its true ones', () => {
    const clock = clockOf([
      ['true', 1],
      ['fit', 0.1],
      ['learned', 0.001],
    ]);
    expect(remaining(stepsBetween(0, 80, schedule), clock).seconds).toBeCloseTo(30 + 1 + 0.04, 9);
  });
});

test('seconds are summed by what they went into', () => {
  const clock = clockOf([
    ['true', 2],
    ['true', 4],
    ['learned', 0.5],
  ]);
  clock.add('fit', 3, 1);
  clock.add('learned', 2, 0.75);
  expect(clock.summary()).toEqual({ total: 11.5, evaluating: 4.75, fitting: 2, learned: 1.75 });
  expect([clock.mean('true'), clock.mean('fit'), new StepClock().mean('fit')]).toEqual([3, 3, undefined]);
});

test('durations are as coarse as they are long', () => {
  expect([0.04, 9.96, 75.4, 119, 121, 3599, 7300].map(duration)).toEqual([
    '0.0 s',
    '10.0 s',
    '75 s',
    '119 s',
    '2 min',
    '60 min',
    '2 h 2 min',
  ]);
  expect(remainingText({ seconds: 3, atLeast: true })).toBe('at least 3.0 s left');
  expect(remainingText({ seconds: 0, atLeast: true })).toBe('time left not known yet');
});

test('the line tells run, share, kind of step, evaluations, value and time', () => {
  const moment = { name: 'Adam', epoch: 30, evaluations: 20, value: 0.0123, next: 'fit', clock: new StepClock() } as const;
  expect(progressText(moment, 120, { seconds: 8, atLeast: false }, 'misfit')).toBe(
    'Adam ████░░░░░░░░░░░░  25 %  fit step      30/120  20 evaluations  misfit 1.23e-2  8.0 s left',
  );
  const record = { name: 'Adam', status: 'stopped', values: [1, 2], evaluations: [0, 1], time: { total: 2 } } as unknown as RunRecord;
  expect(endText(record, 4, 'misfit')).toBe('Adam ████░░░░░░░░░░░░  25 %  stopped      1/4  1 evaluations  misfit 2.00e+0  took 2.0 s');
});

test('a narrow line leaves out what matters least', () => {
  const moment = { name: 'Adam', epoch: 30, evaluations: 20, value: 0.0123, next: 'fit', clock: new StepClock() } as const;
  const within = (width: number) => progressText(moment, 120, { seconds: 8, atLeast: false }, 'misfit', width);
  expect([95, 80, 70, 55, 45, 20].map(within)).toEqual([
    'Adam ████░░░░░░░░░░░░  25 %  fit step      30/120  20 evaluations  misfit 1.23e-2  8.0 s left',
    'Adam  25 %  fit step      30/120  20 evaluations  misfit 1.23e-2  8.0 s left',
    'Adam  25 %   30/120  20 evaluations  misfit 1.23e-2  8.0 s left',
    'Adam  25 %   30/120  misfit 1.23e-2  8.0 s left',
    'Adam  25 %  misfit 1.23e-2  8.0 s left',
    'Adam  25 %  misfit 1.23e-2  8.0 s left',
  ]);
});

describe('the line', () => {
  const sink = (isTTY: boolean, columns = 80) => {
    const written: string[] = [];
    return { isTTY, columns, written, write: (text: string) => written.push(text) };
  };

  test('is rewritten on a terminal, cut to its width', () => {
    let now = 0;
    const terminal = sink(true, 11);
    const line = new ProgressLine(terminal, () => now);
    expect(line.due).toBe(true);
    line.show('one');
    expect(line.due).toBe(false);
    now += 100;
    expect(line.due).toBe(true);
    line.show('a long line');
    line.end();
    line.end();
    expect(terminal.written).toEqual(['\r\u001b[Kone', '\r\u001b[Ka long li…', '\n']);
  });

  test('is printed every few seconds elsewhere', () => {
    let now = 5000;
    const file = sink(false);
    const line = new ProgressLine(file, () => now);
    expect(line.due).toBe(false);
    now += 3000;
    expect(line.due).toBe(true);
    line.show('one');
    expect(line.due).toBe(false);
    line.end();
    expect(file.written).toEqual(['one\n']);
  });
});

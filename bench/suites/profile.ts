// What recording a run costs: a span by itself, printed by a program of the core, and whole runs with and without in turn. Machines are noisy:
// the share is that of the shortest runs, of which each does the same work.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { minimizeSync, type NativeProblem, type Objective, problems, type Result } from 'learned-gradient-flow';
import { median, type Row, table, time } from '../harness.ts';

const root = join(import.meta.dirname, '..', '..');
const cargo = ['run', '--release', '--quiet', '-p', 'lgf-core', '--example', 'profile'];
const spans = JSON.parse(execFileSync('cargo', cargo, { cwd: root, encoding: 'utf8' })) as Record<'off' | 'on' | 'full' | 'clock', number>;

const rosenbrock: Objective = ([a = 0, b = 0], g) => {
  const c = b - a * a;
  g[0] = -400 * a * c - 2 * (1 - a);
  g[1] = 200 * c;
  return 100 * c * c + (1 - a) ** 2;
};
/** As many evaluations each time. */
const options = { gradientTolerance: 0, valueTolerance: 0, method: 'l-bfgs' } as const;

interface Case {
  readonly what: string;
  readonly run: (profile: boolean) => Result;
  /** Whether its evaluations are long enough for the goal. */
  readonly counts: boolean;
}

function native(what: string, problem: NativeProblem, maxEvaluations: number): Case[] {
  return [
    { what: `${what}, lgf-adaptive`, run: (profile) => minimizeSync(problem, null, { maxEvaluations, profile }), counts: true },
    { what: `${what}, l-bfgs`, run: (profile) => minimizeSync(problem, null, { ...options, maxEvaluations, profile }), counts: true },
  ];
}

const cases: Case[] = [
  ...native('heat rod', problems.heatRod(), 40),
  ...native('deep elasticity', problems.deepElasticity({ cells: 8 }), 20),
  {
    what: 'callback of a microsecond, lgf-adaptive',
    run: (profile) => minimizeSync(rosenbrock, [-1.2, 1], { profile }),
    counts: false,
  },
  {
    what: 'callback of a microsecond, adam',
    run: (profile) => minimizeSync(rosenbrock, [-1.2, 1], { method: 'adam', maxEvaluations: 2000, profile }),
    counts: false,
  },
];

/** Seconds of an evaluation with its share of the optimizer, without and with, and the spans of one. */
function measured({ run }: Case): { without: number; with: number; spans: number } {
  const seconds: [number[], number[]] = [[], []];
  let [evaluations, calls] = [1, 0];
  const end = performance.now() + 4000;
  for (let round = 0; round < 20 || performance.now() < end; round++) {
    for (const profile of round % 2 ? [true, false] : [false, true]) {
      const result = run(profile);
      seconds[Number(profile) as 0 | 1].push(result.seconds);
      evaluations = result.evaluations;
      calls = result.profile.phases?.reduce((sum, phase) => sum + phase.calls, 0) ?? calls;
    }
  }
  // The lowest tenth: what the machine did beside is in the rest.
  const least = (all: number[]): number => median(all.toSorted((a, b) => a - b).slice(0, Math.ceil(all.length / 10))) / evaluations;
  return { without: least(seconds[0]), with: least(seconds[1]), spans: calls / evaluations };
}

const rows: Row[] = [
  { what: 'a span that nobody records', measured: time(1e-9 * spans.off), goal: '<= 2 ns', met: spans.off <= 2 },
  { what: 'a recorded span', measured: time(1e-9 * spans.on), beside: `two readings of the clock ${time(2e-9 * spans.clock)}` },
  { what: 'a span that is only summed up', measured: time(1e-9 * spans.full) },
];
for (const one of cases) {
  const cost = measured(one);
  const share = cost.with / cost.without - 1;
  rows.push({
    what: `${one.what}: ${cost.spans.toFixed(1)} spans an evaluation`,
    measured: `${(100 * share).toFixed(2)} %`,
    beside: `evaluation and step ${time(cost.without)}, with spans ${time(cost.with)}; by their number ${((100 * cost.spans * spans.on * 1e-9) / cost.without).toFixed(2)} %`,
    ...(one.counts ? { goal: '< 1 %', met: share < 0.01 } : {}),
  });
}
table(rows);

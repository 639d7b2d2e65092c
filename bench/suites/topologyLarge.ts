// Large designs: memory, time, and where the time goes. `npm run bench -- topologyLarge` writes a trace for ui.perfetto.dev beside the table.
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromeTrace, minimizeSync, problems } from 'learned-gradient-flow';
import { table, time } from '../harness.ts';

/** The most memory that the process has had, in bytes. */
function peak(): number {
  const line = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return 1024 * Number(line?.[1] ?? Number.NaN);
}

const GIB = 2 ** 30;
const CASES = [
  { size: [96, 48, 48], evaluations: 60, memory: 3 * GIB },
  { size: [160, 80, 80], evaluations: 50, memory: 4 * GIB },
] as const;

for (const { size, evaluations, memory } of CASES) {
  const problem = problems.topology3d({ size, volumeFraction: 0.2, direction: 'criteria' });
  let iterations = 0;
  const {
    profile,
    seconds,
    value = Number.NaN,
  } = minimizeSync(problem, problem.start(), {
    ...{ direction: 'custom', faithful: true, maxEvaluations: evaluations, valueTolerance: 0, gradientTolerance: 0, profile: true },
    onIteration: () => {
      iterations += problem.last?.solverIterations ?? 0;
    },
  });
  const name = `${size.join('×')}, ${problem.dimension} variables, ${evaluations} evaluations`;
  const share = profile.optimizer / seconds;
  table([
    {
      what: `${name}: peak memory of the process`,
      measured: `${(peak() / GIB).toFixed(2)} GiB`,
      goal: `<= ${memory / GIB} GiB`,
      met: peak() <= memory,
    },
    {
      what: 'an evaluation',
      measured: `${time(seconds / evaluations)}, ${((1e9 * seconds) / evaluations / problem.dimension).toFixed(0)} ns an element, ${(iterations / evaluations).toFixed(1)} iterations`,
    },
    { what: 'share of the optimizer', measured: `${(100 * share).toFixed(2)} %`, goal: '< 2 %', met: share < 0.02 },
    { what: 'compliance', measured: Math.exp(value).toPrecision(6) },
  ]);
  console.log(`\n| phase | calls | seconds | self | GB/s | GFLOP/s |\n|---|---|---|---|---|---|`);
  for (const { name: phase, depth, calls, seconds: whole, selfSeconds, bytes, flops } of profile.phases ?? []) {
    const rate = (amount = 0) => (amount > 0 ? (amount / whole / 1e9).toPrecision(3) : '');
    console.log(
      `| ${'· '.repeat(depth)}${phase} | ${calls} | ${whole.toFixed(2)} | ${selfSeconds.toFixed(2)} | ${rate(bytes)} | ${rate(flops)} |`,
    );
  }
  const file = join(tmpdir(), `topology-${size.join('x')}.trace.json`);
  writeFileSync(file, chromeTrace(profile));
  console.log(`\ntrace: ${file}\n`);
}

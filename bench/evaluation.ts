// Seconds that one evaluation of a native problem takes, as one line of JSON; run by problems.ts in a process of its own, so that memory is its own.
import { problems, version } from 'learned-gradient-flow';
import { SUBJECTS } from './subjects.ts';

const [name = '', seconds = '2'] = process.argv.slice(2);
const subject = SUBJECTS.find((candidate) => candidate.name === name);
if (subject === undefined) throw new Error(`no such problem: ${name}`);
const { run } = subject.make(problems);
let { value, gradient } = run();
const times: number[] = [];
for (const end = performance.now() + 1000 * Number(seconds); times.length < 3 || performance.now() < end; ) {
  const start = performance.now();
  ({ value, gradient } = run());
  times.push((performance.now() - start) / 1000);
}
times.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    name,
    evaluations: times.length,
    secondsPerEvaluation: times[times.length >> 1],
    // Kilobytes.
    peakBytes: process.resourceUsage().maxRSS * 1024,
    value,
    gradientNorm: Math.hypot(...gradient),
    versions: { 'learned-gradient-flow': version(), node: process.versions.node },
  }),
);

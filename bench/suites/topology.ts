// Evaluations of a design until its compliance is within a share of where the optimality criteria end, from a uniform design: the learned flow with one
// setting for all, beside the usual optimizers of the field and general ones.
import { type Iteration, minimizeSync, problems, type Topology } from 'learned-gradient-flow';
import { table, time } from '../harness.ts';

const LEVELS = [0.05, 0.02, 0.01, 0.001] as const;

/** What an optimizer did: compliances, each with the evaluations up to it. */
interface History {
  readonly compliances: readonly (readonly [evaluations: number, compliance: number])[];
  readonly evaluations: number;
  readonly end: number;
  readonly seconds: number;
}

type Make = (options: object) => Topology;
type Options = Parameters<typeof minimizeSync>[2];

function follow(problem: Topology, options: Options): History {
  const compliances: [number, number][] = [];
  const start = performance.now();
  const { evaluations } = minimizeSync(problem, problem.start(), {
    valueTolerance: 0,
    gradientTolerance: 0,
    ...options,
    onIteration: ({ evaluations: at }: Iteration) => {
      compliances.push([at, problem.last?.compliance ?? Number.NaN]);
    },
  } as Options);
  return { compliances, evaluations, end: compliances.at(-1)?.[1] ?? Number.NaN, seconds: (performance.now() - start) / 1000 };
}

/** Under the constraint itself, until no variable moves by more than 0.01. */
function constrained(make: Make, method: 'optimality-criteria' | 'mma', maxEvaluations: number): History {
  const problem = make({ variables: 'density', logarithm: false });
  return follow(problem, { method, weights: problem.volumeWeights(), limit: problem.volumeLimit, maxEvaluations });
}

const learned = (make: Make, maxEvaluations: number): History =>
  follow(make({ direction: 'criteria' }), { direction: 'custom', faithful: true, maxEvaluations });

const bestOf = (compliances: History['compliances']): number => Math.min(...compliances.map(([, compliance]) => compliance));

/** Evaluations to the levels, and the best compliance against the reference. */
function figures({ compliances }: History, reference: number): { readonly counts: readonly (number | undefined)[]; readonly text: string } {
  const counts = LEVELS.map((level) => {
    return compliances.find(([, compliance]) => compliance <= reference * (1 + level))?.[0];
  });
  const best = 100 * (bestOf(compliances) / reference - 1);
  return { counts, text: `${counts.map((count) => count ?? '–').join(' / ')}, ${best >= 0 ? '+' : ''}${best.toFixed(2)} %` };
}

const CASES: readonly { readonly name: string; readonly make: Make; readonly goal?: readonly number[]; readonly general?: boolean }[] = [
  { name: 'half MBB 60×20', make: (o) => problems.topology2d(o), goal: [15, 30, 45, 110], general: true },
  { name: 'half MBB 150×50', make: (o) => problems.topology2d({ size: [150, 50], ...o }) },
  { name: 'half MBB 300×100', make: (o) => problems.topology2d({ size: [300, 100], ...o }) },
  { name: 'cantilever 64×32', make: (o) => problems.topology2d({ preset: 'cantilever', ...o }) },
  { name: 'L-bracket 60×60', make: (o) => problems.topology2d({ preset: 'l-bracket', ...o }) },
  { name: 'two load cases 64×32', make: (o) => problems.topology2d({ preset: 'two-load-cases', ...o }) },
  { name: 'cantilever 48×24×24, volume 0.2', make: (o) => problems.topology3d({ volumeFraction: 0.2, ...o }) },
  { name: 'bridge 64×32×16, volume 0.2', make: (o) => problems.topology3d({ preset: 'bridge', volumeFraction: 0.2, ...o }) },
];

console.log(
  `evaluations to ${LEVELS.map((level) => 100 * level).join(' / ')} % above the end of the optimality criteria, and the best compliance against it\n`,
);
const rows = CASES.flatMap(({ name, make, goal, general }) => {
  const criteria = constrained(make, 'optimality-criteria', 1000);
  const reference = criteria.end;
  const [own, mma] = [learned(make, 100), constrained(make, 'mma', 300)];
  const { counts, text } = figures(own, reference);
  const of = (label: string, history: History) =>
    `${label} ${figures(history, reference).text} (${history.evaluations} evaluations, ${time(history.seconds)})`;
  const others = [of('optimality criteria', criteria), of('MMA', mma)];
  if (general) {
    others.push(of('Adam 0.2', follow(make({}), { method: 'adam', learningRate: 0.2, maxEvaluations: 1000 })));
    others.push(of('L-BFGS', follow(make({}), { method: 'l-bfgs', maxEvaluations: 1000 })));
  }
  const met = goal?.every((most, i) => (counts[i] ?? Number.POSITIVE_INFINITY) <= most);
  const above = bestOf(own.compliances) > 1.001 * reference;
  return [
    {
      what: `${name}: compliance ${reference.toPrecision(7)}`,
      measured: `${text} (${own.evaluations} evaluations, ${time(own.seconds)})`,
      beside: others.join('; '),
      goal: goal ? `<= ${goal.join(' / ')}` : '<= +0.1 %',
      met: goal ? met && !above : !above,
    },
  ];
});
table(rows as Parameters<typeof table>[0]);

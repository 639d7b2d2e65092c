// The solver of topology optimization beside SciPy, CHOLMOD and PyAMG: the same moduli of a design on its way, from nothing, assembly included. Ours is
// a whole evaluation: filter, displacements to 1e-8 in energy, derivatives.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minimizeSync, problems, type Topology } from 'learned-gradient-flow';
import { measure, type Row, THREADS, table, time } from '../harness.ts';

interface Case {
  readonly size: readonly number[];
  readonly goal: number;
  readonly make: (options: object) => Topology;
  /** Solvers with the residual at which they end; CHOLMOD takes minutes in space. */
  readonly peers: readonly (readonly [solver: string, tolerance: number])[];
}

const [PLANE, SPACE] = [[300, 100] as const, [48, 24, 24] as const];
const CASES: readonly Case[] = [
  {
    ...{ size: PLANE, goal: 5, make: (o) => problems.topology2d({ size: PLANE, ...o }) },
    peers: [
      ['cholmod', 0],
      ['spsolve', 0],
      ['pyamg', 1e-4],
    ],
  },
  {
    ...{ size: SPACE, goal: 20, make: (o) => problems.topology3d({ size: SPACE, volumeFraction: 0.2, ...o }) },
    // About as far from the solution, in energy, as 1e-8.
    peers: [['pyamg', 1e-4]],
  },
];

const rows: Row[] = [];
const scratch = mkdtempSync(join(tmpdir(), 'lgf-bench-'));
for (const { size, goal, make, peers } of CASES) {
  const design = make({ direction: 'criteria' });
  const { x } = minimizeSync(design, design.start(), { direction: 'custom', faithful: true, maxEvaluations: 20 });
  const density = design.density(x);
  const input = join(scratch, `${size.length}.json`);
  writeFileSync(input, JSON.stringify({ x: Array.from(density, (rho) => 1e-9 + rho ** 3 * (1 - 1e-9)) }));
  const cold = make({ solver: 'multigrid', warmStart: false, accuracy: 1e-8 });
  const g = new Float64Array(cold.dimension);
  const own = measure(() => cold.evaluate(x, g));
  const axes = size.flatMap((n, axis) => [`--n${'xyz'[axis]}`, String(n)]);
  const taken = peers.map(([solver, tolerance]) => {
    const script = join(import.meta.dirname, '../peers/elasticity.py');
    const args = [script, '--threads', String(THREADS), '--seconds', '1', '--input', input, ...axes, '--solver', solver];
    if (tolerance > 0) args.push('--tolerance', String(tolerance));
    const lines = execFileSync(process.env['LGF_BENCH_PYTHON'] ?? 'python3', args, { encoding: 'utf8' }).trim();
    const { secondsPerEvaluation } = JSON.parse(lines.split('\n').at(-1) ?? '') as { secondsPerEvaluation: number };
    return [solver, secondsPerEvaluation] as const;
  });
  const best = Math.min(...taken.map(([, seconds]) => seconds));
  rows.push({
    what: `${size.join('×')}, ${cold.last?.solverIterations ?? 0} iterations`,
    measured: `${time(own)}, ${(best / own).toFixed(1)}× the best`,
    beside: taken.map(([solver, seconds]) => `${solver} ${time(seconds)}`).join(', '),
    goal: `${goal}×`,
    met: best > goal * own,
  });
}
rmSync(scratch, { recursive: true });
table(rows);

// What methods are compared on: all test functions, some of them in other dimensions or with noise, and the problems of the paper.
import { type NativeProblem, problems } from 'learned-gradient-flow';
import type { Case } from './count.ts';

/** A case that is made when it is its turn. */
export interface CaseEntry {
  readonly name: string;
  /** What the figures depend on besides the method. */
  readonly key: string;
  readonly group: Group;
  readonly make: () => Case;
}

export type Group = 'functions' | 'noisy' | 'paper';

/** Relative excess `(f - f*) / (f0 - f*)`. */
export const LEVELS = [1e-2, 1e-3, 1e-4, 1e-6, 1e-8] as const;

type Options = NonNullable<Parameters<typeof problems.testFunction>[0]>;
type Name = NonNullable<Options['name']>;

const BUDGET = 1500;
/** Functions whose valleys are long. */
const LONG: Readonly<Partial<Record<Name, number>>> = {
  network: 2500,
  'discrete-boundary': 2500,
  genrose: 2500,
  fletchcr: 2500,
  meyer: 2500,
  nondquar: 2500,
  sparsine: 2500,
};

/** Functions whose local minima differ: levels that tell apart valleys rather than methods are left out. */
const COARSE: Readonly<Partial<Record<Name, readonly number[]>>> = { network: LEVELS.slice(0, 2), tointgss: LEVELS.slice(0, 2) };

/** More members of families, with their minima. */
const MORE: readonly (Options & { readonly name: Name; readonly minimum?: number })[] = [
  { name: 'quadratic', condition: 1e4 },
  { name: 'rosenbrock', dimension: 100 },
  { name: 'wood', dimension: 100 },
  { name: 'watson', dimension: 12, minimum: 4.72238e-10 },
];

/** 1 % of the gradient at the start, at every point. */
const NOISE = 0.01;
const NOISY: readonly Name[] = [
  'quadratic',
  'logistic',
  'bratu',
  'minimal-surface',
  'rosenbrock',
  'extended-rosenbrock',
  'broyden-tridiagonal',
  'wood',
  'engval1',
  'dixmaane',
  'edensch',
  'network',
];

function functionCase({ minimum, ...options }: Options & { readonly name: Name; readonly minimum?: number }): CaseEntry {
  const name = [
    options.name,
    options.dimension && `d ${options.dimension}`,
    options.condition && `κ ${options.condition.toExponential(0)}`,
  ];
  const levels = COARSE[options.name] ?? LEVELS;
  return {
    name: name.filter((part) => part !== undefined).join(', '),
    key: JSON.stringify([options, minimum ?? null, levels, LONG[options.name] ?? BUDGET]),
    group: 'functions',
    make: () => {
      const problem = problems.testFunction(options);
      const least = minimum ?? problem.minimum;
      if (least === undefined) throw new Error(`${options.name}: no minimum is known`);
      return {
        ...common(problem),
        measure: excess(problem, least),
        levels,
        budget: LONG[options.name] ?? BUDGET,
        restart: false,
      };
    },
  };
}

function common(problem: NativeProblem, { evaluate } = problem): Pick<Case, 'name' | 'dimension' | 'start' | 'evaluate' | 'exact'> {
  return { name: problem.name, dimension: problem.dimension, start: problem.start(), evaluate, exact: problem.evaluate };
}

function excess(problem: NativeProblem, least: number): Case['measure'] {
  const first = problem.evaluate(problem.start(), new Float64Array(problem.dimension));
  return (_, value) => (value - least) / (first - least);
}

/**
 * The last level of a noisy case is the excess at which descent with rate `1/L` hovers, `sigma^2 / (2 L)`: its mean is
 * `sigma^2 / (2 d) sum 1 / (2 L - lambda_i)` for eigenvalues `lambda_i <= L` of the Hessian, between a half of that and all of it. `sigma` is the noise's
 * length, `L` the largest curvature next to the minimum. The value is exact: methods see it, and so does the count.
 */
function noisyCase(name: Name): CaseEntry {
  return {
    name: `${name}, noise`,
    key: JSON.stringify([name, NOISE, '100 10 1 sigma^2/2L', BUDGET]),
    group: 'noisy',
    make: () => {
      const exact = problems.testFunction({ name });
      const problem = problems.testFunction({ name, noise: NOISE, noiseKind: 'absolute', seed: 1 });
      const least = exact.minimum ?? Number.NaN;
      const g = new Float64Array(exact.dimension);
      const first = exact.evaluate(exact.start(), g);
      const sigma = NOISE * Math.hypot(...g);
      const floor = sigma ** 2 / (2 * largestCurvature(exact, nearMinimum(exact))) / (first - least);
      const levels = [100, 10, 1].map((factor) => factor * floor);
      return { ...common(exact, problem), measure: excess(exact, least), levels, budget: BUDGET, restart: true };
    },
  };
}

/** Where a plain quasi-Newton run without noise gets; the curvature there hardly depends on the last digits. */
function nearMinimum(problem: NativeProblem): Float64Array {
  // Barzilai-Borwein steps from the start, the best point of them.
  let x = problem.start();
  let g = new Float64Array(problem.dimension);
  let best = { value: problem.evaluate(x, g), x };
  let rate = 1 / largestCurvature(problem, x);
  for (let i = 0; i < 3000; i++) {
    const next = x.map((v, j) => v - rate * (g[j] ?? 0));
    const h = new Float64Array(problem.dimension);
    const value = problem.evaluate(next, h);
    if (!Number.isFinite(value) || value > best.value + 10 * Math.abs(best.value)) {
      rate /= 4;
      continue;
    }
    if (value < best.value) best = { value, x: next };
    const s = next.map((v, j) => v - (x[j] ?? 0));
    const y = h.map((v, j) => v - (g[j] ?? 0));
    const bend = dot(s, y);
    if (bend === 0) break;
    rate = Math.abs(dot(s, s) / bend);
    [x, g] = [next, h];
  }
  return best.x;
}

/** Largest eigenvalue, by size, of the Hessian at a point: power iteration with differences of gradients. */
export function largestCurvature({ dimension, evaluate }: Pick<NativeProblem, 'dimension' | 'evaluate'>, x: Float64Array): number {
  let direction = x.map((_, i) => Math.cos(1 + i * i));
  let curvature = 0;
  const [up, down] = [new Float64Array(dimension), new Float64Array(dimension)];
  const h = 1e-6 * Math.max(1, Math.hypot(...x));
  for (let i = 0; i < 60; i++) {
    const length = Math.hypot(...direction);
    if (!(length > 0)) break;
    direction = direction.map((v) => v / length);
    const unit = direction;
    for (const [side, out] of [
      [h, up],
      [-h, down],
    ] as const)
      evaluate(
        x.map((v, j) => v + side * (unit[j] ?? 0)),
        out,
      );
    direction = up.map((v, j) => (v - (down[j] ?? 0)) / (2 * h));
    curvature = Math.hypot(...direction);
  }
  return curvature;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, i) => sum + v * (b[i] ?? 0), 0);
}

/** The paper's problems, each by the quantity that its run is judged by. */
const PAPER: readonly CaseEntry[] = [
  {
    name: 'heat rod: squared misfit',
    key: 'heatRod 1e-2 5e-5 1e-8, 400',
    group: 'paper',
    make: () => {
      const rod = problems.heatRod();
      return { ...common(rod), measure: (_, value) => Math.exp(value), levels: [1e-2, 5e-5, 1e-8], budget: 400, restart: false };
    },
  },
  {
    name: 'nonlinear heat, 8 × 8 modes: excess of the energy',
    key: 'nonlinearHeat 8 160, 1e-2 1e-4 1e-6, 500',
    group: 'paper',
    make: () => {
      const heat = problems.nonlinearHeat({ modes: 8, points: 160 });
      return { ...common(heat), measure: excess(heat, NONLINEAR_HEAT), levels: [1e-2, 1e-4, 1e-6], budget: 500, restart: false };
    },
  },
  {
    name: 'nonlinear heat, 15 × 15 modes, Newton: residual',
    key: 'nonlinearHeat 15 100 newton, 1e5 1 6.41e-5, 400',
    group: 'paper',
    make: () => {
      const heat = problems.nonlinearHeat({ modes: 15, points: 100 });
      const r = new Float64Array(heat.dimension);
      const measure: Case['measure'] = (x) => {
        heat.evaluate(x, r);
        return Math.hypot(...r);
      };
      // The last level is where 225 evaluations at the published rate get: to the start of the 226th.
      const levels = [1e5, 1, 6.41e-5];
      return { ...common(heat), evaluate: heat.newton, measure, levels, budget: 400, restart: false, direction: 'newton' };
    },
  },
  {
    name: 'acoustic inverse: parameter error',
    key: 'acousticInverse 5e-3 2e-3 6.7e-4, 400',
    group: 'paper',
    make: () => {
      const wave = problems.acousticInverse();
      return { ...common(wave), measure: (x) => wave.parameterError(x), levels: [5e-3, 2e-3, 6.7e-4], budget: 400, restart: false };
    },
  },
  {
    name: 'deep elasticity, 9³ points: energy',
    key: 'deepElasticity 9, -6 -7.00096, 400',
    group: 'paper',
    make: () => {
      const cube = problems.deepElasticity({ cells: 9 });
      // The last level is where 300 steps of Adam at the published rate get.
      return { ...common(cube), measure: (_, value) => value, levels: [-6, -7.00096], budget: 400, restart: false };
    },
  },
];

/** Least energy of the nonlinear heat problem with 8 × 8 modes and 160 × 160 points, of a run of L-BFGS-B to the last digit. */
const NONLINEAR_HEAT = -3311797.132634916;

export const CASES: readonly CaseEntry[] = [
  ...problems.testFunctions().map(({ name }) => functionCase({ name })),
  ...MORE.map(functionCase),
  ...NOISY.map(noisyCase),
  ...PAPER,
];

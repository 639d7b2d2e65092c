// Random smooth problems: what a safeguard has to stand. crates/lgf-core/tests/support/smooth.rs has the same ideas.
import type { Objective } from 'learned-gradient-flow';

/** A generator of numbers in [0, 1), the same everywhere. Mulberry32, Tommy Ettinger. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1);
  }

  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  below(n: number): number {
    return Math.floor(n * this.unit());
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  vector(d: number, low: number, high: number): Float64Array {
    return Float64Array.from({ length: d }, () => this.between(low, high));
  }
}

export interface Smooth {
  readonly kind: string;
  readonly objective: Objective;
  readonly start: Float64Array;
  /** A rate at which descent from the start converges, most likely. */
  readonly rate: number;
}

/** `sum w_i phi(r_i)`, `r` a turned `x - c`, by the name of `phi`. */
const SHAPES: Readonly<Record<string, (r: number) => readonly [value: number, slope: number]>> = {
  quadratic: (r) => [0.5 * r * r, r],
  'log-cosh': (r) => [Math.abs(r) + Math.log1p(Math.exp(-2 * Math.abs(r))) - Math.LN2, Math.tanh(r)],
  quartic: (r) => [0.5 * r * r + 0.25 * r ** 4, r + r ** 3],
};

/** A problem of 2 to 20 variables. */
export function smooth(random: Random): Smooth {
  const d = 2 + random.below(19);
  const kind = random.pick([...Object.keys(SHAPES), 'rosenbrock']);
  const [start, spread] = [random.vector(d, -2, 2), random.between(0, 3)];
  const weights = random.vector(d, -spread, 0).map((e) => 10 ** e);
  const shape = SHAPES[kind];
  const objective = shape ? turned(random, weights, shape) : rosenbrock(10 * (weights[0] as number));
  return { kind, objective, start, rate: 1 / Math.max(curvature(objective, start), 1e-3) };
}

/** `sum c (x_{i+1} - x_i^2)^2 + (1 - x_i)^2` */
const rosenbrock =
  (c: number): Objective =>
  (x, g) => {
    let value = 0;
    g.fill(0);
    for (let i = 0; i + 1 < x.length; i++) {
      const [a, b] = [x[i] as number, x[i + 1] as number];
      const [valley, slope] = [b - a * a, 1 - a];
      value += c * valley * valley + slope * slope;
      g[i] = (g[i] as number) - 4 * c * valley * a - 2 * slope;
      g[i + 1] = 2 * c * valley;
    }
    return value;
  };

/** Turns by a product of two reflections. */
function turned(random: Random, weights: Float64Array, shape: (r: number) => readonly [number, number]): Objective {
  const d = weights.length;
  const [center, r] = [random.vector(d, -1, 1), new Float64Array(d)];
  const mirrors = [random.vector(d, -1, 1), random.vector(d, -1, 1)];
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
  const reflect = (v: Float64Array, w: Float64Array): void => {
    const share = (2 * dot(w, v)) / dot(w, w);
    v.set(v.map((a, i) => a - share * (w[i] as number)));
  };
  return (x, g) => {
    r.set(x.map((a, i) => a - (center[i] as number)));
    for (const w of mirrors) reflect(r, w);
    let value = 0;
    r.forEach((a, i) => {
      const [height, slope] = shape(a);
      value += (weights[i] as number) * height;
      g[i] = (weights[i] as number) * slope;
    });
    for (const w of mirrors.toReversed()) reflect(g, w);
    return value;
  };
}

/** The Frobenius norm of the Hessian, which bounds its largest eigenvalue. */
function curvature(objective: Objective, at: Float64Array): number {
  const [g0, g1] = [new Float64Array(at.length), new Float64Array(at.length)];
  objective(at, g0);
  return Math.hypot(
    ...at.map((a, j) => {
      objective(at.with(j, a + 1e-5), g1);
      return Math.hypot(...g1.map((g, i) => (g - (g0[i] as number)) / 1e-5));
    }),
  );
}

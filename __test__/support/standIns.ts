// Small problems with the views of the native ones, cheap enough to run whole experiments on: their objectives are quadratic.

import type { DeepElasticity } from 'learned-gradient-flow';
import { Matrix, type MatrixLike, matrix } from 'learned-gradient-flow';
import type { AcousticInverse } from '../../src/experiments/acousticInverse.ts';
import type { NonlinearHeat } from '../../src/experiments/nonlinearHeat.ts';
import { golden } from './golden.ts';

/** `½ Σ w (x - c)²` with its gradient. */
function quadratic(centre: ArrayLike<number>, weight: (i: number) => number) {
  return (x: ArrayLike<number>, g: Float64Array): number => {
    let value = 0;
    for (let i = 0; i < g.length; i++) {
      const away = (x[i] as number) - (centre[i] as number);
      g[i] = weight(i) * away;
      value += 0.5 * weight(i) * away * away;
    }
    return value;
  };
}

function field(points: number, value: (x: number, y: number) => number): Matrix {
  const at = (i: number) => (i + 0.5) / points;
  return matrix(Array.from({ length: points }, (_, i) => Array.from({ length: points }, (_, j) => value(at(i), at(j)))));
}

/** A sum of sines; Newton's direction leads straight to its centre. */
export function nonlinearHeatStandIn(modes = 2, points = 24): NonlinearHeat {
  const dimension = modes * modes;
  const centre = Float64Array.from({ length: dimension }, (_, i) => (i % 2 ? -1 : 2) / (1 + i));
  const evaluate = quadratic(centre, (i) => 1 + i);
  return {
    name: 'nonlinear-heat',
    dimension,
    start: () => Float64Array.from({ length: dimension }, (_, i) => Math.cos(3 * i)),
    evaluate,
    newton: (x, d) => {
      const r = new Float64Array(dimension);
      evaluate(x, r);
      d.set(r.map((value, i) => value / (1 + i)));
      return Math.hypot(...r);
    },
    temperature: (a) =>
      field(points, (x, y) =>
        Array.from(a).reduce(
          (sum, value, k) => sum + value * Math.sin((1 + Math.floor(k / modes)) * Math.PI * x) * Math.sin((1 + (k % modes)) * Math.PI * y),
          0,
        ),
      ),
    conductivity: () => field(points, (x, y) => (Math.abs(x - 0.5) < 0.25 && Math.abs(y - 0.5) < 0.25 ? 20 : 1)),
    source: () => field(points, (x, y) => 1e7 * x * Math.sin(4 * Math.PI * x) * Math.sin(3 * Math.PI * y)),
  };
}

/** The published mesh and slowness; the misfit is that of the slowness itself. */
export function acousticStandIn(times = 61): AcousticInverse {
  const stored = golden('acoustic_inverse');
  const trueSlowness = Float64Array.from(stored.trueSlowness as number[]);
  const nodes = matrix(stored.nodes as number[][]);
  const slowness = (x: ArrayLike<number>) => Float64Array.from(x, (value) => Math.abs(value) + 0.01);
  const misfit = quadratic(
    trueSlowness.map((value) => value - 0.01),
    (i) => 1 + (i % 7),
  );
  return {
    name: 'acoustic-inverse',
    dimension: trueSlowness.length,
    start: () => new Float64Array(trueSlowness.length).fill(1),
    evaluate: misfit,
    mesh: {
      nodes,
      triangles: Uint32Array.from((stored.triangles as number[][]).flat()),
      fixedNodes: Uint32Array.from(stored.fixedNodes as number[]),
      forcedNode: stored.forcedNode as number,
    },
    trueSlowness,
    slowness,
    parameterError: (x) =>
      slowness(x).reduce((sum, value, i) => sum + (value - (trueSlowness[i] as number)) ** 2, 0) /
      trueSlowness.reduce((sum, value) => sum + value * value, 0),
    pressure: (x) => {
      const mean = slowness(x).reduce((a, b) => a + b, 0) / x.length;
      return matrix(
        nodes
          .toArray()
          .map(([a = 0, b = 0]) =>
            Array.from({ length: times }, (_, j) =>
              Math.sin(4 * Math.PI * Math.max(0, j / (times - 1) - mean * Math.hypot(a - 0.5, b - 1) * 0.4)),
            ),
          ),
      );
    },
  };
}

/** Twist and shear of a cube by a few numbers; with `noise` every evaluation sees another sample. */
export function elasticityStandIn(noise = 0): DeepElasticity {
  const centre = Float64Array.of(1.6, -0.5, 0.4, 0.2, -0.3);
  const bowl = quadratic(centre, (i) => 2 + i);
  const problem: DeepElasticity = {
    name: 'deep-elasticity',
    dimension: centre.length,
    start: () => new Float64Array(centre.length),
    evaluate: (x, g) => {
      const value = bowl(x, g) - 6;
      if (noise > 0) problem.draw += 1;
      return value + noise * Math.sin(12.9898 * problem.draw);
    },
    displacement: (x, points) => {
      const [twist = 0, bulge = 0, ...shear] = Array.from(x);
      return matrix(
        rowsOf(points).map(([a = 0, b = 0, z = 0]) => [
          z * (-twist * (b - 0.5) + (shear[0] ?? 0) * z),
          z * (twist * (a - 0.5) + (shear[1] ?? 0) * z),
          bulge * z * ((a - 0.5) ** 2 + (b - 0.5) ** 2),
        ]),
      );
    },
    energyDensity: (x, points) =>
      Float64Array.from(rowsOf(points), ([a = 0, b = 0, z = 0]) => ((x[0] ?? 0) * Math.hypot(a - 0.5, b - 0.5) * (1.2 - z)) ** 2),
    draw: 0,
  };
  return problem;
}

function rowsOf(points: MatrixLike): number[][] {
  if (points instanceof Matrix) return points.toArray();
  if ('data' in points) return new Matrix(points.rows, points.columns, Float64Array.from(points.data)).toArray();
  return Array.from(points, (row) => Array.from(row));
}

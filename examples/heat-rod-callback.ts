/**
 * The two-variable inverse problem of the heated rod as a callback of one's own: plain TypeScript, no dependencies.
 *
 * Temperature `u(x,t) = sum_k theta_k(t) sin(k pi x)` on 250 cell midpoints and 500 times to 2, backward Euler, conductivity `a1` left of
 * the middle and `a2` right, source `1000 sin(2 pi t)` on the second mode. The value is the logarithm of the space-time squared misfit to
 * the temperature of `a = (2, 1)`; the gradient is its exact derivative by the discrete adjoint.
 *
 * Far from the truth the numbers are those of the native problem to about 1e-11. Next to it the difference of two temperatures loses
 * digits that the native problem keeps: at a distance of 1e-6 the gradients agree to 1e-7 only.
 */
const modes = 30;
const cells = 250;
const times = 500;
const dt = 2 / (times - 1);
/** The sines are orthogonal on the midpoints: the mass matrix is half the identity. */
const inertia = 0.5 / dt;

type Matrix = Float64Array[];

const at = (vector: Float64Array, i: number) => vector[i] as number;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}

const multiply = (rows: Matrix, x: Float64Array) => Float64Array.from(rows, (row) => dot(row, x));

/** Gauss-Jordan with partial pivoting; a singular matrix gives infinities and NaN. */
function inverse(matrix: Matrix): Matrix {
  const n = matrix.length;
  const rows = matrix.map((row, i) => {
    const wide = new Float64Array(2 * n);
    wide.set(row);
    wide[n + i] = 1;
    return wide;
  });
  for (let k = 0; k < n; k++) {
    const column = rows.map((row) => Math.abs(at(row, k)));
    const best = column.indexOf(Math.max(...column.slice(k)), k);
    if (best > k) rows.splice(k, 0, ...rows.splice(best, 1));
    const pivot = rows[k] as Float64Array;
    const scale = at(pivot, k);
    for (let j = k; j < 2 * n; j++) pivot[j] = at(pivot, j) / scale;
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = at(row, k);
      for (let j = k; j < 2 * n; j++) row[j] = at(row, j) - factor * at(pivot, j);
    }
  }
  return rows.map((row) => row.subarray(n));
}

/** Stiffness of one half of the rod; as published, the sum over cells lacks their width. */
function stiffness(firstCell: number): Matrix {
  const slopes = Array.from({ length: modes }, (_, k) => {
    const frequency = (k + 1) * Math.PI;
    return Float64Array.from({ length: cells / 2 }, (_, c) => frequency * Math.cos((frequency * (firstCell + c + 0.5)) / cells));
  });
  return slopes.map((a) => Float64Array.from(slopes, (b) => dot(a, b)));
}

/** Writes the gradient to `g`. At `x = (2, 1)` the misfit is 0: the value is `-Infinity`, the gradient NaN. */
export function heatRodObjective(): (x: Float64Array, g: Float64Array) => number {
  const halves = [stiffness(0), stiffness(cells / 2)] as const;

  /** Inverse of the step matrix `M/dt + a1 K1 + a2 K2`. */
  const stepInverse = (a1: number, a2: number): Matrix => {
    const [left, right] = halves;
    const row = (k: number, l: number) =>
      a1 * at(left[k] as Float64Array, l) + a2 * at(right[k] as Float64Array, l) + (k === l ? inertia : 0);
    return inverse(left.map((_, k) => Float64Array.from({ length: modes }, (_, l) => row(k, l))));
  };

  /** Mode coefficients at every time. */
  const simulate = (solve: Matrix): Matrix => {
    const history = [new Float64Array(modes)];
    for (let i = 1; i < times; i++) {
      const right = (history[i - 1] as Float64Array).map((theta) => inertia * theta);
      right[1] = at(right, 1) + 1000 * Math.sin(2 * Math.PI * dt * i);
      history.push(multiply(solve, right));
    }
    return history;
  };

  const data = simulate(stepInverse(2, 1));

  return (x, g) => {
    const solve = stepInverse(at(x, 0), at(x, 1));
    const history = simulate(solve);
    const residuals = history.map((theta, i) => theta.map((value, k) => value - at(data[i] as Float64Array, k)));
    const misfit = residuals.reduce((sum, residual) => sum + (dt / 2) * dot(residual, residual), 0);

    // The step matrix is symmetric: the adjoint runs backwards through the same inverse.
    let adjoint = new Float64Array(modes);
    g.fill(0);
    for (let i = times - 1; i > 0; i--) {
      const residual = residuals[i] as Float64Array;
      adjoint = multiply(
        solve,
        adjoint.map((lambda, k) => inertia * lambda + dt * at(residual, k)),
      );
      halves.forEach((half, k) => {
        g[k] = at(g, k) - dot(adjoint, multiply(half, history[i] as Float64Array)) / misfit;
      });
    }
    return Math.log(misfit);
  };
}

/** Value and gradient at the published start. */
export function run(): { value: number; gradient: number[] } {
  const gradient = new Float64Array(2);
  const value = heatRodObjective()(Float64Array.of(0.5, 4.05), gradient);
  return { value, gradient: [...gradient] };
}

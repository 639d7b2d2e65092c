// A trajectory of Lorenz' equations with its exact derivatives.
const [SIGMA, RHO, BETA] = [10, 28, 8 / 3];

/** `samples` states at distances `dt` (fixed steps of order 4), n×3, and the derivatives there. */
export function lorenz(samples: number, dt = 1e-3): { states: Rows; rates: Rows } {
  const [states, rates] = [new Float64Array(3 * samples), new Float64Array(3 * samples)];
  let at: Vector = [1, 1, 20];
  for (let i = 0; i < samples; i++) {
    const k1 = derivative(at);
    states.set(at, 3 * i);
    rates.set(k1, 3 * i);
    const k2 = derivative(moved(at, k1, dt / 2));
    const k3 = derivative(moved(at, k2, dt / 2));
    const k4 = derivative(moved(at, k3, dt));
    at = moved(moved(moved(moved(at, k1, dt / 6), k2, dt / 3), k3, dt / 3), k4, dt / 6);
  }
  return { states: { rows: samples, columns: 3, data: states }, rates: { rows: samples, columns: 3, data: rates } };
}

interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

type Vector = readonly [number, number, number];

function derivative([x, y, z]: Vector): Vector {
  return [SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z];
}

function moved([x, y, z]: Vector, [dx, dy, dz]: Vector, h: number): Vector {
  return [x + h * dx, y + h * dy, z + h * dz];
}

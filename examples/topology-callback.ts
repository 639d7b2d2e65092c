/**
 * Topology optimization with finite element code of one's own as the callback: plain TypeScript, no dependencies but the optimizer.
 *
 * Half of an MBB beam of `nx` by `ny` square bilinear elements in plane stress, `E = 1e-9 + ρ^3 (1 - 1e-9)`, `ν = 0.3`: densities `ρ` that fill half of it and
 * make the compliance `c = F'u`, `K(ρ) u = F`, small. `ρ = W x` are filtered densities (cone weights `rmin - distance`).
 *
 * The volume is no constraint and no penalty but solved for: `x_j = σ(a_j + b)`, with `b` the root of `mean(W x) = 1/2`, leaves latent
 * variables `a` that may be anything. With `w` the column means of `W`, `h = W' dc/dρ` and `λ = Σhσ' / Σwσ'` the gradient of `log c` is
 * `σ'_j (h_j - λ w_j) / c`. The optimality criteria are a flow of `a` too: they multiply densities by a power of `h_j / (λ w_j)`, so that its
 * logarithm is the velocity. That is no gradient: `direction: 'custom'`, and `faithful`, since there are many minima. What is solid or void in the end
 * moves for ever and changes nothing: `weights` of `σ'_j` say so. Optimality criteria themselves take the same code, in `x`, with the constraint.
 */
import { minimize, type NativeProblem, type Objective } from 'learned-gradient-flow';

const volume = 0.5;
const stiffnessOfVoid = 1e-9;
const at = (vector: ArrayLike<number>, i: number) => vector[i] as number;

function sum(n: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += term(i);
  return total;
}

/** Stiffness of one element, nodes from the lower left one round against the clock, both components of each. */
function elementStiffness(nu: number): number[][] {
  const k = [
    1 / 2 - nu / 6,
    1 / 8 + nu / 8,
    -1 / 4 - nu / 12,
    -1 / 8 + (3 * nu) / 8,
    -1 / 4 + nu / 12,
    -1 / 8 - nu / 8,
    nu / 6,
    1 / 8 - (3 * nu) / 8,
  ];
  const rows = ['01234567', '10765432', '27056341', '36507214', '45670123', '54321076', '63412705', '72143650'];
  return rows.map((row) => Array.from(row, (i) => at(k, Number(i)) / (1 - nu * nu)));
}

/** Solves `K u = f` in place by Cholesky's method; `K` by rows of its lower band, the diagonal last. */
function solve(band: Float64Array, width: number, f: Float64Array): void {
  const n = f.length;
  // Where column 0 of a row would be.
  const row = (i: number) => i * width + width - 1 - i;
  for (let i = 0; i < n; i++) {
    const [own, first] = [row(i), Math.max(0, i - width + 1)];
    for (let j = first; j <= i; j++) {
      const other = row(j);
      let entry = at(band, own + j);
      for (let k = Math.max(first, j - width + 1); k < j; k++) entry -= at(band, own + k) * at(band, other + k);
      band[own + j] = i === j ? Math.sqrt(entry) : entry / at(band, other + j);
    }
    for (let k = first; k < i; k++) f[i] = at(f, i) - at(band, own + k) * at(f, k);
    f[i] = at(f, i) / at(band, own + i);
  }
  for (let i = n - 1; i >= 0; i--) {
    const own = row(i);
    f[i] = at(f, i) / at(band, own + i);
    for (let k = Math.max(0, i - width + 1); k < i; k++) f[k] = at(f, k) - at(band, own + k) * at(f, i);
  }
}

/** The beam, its elements counted column by column from the top left. */
export function halfBeam(nx: number, ny: number, rmin: number) {
  const elements = nx * ny;
  const stiffness = elementStiffness(0.3);
  const unknowns = 2 * (nx + 1) * (ny + 1);
  const width = 2 * (ny + 1) + 4;
  // Rollers along the axis of symmetry on the left and below the lower right corner.
  const held = new Uint8Array(unknowns);
  for (let row = 0; row <= ny; row++) held[2 * row] = 1;
  held[unknowns - 1] = 1;
  const places = Array.from({ length: elements }, (_, e) => {
    const topLeft = Math.floor(e / ny) * (ny + 1) + (e % ny);
    const nodes = [topLeft + 1, topLeft + ny + 2, topLeft + ny + 1, topLeft];
    return nodes.flatMap((node) => [2 * node, 2 * node + 1]);
  });
  const filter = Array.from({ length: elements }, (_, e) => {
    const cone = (o: number) => rmin - Math.hypot(Math.floor(e / ny) - Math.floor(o / ny), (e % ny) - (o % ny));
    const near = Array.from({ length: elements }, (_, o) => [o, cone(o)] as const).filter(([, weight]) => weight > 0);
    const all = near.reduce((total, [, weight]) => total + weight, 0);
    return near.map(([o, weight]) => [o, weight / all] as const);
  });
  const transposed = (v: ArrayLike<number>) => {
    const out = new Float64Array(elements);
    filter.forEach((row, e) => {
      for (const [o, weight] of row) out[o] = at(out, o) + weight * at(v, e);
    });
    return out;
  };
  const w = transposed(new Float64Array(elements).fill(1 / elements));

  /** The densities before the filter: their filtered mean is the volume, whatever the latent variables are. */
  const design = (a: Float64Array): Float64Array => {
    const shifted = (b: number) => a.map((latent) => 1 / (1 + Math.exp(-latent - b)));
    const used = (x: Float64Array) => sum(elements, (e) => at(w, e) * at(x, e));
    // The mean of all is between those of the largest and of the smallest. 60 halvings leave nothing to tell apart.
    let [low, high] = [-1 - Math.max(...a), 1 - Math.min(...a)];
    for (let halvings = 0; halvings < 60; halvings++) {
      const b = 0.5 * (low + high);
      if (used(shifted(b)) > volume) high = b;
      else low = b;
    }
    return shifted(low);
  };
  const filtered = (x: Float64Array) => Float64Array.from(filter, (row) => row.reduce((mean, [o, weight]) => mean + weight * at(x, o), 0));

  /** Displacements under a unit load down on the upper left corner. */
  const displacements = (density: Float64Array): Float64Array => {
    const band = new Float64Array(unknowns * width);
    for (let i = 0; i < unknowns; i++) if (held[i] === 1) band[i * width + width - 1] = 1;
    places.forEach((place, e) => {
      const modulus = stiffnessOfVoid + at(density, e) ** 3 * (1 - stiffnessOfVoid);
      place.forEach((i, k) => {
        place.forEach((j, l) => {
          if (j > i || held[i] === 1 || held[j] === 1) return;
          const slot = i * width + width - 1 - i + j;
          band[slot] = at(band, slot) + modulus * at(stiffness[k] as number[], l);
        });
      });
    });
    const u = new Float64Array(unknowns);
    u[1] = -1;
    solve(band, width, u);
    return u;
  };

  /** Compliance of a design, a function of `x`: what optimality criteria take, with `mean(W x) = w'x` for a constraint. */
  const compliance: Objective = (x, g) => {
    const density = filtered(x);
    const u = displacements(density);
    const slopes = places.map((place, e) => {
      const energy = sum(8, (k) => at(u, at(place, k)) * sum(8, (l) => at(stiffness[k] as number[], l) * at(u, at(place, l))));
      return -3 * at(density, e) ** 2 * (1 - stiffnessOfVoid) * energy;
    });
    g.set(transposed(slopes));
    return -at(u, 1);
  };

  /** `log c` of latent densities, without a constraint, and the direction that is made of `h_j`, `λ w_j` and `σ'_j`. */
  const latent = (direction: (h: number, price: number, rise: number, c: number) => number): NativeProblem => {
    let rise: Float64Array | undefined;
    const evaluate = (a: ArrayLike<number>, g: Float64Array): number => {
      const x = design(Float64Array.from(a));
      const value = compliance(x, g);
      const slopes = x.map((v) => v * (1 - v));
      const multiplier = sum(elements, (e) => at(g, e) * at(slopes, e)) / sum(elements, (e) => at(w, e) * at(slopes, e));
      for (let e = 0; e < elements; e++) g[e] = direction(at(g, e), multiplier * at(w, e), at(slopes, e), value);
      rise = slopes;
      return Math.log(value);
    };
    return { name: 'half-beam', dimension: elements, start: () => new Float64Array(elements), evaluate, weights: () => rise };
  };
  return {
    elements,
    gradient: latent((h, price, rise, c) => (rise * (h - price)) / c),
    // At most 0.6 either way, as optimality criteria have a move limit.
    criteria: latent((h, price) => -Math.log(Math.min(Math.max(h / price, Math.exp(-0.6)), Math.exp(0.6)))),
    densities: (a: Float64Array) => filtered(design(a)),
    compliance,
    weights: w,
  };
}

/** A beam of 30 by 10 elements from equal densities: what the learned flow and optimality criteria come to, and in how many evaluations. */
export async function run(): Promise<{ flow: Ending; volume: number; criteria: Ending }> {
  const beam = halfBeam(30, 10, 1.5);
  const flow = await minimize(beam.criteria, null, { direction: 'custom', faithful: true, maxEvaluations: 25 });
  const equal = new Float64Array(beam.elements).fill(volume);
  const criteria = await minimize(beam.compliance, equal, { method: 'optimality-criteria', weights: beam.weights, limit: volume });
  return {
    flow: { compliance: Math.exp(flow.value ?? Number.NaN), evaluations: flow.evaluations },
    volume: sum(beam.elements, (e) => at(beam.densities(flow.x), e)) / beam.elements,
    criteria: { compliance: criteria.value ?? Number.NaN, evaluations: criteria.evaluations },
  };
}

/** Where a run ended. */
interface Ending {
  readonly compliance: number;
  readonly evaluations: number;
}

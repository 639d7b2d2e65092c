/**
 * Topology optimization with finite element code of one's own as the callback: plain TypeScript, no dependencies but the optimizer.
 *
 * Half of an MBB beam of `nx` by `ny` square bilinear elements in plane stress, `E = 1e-9 + ρ^3 (1 - 1e-9)`, `ν = 0.3`: densities `ρ` that fill half of it and
 * make the compliance `c = F'u`, `K(ρ) u = F`, small. `ρ = W x` are filtered densities (cone weights `rmin - distance`).
 *
 * The volume is no constraint and no penalty but solved for: `x_j = σ(a_j + b)`, with `b` the root of `mean(W x) = 1/2`, leaves latent
 * variables `a` that may be anything. With `w` the column means of `W` and `h = W' dc/dρ` the gradient of `log c` is
 * `σ'_j (h_j - w_j Σhσ' / Σwσ') / c`. Without the leading `σ'_j`, which vanishes where the design is settled, it is the direction of mirror
 * descent; to the optimizer that is `direction: 'custom'`. Optimality criteria take the same code, in `x`, with the constraint.
 */
import { minimize, type Objective } from 'learned-gradient-flow';

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
export function halfBeam(nx: number, ny: number, mirror: boolean, rmin: number) {
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

  /** `log c` of latent densities, without a constraint. */
  const objective: Objective = (a, g) => {
    const x = design(a);
    const value = compliance(x, g);
    const rise = x.map((v) => v * (1 - v));
    const share = sum(elements, (e) => at(g, e) * at(rise, e)) / sum(elements, (e) => at(w, e) * at(rise, e));
    for (let e = 0; e < elements; e++) g[e] = ((mirror ? 1 : at(rise, e)) * (at(g, e) - at(w, e) * share)) / value;
    return Math.log(value);
  };
  return { elements, objective, densities: (a: Float64Array) => filtered(design(a)), compliance, weights: w };
}

/** A beam of 30 by 10 elements from equal densities: what the learned flow and optimality criteria come to. */
export async function run(): Promise<{ flow: number; volume: number; criteria: number }> {
  const beam = halfBeam(30, 10, true, 1.5);
  const flow = await minimize(beam.objective, new Float64Array(beam.elements), { direction: 'custom', maxEvaluations: 100 });
  const equal = new Float64Array(beam.elements).fill(volume);
  const criteria = await minimize(beam.compliance, equal, { method: 'optimality-criteria', weights: beam.weights, limit: volume });
  return {
    flow: Math.exp(flow.value ?? Number.NaN),
    volume: sum(beam.elements, (e) => at(beam.densities(flow.x), e)) / beam.elements,
    criteria: criteria.value ?? Number.NaN,
  };
}

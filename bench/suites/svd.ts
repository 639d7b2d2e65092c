// Thin SVD of tall matrices as TypeScript has them, row-major, beside LAPACK in numpy on the same numbers and as many threads.
import { Matrix, thinSvd } from 'learned-gradient-flow';
import { measure, peer, type Row, table, time } from '../harness.ts';

/** Random columns, the last one shorter than the first by `decades`. */
function tall(rows: number, columns: number, decades: number): Matrix {
  const data = new Float64Array(rows * columns);
  // The generator of the peer: the state is a 32-bit integer in both.
  let state = 12345;
  for (let k = 0; k < data.length; k++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[k] = (state / 2 ** 32 - 0.5) * 10 ** ((-decades * (k % columns)) / (columns - 1));
  }
  return new Matrix(rows, columns, data);
}

/** Largest entry of `U'U - I`, from rows of `U`. */
function departure(u: Matrix): number {
  const [n, gram] = [u.columns, new Float64Array(u.columns ** 2)];
  for (let i = 0; i < u.rows; i++) {
    const row = u.row(i);
    for (let j = 0; j < n; j++) {
      const entry = row[j] as number;
      for (let k = 0; k <= j; k++) gram[j * n + k] = (gram[j * n + k] as number) + entry * (row[k] as number);
    }
  }
  let most = 0;
  for (let j = 0; j < n; j++) for (let k = 0; k <= j; k++) most = Math.max(most, Math.abs((gram[j * n + k] as number) - (j === k ? 1 : 0)));
  return most;
}

const rows: Row[] = [];
for (const [m, n] of [
  [1_000_000, 20],
  [100_000, 50],
] as const) {
  for (const decades of [0, 6, 8]) {
    const a = tall(m, n, decades);
    const own = measure(() => thinSvd(a), { seconds: 1 });
    const { u, s, method, condition } = thinSvd(a);
    const other = peer<{ seconds: number; s: number[] }>('svd', { rows: m, columns: n, decades });
    const most = Math.max(...other.s.map((value, i) => Math.abs(value - (s[i] as number)) / (other.s[0] as number)));
    const goal = method === 'tsqr' ? 2 : 8;
    const ratio = other.seconds / own;
    rows.push({
      what: `${m}×${n}, condition ${condition.toExponential(0)}: ${method}, U'U - I ${departure(u).toExponential(0)}`,
      measured: time(own),
      beside: `numpy ${time(other.seconds)}, ${ratio.toFixed(1)}×; values differ by ${most.toExponential(0)} of the largest`,
      goal: `${goal}×`,
      met: ratio >= goal,
    });
  }
}
table(rows);

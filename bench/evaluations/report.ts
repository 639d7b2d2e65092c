// Tables, means and pictures of counts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Group } from './cases.ts';
import { type Case, type Counts, charged, geometricMean } from './count.ts';
import { METHODS, SCIPYS } from './methods.ts';
import { profileSvg, profiles } from './profile.ts';

/** All counts of a case. */
export interface Figures {
  readonly name: string;
  readonly group: Group;
  readonly dimension: number;
  readonly levels: readonly number[];
  readonly budget: number;
  readonly direction?: Case['direction'];
  readonly methods: Readonly<Record<string, Counts>>;
}

/** A method's standing within a group of cases. */
export interface Standing {
  readonly name: string;
  /** Geometric mean of the ratios of counts, at each level and over all of them. */
  readonly means: readonly number[];
  readonly mean: number;
  /** Largest ratio to L-BFGS-B, with the case and level. */
  readonly worst: { readonly ratio: number; readonly where: string } | undefined;
  /** Cases whose last level was reached. */
  readonly solved: number;
}

const root = join(import.meta.dirname, '../..');
/** A level as tables write it. */
export const levelText = (level: number): string =>
  (level >= 0.001 && level < 1e5) || level < 0
    ? `${Number(level.toPrecision(2))}`
    : level.toExponential(1).replace('.0', '').replace('+', '');

export function rowOf({ name, methods }: Figures): string {
  const cells = Object.entries(methods).map(([method, { counts }]) => `${method} ${counts.map((n) => n ?? '–').join(' ')}`);
  return `${name.padEnd(24)} ${cells.join(' | ') || 'gives no gradient, which these methods need'}`;
}

/** The one of SciPy's methods with the least geometric mean over all cases and levels. */
export function bestScipy(figures: readonly Figures[]): string | undefined {
  const there = SCIPYS.filter((name) => figures.every(({ methods }) => name in methods));
  return there.toSorted((a, b) => total(figures, a) - total(figures, b))[0];
}

function total(figures: readonly Figures[], method: string): number {
  return geometricMean(figures.flatMap(({ methods, budget }) => (methods[method]?.counts ?? []).map((count) => charged(count, budget))));
}

/** Standings against the best SciPy method of these cases; a level that neither reaches is a tie. */
export function standings(figures: readonly Figures[]): readonly Standing[] {
  const reference = bestScipy(figures);
  if (reference === undefined) return [];
  const levels = Math.max(...figures.map(({ levels }) => levels.length));
  const names = METHODS.map(({ name }) => name).filter((name) => figures.every(({ methods }) => name in methods));
  return names.map((name) => {
    const ratio = ({ methods, budget }: Figures, against: string, level: number): number =>
      charged(methods[name]?.counts[level], budget) / charged(methods[against]?.counts[level], budget);
    const at = (level: number): number[] => figures.filter((row) => level < row.levels.length).map((row) => ratio(row, reference, level));
    const means = Array.from({ length: levels }, (_, level) => geometricMean(at(level)));
    const mean = geometricMean(Array.from({ length: levels }, (_, level) => at(level)).flat());
    const against = figures.filter(({ methods }) => 'L-BFGS-B' in methods);
    const worst = against
      .flatMap((row) => row.levels.map((level, i) => ({ ratio: ratio(row, 'L-BFGS-B', i), where: `${row.name} at ${levelText(level)}` })))
      .toSorted((a, b) => b.ratio - a.ratio)[0];
    return { name, means, mean, worst, solved: figures.filter(({ methods }) => methods[name]?.counts.at(-1) != null).length };
  });
}

/** Headings. */
export const TITLES: Readonly<Record<Group, string>> = {
  functions: 'Test functions',
  noisy: 'Test functions with noise',
  paper: 'Problems of the paper',
};
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const NEWTON = `Where directions are Newton's, methods that need a gradient are left out of the case, and the case out of the means. The last level is the residual that
Newton's method with the published rate, 0.15, has after 225 evaluations. \`GradientDescent\` is Newton's method with the best of the rates 1, 0.5 and that one: its full step
is the end of its flow, and no flow takes fewer; \`LGFAdaptive\` needs no rate for the same. \`LGFGradientFlow\` has the published settings.`;

/** The section of BENCHMARKS.md. */
export function markdown(figures: readonly Figures[], versions: Readonly<Record<string, string>>): string {
  const parts = [
    '## Evaluations to an accuracy: `npm run bench:evaluations`',
    `Evaluations, each a value and a gradient, until the relative excess \`(f - f*) / (f0 - f*)\` falls to a level; SciPy ${versions['scipy'] ?? '(not run)'} calls the very
same native functions through pipes and is stopped when the last level is reached. A level that is not reached within the budget (1500, for long valleys 2500)
counts as twice the budget in means. SciPy runs with \`ftol: 0\`, \`gtol: 1e-14\`; fixed rates, of descent, Adam, Anderson mixing and the published schedule, are
the best of four or five for each case, whose runs are not counted; \`LBFGS\` and \`Anderson\` choose their steps. \`f*\` is the published minimum or the least value of long runs. With noise, 1 % of the first
gradient's length at every point and the value exact, levels are 100 times, 10 times and once \`sigma^2 / (2 L)\`, the excess at which descent with rate \`1/L\` hovers
(\`sigma\` the noise's length, \`L\` the largest curvature at the minimum); there SciPy starts again from where it ends.`,
  ];
  for (const group of ['functions', 'noisy', 'paper'] as const) {
    const own = figures.filter((row) => row.group === group);
    if (own.length === 0) continue;
    parts.push(`### ${TITLES[group]}`, standingTable(own), caseTable(own));
    if (own.some(({ direction }) => direction !== undefined)) parts.push(NEWTON);
    if (group === 'functions' && own.length > 1) parts.push('![Performance profile](docs/figures/evaluations.svg)');
  }
  return `${parts.join('\n\n')}\n`;
}

function standingTable(all: readonly Figures[]): string {
  // Cases without a gradient are not run by all methods.
  const figures = all.filter(({ direction }) => direction === undefined);
  const found = standings(figures);
  if (found.length === 0) return 'Without one of SciPy’s methods there is nothing to compare with.';
  // Levels have names only where all cases share them, or some have the first ones.
  const longest = figures.map(({ levels }) => levels).reduce((a, b) => (b.length > a.length ? b : a));
  const shared = figures.every(({ levels }) => levels.every((level, i) => level === longest[i]));
  const heads = longest.map((level, i) => (shared ? levelText(level) : `level ${i + 1}`));
  const noisy = figures.every(({ group }) => group === 'noisy');
  const rows = found.map(({ name, means, mean, worst, solved }) => [
    name,
    ...means.map((ratio) => ratio.toFixed(2)),
    mean.toFixed(2),
    `${solved} of ${figures.length}`,
    ...(noisy ? [left(figures, name).toPrecision(2)] : []),
    worst === undefined ? '' : `${worst.ratio.toFixed(1)} (${worst.where})`,
  ]);
  const reference = `Geometric means of the ratios to ${bestScipy(figures)}, the best of SciPy's methods on ${figures.length === 1 ? 'this case' : `these ${figures.length} cases as a whole`}.`;
  const head = [
    'method',
    ...heads,
    'all levels',
    'last level reached',
    ...(noisy ? ['excess left, in last levels'] : []),
    'worst beside L-BFGS-B',
  ];
  return `${reference}\n\n${table(head, rows)}`;
}

/** Geometric mean of the least excess over the last level; runs end there. */
function left(figures: readonly Figures[], method: string): number {
  return geometricMean(figures.map(({ levels, methods }) => Math.max(1, (methods[method]?.best ?? Number.NaN) / (levels.at(-1) ?? 1))));
}

function caseTable(figures: readonly Figures[]): string {
  const names = METHODS.map(({ name }) => name).filter((name) => figures.some(({ methods }) => name in methods));
  const rows = figures.map(({ name, dimension, levels, methods }) => [
    name,
    `${dimension}`,
    levels.map(levelText).join(', '),
    ...names.map((method) => methods[method]?.counts.map((count) => count ?? '–').join(', ') ?? 'needs a gradient'),
  ]);
  return table(['case', 'd', 'levels', ...names], rows);
}

/** Puts the section into BENCHMARKS.md and the profile of the test functions beside the documentation. */
export function write(figures: readonly Figures[], versions: Readonly<Record<string, string>>): void {
  const path = join(root, 'BENCHMARKS.md');
  const page = readFileSync(path, 'utf8');
  const [begin, end] = ['<!-- evaluations -->\n', '<!-- /evaluations -->\n'];
  const section = `${begin}\n${markdown(figures, versions)}\n${end}`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  const next = from < 0 || to < from ? `${page.trimEnd()}\n\n${section}` : page.slice(0, from) + section + page.slice(to + end.length);
  writeFileSync(path, next);

  const own = figures.filter(({ group }) => group === 'functions');
  const names = METHODS.filter(({ name }) => own.every(({ methods }) => name in methods));
  const tasks = own.flatMap(({ levels, methods }) =>
    levels.map((_, i) => Object.fromEntries(names.map(({ name }) => [name, methods[name]?.counts[i] ?? null]))),
  );
  const folder = join(root, 'docs/figures');
  mkdirSync(folder, { recursive: true });
  const svg = join(folder, 'evaluations.svg');
  writeFileSync(svg, profileSvg(`Evaluations to five accuracies, ${own.length} test functions`, profiles(names, tasks)));
  rasterize(svg);
}

/** The same picture as PNG, by the browser that `LGF_BROWSER` names. */
function rasterize(svg: string): void {
  const browser = process.env['LGF_BROWSER'] ?? 'chromium';
  const to = svg.replace(/svg$/, 'png');
  const size = ['--window-size=760,460', '--force-device-scale-factor=2', '--hide-scrollbars'];
  const { status } = spawnSync(browser, ['--headless', '--no-sandbox', '--disable-gpu', ...size, `--screenshot=${to}`, `file://${svg}`]);
  if (status !== 0) console.error(`${browser} did not draw ${to}; LGF_BROWSER names another browser`);
}

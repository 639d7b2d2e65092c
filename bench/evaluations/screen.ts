// What a terminal shows of the counts, within its width; the tables in full are for pipes and for BENCHMARKS.md.
import { METHODS, SCIPYS } from './methods.ts';
import { type Figures, levelText, standings, TITLES } from './report.ts';

/** One line a case while it runs: the counts of our own method and of the one of SciPy's that needed fewest for the last level. */
export function progressLine({ name, levels, methods }: Figures, columns: number): string {
  const last = (method: string): number => methods[method]?.counts.at(-1) ?? Number.POSITIVE_INFINITY;
  const rival = SCIPYS.filter((method) => method in methods).toSorted((a, b) => last(a) - last(b))[0];
  const first = METHODS.find((method) => method.name in methods)?.name;
  const shown = [first, rival].filter((method, i, all) => method !== undefined && all.indexOf(method) === i);
  const cells = shown.map((method) => `${method} ${(methods[method ?? '']?.counts ?? []).map((n) => `${n ?? '–'}`.padStart(4)).join('')}`);
  const what = cells.length > 0 ? cells.join('  ') : 'needs methods that take Newton directions';
  const room = Math.max(12, columns - 4 * levels.length * cells.length - 28);
  const title = name.length > room ? `${name.slice(0, room - 1)}…` : name.padEnd(room);
  return `${title} ${what}`.slice(0, columns);
}

/** The standings of each group. */
export function screen(figures: readonly Figures[], columns: number): string {
  const parts: string[] = [];
  for (const group of ['functions', 'noisy', 'paper'] as const) {
    const own = figures.filter((row) => row.group === group && row.direction === undefined);
    const found = standings(own);
    if (found.length === 0) continue;
    const names = Math.max(...found.map(({ name }) => name.length));
    const rows = found.map(({ name, mean, solved, worst }) => {
      const where = worst === undefined ? '' : `${worst.ratio.toFixed(1).padStart(6)}  ${worst.where}`;
      return `${name.padEnd(names)}  ${mean.toFixed(2).padStart(6)}  ${`${solved}/${own.length}`.padStart(7)}  ${where}`;
    });
    const head = `${''.padEnd(names)}   ratio   solved   worst ratio to L-BFGS-B`;
    parts.push(
      [`${TITLES[group]}: evaluations beside the best of SciPy's, means`, head, ...rows]
        .map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line))
        .join('\n'),
    );
  }
  const newton = figures.filter(({ direction }) => direction !== undefined);
  for (const { name, levels, methods } of newton) {
    const rows = Object.entries(methods).map(([method, { counts }]) => `${method}: ${counts.map((n) => n ?? '–').join(', ')} evaluations`);
    parts.push([`${name}, to ${levels.map(levelText).join(', ')}`, ...rows].join('\n'));
  }
  return parts.join('\n\n');
}

import { argumentError } from '../errors.ts';
import type { ProfilePhase } from '../minimize/types.ts';

const HEAD = ['phase', 'calls', 'seconds', 'self', 'share', 'bytes', 'GB/s', 'flops', 'GFLOP/s'] as const;

/**
 * The phases of a run as a table in plain text.
 *
 * @param phases - `result.profile.phases` of a run with the option `profile`.
 * @returns one line for each row under a line of heads: the name, indented by its depth; calls; seconds in all and outside of phases within;
 * the share of `seconds` in those of all outermost phases; bytes, operations and their rates where they are known
 * @throws {@link LgfError} `ERR_LGF_ARGUMENT` naming `phases`
 * @example
 * ```ts
 * import { minimize, problems, profileTable } from 'learned-gradient-flow';
 * const { profile } = await minimize(problems.heatRod(), null, { maxEvaluations: 10, profile: true });
 * const lines = profileTable(profile.phases ?? []).split('\n');
 * console.log(lines[0]?.split(/ +/).join(' ')); // → phase calls seconds self share bytes GB/s flops GFLOP/s
 * console.log(lines[1]?.split(/ +/).slice(0, 2).join(' ')); // → evaluate 10
 * ```
 */
export function profileTable(phases: readonly ProfilePhase[]): string {
  if (!Array.isArray(phases)) throw argumentError('phases', phases, 'the phases of a profile');
  const whole = phases.reduce((sum, { depth, seconds }) => sum + (depth === 0 ? seconds : 0), 0);
  const rows = phases.map((phase) => [
    `${'  '.repeat(phase.depth)}${phase.name}`,
    String(phase.calls),
    time(phase.seconds),
    time(phase.selfSeconds),
    whole > 0 ? `${((100 * phase.seconds) / whole).toFixed(1)} %` : '',
    size(phase.bytes),
    rate(phase.gigabytesPerSecond),
    size(phase.flops),
    rate(phase.gigaflopsPerSecond),
  ]);
  const lines = [[...HEAD], ...rows];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return lines.map((cells) => line(cells).trimEnd()).join('\n');
}

/** `1.23 ms` */
function time(seconds: number): string {
  const [scale, unit] = seconds < 1e-3 ? [1e6, 'µs'] : seconds < 1 ? [1e3, 'ms'] : [1, 's '];
  return `${digits(scale * seconds)} ${unit}`;
}

/** `1.23 G` */
function size(count: number | undefined): string {
  if (count === undefined) return '';
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), 5);
  return `${digits(count / 1000 ** power)} ${[' ', 'k', 'M', 'G', 'T', 'P'][power]}`;
}

function rate(value: number | undefined): string {
  return value === undefined ? '' : digits(value);
}

/** Three digits that count, without an exponent. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

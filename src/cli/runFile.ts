// run.json: everything about a run but its large arrays, and enough to draw its report again.
import type { ReportOptions } from '../report/index.ts';

const FORMAT = 'learned-gradient-flow run';
const VERSION = 1;

/** What is stored beside the page; of any shape, for people and other programs. */
export type RunContents = Readonly<Record<string, unknown>>;

/** The text of the file. JSON has neither `undefined` in lists nor numbers that are not finite: they are stored as `null` and by their name. */
export function writeRunFile(contents: RunContents, page: ReportOptions): string {
  const file = { format: FORMAT, formatVersion: VERSION, ...contents, page };
  return `${JSON.stringify(file, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`;
}

/** The page in a file of {@link writeRunFile}; throws an `Error` that says what is wrong with the file. */
export function readPage(text: string): ReportOptions {
  let file: unknown;
  try {
    file = JSON.parse(text, (_, value: unknown) => (value === null ? undefined : revived(value)));
  } catch (error) {
    throw new Error(`is not JSON: ${(error as Error).message}`);
  }
  const { format, formatVersion, page } = Object(file) as Record<string, unknown>;
  if (format !== FORMAT || typeof page !== 'object') throw new Error('is no run.json of learned-gradient-flow');
  if (formatVersion !== VERSION) throw new Error(`has format version ${String(formatVersion)}, this program reads ${VERSION}`);
  return page as ReportOptions;
}

const NAMES = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** A list entry that is `undefined` leaves a hole, which `Array.from` closes. */
function revived(value: unknown): unknown {
  if (typeof value === 'string') return NAMES.get(value) ?? value;
  return Array.isArray(value) ? Array.from(value) : value;
}

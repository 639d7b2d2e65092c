// run.json: everything about a run but its large arrays, and enough to draw its report again.
import type { ReportOptions } from '../report/index.ts';

const FORMAT = 'learned-gradient-flow run';
const VERSION = 1;

/** What is stored beside the page; of any shape, for people and other programs. */
export type RunContents = Readonly<Record<string, unknown>>;

/**
 * The text of the file; without a page where none could be drawn. JSON has neither `undefined` in lists nor numbers that are not finite: they
 * are stored as `null` and as `{ "nonFinite": "NaN" }`.
 */
export function writeRunFile(contents: RunContents, page: ReportOptions | undefined): string {
  return `${toJson({ format: FORMAT, formatVersion: VERSION, ...contents, page })}\n`;
}

/** JSON with every number in it. */
export function toJson(value: unknown, indent?: number): string {
  const kept = (_: string, entry: unknown): unknown =>
    typeof entry === 'number' && !Number.isFinite(entry) ? { nonFinite: String(entry) } : entry;
  return JSON.stringify(value, kept, indent);
}

/** The files that a run wrote, as its run.json names them; none where the text is not one. Nothing but plain names of arrays, pages, pictures and solids. */
export function filesOf(text: string): readonly string[] {
  try {
    const { format, files } = Object(JSON.parse(text)) as { readonly format?: unknown; readonly files?: unknown };
    if (format !== FORMAT || !Array.isArray(files)) return [];
    return files.filter(
      (name: unknown): name is string =>
        typeof name === 'string' && /^([\w-]+\.(npy|html|png|stl|vti|pvd)|profile\.txt|trace\.json)$/.test(name),
    );
  } catch {
    return [];
  }
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
  if (format !== FORMAT) throw new Error('is no run.json of learned-gradient-flow');
  if (formatVersion !== VERSION) throw new Error(`has format version ${String(formatVersion)}, this program reads ${VERSION}`);
  if (typeof page !== 'object') throw new Error('holds no page: none could be drawn of this run');
  return page as ReportOptions;
}

/** A list entry that is `undefined` leaves a hole, which `Array.from` closes. */
function revived(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value);
  const { nonFinite } = Object(value) as { nonFinite?: unknown };
  return nonFinite === undefined ? value : Number(nonFinite);
}

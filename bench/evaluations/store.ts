// Counts of rivals that were taken before: a rerun of our own methods need not wait for them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Counts } from './count.ts';

interface Stored extends Counts {
  /** What the counts depend on. */
  readonly key: string;
}

interface File {
  readonly versions: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, Readonly<Record<string, Stored>>>>;
}

/** A file of counts by case and method; entries whose key is another one do not exist. */
export class Store {
  readonly #path: string;
  readonly #counts: Record<string, Record<string, Stored>>;
  #versions: Record<string, string>;

  constructor(path: string, fresh: boolean) {
    this.#path = path;
    const file = !fresh && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as File) : { versions: {}, counts: {} };
    this.#versions = { ...file.versions };
    this.#counts = Object.fromEntries(Object.entries(file.counts).map(([name, methods]) => [name, { ...methods }]));
  }

  get versions(): Readonly<Record<string, string>> {
    return this.#versions;
  }

  find(subject: string, method: string, key: string): Counts | undefined {
    const stored = this.#counts[subject]?.[method];
    return stored?.key === key ? stored : undefined;
  }

  /** Keeps counts, and the versions that they were taken with; others empty the store. */
  keep(subject: string, method: string, counts: Stored, versions: Readonly<Record<string, string>>): void {
    this.#versions = { ...this.#versions, ...versions };
    const methods = this.#counts[subject] ?? {};
    methods[method] = counts;
    this.#counts[subject] = methods;
  }

  /** One line for each case and method, so that changes show. */
  save(): void {
    const lines = Object.entries(this.#counts).map(([subject, methods]) => {
      const inner = Object.entries(methods).map(([method, counts]) => `      ${JSON.stringify(method)}: ${JSON.stringify(counts)}`);
      return `    ${JSON.stringify(subject)}: {\n${inner.join(',\n')}\n    }`;
    });
    const text = `{\n  "versions": ${JSON.stringify(this.#versions)},\n  "counts": {\n${lines.join(',\n')}\n  }\n}\n`;
    writeFileSync(this.#path, text);
  }
}

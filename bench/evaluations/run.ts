// Evaluations to levels of accuracy, ours beside SciPy's on the very same functions: `npm run bench:evaluations -- [--only bratu,wood]
// [--methods LGFAdaptive,CG] [--fresh] [--json] [--write]`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CASES, type CaseEntry, largestCurvature } from './cases.ts';
import { type Case, Counter, type Counts } from './count.ts';
import { drive, METHODS, type Method, runRates, suited } from './methods.ts';
import { type End, Peer } from './peer.ts';
import { type Figures, markdown, rowOf, write } from './report.ts';
import { progressLine, screen } from './screen.ts';
import { Store } from './store.ts';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    methods: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

/** Those of a list that were asked for: all without a question, an end of the process for a name that is not there. */
function chosen<T extends { readonly name: string }>(all: readonly T[], wanted: string | undefined, what: string): readonly T[] {
  if (wanted === undefined) return all;
  const names = wanted.split(',').map((name) => name.trim());
  const matches = (name: string) =>
    all.filter((item) => item.name === name || item.name.startsWith(`${name},`) || item.name.startsWith(`${name}:`));
  const unknown = names.filter((name) => matches(name).length === 0);
  if (unknown.length > 0) {
    console.error(`no ${what} is called ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join('; ')}`);
    process.exit(2);
  }
  return all.filter((item) => names.some((name) => matches(name).includes(item)));
}

if (options.write && (options.only !== undefined || options.methods !== undefined)) {
  console.error('--write is for all cases and methods: what it writes has no room for some');
  process.exit(2);
}
const methods = chosen(METHODS, options.methods, 'method');
const cases = chosen(CASES, options.only, 'case');
const path = join(import.meta.dirname, 'rivals.json');
// Without the store's other entries a fresh run of a few would lose the rest.
const store = new Store(path, options.fresh && options.only === undefined && options.methods === undefined);
const scipy = /^scipy==.*$/m.exec(readFileSync(join(import.meta.dirname, '../peers/requirements.txt'), 'utf8'))?.[0];
let peer: Peer | undefined;

/** Runs a method on a case, with the best of its rates. */
async function count(method: Method, subject: Case, note: (end: End) => void): Promise<Counts> {
  const { job, make } = method;
  const { dimension, exact, start } = subject;
  const curvature = () => largestCurvature({ dimension, evaluate: exact }, start) || 1;
  return runRates(method, curvature, subject.budget, async (rate) => {
    const counter = new Counter(subject);
    if (job !== undefined) {
      peer ??= new Peer(options.python);
      note(await peer.run(job, counter, rate));
    } else if (make !== undefined) drive(make(subject.start, rate), counter);
    return counter.result;
  });
}

async function countsOf(entry: CaseEntry, method: Method, subject: () => Case): Promise<Counts> {
  const { exact, start, dimension } = subject();
  // A function that was changed shows by its first value, to the digits that all machines agree on.
  const first = exact(start, new Float64Array(dimension)).toPrecision(6);
  const what = [entry.key, first, method.rates, method.job === undefined ? method.make?.toString() : [method.job, scipy]];
  const key = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 12);
  const stored = method.own || options.fresh ? undefined : store.find(entry.name, method.name, key);
  if (stored !== undefined) return stored;
  let versions: Readonly<Record<string, string>> = {};
  const counts = await count(method, subject(), (end) => {
    versions = end.versions;
  });
  if (!method.own) store.keep(entry.name, method.name, { key, counts: counts.counts, best: Number(counts.best.toPrecision(3)) }, versions);
  return counts;
}

const figures: Figures[] = [];
for (const entry of cases) {
  let made: Case | undefined;
  const subject = () => (made ??= entry.make());
  const found: Record<string, Counts> = {};
  for (const method of methods) {
    const own = suited(method, subject());
    if (own !== undefined) found[method.name] = await countsOf(entry, own, subject);
  }
  const { dimension, levels, budget, direction } = subject();
  const row: Figures = { name: entry.name, group: entry.group, dimension, levels, budget, ...(direction && { direction }), methods: found };
  figures.push(row);
  if (!options.json) console.error(process.stderr.isTTY ? progressLine(row, process.stderr.columns ?? 80) : rowOf(row));
  store.save();
}
peer?.close();
if (options.json) console.log(JSON.stringify({ versions: store.versions, figures }));
else if (process.stdout.isTTY)
  console.log(`\n${screen(figures, process.stdout.columns ?? 80)}\n\nTables with all counts: through a pipe, or --write`);
else console.log(`\n${markdown(figures, store.versions)}`);
if (options.write) write(figures, store.versions);

// Runs the suites of `bench/suites`, each in a process of its own: `npm run bench -- [names] [--threads 2]`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from 'learned-gradient-flow';

const { values: options, positionals } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, threads: { type: 'string', default: '2' } },
  allowPositionals: true,
});
const folder = join(import.meta.dirname, 'suites');
const suites = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
const unknown = positionals.filter((name) => !suites.includes(name));
if (unknown.length > 0) {
  console.error(`no suite is called ${unknown.join(', ')}; there are ${suites.join(', ')}`);
  process.exit(2);
}
const { python, threads } = options;
const env = {
  ...process.env,
  ...{ RAYON_NUM_THREADS: threads, OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
  LGF_BENCH_PYTHON: python,
};
console.log(
  `learned-gradient-flow ${version()}, Node ${process.version}, ${platform()} ${arch()}, ${cpus()[0]?.model}, ${threads} threads`,
);
for (const suite of suites.filter((name) => positionals.length === 0 || positionals.includes(name))) {
  console.log(`\n## ${suite}\n`);
  const { status } = spawnSync(process.execPath, [...process.execArgv, join(folder, `${suite}.ts`)], { env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

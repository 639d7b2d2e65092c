// The entry behind `npm run build | demo | test | ready | bench | bench:problems | bench:evaluations | format`. Each works on a fresh clone: what is missing is
// installed or built first. Only built-ins are imported, because node_modules may not exist yet.
import { build, checkGenerated, generatedFiles } from './build.mjs';
import { installPeers, peerPython } from './peers.mjs';
import { checkNode, checkRust, installDependencies } from './setup.mjs';
import { Failure, run, tool } from './shell.mjs';

const [task, ...options] = process.argv.slice(2);

/** A step without which the rest makes no sense: if it fails, nothing more runs. */
const need = (name, action) => ({ name, action, stops: true });
/** A step that fails on its own, so that one run reports every failure. */
const check = (name, action) => ({ name, action, stops: false });

const setup = (...components) => [
  need('node', checkNode),
  need('rust', () => checkRust(components)),
  need('dependencies', installDependencies),
];

const lints = [
  check('rustfmt', () => run('cargo', ['fmt', '--all', '--check'])),
  check('biome', () => tool(['@biomejs/biome', 'biome'], ['check', '--error-on-warnings'])),
  check('clippy', () => run('cargo', ['clippy', '--workspace', '--all-targets', '--', '-D', 'warnings'])),
  check('rustdoc', () => run('cargo', ['doc', '--workspace', '--no-deps'], { env: { RUSTDOCFLAGS: '-D warnings' } })),
];

const tests = [
  check('types', checkTypes),
  check('cargo test', () => run('cargo', ['test', '--workspace'])),
  check('vitest', () => tool(['vitest'], ['run'])),
];

const tasks = {
  build: [...setup(), need('build', () => build(options.includes('--dev') ? 'dev-release' : 'release'))],
  demo: [...setup(), need('build', build), need('demo', () => tool(['tsx'], ['examples/demo.ts', ...options]))],
  bench: [
    ...setup(),
    need('peers', installPeers),
    need('build', () => build('release')),
    need('bench', () => tool(['tsx'], ['bench/run.ts', '--python', peerPython, ...options])),
  ],
  'bench:problems': [
    ...setup(),
    need('peers', installPeers),
    need('build', () => build('release')),
    need('bench', () => tool(['tsx'], ['bench/problems.ts', '--python', peerPython, ...options])),
  ],
  'bench:evaluations': [
    ...setup(),
    need('peers', installPeers),
    need('build', () => build()),
    need('bench', () => tool(['tsx'], ['bench/evaluations/run.ts', '--python', peerPython, ...options])),
  ],
  test: [...setup(), need('build', build), ...tests],
  ready: [...setup('fmt', 'clippy'), need('build', buildUnchanged), ...lints, ...tests],
  format: [...setup('fmt'), check('rustfmt', () => run('cargo', ['fmt', '--all'])), check('biome', formatScripts)],
};

function buildUnchanged() {
  const before = generatedFiles();
  build();
  checkGenerated(before);
}

/** src/ has stricter rules than the rest (src/tsconfig.json); the second run covers examples and tests, type tests included. */
function checkTypes() {
  for (const project of ['src', '.']) tool(['typescript', 'tsc'], ['-p', project]);
}

function formatScripts() {
  tool(['@biomejs/biome', 'biome'], ['check', '--write']);
}

function perform({ name, action }) {
  const start = performance.now();
  let problem;
  try {
    action();
  } catch (error) {
    problem = error instanceof Failure ? error.message : error.stack;
    console.error(`\nlearned-gradient-flow: ${problem}`);
  }
  return { name, problem, seconds: (performance.now() - start) / 1000 };
}

function summarize(results) {
  console.log('');
  for (const { name, problem, seconds } of results) {
    const line = `${problem ? 'FAILED' : 'ok    '} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`;
    console.log(problem ? `${line}  ${problem.split('\n', 1)[0]}` : line);
  }
  const failed = results.filter(({ problem }) => problem).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
}

if (!Object.hasOwn(tasks, task)) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(tasks).join(' | ')}`);
  process.exit(2);
}
const results = [];
for (const step of tasks[task]) {
  results.push(perform(step));
  if (results.at(-1).problem && step.stops) break;
}
if (results.some(({ problem }) => problem)) process.exitCode = 1;
// Their own output should be the last thing to see of a demo and of benchmarks.
if (task !== 'demo' && !task.startsWith('bench')) summarize(results);

// What must be on the machine before anything can be built; every complaint is one line that says what to install.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { capture, Failure, npm, root } from './shell.mjs';

const LEAST_NODE = [20, 19];
const LEAST_RUST = readFileSync(join(root, 'Cargo.toml'), 'utf8')
  .match(/^rust-version = "(\d+)\.(\d+)/m)
  .slice(1)
  .map(Number);

const atLeast = ([major, minor], [leastMajor, leastMinor]) => major > leastMajor || (major === leastMajor && minor >= leastMinor);

export function checkNode() {
  if (!atLeast(process.versions.node.split('.').map(Number), LEAST_NODE)) {
    throw new Failure(`Node.js ${LEAST_NODE.join('.')} or newer is needed to build from source; this is ${process.versions.node}`);
  }
}

/** Installs node_modules exactly as locked, if it is missing or the lock file changed since. */
export function installDependencies() {
  const time = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (time('node_modules/.package-lock.json') < time('package-lock.json')) npm(['ci', '--no-audit', '--no-fund']);
}

/** Checks cargo and rustc, and the named extra components (`fmt`, `clippy`). */
export function checkRust(components = []) {
  const needed = `Rust ${LEAST_RUST.join('.')} or newer is needed to build from source (https://rustup.rs)`;
  if (capture('cargo', ['--version']) === undefined) throw new Failure(`${needed}; cargo was not found on PATH`);
  const version = capture('rustc', ['--version']);
  if (version === undefined) throw new Failure(`${needed}; rustc was not found on PATH`);
  if (
    !atLeast(
      version
        .match(/(\d+)\.(\d+)/)
        .slice(1)
        .map(Number),
      LEAST_RUST,
    )
  )
    throw new Failure(`${needed}; this is ${version}`);
  for (const component of components) {
    if (capture('cargo', [component, '--version']) === undefined) {
      throw new Failure(
        `cargo ${component} is needed for this command (rustup component add ${component === 'fmt' ? 'rustfmt' : component})`,
      );
    }
  }
}

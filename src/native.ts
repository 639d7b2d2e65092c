// Finds and loads the compiled addon. This is the only module that touches the binary.
// It runs from src/ (tests, examples) and bundled in dist/: both are one folder below the package root.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

type NativeBinding = typeof import('./native-binding.d.ts');

/** The machine as far as the choice of a binary is concerned. `libc` is set on Linux only. */
export interface Host {
  readonly platform: string;
  readonly arch: string;
  readonly libc?: 'glibc' | 'musl';
}

/** One place that was tried and why it did not work. */
export interface Attempt {
  readonly source: string;
  readonly reason: string;
}

/** Names of the platform packages that are published, without the `learned-gradient-flow-` prefix. */
export const PUBLISHED_TRIPLES: readonly string[] = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'linux-x64-gnu',
  'linux-x64-musl',
  'win32-arm64-msvc',
  'win32-x64-msvc',
];

// Our own name: napi-rs's NAPI_RS_NATIVE_LIBRARY_PATH is obeyed by every package built with it, bundlers among them.
const OVERRIDE = 'LGF_NATIVE_LIBRARY_PATH';

/** What this process runs on. */
export function detectHost(): Host {
  const { platform, arch } = process;
  return platform === 'linux' ? { platform, arch, libc: detectLibc() } : { platform, arch };
}

function detectLibc(): 'glibc' | 'musl' {
  // Without `excludeNetwork` the report resolves the host name of every open socket, which can take seconds.
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
    return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  } finally {
    report.excludeNetwork = before ?? false;
  }
}

/** Suffix of the platform package and of the binary for `host`, whether published or not. */
export function hostTriple({ platform, arch, libc }: Host): string {
  if (platform === 'linux') return `linux-${arch}-${libc === 'musl' ? 'musl' : 'gnu'}`;
  if (platform === 'win32') return `win32-${arch}-msvc`;
  return `${platform}-${arch}`;
}

/** The error for a binary that could not be loaded: what was looked for, what happened, what to do. */
export function loadFailure(host: Host, attempts: readonly Attempt[], cause?: unknown): Error & { code: string } {
  const triple = hostTriple(host);
  const libc = host.libc === undefined ? '' : `, libc ${host.libc}`;
  const message = [
    `learned-gradient-flow: no native binary could be loaded for platform ${host.platform}, arch ${host.arch}${libc}` +
      ` (package learned-gradient-flow-${triple}).`,
    ...attempts.map(({ source, reason }) => `  - ${source}: ${reason}`),
    ...remedy(triple, attempts),
  ].join('\n');
  return Object.assign(new Error(message, { cause }), { code: 'ERR_LGF_NATIVE' });
}

function remedy(triple: string, attempts: readonly Attempt[]): string[] {
  if (attempts.some(({ source }) => source.startsWith(OVERRIDE))) {
    return [`While ${OVERRIDE} is set, nothing else is tried: correct it or unset it.`];
  }
  if (!PUBLISHED_TRIPLES.includes(triple)) {
    return [
      `There is no package for this platform. Supported: ${PUBLISHED_TRIPLES.join(', ')}.`,
      `Build the binary from the source repository (Rust and \`npm run build\`) and set ${OVERRIDE} to its path.`,
    ];
  }
  return [
    `learned-gradient-flow-${triple} is an optional dependency: reinstall without --omit=optional or --no-optional, on the machine or in`,
    'the container that runs the program (a node_modules folder or lock file made on another platform may lack it).',
    `Or set ${OVERRIDE} to the path of a binary built from source.`,
  ];
}

function loadNative(): NativeBinding {
  const require = createRequire(import.meta.url);
  const host = detectHost();
  const triple = hostTriple(host);
  const override = process.env[OVERRIDE];
  const local = fileURLToPath(new URL(`../native/lgf.${triple}.node`, import.meta.url));
  const installed = `learned-gradient-flow-${triple}`;
  // A variable of our own: napi-rs's NAPI_RS_NATIVE_LIBRARY_PATH is obeyed by every package built with it, bundlers among them.
  // Whoever names a binary means that one, so nothing else is tried then. In a checkout what was just built wins over an
  // installed package; published packages have no native/ folder.
  const candidates = override
    ? [{ source: `${OVERRIDE}=${override}`, path: resolve(override) }]
    : [
        { source: local, path: local },
        { source: installed, path: installed },
      ];
  const attempts: Attempt[] = [];
  let cause: unknown;
  for (const { source, path } of candidates) {
    if (path === local && !existsSync(local)) {
      attempts.push({ source, reason: 'no such file (it exists in a source checkout only, after `npm run build`)' });
      continue;
    }
    try {
      return require(path) as NativeBinding;
    } catch (error) {
      cause = error;
      attempts.push({ source, reason: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error) });
    }
  }
  throw loadFailure(host, attempts, cause);
}

/** The addon's exports, loaded once when the package is first imported. */
export const native: NativeBinding = loadNative();

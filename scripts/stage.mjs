// Lays out the packages of a release: stage/main and one folder per platform binary, each ready for `npm publish`.
//   node scripts/stage.mjs <folder to make> <folder with lgf.*.node>
// The platform packages become optionalDependencies here and not in the committed package.json: `npm ci` refuses a lock
// file whose packages the registry does not have (any version before its release), workspaces under npm/ stop with
// EBADPLATFORM on every machine, and an unclaimed name in a lock file would be installed by whoever claims it first.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Failure, root } from './shell.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { binaryName, packageName, targets } = manifest.napi;

const CPU = { x86_64: 'x64', aarch64: 'arm64' };
const OS = { linux: 'linux', darwin: 'darwin', windows: 'win32' };
const LIBC = { gnu: 'glibc', musl: 'musl' };

/**
 * The platform package of a Rust target: its name's suffix and the fields by which npm chooses it.
 * @typedef {{ triple: string, os: string, cpu: string, libc: string | undefined }} Platform
 * @param {string} target
 * @returns {Platform}
 */
function platformOf(target) {
  const [machine, , system, abi] = target.split('-');
  const os = OS[system];
  const cpu = CPU[machine];
  const libc = os === 'linux' ? LIBC[abi] : undefined;
  return { triple: [os, cpu, abi].filter(Boolean).join('-'), os, cpu, libc };
}

/** @type {Platform[]} */
export const platforms = targets.map(platformOf);

/**
 * Stages the main package into `folder`.
 * @param {string} folder
 */
export function stageMain(folder) {
  const { scripts, devDependencies, overrides, allowScripts, napi, ...published } = manifest;
  published.optionalDependencies = Object.fromEntries(platforms.map(({ triple }) => [`${packageName}-${triple}`, manifest.version]));
  mkdirSync(folder, { recursive: true });
  for (const path of [...manifest.files, 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  writeManifest(folder, published);
}

/**
 * Stages the platform package for one binary into `folder`.
 * @param {string} folder
 * @param {Platform} platform
 * @param {string} binaries - folder that holds the binary
 */
export function stagePlatform(folder, { triple, os, cpu, libc }, binaries) {
  const file = `${binaryName}.${triple}.node`;
  const { version, license, repository, engines, publishConfig } = manifest;
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(binaries, file), join(folder, file));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'README.md'), `# ${packageName}-${triple}\n\nThe native binary of \`${packageName}\` for ${triple}.\n`);
  writeManifest(folder, {
    name: `${packageName}-${triple}`,
    version,
    description: `Native binary of ${packageName} for ${triple}`,
    license,
    repository,
    main: file,
    files: [file],
    os: [os],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    engines,
    publishConfig,
  });
}

function writeManifest(folder, content) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`);
}

if (argv[1] && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  const [folder, binaries] = argv.slice(2);
  if (!folder || !binaries) throw new Failure('usage: node scripts/stage.mjs <folder to make> <folder with lgf.*.node>');
  stageMain(join(folder, 'main'));
  for (const platform of platforms) stagePlatform(join(folder, platform.triple), platform, binaries);
}

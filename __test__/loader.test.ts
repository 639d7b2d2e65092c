import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { platforms } from '../scripts/stage.mjs';
import { detectHost, hostTriple, loadFailure, native, PUBLISHED_TRIPLES } from '../src/native.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

describe('choosing the binary', () => {
  test.each([
    [{ platform: 'linux', arch: 'x64', libc: 'glibc' }, 'linux-x64-gnu'],
    [{ platform: 'linux', arch: 'arm64', libc: 'musl' }, 'linux-arm64-musl'],
    [{ platform: 'darwin', arch: 'arm64' }, 'darwin-arm64'],
    [{ platform: 'win32', arch: 'arm64' }, 'win32-arm64-msvc'],
    [{ platform: 'freebsd', arch: 'x64' }, 'freebsd-x64'],
  ] as const)('%o', (host, triple) => {
    expect(hostTriple(host)).toBe(triple);
  });

  test('libc is detected on Linux and nowhere else', () => {
    const { platform, arch, libc } = detectHost();
    expect([platform, arch]).toEqual([process.platform, process.arch]);
    expect(libc === 'glibc' || libc === 'musl').toBe(process.platform === 'linux');
  });

  test('the loader looks for exactly the packages that a release publishes', () => {
    expect([...PUBLISHED_TRIPLES].sort()).toEqual(platforms.map(({ triple }) => triple).sort());
  });

  test('the binary and the package have one version', () => {
    expect(native.version()).toBe(version);
  });
});

describe('a binary that cannot be loaded', () => {
  const cause = new Error('why');

  test('names platform, arch, libc, package, attempts and the remedy', () => {
    const attempts = [{ source: 'learned-gradient-flow-linux-x64-musl', reason: 'Cannot find module' }];
    const error = loadFailure({ platform: 'linux', arch: 'x64', libc: 'musl' }, attempts, cause);
    expect(error).toMatchObject({ name: 'Error', code: 'ERR_LGF_NATIVE', cause });
    expect(error.message).toContain('platform linux, arch x64, libc musl (package learned-gradient-flow-linux-x64-musl)');
    expect(error.message).toContain('- learned-gradient-flow-linux-x64-musl: Cannot find module');
    expect(error.message).toContain('--omit=optional');
    expect(error.message).toContain('LGF_NATIVE_LIBRARY_PATH');
  });

  test('through the override says so', () => {
    const attempts = [{ source: 'LGF_NATIVE_LIBRARY_PATH=/tmp/x.node', reason: 'invalid ELF header' }];
    const { message } = loadFailure({ platform: 'linux', arch: 'x64', libc: 'glibc' }, attempts);
    expect(message).toContain('LGF_NATIVE_LIBRARY_PATH=/tmp/x.node: invalid ELF header');
    expect(message).toContain('correct it or unset it');
    expect(message).not.toContain('optional dependency');
  });

  test('on a platform without a package lists those that have one', () => {
    const { message } = loadFailure({ platform: 'freebsd', arch: 'x64' }, []);
    expect(message).toContain(`Supported: ${PUBLISHED_TRIPLES.join(', ')}`);
    expect(message).not.toContain('optional dependency');
    expect(message).not.toContain('libc');
  });
});

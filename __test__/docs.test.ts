// Every example in README.md, docs/ and the doc comments of src/ is type-checked and run; what it says it prints, it must print.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root, toolPath } from '../scripts/shell.mjs';
import { type CodeBlock, codeBlocks, expectedOutput } from './support/code-blocks.ts';
import { node } from './support/spawn.ts';

// Inside of the package, so that examples can import it by its name; target/ is not under version control.
const folder = join(root, 'target', 'docs-test');
const examples = ['README.md', ...filesBelow('docs', '.md'), ...filesBelow('src', '.ts')].flatMap(examplesIn);

function filesBelow(directory: string, extension: string): string[] {
  if (!existsSync(join(root, directory))) return [];
  const names = readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' });
  const paths = names.filter((name) => name.endsWith(extension)).map((name) => `${directory}/${name.replaceAll('\\', '/')}`);
  return paths.sort();
}

function examplesIn(source: string) {
  if (!existsSync(join(root, source))) return [];
  return codeBlocks(join(root, source))
    .filter(({ language }) => language === 'ts' || language === 'js')
    .map((block) => ({ ...block, title: `${source}:${block.line}`, file: fileName(source, block) }));
}

function fileName(source: string, { language, line, code }: CodeBlock): string {
  const extension = language === 'ts' ? 'ts' : /^import /m.test(code) ? 'mjs' : 'cjs';
  return `${source.replaceAll('/', '-')}-${line}.${extension}`;
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Each example starts at its line in the document, so that messages point there.
  for (const { file, line, code } of examples) writeFileSync(join(folder, file), `${'\n'.repeat(line)}${code}\n`);
  const compilerOptions = { moduleDetection: 'force', noUnusedLocals: false, noUnusedParameters: false };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: ['.'] }));
});

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(0);
});

test.skipIf(examples.length === 0)('all examples pass the type checker', async () => {
  const { stdout } = await node([toolPath('typescript', 'tsc'), '-p', folder, '--pretty', 'false'], { cwd: folder });
  expect(stdout).toBe('');
});

describe.concurrent('examples run', () => {
  for (const { title, file, code } of examples.filter(({ info }) => info !== 'no-run')) {
    test(title, async ({ expect }) => {
      const { status, stdout, stderr } = await node([toolPath('tsx'), file], { cwd: folder });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const expected = expectedOutput(code);
      if (expected.length > 0) expect(stdout.trimEnd().split('\n')).toEqual(expected);
    });
  }
});

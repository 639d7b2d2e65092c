// Writes dist/ and index.d.ts from src/index.ts, and the command line from src/cli/bin.ts.
// There is one implementation, the CommonJS bundle: dist/index.js re-exports its objects, so that `instanceof` holds
// whether a class came by `import` or by `require`, and the addon's state exists once per process.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { root } from './shell.mjs';

const input = join(root, 'src/index.ts');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const [code, commandLine] = await Promise.all([bundleCode(), bundleCommandLine(), bundleTypes()]);
const notices = licences([...code, ...commandLine]);
if (notices) writeFileSync(join(dist, 'third-party-licenses.txt'), notices);

async function bundleCode() {
  const bundle = await rolldown({ input, platform: 'node', cwd: root, transform: { target: 'node20' } });
  const { output } = await bundle.write({ file: join(dist, 'index.cjs'), format: 'cjs', exports: 'named' });
  const names = output[0].exports.toSorted();
  writeFileSync(
    join(dist, 'index.js'),
    `import lgf from './index.cjs';\n\nexport const {\n${names.map((name) => `  ${name},\n`).join('')}} = lgf;\n`,
  );
  return output[0].moduleIds;
}

/** The command line is a user of the package: what it imports by the package's name is the bundle beside it. */
async function bundleCommandLine() {
  const bundle = await rolldown({
    input: join(root, 'src/cli/bin.ts'),
    external: ['learned-gradient-flow'],
    platform: 'node',
    cwd: root,
    transform: { target: 'node20' },
  });
  const { output } = await bundle.write({
    file: join(dist, 'cli.cjs'),
    format: 'cjs',
    paths: { 'learned-gradient-flow': './index.cjs' },
    banner: '#!/usr/bin/env node',
  });
  // npm makes the file of a bin executable where it installs it; in a checkout nobody else does.
  chmodSync(join(dist, 'cli.cjs'), 0o755);
  return output[0].moduleIds;
}

/** Licence texts of the packages that ended up in the bundle: they are devDependencies for us, but we pass them on. */
function licences(moduleIds) {
  const folders = new Set(moduleIds.map((id) => id.match(/^.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/)?.[0]).filter(Boolean));
  return [...folders]
    .sort()
    .map(
      (folder) =>
        `${JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8')}`,
    )
    .join('\n---\n\n');
}

async function bundleTypes() {
  const bundle = await rolldown({
    input,
    platform: 'node',
    cwd: root,
    external: /^node:/,
    plugins: [dts({ oxc: true, emitDtsOnly: true, tsconfig: false })],
  });
  const { output } = await bundle.generate({ format: 'es' });
  const types = `// The public types, rolled up from src/ by \`npm run build\`. Do not edit.
/// <reference lib="esnext.disposable" />
${declarations(output[0].code)}`;
  writeFileSync(join(root, 'index.d.ts'), types);
  // TypeScript takes a .d.ts in this package for an ES module; CommonJS users need the same text under .d.cts.
  writeFileSync(join(dist, 'index.d.cts'), types);
}

/** Undoes what the bundler does to comments: a region mark for each source file, and lines moved one column to the left. */
function declarations(code) {
  return `${code
    .replace(/^\/\/#(end)?region.*\n/gm, '')
    .replace(/^( *)\*(?=[ /]|$)/gm, '$1 *')
    .trim()}\n`;
}

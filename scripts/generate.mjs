// Writes the TypeScript interfaces of all options, and their reference page, from the table declared in Rust.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { native } from '../src/native.ts';
import { root } from './shell.mjs';

const groups = native.optionTable();

const sentence = (text) => text.replace(/\s*\n\s*/g, ' ').trim();

function comment(lines, indent) {
  const text = lines.filter((line) => line !== '');
  if (text.length === 1) return `${indent}/** ${text[0]} */\n`;
  return `${indent}/**\n${text.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

const whatDefault = ({ default: value, ty, required }) => (required || /^[A-Z]/.test(ty) ? '' : value);
const isGroup = (name) => groups.some((group) => group.name === name);

function member(field) {
  const lines = [sentence(field.doc)];
  const domain = isGroup(field.ty) || /^'/.test(field.ty) || field.ty === 'boolean' ? '' : `Domain: ${field.domain}.`;
  if (domain !== '' || whatDefault(field) !== '') lines.push('');
  const tail = [domain, whatDefault(field) === '' ? '' : `@defaultValue \`${whatDefault(field)}\``].filter((line) => line !== '');
  const type = field.required ? field.ty : `${field.ty} | null`;
  return `${comment([...lines, ...tail], '  ')}  readonly ${field.name}${field.required ? '' : '?'}: ${type};\n`;
}

function declaration({ name, doc, fields, union }) {
  const head = comment([sentence(doc)], '');
  if (union.length > 0) return `${head}export type ${name} = ${union.join(' | ')};\n`;
  return `${head}export interface ${name} {\n${fields.map(member).join('')}}\n`;
}

function section({ name, doc, fields, union }) {
  const rows = fields.map((field) => {
    const initial = field.required ? 'required' : whatDefault(field) === '' ? '' : `\`${whatDefault(field)}\``;
    const type = isGroup(field.ty) ? `[${field.ty}](#${field.ty.toLowerCase()})` : `\`${field.ty.replaceAll('|', '\\|')}\``;
    const domain = isGroup(field.ty) || /^'/.test(field.ty) || field.ty === 'boolean' ? '' : field.domain;
    return `| \`${field.name}\` | ${type} | ${initial} | ${domain} | ${sentence(field.doc)} |\n`;
  });
  const body = union.length > 0 ? `One of ${union.map((member) => `[${member}](#${member.toLowerCase()})`).join(', ')}.\n` : '';
  const table = rows.length > 0 ? `| option | type | default | domain | meaning |\n|---|---|---|---|---|\n${rows.join('')}` : '';
  return `## ${name}\n\n${sentence(doc)}\n\n${body}${table}`;
}

mkdirSync(join(root, 'src/generated'), { recursive: true });
mkdirSync(join(root, 'docs/generated'), { recursive: true });
writeFileSync(
  join(root, 'src/generated/options.ts'),
  `// Generated from the option table in Rust by \`npm run build\`. Do not edit.\n\n${groups.map(declaration).join('\n')}`,
);
writeFileSync(
  join(root, 'docs/generated/options.md'),
  `# Options\n\nGenerated from the option table in Rust by \`npm run build\`. Absent, \`undefined\` and \`null\` mean the default.\n\n${groups.map(section).join('\n')}`,
);

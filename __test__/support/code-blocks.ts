import { readFileSync } from 'node:fs';

/** A fenced code block of a Markdown file or of a doc comment. */
export interface CodeBlock {
  readonly language: string;
  /** What follows the language on the opening fence, e.g. `no-run`. */
  readonly info: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
  readonly code: string;
}

const OPENING = /^(\s*(?:\* ?)?)```(\w+)[ \t]*(.*)$/;

/** All fenced blocks with a language in `path`, in order; the comment's ` * ` (or a list's indentation) is taken off. */
export function codeBlocks(path: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const opening = OPENING.exec(lines[index] ?? '');
    if (!opening) continue;
    const [, prefix = '', language = '', info = ''] = opening;
    const line = index + 1;
    const code: string[] = [];
    const isFence = (text: string) => text.slice(prefix.length).startsWith('```');
    for (index++; index < lines.length && !isFence(lines[index] ?? ''); index++) code.push((lines[index] ?? '').slice(prefix.length));
    blocks.push({ language, info: info.trim(), line, code: code.join('\n') });
  }
  return blocks;
}

/** The texts that a block says it prints: `console.log(x); // → text`, or `// → text` on lines of their own. */
export function expectedOutput(code: string): string[] {
  return [...code.matchAll(/\/\/ →(.*)$/gm)].map(([, text = '']) => text.trim());
}

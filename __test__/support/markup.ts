// Looking into the markup of figures.
import { expect } from 'vitest';

/** Throws where tags do not nest. */
export function expectBalanced(markup: string): void {
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of markup.matchAll(/<(\/?)([a-zA-Z][\w]*)(?:\s+[\w-]+="[^"<>]*")*\s*(\/?)>/g)) {
    if (selfClosing) continue;
    if (closing) expect(open.pop()).toBe(name);
    else open.push(name ?? '');
  }
  expect(open).toEqual([]);
  expect(markup.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<\/?[a-zA-Z!][^<>]*>/g, '')).not.toMatch(/[<>]/);
}

/** The `d` of every path of one class. */
export function paths(markup: string, className: string): string[] {
  return [...markup.matchAll(/<path ([^>]*)>/g)]
    .map((match) => match[1] ?? '')
    .filter((attributes) => attributes.includes(`class="${className}"`))
    .map((attributes) => /\bd="([^"]*)"/.exec(attributes)?.[1] ?? '');
}

/** Number of points a polyline visits. */
export function pointCount(d: string): number {
  return d.match(/[ML]/g)?.length ?? 0;
}

/** Throws where a page holds numbers that are none, asks for anything from outside, or gives an id twice. */
export function expectSound(markup: string): void {
  expectBalanced(markup);
  // Pictures are part of the page, and base64 may spell any word.
  const page = markup.replace(/ href="data:image\/png;base64,[\w+/=]*"/g, '');
  // A whole page is too long for a message.
  expect(/.{0,80}(?:NaN|Infinity|undefined|null)/.exec(page)?.[0]).toBeUndefined();
  expect(/.{0,80}(?:https?:\/\/|<script|<link|@import|\bsrc=|\bhref=)/.exec(page)?.[0]).toBeUndefined();
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
  const references = [...page.matchAll(/aria-labelledby="([^"]+)"|url\(#([^)]+)\)/g)].flatMap(([, labels, clip]) =>
    (labels ?? clip ?? '').split(' '),
  );
  expect(ids).toEqual(expect.arrayContaining(references));
}

/** Texts of one class, such as the labels of axes. */
export function texts(markup: string, className: string): string[] {
  return [...markup.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)]
    .filter(([, attributes]) => attributes?.includes(`class="${className}"`))
    .map(([, , text]) => text ?? '');
}

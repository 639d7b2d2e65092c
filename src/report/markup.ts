type Attributes = Readonly<Record<string, string | number | undefined>>;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const VOID_ELEMENTS = new Set(['meta', 'br']);

/** Makes any text safe inside elements and quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** An HTML or SVG element; attributes are escaped, `children` are markup already. Undefined attributes are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeText(typeof value === 'number' ? coordinate(value) : String(value))}"`)
    .join('');
  const open = `<${name}${list}`;
  return VOID_ELEMENTS.has(name) ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

/** An element whose only child is plain text. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  return element(name, attributes, escapeText(text));
}

/** A hundredth of a drawing unit is finer than any screen or printer shows. */
function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

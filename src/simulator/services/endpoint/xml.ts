/** What an element holds: text, or elements by name; several of one name where it is an array. */
export interface Element {
  readonly [name: string]: ElementValue | readonly ElementValue[];
}
type ElementValue = Element | string | number | boolean | Date;

/** An XML document. */
export function document(root: string, content: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`;
}

/** The texts between the tags of all elements of a name, with the elements inside. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(([, inner]) => inner);
}

/** The texts of all elements of a name. */
export function textsOf(xml: string, name: string): string[] {
  return elements(xml, name).map(unescaped);
}

function element(name: string, value: Element[string]): string {
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  return `<${name}>${inner(value as ElementValue)}</${name}>`;
}

function inner(value: ElementValue): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return escaped(String(value));
  return Object.entries(value)
    .map(([name, child]) => element(name, child))
    .join('');
}

/** Blanks other than spaces would not survive either. */
function escaped(text: string): string {
  return text.replace(/[&<>"'\r\n\t]/g, (char) => `&#${char.charCodeAt(0)};`);
}

const ENTITIES: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

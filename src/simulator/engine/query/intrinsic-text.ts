import type { Json } from '../json';

/** A string of an intrinsic function without its escapes, of which there are four. */
export function unescaped(raw: string): string {
  return raw.replace(/\\([\s\S])/g, (_, char: string) => {
    if (!"\\'{}".includes(char)) {
      throw new Error(`the backslash before '${char}' escapes nothing`);
    }
    return char;
  });
}

/** The string as the template of States.Format, in which an escape tells a brace from a place for a value. */
export function templateOf(raw: string): string {
  unescaped(raw);
  return raw;
}

/** A template of States.Format with values in its places. */
export function format(template: string, values: readonly Json[]): string {
  let used = 0;
  const text = template.replace(/\\([\\'{}])|\{\}/g, (match, escaped: string | undefined) => {
    if (escaped !== undefined) {
      return escaped;
    }
    if (used >= values.length) {
      return match;
    }
    const value = values[used++];
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
  const places = template.replace(/\\[\\'{}]/g, '').split('{}').length - 1;
  if (places !== values.length) {
    throw new Error(`the template has ${places} times {}, but ${values.length} values are given`);
  }
  return text;
}

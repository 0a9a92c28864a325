/** What stands between the bracket that opens at a position and the one that closes it. */
export function bracketContent(text: string, open: number): string | undefined {
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (quote) {
      if (char === '\\') {
        at++;
      } else if (char === quote) {
        quote = '';
      }
    } else if (char === "'" || char === '"') {
      quote = char;
    } else if (char === '[') {
      depth++;
    } else if (char === ']' && --depth === 0) {
      return text.slice(open + 1, at);
    }
  }
  return undefined;
}

/** A quoted name without its escapes. A backslash escapes itself and the quote, nothing else. */
export function unescaped(name: string, quote: string): string {
  return name.replace(/\\([\s\S])/g, (both, char: string) => (char === quote || char === '\\' ? char : both));
}

/** The names in a bracket, if all that it holds are quoted names. */
export function quotedNames(content: string): string[] | undefined {
  const name = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/y;
  const names: string[] = [];
  while (name.lastIndex < content.length) {
    const match = name.exec(content);
    if (!match) {
      return undefined;
    }
    names.push(match[1] === undefined ? unescaped(match[2], '"') : unescaped(match[1], "'"));
  }
  return names.length > 0 ? names : undefined;
}

/**
 * The test that a pattern of StringMatches makes: `*` stands for any text, `\*` and `\\` for themselves. It takes no
 * regular expression, for one with many wildcards would backtrack without end.
 */
export function wildcards(pattern: string): (text: string) => boolean {
  const pieces = [''];
  for (const [token] of pattern.matchAll(/\\[\\*]|\*|[^\\*]+|\\/g)) {
    if (token === '*') {
      pieces.push('');
    } else {
      pieces[pieces.length - 1] += /^\\[\\*]$/.test(token) ? token[1] : token;
    }
  }
  const first = pieces.shift() ?? '';
  const last = pieces.pop();
  return last === undefined ? (text) => text === first : (text) => matches(text, first, pieces, last);
}

/** Whether a text begins and ends as it must, and has the pieces between, in their order. */
function matches(text: string, first: string, middle: readonly string[], last: string): boolean {
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) {
    return false;
  }
  let at = first.length;
  for (const piece of middle) {
    const found = text.indexOf(piece, at);
    if (found < 0) {
      return false;
    }
    at = found + piece.length;
  }
  return at <= end;
}

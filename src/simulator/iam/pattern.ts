import { SimulatorFault } from '../engine/fault';

/** Gives the value of a policy variable, undefined where the request has none. */
export type Variables = (name: string) => string | undefined;

/** A piece of a pattern: a wildcard, or text that stands for itself. */
type Piece = { readonly wildcard: '*' | '?' } | { readonly text: string };

/** A pattern of a policy with its variables replaced; undefined where one of them has no value. */
export type Pattern = readonly Piece[] | undefined;

const PIECE = /\$\{([^}]*)\}|([*?])|([^*?$]+|\$)/g;

/** Reads `*`, `?` and, given variables, `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}`. */
export function parsePattern(source: string, variables?: Variables): Pattern {
  const pieces: Piece[] = [];
  for (const [whole, variable, wildcard] of source.matchAll(PIECE)) {
    if (wildcard) {
      pieces.push({ wildcard: wildcard as '*' | '?' });
      continue;
    }
    const text = variable === undefined || !variables ? whole : variableText(variable, variables);
    if (text === undefined) {
      return undefined;
    }
    pieces.push({ text });
  }
  return pieces;
}

function variableText(variable: string, variables: Variables): string | undefined {
  if (['*', '?', '$'].includes(variable)) {
    return variable;
  }
  const [, key, fallback] = /^\s*([^,\s]+)\s*(?:,\s*'(.*)'\s*)?$/.exec(variable) ?? [];
  if (!key) {
    throw new SimulatorFault(`The policy variable \${${variable}} is not understood.`);
  }
  return variables(key) ?? fallback;
}

/** Whether a text is what the pattern says, wildcards meaning any text. */
export function like(pattern: Pattern, text: string): boolean {
  if (pattern === undefined) {
    return false;
  }
  // Most patterns are plain texts, for which no expression need be made.
  const isPlain = pattern.every((piece) => 'text' in piece);
  return isPlain ? exactText(pattern) === text : expression(pattern, () => false).test(text);
}

/** Whether an ARN is what the pattern says; a wildcard ends at a colon, except in the last of the six parts. */
export function arnLike(pattern: Pattern, arn: string): boolean {
  return pattern !== undefined && (exactText(pattern) === '*' || expression(pattern, (part) => part < 5).test(arn));
}

/** The pattern as a text in which wildcards stand for themselves. */
export function exactText(pattern: Pattern): string | undefined {
  return pattern?.map((piece) => ('text' in piece ? piece.text : piece.wildcard)).join('');
}

function expression(pieces: readonly Piece[], stopsAtColon: (part: number) => boolean): RegExp {
  let part = 0;
  const source = pieces.map((piece) => {
    if ('text' in piece) {
      part += piece.text.split(':').length - 1;
      return piece.text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    }
    return `${stopsAtColon(part) ? '[^:]' : '.'}${piece.wildcard === '*' ? '*' : ''}`;
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

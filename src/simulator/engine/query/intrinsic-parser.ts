import { type AslPath, parsePath } from './paths';

/** A call of an intrinsic function, or an argument of one. */
export type IntrinsicNode =
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly IntrinsicNode[]; readonly text: string }
  | { readonly kind: 'path'; readonly path: AslPath }
  /** A string as it is written, with its escapes. */
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'value'; readonly value: number | boolean | null };

/** Parses `States.Name(…)`; throws an Error that says what is wrong with it. */
export function parseIntrinsic(text: string): IntrinsicNode {
  const parser = new IntrinsicParser(text);
  const node = parser.node();
  parser.end();
  return node;
}

class IntrinsicParser {
  private at = 0;

  constructor(private readonly text: string) {}

  public node(): IntrinsicNode {
    this.skipSpace();
    const rest = this.text.slice(this.at);
    if (rest.startsWith("'")) {
      return this.string();
    }
    if (rest.startsWith('$')) {
      return this.path();
    }
    const name = /^States\.\w+(?=\s*\()/.exec(rest)?.[0];
    if (name !== undefined) {
      return this.call(name);
    }
    const literal = /^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=\s*[,)]|\s*$)/.exec(rest)?.[0];
    if (literal === undefined) {
      throw this.wrong();
    }
    this.at += literal.length;
    return { kind: 'value', value: JSON.parse(literal) as number | boolean | null };
  }

  public end(): void {
    this.skipSpace();
    if (this.at < this.text.length) {
      throw this.wrong();
    }
  }

  private call(name: string): IntrinsicNode {
    const start = this.at;
    this.at += name.length;
    this.expect('(');
    const args: IntrinsicNode[] = [];
    this.skipSpace();
    while (this.text[this.at] !== ')') {
      if (args.length > 0) {
        this.expect(',');
      }
      args.push(this.node());
      this.skipSpace();
    }
    this.at++;
    return { kind: 'call', name, args, text: this.text.slice(start, this.at) };
  }

  private string(): IntrinsicNode {
    const match = /^'((?:[^'\\]|\\[\s\S])*)'/.exec(this.text.slice(this.at));
    if (!match) {
      throw this.wrong();
    }
    this.at += match[0].length;
    return { kind: 'text', raw: match[1] };
  }

  private path(): IntrinsicNode {
    let depth = 0;
    let end = this.at;
    for (let quote = ''; end < this.text.length; end++) {
      const char = this.text[end];
      if (quote) {
        quote = char === quote ? '' : quote;
      } else if (depth > 0 && (char === "'" || char === '"')) {
        quote = char;
      } else if (char === '[' || char === '(') {
        depth++;
      } else if (depth === 0 && (char === ',' || char === ')')) {
        break;
      } else if (char === ']' || char === ')') {
        depth--;
      }
    }
    const text = this.text.slice(this.at, end).trim();
    this.at = end;
    return { kind: 'path', path: parsePath(text) };
  }

  private expect(char: string): void {
    this.skipSpace();
    if (this.text[this.at] !== char) {
      throw this.wrong();
    }
    this.at++;
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? '')) {
      this.at++;
    }
  }

  private wrong(): Error {
    return new Error(`'${this.text}' is not an intrinsic function that is understood, at character ${this.at + 1}`);
  }
}

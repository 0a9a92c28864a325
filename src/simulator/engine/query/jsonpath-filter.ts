import type { Json } from '../json';
import { BoundedRegExp } from './bounded-regexp';
import { parseJsonPath } from './jsonpath';

/** A test of a JSONPath filter, `[?(…)]`. */
export type Test = (value: Json) => boolean;

type Operand = (value: Json) => Json | undefined;

type Token = { readonly kind: 'operator' | 'path' | 'literal'; readonly text: string };

const TOKEN =
  /\s*(?:(&&|\|\||==|=~|!=|<=|>=|<|>|!|\(|\)|\bin\b|\bnin\b)|([@$](?:\.\.?[\w-]+|\.\*|\[[^\]]*\])*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b|\[[^\]]*\]|\/(?:[^/\\]|\\.)*\/i?))/y;

/** Parses the condition of a filter; throws an Error that says what is wrong with it. */
export function parseFilter(text: string): Test {
  return new FilterParser(text).parse();
}

class FilterParser {
  private readonly tokens: Token[];
  private at = 0;

  constructor(private readonly text: string) {
    this.tokens = tokensOf(text);
  }

  public parse(): Test {
    const test = this.or();
    if (this.at < this.tokens.length) {
      throw this.wrong();
    }
    return test;
  }

  private or(): Test {
    const left = this.and();
    if (!this.takes('||')) {
      return left;
    }
    const right = this.or();
    return (value) => left(value) || right(value);
  }

  private and(): Test {
    const left = this.unary();
    if (!this.takes('&&')) {
      return left;
    }
    const right = this.and();
    return (value) => left(value) && right(value);
  }

  private unary(): Test {
    if (this.takes('!')) {
      const test = this.unary();
      return (value) => !test(value);
    }
    if (this.takes('(')) {
      const test = this.or();
      if (!this.takes(')')) {
        throw this.wrong();
      }
      return test;
    }
    return this.comparison();
  }

  private comparison(): Test {
    const left = this.operand();
    const operator = this.tokens[this.at];
    const compare = operator?.kind === 'operator' ? COMPARISONS[operator.text] : undefined;
    if (!compare) {
      return (value) => left(value) !== undefined;
    }
    this.at++;
    const right = this.operand();
    return (value) => compare(left(value), right(value));
  }

  private operand(): Operand {
    const token = this.tokens[this.at++];
    if (token?.kind === 'path' && token.text[0] === '@') {
      const path = parseJsonPath(token.text);
      return (value) => path.select(value);
    }
    if (token?.kind === 'literal') {
      const literal = literalOf(token.text);
      return () => literal;
    }
    throw this.wrong();
  }

  private takes(operator: string): boolean {
    const token = this.tokens[this.at];
    const takes = token?.kind === 'operator' && token.text === operator;
    if (takes) {
      this.at++;
    }
    return takes;
  }

  private wrong(): Error {
    return new Error(`the filter '${this.text}' is not one that is understood`);
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      throw new Error(`the filter '${text}' is not one that is understood`);
    }
    const [, operator, path, literal] = match;
    tokens.push(
      operator !== undefined
        ? { kind: 'operator', text: operator }
        : path !== undefined
          ? { kind: 'path', text: path }
          : { kind: 'literal', text: literal },
    );
  }
  return tokens;
}

function literalOf(text: string): Json {
  if (text.startsWith('/')) {
    return text;
  }
  if (text.startsWith("'")) {
    return text.slice(1, -1).replace(/\\(.)/g, '$1');
  }
  return JSON.parse(text.replace(/'((?:[^'\\]|\\.)*)'/g, (_, inner: string) => JSON.stringify(inner))) as Json;
}

const COMPARISONS: { readonly [operator: string]: (left?: Json, right?: Json) => boolean } = {
  '==': (left, right) => left !== undefined && equal(left, right),
  '!=': (left, right) => left !== undefined && !equal(left, right),
  '<': (left, right) => ordered(left, right, (a, b) => a < b),
  '<=': (left, right) => ordered(left, right, (a, b) => a <= b),
  '>': (left, right) => ordered(left, right, (a, b) => a > b),
  '>=': (left, right) => ordered(left, right, (a, b) => a >= b),
  '=~': (left, right) => typeof left === 'string' && typeof right === 'string' && regExpOf(right).exec(left) !== null,
  in: (left, right) => left !== undefined && Array.isArray(right) && right.some((item) => equal(item, left)),
  nin: (left, right) => left !== undefined && Array.isArray(right) && !right.some((item) => equal(item, left)),
};

/** A regular expression as a filter writes it, with its slashes and flags; it must match the whole text. */
function regExpOf(text: string): BoundedRegExp {
  const end = text.lastIndexOf('/');
  return new BoundedRegExp(new RegExp(`^(?:${text.slice(1, end)})$`, text.slice(end + 1)));
}

function equal(left?: Json, right?: Json): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

function ordered(left: Json | undefined, right: Json | undefined, test: (a: never, b: never) => boolean): boolean {
  return (
    typeof left === typeof right &&
    (typeof left === 'number' || typeof left === 'string') &&
    test(left as never, right as never)
  );
}

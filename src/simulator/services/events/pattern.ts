import { SimulatorFault } from '../../engine/fault';
import { inCidr } from './cidr';

type Document = { readonly [name: string]: unknown };
type Test = (value: unknown) => boolean;

/**
 * Whether a document is one that a pattern describes, as EventBridge's rules and SNS's filter policies do.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matches(pattern: Document, document: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or') return (wanted as Document[]).some((one) => matches(one, document));
    const value = isObject(document) ? document[name] : undefined;
    if (Array.isArray(wanted)) return wanted.some((one) => meets(one, value));
    if (!isObject(wanted)) throw unsupported(name, wanted);
    // Of several objects, one has to be such a one; none at all may be what `exists: false` asks for.
    return Array.isArray(value) ? value.some((one) => matches(wanted, one)) : matches(wanted, value);
  });
}

/** Whether a value is there as one element of a pattern's list wants it; of a list, one value has to be. */
function meets(wanted: unknown, value: unknown): boolean {
  if (isObject(wanted) && 'exists' in wanted) return isLeaf(value) === wanted.exists;
  if (value === undefined) return false;
  const test = testOf(wanted);
  return Array.isArray(value) ? value.some(test) : test(value);
}

/** `exists` is about values alone: an object has none of its own. */
function isLeaf(value: unknown): boolean {
  return value !== undefined && !isObject(value);
}

const OPERATORS: { readonly [operator: string]: (argument: never) => Test } = {
  prefix: (argument: string | Document) => affix(argument, (text, part) => text.startsWith(part)),
  suffix: (argument: string | Document) => affix(argument, (text, part) => text.endsWith(part)),
  'equals-ignore-case': (argument: string) => ofText((text) => text.toLowerCase() === argument.toLowerCase()),
  wildcard: (argument: string) => {
    const pattern = new RegExp(`^${argument.split('*').map(escaped).join('.*')}$`, 's');
    return ofText((text) => pattern.test(text));
  },
  numeric: (argument: unknown[]) => numeric(argument),
  cidr: (argument: string) => ofText((text) => inCidr(text, argument)),
  'anything-but': (argument: unknown) => {
    const tests = [argument].flat().map((one) => testOf(one));
    return (value) => !tests.some((test) => test(value));
  },
};

function testOf(wanted: unknown): Test {
  if (!isObject(wanted)) return (value) => value === wanted;
  const [[operator, argument], ...others] = Object.entries(wanted);
  const make = OPERATORS[operator];
  if (!make || others.length > 0) throw unsupported(operator, wanted);
  // An `anything-but` may hold lists of other operators.
  if (Array.isArray(argument) && operator !== 'numeric' && operator !== 'anything-but') {
    const tests = argument.map((one) => make(one as never));
    return (value) => tests.some((test) => test(value));
  }
  return make(argument as never);
}

const COMPARE: { readonly [operator: string]: (a: number, b: number) => boolean } = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Pairs of a comparison and a number, all of which must hold. */
function numeric(pairs: readonly unknown[]): Test {
  return (value) =>
    typeof value === 'number' &&
    pairs.every((pair, index) => index % 2 === 1 || compare(pair, value, Number(pairs[index + 1])));
}

function compare(operator: unknown, value: number, limit: number): boolean {
  const comparison = COMPARE[String(operator)];
  if (!comparison) throw unsupported('numeric', operator);
  return comparison(value, limit);
}

function affix(argument: string | Document, fits: (text: string, part: string) => boolean): Test {
  if (typeof argument === 'string') return ofText((text) => fits(text, argument));
  const part = String(argument['equals-ignore-case']).toLowerCase();
  return ofText((text) => fits(text.toLowerCase(), part));
}

function ofText(test: (text: string) => boolean): Test {
  return (value) => typeof value === 'string' && test(value);
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unsupported(name: string, what: unknown): SimulatorFault {
  return new SimulatorFault(`The pattern ${name}: ${JSON.stringify(what)} is not supported`);
}

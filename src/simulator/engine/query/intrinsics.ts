import type { Json, JsonObject } from '../json';
import { type Random, uuid } from '../random';
import { HASH_ALGORITHMS, hash } from './hash';
import { format } from './intrinsic-text';
import { JavaRandom } from './java-random';

/** An intrinsic function. Throws an Error for arguments that it doesn't take. */
type Intrinsic = (args: readonly Json[], random: Random) => Json;

/** What a call of an intrinsic function accepts: how many arguments, and what it does with them. */
interface Declaration {
  readonly least: number;
  readonly most: number;
  readonly call: Intrinsic;
}

const MAX_TEXT = 10_000;
const MAX_RANGE = 1_000;

/** The intrinsic functions of the Amazon States Language. */
export const INTRINSICS: { readonly [name: string]: Declaration } = {
  'States.Array': { least: 0, most: Infinity, call: (args) => [...args] },
  'States.ArrayPartition': { least: 2, most: 2, call: ([items, size]) => partition(array(items), positive(size)) },
  'States.ArrayContains': { least: 2, most: 2, call: ([items, item]) => array(items).some((each) => same(each, item)) },
  'States.ArrayRange': { least: 3, most: 3, call: ([from, to, by]) => range(integer(from), integer(to), integer(by)) },
  'States.ArrayGetItem': { least: 2, most: 2, call: ([items, index]) => itemAt(array(items), integer(index)) },
  'States.ArrayLength': { least: 1, most: 1, call: ([items]) => array(items).length },
  'States.ArrayUnique': { least: 1, most: 1, call: ([items]) => unique(array(items)) },
  'States.Base64Encode': { least: 1, most: 1, call: ([text]) => Buffer.from(limited(text)).toString('base64') },
  'States.Base64Decode': { least: 1, most: 1, call: ([text]) => Buffer.from(limited(text), 'base64').toString() },
  'States.Hash': { least: 2, most: 2, call: ([data, name]) => hashOf(data, string(name)) },
  'States.JsonMerge': { least: 3, most: 3, call: ([a, b, deep]) => merge(object(a), object(b), deep) },
  'States.MathRandom': { least: 2, most: 3, call: ([from, to, seed], random) => between(from, to, seed, random) },
  'States.MathAdd': { least: 2, most: 2, call: ([a, b]) => integer(a) + integer(b) },
  'States.StringSplit': { least: 2, most: 2, call: ([text, by]) => split(string(text), string(by)) },
  'States.UUID': { least: 0, most: 0, call: (_, random) => uuid(random) },
  'States.Format': { least: 1, most: Infinity, call: ([template, ...values]) => format(string(template), values) },
  'States.StringToJson': {
    least: 1,
    most: 1,
    call: ([text]) => (string(text).trim() === '' ? null : (JSON.parse(string(text)) as Json)),
  },
  'States.JsonToString': { least: 1, most: 1, call: ([value]) => JSON.stringify(value) },
};

/** An array cut into arrays of a size, of which the last may be shorter. */
export function partition<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) {
    parts.push(items.slice(at, at + size));
  }
  return parts;
}

/** The numbers from one to another, both included, by a step. */
export function range(from: number, to: number, by: number, most = MAX_RANGE): number[] {
  if (by === 0) {
    throw new Error('the step of a range must not be 0');
  }
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > most) {
    throw new Error(`a range must not have more than ${most} elements`);
  }
  return Array.from({ length }, (_, index) => from + index * by);
}

/** A JSON text that is the same for the same data, whatever the order of its keys. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function same(a: Json, b: Json): boolean {
  return a === b || canonical(a) === canonical(b);
}

function unique(items: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return items.filter((item) => seen.size < seen.add(canonical(item)).size);
}

function itemAt(items: readonly Json[], index: number): Json {
  if (index < 0 || index >= items.length) {
    throw new Error(`the index ${index} is outside of the array, which has ${items.length} items`);
  }
  return items[index];
}

function hashOf(data: Json, algorithm: string): string {
  if (!HASH_ALGORITHMS.includes(algorithm)) {
    throw new Error(`the algorithm must be one of ${HASH_ALGORITHMS.join(', ')}`);
  }
  return hash(limited(typeof data === 'string' ? data : JSON.stringify(data)), algorithm);
}

function merge(a: JsonObject, b: JsonObject, deep: Json): Json {
  if (deep !== false) {
    throw new Error('only the shallow merging mode is supported: the third argument must be false');
  }
  return { ...a, ...b };
}

function between(from: Json, to: Json, seed: Json | undefined, random: Random): number {
  const [low, high] = [integer(from), integer(to)];
  if (high <= low) {
    throw new Error('the end of the range must be greater than its start');
  }
  const count = high - low;
  return low + (seed === undefined ? Math.floor(random() * count) : new JavaRandom(integer(seed)).nextInt(count));
}

/** Each character of the delimiter delimits; what is empty between two of them is left out. */
function split(text: string, delimiters: string): string[] {
  const parts: string[] = [''];
  for (const char of text) {
    if (delimiters.includes(char)) {
      parts.push('');
    } else {
      parts[parts.length - 1] += char;
    }
  }
  return parts.filter((part) => part !== '');
}

function array(value: Json): Json[] {
  return Array.isArray(value) ? value : wrong(value, 'an array');
}

function object(value: Json): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : wrong(value, 'an object');
}

function string(value: Json): string {
  return typeof value === 'string' ? value : wrong(value, 'a string');
}

function integer(value: Json): number {
  return typeof value === 'number' ? Math.round(value) : wrong(value, 'a number');
}

function positive(value: Json): number {
  return integer(value) > 0 ? integer(value) : wrong(value, 'a positive number');
}

function limited(value: Json): string {
  const text = string(value);
  return text.length <= MAX_TEXT ? text : wrong(`${text.slice(0, 20)}…`, `at most ${MAX_TEXT} characters long`);
}

function wrong(value: Json, expected: string): never {
  throw new Error(`${JSON.stringify(value)} is not ${expected}`);
}

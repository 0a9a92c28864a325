import type { Json } from '../json';

/** A function at the end of a path: what it makes of what the path finds; undefined where it can't. */
type PathFunction = (value: Json) => Json | undefined;

/** Those of JSONPath that calculate: AWS takes them in a definition, and finds nothing with them. */
const nothing: PathFunction = () => undefined;

/** The functions that a path may end in: `$.prices.length()`. */
export const PATH_FUNCTIONS: { readonly [name: string]: PathFunction } = {
  length: (value) => (typeof value === 'string' || Array.isArray(value) ? value.length : keysOf(value)?.length),
  keys: keysOf,
  min: nothing,
  max: nothing,
  sum: nothing,
  avg: nothing,
  stddev: nothing,
};

function keysOf(value: Json): string[] | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : undefined;
}

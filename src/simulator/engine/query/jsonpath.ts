import type { Json } from '../json';
import { PATH_FUNCTIONS } from './jsonpath-functions';
import { PathParser, type Segment } from './jsonpath-parser';
import type { Step } from './jsonpath-steps';

/** A parsed JSONPath. */
export interface JsonPath {
  /** Whether the path names one place. One that doesn't gives an array of all that it finds. */
  readonly definite: boolean;
  /** What the path finds; undefined where it is definite and finds nothing. */
  select(root: Json): Json | undefined;
  /** Why the path can't be followed, whatever the data. */
  readonly problem?: string;
  /** Why a definite path finds nothing: a property on the way is missing, or there are no results. */
  missing(root: Json | undefined): string;
}

/** Parses a JSONPath that begins with `$` (or, in a filter, `@`); throws an Error that says what is wrong with it. */
export function parseJsonPath(text: string): JsonPath {
  const call = /^(.+)\.(\w+)\(\s*\)$/s.exec(text);
  const apply = call && Object.hasOwn(PATH_FUNCTIONS, call[2]) ? PATH_FUNCTIONS[call[2]] : undefined;
  if (!call || !apply) {
    return parseSegments(text);
  }
  const path = parseSegments(call[1]);
  const select = (root: Json) => {
    const found = path.select(root);
    return found === undefined ? undefined : apply(found);
  };
  return { ...path, definite: true, select };
}

function parseSegments(text: string): JsonPath {
  const segments = new PathParser(text).segments();
  const definite = segments.every((segment) => segment.definite);
  const steps = segments.map((segment) => segment.step);
  const branching = segments.slice(0, -1).find((segment) => segment.isLeaf);
  return {
    definite,
    problem: branching && `Multi properties can only be used as path leafs: $${branching.text}`,
    select: definite ? (root) => one(steps, root) : (root) => many(steps, root),
    missing: (root) => missing(segments, root),
  };
}

function missing(segments: readonly Segment[], root: Json | undefined): string {
  let value = root;
  let path = '$';
  for (const { step, text } of segments.slice(0, -1)) {
    path += text;
    const found = value === undefined ? undefined : one([step], value);
    if (found === undefined && value !== null && typeof value === 'object' && !Array.isArray(value)) {
      return `Missing property in path ${path}`;
    }
    value = found;
  }
  return `No results for path: $${segments.map(({ text }) => text).join('')}`;
}

function one(steps: readonly Step[], root: Json): Json | undefined {
  let value = root;
  const found: Json[] = [];
  for (const step of steps) {
    found.length = 0;
    step(value, found);
    if (found.length === 0) {
      return undefined;
    }
    value = found[0];
  }
  return value;
}

function many(steps: readonly Step[], root: Json): Json[] {
  let values: Json[] = [root];
  for (const step of steps) {
    const next: Json[] = [];
    for (const value of values) {
      step(value, next);
    }
    values = next;
  }
  return values;
}

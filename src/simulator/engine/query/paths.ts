import { contextObject } from '../context';
import { runtimeProblem } from '../errors';
import type { Json } from '../json';
import type { Evaluation } from './expression';
import { type JsonPath, parseJsonPath } from './jsonpath';

/** A path as AWS has them: into a state's data (`$.a`), the context object (`$$.a`), or a variable (`$name.a`). */
export interface AslPath {
  readonly text: string;
  /** Whether it is into the state's data. */
  readonly ofInput: boolean;
  /** What the path finds, or undefined. */
  find(at: Evaluation): Json | undefined;
  /** Why a definite path finds nothing, in AWS's words. */
  missing(at: Evaluation): string;
}

const VARIABLE = /^\$([A-Za-z_][A-Za-z0-9_]*)/;

/** Parses a path; throws an Error that says what is wrong with it. */
export function parsePath(text: string): AslPath {
  if (text.startsWith('$$')) {
    const path = parseJsonPath(text.slice(1));
    return asPath(text, path, (at) => contextObject(at.lane, at.item ?? at.lane.item));
  }
  const name = VARIABLE.exec(text)?.[1];
  if (name !== undefined) {
    const path = parseJsonPath(`$${text.slice(name.length + 1)}`);
    return asPath(text, path, (at) => at.lane.variables.get(name));
  }
  return asPath(text, parseJsonPath(text), (at) => at.input);
}

function asPath(text: string, path: JsonPath, root: (at: Evaluation) => Json | undefined): AslPath {
  return {
    text,
    ofInput: !/^\$[$\w]/.test(text),
    find: (at) => {
      if (path.problem) {
        throw runtimeProblem(`Invalid path '${text}' : ${path.problem}`);
      }
      const from = root(at);
      return from === undefined ? undefined : path.select(from);
    },
    missing: (at) => path.missing(root(at)),
  };
}

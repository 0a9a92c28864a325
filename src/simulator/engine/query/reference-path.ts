import { StateProblem } from '../errors';
import type { Json } from '../json';
import { unescaped } from './jsonpath-text';

/** A path that names one place, into which a value can be put: `$.a.b[0]`. */
export interface ReferencePath {
  readonly text: string;
  /** A copy of a value with another value put where the path points to; what is missing on the way is made. */
  put(into: Json, value: Json): Json;
}

const STEP = /\.([^.[\]()*@,:?'"\s]+)|\.?\['((?:[^'\\]|\\.)*)'\]|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\[(\d+)\]/y;

function stepOf([, name, single, double, index]: RegExpExecArray): string | number {
  if (index !== undefined) {
    return Number(index);
  }
  return name ?? (single === undefined ? unescaped(double, '"') : unescaped(single, "'"));
}

/** Parses a reference path; throws an Error that says what is wrong with it. */
export function parseReferencePath(text: string): ReferencePath {
  const steps: (string | number)[] = [];
  for (let at = 1; at < text.length || text[0] !== '$'; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const match = text[0] === '$' ? STEP.exec(text) : null;
    if (!match) {
      throw new Error(`'${text}' is not a reference path`);
    }
    steps.push(stepOf(match));
  }
  const fail = (input: Json): never => {
    throw new StateProblem(
      'States.ResultPathMatchFailure',
      `Unable to apply ReferencePath ${text} to input ${JSON.stringify(input)}`,
    );
  };
  const put = (into: Json | undefined, value: Json, depth: number, root: Json): Json => {
    if (depth === steps.length) {
      return value;
    }
    const step = steps[depth];
    if (typeof step === 'number') {
      if (!Array.isArray(into) || step >= into.length) {
        return fail(root);
      }
      return into.map((item, index) => (index === step ? put(item, value, depth + 1, root) : item));
    }
    if (into !== undefined && (into === null || typeof into !== 'object' || Array.isArray(into))) {
      return fail(root);
    }
    return { ...into, [step]: put(into?.[step], value, depth + 1, root) };
  };
  return { text, put: (into, value) => put(into, value, 0, into) };
}

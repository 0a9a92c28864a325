import type { Field } from '../definition';
import type { QueryLanguage } from '../flow';
import { constant, type Expression } from '../query/expression';
import { isJsonata, jsonataExpression } from '../query/jsonata';
import { pathExpression, templateExpression, valueExpression } from '../query/jsonpath-expression';
import { parseReferencePath, type ReferencePath } from '../query/reference-path';
import type { Reader } from './reader';

/** Reads a field that holds a path, or null where that means something. */
export function pathField(reader: Reader, name: string, nullable = false): Expression | undefined {
  const value = reader.value(name);
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== 'string' && !(nullable && value === null)) {
    reader.error(name, 'must be a path');
    return undefined;
  }
  return compiled(reader, name, () => pathExpression(value));
}

/** Reads a field that holds a reference path, or null. */
export function referencePathField(reader: Reader, name: string): ReferencePath | null | undefined {
  const value = reader.value(name);
  if (value === undefined || value === null) {
    return value;
  }
  if (typeof value !== 'string') {
    reader.error(name, 'must be a reference path');
    return undefined;
  }
  return compiled(reader, name, () => parseReferencePath(value));
}

/** Reads a field that holds data, some of which may have to be evaluated. */
export function templateField(reader: Reader, name: string, language: QueryLanguage): Expression | undefined {
  const value = reader.value(name);
  if (value === undefined) {
    return undefined;
  }
  return compiled(reader, name, () =>
    language === 'JSONata' ? jsonataExpression(value, name) : templateExpression(value),
  );
}

/** The largest number that AWS takes for seconds. */
const MAX_INTEGER = 99_999_999;

/** The types of values that a field may have to have. */
const TYPES = {
  string: { is: (value: unknown) => typeof value === 'string', called: 'a string' },
  integer: {
    is: (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_INTEGER,
    called: `an integer from 0 to ${MAX_INTEGER}`,
  },
  number: { is: (value: unknown) => typeof value === 'number' && value >= 0, called: 'a non-negative number' },
};

/**
 * Reads a field that holds a value of a type. In JSONata an expression may give it; in JSONPath the field `<name>Path`
 * may stand for it.
 */
export function typedField(
  reader: Reader,
  name: string,
  type: keyof typeof TYPES,
  language: QueryLanguage,
): Field | undefined {
  const value = reader.value(name);
  if (language === 'JSONPath' && reader.has(`${name}Path`)) {
    return typedPath(reader, name, type);
  }
  if (value === undefined) {
    return undefined;
  }
  if (language === 'JSONata' && typeof value === 'string' && isJsonata(value)) {
    const expression = compiled(reader, name, () => jsonataExpression(value, name));
    return expression && { name, expression };
  }
  if (!TYPES[type].is(value)) {
    reader.error(name, `must be ${TYPES[type].called}`);
    return undefined;
  }
  return { name, expression: constant(value) };
}

function typedPath(reader: Reader, name: string, type: keyof typeof TYPES): Field | undefined {
  const path = `${name}Path`;
  if (reader.has(name)) {
    reader.error(name, `and ${path} can't both be there`);
  }
  // Error and Cause, alone, may be made by a function.
  const expression = type === 'string' ? functionField(reader, path) : pathField(reader, path);
  return expression && { name: path, expression };
}

function functionField(reader: Reader, name: string): Expression | undefined {
  const text = reader.string(name);
  return text === undefined ? undefined : compiled(reader, name, () => valueExpression(text, name));
}

function compiled<T>(reader: Reader, name: string, compile: () => T): T | undefined {
  try {
    return compile();
  } catch (error) {
    reader.error(name, `can't be understood: ${(error as Error).message}`);
    return undefined;
  }
}

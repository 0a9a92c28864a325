import type { Field } from '../definition';
import type { QueryLanguage } from '../flow';
import { type Complain, constant, type Expression } from '../query/expression';
import { isJsonata, jsonataExpression } from '../query/jsonata';
import type { StatesMember } from '../query/jsonata-references';
import { pathExpression, templateExpression } from '../query/jsonpath-expression';
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
  return compiled(reader, name, value, () => pathExpression(value));
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
  return compiled(reader, name, value, () => parseReferencePath(value));
}

/** Reads a field that holds data, some of which may have to be evaluated. */
export function templateField(
  reader: Reader,
  name: string,
  language: QueryLanguage,
  offered: readonly StatesMember[] = [],
): Expression | undefined {
  const value = reader.value(name);
  if (value === undefined) {
    return undefined;
  }
  const complain = complaints(reader, name);
  return language === 'JSONata'
    ? jsonataExpression(value, reader.within + name, complain, offered)
    : templateExpression(value, complain);
}

/** Takes what is wrong with the expressions in a field. */
export function complaints(reader: Reader, name: string): Complain {
  return (pointer, text, problem, code = 'SCHEMA_VALIDATION_FAILED') => {
    const message = `${reader.what}: ${name}${pointer} can't be understood: ${problem} (in: ${text})`;
    reader.findings.add(code, reader.pointerTo(name) + pointer, message);
  };
}

/** A field that must have one of some values. */
export function choice<T extends string>(
  reader: Reader | undefined,
  field: string,
  choices: readonly T[],
): T | undefined {
  const value = reader?.string(field);
  if (value !== undefined && !choices.includes(value as T)) {
    reader?.error(field, `must be one of ${choices.join(', ')}`);
    return undefined;
  }
  return value as T | undefined;
}

/** The types of values that a field may have to have. */
const TYPES = {
  string: { is: (value: unknown) => typeof value === 'string', called: 'a string' },
  integer: integers(0, 99_999_999),
  /** How many items a Distributed Map reads. */
  itemCount: integers(0, 100_000_000),
  /** How large a batch of items is, in items. */
  positive: integers(1, 99_999_999),
  batchBytes: integers(1, 262_144),
  percentage: {
    is: (value: unknown) => typeof value === 'number' && value >= 0 && value <= 100,
    called: 'a number from 0 to 100',
  },
};

function integers(least: number, most: number) {
  return {
    is: (value: unknown) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    called: `an integer from ${least} to ${most}`,
  };
}

/**
 * Reads a field that holds a value of a type. In JSONata an expression may give it; in JSONPath the field `<name>Path`
 * may stand for it.
 *
 * @param ofPath what that field's path, or what else it may hold, is made into
 */
export function typedField(
  reader: Reader,
  name: string,
  type: keyof typeof TYPES,
  language: QueryLanguage,
  ofPath: (path: string, field: string) => Expression = pathExpression,
): Field | undefined {
  const value = reader.value(name);
  if (language === 'JSONPath' && reader.has(`${name}Path`)) {
    return typedPath(reader, name, ofPath);
  }
  if (value === undefined) {
    return undefined;
  }
  if (language === 'JSONata' && typeof value === 'string' && isJsonata(value)) {
    return { name, expression: jsonataExpression(value, reader.within + name, complaints(reader, name)) };
  }
  if (!TYPES[type].is(value)) {
    reader.error(name, `must be ${TYPES[type].called}`);
    return undefined;
  }
  return { name, expression: constant(value) };
}

function typedPath(
  reader: Reader,
  name: string,
  ofPath: (path: string, field: string) => Expression,
): Field | undefined {
  const path = `${name}Path`;
  if (reader.has(name)) {
    reader.error(name, `and ${path} can't both be there`);
  }
  const text = reader.string(path);
  const expression = text === undefined ? undefined : compiled(reader, path, text, () => ofPath(text, path));
  return expression && { name: path, expression };
}

function compiled<T>(reader: Reader, name: string, text: string | null, compile: () => T): T | undefined {
  try {
    return compile();
  } catch (error) {
    complaints(reader, name)('', text ?? 'null', (error as Error).message);
    return undefined;
  }
}

import type { Field } from '../definition';
import { queryProblem, runtimeProblem, type StateProblem } from '../errors';
import type { Computation } from '../fiber';
import { resolve } from '../flow';
import type { Json } from '../json';
import type { Evaluation } from '../query/expression';

/** What is wrong with a JSONata field that gives a value of another type than it should. */
export function wrongType(field: Field, expected: string, value: Json): StateProblem {
  return queryProblem(
    `The JSONata expression '${field.expression.source}' specified for the field '${field.name}' returned an ` +
      `unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    field.name,
  );
}

/** The value of a field that must be an integer; in JSONPath, a text that is one will do. */
export function* integerOf(field: Field, at: Evaluation): Computation<number> {
  const value = yield* resolve(field.expression, at);
  if (field.name.endsWith('Path')) {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number)) {
      return number;
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    throw runtimeProblem(
      `The ${field.name} field refers to value "${text}" which is not a valid integer: ${field.expression.source}`,
    );
  }
  if (typeof value === 'number' && Number.isInteger(value)) {
    return value;
  }
  throw wrongType(field, typeof value === 'number' ? 'integer' : 'number', value);
}

/** The value of a field that must be a number; in JSONPath, a text that is one will do. */
export function* numberOf(field: Field, at: Evaluation): Computation<number> {
  const value = yield* resolve(field.expression, at);
  const isText = field.name.endsWith('Path') && typeof value === 'string' && value.trim() !== '';
  const number = isText ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) {
    return number;
  }
  if (!field.name.endsWith('Path')) {
    throw wrongType(field, 'number', value);
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  throw runtimeProblem(
    `The ${field.name} field refers to value "${text}" which is not a valid float: ${field.expression.source}`,
  );
}

/** The value of a field that must be a positive integer. */
export function* positiveOf(field: Field, at: Evaluation): Computation<number> {
  const value = yield* integerOf(field, at);
  if (value > 0) {
    return value;
  }
  const problem = `The ${field.name} field must be a positive integer, but was: ${value}`;
  throw field.name.endsWith('Path') ? runtimeProblem(problem) : queryProblem(problem, field.name);
}

function typeName(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

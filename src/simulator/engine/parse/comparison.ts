import { runtimeProblem } from '../errors';
import type { Json } from '../json';
import type { Evaluation } from '../query/expression';
import { type AslPath, parsePath } from '../query/paths';
import { parseTimestamp } from '../query/timestamp';
import { complaints } from './fields';
import type { Reader } from './reader';
import { wildcards } from './wildcards';

type Test = (at: Evaluation) => boolean;

/** A comparison of a variable's value with another one; false where either is not of the type that it is about. */
type Compare = (value: Json, operand: Json) => boolean;

const ORDERS: { readonly [name: string]: (a: number | string, b: number | string) => boolean } = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  GreaterThan: (a, b) => a > b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThanEquals: (a, b) => a >= b,
};

/** How a value of a type is compared: as a number or a text; undefined if it isn't of the type. */
const TYPES: { readonly [type: string]: (value: Json) => number | string | undefined } = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  Timestamp: (value) => parseTimestamp(value),
};

const CHECKS: { readonly [name: string]: (value: Json) => boolean } = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => parseTimestamp(value) !== undefined,
};

interface Comparison {
  readonly compare: Compare;
  /** Whether the definition may compare with a value. */
  readonly accepts: (operand: Json) => boolean;
}

const COMPARISONS = comparisons();

function comparisons(): Map<string, Comparison> {
  const all = new Map<string, Comparison>();
  for (const [type, convert] of Object.entries(TYPES)) {
    const accepts = (operand: Json) => convert(operand) !== undefined;
    for (const [order, holds] of Object.entries(ORDERS)) {
      const compare = (value: Json, operand: Json) => {
        const [a, b] = [convert(value), convert(operand)];
        return a !== undefined && b !== undefined && holds(a, b);
      };
      all.set(`${type}${order}`, { compare, accepts });
    }
  }
  all.set('BooleanEquals', {
    compare: (value, operand) => typeof value === 'boolean' && value === operand,
    accepts: (operand) => typeof operand === 'boolean',
  });
  return all;
}

/** Reads the test of a Choice's rule in JSONPath: a comparison, or And, Or, Not of others. */
export function parseComparison(reader: Reader): Test {
  for (const field of ['And', 'Or'] as const) {
    if (reader.has(field)) {
      const tests = (reader.array(field) ?? []).map((json, index) => parseInner(reader, `${field}[${index}]`, json));
      return field === 'And' ? (at) => tests.every((test) => test(at)) : (at) => tests.some((test) => test(at));
    }
  }
  if (reader.has('Not')) {
    const test = parseInner(reader, 'Not', reader.value('Not'));
    return (at) => !test(at);
  }
  return parseVariable(reader);
}

function parseInner(reader: Reader, place: string, json: Json | undefined): Test {
  const inner = reader.innerOf(place, json);
  const test = inner ? parseComparison(inner) : () => false;
  inner?.finish();
  return test;
}

function parseVariable(reader: Reader): Test {
  const variable = pathOf(reader, 'Variable');
  const operators = Object.keys(reader.object).filter(isOperator);
  if (!variable || operators.length !== 1) {
    if (operators.length !== 1) {
      reader.error('Variable', `must be compared by one operator, but there are ${operators.length}`);
    }
    for (const operator of operators) {
      reader.value(operator);
    }
    return () => false;
  }
  return parseOperator(reader, variable, operators[0]);
}

function isOperator(field: string): boolean {
  const name = field.replace(/Path$/, '');
  return COMPARISONS.has(name) || Object.hasOwn(CHECKS, field) || field === 'IsPresent' || field === 'StringMatches';
}

function parseOperator(reader: Reader, variable: AslPath, operator: string): Test {
  if (operator === 'IsPresent') {
    const present = reader.boolean(operator);
    return (at) => (variable.find(at) !== undefined) === present;
  }
  if (Object.hasOwn(CHECKS, operator)) {
    const is = reader.boolean(operator);
    return (at) => CHECKS[operator](found(variable, at)) === is;
  }
  if (operator === 'StringMatches') {
    const pattern = wildcards(reader.string(operator, true));
    return (at) => {
      const value = found(variable, at);
      return typeof value === 'string' && pattern(value);
    };
  }
  const comparison = COMPARISONS.get(operator.replace(/Path$/, ''));
  return comparison ? parseOperand(reader, variable, operator, comparison) : () => false;
}

function parseOperand(reader: Reader, variable: AslPath, operator: string, comparison: Comparison): Test {
  const { compare, accepts } = comparison;
  if (operator.endsWith('Path')) {
    const operand = pathOf(reader, operator);
    return (at) => operand !== undefined && compare(found(variable, at), found(operand, at));
  }
  const operand = reader.value(operator) ?? null;
  if (!accepts(operand)) {
    reader.error(operator, `can't compare with ${JSON.stringify(operand)}`);
  }
  return (at) => compare(found(variable, at), operand);
}

function pathOf(reader: Reader, field: string): AslPath | undefined {
  const text = reader.string(field, true);
  try {
    return text === '' ? undefined : parsePath(text);
  } catch (error) {
    complaints(reader, field)('', text, (error as Error).message);
    return undefined;
  }
}

function found(path: AslPath, at: Evaluation): Json {
  const value = path.find(at);
  if (value === undefined) {
    throw runtimeProblem(`Invalid path '${path.text}': The choice state's condition path references an invalid value.`);
  }
  return value;
}
